"""Taylor linearisation: the covariance of weighted totals, and of ratios of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["disjoint_covariance", "expanded_covariance", "ratio_jacobian", "stage_covariance"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def stage_covariance(
    unit_totals: Array | sparse.csr_array,
    stratum: Integers,
    size: Array,
    coefficient: Array,
    uncentred: NDArray[np.bool_] | None = None,
    roots: sparse.csr_array | None = None,
) -> Array:
    r"""Return the contribution of one sampling stage to the covariance of K totals, (K, K).

    :math:`\sum_h c_h \sum_u (t_{hu} - \bar t_h)(t_{hu} - \bar t_h)'` with
    :math:`\bar t_h = \sum_u t_{hu} / n_h` and, for stage one,
    :math:`c_h = (1 - f_h)\, n_h / (n_h - 1)`.

    Parameters
    ----------
    unit_totals
        (U, K) weighted totals of each sampling unit; units without the domain have zeros.
    stratum
        (U,) stratum of each unit, 0 … H − 1.
    size
        (H,) units sampled in each stratum, :math:`n_h`; all of them have a row.
    coefficient
        (H,) :math:`c_h`; for later stages times the sampling fractions of the stages before.
    uncentred
        (H,) strata whose units are taken as deviations from zero (a lonely PSU under
        ``"adjust"``).
    roots
        (U, K) when a row stands for several units of the same kind: the square roots of their
        sums of squares, where ``unit_totals`` has their sums.

    Returns
    -------
    ndarray of float
        Symmetric, (K, K).

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, on two-stage sampling and Taylor linearisation.
    Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8).

    Examples
    --------
    One stratum, three units, one total: the variance is 3 times the sample variance.

    >>> totals = np.array([[1.0], [2.0], [6.0]])
    >>> one = np.array([3.0])
    >>> stage_covariance(totals, np.zeros(3, dtype=int), one, one / 2).round(9)
    array([[21.]])
    """
    centred = np.ones(size.shape) if uncentred is None else 1.0 - uncentred
    share = centred / size
    if isinstance(unit_totals, np.ndarray):
        return _dense_covariance(unit_totals, stratum, share, coefficient)
    squared = unit_totals if roots is None else roots
    return _sparse_covariance(unit_totals, squared, stratum, share, coefficient)


def _dense_covariance(totals: Array, stratum: Integers, share: Array, coefficient: Array) -> Array:
    if share.size == 1:
        centred = totals - share[0] * totals.sum(axis=0)
        return np.asarray(coefficient[0] * (centred.T @ centred))
    if (np.diff(stratum) < 0).any():
        order = np.argsort(stratum, kind="stable")
        totals, stratum = totals[order], stratum[order]
    starts = np.flatnonzero(np.diff(stratum, prepend=-1))
    sums = np.zeros((share.size, totals.shape[1]))
    sums[stratum[starts]] = np.add.reduceat(totals, starts, axis=0)
    centred = totals - (sums * share[:, None])[stratum]
    centred *= np.sqrt(coefficient[stratum])[:, None]
    return np.asarray(centred.T @ centred)


def _sparse_covariance(
    totals: sparse.csr_array,
    roots: sparse.csr_array,
    stratum: Integers,
    share: Array,
    coefficient: Array,
) -> Array:
    # With one row a respondent the deviations would be dense, so the square is expanded.
    from scipy import sparse

    rows = np.arange(stratum.size)
    member = sparse.csr_array(
        (np.ones(stratum.size), (stratum, rows)), shape=(share.size, stratum.size)
    )
    sums = (member @ totals).toarray()
    scaled = sparse.diags_array(coefficient[stratum]).tocsr() @ roots
    squares = (roots.T @ scaled).toarray()
    return expanded_covariance(squares, sums, share, coefficient, stratum.size)


def expanded_covariance(
    squares: Array, stratum_sums: Array, share: Array, coefficient: Array, units: int
) -> Array:
    r"""Return the covariance of K totals from sums of squares and of units alone, (K, K).

    The square of `stage_covariance` multiplied out:
    :math:`\sum_h c_h \sum_u t_{hu} t_{hu}' - \sum_h (c_h / n_h)\, t_{h+} t_{h+}'`, so that where
    every respondent is a unit no deviation has to be stored.

    Parameters
    ----------
    squares
        (K, K), or a stack (…, K, K): :math:`\sum_h c_h \sum_u t_{hu} t_{hu}'`.
    stratum_sums
        (H, K), or (…, H, K): :math:`t_{h+}`, the sum over the units of each stratum.
    share
        (H,) :math:`1 / n_h`; 0 where deviations are taken from zero.
    coefficient
        (H,) :math:`c_h`.
    units
        How many units were added up, at least 1; it tells rounding from variance.

    Returns
    -------
    ndarray of float
        Symmetric, of the shape of ``squares``.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, on Taylor linearisation.

    Examples
    --------
    Units of 1, 2 and 6 in one stratum: 3/2 · (41 − 81/3).

    >>> one = np.array([3.0])
    >>> expanded_covariance(np.array([[61.5]]), np.array([[9.0]]), 1 / one, one / 2, 3).round(9)
    array([[21.]])
    """
    scaled = stratum_sums * (coefficient * share)[:, None]
    covariance = np.asarray(squares - np.swapaxes(stratum_sums, -1, -2) @ scaled)
    # Where all units of a stratum are alike the two terms cancel, up to the rounding of their sums.
    largest = np.sqrt(np.diagonal(squares, axis1=-2, axis2=-1))
    dust = np.finfo(float).eps * max(units, 16) * largest[..., :, None] * largest[..., None, :]
    covariance[np.abs(covariance) <= dust] = 0.0
    return covariance


def disjoint_covariance(
    squares: Array, stratum_sums: Array, share: Array, coefficient: Array, units: int
) -> Array:
    r"""Return the covariance of the totals of K groups of which every unit is in one at most, (…, K, K).

    `expanded_covariance` where a unit has nothing in common with another group: products stand on
    the diagonal alone, :math:`\operatorname{diag}(\sum_h c_h \sum_u t_{hu}^2) - \sum_h (c_h / n_h)\,
    t_{h+} t_{h+}'`.

    Parameters
    ----------
    squares
        (…, K): :math:`\sum_h c_h \sum_u t_{hu}^2` of each group.
    stratum_sums, share, coefficient, units
        As in `expanded_covariance`.

    Returns
    -------
    ndarray of float
        Symmetric, (…, K, K).

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, on Taylor linearisation.

    Examples
    --------
    Units of 1 and 2 in one group and of 6 in another, one stratum: 3/2 · (5 − 9/3) and so on.

    >>> one = np.array([3.0])
    >>> disjoint_covariance(np.array([7.5, 54.0]), np.array([[3.0, 6.0]]), 1 / one, one / 2, 3)
    array([[ 3., -9.],
           [-9., 36.]])
    """
    scaled = stratum_sums * (-coefficient * share)[:, None]
    covariance = np.asarray(np.swapaxes(stratum_sums, -1, -2) @ scaled)
    place = np.arange(squares.shape[-1])
    left = squares + covariance[..., place, place]
    # As there: what is left where all units of a stratum are alike is rounding.
    left[np.abs(left) <= np.finfo(float).eps * max(units, 16) * squares] = 0.0
    covariance[..., place, place] = left
    return covariance


def ratio_jacobian(numerator: Array, denominator: Array, totals: Array) -> Array:
    r"""Return the derivatives of R ratios of totals with respect to the K totals, (R, K).

    The ratio :math:`r = N/D` with :math:`N = a'T` and :math:`D = b'T` has the linearised
    variable :math:`(a - r\,b)/D`.

    Parameters
    ----------
    numerator
        (R, K) rows :math:`a`.
    denominator
        (R, K) rows :math:`b`.
    totals
        (K,) the totals :math:`T`.

    Returns
    -------
    ndarray of float
        (R, K); rows of zeros where the denominator is zero.

    References
    ----------
    Woodruff, R. S. (1971). A simple method for approximating the variance of a complicated
    estimate. Journal of the American Statistical Association 66, 411-414.

    Examples
    --------
    >>> ratio_jacobian(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.array([3.0, 4.0]))
    array([[ 0.25  , -0.1875]])
    """
    top, bottom = numerator @ totals, denominator @ totals
    inverse = np.divide(1.0, bottom, out=np.zeros(bottom.shape), where=bottom != 0)
    return (numerator - (top * inverse)[:, None] * denominator) * inverse[:, None]
