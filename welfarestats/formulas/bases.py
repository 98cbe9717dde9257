"""Effective base and design effects."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["design_effect", "effective_base", "effective_sample_size"]

Array = NDArray[np.float64]


def effective_base(weighted_base: ArrayLike, sum_of_squares: ArrayLike) -> Array:
    r"""Return the effective base of a weighted group, element by element.

    The number of respondents an unweighted simple random sample would need to give a mean with
    the same variance, when the weights are unrelated to the answers:
    :math:`e = (\sum w)^2 / \sum w^2`.

    Parameters
    ----------
    weighted_base
        Sum of the weights, :math:`\sum w \ge 0`.
    sum_of_squares
        Sum of the squared weights, :math:`\sum w^2 \ge 0`.

    Returns
    -------
    ndarray of float
        Between 1 and the unweighted base; 0 where nobody has a weight.

    Notes
    -----
    It knows the weights only: clusters and strata do not enter.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 11.7.

    Examples
    --------
    Twelve people of weight 1.733 and 28 of weight 0.686:

    >>> total = 12 * 1.733 + 28 * 0.686
    >>> float(effective_base(total, 12 * 1.733**2 + 28 * 0.686**2).round(1))
    32.5
    """
    weighted = np.asarray(weighted_base, dtype=float)
    squares = np.asarray(sum_of_squares, dtype=float)
    effective = np.zeros(weighted.shape)
    np.divide(weighted**2, squares, out=effective, where=squares > 0)
    return effective


def design_effect(variance: ArrayLike, unit_variance: ArrayLike, base: ArrayLike) -> Array:
    r"""Return the variance of a mean over that of a simple random sample of the same size.

    :math:`\mathrm{deff} = V / (s^2 / n)` with :math:`s^2 = \sigma^2 n / (n - 1)`: sampling with
    replacement, R's ``deff = "replace"``.

    Parameters
    ----------
    variance
        Variance of the estimate under the actual design.
    unit_variance
        Weighted variance :math:`\sigma^2` of the variable (divisor :math:`\sum w`); for a
        proportion :math:`p(1-p)`.
    base
        Unweighted base *n*.

    Returns
    -------
    ndarray of float
        Not a number where the base is below 2 or the variable does not vary.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 8.2.

    Examples
    --------
    >>> float(design_effect(0.0025, 0.25, 201))
    2.0
    """
    n = np.asarray(base, dtype=float)
    spread = np.asarray(unit_variance, dtype=float)
    variance, spread, n = np.broadcast_arrays(np.asarray(variance, dtype=float), spread, n)
    usable = (n > 1) & (spread > 0)
    effect = np.full(n.shape, np.nan)
    np.divide(variance * (n - 1), spread, out=effect, where=usable)
    return effect


def effective_sample_size(variance: ArrayLike, unit_variance: ArrayLike) -> Array:
    r"""Return the size of the simple random sample that would be as precise, element by element.

    :math:`n^* = \sigma^2 / V`; for a proportion :math:`p(1-p)/\mathrm{SE}^2`. Unlike the
    effective base it knows clusters and strata.

    Parameters
    ----------
    variance
        Variance of the estimate under the actual design.
    unit_variance
        Variance of the variable; for a proportion :math:`p(1-p)`.

    Returns
    -------
    ndarray of float
        Not a number where the variance is zero.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193-201.

    Examples
    --------
    >>> float(effective_sample_size(0.0025, 0.25))
    100.0
    """
    spread, variance = np.broadcast_arrays(
        np.asarray(unit_variance, dtype=float), np.asarray(variance, dtype=float)
    )
    size = np.full(spread.shape, np.nan)
    np.divide(spread, variance, out=size, where=variance > 0)
    return size
