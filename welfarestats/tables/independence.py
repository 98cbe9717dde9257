"""Tests of independence of stub and banner questions, one row a pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from welfarestats.errors import one_of
from welfarestats.formulas.significance import rao_scott_tests
from welfarestats.tables.blocks import Block

INDEPENDENCE_METHODS = {
    "rao-scott-second-order": "second",
    "rao-scott-first-order": "first",
}
_NUMBERS = ["statistic", "df1", "df2", "p_value"]


def independence_of(blocks: Sequence[Block], method: str, origin: str) -> pd.DataFrame:
    """Return a test of independence of each block, one row a stub and banner question."""
    one_of(method, INDEPENDENCE_METHODS, "method")
    made = [block.association for block in blocks if block.association is not None]
    blank = np.array([origin == "synthetic" and block.blank for block in blocks], dtype=bool)
    traces = np.array([one.traces for one in made]).reshape(-1, 3)
    traces[blank] = np.nan
    numbers = rao_scott_tests(
        traces,
        contrasts=[one.contrasts for one in made],
        degrees_of_freedom=[one.degrees_of_freedom for one in made],
        order=INDEPENDENCE_METHODS[method],
    )
    words = {
        "stub": [block.stub for block in blocks],
        "banner": [block.banner for block in blocks],
        "method": method,
    }
    frame = pd.DataFrame(words).astype("str")
    return frame.assign(**dict(zip(_NUMBERS, numbers, strict=True)))
