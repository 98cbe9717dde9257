from __future__ import annotations

import math

import numpy as np
import pytest
import smallbase
from golden_cases import golden_rows
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.formulas.binomial_intervals import clopper_pearson_interval
from welfarestats.formulas.design_intervals import (
    asin_interval,
    beta_interval,
    korn_graubard_interval,
    likelihood_interval,
    logit_interval,
    wald_interval,
)

ON_A_VARIANCE = {
    "wald": wald_interval,
    "logit": logit_interval,
    "arcsine": asin_interval,
    "likelihood_ratio": likelihood_interval,
}
OF_R = {
    "ciprop_mean": (wald_interval, 1e-9),
    "ciprop_logit": (logit_interval, 1e-6),
    "ciprop_xlogit": (logit_interval, 1e-9),
    "ciprop_asin": (asin_interval, 1e-9),
    "ciprop_likelihood": (likelihood_interval, 1e-6),
}
# R counts rows with a missing answer into the base of its beta limits.
ROWS = {
    ("apistrat", ""): 200,
    ("apistrat", "E"): 100,
    ("apistrat", "H"): 50,
    ("apistrat", "M"): 50,
    ("apiclus1", ""): 183,
    ("apiclus1", "M"): 25,
    ("apiclus1", "E"): 144,
}

proportions = st.floats(0.001, 0.999)
designs = st.floats(0.2, 4)
bases = st.integers(5, 3000)
freedoms = st.one_of(st.floats(1, 500), st.just(math.inf))


def golden(statistic):
    return [
        row
        for row in golden_rows()
        if row.source == "shared"
        and row.statistic == statistic
        and row.ci_low == row.ci_low
        and not row.extra.get("degenerate")
    ]


@pytest.mark.parametrize("statistic", OF_R)
def test_limits_from_a_design_variance_are_those_of_svyciprop(statistic):
    interval, tolerance = OF_R[statistic]
    rows = golden(statistic)
    assert len(rows) >= 72
    for row in rows:
        low, high = interval(
            row.value,
            row.standard_error**2,
            level=row.extra.get("conf", 0.95),
            degrees_of_freedom=row.df,
        )
        expected_low = row.extra.get("plain_lo", row.ci_low)
        expected_high = row.extra.get("plain_hi", row.ci_high)
        if "quirk" in row.extra:  # R folds a limit that passes 0 or 1 back inside
            expected_low = 0 if row.value < 0.5 else expected_low
            expected_high = 1 if row.value > 0.5 else expected_high
        assert (low, high) == pytest.approx((expected_low, expected_high), rel=tolerance), row.words


def test_likelihood_limits_are_close_to_the_profile_of_r():
    # R inflates the variance by n/(n - 1) and interpolates between a few points.
    for row in golden("ciprop_likelihood"):
        n = ROWS.get((row.dataset, row.by_level), row.extra["n"])
        found = likelihood_interval(
            row.value,
            row.standard_error**2 * n / (n - 1),
            level=row.extra["conf"],
            degrees_of_freedom=row.df,
        )
        assert found == pytest.approx((row.ci_low, row.ci_high), rel=2e-2), row.words


def test_beta_limits_are_those_of_svyciprop():
    rows = golden("ciprop_beta")
    assert len(rows) >= 72
    capped = 0
    for row in rows:
        n = ROWS.get((row.dataset, row.by_level), row.extra["n"])
        asked = {"level": row.extra["conf"], "degrees_of_freedom": row.df, "base": n}
        v = row.standard_error**2
        found = beta_interval(row.value, v, **asked)
        assert found == pytest.approx((row.ci_low, row.ci_high), rel=1e-9), row.words
        korn = korn_graubard_interval(row.value, v, effective_base=n, **asked)
        with_fpc = korn_graubard_interval(row.value, v, effective_base=n, has_fpc=True, **asked)
        assert with_fpc == pytest.approx(np.array(found), rel=1e-12), row.words
        assert korn[0] <= found[0] * (1 + 1e-12)
        assert korn[1] >= found[1] * (1 - 1e-12)
        capped += bool(korn[0] < found[0] * (1 - 1e-9))
    assert 0 < capped < len(rows)


@pytest.mark.parametrize("method", ON_A_VARIANCE)
def test_simple_random_samples_have_the_limits_of_base_r(method):
    rows = [row for row in smallbase.cases(method, "ci") if 0 < row["x"] < row["n"]]
    assert len(rows) == 14
    for row in rows:
        p = row["x"] / row["n"]
        limits = ON_A_VARIANCE[method](p, p * (1 - p) / row["n"], level=row["conf"])
        assert limits == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9, abs=1e-12)


def test_logit_limits_by_hand():
    low, high = logit_interval(0.5, 0.05**2, degrees_of_freedom=1, level=0.5)
    odds = math.exp(0.05 / 0.25)  # the quartile of t with 1 degree of freedom is 1
    assert (low, high) == pytest.approx((1 / (1 + odds), odds / (1 + odds)), rel=1e-12)


def test_korn_and_graubard_by_hand():
    # n* = .25/.0025 = 100; t(199) = 1.972, t(14) = 2.145: n_df = 100 × (1.972/2.145)² = 84.5
    found = korn_graubard_interval(0.5, 0.0025, base=200, effective_base=150, degrees_of_freedom=14)
    n_df = 100 * (1.9719565442517533 / 2.1447866879169273) ** 2
    assert found == pytest.approx(np.array(clopper_pearson_interval(0.5, n_df)), rel=1e-9)
    assert n_df == pytest.approx(84.5, abs=0.05)


def test_korn_and_graubard_stand_on_the_effective_base_at_the_edges():
    asked = {"base": 40, "effective_base": 32.5, "degrees_of_freedom": 39}
    found = korn_graubard_interval([0, 1], [0, 0], **asked)
    assert found[0] == pytest.approx([0, 0.025 ** (1 / 32.5)], rel=1e-9)
    assert found[1] == pytest.approx([1 - 0.025 ** (1 / 32.5), 1], rel=1e-9)
    fewer = korn_graubard_interval(0, 0, **{**asked, "degrees_of_freedom": 5})
    assert found[1][0] < fewer[1] < 1


def test_korn_and_graubard_without_variance_are_exact_on_n_unless_the_population_is_finite():
    asked = {"base": 30, "effective_base": 30, "degrees_of_freedom": 29}
    found = korn_graubard_interval(0.4, 0, **asked)
    assert found == pytest.approx(np.array(clopper_pearson_interval(0.4, 30)), rel=1e-12)
    assert korn_graubard_interval(0.4, 0, has_fpc=True, **asked) == (0.4, 0.4)


def test_one_person_or_no_degrees_of_freedom_give_limits_that_say_so():
    one = korn_graubard_interval(0, 0, base=1, effective_base=1, degrees_of_freedom=20)
    assert one == pytest.approx((0, 0.975), rel=1e-12)
    none = korn_graubard_interval(
        [0, 0.3], [0, 0.01], base=9, effective_base=9, degrees_of_freedom=0
    )
    assert np.array(none).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("interval", ON_A_VARIANCE.values())
def test_limits_are_undefined_at_the_edges_and_without_degrees_of_freedom(interval):
    p = [0, 1, 1 - 1e-16, 0.5, np.nan, 0.5, 0.5]
    v = [0, 0, 1e-33, 0.01, 0.01, np.nan, 0.01]
    limits = interval(p, v, degrees_of_freedom=[9, 9, 9, 0, 9, 9, np.nan])
    assert np.isnan(limits).all()


@pytest.mark.parametrize("interval", ON_A_VARIANCE.values())
def test_no_variance_leaves_the_point(interval):
    limits = interval([0.2, 0.7], 0.0, degrees_of_freedom=12)
    assert limits == pytest.approx(np.array([[0.2, 0.7]] * 2), rel=1e-12)


@pytest.mark.parametrize("interval", ON_A_VARIANCE.values())
@given(p=proportions, deff=designs, n=bases, df=freedoms)
def test_limits_hold_the_proportion_and_mirror_those_of_its_complement(interval, p, deff, n, df):
    v = deff * p * (1 - p) / n
    low, high = interval(p, v, degrees_of_freedom=df)
    assert low <= p <= high
    if interval is not wald_interval:
        assert 0 <= low <= high <= 1
    other_low, other_high = interval(1 - p, v, degrees_of_freedom=df)
    assert (other_low, other_high) == pytest.approx((1 - high, 1 - low), rel=1e-7, abs=1e-9)


@given(p=proportions, deff=designs, n=bases, df=freedoms)
def test_likelihood_limits_have_the_deviance_of_t_squared(p, deff, n, df):
    from welfarestats.formulas.distributions import two_sided_quantile

    v = deff * p * (1 - p) / n
    for limit in likelihood_interval(p, v, degrees_of_freedom=df):
        if 1e-9 < limit < 1 - 1e-9:
            terms = p * math.log(p / limit) + (1 - p) * math.log((1 - p) / (1 - limit))
            expected = float(two_sided_quantile(0.95, df)) ** 2
            assert 2 * n / deff * terms == pytest.approx(expected, rel=1e-5)


@given(p=proportions, deff=designs, n=bases, df=st.floats(1, 500))
def test_korn_and_graubard_are_never_narrower_than_beta_limits(p, deff, n, df):
    v = deff * p * (1 - p) / n
    asked = {"base": n, "degrees_of_freedom": df}
    low, high = korn_graubard_interval(p, v, effective_base=n, **asked)
    beta_low, beta_high = beta_interval(p, v, **asked)
    assert 0 <= low <= beta_low + 1e-12
    assert beta_high - 1e-12 <= high <= 1
    assert low <= p <= high
