"""Trimming: weights within limits, and who gets what was cut off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import one_of

__all__ = ["trimmed_weights"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

REDISTRIBUTIONS = ("proportional", "equal", "none")


def trimmed_weights(
    weight: Array,
    lower: float,
    upper: float,
    group: Integers | None = None,
    *,
    redistribute: str = "proportional",
) -> Array:
    r"""Return weights (n,) within limits that add up, in every group, to what they did before.

    :math:`w_i' = \min(\max(k\,w_i, l), u)` (``"proportional"``) or
    :math:`\min(\max(w_i + c, l), u)` (``"equal"``), with the *k* or *c* of each group for which
    its sum is kept: what repeating "cut, and spread over those not at a limit" comes to.

    Parameters
    ----------
    weight
        (n,) weights, above 0.
    lower, upper
        The limits, ``0 <= lower < upper``.
    group
        (n,) the group of each respondent, 0 … G − 1; one group when left out.
    redistribute
        ``"proportional"``, ``"equal"``, or ``"none"``: cut only, sums change.

    Returns
    -------
    ndarray of float
        (n,); not a number in a group whose sum lies outside ``lower`` or ``upper`` times its
        respondents, so that no weights within the limits keep it.

    References
    ----------
    Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling weights.
    Proceedings of the Section on Survey Research Methods, American Statistical Association,
    225–230.

    Examples
    --------
    >>> import numpy as np
    >>> trimmed_weights(np.array([1.0, 1.0, 2.0, 8.0]), 0, 5).tolist()
    [1.75, 1.75, 3.5, 5.0]
    """
    one_of(redistribute, REDISTRIBUTIONS, "redistribute")
    if redistribute == "none":
        return np.clip(weight, lower, upper)
    trimmed = np.empty_like(weight)
    groups = np.zeros(weight.size, dtype=np.int64) if group is None else group
    order = np.argsort(groups, kind="stable")
    edges = np.flatnonzero(np.diff(groups[order])) + 1
    for members in np.split(order, edges):
        trimmed[members] = _within(weight[members], lower, upper, redistribute)
    return trimmed


def _within(weight: Array, lower: float, upper: float, redistribute: str) -> Array:
    """Return the trimmed weights of one group."""
    total = float(weight.sum())
    if lower * weight.size > total * (1 + 1e-12) or total > upper * weight.size * (1 + 1e-12):
        return np.full_like(weight, np.nan)
    if ((weight >= lower) & (weight <= upper)).all():
        return weight

    def moved(by: float) -> Array:
        return weight + by if redistribute == "equal" else weight * by

    # The sum is piecewise linear and grows with the move; it bends where a weight meets a limit.
    limits = [limit for limit in (lower, upper) if np.isfinite(limit)]
    bends = [limit - weight if redistribute == "equal" else limit / weight for limit in limits]
    points = np.unique(np.concatenate(bends))
    low, high = 0, points.size - 1
    while low < high:
        middle = (low + high) // 2
        if float(np.clip(moved(points[middle]), lower, upper).sum()) < total:
            low = middle + 1
        else:
            high = middle
    # Between two bends it is known who is at a limit: the others share the rest.
    inside = moved((points[max(low - 1, 0)] + points[low]) / 2)
    free = (inside > lower) & (inside < upper)
    fixed = np.clip(inside, lower, upper)
    if not free.any():
        return fixed
    rest, own = total - float(fixed[~free].sum()), float(weight[free].sum())
    by = (rest - own) / float(free.sum()) if redistribute == "equal" else rest / own
    return np.where(free, np.clip(moved(by), lower, upper), fixed)
