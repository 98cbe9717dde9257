"""Adjusted p-values: how the number of tests made together is allowed for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of

Array = NDArray[np.float64]


def adjust_p_values(p_values: ArrayLike, family: ArrayLike = 0, method: str | None = None) -> Array:
    """Return p-values adjusted within families of tests, in the shape of ``p_values``.

    With m tests in a family and p₍₁₎ ≤ … ≤ p₍ₘ₎: Bonferroni gives m·p, which bounds the chance
    of any false positive; Holm gives ``max over j ≤ i of (m − j + 1)·p₍ⱼ₎``, which bounds the
    same chance and rejects more; Benjamini–Hochberg gives ``min over j ≥ i of m·p₍ⱼ₎/j``, which
    bounds the expected share of false positives among the positives. All are at most 1.

    Parameters
    ----------
    p_values : array_like
        Unadjusted p-values, 0–1; NaN where a pair was not tested.
    family : array_like of int, default 0
        Label of the family each test belongs to.
    method : str, optional
        ``"bonferroni"``, ``"holm"`` or ``"benjamini-hochberg"``; None leaves them as they are.

    Returns
    -------
    ndarray
        Adjusted p-values, never below the unadjusted ones; NaN where they were.

    Raises
    ------
    OptionError
        When the method is unknown.

    Notes
    -----
    A pair that was not tested is not counted: m is the number of tests made in the family.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6, 65–70.
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. Journal of the Royal Statistical Society B 57,
    289–300.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, float("nan"), 0.03], method="holm").round(3).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    p = np.array(p_values, dtype=float)
    if method is None:
        return p
    one_of(method, ADJUSTMENTS, "adjust")
    labels = np.broadcast_to(np.asarray(family), p.shape).ravel()
    flat = p.ravel()
    made = np.flatnonzero(~np.isnan(flat))
    if np.any((flat[made] < 0) | (flat[made] > 1)):
        raise OptionError("a p-value lies outside 0 to 1. Pass the p-values, not the statistics.")
    made = made[np.lexsort((flat[made], labels[made]))]
    starts = np.flatnonzero(np.diff(labels[made], prepend=labels[made][:1] - 1))
    adjusted = flat.copy()
    for together in np.split(made, starts[1:]):
        adjusted[together] = np.minimum(ADJUSTMENTS[method](flat[together]), 1.0)
    return adjusted.reshape(p.shape)


def _bonferroni(ordered: Array) -> Array:
    """m·p."""
    return ordered * ordered.size


def _holm(ordered: Array) -> Array:
    """Step down: the i-th smallest p times the number not yet rejected."""
    return np.asarray(np.maximum.accumulate(ordered * np.arange(ordered.size, 0, -1)))


def _benjamini_hochberg(ordered: Array) -> Array:
    """Step up: the i-th smallest p times m/i."""
    scaled = ordered * (ordered.size / np.arange(1, ordered.size + 1))
    return np.asarray(np.minimum.accumulate(scaled[::-1])[::-1])


ADJUSTMENTS: dict[str, Callable[[Array], Array]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "benjamini-hochberg": _benjamini_hochberg,
}
