"""Tests of independence of stub and banner questions, from the sums that the cells were made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from welfarestats.errors import one_of
from welfarestats.formulas.significance import rao_scott
from welfarestats.survey.cells import form_covariance
from welfarestats.tables.blocks import Block

INDEPENDENCE_METHODS = {
    "rao-scott-second-order": "second",
    "rao-scott-first-order": "first",
}
_COLUMNS = ["stub", "banner", "method", "statistic", "df1", "df2", "p_value"]


def independence_of(blocks: Sequence[Block], method: str, origin: str) -> pd.DataFrame:
    """Return a test of independence of each block, one row a stub and banner question."""
    one_of(method, INDEPENDENCE_METHODS, "method")
    return pd.DataFrame([_tested(block, method, origin) for block in blocks], columns=_COLUMNS)


def _tested(block: Block, method: str, origin: str) -> list[object]:
    name = [block.stub, block.banner, method]
    cells = block.cells
    assert cells is not None
    base = float(cells.count[0, 1])
    if not base or (origin == "synthetic" and block.blank):
        return [*name, np.nan, np.nan, np.nan, np.nan]
    # Elementary cells are the categories of both questions; their columns stand after everyone
    # and everyone with an answer.
    shape = block.stub_size, block.banner_size
    totals = cells.weighted[1 : 1 + shape[0], 2 : 2 + shape[1]]
    shares = totals / totals.sum()
    residuals = np.eye(shares.size) - shares.ravel()[:, None]
    terms = np.eye(shares.size) + shares.ravel()[:, None]
    found = rao_scott(
        shares,
        form_covariance(residuals, cells.elementary(*shape), terms) / totals.sum() ** 2,
        base=base,
        degrees_of_freedom=cells.degrees_of_freedom([cells.flat(0, 1)], base),
        order=INDEPENDENCE_METHODS[method],
    )
    return [*name, found.statistic, found.df1, found.df2, found.p_value]
