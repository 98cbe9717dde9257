"""Design-based tests of the difference between two columns' proportions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.proportion_pairs import (
    BOTH_AT_THE_EDGE,
    FEW_EXPECTED,
    MISSING,
    NO_DEGREES_OF_FREEDOM,
    NO_VARIANCE,
    SAME_PEOPLE,
    SMALL_BASE,
    Array,
    ProportionPairs,
    TestResult,
    floats,
)


def design_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    variance: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
    overlap: ArrayLike = 0,
    overlap_proportion: ArrayLike = 0,
    minimum_expected: float | None = 5,
    counts: tuple[ArrayLike, ArrayLike] | None = None,
) -> TestResult:
    """Return the library's own test of p_a − p_b, one result per pair.

    The pooled z test of unweighted samples, its variance multiplied by the design effect D of
    the difference: ``t = (p_a − p_b) / √{D·p̂(1−p̂)(1/n_a + 1/n_b)}`` with
    ``p̂ = (n_a·p_a + n_b·p_b)/(n_a + n_b)`` and
    ``D = V(p_a − p_b) / [p_a(1−p_a)/n_a + p_b(1−p_b)/n_b]``. People in both groups (n_0 of
    them, p_0 of whom have the property) take ``2n_0/(n_a·n_b)`` from the bracket of the first
    formula and ``2n_0/(n_a·n_b)·[p_0(1 − p_a − p_b) + p_a·p_b]`` from that of D.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    base_a, base_b : array_like
        Unweighted bases n.
    variance : array_like
        Linearised variance of the difference, the covariance of the groups included.
    effective_base_a, effective_base_b : array_like
        Kish's effective bases e = (Σw)²/Σw².
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom of the pair's domain, or what
        `difference_degrees_of_freedom` gives where that is less.
    overlap : array_like, default 0
        Number n_0 of respondents in both groups.
    overlap_proportion : array_like, default 0
        Proportion p_0 among them, 0–1.
    minimum_expected : float or None, default 5
        No test where n·min(u, 1 − u) is below it in either group, u the share of people with
        the property in both groups together; None for no such rule.
    counts : tuple of array_like, optional
        How many people of each group have the property, not weighted; p·n where left out.

    Returns
    -------
    TestResult
        Statistic, degrees of freedom, two-sided p-value, and why a pair is not tested. The
        degrees of freedom are the smaller of the design's and
        ``(1/e_a + 1/e_b)² / {1/[e_a²(e_a−1)] + 1/[e_b²(e_b−1)]}``.

    Notes
    -----
    Unlike the Wald contrast (`design_wald_test`) the variance is that under equal proportions,
    which keeps small groups at small percentages from being called different too often. D is
    0/0 when both proportions are 0 or 1: such a pair is not tested.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data. Annals of Statistics 12, 46–60.
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance
    components. Biometrics Bulletin 2, 110–114.

    Examples
    --------
    Without weights, clusters and overlap D is 1 and this is the pooled z statistic, on t:

    >>> variance = 29 / 82 * 53 / 82 / 82 + 47 / 82 * 35 / 82 / 82
    >>> result = design_test(
    ...     29 / 82,
    ...     47 / 82,
    ...     base_a=82,
    ...     base_b=82,
    ...     variance=variance,
    ...     effective_base_a=82,
    ...     effective_base_b=82,
    ... )
    >>> round(float(result.statistic), 4), round(float(result.p_value), 4)
    (-2.8187, 0.0054)
    """
    pa, pb, na, nb, v, ea, eb, df, n0, p0 = floats(
        proportion_a,
        proportion_b,
        base_a,
        base_b,
        variance,
        effective_base_a,
        effective_base_b,
        degrees_of_freedom,
        overlap,
        overlap_proportion,
    )
    pairs = ProportionPairs(pa, pb, na, nb)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shared = 2 * n0 / (na * nb)
        null = pairs.pooled * (1 - pairs.pooled) * (1 / na + 1 / nb - shared)
        simple = pa * (1 - pa) / na + pb * (1 - pb) / nb
        simple = simple - shared * (p0 * (1 - pa - pb) + pa * pb)
        statistic = np.asarray((pa - pb) / np.sqrt(v / simple * null))
        df = np.minimum(df, _satterthwaite(ea, eb))
    flat = (v <= FLOAT_DUST**2) | (simple <= FLOAT_DUST**2) | (null <= FLOAT_DUST**2)
    return TestResult.of(
        "design",
        statistic,
        df,
        (MISSING, pairs.missing | np.isnan(v + ea + eb + n0)),
        (SMALL_BASE, (np.minimum(na, nb) < 2) | (np.minimum(ea, eb) <= 1)),
        (SAME_PEOPLE, (n0 >= na) & (n0 >= nb)),
        (BOTH_AT_THE_EDGE, pairs.both_at_the_edge),
        (FEW_EXPECTED, pairs.few_expected(minimum_expected, counts)),
        (NO_VARIANCE, flat),
        (NO_DEGREES_OF_FREEDOM, ~(df > 0)),
    )


def design_wald_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    variance: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
    minimum_expected: float | None = 5,
    counts: tuple[ArrayLike, ArrayLike] | None = None,
) -> TestResult:
    """Return the difference over its linearised standard error, one result per pair.

    ``t = (p_a − p_b) / √V(p_a − p_b)`` on the design's degrees of freedom: the contrast that R's
    ``svycontrast`` and ``svyttest`` give.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    base_a, base_b : array_like
        Unweighted bases.
    variance : array_like
        Linearised variance of the difference, the covariance of the groups included.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom of the pair's domain.
    minimum_expected : float or None, default 5
        No test where n·min(u, 1 − u) is below it in either group, u the share of people with
        the property in both groups together; None for no such rule.
    counts : tuple of array_like, optional
        How many people of each group have the property, not weighted; p·n where left out.

    Returns
    -------
    TestResult
        Statistic, degrees of freedom, two-sided p-value, and why a pair is not tested.

    Notes
    -----
    Too many false positives on small groups at small percentages: see `design_test`.

    References
    ----------
    Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley.

    Examples
    --------
    >>> result = design_wald_test(
    ...     0.35, 0.57, base_a=82, base_b=82, variance=0.08**2, degrees_of_freedom=30
    ... )
    >>> round(float(result.statistic), 3), round(float(result.p_value), 4)
    (-2.75, 0.01)
    """
    pa, pb, na, nb, v, df = floats(
        proportion_a, proportion_b, base_a, base_b, variance, degrees_of_freedom
    )
    pairs = ProportionPairs(pa, pb, na, nb)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.asarray(pairs.difference / np.sqrt(v))
    return TestResult.of(
        "design-wald",
        statistic,
        df,
        (MISSING, pairs.missing | np.isnan(v)),
        (SMALL_BASE, np.minimum(na, nb) < 2),
        (BOTH_AT_THE_EDGE, pairs.both_at_the_edge & (v <= FLOAT_DUST**2)),
        (FEW_EXPECTED, pairs.few_expected(minimum_expected, counts)),
        (NO_VARIANCE, v <= FLOAT_DUST**2),
        (NO_DEGREES_OF_FREEDOM, ~(df > 0)),
    )


def difference_test(
    difference: ArrayLike,
    variance: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
) -> TestResult:
    """Return a difference of means, totals or ratios over its standard error, one per pair.

    ``t = d / √V(d)`` on the design's degrees of freedom.

    Parameters
    ----------
    difference : array_like
        Differences d, in any unit.
    variance : array_like
        Linearised variances of the differences, the covariance of the groups included.
    base_a, base_b : array_like
        Unweighted bases.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom of the pair's domain.

    Returns
    -------
    TestResult
        Statistic, degrees of freedom, two-sided p-value, and why a pair is not tested.

    Notes
    -----
    For proportions use `design_test`, which does not trust the variance of small percentages.

    References
    ----------
    Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley.

    Examples
    --------
    >>> result = difference_test(2.4, 1.1**2, base_a=40, base_b=60, degrees_of_freedom=98)
    >>> round(float(result.statistic), 3), round(float(result.p_value), 4)
    (2.182, 0.0315)
    """
    d, v, na, nb, df = floats(difference, variance, base_a, base_b, degrees_of_freedom)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.asarray(d / np.sqrt(v))
    return TestResult.of(
        "design-wald",
        statistic,
        df,
        (MISSING, np.isnan(d + v + na + nb)),
        (SMALL_BASE, np.minimum(na, nb) < 2),
        (NO_VARIANCE, v <= 0),
        (NO_DEGREES_OF_FREEDOM, ~(df > 0)),
    )


def difference_degrees_of_freedom(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    variance_a: ArrayLike,
    variance_b: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    degrees_of_freedom_a: ArrayLike,
    degrees_of_freedom_b: ArrayLike,
) -> Array:
    """Return how many degrees of freedom the variance of p_a − p_b has, one per pair.

    A small group in three clusters against a large one in twenty has little more than two,
    however many the two hold together: ``(s_a + s_b)² / (s_a²/f_a + s_b²/f_b)`` with
    ``s_g = V_g / [p_g(1 − p_g)]`` and f_g the smaller of the group's own design degrees of
    freedom and e_g − 1.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    variance_a, variance_b : array_like
        Linearised variance V_g of each.
    effective_base_a, effective_base_b : array_like
        Kish's effective bases e = (Σw)²/Σw²; s_g is 1/e_g where V_g or p_g(1 − p_g) is 0.
    degrees_of_freedom_a, degrees_of_freedom_b : array_like
        Design degrees of freedom of each group by itself.

    Returns
    -------
    ndarray
        Degrees of freedom; 0 where a group has none, NaN where an argument is missing.

    Notes
    -----
    V_g is divided by p_g(1 − p_g) since `design_test` takes the variance of equal proportions.
    The covariance of groups that share clusters is left out.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance
    components. Biometrics Bulletin 2, 110–114.

    Examples
    --------
    Thirty people in three clusters, and 300 in nine:

    >>> found = difference_degrees_of_freedom(
    ...     0.3,
    ...     0.3,
    ...     variance_a=0.009,
    ...     variance_b=0.001,
    ...     effective_base_a=30,
    ...     effective_base_b=300,
    ...     degrees_of_freedom_a=2,
    ...     degrees_of_freedom_b=6,
    ... )
    >>> round(float(found), 2)
    2.46
    """
    pa, pb, va, vb, ea, eb, fa, fb = floats(
        proportion_a,
        proportion_b,
        variance_a,
        variance_b,
        effective_base_a,
        effective_base_b,
        degrees_of_freedom_a,
        degrees_of_freedom_b,
    )
    a, b = _spread(pa, va, ea), _spread(pb, vb, eb)
    fa, fb = np.minimum(fa, ea - 1), np.minimum(fb, eb - 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = (a + b) ** 2 / (a**2 / fa + b**2 / fb)
    return np.asarray(np.where((fa <= 0) | (fb <= 0), 0.0, found))


def _spread(p: Array, variance: Array, effective: Array) -> Array:
    """Variance of a proportion over p(1 − p), or what weights alone give where that is 0/0."""
    simple = p * (1 - p)
    flat = (simple <= FLOAT_DUST) | (variance <= FLOAT_DUST**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(flat, 1 / effective, variance / simple))


def _satterthwaite(a: Array, b: Array) -> Array:
    """Degrees of freedom of a difference of two means with variances like 1/a and 1/b."""
    spread = 1 / (a**2 * (a - 1)) + 1 / (b**2 * (b - 1))
    return np.asarray((1 / a + 1 / b) ** 2 / spread)
