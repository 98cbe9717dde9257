"""One quantity by two routes: the same answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN
from scipy import sparse
from small_surveys import CODEBOOK, DESIGNS, survey_of

import welfarestats as ws
from welfarestats.formulas.linearization import (
    disjoint_covariance,
    expanded_covariance,
    stage_covariance,
)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Sixty respondents in two strata of three PSUs, without missing answers."""
    random = np.random.default_rng(20_261_122)
    index = np.arange(60)
    return pd.DataFrame(
        {
            "work": random.choice([1, 2, 3], 60),
            "region": random.choice([1, 2], 60),
            "age": random.integers(16, 90, 60).astype(float),
            "help_advice": random.choice([0, 1], 60),
            "help_money": random.choice([0, 1], 60),
            "help_none": random.choice([0, 1], 60),
            "w": random.choice([0.5, 1, 2.25], 60),
            "stratum": index % 2,
            "psu": index // 2 % 3,
            "psus": 7,
            "people": 25,
        }
    )


@pytest.fixture(scope="module", params=DESIGNS)
def survey(request, frame) -> ws.Survey:
    return survey_of(frame, request.param)


def row(result: ws.Estimates, position: int = 0) -> pd.Series:
    return result.to_frame().iloc[position]


@pytest.mark.parametrize("design", DESIGNS)
def test_a_proportion_is_the_mean_of_zeros_and_ones(design, frame):
    survey = survey_of(frame.assign(full=(frame["work"] == 1).astype(float)), design)
    mean = row(ws.estimate_means(survey, "full"))
    share = row(ws.estimate_proportions(survey, "work", interval="wald"))
    for name in ("estimate", "standard_error", "ci_low", "ci_high", "design_effect"):
        assert mean[name] == pytest.approx(share[name], rel=1e-12)
    assert mean["effective_sample_size"] == pytest.approx(share["effective_sample_size"])


def test_the_quadratic_form_of_the_covariance_is_the_error_of_a_net(survey):
    result = ws.estimate_proportions(survey, "work")
    form = np.array([1, 1, 0, 0, 0])
    variance = form @ result.covariance().to_numpy() @ form
    assert row(result, 3)["standard_error"] ** 2 == pytest.approx(variance, rel=1e-12)


def test_categories_vary_against_each_other_so_that_their_sum_does_not(survey):
    result = ws.estimate_proportions(survey, "work")
    every = np.array([1, 1, 1, 0, 0])
    assert every @ result.covariance().to_numpy() @ every == pytest.approx(0, abs=1e-15)


def test_a_total_is_the_mean_times_a_known_size(frame):
    constant = frame.assign(w=12.5)
    survey = ws.Survey(constant, weights="w", weights_represent="population", codebook=CODEBOOK)
    mean, total = ws.estimate_means(survey, "age"), ws.estimate_totals(survey, "age")
    for name in ("estimate", "standard_error"):
        assert row(total)[name] == pytest.approx(row(mean)[name] * 60 * 12.5, rel=1e-12)
    share, count = ws.estimate_proportions(survey, "work"), ws.estimate_totals(survey, "work")
    assert row(count)["standard_error"] == pytest.approx(row(share)["standard_error"] * 750)


def test_a_total_of_ones_is_the_weighted_base(frame):
    ones = survey_of(frame.assign(one=1.0), "clusters in strata")
    assert row(ws.estimate_totals(ones, "one"))["estimate"] == pytest.approx(ones.weighted_base)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_domain_mean_is_a_ratio_of_totals_and_the_total_of_its_residuals(design, frame):
    inside = (frame["region"] == 1).astype(float)
    size = (frame["w"] * inside).sum()
    plain = row(ws.estimate_means(survey_of(frame, design).domain(region=1), "age"))
    residual = inside * (frame["age"] - plain["estimate"]) / size
    more = survey_of(frame.assign(residual=residual, sum=inside * frame["age"]), design)
    ratio = row(ws.estimate_totals(more, "sum"))["estimate"] / size
    assert plain["estimate"] == pytest.approx(ratio, rel=1e-12)
    total = row(ws.estimate_totals(more, "residual"))
    assert total["estimate"] == pytest.approx(0, abs=1e-12)
    assert plain["standard_error"] == pytest.approx(total["standard_error"], rel=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_domain_mean_is_a_ratio_to_its_indicator(design, frame):
    inside = (frame["region"] == 1).astype(float)
    survey = survey_of(frame.assign(inside=inside, sum=inside * frame["age"]), design)
    ratio = row(ws.estimate_ratios(survey, "sum", "inside"))
    mean = row(ws.estimate_means(survey.domain(region=1), "age"))
    for name in ("estimate", "standard_error"):
        assert ratio[name] == pytest.approx(mean[name], rel=1e-9)


def test_a_difference_of_domains_is_a_contrast_and_a_t_test(survey):
    found = ws.compare(survey, "age", by="region", smallest_effective_base=0).iloc[0]
    means = ws.estimate_means(survey, "age", by="region")
    contrast = ws.contrast(means, {"less": {"North": 1, "South": -1}}).iloc[0]
    test = ws.compare_scores(survey, "age", "region", test="t").iloc[0]
    for name in ("standard_error", "statistic"):
        assert contrast[name] == pytest.approx(found[name], rel=1e-9)
        assert test[name] == pytest.approx(found[name], rel=1e-9)
    assert contrast["degrees_of_freedom"] == found["degrees_of_freedom"] == test["df2"] + 1


def test_a_difference_of_domains_is_a_regression_coefficient(frame):
    survey = survey_of(frame, "clusters in strata")
    found = ws.compare(survey, "age", by="region", smallest_effective_base=0).iloc[0]
    design = np.column_stack([np.ones(60), frame["region"] == 1]).astype(float)
    weight = frame["w"].to_numpy()
    bread = np.linalg.inv(design.T @ (design * weight[:, None]))
    slopes = bread @ design.T @ (weight * frame["age"])
    assert found["difference"] == pytest.approx(slopes[1], rel=1e-12)
    scores = design * (weight * (frame["age"].to_numpy() - design @ slopes))[:, None]
    sums = pd.DataFrame(scores).groupby([frame["stratum"], frame["psu"]]).sum()
    meat = sum(3 * np.cov(part.to_numpy().T, bias=False) for _, part in sums.groupby(level=0))
    error = np.sqrt((bread @ meat @ bread)[1, 1])
    assert found["standard_error"] == pytest.approx(error, rel=1e-9)


def test_a_banner_column_is_the_domain_of_its_category(survey):
    by = ws.estimate_means(survey, "age", by="region").to_frame()
    for i, label in enumerate(["North", "South"]):
        inside = row(ws.estimate_means(survey.domain(region=label), "age"))
        numbers = ["estimate", "standard_error", "ci_low", "base", "degrees_of_freedom"]
        np.testing.assert_allclose(
            by.loc[i, numbers].astype(float), inside[numbers].astype(float), rtol=1e-12
        )


@pytest.mark.parametrize("design", DESIGNS)
def test_a_median_is_as_precise_as_the_share_below_it(design, frame):
    median = row(ws.estimate_quantiles(survey_of(frame, design), "age", 0.5))
    below = (frame["age"] <= median["estimate"]).map({True: "yes", False: "no"})
    other = survey_of(frame.assign(below=below), design, codebook=[*CODEBOOK, ws.Question("below")])
    share = row(ws.estimate_proportions(other, "below", interval="wald"), 1)
    for name in ("design_effect", "effective_sample_size", "degrees_of_freedom"):
        assert share[name] == pytest.approx(median[name], rel=1e-9)
    # Its limits cut off those of the share.
    reached = [
        (frame["w"] * (frame["age"] <= limit)).sum() / frame["w"].sum()
        for limit in (median["ci_low"], median["ci_high"])
    ]
    assert reached[0] >= share["ci_low"] - 1e-12
    assert reached[1] >= share["ci_high"] - 1e-12


def test_a_table_and_an_estimate_are_the_same_numbers(survey):
    table = ws.crosstab(survey, "work", "region", style="none").to_frame()
    table = table[table["banner"] == "region"].sort_values(["stub_category", "banner_category"])
    estimate = ws.estimate_proportions(survey, "work", by="region").to_frame()
    estimate = estimate.sort_values(["category", "region"])
    shares = table[table["statistic"] == "proportion"]
    for name in ("estimate", "standard_error", "ci_low", "ci_high", "base", "effective_base"):
        np.testing.assert_allclose(shares[name], estimate[name], rtol=1e-12)


def test_psus_of_one_person_are_no_psus(frame):
    alone = frame.assign(person=np.arange(60))
    plain = ws.Survey(frame, weights="w", strata="stratum", codebook=CODEBOOK)
    units = ws.Survey(alone, weights="w", strata="stratum", psu="person", codebook=CODEBOOK)
    assert plain.degrees_of_freedom == units.degrees_of_freedom == 58
    pd.testing.assert_frame_equal(
        ws.estimate_proportions(plain, "work", by="region").to_frame(),
        ws.estimate_proportions(units, "work", by="region").to_frame(),
        rtol=1e-10,
    )


def test_psu_codes_may_restart_in_each_stratum(frame):
    unique = frame.assign(psu=frame["stratum"] * 100 + frame["psu"])
    pd.testing.assert_frame_equal(
        ws.estimate_means(survey_of(frame, "clusters in strata"), "age", by="work").to_frame(),
        ws.estimate_means(survey_of(unique, "clusters in strata"), "age", by="work").to_frame(),
    )


def test_without_a_finite_population_later_stages_add_nothing(frame):
    people = frame.assign(person=np.arange(60))
    one = survey_of(frame, "clusters in strata")
    options = {"weights": "w", "weights_represent": "population", "codebook": CODEBOOK}
    two = ws.Survey(people, strata="stratum", psu=["psu", "person"], **options)
    for verb in (ws.estimate_means, ws.estimate_totals):
        pd.testing.assert_frame_equal(verb(one, "age").to_frame(), verb(two, "age").to_frame())


def test_a_negligible_sampling_fraction_is_sampling_with_replacement(frame):
    huge = frame.assign(psus=1e15, people=1e15)
    with_fpc = ws.estimate_means(survey_of(huge, "two stages"), "age", by="region").to_frame()
    without = ws.estimate_means(survey_of(frame, "clusters in strata"), "age", "region").to_frame()
    np.testing.assert_allclose(with_fpc["standard_error"], without["standard_error"], rtol=1e-12)


def test_a_population_size_and_its_sampling_fraction_are_one_fpc(frame):
    rates = frame.assign(psus=3 / 7, people=10 / 25)
    pd.testing.assert_frame_equal(
        ws.estimate_means(survey_of(frame, "two stages"), "age").to_frame(),
        ws.estimate_means(survey_of(rates, "two stages"), "age").to_frame(),
    )


def test_simple_random_sampling_with_an_fpc_by_the_textbook(frame):
    survey = ws.Survey(frame.assign(people=200), fpc="people", codebook=CODEBOOK)
    found = row(ws.estimate_means(survey, "age"))
    variance = (1 - 60 / 200) * frame["age"].var() / 60
    assert found["standard_error"] == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert found["design_effect"] == pytest.approx(1 - 60 / 200)


def test_the_design_effect_of_simple_random_sampling_is_one(frame):
    survey = ws.Survey(frame, codebook=CODEBOOK)
    for result in (
        ws.estimate_proportions(survey, "work", by="region"),
        ws.estimate_means(survey, "age"),
        ws.estimate_proportions(survey, "help"),
    ):
        whole = result.to_frame()
        n, outside = whole["base"], whole["base"] < 60
        # In a domain the size of the sample is chance: n_d (n − 1) would be n (n_d − 1).
        expected = np.where(outside, (n - 1) / n * 60 / 59, 1.0)
        np.testing.assert_allclose(whole["design_effect"], expected, rtol=1e-10)


def test_a_census_has_no_sampling_error(frame):
    for options in ({"fpc": "all"}, {"psu": "psu", "strata": "stratum", "fpc": "three"}):
        survey = ws.Survey(frame.assign(all=60, three=3), codebook=CODEBOOK, **options)
        found = ws.estimate_means(survey, "age", by="region").to_frame()
        assert (found["standard_error"] == 0).all()


def test_degrees_of_freedom_are_psus_less_strata_that_hold_the_domain(frame):
    survey = survey_of(frame, "clusters in strata")
    assert survey.degrees_of_freedom == 6 - 2
    one_stratum = survey.domain(frame["stratum"] == 0)
    assert one_stratum.degrees_of_freedom == 3 - 1
    two_psus = survey.domain((frame["stratum"] == 0) & (frame["psu"] < 2))
    assert two_psus.degrees_of_freedom == 2 - 1
    assert survey_of(frame, "strata").degrees_of_freedom == 60 - 2
    assert survey_of(frame, "persons").degrees_of_freedom == 60 - 1


def test_a_psu_of_zero_weights_counts_as_drawn_but_gives_no_degree_of_freedom(frame):
    idle = frame.assign(w=frame["w"].where((frame["stratum"] > 0) | (frame["psu"] > 0), 0))
    for rule in ("domain", "design"):
        survey = ws.Survey(idle, weights="w", strata="stratum", psu="psu", df_rule=rule)
        assert survey.degrees_of_freedom == 5 - 2
        assert survey.view(()).design.first.size.tolist() == [3, 3]


def test_dense_and_sparse_sums_of_units_have_one_covariance():
    random = np.random.default_rng(1)
    totals = random.poisson(0.7, (40, 6)) * random.uniform(0.5, 2, (40, 1))
    stratum = np.arange(40) % 4
    size, coefficient = np.full(4, 10.0), random.uniform(0.1, 1.2, 4)
    for uncentred in (None, np.array([True, False, False, True])):
        dense = stage_covariance(totals, stratum, size, coefficient, uncentred)
        thin = stage_covariance(sparse.csr_array(totals), stratum, size, coefficient, uncentred)
        np.testing.assert_allclose(dense, thin, rtol=1e-10, atol=1e-12)


def test_groups_without_a_common_unit_have_the_covariance_of_any_groups():
    random = np.random.default_rng(2)
    totals = np.zeros((40, 5))
    totals[np.arange(40), random.integers(0, 5, 40)] = random.uniform(0.5, 2, 40)
    stratum = np.arange(40) % 4
    size, coefficient = np.full(4, 10.0), random.uniform(0.1, 1.2, 4)
    sums = np.array([totals[stratum == h].sum(axis=0) for h in range(4)])
    squares = (totals**2 * coefficient[stratum, None]).sum(axis=0)
    how = 1 / size, coefficient, 40
    found = disjoint_covariance(squares, sums, *how)
    np.testing.assert_allclose(found, expanded_covariance(np.diag(squares), sums, *how), atol=1e-12)
    np.testing.assert_allclose(
        found, stage_covariance(totals, stratum, size, coefficient), atol=1e-12
    )


def test_alike_units_added_up_with_their_roots_are_the_units_themselves():
    # Rows that stand for several people: sums of their weights, and roots of sums of squares.
    units = np.zeros((6, 2))
    units[:4, 0], units[4:, 1] = [1, 2, 2, 3], [0.5, 1.5]
    sums = sparse.csr_array([[5.0, 0], [3.0, 0], [0, 2.0]])
    roots = sparse.csr_array([[3.0, 0], [3.0, 0], [0, np.sqrt(2.5)]])
    size, coefficient = np.array([6.0]), np.array([6 / 5])
    np.testing.assert_allclose(
        stage_covariance(sums, np.zeros(3, int), size, coefficient, roots=roots),
        stage_covariance(units, np.zeros(6, int), size, coefficient),
        rtol=1e-12,
    )


def test_a_stratified_sample_with_weights_of_its_strata_estimates_their_sizes_exactly():
    frame = pd.read_csv(GOLDEN / "shared" / "data" / "apistrat.csv")
    survey = ws.Survey(frame, weights="pw", strata="stype", weights_represent="population")
    counts = ws.estimate_totals(survey, "stype").to_frame()
    assert (counts["standard_error"] == 0).all()
    assert counts["estimate"].round().tolist() == [4421, 755, 1018]
