from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from recount import Recount, prints_as, rows_to_meet
from tiny_reports import COUNTED, NOT_WORKING, tiny_report
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.feasibility import statements_of
from welfarestats.published.inventing import in_order, invent
from welfarestats.published.people import People
from welfarestats.published.reconstruction import invented_people
from welfarestats.published.report import Report, load_report

BARRIERS = ["barrier_health", "barrier_care", "barrier_travel"]
HELP = ["help_form", "help_call", "help_plan"]
WEIGHTED = "[reconstruction.s]\nweights = [0.3, 0.6, 0.8, 1.0, 1.2, 1.4]\n"


def invented(report: Report, seed: int = 1) -> People:
    survey, codebook = report.specification("s"), report.codebook("s")
    return invent(survey, codebook, statements_of(report, "s", inferred=True), seed=seed)


def missed(folder: Path, survey: str, frame: pd.DataFrame) -> list[tuple[str, str, float]]:
    """The published numbers that some people do not give."""
    recount = Recount(folder, survey, frame)
    rows = [(row, recount.computed(row)) for row in rows_to_meet(folder, survey)]
    return [(r["item"], r["printed"], found) for r, found in rows if not prints_as(found, r)]


# ---------------------------------------------------------------- a toy report


@pytest.fixture(scope="module")
def visits(finished_toy: Path) -> pd.DataFrame:
    return invented_people(load_report(finished_toy), "visits")


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("survey", ["visits", "staff"])
def test_every_seed_gives_every_published_number(seed: int, survey: str, finished_toy: Path):
    frame = invented_people(load_report(finished_toy), survey, seed=seed)
    assert missed(finished_toy, survey, frame) == []


def test_nobody_answers_what_was_not_asked(visits: pd.DataFrame):
    assert (visits["help_form"].notna() == (visits["seen"] == 1)).all()
    assert (visits["useful"].notna() == (visits["help_plan"] == 1)).all()
    assert visits[["benefit", "seen", "mood", "barrier_count", *BARRIERS]].notna().all(axis=None)


def test_exclusive_options_go_with_no_other(visits: pd.DataFrame):
    for alone, others in (("help_none", HELP), ("barrier_none", BARRIERS)):
        assert (visits.loc[visits[alone] == 1, others].sum(axis=1) == 0).all()


def test_who_did_not_say_none_said_something(visits: pd.DataFrame):
    assert (visits.loc[visits["help_none"] == 0, HELP].sum(axis=1) >= 1).all()
    assert (visits.loc[visits["barrier_none"] == 0, BARRIERS].sum(axis=1) >= 1).all()


def test_mentions_are_as_many_as_the_count_says(visits: pd.DataFrame):
    mentions = visits[BARRIERS].sum(axis=1)
    assert (mentions[visits["barrier_count"] == 1] == 0).all()
    assert (mentions[visits["barrier_count"] == 2] == 1).all()
    assert (mentions[visits["barrier_count"] == 3] >= 2).all()


def test_people_stand_in_no_order(visits: pd.DataFrame):
    for column in ("benefit", "seen", "mood", "weight"):
        assert not visits[column].is_monotonic_increasing
        assert not visits[column].is_monotonic_decreasing


def test_the_same_seed_gives_the_same_people_and_another_seed_others(
    visits: pd.DataFrame, finished_toy: Path
):
    report = load_report(finished_toy)
    pd.testing.assert_frame_equal(invented_people(report, "visits", seed=7), visits)
    others = invented_people(report, "visits", seed=70)
    assert list(others) == list(visits)
    columns = list(visits)
    one, two = (f.sort_values(columns, ignore_index=True) for f in (visits, others))
    assert not one.equals(two)


# ---------------------------------------------------------------- every sort of number


def test_a_survey_without_weights_is_counted_in_people(tmp_path: Path):
    numbers = [
        "good: mood,all,,Good,percent,37",
        "uc: mood,all,benefit=UC,Good,percent,64",
        "mean: mood,all,,,mean,2.1",
        "sum: mood,all,benefit=UC,,sum,100",
        "want: want,not_working,,,base,41",
        "perhaps: want,not_working,,Yes or perhaps,percent,46",
    ]
    people = invented(tiny_report(tmp_path, numbers, spec=NOT_WORKING))
    mood, uc = people.position["mood"], people.position["benefit"] == 0
    assert (people.weights == 1).all()
    assert (mood == 0).sum() == 37
    assert 63.5 <= 100 * (mood[uc] == 0).mean() < 64.5
    assert 2.05 <= (3 * (mood == 0) + (mood == 1)).sum() / (mood != 2).sum() < 2.15
    assert (3 * (mood == 0) + (mood == 1))[uc].sum() == 100
    wanting = people.position["want"]
    assert ((wanting >= 0) == (people.position["work"] == 1)).all()
    assert (wanting >= 0).sum() == 41
    assert 45.5 <= 100 * ((wanting == 0) | (wanting == 1)).sum() / 41 < 46.5


def test_weighted_bases_are_met_though_they_are_no_sample_size(tmp_path: Path):
    numbers = [
        "uc: ,all,benefit=UC,,weighted_base,48",
        "esa: ,all,benefit=ESA,,weighted_base,47",
        "uc-base: ,all,benefit=UC,,base,41",
        "star: mood,all,,Bad,percent,*",
    ]
    people = invented(tiny_report(tmp_path, numbers, weights="sample", spec=WEIGHTED))
    uc, bad = people.position["benefit"] == 0, people.position["mood"] == 1
    assert uc.sum() == 41
    assert 47.5 <= people.weights[uc].sum() < 48.5
    assert 46.5 <= people.weights[~uc].sum() < 47.5
    assert 0 < people.weights[bad].sum() < 0.5 * people.weights.sum() / 100


def test_one_mention_and_several_are_told_apart(tmp_path: Path):
    numbers = [
        "one: times,all,,One,percent,40",
        "several: times,all,,Several,percent,30",
        "form: help,all,,Form,percent,45",
        "call: help,all,,Call,percent,45",
        "base: help,all,,,base,100",
    ]
    people = invented(tiny_report(tmp_path, numbers, spec=COUNTED))
    named = people.mentioned["help"][:3].sum(axis=0)
    assert (np.minimum(named, 2) == people.position["times"]).all()
    assert people.mentioned["help"][:2].sum(axis=1).tolist() == [45, 45]


# ---------------------------------------------------------------- order


def test_a_question_comes_after_those_that_lead_to_it_or_count_it(bare_toy: Path):
    report = load_report(bare_toy)
    questions = in_order(report.specification("visits"), report.codebook("visits"))
    order = [question.name for question in questions]
    assert sorted(order) == sorted(question.name for question in report.codebook("visits"))
    assert order.index("seen") < order.index("help") < order.index("useful")
    assert order.index("barrier_count") < order.index("barriers")


# ---------------------------------------------------------------- nobody is found


def test_numbers_that_cannot_all_be_true_are_named_with_their_lines(bare_toy: Path):
    replace_in(bare_toy / "published.csv", ",percent,65,65,21,", ",percent,66,66,21,")
    with pytest.raises(ReportError, match="cannot all be true together") as caught:
        invented_people(load_report(bare_toy), "staff")
    text = str(caught.value)
    assert "staff-agree (line 21)" in text
    assert "staff-agree-percent (line 21)" in text
    assert "tools-phone" not in text


def test_a_number_that_nobody_can_give_stands_alone(tmp_path: Path):
    report = tiny_report(tmp_path, ["base: benefit,all,,,base,98", "work: work,all,,,base,98"])
    with pytest.raises(ReportError, match=r"no 100 people .* can give one .*: base \(line 1\)"):
        invented(report)


def test_numbers_of_which_each_two_can_be_true_but_not_all_are_named(tmp_path: Path):
    numbers = [
        "uc: mood,all,benefit=UC,Good,percent,100",
        "in: work,all,mood=Good,Yes,percent,100",
        "out: work,all,benefit=UC,No,percent,100",
    ]
    with pytest.raises(ReportError, match=r"out \(line 3\)") as caught:
        invented(tiny_report(tmp_path / "three", numbers))
    assert "uc (line 1)" in str(caught.value)
    assert "in (line 2)" in str(caught.value)
    for left_out in range(3):
        rest = [number for i, number in enumerate(numbers) if i != left_out]
        assert invented(tiny_report(tmp_path / str(left_out), rest)).size == 100


def test_a_dead_end_proves_nothing_and_says_so(tmp_path: Path):
    """Two and a half of five people are half of them: no conflict of the model, but nobody."""
    report = tiny_report(tmp_path, ["good: mood,all,,Good,percent,50"], base=5)
    sentence = (
        r"no people were found for survey 's' in 3 attempts: question 'mood' could not be dealt, "
        r"of which 'good \(line 1\)' are published. That does not prove that there are none."
    )
    with pytest.raises(ReportError, match=sentence):
        invented(report)
