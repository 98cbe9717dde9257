"""Surveys: bases, domains, and what is refused."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sex": ["F", "F", "M", "M", "M"],
            "age": [20, 30, 40, 50, 60],
            "w": [1.0, 2.0, 0.0, 3.0, 1.0],
        }
    )


def test_bases_by_hand(frame):
    survey = ws.Survey(frame, weights="w")
    assert survey.base == 4  # weight zero is in no base
    assert survey.weighted_base == 7
    assert survey.effective_base == pytest.approx(49 / 15)  # (1 + 2 + 3 + 1)² / (1 + 4 + 9 + 1)
    assert survey.degrees_of_freedom == 3
    assert survey.weights.tolist() == [1, 2, 0, 3, 1]
    assert survey.origin == "collected"


def test_a_survey_without_weights_gives_everyone_one(frame):
    survey = ws.Survey(frame)
    assert (survey.base, survey.weighted_base, survey.effective_base) == (5, 5, 5)
    assert survey.weights.tolist() == [1] * 5


def test_weights_cannot_be_changed_from_outside(frame):
    survey = ws.Survey(frame, weights="w")
    survey.weights[:] = 99
    assert survey.weighted_base == 7


def test_domains_within_domains(frame):
    survey = ws.Survey(frame, weights="w")
    men = survey.domain(sex="M")
    assert (men.base, men.weighted_base) == (2, 4)
    assert men.domain(frame["age"] > 55).base == 1
    assert survey.domain(frame["age"] > 35, sex=["M", "F"]).base == 2
    assert survey.base == 4


@pytest.mark.parametrize("make", [list, np.array, pd.Series, pl.Series, pa.array, tuple])
def test_a_mask_of_any_engine(frame, make):
    assert ws.Survey(frame).domain(make([True, False, True, False, False])).base == 2


@pytest.mark.parametrize("answer", ["M", ["M"], ("M", "F"), np.array(["M"])])
def test_answers_one_or_several(frame, answer):
    assert ws.Survey(frame).domain(sex=answer).base == (3 if len(answer) == 1 else 5)


@pytest.mark.parametrize("answer", [40, 40.0, "40", np.int64(40), [40], range(40, 41)])
def test_an_answer_may_be_a_code_of_any_type(frame, answer):
    assert ws.Survey(frame).domain(age=answer).base == 1


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        ([True, False], "the domain's mask has 2 entries for 5 respondents"),
        ([True, None, True, None, True], "2 of 5 entries of the domain's mask are missing or not"),
        ([1, 0, 1, 0, 1], "5 of 5 entries of the domain's mask"),
        (True, "one True or False for each respondent, not 'bool'"),
        (len, "one True or False for each respondent, not 'builtin_function_or_method'"),
        ([False] * 5, r"nobody is in the domain .*mask.*: 0 of 5 respondents"),
    ],
)
def test_a_mask_that_does_not_fit(frame, mask, sentence):
    with pytest.raises(DataError, match=sentence):
        ws.Survey(frame).domain(mask)


def test_a_domain_of_nobody_says_which(frame):
    survey = ws.Survey(frame, weights="w")
    with pytest.raises(DataError, match="nobody is in the domain sex: M and age: 20: 0 of 4"):
        survey.domain(sex="M", age=20)
    with pytest.raises(DataError, match="nobody is in the domain age: 40"):
        survey.domain(age=40)  # the only one has weight zero


def test_a_domain_needs_a_condition(frame):
    with pytest.raises(OptionError, match="needs a mask or at least one question"):
        ws.Survey(frame).domain()


def test_an_unknown_question_or_answer_of_a_domain(frame):
    with pytest.raises(CodebookError, match=r"no question named 'sx' in the data\. .* 'sex'\?"):
        ws.Survey(frame).domain(sx="M")
    sex = ws.Question("sex", categories=[ws.Category("M", "Men"), ws.Category("F", "Women")])
    with pytest.raises(CodebookError, match=r"no answer 'Woman'; .* Did you mean 'Women'\?"):
        ws.Survey(frame, codebook=[sex]).domain(sex="Woman")


def test_an_answer_that_nobody_gave_does_not_list_what_people_wrote(frame):
    with pytest.raises(CodebookError, match="nobody answered 'X' to 'sex'; the data have 2 diff"):
        ws.Survey(frame).domain(sex="X")


def test_a_scale_has_no_answers_to_choose_by(frame):
    survey = ws.Survey(frame, codebook=[ws.Question("age", kind="scale")])
    with pytest.raises(CodebookError, match="question 'age' is a scale and has no categories"):
        survey.domain(age=40)


def test_a_codebook_names_columns_that_exist(frame):
    with pytest.raises(DataError, match=r"no column 'sexe' for the question 'sexe'.*'sex'\?"):
        ws.Survey(frame, codebook=[ws.Question("sexe")])


def test_a_survey_can_be_copied_and_sent(frame):
    survey = ws.Survey(frame, weights="w").domain(sex="M")
    assert copy.deepcopy(survey).base == 2
    assert pickle.loads(pickle.dumps(survey)).weighted_base == 4


def test_a_survey_shows_what_it_is(frame):
    shown = repr(ws.Survey(frame, weights="w", psu="age", origin="synthetic").domain(sex="M"))
    for part in ("2 respondents", "weights 'w'", "PSUs 'age'", "domain sex: M", "SYNTHETIC"):
        assert part in shown


def test_a_question_is_described_with_what_the_data_have(frame):
    labels = [c.label for c in ws.Survey(frame).describe_question("sex").categories]
    assert labels == ["F", "M"]


def test_respondents_who_volunteered_are_a_random_sample_only_for_a_reason(frame):
    reason = "everybody in the office answered."
    survey = ws.Survey(frame, sample="volunteer", treat_as_random_because=reason)
    assert survey.facts.sample_note.endswith(f"treated as one. Reason: {reason}")
    assert not survey.facts.indicative
    assert ws.Survey(frame, sample="volunteer").facts.indicative


@pytest.mark.parametrize(
    ("sample", "reason", "sentence"),
    [
        ("probability", "because", "is for respondents who are no random sample"),
        ("volunteer", " ", "states a reason"),
        ("attempted_census", True, "states a reason"),
    ],
)
def test_a_reason_is_words_and_has_something_to_explain(frame, sample, reason, sentence):
    with pytest.raises(OptionError, match=sentence):
        ws.Survey(frame, sample=sample, treat_as_random_because=reason)
