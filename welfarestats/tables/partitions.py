"""The people of some tables, divided by each question: who is counted where, and what follows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Name = Hashable
#: People chosen by one or more questions: for each the categories they may be in.
Selection = frozenset[tuple[Name, frozenset[int]]]

EVERYONE: Selection = frozenset()
# One question is taken to be a coarser form of another if it follows from it, and if chance would
# bring that about less often than this.
_COINCIDENCE = log(1e-6)


@dataclass(frozen=True, eq=False)
class Partition:
    """The category of every person, (people,), from 0 to ``size`` less 1."""

    codes: Codes
    size: int


@dataclass(eq=False)
class Partitions:
    """Divisions of the same people, with how many each row of the data stands for.

    ``crossed`` are pairs of questions that a table shows by one another: that one follows from the
    other is then a finding of the table, and not known to its readers before.
    """

    count: Array
    parts: dict[Name, Partition] = field(default_factory=dict)
    declared: set[tuple[Name, Name]] = field(default_factory=set)
    crossed: set[frozenset[Name]] = field(default_factory=set)

    def add(self, name: Name, codes: NDArray[np.integer], size: int) -> None:
        """Add a division of the people, unless it is known already."""
        if name not in self.parts:
            self.parts[name] = Partition(np.asarray(codes, dtype=np.int64), size)

    def occupied(self, name: Name) -> frozenset[int]:
        """Return the categories that somebody is in."""
        part = self.parts[name]
        found = np.bincount(part.codes, self.count, part.size)
        return frozenset(np.flatnonzero(found > 0).tolist())

    def coarser(self, names: Iterable[Name]) -> dict[tuple[Name, Name], Mapping[int, int]]:
        """Return the pairs (finer, coarser) of questions, with the category each becomes."""
        found = {}
        kept = [name for name in names if len(self.occupied(name)) > 1]
        for finer in kept:
            for coarse in kept:
                if finer == coarse or frozenset((finer, coarse)) in self.crossed:
                    continue
                becomes = self._becomes(finer, coarse)
                if becomes is not None and (coarse, finer) not in found:
                    found[finer, coarse] = becomes
        return found

    def _becomes(self, finer: Name, coarse: Name) -> Mapping[int, int] | None:
        """Return which category of the one each of the other belongs to, if each does to one."""
        one, other = self.parts[finer], self.parts[coarse]
        if len(self.occupied(finer)) < len(self.occupied(coarse)):
            return None
        both = (
            np.bincount(one.codes * other.size + other.codes, self.count, one.size * other.size)
            .astype(float)
            .reshape(one.size, other.size)
        )
        if ((both > 0).sum(axis=1) > 1).any():
            return None
        if (finer, coarse) not in self.declared and _by_chance(both) > _COINCIDENCE:
            return None
        return dict(enumerate(both.argmax(axis=1).tolist()))

    def counted(self, names: tuple[Name, ...], weight: Array) -> Array:
        """Return the sums of weights of every combination of categories, one axis a question."""
        sizes = [self.parts[name].size for name in names]
        place = np.zeros(self.count.size, dtype=np.int64)
        for name, size in zip(names, sizes, strict=True):
            place = place * size + self.parts[name].codes
        found = np.bincount(place, weight, int(np.prod(sizes, dtype=np.int64)))
        return np.asarray(found, dtype=float).reshape(sizes)


def _by_chance(both: Array) -> float:
    """Return the logarithm of a bound on the chance that one question follows from another.

    Of all ways to deal the categories of the one out to the people, those that give everyone in a
    category of the other the same are at most (categories)^(categories).
    """
    held = both[both.sum(axis=1) > 0]
    columns = held.sum(axis=0)
    columns = columns[columns > 0]
    ways = lgamma(columns.sum() + 1) - sum(lgamma(one + 1) for one in columns)
    return len(held) * log(len(columns)) - ways


def selected(choices: Mapping[Name, Iterable[int]]) -> Selection:
    """Return people by the categories they may be in."""
    return frozenset((name, frozenset(wanted)) for name, wanted in choices.items())


def both(one: Selection, other: Selection) -> Selection:
    """Return the people in two selections."""
    found = dict(one)
    for name, wanted in other:
        found[name] = found[name] & wanted if name in found else wanted
    return frozenset(found.items())
