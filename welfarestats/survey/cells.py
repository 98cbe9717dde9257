"""The one pass: sums of weights per stratum, PSU and cell, on any engine.

A table's cells are the products of stub items (a base, categories, nets, a score) and banner
columns (everyone, everyone with an answer, categories, nets). Most of them are sums of others:
only the *elementary* cells are summed over respondents, and every base, proportion, covariance
and degree of freedom follows from the small array of these sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.linearization import (
    disjoint_covariance,
    expanded_covariance,
    stage_covariance,
)
from welfarestats.survey.calibrated import Residuals
from welfarestats.survey.cell_stacks import Cells, CellStack, form_covariance
from welfarestats.survey.design import Design, Stage
from welfarestats.survey.presence import Presence, common_degrees_of_freedom, packed_bits
from welfarestats.survey.replicate_ranks import ColumnRanks
from welfarestats.survey.replicated import ReplicateSums
from welfarestats.survey.sides import Side

if TYPE_CHECKING:
    from scipy import sparse

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Above this many entries the sums per unit are kept sparse, or stubs are summed a few at a time:
# so many that their cells and sums are quick to reach again.
_LARGEST_DENSE = 30_000_000
_LARGEST_TOGETHER = 2_000_000
_LARGEST_CELLS = 250_000
_LARGEST_STACK = 4_000_000


@dataclass(frozen=True)
class Tally:
    """What a pass needs of each row: respondents, Σw, Σw², and whether it is in the domain."""

    count: Array
    weight: Array
    square: Array
    active: Mask


def sum_cells(
    stub: Side, banner: Side, tally: Tally, design: Design, df_rule: str = "domain"
) -> Cells:
    """Return the sums over rows of every cell of stub by banner, in one pass."""
    return next(sum_stacks([stub], banner, tally, design, df_rule))[1][0]


def sum_stacks(
    stubs: Sequence[Side], banner: Side, tally: Tally, design: Design, df_rule: str = "domain"
) -> Iterator[tuple[list[int], CellStack]]:
    """Yield the sums of many stubs by one banner: stacks of one shape, and whose they are."""
    shapes: dict[tuple[Any, ...], list[int]] = {}
    for place, side in enumerate(stubs):
        alone = (place,) if side.row is not None else ()
        key = (side.width, side.combine.shape, side.combine.tobytes(), *alone)
        shapes.setdefault(key, []).append(place)
    of_design = common_degrees_of_freedom(design, tally.count, tally.weight, df_rule)
    residuals = Residuals(design.calibrations, tally.weight) if design.calibrations else None
    banner = _narrowed(banner, tally.active)
    members = _Members.of(banner, tally)
    ranks = None
    if design.replicates is not None and of_design is None:
        ranks = ColumnRanks.of(design.replicates, members.row, members.column, banner.width)
    how = banner, members, tally, design, residuals, ranks
    for every in shapes.values():
        # A covariance of elementary cells is as large as their number squared.
        square = (stubs[every[0]].width * banner.width) ** 2
        step = max(1, _LARGEST_STACK // max(square, 1))
        for start in range(0, len(every), step):
            places = every[start : start + step]
            sides = [stubs[place] for place in places]
            parts = [_Part(own, *how) for own in _portions(sides, banner, design, ranks)]
            stack = _stacked([part.stack() for part in parts])
            presence = replace(stack.presence, of_design=of_design)
            yield places, replace(stack, presence=presence)


def _narrowed(banner: Side, active: Mask) -> Side:
    """Return a banner without its last column, of those who did not answer, if it has nobody."""
    outside = banner.width > 1 and not banner.combine[1:, -1].any()
    if banner.row is not None or not outside or (banner.item[active] == banner.width - 1).any():
        return banner
    return replace(banner, width=banner.width - 1, combine=banner.combine[:, :-1])


def _portions(
    sides: list[Side], banner: Side, design: Design, ranks: ColumnRanks | None
) -> list[list[Side]]:
    """Return the stubs that are summed together: as many as their sums and cells have room for."""
    first = design.first
    rows = first.size.size if first.unit is None else first.stratum.size
    if ranks is not None and ranks.few_units:
        rows = ranks.units.size
    entries = (sides[0].width + 1) * banner.width * rows
    members = banner.item.size if sides[0].row is None else 1
    step = min(_LARGEST_TOGETHER // max(entries, 1), _LARGEST_CELLS // max(members, 1))
    step = max(1, step)
    return [sides[start : start + step] for start in range(0, len(sides), step)]


def _stacked(stacks: list[CellStack]) -> CellStack:
    first = stacks[0]
    if len(stacks) == 1:
        return first
    names = ("count", "weighted", "square", "elementary_covariance")
    arrays = {name: np.concatenate([getattr(one, name) for one in stacks]) for name in names}
    presence = first.presence
    for one in stacks[1:]:
        presence = presence.followed_by(one.presence)
    sums = [one.replicates.sums for one in stacks if one.replicates is not None]
    replicates = first.replicates and replace(first.replicates, sums=np.concatenate(sums))
    return replace(first, **arrays, presence=presence, replicates=replicates)


@dataclass(frozen=True)
class _Members:
    """The members of a banner's elementary columns, with what is summed of each.

    ``count`` is ``None`` where every row is one respondent; ``everybody`` says that the members are
    the rows, in order.
    """

    row: Integers
    column: Integers
    count: Array | None
    weight: Array
    square: Array
    everybody: bool

    @classmethod
    def of(cls, banner: Side, tally: Tally) -> _Members:
        """Return the members of a banner, each as often as it is in a column."""
        row, column = _memberships(banner, tally.active)
        count = tally.count[row]
        return cls(
            row,
            column,
            None if (count == 1).all() else count,
            tally.weight[row],
            tally.square[row],
            banner.row is None and row.size == tally.active.size,
        )


class _Part:
    """The sums of a few stubs of one shape by a banner."""

    def __init__(
        self,
        stubs: list[Side],
        banner: Side,
        members: _Members,
        tally: Tally,
        design: Design,
        residuals: Residuals | None = None,
        ranks: ColumnRanks | None = None,
    ) -> None:
        self.stubs, self.banner, self.tally, self.design = stubs, banner, tally, design
        self.residuals, self.ranks = residuals, ranks
        self.size, self.items, self.width = len(stubs), stubs[0].width, banner.width
        self.listed = stubs[0].row is not None
        self.value: Array | None = None
        if self.listed:
            self.row, cell, self.value = _joined(stubs[0], banner, tally.active)
            self.cell = cell[None]
            self.count: Array | None = tally.count[self.row]
            self.weight, self.square = tally.weight[self.row], tally.square[self.row]
        else:
            self.row, self.count = members.row, members.count
            self.weight, self.square = members.weight, members.square
            row = slice(None) if members.everybody else members.row
            self.cell = self._cells_of(row, members.column, self.width)

    def _cells_of(self, row: Integers | slice, column: Integers, width: int) -> Integers:
        """Return the elementary cell of each stub's membership; those of nobody come last."""
        codes = np.array([side.item[row] for side in self.stubs], dtype=np.int64)
        if codes.min(initial=0) < 0:
            codes[codes < 0] = self.items
        codes *= width
        codes += column
        return codes

    def stack(self) -> CellStack:
        """Return the sums."""
        weight = self.weight if self.value is None else self.weight * self.value
        count = self._sums(self.cell, self.count, self.width)
        weighted = self._sums(self.cell, weight, self.width)
        square = self._sums(self.cell, self.square, self.width)
        sums = [self._combined(one, self.banner.combine) for one in (count, weighted, square)]
        if self.banner.both is not None:
            sums = [np.concatenate(both, axis=2) for both in zip(sums, self._both(), strict=True)]
        parts = sums[0], sums[1], sums[2]
        combine = self.stubs[0].combine, self.banner.combine
        if self.design.replicates is not None:
            replicates = self._replicates()
            covariance = self._replicate_covariance(replicates, weighted)
            shape = (self.items, self.width)
            ranks = self.ranks
            presence = (
                ranks.presence(self.row, self.cell, shape) if ranks else self._presence(count)
            )
            return CellStack(*parts, covariance, *combine, presence, replicates)
        covariance, presence = self._linearised(weight, weighted, square, self._presence(count))
        return CellStack(*parts, covariance, *combine, presence)

    def _linearised(
        self, weight: Array, weighted: Array, square: Array, presence: Presence
    ) -> tuple[Array, Presence]:
        """Return the covariance of elementary sums from every stage, and who holds each cell."""
        cells = self.items * self.width + (self.residuals.size if self.residuals else 0)
        covariance = np.zeros((self.size, cells, cells))
        for number, stage in enumerate(self.design.stages):
            if self.listed or stage.unit is not None:
                presence = self._from_units(stage, number, weight, covariance) or presence
            else:
                self._from_respondents(stage, weighted, square, covariance)
        if self.residuals:
            forms = self.residuals.forms(self._members(), self.size)
            covariance = form_covariance(forms, covariance)
        return covariance, presence

    def _replicates(self) -> ReplicateSums:
        """Return the sums under each replicate weight."""
        assert self.design.replicates is not None
        sums = self._members().T @ self.design.replicates.weights
        shape = (self.size, self.items, self.width, -1)
        return ReplicateSums(sums.reshape(shape), self.design.replicates)

    def _replicate_covariance(self, replicates: ReplicateSums, weighted: Array) -> Array:
        again = replicates.sums.reshape(self.size, self.items * self.width, -1)
        return replicates.covariance(again, weighted.reshape(self.size, -1))

    def _members(self) -> sparse.csr_array:
        """Return the value of each respondent in each elementary cell of each stub, (n, B·k·w)."""
        from scipy import sparse

        kept = self.items * self.width
        stub, place = np.nonzero(self.cell < kept)
        value = np.ones(place.size) if self.value is None else self.value[place]
        at = (self.row[place], self.cell[stub, place] + kept * stub)
        shape = (self.tally.count.size, self.size * kept)
        return sparse.csr_array((value, at), shape=shape)

    def _sums(self, cell: Integers, weights: Array | None, width: int) -> Array:
        """Return sums per stub, elementary item and column, (B, k, w); of respondents themselves."""
        size = (self.items + 1) * width
        sums = np.array([np.bincount(own, weights, size) for own in cell], dtype=float)
        return sums.reshape(self.size, -1, width)[:, : self.items]

    def _combined(self, sums: Array, columns: Array) -> Array:
        return np.asarray(self.stubs[0].combine @ (sums @ columns.T))

    def _both(self) -> list[Array]:
        """Return the sums of people in two columns at once, (B, items, pairs) each."""
        assert self.banner.both is not None
        row, pair, pairs = self.banner.both
        kept = self.tally.active[row]
        row, pair = row[kept], pair[kept]
        if self.listed:
            both = Side(pair, pairs, np.eye(pairs), row=row)
            row, cell, _ = _joined(self.stubs[0], both, self.tally.active)
            cell = cell[None]
        else:
            cell = self._cells_of(row, pair, pairs)
        parts = self.tally.count, self.tally.weight, self.tally.square
        return [np.asarray(self.stubs[0].combine @ self._sums(cell, x[row], pairs)) for x in parts]

    def _presence(self, count: Array) -> Presence:
        """Return which strata hold each cell, where respondents are the PSUs."""
        stage = self.design.first
        if stage.unit is not None:
            return Presence(None, np.zeros((self.size, self.items, self.width, 1), np.uint64))
        if stage.size.size == 1:
            return Presence(None, (count > 0)[..., None].astype(np.uint64))
        sums = self._by_stratum(stage, None)
        return Presence(None, packed_bits(sums > 0, (self.size, self.items, self.width)))

    def _of_units(self, cell: Integers, unit: Integers, units: int, weight: Array | None) -> Array:
        """Return the sums of one stub per elementary cell and unit, (k·w, U)."""
        key = cell * units
        key += unit
        sums = np.bincount(key, weight, (self.items + 1) * self.width * units)
        return np.asarray(sums.reshape(-1, units)[: self.items * self.width], dtype=float)

    def _by_stratum(self, stage: Stage, weight: Array | None) -> Array:
        """Return sums per stub, elementary cell and stratum of respondents, (B, k·w, H)."""
        of_row = stage.stratum[self.row]
        return np.array([self._of_units(own, of_row, stage.size.size, weight) for own in self.cell])

    def _from_units(
        self, stage: Stage, number: int, weight: Array, covariance: Array
    ) -> Presence | None:
        """Add what a stage with sampling units contributes; the first tells who holds a cell."""
        kept, units = self.items * self.width, stage.stratum.size
        if stage.unit is None or units * kept > _LARGEST_DENSE:
            return self._from_sparse(stage, number, weight, covariance)
        beside = self.residuals.unit_totals(stage).toarray() if self.residuals else None
        held = np.empty((self.size, kept, units), dtype=bool)
        unit = stage.unit[self.row]
        # One stub after the other, so that its totals are still near when they are squared.
        for place, cell in enumerate(self.cell):
            totals = self._of_units(cell, unit, units, weight)
            np.greater(totals, 0, out=held[place])
            every = totals.T if beside is None else np.hstack([totals.T, beside])
            found = stage_covariance(
                every, stage.stratum, stage.size, stage.coefficient, stage.uncentred
            )
            covariance[place] += found if stage.inflation == 1 else stage.inflation * found
        return None if number else self._unit_presence(stage, held)

    def _unit_presence(self, stage: Stage, held: Mask) -> Presence:
        shape = (self.size, self.items, self.width)
        if stage.size.size == 1:
            strata = np.asarray(held.any(axis=-1, keepdims=True))
        else:
            starts = np.flatnonzero(np.diff(stage.stratum, prepend=-1))
            strata = np.logical_or.reduceat(held, starts, axis=-1)
        return Presence(packed_bits(held, shape), packed_bits(strata, shape))

    def _from_sparse(
        self, stage: Stage, number: int, weight: Array, covariance: Array
    ) -> Presence | None:
        from scipy import sparse

        unit = self.row if stage.unit is None else stage.unit[self.row]
        kept = self.items * self.width
        beside = self.residuals.unit_totals(stage) if self.residuals else None
        held = None
        for place, cell in enumerate(self.cell):
            inside = cell < kept
            at = (unit[inside], cell[inside])
            shape = (stage.stratum.size, kept)
            sums = sparse.csr_array((weight[inside], at), shape=shape)
            roots = None
            if stage.unit is None and self.tally.count.max(initial=1) > 1:
                root = np.sqrt(self.tally.square[self.row])
                root = root if self.value is None else root * self.value
                roots = sparse.csr_array((root[inside], at), shape=shape)
            every = sums if beside is None else sparse.hstack([sums, beside]).tocsr()
            covariance[place] += stage.inflation * stage_covariance(
                every, stage.stratum, stage.size, stage.coefficient, stage.uncentred, roots
            )
            if number == 0 and stage.unit is not None:
                here = self._unit_presence(stage, (sums.toarray() > 0).T[None])
                held = here if held is None else held.followed_by(here)
        return held

    def _from_respondents(
        self, stage: Stage, weighted: Array, square: Array, covariance: Array
    ) -> None:
        """Add what a stage of respondents contributes, from sums per stratum alone."""
        whole = stage.size.size == 1
        flat = self.size, self.items * self.width
        sums = weighted.reshape(*flat, 1) if whole else self._by_stratum(stage, self.weight)
        share = 1.0 / stage.size
        if stage.uncentred is not None:
            share = share * (1.0 - stage.uncentred)
        how = share, stage.coefficient, self.tally.count.size
        by_stratum = sums.transpose(0, 2, 1)
        if self.banner.row is None and not self.residuals:
            scaled = square * stage.coefficient[0] if whole else self._scaled(stage)
            found = disjoint_covariance(scaled.reshape(flat), by_stratum, *how)
        else:
            scaled = self.tally.square * stage.coefficient[stage.stratum]
            squares = self._squares(scaled)
            if self.residuals:
                squares = self.residuals.with_squares(squares, self._members(), scaled)
                by_stratum = self.residuals.with_sums(by_stratum, stage)
            found = expanded_covariance(squares, by_stratum, *how)
        covariance += found if stage.inflation == 1 else stage.inflation * found

    def _scaled(self, stage: Stage) -> Array:
        """Return the sums of squares of each elementary cell, each times that of its stratum."""
        coefficient = stage.coefficient[stage.stratum]
        return self._sums(self.cell, self.square * coefficient[self.row], self.width)

    def _squares(self, scaled: Array) -> Array:
        """Return the sums of squares and products of each stub's elementary cells."""
        kept = self.items * self.width
        if self.banner.row is None:
            diagonal = self._sums(self.cell, scaled[self.row], self.width).reshape(self.size, kept)
            found = np.zeros((self.size, kept, kept))
            found[:, np.arange(kept), np.arange(kept)] = diagonal
            return found
        # Columns that share people: products within each stub item, between columns.
        member = np.zeros((scaled.size, self.width))
        row, column = _memberships(self.banner, self.tally.active)
        member[row, column] = 1.0
        found = np.zeros((self.size, self.items, self.width, self.items, self.width))
        for place, side in enumerate(self.stubs):
            for item in range(self.items):
                own = np.flatnonzero(side.item == item)
                here = member[own]
                found[place, item, :, item, :] = here.T @ (here * scaled[own, None])
        return found.reshape(self.size, kept, kept)


def _memberships(side: Side, active: Mask) -> tuple[Integers, Integers]:
    row, item, _ = _listed(side, active)
    return row, item


def _joined(stub: Side, banner: Side, active: Mask) -> tuple[Integers, Integers, Array | None]:
    """Return row, elementary cell and value of each membership of both sides."""
    stub_row, stub_item, value = _listed(stub, active)
    banner_row, banner_item, _ = _listed(banner, active)
    starts = np.searchsorted(banner_row, stub_row, side="left")
    many = np.searchsorted(banner_row, stub_row, side="right") - starts
    left = np.repeat(np.arange(stub_row.size), many)
    step = np.arange(left.size) - np.repeat(np.cumsum(many) - many, many)
    right = starts[left] + step
    cell = stub_item[left] * banner.width + banner_item[right]
    return stub_row[left], cell, None if value is None else value[left]


def _listed(side: Side, active: Mask) -> tuple[Integers, Integers, Array | None]:
    if side.row is None:
        row = np.flatnonzero(active & (side.item >= 0))
        return row, side.item[row].astype(np.int64), None
    kept = active[side.row]
    value = None if side.value is None else side.value[kept]
    return side.row[kept], side.item[kept].astype(np.int64), value
