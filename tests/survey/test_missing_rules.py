"""Which codes are missing: what is said wins, and what was not said is told."""

from __future__ import annotations

import warnings

import pytest

import welfarestats as ws
from welfarestats.errors import DataWarning, OptionError
from welfarestats.survey.missing_rules import MissingRules


def codebook() -> ws.Codebook:
    categories = [
        ws.Category(1, "Yes"),
        ws.Category(8, "Don't know", missing="dont_know"),
        ws.Category(9, "Refused"),
    ]
    return ws.Codebook([ws.Question(name, categories=categories) for name in ("q1", "q2", "r")])


def missing_of(rules: MissingRules, name: str) -> dict[object, str | None]:
    return {one.code: one.missing for one in rules.applied(codebook())[name].categories}


def test_reasons_are_given_by_code_and_taken_back_by_none():
    rules = MissingRules({"q1": {9: "refused", 8: None}})
    assert missing_of(rules, "q1") == {1: None, 8: None, 9: "refused"}
    assert missing_of(rules, "q2") == {1: None, 8: "dont_know", 9: None}


def test_a_pattern_is_for_many_questions_and_a_name_says_more():
    rules = MissingRules({"q2": {9: "not_asked"}, "q*": {9: "refused", -7: "not_applicable"}})
    assert missing_of(rules, "q1") == {1: None, 8: "dont_know", 9: "refused"}
    assert missing_of(rules, "q2") == {1: None, 8: "dont_know", 9: "not_asked"}
    assert missing_of(rules, "r") == {1: None, 8: "dont_know", 9: None}


def test_a_code_without_a_category_gets_one_where_the_question_is_named():
    assert missing_of(MissingRules({"q1": {"-9": "refused"}}), "q1")[-9] == "refused"


def test_labels_make_missing_what_they_call_so():
    assert missing_of(MissingRules({"*": "labels"}), "r") == {1: None, 8: "dont_know", 9: "refused"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([8], "maps questions to the reasons of their codes"),
        ({"q1": [8]}, 'is "labels" or maps codes to reasons'),
        ({"q1": {8: "dont_knw"}}, "'dont_knw', which is not one of.*Did you mean 'dont_know'"),
        ({"q3": {8: "refused"}}, "names 'q3', and the file and the codebook"),
        ({"x*": "labels"}, r"names 'x\*'"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(said, sentence):
    with pytest.raises(OptionError, match=sentence):
        MissingRules(said).applied(codebook())


def test_a_label_that_names_no_reason_is_told_with_its_code():
    rules = MissingRules()
    assert rules.reason("day", 9, "MISSING") == "not_applicable"
    assert rules.reason("day", 8, "Don't know") == "dont_know"
    with pytest.warns(DataWarning, match=r"'a.sav' has 1 code declared missing under a label that"):
        rules.warn("a.sav")
    with pytest.warns(DataWarning, match="question 'day', code 9, 'MISSING'"):
        rules.warn("a.sav")


def test_two_reasons_in_a_label_and_an_undeclared_one_are_told():
    rules = MissingRules()
    assert rules.reason("q", 9, "Don't know/refused") == "dont_know"
    rules.note_answer("q", 1, "Was refused a loan")
    rules.note_answer("q", 8, "Refused")
    with pytest.warns(DataWarning) as told:
        rules.warn("a.sav")
    assert ["two reasons" in str(told[0].message), "'labels'" in str(told[1].message)] == [True] * 2
    assert len(told) == 2


def test_nothing_is_told_of_what_the_user_has_settled():
    rules = MissingRules({"day": {9.0: "refused"}, "q": "labels"})
    rules.reason("day", 9, "MISSING")
    rules.note_answer("q", 8, "Refused")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rules.warn("a.sav")


def test_a_code_that_may_be_somebodys_text_is_not_repeated():
    rules = MissingRules()
    rules.reason("comment", "my name is", "my name is")
    with pytest.warns(DataWarning, match="question 'comment', a code without a label") as told:
        rules.warn("a.sav")
    assert "my name" not in str(told[0].message)
