from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.programme import Programme, exclusive_options
from welfarestats.published.reconstruction import programme_of
from welfarestats.published.report import load_report
from welfarestats.published.solving import solve
from welfarestats.published.specification import Recipe
from welfarestats.survey.codebook import Category, Question


def people_in(terms: list[tuple[float, np.ndarray]], people: np.ndarray) -> float:
    return sum(factor * people[index].sum() for factor, index in terms)


@pytest.fixture(scope="module")
def solved(finished_toy: Path) -> tuple[Programme, np.ndarray]:
    programme = programme_of(load_report(finished_toy), "visits")
    return programme, solve(programme)


def test_everyone_asked_is_counted_once(solved: tuple[Programme, np.ndarray]):
    programme, people = solved
    assert people[programme.root].sum() == 120
    assert people[programme.blocks["seen"].answers].sum() == 120


def test_whole_weights_are_the_weights_in_their_unit(solved: tuple[Programme, np.ndarray]):
    programme, _ = solved
    assert programme.weight_unit == 10
    assert programme.whole_weights.tolist() == [6, 8, 10, 12, 15]


def test_those_asked_are_those_who_were_led_there(solved: tuple[Programme, np.ndarray]):
    programme, people = solved
    yes = people[programme.blocks["seen"].answers[0]].sum()
    assert people_in(programme.asked("help"), people) == yes


def test_nobody_names_an_option_beside_an_exclusive_one(solved: tuple[Programme, np.ndarray]):
    programme, people = solved
    answers = people[programme.blocks["help"].answers][:, 0]
    asked = sum(people[index] for _, index in programme.asked("help"))
    assert (answers[:3] <= asked - answers[3]).all()


def test_any_help_is_everyone_who_did_not_say_none(solved: tuple[Programme, np.ndarray]):
    programme, people = solved
    answers = people[programme.blocks["help"].answers]
    anyone = people_in(programme.answering("help", frozenset({0, 1, 2})), people)
    assert anyone == people_in(programme.asked("help"), people) - answers[3].sum()


def test_a_net_lies_between_its_largest_option_and_their_sum(
    solved: tuple[Programme, np.ndarray],
):
    programme, people = solved
    form, call = people[programme.blocks["help"].answers][:2].sum(axis=(1, 2, 3))
    net = people_in(programme.answering("help", frozenset({0, 1})), people)
    assert max(form, call) <= net <= form + call


def test_two_mentions_at_least_for_those_who_have_more_than_one(
    solved: tuple[Programme, np.ndarray],
):
    programme, people = solved
    mentions = people[programme.blocks["barriers"].answers][:3].sum(axis=(0, 2, 3))
    classes = people[programme.blocks["barrier_count"].answers][:, 0].sum(axis=(1, 2))
    assert mentions[0] == 0
    assert mentions[1] == classes[1]
    assert mentions[2] >= 2 * classes[2]


def test_an_option_called_none_is_exclusive_unless_told_otherwise():
    question = Question(
        "help",
        kind="multiple",
        columns=("a", "b"),
        categories=(Category(1, "Form"), Category(2, "None of these")),
    )
    assert exclusive_options(question, Recipe()) == {1}
    assert exclusive_options(question, Recipe(exclusive={"help": ("Form",)})) == {0}


def test_nets_that_share_options_are_refused(bare_toy: Path):
    replace_in(
        bare_toy / "codebook.toml",
        '{ label = "Form or call", codes = [1, 2] },',
        '{ label = "Form or call", codes = [1, 2] }, { label = "Call or plan", codes = [2, 3] },',
    )
    replace_in(
        bare_toy / "published.csv",
        "help-form,visits,help,seen,,Form,",
        "help-form,visits,help,seen,,Call or plan,",
    )
    with pytest.raises(
        ReportError, match="two nets of the multiple response question 'help' share"
    ):
        programme_of(load_report(bare_toy), "visits")


def test_a_net_of_counted_mentions_is_refused(bare_toy: Path):
    replace_in(
        bare_toy / "codebook.toml",
        '{ code = 4, label = "No barrier" },\n]',
        '{ code = 4, label = "No barrier" },\n]\nnets = [{ label = "Net", codes = [1, 2] }]',
    )
    replace_in(
        bare_toy / "published.csv",
        "barriers-care,visits,barriers,all,,Care,",
        "barriers-care,visits,barriers,all,,Net,",
    )
    with pytest.raises(ReportError, match="'barrier_count' counts its mentions"):
        programme_of(load_report(bare_toy), "visits")
