"""Tests of independence of stub and banner questions, from the sums that the cells were made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import one_of
from welfarestats.formulas.significance import rao_scott, rao_scott_tests
from welfarestats.survey.cells import CellStack, form_covariance
from welfarestats.tables.blocks import Block

Array = NDArray[np.float64]

INDEPENDENCE_METHODS = {
    "rao-scott-second-order": "second",
    "rao-scott-first-order": "first",
}
_NUMBERS = ["statistic", "df1", "df2", "p_value"]


def independence_of(blocks: Sequence[Block], method: str, origin: str) -> pd.DataFrame:
    """Return a test of independence of each block, one row a stub and banner question."""
    one_of(method, INDEPENDENCE_METHODS, "method")
    numbers = np.full((len(blocks), 4), np.nan)
    alike: dict[Any, list[int]] = {}
    for place, block in enumerate(blocks):
        if not (origin == "synthetic" and block.blank):
            assert block.cells is not None
            key = id(block.cells.stack), block.stub_size, block.banner_size
            alike.setdefault(key, []).append(place)
    for (_, *shape), places in alike.items():
        own = [blocks[place].cells for place in places]
        tables = np.array([cells.place for cells in own if cells is not None])
        stack = own[0].stack if own[0] is not None else None
        assert stack is not None
        numbers[places] = _tested(stack, tables, shape[0], shape[1], INDEPENDENCE_METHODS[method])
    words = {
        "stub": [block.stub for block in blocks],
        "banner": [block.banner for block in blocks],
        "method": method,
    }
    frame = pd.DataFrame(words).astype("str")
    return frame.assign(**dict(zip(_NUMBERS, numbers.T, strict=True)))


def _tested(
    stack: CellStack, tables: NDArray[np.int64], items: int, columns: int, order: str
) -> Array:
    """Return statistic, degrees of freedom and p-value of tables of a stack, (S, 4)."""
    # Elementary cells are the categories of both questions; their columns stand after everyone
    # and everyone with an answer.
    totals = stack.weighted[tables, 1 : 1 + items, 2 : 2 + columns]
    base = stack.count[tables, 0, 1]
    held = base > 0
    found = np.full((len(tables), 4), np.nan)
    shares = totals / np.where(held, totals.sum(axis=(1, 2)), 1.0)[:, None, None]
    flat = shares.reshape(len(tables), -1)
    one = np.eye(items * columns)
    covariance = form_covariance(
        one - flat[:, :, None], stack.elementary(tables, items, columns), one + flat[:, :, None]
    )
    covariance /= np.where(held, totals.sum(axis=(1, 2)), 1.0)[:, None, None] ** 2
    df = _freedom(stack, tables, base)
    rows, along = np.any(shares > 0, axis=2), np.any(shares > 0, axis=1)
    whole = held & np.all(rows, axis=1) & np.all(along, axis=1)
    if whole.any() and min(items, columns) > 1:
        given = {"base": base[whole], "degrees_of_freedom": df[whole], "order": order}
        found[whole] = np.column_stack(rao_scott_tests(shares[whole], covariance[whole], **given))
    for place in np.flatnonzero(held & ~whole):
        given = {"base": base[place], "degrees_of_freedom": df[place], "order": order}
        result = rao_scott(shares[place], covariance[place], **given)
        found[place] = result.statistic, result.df1, result.df2, result.p_value
    return found


def _freedom(stack: CellStack, tables: NDArray[np.int64], base: Array) -> Array:
    """Return the degrees of freedom of those with an answer to both questions, (S,)."""
    presence = stack.presence.tables(tables)
    every = (stack.stub[0] != 0), (stack.banner[[1]] != 0)
    return presence.degrees_of_freedom(presence.held(*every), base[:, None])[:, 0]
