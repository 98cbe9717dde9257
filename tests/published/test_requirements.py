from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.programme import Programme
from welfarestats.published.reconstruction import invented_people, numbers_to_meet, programme_of
from welfarestats.published.report import load_report
from welfarestats.published.requirements import require


def conditions_of(folder: Path, item: str, survey: str = "staff") -> list[tuple[float, float]]:
    report = load_report(folder)
    number = next(n for n in report.numbers if n.item == item)
    programme = Programme(report.specification(survey), report.codebook(survey), [number])
    before = len(programme.conditions)
    require(programme, number)
    return [(c.low, c.high) for c in programme.conditions[before:]]


def test_a_count_is_exact(bare_toy: Path):
    assert conditions_of(bare_toy, "staff-agree") == [(11, 11)]


def test_a_base_is_exact(bare_toy: Path):
    assert conditions_of(bare_toy, "tools-base") == [(16, 16)]


def test_a_half_rounds_up_so_the_lower_end_belongs_to_it(bare_toy: Path):
    somebody, low, high = conditions_of(bare_toy, "staff-agree-percent")
    assert somebody == (1, float("inf"))
    assert low == (0, float("inf"))
    assert high == (1, float("inf"))


def test_weighted_numbers_keep_off_the_ends(bare_toy: Path):
    _, low, high = conditions_of(bare_toy, "seen-all", "visits")
    assert low == (1, float("inf"))
    assert high == (1, float("inf"))


def test_the_mark_asks_for_somebody(bare_toy: Path):
    *_, somebody = conditions_of(bare_toy, "mood-unspeakable", "visits")
    assert somebody == (1, float("inf"))


def test_a_weighted_base_is_an_interval_in_whole_units(bare_toy: Path):
    assert conditions_of(bare_toy, "help-weighted-base", "visits") == [(766, 774)]


def test_a_printed_half_can_be_met_exactly(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "percent,75,75,26", "percent,13,13,26")
    people = invented_people(load_report(bare_toy), "staff")
    assert people["tool_phone"].sum() == 2  # 2 of 16 are 12.5 per cent


def test_a_sum_and_a_mean_are_of_scores(bare_toy: Path):
    replace_in(
        bare_toy / "published.csv",
        "mood-mean,visits,mood,all,,,mean,2.4,2.4,",
        "mood-mean,visits,mood,all,,,sum,290,290,",
    )
    report = load_report(bare_toy)
    people = invented_people(report, "visits")
    scores = people["mood"].map({1: 3, 2: 2, 3: 1, 4: 0})
    assert 289.5 <= float((scores * people["weight"]).sum()) < 290.5


def test_a_mean_without_scores_is_refused(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "mood-mean,visits,mood,all", "mood-mean,visits,seen,all")
    with pytest.raises(ReportError, match=r"is a mean, but its variable has no scores."):
        programme_of(load_report(bare_toy), "visits")


def test_people_chosen_by_two_questions_ask_for_a_stratum(bare_toy: Path):
    replace_in(
        bare_toy / "spec.toml",
        'where = { help = ["Plan"] }',
        'where = { help = ["Plan"], barriers = ["Care"] }',
    )
    report = load_report(bare_toy)
    number = next(n for n in numbers_to_meet(report, "visits") if n.item == "plan-base")
    with pytest.raises(ReportError, match="is about people chosen by 'help', 'barriers'"):
        programme_of(report, "visits", [number])
