"""Tests of a whole table: whether what people answer is independent of their group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of

Array = NDArray[np.float64]

ORDERS = ("second", "first")


@dataclass(frozen=True)
class AssociationResult:
    """The outcome of one test of independence.

    Attributes
    ----------
    method : str
        The test that was made.
    statistic : float
        F, or chi-squared; NaN when fewer than two rows or columns hold anybody.
    df1, df2 : float
        Degrees of freedom of the numerator and denominator; df2 is infinite for chi-squared.
    p_value : float
        Probability of a statistic as large or larger under independence.
    """

    method: str
    statistic: float
    df1: float
    df2: float
    p_value: float


def pearson(counts: ArrayLike) -> AssociationResult:
    """Return Pearson's chi-squared test of independence for an unweighted table.

    ``X² = Σ (observed − expected)² / expected`` on (R − 1)(C − 1) degrees of freedom, without
    continuity correction. Empty rows and columns are left out first.

    Parameters
    ----------
    counts : array_like
        Counts of respondents, R × C.

    Returns
    -------
    AssociationResult
        X², its degrees of freedom and p-value.

    Notes
    -----
    For simple random samples. Weighted counts give it no meaning: use `rao_scott`.

    References
    ----------
    Pearson, K. (1900). On the criterion that a given system of deviations … can be reasonably
    supposed to have arisen from random sampling. Philosophical Magazine 50, 157–175.

    Examples
    --------
    >>> result = pearson([[13, 4], [22, 12]])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (0.7286, 0.3933)
    """
    from scipy import special

    table, _ = _occupied(np.asarray(counts, dtype=float))
    total = float(table.sum())
    df = float((table.shape[0] - 1) * (table.shape[1] - 1))
    if df <= 0 or not np.isfinite(total):
        return AssociationResult("pearson", np.nan, np.nan, np.nan, np.nan)
    statistic = total * _pearson_share(table / total)
    return AssociationResult("pearson", statistic, df, np.inf, float(special.chdtrc(df, statistic)))


def rao_scott(
    proportions: ArrayLike,
    covariance: ArrayLike,
    *,
    base: float,
    degrees_of_freedom: float,
    order: str = "second",
) -> AssociationResult:
    """Return Rao and Scott's corrected Pearson test of independence for a weighted table.

    X² is Pearson's statistic of the weighted proportions on n respondents, and Δ the matrix of
    generalised design effects, ``(C'D⁻¹C/n)⁻¹ (C'D⁻¹VD⁻¹C)`` with D the diagonal of the cell
    proportions and C the interaction contrasts. Second order: ``F = X²/tr Δ`` on
    ``d = (tr Δ)²/tr Δ²`` and d·ν degrees of freedom. First order: ``X²/δ̄`` with δ̄ the mean of
    the diagonal of Δ, as chi-squared on (R − 1)(C − 1).

    Parameters
    ----------
    proportions : array_like
        Weighted proportions of the whole table, R × C, summing to 1.
    covariance : array_like
        Their covariance matrix V under the design, RC × RC, cells in row-major order.
    base : float
        Number n of respondents. F and p do not depend on it.
    degrees_of_freedom : float
        Design degrees of freedom ν: PSUs less strata.
    order : str, default "second"
        ``"second"`` or ``"first"``.

    Returns
    -------
    AssociationResult
        F (or chi-squared), its degrees of freedom and p-value; all NaN when fewer than two rows
        or columns hold anybody, when the cells do not vary between PSUs (a domain in one PSU)
        and when empty cells split the table in parts (a question by itself).

    Raises
    ------
    OptionError
        When the covariance does not fit the table or the order is unknown.

    Notes
    -----
    Rows and columns that are empty are left out first; a single empty cell stays. Equal to R's
    ``svychisq`` with ``statistic="F"`` and ``"Chisq"``.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data. Annals of Statistics 12, 46–60.
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance
    components. Biometrics Bulletin 2, 110–114.

    Examples
    --------
    With the covariance of a simple random sample the correction is none:

    >>> cells = np.array([[13, 4], [22, 12]]) / 51
    >>> p = cells.ravel()
    >>> simple = (np.diag(p) - np.outer(p, p)) / 51
    >>> result = rao_scott(cells, simple, base=51, degrees_of_freedom=50)
    >>> round(result.statistic, 4), round(result.df1, 4), round(result.df2, 4)
    (0.7286, 1.0, 50.0)
    """
    from scipy import special

    one_of(order, ORDERS, "order")
    every = np.asarray(proportions, dtype=float)
    V = np.asarray(covariance, dtype=float)
    if V.shape != (every.size, every.size):
        raise OptionError(
            f"a table of {every.shape[0]} × {every.shape[1]} cells needs a covariance matrix of "
            f"{every.size} × {every.size}, and {' × '.join(map(str, V.shape))} was given. "
            "Pass the covariance of all cells in row-major order."
        )
    method = f"rao-scott-{order}-order"
    cells, kept = _occupied(every)
    V = V if kept.all() else V[np.ix_(kept, kept)]
    df = (cells.shape[0] - 1) * (cells.shape[1] - 1)
    if df <= 0 or not np.all(np.isfinite(V)) or not np.all(np.isfinite(cells)):
        return AssociationResult(method, np.nan, np.nan, np.nan, np.nan)
    delta = _design_effects(cells, V, base)
    trace = 0.0 if delta is None else float(np.trace(delta))
    if delta is None or trace <= 1e-12:
        return AssociationResult(method, np.nan, np.nan, np.nan, np.nan)
    squared = base * _pearson_share(cells)
    if order == "first":
        corrected = squared / (trace / df)
        p_value = float(special.chdtrc(df, corrected))
        return AssociationResult(method, corrected, float(df), np.inf, p_value)
    df1 = trace**2 / float(np.trace(delta @ delta))
    df2 = df1 * degrees_of_freedom
    statistic = squared / trace
    p_value = float(special.fdtrc(df1, df2, statistic)) if df2 > 0 else np.nan
    return AssociationResult(method, statistic, df1, df2, p_value)


def _occupied(table: Array) -> tuple[Array, NDArray[np.bool_]]:
    """The table without its empty rows and columns, and which cells were kept (flat)."""
    if table.ndim != 2:
        raise OptionError(
            f"a table has rows and columns, and an array of {table.ndim} dimensions was given. "
            "Pass one proportion or count per cell, rows × columns."
        )
    if table.all():
        return table, np.ones(table.size, dtype=bool)
    rows, columns = table.sum(axis=1) != 0, table.sum(axis=0) != 0
    return table[np.ix_(rows, columns)], np.outer(rows, columns).ravel()


def _pearson_share(cells: Array) -> float:
    """X²/n of a table of proportions."""
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
    return float(((cells - expected) ** 2 / expected).sum())


def _design_effects(cells: Array, V: Array, base: float) -> Array | None:
    """Rao and Scott's matrix Δ of generalised design effects; ``None`` where it has no inverse."""
    contrasts = _interaction_contrasts(*cells.shape)
    p = cells.ravel()
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)
    scaled = contrasts * inverse[:, None]
    simple = contrasts.T @ scaled / base
    if not p.all() and np.linalg.matrix_rank(simple) < simple.shape[0]:
        return None
    return np.asarray(np.linalg.solve(simple, scaled.T @ V @ scaled))


@lru_cache(maxsize=256)
def _interaction_contrasts(rows: int, columns: int) -> Array:
    """Contrasts of cells that are free of row and column effects, (RC, (R − 1)(C − 1))."""
    one_row, one_column = np.eye(rows), np.eye(columns)
    ones_row, ones_column = np.ones((rows, 1)), np.ones((columns, 1))
    main = np.hstack([np.kron(one_row, ones_column), np.kron(ones_row, one_column)[:, 1:]])
    interaction = np.kron(one_row[:, 1:], one_column[:, 1:])
    return np.asarray(interaction - main @ np.linalg.lstsq(main, interaction, rcond=None)[0])
