"""What one published number asks of the counts of people in a `Programme`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError, listed
from welfarestats.published.printed import rounding_interval
from welfarestats.published.programme import Programme, Terms
from welfarestats.published.routing import people_of
from welfarestats.published.transcription import PublishedNumber

COMPUTED = ("percent", "count", "base", "weighted_base", "mean", "sum")


@dataclass
class _Sum:
    """A weighted sum of variables in whole numbers: weights times ``unit``."""

    indices: NDArray[np.int64]
    factors: NDArray[np.float64]

    def times(self, factor: float) -> _Sum:
        return _Sum(self.indices, self.factors * factor)

    def plus(self, other: _Sum) -> _Sum:
        return _Sum(
            np.concatenate([self.indices, other.indices]),
            np.concatenate([self.factors, other.factors]),
        )


def require(programme: Programme, number: PublishedNumber, *, source: str | None = None) -> None:
    """Add the conditions under which the people give a published number as it is printed."""
    asks = _Requirement(programme, number, str(number) if source is None else source)
    if number.statistic == "percent":
        asks.share(asks.named(), asks.base(), 100)
    elif number.statistic == "count":
        asks.exactly(asks.named())
    elif number.statistic == "base":
        asks.exactly(asks.base())
    elif number.statistic == "weighted_base":
        asks.total(asks.base())
    elif number.statistic == "mean":
        asks.share(asks.scores(), asks.scored(), 1)
    else:
        asks.total(asks.scores())


def require_populations(programme: Programme) -> None:
    """Add the bases that ``spec.toml`` gives for populations."""
    for population in programme.survey.populations.values():
        if population.base is None:
            continue
        base = str(population.base)
        number = PublishedNumber(
            f"population-{population.name}", programme.survey.name, "", population.name, {}, "",
            "base", base, float(population.base), 0,
        )  # fmt: skip
        require(
            programme, number, source=f"base {base} of population {population.name!r} in spec.toml"
        )


class _Requirement:
    """The people that a number is about, as sums of variables."""

    def __init__(self, programme: Programme, number: PublishedNumber, source: str) -> None:
        self.programme, self.number, self.source = programme, number, source
        routes = programme.routes
        people = people_of(number, programme.survey, programme.codebook)
        self.stratum = number.variable in routes.strata
        self.question = programme.codebook[number.variable] if number.variable else None
        self.own = None
        if self.question is not None and not self.stratum:
            self.own = people.pop(number.variable, None)
        self.inside = programme.cells_where(people)
        given = routes.chain(number.variable) if number.variable else {}
        others = routes.reduced(people, given=given)
        self.parts: list[int] | None = None
        self.everyone: Terms = [(1.0, programme.root)]
        if self.question is None or self.stratum:
            self._choose_people(others)
        else:
            for positions in others.values():
                parts = routes[number.variable].parts
                self.parts = [i for i, part in enumerate(parts) if part <= positions]

    def _choose_people(self, others: dict[str, frozenset[int]]) -> None:
        if len(others) > 1:
            raise ReportError(
                f"{self.number} is about people chosen by {listed(others)}, of which neither leads "
                f"to the other, and a reconstruction follows one. Name all but one as 'strata' in "
                f"spec.toml, [reconstruction.{self.programme.survey.name}]."
            )
        for name, positions in others.items():
            self.everyone = self.programme.answering(name, positions)

    # -------------------------------------------------------------- sums

    def _counted(self, terms: Terms, *, weighted: bool) -> _Sum:
        weights = self.programme.whole_weights if weighted else np.ones(len(self.programme.weights))
        indices, factors = [], []
        for factor, index in terms:
            chosen = index[self.inside]
            indices.append(chosen.ravel())
            factors.append(np.broadcast_to(factor * weights, chosen.shape).ravel())
        if not indices:
            return _Sum(np.zeros(0, dtype=np.int64), np.zeros(0))
        return _Sum(np.concatenate(indices), np.concatenate(factors))

    def _stratum_terms(self, positions: frozenset[int]) -> Terms:
        """Return the people of the cells with some answers to a question that splits counts."""
        place = self.programme.routes.strata.index(self.number.variable)
        inside = np.array([cell[place] in positions for cell in self.programme.cells])
        nobody = self.programme.nobody
        return [
            (factor, np.where(inside[:, None], index, nobody)) for factor, index in self.everyone
        ]

    def named(self) -> Terms:
        """Return the people who gave the answer that the number counts."""
        question, number = self.question, self.number
        if question is None or not number.category:
            return self.base()
        positions = frozenset(question.positions(number.category))
        if self.stratum:
            return self._stratum_terms(positions)
        if self.own is not None:
            positions &= self.own
        return self.programme.answering(number.variable, positions, self.parts)

    def base(self) -> Terms:
        """Return the people whom the number is a share of."""
        question, number = self.question, self.number
        if question is None:
            return self.everyone
        counted = frozenset(question.counted())
        if self.stratum:
            return self._stratum_terms(counted)
        if self.own is not None:
            return self.programme.answering(number.variable, counted & self.own, self.parts)
        return self.programme.valid(number.variable, self.parts)

    def _by_score(self) -> list[tuple[Fraction, Terms]]:
        question = self.question
        if question is None or not question.scored or question.kind == "multiple":
            raise ReportError(
                f"{self.number} is a {self.number.statistic}, but its variable has no scores. Give "
                f"the categories a 'score' in codebook.toml."
            )
        return [
            (
                Fraction(str(category.score)),
                self.programme.answering(question.name, frozenset([i]), self.parts),
            )
            for i, category in enumerate(question.categories)
            if category.valid and category.score is not None
        ]

    def scores(self) -> Terms:
        """Return the sum of the scores of the answers."""
        return [
            (factor * float(score), index)
            for score, terms in self._by_score()
            for factor, index in terms
        ]

    def scored(self) -> Terms:
        """Return the people whose answer has a score."""
        return [term for _, terms in self._by_score() for term in terms]

    # -------------------------------------------------------------- conditions

    def _add(self, total: _Sum, low: float, high: float) -> None:
        self.programme.add(total.indices, total.factors, low, high, self.source)

    def exactly(self, terms: Terms) -> None:
        """Ask for a number of people."""
        value = rounding_interval(self.number.printed)
        exact = float((value.low + value.high) / 2)
        self._add(self._counted(terms, weighted=False), exact, exact)

    def total(self, terms: Terms) -> None:
        """Ask for a sum of weights that prints as the number does, and is close to it."""
        unit = self.programme.weight_unit
        value = rounding_interval(self.number.printed)
        margin = 0 if unit == 1 else 1
        total = self._counted(terms, weighted=True)
        self._add(
            total,
            math.ceil(value.low * unit) + margin,
            math.ceil(value.high * unit) - 1,
        )
        # At the printed number or just above, so that one weight more shows in print.
        middle, width = (value.low + value.high) / 2, (value.high - value.low) / 10
        self.programme.aim(total.indices, total.factors / unit, float(middle))
        self.programme.prefer(
            total.indices,
            total.factors,
            float(middle * unit),
            float((middle + width) * unit),
        )

    def share(self, part: Terms, whole: Terms, factor: int) -> None:
        """Ask for a ratio that prints as the number does."""
        value = rounding_interval(self.number.printed)
        above, below = self._counted(part, weighted=True), self._counted(whole, weighted=True)
        people = self._counted(whole, weighted=False)
        self._add(people, 1, math.inf)
        margin = 0 if value.low_in and self.programme.weight_unit == 1 else 1
        for end, sign, least in ((value.low, 1, margin), (value.high, -1, 1)):
            scale = end.denominator
            difference = above.times(sign * factor * scale).plus(
                below.times(-sign * float(end * scale))
            )
            self._add(difference, least, math.inf)
        if not value.low_in:
            self._add(self._counted(part, weighted=False), 1, math.inf)
        middle, unit = float((value.low + value.high) / 2) / factor, self.programme.weight_unit
        off = above.plus(below.times(-middle)).times(1 / unit)
        self.programme.aim(off.indices, off.factors)
