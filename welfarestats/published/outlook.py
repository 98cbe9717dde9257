"""How many people should give each answer so that every later number can still be met.

Before a question is dealt, the linear model of the survey is solved with everything that was
dealt before held as it is. Among what is possible the solution nearest to independence is taken:
each answer as frequent in every group as in all, and no heavier or lighter than the group.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.linear import extreme
from welfarestats.published.people import Integers, People
from welfarestats.published.polytope import Block, Polytope
from welfarestats.published.rows import Row, as_system
from welfarestats.published.rules import status
from welfarestats.published.statements import NAMED, Atom, Selection, with_answers
from welfarestats.survey.codebook import Question

#: Percentages are aimed at inside of what prints so, as far in as later numbers allow.
_MARGINS = (Fraction(-1, 4), Fraction(-1, 10), Fraction(-1, 50), Fraction(0))
_MIDDLE, _INDEPENDENT, _EVEN_WEIGHTS, _PLAIN = 5.0, 0.2, 0.2, 0.01
#: What someone without an answer costs beside a valid answer that is too rare.
_NO_ANSWER = 20.0
_STEPS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5)


def within_weights(polytope: Polytope, lightest: float, heaviest: float) -> list[Row]:
    """Return that the people of each cell weigh what invented people can weigh."""
    if not polytope.weighted:
        return []
    rows = []
    for cell in range(polytope.cells):
        pair = np.array([cell + polytope.cells, cell])
        rows += [
            Row(pair, np.array([1.0, -float(heaviest)]), -math.inf, 0.0),
            Row(pair, np.array([1.0, -float(lightest)]), 0.0, math.inf),
        ]
    return rows


def mean_weight(polytope: Polytope, values: Sequence[float]) -> float:
    """Return a mean of weights of certain values, near one and well within what is published."""
    unit = polytope.centre.unit if polytope.centre else 1.0
    if not polytope.weighted or not polytope.blocks or not values:
        return 1.0
    everyone = polytope.cells + np.arange(polytope.blocks[0].size)
    ones = np.ones(len(everyone))
    fixed = within_weights(polytope, min(values) / unit, max(values) / unit)
    for margin in _MARGINS[-2:]:
        system = polytope.system(math.inf, margin, fixed)
        least = extreme(system, everyone, ones, largest=False)
        most = extreme(system, everyone, ones, largest=True)
        if least is not None and most is not None:
            low, high = least / polytope.survey.base, most / polytope.survey.base
            inside = min((high - low) / 4, 0.01)  # At an end some numbers could only just be met.
            return float(np.clip(1.0, low + inside, high - inside)) * unit
    return unit


@dataclass(frozen=True)
class Target:
    """How many people of some states there should be, and the sum of their weights."""

    people: Selection
    count: float
    weight: float


@dataclass(frozen=True)
class Prospect:
    """How a question should turn out: targets beside what was dealt, and the share of answers."""

    targets: tuple[Target, ...]
    shares: NDArray[np.float64]


class Outlook:
    """The linear model of a survey as people are dealt question by question."""

    def __init__(self, polytope: Polytope, people: People) -> None:
        self.polytope, self.people = polytope, people
        self.unit = polytope.centre.unit if polytope.centre else 1.0
        self.weights = people.weights / self.unit
        self._fixed = within_weights(polytope, self.weights.min(), self.weights.max())

    def prospect(self, name: str) -> Prospect | None:
        """Return how a question should turn out, None if the numbers cannot be met any more."""
        if not any(other == name for block in self.polytope.blocks for other, _ in block.atoms):
            return Prospect((), self._answer_shares(name, None))
        dealt = [self._dealt(block) for block in self.polytope.blocks]
        fixed = [row for rows in dealt for row in rows]
        for margin in _MARGINS:
            rows = [*self.polytope.structure, *self._fixed, *fixed]
            for statement in self.polytope.statements:
                if not all(self.people.knows(other) for other, _ in statement.atoms):
                    rows += self.polytope.asked_by(statement, math.inf, margin)
            if (solution := self._nearest(name, rows)) is not None:
                shares = self._answer_shares(name, solution)
                return Prospect(tuple(self._read(name, solution)), shares)
        return None

    def _known(self, block: Block, name: str = "") -> list[Atom]:
        return [atom for atom in block.atoms if atom[0] == name or self.people.knows(atom[0])]

    def _dealt(self, block: Block) -> list[Row]:
        """Return that a table agrees with the people about all that they were dealt."""
        known = self._known(block)
        if not known:
            return []
        rows = []
        for cells, inside in _classes(block, known, self.people):
            ones = np.ones(len(cells))
            count = float(inside.sum())
            rows.append(Row(cells, ones, count, count))
            if self.polytope.weighted:
                weight = float(self.weights[inside].sum())
                rows.append(Row(cells + self.polytope.cells, ones, weight, weight))
        return rows

    def _weight_of(self, block: Block) -> Integers:
        """Return the variables of the weights of the cells of a table."""
        layer = self.polytope.cells if self.polytope.weighted else 0
        return layer + np.arange(block.start, block.start + block.size)

    # -------------------------------------------------------------- the nearest solution

    def _nearest(self, name: str, rows: list[Row]) -> NDArray[np.float64] | None:
        """Return a solution near the middle of what prints as published, then near independence."""
        middle, plain = self._middles(), self._plain(name)
        costs = [_MIDDLE] * len(middle) + [_PLAIN] * len(plain)
        first = _least_deviation(self.polytope.size, rows, [*middle, *plain], costs)
        if first is None:
            return None
        wishes = self._independence(name, first)
        costs = [_MIDDLE] * len(middle) + [cost for _, cost in wishes]
        near = [*middle, *(row for row, _ in wishes)]
        second = _least_deviation(self.polytope.size, rows, near, costs)
        return first if second is None else second

    def _middles(self) -> list[Row]:
        """Return how far percentages and weighted bases are from the middle of what prints so."""
        found = []
        for statement in self.polytope.statements:
            low, high = statement.interval()
            if statement.number.statistic == "weighted_base":
                sums, middle = self.polytope.weights(statement.whole), float(low + high) / 2
                near = middle / self.unit
                found.append(Row(sums, np.ones(len(sums)), near, near))
            if statement.number.statistic != "percent":
                continue
            middle = float(low + high) / 200
            part = self.polytope.weights(statement.part)
            whole = self.polytope.weights(statement.whole)
            factors = np.concatenate([np.ones(len(part)), np.full(len(whole), -middle)])
            found.append(Row(np.concatenate([part, whole]), factors, 0.0, 0.0))
        return found

    def _plain(self, name: str) -> list[Row]:
        """Return how far answers are from what is plain where nothing is published.

        Valid answers are equally frequent, and nobody fails to give one.
        """
        question = self.polytope.codebook[name]
        valid = frozenset(question.counted())
        share = self._asked_share(question) / max(len(valid), 1)
        found = []
        for block in self.polytope.blocks:
            for atom in (a for a in block.atoms if a[0] == name and a[1] != frozenset()):
                states = valid if atom[1] is None else frozenset([NAMED])
                wanted = share * len(atom[1] or [0]) * float(self.weights.sum())
                for state in sorted(states):
                    inside = block.inside({atom: frozenset([state])}) - block.start
                    cells = self._weight_of(block)[inside]
                    # Several steps on the way, so that two rare answers are equally rare.
                    ones = np.ones(len(cells))
                    aims = [step * wanted for step in _STEPS]
                    found += [Row(cells, ones, near, near) for near in aims]
            if status(question) in block.atoms:
                cells = self._weight_of(block)[block.inside(_unanswered(question)) - block.start]
                found.append(Row(cells, np.full(len(cells), _NO_ANSWER), 0.0, 0.0))
        return found

    def _asked_share(self, question: Question) -> float:
        """Return the share of weight that is led to a question."""
        led = with_answers(question.asked_if or {}, self.polytope.codebook)
        return float(self.weights[self.people.inside(led)].sum() / self.weights.sum())

    def _independence(self, name: str, solution: NDArray[np.float64]) -> list[tuple[Row, float]]:
        """Return how far each answer's people in each group are from their share of it."""
        found = []
        for block in self.polytope.blocks:
            known = self._known(block)
            for atom in (atom for atom in block.atoms if atom[0] == name):
                shares = _shares(block, atom, solution[self._weight_of(block)])
                for cells, inside in _classes(block, known, self.people):
                    if inside.any():
                        found += self._even(block, atom, shares, cells, inside)
        return found

    def _even(
        self,
        block: Block,
        atom: Atom,
        shares: NDArray[np.float64],
        cells: Integers,
        inside: NDArray[np.bool_],
    ) -> list[tuple[Row, float]]:
        """Return how far the people of one group are from answering as all do."""
        states = _states(block, [atom], cells)[:, 0]
        possible = np.unique(states)
        total = shares[possible].sum()
        count, mean = float(inside.sum()), float(self.weights[inside].mean())
        found = []
        for state in possible:
            these = cells[states == state]
            ones = np.ones(len(these))
            wanted = count * float(shares[state] / total) if total else 0.0
            found.append((Row(these, ones, wanted, wanted), _INDEPENDENT))
            if self.polytope.weighted:
                pair = np.concatenate([these + self.polytope.cells, these])
                even = Row(pair, np.concatenate([ones, -mean * ones]), 0.0, 0.0)
                found.append((even, _EVEN_WEIGHTS))
        return found

    def _answer_shares(
        self, name: str, solution: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        """Return the share of each answer, equal ones where the model does not count it."""
        question = self.polytope.codebook[name]
        valid = list(question.counted())
        shares = np.zeros(len(question.categories))
        shares[valid] = 1 / max(len(valid), 1)
        asked = max(self._asked_share(question) * float(self.weights.sum()), 1e-9)
        for block in self.polytope.blocks if solution is not None else ():
            assert solution is not None
            for atom in (a for a in block.atoms if a[0] == name and a[1] != frozenset()):
                sums = _shares(block, atom, solution[self._weight_of(block)]) / asked
                if atom[1] is None:
                    shares[: len(sums)] = sums[: len(shares)]
                elif len(atom[1]) == 1:
                    shares[list(atom[1])] = sums[NAMED] if len(sums) > NAMED else 0.0
        return shares

    def _read(self, name: str, solution: NDArray[np.float64]) -> list[Target]:
        """Return what a solution says of the answers to a question beside what was dealt.

        Tables that the question completes need no targets: no later number depends on them.
        """
        found: dict[frozenset[tuple[Atom, frozenset[int]]], Target] = {}
        for block in self.polytope.blocks:
            others = self._known(block)
            if len(self._known(block, name)) == len(block.atoms):
                continue
            for own in (atom for atom in block.atoms if atom[0] == name):
                known = [*others, own]
                every = np.arange(block.start, block.start + block.size)
                states = _states(block, known, every)
                for key in np.unique(states, axis=0):
                    cells = every[(states == key).all(axis=1)]
                    people = {a: frozenset([int(s)]) for a, s in zip(known, key, strict=True)}
                    weights = cells + (self.polytope.cells if self.polytope.weighted else 0)
                    weight = float(solution[weights].sum()) * self.unit
                    sums = float(solution[cells].sum()), weight
                    found[frozenset(people.items())] = Target(people, *sums)
        return list(found.values())


def _unanswered(question: Question) -> Selection:
    """Return those who were asked a question with one answer and gave no valid one."""
    missing = frozenset(i for i, c in enumerate(question.categories) if not c.valid)
    return {status(question): missing}


def _states(block: Block, atoms: list[Atom], cells: Integers) -> Integers:
    columns = [block.atoms.index(atom) for atom in atoms]
    return block.states[cells - block.start][:, columns]


def _classes(
    block: Block, known: list[Atom], people: People
) -> list[tuple[Integers, NDArray[np.bool_]]]:
    """Return for each state of what was dealt the cells of a table and the people in it."""
    every = np.arange(block.start, block.start + block.size)
    if not known:
        return [(every, np.ones(people.size, dtype=bool))]
    states = _states(block, known, every)
    real = np.stack([people.state(atom) for atom in known], axis=1)
    return [
        (every[(states == key).all(axis=1)], (real == key).all(axis=1))
        for key in np.unique(states, axis=0)
    ]


def _shares(block: Block, atom: Atom, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight of the people of a solution who are in each state of an atom."""
    states = block.states[:, block.atoms.index(atom)]
    return np.bincount(states, weights=weights).astype(np.float64)


def _least_deviation(
    size: int, rows: list[Row], near: list[Row], costs: list[float]
) -> NDArray[np.float64] | None:
    """Return a solution of some rows whose sums are nearest to those of others."""
    from scipy.optimize import LinearConstraint, milp

    count = len(near)
    away = [
        Row(
            np.concatenate([row.indices, [size + i, size + count + i]]),
            np.concatenate([row.factors, [1.0, -1.0]]),
            row.low,
            row.low,
        )
        for i, row in enumerate(near)
    ]
    system = as_system([*rows, *away], size + 2 * count)
    cost = np.concatenate([np.zeros(size), costs, costs])
    result = milp(cost, constraints=LinearConstraint(system.matrix, system.low, system.high))
    return None if result.x is None else np.asarray(result.x[:size], dtype=float)
