"""Replicates by the signs of a Hadamard matrix: half-samples and successive differences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "balanced_multipliers",
    "hadamard_matrix",
    "successive_difference_multipliers",
]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def hadamard_matrix(order: int) -> Array:
    r"""Return a square matrix of +1 and −1 with orthogonal rows, the first of them all +1.

    Parameters
    ----------
    order
        How many rows are needed, at least 1.

    Returns
    -------
    ndarray of float
        (R, R) with R the smallest order from ``order`` on that the constructions reach:
        doubling, and both of Paley's for primes. Up to 100 these are 1, 2 and the multiples of 4
        but 52, 92 and 100.

    Notes
    -----
    Matrices are known for 52, 92 and 100 too; there the next larger one serves as well, with some
    more replicates.

    References
    ----------
    Paley, R. E. A. C. (1933). On orthogonal matrices. Journal of Mathematics and Physics 12,
    311-320.

    Examples
    --------
    >>> hadamard_matrix(3)
    array([[ 1.,  1.,  1.,  1.],
           [ 1., -1.,  1., -1.],
           [ 1.,  1., -1., -1.],
           [ 1., -1., -1.,  1.]])
    >>> hadamard_matrix(9).shape
    (12, 12)
    """
    size = order if order <= 2 else -(-order // 4) * 4
    while (made := _constructed(size)) is None:
        size += 4
    return np.asarray(made * made[0])


def _constructed(order: int) -> Array | None:
    """Return a matrix of exactly this order, or nothing if no construction reaches it."""
    if order <= 2:
        return np.array([[1.0, 1.0], [1.0, -1.0]])[:order, :order]
    half = _constructed(order // 2) if order % 8 == 0 or order == 4 else None
    if half is not None:
        return np.block([[half, half], [half, -half]])
    if _is_prime(order - 1):
        return np.eye(order) + _conference(order - 1)
    if order % 8 == 4 and _is_prime(order // 2 - 1):
        symmetric = _conference(order // 2 - 1)
        off, on = np.array([[1, 1], [1, -1]]), np.array([[1, -1], [-1, -1]])
        return np.asarray(np.kron(symmetric, off) + np.kron(np.eye(order // 2), on))
    return None


def _conference(prime: int) -> Array:
    """Return Paley's matrix of order ``prime`` + 1: zeros on the diagonal, orthogonal rows."""
    squares = np.full(prime, -1.0)
    squares[np.arange(prime) ** 2 % prime] = 1.0
    squares[0] = 0.0
    number = np.arange(prime)
    made = np.ones((prime + 1, prime + 1))
    made[0, 0] = 0.0
    made[1:, 1:] = squares[(number[:, None] - number) % prime]
    if prime % 4 == 3:
        made[1:, 0] = -1.0
    return made


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, int(number**0.5) + 1))


def balanced_multipliers(stratum: Integers, fay: float = 0.0) -> Array:
    r"""Return what balanced half-samples make of the weights of two units a stratum, (U, R).

    In each replicate one unit of every stratum counts :math:`2 - \rho` and the other
    :math:`\rho`; a Hadamard matrix says which. With :math:`\rho = 0` one half of the sample is
    left out, with Fay's :math:`0 < \rho < 1` it counts less.

    Parameters
    ----------
    stratum
        (U,) stratum of each unit, 0 … H − 1; two units each.
    fay
        :math:`0 \le \rho < 1`.

    Returns
    -------
    ndarray of float
        R is the first order of a Hadamard matrix above H: every pair of strata is balanced, and
        every stratum too.

    Notes
    -----
    The variance is :math:`\frac{1}{R (1 - \rho)^2} \sum_r (\hat\theta_r - \hat\theta)^2`. For a
    total it is :math:`\sum_h (t_{h1} - t_{h2})^2`, exactly. There is no finite-population
    correction.

    References
    ----------
    McCarthy, P. J. (1969). Pseudo-replication: half samples. Review of the International
    Statistical Institute 37, 239-264.
    Judkins, D. R. (1990). Fay's method for variance estimation. Journal of Official Statistics 6,
    223-239.

    Examples
    --------
    >>> balanced_multipliers(np.array([0, 0, 1, 1]))
    array([[2., 0., 2., 0.],
           [0., 2., 0., 2.],
           [2., 2., 0., 0.],
           [0., 0., 2., 2.]])
    """
    strata = int(stratum.max(initial=-1)) + 1
    signs = hadamard_matrix(strata + 1)[1 + stratum]
    second = np.ones(stratum.size, dtype=bool)
    second[np.unique(stratum, return_index=True)[1]] = False
    signs[second] *= -1
    return 1 + (1 - fay) * signs


def successive_difference_multipliers(
    stratum: Integers, remaining: Array, replicates: int | None = None
) -> Array:
    r"""Return what successive differences make of the weights of units in order, (U, R).

    A unit counts :math:`1 + 2^{-3/2} \sqrt{1 - f_h}\,(a_{ir} - a_{jr})`, with :math:`a_i` and
    :math:`a_j` two rows of a Hadamard matrix. The next unit has the rows :math:`j` and :math:`k`,
    and the last one of its stratum comes back to the row that the first began with.

    Parameters
    ----------
    stratum
        (U,) stratum of each unit, 0 … H − 1. Within a stratum the units stand in the order in
        which they were drawn.
    remaining
        (H,) :math:`1 - f_h`; strata that were drawn completely (0) stay as they are, the others
        need two units.
    replicates
        R, the order of the matrix; ``None`` for the first order above U, with which every unit
        has a row of its own.

    Returns
    -------
    ndarray of float
        Positive: between 0.29 and 1.71.

    Notes
    -----
    The variance is :math:`\frac 4R \sum_r (\hat\theta_r - \hat\theta)^2`. With a row for every
    unit, for a total it is :math:`\sum_h (1 - f_h) \frac 12 \left[\sum_{u > 1} (t_{hu} -
    t_{h,u-1})^2 + (t_{h n_h} - t_{h1})^2\right]`, exactly. With fewer rows they are used again by
    later units, each time in another order; that adds products of differences far apart, which
    are zero on average and make the variance less steady.

    References
    ----------
    Fay, R. E. and Train, G. F. (1995). Aspects of survey and model-based postcensal estimation of
    income and poverty characteristics for states and counties. Proceedings of the Section on
    Government Statistics, American Statistical Association, 154-159.
    U.S. Census Bureau (2014). American Community Survey Design and Methodology, chapter 12.

    Examples
    --------
    >>> made = successive_difference_multipliers(np.zeros(3, dtype=int), np.ones(1))
    >>> (4 / 4 * (((made - 1).T @ [1.0, 2.0, 6.0]) ** 2).sum()).round(9)
    np.float64(21.0)
    """
    units = np.flatnonzero(remaining[stratum] > 0)
    signs = hadamard_matrix(units.size + 1 if replicates is None else replicates)
    first, second = np.zeros((2, stratum.size), dtype=np.int64)
    steps, place = _steps(len(signs) - 1), 0
    for h in np.unique(stratum[units]):
        own = np.flatnonzero(stratum == h)
        for loop in np.array_split(own, -(-own.size // (len(signs) - 1))):
            if place + loop.size > len(signs) - 1:
                steps, place = [*steps[1:], steps[0]], 0
            rows = 1 + (place + np.arange(loop.size)) * steps[0] % (len(signs) - 1)
            first[loop], second[loop] = rows, np.roll(rows, -1)
            place += loop.size
    share = np.sqrt(remaining[stratum] / 8)
    return np.asarray(1 + share[:, None] * (signs[first] - signs[second]))


def _steps(rows: int) -> list[int]:
    """Return the steps that lead through all rows before they come back to the first."""
    return [step for step in range(1, rows + 1) if np.gcd(step, rows) == 1]
