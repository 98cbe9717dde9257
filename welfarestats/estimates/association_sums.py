"""How far two questions with one answer a respondent are associated, from the sums of their cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.significance import rao_scott_traces
from welfarestats.formulas.wald import independence_residuals
from welfarestats.survey.cell_stacks import CellStack, form_covariance
from welfarestats.survey.replicated import ReplicateSums

Array = NDArray[np.float64]

# A trace below this share of what its matrix had before row and column effects were taken out.
_DOUBTFUL = 1e-9


@dataclass(frozen=True)
class Association:
    """What a Rao–Scott test of one table needs: X², tr Δ, tr Δ², and degrees of freedom.

    ``contrasts`` are (R − 1)(C − 1) of the rows and columns that hold somebody.
    """

    traces: tuple[float, float, float]
    contrasts: int
    degrees_of_freedom: float


@dataclass(frozen=True)
class Residuals:
    """What a Wald test of one table needs: its residuals from independence and their covariance."""

    values: Array
    covariance: Array
    degrees_of_freedom: float


NO_ASSOCIATION = Association((np.nan, np.nan, np.nan), 0, np.nan)


def associations(stack: CellStack) -> list[Association]:
    """Return the association of the categories of stub and banner, for each table of a stack.

    The elementary cells are the categories of both questions; there may be one more elementary
    column, of those without an answer to the banner.
    """
    items, columns = stack.stub.shape[1], int((stack.banner[1] != 0).sum())
    totals = stack.weighted[:, 1 : 1 + items, 2 : 2 + columns]
    base = stack.count[:, 0, 1]
    every = stack.presence.held(stack.stub[0] != 0, stack.banner[[1]] != 0)
    df = stack.presence.degrees_of_freedom(every, base[:, None])[:, 0]
    whole = np.minimum(totals.sum(axis=2).min(axis=1), totals.sum(axis=1).min(axis=1)) > 0
    full = (totals > 0).all(axis=(1, 2))
    found = [NO_ASSOCIATION] * len(totals)
    together = np.flatnonzero(full), np.flatnonzero(whole & ~full)
    for places in (*together, *np.flatnonzero(~whole)[:, None]):
        if not places.size or not base[places].all():
            continue
        traces, contrasts = _traces(stack, places, totals[places], base[places])
        for place, own, freedom in zip(
            places.tolist(), traces.tolist(), df[places].tolist(), strict=True
        ):
            found[place] = Association(tuple(own), contrasts, freedom)
    return found


def residuals(stack: CellStack) -> Residuals:
    """Return the residuals from independence of the first table of a stack, none where empty."""
    items, columns = stack.stub.shape[1], int((stack.banner[1] != 0).sum())
    totals = stack.weighted[0, 1 : 1 + items, 2 : 2 + columns]
    whole = stack.presence.tables(slice(0, 1))
    every = whole.held(stack.stub[0] != 0, stack.banner[[1]] != 0)
    df = float(whole.degrees_of_freedom(every, stack.count[:1, 0, 1][:, None])[0, 0])
    held = totals[totals.any(axis=1)][:, totals.any(axis=0)]
    if min(held.shape) < 2:
        return Residuals(np.zeros(0), np.zeros((0, 0)), df)
    kept = np.flatnonzero(np.outer(totals.any(axis=1), totals.any(axis=0)))
    covariance = stack.elementary(np.array([0]), items, columns)[0][np.ix_(kept, kept)]
    values, derivative = independence_residuals(held)
    return Residuals(values, form_covariance(derivative, covariance), df)


def _traces(
    stack: CellStack, places: NDArray[np.int64], totals: Array, base: Array
) -> tuple[Array, int]:
    """Return X², tr Δ and tr Δ² of tables that are empty in the same rows and columns."""
    rows, columns = totals[0].any(axis=1), totals[0].any(axis=0)
    contrasts = int((rows.sum() - 1) * (columns.sum() - 1))
    if contrasts < 1:
        return np.full((len(places), 3), np.nan), contrasts
    kept = np.flatnonzero(np.outer(rows, columns))
    cells = totals[:, rows][:, :, columns]
    whole = cells.sum(axis=(1, 2))
    shares = cells / whole[:, None, None]
    if stack.replicates is not None:
        covariance = _replicate_covariance(stack.replicates.tables(places), totals, kept, shares)
        return rao_scott_traces(shares, covariance, base=base), contrasts
    covariance = stack.elementary(places, *totals.shape[1:])
    if kept.size < covariance.shape[1]:
        covariance = covariance[:, kept[:, None], kept]
    if (cells > 0).all():
        return _positive_traces(cells, covariance, base), contrasts
    return rao_scott_traces(shares, _of_shares(cells, covariance), base=base), contrasts


def _positive_traces(cells: Array, covariance: Array, base: Array) -> Array:
    """Return the traces of tables without an empty cell, from the covariance of their sums."""
    whole = cells.sum(axis=(1, 2))[:, None, None]
    scaled = covariance / whole**2
    traces = rao_scott_traces(cells / whole, scaled, base=base)
    every = np.einsum("sii,si->s", scaled, whole[:, 0] / cells.reshape(len(cells), -1))
    # Where nearly all cancels, only the covariance of shares tells rounding from variance.
    doubtful = np.flatnonzero(~(traces[:, 1] > _DOUBTFUL * base * every))
    if doubtful.size:
        shares = _of_shares(cells[doubtful], covariance[doubtful])
        again = cells[doubtful] / whole[doubtful]
        traces[doubtful] = rao_scott_traces(again, shares, base=base[doubtful])
    return traces


def _of_shares(cells: Array, covariance: Array) -> Array:
    """Return the covariance of cells' shares of all from that of their sums."""
    whole = cells.sum(axis=(1, 2))[:, None, None]
    shares = cells.reshape(len(cells), -1, 1) / whole
    one = np.eye(shares.shape[1])
    return np.asarray(form_covariance(one - shares, covariance, one + shares) / whole**2)


def _replicate_covariance(
    own: ReplicateSums, totals: Array, kept: NDArray[np.int64], shares: Array
) -> Array:
    """Return the covariance of cells' shares of all, made again under each replicate weight."""
    items, columns = totals.shape[1:]
    sums = own.sums[:, :items, :columns].reshape(len(totals), items * columns, -1)[:, kept]
    whole = np.broadcast_to(sums.sum(axis=1, keepdims=True), sums.shape)
    return own.ratio_covariance(sums, whole, shares.reshape(len(totals), -1))
