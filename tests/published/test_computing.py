from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import ReportError
from welfarestats.published.computing import Respondents
from welfarestats.published.report import Report


@pytest.fixture(scope="module")
def report(finished_toy: Path) -> Report:
    return ws.load_report(finished_toy)


@pytest.fixture(scope="module")
def people(report: Report) -> pd.DataFrame:
    return pd.read_parquet(report.folder / "microdata" / "visits-synthetic.parquet")


def computed(report: Report, item: str, **changes: object) -> float:
    number = next(number for number in report.numbers if number.item == item)
    return Respondents(report).compute(replace(number, **changes)).value  # type: ignore[arg-type]


def test_a_per_cent_is_weighted_and_on_paper_scale(report: Report, people: pd.DataFrame):
    asked = people[people["seen"].isin([1, 2])]
    share = asked.loc[asked["seen"] == 1, "weight"].sum() / asked["weight"].sum()
    assert computed(report, "seen-all") == pytest.approx(100 * share, rel=1e-12)


def test_a_group_is_a_column_of_the_table(report: Report, people: pd.DataFrame):
    asked = people[people["seen"].isin([1, 2]) & (people["benefit"] == 1)]
    share = asked.loc[asked["seen"] == 1, "weight"].sum() / asked["weight"].sum()
    assert computed(report, "seen-uc") == pytest.approx(100 * share, rel=1e-12)


def test_two_groups_are_crossed(report: Report, people: pd.DataFrame):
    chosen = people[(people["benefit"] == 1) & (people["seen"] == 1)]
    found = computed(
        report, "mood-good-seen", group={"benefit": "UC", "seen": "Yes"}, statistic="base"
    )
    assert found == len(chosen)


def test_a_group_may_be_a_net(report: Report, people: pd.DataFrame):
    found = computed(report, "seen-base", group={"mood": "Good or middling"})
    assert found == (people["mood"].isin([1, 2]) & people["seen"].isin([1, 2])).sum()


def test_a_base_without_a_question_is_that_of_the_population(report: Report, people: pd.DataFrame):
    assert computed(report, "plan-base") == (people["help_plan"] == 1).sum()
    weight = people.loc[people["help_plan"] == 1, "weight"].sum()
    assert computed(report, "plan-base", statistic="weighted_base") == pytest.approx(weight)


def test_a_mean_and_a_sum_are_estimates_of_scores(report: Report, people: pd.DataFrame):
    scores = people["mood"].map({1: 3, 2: 2, 3: 1, 4: 0})
    total = float((scores * people["weight"]).sum())
    assert computed(report, "mood-mean") == pytest.approx(total / people["weight"].sum())


def test_nobody_in_a_population_is_a_base_of_zero(report: Report):
    group = {"help": "None of these", "useful": "Useful"}
    assert computed(report, "plan-base", group=group) == 0.0


def test_the_design_of_real_respondents_is_counted():
    nhanes = ws.load_report("nhanes2")
    assert computed(nhanes, "design-strata") == 31
    assert computed(nhanes, "design-psus") == 62
    assert computed(nhanes, "design-degrees-of-freedom") == 31


def test_what_cannot_be_computed_is_named(report: Report):
    with pytest.raises(ReportError, match=r"mood-mean \(line 16\) cannot be computed: .*no scores"):
        computed(report, "mood-mean", variable="seen")


def test_other_respondents_must_be_of_a_survey_of_the_report(report: Report):
    with pytest.raises(ReportError, match="has no survey 'visit'"):
        Respondents(report, {"visit": report.survey("visits")})
