"""A published number as a statement about people: whom it counts, out of whom.

Everything else that reasons about published numbers (what they allow, who could have given them)
starts from here, so that a number means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from welfarestats.errors import ReportError
from welfarestats.published.printed import widened_interval
from welfarestats.published.specification import Population, SurveySpecification
from welfarestats.published.transcription import PublishedNumber
from welfarestats.survey.codebook import Codebook, Question

#: What one answer sheet says: of a single question its answer; of a multiple response question
#: whether any of some options was named or, with no options, whether it was answered at all.
Atom = tuple[str, frozenset[int] | None]
#: People, as the states that each of some atoms may be in.
Selection = Mapping[Atom, frozenset[int]]

NAMED = 1
VALID, MISSING, NOT_ASKED = 0, 1, 2
EVERYONE: Selection = MappingProxyType({})
#: Statistics that say something about counts or weights of people.
COMPUTED = ("percent", "count", "base", "weighted_base", "mean", "sum")


@dataclass(frozen=True)
class Statement:
    """One published number: a count of people, a sum of weights, a share or a mean.

    ``scores`` are, for a mean or a sum, pairs of a score and the people who have it. ``source``
    names the number to a reader.
    """

    number: PublishedNumber
    part: Selection
    whole: Selection
    scores: tuple[tuple[Fraction, Selection], ...] = field(default=())

    @property
    def source(self) -> str:
        """The number's item and line."""
        return str(self.number)

    @property
    def atoms(self) -> frozenset[Atom]:
        """All that must be known of a person to see whether the statement is about them."""
        inner = (atom for _, people in self.scores for atom in people)
        return frozenset([*self.part, *self.whole, *inner])

    def interval(self, widened: Fraction = Fraction(0)) -> tuple[Fraction, Fraction]:
        """Return the lowest and highest value that print so; widened by units of the last digit."""
        low, high = widened_interval(self.number.printed, widened)
        return (low if self.scores else max(low, Fraction(0))), high


def atom_order(atom: Atom) -> tuple[str, tuple[int, ...]]:
    """Return what sorts atoms in the same order every time."""
    return atom[0], (-1,) if atom[1] is None else tuple(sorted(atom[1]))


def together(*selections: Selection) -> Selection:
    """Return the people who are in all of some selections."""
    found: dict[Atom, frozenset[int]] = {}
    for selection in selections:
        for atom, states in selection.items():
            found[atom] = found[atom] & states if atom in found else states
    return found


def answered_with(question: Question, positions: Iterable[int]) -> Selection:
    """Return the people who gave any of some answers."""
    chosen = frozenset(positions)
    if question.kind == "multiple":
        return {(question.name, chosen): frozenset([NAMED])}
    return {(question.name, None): chosen}


def validly_answered(question: Question) -> Selection:
    """Return the people who count in the base of a question."""
    if question.kind == "multiple":
        return {(question.name, frozenset()): frozenset([VALID])}
    unlisted = [unlisted_state(question)] if has_unlisted_answers(question) else []
    return {(question.name, None): frozenset([*question.counted(), *unlisted])}


def has_unlisted_answers(question: Question) -> bool:
    """Return whether there are answers that no category stands for, such as numbers of a scale."""
    return question.kind == "scale" or not question.categories


def unasked_state(question: Question) -> int:
    """Return the state of those who have no answer on record, of a question with one answer."""
    return len(question.categories)


def unlisted_state(question: Question) -> int:
    """Return the state of those whose answer no category stands for."""
    return len(question.categories) + 1


def with_answers(answers: Mapping[str, object], codebook: Codebook) -> Selection:
    """Return the people who gave one of the answers named, for each question named."""
    return together(
        *(
            answered_with(codebook[name], codebook[name].positions(labels))
            for name, labels in answers.items()
        )
    )


def state_count(atom: Atom, codebook: Codebook, *, blanks: bool = False) -> int:
    """Return how many states an atom has.

    After its categories a question has a state for no answer on record, if it is routed or
    records may have blanks, and one for answers that no category stands for, if there are any.
    """
    name, options = atom
    question = codebook[name]
    if options is not None:
        return 2 if options else 3
    if has_unlisted_answers(question):
        return unlisted_state(question) + 1
    return unasked_state(question) + (blanks or question.asked_if is not None)


def told_by_answers(population: Population, survey: SurveySpecification) -> bool:
    """Return whether the people of a population are known by their answers, or are all."""
    if population.where or population.name == "all":
        return True
    return population.base == survey.base and population.base_status == "printed"


def people_of(
    number: PublishedNumber, survey: SurveySpecification, codebook: Codebook
) -> Selection:
    """Return the people that a number is about: its population and its group."""
    where = survey.populations[number.population].where
    return together(with_answers(where, codebook), with_answers(number.group, codebook))


def statement_of(
    number: PublishedNumber, survey: SurveySpecification, codebook: Codebook
) -> Statement:
    """Return what a published number says.

    Raises
    ------
    ReportError
        If it is a mean or a sum of a question without scores.
    """
    people = people_of(number, survey, codebook)
    if not number.variable:
        return Statement(number, people, people)
    question = codebook[number.variable]
    whole = together(people, validly_answered(question))
    part = whole
    if number.category:
        named = answered_with(question, question.positions(number.category))
        part = together(whole, named)
    if number.statistic not in ("mean", "sum"):
        return Statement(number, part, whole)
    scores = _scores(number, question)
    scored = together(people, answered_with(question, scores))
    pairs = [(score, together(scored, answered_with(question, [i]))) for i, score in scores.items()]
    return Statement(number, scored, scored, tuple(pairs))


def _scores(number: PublishedNumber, question: Question) -> dict[int, Fraction]:
    """Return the score of each answer that counts in a mean."""
    if not question.scored or question.kind == "multiple":
        raise ReportError(
            f"{number} is a {number.statistic}, but its variable has no scores. Give the "
            f"categories a 'score' in codebook.toml."
        )
    return {
        i: Fraction(str(category.score))
        for i, category in enumerate(question.categories)
        if category.valid and category.score is not None
    }


def base_statements(
    survey: SurveySpecification, codebook: Codebook, *, inferred: bool
) -> list[Statement]:
    """Return the bases of populations that ``spec.toml`` gives, also inferred ones if asked."""
    found = []
    for population in survey.populations.values():
        if population.base is None or (population.base_status != "printed" and not inferred):
            continue
        number = PublishedNumber(
            f"population-{population.name}", survey.name, "", population.name, {}, "",
            "base", str(population.base), float(population.base), 0,
        )  # fmt: skip
        found.append(statement_of(number, survey, codebook))
    return found
