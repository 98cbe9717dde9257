from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.published.printed import ROUNDED_TWICE, widened_interval
from welfarestats.published.quantities import (
    numbers_of,
    people_key,
    quantity_of,
    unweighted,
    words_of,
)
from welfarestats.published.report import Report, load_report


@pytest.fixture
def report(bare_toy: Path) -> Report:
    return load_report(bare_toy)


def number(report: Report, item: str):
    return next(number for number in report.numbers if number.item == item)


def test_a_net_and_its_answers_are_different_quantities(report: Report):
    assert quantity_of(number(report, "help-form"), report) != quantity_of(
        number(report, "help-net"), report
    )


def test_a_quantity_can_be_asked_for_as_another_statistic(report: Report):
    as_percent = quantity_of(number(report, "staff-third"), report, statistic="percent")
    assert (as_percent.statistic, as_percent.answers) == ("percent", frozenset([1]))


def test_people_are_told_by_their_answers(report: Report):
    atoms, name = people_key(number(report, "mood-net-seen-uc"), report)
    assert {atom[0] for atom, _ in atoms} == {"seen", "benefit"}
    assert name == ""


def test_people_that_no_answer_tells_keep_their_name(bare_toy: Path):
    replace_in(bare_toy / "spec.toml", 'where = { help = ["Plan"] }', "")
    report = load_report(bare_toy)
    assert people_key(number(report, "plan-base"), report)[1] == "had_plan"


def test_a_token_widens_by_units_of_its_last_digit():
    assert widened_interval("47", ROUNDED_TWICE) == (Fraction("46.45"), Fraction("47.55"))
    assert widened_interval("47.0", ROUNDED_TWICE) == (Fraction("46.945"), Fraction("47.055"))


def test_a_number_is_told_in_the_words_of_the_report(report: Report):
    assert words_of(number(report, "mood-net-seen-uc"), report) == (
        "Mood: Good or middling; Visitors who were seen; Benefit: UC"
    )
    assert words_of(number(report, "plan-base"), report) == "Visitors who had a plan"


def test_a_survey_without_a_column_of_weights_is_unweighted(report: Report):
    assert (unweighted(report, "staff"), unweighted(report, "visits")) == (True, False)


def test_numbers_are_listed_by_statistic(report: Report):
    assert [n.item for n in numbers_of(report, "count")] == [
        "visits-uc", "staff-agree", "staff-disagree",
    ]  # fmt: skip
