"""Limits for a proportion that need a base only, not a variance.

With unit weights the base is the number of respondents; with unequal weights it is Kish's
effective base (Σw)²/Σw², which may be a fraction. All limits stay within 0 and 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.roots import bracketed_root

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

# A proportion this close to 0 or 1 differs from it by rounding error alone.
FLOAT_DUST = 1e-12


def wilson_interval(proportion: ArrayLike, base: ArrayLike, *, level: float = 0.95) -> Limits:
    """Return Wilson's score limits (low, high), one pair per proportion.

    The limits are the values of the proportion that a z test at this level does not reject:
    ``(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)``.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    base : array_like
        Base n: respondents, or the effective base (Σw)²/Σw² when weights differ.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1; NaN where an input is NaN or the base is 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209–212.

    Examples
    --------
    >>> low, high = wilson_interval(13 / 17, 17)
    >>> round(float(low), 4), round(float(high), 4)
    (0.5274, 0.9044)
    """
    p, n = _proportion_and_base(proportion, base)
    z = two_sided_quantile(level)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) / (1 + z**2 / n)
    low = np.where(p == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(p == 1, 1.0, np.minimum(centre + half, 1.0))
    return _where_known(low, p, n), _where_known(high, p, n)


def clopper_pearson_interval(
    proportion: ArrayLike, base: ArrayLike, *, level: float = 0.95
) -> Limits:
    """Return exact binomial limits (low, high), one pair per proportion.

    Beta quantiles with x = p·n: ``B(α/2; x, n − x + 1)`` and ``B(1 − α/2; x + 1, n − x)``;
    0 below when x = 0 and 1 above when x = n. Conservative: the coverage is never below the
    level and mostly well above it.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    base : array_like
        Base n, which may be a fraction (an effective base).
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1; (0, 1) at a base of 0, NaN where an input is NaN.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits
    illustrated in the case of the binomial. Biometrika 26, 404–413.

    Examples
    --------
    >>> low, high = clopper_pearson_interval(0 / 17, 17)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0, 0.1951)
    """
    p, n = _proportion_and_base(proportion, base, zero_base=True)
    _check_level(level)
    tail = (1 - level) / 2
    low = _beta_quantile(tail, n * p, n * (1 - p) + 1)
    high = _beta_quantile(1 - tail, n * p + 1, n * (1 - p))
    return _where_known(low, p, n), _where_known(high, p, n)


def mid_p_interval(proportion: ArrayLike, base: ArrayLike, *, level: float = 0.95) -> Limits:
    """Return mid-p limits (low, high), one pair per proportion.

    The exact tail probability counts the observed result once; mid-p counts it half. Each tail
    is the average of two beta tails, so a fractional base needs no rounding: the lower limit
    solves ``½·[I(x, n − x + 1) + I(x + 1, n − x)] = α/2`` in the argument of the regularised
    incomplete beta function I, and the upper limit is one minus the lower limit of 1 − p.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    base : array_like
        Base n, which may be a fraction (an effective base).
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1; NaN where an input is NaN or the base is 0.

    References
    ----------
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the
    American Statistical Association 56, 223–234.

    Examples
    --------
    >>> low, high = mid_p_interval(0 / 17, 17)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0, 0.1616)
    """
    p, n = _proportion_and_base(proportion, base)
    _check_level(level)
    low = _mid_p_low(p, n, (1 - level) / 2)
    high = 1 - _mid_p_low(1 - p, n, (1 - level) / 2)
    return _where_known(low, p, n), _where_known(high, p, n)


def jeffreys_interval(proportion: ArrayLike, base: ArrayLike, *, level: float = 0.95) -> Limits:
    """Return Jeffreys' equal-tailed limits (low, high), one pair per proportion.

    Quantiles of Beta(x + ½, n − x + ½) with x = p·n, with the lower limit set to 0 at x = 0
    and the upper limit to 1 at x = n. Between 0 and 1 person (a weighted count) the limits are
    widened to p where the quantile passes it.

    Parameters
    ----------
    proportion : array_like
        Estimated proportions p, 0–1.
    base : array_like
        Base n, which may be a fraction (an effective base).
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1; NaN where an input is NaN or the base is 0.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101–133.

    Examples
    --------
    >>> low, high = jeffreys_interval(13 / 17, 17)
    >>> round(float(low), 4), round(float(high), 4)
    (0.5328, 0.9149)
    """
    p, n = _proportion_and_base(proportion, base)
    _check_level(level)
    tail = (1 - level) / 2
    low = _beta_quantile(tail, n * p + 0.5, n * (1 - p) + 0.5)
    high = _beta_quantile(1 - tail, n * p + 0.5, n * (1 - p) + 0.5)
    low = np.where(p == 0, 0.0, np.minimum(low, p))
    high = np.where(p == 1, 1.0, np.maximum(high, p))
    return _where_known(low, p, n), _where_known(high, p, n)


def hypergeometric_interval(
    proportion: ArrayLike, base: ArrayLike, population: ArrayLike, *, level: float = 0.95
) -> Limits:
    """Return exact limits (low, high) for the proportion of a finite population.

    Of N people, n were drawn without replacement and x = p·n had the property. The limits are
    M/N for the smallest and the largest number M in the population under which the observed x
    is not in a tail of α/2 or less.

    Parameters
    ----------
    proportion : array_like
        Estimated, unweighted proportions p, 0–1; p·n must be a whole number.
    base : array_like
        Unweighted base n, a whole number.
    population : array_like
        Size N of the population on the list, a whole number no smaller than n.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, 0–1, which are multiples of 1/N; NaN where an input is NaN.

    Raises
    ------
    OptionError
        When a count is not whole, or the population is smaller than the base.

    Notes
    -----
    Only for a complete list with simple random response. It describes these N people only, and
    assumes that those who did not answer are like those who did.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite
    populations. The American Statistician 41, 215–218.

    Examples
    --------
    >>> low, high = hypergeometric_interval(29 / 82, 82, 333)
    >>> round(float(low) * 333), round(float(high) * 333)
    (88, 150)
    """
    _check_level(level)
    p, n, N = (
        np.asarray(a, dtype=float) for a in np.broadcast_arrays(proportion, base, population)
    )
    known = ~(np.isnan(p) | np.isnan(n) | np.isnan(N)) & (n > 0)
    p, n, N = (np.where(known, a, fill) for a, fill in ((p, 0.0), (n, 1.0), (N, 1.0)))
    x = np.round(n * p)
    _check_counts(x, n * p, n, N)
    tail = (1 - level) / 2
    most = _largest_count(x, n, N, tail)
    least = N - _largest_count(n - x, n, N, tail)
    return np.where(known, least / N, np.nan), np.where(known, most / N, np.nan)


def _check_level(level: float) -> None:
    """Refuse a level outside 0–1."""
    two_sided_quantile(level)


def _check_counts(
    x: NDArray[np.float64],
    product: NDArray[np.float64],
    n: NDArray[np.float64],
    N: NDArray[np.float64],
) -> None:
    """Refuse what cannot be a count of people drawn from a list."""
    fractions = (np.abs(x - product) > 1e-6) | (n != np.round(n)) | (np.round(N) != N)
    if np.any(fractions):
        raise OptionError(
            "hypergeometric limits need whole numbers of people, and a count, base or population "
            'here is a fraction. Use them on unweighted respondents, or ask for interval="mid-p".'
        )
    if np.any(n > N):
        worst = int(np.argmax(n - N))
        raise OptionError(
            f"a population of {N.flat[worst]:,.0f} cannot hold a base of {n.flat[worst]:,.0f}. "
            "Pass the size of the whole list as population."
        )


def _largest_count(
    x: NDArray[np.float64], n: NDArray[np.float64], N: NDArray[np.float64], tail: float
) -> NDArray[np.float64]:
    """Largest number M with P(X ≤ x | M) > tail, by halving the range x … N − n + x."""
    from scipy.stats import hypergeom

    low, high = x.copy(), N - n + x
    while np.any(low < high):
        middle = np.ceil((low + high) / 2)
        keep = hypergeom.cdf(x, N, middle, n) > tail
        low = np.where(keep, middle, low)
        high = np.where(keep, high, np.minimum(middle - 1, high))
        high = np.maximum(high, low)
    return low


def _proportion_and_base(
    proportion: ArrayLike, base: ArrayLike, *, zero_base: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as float arrays of one shape; float dust removed at 0 and 1, nonsense made NaN."""
    p, n = (np.asarray(a, dtype=float) for a in np.broadcast_arrays(proportion, base))
    p = without_dust(p)
    n = np.where((n > 0) | ((n == 0) & zero_base), n, np.nan)
    return np.where((p >= 0) & (p <= 1), p, np.nan), n


def without_dust(proportion: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the proportions with those within 1e-12 of 0 or 1 moved onto it.

    Parameters
    ----------
    proportion : ndarray
        Proportions, 0–1.

    Returns
    -------
    ndarray
        The same proportions, exactly 0 or 1 where they differ from it by rounding alone.

    Notes
    -----
    Sums of weights taken in another order differ in the last digits, so that a proportion of 1
    may come as 0.9999999999999999; no survey has a share this close to 0 or 1 otherwise.

    Examples
    --------
    >>> without_dust(np.array([1 - 1e-16, 0.3])).tolist()
    [1.0, 0.3]
    """
    p = np.where(np.abs(proportion) <= FLOAT_DUST, 0.0, proportion)
    return np.where(np.abs(p - 1) <= FLOAT_DUST, 1.0, p)


def _where_known(
    limit: NDArray[np.float64], p: NDArray[np.float64], n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """NaN where an input was."""
    return np.where(np.isnan(p) | np.isnan(n), np.nan, limit)


def _beta_quantile(
    probability: float, a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantile of Beta(a, b); all its mass is at 0 when a is 0, and at 1 when b is 0."""
    from scipy import special

    proper = (a > 0) & (b > 0)
    quantile = special.betaincinv(np.where(proper, a, 1.0), np.where(proper, b, 1.0), probability)
    return np.where(proper, quantile, np.where(a > 0, 1.0, 0.0))


def _mid_p_low(p: NDArray[np.float64], n: NDArray[np.float64], tail: float) -> NDArray[np.float64]:
    """Lower mid-p limit, between the two exact limits that it averages."""
    from scipy import special

    interior = (p > 0) & (p < 1)
    x = np.where(interior, n * p, 1.0)
    rest = np.where(interior, n * (1 - p), 1.0)

    def excess(limit: NDArray[np.float64]) -> NDArray[np.float64]:
        both = special.betainc(x, rest + 1, limit) + special.betainc(x + 1, rest, limit)
        return np.asarray(both / 2 - tail)

    least = special.betaincinv(x, rest + 1, tail)
    most = special.betaincinv(x + 1, rest, tail)
    low = bracketed_root(excess, np.asarray(least, float), np.asarray(most, float))
    return np.where(interior, low, np.where(p == 1, (2 * tail) ** (1 / n), 0.0))
