"""Degrees of freedom of domains under replicate weights: the rank of what their rows hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.replication import (
    held_degrees_of_freedom,
    replicate_degrees_of_freedom,
)
from welfarestats.survey.presence import Bits, Presence, packed_bits, unpacked_bits

if TYPE_CHECKING:
    from welfarestats.survey.design import ReplicateWeights

__all__ = ["ColumnRanks", "DrawnUnits", "GivenRows", "ReplicatePresence"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Which units hold a cell is kept where there are so few, or where each is of several respondents
# and there are not very many; otherwise the respondents who hold it are counted.
_FEW_UNITS, _MOST_UNITS = 512, 16_384
# Rows whose replicate weights differ by less than this share of a weight move alike.
_ALIKE = 1e-9
# The rank of as many units as this is quick to find; of more it is bounded, and hardly matters.
_FEW = 40


@dataclass(frozen=True)
class DrawnUnits:
    """The units that replicates were made of: that of each row (n,), and its stratum (U,).

    Strata that were drawn completely have no replicates: each is one unit, which counts once.
    """

    unit: Integers
    stratum: Integers
    replicates: int

    @classmethod
    def of(cls, unit: Integers, stratum: Integers, remaining: Array, replicates: int) -> DrawnUnits:
        """Return the units of a design with the share 1 − f of each stratum."""
        varying = remaining[stratum] > 0
        if varying.all():
            return cls(unit, stratum, replicates)
        number = np.cumsum(varying) - 1
        number[~varying] = varying.sum()
        return cls(number[unit], np.append(stratum[varying], remaining.size), replicates)

    @property
    def size(self) -> int:
        """How many units there are."""
        return int(self.stratum.size)

    def freedom(self, held: Mask) -> Array:
        """Return the degrees of freedom of sets of units (N, U)."""
        return held_degrees_of_freedom(held, self.stratum, self.replicates)

    def freedom_within(self, held: Mask, whole: Array) -> Array:
        """Return those of parts (N, U) of sets whose own are known (N,)."""
        return np.asarray(np.minimum(self.freedom(held), whole))


@dataclass(frozen=True)
class GivenRows:
    """Replicate weights as they were given (n, R), and the weights (n,).

    Rows that are multiples of each other are one unit.
    """

    weights: Array = field(repr=False)
    weight: Array = field(repr=False)
    _known: dict[bytes, float] = field(default_factory=dict, repr=False)

    @cached_property
    def _units(self) -> tuple[Integers, Integers]:
        """The unit of each row (n,), and a row of each unit (U,)."""
        replicates = self.weights.shape[1]
        mixed = np.random.default_rng(0).normal(size=replicates)
        known = np.flatnonzero(self.weight > 0)
        mark = np.asarray(self.weights @ mixed)[known] / self.weight[known]
        order = np.argsort(mark, kind="stable")
        near = _ALIKE * np.sqrt(replicates)
        starts = np.flatnonzero(np.diff(mark[order], prepend=-np.inf) > near)
        unit = np.zeros(self.weight.size, dtype=np.int64)
        unit[known[order]] = np.repeat(np.arange(starts.size), np.diff(starts, append=known.size))
        return unit, known[order[starts]]

    @property
    def unit(self) -> Integers:
        """The unit of each row (n,)."""
        return self._units[0]

    @property
    def size(self) -> int:
        """How many units there are."""
        return int(self._units[1].size)

    def freedom(self, held: Mask) -> Array:
        """Return the degrees of freedom of sets of units (N, U)."""
        return np.array([self._rank(one) for one in held])

    def _rank(self, held: Mask) -> float:
        name = hashlib.blake2b(np.packbits(held).tobytes(), digest_size=16).digest()
        if name not in self._known:
            rows = self._units[1][held]
            self._known[name] = replicate_degrees_of_freedom(self.weights[rows])
        return self._known[name]

    def freedom_within(self, held: Mask, whole: Array) -> Array:
        """Return those of parts (N, U) of sets whose own are known (N,): a bound for large parts."""
        count = held.sum(axis=1)
        found = np.minimum(np.maximum(count - 1.0, 0.0), whole)
        for place in np.flatnonzero((count > 1) & (count <= _FEW)):
            found[place] = self._rank(held[place])
        return np.asarray(found)


@dataclass(frozen=True)
class ColumnRanks:
    """Which units each elementary column of a banner holds, (w, U), whatever they answered."""

    units: DrawnUnits | GivenRows
    columns: Mask
    of_all: float

    @classmethod
    def of(cls, how: ReplicateWeights, row: Integers, column: Integers, width: int) -> ColumnRanks:
        """Return the ranks of columns whose members are listed."""
        assert how.units is not None
        columns = np.zeros((width, how.units.size), dtype=bool)
        columns[column, how.units.unit[row]] = True
        return cls(how.units, columns, how.degrees_of_freedom)

    @property
    def few_units(self) -> bool:
        """Whether it is kept which units hold a cell."""
        units = self.units.size
        return units <= max(_FEW_UNITS, min(_MOST_UNITS, self.units.unit.size // 2))

    @cached_property
    def _full(self) -> Mask:
        """Which columns have the degrees of freedom of all, (w,)."""
        return np.asarray(self.units.freedom(self.columns) >= self.of_all)

    def wholes(self, sets: Mask) -> tuple[Array, Integers]:
        """Return degrees of freedom and units of sets of columns (G, w), everybody in them."""
        members = (sets.astype(np.float32) @ self.columns.astype(np.float32)) > 0
        found = np.full(len(sets), self.of_all)
        lower = np.flatnonzero(~(sets & self._full).any(axis=1))
        found[lower] = np.minimum(self.units.freedom(members[lower]), self.of_all)
        return found, np.asarray(members.sum(axis=1))

    def presence(self, row: Integers, cell: Integers, shape: tuple[int, int]) -> ReplicatePresence:
        """Return who holds each cell of B tables (k, w), from the cells (B, m) of listed rows.

        Cells of nobody come last.
        """
        tables, (items, width) = len(cell), shape
        itself = packed_bits(np.eye(width, dtype=bool)[None], (1, 1, width))
        bits = None
        if self.few_units:
            size, unit = self.units.size, self.units.unit[row]
            held = np.zeros((tables, (items + 1) * width, size), dtype=bool)
            for own, cells in zip(held, cell, strict=True):
                own.reshape(-1)[cells * size + unit] = True
            bits = packed_bits(held[:, : items * width], (tables, items, width))
        return ReplicatePresence(bits, np.repeat(itself, tables, axis=0), ranks=self)


@dataclass(frozen=True)
class ReplicatePresence(Presence):
    """Which replicated units hold each cell, as bits, and which columns it belongs to."""

    ranks: ColumnRanks | None = None

    def degrees_of_freedom(self, held: tuple[Bits | None, Bits], base: Array) -> Array:
        """Return the rank of the replicate weights of what is held (S, G), less one."""
        if self.of_design is not None:
            return np.full(base.shape, self.of_design)
        assert self.ranks is not None
        # Which columns a group is made of is the same in every table.
        sets = unpacked_bits(held[1].reshape(-1, *held[1].shape[-2:])[0], len(self.ranks.columns))
        whole, size = self.ranks.wholes(sets)
        if held[0] is None:
            return np.asarray(np.clip(base - 1, 0, whole))
        count = np.bitwise_count(held[0]).sum(axis=-1, dtype=np.int64)
        found = np.broadcast_to(whole, count.shape).copy()
        part = count < size
        if part.any():
            limit = found[part]
            found[part] = self.ranks.units.freedom_within(
                unpacked_bits(held[0][part], self.ranks.units.size), limit
            )
        return found
