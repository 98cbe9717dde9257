from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import smallbase
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.formulas.intervals import (
    INTERVAL_METHODS,
    clopper_pearson_interval,
    log_t_interval,
    newcombe_interval,
    proportion_interval,
    t_interval,
    wilson_interval,
)

UNDEFINED_AT_THE_EDGES = ("logit", "wald", "asin", "likelihood", "beta")


def simple(method, p, n, **options):
    """Limits for unweighted simple random samples."""
    p, n = np.asarray(p, dtype=float), np.asarray(n, dtype=float)
    asked = {
        "level": 0.95,
        "base": n,
        "effective_base": n,
        "degrees_of_freedom": n - 1,
        "population": 10_000 if method == "hypergeometric" else None,
    }
    return proportion_interval(method, p, p * (1 - p) / (n - 1), **{**asked, **options})


# ---------------------------------------------------------------- the file of small bases


def test_every_method_of_the_small_base_file_is_compared_or_named_as_left_out():
    words = (smallbase.PATH.parent / "README-smallbase.md").read_text("utf-8")
    missing = {row["method"] for row in smallbase.rows()} - set(re.findall(r"\w+", words))
    assert missing == set()
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    compared = words.split("Not offered")[0]
    named = {row["method"] for row in smallbase.rows()} & set(re.findall(r"\w+", compared))
    assert {name for name in named if f'"{name}"' not in tests} == set()


@pytest.mark.parametrize("method", ["wald_fpc_t", "wald_fpc_z"])
def test_t_limits_of_finite_populations_are_those_of_r(method):
    rows = smallbase.cases(method, "fpc")
    assert len(rows) == 18
    for row in rows:
        df = row["n"] - 1 if method == "wald_fpc_t" else np.inf
        limits = t_interval(
            row["estimate"], row["extra"]["se"], level=row["conf"], degrees_of_freedom=df
        )
        assert limits == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9, abs=1e-12)


def two_proportions(row):
    return (row["x"] / row["n"], row["n"], row["x2"] / row["n2"], row["n2"])


def test_newcombe_limits_are_those_of_r():
    rows = smallbase.cases("diff_newcombe", "two")
    assert len(rows) == 16
    for row in rows:
        a, n, b, m = two_proportions(row)
        first = wilson_interval(a, n, level=row["conf"])
        limits = newcombe_interval(a, first, b, wilson_interval(b, m, level=row["conf"]))
        assert limits == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9, abs=1e-12)


def test_wald_limits_of_a_difference_are_those_of_r():
    rows = smallbase.cases("diff_wald", "two")
    assert len(rows) == 16
    for row in rows:
        a, n, b, m = two_proportions(row)
        error = np.sqrt(a * (1 - a) / n + b * (1 - b) / m)
        limits = t_interval(a - b, error, level=row["conf"])
        assert limits == pytest.approx((row["ci_low"], row["ci_high"]), rel=1e-9, abs=1e-12)


# ---------------------------------------------------------------- differences and means


def test_newcombe_limits_of_his_own_examples():
    # Examples of Newcombe (1998), method 10, as recalled: a check of consistency, while the
    # independent one is R above.
    printed = {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090)}
    printed[10, 10, 0, 10] = (0.6075, 1.0000)
    for (x, n, y, m), limits in printed.items():
        found = newcombe_interval(
            x / n, wilson_interval(x / n, n), y / m, wilson_interval(y / m, m)
        )
        assert found == pytest.approx(limits, abs=6e-5)


def test_limits_of_a_difference_change_sides_with_its_sign():
    a, b = wilson_interval(0.3, 40), wilson_interval(0.5, 60)
    low, high = newcombe_interval(0.3, a, 0.5, b, correlation=0.2)
    other_low, other_high = newcombe_interval(0.5, b, 0.3, a, correlation=0.2)
    assert (other_low, other_high) == pytest.approx((-high, -low), rel=1e-12)


def test_symmetric_limits_give_the_t_limits_of_the_difference():
    a, b = t_interval(0.4, 0.03), t_interval(0.5, 0.04)
    for r in (0, 0.5, 1):
        error = np.sqrt(0.03**2 + 0.04**2 - 2 * r * 0.03 * 0.04)
        expected = np.array(t_interval(-0.1, error))
        assert newcombe_interval(0.4, a, 0.5, b, correlation=r) == pytest.approx(
            expected, abs=1e-12
        )


def test_t_limits_by_hand():
    # The quartile of t with 1 degree of freedom is 1.
    low, high = t_interval([10.0, -2.0], [3.0, 0.0], level=0.5, degrees_of_freedom=1)
    assert (low.tolist(), high.tolist()) == (pytest.approx([7, -2]), pytest.approx([13, -2]))


def test_limits_of_counts_are_those_of_r():
    # R: k <- qt(.975, df) * s / x; x * exp(c(-k, k))
    low, high = log_t_interval([1200.0, 10.0], [300.0, 3.0], degrees_of_freedom=[24, 9])
    assert low == pytest.approx([716.302236112, 5.07302833568], rel=1e-11)
    assert high == pytest.approx([2010.324591217, 19.71209174937], rel=1e-11)


def test_limits_of_counts_by_hand():
    # The quartile of t with 1 degree of freedom is 1: limits are x / e and x e.
    low, high = log_t_interval(100.0, 100.0, level=0.5, degrees_of_freedom=1)
    assert (float(low), float(high)) == pytest.approx((100 / np.e, 100 * np.e), rel=1e-12)
    assert np.isnan(log_t_interval([0.0, -3.0, 5.0], 1.0, degrees_of_freedom=[9, 9, 0])).all()
    # What cannot vary has no width.
    assert log_t_interval(7.0, 0.0) == (7.0, 7.0)


@given(st.floats(0.01, 1e9), st.floats(0.001, 2), st.floats(1, 1e4))
def test_limits_of_counts_are_as_many_times_above_as_below(x, relative, df):
    low, high = log_t_interval(x, relative * x, degrees_of_freedom=df)
    assert 0 < low < x < high
    assert low * high == pytest.approx(x * x, rel=1e-9)


# ---------------------------------------------------------------- limits by name


@pytest.mark.parametrize("method", INTERVAL_METHODS)
def test_every_method_says_its_name_and_holds_the_proportion(method):
    low, high, used = simple(method, [0.25, 0.5, 0.75], 40)
    assert used.tolist() == [method] * 3
    assert ((low < [0.25, 0.5, 0.75]) & (high > [0.25, 0.5, 0.75])).all()


@pytest.mark.parametrize("method", INTERVAL_METHODS)
def test_limits_at_the_edges_are_finite_and_never_borrowed_in_silence(method):
    low, high, used = simple(method, [0.0, 1.0], 40)
    assert low[0] == 1 - high[1] == 0
    assert 0 < high[0] < 0.12
    assert high[0] == pytest.approx(1 - low[1], abs=1e-12)
    if method in UNDEFINED_AT_THE_EDGES:
        words = f"korn-graubard ({method} is undefined at 0 and 100 per cent)"
        assert used.tolist() == [words] * 2
    elif method == "korn-graubard":
        assert used.tolist() == ["korn-graubard (on the effective base at 0 and 100 per cent)"] * 2
    else:
        assert used.tolist() == [method] * 2


def test_the_fallback_is_exact_on_the_effective_base_with_its_degrees_of_freedom():
    low, high, _ = simple("logit", [0.0, 1.0], 40, effective_base=32.5)
    assert (low, high) == (
        pytest.approx(clopper_pearson_interval([0, 1], 32.5)[0]),
        pytest.approx(clopper_pearson_interval([0, 1], 32.5)[1]),
    )
    t39, t3 = 2.022690920036762, 3.182446305284263
    _, fewer, _ = simple("logit", 0.0, 40, effective_base=32.5, degrees_of_freedom=3)
    expected = clopper_pearson_interval(0, 32.5 * (t39 / t3) ** 2)[1]
    assert fewer == pytest.approx(expected, rel=1e-9)


def test_rounding_does_not_hide_an_edge():
    _, high, used = simple("logit", [1 - 2e-16, 1 + 2e-16], 40)
    assert [str(words).split(" ")[0] for words in used] == ["korn-graubard"] * 2
    assert high.tolist() == [1, 1]
    low, high, used = proportion_interval(
        "beta", 1.0, 8e-34, level=0.95, base=65, effective_base=60, degrees_of_freedom=9
    )
    assert used == "korn-graubard (beta is undefined at 0 and 100 per cent)"
    assert 0.9 < low < high == 1


@pytest.mark.parametrize("method", ["logit", "wald", "asin", "likelihood", "beta"])
def test_no_variance_between_the_edges_gives_the_point(method):
    low, high, used = proportion_interval(
        method, 0.4, 1e-33, level=0.95, base=40, effective_base=38, degrees_of_freedom=39
    )
    assert (low, high) == pytest.approx((0.4, 0.4), rel=1e-12)
    assert used == method


@pytest.mark.parametrize("method", INTERVAL_METHODS)
def test_a_missing_estimate_has_no_limits(method):
    low, high, _ = simple(method, [np.nan, 0.5], 40)
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()


def test_limits_have_the_shape_of_what_was_asked_for():
    low, high, used = simple("wilson", 0.3, 40)
    assert low.shape == high.shape == used.shape == ()
    low, high, used = simple("logit", np.full((3, 1), 0.3), np.array([[40.0, 50.0]]))
    assert low.shape == high.shape == used.shape == (3, 2)


def test_an_unknown_method_is_refused():
    with pytest.raises(OptionError, match=r"interval cannot be 'wilsen'.*Did you mean 'wilson'"):
        simple("wilsen", 0.3, 40)


def test_hypergeometric_limits_need_a_population_and_unweighted_respondents():
    with pytest.raises(OptionError, match=r"need the size of the whole list.*population=333"):
        simple("hypergeometric", 0.5, 40, population=None)
    with pytest.raises(OptionError, match=r"a base of 40 here has an effective base of 32.5"):
        simple("hypergeometric", 0.5, 40, effective_base=32.5)


@pytest.mark.parametrize("method", INTERVAL_METHODS[:-1])
@given(x=st.integers(0, 60), n=st.integers(60, 200), weight=st.floats(1, 3))
def test_limits_of_the_complement_mirror_each_other(method, x, n, weight):
    low, high, _ = simple(method, x / n, n, effective_base=n / weight)
    other_low, other_high, _ = simple(method, 1 - x / n, n, effective_base=n / weight)
    assert (other_low, other_high) == pytest.approx((1 - high, 1 - low), rel=1e-7, abs=1e-8)
    assert low <= x / n + 1e-12
    assert high >= x / n - 1e-12


# ---------------------------------------------------------------- coverage


def coverage(low, high, n):
    from scipy.stats import binom

    p = np.round(np.arange(0.02, 0.98 + 1e-9, 0.001), 3)[:, None]
    chance = binom.pmf(np.arange(n + 1), n, p)
    held = (chance * ((low <= p) & (p <= high))).sum(axis=1)
    return float(held.mean()), float(held.min())


@pytest.mark.parametrize(
    ("method", "mean", "least"),
    [
        ("wilson", 0.954, 0.899),
        ("mid-p", 0.962, 0.929),
        ("jeffreys", 0.951, 0.896),
        ("clopper-pearson", 0.978, 0.951),
        ("logit", 0.979, 0.934),
    ],
)
def test_coverage_on_seventeen_people(method, mean, least):
    low, high, _ = simple(method, np.arange(18) / 17, 17)
    assert coverage(low, high, 17) == pytest.approx((mean, least), abs=5e-4)


def test_the_mean_coverage_of_logit_limits_hangs_on_the_limit_at_nobody():
    # The project's conventions print .978 for logit: that of limits which are 3/n
    # away at 0 and 100 per cent. Ours are exact there (0.195 from 0), and cover .979.
    low, high, _ = simple("logit", np.arange(18) / 17, 17)
    low[17], high[0] = 1 - 3 / 17, 3 / 17
    assert coverage(low, high, 17) == pytest.approx((0.978, 0.934), abs=5e-4)
