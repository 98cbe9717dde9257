"""Why weights do not meet their targets: which margin, by how much, and whether any weights could."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import WeightingError
from welfarestats.formulas.calibration import CalibratedRows, smallest_gaps
from welfarestats.formulas.raking import RakedCells
from welfarestats.output.wording import join_words
from welfarestats.survey.margins import PlacedRespondents

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["refuse_calibration", "refuse_emptied", "refuse_negative", "refuse_raking"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# A gap below this is the rounding of the linear programme.
_MET = 1e-7
# Factors further apart than this have no end: raking pushes some weights to nothing.
_NOTHING = 1e-9
_MOST_TOLD = 3


def refuse_emptied(placed: PlacedRespondents, held: Mask) -> None:
    """Raise a `WeightingError` when a category has nobody left with a weight."""
    if held.all():
        return
    for margin in placed.margins:
        inside = held & (margin.category >= 0)
        size = margin.target.size
        empty = np.flatnonzero(np.bincount(margin.category[inside], minlength=size) == 0)
        if empty.size:
            raise WeightingError(
                f"nobody with a weight is in {margin.labels[empty[0]]!r} of {margin.words}. Unite"
                " it with another category, or make replicates that keep more respondents."
            )


def refuse_raking(placed: PlacedRespondents, held: Mask, sums: Array, raked: RakedCells) -> None:
    """Raise a `WeightingError` that names the worst margin, unless raking met all of them."""
    least = float(raked.factor.min() / raked.factor.max())
    if raked.converged and least > _NOTHING:
        return
    indicators = placed.cell_indicators()[np.flatnonzero(held)]
    gaps = smallest_gaps(indicators, placed.target, np.zeros(sums.size), np.full(sums.size, np.inf))
    if gaps is not None and np.abs(gaps).max() > _MET:
        names = [_named(placed, column) for column in range(gaps.size)]
        raise WeightingError(
            f"no weights meet all targets: the nearest miss {_missed(names, gaps)}. The targets"
            " contradict each other for these respondents; check them, or weight to fewer margins."
        )
    if least <= _NOTHING or not np.isfinite(raked.factor).all():
        cell = int(np.argmin(raked.factor))
        where = _cell_words(placed, np.flatnonzero(held)[cell])
        raise WeightingError(
            "the targets can only be met if some respondents count for nothing: those in"
            f" {where}. Unite categories, or weight to fewer margins."
        )
    margin, category = raked.worst
    gap = raked.gaps[margin][category]
    raise WeightingError(
        f"raking did not converge in {raked.sweeps:,} sweeps: the weights of"
        f" {placed.margins[margin].labels[category]!r} of {placed.margins[margin].words} are"
        f" {_per_cent(gap)} {'above' if gap > 0 else 'below'} their target. Unite"
        " small categories, or weight to fewer margins."
    )


def refuse_calibration(
    columns: Sequence[tuple[str, str]],
    problem: tuple[sparse.csr_array, Array, Array],
    found: CalibratedRows,
    limits: tuple[ArrayLike, ArrayLike],
    span: str = "",
) -> None:
    """Raise a `WeightingError` that names the total furthest off, unless calibration met all.

    ``limits`` are factors of the base weights, ``span`` says what they are where they are any.
    """
    if found.converged:
        return
    auxiliary, base, target = problem
    low, high = (np.broadcast_to(np.asarray(limit, dtype=float), base.shape) for limit in limits)
    held = base > 0
    least, most = low[held] * base[held], high[held] * base[held]
    gaps = smallest_gaps(auxiliary[np.flatnonzero(held)], target, least, most)
    if gaps is not None and np.abs(gaps).max() > _MET:
        names = [_total_words(column) for column in columns]
        advice = "Widen the limits, or calibrate" if span else "Calibrate"
        raise WeightingError(
            f"no weights{f' {span}' if span else ''} meet all totals: the nearest miss"
            f" {_missed(names, gaps)}. {advice} to fewer totals."
        )
    index = int(np.argmax(np.abs(found.gap)))
    raise WeightingError(
        f"calibration did not converge in {found.steps:,} steps: the total of"
        f" {_total_words(columns[index])} is missed by {_per_cent(found.gap[index])}."
        " Widen the limits, unite small categories, or calibrate to fewer totals."
    )


def refuse_negative(weight: Array, base: Array) -> None:
    """Raise a `WeightingError` when linear calibration made weights that nobody can have."""
    bad = (weight < -1e-12 * base) & (base > 0)
    if bad.any():
        raise WeightingError(
            f"{int(bad.sum()):,} of {int((base > 0).sum()):,} weights would be negative. Pass"
            ' method="raking", or bounds such as bounds=(0.2, 5).'
        )


def _per_cent(gap: float) -> str:
    """Return the size of a gap in per cent, to two digits."""
    size = 100 * abs(gap)
    return f"{size:,.0f} per cent" if size >= 10 else f"{size:.2g} per cent"


def _total_words(column: tuple[str, str]) -> str:
    variable, category = column
    return f"{category!r} of {variable!r}" if category else repr(variable)


def _missed(names: Sequence[str], gaps: Array) -> str:
    """Return which targets are missed, the worst first, and by how much."""
    worst = [i for i in np.argsort(-np.abs(gaps)) if abs(gaps[i]) > _MET]
    told = [f"{names[i]} by {_per_cent(gaps[i])}" for i in worst[:_MOST_TOLD]]
    more = len(worst) - len(told)
    return join_words(told) + (f" ({more:,} more)" if more else "")


def _named(placed: PlacedRespondents, column: int) -> str:
    """Return an indicator as an error names it."""
    for margin in placed.margins:
        if column < margin.target.size:
            return f"{margin.labels[column]!r} of {margin.words}"
        column -= margin.target.size
    raise AssertionError


def _cell_words(placed: PlacedRespondents, cell: int) -> str:
    parts = [
        f"{margin.labels[margin.category[cell]]!r} of {margin.words}"
        for margin in placed.margins
        if margin.category[cell] >= 0
    ]
    return " and ".join(parts)
