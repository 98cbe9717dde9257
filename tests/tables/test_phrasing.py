from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.tables.phrasing import Speech, Told, listing, quoted
from welfarestats.tables.style_presets import choose_style

YES = Told("47 per cent", "base 142")
NO = Told("53 per cent", "base 142")
ASKED = ws.Question("q", "Does health rule out work?")
STATED = ws.Question("q", "OUTLOOK ON “WORK”")
FAMILY = ws.Category(1, "Family")
SEVERAL = ws.Question("q", "Barriers", kind="multiple", columns=("a",), categories=[FAMILY])
GROUPS = ws.Question("g", "Severity")


@pytest.fixture
def speech() -> Speech:
    return Speech(choose_style("default"), synthetic=False, domain=())


def _cell(**given: object) -> dict[str, object]:
    plain = {"state": "shown", "statistic": "proportion", "estimate": 0.365, "count": 73}
    return {**plain, "base": 1200, **given}


def test_questions_statements_and_several_answers_have_their_verbs(speech: Speech):
    told = [("Yes", YES), ("No", NO)]
    assert speech.levels(ASKED, told) == (
        "Asked “Does health rule out work?”, 47 per cent answered “Yes” and 53 per cent “No”"
        " (base 142)."
    )
    assert speech.levels(STATED, told) == (
        "On “OUTLOOK ON ‘WORK’”, 47 per cent were recorded as “Yes” and 53 per cent as “No”"
        " (base 142)."
    )
    assert speech.levels(SEVERAL, told) == (
        "On “Barriers” with several answers possible, 47 per cent mentioned “Yes” and 53 per cent"
        " “No” (base 142)."
    )


def test_bases_that_differ_stand_beside_each_figure(speech: Speech):
    told = [("Yes", YES), ("No", Told("53 per cent", "base 150"))]
    assert "47 per cent (base 142) answered “Yes” and 53 per cent (base 150)" in speech.levels(
        ASKED, told
    )


def test_figures_are_rounded_half_up_and_small_bases_bring_their_caveat(speech: Speech):
    assert str(speech.told(_cell())) == "37 per cent (base 1,200)"
    small = {"state": "flagged", "base": 40, "reason": "unweighted base of 40 is under 50"}
    assert str(speech.told(_cell(**small))) == "37 per cent (small base of 40, read with caution)"
    assert str(speech.told(_cell(state="count-only", base=28, count=13))) == "13 of 28"
    assert str(speech.told(_cell(statistic="mean", estimate=6.25))) == "6.3 (base 1,200)"


def test_a_base_is_called_small_only_where_it_is_why_a_figure_is_flagged(speech: Speech):
    told = speech.told(_cell(state="flagged", reason="indicative only, as all of the report"))
    assert str(told) == (
        "37 per cent (base 1,200, read with caution: indicative only, as all of the report)"
    )
    assert str(speech.told(_cell(state="flagged", reason=""))) == (
        "37 per cent (base 1,200, read with caution)"
    )


@pytest.mark.parametrize(
    "state", ["unreliable", "confidential", "none-recorded", "not-asked", "rounds-to-zero"]
)
def test_what_is_hidden_or_rounds_to_zero_is_not_said(state: str, speech: Speech):
    assert speech.told(_cell(state=state, estimate=0.001)) is None


def test_zero_is_said_beside_another_figure_only(speech: Speech):
    zero = _cell(state="zero", estimate=0.0, count=0)
    assert speech.told(zero) is None
    assert str(speech.told(zero, alone=True)) == "0 per cent (base 1,200)"


def test_a_style_with_a_sign_prints_it():
    style = replace(choose_style("default"), percent_sign="%")
    speech = Speech(style, synthetic=False, domain=())
    assert str(speech.told(_cell())) == "37% (base 1,200)"


def test_a_difference_names_the_higher_group_first(speech: Speech):
    low = Told("13 per cent", "base 310")
    assert speech.difference(ASKED, GROUPS, "Yes", [("Severe", YES), ("None", low)]) == (
        "By “Severity”, those in “Severe” (47 per cent, base 142) were more likely than those in"
        " “None” (13 per cent, base 310) to answer “Yes” to “Does health rule out work?”."
    )
    assert "were more likely than everyone else to mention “Family” on" in speech.difference(
        SEVERAL, GROUPS, "Family", [("Severe", YES), ("Rest", None)]
    )
    assert "all respondents with an answer (13 per cent, base 310)" in speech.difference(
        STATED, GROUPS, "Yes", [("Severe", YES), ("Total", low)]
    )


def test_every_sentence_says_of_whom_it_is():
    speech = Speech(choose_style("default"), synthetic=True, domain=("Sex: Women",))
    assert speech.mean(STATED, Told("6.3", "base 50")) == (
        "Synthetic records, respondents with “Sex: Women”: the mean of “OUTLOOK ON ‘WORK’” was 6.3"
        " (base 50)."
    )


def test_no_difference_is_never_told_as_likeness(speech: Speech):
    told = speech.no_difference(ASKED, GROUPS, "pairs", every=False, some=True)
    assert told == (
        "No significant difference was found between the groups of “Severity” on “Does health rule"
        " out work?”, where they were large enough to be tested."
    )
    for versus in ("total", "rest", "previous", "pairs"):
        for some in (True, False):
            words = speech.no_difference(STATED, GROUPS, versus, every=some, some=some)
            assert "same" not in words
            assert words.startswith("No ")


def test_lists_whose_parts_hold_commas_have_semicolons():
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing(["a, b", "c", "d"]) == "a, b; c; and d"


@given(st.text(max_size=30))
@settings(max_examples=40)
def test_quotation_marks_stand_round_a_label_only(label: str):
    said = quoted(label)
    assert said[0] == "“"
    assert said[-1] == "”"
    assert "“" not in said[1:]
    assert "\n" not in said


def test_figures_side_by_side_stand_behind_their_groups(speech: Speech):
    told = [("Severe", YES), ("None", NO)]
    assert speech.side_by_side(ASKED, GROUPS, "Yes", told, indicative=True) == (
        "By “Severity”, in “Severe” 47 per cent (base 142) and in “None” 53 per cent (base 142)"
        " answered “Yes” to “Does health rule out work?”; this difference is indicative only."
    )
    means = [(name, Told("6.3", "base 50")) for name in ("Severe", "Slight", "None")]
    assert speech.side_by_side(STATED, GROUPS, "", means, indicative=False) == (
        "By “Severity”, the mean of “OUTLOOK ON ‘WORK’” for “Severe” was 6.3 (base 50), for “Slight”"
        " 6.3 (base 50) and for “None” 6.3 (base 50); these differences were not tested."
    )
