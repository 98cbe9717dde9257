"""Limits for a proportion that rest on its variance under the design.

At 0 and 1 that variance is 0 and says nothing: the limits are NaN, except Korn and Graubard's,
which fall back on the effective base. With no degrees of freedom the t quantile is unknown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.formulas.binomial_intervals import (
    Limits,
    clopper_pearson_interval,
    without_dust,
)
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.roots import bracketed_root


def wald_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    """Return p ± t·√V (low, high), one pair per proportion, not clipped to 0–1.

    R's ``svyciprop(method="mean")``. Undefined (NaN) at 0 and 1, where V says nothing.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, which may lie outside 0–1.

    Notes
    -----
    Too short and off centre when the expected number with or without the property is small;
    kept because many published tables use it.

    Examples
    --------
    >>> low, high = wald_interval(0.05, 0.04**2)
    >>> round(float(low), 4), round(float(high), 4)
    (-0.0284, 0.1284)
    """
    p, v, df = _interior(proportion, variance, degrees_of_freedom)
    half = two_sided_quantile(level, df) * np.sqrt(v)
    return p - half, p + half


def logit_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    """Return limits made on the log-odds scale (low, high), one pair per proportion.

    ``logit(p) ± t·√V / (p(1−p))``, turned back into proportions: R's default in ``svyciprop``.
    Undefined (NaN) at 0 and 1.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193–201.

    Examples
    --------
    >>> low, high = logit_interval(0.05, 0.04**2)
    >>> round(float(low), 4), round(float(high), 4)
    (0.01, 0.2152)
    """
    from scipy import special

    p, v, df = _interior(proportion, variance, degrees_of_freedom)
    half = two_sided_quantile(level, df) * np.sqrt(v) / (p * (1 - p))
    return special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)


def asin_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    """Return limits made on the arcsine scale (low, high), one pair per proportion.

    ``sin²(asin√p ± t·√V / (2√(p(1−p))))``, the angle clipped to 0–90 degrees. R's
    ``svyciprop(method="asin")`` folds a limit that passes 0 or 1 back inside instead.
    Undefined (NaN) at 0 and 1.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101–133.

    Examples
    --------
    >>> low, high = asin_interval(0.05, 0.04**2)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0021, 0.1555)
    """
    p, v, df = _interior(proportion, variance, degrees_of_freedom)
    angle = np.arcsin(np.sqrt(p))
    half = two_sided_quantile(level, df) * np.sqrt(v / (p * (1 - p))) / 2
    low, high = np.maximum(angle - half, 0.0), np.minimum(angle + half, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def likelihood_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    """Return limits by inverting the Rao–Scott likelihood ratio test (low, high).

    With the effective sample size n* = p(1−p)/V, the limits θ are where the binomial deviance
    ``2n*·[p·ln(p/θ) + (1−p)·ln((1−p)/(1−θ))]`` equals t². Undefined (NaN) at 0 and 1.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1.

    Notes
    -----
    R's ``svyciprop(method="likelihood")`` inflates the deviance by n/(n−1) and interpolates a
    profile, so that its limits differ in the third figure; this is the exact inversion.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data. Annals of Statistics 12, 46–60.

    Examples
    --------
    >>> low, high = likelihood_interval(0.5, 0.200464844104213**2, degrees_of_freedom=7)
    >>> round(float(low), 6), round(float(high), 6)
    (0.114987, 0.885013)
    """
    from scipy import special

    p, v, df = _interior(proportion, variance, degrees_of_freedom)
    bound = two_sided_quantile(level, df) ** 2 * v / (2 * p * (1 - p))
    usable = bound > 0
    p_used, allowed = np.where(usable, p, 0.5), np.where(usable, bound, 1.0)
    entropy = -special.xlogy(p_used, p_used) - special.xlog1py(1 - p_used, -p_used)

    def excess(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.logaddexp(0, log_odds) - p_used * log_odds - entropy - allowed)

    centre = special.logit(p_used)
    farthest = (allowed + entropy) * 1.01 + 1
    low = special.expit(bracketed_root(excess, -farthest / p_used, centre))
    high = special.expit(bracketed_root(excess, centre, farthest / (1 - p_used)))
    point = np.where(bound == 0, p, np.nan)
    return np.where(usable, low, point), np.where(usable, high, point)


def korn_graubard_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    base: ArrayLike,
    effective_base: ArrayLike,
    degrees_of_freedom: ArrayLike,
    level: float = 0.95,
    has_fpc: ArrayLike = False,
) -> Limits:
    """Return Korn and Graubard's exact limits (low, high), one pair per proportion.

    Clopper–Pearson limits on the degrees-of-freedom adjusted effective sample size
    ``n_df = p(1−p)/V · [t(n−1) / t(df)]²``, capped at n unless an FPC is declared. At 0 and 1,
    where p(1−p)/V is 0/0, Kish's effective base takes its place. Conservative.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    base : array_like
        Unweighted bases n.
    effective_base : array_like
        Kish's effective bases (Σw)²/Σw².
    degrees_of_freedom : array_like
        Design degrees of freedom. At 0 the data say nothing and the limits are 0 and 1.
    level : float, default 0.95
        Confidence level.
    has_fpc : array_like of bool, default False
        Whether a finite population correction is declared: n_df may then exceed n.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193–201.

    Examples
    --------
    >>> low, high = korn_graubard_interval(
    ...     0.0, 0.0, base=17, effective_base=14.2, degrees_of_freedom=16
    ... )
    >>> round(float(low), 4), round(float(high), 4)
    (0.0, 0.2288)
    """
    adjusted = _adjusted_base(proportion, variance, base, effective_base, degrees_of_freedom, level)
    capped = np.minimum(adjusted, np.asarray(base, dtype=float))
    return _beta_limits(proportion, np.where(has_fpc, adjusted, capped), level)


def beta_interval(
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    base: ArrayLike,
    degrees_of_freedom: ArrayLike,
    level: float = 0.95,
) -> Limits:
    """Return the limits of R's ``svyciprop(method="beta")`` (low, high).

    `korn_graubard_interval` without the cap at n. Undefined (NaN) at 0 and 1.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances V under the design.
    base : array_like
        Number of rows n in the base.
    degrees_of_freedom : array_like
        Design degrees of freedom.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193–201.

    Examples
    --------
    >>> low, high = beta_interval(0.5, 0.2**2, base=14, degrees_of_freedom=7)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0998, 0.9002)
    """
    p, v, df = _interior(proportion, variance, degrees_of_freedom)
    return _beta_limits(p, _adjusted_base(p, v, base, np.nan, df, level), level)


def _interior(
    proportion: ArrayLike, variance: ArrayLike, degrees_of_freedom: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """All three as float arrays of one shape, the proportion NaN at 0, at 1 and outside."""
    p, v, df = (
        np.asarray(a, dtype=float)
        for a in np.broadcast_arrays(proportion, variance, degrees_of_freedom)
    )
    p = without_dust(p)
    return np.where((p > 0) & (p < 1), p, np.nan), np.where(v >= 0, v, np.nan), df


def _adjusted_base(
    proportion: ArrayLike,
    variance: ArrayLike,
    base: ArrayLike,
    effective_base: ArrayLike,
    degrees_of_freedom: ArrayLike,
    level: float,
) -> NDArray[np.float64]:
    """n_df of Korn and Graubard, before the cap: infinite where the variance is 0."""
    p, v, n, e, df = (
        np.asarray(a, dtype=float)
        for a in np.broadcast_arrays(proportion, variance, base, effective_base, degrees_of_freedom)
    )
    p = without_dust(p)
    edge = (p == 0) | (p == 1)
    some = v > 0
    size = np.where(some, p * (1 - p) / np.where(some, v, 1.0), np.where(v == 0, np.inf, np.nan))
    size = np.where(edge, e, size)
    ratio = two_sided_quantile(level, n - 1) / two_sided_quantile(level, df)
    adjusted = np.where(n > 1, size * ratio**2, np.where(np.isnan(size), np.nan, n))
    return np.where((df <= 0) & ~np.isnan(size), 0.0, adjusted)


def _beta_limits(proportion: ArrayLike, adjusted_base: NDArray[np.float64], level: float) -> Limits:
    """Clopper–Pearson limits on a base that may be infinite: then the point."""
    p = np.asarray(proportion, dtype=float)
    exact = np.isposinf(adjusted_base)
    low, high = clopper_pearson_interval(p, np.where(exact, 1.0, adjusted_base), level=level)
    return np.where(exact, p, low), np.where(exact, p, high)
