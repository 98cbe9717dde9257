"""The variance after calibration: what a regression on the auxiliary variables leaves of a sum.

The calibrated total of a variable varies as the total of its residuals does. A residual is never
made respondent by respondent: the sums that a covariance needs are linear in the variables and
the auxiliary ones, so these are summed beside the cells, and the regression is applied to the sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.survey.design import Calibration, Stage

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Residuals"]

Array = NDArray[np.float64]

# Auxiliary variables whose share of the largest eigenvalue is below this repeat others: every
# margin adds up to everybody.
_REDUNDANT = 1e-11


class Residuals:
    """The regression of any variable on the auxiliary variables of calibrations, in their order.

    ``auxiliary`` (n, P) are the variables of all calibrations side by side.
    """

    def __init__(self, calibrations: Sequence[Calibration], weight: Array) -> None:
        from scipy import sparse

        self.auxiliary = sparse.hstack([one.auxiliary for one in calibrations]).tocsr()
        self._weighted = _scaled(self.auxiliary, weight)
        # Respondents of weight zero are in nobody's sum, whatever their weight was before.
        kept = weight > 0
        self._before = [_scaled(one.auxiliary, one.base_weight * kept) for one in calibrations]
        self._products = [(before.T @ self.auxiliary).toarray() for before in self._before]
        ends = np.cumsum([one.auxiliary.shape[1] for one in calibrations])
        own = [
            product[:, end - len(product) : end]
            for product, end in zip(self._products, ends, strict=True)
        ]
        self._inverses = [_inverse(one) for one in own]

    @property
    def size(self) -> int:
        """How many auxiliary variables there are."""
        return int(self.auxiliary.shape[1])

    def forms(self, member: sparse.csr_array, stubs: int) -> Array:
        """Return residual sums as linear forms (stubs, K, K + P) of cells and auxiliary sums.

        ``member`` (n, stubs · K) holds the value of each respondent in each cell.
        """
        coefficients = np.zeros((self.size, member.shape[1]))
        done = 0
        for before, product, inverse in zip(
            self._before, self._products, self._inverses, strict=True
        ):
            # What the calibrations before have explained is no longer there.
            left = (before.T @ member).toarray() - product[:, :done] @ coefficients[:done]
            coefficients[done : done + len(product)] = inverse @ left
            done += len(product)
        cells = member.shape[1] // stubs
        by_stub = coefficients.T.reshape(stubs, cells, self.size)
        eye = np.broadcast_to(np.eye(cells), (stubs, cells, cells))
        return np.concatenate([eye, -by_stub], axis=2)

    def unit_totals(self, stage: Stage) -> sparse.csr_array:
        """Return the weighted sums of the auxiliary variables in each unit of a stage, (U, P)."""
        from scipy import sparse

        if stage.unit is None:
            return self._weighted
        rows = np.arange(stage.unit.size)
        shape = (stage.stratum.size, rows.size)
        unit = sparse.csr_array((np.ones(rows.size), (stage.unit, rows)), shape=shape)
        return sparse.csr_array(unit @ self._weighted)

    def with_squares(self, squares: Array, member: sparse.csr_array, scaled: Array) -> Array:
        """Return sums of squares and products of cells (B, K, K) with the auxiliary ones added."""
        stubs, cells = squares.shape[:2]
        weighted = _scaled(self.auxiliary, scaled)
        both = np.zeros((stubs, cells + self.size, cells + self.size))
        both[:, :cells, :cells] = squares
        both[:, cells:, cells:] = (self.auxiliary.T @ weighted).toarray()
        across = (member.T @ weighted).toarray().reshape(stubs, cells, self.size)
        both[:, :cells, cells:] = across
        both[:, cells:, :cells] = np.swapaxes(across, 1, 2)
        return both

    def with_sums(self, sums: Array, stage: Stage) -> Array:
        """Return the sums of each stratum (B, H, K) with those of the auxiliary variables added."""
        from scipy import sparse

        rows = np.arange(stage.stratum.size)
        shape = (stage.size.size, rows.size)
        stratum = sparse.csr_array((np.ones(rows.size), (stage.stratum, rows)), shape=shape)
        own = (stratum @ self.unit_totals(stage)).toarray()
        return np.concatenate([sums, np.broadcast_to(own, (len(sums), *own.shape))], axis=2)


def _scaled(columns: sparse.csr_array, weight: Array) -> sparse.csr_array:
    """Return columns (n, P) with every row multiplied by its weight."""
    from scipy import sparse

    return sparse.csr_array(sparse.diags_array(weight).tocsr() @ columns)


def _inverse(product: Array) -> Array:
    """Return the generalised inverse of sums of squares and products, free of their units."""
    scale = np.sqrt(np.diagonal(product))
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv(product / np.outer(scale, scale), rcond=_REDUNDANT, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale))
