"""The rows of estimates that are numbers: their errors, their limits from t, and their bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.estimates.estimate import NO_DEGREES_OF_FREEDOM, Ratios
from welfarestats.formulas.intervals import t_interval

Array = NDArray[np.float64]

_LAST = ["base", "weighted_base", "effective_base", "effective_sample_size"]


def named_rows(variable: str, labels: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return one row a domain, with the labels of each, of a variable without categories."""
    size = len(next(iter(labels.values()), [""]))
    frame = pd.DataFrame({"variable": [variable] * size, "category": None})
    return frame.astype({"category": "str"}).assign(**labels)


def fill_with_numbers(
    frame: pd.DataFrame, value: Array, variance: Array, found: Ratios, level: float
) -> None:
    """Set the estimates of a frame, their standard errors, limits from t, and bases."""
    lone = found.degrees_of_freedom < 1
    error = np.sqrt(np.maximum(variance, 0.0))
    df = np.where(lone, np.nan, found.degrees_of_freedom)
    low, high = t_interval(value, error, level=level, degrees_of_freedom=df)
    frame["estimate"], frame["standard_error"] = value, error
    frame["ci_low"], frame["ci_high"] = low, high
    method = np.where(lone, NO_DEGREES_OF_FREEDOM, "t")
    frame["interval_method"] = method.astype(object)
    fill_bases(frame, found)


def fill_bases(frame: pd.DataFrame, found: Ratios) -> None:
    """Set the degrees of freedom and bases of a frame."""
    frame["degrees_of_freedom"] = found.degrees_of_freedom
    frame["base"] = found.base.astype(int)
    frame["weighted_base"] = found.weighted_base
    frame["effective_base"] = found.effective_base


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns in the order in which every estimate has them."""
    first = [name for name in frame if name not in (*_LAST, "design_effect")]
    return frame[[*first, "design_effect", *_LAST]]
