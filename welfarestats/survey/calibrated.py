"""The variance after calibration: what a regression on the auxiliary variables leaves of a sum.

The calibrated total of a variable varies as the total of its residuals does. A residual is never
made respondent by respondent: the sums that a covariance needs are linear in the variables and
the auxiliary ones, so these are summed beside the cells, and the regression is applied to the sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
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
    r"""The regression of any variable on the auxiliary variables of calibrations.

    With weights :math:`w_0, …, w_J` before and after each of J calibrations on :math:`X_j`, the
    last is undone first: :math:`v_J = y`, :math:`B_j` the regression of :math:`v_j` on
    :math:`X_j` with weights :math:`w_{j-1}`, :math:`v_{j-1} = (w_j / w_{j-1}) (v_j - X_j B_j)`.
    The variance is that of the total of :math:`w_0 v_0 = w_J y - \sum_j w_j X_j B_j`, so that
    ``auxiliary`` (n, P) are the :math:`X_j w_j / w_J` side by side.
    """

    def __init__(self, calibrations: Sequence[Calibration], weight: Array) -> None:
        from scipy import sparse

        before = [one.base_weight for one in calibrations]
        after = [*before[1:], weight]
        variables = [
            _scaled(one.auxiliary, _share(own, weight))
            for one, own in zip(calibrations, after, strict=True)
        ]
        self.auxiliary = sparse.hstack(variables).tocsr()
        self._weighted = _scaled(self.auxiliary, weight)
        # Respondents of weight zero are in nobody's sum, whatever their weight was before.
        self._before = [
            _scaled(one.auxiliary, weight * _share(*own))
            for one, *own in zip(calibrations, before, after, strict=True)
        ]
        self._products = [(own.T @ self.auxiliary).toarray() for own in self._before]
        ends = np.cumsum([0, *(one.auxiliary.shape[1] for one in calibrations)])
        self._places = [slice(*pair) for pair in pairwise(ends.tolist())]
        self._inverses = [
            _inverse(product[:, own])
            for product, own in zip(self._products, self._places, strict=True)
        ]

    @property
    def size(self) -> int:
        """How many auxiliary variables there are."""
        return int(self.auxiliary.shape[1])

    def forms(self, member: sparse.csr_array, stubs: int) -> Array:
        """Return residual sums as linear forms (stubs, K, K + P) of cells and auxiliary sums.

        ``member`` (n, stubs · K) holds the value of each respondent in each cell.
        """
        coefficients = np.zeros((self.size, member.shape[1]))
        for place in reversed(range(len(self._places))):
            own = self._places[place]
            # What later calibrations have explained is no longer there.
            left = (self._before[place].T @ member).toarray()
            left -= self._products[place][:, own.stop :] @ coefficients[own.stop :]
            coefficients[own] = self._inverses[place] @ left
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


def _share(part: Array, whole: Array) -> Array:
    """Return one weight over another, 0 where there is none."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _inverse(product: Array) -> Array:
    """Return the generalised inverse of sums of squares and products, free of their units."""
    scale = np.sqrt(np.diagonal(product))
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv(product / np.outer(scale, scale), rcond=_REDUNDANT, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale))
