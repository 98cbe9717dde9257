"""A printed panel counted again from respondents, under as many changes as one likes.

A cross-tab brings standard errors and tests along; to look for an explanation figures alone will
do, for hundreds of filters at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.explanations import Making, Named
from welfarestats.published.panels import Column, Line, Panel
from welfarestats.published.respondents import Filters, Respondents

__all__ = ["Over", "Recount"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pair = tuple[Mask, Mask]


@dataclass(frozen=True)
class Over:
    """Many filters at once, by their places (all where there are none), in some columns or all."""

    filters: tuple[int, ...] = ()
    columns: tuple[int, ...] | None = None

    @property
    def every(self) -> bool:
        """Whether it is all filters."""
        return not self.filters


class Recount:
    """One panel counted from one file, under any `Making`."""

    def __init__(self, panel: Panel, people: Respondents, filters: Filters, percent: str) -> None:
        self.panel, self.people, self.filters, self.percent = panel, people, filters, percent
        self._items = [people.gave(panel.question, line.answers) for line in panel.lines]
        banners = {column.name: column for column in panel.columns}
        wholes = [self.answered(column) for column in banners.values()]
        self.whole = [len(panel.columns) + list(banners).index(c.name) for c in panel.columns]
        members = [self.members(column) for column in panel.columns]
        self.banner = np.column_stack([*members, *wholes]).astype(float)
        self._bases: dict[Named, Mask] = {}
        self.sums: dict[tuple[Any, ...], Array] = {}
        answers = people.answers(panel.question)
        scored = answers is not None and (answers.values is not None or answers.question.scored)
        self.scores = answers.scores() if answers is not None and scored else None

    def members(self, column: Column) -> Mask:
        """Return who is in a column."""
        if not column.banner:
            return np.ones(self.people.size, dtype=bool)
        gave = self.people.gave(column.banner, column.answers)
        if column.outer:
            gave = gave & self.people.gave(column.outer, column.within)
        valid = gave & self.answered(column)
        return valid if valid.any() else gave

    def answered(self, column: Column) -> Mask:
        """Return who gave a valid answer to the banner question, and to the one around it."""
        found = np.ones(self.people.size, dtype=bool)
        for banner in filter(None, (column.banner, column.outer)):
            found = found & self.people.base(banner, ())
        return found

    def base(self, base: Named) -> Mask:
        """Return who is in a base of the panel's question."""
        if base not in self._bases:
            self._bases[base] = self.people.base(self.panel.question, base)
        return self._bases[base]

    def bases(self, wanted: Sequence[Named]) -> tuple[Named, ...]:
        """Return the bases that hold different people, the first of each kind."""
        different: dict[bytes, Named] = {}
        for base in wanted:
            if self.base(base).any():
                different.setdefault(np.packbits(self.base(base)).tobytes(), base)
        return tuple(different.values())

    def figures(self, making: Making, over: Over | None = None) -> Array:
        """Return the figures of all lines (L, C, F): under the making's filter, or over many."""
        counted = _Counted(self, making, None, over)
        with np.errstate(invalid="ignore", divide="ignore"):
            return counted.figures(self.panel.lines, self._items)

    def line(self, line: Line, making: Making, *, column: Pair | None = None) -> Array:
        """Return the figures of one line (C,); of one other column (1,) where it is given.

        The other column is who is in it, and who is in the whole of its banner.
        """
        item = self.people.gave(self.panel.question, line.answers)
        counted = _Counted(self, making, column, None)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(counted.figures([line], [item])[0, :, 0])

    def at(self, figures: Array) -> Array:
        """Return what stands in each printed cell (cells, F)."""
        return np.asarray(figures[self.panel.line, self.panel.column])


@dataclass(frozen=True, eq=False)
class _Counted:
    """Sums over respondents under one making."""

    recount: Recount
    making: Making
    column: Pair | None
    over: Over | None

    def figures(self, lines: Sequence[Line], items: Sequence[Mask]) -> Array:
        """Return the figures of lines (L, C, F), from who gave the answers of each."""
        base = self.recount.base(self.making.base)
        by_statistic: dict[str, list[int]] = {}
        for i, line in enumerate(lines):
            by_statistic.setdefault(line.statistic, []).append(i)
        parts = {
            statistic: self._statistic(statistic, [items[i] & base for i in own], base)
            for statistic, own in by_statistic.items()
        }
        first = next(iter(parts.values()))
        found = np.empty((len(lines), *first.shape[1:]))
        for statistic, own in by_statistic.items():
            found[own] = parts[statistic]
        return found

    def _statistic(self, statistic: str, items: Sequence[Mask], base: Mask) -> Array:
        here, whole = self._columns()
        if statistic == "mean":
            return self._mean(len(items), here)
        if statistic in ("count", "weighted_count"):
            return self._totals(items, int(statistic != "count"))[:, here]
        if statistic != "percent":
            total = self._totals([base], int(statistic != "base"))[:, here]
            if statistic == "effective_base":
                total = total**2 / self._totals([base], 2)[:, here]
            return np.repeat(total, len(items), axis=0)
        percent = self.making.percent or self.recount.percent
        inside = self._totals(items, 1)
        below = inside if percent == "row" else self._totals([base], 1)
        return np.asarray(100 * inside[:, here] / below[:, here if percent == "column" else whole])

    def _mean(self, size: int, here: list[int]) -> Array:
        scores = self.recount.scores
        if scores is None:
            return np.full((size, len(here), self._filter().shape[1]), np.nan)
        known = ~np.isnan(scores)
        top = self._totals([known], 1, np.where(known, scores, 0.0))
        return np.repeat(top[:, here] / self._totals([known], 1)[:, here], size, axis=0)

    def _columns(self) -> tuple[list[int], list[int]]:
        """Return where the columns stand among the sums, and where the whole of each."""
        if self.column is not None:
            return [0], [1]
        whole = self.recount.whole
        if self.over is None or self.over.columns is None:
            return list(range(len(whole))), list(whole)
        # The sums over some columns have these first, then the whole of each.
        chosen = len(self.over.columns)
        return list(range(chosen)), list(range(chosen, 2 * chosen))

    def _filter(self) -> NDArray[np.floating[Any]]:
        filters = self.recount.filters
        if self.over is not None and self.over.every:
            return filters.matrix
        places = [filters.names.index(self.making.filter)]
        if self.over is not None:
            places = list(self.over.filters)
        return filters.matrix[:, places].astype(float)

    def _banner(self) -> Array:
        if self.column is not None:
            return np.column_stack(self.column).astype(float)
        banner = self.recount.banner
        if self.over is None or self.over.columns is None:
            return banner
        columns = list(self.over.columns)
        return banner[:, [*columns, *(self.recount.whole[c] for c in columns)]]

    def _totals(self, masks: Sequence[Mask], power: int, values: Array | None = None) -> Array:
        """Return Σ over each mask (M, columns and wholes, F), every mask summed once."""
        filtered = self.making.filter if self.over is None else ()
        shared = (power, self.making.weight, values is None, filtered, self.over)
        keys = [(np.packbits(mask).tobytes(), *shared) for mask in masks]
        known = {} if self.column is not None else self.recount.sums
        fresh = {key: mask for key, mask in zip(keys, masks, strict=True) if key not in known}
        if fresh:
            sums = self._summed(np.column_stack(list(fresh.values())), power, values)
            known.update(zip(fresh, sums, strict=True))
        return np.stack([known[key] for key in keys])

    def _summed(self, masks: NDArray[np.bool_], power: int, values: Array | None) -> Array:
        measure = self.recount.people.measure(self.making.weight, power)
        chosen, banner = self._filter(), self._banner()
        shape = (masks.shape[1], banner.shape[1], chosen.shape[1])
        if measure is None:
            return np.full(shape, np.nan)
        each = masks * (measure if values is None else measure * values)[:, None]
        if shape[2] == 1:
            return np.asarray((each * chosen).T @ banner)[:, :, None]
        # One product for all masks: the conditions are read once.
        crossed = (each[:, :, None] * banner[:, None, :]).reshape(len(each), -1)
        return np.asarray(crossed.astype(chosen.dtype).T @ chosen, dtype=float).reshape(shape)
