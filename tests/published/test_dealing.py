from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from welfarestats.published.dealing import deal
from welfarestats.published.programme import Programme
from welfarestats.published.reconstruction import programme_of
from welfarestats.published.report import load_report
from welfarestats.published.solving import solve


@pytest.fixture(scope="module")
def visits(finished_toy: Path) -> tuple[Programme, np.ndarray]:
    programme = programme_of(load_report(finished_toy), "visits")
    return programme, solve(programme)


@pytest.fixture(scope="module")
def people(visits: tuple[Programme, np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame(deal(*visits))


BARRIERS = ["barrier_health", "barrier_care", "barrier_travel"]


def test_each_count_is_dealt_out(visits: tuple[Programme, np.ndarray], people: pd.DataFrame):
    programme, counts = visits
    dealt = people["seen"].value_counts()
    for i, category in enumerate(programme.codebook["seen"].categories):
        assert dealt.get(category.code, 0) == counts[programme.blocks["seen"].answers[i]].sum()


def test_nobody_answers_what_was_not_asked(people: pd.DataFrame):
    assert (people["help_form"].notna() == (people["seen"] == 1)).all()
    assert (people["useful"].notna() == (people["help_plan"] == 1)).all()


def test_exclusive_options_go_with_no_other(people: pd.DataFrame):
    alone = people[people["help_none"] == 1]
    assert (alone[["help_form", "help_call", "help_plan"]].sum(axis=1) == 0).all()


def test_who_did_not_say_none_said_something(people: pd.DataFrame):
    others = people[people["help_none"] == 0]
    assert (others[["help_form", "help_call", "help_plan"]].sum(axis=1) >= 1).all()


def test_mentions_are_as_many_as_the_count_says(people: pd.DataFrame):
    mentions = people[BARRIERS].sum(axis=1)
    assert (mentions[people["barrier_count"] == 1] == 0).all()
    assert (people.loc[people["barrier_count"] == 1, "barrier_none"] == 1).all()
    assert (mentions[people["barrier_count"] == 2] == 1).all()
    assert (mentions[people["barrier_count"] == 3] >= 2).all()


def test_the_same_seed_deals_the_same_people(
    visits: tuple[Programme, np.ndarray], people: pd.DataFrame
):
    assert pd.DataFrame(deal(*visits)).equals(people)


def test_people_stand_in_no_order(people: pd.DataFrame):
    for column in ("benefit", "seen", "mood", "weight"):
        assert not people[column].is_monotonic_increasing
        assert not people[column].is_monotonic_decreasing


def test_there_is_nothing_that_names_a_person(visits: tuple[Programme, np.ndarray]):
    programme, _ = visits
    declared = [column for q in programme.codebook for column in q.stored_in]
    assert list(deal(*visits)) == [*declared, "weight"]
