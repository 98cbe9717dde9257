from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import invented_people, numbers_to_meet, programme_of
from welfarestats.published.report import load_report
from welfarestats.published.solving import conflicting, contradicts, solve


def test_a_solution_meets_every_condition(bare_toy: Path):
    programme = programme_of(load_report(bare_toy), "visits")
    people = solve(programme)
    assert (people >= 0).all()
    for condition in programme.conditions:
        total = condition.factors @ people[condition.indices]
        assert condition.low <= total <= condition.high, condition.source


def test_the_same_report_gives_the_same_people(bare_toy: Path):
    programme = programme_of(load_report(bare_toy), "staff")
    again = programme_of(load_report(bare_toy), "staff")
    assert np.array_equal(solve(programme), solve(again))


def test_numbers_that_cannot_all_be_true_are_named_with_their_lines(bare_toy: Path):
    replace_in(bare_toy / "published.csv", ",percent,65,65,21,", ",percent,66,66,21,")
    with pytest.raises(ReportError, match="cannot all be true together") as caught:
        invented_people(load_report(bare_toy), "staff")
    text = str(caught.value)
    assert "staff-agree (line 21)" in text
    assert "staff-agree-percent (line 21)" in text
    assert "tools-phone" not in text


def test_a_conflict_holds_nothing_that_could_be_left_out(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "percent,40,40,11", "percent,48,48,11")
    report = load_report(bare_toy)
    found = conflicting(programme_of(report, "visits"))
    numbers = {str(number): number for number in numbers_to_meet(report, "visits")}
    assert set(found) <= set(numbers)
    assert len(found) >= 2
    for left_out in found:
        rest = [numbers[name] for name in found if name != left_out]
        assert conflicting(programme_of(report, "visits", rest)) == []


def test_what_only_fractions_of_people_could_meet_is_a_conflict(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "percent,75,75,26", "percent,70,70,26")
    with pytest.raises(ReportError, match=r"tools-base \(line 25\); tools-phone \(line 26\)"):
        invented_people(load_report(bare_toy), "staff")


def test_a_number_that_no_base_can_give_stands_alone(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "percent,75,75,26", "percent,72,72,26")
    with pytest.raises(
        ReportError, match=r"no 17 people .* can give one .*: tools-phone \(line 26"
    ):
        invented_people(load_report(bare_toy), "staff")


def test_numbers_that_can_all_be_true_do_not_conflict(bare_toy: Path):
    assert conflicting(programme_of(load_report(bare_toy), "staff")) == []


def test_a_contradiction_is_proven(bare_toy: Path):
    report = load_report(bare_toy)
    wrong = next(number for number in report.numbers if number.item == "staff-agree-again")
    programme = programme_of(report, "staff", [*numbers_to_meet(report, "staff"), wrong])
    assert contradicts(programme, str(wrong))


def test_what_can_be_true_is_no_contradiction(bare_toy: Path):
    report = load_report(bare_toy)
    programme = programme_of(report, "staff")
    assert not contradicts(programme, "tools-phone (line 26)")


def test_the_printed_contradiction_of_the_hwc_survey_is_proven():
    report = load_report("hwc-2021")
    wrong = next(number for number in report.numbers if number.item == "summary-agreed-actions")
    programme = programme_of(report, "hwc", [*numbers_to_meet(report, "hwc"), wrong])
    assert contradicts(programme, str(wrong))
    found = conflicting(programme)
    assert any(name.startswith("summary-agreed-actions") for name in found)
