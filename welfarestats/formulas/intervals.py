"""Confidence limits by name, for proportions, means and differences.

`proportion_interval` takes any method by its name. The methods themselves are here too, from
`binomial_intervals` (those that need a base only) and `design_intervals` (those that rest on a
variance under the design).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of
from welfarestats.formulas.binomial_intervals import (
    FLOAT_DUST,
    Limits,
    clopper_pearson_interval,
    hypergeometric_interval,
    jeffreys_interval,
    mid_p_interval,
    wilson_interval,
    without_dust,
)
from welfarestats.formulas.design_intervals import (
    asin_interval,
    beta_interval,
    korn_graubard_interval,
    likelihood_interval,
    logit_interval,
    wald_interval,
)
from welfarestats.formulas.distributions import two_sided_quantile

__all__ = [
    "INTERVAL_METHODS",
    "asin_interval",
    "beta_interval",
    "clopper_pearson_interval",
    "hypergeometric_interval",
    "jeffreys_interval",
    "korn_graubard_interval",
    "likelihood_interval",
    "log_t_interval",
    "logit_interval",
    "mid_p_interval",
    "newcombe_interval",
    "proportion_interval",
    "t_interval",
    "wald_interval",
    "wilson_interval",
]

INTERVAL_METHODS = (
    "logit",
    "wilson",
    "mid-p",
    "korn-graubard",
    "beta",
    "wald",
    "asin",
    "likelihood",
    "clopper-pearson",
    "jeffreys",
    "hypergeometric",
)

_ON_BASE: dict[str, Callable[..., Limits]] = {
    "wilson": wilson_interval,
    "mid-p": mid_p_interval,
    "clopper-pearson": clopper_pearson_interval,
    "jeffreys": jeffreys_interval,
}

_ON_VARIANCE: dict[str, Callable[..., Limits]] = {
    "logit": logit_interval,
    "wald": wald_interval,
    "asin": asin_interval,
    "likelihood": likelihood_interval,
}

_AT_THE_EDGES = {
    "korn-graubard": "korn-graubard (on the effective base at 0 and 100 per cent)",
    **{
        method: f"korn-graubard ({method} is undefined at 0 and 100 per cent)"
        for method in ("logit", "wald", "asin", "likelihood", "beta")
    },
}


def t_interval(
    estimate: ArrayLike,
    standard_error: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    """Return the limits estimate ± t·standard error (low, high), one pair per estimate.

    Parameters
    ----------
    estimate : array_like
        Means, totals, differences or any other estimates.
    standard_error : array_like
        Their standard errors, 0 or more.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom of t; ``inf`` gives normal limits, 0 gives NaN.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, not clipped.

    Notes
    -----
    For any estimate whose standard error and degrees of freedom the design gives. With no
    degrees of freedom the error is unknown, so the limits are NaN rather than endless.

    Examples
    --------
    >>> low, high = t_interval(12.5, 1.5, degrees_of_freedom=14)
    >>> round(float(low), 3), round(float(high), 3)
    (9.283, 15.717)
    """
    estimate = np.asarray(estimate, dtype=float)
    half = two_sided_quantile(level, degrees_of_freedom) * np.asarray(standard_error, dtype=float)
    return np.asarray(estimate - half), np.asarray(estimate + half)


def log_t_interval(
    estimate: ArrayLike,
    standard_error: ArrayLike,
    *,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> Limits:
    r"""Return limits of counts and rates from *t* on the scale of their logarithm (low, high).

    :math:`x \exp(\pm t \cdot s / x)`: never below 0, and as many times above the estimate as
    below it. Their width over *x* is :math:`2 \sinh(t \cdot s / x)`.

    Parameters
    ----------
    estimate : array_like
        Counts, totals or rates x, above 0; others have no limits (NaN).
    standard_error : array_like
        Their standard errors s, 0 or more.
    level : float, default 0.95
        Confidence level.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom of t; ``inf`` gives normal limits, 0 gives NaN.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, above 0.

    References
    ----------
    Parker, J. D. and others (2023). National Center for Health Statistics data presentation
    standards for rates and counts. Vital and Health Statistics 2(200), equation 24, as the
    package surveytable of the same agency applies it to counts from surveys.

    Examples
    --------
    >>> low, high = log_t_interval(1200.0, 300.0, degrees_of_freedom=24)
    >>> round(float(low), 1), round(float(high), 1)
    (716.3, 2010.3)
    """
    x, error = np.asarray(estimate, dtype=float), np.asarray(standard_error, dtype=float)
    relative = np.divide(
        error, x, out=np.full(np.broadcast_shapes(x.shape, error.shape), np.nan), where=x > 0
    )
    with np.errstate(over="ignore"):  # limits of next to nothing are endless
        factor = np.exp(two_sided_quantile(level, degrees_of_freedom) * relative)
    return np.asarray(x / factor), np.asarray(x * factor)


def newcombe_interval(
    proportion_a: ArrayLike,
    limits_a: tuple[ArrayLike, ArrayLike],
    proportion_b: ArrayLike,
    limits_b: tuple[ArrayLike, ArrayLike],
    *,
    correlation: ArrayLike = 0.0,
) -> Limits:
    """Return limits for p_a − p_b from the limits of each (low, high), one pair per difference.

    The method of variance estimates recovery (MOVER): with δ = p_a − l_a and ε = u_b − p_b the
    lower limit is ``p_a − p_b − √(δ² − 2rδε + ε²)``; the upper limit likewise.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        The two proportions, 0–1.
    limits_a, limits_b : tuple of array_like
        Lower and upper limits of each, by any method and at one level.
    correlation : array_like, default 0
        Correlation r of the two estimates (groups that share people or clusters).

    Returns
    -------
    tuple of ndarray
        Lower and upper limits of the difference.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17, 873–890, method 10.

    Examples
    --------
    >>> low, high = newcombe_interval(
    ...     56 / 70, wilson_interval(56 / 70, 70), 48 / 80, wilson_interval(48 / 80, 80)
    ... )
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    a, b = np.asarray(proportion_a, dtype=float), np.asarray(proportion_b, dtype=float)
    low_a, high_a = (a - limits_a[0], limits_a[1] - a)
    low_b, high_b = (b - limits_b[0], limits_b[1] - b)
    r = np.asarray(correlation, dtype=float)
    below = np.sqrt(np.maximum(low_a**2 - 2 * r * low_a * high_b + high_b**2, 0))
    above = np.sqrt(np.maximum(high_a**2 - 2 * r * high_a * low_b + low_b**2, 0))
    return np.asarray(a - b - below), np.asarray(a - b + above)


def proportion_interval(
    method: str,
    proportion: ArrayLike,
    variance: ArrayLike,
    *,
    level: float,
    base: ArrayLike,
    effective_base: ArrayLike,
    degrees_of_freedom: ArrayLike,
    has_fpc: ArrayLike = False,
    population: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """Return limits and the method that made them (low, high, method used), by name.

    Where a method is undefined at 0 and 100 per cent, Korn–Graubard limits on Kish's effective
    base stand in, and the third array says so in words: a fallback is never silent.

    Parameters
    ----------
    method : str
        One of `INTERVAL_METHODS`.
    proportion : array_like
        Estimated proportions p, 0–1.
    variance : array_like
        Their variances under the design.
    level : float
        Confidence level.
    base : array_like
        Unweighted bases.
    effective_base : array_like
        Kish's effective bases (Σw)²/Σw².
    degrees_of_freedom : array_like
        Design degrees of freedom.
    has_fpc : array_like of bool, default False
        Whether a finite population correction is declared (Korn–Graubard's cap).
    population : array_like, optional
        Population size, for the hypergeometric limits only.

    Returns
    -------
    tuple of ndarray
        Lower limits, upper limits and method used, in the broadcast shape. A NaN proportion or
        variance gives NaN limits; a variance of 0 between 0 and 1 gives the point.

    Raises
    ------
    OptionError
        When the method is unknown, or hypergeometric limits are asked for without a population
        or on weighted respondents.

    Notes
    -----
    Wilson, mid-p, Clopper–Pearson and Jeffreys limits stand on the effective base, which knows
    the weights only: they are too short under clusters. Clopper–Pearson and Korn–Graubard
    limits are conservative.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24,
    193–201.
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101–133.

    Examples
    --------
    >>> low, high, used = proportion_interval(
    ...     "logit",
    ...     [0.3, 0.0],
    ...     [0.002, 0.0],
    ...     level=0.95,
    ...     base=100,
    ...     effective_base=90,
    ...     degrees_of_freedom=99,
    ... )
    >>> [str(words) for words in used]
    ['logit', 'korn-graubard (logit is undefined at 0 and 100 per cent)']
    """
    one_of(method, INTERVAL_METHODS, "interval")
    p, v, n, e, df, fpc = np.broadcast_arrays(
        *(
            np.asarray(a, dtype=float)
            for a in (proportion, variance, base, effective_base, degrees_of_freedom)
        ),
        np.asarray(has_fpc, dtype=bool),
    )
    p = without_dust(p)
    v = np.where(v <= FLOAT_DUST**2 * p * (1 - p), 0.0, v)
    used = np.full(p.shape, method, dtype=object)
    if method in _ON_BASE:
        low, high = _ON_BASE[method](p, e, level=level)
    elif method in _ON_VARIANCE:
        low, high = _ON_VARIANCE[method](p, v, level=level, degrees_of_freedom=df)
    elif method == "beta":
        low, high = beta_interval(p, v, base=n, degrees_of_freedom=df, level=level)
    elif method == "hypergeometric":
        low, high = hypergeometric_interval(p, n, _population(population, n, e), level=level)
    else:
        low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    if method in _AT_THE_EDGES:
        edge = (p == 0) | (p == 1)
        here = edge | (method == "korn-graubard")
        low, high = np.array(low), np.array(high)
        low[here], high[here] = korn_graubard_interval(
            p[here],
            v[here],
            base=n[here],
            effective_base=e[here],
            degrees_of_freedom=df[here],
            level=level,
            has_fpc=fpc[here],
        )
        used[edge] = _AT_THE_EDGES[method]
    missing = np.isnan(p) | np.isnan(v)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high), used


def _population(
    population: ArrayLike | None, n: NDArray[np.float64], e: NDArray[np.float64]
) -> ArrayLike:
    """The population given, refused when hypergeometric limits would have no meaning."""
    if population is None:
        raise OptionError(
            "hypergeometric limits need the size of the whole list, and none was given. "
            "Pass population=, for example population=333."
        )
    unequal = np.abs(n - e) > 1e-6 * np.abs(n)
    if np.any(unequal):
        raise OptionError(
            "hypergeometric limits are for unweighted respondents, and a base of "
            f"{n[unequal][0]:,.0f} here has an effective base of {e[unequal][0]:,.1f}. "
            'Ask for interval="mid-p" instead.'
        )
    return population
