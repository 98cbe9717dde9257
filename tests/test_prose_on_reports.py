"""The number-check on the running text of two published reports, and on errors planted into it.

``proofs/prose_on_reports.py`` prints the whole of it; ``docs/checking_prose.md`` judges it by hand.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from proofs.harder_errors import KINDS, harder_errors, harder_found, harder_summary
from proofs.prose_on_reports import (
    RESULTS,
    chapter,
    found_of,
    measured,
    planted,
    planted_summary,
    sampled,
    summary_of,
)


@pytest.mark.parametrize("name", ["PSP", "EHD"])
def test_nearly_all_published_numbers_are_tied_and_to_their_own_row(name: str):
    outcome, check = measured(name)
    assert outcome.tied >= 0.95 * outcome.with_row
    assert outcome.right >= 0.93 * outcome.with_row
    assert len(outcome.findings) <= 0.025 * outcome.numbers
    assert f"{name}: {outcome.numbers} numbers" in summary_of([outcome])
    assert len(check.to_frame()) >= outcome.numbers


def test_at_least_nine_in_ten_planted_errors_are_found():
    results = [pair for name in ("PSP", "EHD") for pair in found_of(name, 4)]
    assert len(results) == 50
    found = sum(bool(new) for _, new in results)
    assert found >= 45
    assert f"Seed 4: {found} of 50 planted errors found" in planted_summary(results, 4)


def test_nearly_nine_in_ten_harder_errors_are_found():
    results = [pair for name in ("PSP", "EHD") for pair in harder_found(*chapter(name), 4)]
    found = sum(bool(new) for _, new in results)
    assert len(results) >= 90
    assert found >= 0.88 * len(results)
    assert f"seed 4: {found} of {len(results)} found" in harder_summary(results, 4)


def test_a_harder_error_is_of_something_else_that_the_report_prints():
    text, report = chapter("PSP")
    lines, errors = text.split("\n"), harder_errors(text, report, 5)
    assert set(errors) == set(KINDS)
    printed = {number.printed.casefold() for number in report.numbers}
    for kind, planted_here in errors.items():
        assert planted_here
        for one in planted_here:
            assert one.kind == kind
            assert one.text != lines[one.line - 1]
            if kind in ("group", "answer", "question") and one.now.isdigit():
                assert one.now in printed
        places = sorted(one.line for one in planted_here)
        assert all(later - line >= 4 for line, later in itertools.pairwise(places))


def test_a_planted_text_differs_from_the_report_in_the_planted_lines_only():
    text, _ = chapter("EHD")
    changed, plants = planted(text, 5)
    lines = [
        at
        for at, (one, other) in enumerate(
            zip(text.split("\n"), changed.split("\n"), strict=True), start=1
        )
        if one != other
    ]
    assert lines == sorted(plant.line for plant in plants)
    assert all(plant.was not in ("", plant.now) for plant in plants)


def test_the_page_prints_the_last_result(root: Path):
    page = (root / "docs" / "checking_prose.md").read_text(encoding="utf-8")
    assert RESULTS.read_text(encoding="utf-8") in page


def test_numbers_to_judge_are_drawn_once_each():
    _, check = measured("PSP")
    lines = sampled({"PSP": check}, 20, 1)
    assert len(set(lines)) >= 19
    assert all(line.startswith("PSP line ") for line in lines)
