from __future__ import annotations

import itertools
import math
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
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import ROUNDED_TWICE
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
            "all: ,all,,,weighted_base,100",
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
    assert finding.explanation.startswith("As printed, th")


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


def test_a_conflict_under_a_bound_on_weights_names_it_and_the_factor_that_would_do(tmp_path: Path):
    numbers = ["base: ,all,benefit=UC,,base,60", "share: benefit,all,,UC,percent,40"]
    report = tiny_report(tmp_path, numbers, weights="sample")
    (finding,) = conflict_findings(report)
    assert finding.kind == "contradiction-if"
    assert "between 1/1.25 of and 1.25 times that of all" in finding.assumption
    assert "once mean weights may be 1.47 times that of all" in finding.arithmetic


def test_a_conflict_that_rounding_twice_resolves_is_one_if_numbers_were_rounded_once(
    tmp_path: Path,
):
    numbers = ["one: work,all,,Yes,percent,47", "two: work,all,,Yes,percent,46.45"]
    (finding,) = conflict_findings(tiny_report(tmp_path, numbers, weights="sample"))
    assert (finding.kind, finding.assumption) == (
        "contradiction-if",
        "every number was rounded only once",
    )


def test_the_arithmetic_says_where_the_others_put_the_number(tmp_path: Path):
    case = CASES["parts leave the whole for any split"]
    (finding,) = conflict_findings(tiny_report(tmp_path, case.wrong, weights="sample"))
    assert finding.arithmetic == (
        "The other numbers put uc at 59.45 to 100.00 per cent; printed is 40, which is at most 40.55."
    )


def test_the_arithmetic_of_weighted_bases_is_in_the_units_that_are_printed(tmp_path: Path):
    numbers = [
        "all: ,all,,,weighted_base,50000",
        "uc: ,all,benefit=UC,,weighted_base,30000",
        "esa: ,all,benefit=ESA,,weighted_base,25000",
    ]
    (finding,) = conflict_findings(tiny_report(tmp_path, numbers, weights="population"))
    assert finding.arithmetic == (
        "The other numbers put all at 54,998.90 to 55,001.10; printed is 50000, which is at most "
        "50,000.55."
    )
    numbers = [numbers[1], numbers[2], numbers[0]]
    (finding,) = conflict_findings(tiny_report(tmp_path, numbers, weights="population"))
    assert finding.arithmetic == (
        "The other numbers put uc at 24,998.90 to 25,001.10; printed is 30000, which is at least "
        "29,999.45."
    )


def test_the_earliest_of_equally_few_numbers_is_given_up(tmp_path: Path):
    numbers = ["b: work,all,,Yes,percent,47", "a: work,all,,Yes,percent,49"]
    (conflict,) = find_conflicts(polytope_of(tiny_report(tmp_path, numbers)))
    assert conflict.given_up.number.item == "b"


def test_one_number_is_given_up_for_several_conflicts_that_share_it(tmp_path: Path):
    numbers = [
        "one: work,all,,Yes,percent,47",
        "two: work,all,,Yes,percent,47",
        "three: work,all,,Yes,percent,49",
    ]
    (conflict,) = find_conflicts(polytope_of(tiny_report(tmp_path, numbers)))
    assert conflict.given_up.number.item == "three"


def test_conflicts_apart_are_told_apart(tmp_path: Path):
    wrong = CASES["a quantity has two values"].wrong + CASES["a mean leaves its answers"].wrong
    found = conflict_findings(tiny_report(tmp_path, wrong, weights="sample"))
    assert {finding.items for finding in found} == {("one", "two"), ("good", "mean")}


def test_a_survey_with_no_number_but_its_base_has_no_conflict(tmp_path: Path):
    assert survey_conflicts(tiny_report(tmp_path, ["base: ,all,,,base,100"]), "s") == []
    assert survey_conflicts(tiny_report(tmp_path, []), "s") == []


def test_an_inferred_base_is_no_printed_number(tmp_path: Path):
    spec = NOT_WORKING + 'base = 40\nbase_status = "{status}"\n'
    numbers = ["base: want,not_working,,,base,50"]
    inferred = tiny_report(tmp_path / "i", numbers, spec=spec.replace("{status}", "inferred"))
    printed = tiny_report(tmp_path / "p", numbers, spec=spec.replace("{status}", "printed"))
    assert conflict_findings(inferred) == []
    assert len(conflict_findings(printed)) == 1


def test_means_of_scales_and_stated_numbers_are_in_no_conflict(tmp_path: Path):
    numbers = [
        "a: hours,all,,,mean,20",
        "b: hours,all,,,mean,30",
        "c: work,all,,Yes,approximate,20",
        "d: work,all,,Yes,percent,80",
        "e: hours,all,,,base,60",
    ]
    assert conflict_findings(tiny_report(tmp_path, numbers, weights="sample")) == []


def test_a_blank_in_collected_records_is_no_conflict(tmp_path: Path):
    numbers = ["base: benefit,all,,,base,98"]
    written = tiny_report(tmp_path / "s", numbers)
    collected = tiny_report(tmp_path / "c", numbers, origin="collected")
    assert [finding.items for finding in conflict_findings(written)] == [("base",)]
    assert conflict_findings(collected) == []


def test_the_notes_that_say_contradicted_are_proven(tmp_path: Path):
    numbers = ["one: work,all,,Yes,percent,47", "two: work,all,,Yes,percent,49"]
    polytope = polytope_of(tiny_report(tmp_path, numbers))
    assert all(contradicted(polytope, one) for one in polytope.statements[:2])
    assert not contradicted(polytope, polytope.statements[2])


def test_what_prints_rounded_up_contradicts_what_prints_rounded_down(tmp_path: Path):
    count = "count: benefit,all,,UC,count,1"
    for printed, no_conflict in (("13", True), ("12", False)):
        numbers = [count, f"share: benefit,all,,UC,percent,{printed}"]
        polytope = polytope_of(tiny_report(tmp_path / printed, numbers, base=8))
        assert contradicted(polytope, polytope.statements[1]) != no_conflict


# ------------------------------------------------------------------ against trying all

QUANTITIES = (
    "benefit,all,,UC",
    "mood,all,benefit=UC,Good",
    "mood,all,benefit=ESA,Good",
    "mood,all,,Good",
    "mood,all,,Bad",
    "mood,all,benefit=UC,Bad",
)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_as_few_as_possible_are_given_up(seed: int, tmp_path_factory: pytest.TempPathFactory):
    random = np.random.default_rng(seed)
    numbers = [
        f"n{i}: {random.choice(QUANTITIES)},percent,{random.integers(0, 101)}" for i in range(5)
    ]
    report = tiny_report(tmp_path_factory.mktemp("r"), numbers, weights="sample")
    polytope = polytope_of(report)
    system = polytope.system(math.inf, ROUNDED_TWICE)
    sources = [one.source for one in polytope.statements]
    fewest = next(
        size
        for size in range(len(sources))
        if any(
            possible(system, set(sources) - set(gone))
            for gone in itertools.combinations(sources, size)
        )
    )
    found = find_conflicts(polytope, math.inf, ROUNDED_TWICE)
    assert len(found) == fewest
    gone = {conflict.given_up.source for conflict in found}
    assert possible(system, set(sources) - gone)
    for conflict in found:
        assert not possible(system, [one.source for one in conflict.statements])
