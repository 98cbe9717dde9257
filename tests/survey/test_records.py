"""What is on record for every row, before routing."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning
from welfarestats.survey.records import (
    asked_rows,
    question_record,
    quietly,
    readable_codebook,
)

REASONS = (
    ws.Category(1, "Yes"),
    ws.Category(2, "No"),
    ws.Category(8, "Don't know", missing="dont_know"),
    ws.Category(9, "Not asked", missing="not_asked"),
)


def records(columns: dict[str, list], *questions: ws.Question):
    return ws.Survey(pd.DataFrame(columns), codebook=questions)._records()


def test_a_reason_is_on_record_and_no_answer():
    question = ws.Question("q", categories=REASONS)
    of = records({"q": [1, 8, 9, None]}, question)
    record = question_record(question, of.sample)
    assert record.recorded.tolist() == [True, True, True, False]
    assert record.answered.tolist() == [True, False, False, False]
    assert record.coded("dont_know", "refused").tolist() == [False, True, False, False]
    assert of.among(record.recorded) == 3


def test_the_codes_of_a_scale_are_reasons_too():
    question = ws.Question("q", kind="scale", categories=REASONS[2:])
    record = question_record(question, records({"q": [3, 8, 9, None]}, question).sample)
    assert record.answered.tolist() == [True, False, False, False]
    assert record.coded("not_asked").tolist() == [False, False, True, False]


def test_a_row_with_two_reasons_counts_once():
    question = ws.Question("q", kind="multiple", columns=list("abcd"), categories=REASONS)
    columns = {"a": [1, 0], "b": [0, 0], "c": [0, 1], "d": [0, 1]}
    record = question_record(question, records(columns, question).sample)
    assert record.coded("dont_know").tolist() == [False, True]
    assert record.coded("not_asked").tolist() == [False, False]
    assert record.answered.tolist() == [True, False]


def test_routing_is_left_aside_and_told_apart():
    first = ws.Question("a", categories=REASONS)
    then = ws.Question("b", categories=REASONS, asked_if={"a": ["Yes"]})
    of = records({"a": [1, 2, None], "b": [None, 1, None]}, first, then)
    assert question_record(then, of.sample).recorded.tolist() == [False, True, False]
    assert asked_rows(then, of.sample).tolist() == [True, False, False]
    assert asked_rows(first, of.sample).all()


def test_what_a_table_refuses_is_refused():
    question = ws.Question("q", kind="scale")
    with pytest.raises(DataError, match="'q' holds text where numbers are needed"):
        question_record(question, records({"q": ["x", "y"]}, question).sample)


def test_only_our_warnings_are_kept_quiet():
    with quietly():
        warnings.warn("known", DataWarning, stacklevel=1)
    with pytest.warns(UserWarning, match="other"), quietly():
        warnings.warn("other", UserWarning, stacklevel=1)


def test_a_codebook_is_read_as_far_as_the_data_go():
    here = ws.Question("here")
    gone = ws.Question("gone")
    routed = ws.Question("routed", asked_if={"gone": [1]})
    whole = ws.Codebook([here, gone, routed])
    assert readable_codebook(whole, ("here", "gone", "routed")) is whole
    part = readable_codebook(whole, ("here", "routed"))
    assert [question.name for question in part] == ["here", "routed"]
    assert part["routed"].asked_if is None


def test_a_domain_s_other_rows_stand_for_nobody():
    survey = ws.Survey(pd.DataFrame({"a": ["x", "y", "y"]})).domain(a="y")
    assert survey._records().count.tolist() == [0, 1, 1]
    assert survey._records().total == 2
