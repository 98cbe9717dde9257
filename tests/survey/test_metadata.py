"""What a file says of a column makes it a single question or a scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.survey.metadata import code_order, distinct_label, found_codes, question_of
from welfarestats.survey.missing_rules import MissingRules
from welfarestats.survey.statistical_files import Variable

YES_NO = {1: "Yes", 2: "No"}
SCALE = {0: "Not at all", 10: "Completely"}


def question(values, **said):
    return question_of(Variable("q", **said), pd.Series(values, name="q"), MissingRules())


@pytest.mark.parametrize(
    ("values", "said", "kind"),
    [
        ([1.0, 2, np.nan], {"labels": YES_NO}, "single"),
        ([1.0, 2, 3], {"labels": YES_NO}, "single"),
        ([0.0, 3, 7, 8, 10], {"labels": SCALE}, "scale"),
        ([0.0, 3, 7, 98], {"labels": {**SCALE, 98: "DK"}, "missing": ((98, 98),)}, "scale"),
        ([0.0, 10, 98], {"labels": {**SCALE, 98: "DK"}, "missing": ((98, 98),)}, "single"),
        ([31.0, 42], {}, "scale"),
        ([31.0, 999], {"labels": {999: "Refused"}, "missing": ((999, 999),)}, "scale"),
        ([1.0, 2], {"measure": "nominal"}, "single"),
        ([1.0, 2], {"measure": "scale"}, "scale"),
        (["N", "S"], {"labels": {"N": "North", "S": "South"}}, "single"),
        (["written by hand"], {}, "single"),
        (pd.to_datetime(["2024-05-01"]), {}, "single"),
    ],
)
def test_labels_and_values_tell_a_scale_from_a_list_of_answers(values, said, kind):
    assert question(values, **said).kind == kind


def test_a_partly_labelled_scale_keeps_its_labels_and_its_missing_codes():
    made = question(
        [0.0, 3, 7, 97, 98], labels={**SCALE, 98: "Don't know"}, missing=((97, 97), (98, 98))
    )
    assert [(one.code, one.label, one.missing) for one in made.categories] == [
        (0, "Not at all", None),
        (10, "Completely", None),
        (98, "Don't know", "dont_know"),
        (97, "97", "not_applicable"),
    ]
    frame = pd.DataFrame({"q": [0.0, 3, 7, 97, 98]})
    mean = ws.estimate_means(ws.Survey(frame, codebook=[made]), "q").to_frame()
    assert mean[["estimate", "base"]].values.tolist() == [[pytest.approx(10 / 3), 3]]


def test_every_code_found_in_a_missing_range_is_missing_and_no_other():
    made = question([5.0, -3, -8, 12], labels={-8: "Refused"}, missing=((float("-inf"), -1),))
    assert [(one.code, one.missing) for one in made.categories] == [
        (-8, "refused"),
        (-3, "not_applicable"),
    ]


def test_answers_stand_in_the_order_of_the_file_never_by_the_alphabet():
    made = question([1.0, 2, 3], labels={3: "Agree", 2: "Neither", 1: "Disagree"})
    assert [one.label for one in made.categories] == ["Agree", "Neither", "Disagree"]


def test_labels_that_are_alike_or_blank_are_told_apart_by_their_codes():
    made = question([1.0, 2, 3, 4], labels={1: "Other", 2: "Other ", 3: " ", 4: "a\n b"})
    assert [one.label for one in made.categories] == ["Other", "Other (2)", "3", "a b"]
    taken = {"x", "x (1)"}
    assert distinct_label("x", 1, taken) == "x (1) (1)"


def test_codes_are_whole_numbers_where_they_are_and_numbers_come_before_text():
    assert found_codes(pd.Series([2.0, np.nan, 1.5, 2.0])) == [1.5, 2]
    assert sorted(["b", 2, "a", 1], key=code_order) == [1, 2, "a", "b"]
