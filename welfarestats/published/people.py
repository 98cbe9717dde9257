"""Invented people: a weight for each, and the answers dealt to them so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.specification import Recipe, SurveySpecification
from welfarestats.published.statements import MISSING, NOT_ASKED, VALID, Atom, Selection
from welfarestats.survey.codebook import Codebook, Question

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass
class People:
    """Everyone's weight and answers: a position for a single question, flags for a multiple one.

    A position of −1 says that a question was not asked. ``mentioned`` has a row an option; who was
    not asked is in ``unasked``.
    """

    codebook: Codebook
    weights: NDArray[np.float64]
    position: dict[str, Integers] = field(default_factory=dict)
    mentioned: dict[str, Flags] = field(default_factory=dict)
    unasked: dict[str, Flags] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.weights)

    def knows(self, name: str) -> bool:
        """Return whether a question has been dealt."""
        return name in self.position or name in self.mentioned

    def forget(self, name: str) -> None:
        """Take the answers to a question back."""
        for kept in (self.position, self.mentioned, self.unasked):
            kept.pop(name, None)

    def state(self, atom: Atom) -> Integers:
        """Return everyone's state of an atom of a question that was dealt."""
        name, options = atom
        question = self.codebook[name]
        if options is None:
            given = self.position[name]
            answered: Integers = np.where(given < 0, len(question.categories), given)
            return answered
        if options:
            flags = self.mentioned[name][sorted(options)]
            return np.asarray(flags.max(axis=0), dtype=np.int64)
        invalid = [i for i, category in enumerate(question.categories) if not category.valid]
        missing = self.mentioned[name][invalid].any(axis=0)
        status = np.where(missing, MISSING, VALID)
        return np.where(self.unasked[name], NOT_ASKED, status).astype(np.int64)

    def inside(self, selection: Selection) -> Flags:
        """Return who is in a selection of questions that were dealt."""
        found: Flags = np.ones(self.size, dtype=bool)
        for atom, allowed in selection.items():
            found &= np.isin(self.state(atom), sorted(allowed))
        return found

    def columns(self, survey: SurveySpecification, order: Integers) -> dict[str, list[Any]]:
        """Return the columns of a data frame, its people in a given order."""
        found: dict[str, list[Any]] = {}
        for question in self.codebook:
            found |= self._columns_of(question, order)
        if survey.weights is not None:
            found[survey.weights] = self.weights[order].tolist()
        return found

    def _columns_of(self, question: Question, order: Integers) -> dict[str, list[Any]]:
        codes = [category.code for category in question.categories]
        if question.kind != "multiple":
            given = self.position[question.name][order]
            return {question.stored_in[0]: [codes[i] if i >= 0 else None for i in given]}
        said = self.mentioned[question.name][:, order]
        asked = ~self.unasked[question.name][order]
        if question.columns is None:
            rows = [
                [code for code, flag in zip(codes, person, strict=True) if flag]
                for person in said.T
            ]
            pairs = zip(rows, asked, strict=True)
            return {question.name: [row if was else None for row, was in pairs]}
        return {
            column: [int(flag) if was else None for flag, was in zip(said[i], asked, strict=True)]
            for i, column in enumerate(question.columns)
        }


def invented_weights(
    survey: SurveySpecification, mean: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return a weight for everyone: values of the recipe, of a given mean, middling ones most."""
    recipe = survey.recipe or Recipe()
    if not recipe.weights:
        return np.ones(survey.base)
    values = np.array(sorted(recipe.weights))
    counts = _whole_counts(_shares(values, mean), survey.base)
    weights = np.repeat(values, counts)
    _centre(weights, values, mean)
    return random.permutation(weights)


def _shares(values: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    """Return a share for each weight value, bell-shaped and tilted to a mean."""
    spread = max(float(np.ptp(values)) / 4, 1e-9)
    shape = np.exp(-(((values - mean) / spread) ** 2) / 2)
    low, high = -50.0 / spread, 50.0 / spread
    for _ in range(200):
        tilt = (low + high) / 2
        shares = shape * np.exp(tilt * (values - mean))
        shares /= shares.sum()
        low, high = (tilt, high) if shares @ values < mean else (low, tilt)
    return np.asarray(shares)


def _whole_counts(shares: NDArray[np.float64], size: int) -> Integers:
    """Return whole numbers in given shares that add up to a size (largest remainders)."""
    exact = shares * size
    counts = np.floor(exact).astype(np.int64)
    first = np.argsort(-(exact - counts), kind="stable")[: size - counts.sum()]
    counts[first] += 1
    return counts


def _centre(weights: NDArray[np.float64], values: NDArray[np.float64], mean: float) -> None:
    """Move single weights to the next value until their mean is as near as it can be."""
    for _ in range(len(weights)):
        off = weights.sum() - mean * len(weights)
        steps = []
        for i, value in enumerate(values[:-1]):
            up, down = values[i + 1] - value, value - values[i + 1]
            steps += [
                (abs(off + up), value, values[i + 1]),
                (abs(off + down), values[i + 1], value),
            ]
        steps = [step for step in steps if np.any(weights == step[1])]
        if not steps or min(steps)[0] >= abs(off) - 1e-9:
            return
        _, old, new = min(steps)
        weights[np.flatnonzero(weights == old)[0]] = new
