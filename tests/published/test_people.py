from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_reports import tiny_report

from welfarestats.published.people import People, invented_weights
from welfarestats.published.specification import Recipe
from welfarestats.published.statements import MISSING, NOT_ASKED, VALID, with_answers
from welfarestats.survey.codebook import Category, Codebook, Question

ORDER = np.arange(4)


@pytest.fixture
def people() -> People:
    """Four people who were dealt a question with one answer and two with several."""
    codebook = Codebook(
        [
            Question("mood", categories=(Category(10, "Good"), Category(20, "Bad"))),
            Question(
                "help",
                kind="multiple",
                columns=("form", "call", "unsure"),
                categories=(
                    Category(1, "Form"),
                    Category(2, "Call"),
                    Category(8, "Unsure", missing="dont_know"),
                ),
            ),
            Question("tools", kind="multiple", categories=(Category(1, "A"), Category(2, "B"))),
        ]
    )
    found = People(codebook, np.array([0.5, 1.0, 1.0, 1.5]))
    found.position["mood"] = np.array([0, 1, -1, 0])
    flags = [[True, True, False, False], [False, True, False, False], [False, False, True, False]]
    found.mentioned["help"] = np.array(flags)
    found.unasked["help"] = np.array([False, False, False, True])
    found.mentioned["tools"] = np.array([[True, True, False, False], [False, True, False, False]])
    found.unasked["tools"] = np.array([False, False, False, True])
    return found


def test_a_question_that_was_not_asked_is_a_state_after_the_categories(people: People):
    assert people.state(("mood", None)).tolist() == [0, 1, 2, 0]


def test_an_option_or_a_net_is_named_or_not(people: People):
    assert people.state(("help", frozenset([1]))).tolist() == [0, 1, 0, 0]
    assert people.state(("help", frozenset([0, 1]))).tolist() == [1, 1, 0, 0]


def test_who_named_a_missing_option_gave_no_answer(people: People):
    status = people.state(("help", frozenset()))
    assert status.tolist() == [VALID, VALID, MISSING, NOT_ASKED]


def test_a_selection_is_of_those_who_gave_every_answer(people: People):
    chosen = with_answers({"mood": ["Good"], "help": ["Form"]}, people.codebook)
    assert people.inside(chosen).tolist() == [True, False, False, False]
    assert people.inside({}).all()


def test_a_question_can_be_taken_back(people: People):
    for name in ("mood", "help"):
        assert people.knows(name)
        people.forget(name)
        assert not people.knows(name)
    assert "help" not in people.unasked


def test_columns_hold_codes_and_nothing_where_nobody_asked(people: People, tmp_path: Path):
    survey = replace(tiny_report(tmp_path, []).specification("s"), weights="weight")
    found = people.columns(survey, ORDER)
    assert found == {
        "mood": [10, 20, None, 10],
        "form": [1, 1, 0, None],
        "call": [0, 1, 0, None],
        "unsure": [0, 0, 1, None],
        "tools": [[1], [1, 2], [], None],
        "weight": [0.5, 1.0, 1.0, 1.5],
    }


def test_columns_stand_in_the_order_asked_for(people: People, tmp_path: Path):
    survey = tiny_report(tmp_path, []).specification("s")
    found = people.columns(survey, ORDER[::-1])
    assert found["mood"] == [10, None, 20, 10]
    assert "weight" not in found


# ---------------------------------------------------------------- weights


def weights_of(folder: Path, values: tuple[float, ...], mean: float, seed: int = 1) -> np.ndarray:
    survey = replace(tiny_report(folder, []).specification("s"), recipe=Recipe(weights=values))
    return invented_weights(survey, mean, np.random.default_rng(seed))


def test_without_weight_values_everyone_weighs_one(tmp_path: Path):
    assert weights_of(tmp_path, (), 1.0).tolist() == [1.0] * 100


@pytest.mark.parametrize("mean", [0.8, 1.0, 1.3])
def test_weights_are_values_of_the_recipe_and_have_the_mean(tmp_path: Path, mean: float):
    values = (0.5, 0.7, 1.0, 1.2, 1.7)
    weights = weights_of(tmp_path, values, mean)
    assert set(weights) <= set(values)
    # One person's weight moved by the smallest step would be no nearer.
    assert abs(weights.sum() - 100 * mean) <= 0.1 + 1e-9


def test_middling_weights_are_the_most_frequent(tmp_path: Path):
    values, counts = np.unique(
        weights_of(tmp_path, (0.4, 0.7, 1.0, 1.3, 1.6), 1.0), return_counts=True
    )
    assert values[counts.argmax()] == 1.0
    assert (counts > 1).all()
    assert counts[0] < counts[1] < counts[2] > counts[3] > counts[4]


def test_another_seed_gives_the_same_weights_to_others(tmp_path: Path):
    one, two = (weights_of(tmp_path / str(i), (0.5, 1.0, 1.5), 1.0, seed=i) for i in (1, 2))
    assert sorted(one) == sorted(two)
    assert (one != two).any()


def test_weights_may_stand_for_more_than_one_person(tmp_path: Path):
    weights = weights_of(tmp_path, (50.0, 100.0, 200.0), 110.0)
    assert abs(weights.mean() - 110) <= 0.25
