"""All that is shown of some people, as numbers with limits: what a reader of the tables knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import TableError
from welfarestats.formulas.attack import LinkedNumbers
from welfarestats.tables.disclosure_rules import DisclosureRule
from welfarestats.tables.number_model import Number, NumberModel, Scored
from welfarestats.tables.partitions import EVERYONE, Partitions, Selection, selected
from welfarestats.tables.people_of_tables import Respondents
from welfarestats.tables.printed_limits import (
    Limits,
    people_limits,
    share_limits,
    step_limits,
    sum_limits,
)
from welfarestats.tables.shown_numbers import (
    Cell,
    Printing,
    Shown,
    contained,
    numbers_shown_by,
)
from welfarestats.tables.table import Table
from welfarestats.tables.told_numbers import Told, told_limits

Array = NDArray[np.float64]

_FIGURES = ("shown", "flagged", "rounds-to-zero", "zero")
_NOBODY = ("none-recorded", "not-asked", "not-applicable")
_DUST = 1e-9


@dataclass(frozen=True)
class Source:
    """A table that readers have, or will have: to be protected, or out already."""

    name: str
    table: Table
    own: bool
    rule: DisclosureRule | None = None
    hidden: frozenset[Cell] = frozenset()
    rounded: Mapping[Cell, float] = field(default_factory=dict)


class Exposure:
    """What a reader knows of the people in some tables.

    ``weights`` are those of the respondents where the tables are weighted, otherwise ``None``.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        respondents: Sequence[Respondents],
        told: Sequence[Told] = (),
    ) -> None:
        self.sources = sources
        self.people, inside = _partitions(respondents)
        self._alike = [_alike(them) for them in respondents]
        self.weights = _own_weights(respondents, self._alike)
        self._same = [
            self.weights is not None and np.array_equal(self.weights, them.weight)
            for them in respondents
        ]
        self.shown: list[Shown] = [
            numbers_shown_by(source.name, source.table, them, own, self.people)
            for source, them, own in zip(sources, respondents, inside, strict=True)
        ]
        self._asked = [
            [(_number(one), one.base) for one in shown.printings] for shown in self.shown
        ]
        asked: list[Number] = []
        for shown, pairs in zip(self.shown, self._asked, strict=True):
            asked += [one for pair in pairs for one in pair if one is not None]
            asked += shown.known
        nets = [
            pair
            for shown, them in zip(self.shown, respondents, strict=True)
            for pair in contained(shown, them)
        ]
        self.model = NumberModel(self.people, asked, dict.fromkeys(nets))
        self.told = told
        self._check_counts()

    def alike(self, at: int) -> bool:
        """Return whether a table counts everybody the same, weighted or not."""
        return self._alike[at]

    def same_weights(self, at: int) -> bool:
        """Return whether a table has the weights of those that are protected."""
        return self._same[at]

    # ------------------------------------------------------------ places and true values

    def place(self, number: Number) -> int:
        """Return the place of a number among all numbers."""
        return self.model.place(number)

    def printed(self, at: int) -> list[tuple[Printing, int | None, int]]:
        """Return what a source prints, with the places of each number and of its base."""
        return [
            (one, None if number is None else self.place(number), self.place(base))
            for one, (number, base) in zip(self.shown[at].printings, self._asked[at], strict=True)
        ]

    @cached_property
    def count(self) -> Array:
        """The unweighted respondents of every number."""
        return self.model.truth(self.people.count)

    @cached_property
    def weighted(self) -> Array | None:
        """The weighted respondents of every number, where the tables are weighted."""
        if self.weights is None:
            return None
        return self.model.truth(np.where(self.people.count > 0, self.weights, 0.0))

    def _check_counts(self) -> None:
        for at, shown in enumerate(self.shown):
            for one, place, base in self.printed(at):
                name = "base" if one.kind == "base" else "count"
                expected = float(shown.sheet.values[name][one.row, one.column])
                found = self.count[base if one.kind != "proportion" or place is None else place]
                if abs(found - expected) > _DUST * max(1.0, expected):
                    raise TableError(
                        f"cell {shown.cell(one)[1:]} of table {shown.name!r} cannot be made again"
                        " from its survey, so nothing protects it. Protect the table that"
                        " ws.crosstab or ws.book returned, with the survey unchanged."
                    )

    # ------------------------------------------------------------ limits

    def numbers(
        self, rule: DisclosureRule, rounded: Array | None, *, weighted: bool
    ) -> LinkedNumbers:
        """Return all numbers with their limits, for whoever sees the tables under a rule."""
        truth = self.weighted if weighted else self.count
        assert truth is not None
        size = truth.size
        everybody = self._total(weighted=weighted)
        open_low, open_high = np.zeros(size), np.full(size, everybody)
        for key, place in self.model.keys.items():
            if isinstance(key, Scored):
                scores = [score for score in key.scores if not np.isnan(score)]
                open_low[place] = min(0.0, *scores) * everybody
                open_high[place] = max(0.0, *scores) * everybody
        low, high = open_low.copy(), open_high.copy()
        for at, source in enumerate(self.sources):
            limits = self._limits(at, rule, rounded, weighted=weighted)
            for place, (least, most) in limits:
                low[place], high[place] = max(low[place], least), min(high[place], most)
                if not source.own:
                    open_low[place] = max(open_low[place], least)
                    open_high[place] = min(open_high[place], most)
        for place, (least, most) in told_limits(self, weighted=weighted):
            for array in (low, open_low):
                array[place] = max(array[place], least)
            for array in (high, open_high):
                array[place] = min(array[place], most)
        _check_limits(truth, low, high)
        return LinkedNumbers(
            self.model.matrix, self.model.totals(everybody), low, high, open_low, open_high
        )

    def _total(self, *, weighted: bool) -> float:
        weight = self.weights if weighted and self.weights is not None else self.people.count
        return float(np.where(self.people.count > 0, weight, 0.0).sum())

    def _limits(
        self, at: int, rule: DisclosureRule, rounded: Array | None, *, weighted: bool
    ) -> list[tuple[int, Limits]]:
        """Return the limits that a table gives of its numbers."""
        source, shown = self.sources[at], self.shown[at]
        used = rule if source.own else source.rule
        found: list[tuple[int, Limits]] = []
        plain = self._alike[at]
        if weighted and not self._same[at]:
            return found
        told = shown.known if source.own or not source.rule else ()
        places = [self.place(known) for known in told]
        found += [(place, self._exact(place, weighted=weighted)) for place in places]
        for one, place, base in self.printed(at):
            cell = shown.cell(one)
            if cell in source.hidden or place is None:
                continue
            values = rounded if source.own else None
            step = self._rounding(used, values, place, source.rounded.get(cell))
            state = str(shown.sheet.values["state"][one.row, one.column])
            if weighted:
                limits = self._weighted_limits(one, shown, place, base, state)
            elif one.kind == "base" or (state == "count-only" and one.kind == "proportion"):
                limits = step or self._exact(place, weighted=False)
            elif state in _NOBODY:
                limits = self._exact(place, weighted=False)
            elif plain:
                of_base = self._rounding(used, values, base, None)
                limits = self._plain_limits(one, shown, place, base, state, step, of_base)
            else:
                limits = self._presence(one, shown, place, base, state, rounds=step is not None)
            if limits is not None:
                found.append((place, limits))
        return found

    def _rounding(
        self,
        rule: DisclosureRule | None,
        rounded: Array | None,
        place: int,
        printed: float | None,
    ) -> Limits | None:
        """Return how many people a rounded count can be, or ``None`` if it is not rounded."""
        if rule is None or not rule.rounding:
            return None
        value = printed if rounded is None else float(rounded[place])
        if value is None:
            return None
        # What is shown under the threshold is an exception, and says nothing of it.
        excepted = 0 < self.count[place] < rule.threshold
        threshold = 0 if excepted else rule.threshold
        return step_limits(value, rule.rounding, threshold, controlled=rule.controlled)

    def _exact(self, place: int, *, weighted: bool) -> Limits:
        truth = self.weighted if weighted else self.count
        assert truth is not None
        return float(truth[place]), float(truth[place])

    def _plain_limits(
        self,
        one: Printing,
        shown: Shown,
        place: int,
        base: int,
        state: str,
        step: Limits | None,
        of_base: Limits | None,
    ) -> Limits | None:
        """Return how many people an unweighted figure can stand for."""
        if state not in _FIGURES:
            return None
        n = of_base or self._exact(base, weighted=False)
        if one.kind == "mean":
            return _of_mean(one, shown, n, people=True)
        if step is not None:
            return step
        least, most = people_limits(_interval(shown, one, state), n)
        return (max(least, 1.0), most) if state == "rounds-to-zero" else (least, most)

    def _presence(
        self, one: Printing, shown: Shown, place: int, base: int, state: str, *, rounds: bool
    ) -> Limits | None:
        """Return what a weighted percentage says of unweighted people: some, none, not all."""
        if one.kind == "mean" or state not in _FIGURES:
            return None
        if state == "zero":
            return 0.0, 0.0
        _, high = _interval(shown, one, state)
        all_but = 0.0 if high >= 1 or rounds else 1.0
        return 1.0, max(float(self.count[base]) - all_but, float(self.count[place]))

    def _weighted_limits(
        self, one: Printing, shown: Shown, place: int, base: int, state: str
    ) -> Limits | None:
        """Return how many weighted people a figure can stand for, if the weighted base is known."""
        truth = self.weighted
        assert truth is not None
        if one.kind == "base" or state in _NOBODY:
            return self._exact(place, weighted=True)
        if state not in _FIGURES:
            return None
        whole = float(truth[base])
        if one.kind == "mean":
            return _of_mean(one, shown, (whole, whole), people=False)
        low, high = _interval(shown, one, state)
        return low * whole, high * whole


def _number(one: Printing) -> Number | None:
    """Return what a figure is a number of; the mean of a scale is of none."""
    if one.kind == "mean":
        return Scored(one.people, one.question, one.scores) if one.scores else None
    return one.people


def _partitions(respondents: Sequence[Respondents]) -> tuple[Partitions, list[Selection]]:
    """Return the people who are in some table, and those of each table."""
    masks = [them.inside for them in respondents]
    everybody = np.logical_or.reduce(masks)
    count = np.maximum.reduce([them.count for them in respondents])
    people = Partitions(np.where(everybody, count, 0.0))
    inside: list[Selection] = []
    domains: dict[bytes, int] = {}
    for mask in masks:
        if np.array_equal(mask, everybody):
            inside.append(EVERYONE)
            continue
        name = ("domain", domains.setdefault(mask.tobytes(), len(domains)))
        people.add(name, mask.astype(np.int64), 2)
        inside.append(selected({name: [1]}))
    return people, inside


def _own_weights(respondents: Sequence[Respondents], alike: Sequence[bool]) -> Array | None:
    """Return the weights of the first table, which is one that is protected, if they differ."""
    first = respondents[0].weight
    own = [np.array_equal(first, them.weight) for them in respondents]
    if all(plain for plain, same in zip(alike, own, strict=True) if same):
        return None
    return first


def _alike(them: Respondents) -> bool:
    """Return whether all respondents of a table weigh the same, so that a share is one of people."""
    each = them.weight[them.inside] / them.count[them.inside]
    return each.size == 0 or bool(np.ptp(each) <= _DUST * np.abs(each).max())


def _interval(shown: Shown, one: Printing, state: str) -> Limits:
    """Return between which shares a printed percentage lies."""
    if state == "zero":
        return 0.0, 0.0
    return share_limits(_estimate(shown, one), shown.table.style.decimals)


def _estimate(shown: Shown, one: Printing) -> float:
    return float(shown.sheet.values["estimate"][one.row, one.column])


def _of_mean(one: Printing, shown: Shown, base: Limits, *, people: bool) -> Limits:
    """Return between which limits the sum of the scores behind a printed mean lies."""
    scores = np.array([score for score in one.scores if not np.isnan(score)])
    whole = people and not (scores % 1).any()
    return sum_limits(_estimate(shown, one), shown.table.style.mean_decimals, base, whole=whole)


def _check_limits(truth: Array, low: Array, high: Array) -> None:
    """Raise an error where a true number is outside its own limits."""
    room = 1e-6 * np.maximum(1.0, np.abs(truth))
    wrong = np.flatnonzero((truth < low - room) | (truth > high + room))
    if wrong.size:
        raise TableError(
            f"{wrong.size:,} numbers lie outside what is told of them, so that the text or another"
            " table contradicts these tables. Check known= and also=."
        )
