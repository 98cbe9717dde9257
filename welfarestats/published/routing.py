"""Which question leads to which: the tree along which a reconstruction hands out answers.

An answer to a question is counted among the people of one parent: those who were asked because
of another question's answer, or everyone. Where a published number is about fewer people than
were asked, the question is counted separately in parts of its parent's answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from welfarestats.errors import ReportError, listed
from welfarestats.published.specification import MentionCount, Recipe, SurveySpecification
from welfarestats.published.transcription import PublishedNumber
from welfarestats.survey.codebook import Codebook, Question

Answers = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Branch:
    """A question of the tree, the question above it and the parts it is counted in.

    ``parts`` are sets of positions of the parent's answers that do not overlap (one empty set
    when everyone was asked); ``within`` are the answers to questions that split every count, if
    only some of them were asked. Where ``counted_by`` names the question that counts the
    mentions of a multiple response, ``mentions`` says for each part how few and how many options
    a person names.
    """

    question: Question
    parent: str | None
    parts: tuple[frozenset[int], ...]
    within: Answers
    counted_by: str | None = None
    mentions: tuple[tuple[int, float], ...] = ()


def people_of(
    number: PublishedNumber, survey: SurveySpecification, codebook: Codebook
) -> dict[str, frozenset[int]]:
    """Return the answers that the people of a published number gave: population and group."""
    conditions = [*survey.populations[number.population].where.items(), *number.group.items()]
    return _together(conditions, codebook)


def _together(
    conditions: Iterable[tuple[str, object]], codebook: Codebook
) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name, answers in conditions:
        positions = frozenset(codebook[name].positions(answers))
        found[name] = found[name] & positions if name in found else positions
    return found


class Routes:
    """The questions of a survey in an order in which answers can be handed out."""

    def __init__(
        self,
        survey: SurveySpecification,
        codebook: Codebook,
        numbers: Iterable[PublishedNumber],
    ) -> None:
        recipe = survey.recipe or Recipe()
        self.survey, self.codebook, self.strata = survey, codebook, recipe.strata
        self._check_strata()
        self._chains: dict[str, dict[str, frozenset[int]]] = {}
        self._branches: dict[str, Branch] = {}
        for question in codebook:
            if question.name not in self.strata:
                self._branches[question.name] = self._branch(question)
        for count in recipe.counts:
            self._count_mentions(count)
        self._split(list(numbers))
        self.order = self._ordered()

    def __getitem__(self, name: str) -> Branch:
        return self._branches[name]

    def _check_strata(self) -> None:
        for name in self.strata:
            question = self.codebook[name]
            if question.kind == "multiple" or question.asked_if:
                raise ReportError(
                    f"spec.toml, [reconstruction.{self.survey.name}]: {name!r} cannot split every "
                    f"count, because it is multiple response or was not asked of everyone."
                )

    def chain(self, name: str) -> dict[str, frozenset[int]]:
        """Return every answer, also to earlier questions, that led to a question."""
        if name not in self._chains:
            self._chains[name] = {}
            asked = _together((self.codebook[name].asked_if or {}).items(), self.codebook)
            led: dict[str, frozenset[int]] = dict(asked)
            for earlier in asked:
                for other, positions in self.chain(earlier).items():
                    led[other] = led[other] & positions if other in led else positions
            self._chains[name] = led
        return self._chains[name]

    def reduced(
        self, answers: Answers, *, given: Answers | None = None
    ) -> dict[str, frozenset[int]]:
        """Return the conditions that do not follow from the others or from what is given."""
        known = given or {}
        left = {
            name: positions
            for name, positions in answers.items()
            if name not in self.strata and not (name in known and known[name] <= positions)
        }
        return {
            name: positions
            for name, positions in left.items()
            if not any(
                name in self.chain(other) and self.chain(other)[name] <= positions
                for other in left
                if other != name
            )
        }

    def within(self, answers: Answers) -> dict[str, frozenset[int]]:
        """Return the conditions on questions that split every count."""
        return {name: answers[name] for name in self.strata if name in answers}

    def _branch(self, question: Question) -> Branch:
        chain = self.chain(question.name)
        direct = {name: chain[name] for name in question.asked_if or {}}
        left = self.reduced(direct)
        if len(left) > 1:
            raise ReportError(
                f"question {question.name!r} was asked depending on {listed(left)}, of which "
                f"neither leads to the other, and a reconstruction follows one. Name all but one "
                f"as 'strata' in spec.toml, [reconstruction.{self.survey.name}]."
            )
        for parent, positions in left.items():
            return Branch(question, parent, (positions,), self.within(chain))
        return Branch(question, None, (frozenset(),), self.within(chain))

    def _count_mentions(self, count: MentionCount) -> None:
        of, into = self._counted(count.of), self._counted(count.into)
        place = f"spec.toml, [[reconstruction.{self.survey.name}.counts]]"
        if of.question.kind != "multiple" or into.question.kind == "multiple":
            raise ReportError(
                f"{place}: 'of' names a multiple response question and 'into' a single one; "
                f"{count.of!r} is {of.question.kind!r} and {count.into!r} {into.question.kind!r}."
            )
        if (of.parent, of.parts, of.within) != (into.parent, into.parts, into.within):
            raise ReportError(
                f"{place}: {count.of!r} and {count.into!r} were not asked of the same people, so "
                f"the one cannot count the other. Correct 'asked_if' in codebook.toml."
            )
        named = {
            into.question.positions(count.none): (0, 0.0),
            into.question.positions(count.one): (1, 1.0),
            into.question.positions(count.more): (2, math.inf),
        }
        several = range(len(into.question.categories))
        self._branches[count.of] = replace(
            of,
            parent=count.into,
            parts=tuple(frozenset([i]) for i in several),
            counted_by=count.into,
            mentions=tuple(named.get((i,), (0, math.inf)) for i in several),
        )

    def _counted(self, name: str) -> Branch:
        if name in self.strata:
            raise ReportError(
                f"spec.toml, [[reconstruction.{self.survey.name}.counts]]: {name!r} splits every "
                f"count, so it cannot count mentions or have its mentions counted."
            )
        self.codebook[name]
        return self._branches[name]

    def _split(self, numbers: list[PublishedNumber]) -> None:
        cuts: dict[str, dict[frozenset[int], None]] = {}
        for number in numbers:
            if not number.variable or number.variable in self.strata:
                continue
            name = number.variable
            people = people_of(number, self.survey, self.codebook)
            people.pop(name, None)
            for other, positions in self.reduced(people, given=self.chain(name)).items():
                self._hang(name, other, number)
                cuts.setdefault(name, {})[positions] = None
        for name, several in cuts.items():
            branch = self._branches[name]
            if branch.counted_by is None:
                self._branches[name] = replace(branch, parts=_cut(branch.parts, list(several)))

    def _hang(self, name: str, other: str, number: PublishedNumber) -> None:
        branch, above = self._branches[name], self._branches[other]
        if branch.parent == other:
            return
        same = (branch.parent, branch.parts, branch.within) == (
            above.parent,
            above.parts,
            above.within,
        )
        if not same or above.question.kind == "multiple" or branch.counted_by:
            raise ReportError(
                f"{number} is about answers to {name!r} of people chosen by {other!r}, which a "
                f"reconstruction cannot count together. Name {other!r} among the 'strata' in "
                f"spec.toml, [reconstruction.{self.survey.name}], or route {name!r} with 'asked_if'."
            )
        everyone = frozenset(range(len(above.question.categories)))
        self._branches[name] = replace(branch, parent=other, parts=(everyone,))

    def _ordered(self) -> tuple[str, ...]:
        order: list[str] = []
        left = dict(self._branches)
        while left:
            ready = [
                name
                for name, branch in left.items()
                if branch.parent is None or branch.parent in order
            ]
            if not ready:
                raise ReportError(
                    f"the questions {listed(left)} lead to each other in a circle. Correct "
                    f"'asked_if' in codebook.toml or the populations in spec.toml."
                )
            for name in ready:
                order.append(name)
                del left[name]
        return tuple(order)


def _cut(
    parts: tuple[frozenset[int], ...], cuts: list[frozenset[int]]
) -> tuple[frozenset[int], ...]:
    """Return the parts divided so that each cut is a union of them."""
    pieces: dict[tuple[bool, ...], set[int]] = {}
    for position in sorted(frozenset().union(*parts)):
        pieces.setdefault(tuple(position in cut for cut in cuts), set()).add(position)
    return tuple(frozenset(piece) for piece in pieces.values())
