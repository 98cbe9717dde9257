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
    traces = rao_scott_traces(cells[None], V[None], base=[base])
    found = rao_scott_tests(
        traces, contrasts=df, degrees_of_freedom=degrees_of_freedom, order=order
    )
    return AssociationResult(method, *(float(one[0]) for one in found))


def rao_scott_traces(proportions: ArrayLike, covariance: ArrayLike, *, base: ArrayLike) -> Array:
    """Return what `rao_scott_tests` needs of many tables of one size: X², tr Δ and tr Δ², (S, 3).

    Parameters
    ----------
    proportions : array_like
        S tables, (S, R, C), each summing to 1, without empty rows or columns.
    covariance : array_like
        Their covariance matrices under the design, (S, RC, RC).
    base : array_like
        Numbers of respondents, (S,).

    Returns
    -------
    ndarray
        (S, 3); the traces are NaN where the cells do not vary or have no inverse, see `rao_scott`.

    Notes
    -----
    All tables are solved together, which is many times faster than one after the other. Where no
    cell is empty, the covariance of counts over the square of their sum does as well as that of
    proportions: a factor common to all cells is no interaction.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data. Annals of Statistics 12, 46–60.

    Examples
    --------
    A simple random sample has design effects of 1:

    >>> cells = np.array([[13, 4], [22, 12]]) / 51
    >>> p = cells.ravel()
    >>> simple = (np.diag(p) - np.outer(p, p)) / 51
    >>> rao_scott_traces([cells] * 2, [simple] * 2, base=[51, 51]).round(4).tolist()
    [[0.7286, 1.0, 1.0], [0.7286, 1.0, 1.0]]
    """
    p, V = np.asarray(proportions, dtype=float), np.asarray(covariance, dtype=float)
    n = np.asarray(base, dtype=float)
    # With an empty cell interactions are no longer what main effects leave.
    if (p > 0).all():
        left, inverse = _interaction_part(p, V), 1 / p.reshape(len(p), -1)
        trace = n * np.einsum("sii,si->s", left, inverse)
        left *= left
        squared = n**2 * (inverse * (left @ inverse[:, :, None])[:, :, 0]).sum(axis=1)
    else:
        delta = _design_effects(p, V, n)
        trace = np.trace(delta, axis1=1, axis2=2)
        squared = (delta * delta.transpose(0, 2, 1)).sum(axis=(1, 2))
    varies = trace > 1e-12
    nothing = np.where(varies, 1.0, np.nan)
    return np.column_stack([n * _pearson_shares(p), trace * nothing, squared * nothing])


def rao_scott_tests(
    traces: ArrayLike,
    *,
    contrasts: ArrayLike,
    degrees_of_freedom: ArrayLike,
    order: str = "second",
) -> tuple[Array, Array, Array, Array]:
    """Return the tests of `rao_scott` for many tables: statistic, df1, df2, p-value.

    Parameters
    ----------
    traces : array_like
        X², tr Δ and tr Δ² of each table, (S, 3).
    contrasts : array_like
        (R − 1)(C − 1) of each table.
    degrees_of_freedom : array_like
        Design degrees of freedom of each table.
    order : str, default "second"
        ``"second"`` or ``"first"``.

    Returns
    -------
    tuple of ndarray
        (S,) each; NaN where a table has no test.

    Raises
    ------
    OptionError
        When the order is unknown.

    Notes
    -----
    Second order: ``F = X²/tr Δ``. First order: ``X²/(tr Δ/contrasts)`` as chi-squared.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data. Annals of Statistics 12, 46–60.

    Examples
    --------
    >>> found = rao_scott_tests([[0.7286, 1.0, 1.0]], contrasts=1, degrees_of_freedom=50)
    >>> [float(one[0].round(4)) for one in found]
    [0.7286, 1.0, 50.0, 0.3974]
    """
    from scipy import special

    one_of(order, ORDERS, "order")
    squared, trace, trace_squared = np.asarray(traces, dtype=float).T
    df = np.broadcast_to(np.asarray(contrasts, dtype=float), squared.shape)
    nowhere = np.where(np.isnan(trace), np.nan, 0.0)
    if order == "first":
        corrected = squared / (trace / df)
        return corrected, df + nowhere, np.inf + nowhere, np.asarray(special.chdtrc(df, corrected))
    df1 = trace**2 / trace_squared
    df2, statistic = df1 * np.asarray(degrees_of_freedom, dtype=float), squared / trace
    usable = df2 > 0
    p_value = special.fdtrc(df1, np.where(usable, df2, 1.0), statistic)
    return statistic, df1, df2, np.where(usable, p_value, np.nan)


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
    return float(_pearson_shares(cells[None])[0])


def _pearson_shares(cells: Array) -> Array:
    """X²/n of tables of proportions (S, R, C)."""
    rows, columns = cells.sum(axis=2, keepdims=True), cells.sum(axis=1, keepdims=True)
    expected = rows * columns / cells.sum(axis=(1, 2), keepdims=True)
    return np.asarray(((cells - expected) ** 2 / expected).sum(axis=(1, 2)))


def _interaction_part(cells: Array, V: Array) -> Array:
    """V without its part in row and column effects: times n, over D it has the traces of Δ.

    The contrasts C over D are the complement of row and column effects X, so that
    D⁻¹C(C'D⁻¹C)⁻¹C'D⁻¹ = D⁻¹ − X(X'DX)⁻¹X', of which only a small matrix is inverted.
    """
    effects = _main_effects(*cells.shape[1:])
    p = cells.reshape(len(cells), -1)
    scaled = effects * p[:, :, None]
    fitted = scaled @ np.linalg.inv(effects.T @ scaled)
    # (I − FX')V(I − XF') = V − H − H' with H = F(VX − FX'VX/2)', since V is symmetric.
    along = V @ effects
    along -= fitted @ (effects.T @ along) / 2
    explained = fitted @ along.transpose(0, 2, 1)
    left = V - explained
    left -= explained.transpose(0, 2, 1)
    return np.asarray(left)


def _design_effects(cells: Array, V: Array, base: Array) -> Array:
    """Rao and Scott's matrices Δ of generalised design effects; NaN where one has no inverse."""
    contrasts = _interaction_contrasts(*cells.shape[1:])
    p = cells.reshape(len(cells), -1)
    inverse = np.divide(1.0, p, out=np.zeros(p.shape), where=p > 0)
    scaled = contrasts * inverse[:, :, None]
    simple = contrasts.T @ scaled / base[:, None, None]
    singular = np.zeros(len(p), dtype=bool)
    for place in np.flatnonzero(~(p > 0).all(axis=1)):
        singular[place] = np.linalg.matrix_rank(simple[place]) < simple.shape[1]
    simple[singular] = np.eye(simple.shape[1])
    delta = np.linalg.solve(simple, scaled.transpose(0, 2, 1) @ V @ scaled)
    delta[singular] = np.nan
    return np.asarray(delta)


@lru_cache(maxsize=256)
def _interaction_contrasts(rows: int, columns: int) -> Array:
    """Contrasts of cells that are free of row and column effects, (RC, (R − 1)(C − 1))."""
    main = _main_effects(rows, columns)
    interaction = np.kron(np.eye(rows)[:, 1:], np.eye(columns)[:, 1:])
    return np.asarray(interaction - main @ np.linalg.lstsq(main, interaction, rcond=None)[0])


@lru_cache(maxsize=256)
def _main_effects(rows: int, columns: int) -> Array:
    """Indicators of all rows and of all columns but the first, (RC, R + C − 1)."""
    of_rows = np.kron(np.eye(rows), np.ones((columns, 1)))
    return np.hstack([of_rows, np.kron(np.ones((rows, 1)), np.eye(columns))[:, 1:]])
