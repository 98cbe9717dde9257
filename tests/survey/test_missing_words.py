"""Why an answer is missing, by its label."""

from __future__ import annotations

import pytest

from welfarestats.survey.categories import MISSING_REASONS
from welfarestats.survey.missing_words import PHRASES, UNRECOGNISED, is_reason, reasons_named


@pytest.mark.parametrize(
    ("label", "reasons"),
    [
        ("Don't know", ("dont_know",)),
        ("Don’t know", ("dont_know",)),
        ("DON'T KNOW (SPONTANEOUS)", ("dont_know",)),
        ("98. DK", ("dont_know",)),
        ("D/K", ("dont_know",)),
        ("-8 Do not know", ("dont_know",)),
        ("Can't say / no opinion", ("dont_know",)),
        ("Refused", ("refused",)),
        ("Refusal", ("refused",)),
        ("Prefer not to say", ("refused",)),
        ("No answer", ("refused",)),
        ("Not answered", ("refused",)),
        ("Not asked", ("not_asked",)),
        ("Question not asked: routed out", ("not_asked",)),
        ("Not applicable", ("not_applicable",)),
        ("Inapplicable", ("not_applicable",)),
        ("N/A", ("not_applicable",)),
        ("Item not applicable", ("not_applicable",)),
        ("Don't know/Refused", ("dont_know", "refused")),
        ("Refused or don't know", ("refused", "dont_know")),
        ("Missing", ()),
        ("System missing", ()),
        ("MISSING", ()),
        ("", ()),
        ("99", ()),
        ("Nap time", ("not_applicable",)),
        ("Naples", ()),
        ("Dkr 100", ()),
    ],
)
def test_a_label_of_a_missing_code_names_its_reasons(label, reasons):
    assert reasons_named(label) == reasons


def test_only_a_label_that_is_nothing_else_makes_an_answer_missing():
    assert is_reason("(Refused)") == "refused"
    assert is_reason("8 – Don't know") == "dont_know"
    assert is_reason("Was refused a loan") is None
    assert is_reason("I don't know any neighbours") is None


def test_every_phrase_has_one_reason_and_is_found_as_it_stands():
    phrases = [phrase for one in PHRASES.values() for phrase in one]
    assert len(set(phrases)) == len(phrases)
    assert set(PHRASES) == set(MISSING_REASONS)
    for reason, own in PHRASES.items():
        for phrase in own:
            assert is_reason(phrase) == reason, phrase
            assert reasons_named(phrase) == (reason,), phrase


def test_what_is_not_recognised_is_never_called_dont_know_or_refused():
    assert UNRECOGNISED == "not_applicable"
