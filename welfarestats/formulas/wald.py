"""Wald tests: whether several estimates, or the residuals of a table, are all zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError

__all__ = ["independence_residuals", "wald_tests"]

Array = NDArray[np.float64]


def wald_tests(
    estimates: ArrayLike,
    covariance: ArrayLike,
    *,
    degrees_of_freedom: ArrayLike,
    adjusted: bool = False,
) -> tuple[Array, Array, Array, Array]:
    r"""Return Wald tests that d estimates are all zero, one a set: F, df1, df2 and p-value.

    :math:`Q = \hat\theta' V^{-1} \hat\theta`; then :math:`F = Q/d` on d and :math:`\nu` degrees
    of freedom, or adjusted, :math:`F = Q (\nu - d + 1)/(d \nu)` on d and :math:`\nu - d + 1`.

    Parameters
    ----------
    estimates : array_like
        (..., d) estimates.
    covariance : array_like
        (..., d, d) their covariance under the design.
    degrees_of_freedom : array_like
        (...) design degrees of freedom, :math:`\nu`.
    adjusted : bool, default False
        Take account of :math:`V` being estimated from few PSUs.

    Returns
    -------
    tuple of ndarray
        (...) each; NaN where the covariance has no inverse or too few degrees of freedom remain.

    Raises
    ------
    OptionError
        When the covariance does not fit the estimates.

    Notes
    -----
    With few PSUs the unadjusted test is significant far too often.

    References
    ----------
    Koch, G. G., Freeman, D. H. and Freeman, J. L. (1975). Strategies in the multivariate analysis
    of data from complex surveys. International Statistical Review 43, 59-78.
    Thomas, D. R. and Rao, J. N. K. (1987). Small-sample comparisons of level and power for simple
    goodness-of-fit statistics under cluster sampling. Journal of the American Statistical
    Association 82, 630-636.

    Examples
    --------
    >>> found = wald_tests([1.0, 2.0], np.eye(2), degrees_of_freedom=10)
    >>> [float(one.round(4)) for one in found]
    [2.5, 2.0, 10.0, 0.1317]
    """
    from scipy import special

    theta, V = np.asarray(estimates, dtype=float), np.asarray(covariance, dtype=float)
    d = theta.shape[-1]
    if V.shape != (*theta.shape, d):
        raise OptionError(
            f"{d} estimates need a covariance matrix of {d} × {d}, and"
            f" {' × '.join(map(str, V.shape))} was given."
        )
    nu = np.broadcast_to(np.asarray(degrees_of_freedom, dtype=float), theta.shape[:-1])
    usable = _invertible(V) & np.isfinite(theta).all(axis=-1)
    safe = np.where(usable[..., None, None], V, np.eye(d))
    solved = np.linalg.solve(safe, np.where(usable[..., None], theta, 0.0)[..., None])[..., 0]
    F = (theta * solved).sum(axis=-1) / d
    df2 = nu - d + 1 if adjusted else nu
    if adjusted:
        F = F * df2 / nu
    usable &= df2 > 0
    p_value = special.fdtrc(float(d), np.where(usable, df2, 1.0), np.where(usable, F, 1.0))
    blank = np.where(usable, 0.0, np.nan)
    return (
        np.asarray(F + blank),
        np.asarray(d + blank),
        np.asarray(df2 + blank),
        np.asarray(p_value + blank, dtype=float),
    )


def _invertible(V: Array) -> NDArray[np.bool_]:
    """Return which covariances have an inverse, whatever the units of their rows."""
    variance = np.diagonal(V, axis1=-2, axis2=-1)
    finite = np.asarray(np.isfinite(V).all(axis=(-2, -1)) & (variance > 0).all(axis=-1))
    scale = 1 / np.sqrt(np.where(finite[..., None], variance, 1.0))
    correlation = np.where(finite[..., None, None], V, np.eye(V.shape[-1]))
    correlation = correlation * scale[..., :, None] * scale[..., None, :]
    return np.asarray(finite & (np.linalg.eigvalsh(correlation)[..., 0] > 1e-10))


def independence_residuals(totals: ArrayLike) -> tuple[Array, Array]:
    r"""Return what tables differ by from independence, and the derivatives by their cells.

    :math:`Y_{rc} = N_{rc} - N_{r+} N_{+c}/N` for all rows and columns but the first, which follow
    from the others.

    Parameters
    ----------
    totals : array_like
        (..., R, C) weighted counts, without empty rows or columns.

    Returns
    -------
    tuple of ndarray
        Residuals (..., d) with d = (R - 1)(C - 1), and derivatives (..., d, RC).

    References
    ----------
    Koch, G. G., Freeman, D. H. and Freeman, J. L. (1975). Strategies in the multivariate analysis
    of data from complex surveys. International Statistical Review 43, 59-78.

    Examples
    --------
    >>> residual, derivative = independence_residuals([[30.0, 20.0], [10.0, 40.0]])
    >>> residual.tolist(), derivative.tolist()
    ([10.0], [[0.3, -0.2, -0.3, 0.2]])
    """
    N = np.asarray(totals, dtype=float)
    rows, columns = N.shape[-2:]
    total = N.sum(axis=(-2, -1))[..., None, None]
    of_row, of_column = N.sum(axis=-1, keepdims=True), N.sum(axis=-2, keepdims=True)
    residual = N - of_row * of_column / total
    row_share, column_share = of_row / total, of_column / total
    same_row = np.eye(rows)[:, None, :, None] * np.ones((1, columns, 1, columns))
    same_column = np.eye(columns)[None, :, None, :] * np.ones((rows, 1, rows, 1))
    derivative = (
        same_row * same_column
        - same_row * column_share.reshape(*N.shape[:-2], 1, columns, 1, 1)
        - same_column * row_share.reshape(*N.shape[:-2], rows, 1, 1, 1)
        + (row_share * column_share)[..., :, :, None, None]
    )
    inner = derivative[..., 1:, 1:, :, :]
    d = (rows - 1) * (columns - 1)
    return residual[..., 1:, 1:].reshape(*N.shape[:-2], d), inner.reshape(
        *N.shape[:-2], d, rows * columns
    )
