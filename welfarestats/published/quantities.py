"""Which published numbers are of the same people and of the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from welfarestats.published.report import Report
from welfarestats.published.specification import Population
from welfarestats.published.statements import Atom, people_of, told_by_answers
from welfarestats.published.transcription import PublishedNumber

People = tuple[frozenset[tuple[Atom, frozenset[int]]], str]


@dataclass(frozen=True)
class Quantity:
    """What a published number is a number of: two with the same quantity must be equal.

    ``people`` are those it is about, ``answers`` the positions of the categories counted.
    """

    survey: str
    statistic: str
    variable: str
    answers: frozenset[int] | None
    people: People


def population_of(number: PublishedNumber, report: Report) -> Population:
    """Return the population that a number is about."""
    return report.specifications[number.survey].populations[number.population]


def people_key(number: PublishedNumber, report: Report) -> People:
    """Return the people a number is about: by their answers, or by name if no answer tells."""
    survey = report.specifications[number.survey]
    population = survey.populations[number.population]
    people = people_of(number, survey, report.codebooks[number.survey])
    return frozenset(people.items()), "" if told_by_answers(population, survey) else population.name


def quantity_of(
    number: PublishedNumber, report: Report, *, statistic: str | None = None
) -> Quantity:
    """Return what a number is a number of, as its own statistic or as another."""
    answers = None
    if number.variable and number.category:
        question = report.codebooks[number.survey][number.variable]
        answers = frozenset(question.positions(number.category))
    kind = statistic or number.statistic
    people = people_key(number, report)
    if kind in ("base", "weighted_base") and population_of(number, report).base_varies:
        people = (people[0], number.population)
    return Quantity(number.survey, kind, number.variable, answers, people)


def unweighted(report: Report, survey: str) -> bool:
    """Return whether every respondent of a survey counts once."""
    return report.specifications[survey].weights is None


def numbers_of(report: Report, *statistics: str) -> Iterator[PublishedNumber]:
    """Return the numbers of some statistics, in the report's order."""
    return (number for number in report.numbers if number.statistic in statistics)


def words_of(number: PublishedNumber, report: Report) -> str:
    """Return what a number counts and of whom, in the words of the codebook and of spec.toml."""
    codebook = report.codebooks[number.survey]
    labels = {question.name: question.label for question in codebook}
    what = labels.get(number.variable, number.variable)
    parts = [f"{what}: {number.category}" if number.category else what]
    parts.append(population_of(number, report).label)
    parts += [f"{labels.get(name, name)}: {label}" for name, label in number.group.items()]
    return "; ".join(part for part in parts if part)
