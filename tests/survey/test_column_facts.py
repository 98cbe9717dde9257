"""What a column holds, in counts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.survey.column_facts import (
    column_entries,
    facts_of_column,
    labelled_limits,
    may_identify,
)

ENDS = ws.Question(
    "q",
    categories=[
        ws.Category(1, "Not at all"),
        ws.Category(7, "Completely"),
        ws.Category(98, "Don't know", missing="dont_know"),
    ],
)


def facts(values: list, question: ws.Question | None = None, role: str = ""):
    survey = ws.Survey(pd.DataFrame({"q": values}), codebook=[question] if question else None)
    records = survey._records()
    entries = column_entries("q", records)
    return facts_of_column("q", question, records, entries, role)


def test_a_partly_labelled_scale_has_unlabelled_codes_and_others_out_of_range():
    made, _ = facts([1, 3, 3, 5, 7, 9, 98, None], ENDS)
    assert (made.answered, made.empty, made.reasons["dont_know"]) == (6, 1, 1)
    assert (made.odd.unlabelled, made.odd.unlabelled_codes, made.odd.out_of_range) == (3, 2, 1)
    assert made.odd.limits == (1, 7)
    assert made.odd.shown == (3, 5, 9)


def test_a_scale_between_labelled_ends_has_values_out_of_range_and_none_unlabelled():
    scale = ws.Question("q", kind="scale", categories=ENDS.categories)
    made, _ = facts([1, 3, 7.5, 98, None], scale)
    assert (made.odd.unlabelled, made.odd.out_of_range) == (0, 1)
    assert made.span == (1, 7.5)  # 98 is a don't know


def test_limits_need_two_labelled_numbers():
    assert labelled_limits(ENDS) == (1, 7)
    assert labelled_limits(ws.Question("q", categories=[ws.Category(98)])) is None
    mixed = ws.Question("q", categories=[ws.Category(1), ws.Category(2), ws.Category("x")])
    assert labelled_limits(mixed) is None


def test_text_without_a_label_is_counted_and_not_shown():
    text = ws.Question("q", categories=[ws.Category("UC"), ws.Category("ESA")])
    made, _ = facts(["UC", "ESA", "my own words", None], text)
    assert (made.odd.unlabelled, made.odd.shown) == (1, ())


def test_labels_in_the_data_are_no_odd_codes():
    made, _ = facts(["Not at all", "Completely", "Don't know"], ENDS)
    assert (made.answered, made.reasons["dont_know"], made.odd.unlabelled) == (2, 1, 0)


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ([1, 2, None], "whole numbers"),
        ([1.5, 2], "numbers"),
        (["a", "b"], "text"),
        ([True, False], "true or false"),
        ([None, None], "nothing"),
        ([1, "a"], "mixed"),
        ([[1], [2]], "lists"),
        ([dt.date(2026, 1, 1), dt.date(2026, 1, 2)], "dates"),
        ([pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-02")], "dates"),
    ],
)
def test_a_column_says_what_it_holds(values, holds):
    assert facts(values)[0].holds == holds


def test_the_entries_of_a_mixed_column_are_told_apart_and_none_is_lost():
    records = ws.Survey(pd.DataFrame({"q": [1, "1", 1.5, None, np.nan, "1"]}))._records()
    entries = column_entries("q", records)
    assert (entries.codes < 0).tolist() == [False, False, False, True, True, False]
    assert entries.distinct == 3
    assert entries.counts.sum() == 4
    assert "mixes" in entries.problem


def test_identifiers_and_free_text_are_suspected_and_answers_are_not():
    def suspected(values: list, question: ws.Question | None = None) -> bool:
        records = ws.Survey(pd.DataFrame({"q": values}))._records()
        return may_identify(column_entries("q", records), question)

    assert suspected([f"words {i}" for i in range(30)])
    assert suspected(list(range(30)), ws.Question("q", kind="scale"))
    assert not suspected([i + 0.5 for i in range(30)], ws.Question("q", kind="scale"))
    assert not suspected(["a", "b"] * 30)
    assert not suspected(list(range(30)), ws.Question("q", categories=[ws.Category(1)]))


def test_who_says_something():
    _, says = facts([1, 98, None], ENDS)
    assert says.tolist() == [True, True, False]
    frame = pd.DataFrame({"q": [1, 0, None], "r": [0, 0, None]})
    both = ws.Question(
        "m", kind="multiple", columns=("q", "r"), categories=[ws.Category(1), ws.Category(2)]
    )
    records = ws.Survey(frame, codebook=[both])._records()
    _, says = facts_of_column("q", both, records, column_entries("q", records), "")
    assert says.tolist() == [True, False, False]


def don_t_know_of_a_set(values: list):
    both = ws.Question(
        "m",
        kind="multiple",
        columns=("r", "q"),
        categories=[ws.Category(1), ws.Category(8, missing="dont_know")],
    )
    frame = pd.DataFrame({"q": values, "r": [0, 1, None]})
    records = ws.Survey(frame, codebook=[both])._records()
    return facts_of_column("q", both, records, column_entries("q", records), "")[0]


def test_a_column_for_don_t_know_in_a_set_counts_as_a_reason_and_is_never_constant():
    made = don_t_know_of_a_set([1, 0, None])
    assert (made.answered, made.reasons["dont_know"], made.empty) == (1, 1, 1)
    assert don_t_know_of_a_set([0, 0, None]).answered == 2
    assert not don_t_know_of_a_set([0, 0, None]).constant


def test_one_answer_alone_is_not_constant():
    assert not facts([1, None])[0].constant
    assert facts([1, 1, None])[0].constant
    assert not facts([1, 98, 98], ENDS)[0].constant
