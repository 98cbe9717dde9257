from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tiny_reports import CODEBOOK, NOT_WORKING, tiny_report

from welfarestats.published.feasibility import statements_of
from welfarestats.published.outlook import Outlook, Prospect, mean_weight, within_weights
from welfarestats.published.people import People
from welfarestats.published.polytope import Polytope
from welfarestats.published.report import Report
from welfarestats.published.statements import NAMED, Selection

BENEFIT, WORK, WANT, MOOD = ((name, None) for name in ("benefit", "work", "want", "mood"))
UNIT = ('weights_represent = "sample"', 'weights_represent = "population"')


def polytope_of(report: Report) -> Polytope:
    return Polytope(
        report.specification("s"), report.codebook("s"), statements_of(report, "s", inferred=True)
    )


def outlook_of(report: Report, weights: np.ndarray | None = None) -> Outlook:
    """The outlook before anything was dealt; half of the people weigh 0.5, half 1.5."""
    polytope = polytope_of(report)
    base = polytope.survey.base
    if weights is None:
        weights = np.tile([0.5, 1.5], base // 2) if polytope.weighted else np.ones(base)
    return Outlook(polytope, People(polytope.codebook, weights))


def target(prospect: Prospect, people: Selection) -> tuple[float, float]:
    """The people and the weight of one target."""
    (found,) = [t for t in prospect.targets if t.people == people]
    return found.count, found.weight


def deal(outlook: Outlook, name: str, positions: np.ndarray) -> None:
    outlook.people.position[name] = positions


def test_answers_are_as_frequent_as_published(tmp_path: Path):
    outlook = outlook_of(
        tiny_report(tmp_path, ["uc: benefit,all,,UC,percent,30"], weights="sample")
    )
    prospect = outlook.prospect("benefit")
    assert prospect is not None
    assert prospect.shares == pytest.approx([0.3, 0.7], abs=0.006)


def test_answers_of_which_nothing_is_published_are_equally_frequent(tmp_path: Path):
    numbers = ["good: mood,all,,Good,percent,40"]
    prospect = outlook_of(tiny_report(tmp_path, numbers)).prospect("mood")
    assert prospect is not None
    # Nearly: between two steps on the way to equal shares none is better than another.
    assert prospect.shares == pytest.approx([0.4, 0.3, 0.3], abs=0.04)
    prospect = outlook_of(tiny_report(tmp_path, numbers)).prospect("times")
    assert prospect == Prospect((), prospect.shares)
    assert prospect.shares == pytest.approx([1 / 3] * 3)


def test_nobody_lacks_an_answer_unless_numbers_ask_for_it(tmp_path: Path):
    name, label, missing = "work", "Yes", {WORK: frozenset([2])}
    numbers = [f"share: {name},all,,{label},percent,20"]
    # A table with a later question has targets; without a later number there is none to read.
    numbers.append(f"later: mood,all,{name}={label},Good,percent,50")
    numbers.append(f"later-base: {name},all,mood=Good,,base,30")
    outlook = outlook_of(tiny_report(tmp_path / "a", numbers))
    prospect = outlook.prospect(name)
    assert prospect is not None
    assert target(prospect, missing)[0] == pytest.approx(0, abs=1e-6)
    numbers.append(f"base: {name},all,,,base,93")
    prospect = outlook_of(tiny_report(tmp_path / "b", numbers)).prospect(name)
    assert prospect is not None
    assert target(prospect, missing)[0] == pytest.approx(7)


def test_a_later_number_says_how_an_earlier_question_turns_out(tmp_path: Path):
    numbers = ["base: want,not_working,,,base,62"]
    prospect = outlook_of(tiny_report(tmp_path, numbers, spec=NOT_WORKING)).prospect("work")
    assert prospect is not None
    assert target(prospect, {WORK: frozenset([1])}) == pytest.approx((62, 62))


def test_what_was_dealt_stays(tmp_path: Path):
    numbers = ["uc: mood,all,benefit=UC,Good,percent,50", "all: mood,all,,Good,percent,40"]
    outlook = outlook_of(tiny_report(tmp_path, numbers))
    deal(outlook, "benefit", np.repeat([0, 1], [80, 20]))
    prospect = outlook.prospect("mood")
    assert prospect is not None
    assert prospect.shares[0] == pytest.approx(0.4, abs=0.006)
    deal(outlook, "benefit", np.repeat([0, 1], [90, 10]))  # 50 per cent of 90 are 45 of 100
    assert outlook.prospect("mood") is None


def test_where_nothing_joint_is_published_groups_answer_alike(tmp_path: Path):
    numbers = [
        "all: mood,all,,Good,percent,40",
        "uc: mood,all,benefit=UC,Good,percent,40",
        "three: mood,all,benefit=UC & work=Yes,Bad,percent,30",
    ]
    outlook = outlook_of(tiny_report(tmp_path, numbers, weights="sample"))
    benefit = np.repeat([0, 1], 50)
    deal(outlook, "benefit", benefit)
    prospect = outlook.prospect("work")
    assert prospect is not None
    for group in (0, 1):
        yes, no = (
            target(prospect, {BENEFIT: frozenset([group]), WORK: frozenset([state])})
            for state in (0, 1)
        )
        assert yes == pytest.approx((25, 25), abs=0.6)  # neither heavier nor lighter
        assert no == pytest.approx((25, 25), abs=0.6)


def test_a_table_that_a_question_completes_needs_no_target(tmp_path: Path):
    outlook = outlook_of(tiny_report(tmp_path, ["uc: mood,all,benefit=UC,Good,percent,50"]))
    deal(outlook, "benefit", np.repeat([0, 1], 50))
    prospect = outlook.prospect("mood")
    assert prospect is not None
    assert prospect.targets == ()


def test_the_share_of_an_option_is_among_those_asked(tmp_path: Path):
    codebook = CODEBOOK.replace(
        'kind = "multiple"', 'kind = "multiple"\nasked_if = { work = ["No"] }'
    )
    numbers = ["form: help,all,,Form,percent,30", "base: help,all,,,base,40"]
    outlook = outlook_of(tiny_report(tmp_path, numbers, codebook=codebook))
    deal(outlook, "work", np.repeat([0, 1], [60, 40]))
    prospect = outlook.prospect("help")
    assert prospect is not None
    assert prospect.shares[0] == pytest.approx(0.3, abs=0.02)
    people = {("help", frozenset([0])): frozenset([NAMED])}
    assert all(people != one.people for one in prospect.targets)


# ---------------------------------------------------------------- weights


def test_a_group_weighs_what_its_people_can(tmp_path: Path):
    numbers = ["uc: benefit,all,,UC,percent,45", "base: benefit,all,benefit=UC,,base,60"]
    report = tiny_report(tmp_path, numbers, weights="sample")
    light = np.tile([0.5, 1.5], 50)
    assert outlook_of(report, light).prospect("benefit") is not None
    heavy = np.tile([0.9, 1.1], 50)  # 60 people weigh 54 at least
    assert outlook_of(report, heavy).prospect("benefit") is None


def test_every_cell_lies_between_the_lightest_and_the_heaviest(tmp_path: Path):
    polytope = polytope_of(
        tiny_report(tmp_path, ["uc: benefit,all,,UC,percent,30"], weights="sample")
    )
    rows = within_weights(polytope, 0.5, 2.0)
    assert len(rows) == 2 * polytope.cells
    assert {(row.low, row.high) for row in rows} == {(-math.inf, 0.0), (0.0, math.inf)}
    unweighted = polytope_of(tiny_report(tmp_path / "u", ["uc: benefit,all,,UC,percent,30"]))
    assert within_weights(unweighted, 0.5, 2.0) == []


@pytest.mark.parametrize(("bases", "low", "high"), [((), 1.0, 1.0), ((45, 60), 1.04, 1.06)])
def test_the_mean_weight_is_what_weighted_bases_add_up_to(
    bases: tuple[int, ...], low: float, high: float, tmp_path: Path
):
    names = ("UC", "ESA")
    numbers = [
        f"{n.lower()}-weighted: ,all,benefit={n},,weighted_base,{b}"
        for n, b in zip(names, bases, strict=False)
    ]
    numbers.append("uc: benefit,all,,UC,percent,43")
    polytope = polytope_of(tiny_report(tmp_path, numbers, weights="sample"))
    assert low <= mean_weight(polytope, (0.5, 1.0, 1.5)) <= high


def test_an_unweighted_survey_has_weights_of_one(tmp_path: Path):
    polytope = polytope_of(tiny_report(tmp_path, ["uc: benefit,all,,UC,percent,43"]))
    assert mean_weight(polytope, ()) == 1.0
