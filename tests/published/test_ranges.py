from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from tiny_reports import NOT_WORKING, tiny_report

from welfarestats.errors import OptionError, ReportError
from welfarestats.published.feasibility import WEIGHT_FACTORS, bounds
from welfarestats.published.ranges import PublishedCell, published_cells, weight_factors
from welfarestats.published.report import Report, load_report

TIMES = [
    "uc: benefit,all,,UC,count,40",
    "nothing: times,all,,Nothing,percent,30",
    "nothing-uc: times,all,benefit=UC,Nothing,percent,50",
]


def cells(report: Report, stub: str = "times", banner: str = "benefit", population: str = "all"):
    banners = [banner] if banner else []
    return {cell.place: cell for cell in published_cells(report, "s", [stub], banners, population)}


def cell(report: Report, category: str, group: str, **options) -> PublishedCell:
    found = cells(report, **options)
    return next(c for place, c in found.items() if (place[1], place[3]) == (category, group))


def test_what_is_printed_stands_as_printed(tmp_path: Path):
    report = tiny_report(tmp_path, TIMES)
    found = cell(report, "Nothing", "UC")
    assert [number.item for number in found.printed] == ["nothing-uc"]
    assert {found.text(k) for k in WEIGHT_FACTORS} == {"50"}
    assert found.ends(2.0) is None


def test_what_is_not_printed_lies_between_the_limits_worked_out_by_hand(tmp_path: Path):
    # 29.5 to 30.5 of 100 named nothing, 19.8 to 20.2 of them on UC: 9.3 to 10.7 of 60 on ESA.
    found = cell(tiny_report(tmp_path, TIMES), "Nothing", "ESA")
    assert found.limits[math.inf] == pytest.approx((100 * 9.3 / 60, 100 * 10.7 / 60))
    assert found.text(math.inf) == "15–18"


def test_limits_are_rounded_so_that_they_still_hold():
    number = PublishedCell("q", "Yes", "g", "A", None, limits={2.0: (12.2, 33.9)})  # type: ignore[arg-type]
    assert number.text(2.0) == "12–34"
    people = PublishedCell("q", "", "g", "A", None, limits={2.0: (12.2, 33.9)})  # type: ignore[arg-type]
    assert people.text(2.0) == "13–33"


def test_a_percentage_that_follows_from_others_is_one_number():
    found = PublishedCell("q", "Yes", "g", "A", None, limits={2.0: (86.3, 86.3)})  # type: ignore[arg-type]
    assert found.text(2.0) == "86"


def test_a_base_that_follows_from_others_is_one_number(tmp_path: Path):
    assert cell(tiny_report(tmp_path, TIMES), "", "ESA").text(math.inf) == "60"


def test_only_weights_make_several_bounds(tmp_path: Path):
    assert weight_factors(tiny_report(tmp_path / "a", TIMES), "s") == (math.inf,)
    weighted = tiny_report(tmp_path / "b", TIMES, weights="sample")
    assert weight_factors(weighted, "s") == WEIGHT_FACTORS


def test_a_wider_bound_on_weights_never_gives_a_narrower_range(tmp_path: Path):
    report = tiny_report(tmp_path, TIMES, weights="sample")
    for found in cells(report).values():
        ranges = [found.limits[k] for k in WEIGHT_FACTORS if k in found.limits]
        for (low, high), (lower, higher) in itertools.pairwise(ranges):
            assert lower <= low + 1e-6
            assert higher >= high - 1e-6


def test_ranges_lie_within_the_bounds_of_each_quantity_alone(tmp_path: Path):
    report = tiny_report(tmp_path, TIMES, weights="sample")
    for category, group in [("Nothing", "ESA"), ("One", "UC"), ("One", "Total")]:
        found = cell(report, category, group)
        where = {} if group == "Total" else {"benefit": group}
        alone = bounds(report, "s", "times", category=category, group=where).set_index("k")
        for k, (low, high) in found.limits.items():
            assert low >= alone.loc[k, "low"] - 1e-6
            assert high <= alone.loc[k, "high"] + 1e-6


def test_every_statistic_of_people_who_give_the_printed_numbers_lies_in_its_range(tmp_path: Path):
    random = np.random.default_rng(5)
    for draw in range(4):
        benefit, times = random.integers(0, 2, 60), random.integers(0, 3, 60)
        weights = random.uniform(0.7, 1.4, 60)
        weights *= 60 / weights.sum()

        def share(answer: int, group: int | None, benefit=benefit, times=times, weights=weights):
            inside = np.ones(60, bool) if group is None else benefit == group
            return 100 * weights[inside & (times == answer)].sum() / weights[inside].sum()

        numbers = [
            f"uc: benefit,all,,UC,count,{(benefit == 0).sum()}",
            f"one: times,all,,One,percent,{math.floor(share(1, None) + 0.5)}",
            f"uc-one: times,all,benefit=UC,One,percent,{math.floor(share(1, 0) + 0.5)}",
            f"uc-nothing: times,all,benefit=UC,Nothing,percent,{math.floor(share(0, 0) + 0.5)}",
        ]
        report = tiny_report(tmp_path / str(draw), numbers, base=60, weights="sample")
        answers, groups = ("Nothing", "One", "Several"), {"UC": 0, "ESA": 1, "Total": None}
        for found in cells(report).values():
            if found.category and not found.printed:
                true = share(answers.index(found.category), groups[found.group])
                for low, high in found.limits.values():
                    assert low - 1e-6 <= true <= high + 1e-6


def test_two_printed_values_are_both_shown_and_a_number_word_as_digits(tmp_path: Path):
    report = tiny_report(
        tmp_path,
        [*TIMES[:1], "a: times,all,,Nothing,percent,Thirty", "b: times,all,,Nothing,percent,31"],
    )
    assert cell(report, "Nothing", "Total").printed[0].printed == "Thirty"
    assert cell(report, "Nothing", "Total").values == ["30", "31"]


def test_nets_have_a_place_only_where_something_is_printed_of_them(tmp_path: Path):
    options = {"stub": "want", "population": "not_working"}
    plain = tiny_report(tmp_path / "a", ["a: want,not_working,,Yes,percent,40"], spec=NOT_WORKING)
    assert "Yes or perhaps" not in {place[1] for place in cells(plain, **options)}
    told = tiny_report(
        tmp_path / "b", ["a: want,not_working,,Yes or perhaps,percent,40"], spec=NOT_WORKING
    )
    assert "Yes or perhaps" in {place[1] for place in cells(told, **options)}


def test_a_group_of_nobody_has_a_mark_and_no_range(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: want,not_working,,Yes,percent,40"], spec=NOT_WORKING)
    found = cell(report, "Perhaps", "Yes", stub="want", banner="work", population="not_working")
    assert found.limits == {}
    assert found.text(math.inf) == "[z]"


def test_printed_numbers_that_contradict_each_other_bound_nothing(tmp_path: Path):
    report = tiny_report(
        tmp_path, ["a: times,all,,One,percent,60", "b: times,all,,Several,percent,60"]
    )
    with pytest.raises(ReportError, match=r"cannot all be true together.*audit` says which"):
        cells(report)


def test_a_number_that_others_contradict_gives_way_to_one_that_holds(tmp_path: Path):
    report = tiny_report(tmp_path, [*TIMES, "b: times,all,,Nothing,percent,80"])
    path = tmp_path / "published.csv"
    text = path.read_text(encoding="utf-8").replace("80,80,4,", "80,80,4,contradicted: line 2")
    assert "contradicted" in text
    path.write_text(text, encoding="utf-8")
    report = load_report(tmp_path)
    assert cell(report, "Nothing", "Total").values == ["30"]
    assert not cell(report, "Nothing", "Total").contradicted


def test_a_population_that_does_not_exist_is_refused(tmp_path: Path):
    with pytest.raises(ReportError, match="survey 's' has no population 'nobody'; it has 'all'"):
        cells(tiny_report(tmp_path, TIMES), population="nobody")


def test_a_question_is_not_both_stub_and_banner(tmp_path: Path):
    with pytest.raises(OptionError, match="'times' is both stub and banner"):
        cells(tiny_report(tmp_path, TIMES), banner="times")


def test_a_scale_makes_no_rows(tmp_path: Path):
    with pytest.raises(OptionError, match="question 'hours' has no list of answers"):
        cells(tiny_report(tmp_path, TIMES), stub="hours")


def test_a_number_that_is_only_contradicted_is_shown_and_bounds_nothing(tmp_path: Path):
    report = tiny_report(tmp_path, TIMES)
    path = tmp_path / "published.csv"
    text = path.read_text(encoding="utf-8").replace("30,30,2,", "30,30,2,contradicted: line 9")
    path.write_text(text, encoding="utf-8")
    report = load_report(tmp_path)
    assert cell(report, "Nothing", "Total").contradicted
    assert cell(report, "Nothing", "Total").text(math.inf) == "30"
    assert cell(report, "Several", "Total").ends(math.inf) == (0, 81)
