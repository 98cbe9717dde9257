"""How large a difference must be to be called significant, and how often it is found."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError
from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.proportion_pairs import floats

__all__ = [
    "comparison_power",
    "detectable_from_error",
    "exact_comparison_power",
    "least_significant_difference",
    "minimum_detectable_difference",
]

Array = NDArray[np.float64]

# The exact power adds up a probability for each pair of counts.
_LARGEST_BASE = 2000


def least_significant_difference(
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    *,
    level: float = 0.95,
    proportion: ArrayLike = 0.5,
    degrees_of_freedom: ArrayLike = np.inf,
    effective_overlap: ArrayLike = 0,
    correlation: ArrayLike = 0,
) -> Array:
    """Return the smallest difference that these bases would call significant, 0–1.

    ``t·√{p(1−p)(1/e_a + 1/e_b)}``: what has to be *observed*. See
    `minimum_detectable_difference` for what has to be *true*.

    Parameters
    ----------
    effective_base_a, effective_base_b : array_like
        Effective bases of the two groups.
    level : float, default 0.95
        Confidence level of the test.
    proportion : array_like, default 0.5
        Common proportion p, 0–1; 0.5 gives the largest difference.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom of the test.
    effective_overlap : array_like, default 0
        Effective base e₀ of the people in both groups, as in two waves of a panel; it takes
        2ρe₀/(e_a e_b) off 1/e_a + 1/e_b.
    correlation : array_like, default 0
        Correlation ρ of their two answers, −1 to 1.

    Returns
    -------
    ndarray
        Difference between two proportions, 0–1.

    Notes
    -----
    On effective bases, which know the weights only; for clusters divide the bases by the
    design effect.

    References
    ----------
    Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd.

    Examples
    --------
    >>> round(float(least_significant_difference(48, 52)), 3)
    0.196
    """
    e_a, e_b, p, df, e_0, r = floats(
        effective_base_a,
        effective_base_b,
        proportion,
        degrees_of_freedom,
        effective_overlap,
        correlation,
    )
    return _spread(e_a, e_b, p, r * e_0) * _multiplier(level, df)


def minimum_detectable_difference(
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    *,
    power: float = 0.8,
    level: float = 0.95,
    proportion: ArrayLike = 0.5,
    degrees_of_freedom: ArrayLike = np.inf,
    effective_overlap: ArrayLike = 0,
    correlation: ArrayLike = 0,
) -> Array:
    """Return the true difference that these bases would find at a stated power, 0–1.

    ``(t + t_power)·√{p(1−p)(1/e_a + 1/e_b)}``: a true difference of this size is called
    significant with probability ``power``. Larger than `least_significant_difference`, which is
    found only every other time when it is true.

    Parameters
    ----------
    effective_base_a, effective_base_b : array_like
        Effective bases of the two groups.
    power : float, default 0.8
        Probability of finding it, from 0.5 to below 1.
    level : float, default 0.95
        Confidence level of the test.
    proportion : array_like, default 0.5
        Common proportion p, 0–1; 0.5 gives the largest difference.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom of the test.
    effective_overlap : array_like, default 0
        Effective base e₀ of the people in both groups, as in two waves of a panel; it takes
        2ρe₀/(e_a e_b) off 1/e_a + 1/e_b.
    correlation : array_like, default 0
        Correlation ρ of their two answers, −1 to 1.

    Returns
    -------
    ndarray
        Difference between two proportions, 0–1.

    Raises
    ------
    OptionError
        When the power is below 0.5, or 1 and above.

    Notes
    -----
    On effective bases, which know the weights only; for clusters divide the bases by the
    design effect. The variance is that of two proportions of p: with the smaller variance of
    proportions that lie apart the power is a little above the one stated (81 to 84 per cent
    for one of 80, on bases of 17 to 82).

    References
    ----------
    Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the statistical
    power of experimental designs. Evaluation Review 19, 547–556.

    Examples
    --------
    >>> round(float(minimum_detectable_difference(48, 52)), 3)
    0.28
    """
    e_a, e_b, p, df, e_0, r = floats(
        effective_base_a,
        effective_base_b,
        proportion,
        degrees_of_freedom,
        effective_overlap,
        correlation,
    )
    return _spread(e_a, e_b, p, r * e_0) * _multiplier(level, df, power)


def detectable_from_error(
    standard_error: ArrayLike,
    *,
    power: float = 0.8,
    level: float = 0.95,
    degrees_of_freedom: ArrayLike = np.inf,
) -> tuple[Array, Array]:
    """Return what has to be observed, and to be true, of differences with known standard errors.

    ``t·SE`` is the least significant difference and ``(t + t_power)·SE`` the minimum detectable
    one, in the units of the standard error: for means, and for changes of the same people.

    Parameters
    ----------
    standard_error : array_like
        Standard errors of the differences.
    power : float, default 0.8
        Probability of finding it, from 0.5 to below 1.
    level : float, default 0.95
        Confidence level of the test.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom of the test.

    Returns
    -------
    tuple of ndarray
        The two differences; NaN where the standard error is 0 or missing.

    Raises
    ------
    OptionError
        When the power is below 0.5, or 1 and above.

    References
    ----------
    Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the statistical
    power of experimental designs. Evaluation Review 19, 547–556.

    Examples
    --------
    >>> least, found = detectable_from_error(0.1)
    >>> round(float(least), 3), round(float(found), 3)
    (0.196, 0.28)
    """
    error, df = floats(standard_error, degrees_of_freedom)
    error = np.where(error > 0, error, np.nan)
    return error * _multiplier(level, df), error * _multiplier(level, df, power)


def comparison_power(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    *,
    level: float = 0.95,
) -> Array:
    """Return how often two true proportions would be called different, 0–1, one per pair.

    With s₀ the standard error under the pooled proportion and s₁ the one under the two true ones,
    ``Φ((|δ| − z s₀)/s₁) + Φ((−|δ| − z s₀)/s₁)``.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        True proportions of the two groups, 0–1.
    effective_base_a, effective_base_b : array_like
        Effective bases.
    level : float, default 0.95
        Confidence level of the two-sided z test.

    Returns
    -------
    ndarray
        Probabilities; NaN where a base is 0, or where neither proportion lies between 0 and 1.

    Notes
    -----
    The normal approximation: on bases under 50 it is a few hundredths off; see
    `exact_comparison_power`.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and
    Proportions, third edition, chapter 4. Wiley.

    Examples
    --------
    >>> round(float(comparison_power(0.36, 0.64, 48, 52)), 3)
    0.809
    """
    from scipy import special

    a, b, e_a, e_b = floats(proportion_a, proportion_b, effective_base_a, effective_base_b)
    known = (e_a > 0) & (e_b > 0)
    e_a, e_b = np.where(known, e_a, np.nan), np.where(known, e_b, np.nan)
    pooled = (e_a * a + e_b * b) / (e_a + e_b)
    reached = two_sided_quantile(level) * _spread(e_a, e_b, pooled)
    true = np.sqrt(a * (1 - a) / e_a + b * (1 - b) / e_b)
    true = np.where(true > 0, true, np.nan)
    apart = np.abs(a - b)
    found = special.ndtr((apart - reached) / true) + special.ndtr((-apart - reached) / true)
    return np.asarray(found)


def exact_comparison_power(
    proportion_a: float,
    proportion_b: float,
    base_a: int,
    base_b: int,
    *,
    level: float = 0.95,
) -> float:
    """Return how often the pooled z test calls two true proportions different, exactly.

    The probability of every pair of counts is added up for which |z| passes its limit.

    Parameters
    ----------
    proportion_a, proportion_b : float
        True proportions of the two groups, 0–1.
    base_a, base_b : int
        Unweighted respondents drawn independently, from 1 to 2,000.
    level : float, default 0.95
        Confidence level of the two-sided test.

    Returns
    -------
    float
        A probability; the false-positive rate where the two proportions are one.

    Raises
    ------
    OptionError
        When a base is a fraction, or not from 1 to 2,000.

    Notes
    -----
    For unweighted respondents only; `comparison_power` takes effective bases.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and
    Proportions, third edition, chapter 4. Wiley.

    Examples
    --------
    >>> round(exact_comparison_power(0.36, 0.64, 48, 52), 3)
    0.826
    """
    from scipy import special

    for base in (base_a, base_b):
        if base != int(base) or not 1 <= base <= _LARGEST_BASE:
            raise OptionError(
                f"an exact power is of whole bases from 1 to {_LARGEST_BASE:,}, and {base:,} was"
                " given. Use comparison_power for effective or larger bases."
            )
    counts = [np.arange(int(base) + 1, dtype=float) for base in (base_a, base_b)]
    chances = []
    for k, n, p in zip(counts, (base_a, base_b), (proportion_a, proportion_b), strict=True):
        ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        chances.append(np.exp(ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)))
    x, y = counts[0][:, None], counts[1][None, :]
    pooled = (x + y) / (base_a + base_b)
    spread = _spread(np.asarray(float(base_a)), np.asarray(float(base_b)), pooled)
    limit = two_sided_quantile(level) * spread
    found = (np.abs(x / base_a - y / base_b) > limit * (1 + FLOAT_DUST)) & (spread > 0)
    return float(chances[0] @ found @ chances[1])


def _multiplier(level: float, df: Array, power: float = 0.5) -> Array:
    """How many standard errors a difference has to be: observed, or true at a power."""
    given: object = power  # callers who do not check types
    if not isinstance(given, float | int | np.number) or not 0.5 <= power < 1:
        raise OptionError(
            f"power is a probability from 0.5 to below 1, and {power!r} was given. "
            "Pass 0.8 for a power of 80 per cent."
        )
    quantile = two_sided_quantile(level, df)
    if power > 0.5:
        quantile = quantile + two_sided_quantile(2 * power - 1, df)
    return np.asarray(quantile)


def _spread(e_a: Array, e_b: Array, p: Array, shared: ArrayLike = 0) -> Array:
    """Standard error of the difference of two proportions that are both p.

    ``shared`` is the effective base of the people in both, times the correlation of their answers.
    """
    known = (e_a > 0) & (e_b > 0)
    one, other = 1 / np.where(known, e_a, np.nan), 1 / np.where(known, e_b, np.nan)
    per_person = np.maximum(one + other - 2 * np.asarray(shared) * one * other, 0)
    return np.asarray(np.sqrt(p * (1 - p) * per_person))
