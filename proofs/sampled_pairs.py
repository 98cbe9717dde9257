"""What a table knows of two groups, computed in thousands of samples at once.

The same steps as `compare`: weighted proportions, their linearised covariance from the totals of
sampling units within strata, effective bases and degrees of freedom; then the tests and limits of
`welfarestats.formulas` on arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from proofs.simulated_samples import RESPONSE, Samples
from welfarestats.formulas.bases import effective_base
from welfarestats.formulas.linearization import expanded_covariance

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Two groups in R samples: arrays (R, 2), the first group first.

    ``covariance`` (R, 2, 2) is of the two proportions; ``degrees_of_freedom`` (R, 3) are those of
    either group and, last, of both together.
    """

    proportion: Array
    base: Array
    count: Array
    weighted_base: Array
    effective_base: Array
    covariance: Array
    degrees_of_freedom: Array

    @property
    def variance(self) -> Array:
        """The variance of the difference, (R,)."""
        v = self.covariance
        return np.asarray(np.maximum(v[:, 0, 0] + v[:, 1, 1] - 2 * v[:, 0, 1], 0.0))


def pairs_of(drawn: Samples, *, poststratified: bool = False) -> Pairs:
    """Return what the samples say of the two groups."""
    weight, has = drawn.weight, drawn.has
    if poststratified:
        answering = np.where(drawn.reluctant, RESPONSE[1], RESPONSE[0])
        weight = drawn.poststratified(weight * answering)
    total, square, top, count = (
        np.stack([values[:, part].sum(axis=1) for part in drawn.groups], axis=1)
        for values in (weight, weight**2, weight * has, has)
    )
    p = top / total
    linear = np.empty(weight.shape)
    for g, part in enumerate(drawn.groups):
        linear[:, part] = (has[:, part] - p[:, g, None]) / total[:, g, None]
        if poststratified:
            linear[:, part] -= _means(linear[:, part], weight[:, part], drawn.reluctant[:, part])
    base = np.array([drawn.base_a, has.shape[1] - drawn.base_a], dtype=float)
    return Pairs(
        proportion=p,
        base=np.broadcast_to(base, p.shape),
        count=count.astype(float),
        weighted_base=total,
        effective_base=effective_base(total, square),
        covariance=_covariance(drawn, linear * weight),
        degrees_of_freedom=_degrees_of_freedom(drawn),
    )


def _means(values: Array, weight: Array, inside: NDArray[np.bool_]) -> Array:
    """Return for everybody the weighted mean of their class: what a regression on classes gives."""
    found = np.empty(values.shape)
    for one in (False, True):
        own = np.where(inside == one, weight, 0.0)
        total = own.sum(axis=1)
        mean = (own * values).sum(axis=1) / np.where(total > 0, total, 1.0)
        found = np.where(inside == one, mean[:, None], found)
    return found


def _covariance(drawn: Samples, linear: Array) -> Array:
    """Return the covariance (R, 2, 2) of two sums of linearised variables, one of each group."""
    repeats, strata = len(linear), drawn.strata
    if drawn.units == linear.shape[1]:  # people are the units
        units = np.zeros((repeats, 1, linear.shape[1], 2))
        for g, part in enumerate(drawn.groups):
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
                for part in drawn.groups
            ],
            axis=-1,
        ).reshape(repeats, strata, -1, 2)
    each = units.shape[2]
    coefficient = np.full(strata, each / (each - 1))
    squares = np.einsum("rhua,rhub->rab", units, units) * coefficient[0]
    return expanded_covariance(
        squares, units.sum(axis=2), np.full(strata, 1 / each), coefficient, each
    )


def _degrees_of_freedom(drawn: Samples) -> Array:
    """Return units less strata among those that hold a group (R, 2), and either of them: (R, 3)."""
    repeats, n = drawn.person.shape
    if drawn.units == n:
        bases = np.array([drawn.base_a, n - drawn.base_a, n], dtype=float)
        return np.broadcast_to(bases - 1, (repeats, 3))
    held = np.zeros((3, repeats, drawn.units), dtype=bool)
    row = np.arange(repeats)[:, None]
    for g, part in enumerate(drawn.groups):
        held[g, row, drawn.unit[:, part]] = True
    held[2] = held[0] | held[1]
    held = held.reshape(3, repeats, drawn.strata, -1)
    return np.asarray(held.sum(axis=(2, 3)) - held.any(axis=3).sum(axis=2), dtype=float).T
