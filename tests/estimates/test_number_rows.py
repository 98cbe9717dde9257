"""What rows of numbers share: limits from t, and the order of columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import PrecisionWarning

FRAME = pd.DataFrame(
    {"y": [1.0, 2, 4, 8], "x": [1.0, 1, 2, 2], "g": list("aabb"), "u": [1, 2, 3, 3]}
)


def results(by: str | None) -> list[pd.DataFrame]:
    survey = ws.Survey(FRAME, psu="u")
    return [
        ws.estimate_means(survey, "y", by).to_frame(),
        ws.estimate_totals(survey, "y", by).to_frame(),
        ws.estimate_ratios(survey, "y", "x", by).to_frame(),
    ]


def test_every_estimate_of_a_number_has_the_same_columns_in_one_order() -> None:
    means, totals, ratios = results(None)
    assert list(means) == list(totals) == list(ratios)
    assert list(means)[-5:] == [
        "design_effect",
        "base",
        "weighted_base",
        "effective_base",
        "effective_sample_size",
    ]


def test_limits_are_t_on_the_degrees_of_freedom_of_the_row() -> None:
    for found in results(None):
        half = stats.t.ppf(0.975, 2) * found["standard_error"]
        np.testing.assert_allclose(found["ci_high"], found["estimate"] + half)
        assert found["interval_method"].tolist() == ["t"]


def test_a_domain_without_degrees_of_freedom_has_no_limits() -> None:
    with pytest.warns(PrecisionWarning):
        found = results("g")
    for frame in found:
        assert frame["interval_method"].tolist() == ["t", "none (no degrees of freedom)"]
        assert frame["ci_low"].isna().tolist() == [False, True]
