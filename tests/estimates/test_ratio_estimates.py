"""Ratios by hand, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DataWarning

FRAME = pd.DataFrame(
    {
        "rent": [300.0, 500, 200, 400, 100, np.nan],
        "income": [1_000.0, 2_000, 500, 1_000, np.nan, 900],
        "area": list("NNSSSN"),
        "w": [1.0, 2, 1, 1, 5, 5],
    }
)


def only(result: ws.Estimates) -> pd.Series:
    return result.to_frame().iloc[0]


def test_a_ratio_of_totals_of_those_with_both_numbers():
    found = only(ws.estimate_ratios(ws.Survey(FRAME, weights="w"), "rent", "income"))
    ratio = (300 + 1_000 + 200 + 400) / (1_000 + 4_000 + 500 + 1_000)
    assert found["variable"] == "rent/income"
    assert pd.isna(found["category"])
    assert found["estimate"] == pytest.approx(ratio)
    assert (found["base"], found["weighted_base"]) == (4, 5)
    assert found["effective_base"] == pytest.approx(25 / 7)
    # w (y − R x) of the four, 0 of the two others, about a mean of 0
    residuals = np.array([300 - ratio * 1_000, 2 * (500 - ratio * 2_000), 200 - ratio * 500])
    residuals = np.append(residuals, 400 - ratio * 1_000)
    variance = 6 / 5 * (residuals**2).sum() / 6_500**2
    assert found["standard_error"] == pytest.approx(math.sqrt(variance))
    assert found["degrees_of_freedom"] == 3
    assert found["interval_method"] == "t"


def test_the_design_effect_is_that_of_the_linearised_variable():
    result = only(ws.estimate_ratios(ws.Survey(FRAME), "rent", "income"))
    known = FRAME.dropna()
    ratio = known["rent"].sum() / known["income"].sum()
    residual = (known["rent"] - ratio * known["income"]) / known["income"].mean()
    expected = result["standard_error"] ** 2 / (residual.var() / 4)
    assert result["design_effect"] == pytest.approx(expected)
    spread = (residual**2).mean()
    assert result["effective_sample_size"] == pytest.approx(spread / result["standard_error"] ** 2)


def test_a_ratio_to_one_each_is_a_mean():
    survey = ws.Survey(FRAME.assign(one=1.0), weights="w", strata="area")
    ratio = ws.estimate_ratios(survey, "rent", "one", by="area").to_frame()
    mean = ws.estimate_means(survey, "rent", by="area").to_frame()
    numbers = mean.columns[mean.dtypes == "float64"]
    pd.testing.assert_frame_equal(ratio[numbers], mean[numbers], rtol=1e-9)


def test_a_ratio_of_a_number_to_itself_is_one_without_error():
    found = only(ws.estimate_ratios(ws.Survey(FRAME, weights="w"), "income", "income"))
    assert (found["estimate"], found["standard_error"]) == (1, 0)


def test_a_ratio_far_from_its_error_keeps_its_figures():
    # y = 1e9 x + e: the variance is that of e.
    noise = np.array([1.0, -2, 3, -1, 2, 0.5])
    x = np.array([1.0, 2, 1, 3, 2, 1])
    near = only(ws.estimate_ratios(ws.Survey(pd.DataFrame({"y": noise, "x": x})), "y", "x"))
    far = pd.DataFrame({"y": 1e9 * x + noise, "x": x})
    found = only(ws.estimate_ratios(ws.Survey(far), "y", "x"))
    assert found["standard_error"] == pytest.approx(near["standard_error"], rel=1e-6)


def test_scores_of_a_question_can_be_divided():
    codebook = [
        ws.Question(
            "work",
            categories=[ws.Category(1, "Full time", score=40), ws.Category(2, "No", score=0)],
        )
    ]
    frame = pd.DataFrame({"work": [1, 2, 1], "awake": [100.0, 110, 110]})
    found = only(ws.estimate_ratios(ws.Survey(frame, codebook=codebook), "work", "awake"))
    assert found["estimate"] == pytest.approx(80 / 320)


def test_the_covariance_of_two_domains_is_that_of_a_design_with_clusters():
    frame = FRAME.assign(psu=[1, 2, 1, 2, 3, 3], rent=[300.0, 500, 250, 400, 100, 50])
    result = ws.estimate_ratios(ws.Survey(frame, psu="psu"), "rent", "income", by="area")
    matrix = result.covariance().to_numpy()
    assert np.diag(matrix) == pytest.approx(result.to_frame()["standard_error"] ** 2)
    assert matrix[0, 1] != 0


def test_degrees_of_freedom_count_people_whose_denominator_is_zero():
    frame = pd.DataFrame({"y": [1.0, 2, 3, 4], "x": [1.0, 2, 0, 0], "psu": [1, 2, 3, 3]})
    found = only(ws.estimate_ratios(ws.Survey(frame, psu="psu"), "y", "x"))
    assert (found["base"], found["degrees_of_freedom"]) == (4, 2)


def test_a_negative_denominator_is_refused():
    frame = FRAME.assign(income=[-1.0, 2, 3, 4, 5, 6])
    with pytest.raises(
        DataError,
        match=r"the denominator 'income' is negative for 1 of 5 respondents\. A ratio divides by"
        r" an amount of at least 0: correct them, or declare their code as missing\.",
    ):
        ws.estimate_ratios(ws.Survey(frame), "rent", "income")


def test_a_denominator_of_zero_for_everybody_is_refused():
    with pytest.raises(
        DataError,
        match=r"the denominator 'income' is 0 for all 5 respondents, so there is nothing to divide",
    ):
        ws.estimate_ratios(ws.Survey(FRAME.assign(income=0)), "rent", "income")


def test_a_domain_in_which_the_denominator_is_zero_is_told_of():
    frame = FRAME.assign(income=[1.0, 2, 0, 0, 0, 3])
    with pytest.warns(
        DataWarning,
        match=r"the denominator 'income' is 0 for everybody in 1 of 2 domains: 'S'\. Their ratios"
        r" are missing\.",
    ):
        result = ws.estimate_ratios(ws.Survey(frame), "rent", "income", by="area")
    assert result.to_frame()["estimate"].isna().tolist() == [False, True]
    assert np.isnan(result.covariance().to_numpy()[1]).all()
    assert result.covariance().to_numpy()[0, 0] > 0


def test_nobody_with_both_numbers_is_refused():
    frame = pd.DataFrame({"y": [1.0, np.nan], "x": [np.nan, 1.0]})
    with pytest.raises(DataError, match="nobody in the domain has both a numerator and a denomin"):
        ws.estimate_ratios(ws.Survey(frame), "y", "x")


def test_words_are_no_numerator():
    with pytest.raises(DataError, match="area"):
        ws.estimate_ratios(ws.Survey(FRAME), "area", "income")
    codebook = [ws.Question("area", categories=[ws.Category("N"), ws.Category("S")])]
    with pytest.raises(CodebookError, match="its categories have no scores"):
        ws.estimate_ratios(ws.Survey(FRAME, codebook=codebook), "area", "income")


def test_invented_records_have_no_error():
    found = only(ws.estimate_ratios(ws.Survey(FRAME, origin="synthetic"), "rent", "income"))
    assert np.isnan(found["standard_error"])
    assert found["interval_method"] == "none (synthetic records)"
