"""What is not known of two samples that may share people: the covariance that could be there.

A change p₂ − p₁ has the variance V₁ + V₂ − 2C. C is a sum over the people in both samples; where
nobody knows who they are, it has bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError

__all__ = ["OverlapErrors", "covariance_bounds", "overlap_errors", "worst_matching"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OverlapErrors:
    """Standard errors of a difference between samples that may share people.

    ``apart`` if nobody is shared, ``smallest`` and ``largest`` over all answers of the shared.
    """

    apart: Array
    smallest: Array
    largest: Array


def covariance_bounds(proportion_a: ArrayLike, proportion_b: ArrayLike) -> tuple[Array, Array]:
    r"""Return the least and largest covariance of two 0–1 answers of one person.

    The share who say yes twice lies between :math:`\max(0, p_a + p_b - 1)` and
    :math:`\min(p_a, p_b)`. Less :math:`p_a p_b`, with :math:`q = 1 - p`, that is
    :math:`-\min(p_a p_b, q_a q_b)` and :math:`\min(p_a q_b, q_a p_b)`.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Proportions of the two answers, 0–1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper bound.

    Raises
    ------
    OptionError
        When a proportion lies outside 0–1.

    References
    ----------
    Hoeffding, W. (1940). Maßstabinvariante Korrelationstheorie. Schriften des Mathematischen
    Instituts und des Instituts für Angewandte Mathematik der Universität Berlin 5, 179–233.
    Fréchet, M. (1951). Sur les tableaux de corrélation dont les marges sont données. Annales de
    l'Université de Lyon, section A, 14, 53–77.

    Examples
    --------
    >>> low, high = covariance_bounds(0.25, 0.5)
    >>> float(low), float(high)
    (-0.125, 0.125)
    """
    a, b = np.asarray(proportion_a, dtype=float), np.asarray(proportion_b, dtype=float)
    if bool((np.minimum(a, b) < 0).any() or (np.maximum(a, b) > 1).any()):
        raise OptionError("bounds of a covariance need proportions from 0 to 1, not percentages.")
    low = -np.minimum(a * b, (1 - a) * (1 - b))
    return low, np.minimum(a * (1 - b), (1 - a) * b)


def overlap_errors(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    shared: ArrayLike,
) -> OverlapErrors:
    r"""Return the standard errors of p_b − p_a that ``shared`` people in both samples allow.

    Of simple random samples of :math:`n_a` and :math:`n_b` with m people in common, the covariance
    of the two proportions is :math:`m\,\mathrm{cov}/(n_a n_b)`, cov being that of one person's two
    answers. So

    .. math:: V = \frac{p_a q_a}{n_a} + \frac{p_b q_b}{n_b} - \frac{2 m\,\mathrm{cov}}{n_a n_b}

    with cov between the bounds of `covariance_bounds`.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Proportions, 0–1.
    base_a, base_b : array_like
        Effective bases.
    shared : array_like
        The most people who may be in both, from 0 to the smaller base.

    Returns
    -------
    OverlapErrors
        Three arrays of one shape.

    Raises
    ------
    OptionError
        When more are shared than a sample has, or a proportion lies outside 0–1.

    Notes
    -----
    For published figures. Of respondents, `worst_matching` takes the answers that they gave.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 12.4.

    Examples
    --------
    >>> found = overlap_errors(0.47, 0.6, base_a=82, base_b=34, shared=28)
    >>> round(float(found.apart), 3), round(float(found.largest), 3)
    (0.1, 0.12)
    """
    given = (proportion_a, proportion_b, base_a, base_b, shared)
    a, b, n_a, n_b, m = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in given))
    over = (m > np.minimum(n_a, n_b)) | (m < 0)
    if over.any():
        raise OptionError(
            f"{m[over].flat[0]:g} people cannot be in both samples of {n_a[over].flat[0]:g} and"
            f" {n_b[over].flat[0]:g}. Give the most who may be, at least 0."
        )
    low, high = covariance_bounds(a, b)
    apart = a * (1 - a) / n_a + b * (1 - b) / n_b
    each = 2 * m / (n_a * n_b)
    return OverlapErrors(
        np.sqrt(apart),
        np.sqrt(np.maximum(apart - each * high, 0.0)),
        np.sqrt(apart - each * low),
    )


def worst_matching(first: ArrayLike, second: ArrayLike, pairs: int) -> Array:
    r"""Return the largest sum of products :math:`x_i y_j` over k pairs, for each k to ``pairs``.

    Linking two respondents makes one unit of their contributions :math:`x_i` and :math:`y_j` to a
    change, and adds :math:`2 x_i y_j` to the sum of squares that the variance is made of. Of given
    members the sum is largest when the largest x meets the largest y, the next the next, and so
    on; and a pair gains when a member is replaced by a larger one where it meets something
    positive, by a smaller one where it meets something negative. So of k pairs some i are the
    largest of both sides, and k − i the smallest:
    :math:`G_k = \max_i \sum_{j \le i} x_{(j)} y_{(j)} + \sum_{j \le k-i} x_{[j]} y_{[j]}`,
    sorted from above and from below.

    Parameters
    ----------
    first, second : array_like
        Contributions of those who may be linked, (a,) and (b,).
    pairs : int
        The most links that there can be, at most a and b.

    Returns
    -------
    numpy.ndarray
        (pairs + 1,): :math:`G_0 = 0` for no link, then for exactly 1, 2, … links.

    Raises
    ------
    OptionError
        When there are more pairs than members.

    Notes
    -----
    Of two unweighted 0–1 answers of n people each, less their means and the first with a minus as
    in a change, :math:`G_n` is n times the lower bound of `covariance_bounds`, without its sign.

    References
    ----------
    Hardy, G. H., Littlewood, J. E. and Pólya, G. (1952). Inequalities, 2nd ed. Cambridge University
    Press, theorem 368.

    Examples
    --------
    >>> worst_matching([2.0, -1.0], [1.0, -3.0, 0.5], 2).tolist()
    [0.0, 3.0, 5.0]
    """
    x, y = np.sort(np.asarray(first, dtype=float)), np.sort(np.asarray(second, dtype=float))
    if pairs > min(x.size, y.size):
        raise OptionError(
            f"{pairs:,} links need as many members on both sides, and there are {x.size:,} and"
            f" {y.size:,}. Give fewer pairs."
        )
    largest = np.concatenate([[0.0], np.cumsum(x[::-1][:pairs] * y[::-1][:pairs])])
    smallest = np.concatenate([[0.0], np.cumsum(x[:pairs] * y[:pairs])])
    most = [float((largest[: k + 1] + smallest[k::-1]).max()) for k in range(pairs + 1)]
    return np.array(most)
