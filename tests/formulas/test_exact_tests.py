from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import smallbase
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.formulas.exact_tests import (
    exact_least_difference,
    exact_test,
    paired_test,
    sign_test,
)


def of_counts(x, n, y, m, **options):
    x, n, y, m = (np.asarray(value, dtype=float) for value in (x, n, y, m))
    return exact_test(x / n, y / m, base_a=n, base_b=m, **options)


@pytest.mark.parametrize(
    ("method", "ours", "rows"),
    [
        ("fisher_exact", "fisher", 24),
        ("fisher_mid_p", "mid-p", 16),
        ("fisher_mid_p_point", "mid-p", 8),
        ("fisher_mid_p_double", "mid-p-doubled", 8),
    ],
)
def test_exact_p_values_are_those_of_r(method, ours, rows):
    found = smallbase.cases(method, "two")
    assert len(found) == rows
    for row in found:
        alternative = row["alternative"].replace("two.sided", "two-sided")
        result = of_counts(
            row["x"], row["n"], row["x2"], row["n2"], method=ours, alternative=alternative
        )
        assert float(result.p_value) == pytest.approx(row["p_value"], rel=1e-9), row["case"]
        assert bool(result.tested)


def test_fisher_by_hand():
    # margins 3 + 3 and 3 of 6: the four tables have 1, 9, 9 and 1 of 20 ways
    assert of_counts(3, 3, 0, 3).p_value == pytest.approx(2 / 20)
    assert of_counts(2, 3, 1, 3).p_value == pytest.approx(1)
    assert of_counts(3, 3, 0, 3, method="mid-p").p_value == pytest.approx(1.5 / 20)
    assert of_counts(3, 3, 0, 3, method="mid-p-doubled").p_value == pytest.approx(1 / 20)
    assert of_counts(3, 3, 0, 3, alternative="less").p_value == pytest.approx(1)
    assert of_counts(3, 3, 0, 3, alternative="greater").p_value == pytest.approx(1 / 20)


def exact_fraction(x, n, y, m):
    ways = {
        k: math.comb(n, k) * math.comb(m, x + y - k)
        for k in range(max(0, x + y - m), min(n, x + y) + 1)
    }
    return Fraction(sum(w for w in ways.values() if w <= ways[x]), sum(ways.values()))


@given(n=st.integers(1, 60), m=st.integers(1, 60), a=st.floats(0, 1), b=st.floats(0, 1))
def test_fisher_is_the_sum_of_the_tables_no_more_likely(n, m, a, b):
    x, y = round(a * n), round(b * m)
    expected = float(exact_fraction(x, n, y, m))
    assert float(of_counts(x, n, y, m).p_value) == pytest.approx(expected, rel=1e-9)


@given(n=st.integers(1, 60), m=st.integers(1, 60), a=st.floats(0, 1), b=st.floats(0, 1))
def test_groups_and_answers_may_change_places(n, m, a, b):
    x, y = round(a * n), round(b * m)
    for method in ("fisher", "mid-p", "mid-p-doubled"):
        p = float(of_counts(x, n, y, m, method=method).p_value)
        assert float(of_counts(y, m, x, n, method=method).p_value) == pytest.approx(p, rel=1e-9)
        other = of_counts(n - x, n, m - y, m, method=method)
        assert float(other.p_value) == pytest.approx(p, rel=1e-9)
        assert 0 < p <= 1
    less = of_counts(x, n, y, m, alternative="less", method="mid-p")
    greater = of_counts(x, n, y, m, alternative="greater", method="mid-p")
    assert float(less.p_value + greater.p_value) == pytest.approx(1, rel=1e-9)


def test_many_tables_keep_their_places():
    x = np.array([[1, 13, 1], [0, 13, 1]])
    result = of_counts(x, 17, 13, np.array([17, 34, 82]))
    assert result.p_value.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        alone = of_counts(x[i, j], 17, 13, [17, 34, 82][j])
        assert result.p_value[i, j] == pytest.approx(float(alone.p_value), rel=1e-12)
    empty = exact_test(np.array([]), np.array([]), base_a=np.array([]), base_b=np.array([]))
    assert empty.p_value.shape == (0,)


def test_what_is_missing_or_empty_is_not_tested():
    result = exact_test([np.nan, 0.5, 0.5], [0.5, 0.5, 0.5], base_a=[10, 0, 10], base_b=10)
    assert result.tested.tolist() == [False, False, True]
    assert result.reason.tolist() == [
        "an estimate, its base or its variance is missing",
        "a base is 0",
        "",
    ]
    assert np.isnan(result.p_value[:2]).all()
    assert np.isnan(result.statistic).all()


def test_weighted_counts_are_refused():
    with pytest.raises(OptionError, match=r'4\.5 is a fraction.*test="design"'):
        exact_test(0.45, 0.5, base_a=10, base_b=10)
    with pytest.raises(OptionError, match=r"need whole numbers of people, and 10\.4"):
        exact_test(0, 0.5, base_a=10.4, base_b=10)
    with pytest.raises(OptionError, match=r"need proportions from 0 to 1"):
        exact_test(45, 50, base_a=100, base_b=100)


def test_unknown_words_are_refused():
    with pytest.raises(OptionError, match=r"method cannot be 'midp'.*Did you mean 'mid-p'"):
        of_counts(1, 5, 2, 5, method="midp")
    with pytest.raises(OptionError, match=r"alternative cannot be 'two.sided'"):
        of_counts(1, 5, 2, 5, alternative="two.sided")
    with pytest.raises(OptionError, match=r"method cannot be 'fisher'"):
        paired_test(1, 5, method="fisher")


@pytest.mark.parametrize(
    ("method", "ours"), [("mcnemar_exact", "exact"), ("mcnemar_mid_p", "mid-p")]
)
def test_paired_p_values_are_those_of_r(method, ours):
    rows = smallbase.cases(method, "paired")
    assert len(rows) == 5
    for row in rows:
        (_, b), (c, _) = row["extra"]["table"]
        result = paired_test(b, c, method=ours)
        assert float(result.p_value) == pytest.approx(row["p_value"], rel=1e-9)
        assert float(paired_test(c, b, method=ours).p_value) == pytest.approx(row["p_value"])


def test_people_who_changed_by_hand():
    # one of five changed the other way: 2·(1 + 5)/32
    assert paired_test(1, 4).p_value == pytest.approx(12 / 32)
    assert paired_test(1, 4, method="mid-p").p_value == pytest.approx(2 * (1 + 2.5) / 32)
    assert paired_test([0, np.nan], [0, 3]).reason.tolist() == [
        "",
        "an estimate, its base or its variance is missing",
    ]
    with pytest.raises(OptionError, match=r"2\.5 is a fraction"):
        paired_test(2.5, 3)


def test_scores_that_rose_and_fell_are_counted_as_signs():
    # five rose and three fell: 2·P(B(8, ½) ≤ 3) = 2·93/256; half of 56/256 off each tail for mid-p
    assert sign_test(5, 3).p_value == pytest.approx(2 * 93 / 256)
    assert sign_test(5, 3, method="mid-p").p_value == pytest.approx(2 * (93 - 28) / 256)
    assert sign_test([0, 3], [0, 5]).p_value == pytest.approx([1, 2 * 93 / 256])
    assert sign_test(5, 3).method.item() == "sign (exact)"
    with pytest.raises(OptionError, match=r"2\.5 is a fraction"):
        sign_test(2.5, 3)


def test_sign_tests_are_the_binomial_tests_of_r():
    rows = [
        row
        for row in smallbase.cases("binomial_exact", "p0")
        if row["alternative"] == "two.sided" and row["extra"]["null"] == 0.5
    ]
    assert len(rows) == 10
    for row in rows:
        found = sign_test(row["x"], row["n"] - row["x"])
        assert float(found.p_value) == pytest.approx(row["p_value"], rel=1e-9)


@pytest.mark.parametrize("method", ["fisher", "mid-p", "mid-p-doubled"])
@pytest.mark.parametrize(("n_a", "n_b"), [(17, 17), (17, 34), (9, 40)])
def test_from_the_least_difference_on_every_table_is_significant(method, n_a, n_b):
    for total in range(1, n_a + n_b):
        least = float(exact_least_difference(total, n_a, n_b, method=method))
        counts = range(max(0, total - n_b), min(n_a, total) + 1)
        tables = [
            (
                abs(x / n_a - (total - x) / n_b),
                float(of_counts(x, n_a, total - x, n_b, method=method).p_value),
            )
            for x in counts
        ]
        if np.isnan(least):
            assert max(tables)[1] >= 0.05
            continue
        assert all(p < 0.05 for apart, p in tables if apart >= least)
        below = [p for apart, p in tables if apart < least]
        assert max(below) >= 0.05


def test_a_least_difference_is_of_whole_people_and_a_level():
    assert np.isnan(exact_least_difference([3, np.nan, 0, 4], [3, 4, 5, 0], [3, 4, 5, 9])[1:]).all()
    with pytest.raises(OptionError, match=r"need whole numbers of people, and 2\.5 is a fraction"):
        exact_least_difference(2.5, 17, 34)
    with pytest.raises(OptionError, match="level is a proportion above 0 and below 1"):
        exact_least_difference(25, 17, 34, level=95)
