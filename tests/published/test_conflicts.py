from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_reports import COUNTED, NOT_WORKING, tiny_report

from welfarestats.published.conflicts import (
    conflict_findings,
    contradicted,
    find_conflicts,
    survey_conflicts,
)
from welfarestats.published.feasibility import statements_of
from welfarestats.published.linear import possible
from welfarestats.published.polytope import ROUNDED_TWICE, Polytope
from welfarestats.published.report import Report

IMPLIED = '[[implications.s]]\nif = { benefit = ["UC"] }\nthen = { mood = ["Good"] }\n'


class Case(NamedTuple):
    """Numbers that cannot all be true, and one of them changed so that they can."""

    wrong: list[str]
    right: str
    weights: str = ""
    spec: str = ""


CASES = {
    "parts leave the whole for any split": Case(
        [
            "uc: mood,all,benefit=UC,Good,percent,40",
            "esa: mood,all,benefit=ESA,Good,percent,50",
            "all: mood,all,,Good,percent,60",
        ],
        "all: mood,all,,Good,percent,45",
        "sample",
    ),
    "single answers add to more than everyone": Case(
        [
            "yes: want,not_working,benefit=UC,Yes,percent,60",
            "perhaps: want,not_working,benefit=UC,Perhaps,percent,50",
        ],
        "perhaps: want,not_working,benefit=UC,Perhaps,percent,40",
        "population",
        NOT_WORKING,
    ),
    "all answers add to less than everyone": Case(
        [
            "good: mood,all,,Good,percent,30",
            "bad: mood,all,,Bad,percent,30",
            "neither: mood,all,,Neither,percent,30",
        ],
        "neither: mood,all,,Neither,percent,39",
        "sample",
    ),
    "a quantity has two values": Case(
        ["one: work,all,,Yes,percent,47", "two: work,all,,Yes,percent,49"],
        "two: work,all,,Yes,percent,47.4",
        "sample",
    ),
    "a part has a larger base": Case(
        ["uc: ,all,benefit=UC,,base,60", "work: work,all,benefit=UC,,base,70"],
        "work: work,all,benefit=UC,,base,55",
        "sample",
    ),
    "a net is smaller than its category": Case(
        ["form: help,all,,Form,percent,40", "net: help,all,,Form or call,percent,35"],
        "net: help,all,,Form or call,percent,40",
        "sample",
    ),
    "a net is larger than its categories": Case(
        [
            "form: help,all,,Form,percent,10",
            "call: help,all,,Call,percent,10",
            "net: help,all,,Form or call,percent,25",
        ],
        "net: help,all,,Form or call,percent,20",
        "sample",
    ),
    "a net of a single question is not the sum": Case(
        [
            "yes: want,not_working,,Yes,percent,40",
            "perhaps: want,not_working,,Perhaps,percent,20",
            "net: want,not_working,,Yes or perhaps,percent,65",
        ],
        "net: want,not_working,,Yes or perhaps,percent,61",
        "sample",
        NOT_WORKING,
    ),
    "bases of groups do not add up": Case(
        ["uc: ,all,benefit=UC,,base,60", "esa: ,all,benefit=ESA,,base,50"],
        "esa: ,all,benefit=ESA,,base,40",
        "sample",
    ),
    "weighted bases of groups do not add up": Case(
        [
            "uc: ,all,benefit=UC,,weighted_base,60",
            "esa: ,all,benefit=ESA,,weighted_base,45",
        ],
        "esa: ,all,benefit=ESA,,weighted_base,39",
        "sample",
    ),
    "more were asked than were led there": Case(
        [
            "no: work,all,,No,percent,40",
            "want: want,not_working,,,base,50",
        ],
        "want: want,not_working,,,base,36",
        "",
        NOT_WORKING,
    ),
    "a count is not its percentage": Case(
        ["count: benefit,all,,UC,count,47", "percent: benefit,all,,UC,percent,50"],
        "percent: benefit,all,,UC,percent,47",
    ),
    "a mean leaves its answers": Case(
        [
            "good: mood,all,,Good,percent,80",
            "mean: mood,all,,,mean,1.2",
        ],
        "mean: mood,all,,,mean,2.7",
        "sample",
    ),
    "options are named more often than they are counted": Case(
        [
            "one: times,all,,One,percent,50",
            "several: times,all,,Several,percent,0",
            "base: help,all,,,base,100",
            *(f"{o.lower()}: help,all,,{o},percent,25" for o in ("Form", "Call", "Plan")),
        ],
        "plan: help,all,,Plan,percent,0",
        "",
        COUNTED,
    ),
    "an implication does not hold": Case(
        ["uc: ,all,benefit=UC,,base,60", "good: mood,all,,Good,percent,40"],
        "good: mood,all,,Good,percent,60",
        "",
        IMPLIED,
    ),
    "none goes with another": Case(
        ["form: help,all,,Form,percent,60", "none: help,all,,None of these,percent,50"],
        "none: help,all,,None of these,percent,40",
        "sample",
    ),
    "more than nobody but less than one person": Case(
        ["star: benefit,all,,UC,percent,*"], "star: benefit,all,,UC,percent,1"
    ),
}
WRONG = [pytest.param(case, id=name) for name, case in CASES.items()]


def item(text: str) -> str:
    return text.partition(":")[0]


def righted(case: Case) -> list[str]:
    return [case.right if item(text) == item(case.right) else text for text in case.wrong]


def polytope_of(report: Report) -> Polytope:
    statements = statements_of(report, "s", contradicted=True)
    return Polytope(report.specification("s"), report.codebook("s"), statements)


@pytest.mark.parametrize("case", WRONG)
def test_numbers_that_cannot_all_be_true_are_found(case: Case, tmp_path: Path):
    report = tiny_report(tmp_path, case.wrong, weights=case.weights, spec=case.spec)
    (finding,) = conflict_findings(report)
    assert (finding.kind, finding.check, finding.survey) == ("contradiction", "conflict", "s")
    named = {name for name in finding.items if not name.startswith("population-")}
    assert named == {item(text) for text in case.wrong}
    assert finding.lines == tuple(range(1, len(case.wrong) + 1))
    assert finding.explanation.startswith("As printed, these cannot ")


@pytest.mark.parametrize("case", WRONG)
def test_the_same_numbers_made_right_pass(case: Case, tmp_path: Path):
    report = tiny_report(tmp_path, righted(case), weights=case.weights, spec=case.spec)
    assert [f for f in conflict_findings(report) if f.kind == "contradiction"] == []


@pytest.mark.parametrize("case", WRONG)
def test_without_any_one_number_of_a_conflict_the_others_can_be_true(case: Case, tmp_path: Path):
    polytope = polytope_of(tiny_report(tmp_path, case.wrong, weights=case.weights, spec=case.spec))
    system = polytope.system(math.inf, ROUNDED_TWICE)
    (conflict,) = find_conflicts(polytope, math.inf, ROUNDED_TWICE)
    sources = [statement.source for statement in conflict.statements]
    assert not possible(system, sources)
    for left_out in sources:
        assert possible(system, [source for source in sources if source != left_out])
