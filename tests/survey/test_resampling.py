"""Replicate weights made from a design."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_surveys import ESTIMATORS, assert_same, frames, result, same_by_name, survey_of

import welfarestats as ws
from welfarestats.errors import (
    DataError,
    DesignError,
    OptionError,
    PrecisionWarning,
    WelfareStatsWarning,
)
from welfarestats.survey import resampling
from welfarestats.survey.design import Calibration
from welfarestats.survey.reweighting import reweighted

HALVES = pd.DataFrame(
    {
        "area": ["N", "N", "N", "S", "S", "S", "W", "W"],
        "office": [7, 7, 3, 1, 2, 2, 9, 4],
        "age": [20.0, 35, 50, 41, 66, 30, 55, 28],
        "help": [1, 0, 1, 1, 0, 0, 1, 1],
        "w": [2.0, 1, 3, 2, 2, 1, 4, 2],
    }
)


def halves(**options) -> ws.Survey:
    settings_ = {"weights": "w", "strata": "area", "psu": "office"} | options
    return ws.Survey(HALVES, weights_represent="population", **settings_)


def replicates_of(survey: ws.Survey):
    found = survey.view(()).design.replicates
    assert found is not None
    return found


def total(survey: ws.Survey, by: str | None = None) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        return ws.estimate_totals(survey, "age", by=by).to_frame()


# ---------------------------------------------------------------- against linearisation


@pytest.mark.parametrize(
    ("method", "options"),
    [("jkn", {}), ("brr", {}), ("fay", {"fay": 0.5}), ("fay", {"fay": 0.0}), ("sdr", {})],
)
@pytest.mark.parametrize("centre", ["estimate", "mean"])
def test_totals_of_two_psus_a_stratum_are_those_of_linearisation(method, options, centre):
    made = ws.make_replicates(halves(), method, centre=centre, **options)
    for by in (None, "help"):
        expected = total(halves(), by)
        if centre == "mean" and method == "sdr":
            continue
        found = total(made, by)
        np.testing.assert_allclose(found["standard_error"], expected["standard_error"], rtol=1e-12)
    assert made.degrees_of_freedom == 3 == halves().degrees_of_freedom


def test_unstratified_jackknife_of_a_mean_is_the_sample_variance_over_n():
    survey = ws.make_replicates(ws.Survey(HALVES), "jk1")
    found = ws.estimate_means(survey, "age").to_frame().iloc[0]
    assert found["standard_error"] ** 2 == pytest.approx(HALVES["age"].var(ddof=1) / 8)
    assert found["degrees_of_freedom"] == 7


@given(frame=frames(), fpc=st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_stratified_jackknife_of_totals_is_linearisation(frame, fpc):
    design = "clusters of a finite population" if fpc else "clusters in strata"
    survey = survey_of(frame, design)
    made = ws.make_replicates(survey, "jkn")
    for by in (None, "region"):
        one, other = total(survey, by), total(made, by)
        np.testing.assert_allclose(one["standard_error"], other["standard_error"], rtol=1e-9)


@given(frame=frames(), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_the_order_of_respondents_does_not_matter_where_psus_are_declared(frame, seed):
    shuffled = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    for method, options in (("jkn", {}), ("bootstrap", {"replicates": 30, "seed": 5})):
        one, other = (
            ws.make_replicates(survey_of(each, "clusters in strata"), method, **options)
            for each in (frame, shuffled)
        )
        for found, expected in zip(
            ws.estimate_proportions(one, "work", interval="wald").to_frame()["standard_error"],
            ws.estimate_proportions(other, "work", interval="wald").to_frame()["standard_error"],
            strict=True,
        ):
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("fpc", [None, "offices"])
def test_the_bootstrap_comes_close_to_linearisation(fpc):
    random = np.random.default_rng(20)
    frame = pd.DataFrame({"area": np.repeat([1, 2], 60), "office": np.repeat(np.arange(30), 4)})
    frame["age"] = 40 + random.normal(0, 5, 30)[frame["office"]] + random.normal(0, 8, 120)
    frame["offices"] = np.where(frame["area"] == 1, 20, 45)
    survey = ws.Survey(frame, strata="area", psu="office", fpc=fpc, weights_represent="population")
    made = ws.make_replicates(survey, "bootstrap", replicates=4_000, seed=1)
    expected = total(survey)["standard_error"][0]
    # The error of a standard deviation from 4,000 draws is about 1/√8,000, 1.1 per cent.
    assert total(made)["standard_error"][0] == pytest.approx(expected, rel=0.035)
    assert made.degrees_of_freedom == 28


def test_a_finite_population_shrinks_the_replicates_of_every_method_that_knows_it():
    frame = HALVES.assign(offices=4)
    for method, options in (
        ("jkn", {}),
        ("sdr", {}),
        ("bootstrap", {"replicates": 200, "seed": 3}),
    ):
        errors = [
            total(
                ws.make_replicates(
                    ws.Survey(
                        frame,
                        weights="w",
                        strata="area",
                        psu="office",
                        fpc=fpc,
                        weights_represent="population",
                    ),
                    method,
                    **options,
                )
            )["standard_error"][0]
            for fpc in (None, "offices")
        ]
        # Two of four: half of the variance is left.
        assert errors[1] == pytest.approx(errors[0] * np.sqrt(0.5), rel=1e-9)


@given(frame=frames(), factor=st.sampled_from([0.01, 1e5]), seed=st.integers(0, 9))
@settings(max_examples=4, deadline=None)
def test_order_and_scale_do_not_matter_to_any_estimator(frame, factor, seed):
    survey = ws.make_replicates(survey_of(frame, "clusters in strata"), "jkn")
    shuffled = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    other = ws.make_replicates(survey_of(shuffled, "clusters in strata"), "jkn")
    heavy = survey_of(frame.assign(w=frame["w"] * factor), "clusters in strata")
    heavy = ws.make_replicates(heavy, "jkn")
    for estimator in ESTIMATORS:
        with same_by_name(estimator):
            expected = result(survey, estimator)
            assert_same(result(other, estimator), expected)
            if not estimator.startswith("totals"):
                assert_same(
                    result(heavy, estimator), expected, but=("weighted_base", "weighted_count")
                )


@given(frame=frames(), code=st.sampled_from([1, 2]))
@settings(max_examples=4, deadline=None)
def test_a_weight_of_zero_is_outside_the_domain(frame, code):
    mask = frame["region"] != code
    weightless = survey_of(frame.assign(w=frame["w"] * mask), "clusters in strata")
    domain = survey_of(frame, "clusters in strata").domain(mask)
    first, second = (ws.make_replicates(one, "jkn") for one in (domain, weightless))
    for estimator in ("means", "proportions", "totals of a scale", "comparisons"):
        one, other = result(first, estimator), result(second, estimator)
        assert (one is None) == (other is None)
        if one is not None:
            np.testing.assert_allclose(
                one["standard_error"], other["standard_error"], rtol=1e-9, atol=1e-12
            )


# ---------------------------------------------------------------- what is made


def test_a_seed_gives_the_same_replicates_and_another_others():
    one, again, other = (
        replicates_of(ws.make_replicates(halves(), "bootstrap", replicates=20, seed=seed)).weights
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_everybody_of_a_psu_has_the_same_multiplier():
    made = replicates_of(ws.make_replicates(halves(), "bootstrap", replicates=20, seed=1))
    multipliers = made.weights / HALVES["w"].to_numpy()[:, None]
    for rows in HALVES.groupby("office").groups.values():
        assert (multipliers[rows] == multipliers[rows[0]]).all()


def test_successive_differences_go_by_the_order_of_the_rows_not_of_the_labels():
    # By rows 1, 2, 6, 3 (and back): ½ (1 + 16 + 9 + 4); by labels 3, 6, 2, 1 would be the reverse.
    frame = pd.DataFrame({"psu": [4, 2, 9, 5], "age": [1.0, 2, 6, 3]})
    survey = ws.Survey(frame, psu="psu", weights_represent="population")
    variance = total(ws.make_replicates(survey, "sdr"))["standard_error"][0] ** 2
    assert variance == pytest.approx(15)
    swapped = frame.iloc[[0, 2, 1, 3]].reset_index(drop=True)
    survey = ws.Survey(swapped, psu="psu", weights_represent="population")
    variance = total(ws.make_replicates(survey, "sdr"))["standard_error"][0] ** 2
    assert variance == pytest.approx((25 + 16 + 1 + 4) / 2)


def test_the_number_of_successive_differences_can_be_chosen():
    made = ws.make_replicates(ws.Survey(HALVES), "sdr", replicates=80)
    assert replicates_of(made).weights.shape == (8, 80)
    assert replicates_of(made).scale == 4 / 80


def test_a_psu_of_weight_zero_is_left_out_once_too_and_counts_as_the_rank_says():
    survey = ws.Survey(HALVES.assign(w=[0, 0, 3, 2, 2, 1, 4, 2]), weights="w", psu="office")
    made = ws.make_replicates(survey, "jk1")
    assert replicates_of(made).weights.shape[1] == 6
    assert made.degrees_of_freedom == 4


def test_a_domain_stays_a_domain_and_the_notes_say_what_was_made():
    domain = ws.make_replicates(halves().domain(help=1), "jkn")
    assert domain.base == 5
    assert "6 replicates of the design (stratified jackknife, about the estimate)" in repr(domain)
    drawn = ws.make_replicates(halves(), "bootstrap", replicates=9, seed=4, centre="mean")
    assert (
        "9 replicates of the design (bootstrap, about the mean of the replicates; seed 4)"
        in repr(drawn)
    )


def test_a_survey_without_weights_stays_without():
    assert not ws.make_replicates(ws.Survey(HALVES), "jk1").facts.weighted


# ---------------------------------------------------------------- what is refused


def test_a_stratum_with_one_psu_is_refused():
    lone = HALVES.iloc[:-1]
    with pytest.raises(DesignError, match="stratum 'W' has only one PSU"):
        ws.Survey(lone, weights="w", strata="area", psu="office")
    for rule in ("adjust", "average"):
        survey = ws.Survey(lone, weights="w", strata="area", psu="office", lonely_psu=rule)
        with pytest.raises(
            DesignError,
            match=rf"stratum 'W' has only one PSU \(1 strata are like it\), for which"
            rf" lonely_psu='{rule}' has no replicates. Merge it",
        ):
            ws.make_replicates(survey, "jkn")


def test_a_stratum_taken_with_certainty_adds_nothing_to_replicates_either():
    lone = HALVES.iloc[:-1].reset_index(drop=True)
    survey = ws.Survey(
        lone,
        weights="w",
        strata="area",
        psu="office",
        lonely_psu="certainty",
        weights_represent="population",
    )
    made = ws.make_replicates(survey, "jkn")
    assert replicates_of(made).weights.shape == (7, 4)
    assert total(made)["standard_error"][0] == pytest.approx(total(survey)["standard_error"][0])


@pytest.mark.parametrize(
    ("method", "options", "sentence"),
    [
        ("jackknife", {}, r"method cannot be 'jackknife'"),
        ("jkn", {"centre": "mode"}, r"centre cannot be 'mode'"),
        ("jkn", {"replicates": 5}, r"how many replicates method='jkn' has follows from the design"),
        ("jkn", {"seed": 5}, r"nothing is drawn by method='jkn', so it takes no seed"),
        ("jkn", {"fay": 0.5}, r"fay= belongs to"),
        ("fay", {}, r'method="fay" needs fay='),
        ("bootstrap", {"seed": 5}, r"a bootstrap needs replicates=, .* not None"),
        ("bootstrap", {"replicates": 1, "seed": 5}, r"a bootstrap needs replicates=, .* not 1"),
        ("bootstrap", {"replicates": 50}, r"a bootstrap needs seed=, .* not None"),
        ("sdr", {"replicates": 3}, r"replicates= is 4 or more"),
        ("sdr", {"replicates": "80"}, r"replicates= is 4 or more"),
        ("sdr", {"replicates": 52}, r"no Hadamard matrix of order 52 here.* replicates=56"),
    ],
)
def test_options_that_are_missing_or_belong_elsewhere_are_refused(method, options, sentence):
    with pytest.raises(OptionError, match=sentence):
        ws.make_replicates(halves(), method, **options)


def test_designs_that_do_not_suit_a_method_are_refused():
    with pytest.raises(DesignError, match=r'"jk1" is for a sample without strata, and .* has 3'):
        ws.make_replicates(halves(), "jk1")
    three = ws.Survey(HALVES, strata="help")
    with pytest.raises(
        DesignError,
        match=r"two PSUs in every stratum; 2 of 2 strata have another number, the first 3"
        r" \(stratum '0'\)",
    ):
        ws.make_replicates(three, "brr")
    finite = ws.Survey(HALVES.assign(f=4), strata="area", psu="office", fpc="f")
    with pytest.raises(DesignError, match="half-samples have no finite-population correction"):
        ws.make_replicates(finite, "fay", fay=0.5)
    census = ws.Survey(HALVES.assign(f=2), strata="area", psu="office", fpc="f")
    with pytest.raises(DesignError, match="every PSU of the population was drawn"):
        ws.make_replicates(census, "jkn")


def test_what_has_replicates_or_calibrated_weights_already_is_refused():
    with pytest.raises(DesignError, match="has replicate weights already"):
        ws.make_replicates(ws.make_replicates(halves(), "jkn"), "jkn")
    from scipy import sparse

    known = Calibration(sparse.csr_array(np.ones((8, 1))), HALVES["w"].to_numpy())
    raked = reweighted(halves(), HALVES["w"].to_numpy(), "raked", calibration=known)
    with pytest.raises(DesignError, match="Make the replicates first and calibrate then"):
        ws.make_replicates(raked, "jkn")


def test_lazy_frames_and_other_things_are_refused():
    with pytest.raises(DataError, match="Collect it first"):
        ws.make_replicates(ws.Survey(pl.from_pandas(HALVES).lazy()), "jk1")
    with pytest.raises(OptionError, match="is made from a Survey"):
        ws.make_replicates(HALVES, "jk1")


def test_a_jackknife_of_very_many_respondents_is_refused_by_its_size():
    survey = ws.Survey(pd.DataFrame({"age": np.ones(100_000)}))
    with pytest.raises(
        DesignError, match=r"100,000 respondents by 100,000 replicates are 80.0 GB of weights"
    ):
        ws.make_replicates(survey, "jk1")
    drawn = ws.make_replicates(survey, "bootstrap", replicates=10, seed=1)
    assert replicates_of(drawn).weights.shape == (100_000, 10)


def test_later_stages_are_left_out_with_a_warning():
    frame = HALVES.assign(offices=4, people=9)
    survey = ws.Survey(
        frame, strata="area", psu="office", fpc=["offices", "people"], lonely_psu="certainty"
    )
    with pytest.warns(PrecisionWarning, match="replicates are made of PSUs, the first stage"):
        ws.make_replicates(survey, "jkn")


def test_replicates_that_were_made_are_not_written_without_a_word(tmp_path):
    made = ws.make_replicates(halves(), "jkn")
    with pytest.raises(OptionError, match="are in no column, so a file cannot keep them"):
        ws.write_survey(made, tmp_path / "a.parquet")


def test_given_replicates_that_were_calibrated_are_not_written_as_they_were_given(tmp_path):
    frame = HALVES.assign(r1=[4.0, 0, 3, 2, 4, 0, 4, 2], r2=[0.0, 2, 3, 2, 0, 2, 4, 2])
    given = ws.Survey(frame, weights="w", replicates=ws.Replicates("r[1-2]", "brr"))
    assert ws.write_survey(given, tmp_path / "a.parquet")
    weight = given.weights * 2
    own = replace(replicates_of(given), weights=replicates_of(given).weights * 2)
    calibrated = reweighted(given, weight, "doubled", replicates=own)
    assert "2 replicate weights (balanced half-samples" in repr(calibrated)
    with pytest.raises(OptionError, match="made or calibrated are in no column"):
        ws.write_survey(calibrated, tmp_path / "b.parquet")


def test_room_is_counted_before_anything_is_made():
    assert resampling._MOST_WEIGHTS * 8 == 2e9
