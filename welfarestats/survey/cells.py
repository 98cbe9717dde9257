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

from welfarestats.formulas.linearization import expanded_covariance, stage_covariance
from welfarestats.survey.calibrated import Residuals
from welfarestats.survey.cell_stacks import Cells, CellStack, form_covariance
from welfarestats.survey.design import Design, Stage
from welfarestats.survey.presence import Presence, packed_bits
from welfarestats.survey.replicated import ReplicateSums
from welfarestats.survey.sides import Side

if TYPE_CHECKING:
    from scipy import sparse

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Above this many entries the sums per unit are kept sparse, or stubs are summed a few at a time.
_LARGEST_DENSE = 30_000_000
_LARGEST_TOGETHER = 2_000_000
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
    of_design = _degrees_of_freedom_of(design, tally, df_rule)
    residuals = Residuals(design.calibrations, tally.weight) if design.calibrations else None
    how = banner, tally, design, residuals
    for every in shapes.values():
        # A covariance of elementary cells is as large as their number squared.
        square = (stubs[every[0]].width * banner.width) ** 2
        step = max(1, _LARGEST_STACK // max(square, 1))
        for start in range(0, len(every), step):
            places = every[start : start + step]
            sides = [stubs[place] for place in places]
            parts = [_Part(own, *how) for own in _portions(sides, banner, design)]
            stack = _stacked([part.stack() for part in parts])
            presence = replace(stack.presence, of_design=of_design)
            yield places, replace(stack, presence=presence)


def _portions(sides: list[Side], banner: Side, design: Design) -> list[list[Side]]:
    """Return the stubs that are summed together: as many as the sums per PSU have room for."""
    first = design.first
    rows = first.size.size if first.unit is None else first.stratum.size
    entries = (sides[0].width + 1) * banner.width * rows
    step = max(1, min(16, _LARGEST_TOGETHER // max(entries, 1)))
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


class _Part:
    """The sums of a few stubs of one shape by a banner."""

    def __init__(
        self,
        stubs: list[Side],
        banner: Side,
        tally: Tally,
        design: Design,
        residuals: Residuals | None = None,
    ) -> None:
        self.stubs, self.banner, self.tally, self.design = stubs, banner, tally, design
        self.residuals = residuals
        self.size, self.items, self.width = len(stubs), stubs[0].width, banner.width
        self.listed = stubs[0].row is not None
        if self.listed:
            self.row, self.cell, self.value = _joined(stubs[0], banner, tally.active)
            self.cell = self.cell[None]
        else:
            self.row, column = _memberships(banner, tally.active)
            self.cell, self.value = self._cells_of(self.row, column, self.width), None

    def _cells_of(self, row: Integers, column: Integers, width: int) -> Integers:
        """Return the elementary cell of each stub's membership; those of nobody come last."""
        codes = np.array([side.item[row] for side in self.stubs], dtype=np.int64)
        codes[codes < 0] = self.items
        return codes * width + column

    def stack(self) -> CellStack:
        """Return the sums."""
        weight = self.tally.weight[self.row]
        weight = weight if self.value is None else weight * self.value
        count = self._sums(self.cell, self.tally.count[self.row], self.width)
        weighted = self._sums(self.cell, weight, self.width)
        square = self._sums(self.cell, self.tally.square[self.row], self.width)
        sums = [self._combined(one, self.banner.combine) for one in (count, weighted, square)]
        if self.banner.both is not None:
            sums = [np.concatenate(both, axis=2) for both in zip(sums, self._both(), strict=True)]
        parts = sums[0], sums[1], sums[2]
        combine = self.stubs[0].combine, self.banner.combine
        if self.design.replicates is not None:
            replicates = self._replicates()
            covariance = self._replicate_covariance(replicates, weighted)
            presence = self._presence(count)
            return CellStack(*parts, covariance, *combine, presence, replicates)
        covariance, presence = self._linearised(weight, self._presence(count))
        return CellStack(*parts, covariance, *combine, presence)

    def _linearised(self, weight: Array, presence: Presence) -> tuple[Array, Presence]:
        """Return the covariance of elementary sums from every stage, and who holds each cell."""
        cells = self.items * self.width + (self.residuals.size if self.residuals else 0)
        covariance = np.zeros((self.size, cells, cells))
        for number, stage in enumerate(self.design.stages):
            if self.listed or stage.unit is not None:
                presence = self._from_units(stage, number, weight, covariance) or presence
            else:
                self._from_respondents(stage, covariance)
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

    def _sums(self, cell: Integers, weights: Array, width: int) -> Array:
        """Return sums per stub, elementary item and column, (B, k, w)."""
        step = (self.items + 1) * width
        key = cell + step * np.arange(self.size)[:, None]
        every = np.broadcast_to(weights, cell.shape).ravel()
        sums = np.bincount(key.ravel(), weights=every, minlength=self.size * step)
        return np.asarray(sums.reshape(self.size, -1, width)[:, : self.items], dtype=float)

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
        parts = (self.tally.count, self.tally.weight, self.tally.square)
        return [np.asarray(self.stubs[0].combine @ self._sums(cell, x[row], pairs)) for x in parts]

    def _presence(self, count: Array) -> Presence:
        """Return which strata hold each cell, where respondents are the PSUs."""
        stage = self.design.first
        if stage.unit is not None:
            return Presence(None, np.zeros((self.size, self.items, self.width, 1), np.uint64))
        if stage.size.size == 1:
            return Presence(None, (count > 0)[..., None].astype(np.uint64))
        ones = np.ones(self.row.size)
        sums = self._by_unit(stage.stratum[self.row], stage.size.size, ones)
        return Presence(None, packed_bits(sums > 0, (self.size, self.items, self.width)))

    def _by_unit(self, unit: Integers, units: int, weight: Array) -> Array:
        """Return sums per stub, elementary cell and unit, (B, k·w, U)."""
        cells = (self.items + 1) * self.width
        key = self.cell * units
        key += unit + cells * units * np.arange(self.size)[:, None]
        every = np.broadcast_to(weight, self.cell.shape).ravel()
        sums = np.bincount(key.ravel(), weights=every, minlength=self.size * cells * units)
        kept = self.items * self.width
        return np.asarray(sums.reshape(self.size, cells, units)[:, :kept], dtype=float)

    def _from_units(
        self, stage: Stage, number: int, weight: Array, covariance: Array
    ) -> Presence | None:
        """Add what a stage with sampling units contributes; the first tells who holds a cell."""
        kept = self.items * self.width
        if stage.unit is None or stage.stratum.size * kept > _LARGEST_DENSE:
            return self._from_sparse(stage, number, weight, covariance)
        sums = self._by_unit(stage.unit[self.row], stage.stratum.size, weight)
        beside = self.residuals.unit_totals(stage).toarray() if self.residuals else None
        for place, totals in enumerate(sums):
            every = totals.T if beside is None else np.hstack([totals.T, beside])
            covariance[place] += stage.inflation * stage_covariance(
                every, stage.stratum, stage.size, stage.coefficient, stage.uncentred
            )
        return None if number else self._unit_presence(stage, sums > 0)

    def _unit_presence(self, stage: Stage, held: Mask) -> Presence:
        shape = (self.size, self.items, self.width)
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

    def _from_respondents(self, stage: Stage, covariance: Array) -> None:
        """Add what a stage of respondents contributes, from sums per stratum alone."""
        strata = stage.size.size
        sums = self._by_unit(stage.stratum[self.row], strata, self.tally.weight[self.row])
        scaled = self.tally.square * stage.coefficient[stage.stratum]
        squares, by_stratum = self._squares(scaled), sums.transpose(0, 2, 1)
        if self.residuals:
            squares = self.residuals.with_squares(squares, self._members(), scaled)
            by_stratum = self.residuals.with_sums(by_stratum, stage)
        share = 1.0 / stage.size
        if stage.uncentred is not None:
            share = share * (1.0 - stage.uncentred)
        covariance += stage.inflation * expanded_covariance(
            squares, by_stratum, share, stage.coefficient, self.tally.count.size
        )

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


def _degrees_of_freedom_of(design: Design, tally: Tally, df_rule: str) -> float | None:
    """Return the degrees of freedom that every domain has, if it has no own ones."""
    if design.replicates is not None:
        return design.replicates.degrees_of_freedom
    return _full_degrees_of_freedom(design.first, tally) if df_rule == "design" else None


def _full_degrees_of_freedom(first: Stage, tally: Tally) -> float:
    """Return PSUs − strata of the design, of those with a respondent of positive weight."""
    positive = tally.weight > 0
    if first.unit is None:
        strata = np.unique(first.stratum[positive]).size
        return float(tally.count[positive].sum() - strata)
    units = np.unique(first.unit[positive])
    return float(units.size - np.unique(first.stratum[units]).size)
