"""Tests of independence of stub and banner questions, one row a pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import one_of
from welfarestats.estimates.estimate import INDICATIVE
from welfarestats.formulas.significance import rao_scott_tests
from welfarestats.formulas.wald import wald_tests
from welfarestats.tables.blocks import Block

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

INDEPENDENCE_METHODS = {
    "rao-scott-second-order": "second",
    "rao-scott-first-order": "first",
}
WALD_METHODS = {"wald": False, "adjusted-wald": True}
_NUMBERS = ["statistic", "df1", "df2", "p_value"]


def independence_of(
    blocks: Sequence[Block], method: str, origin: str, *, indicative: bool
) -> pd.DataFrame:
    """Return a test of independence of each block, one row a stub and banner question.

    Of people who are no random sample it is ``indicative`` only, and its method says so.
    """
    one_of(method, (*INDEPENDENCE_METHODS, *WALD_METHODS), "method")
    blank = np.array([origin == "synthetic" and block.blank for block in blocks], dtype=bool)
    if method in WALD_METHODS:
        numbers = _wald(blocks, blank, adjusted=WALD_METHODS[method])
    else:
        numbers = _rao_scott(blocks, blank, INDEPENDENCE_METHODS[method])
    words = {
        "stub": [block.stub for block in blocks],
        "banner": [block.banner for block in blocks],
        "method": method + (INDICATIVE if indicative else ""),
    }
    frame = pd.DataFrame(words).astype("str")
    return frame.assign(**dict(zip(_NUMBERS, numbers, strict=True)))


def _rao_scott(blocks: Sequence[Block], blank: Mask, order: str) -> tuple[Array, ...]:
    made = [block.association for block in blocks if block.association is not None]
    traces = np.array([one.traces for one in made]).reshape(-1, 3)
    traces[blank] = np.nan
    return rao_scott_tests(
        traces,
        contrasts=[one.contrasts for one in made],
        degrees_of_freedom=[one.degrees_of_freedom for one in made],
        order=order,
    )


def _wald(blocks: Sequence[Block], blank: Mask, *, adjusted: bool) -> tuple[Array, ...]:
    found = np.full((len(blocks), len(_NUMBERS)), np.nan)
    for row, block in enumerate(blocks):
        one = block.residuals
        if one is not None and one.values.size and not blank[row]:
            found[row] = wald_tests(
                one.values,
                one.covariance,
                degrees_of_freedom=one.degrees_of_freedom,
                adjusted=adjusted,
            )
    return tuple(found.T)
