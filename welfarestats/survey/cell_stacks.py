"""Sums of the cells of tables, as they come from a pass, with the covariance of linear forms.

Stubs of one shape are summed together, as a `CellStack`: a book of five hundred questions is a
few stacks a banner question. One stub by one banner is a stack of one, seen as `Cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.linearization import ratio_jacobian
from welfarestats.survey.presence import Presence
from welfarestats.survey.replicated import ReplicateSums

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# Terms of a variance that cancel to less than this share of their size have cancelled.
_DUST = 1e-13


@dataclass(frozen=True)
class CellStack:
    """Sums of S tables of one shape, with the covariance of their weighted sums.

    ``count``, ``weighted`` and ``square`` are (S, items, columns): respondents, Σw and Σw². Where
    banner columns overlap, those of the people in two of them at once may follow the columns.
    ``elementary_covariance`` is (S, k·w, k·w); ``stub`` (items, k) and ``banner`` (columns, w) add
    elementary items and columns up. ``replicates`` are the sums under each replicate weight, where
    the design has them.
    """

    count: Array
    weighted: Array
    square: Array
    elementary_covariance: Array = field(repr=False)
    stub: Array = field(repr=False)
    banner: Array = field(repr=False)
    presence: Presence = field(repr=False)
    replicates: ReplicateSums | None = field(default=None, repr=False)

    def elementary(self, places: Integers, items: int, columns: int) -> Array:
        """Return the covariance (S, K, K) of the first elementary items and columns, in order."""
        shape = self.stub.shape[1], self.banner.shape[1]
        every = self.elementary_covariance
        own = every if len(places) == len(every) else every[places]
        whole = own.reshape(-1, *shape, *shape)
        return whole[:, :items, :columns, :items, :columns].reshape(
            len(places), items * columns, -1
        )

    def chosen(self, places: Sequence[int]) -> CellStack:
        """Return the stack of some of the tables."""
        at = np.asarray(places)
        names = ("count", "weighted", "square", "elementary_covariance")
        arrays = {name: getattr(self, name)[at] for name in names}
        replicates = None if self.replicates is None else self.replicates.tables(at)
        return replace(self, **arrays, presence=self.presence.tables(at), replicates=replicates)

    def __getitem__(self, place: int) -> Cells:
        return Cells(self, place)


@dataclass(frozen=True)
class Cells:
    """One table of a stack."""

    stack: CellStack = field(repr=False)
    place: int

    @property
    def count(self) -> Array:
        """Respondents, (items, columns)."""
        return np.asarray(self.stack.count[self.place])

    @property
    def weighted(self) -> Array:
        """Sums of weights, (items, columns)."""
        return np.asarray(self.stack.weighted[self.place])

    @property
    def square(self) -> Array:
        """Sums of squared weights, (items, columns)."""
        return np.asarray(self.stack.square[self.place])

    def covariance(self, forms: Array) -> Array:
        """Return the covariance of linear forms (R, items × columns) of the weighted sums."""
        return form_covariance(
            self._elementary(forms), self.stack.elementary_covariance[self.place]
        )

    def ratio_covariance(self, top: Array, bottom: Array) -> Array:
        """Return the covariance of ratios of linear forms (R, items × columns), (R, R).

        Replicate weights make every ratio again; without them it is linearised.
        """
        totals = self.weighted.ravel()
        if self.stack.replicates is None:
            return self.covariance(ratio_jacobian(top, bottom, totals))
        own = self.stack.replicates.tables(np.array([self.place]))
        above, below = (own.forms(self._elementary(one))[0] for one in (top, bottom))
        divisor = bottom @ totals
        ratio = np.full(divisor.shape, np.nan)
        np.divide(top @ totals, divisor, out=ratio, where=divisor != 0)
        return own.ratio_covariance(above, below, ratio)

    def _elementary(self, forms: Array) -> Array:
        """Return forms of cells as forms of elementary cells."""
        stack = self.stack
        shaped = forms.reshape(len(forms), *self.count.shape)[..., : len(stack.banner)]
        return np.asarray((stack.stub.T @ (shaped @ stack.banner)).reshape(len(forms), -1))

    def degrees_of_freedom(self, cells: Sequence[int] | Integers, base: float) -> float:
        """Return PSUs − strata that hold at least one of the cells (flat positions).

        The cells are all in one row or all of the same columns; ``base`` is the respondents they
        hold together.
        """
        items, columns = np.unravel_index(np.asarray(cells), self.count.shape)
        stack = self.stack
        here = (stack.stub[np.unique(items)] != 0).any(axis=0)
        there = (stack.banner[np.unique(columns)] != 0).any(axis=0)[None]
        one = stack.presence.tables(slice(self.place, self.place + 1))
        return float(one.degrees_of_freedom(one.held(here, there), np.full((1, 1), base))[0, 0])

    def flat(self, item: Any, column: Any) -> Any:
        """Return the flat position of a cell in linear forms."""
        return item * self.count.shape[1] + column


def form_covariance(forms: Array, covariance: Array, terms: Array | None = None) -> Array:
    """Return the covariance of linear forms (…, R, K) of sums with a covariance (…, K, K).

    ``terms`` are the forms with nothing subtracted, where they are differences of others.
    """
    found = np.asarray(forms @ covariance @ np.swapaxes(forms, -1, -2))
    deviation = np.sqrt(np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0))
    size = (np.abs(forms if terms is None else terms) @ deviation[..., None])[..., 0]
    return without_cancelled(found, size)


def without_cancelled(covariance: Array, size: Array) -> Array:
    """Return a covariance (…, R, R) with zeros where its terms, of a size (…, R), have cancelled.

    What is left there (of a domain in one PSU) is rounding, not variance.
    """
    covariance[np.abs(covariance) <= _DUST * size[..., :, None] * size[..., None, :]] = 0
    return covariance
