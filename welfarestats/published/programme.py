"""Published numbers as one integer linear programme: how many people gave which answer.

Its variables are whole numbers of people, one for each question, answer, part of the people
asked, cell of the questions that split every count, and weight value. A published number is a
linear condition on them, so all numbers of a survey can be asked for together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.routing import Answers, Branch, Routes
from welfarestats.published.specification import Recipe, SurveySpecification
from welfarestats.published.transcription import PublishedNumber
from welfarestats.survey.codebook import Codebook, Question

Indices = NDArray[np.int64]
#: A sum of variables: each term a factor and the numbers of its variables, cells by weights.
Terms = list[tuple[float, Indices]]


@dataclass
class Condition:
    """A linear condition: variables times factors lie between ``low`` and ``high``.

    ``source`` is the published number that asks for it, empty for what holds for any people.
    """

    indices: Indices
    factors: NDArray[np.float64]
    low: float
    high: float
    source: str = ""


@dataclass
class Blocks:
    """The variables of one question.

    ``answers`` by parts by cells by weights; ``unions`` are, for a set of options of a multiple
    response, those who named any of it, by parts by cells by weights.
    """

    answers: Indices
    unions: dict[frozenset[int], Indices] = field(default_factory=dict)


def exclusive_options(question: Question, recipe: Recipe) -> frozenset[int]:
    """Return the options of a multiple response question that go with no other."""
    if question.name in recipe.exclusive:
        return frozenset(question.positions(recipe.exclusive[question.name]))
    return frozenset(
        i
        for i, category in enumerate(question.categories)
        if category.valid and category.label.split(" ")[0] in ("None", "None.")
    )


class Programme:
    """The conditions that people of a survey must meet to give its published numbers."""

    def __init__(
        self,
        survey: SurveySpecification,
        codebook: Codebook,
        numbers: Iterable[PublishedNumber],
    ) -> None:
        self.survey, self.codebook, self.numbers = survey, codebook, list(numbers)
        self.recipe = survey.recipe or Recipe()
        self.routes = Routes(survey, codebook, self.numbers)
        weights = [Fraction(str(weight)) for weight in self.recipe.weights] or [Fraction(1)]
        self.weights = np.array([float(weight) for weight in weights])
        self.weight_unit = math.lcm(*(weight.denominator for weight in weights))
        self.whole_weights = np.array([int(weight * self.weight_unit) for weight in weights])
        sizes = [range(len(codebook[name].categories)) for name in self.recipe.strata]
        self.cells = list(product(*sizes))
        self.conditions: list[Condition] = []
        self._upper: list[float] = []
        self.preferences: list[Condition] = []
        self.aims: list[tuple[Indices, NDArray[np.float64], float]] = []
        self.nobody = int(self._allocate(1)[0])
        self._upper[self.nobody] = 0.0
        self.root = self._allocate(len(self.cells), len(weights))
        self.blocks: dict[str, Blocks] = {}
        self._add([(1, self.root)], survey.base, survey.base)
        for name in self.routes.order:
            self._add_question(self.routes[name])

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self._upper)

    @property
    def upper(self) -> NDArray[np.float64]:
        """The most people that each variable may count."""
        return np.array(self._upper)

    def _allocate(self, *shape: int) -> Indices:
        first = len(self._upper)
        self._upper.extend([float(self.survey.base)] * math.prod(shape))
        return np.arange(first, len(self._upper)).reshape(shape)

    def close(self, indices: Indices) -> None:
        """Let variables count nobody."""
        for index in indices.ravel():
            self._upper[index] = 0.0

    def _add(self, terms: Terms, low: float, high: float, source: str = "") -> None:
        """Add a condition on the sum of all terms."""
        indices = np.concatenate([index.ravel() for _, index in terms])
        factors = np.concatenate([np.full(index.size, float(factor)) for factor, index in terms])
        self.add(indices, factors, low, high, source)

    def add(
        self,
        indices: Indices,
        factors: NDArray[np.float64],
        low: float,
        high: float,
        source: str = "",
    ) -> None:
        """Add a condition."""
        unique, inverse = np.unique(indices, return_inverse=True)
        summed = np.bincount(inverse, weights=factors).astype(float)
        self.conditions.append(Condition(unique, summed, low, high, source))

    def prefer(
        self, indices: Indices, factors: NDArray[np.float64], low: float, high: float
    ) -> None:
        """Add a condition that people should meet if they can."""
        self.preferences.append(Condition(indices, factors, low, high))

    def aim(self, indices: Indices, factors: NDArray[np.float64], target: float = 0.0) -> None:
        """Prefer a sum near a target; a unit off costs as much as one person in the wrong place."""
        self.aims.append((indices, factors, target))

    def _add_each(self, terms: Terms, low: float, high: float) -> None:
        """Add one condition for every cell and weight."""
        for cell in np.ndindex(self.root.shape):
            self._add([(factor, index[cell]) for factor, index in terms], low, high)

    # -------------------------------------------------------------- sums of people

    def asked(self, name: str, parts: Iterable[int] | None = None) -> Terms:
        """Return the people asked a question, all or those in some of its parts."""
        branch = self.routes[name]
        if branch.parent is None:
            return [(1.0, self.root)]
        chosen = range(len(branch.parts)) if parts is None else parts
        positions = frozenset().union(*(branch.parts[part] for part in chosen))
        return self.answering(branch.parent, positions)

    def answering(
        self, name: str, positions: frozenset[int], parts: Iterable[int] | None = None
    ) -> Terms:
        """Return the people who gave any of some answers."""
        question, answers = self.codebook[name], self.blocks[name].answers
        chosen = list(range(answers.shape[1]) if parts is None else parts)
        if question.kind != "multiple" or len(positions) == 1:
            return [(1.0, answers[i, part]) for i in sorted(positions) for part in chosen]
        alone = self.alone(question)
        if positions == frozenset(range(len(question.categories))) - alone and exclusive_options(
            question, self.recipe
        ):
            nobody: Terms = [(-1.0, answers[i, part]) for i in sorted(alone) for part in chosen]
            return self.asked(name, chosen) + nobody
        single = positions & alone
        union = self._union(question, positions - alone)
        return [(1.0, union[part]) for part in chosen] + [
            (1.0, answers[i, part]) for i in sorted(single) for part in chosen
        ]

    def alone(self, question: Question) -> frozenset[int]:
        """Return the options that go with no other, also the missing ones."""
        missing = {i for i, category in enumerate(question.categories) if not category.valid}
        return exclusive_options(question, self.recipe) | missing

    def valid(self, name: str, parts: Iterable[int] | None = None) -> Terms:
        """Return the people who count in the base of a question."""
        question, answers = self.codebook[name], self.blocks[name].answers
        chosen = list(range(answers.shape[1]) if parts is None else parts)
        counted = set(question.counted())
        if question.kind != "multiple":
            return [(1.0, answers[i, part]) for i in sorted(counted) for part in chosen]
        missing = [i for i in range(len(question.categories)) if i not in counted]
        return self.asked(name, chosen) + [
            (-1.0, answers[i, part]) for i in missing for part in chosen
        ]

    # -------------------------------------------------------------- what holds for any people

    def _add_question(self, branch: Branch) -> None:
        question = branch.question
        answers = self._allocate(len(question.categories), len(branch.parts), *self.root.shape)
        self.blocks[question.name] = Blocks(answers)
        self.close(answers[:, :, ~self.cells_where(branch.within)])
        for part in range(len(branch.parts)):
            asked: Terms = [(-f, index) for f, index in self._asked_inside(branch, part)]
            if question.kind != "multiple":
                given: Terms = [(1.0, answers[i, part]) for i in range(len(question.categories))]
                self._add_each([*given, *asked], 0, 0)
            else:
                self._add_multiple(branch, part, asked)

    def cells_where(self, answers: Answers) -> NDArray[np.bool_]:
        """Return which cells hold people with some answers to the questions that split counts."""
        return np.array(
            [
                all(
                    position in answers.get(name, (position,))
                    for name, position in zip(self.recipe.strata, cell, strict=True)
                )
                for cell in self.cells
            ]
        )

    def _asked_inside(self, branch: Branch, part: int) -> Terms:
        """Return the people of a part, with nobody in the cells that were not asked."""
        inside = self.cells_where(branch.within)
        if inside.all():
            return self.asked(branch.question.name, [part])
        kept = inside[:, None]
        return [
            (factor, np.where(kept, index, self.nobody))
            for factor, index in self.asked(branch.question.name, [part])
        ]

    def _add_multiple(self, branch: Branch, part: int, minus_asked: Terms) -> None:
        question, answers = branch.question, self.blocks[branch.question.name].answers
        alone, exclusive = self.alone(question), exclusive_options(question, self.recipe)
        options = [i for i in range(len(question.categories)) if i not in alone]
        nobody_else: Terms = [(1.0, answers[i, part]) for i in sorted(alone)] + minus_asked
        for i in options:
            self._add_each([(1.0, answers[i, part]), *nobody_else], -math.inf, 0)
        least, most = self.mentions(branch, part)
        needed: Terms = [(least * factor, index) for factor, index in nobody_else]
        mentions: Terms = [(1.0, answers[i, part]) for i in options]
        if most == 0:
            self.close(answers[options, part])
            if exclusive:
                self._add_each(nobody_else, 0, 0)
        elif most == 1:
            self.close(answers[sorted(exclusive), part])
            self._add_each([*mentions, *needed], 0, 0)
        elif least:
            if branch.counted_by is not None and least > 1:
                self.close(answers[sorted(exclusive), part])
            self._add_each([*mentions, *needed], 0, math.inf)

    def mentions(self, branch: Branch, part: int) -> tuple[int, float]:
        """Return how few and how many options a person names who names no exclusive one."""
        least, most = branch.mentions[part] if branch.mentions else (0, math.inf)
        if most == math.inf and exclusive_options(branch.question, self.recipe):
            return max(least, 1), most
        return least, most

    def _union(self, question: Question, positions: frozenset[int]) -> Indices:
        blocks = self.blocks[question.name]
        if positions in blocks.unions:
            return blocks.unions[positions]
        if any(positions & other for other in blocks.unions):
            raise ReportError(
                f"two nets of the multiple response question {question.name!r} share options, so "
                f"a reconstruction cannot count both. Leave one of them out of published.csv."
            )
        branch = self.routes[question.name]
        if branch.counted_by is not None:
            raise ReportError(
                f"a net of {question.name!r} cannot be reconstructed, because "
                f"{branch.counted_by!r} counts its mentions."
            )
        union = self._allocate(blocks.answers.shape[1], *self.root.shape)
        blocks.unions[positions] = union
        alone = sorted(self.alone(question))
        for part in range(union.shape[0]):
            options: Terms = [(1.0, blocks.answers[i, part]) for i in sorted(positions)]
            for term in options:
                self._add_each([(1.0, union[part]), (-1.0, term[1])], 0, math.inf)
            self._add_each([(-1.0, union[part]), *options], 0, math.inf)
            asked: Terms = [(-f, index) for f, index in self._asked_inside(branch, part)]
            single: Terms = [(1.0, blocks.answers[i, part]) for i in alone]
            self._add_each([(1.0, union[part]), *single, *asked], -math.inf, 0)
        return union

    def finish(self) -> None:
        """Add the conditions that depend on which nets the numbers are about."""
        for name, blocks in self.blocks.items():
            branch = self.routes[name]
            question = branch.question
            if not blocks.unions or not exclusive_options(question, self.recipe):
                continue
            alone = self.alone(question)
            loose = set(range(len(question.categories))) - alone - frozenset().union(*blocks.unions)
            for part in range(len(branch.parts)):
                named: Terms = [(1.0, union[part]) for union in blocks.unions.values()]
                named += [(1.0, blocks.answers[i, part]) for i in sorted(loose | alone)]
                asked: Terms = [(-f, index) for f, index in self._asked_inside(branch, part)]
                self._add_each([*named, *asked], 0, math.inf)
