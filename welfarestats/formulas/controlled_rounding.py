"""Counts rounded up or down together, so that margins and nets still add."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from welfarestats.errors import TableError

__all__ = ["additive_rounding"]

Array = NDArray[np.float64]

_DUST = 1e-9


def additive_rounding(
    values: NDArray[np.float64],
    matrix: csr_array,
    total: NDArray[np.float64],
    printed: NDArray[np.bool_],
    step: float,
) -> Array:
    """Return numbers rounded to multiples of a step that add as the true ones do, (V,).

    Each printed number goes to the multiple below or above it, r_i = s(⌊x_i/s⌋ + t_i) with t_i in
    {0, 1}, so that it moves by less than s; multiples stay. Of all roundings with A r = b, where b
    is rounded too, the one that moves the numbers least, min Σ |r_i − x_i|, is taken.

    Parameters
    ----------
    values : array of float
        (V,): true numbers, 0 or more.
    matrix : scipy.sparse.csr_array
        (E, V): the sums.
    total : array of float
        (E,): what they come to.
    printed : array of bool
        (V,): the numbers that are rounded; others take any value of 0 or more that fits.
    step : float
        The multiple, 2 or more.

    Returns
    -------
    numpy.ndarray
        Rounded numbers where ``printed``, the values that make them add elsewhere.

    Raises
    ------
    TableError
        When no such rounding exists, as can be with tables of three questions.

    References
    ----------
    Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding. Journal of the
    American Statistical Association 82, 520-524: tables of two questions always have one.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> sums = csr_array([[1.0, 1.0, 1.0, -1.0]])
    >>> additive_rounding(np.array([12.0, 12, 12, 36]), sums, np.zeros(1), np.full(4, True), 5)
    array([10., 10., 15., 35.])
    """
    below = np.floor(values / step + _DUST)
    left = np.where(printed, values / step - below, 0.0)
    moves = printed & (left > _DUST)
    # t = 1 moves by 1 − left, t = 0 by left; of two that do as well the first stays below.
    order = np.arange(values.size) / max(values.size, 1)
    cost = np.where(moves, 1 - 2 * left - 1e-6 * order, 0.0)
    fixed = np.where(printed, below, 0.0)
    rest = np.where(total == 0, 0.0, np.floor(total / step + 0.5)) - matrix @ fixed
    upper = np.where(printed, moves.astype(float), np.inf)
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, rest, rest),
        bounds=Bounds(np.where(values < 0, -np.inf, 0.0), upper),
        integrality=moves.astype(int),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise TableError(
            f"no rounding to multiples of {step:g} keeps every sum and moves no number by a whole"
            " step, as can be where many questions are crossed. Take controlled=False, or fewer"
            " questions across the top."
        )
    chosen = np.where(moves, np.round(found.x), found.x)
    return np.asarray(step * (fixed + chosen))
