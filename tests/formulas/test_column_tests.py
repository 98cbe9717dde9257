from __future__ import annotations

import math

import numpy as np
import pytest
import smallbase
from golden_cases import golden_rows
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.formulas.column_tests import (
    design_test,
    design_wald_test,
    difference_degrees_of_freedom,
    difference_test,
)
from welfarestats.formulas.market_tests import spss_ctables_test


def simple_variance(a, n, b, m):
    return a * (1 - a) / n + b * (1 - b) / m


def test_design_test_by_hand():
    # p̂ = (40·.5 + 60·.3)/100 = .38; null variance .2356·(1/40 + 1/60) = .0098167
    # simple variance .25/40 + .21/60 = .00975; D = .0195/.00975 = 2; t = .2/√(2·.0098167)
    # degrees of freedom (1/32 + 1/48)²/{1/(32²·31) + 1/(48²·47)} = 66.6
    result = design_test(
        0.5,
        0.3,
        base_a=40,
        base_b=60,
        variance=0.0195,
        effective_base_a=32,
        effective_base_b=48,
        degrees_of_freedom=80,
    )
    assert float(result.statistic) == pytest.approx(0.2 / math.sqrt(2 * 0.2356 / 24), rel=1e-12)
    spread = 1 / (32**2 * 31) + 1 / (48**2 * 47)
    assert float(result.degrees_of_freedom) == pytest.approx((1 / 32 + 1 / 48) ** 2 / spread)
    assert float(result.degrees_of_freedom) == pytest.approx(66.6, abs=0.05)
    assert float(result.p_value) == pytest.approx(0.1580, abs=5e-4)
    assert (bool(result.tested), str(result.reason), str(result.method)) == (True, "", "design")


def test_the_design_has_the_fewer_degrees_of_freedom_when_it_has_few_clusters():
    asked = {"base_a": 40, "base_b": 60, "variance": 0.0195}
    asked |= {"effective_base_a": 32, "effective_base_b": 48}
    result = design_test(0.5, 0.3, degrees_of_freedom=11, **asked)
    assert float(result.degrees_of_freedom) == 11


def test_a_small_group_in_few_clusters_leaves_a_difference_few_degrees_of_freedom():
    # s = .009/.21 and .001/.21, f = min(2, 29) and min(6, 299):
    # (9 + 1)²/(9²/2 + 1²/6) = 2.459
    asked = {"effective_base_a": 30, "effective_base_b": 300, "variance_a": 0.009}
    asked |= {"variance_b": 0.001, "degrees_of_freedom_a": 2, "degrees_of_freedom_b": 6}
    found = difference_degrees_of_freedom(0.3, 0.7, **asked)
    assert float(found) == pytest.approx(100 / (81 / 2 + 1 / 6), rel=1e-12)
    swapped = {name[:-1] + {"a": "b", "b": "a"}[name[-1]]: x for name, x in asked.items()}
    assert float(difference_degrees_of_freedom(0.7, 0.3, **swapped)) == pytest.approx(float(found))


def test_without_clusters_degrees_of_freedom_are_those_of_the_effective_bases():
    a, b, n, m = 0.2, 0.4, 34, 82
    found = difference_degrees_of_freedom(
        [a, 0.0],
        [b, 1.0],
        variance_a=[a * (1 - a) / n, 0],
        variance_b=[b * (1 - b) / m, 0],
        effective_base_a=n,
        effective_base_b=m,
        degrees_of_freedom_a=n - 1,
        degrees_of_freedom_b=math.inf,
    )
    spread = 1 / (n**2 * (n - 1)) + 1 / (m**2 * (m - 1))
    assert found == pytest.approx([(1 / n + 1 / m) ** 2 / spread] * 2, rel=1e-12)


@pytest.mark.parametrize(("df", "expected"), [(0, 0.0), (-1, 0.0), (math.nan, math.nan)])
def test_a_group_without_degrees_of_freedom_leaves_a_difference_none(df, expected):
    asked = {"effective_base_a": 30, "effective_base_b": 300, "variance_a": 0.009}
    asked |= {"variance_b": 0.001, "degrees_of_freedom_a": df, "degrees_of_freedom_b": 6}
    found = float(difference_degrees_of_freedom(0.3, 0.7, **asked))
    assert found == pytest.approx(expected, nan_ok=True)


@given(
    a=st.floats(0.05, 0.95),
    b=st.floats(0.05, 0.95),
    deff=st.floats(0.5, 4),
    df_a=st.integers(1, 60),
    df_b=st.integers(1, 60),
)
def test_degrees_of_freedom_lie_between_the_fewest_and_the_sum(a, b, deff, df_a, df_b):
    found = difference_degrees_of_freedom(
        a,
        b,
        variance_a=deff * a * (1 - a) / 100,
        variance_b=b * (1 - b) / 300,
        effective_base_a=100,
        effective_base_b=300,
        degrees_of_freedom_a=df_a,
        degrees_of_freedom_b=df_b,
    )
    assert min(df_a, df_b) * (1 - 1e-9) <= float(found) <= (df_a + df_b) * (1 + 1e-9)


def test_design_test_of_unweighted_samples_is_the_pooled_z_of_r():
    rows = smallbase.cases("z_pooled", "two")
    assert len(rows) == 8
    for row in rows:
        a, n, b, m = row["x"] / row["n"], row["n"], row["x2"] / row["n2"], row["n2"]
        result = design_test(
            a,
            b,
            base_a=n,
            base_b=m,
            variance=simple_variance(a, n, b, m),
            effective_base_a=n,
            effective_base_b=m,
            minimum_expected=None,
        )
        assert float(result.statistic) == pytest.approx(row["statistic"], rel=1e-9)


def test_the_wald_test_of_unweighted_samples_is_the_unpooled_z_of_r():
    rows = smallbase.cases("z_unpooled", "two")
    assert len(rows) == 8
    for row in rows:
        a, n, b, m = row["x"] / row["n"], row["n"], row["x2"] / row["n2"], row["n2"]
        v = simple_variance(a, n, b, m)
        result = design_wald_test(a, b, base_a=n, base_b=m, variance=v, minimum_expected=None)
        assert float(result.statistic) == pytest.approx(row["statistic"], rel=1e-9)
        assert float(result.p_value) == pytest.approx(row["p_value"], rel=1e-9)


@pytest.mark.parametrize("method", ["t_pooled", "t_welch"])
def test_differences_of_means_are_tested_as_in_r(method):
    (row,) = smallbase.cases(method, "t")
    a, b = (np.array(row["extra"][name], dtype=float) for name in ("sample_a", "sample_b"))
    variance = a.var(ddof=1) / a.size + b.var(ddof=1) / b.size
    if method == "t_pooled":
        within = a.var() * a.size + b.var() * b.size
        variance = within / (a.size + b.size - 2) * (1 / a.size + 1 / b.size)
    result = difference_test(
        a.mean() - b.mean(), variance, base_a=a.size, base_b=b.size, degrees_of_freedom=row["df"]
    )
    assert float(result.statistic) == pytest.approx(row["statistic"], rel=1e-9)
    assert float(result.p_value) == pytest.approx(row["p_value"], rel=1e-9)


def test_the_wald_test_is_the_t_test_of_svyttest():
    rows = [row for row in golden_rows() if row.statistic == "ttest" and "p" in row.extra]
    assert len(rows) >= 10
    for row in rows:
        error = row.extra["estimate"] / row.value
        result = difference_test(
            row.extra["estimate"], error**2, base_a=50, base_b=50, degrees_of_freedom=row.df
        )
        assert float(result.statistic) == pytest.approx(row.value, rel=1e-12)
        assert float(result.p_value) == pytest.approx(row.extra["p"], rel=1e-9), row.words


# ---------------------------------------------------------------- people in both groups


def sample(seed, weights=False):
    """Answers, membership of two overlapping groups and weights of 60 people."""
    draw = np.random.default_rng(seed)
    y = draw.random(60) < 0.45
    a, b = draw.random(60) < 0.6, draw.random(60) < 0.5
    return y, a, b, draw.uniform(0.4, 3, 60) if weights else np.ones(60)


def asked_of(y, a, b, w):
    """What `design_test` needs of these people, drawn independently with replacement."""
    pa, pb = np.average(y[a], weights=w[a]), np.average(y[b], weights=w[b])
    linearised = w * a * (y - pa) / w[a].sum() - w * b * (y - pb) / w[b].sum()
    both = a & b
    return {
        "proportion_a": pa,
        "proportion_b": pb,
        "base_a": a.sum(),
        "base_b": b.sum(),
        "variance": (linearised**2).sum(),
        "effective_base_a": w[a].sum() ** 2 / (w[a] ** 2).sum(),
        "effective_base_b": w[b].sum() ** 2 / (w[b] ** 2).sum(),
        "overlap": both.sum(),
        "overlap_proportion": np.average(y[both], weights=w[both]) if both.any() else 0.0,
    }


@pytest.mark.parametrize("seed", range(5))
def test_people_in_both_groups_leave_the_design_effect_of_a_simple_sample_at_1(seed):
    y, a, b, w = sample(seed)
    asked = asked_of(y, a, b, w)
    n, m, shared = asked["base_a"], asked["base_b"], asked["overlap"]
    pooled = (y[a].sum() + y[b].sum()) / (n + m)
    null = pooled * (1 - pooled) * (1 / n + 1 / m - 2 * shared / (n * m))
    expected = (asked["proportion_a"] - asked["proportion_b"]) / math.sqrt(null)
    assert float(design_test(**asked).statistic) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_constant_times_the_weights_changes_nothing(seed):
    y, a, b, w = sample(seed, weights=True)
    one, other = (design_test(**asked_of(y, a, b, k * w)) for k in (1, 743.2))
    for name in ("statistic", "degrees_of_freedom", "p_value"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9)


def test_a_group_is_not_tested_against_itself():
    y, a, _, w = sample(1)
    result = design_test(**asked_of(y, a, a, w))
    assert str(result.reason) == "the two groups are the same people"


def test_a_part_is_tested_against_the_whole_that_holds_it_as_against_the_rest():
    # The two differences are proportional, and so are their simple variances.
    y, a, _, w = sample(2)
    whole = np.ones(60, dtype=bool)
    against_whole = design_test(**asked_of(y, a, whole, w))
    against_rest = design_test(**asked_of(y, a, ~a, w))
    assert np.sign(against_whole.statistic) == np.sign(against_rest.statistic)
    assert float(against_whole.statistic) == pytest.approx(float(against_rest.statistic), rel=0.02)


# ---------------------------------------------------------------- what is not tested

DESIGN = {
    "proportion_a": 0.4,
    "proportion_b": 0.5,
    "base_a": 50,
    "base_b": 60,
    "variance": 0.009,
    "effective_base_a": 45,
    "effective_base_b": 55,
    "degrees_of_freedom": 100,
}
UNTESTED = {
    "an estimate, its base or its variance is missing": {"proportion_a": np.nan},
    "base under 2": {"base_b": 1, "effective_base_b": 1},
    "both proportions are 0 or 1": {"proportion_a": 0, "proportion_b": 1, "variance": 0},
    "fewer than 5 expected in a cell": {"base_a": 9, "effective_base_a": 9},
    "the variance of the difference is 0": {"variance": 0},
    "no degrees of freedom": {"degrees_of_freedom": 0},
}


@pytest.mark.parametrize("test", [design_test, design_wald_test])
@pytest.mark.parametrize("reason", UNTESTED)
def test_what_cannot_be_tested_says_why(test, reason):
    asked = {**DESIGN, **UNTESTED[reason]}
    if test is design_wald_test:
        asked = {name: value for name, value in asked.items() if "effective" not in name}
    result = test(**asked)
    assert (bool(result.tested), str(result.reason)) == (False, reason)
    assert np.isnan([result.statistic, result.degrees_of_freedom, result.p_value]).all()


@pytest.mark.parametrize("missing", ["variance", "base_a", "effective_base_b"])
def test_a_missing_base_or_variance_is_not_tested(missing):
    result = design_test(**{**DESIGN, missing: np.nan})
    assert str(result.reason) == "an estimate, its base or its variance is missing"


@pytest.mark.parametrize("test", ["design", "design-wald"])
def test_the_rule_of_five_counts_people_not_weights(test):
    """Three of 82 people with weights that make them 10 per cent are three people."""
    asked = {"base_a": 82, "base_b": 82, "variance": 0.003}
    if test == "design":
        asked |= {"effective_base_a": 70, "effective_base_b": 70}
    made = {"design": design_test, "design-wald": design_wald_test}[test]
    assert made(0.1, 0.2, **asked).tested
    assert made(0.1, 0.2, counts=(3, 7), **asked).tested
    few = made(0.1, 0.2, counts=(3, 6), **asked)
    assert str(few.reason) == "fewer than 5 expected in a cell"
    assert made(0.02, 0.04, counts=(4, 9), **asked).tested
    assert not made(0.02, 0.04, **asked).tested
    assert made(0.1, 0.2, counts=(0, 1), minimum_expected=None, **asked).tested


def test_the_rule_of_five_can_be_turned_off():
    result = design_test(**{**DESIGN, "base_a": 9}, minimum_expected=None)
    assert bool(result.tested)


def test_two_proportions_that_are_both_0_have_no_design_effect():
    result = design_test(**{**DESIGN, "proportion_a": 0, "proportion_b": 0, "variance": 0})
    assert str(result.reason) == "both proportions are 0 or 1"


def test_a_difference_of_means_needs_a_variance_bases_and_degrees_of_freedom():
    result = difference_test(
        [1.0, np.nan, 1.0, 1.0, 0.0, 3.0],
        [1.0, 1.0, 0.0, 1.0, 1.0, 1.0],
        base_a=[9, 9, 9, 1, 9, 9],
        base_b=9,
        degrees_of_freedom=[9, 9, 9, 9, 9, 0],
    )
    assert result.reason.tolist() == [
        "",
        "an estimate, its base or its variance is missing",
        "the variance of the difference is 0",
        "base under 2",
        "",
        "no degrees of freedom",
    ]
    assert result.p_value[4] == 1


# ---------------------------------------------------------------- laws

proportions = st.floats(0.15, 0.85)
bases = st.integers(40, 2000)


@given(a=proportions, b=proportions, n=bases, m=bases, deff=st.floats(0.5, 4))
def test_the_sign_follows_the_difference_and_nothing_else_does(a, b, n, m, deff):
    v = deff * simple_variance(a, n, b, m)
    ways = []
    for p, q, k, j in ((a, b, n, m), (b, a, m, n), (1 - a, 1 - b, n, m)):
        asked = {"base_a": k, "base_b": j, "variance": v}
        effective = {"effective_base_a": k / 1.2, "effective_base_b": j / 1.2}
        ways.append((design_test(p, q, **asked, **effective), design_wald_test(p, q, **asked)))
    for first, second, third in zip(*ways, strict=True):
        assert float(second.statistic) == pytest.approx(-float(first.statistic), abs=1e-9)
        assert float(third.statistic) == pytest.approx(-float(first.statistic), abs=1e-9)
        assert float(second.p_value) == pytest.approx(float(first.p_value), abs=1e-9)
        assert np.sign(first.statistic) in (0, np.sign(a - b))


@given(a=proportions, b=proportions, n=bases, m=bases)
def test_without_weights_all_roads_lead_to_the_pooled_z(a, b, n, m):
    v = simple_variance(a, n, b, m)
    design = design_test(
        a, b, base_a=n, base_b=m, variance=v, effective_base_a=n, effective_base_b=m
    )
    spss = spss_ctables_test(a, b, weighted_base_a=n, weighted_base_b=m)
    assert float(design.statistic) == pytest.approx(float(spss.statistic), abs=1e-9)


# ---------------------------------------------------------------- why the design test


def test_false_positives_of_small_groups_at_five_per_cent():
    """34 against 82 people at p = 0.05: 4.5 per cent for the design test, 11 for the Wald."""
    from scipy.stats import binom

    n, m = 34, 82
    x, y = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    chance = binom.pmf(x, n, 0.05) * binom.pmf(y, m, 0.05)
    asked = {"base_a": n, "base_b": m, "degrees_of_freedom": n + m - 1, "minimum_expected": None}
    asked["variance"] = simple_variance(x / n, n, y / m, m) * (n + m) / (n + m - 1)
    design = design_test(x / n, y / m, effective_base_a=n, effective_base_b=m, **asked)
    wald = design_wald_test(x / n, y / m, **asked)
    assert chance[design.p_value < 0.05].sum() == pytest.approx(0.045, abs=0.001)
    assert chance[wald.p_value < 0.05].sum() == pytest.approx(0.11, abs=0.002)
