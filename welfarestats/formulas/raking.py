"""Raking: one factor for every cell of the margins, until all margins are met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.calibration import calibration_factors

__all__ = ["raking_factors"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# Proportional fitting gains a digit or so a sweep; where it is slower than this, Newton's method
# on the same problem doubles the digits with every step.
_SWEEPS = 60
_POLISHING = 3


@dataclass(frozen=True)
class RakedCells:
    """Factors (C,) of the cells, and how far each margin is from its targets (relative, a list)."""

    factor: Array
    gaps: tuple[Array, ...]
    converged: bool
    sweeps: int

    @property
    def worst(self) -> tuple[int, int]:
        """The margin and the category in it that is furthest from its target."""
        largest = [float(np.abs(gap).max(initial=0.0)) for gap in self.gaps]
        margin = int(np.argmax(largest))
        return margin, int(np.argmax(np.abs(self.gaps[margin])))


def raking_factors(
    base: Array,
    margins: Sequence[tuple[Integers, Array]],
    *,
    tolerance: float = 1e-12,
    sweeps: int = 1_000,
) -> RakedCells:
    r"""Return the factor (C,) by which raking multiplies the weights in each cell.

    Respondents who are in the same category of every margin get the same factor, so that the
    distinct combinations are enough, however many respondents there are. The factors are
    :math:`\exp(\sum_j \lambda_{j, c_j})`: of all weights that meet the targets, those with the
    least :math:`\sum w \log(w / d) - w + d` from the base weights *d*.

    Parameters
    ----------
    base
        (C,) sum of the base weights in each cell, above 0.
    margins
        For each margin the category of every cell, (C,) 0 … K − 1 or −1 for a cell that the margin
        does not concern, and the target of each category, (K,) above 0.
    tolerance
        The largest relative difference between a target and what is achieved.
    sweeps
        How often the margins are gone through at most.

    Returns
    -------
    RakedCells
        ``factor`` (C,); ``gaps``, achieved / target − 1 for each category of each margin, measured
        at the end; ``converged``, whether none is beyond the tolerance.

    Notes
    -----
    Iterative proportional fitting; where it is slow, Newton's method on the dual of the same
    problem goes on from there. Nothing is returned as converged that was not measured.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics 11,
    427–444.
    Deville, J.-C., Särndal, C.-E. and Sautory, O. (1993). Generalized raking procedures in survey
    sampling. Journal of the American Statistical Association 88, 1013–1020.

    Examples
    --------
    >>> import numpy as np
    >>> sex, age = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> raked = raking_factors(
    ...     np.array([4.0, 1.0, 1.0, 4.0]),
    ...     [(sex, np.array([6.0, 4.0])), (age, np.array([5.0, 5.0]))],
    ... )
    >>> raked.converged, (np.array([4.0, 1.0, 1.0, 4.0]) * raked.factor).round(3).tolist()
    (True, [4.409, 1.591, 0.591, 3.409])
    """
    fitted = [_Margin(category, target) for category, target in margins]
    weight, swept = _fitted(base.astype(float), fitted, tolerance, min(_SWEEPS, sweeps))
    if swept == _SWEEPS < sweeps:
        jumped = _jumped(weight, margins, tolerance)
        weight, more = _fitted(jumped, fitted, tolerance, _POLISHING)
        swept += more
        if more == _POLISHING:
            weight, more = _fitted(weight, fitted, tolerance, sweeps - swept)
            swept += more
    gaps = tuple(margin.gap(weight) for margin in fitted)
    met = all(bool((np.abs(gap) <= tolerance).all()) for gap in gaps)
    return RakedCells(weight / base, gaps, met, swept)


class _Margin:
    """A margin with one category more, which cells outside the margin are in and keep."""

    def __init__(self, category: Integers, target: Array) -> None:
        self.size = target.size
        self.category = np.where(category < 0, self.size, category)
        self.target = target
        self._factor = np.ones(self.size + 1)

    def achieved(self, weight: Array) -> Array:
        sums = np.bincount(self.category, weights=weight, minlength=self.size + 1)
        return np.asarray(sums[: self.size], dtype=float)

    def gap(self, weight: Array) -> Array:
        return self.achieved(weight) / self.target - 1

    def fit(self, weight: Array) -> tuple[Array, float]:
        """Return the weights that meet this margin, and how far they were from it."""
        ratio = self.target / self.achieved(weight)
        self._factor[: self.size] = ratio
        return weight * self._factor[self.category], float(np.abs(ratio - 1).max())


def _fitted(
    weight: Array, margins: Sequence[_Margin], tolerance: float, sweeps: int
) -> tuple[Array, int]:
    """Return the weights after proportional fitting, and how many sweeps it took."""
    for sweep in range(sweeps):
        worst = 0.0
        for margin in margins:
            weight, gap = margin.fit(weight)
            worst = max(worst, gap)
        if worst <= tolerance / 4 or len(margins) == 1 or not np.isfinite(worst):
            return weight, sweep + 1
    return weight, sweeps


def _jumped(weight: Array, margins: Sequence[tuple[Integers, Array]], tolerance: float) -> Array:
    """Return the weights of Newton's method, or those given where it does not lead closer."""
    from scipy import sparse

    blocks = []
    for category, target in margins:
        cells = np.flatnonzero(category >= 0)
        shape = (weight.size, target.size)
        blocks.append(
            sparse.csr_array((np.ones(cells.size), (cells, category[cells])), shape=shape)
        )
    auxiliary = sparse.csr_array(sparse.hstack(blocks))
    target = np.concatenate([target for _, target in margins])
    found = calibration_factors(auxiliary, weight, target, method="raking", tolerance=tolerance)
    before = np.abs(np.asarray(auxiliary.T @ weight) / target - 1).max()
    closer = np.isfinite(found.factor).all() and np.abs(found.gap).max() < before
    return weight * found.factor if closer and (found.factor > 0).all() else weight
