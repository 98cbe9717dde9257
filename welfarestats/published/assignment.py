"""The answers to one question, dealt to single people by an integer programme.

Every published number that this question completes is met exactly as printed. Which of the
people give an answer is as random as that allows: each person and answer has a random cost, and
the cheapest way is taken. Targets of the outlook are met to a person where that is possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.outlook import Target
from welfarestats.published.people import Flags, Integers, People
from welfarestats.published.rows import Row, System, as_system
from welfarestats.published.rules import MentionedTimes, exclusive_options
from welfarestats.published.specification import Implication, Recipe
from welfarestats.published.statements import (
    NAMED,
    VALID,
    Atom,
    Selection,
    Statement,
    with_answers,
)
from welfarestats.survey.codebook import Codebook, Question

#: Sums of weights keep this far from where a number would print otherwise.
_CLEARANCE = 1e-5
_OFF_TARGET = 50.0
_RARE = 1e-4
_COST_IN_ALL, _GAP, _TOLERATED = 1_000.0, 0.01, 100.0
#: How many people besides those with split answers are dealt again as whole answers.
_DEALT_AGAIN = (100, 400, 1_600)


@dataclass(frozen=True)
class Sum:
    """Factors of variables, one each, and a constant."""

    indices: Integers
    factors: NDArray[np.float64]
    constant: float = 0.0

    def times(self, factor: float) -> Sum:
        """Return the sum, multiplied."""
        return Sum(self.indices, self.factors * factor, self.constant * factor)

    def plus(self, other: Sum) -> Sum:
        """Return two sums, added."""
        return Sum(
            np.concatenate([self.indices, other.indices]),
            np.concatenate([self.factors, other.factors]),
            self.constant + other.constant,
        )


@dataclass
class Assignment:
    """Who gives which answer to a question: variables of people by answers, and conditions.

    ``asked`` are the people who are led to the question; nobody else has variables.
    """

    question: Question
    people: People
    asked: Integers
    recipe: Recipe
    rows: list[Row] = field(default_factory=list)
    wishes: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        number = len(self.question.categories)
        self.answers = np.arange(number * len(self.asked)).reshape(number, len(self.asked))
        self.size = self.answers.size
        self._unions: dict[frozenset[int], Integers] = {}
        self.place = np.full(self.people.size, -1)
        self.place[self.asked] = np.arange(len(self.asked))
        if self.question.kind == "multiple":
            self._keep_apart()
        else:
            for person in range(len(self.asked)):
                self._add(self.answers[:, person], 1.0, 1.0)

    def _add(self, indices: Integers, low: float, high: float) -> None:
        self.rows.append(Row(indices, np.ones(len(indices)), low, high))

    @property
    def _alone(self) -> frozenset[int]:
        """The options that go with no other."""
        missing = {i for i, c in enumerate(self.question.categories) if not c.valid}
        return exclusive_options(self.question, self.recipe) | missing

    def _keep_apart(self) -> None:
        alone = self._alone
        others = [i for i in range(len(self.question.categories)) if i not in alone]
        least = 1.0 if exclusive_options(self.question, self.recipe) else 0.0
        for person in range(len(self.asked)):
            single = self.answers[sorted(alone), person]
            if len(single) > 1 or (len(single) and not others):
                self._add(single, 0.0, 1.0)
            for option in others if len(single) else ():
                self._add(np.append(single, self.answers[option, person]), 0.0, 1.0)
            if least:
                self._add(self.answers[:, person], 1.0, math.inf)

    # -------------------------------------------------------------- sums of people

    def union(self, options: frozenset[int]) -> Integers:
        """Return for everyone asked the variable of having named any of some options."""
        if len(options) == 1:
            variables: Integers = self.answers[next(iter(options))]
            return variables
        if options not in self._unions:
            union = np.arange(self.size, self.size + len(self.asked))
            self.size += len(self.asked)
            self._unions[options] = union
            parts = self.answers[sorted(options)]
            for person, variable in enumerate(union):
                for part in parts[:, person]:
                    pair = np.array([part, variable])
                    self.rows.append(Row(pair, np.array([1.0, -1.0]), -math.inf, 0.0))
                several = np.append(parts[:, person], variable)
                factors = np.append(np.ones(len(parts)), -1.0)
                self.rows.append(Row(several, factors, 0.0, math.inf))
        return self._unions[options]

    def _own(self, atom: Atom, states: frozenset[int]) -> list[Integers]:
        """Return variables, one each for everyone asked, of which one is 1 if in."""
        if atom[1]:
            return [self.union(atom[1])]
        return [self.answers[i] for i in sorted(states) if i < len(self.question.categories)]

    def _is_anything(self, atom: Atom) -> bool:
        """Return whether options are all those that go together, one of which everyone names."""
        exclusive = exclusive_options(self.question, self.recipe)
        together = frozenset(range(len(self.question.categories))) - self._alone
        return atom[1] == together and bool(exclusive)

    def _missing(self) -> list[Integers]:
        """Return the variables of having given no valid answer."""
        categories = self.question.categories
        return [self.answers[i] for i, category in enumerate(categories) if not category.valid]

    def counted(self, selection: Selection, factors: NDArray[np.float64]) -> Sum:
        """Return the sum of some factors of all people in a selection."""
        own = {atom: s for atom, s in selection.items() if atom[0] == self.question.name}
        inside = self.people.inside({a: s for a, s in selection.items() if a not in own})
        if not own:
            nobody = np.zeros(0, dtype=np.int64)
            return Sum(nobody, np.zeros(0), float(factors[inside].sum()))
        here = inside[self.asked]
        mine = factors[self.asked][here]
        chosen = [atom for atom in own if atom[1] != frozenset()]
        if not chosen or (len(chosen) == 1 and self._is_anything(chosen[0])):
            # Whoever was asked, without those who gave no such answer.
            others = self._missing() if not chosen else [self.answers[i] for i in self._alone]
            total = Sum(np.zeros(0, dtype=np.int64), np.zeros(0), float(mine.sum()))
            for variable in others:
                total = total.plus(Sum(variable[here], -mine))
            return total
        if len(chosen) > 1:
            return self._both(chosen, here, mine)
        found = Sum(np.zeros(0, dtype=np.int64), np.zeros(0))
        for variable in self._own(chosen[0], own[chosen[0]]):
            found = found.plus(Sum(variable[here], mine))
        return found

    def _both(self, atoms: list[Atom], here: Flags, mine: NDArray[np.float64]) -> Sum:
        """Return who named something of each of several sets of options."""
        unions = [self.union(atom[1] or frozenset()) for atom in atoms]
        both = np.arange(self.size, self.size + len(self.asked))
        self.size += len(self.asked)
        for person, variable in enumerate(both):
            named = np.array([union[person] for union in unions])
            for one in named:
                pair = np.array([variable, one])
                self.rows.append(Row(pair, np.array([1.0, -1.0]), -math.inf, 0.0))
            factors = np.append(np.ones(len(named)), -1.0)
            self.rows.append(Row(np.append(named, variable), factors, -math.inf, len(named) - 1.0))
        return Sum(both[here], mine)

    # -------------------------------------------------------------- what is asked for

    def meet(self, statement: Statement) -> None:
        """Ask for a published number, as it is printed."""
        low, high = (float(end) for end in statement.interval())
        kind, ones, weights = (
            statement.number.statistic,
            np.ones(self.people.size),
            self.people.weights,
        )
        if kind in ("count", "base"):
            people = self.counted(statement.part if kind == "count" else statement.whole, ones)
            exact = round((low + high) / 2)
            self._between(people, exact, exact)
        elif kind == "weighted_base":
            clear = _CLEARANCE if high - low > 4 * _CLEARANCE else 0.0
            self._between(self.counted(statement.whole, weights), low + clear, high - clear)
        elif kind == "sum":
            total = self._scored(statement)
            self._between(total, low + _CLEARANCE, high - _CLEARANCE)
        else:
            self._share(statement, low, high)

    def _share(self, statement: Statement, low: float, high: float) -> None:
        unit = 100.0 if statement.number.statistic == "percent" else 1.0
        weights = self.people.weights
        whole = self.counted(statement.whole, weights)
        part = self.counted(statement.part, weights) if unit == 100.0 else self._scored(statement)
        someone = self.counted(statement.whole, np.ones(self.people.size))
        self._between(someone, 1.0, math.inf)
        if statement.number.value is None:
            self._between(self.counted(statement.part, np.ones(self.people.size)), 1.0, math.inf)
        self._between(part.plus(whole.times(-low / unit)), _CLEARANCE if low else 0.0, math.inf)
        self._between(part.plus(whole.times(-high / unit)), -math.inf, -_CLEARANCE)
        inner = (high - low) / 4
        for end, low_end, high_end in (
            (low + inner, 0.0, math.inf),
            (high - inner, -math.inf, 0.0),
        ):
            off = part.plus(whole.times(-end / unit))
            ends = low_end - off.constant, high_end - off.constant
            self.wishes.append(Row(off.indices, off.factors, *ends))

    def _scored(self, statement: Statement) -> Sum:
        total = Sum(np.zeros(0, dtype=np.int64), np.zeros(0))
        for score, people in statement.scores:
            total = total.plus(self.counted(people, self.people.weights).times(float(score)))
        return total

    def _between(self, total: Sum, low: float, high: float) -> None:
        unique, inverse = np.unique(total.indices, return_inverse=True)
        factors = np.bincount(inverse, weights=total.factors, minlength=len(unique))
        self.rows.append(
            Row(unique, factors.astype(np.float64), low - total.constant, high - total.constant)
        )

    def aim(self, targets: Iterable[Target], near: float) -> None:
        """Ask for the targets of the outlook, so near in people and in weight, if it can be."""
        for target in targets:
            if not _wanted(target.people, self.question):
                continue
            for factors, wanted, width in (
                (np.ones(self.people.size), target.count, near),
                (self.people.weights, target.weight, near),
            ):
                total = self.counted(target.people, factors)
                low, high = wanted - width - total.constant, wanted + width - total.constant
                self.wishes.append(Row(total.indices, total.factors, low, high))

    def imply(self, implication: Implication, codebook: Codebook) -> None:
        """Forbid what an implication forbids, once all its questions are dealt or this one is."""
        name = self.question.name
        given, then = (
            with_answers(side, codebook) for side in (implication.given, implication.then)
        )
        names = {other for other, _ in (*given, *then)}
        if name not in names or not all(n == name or self.people.knows(n) for n in names):
            return
        outer = self.people.inside({a: s for a, s in given.items() if a[0] != name})[self.asked]
        kept = self.people.inside({a: s for a, s in then.items() if a[0] != name})[self.asked]
        own_given = [self._own(a, s) for a, s in given.items() if a[0] == name]
        own_then = [self._own(a, s) for a, s in then.items() if a[0] == name]
        for person in np.flatnonzero(outer):
            before = [v[person] for several in own_given for v in several]
            if not kept[person]:
                self._add(np.array(before, dtype=np.int64), -math.inf, len(own_given) - 1.0)
                continue
            for several in own_then:
                after = [v[person] for v in several]
                factors = np.array([1.0] * len(before) + [-1.0] * len(after))
                indices = np.array([*before, *after], dtype=np.int64)
                self.rows.append(Row(indices, factors, -math.inf, len(own_given) - 1.0))

    def count_mentions(self, count: MentionedTimes) -> None:
        """Let people name as many options as another question says of them."""
        into = self.people.state(count.into)[self.asked]
        options = self.answers[sorted(min(atom[1] or [0]) for atom in count.options)]
        for person in range(len(self.asked)):
            named = options[:, person]
            if into[person] in count.one:
                self._add(named, 1.0, 1.0)
            elif into[person] in count.more:
                self._add(named, 2.0, math.inf)
            elif into[person] in count.none:
                self._add(named, 0.0, 0.0)

    # -------------------------------------------------------------- the answers

    def solve(
        self, shares: NDArray[np.float64], random: np.random.Generator, node_limit: int
    ) -> Flags | None:
        """Return who gives which answer, answers by people asked; None if nothing is found.

        Fractions of answers come first. Nearly everyone's answers are whole in them; the others
        and a random few are dealt again as whole answers, with everyone else's held.
        """
        count = len(self.wishes)
        # The last variable is always 1: it lifts the cost away from zero, where a gap that is
        # relative to the cost would never be small.
        cost = np.zeros(self.size + count + 1)
        cost[: self.answers.size] = self._costs(shares, random)
        cost[self.size : -1] = _OFF_TARGET
        system = as_system([*self.rows, *self._soft_rows()], len(cost))
        low, high = np.zeros(len(cost)), np.ones(len(cost))
        low[-1], high[self.size : -1] = 1.0, np.inf
        relaxed = _minimum(cost, system, low, high, whole=0)
        if relaxed is None:
            return None
        cost[-1] = _COST_IN_ALL - cost @ relaxed
        given = relaxed[self.answers]
        split = (np.abs(given - np.round(given)) > 1e-6).any(axis=0)
        best = None
        for again in _DEALT_AGAIN:
            free = split | (random.permutation(len(self.asked)) < again)
            held = self.answers[:, ~free]
            lowest, highest = low.copy(), high.copy()
            lowest[held] = highest[held] = np.round(given[:, ~free])
            found = _minimum(cost, system, lowest, highest, self.answers.size, node_limit)
            if found is not None and (best is None or cost @ found < cost @ best):
                best = found
            if best is not None and cost @ best <= _COST_IN_ALL + _TOLERATED:
                break
        return None if best is None else np.asarray(best[self.answers] > 0.5)

    def _soft_rows(self) -> list[Row]:
        """Return the wishes with a variable each for how far they are missed."""
        return [
            Row(
                np.append(wish.indices, self.size + i),
                np.append(wish.factors, sign),
                wish.low if sign > 0 else -math.inf,
                math.inf if sign > 0 else wish.high,
            )
            for i, wish in enumerate(self.wishes)
            for sign in (1.0, -1.0)
        ]

    def _costs(
        self, shares: NDArray[np.float64], random: np.random.Generator
    ) -> NDArray[np.float64]:
        """Return random costs by which the cheapest answers are drawn in the given shares."""
        bounded = np.clip(shares, _RARE, 1 - _RARE)[:, None]
        if self.question.kind == "multiple":
            noise = random.logistic(size=self.answers.shape)
            return np.asarray(-(np.log(bounded / (1 - bounded)) + noise)).ravel()
        return np.asarray(-(np.log(bounded) + random.gumbel(size=self.answers.shape))).ravel()


def _minimum(
    cost: NDArray[np.float64],
    system: System,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    whole: int,
    node_limit: int = 0,
) -> NDArray[np.float64] | None:
    """Return the cheapest values, the first few of them whole; None if none were found."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    integrality = np.zeros(len(cost), dtype=np.int64)
    integrality[:whole] = low[:whole] < high[:whole]
    result = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(low, high),
        constraints=LinearConstraint(system.matrix, system.low, system.high),
        options={"node_limit": node_limit, "mip_rel_gap": _GAP} if whole else {},
    )
    return None if result.x is None else np.asarray(result.x, dtype=float)


def _wanted(people: Selection, question: Question) -> bool:
    """Return whether a target is of people who gave an answer to a question.

    Who did not name an option or was not asked are all others, who need no target of their own.
    """
    for (name, options), states in people.items():
        if name == question.name:
            if options is None:
                return max(states) < len(question.categories)
            return states == frozenset([NAMED if options else VALID])
    return False
