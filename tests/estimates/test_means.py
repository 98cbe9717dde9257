"""Means and totals by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError

FRAME = pd.DataFrame(
    {
        "age": [20.0, 30, 40, 70, np.nan],
        "sex": list("FFMMM"),
        "w": [1.0, 2, 1, 1, 3],
        "u": [1, 1, 2, 2, 3],
    }
)


def first(result: ws.Estimates) -> pd.Series:
    return result.to_frame().iloc[0]


def test_a_mean_of_those_with_a_value():
    # Values 20, 30, 40, 70: mean 40. The fifth person is outside the domain of those with a
    # value, but in the sample: n/(n − 1) = 5/4 of Σ(y − 40)²/16 = (400 + 100 + 900)/16.
    found = first(ws.estimate_means(ws.Survey(FRAME), "age"))
    assert (found["estimate"], found["base"]) == (40, 4)
    assert found["standard_error"] == pytest.approx(math.sqrt(5 / 4 * 1400 / 16))
    assert found["degrees_of_freedom"] == 3


def test_a_weighted_mean():
    found = first(ws.estimate_means(ws.Survey(FRAME, weights="w"), "age"))
    assert found["estimate"] == pytest.approx((20 + 60 + 40 + 70) / 5)
    assert found["weighted_base"] == 5
    # residuals w (y − 38): −18, −16, 2, 32, and 0 for the fifth
    variance = 5 / 4 * (18**2 + 16**2 + 2**2 + 32**2) / 25
    assert found["standard_error"] == pytest.approx(math.sqrt(variance))


def test_a_mean_far_from_zero_keeps_its_figures():
    shifted = FRAME.assign(age=FRAME["age"] + 1e9)
    near, far = (
        first(ws.estimate_means(ws.Survey(f, weights="w", psu="u"), "age"))
        for f in (FRAME, shifted)
    )
    assert far["standard_error"] == pytest.approx(near["standard_error"], rel=1e-9)
    assert far["design_effect"] == pytest.approx(near["design_effect"], rel=1e-9)


def test_a_total_of_a_number_and_of_categories():
    survey = ws.Survey(FRAME, weights="w", weights_represent="population")
    age = first(ws.estimate_totals(survey, "age"))
    # w y: 20, 60, 40, 70, 0, of mean 38
    deviations = np.array([-18, 22, 2, 32, -38])
    assert age["estimate"] == pytest.approx(190)
    assert age["standard_error"] == pytest.approx(math.sqrt(5 / 4 * (deviations**2).sum()))
    sexes = ws.estimate_totals(survey, "sex").to_frame()
    assert sexes["category"].tolist() == ["F", "M"]
    assert sexes["estimate"].tolist() == [3, 5]
    # w x of women: 1, 2, 0, 0, 0, of mean 0.6
    assert sexes["standard_error"][0] == pytest.approx(math.sqrt(5 / 4 * (5 - 5 * 0.36)))


def test_a_constant_does_not_vary():
    found = ws.estimate_means(ws.Survey(FRAME.assign(age=18.0), weights="w"), "age", "sex")
    assert found.to_frame()["estimate"].tolist() == [18, 18]
    assert found.to_frame()["standard_error"].tolist() == [0, 0]
    assert found.to_frame()["design_effect"].isna().all()


def test_a_total_needs_to_know_what_the_weights_add_up_to():
    with pytest.raises(OptionError, match='Pass weights_represent="population"'):
        ws.estimate_totals(ws.Survey(FRAME, weights="w"), "sex")
    assert first(ws.estimate_totals(ws.Survey(FRAME), "sex"))["estimate"] == 2


def test_text_has_no_mean():
    with pytest.raises(DataError, match=r"column 'sex' holds .*where numbers are needed"):
        ws.estimate_means(ws.Survey(FRAME), "sex")


def test_a_question_without_scores_has_no_mean():
    survey = ws.Survey(FRAME, codebook=[ws.Question("sex")])
    with pytest.raises(CodebookError, match="Give them scores, or declare it a scale"):
        ws.estimate_means(survey, "sex")


def test_nobody_with_a_value():
    with pytest.raises(DataError, match="nobody"):
        ws.estimate_means(ws.Survey(FRAME).domain(FRAME["age"].isna()), "age")


def test_a_level_is_a_proportion():
    with pytest.raises(OptionError, match=r"Pass 0\.95"):
        ws.estimate_means(ws.Survey(FRAME), "age", level=95)
