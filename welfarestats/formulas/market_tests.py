"""Column tests of market research programs, to reproduce the tables they made."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.proportion_pairs import (
    BOTH_AT_THE_EDGE,
    MISSING,
    NO_DEGREES_OF_FREEDOM,
    ONE_AT_THE_EDGE,
    SAME_PEOPLE,
    SMALL_BASE,
    Array,
    ProportionPairs,
    TestResult,
    floats,
)


def effective_base_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    weighted_base_a: ArrayLike,
    weighted_base_b: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    effective_overlap: ArrayLike = 0,
) -> TestResult:
    """Return Survey Reporter's column proportions test, one result per pair.

    ``t = (p_a − p_b) / √{p̂(1−p̂)(1/e_a + 1/e_b − 2e_0/(e_a·e_b))}`` with p̂ pooled on the
    weighted bases, on e_a + e_b − e_0 − 2 degrees of freedom.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    weighted_base_a, weighted_base_b : array_like
        Sums of weights W.
    effective_base_a, effective_base_b : array_like
        Kish's effective bases e = (Σw)²/Σw².
    effective_overlap : array_like, default 0
        Effective base e_0 of the people in both groups.

    Returns
    -------
    TestResult
        Statistic, degrees of freedom, two-sided p-value, and why a pair is not tested.

    Notes
    -----
    A convention of market research, here to reproduce other people's tables. It knows the
    weights but neither strata nor clusters.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 11.7.

    Examples
    --------
    >>> result = effective_base_test(
    ...     0.6,
    ...     0.4,
    ...     weighted_base_a=50,
    ...     weighted_base_b=50,
    ...     effective_base_a=40,
    ...     effective_base_b=40,
    ... )
    >>> round(float(result.statistic), 4), float(result.degrees_of_freedom)
    (1.7889, 78.0)
    """
    pa, pb, wa, wb, ea, eb, e0 = floats(
        proportion_a,
        proportion_b,
        weighted_base_a,
        weighted_base_b,
        effective_base_a,
        effective_base_b,
        effective_overlap,
    )
    pairs = ProportionPairs(pa, pb, wa, wb)
    return _on_effective_bases("effective-base", pairs, ea, eb, e0, lost=2, inflation=1.0)


def quantum_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    weighted_base_a: ArrayLike,
    weighted_base_b: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    effective_overlap: ArrayLike = 0,
) -> TestResult:
    """Return Quantum's column proportions test, one result per pair.

    As `effective_base_test`, the variance multiplied by (e_a + e_b)/(e_a + e_b − 1), on
    e_a + e_b − e_0 − 1 degrees of freedom.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    weighted_base_a, weighted_base_b : array_like
        Sums of weights W.
    effective_base_a, effective_base_b : array_like
        Kish's effective bases e = (Σw)²/Σw².
    effective_overlap : array_like, default 0
        Effective base e_0 of the people in both groups.

    Returns
    -------
    TestResult
        Statistic, degrees of freedom, two-sided p-value, and why a pair is not tested.

    Notes
    -----
    A convention of market research, here to reproduce other people's tables. It knows the
    weights but neither strata nor clusters.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 11.7.

    Examples
    --------
    >>> result = quantum_test(
    ...     0.6,
    ...     0.4,
    ...     weighted_base_a=50,
    ...     weighted_base_b=50,
    ...     effective_base_a=40,
    ...     effective_base_b=40,
    ... )
    >>> round(float(result.statistic), 4), float(result.degrees_of_freedom)
    (1.7776, 79.0)
    """
    pa, pb, wa, wb, ea, eb, e0 = floats(
        proportion_a,
        proportion_b,
        weighted_base_a,
        weighted_base_b,
        effective_base_a,
        effective_base_b,
        effective_overlap,
    )
    pairs = ProportionPairs(pa, pb, wa, wb)
    with np.errstate(divide="ignore", invalid="ignore"):
        inflation = (ea + eb) / (ea + eb - 1)
    return _on_effective_bases("quantum", pairs, ea, eb, e0, lost=1, inflation=inflation)


def spss_ctables_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    weighted_base_a: ArrayLike,
    weighted_base_b: ArrayLike,
) -> TestResult:
    """Return the column proportions test of SPSS Custom Tables, one result per pair.

    ``z = (p_a − p_b) / √{p̂(1−p̂)(1/W_a + 1/W_b)}`` with everything on the weighted bases.
    Proportions of 0 and 1 and weighted bases under 2 are not tested.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Weighted proportions of the two groups, 0–1.
    weighted_base_a, weighted_base_b : array_like
        Sums of weights W, read as numbers of people.

    Returns
    -------
    TestResult
        z statistic, infinite degrees of freedom, two-sided p-value, and why a pair is not
        tested. SPSS adjusts by Bonferroni within a row: see `adjust_p_values`.

    Notes
    -----
    Here to reproduce other people's tables. Weights that differ, or that sum to anything but
    the number of respondents, make its p-values wrong: with weights grossed up to a population
    nearly every difference is called significant.

    References
    ----------
    IBM. SPSS Statistics Algorithms, CTABLES: column proportions tests.

    Examples
    --------
    >>> result = spss_ctables_test(0.6, 0.4, weighted_base_a=50, weighted_base_b=50)
    >>> round(float(result.statistic), 4), round(float(result.p_value), 4)
    (2.0, 0.0455)
    """
    pa, pb, wa, wb = floats(proportion_a, proportion_b, weighted_base_a, weighted_base_b)
    pairs = ProportionPairs(pa, pb, wa, wb)
    with np.errstate(divide="ignore", invalid="ignore"):
        null = pairs.pooled * (1 - pairs.pooled) * (1 / wa + 1 / wb)
        statistic = np.asarray(pairs.difference / np.sqrt(null))
    return TestResult.of(
        "spss-ctables",
        statistic,
        np.inf,
        (MISSING, pairs.missing),
        (SMALL_BASE, np.minimum(wa, wb) < 2),
        (BOTH_AT_THE_EDGE, pairs.both_at_the_edge),
        (ONE_AT_THE_EDGE, pairs.one_at_the_edge),
    )


def _on_effective_bases(
    method: str,
    pairs: ProportionPairs,
    ea: Array,
    eb: Array,
    e0: Array,
    *,
    lost: int,
    inflation: Array | float,
) -> TestResult:
    """A pooled t test on effective bases, on e_a + e_b − e_0 − lost degrees of freedom."""
    with np.errstate(divide="ignore", invalid="ignore"):
        per_person = 1 / ea + 1 / eb - 2 * e0 / (ea * eb)
        null = pairs.pooled * (1 - pairs.pooled) * per_person * inflation
        statistic = np.asarray(pairs.difference / np.sqrt(null))
    df = ea + eb - e0 - lost
    return TestResult.of(
        method,
        statistic,
        df,
        (MISSING, pairs.missing | np.isnan(ea + eb + e0)),
        (SMALL_BASE, np.minimum(ea, eb) < 2 - 1e-9),
        (SAME_PEOPLE, per_person * np.minimum(ea, eb) <= FLOAT_DUST),
        (BOTH_AT_THE_EDGE, pairs.both_at_the_edge & (np.abs(pairs.difference) < 0.5)),
        (NO_DEGREES_OF_FREEDOM, ~(df > 0)),
    )
