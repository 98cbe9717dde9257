from __future__ import annotations

import numpy as np
import pytest

from welfarestats.formulas import significance
from welfarestats.formulas.significance import (
    auto_test,
    design_test,
    exact_test,
)


def asked_of(x, n, y, m):
    a, b = np.asarray(x) / n, np.asarray(y) / m
    return {
        "proportion_a": a,
        "proportion_b": b,
        "base_a": n,
        "base_b": m,
        "variance": a * (1 - a) / n + b * (1 - b) / m,
        "effective_base_a": n,
        "effective_base_b": m,
    }


def test_every_name_of_the_room_is_there():
    for name in significance.__all__:
        assert hasattr(significance, name)


def test_auto_is_the_design_test_where_five_are_expected_and_exact_below():
    x, y = np.array([29, 1, 0, 17, 0]), np.array([47, 4, 17, 17, 0])
    n = np.array([82, 17, 17, 17, 17])
    result = auto_test(**asked_of(x, n, y, n))
    assert result.method.tolist() == ["design", "exact", "exact", "design", "design"]
    assert result.tested.tolist() == [True, True, True, False, False]
    assert result.reason.tolist()[3:] == ["both proportions are 0 or 1"] * 2
    design = design_test(**asked_of(x, n, y, n))
    exact = exact_test(x / n, y / n, base_a=n, base_b=n)
    assert result.p_value[0] == design.p_value[0]
    assert result.p_value[1:3] == pytest.approx(exact.p_value[1:3])
    assert np.isnan(result.statistic[1:]).all()


def test_auto_does_not_count_weighted_people():
    asked = asked_of(np.array([1, 1]), 17, np.array([4, 4]), 17)
    result = auto_test(**asked, unweighted=[False, True])
    assert result.tested.tolist() == [False, True]
    assert result.reason.tolist() == ["fewer than 5 expected in a cell", ""]


def test_auto_does_not_count_people_twice():
    result = auto_test(**asked_of(1, 17, 4, 17), overlap=3, overlap_proportion=0.0)
    assert str(result.reason) == "fewer than 5 expected in a cell"


def test_auto_asks_for_as_many_as_it_is_told():
    result = auto_test(**asked_of(6, 17, 9, 17), minimum_expected=8)
    assert str(result.method) == "exact"
    assert str(auto_test(**asked_of(6, 17, 9, 17)).method) == "design"
