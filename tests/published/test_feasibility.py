from __future__ import annotations

import functools
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_reports import tiny_report

from welfarestats.errors import OptionError, ReportError
from welfarestats.published.feasibility import base_region, bounds, candidate_bases
from welfarestats.published.printed import prints_as
from welfarestats.published.report import load_report
from welfarestats.published.statements import with_answers

#: Printed percentages of populations of the EHD whose base is not printed, the largest base that
#: the report allows, and the answers of which everyone gave one.
EHD = {
    ("wave1", "customers"): (["91", "79", "88", "59", "88", "89", "95"], 82, []),
    ("advisers", "could_refer"): (["89", "3", "54", "36", "10"], 62, [["54", "36", "10"]]),
    ("advisers", "sees_customers_during"): (["96"], 51, []),
    ("advisers", "sets_conditionality"): (["67"], 54, []),
    ("advisers", "asked_ehd_helps"): (["90"], 62, []),
    ("advisers", "asked_without_ehd"): (["13", "19"], 62, []),
}


def by_trying(percentages: list[str], maximum: int) -> list[int]:
    return [
        base
        for base in range(1, maximum + 1)
        if all(
            any(prints_as(100 * count / base, printed) for count in range(base + 1))
            for printed in percentages
        )
    ]


@pytest.mark.parametrize("percentages", [["67"], ["13", "19"], ["33.3"], ["*"], ["0", "100"]])
def test_the_bases_are_those_found_by_trying_every_count(percentages: list[str]):
    assert candidate_bases(percentages, 80) == by_trying(percentages, 80)


def test_parts_of_a_whole_must_add_up_to_the_base():
    assert candidate_bases(["50", "33"], 10) == [6]
    assert candidate_bases(["50", "33"], 10, partitions=[["50", "33"]]) == []
    assert candidate_bases(["33", "67"], 4, partitions=[["33", "67"]]) == [3]


def test_no_base_gives_percentages_that_cannot_be():
    assert candidate_bases(["50", "50", "50"], 60, partitions=[["50", "50", "50"]]) == []


def test_a_base_below_one_is_refused():
    with pytest.raises(OptionError, match="minimum must be at least 1, found 0"):
        candidate_bases(["50"], 10, 0)


@pytest.mark.parametrize(("survey", "population"), EHD)
def test_the_recorded_candidates_are_all_that_the_printed_percentages_allow(
    survey: str, population: str
):
    percentages, maximum, partitions = EHD[survey, population]
    recorded = load_report("ehd-2025").specification(survey).populations[population]
    found = tuple(candidate_bases(percentages, maximum, partitions=partitions))
    assert recorded.base in found
    if population != "sees_customers_during":  # its base is a printed percentage of the 62
        assert recorded.candidate_bases == found


@pytest.mark.parametrize(("survey", "population"), EHD)
def test_the_percentages_of_a_population_are_those_transcribed(survey: str, population: str):
    transcribed = [
        number.printed
        for number in load_report("ehd-2025").numbers
        if (number.survey, number.population, number.statistic) == (survey, population, "percent")
    ]
    assert sorted(transcribed) == sorted(EHD[survey, population][0])


def test_eighty_two_per_cent_of_sixty_two_is_fifty_one_people():
    counts = [count for count in range(63) if prints_as(100 * count / 62, "82")]
    recorded = load_report("ehd-2025").specification("advisers").populations
    assert recorded["sees_customers_during"].candidate_bases == tuple(counts) == (51,)


# ------------------------------------------------------------------ bounds

SHARES = (
    "benefit,all,,UC,percent",
    "mood,all,,Good,percent",
    "mood,all,,Bad,percent",
    "mood,all,benefit=UC,Good,percent",
    "mood,all,benefit=ESA,Neither,percent",
    ",all,benefit=UC,,base",
    "mood,all,benefit=UC,Bad,count",
    "mood,all,,,mean",
)
ASKED = (
    {"variable": "mood", "category": "Good", "group": {"benefit": "ESA"}},
    {"variable": "mood", "category": "Neither"},
    {"statistic": "base", "group": {"mood": "Bad"}},
    {"statistic": "count", "variable": "mood", "category": "Bad", "group": {"benefit": "ESA"}},
)
#: Benefit, then mood: the cells of the smallest cross-tab with both.
CELLS = tuple(itertools.product(range(2), range(3)))
MOODS, BENEFITS = {"Good": 0, "Bad": 1, "Neither": 2}, {"UC": 0, "ESA": 1}
SCORES = {0: 3, 1: 1}

People = list[tuple[int, int, float]]


def populations(size: int, weights: tuple[float, ...]) -> list[People]:
    """Everyone there could be: each a benefit, a mood and a weight, in any number."""
    kinds = [(*cell, weight) for cell in CELLS for weight in weights]
    several = itertools.combinations_with_replacement(kinds, size)
    return [
        list(people)
        for people in several
        if abs(sum(weight for *_, weight in people) - size) <= 0.5
    ]


def value_of(people: People, quantity: dict[str, Any]) -> float | None:
    """What a population gives for a quantity, counted person by person; None if nobody is asked."""
    group = quantity.get("group", {})
    inside = [
        (b, m, w)
        for b, m, w in people
        if b == BENEFITS.get(group.get("benefit"), b) and m == MOODS.get(group.get("mood"), m)
    ]
    answer = (quantity.get("variable"), quantity.get("category"))
    part = [
        (b, m, w)
        for b, m, w in inside
        if answer in (("benefit", list(BENEFITS)[b]), ("mood", list(MOODS)[m]))
    ]
    statistic = quantity.get("statistic", "percent")
    if statistic in ("base", "count"):
        return len(inside if statistic == "base" else part)
    if statistic == "mean":
        inside = [(b, m, w) for b, m, w in inside if m in SCORES]
    total = sum(w for *_, w in inside)
    if not total:
        return None
    if statistic == "mean":
        return sum(w * SCORES[m] for _, m, w in inside) / total
    return 100 * sum(w for *_, w in part) / total


def quantity_of(text: str) -> dict[str, Any]:
    variable, _, group, category, statistic = text.split(",")
    named = dict([group.split("=")]) if group else {}
    return {"variable": variable, "category": category, "statistic": statistic, "group": named}


def printed_of(value: float, statistic: str) -> str:
    return f"{math.floor(value + 0.5 + 1e-9)}" if statistic != "mean" else f"{value:.1f}"


@functools.cache
def everyone(weighted: bool) -> list[People]:
    return populations(4, (0.5, 1.5)) if weighted else populations(6, (1.0,))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), weighted=st.booleans())
def test_bounds_are_never_narrower_than_any_people_who_give_the_printed_numbers(
    seed: int, weighted: bool, tmp_path_factory: pytest.TempPathFactory
):
    random = np.random.default_rng(seed)
    several = everyone(weighted)
    people = several[random.integers(len(several))]
    printed = {}
    for text in random.choice(SHARES, size=4, replace=False):
        value = value_of(people, quantity_of(str(text)))
        if value is not None:
            printed[str(text)] = printed_of(value, quantity_of(str(text))["statistic"])
    numbers = [f"n{i}: {text},{token}" for i, (text, token) in enumerate(printed.items())]
    folder = tmp_path_factory.mktemp("tiny")
    report = tiny_report(folder, numbers, base=len(people), weights="sample" if weighted else "")
    fitting = [
        one
        for one in several
        if all(
            (value := value_of(one, quantity_of(text))) is not None
            and printed_of(value, quantity_of(text)["statistic"]) == token
            for text, token in printed.items()
        )
    ]
    assert people in fitting
    for quantity in ASKED:
        table = bounds(report, "s", **quantity)
        widest = table[table["k"] == math.inf].iloc[0]
        assert widest["exact"]
        values = [v for one in fitting if (v := value_of(one, quantity)) is not None]
        if values:
            assert widest["low"] <= min(values) + 1e-6
            assert widest["high"] >= max(values) - 1e-6


@pytest.mark.parametrize("uc", [0, 2, 5, 6])
@pytest.mark.parametrize("good", [0, 1, 4, 6])
def test_bounds_of_a_cell_with_known_margins_are_reached_by_whole_people(
    uc: int, good: int, tmp_path: Path
):
    numbers = [f"a: ,all,benefit=UC,,base,{uc}", f"b: mood,all,,Good,count,{good}"]
    report = tiny_report(tmp_path, numbers, base=6)
    quantity = {"statistic": "count", "variable": "mood", "category": "Good"}
    group = {"group": {"benefit": "UC"}}
    (row,) = bounds(report, "s", **quantity, **group).to_dict("records")
    reached = [
        value_of(people, quantity | group)
        for people in everyone(weighted=False)
        if value_of(people, {"statistic": "base", **group}) == uc
        and value_of(people, quantity) == good
    ]
    assert (row["low"], row["high"], row["exact"]) == (min(reached), max(reached), True)


def test_the_bounds_of_a_share_follow_from_a_part_the_whole_and_the_bound_on_weights(
    tmp_path: Path,
):
    numbers = ["a: ,all,benefit=UC,,base,50", "b: mood,all,,Good,percent,40"]
    report = tiny_report(tmp_path, numbers, weights="sample")
    table = bounds(report, "s", "mood", category="Good", group={"benefit": "UC"}).set_index("k")
    assert table.loc[1.25, "low"] == 0  # The others may weigh 100 - 50 / 1.25 and hold them all.
    assert table["high"].tolist() == [100, 100, 100]
    assert table["low"].is_monotonic_decreasing
    printed = bounds(report, "s", "mood", category="Good").set_index("k")
    assert printed.loc[math.inf].tolist() == [pytest.approx(39.5), pytest.approx(40.5), True]


def test_an_unprinted_base_is_bounded_by_the_share_and_the_bound_on_weights(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: benefit,all,,UC,percent,40"], weights="sample", base=1000)
    table = bounds(report, "s", statistic="base", group={"benefit": "UC"}).set_index("k")
    assert table.loc[1.25, "low"] == pytest.approx(395 / 1.25, rel=2e-3)
    assert table.loc[1.25, "high"] == pytest.approx(405 * 1.25, rel=2e-3)
    assert table.loc[2, "low"] == pytest.approx(395 / 2, rel=2e-3)
    assert table.loc[math.inf, "low"] == pytest.approx(1)


def test_bounds_of_numbers_that_cannot_all_be_true_are_refused(tmp_path: Path):
    numbers = ["a: work,all,,Yes,percent,47", "b: work,all,,Yes,percent,49"]
    with pytest.raises(ReportError, match="cannot all be true together, so that they bound"):
        bounds(tiny_report(tmp_path, numbers), "s", "work", category="Yes")


def test_bounds_are_missing_where_no_weights_within_the_factor_give_the_numbers(tmp_path: Path):
    numbers = ["base: ,all,benefit=UC,,base,60", "share: benefit,all,,UC,percent,40"]
    report = tiny_report(tmp_path, numbers, weights="sample")
    table = bounds(report, "s", "mood", category="Good")
    assert table["low"].isna().tolist() == [True, False, False]


def test_bounds_of_a_share_of_nobody_are_refused(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: work,all,,No,count,0"])
    with pytest.raises(ReportError, match="nobody in survey 's' can be in the base"):
        bounds(report, "s", "want", category="Yes")


def test_bounds_say_what_cannot_be_asked(tmp_path: Path):
    report = tiny_report(tmp_path, [])
    with pytest.raises(OptionError, match="statistic must be one of"):
        bounds(report, "s", "work", category="Yes", statistic="mean")
    with pytest.raises(OptionError, match="a percentage needs a category"):
        bounds(report, "s", "work")
    with pytest.raises(ReportError, match="has no population 'seen' in"):
        bounds(report, "s", "work", category="Yes", population="seen")


def test_the_pairs_of_bases_of_two_groups_are_the_corners_of_a_polygon(tmp_path: Path):
    numbers = ["a: ,all,benefit=UC,,base,60"]
    report = tiny_report(tmp_path, numbers)
    codebook = report.codebook("s")
    sides = tuple(with_answers({"benefit": [name]}, codebook) for name in ("UC", "ESA"))
    assert base_region(report, "s", sides, math.inf) == [(60, 40)]
    free = tiny_report(tmp_path / "free", [])
    assert base_region(free, "s", sides, math.inf) == [(0, 100), (100, 0)]


def test_there_is_no_pair_of_bases_where_the_numbers_about_them_contradict_each_other(
    tmp_path: Path,
):
    numbers = ["a: ,all,benefit=UC,,base,60", "b: ,all,benefit=ESA,,base,60"]
    report = tiny_report(tmp_path, numbers)
    sides = tuple(with_answers({"benefit": [name]}, report.codebook("s")) for name in ("UC", "ESA"))
    assert base_region(report, "s", sides, math.inf) is None
