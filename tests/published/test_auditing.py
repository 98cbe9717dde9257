from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.published.auditing import _not_told_twice
from welfarestats.published.findings import KINDS, Finding

CONTRADICTED = (
    'staff-agree-again,staff,confident,all,,Agree,percent,70,70,22,"contradicted: line 21 '
    'prints 65"\n'
)


@pytest.fixture
def true_toy(bare_toy: Path) -> Path:
    """The toy report without the number that contradicts another."""
    replace_in(bare_toy / "published.csv", CONTRADICTED, "")
    return bare_toy


def found_in(folder: Path) -> ws.Audit:
    return ws.audit(ws.load_report(folder))


def test_a_report_that_can_be_true_has_no_contradiction(true_toy: Path):
    result = found_in(true_toy)
    assert result.ok
    (label,) = result.findings
    assert label.check == "base-label"


def test_every_row_of_the_claims_has_a_verdict(true_toy: Path):
    result = found_in(true_toy)
    assert list(result.claims["claim"]) == list(result.report.claims["claim"])


def test_a_quantity_with_two_values_is_told_once(bare_toy: Path):
    result = found_in(bare_toy)
    assert not result.ok
    about = [f for f in result.findings if "staff-agree-percent" in f.items]
    assert [finding.check for finding in about] == ["repeated"]


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("Agree,percent,65,65,21,", "Agree,percent,66,66,21,", "whole-number"),
        ("percent,20,20,7,", "percent,30,30,7,", "conflict"),
        ("base,118,118,11,", "base,121,121,11,", "base-label"),
        ("Disagree,count,0,none,22,", "Neither,percent,12,12,22,", "words"),
        ("had_plan,,,base,30,30,9,", "had_plan,,,base,130,130,9,", "base-label"),
    ],
)
def test_one_changed_number_is_found_by_its_check(true_toy: Path, old: str, new: str, check: str):
    before = {finding.finding for finding in found_in(true_toy).findings}
    replace_in(true_toy / "published.csv", old, new)
    added = [f for f in found_in(true_toy).findings if f.finding not in before]
    assert check in [finding.check for finding in added]


def test_the_gravest_findings_stand_first(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "percent,20,20,7,", "percent,30,30,7,")
    found = found_in(bare_toy).findings
    assert [f.kind for f in found] == sorted((f.kind for f in found), key=KINDS.index)


@pytest.mark.parametrize("name", ["ehd-2025", "nhanes2"])
def test_names_of_findings_are_unique_and_items_exist(name: str):
    report = ws.load_report(name)
    result = ws.audit(report)
    names = [finding.finding for finding in result.findings]
    assert len(set(names)) == len(names)
    items = {number.item for number in report.numbers}
    assert {item for finding in result.findings for item in finding.items} <= items


def test_a_share_told_in_words_is_found_in_a_real_report():
    (found,) = ws.audit(ws.load_report("ehd-2025")).findings
    assert (found.check, found.lines) == ("words", (1152,))
    assert "12 of 20" in found.explanation


def test_what_is_checked_is_told(true_toy: Path):
    told: list[str] = []
    ws.audit(ws.load_report(true_toy), progress=told.append)
    assert told == ["conflicts in visits", "conflicts in staff", "comparisons in words"]


# ------------------------------------------------------------------ one thing, told once


def finding(check: str, kind: str, *items: str) -> Finding:
    assumption = "rounded once" if kind == "contradiction-if" else ""
    return Finding(check, kind, (1,), "A fact.", "1 = 1.", items=items, assumption=assumption)


def test_a_conflict_among_numbers_that_a_plainer_finding_names_is_left_out():
    told = [finding("repeated", "contradiction", "a", "b", "c")]
    assert _not_told_twice([finding("conflict", "contradiction", "a", "c")], told) == []


@pytest.mark.parametrize(
    "conflict",
    [
        finding("conflict", "contradiction", "a", "b"),
        finding("conflict", "contradiction-if", "a", "d"),
    ],
    ids=["graver", "about another number"],
)
def test_a_conflict_that_says_more_is_kept(conflict: Finding):
    told = [finding("repeated", "contradiction-if", "a", "b", "c")]
    assert _not_told_twice([conflict], told) == [conflict]
