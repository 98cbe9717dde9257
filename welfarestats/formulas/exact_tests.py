"""Exact tests of unweighted counts: two separate groups, or the same people twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of
from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.proportion_pairs import MISSING, TestResult, floats, reason_by

Array = NDArray[np.float64]

EXACT_METHODS = ("fisher", "mid-p", "mid-p-doubled")
ALTERNATIVES = ("two-sided", "less", "greater")
NOBODY = "a base is 0"
# Tables as likely as the observed one differ from it by rounding alone (R's rule).
_AS_LIKELY = 1 + 1e-7


def exact_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    method: str = "fisher",
    alternative: str = "two-sided",
) -> TestResult:
    """Return Fisher's exact test of two unweighted proportions, one result per pair.

    Given both margins the first count is hypergeometric under equal proportions. Two-sided,
    ``"fisher"`` adds the probabilities of all tables no more likely than the observed one;
    ``"mid-p"`` takes half the probability of the observed table off again;
    ``"mid-p-doubled"`` is twice the smaller one-sided mid-p.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Unweighted proportions of the two groups, 0–1; p·n must be a whole number.
    base_a, base_b : array_like
        Respondents n in each group, whole numbers.
    method : str, default "fisher"
        ``"fisher"``, ``"mid-p"`` or ``"mid-p-doubled"``.
    alternative : str, default "two-sided"
        ``"two-sided"``, or ``"less"`` or ``"greater"`` for the first proportion.

    Returns
    -------
    TestResult
        p-values and reasons; statistic and degrees of freedom are NaN.

    Raises
    ------
    OptionError
        When the method or the alternative is unknown, a proportion lies outside 0–1, or p·n is
        a fraction (a weighted proportion).

    Notes
    -----
    For simple random samples of separate people: it knows neither weights nor clusters.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical
    Society 98, 39–82.
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the
    American Statistical Association 56, 223–234.

    Examples
    --------
    >>> result = exact_test(13 / 17, 22 / 34, base_a=17, base_b=34)
    >>> round(float(result.p_value), 4)
    0.527
    """
    one_of(method, EXACT_METHODS, "method")
    one_of(alternative, ALTERNATIVES, "alternative")
    a, b, na, nb = floats(proportion_a, proportion_b, base_a, base_b)
    unknown = np.isnan(a + b + na + nb)
    empty = (na == 0) | (nb == 0)
    a, b, na, nb = (np.where(unknown, 0.0, value) for value in (a, b, na, nb))
    if np.any((np.minimum(a, b) < -FLOAT_DUST) | (np.maximum(a, b) > 1 + FLOAT_DUST)):
        raise OptionError(
            "exact tests need proportions from 0 to 1, and one here lies outside. "
            "Pass proportions, not percentages or counts."
        )
    whole = [_whole(value) for value in (a * na, na, b * nb, nb)]
    cells = np.stack([table.ravel() for table in whole], axis=1)
    distinct, which = np.unique(cells, axis=0, return_inverse=True)
    p_values = np.array([_fisher(table, method, alternative) for table in distinct.tolist()])
    p_value = np.empty(whole[0].shape)
    if cells.size:
        p_value = p_values[which.ravel()].reshape(p_value.shape)
    name = "exact" if method == "fisher" else f"exact ({method})"
    return _exact_result(
        name, p_value, reason_by(p_value.shape, (MISSING, unknown), (NOBODY, empty))
    )


def exact_least_difference(
    total: ArrayLike,
    base_a: ArrayLike,
    base_b: ArrayLike,
    *,
    method: str = "fisher",
    level: float = 0.95,
) -> Array:
    """Return from which difference on an exact test calls two proportions different, 0–1.

    Of all tables with these margins: the smallest |x/n_a − (t − x)/n_b| such that it and every
    larger one, in either direction, is significant.

    Parameters
    ----------
    total : array_like
        People of both groups together who have the property, whole numbers t.
    base_a, base_b : array_like
        Respondents in each group, whole numbers n_a and n_b.
    method : str, default "fisher"
        ``"fisher"``, ``"mid-p"`` or ``"mid-p-doubled"``, two-sided.
    level : float, default 0.95
        Confidence level of the test.

    Returns
    -------
    ndarray
        Differences; NaN where no table with these margins is significant, or a number is missing.

    Raises
    ------
    OptionError
        When the method is unknown, the level is no proportion, or a number is a fraction.

    Notes
    -----
    Larger than `least_significant_difference` of the same bases, as exact tests hold their level
    everywhere. Its references are those of `exact_test`.

    Examples
    --------
    >>> round(float(exact_least_difference(25, 17, 34)), 3)
    0.324
    """
    one_of(method, EXACT_METHODS, "method")
    two_sided_quantile(level)  # refuses what is no level
    t, na, nb = floats(total, base_a, base_b)
    known = ~np.isnan(t + na + nb) & (na > 0) & (nb > 0)
    whole = [_whole(np.where(known, value, 0.0)) for value in (t, na, nb)]
    margins = np.stack([value.ravel() for value in whole], axis=1)
    distinct, which = np.unique(margins, axis=0, return_inverse=True)
    least = np.array([_least_of_margins(row, method, 1 - level) for row in distinct.tolist()])
    found = np.full(known.shape, np.nan)
    if margins.size:
        found = least[which.ravel()].reshape(known.shape)
    return np.where(known, found, np.nan)


def paired_test(
    first_only: ArrayLike, second_only: ArrayLike, *, method: str = "exact"
) -> TestResult:
    """Return McNemar's exact test for people asked twice, one result per pair.

    Of those who changed, the number with the property only the first time is binomial with
    probability ½ when the two proportions are equal. Two-sided ``"exact"`` is twice the smaller
    tail; ``"mid-p"`` counts the observed number by half in each tail.

    Parameters
    ----------
    first_only : array_like
        Respondents with the property the first time only, whole numbers.
    second_only : array_like
        Respondents with the property the second time only, whole numbers.
    method : str, default "exact"
        ``"exact"`` or ``"mid-p"``.

    Returns
    -------
    TestResult
        p-values and reasons; statistic and degrees of freedom are NaN. p is 1 where nobody
        changed.

    Raises
    ------
    OptionError
        When the method is unknown or a count is a fraction.

    Notes
    -----
    For unweighted simple random samples only.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12, 153–157.
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the
    American Statistical Association 56, 223–234.

    Examples
    --------
    >>> result = paired_test(9, 2, method="mid-p")
    >>> round(float(result.p_value), 4)
    0.0386
    """
    from scipy import special

    one_of(method, ("exact", "mid-p"), "method")
    first, second = floats(first_only, second_only)
    unknown = np.isnan(first + second)
    b, c = (_whole(np.where(unknown, 0.0, count)).astype(float) for count in (first, second))
    fewer, changed = np.minimum(b, c), b + c
    tail = special.bdtr(fewer, changed.astype(int), 0.5)
    if method == "mid-p":
        log_point = special.gammaln(changed + 1) - special.gammaln(b + 1) - special.gammaln(c + 1)
        tail = tail - np.exp(log_point - changed * np.log(2)) / 2
    p_value = np.where(changed == 0, 1.0, np.minimum(2 * tail, 1.0))
    reason = reason_by(p_value.shape, (MISSING, unknown))
    return _exact_result(f"paired ({method})", p_value, reason)


def sign_test(higher: ArrayLike, lower: ArrayLike, *, method: str = "exact") -> TestResult:
    """Return the sign test of how many scores went up and how many went down, one per pair.

    Of those whose score changed, the number that went up is binomial with probability ½ when
    going up is as likely as going down; those that stayed say nothing.

    Parameters
    ----------
    higher, lower : array_like
        Respondents whose score is higher, and lower, than before; whole numbers.
    method : str, default "exact"
        ``"exact"`` or ``"mid-p"``, as in `paired_test`.

    Returns
    -------
    TestResult
        p-values and reasons; p is 1 where nobody changed.

    Raises
    ------
    OptionError
        When the method is unknown or a count is a fraction.

    Notes
    -----
    For unweighted simple random samples only. It is about directions: by how much a score
    changed does not enter.

    References
    ----------
    Dixon, W. J. and Mood, A. M. (1946). The statistical sign test. Journal of the American
    Statistical Association 41, 557–566.

    Examples
    --------
    Of eleven scores five were higher, three the same and three lower:

    >>> round(float(sign_test(5, 3).p_value), 4)
    0.7266
    """
    result = paired_test(higher, lower, method=method)
    return replace(result, method=np.full(result.tested.shape, f"sign ({method})"))


def _whole(count: Array) -> NDArray[np.int64]:
    """Counts as whole numbers, refused when they are not."""
    rounded = np.round(count)
    if np.any(np.abs(count - rounded) > 1e-6):
        worst = float(count.flat[int(np.argmax(np.abs(count - rounded)))])
        raise OptionError(
            f"exact tests need whole numbers of people, and {worst:,.4g} is a fraction. "
            'Use unweighted counts, or test="design" for weighted respondents.'
        )
    return rounded.astype(np.int64)


def _least_of_margins(margins: list[int], method: str, alpha: float) -> float:
    """Smallest difference from which on all tables of some margins are significant."""
    total, na, nb = margins
    if not (na and nb):
        return float("nan")
    counts, probability = _tables(total, na, nb)
    half = 0.0 if method == "fisher" else probability / 2
    if method == "mid-p-doubled":
        lower = np.cumsum(probability) - half
        upper = np.cumsum(probability[::-1])[::-1] - half
        p = 2 * np.minimum(lower, upper)
    else:
        rising = np.sort(probability)
        places = np.searchsorted(rising, probability * _AS_LIKELY, side="right")
        p = np.cumsum(rising)[places - 1] - half
    apart = np.abs(counts / na - (total - counts) / nb)
    largest = apart[p >= alpha].max(initial=0.0)
    beyond = apart[(p < alpha) & (apart > largest)]
    return float(beyond.min()) if beyond.size else float("nan")


def _tables(total: int, na: int, nb: int) -> tuple[Array, Array]:
    """First counts of all tables of some margins, and their probabilities."""
    from scipy import special

    k = np.arange(max(0, total - nb), min(na, total) + 1, dtype=float)
    ways = np.stack([k, na - k, total - k, nb - total + k])
    log_ways = -np.asarray(special.gammaln(ways + 1)).sum(axis=0)
    probability = np.exp(log_ways - log_ways.max())
    return k, probability / probability.sum()


def _fisher(table: list[int], method: str, alternative: str) -> float:
    """p-value of one table."""
    x, na, y, nb = table
    k, probability = _tables(x + y, na, nb)
    here = int(x - k[0])
    point = probability[here]
    half = 0.0 if method == "fisher" else point / 2
    less = probability[: here + 1].sum() - half
    greater = probability[here:].sum() - half
    as_extreme = probability[probability <= point * _AS_LIKELY].sum() - half
    two_sided = 2 * min(less, greater) if method == "mid-p-doubled" else as_extreme
    chosen = {"less": less, "greater": greater, "two-sided": two_sided}[alternative]
    return float(min(chosen, 1.0))


def _exact_result(method: str, p_value: Array, reason: NDArray[np.object_]) -> TestResult:
    """The result of exact tests: no statistic, no degrees of freedom."""
    tested = reason == ""
    blank = np.full(tested.shape, np.nan)
    return TestResult(
        statistic=blank,
        degrees_of_freedom=blank,
        p_value=np.where(tested, p_value, np.nan),
        tested=tested,
        reason=reason,
        method=np.full(tested.shape, method),
    )
