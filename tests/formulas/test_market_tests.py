from __future__ import annotations

import math

import numpy as np
import pytest
import smallbase
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.formulas.market_tests import (
    effective_base_test,
    quantum_test,
    spss_ctables_test,
)

# 40 and 60 people by weight, effective bases 32 and 50: p̂ = (40·.5 + 60·.3)/100 = .38
ASKED = {
    "proportion_a": 0.5,
    "proportion_b": 0.3,
    "weighted_base_a": 40,
    "weighted_base_b": 60,
    "effective_base_a": 32,
    "effective_base_b": 50,
}


def test_the_effective_base_test_by_hand():
    result = effective_base_test(**ASKED)
    expected = 0.2 / math.sqrt(0.38 * 0.62 * (1 / 32 + 1 / 50))
    assert float(result.statistic) == pytest.approx(expected, rel=1e-12)
    assert float(result.degrees_of_freedom) == 80
    shared = effective_base_test(**ASKED, effective_overlap=8)
    expected = 0.2 / math.sqrt(0.38 * 0.62 * (1 / 32 + 1 / 50 - 16 / 1600))
    assert float(shared.statistic) == pytest.approx(expected, rel=1e-12)
    assert float(shared.degrees_of_freedom) == 72


def test_the_quantum_test_by_hand():
    result = quantum_test(**ASKED, effective_overlap=8)
    null = 0.38 * 0.62 * (1 / 32 + 1 / 50 - 16 / 1600) * 82 / 81
    assert float(result.statistic) == pytest.approx(0.2 / math.sqrt(null), rel=1e-12)
    assert float(result.degrees_of_freedom) == 73
    assert str(result.method) == "quantum"


@pytest.mark.parametrize("test", [effective_base_test, spss_ctables_test])
def test_on_unweighted_people_they_are_the_pooled_z_of_r(test):
    rows = smallbase.cases("z_pooled", "two")
    assert len(rows) == 8
    for row in rows:
        n, m = row["n"], row["n2"]
        asked = {"weighted_base_a": n, "weighted_base_b": m}
        if test is effective_base_test:
            asked |= {"effective_base_a": n, "effective_base_b": m}
        result = test(row["x"] / n, row["x2"] / m, **asked)
        if row["x"] in (0, n) and test is spss_ctables_test:
            assert str(result.reason) == "a proportion is 0 or 1"
        else:
            assert float(result.statistic) == pytest.approx(row["statistic"], rel=1e-9)
        if row["x"] not in (0, n) and test is spss_ctables_test:
            assert float(result.p_value) == pytest.approx(row["p_value"], rel=1e-9)


def test_spss_tests_neither_edges_nor_bases_under_2():
    result = spss_ctables_test(
        [0, 0.2, 0.2, 1, np.nan],
        [0.2, 0.3, 0.4, 0, 0.2],
        weighted_base_a=[50, 1.9, 2, 50, 50],
        weighted_base_b=50,
    )
    assert result.reason.tolist() == [
        "a proportion is 0 or 1",
        "base under 2",
        "",
        "both proportions are 0 or 1",
        "an estimate, its base or its variance is missing",
    ]


@pytest.mark.parametrize("test", [effective_base_test, quantum_test])
def test_effective_bases_too_small_or_the_same_people_are_not_tested(test):
    asked = {name: np.full(5, value, dtype=float) for name, value in ASKED.items()}
    asked["effective_base_a"][0] = 1.5
    asked["proportion_a"][1] = asked["proportion_b"][1] = 0
    asked["weighted_base_a"][2] = np.nan
    asked["effective_base_a"][3] = asked["effective_base_b"][3] = 40
    result = test(**asked, effective_overlap=[0, 0, 0, 40, 0])
    assert result.reason.tolist() == [
        "base under 2",
        "both proportions are 0 or 1",
        "an estimate, its base or its variance is missing",
        "the two groups are the same people",
        "",
    ]


def test_nobody_against_everybody_is_a_difference():
    asked = {**ASKED, "proportion_a": 0, "proportion_b": 1}
    assert float(effective_base_test(**asked).p_value) < 1e-9


def test_grossing_weights_make_spss_find_every_difference():
    # a hundred people by weight for each one asked
    alone = spss_ctables_test(0.5, 0.45, weighted_base_a=100, weighted_base_b=100)
    grossed = spss_ctables_test(0.5, 0.45, weighted_base_a=1e4, weighted_base_b=1e4)
    assert float(grossed.statistic) == pytest.approx(10 * float(alone.statistic), rel=1e-12)
    assert float(grossed.p_value) < 1e-9 < 0.4 < float(alone.p_value)


@given(
    a=st.floats(0.01, 0.99),
    b=st.floats(0.01, 0.99),
    e=st.floats(5, 500),
    f=st.floats(5, 500),
    shared=st.floats(0, 0.5),
    scale=st.floats(0.01, 1000),
)
def test_groups_change_places_and_weights_change_scale(a, b, e, f, shared, scale):
    asked = {"weighted_base_a": e, "weighted_base_b": f, "effective_overlap": shared * min(e, f)}
    effective = {"effective_base_a": e, "effective_base_b": f}
    back = {"effective_base_a": f, "effective_base_b": e}
    for test in (effective_base_test, quantum_test):
        one = test(a, b, **asked, **effective)
        scaled = {**asked, "weighted_base_a": e * scale, "weighted_base_b": f * scale}
        again = test(a, b, **scaled, **effective)
        swapped = {**asked, "weighted_base_a": f, "weighted_base_b": e}
        other = test(b, a, **swapped, **back)
        assert float(again.statistic) == pytest.approx(float(one.statistic), rel=1e-9, abs=1e-12)
        assert float(other.statistic) == pytest.approx(-float(one.statistic), rel=1e-9, abs=1e-12)
        assert float(other.p_value) == pytest.approx(float(one.p_value), rel=1e-9)
