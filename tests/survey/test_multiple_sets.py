"""Multiple-response sets, from files or by name, become 0/1 columns and one question."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, OptionError
from welfarestats.survey.missing_rules import MissingRules
from welfarestats.survey.multiple_sets import add_sets, sets_asked_for
from welfarestats.survey.statistical_files import ResponseSet, Variable

NAN = np.nan


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "q7_1": [1.0, 2, 2, NAN, 9],
            "q7_2": [2.0, 2, 1, NAN, 9],
            "first": [1.0, 3, 8, NAN, 2],
            "second": [2.0, NAN, NAN, NAN, 7],
            "town": ["Y", "N", None, "Y", "N"],
        }
    )


VARIABLES = {
    "q7_1": Variable("q7_1", "Health", {1: "Yes", 2: "No"}, ((9, 9),)),
    "q7_2": Variable("q7_2", "Health", {1: "Yes", 2: "No"}, ((9, 9),)),
    "first": Variable("first", "", {2: "Car", 1: "Bus", 8: "Don't know"}, ((8, 8),)),
    "second": Variable("second", "", {3: "Train"}, ((8, 8),)),
}


def added(frame, one):
    return add_sets(frame, [one], VARIABLES, MissingRules())


def counts(frame, question):
    survey = ws.Survey(frame, codebook=[question])
    shares = ws.estimate_proportions(survey, question.name).to_frame()
    return shares["base"].tolist()[0], (shares["estimate"] * shares["base"]).round(6).tolist()


def test_the_counted_value_is_one_and_others_nought_and_missing_stays_missing(frame):
    whole, (question,) = added(frame, ResponseSet("barriers", ("q7_1", "q7_2"), "What?", 1))
    assert question.columns == ("barriers_q7_1", "barriers_q7_2")
    assert whole["barriers_q7_1"].tolist()[:3] == [1, 0, 0]
    assert whole["barriers_q7_1"].isna().tolist() == [False] * 3 + [True] * 2
    assert [one.label for one in question.categories] == ["Health", "Health (q7_2)"]
    assert counts(whole, question) == (3, [1, 1])


def test_a_counted_value_other_than_one_is_honoured(frame):
    whole, (question,) = added(frame, ResponseSet("barriers", ("q7_1", "q7_2"), counted=2))
    assert whole["barriers_q7_1"].tolist()[:3] == [0, 1, 1]
    assert counts(whole, question) == (3, [2, 2])


def test_a_counted_text_is_honoured(frame):
    whole, (question,) = added(frame, ResponseSet("set", ("town",), counted="Y"))
    assert whole["set_town"].tolist()[:2] == [1, 0]
    assert counts(whole, question) == (4, [2])


def test_columns_that_are_nought_and_one_are_used_as_they_are():
    frame = pd.DataFrame({"a": [1.0, 0, NAN], "b": [0, 1, 1]})
    whole, (question,) = add_sets(
        frame, sets_asked_for({"x": ["a", "b"]}, list(frame)), {}, MissingRules()
    )
    assert list(whole) == ["a", "b"]
    assert question.columns == ("a", "b")


def test_columns_of_codes_become_a_column_an_answer_with_reasons_kept(frame):
    whole, (question,) = added(frame, ResponseSet("travel", ("first", "second"), holds_codes=True))
    assert [(one.code, one.label, one.missing) for one in question.categories] == [
        (2, "Car", None),
        (1, "Bus", None),
        (8, "Don't know", "dont_know"),
        (3, "Train", None),
        (7, "7", None),
    ]
    assert question.columns == tuple(f"travel_{code}" for code in (2, 1, 8, 3, 7))
    assert whole["travel_2"].tolist()[:3] == [1, 0, 0]
    assert np.isnan(whole["travel_2"][3])
    base, by_answer = counts(whole, question)
    assert (base, by_answer) == (3, [2, 1, 1, 1])


def test_labels_of_the_counted_value_name_the_answers_where_they_differ():
    frame = pd.DataFrame({"a": [1.0, 0], "b": [0.0, 1]})
    variables = {
        "a": Variable("a", "Barrier 1", {1: "Health"}),
        "b": Variable("b", "Barrier 2", {1: "Travel"}),
    }
    one = ResponseSet("x", ("a", "b"), counted=1, labelled_by_value=True)
    _, (question,) = add_sets(frame, [one], variables, MissingRules())
    assert [category.label for category in question.categories] == ["Health", "Travel"]
    alike = {**variables, "b": Variable("b", "Barrier 2", {1: "Health"})}
    _, (question,) = add_sets(frame, [one], alike, MissingRules())
    assert [category.label for category in question.categories] == ["Barrier 1", "Barrier 2"]


def test_no_column_of_the_file_is_overwritten(frame):
    frame["barriers"], frame["barriers_q7_1"] = 1.0, 5.0
    whole, (question,) = added(frame, ResponseSet("barriers", ("q7_1",), counted=2))
    assert (question.name, question.columns) == ("barriers_set", ("barriers_q7_1_set",))
    assert whole["barriers_q7_1"].tolist() == [5.0] * 5


def test_a_pattern_finds_columns_in_the_order_of_the_file():
    names = ["q7_2", "age", "q7_1"]
    (one,) = sets_asked_for({"barriers": "q7_*"}, names)
    assert one == ResponseSet("barriers", ("q7_2", "q7_1"))
    (one,) = sets_asked_for({"b": {"columns": "q7_*", "counted": 2, "label": "What?"}}, names)
    assert (one.counted, one.label) == (2, "What?")
    (one,) = sets_asked_for({"b": {"columns": ["q7_1"], "codes": True}}, names)
    assert one.holds_codes


@pytest.mark.parametrize(
    ("multiple", "sentence"),
    [
        ("q7_*", "maps names of questions to their columns"),
        ({"b": "q8_*"}, r"does not have any column like 'q8_\*'"),
        ({"b": ["q7_1", "q7_9"]}, "does not have 'q7_9'.*Did you mean 'q7_2'"),
        ({"b": {"columns": "q7_*", "count": 2}}, "the key 'count'.*Did you mean 'counted'"),
        ({"b": {"columns": "q7_*", "counted": 2, "codes": True}}, "both counted= and codes="),
    ],
)
def test_a_set_that_cannot_be_meant_is_refused_in_a_sentence(multiple, sentence):
    with pytest.raises(OptionError, match=sentence):
        sets_asked_for(multiple, ["q7_1", "q7_2"])


def test_nobody_guesses_what_one_and_two_mean(frame):
    sets = sets_asked_for({"barriers": "q7_*"}, list(frame))
    with pytest.raises(DataError, match=r"not only 0 and 1\. Say which value means mentioned"):
        add_sets(frame, sets, VARIABLES, MissingRules())
