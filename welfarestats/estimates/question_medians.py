"""Medians among the rows of questions, in the place that their means hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.estimates.quantiles import QUANTILE_INTERVALS, QuantileRules, members
from welfarestats.estimates.question_rows import StubRows, SummedRows
from welfarestats.formulas.proportion_pairs import TestResult
from welfarestats.survey.passes import View
from welfarestats.survey.sides import Side

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOT_TESTED = "medians are not tested"


def with_medians(
    found: SummedRows,
    stubs: Sequence[StubRows],
    banner: Side,
    groups: Array,
    view: View,
    *,
    interval: str,
    level: float,
) -> tuple[SummedRows, tuple[Array, Array]]:
    """Return the rows with medians where these were asked for, and the limits of the medians.

    ``groups`` (G, columns) are those of the ratios. Limits are (rows, G), missing elsewhere.
    """
    rows = np.flatnonzero(np.concatenate([stub.median for stub in stubs]))
    owners = [stub for stub in stubs if stub.median.any()]
    rules = QuantileRules("math", interval if interval in QUANTILE_INTERVALS else "logit", level)
    masks = members(banner, groups, view)
    ratios, spread = found.ratios, found.spread.copy()
    estimate, covariance = ratios.estimate.copy(), ratios.covariance.copy()
    low, high = np.full(estimate.shape, np.nan), np.full(estimate.shape, np.nan)
    for row, stub in zip(rows, owners, strict=True):
        made = rules.made(stub.answers.scores(), masks, np.array([0.5]), view)
        estimate[row] = made.value - stub.centre[-1]
        covariance[row] = made.covariance
        spread[row] = made.spread_of_share * made.scale**2
        low[row], high[row] = made.low, made.high
    ratios = replace(ratios, estimate=estimate, covariance=covariance)
    return replace(found, ratios=ratios, spread=spread), (low, high)


def untested(result: TestResult, rows: Mask) -> TestResult:
    """Return the tests without those of the rows."""
    blank = np.broadcast_to(rows[:, None], result.tested.shape)
    numbers = ("statistic", "degrees_of_freedom", "p_value")
    return replace(
        result,
        **{name: np.where(blank, np.nan, getattr(result, name)) for name in numbers},
        tested=result.tested & ~blank,
        reason=np.where(blank, NOT_TESTED, result.reason),
    )
