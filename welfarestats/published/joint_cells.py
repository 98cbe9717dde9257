"""The joint cells of people that a report speaks of, also those for which it prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from welfarestats.published.quantities import people_key
from welfarestats.published.report import Report
from welfarestats.published.specification import SurveySpecification
from welfarestats.published.statements import (
    NAMED,
    Atom,
    Selection,
    Statement,
    answered_with,
    together,
    validly_answered,
    with_answers,
)
from welfarestats.survey.codebook import Codebook, Question

Key = frozenset[tuple[Atom, frozenset[int]]]
Groups = Mapping[str, str]


@dataclass(frozen=True)
class JointCell:
    """Some people of one survey: those of a population and group who gave an answer.

    Without a category they are all who count in the base of the variable, without a variable
    all of the population and group. ``parts`` are people who, if they add up to these, say as
    much: the answers of a net, or for a base all of the group who were asked.
    """

    survey: str
    variable: str
    category: str
    population: str
    group: Groups
    people: Selection = field(repr=False)
    parts: tuple[Selection, ...] = field(default=(), repr=False)

    @property
    def group_text(self) -> str:
        """The group as ``published.csv`` writes it."""
        return " & ".join(f"{name}={label}" for name, label in self.group.items())

    def words(self) -> str:
        """Return whom it counts, for a reader."""
        answer = f"{self.variable}: {self.category}" if self.category else ""
        if self.variable and not self.category:
            answer = f"base of {self.variable}"
        parts = [answer, "" if self.population == "all" else self.population]
        parts += [f"{name}: {label}" for name, label in self.group.items()]
        return "; ".join(part for part in parts if part) or "all respondents"


def key_of(people: Selection) -> Key:
    """Return what is the same for the same people, in whatever order their answers are named."""
    return frozenset(people.items())


def known_statements(report: Report, statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements whose people are told by their answers.

    Of a population such as "customers", for which the report prints neither a rule nor a base,
    nobody knows whether it is everyone. A base that only ``spec.toml`` gives is left out if
    another number says the same, so that a reader is shown a line.
    """
    known = [one for one in statements if not people_key(one.number, report)[1]]
    lines = {key_of(people) for people in counted(one for one in known if one.number.line)}
    return [one for one in known if one.number.line or key_of(one.whole) not in lines]


def counted(statements: Iterable[Statement]) -> Iterator[Selection]:
    """Return the people whose number is printed as it is."""
    for one in statements:
        if one.number.statistic in ("count", "base"):
            yield one.part if one.number.statistic == "count" else one.whole


def cells_spoken_of(
    survey: SurveySpecification, codebook: Codebook, statements: Sequence[Statement]
) -> list[JointCell]:
    """Return every cell of what the statements cross, each once, under the first of its names."""
    found: dict[Key, JointCell] = {}
    for variable, population, group in _crossed(survey, codebook, statements):
        where = survey.populations[population].where
        people = together(with_answers(where, codebook), with_answers(group, codebook))
        for category, cell, parts in _answers(variable, people, codebook):
            key = key_of(cell)
            if key not in found and all(cell.values()):
                name = variable if category or cell != people else ""
                found[key] = JointCell(
                    survey.name, name, category, population, group, cell, tuple(parts)
                )
    return list(found.values())


def _answers(
    variable: str, people: Selection, codebook: Codebook
) -> Iterator[tuple[str, Selection, list[Selection]]]:
    """Return a group, and if its people could be asked a question the cells of its answers."""
    yield "", people, []
    if not variable:
        return
    asked = together(people, _led(variable, codebook))
    if not all(asked.values()):
        return
    question = codebook[variable]
    valid = set(question.counted())
    whole = together(people, validly_answered(question))

    def answering(positions: Iterable[int]) -> Selection:
        return together(people, answered_with(question, positions))

    yield "", whole, [asked]
    for i, category in enumerate(question.categories):
        yield category.label, answering([i]), []
    several = question.kind == "multiple"
    for net in question.nets:
        positions = question.positions(net.label)
        yield (
            net.label,
            answering(positions),
            [] if several else [answering([i]) for i in positions],
        )
    for label in (*(question.categories[i].label for i in sorted(valid)), *_nets(question)):
        chosen = frozenset(question.positions(label))
        if several:
            unnamed: Selection = {(variable, chosen): frozenset([1 - NAMED])}
            yield f"not {label}", together(whole, unnamed), []
        else:
            others = sorted(valid - chosen)
            yield f"not {label}", answering(others), [answering([i]) for i in others]


def _nets(question: Question) -> list[str]:
    return [net.label for net in question.nets]


def _led(variable: str, codebook: Codebook) -> Selection:
    """Return the answers that lead to a question, and to those that lead there."""
    found: Selection = {}
    waiting, seen = [variable], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            route = codebook[name].asked_if or {}
            found = together(found, with_answers(route, codebook))
            waiting += list(route)
    return found


def _crossed(
    survey: SurveySpecification, codebook: Codebook, statements: Iterable[Statement]
) -> Iterator[tuple[str, str, Groups]]:
    """Return what is crossed with what: as printed, then with the other answers of each group."""
    printed = [(one.number.variable, one.number.population, one.number.group) for one in statements]
    yield from printed
    for variable, population, group in printed:
        for name in group:
            others = {other: label for other, label in group.items() if other != name}
            yield name, population, others
        for siblings in _siblings(group, codebook):
            yield variable, population, siblings
        where = survey.populations[population].where
        for name in where:
            yield name, "all", {}
        if where and all(codebook[name].kind != "multiple" for name in where):
            for siblings in _siblings(dict.fromkeys(where, "") | dict(group), codebook):
                yield variable, "all", siblings


def _siblings(group: Groups, codebook: Codebook) -> Iterator[Groups]:
    """Return a group and all groups of other answers to the same questions.

    Of a multiple response only the option itself: the others are other questions.
    """
    choices = []
    for name, label in group.items():
        question = codebook[name]
        others = question.categories if question.kind != "multiple" else ()
        choices.append([*([label] if label else []), *(other.label for other in others)])
    for labels in product(*choices):
        yield dict(zip(group, labels, strict=True))
