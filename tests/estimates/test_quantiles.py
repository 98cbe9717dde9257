"""Quantiles by hand, and what is refused."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError, PrecisionWarning

AGES = pd.DataFrame({"age": np.arange(1.0, 101), "half": ["low"] * 50 + ["high"] * 50})


def test_the_limits_of_a_median_cut_off_those_of_the_share_below():
    found = ws.estimate_quantiles(ws.Survey(AGES), "age", [0.5], interval="wald").to_frame()
    (row,) = found.to_dict("records")
    assert (row["estimate"], row["quantile"], row["base"]) == (50, 0.5, 100)
    half = stats.t.ppf(0.975, 99) * np.sqrt(0.25 / 99)
    assert row["ci_low"] == np.ceil(100 * (0.5 - half)) == 41
    assert row["ci_high"] == np.ceil(100 * (0.5 + half)) == 60
    assert row["standard_error"] == pytest.approx((60 - 41) / (2 * stats.t.ppf(0.975, 99)))
    assert row["interval_method"] == "woodruff (wald)"
    # A share of one half under simple random sampling
    assert row["design_effect"] == pytest.approx(1)
    assert row["effective_sample_size"] == pytest.approx(99)


def test_quantiles_stand_quantile_by_quantile_domain_by_domain():
    found = ws.estimate_quantiles(ws.Survey(AGES), "age", (0.25, 0.75), by="half").to_frame()
    assert list(found)[:4] == ["variable", "category", "half", "quantile"]
    rows = found[["half", "quantile", "estimate"]].to_numpy().tolist()
    assert rows == [["high", 0.25, 63], ["low", 0.25, 13], ["high", 0.75, 88], ["low", 0.75, 38]]
    assert found["base"].tolist() == [50] * 4


def test_weights_move_a_median():
    survey = ws.Survey(AGES.assign(w=np.where(AGES["age"] > 90, 10.0, 1.0)), weights="w")
    found = ws.estimate_quantiles(survey, "age", [0.5]).to_frame()
    # 90 + 100 in all: 95 is reached by the first of the heavy ones.
    assert found["estimate"].tolist() == [91]
    assert found["weighted_base"].tolist() == [190]


def test_the_error_knows_clusters():
    frame = AGES.assign(psu=np.repeat(np.arange(10), 10))
    alone = ws.estimate_quantiles(ws.Survey(AGES), "age", [0.5]).to_frame()
    clustered = ws.estimate_quantiles(ws.Survey(frame, psu="psu"), "age", [0.5]).to_frame()
    assert clustered["standard_error"][0] > 2 * alone["standard_error"][0]
    assert clustered["design_effect"][0] > 5


def test_groups_that_overlap_have_quantiles_of_their_own():
    help_ = ws.Question(
        "help",
        kind="multiple",
        columns=("a", "b"),
        categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
    )
    frame = pd.DataFrame({"age": [10.0, 20, 30, 40], "a": [1, 1, 1, 0], "b": [0, 1, 1, 1]})
    survey = ws.Survey(frame, codebook=[help_])
    found = ws.estimate_quantiles(survey, "age", [0.5], by="help", interval="logit")
    assert found.to_frame()["estimate"].tolist() == [20, 30]
    assert found.to_frame()["base"].tolist() == [3, 3]


def test_the_covariance_has_the_squared_errors_and_the_correlations_of_the_shares():
    result = ws.estimate_quantiles(ws.Survey(AGES), "age", (0.25, 0.75))
    matrix, error = result.covariance().to_numpy(), result.to_frame()["standard_error"].to_numpy()
    assert np.diag(matrix) == pytest.approx(error**2)
    # Shares of 1/4 and 3/4: correlation √(¼ · ¼ / (¾ · ¾))
    assert matrix[0, 1] / (error[0] * error[1]) == pytest.approx(1 / 3)


def test_a_quantile_that_nothing_bounds_says_so():
    with pytest.warns(
        PrecisionWarning,
        match=r"1 of 2 quantiles have no lower or no upper limit, and so no standard error: too"
        r" few people are beyond them\.",
    ):
        found = ws.estimate_quantiles(ws.Survey(AGES), "age", (0.5, 0.999)).to_frame()
    assert found["estimate"].tolist() == [50, 100]
    assert found["interval_method"][1].endswith("(no upper limit)")
    assert np.isnan(found.loc[1, ["ci_high", "standard_error"]].astype(float)).all()
    assert found["ci_low"][1] < 100


def test_small_bases_have_limits_with_logit_where_wald_has_none():
    survey = ws.Survey(AGES.iloc[:8].copy())
    with pytest.warns(PrecisionWarning, match=r'limit is missing\. interval="logit" may have both'):
        wald = ws.estimate_quantiles(survey, "age", [0.25]).to_frame()
    logit = ws.estimate_quantiles(survey, "age", [0.25], interval="logit").to_frame()
    assert wald["interval_method"].tolist() == ["woodruff (wald) (no lower limit)"]
    assert np.isnan(wald["ci_low"][0])
    assert logit[["ci_low", "ci_high"]].to_numpy().tolist() == [[1, 6]]


def test_one_value_only_has_no_upper_limit():
    frame = pd.DataFrame({"age": [40.0] * 5})
    with pytest.warns(PrecisionWarning, match="no upper limit"):
        found = ws.estimate_quantiles(ws.Survey(frame), "age", [0.5]).to_frame()
    assert (found["estimate"][0], found["ci_low"][0]) == (40, 40)


def test_a_domain_in_one_psu_has_no_limits():
    frame = AGES.assign(psu=np.repeat([1, 2, 3, 4], 25), first=["yes"] * 25 + ["no"] * 75)
    with pytest.warns(PrecisionWarning, match="1 of 2 domains live in one PSU a stratum: 'yes'"):
        found = ws.estimate_quantiles(
            ws.Survey(frame, psu="psu"), "age", [0.5], by="first", interval="logit"
        )
    rows = found.to_frame().set_index("first")
    assert rows.loc["yes", "interval_method"] == "none (no degrees of freedom)"
    assert np.isnan(rows.loc["yes", "standard_error"])
    assert rows.loc["yes", "estimate"] == 13


def test_an_empty_domain_has_no_quantile():
    codebook = [ws.Question("half", categories=[ws.Category(c) for c in ("low", "high", "none")])]
    survey = ws.Survey(AGES, codebook=codebook)
    with pytest.warns(DataWarning, match="1 of 3 domains have no respondents: 'none'"):
        found = ws.estimate_quantiles(survey, "age", [0.5], by="half").to_frame()
    assert found["estimate"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("quantiles", "words"),
    [
        ((0.5, 1.0), r"1 of 2 are not; the first is 1\. Write the median as 0\.5\."),
        (50, r"1 of 1 are not; the first is 50\."),
        ((0, float("nan")), r"2 of 2 are not; the first is 0\."),
        ((), r"quantiles are probabilities such as 0\.5 for the median, not \(\)\."),
        ("median", r"quantiles are probabilities such as 0\.5 for the median, not 'median'\."),
    ],
)
def test_probabilities_lie_between_nothing_and_everybody(quantiles, words):
    with pytest.raises(OptionError, match=words):
        ws.estimate_quantiles(ws.Survey(AGES), "age", quantiles)


def test_definitions_and_intervals_are_words():
    with pytest.raises(OptionError, match=r"definition cannot be 'hf5a'.*Did you mean 'hf5'"):
        ws.estimate_quantiles(ws.Survey(AGES), "age", definition="hf5a")
    with pytest.raises(OptionError, match="interval cannot be 'score'"):
        ws.estimate_quantiles(ws.Survey(AGES), "age", interval="score")


def test_interpolations_need_every_respondent():
    lazy = ws.Survey(pl.from_pandas(AGES).lazy())
    with pytest.raises(
        DataError, match=r"definition 'hf7' needs every respondent's weight, and a lazy frame is"
    ):
        ws.estimate_quantiles(lazy, "age", definition="hf7")
    assert ws.estimate_quantiles(lazy, "age", [0.5]).to_frame()["estimate"].tolist() == [50]


def test_the_median_of_scores():
    work = ws.Question(
        "work",
        categories=[
            ws.Category(1, "Full time", score=40),
            ws.Category(2, "Part time", score=16),
            ws.Category(9, "Don't know", missing="dont_know"),
        ],
    )
    frame = pd.DataFrame({"work": [1, 2, 2, 9, 9]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        found = ws.estimate_quantiles(ws.Survey(frame, codebook=[work]), "work", 0.5).to_frame()
    assert found[["estimate", "base"]].to_numpy().tolist() == [[16, 3]]


def test_invented_records_have_no_limits():
    found = ws.estimate_quantiles(ws.Survey(AGES, origin="synthetic"), "age").to_frame()
    assert found[["standard_error", "ci_low", "ci_high"]].isna().all(axis=None)
    assert found["estimate"].notna().all()
