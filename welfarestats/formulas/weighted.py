"""Quantiles of weighted numbers, by any of the definitions that R's survey package offers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of

__all__ = ["QUANTILE_DEFINITIONS", "weighted_quantiles", "woodruff_interval"]

Array = NDArray[np.float64]

# Definitions that give a value somebody has, or the middle of two, and interpolations with their
# constants a and b: the value of a respondent stands at (C - a w)/(W + b w_n).
STEPS = ("math", "school", "hf1", "hf2", "hf3")
INTERPOLATIONS = {
    "hf4": (0.0, 0.0),
    "hf5": (1 / 2, 0.0),
    "hf6": (0.0, 1.0),
    "hf7": (1.0, -1.0),
    "hf8": (1 / 3, 1 / 3),
    "hf9": (3 / 8, 1 / 4),
}
QUANTILE_DEFINITIONS = (*STEPS, *INTERPOLATIONS)


def weighted_quantiles(
    values: ArrayLike,
    weights: ArrayLike,
    probabilities: ArrayLike,
    *,
    definition: str = "math",
) -> Array:
    r"""Return the weighted quantiles of a variable, one for each probability.

    With the values sorted and :math:`C_i` their cumulated weights, :math:`W` in all:

    * ``"math"``, ``"hf1"``: the smallest value with :math:`C_i \ge pW`;
    * ``"school"``, ``"hf2"``: the same, and the middle of it and the next where
      :math:`C_i = pW`;
    * ``"hf3"``: the smallest value with :math:`C_i > pW`, or that with :math:`C_i = pW` where it
      is an even one of the different values;
    * ``"hf4"`` to ``"hf9"``: linear between the values, each standing at
      :math:`(C_i - a w_i)/(W + b w_n)` with a, b of 0, 0; 1/2, 0; 0, 1; 1, -1; 1/3, 1/3;
      3/8, 1/4.

    Parameters
    ----------
    values : array_like
        (n,) numbers, none missing.
    weights : array_like
        (n,) weights of at least 0; those of weight 0 are left out.
    probabilities : array_like
        (P,) probabilities p, each above 0 and below 1.
    definition : str, default "math"
        One of `QUANTILE_DEFINITIONS`, the words of ``qrule`` in R's survey package.

    Returns
    -------
    ndarray
        (P,) quantiles; NaN where nobody has a weight or the probability is NaN.

    Raises
    ------
    OptionError
        When the definition does not exist.

    Notes
    -----
    A cumulated weight within rounding of pW counts as equal to it. The interpolations depend on
    the weights one by one, and where respondents with equal values have different weights, on
    their order: that of the data, as in R. ``"hf3"`` is R's, which for equal weights is not
    always Hyndman and Fan's third definition.

    References
    ----------
    Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American
    Statistician 50, 361-365.

    Examples
    --------
    >>> ages = [18, 25, 40, 67]
    >>> weighted_quantiles(ages, [1, 1, 1, 1], [0.25, 0.5, 0.6]).tolist()
    [18.0, 25.0, 40.0]
    >>> weighted_quantiles(ages, [1, 1, 1, 1], [0.5], definition="school").tolist()
    [32.5]
    >>> weighted_quantiles(ages, [1, 1, 1, 3], [0.5]).tolist()
    [40.0]
    """
    one_of(definition, QUANTILE_DEFINITIONS, "definition")
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    p = np.asarray(probabilities, dtype=float)
    _check_numbers(x, w)
    positive = w > 0
    x, w = x[positive], w[positive]
    if not x.size:
        return np.full(p.shape, np.nan)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    cumulated = np.cumsum(w)
    if definition in INTERPOLATIONS:
        a, b = INTERPOLATIONS[definition]
        if x.size == 1:
            return np.where(np.isnan(p), np.nan, x[0])
        place = (cumulated - a * w) / (cumulated[-1] + b * w[-1])
        return np.asarray(np.interp(p, place, x))
    last = np.flatnonzero(np.append(x[1:] != x[:-1], True))
    return _steps(x[last], cumulated[last], p, definition, x.size)


def _steps(x: Array, cumulated: Array, p: Array, definition: str, size: int) -> Array:
    """Return quantiles that are values, from different values and their cumulated weights."""
    wanted = np.where(np.isnan(p), 0.0, p) * cumulated[-1]
    dust = np.finfo(float).eps * max(size, 16) * cumulated[-1]
    at = np.minimum(np.searchsorted(cumulated, wanted - dust), x.size - 1)
    following = np.minimum(at + 1, x.size - 1)
    reached = np.abs(cumulated[at] - wanted) <= dust
    found = x[at]
    if definition in ("school", "hf2"):
        found = np.where(reached, (x[at] + x[following]) / 2, found)
    elif definition == "hf3":
        # at counts from 0: an even one of the values has an odd place.
        found = np.where(reached & (at % 2 == 0), x[following], found)
    return np.where(np.isnan(p), np.nan, found)


def _check_numbers(x: Array, w: Array) -> None:
    if x.shape != w.shape:
        raise OptionError(
            f"each value needs its weight: there are {x.size:,} values and {w.size:,} weights."
        )
    if np.isnan(x).any() or np.isnan(w).any() or (w < 0).any():
        raise OptionError(
            f"{int(np.isnan(x).sum()):,} values are missing and"
            f" {int((np.isnan(w) | (w < 0)).sum()):,} weights are missing or negative. Leave those"
            " respondents out first."
        )


def woodruff_interval(
    values: ArrayLike,
    weights: ArrayLike,
    share_limits: tuple[ArrayLike, ArrayLike],
    *,
    definition: str = "math",
) -> tuple[Array, Array]:
    r"""Return confidence limits of quantiles (low, high) from those of the share at or below each.

    The share of people at or below an estimated quantile has limits
    :math:`p_L, p_U`; the quantile's own are the values that cut off these shares,
    :math:`\hat Q(p_L)` and :math:`\hat Q(p_U)`.

    Parameters
    ----------
    values, weights : array_like
        As in `weighted_quantiles`.
    share_limits : tuple of array_like
        (P,) lower and upper limits of the share at or below each quantile, under the design.
    definition : str, default "math"
        The definition of the quantile.

    Returns
    -------
    tuple of ndarray
        (P,) each. NaN where a limit of the share is 0 or below, 1 or above: there the sample does
        not tell how far the quantile may be.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal
    of the American Statistical Association 47, 635-646.

    Examples
    --------
    >>> ages = range(1, 101)
    >>> low, high = woodruff_interval(ages, [1] * 100, ([0.4], [0.6]))
    >>> low.tolist(), high.tolist()
    ([40.0], [60.0])
    """
    shares = np.stack([np.asarray(one, dtype=float) for one in share_limits])
    with np.errstate(invalid="ignore"):
        inside = (shares > 0) & (shares < 1)
    found = weighted_quantiles(
        values, weights, np.where(inside, shares, np.nan).ravel(), definition=definition
    )
    low, high = found.reshape(shares.shape)
    return low, high
