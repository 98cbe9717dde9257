"""Reports of random respondents: nothing true is called untrue, and a changed digit is found.

``proofs/audit_random_reports.py`` does the same with a thousand reports at full size.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_reports import one_digit_changed, random_report

import welfarestats as ws
from proofs.audit_random_reports import hard_polytope, summary_of, tried
from welfarestats.published.linear import TOLERANCE, least_violation
from welfarestats.published.printed import ROUNDED_TWICE


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), twice=st.booleans())
def test_a_report_that_is_true_is_possible(
    seed: int, twice: bool, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("random")
    report, _, _ = random_report(folder, seed, size=40, questions=1, twice=twice)
    system = hard_polytope(report).system(widened=ROUNDED_TWICE if twice else Fraction(0))
    assert least_violation(system, system.sources)[0] <= TOLERANCE


def test_the_whole_audit_of_a_true_report_finds_no_contradiction(tmp_path: Path):
    report, _, _ = random_report(tmp_path, 3, size=24, questions=1)
    assert [f for f in ws.audit(report).findings if f.kind == "contradiction"] == []


def test_a_changed_digit_is_another_and_leads_no_number_with_a_nought():
    random = np.random.default_rng(0)
    for token in ("7", "47", "12.3", "1000"):
        for _ in range(50):
            other = one_digit_changed(random, token)
            assert sum(a != b for a, b in zip(token, other, strict=True)) == 1
            assert not (len(other) > 1 and other[0] == "0")


def test_a_changed_digit_is_found_where_it_can_be_and_the_share_is_reported():
    outcomes = [tried(seed, size=30, questions=1, whole_audit=False) for seed in range(6)]
    assert [outcome.false_alarms + outcome.mistakes for outcome in outcomes] == [[]] * 6
    found = sum(outcome.found == "contradiction" for outcome in outcomes)
    assert found > 0
    text = summary_of(outcomes)
    assert (
        f"found as a contradiction in {found} of 6 reports ({100 * found / 6:.1f} per cent)" in text
    )
    assert "True reports with a finding graded 'contradiction': 0." in text
    print(text)
