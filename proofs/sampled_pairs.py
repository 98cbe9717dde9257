"""What a table knows of two groups, computed in thousands of samples at once.

The same steps as `compare`: weighted proportions, their linearised covariance from the totals of
sampling units within strata, effective bases and degrees of freedom; then the tests and limits of
`welfarestats.formulas` on arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from proofs.simulated_samples import Samples
from welfarestats.formulas.bases import effective_base
from welfarestats.formulas.linearization import expanded_covariance

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Two groups in R samples: arrays (R, 2), the first group first.

    ``covariance`` (R, 2, 2) is of the two proportions; ``units`` and ``strata`` hold people of a
    group or, in the last column, of either (R, 3).
    """

    proportion: Array
    base: Array
    weighted_base: Array
    effective_base: Array
    covariance: Array
    degrees_of_freedom: Array

    @property
    def variance(self) -> Array:
        """The variance of the difference, (R,)."""
        v = self.covariance
        return np.asarray(np.maximum(v[:, 0, 0] + v[:, 1, 1] - 2 * v[:, 0, 1], 0.0))


def pairs_of(drawn: Samples, weight: Array | None = None, residual: Array | None = None) -> Pairs:
    """Return what the samples say of the two groups."""
    weight = drawn.weight if weight is None else weight
    has = drawn.has
    parts = [slice(None, drawn.base_a), slice(drawn.base_a, None)]
    total = np.stack([weight[:, part].sum(axis=1) for part in parts], axis=1)
    square = np.stack([(weight[:, part] ** 2).sum(axis=1) for part in parts], axis=1)
    top = np.stack([(weight * has)[:, part].sum(axis=1) for part in parts], axis=1)
    p = top / total
    linear = np.empty(weight.shape)
    for g, part in enumerate(parts):
        linear[:, part] = weight[:, part] * (has[:, part] - p[:, g, None]) / total[:, g, None]
    base = np.array([drawn.base_a, has.shape[1] - drawn.base_a], dtype=float)
    return Pairs(
        proportion=p,
        base=np.broadcast_to(base, p.shape),
        weighted_base=total,
        effective_base=effective_base(total, square),
        covariance=_covariance(drawn, linear, parts),
        degrees_of_freedom=_degrees_of_freedom(drawn, parts),
    )


def _covariance(drawn: Samples, linear: Array, parts: list[slice]) -> Array:
    """Return the covariance (R, 2, 2) of two sums of linearised variables, one of each group."""
    repeats, strata = len(linear), drawn.strata
    if drawn.units == linear.shape[1]:  # people are the units
        units = np.zeros((repeats, 1, linear.shape[1], 2))
        for g, part in enumerate(parts):
            units[:, 0, part, g] = linear[:, part]
    else:
        row = np.arange(repeats)[:, None] * drawn.units
        units = np.stack(
            [
                np.bincount(
                    (row + drawn.unit[:, part]).ravel(),
                    linear[:, part].ravel(),
                    repeats * drawn.units,
                )
                for part in parts
            ],
            axis=-1,
        ).reshape(repeats, strata, -1, 2)
    each = units.shape[2]
    coefficient = np.full(strata, each / (each - 1))
    squares = np.einsum("rhua,rhub->rab", units, units) * coefficient[0]
    return expanded_covariance(
        squares, units.sum(axis=2), np.full(strata, 1 / each), coefficient, each
    )


def _degrees_of_freedom(drawn: Samples, parts: list[slice]) -> Array:
    """Return units less strata among those that hold a group (R, 2), and either of them: (R, 3)."""
    repeats, n = drawn.person.shape
    if drawn.units == n:
        bases = np.array([drawn.base_a, n - drawn.base_a, n], dtype=float)
        return np.broadcast_to(bases - 1, (repeats, 3))
    held = np.zeros((3, repeats, drawn.units), dtype=bool)
    row = np.arange(repeats)[:, None]
    for g, part in enumerate(parts):
        held[g, row, drawn.unit[:, part]] = True
    held[2] = held[0] | held[1]
    held = held.reshape(3, repeats, drawn.strata, -1)
    return np.asarray(held.sum(axis=(2, 3)) - held.any(axis=3).sum(axis=2), dtype=float).T
