"""Quantiles and p-values of Student's t, with the normal law at infinite degrees of freedom."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError


def two_sided_quantile(level: float, degrees_of_freedom: ArrayLike = np.inf) -> NDArray[np.float64]:
    """Return the t quantile that leaves (1 − level)/2 in either tail, one per entry.

    Parameters
    ----------
    level : float
        Confidence level, above 0 and below 1.
    degrees_of_freedom : array_like, default inf
        Degrees of freedom; ``inf`` is the normal law. Zero and below give NaN.

    Returns
    -------
    ndarray
        The quantile, in the shape of ``degrees_of_freedom``.

    Raises
    ------
    OptionError
        When ``level`` is not a proportion strictly between 0 and 1.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6, 1–25.

    Examples
    --------
    >>> [round(float(t), 3) for t in two_sided_quantile(0.95, [1, 14, float("inf")])]
    [12.706, 2.145, 1.96]
    """
    from scipy import special

    given: object = level  # callers who do not check types
    if not isinstance(given, float | int | np.number) or not 0 < level < 1:
        raise OptionError(
            f"level is a proportion above 0 and below 1, and {level!r} was given. "
            "Pass 0.95 for limits at 95 per cent."
        )
    df = np.asarray(degrees_of_freedom, dtype=float)
    upper = (1 + level) / 2
    # Many estimates share few degrees of freedom, and a quantile is slow to find.
    different, which = np.unique(df, return_inverse=True)
    usable = (different > 0) & np.isfinite(different)
    every = np.where(usable, special.stdtrit(np.where(usable, different, 1.0), upper), np.nan)
    quantile = every[which.reshape(df.shape)]
    return np.where(np.isposinf(df), special.ndtri(upper), quantile)


def two_sided_p_value(statistic: ArrayLike, degrees_of_freedom: ArrayLike) -> NDArray[np.float64]:
    """Return 2·P(T ≥ |statistic|) under Student's t, one per entry.

    Parameters
    ----------
    statistic : array_like
        Observed t (or z) statistics.
    degrees_of_freedom : array_like
        Degrees of freedom; ``inf`` is the normal law. Zero and below give NaN.

    Returns
    -------
    ndarray
        p-values in 0–1, in the broadcast shape; NaN where either input is.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6, 1–25.

    Examples
    --------
    >>> round(float(two_sided_p_value(1.959964, float("inf"))), 4)
    0.05
    """
    from scipy import special

    t, df = np.broadcast_arrays(
        np.asarray(statistic, dtype=float), np.asarray(degrees_of_freedom, dtype=float)
    )
    usable, below = (df > 0) & np.isfinite(df), -np.abs(t)
    if usable.all():
        return np.asarray(2 * special.stdtr(df, below))
    p_value = np.where(usable, 2 * special.stdtr(np.where(usable, df, 1.0), below), np.nan)
    return np.where(np.isposinf(df), 2 * special.ndtr(below), p_value)
