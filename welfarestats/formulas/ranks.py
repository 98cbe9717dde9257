"""Rank scores of weighted numbers, for design-based rank tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of

__all__ = ["RANK_TESTS", "rank_scores"]

Array = NDArray[np.float64]

RANK_TESTS = ("wilcoxon", "kruskal-wallis", "van-der-waerden", "median")


def rank_scores(values: ArrayLike, weights: ArrayLike, test: str = "wilcoxon") -> Array:
    r"""Return everybody's rank score in the population that the weights stand for, 0 to 1.

    The rank of a value is the share of people below it plus half the share of those who have it,
    :math:`r(y) = (W_{<y} + W_{=y}/2)/W`. The score is r itself (``"wilcoxon"``,
    ``"kruskal-wallis"``), its normal quantile :math:`\Phi^{-1}(r)` (``"van-der-waerden"``), or 1
    above one half and else 0 (``"median"``).

    Parameters
    ----------
    values : array_like
        (n,) numbers, none missing.
    weights : array_like
        (n,) weights above 0.
    test : str, default "wilcoxon"
        One of `RANK_TESTS`.

    Returns
    -------
    ndarray
        (n,) scores.

    Raises
    ------
    OptionError
        When the test does not exist, or a weight is not above 0.

    Notes
    -----
    R's ``svyranktest`` averages over the respondents of equal value without their weights, so
    that its score depends on their order where these differ. Without such ties the two agree.

    References
    ----------
    Lumley, T. and Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika
    100, 831-842.

    Examples
    --------
    >>> rank_scores([5, 7, 7, 9], [1, 1, 1, 1]).tolist()
    [0.125, 0.5, 0.5, 0.875]
    >>> rank_scores([5, 7, 9], [1, 2, 1], "median").tolist()
    [0.0, 0.0, 1.0]
    """
    one_of(test, RANK_TESTS, "test")
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if not (w > 0).all():
        raise OptionError(
            f"{int((~(w > 0)).sum()):,} of {w.size:,} weights are not above 0. Leave those"
            " respondents out first."
        )
    _, of_value = np.unique(y, return_inverse=True)
    own = np.bincount(of_value, weights=w)
    up_to = np.cumsum(own)
    rank = ((up_to - own / 2) / up_to[-1])[of_value]
    if test == "van-der-waerden":
        from scipy import special

        return np.asarray(special.ndtri(rank))
    if test == "median":
        # The middle itself is not above it, whatever rounding says.
        return np.asarray(rank > 0.5 + np.finfo(float).eps * max(y.size, 16), dtype=float)
    return np.asarray(rank)
