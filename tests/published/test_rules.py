from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from tiny_reports import CODEBOOK, COUNTED, tiny_report

from welfarestats.published.report import Report
from welfarestats.published.rules import (
    exclusive_options,
    has_blanks,
    holds,
    mention_counts,
    rules_of,
    status,
)
from welfarestats.published.specification import Recipe
from welfarestats.published.statements import (
    MISSING,
    NAMED,
    NOT_ASKED,
    VALID,
    Atom,
    state_count,
)

FORM, CALL, PLAN, NONE, UNSURE = (("help", frozenset([i])) for i in range(5))
FORM_OR_CALL = ("help", frozenset([0, 1]))
PLAN_OR_UNSURE = ("help", frozenset([2, 4]))
HELP = ("help", frozenset())
BENEFIT, WORK, WANT, USEFUL, MOOD = (
    (name, None) for name in ("benefit", "work", "want", "useful", "mood")
)
NO, UNASKED = 1, 3
States = dict[Atom, int]


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return tiny_report(tmp_path, [])


def possible(report: Report, atoms: Iterable[Atom]) -> list[States]:
    """Every combination of states that no rule forbids."""
    survey, codebook = report.specification("s"), report.codebook("s")
    rules = rules_of(survey, codebook, atoms)
    known = sorted(frozenset(atoms).union(*(rule.atoms for rule in rules)), key=str)
    blanks = has_blanks(survey)
    several = [range(state_count(atom, codebook, blanks=blanks)) for atom in known]
    found = []
    for states in itertools.product(*several):
        person = dict(zip(known, states, strict=True))
        arrays = {atom: np.array([state]) for atom, state in person.items()}
        if all(rule.allows(arrays).all() for rule in rules):
            found.append(person)
    return found


def pairs(people: list[States], one: Atom, two: Atom) -> set[tuple[int, int]]:
    return {(person[one], person[two]) for person in people}


# ---------------------------------------------------------------- routing


def test_a_question_is_asked_of_exactly_those_who_were_led_to_it(report: Report):
    people = possible(report, [WANT])
    assert pairs(people, WORK, WANT) == {
        *itertools.product([0, 2], [UNASKED]),
        *itertools.product([NO], [0, 1, 2]),
    }


def test_routing_by_a_multiple_response_is_by_what_was_named(report: Report):
    people = possible(report, [USEFUL])
    assert pairs(people, PLAN, USEFUL) == {(0, 2), (NAMED, 0), (NAMED, 1)}


def test_routing_is_followed_back_to_its_beginning(tmp_path: Path):
    codebook = CODEBOOK.replace('asked_if = { help = ["Plan"] }', 'asked_if = { want = ["Yes"] }')
    people = possible(tiny_report(tmp_path, [], codebook=codebook), [USEFUL])
    assert {person[WORK] for person in people if person[USEFUL] != 2} == {NO}


def test_collected_records_may_lack_an_answer(tmp_path: Path):
    report = tiny_report(tmp_path, [], origin="collected")
    people = possible(report, [WANT])
    assert pairs(people, WORK, WANT) == {
        *itertools.product([0, 2, 3], [UNASKED]),
        *itertools.product([NO], [0, 1, 2, UNASKED]),
    }


# ---------------------------------------------------------------- multiple responses


def test_who_named_an_option_named_every_net_of_it_and_answered(report: Report):
    people = possible(report, [FORM, FORM_OR_CALL])
    assert pairs(people, FORM, FORM_OR_CALL) == {(0, 0), (0, NAMED), (NAMED, NAMED)}
    assert pairs(people, FORM, HELP) == {(0, VALID), (0, MISSING), (NAMED, VALID)}


def test_who_named_a_net_named_one_of_its_options(report: Report):
    people = possible(report, [FORM, CALL, FORM_OR_CALL])
    seen = {(p[FORM], p[CALL], p[FORM_OR_CALL]) for p in people}
    assert seen == {(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)}


def test_a_missing_option_is_no_answer(report: Report):
    people = possible(report, [UNSURE])
    assert pairs(people, UNSURE, HELP) == {(0, VALID), (0, MISSING), (NAMED, MISSING)}


def test_a_net_with_a_missing_option_can_be_named_without_an_answer(report: Report):
    people = possible(report, [PLAN_OR_UNSURE, UNSURE])
    assert (NAMED, MISSING) in pairs(people, PLAN_OR_UNSURE, HELP)
    assert (NAMED, VALID) in pairs(people, PLAN_OR_UNSURE, HELP)


def test_a_missing_option_that_counts_in_the_base_is_an_answer(tmp_path: Path):
    codebook = CODEBOOK.replace(
        'kind = "multiple"', 'kind = "multiple"\nbase_includes = ["dont_know"]'
    )
    people = possible(tiny_report(tmp_path, [], codebook=codebook), [UNSURE])
    assert (NAMED, VALID) in pairs(people, UNSURE, HELP)
    assert (NAMED, MISSING) not in pairs(people, UNSURE, HELP)


def test_none_of_these_goes_with_no_other(report: Report):
    people = possible(report, [NONE, FORM, FORM_OR_CALL])
    assert (NAMED, NAMED) not in pairs(people, NONE, FORM)
    assert (NAMED, NAMED) not in pairs(people, NONE, FORM_OR_CALL)
    assert (NAMED, 0) in pairs(people, NONE, FORM)


def test_where_nothing_is_an_answer_whoever_answered_named_something(report: Report):
    people = possible(report, [FORM, CALL, PLAN, NONE])
    silent = [p for p in people if not any(p[atom] for atom in (FORM, CALL, PLAN, NONE))]
    assert {person[HELP] for person in silent} == {MISSING}


def test_a_multiple_response_that_nothing_leads_to_was_asked_of_everyone(tmp_path: Path):
    everyone = CODEBOOK.replace('    { code = 8, label = "Unsure", missing = "dont_know" },\n', "")
    everyone = everyone.replace(', "help_unsure"', "").replace("[3, 8]", "[3]")
    people = possible(tiny_report(tmp_path / "e", [], codebook=everyone), [FORM])
    assert {person[HELP] for person in people} == {VALID}
    led = everyone.replace('"multiple"', '"multiple"\nasked_if = { benefit = ["UC"] }', 1)
    people = possible(tiny_report(tmp_path / "l", [], codebook=led), [FORM])
    assert pairs(people, BENEFIT, HELP) == {(0, VALID), (1, NOT_ASKED)}
    records = tiny_report(tmp_path / "r", [], codebook=everyone, origin="collected")
    assert {person[HELP] for person in possible(records, [FORM])} == {VALID, NOT_ASKED}


def test_without_all_options_whoever_answered_may_have_named_another(report: Report):
    people = possible(report, [FORM, NONE])
    assert (0, 0, VALID) in {(p[FORM], p[NONE], p[HELP]) for p in people}


def test_collected_records_may_name_nothing(tmp_path: Path):
    people = possible(
        tiny_report(tmp_path, [], origin="collected"), [("help", frozenset([0, 1, 2])), NONE]
    )
    assert (0, 0, VALID) in {(p[("help", frozenset([0, 1, 2]))], p[NONE], p[HELP]) for p in people}


def test_exclusive_options_are_those_of_the_recipe_or_those_that_say_none(report: Report):
    question = report.codebook("s")["help"]
    assert exclusive_options(question, Recipe()) == {3}
    assert exclusive_options(question, Recipe(exclusive={"help": ("Call",)})) == {1}


# ---------------------------------------------------------------- implications and counts


def test_an_implication_forbids_what_it_says(tmp_path: Path):
    spec = '[[implications.s]]\nif = { benefit = ["UC"] }\nthen = { mood = ["Good", "Bad"] }\n'
    people = possible(tiny_report(tmp_path, [], spec=spec), [BENEFIT, MOOD])
    assert pairs(people, BENEFIT, MOOD) == {(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)}


def test_an_implication_of_named_options_holds_for_them(tmp_path: Path):
    spec = '[[implications.s]]\nif = { help = ["Form"] }\nthen = { work = ["Yes"] }\n'
    people = possible(tiny_report(tmp_path, [], spec=spec), [FORM, WORK])
    assert {person[WORK] for person in people if person[FORM]} == {0}


def test_an_implication_about_other_questions_is_left_out(tmp_path: Path):
    spec = '[[implications.s]]\nif = { benefit = ["UC"] }\nthen = { mood = ["Good"] }\n'
    report = tiny_report(tmp_path, [], spec=spec)
    assert rules_of(report.specification("s"), report.codebook("s"), [WORK]) == []


def test_a_question_that_counts_mentions_counts_the_valid_options_but_not_none(tmp_path: Path):
    report = tiny_report(tmp_path, [], spec=COUNTED)
    (count,) = mention_counts(report.specification("s"), report.codebook("s"))
    assert count.into == ("times", None)
    assert (count.none, count.one, count.more) == ({0}, {1}, {2})
    assert count.options == (FORM, CALL, PLAN)
    assert count.pairs == [{count.into, option} for option in (FORM, CALL, PLAN)]


# ---------------------------------------------------------------- pieces


def test_the_status_of_a_question_is_whether_and_how_it_was_answered(report: Report):
    assert status(report.codebook("s")["help"]) == HELP
    assert status(report.codebook("s")["want"]) == WANT


def test_people_are_in_a_selection_if_every_state_is_allowed():
    states = {WORK: np.array([0, 1, 1]), BENEFIT: np.array([0, 0, 1])}
    chosen = {WORK: frozenset([1]), BENEFIT: frozenset([0])}
    assert holds(chosen, states).tolist() == [False, True, False]
    assert holds({}, states).all()
