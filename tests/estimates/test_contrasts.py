"""Linear combinations of estimates by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError

RANDOM = np.random.default_rng(7)
FRAME = pd.DataFrame(
    {
        "area": RANDOM.choice(["North", "South", "West"], 90),
        "works": RANDOM.choice(["Yes", "No"], 90),
        "age": RANDOM.integers(18, 80, 90).astype(float),
        "w": RANDOM.choice([0.5, 1, 2], 90),
        "psu": np.arange(90) % 12,
    }
)
SURVEY = ws.Survey(FRAME, weights="w", psu="psu")
MEANS = ws.estimate_means(SURVEY, "age", by="area")


def test_a_contrast_uses_the_covariance():
    found = ws.contrast(MEANS, {"N less S": {"North": 1, "South": -1}}).iloc[0]
    matrix = MEANS.covariance().to_numpy()
    error = np.sqrt(matrix[0, 0] + matrix[1, 1] - 2 * matrix[0, 1])
    rows = MEANS.to_frame()["estimate"]
    assert found["estimate"] == pytest.approx(rows[0] - rows[1])
    assert found["standard_error"] == pytest.approx(error)
    assert found["statistic"] == pytest.approx(found["estimate"] / error)
    assert found["degrees_of_freedom"] == 11
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(abs(found["statistic"]), 11))
    half = stats.t.ppf(0.975, 11) * error
    assert found["ci_low"] == pytest.approx(found["estimate"] - half)
    assert (found["method"], found["reason"]) == ("wald", "")
    assert bool(found["tested"])


def test_a_contrast_of_two_domains_is_their_comparison():
    found = ws.contrast(MEANS, {"N less S": {"North": 1, "South": -1}}).iloc[0]
    compared = ws.compare(SURVEY, "age", "area", smallest_effective_base=0)
    pair = compared[(compared["group_a"] == "North") & (compared["group_b"] == "South")].iloc[0]
    for name in ("standard_error", "statistic", "degrees_of_freedom", "p_value", "ci_low"):
        assert found[name] == pytest.approx(pair[name])


def test_degrees_of_freedom_are_those_of_the_domains_together():
    frame = FRAME.assign(area=np.where(FRAME["psu"] < 5, "North", "South"))
    means = ws.estimate_means(ws.Survey(frame, psu="psu"), "age", by="area")
    assert means.to_frame()["degrees_of_freedom"].tolist() == [4, 6]
    found = ws.contrast(means, {"less": {"North": 1, "South": -1}, "one": {"North": 1}})
    assert found["degrees_of_freedom"].tolist() == [11, 4]


def test_a_contrast_of_categories_within_and_between_domains():
    shares = ws.estimate_proportions(SURVEY, "works", by="area")
    found = ws.contrast(
        shares,
        {
            "all": {("Yes", "North"): 1, ("No", "North"): 1},
            "change": {
                ("Yes", "North"): 1,
                ("Yes", "South"): -1,
                ("No", "North"): -1,
                ("No", "South"): 1,
            },
        },
    )
    assert found["estimate"][0] == pytest.approx(1)
    assert (found["standard_error"][0], found["reason"][0]) == (
        0,
        "the combination does not vary between the PSUs",
    )
    assert np.isnan(found["p_value"][0])
    yes = shares.to_frame().query("category == 'Yes'")["estimate"].to_numpy()
    assert found["estimate"][1] == pytest.approx(2 * (yes[0] - yes[1]))


def test_quantiles_are_named_by_their_probability():
    spread = ws.estimate_quantiles(SURVEY, "age", (0.25, 0.75))
    found = ws.contrast(spread, {"interquartile range": {0.75: 1, 0.25: -1}}).iloc[0]
    rows = spread.to_frame()
    assert found["estimate"] == rows["estimate"][1] - rows["estimate"][0]
    assert 0 < found["standard_error"] < rows["standard_error"].sum()


def test_words_that_name_no_estimate_or_several_are_refused():
    with pytest.raises(
        OptionError, match=r"no estimate has the words 'Noth'\. Did you mean 'North'\?"
    ):
        ws.contrast(MEANS, {"x": {"Noth": 1}})
    shares = ws.estimate_proportions(SURVEY, "works", by="area")
    with pytest.raises(
        OptionError,
        match=r"2 estimates have the words 'North'\. Add what tells them apart, in brackets, such"
        r" as \('No', 'North'\)\.",
    ):
        ws.contrast(shares, {"x": {"North": 1}})


def test_factors_are_numbers():
    with pytest.raises(OptionError, match="contrast 'x' has 'one' as the factor of 'North'"):
        ws.contrast(MEANS, {"x": {"North": "one"}})
    with pytest.raises(OptionError, match="all factors of contrast 'x' are 0"):
        ws.contrast(MEANS, {"x": {"North": 0}})
    with pytest.raises(OptionError, match="contrast 'x' needs the factor of each estimate"):
        ws.contrast(MEANS, {"x": {}})
    with pytest.raises(OptionError, match="gives each contrast a name and its factors"):
        ws.contrast(MEANS, {})
    with pytest.raises(OptionError, match="is made from Estimates, not from 'DataFrame'"):
        ws.contrast(MEANS.to_frame(), {"x": {"North": 1}})


def test_an_estimate_that_is_missing_is_refused_where_it_is_used():
    codebook = [
        ws.Question("area", categories=[ws.Category(c) for c in ("North", "South", "East")])
    ]
    survey = ws.Survey(FRAME[FRAME["area"] != "West"].reset_index(drop=True), codebook=codebook)
    with pytest.warns(DataWarning):
        means = ws.estimate_means(survey, "age", by="area")
    assert ws.contrast(means, {"x": {"North": 1, "South": -1}})["tested"].all()
    with pytest.raises(DataError, match="contrast 'x' needs 1 estimates that are missing"):
        ws.contrast(means, {"x": {"North": 1, "East": -1}})


def test_invented_records_are_not_tested():
    means = ws.estimate_means(ws.Survey(FRAME, origin="synthetic"), "age", by="area")
    found = ws.contrast(means, {"x": {"North": 1, "South": -1}}).iloc[0]
    assert found["reason"] == "the records are synthetic"
    assert np.isnan(found["standard_error"])
    assert np.isfinite(found["estimate"])
