"""Tests of independence of stub and banner questions, from the sums that the cells were made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from welfarestats.errors import one_of
from welfarestats.formulas.linearization import ratio_jacobian
from welfarestats.formulas.significance import rao_scott
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
    item, column = np.indices((block.stub_size, block.banner_size)).reshape(2, -1)
    here = cells.flat(item + 1, column + 2)
    everyone = np.repeat(cells.flat(0, 1), here.size)
    eye = np.eye(cells.count.size)
    totals = cells.weighted.ravel()
    jacobian = ratio_jacobian(eye[here], eye[everyone], totals)
    shape = (block.stub_size, block.banner_size)
    found = rao_scott(
        (totals[here] / totals[everyone]).reshape(shape),
        cells.covariance(jacobian),
        base=base,
        degrees_of_freedom=cells.degrees_of_freedom([cells.flat(0, 1)], base),
        order=INDEPENDENCE_METHODS[method],
    )
    return [*name, found.statistic, found.df1, found.df2, found.p_value]
