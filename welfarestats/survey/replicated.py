"""The variance from replicate weights: every estimate made again under each of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import PrecisionWarning
from welfarestats.formulas.replication import replicate_covariance
from welfarestats.survey.design import ReplicateWeights

__all__ = ["ReplicateSums"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ReplicateSums:
    """Sums of elementary cells under each of R replicate weights, (S, k, w, R)."""

    sums: Array = field(repr=False)
    weights: ReplicateWeights = field(repr=False)

    def rows(self, items: Array, columns: Array) -> Array:
        """Return sums added up to rows (r, k) of items and groups (g, w) of columns, (S, r, g, R)."""
        return np.asarray(np.einsum("ri,siwx,gw->srgx", items, self.sums, columns, optimize=True))

    def forms(self, forms: Array) -> Array:
        """Return linear forms (f, k · w) of the sums, (S, f, R)."""
        return np.asarray(forms @ self.sums.reshape(len(self.sums), forms.shape[1], -1))

    def covariance(self, replicates: Array, estimate: Array) -> Array:
        """Return the covariance (…, K, K) of what was estimated again, (…, K, R)."""
        how = self.weights
        return replicate_covariance(replicates, estimate, how.scale, how.rscales, how.centre)

    def ratio_covariance(self, top: Array, bottom: Array, ratio: Array) -> Array:
        """Return the covariance (…, K, K) of ratios (…, K) from their terms (…, K, R).

        A replicate without anybody of weight to divide by adds nothing, with a warning.
        """
        empty = (bottom == 0) & ~np.isnan(ratio)[..., None]
        nowhere = int(
            (empty & (ratio != 0)[..., None]).any(axis=tuple(range(empty.ndim - 1))).sum()
        )
        if nowhere:
            warnings.warn(
                f"in {nowhere:,} of {empty.shape[-1]:,} replicates some group of respondents has no"
                " weight at all, so its estimate cannot be made again there. These replicates are"
                " left out of its variance, which is too small.",
                PrecisionWarning,
                stacklevel=5,
            )
        start = np.broadcast_to(np.nan_to_num(ratio)[..., None], bottom.shape).copy()
        again = np.divide(top, bottom, out=start, where=bottom != 0)
        return self.covariance(again, np.nan_to_num(ratio))

    def tables(self, places: NDArray[np.int64]) -> ReplicateSums:
        """Return the sums of some of the tables."""
        return ReplicateSums(self.sums[places], self.weights)
