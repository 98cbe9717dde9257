"""What holds for any people who answered a questionnaire: routing, nets and implications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.specification import Recipe, SurveySpecification
from welfarestats.published.statements import (
    MISSING,
    NAMED,
    NOT_ASKED,
    VALID,
    Atom,
    Selection,
    unasked_state,
    with_answers,
)
from welfarestats.survey.codebook import Codebook, Question

States = Mapping[Atom, NDArray[np.int64]]


@dataclass(frozen=True)
class Rule:
    """A condition on the states of some atoms of one person: which combinations can occur."""

    atoms: frozenset[Atom]
    allows: Callable[[States], NDArray[np.bool_]]


def status(question: Question) -> Atom:
    """Return the atom that says whether a question was asked and answered."""
    return (question.name, frozenset() if question.kind == "multiple" else None)


def has_blanks(survey: SurveySpecification) -> bool:
    """Return whether records may lack an answer that no category stands for.

    Collected records may. Of a survey without records the codebook is all there is: who gave no
    answer is there a category, with the reason why it is missing.
    """
    return survey.origin == "collected"


def exclusive_options(question: Question, recipe: Recipe) -> frozenset[int]:
    """Return the options of a multiple response question that go with no other."""
    if question.name in recipe.exclusive:
        return frozenset(question.positions(recipe.exclusive[question.name]))
    return frozenset(
        i
        for i, category in enumerate(question.categories)
        if category.valid and category.label.split(" ")[0] in ("None", "None.")
    )


def holds(selection: Selection, states: States) -> NDArray[np.bool_]:
    """Return which combinations of states are of people in a selection."""
    found: NDArray[np.bool_] = np.ones(np.shape(next(iter(states.values()))), dtype=bool)
    for atom, allowed in selection.items():
        found &= np.isin(states[atom], sorted(allowed))
    return found


def rules_of(survey: SurveySpecification, codebook: Codebook, atoms: Iterable[Atom]) -> list[Rule]:
    """Return every rule about some atoms, and about those that lead to them."""
    known = set(atoms)
    rules: list[Rule] = []
    for implication in survey.implications:
        given, then = (
            with_answers(side, codebook) for side in (implication.given, implication.then)
        )
        if known & set(given) and known & set(then):
            known |= {*given, *then}
            rules.append(_implies(given, then))
    waiting = {name for name, _ in known}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        question = codebook[name]
        if question.kind == "multiple":
            known.add(status(question))
        if question.asked_if:
            led = with_answers(question.asked_if, codebook)
            known |= {status(question), *led}
            rules.append(_routed(question, led, blanks=has_blanks(survey)))
            waiting |= {other for other, _ in led} - seen
    recipe = survey.recipe or Recipe()
    for question in codebook:
        if status(question) in known and question.kind == "multiple":
            rules.append(_possible_status(question, blanks=has_blanks(survey)))
        options = {s for name, s in known if name == question.name and s}
        if question.kind == "multiple" and options:
            alone = exclusive_options(question, recipe)
            rules += _of_options(question, options, alone, blanks=has_blanks(survey))
    return rules


@dataclass(frozen=True)
class MentionedTimes:
    """A question that says how many options of another were named: none, one, or more."""

    into: Atom
    none: frozenset[int]
    one: frozenset[int]
    more: frozenset[int]
    options: tuple[Atom, ...]

    @property
    def pairs(self) -> list[frozenset[Atom]]:
        """The question beside each option."""
        return [frozenset([self.into, option]) for option in self.options]


def mention_counts(survey: SurveySpecification, codebook: Codebook) -> list[MentionedTimes]:
    """Return the questions of a survey that count the mentions of another."""
    recipe = survey.recipe or Recipe()
    found = []
    for count in recipe.counts:
        of, into = codebook[count.of], codebook[count.into]
        left_out = exclusive_options(of, recipe)
        options = tuple(
            (of.name, frozenset([i]))
            for i, category in enumerate(of.categories)
            if category.valid and i not in left_out
        )
        none, one, more = (
            frozenset(into.positions(label)) for label in (count.none, count.one, count.more)
        )
        found.append(MentionedTimes((into.name, None), none, one, more, options))
    return found


def _implies(given: Selection, then: Selection) -> Rule:
    return Rule(
        frozenset([*given, *then]),
        lambda states: ~holds(given, states) | holds(then, states),
    )


def _routed(question: Question, led: Selection, *, blanks: bool) -> Rule:
    """A question was asked of exactly those who were led to it; not all answers are on record."""
    atom = status(question)
    unasked = NOT_ASKED if question.kind == "multiple" else unasked_state(question)
    if blanks:
        return Rule(
            frozenset([atom, *led]), lambda states: (states[atom] == unasked) | holds(led, states)
        )
    return Rule(
        frozenset([atom, *led]),
        lambda states: (states[atom] != unasked) == holds(led, states),
    )


def _possible_status(question: Question, *, blanks: bool) -> Rule:
    """An answer is missing only for a reason, and a question unasked only if routed or blank."""
    missing = len(question.counted()) < len(question.categories)
    possible = [VALID]
    possible += [MISSING] if missing else []
    possible += [NOT_ASKED] if question.asked_if or blanks else []
    atom = status(question)
    return Rule(frozenset([atom]), lambda states: np.isin(states[atom], possible))


def _of_options(
    question: Question, options: set[frozenset[int]], alone: frozenset[int], *, blanks: bool
) -> list[Rule]:
    """Return how the options of a multiple response and its nets hang together."""
    name = question.name
    valid = frozenset(question.counted())
    missing = frozenset(range(len(question.categories))) - valid
    rules = [_answered(name, chosen, missing) for chosen in options if chosen <= missing]
    rules += [_answered(name, chosen, missing) for chosen in options if not chosen & missing]
    for chosen in options:
        inner = [other for other in options if other < chosen]
        rules += [_net(name, chosen, other) for other in inner]
        if inner and frozenset().union(*inner) == chosen:
            rules.append(_covered(name, chosen, inner))
        for other in options:
            if chosen <= alone and not chosen & other:
                rules.append(_apart(name, chosen, other))
    everything = frozenset().union(*options)
    if alone and everything >= valid and not blanks:
        rules.append(_anything(name, options))
    return rules


def _answered(name: str, chosen: frozenset[int], missing: frozenset[int]) -> Rule:
    atom, answered = (name, chosen), (name, frozenset[int]())
    state = MISSING if chosen <= missing else VALID
    return Rule(
        frozenset([atom, answered]),
        lambda states: (states[atom] != NAMED) | (states[answered] == state),
    )


def _net(name: str, chosen: frozenset[int], other: frozenset[int]) -> Rule:
    net, option = (name, chosen), (name, other)
    return Rule(
        frozenset([net, option]),
        lambda states: (states[option] != NAMED) | (states[net] == NAMED),
    )


def _covered(name: str, chosen: frozenset[int], inner: list[frozenset[int]]) -> Rule:
    """Who named a net named one of its options."""
    net, parts = (name, chosen), [(name, other) for other in inner]
    return Rule(
        frozenset([net, *parts]),
        lambda states: (
            (states[net] != NAMED) | np.any([states[part] == NAMED for part in parts], axis=0)
        ),
    )


def _apart(name: str, chosen: frozenset[int], other: frozenset[int]) -> Rule:
    one, two = (name, chosen), (name, other)
    return Rule(
        frozenset([one, two]),
        lambda states: (states[one] != NAMED) | (states[two] != NAMED),
    )


def _anything(name: str, options: set[frozenset[int]]) -> Rule:
    """Who answered named something, if nothing is an answer of its own."""
    answered, parts = (name, frozenset[int]()), [(name, other) for other in options]
    return Rule(
        frozenset([answered, *parts]),
        lambda states: (
            (states[answered] != VALID) | np.any([states[part] == NAMED for part in parts], axis=0)
        ),
    )
