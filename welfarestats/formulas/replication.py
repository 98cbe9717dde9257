"""Replication: variances from weights that were changed again and again; jackknife, bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "bootstrap_multipliers",
    "held_degrees_of_freedom",
    "jackknife_multipliers",
    "replicate_covariance",
    "replicate_degrees_of_freedom",
]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# A column that others explain up to this share of its length adds nothing (R survey's tolerance).
_TOLERANCE = 1e-5
# Replicates that differ from the estimate by less than this share of it do not differ.
_DUST = 1e-14
# Of more rows than this many times the columns, some may have the rank of all.
_MANY = 4


def replicate_covariance(
    replicates: Array, estimate: Array, scale: float, rscales: Array, centre: str
) -> Array:
    r"""Return the covariance of K estimates from R replicates of each, (…, K, K).

    :math:`a \sum_r b_r (\hat\theta_r - c)(\hat\theta_r - c)'`, where :math:`c` is the estimate
    from the weights themselves or the mean of the replicates.

    Parameters
    ----------
    replicates
        (K, R), or a stack (…, K, R): each estimate under each replicate's weights.
    estimate
        (K,) or (…, K): the estimates under the weights themselves.
    scale
        :math:`a > 0`, common to all replicates.
    rscales
        (R,) :math:`b_r \ge 0`.
    centre
        ``"estimate"``, or ``"mean"``: of the replicates with :math:`b_r > 0`.

    Returns
    -------
    ndarray of float
        Symmetric, positive semi-definite; exactly 0 for what is alike in every replicate.

    Notes
    -----
    Deviations from the estimate give a mean squared error: with equal :math:`b_r` never less than
    those from the mean.

    References
    ----------
    Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer, chapters 3 to 5.

    Examples
    --------
    Three observations 1, 2 and 6 with a mean of 3, each left out once: s²/n is 7/3.

    >>> left_out = np.array([[4.0, 3.5, 1.5]])
    >>> replicate_covariance(left_out, np.array([3.0]), 2 / 3, np.ones(3), "estimate").round(9)
    array([[2.33333333]])
    """
    middle = estimate if centre == "estimate" else replicates[..., rscales > 0].mean(axis=-1)
    share = np.sqrt(scale * rscales)
    deviation = (replicates - middle[..., None]) * share
    # Estimates that are alike in every replicate differ by rounding only.
    deviation[np.abs(deviation) <= _DUST * np.abs(estimate)[..., None] * share] = 0.0
    return np.asarray(deviation @ np.swapaxes(deviation, -1, -2))


def replicate_degrees_of_freedom(weights: Array) -> float:
    r"""Return the rank of the replicate weights less one.

    Parameters
    ----------
    weights
        (n, R) replicate weights, or the multipliers (U, R) of the sampling units: rows that only
        differ by a factor, or stand several times, do not change the rank.

    Returns
    -------
    float
        At least 0: for the jackknife PSUs − strata, for balanced half-samples the strata.

    Notes
    -----
    A column counts if what the others leave of it is longer than 1e-5 of its own length, which is
    the tolerance of R's ``degf``. With more columns than rows it is the rows that are counted.

    References
    ----------
    Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8).

    Examples
    --------
    >>> replicate_degrees_of_freedom(1.5 * (1 - np.eye(3)))
    2.0
    """
    rows, columns = weights.shape
    if rows > _MANY * columns:
        # Further rows add nothing to some that have the largest rank there can be.
        some = np.linspace(0, rows - 1, columns + columns // 4 + 1).astype(np.int64)
        if _rank(weights[some]) == columns:
            return float(columns - 1)
    return float(max(_rank(weights) - 1, 0))


def _rank(weights: Array) -> int:
    """Return how many columns, or rows, are not explained by others."""
    from scipy.linalg import lapack

    # The pivots of the Gram matrix are the squares of what the others leave of each column.
    wide = weights.shape[1] > weights.shape[0]
    gram = weights @ weights.T if wide else weights.T @ weights
    length = np.sqrt(np.diag(gram))
    kept = np.flatnonzero(length > 0)
    if not kept.size:
        return 0
    gram = gram[kept[:, None], kept] / np.outer(length[kept], length[kept])
    _, _, rank, _ = lapack.dpstrf(gram, tol=_TOLERANCE**2)
    return int(rank)


def held_degrees_of_freedom(held: NDArray[np.bool_], stratum: Integers, replicates: int) -> Array:
    r"""Return the rank, less one, of made replicate weights of sets of sampling units, (N,).

    The jackknife, half-samples, the bootstrap and successive differences move the weights of a
    stratum's units such that the multipliers of all of them add up to the same in every
    replicate. Every complete stratum after the first therefore adds nothing by its last unit:
    with :math:`m` units held, :math:`c` of their strata complete, the rank is
    :math:`m - \max(c - 1, 0)`.

    Parameters
    ----------
    held
        (N, U) whether each set has respondents of each unit.
    stratum
        (U,) stratum of each unit, in which all of its units are.
    replicates
        R, which no rank exceeds.

    Returns
    -------
    ndarray of float
        :math:`\min(m - \max(c, 1), R - 1)`, at least 0; of the whole sample PSUs − strata.

    Notes
    -----
    Exact for the jackknife, for half-samples and for successive differences with a row for every
    unit. Units of a bootstrap could be drawn alike by chance; with many replicates none are.

    References
    ----------
    Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8).

    Examples
    --------
    Two strata of two units: all of them, one of each, and one alone.

    >>> sets = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [1, 0, 0, 0]], dtype=bool)
    >>> held_degrees_of_freedom(sets, np.array([0, 0, 1, 1]), 4)
    array([2., 1., 0.])
    """
    order = np.argsort(stratum, kind="stable")
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    complete = np.logical_and.reduceat(held[:, order], starts, axis=1).sum(axis=1)
    found = held.sum(axis=1) - np.maximum(complete, 1)
    return np.asarray(np.clip(found, 0, replicates - 1), dtype=float)


def jackknife_multipliers(stratum: Integers, remaining: Array) -> tuple[Array, Array]:
    r"""Return what leaving out one sampling unit after the other makes of the weights, (U, R).

    In the replicate that leaves out unit :math:`j` of stratum :math:`h` that unit counts 0, the
    others of its stratum :math:`n_h/(n_h - 1)`, and those of other strata 1. Its share in the
    variance is :math:`b_r = (1 - f_h)(n_h - 1)/n_h`.

    Parameters
    ----------
    stratum
        (U,) stratum of each unit, 0 … H − 1.
    remaining
        (H,) :math:`1 - f_h`, the share of the population's units that were not drawn. Strata
        that were drawn completely (0) have no replicates; the others need two units.

    Returns
    -------
    tuple of ndarray
        Multipliers (U, R), and :math:`b_r` (R,); R is the number of units in strata with
        replicates, in their order.

    References
    ----------
    Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer, chapter 4.

    Examples
    --------
    >>> multipliers, shares = jackknife_multipliers(
    ...     np.array([0, 0, 1, 1]), np.array([1.0, 0.5])
    ... )
    >>> multipliers
    array([[0., 2., 1., 1.],
           [2., 0., 1., 1.],
           [1., 1., 0., 2.],
           [1., 1., 2., 0.]])
    >>> shares
    array([0.5 , 0.5 , 0.25, 0.25])
    """
    size = np.bincount(stratum, minlength=remaining.size).astype(float)
    left_out = np.flatnonzero(remaining[stratum] > 0)
    own = stratum[left_out]
    grown = np.divide(size, size - 1, out=np.ones(size.shape), where=size > 1)
    multipliers = np.where(stratum[:, None] == own, grown[own], 1.0)
    multipliers[left_out, np.arange(left_out.size)] = 0.0
    return multipliers, remaining[own] / grown[own]


def bootstrap_multipliers(
    stratum: Integers, remaining: Array, replicates: int, random: np.random.Generator
) -> Array:
    r"""Return what drawing the sampling units anew makes of the weights, (U, R).

    In each replicate :math:`n_h - 1` of the :math:`n_h` units of a stratum are drawn with
    replacement. A unit drawn :math:`k` times counts
    :math:`1 - \lambda_h + \lambda_h \frac{n_h}{n_h - 1} k` with
    :math:`\lambda_h = \sqrt{1 - f_h}`; without a finite population that is
    :math:`k\, n_h/(n_h - 1)`.

    Parameters
    ----------
    stratum
        (U,) stratum of each unit, 0 … H − 1.
    remaining
        (H,) :math:`1 - f_h`; strata that were drawn completely (0) stay as they are, the others
        need two units.
    replicates
        R, how many times the sample is drawn anew.
    random
        Where the draws come from.

    Returns
    -------
    ndarray of float
        At least 0.

    Notes
    -----
    Over all draws the variance of a total is :math:`\sum_h (1 - f_h) \frac{n_h}{n_h - 1} \sum_u
    (t_{hu} - \bar t_h)^2`, that of linearisation.

    References
    ----------
    Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal
    of the American Statistical Association 83, 231-241.
    Rao, J. N. K., Wu, C. F. J. and Yue, K. (1992). Some recent work on resampling methods for
    complex surveys. Survey Methodology 18, 209-217.

    Examples
    --------
    Of two units one is drawn, and counts twice.

    >>> drawn = bootstrap_multipliers(
    ...     np.array([0, 0]), np.ones(1), 100, np.random.default_rng(1)
    ... )
    >>> np.unique(drawn), np.unique(drawn.sum(axis=0))
    (array([0., 2.]), array([2.]))
    """
    multipliers = np.ones((stratum.size, replicates))
    for h in np.flatnonzero(remaining > 0):
        own = np.flatnonzero(stratum == h)
        n = own.size
        times = random.multinomial(n - 1, np.full(n, 1 / n), size=replicates).T
        share = np.sqrt(remaining[h])
        multipliers[own] = 1 - share + share * (n / (n - 1)) * times
    return multipliers
