from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tiny_reports import NOT_WORKING, tiny_report

from welfarestats.errors import ReportError
from welfarestats.published.feasibility import statements_of
from welfarestats.published.report import Report
from welfarestats.published.statements import (
    MISSING,
    NAMED,
    NOT_ASKED,
    VALID,
    Statement,
    answered_with,
    base_statements,
    has_unlisted_answers,
    people_of,
    state_count,
    statement_of,
    together,
    unasked_state,
    unlisted_state,
    validly_answered,
    with_answers,
)

BENEFIT, WORK, WANT, MOOD, HOURS = (
    (name, None) for name in ("benefit", "work", "want", "mood", "hours")
)
FORM_OR_CALL = ("help", frozenset([0, 1]))
HELP = ("help", frozenset())


def numbers_of(report: Report) -> list[Statement]:
    return [one for one in statements_of(report, "s") if one.number.line]


@pytest.fixture
def one(tmp_path: Path):
    def read(number: str, spec: str = NOT_WORKING) -> Statement:
        return numbers_of(tiny_report(tmp_path / "r", [f"a: {number}"], spec=spec))[0]

    return read


# ---------------------------------------------------------------- who is counted


def test_a_percentage_is_of_those_with_an_answer_that_counts(one):
    said = one("work,all,,No,percent,47")
    assert said.whole == {WORK: {0, 1}}
    assert said.part == {WORK: {1}}
    assert said.atoms == {WORK}


def test_the_base_of_a_routed_question_leaves_out_who_was_not_asked(one):
    said = one("want,not_working,,Yes or perhaps,percent,47")
    assert said.whole == {WORK: {1}, WANT: {0, 1, 2}}
    assert said.part == {WORK: {1}, WANT: {0, 1}}


def test_a_group_narrows_the_people_and_several_all_hold(one):
    said = one("want,not_working,benefit=ESA & mood=Bad,Yes,percent,47")
    assert said.whole == {WORK: {1}, BENEFIT: {1}, MOOD: {1}, WANT: {0, 1, 2}}


def test_a_net_of_a_multiple_response_is_an_atom_of_its_own(one):
    said = one("help,all,,Form or call,percent,47")
    assert said.whole == {HELP: {VALID}}
    assert said.part == {HELP: {VALID}, FORM_OR_CALL: {NAMED}}


def test_a_count_without_a_question_is_of_the_people_themselves(one):
    said = one(",all,benefit=UC,,count,20")
    assert said.part == said.whole == {BENEFIT: {0}}


def test_the_base_of_everyone_asks_for_nothing(one):
    assert one(",all,,,base,100").whole == {}


def test_a_mean_is_of_those_whose_answer_has_a_score(one):
    said = one("mood,all,benefit=UC,,mean,2.4")
    assert said.whole == {BENEFIT: {0}, MOOD: {0, 1}}
    assert said.scores == (
        (Fraction(3), {BENEFIT: {0}, MOOD: {0}}),
        (Fraction(1), {BENEFIT: {0}, MOOD: {1}}),
    )


def test_a_mean_without_scores_is_refused(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: work,all,,,mean,2.4"])
    with pytest.raises(ReportError, match=r"a \(line 1\) is a mean, but its variable has no"):
        statements_of(report, "s")


def test_the_base_of_a_scale_holds_everyone_with_a_number(one):
    assert one("hours,all,,,base,60").whole == {HOURS: {2}}


def test_means_of_scales_and_what_no_respondents_give_are_left_out(tmp_path: Path):
    rows = ["a: hours,all,,,mean,20", "b: work,all,,Yes,approximate,50", "c: ,all,,,base,100"]
    assert [one.number.item for one in numbers_of(tiny_report(tmp_path, rows))] == ["c"]


# ---------------------------------------------------------------- states


def test_a_question_that_was_not_asked_of_everyone_has_one_more_state(tmp_path: Path):
    codebook = tiny_report(tmp_path, []).codebook("s")
    assert state_count(WORK, codebook) == 3
    assert state_count(WORK, codebook, blanks=True) == 4
    assert state_count(WANT, codebook) == state_count(WANT, codebook, blanks=True) == 4
    assert unasked_state(codebook["want"]) == 3


def test_an_option_was_named_or_not_and_a_multiple_response_answered_or_why_not(tmp_path: Path):
    codebook = tiny_report(tmp_path, []).codebook("s")
    assert state_count(FORM_OR_CALL, codebook) == 2
    assert state_count(HELP, codebook) == len({VALID, MISSING, NOT_ASKED})


def test_a_scale_has_a_state_for_every_number(tmp_path: Path):
    codebook = tiny_report(tmp_path, []).codebook("s")
    hours = codebook["hours"]
    assert has_unlisted_answers(hours)
    assert not has_unlisted_answers(codebook["work"])
    assert validly_answered(hours) == {HOURS: {unlisted_state(hours)}}
    assert state_count(HOURS, codebook) == 3


# ---------------------------------------------------------------- selections


def test_being_in_several_selections_is_being_in_what_they_share():
    assert together({WORK: frozenset([0, 1])}, {WORK: frozenset([1, 2]), MOOD: frozenset([0])}) == {
        WORK: {1},
        MOOD: {0},
    }
    assert together() == {}


def test_answers_are_named_by_label_or_net(tmp_path: Path):
    codebook = tiny_report(tmp_path, []).codebook("s")
    answers = {"want": ["Yes or perhaps"], "help": ["Form", "Call"]}
    assert with_answers(answers, codebook) == {WANT: {0, 1}, FORM_OR_CALL: {NAMED}}
    assert answered_with(codebook["want"], [2]) == {WANT: {2}}


def test_the_people_of_a_number_are_its_population_in_its_group(tmp_path: Path):
    rows = ["a: want,not_working,benefit=UC,Yes,percent,50"]
    report = tiny_report(tmp_path, rows, spec=NOT_WORKING)
    survey, codebook = report.specification("s"), report.codebook("s")
    number = report.numbers[0]
    assert people_of(number, survey, codebook) == {WORK: {1}, BENEFIT: {0}}
    assert statement_of(number, survey, codebook).number is number


# ---------------------------------------------------------------- what is printed


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [("47", "46.5", "47.5"), ("12.3", "12.25", "12.35"), ("0", "0", "0.5"), ("*", "0", "0.5")],
)
def test_the_interval_is_what_rounds_to_the_token(one, printed: str, low: str, high: str):
    said = one(f"work,all,,Yes,percent,{printed}")
    assert said.interval() == (Fraction(low), Fraction(high))


def test_rounding_twice_widens_by_units_of_the_last_digit(one):
    said = one("work,all,,Yes,percent,12.3")
    assert said.interval(Fraction(1, 20)) == (Fraction("12.245"), Fraction("12.355"))


@pytest.mark.parametrize(("printed", "low"), [("13", "12.5"), ("*", "0.01")])
def test_a_negative_width_leaves_out_the_ends_that_print_otherwise(one, printed: str, low: str):
    said = one(f"work,all,,Yes,percent,{printed}")
    assert said.interval(Fraction(-1, 100)) == (
        Fraction(low),
        said.interval()[1] - Fraction(1, 100),
    )


def test_only_a_mean_can_be_negative(one):
    assert one("work,all,,Yes,percent,0").interval()[0] == 0
    assert one("mood,all,,,mean,0").interval()[0] == Fraction(-1, 2)


def test_a_statement_names_its_number_and_line(one):
    assert one("want,not_working,benefit=UC,Yes,percent,47").source == "a (line 1)"


# ---------------------------------------------------------------- bases of populations


def test_only_printed_bases_of_populations_are_statements_unless_inferred_ones_are_asked_for(
    tmp_path: Path,
):
    spec = NOT_WORKING + 'base = 40\nbase_status = "inferred"\n'
    report = tiny_report(tmp_path, [], spec=spec)
    survey, codebook = report.specification("s"), report.codebook("s")
    printed = base_statements(survey, codebook, inferred=False)
    every = base_statements(survey, codebook, inferred=True)
    assert [one.number.population for one in printed] == ["all"]
    assert [one.number.population for one in every] == ["all", "not_working"]
    assert every[1].whole == {WORK: {1}}
    assert every[1].interval() == (Fraction("39.5"), Fraction("40.5"))
