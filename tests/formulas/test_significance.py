from __future__ import annotations

import numpy as np
import pytest

from welfarestats.errors import OptionError
from welfarestats.formulas import significance
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.significance import (
    auto_test,
    design_test,
    exact_test,
    least_significant_difference,
    minimum_detectable_difference,
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


def test_the_differences_that_forty_eight_against_fifty_two_can_show():
    assert least_significant_difference(48, 52) == pytest.approx(0.20, abs=0.005)
    assert minimum_detectable_difference(48, 52) == pytest.approx(0.28, abs=0.005)
    expected = 1.959963984540054 * 0.5 * np.sqrt(1 / 48 + 1 / 52)
    assert least_significant_difference(48, 52) == pytest.approx(expected, rel=1e-12)
    expected *= (1.959963984540054 + 0.8416212335729143) / 1.959963984540054
    assert minimum_detectable_difference(48, 52) == pytest.approx(expected, rel=1e-9)


def test_the_least_significant_difference_is_where_the_test_turns():
    for step, significant in ((-1e-6, False), (1e-6, True)):
        a = 0.5 + least_significant_difference(400, 400) / 2 + step
        asked = asked_of(a * 400, 400, (1 - a) * 400, 400)
        result = design_test(**asked)
        assert (abs(float(result.statistic)) > 1.959963984540054) is significant


def test_a_difference_is_found_every_other_time_when_it_is_just_significant():
    assert minimum_detectable_difference(48, 52, power=0.5) == pytest.approx(
        float(least_significant_difference(48, 52)), rel=1e-12
    )


def test_differences_shrink_with_the_base_and_away_from_one_half():
    bases = np.array([20, 50, 200, 1000])
    for difference in (least_significant_difference, minimum_detectable_difference):
        assert (np.diff(difference(bases, bases)) < 0).all()
        assert difference(50, 50, proportion=0.1) < difference(50, 50)
        assert difference(50, 50, level=0.99) > difference(50, 50)
        few = difference(50, 50, degrees_of_freedom=8)
        assert few > difference(50, 50)
        assert np.isnan(difference([0, np.nan], 50)).all()
    few = least_significant_difference(50, 50, degrees_of_freedom=8)
    assert few == pytest.approx(0.1 * float(two_sided_quantile(0.95, 8)), rel=1e-12)


@pytest.mark.parametrize("power", [80, 1, 0.2])
def test_a_power_in_per_cent_is_refused(power):
    with pytest.raises(OptionError, match=r"power is a probability from 0.5 to below 1"):
        minimum_detectable_difference(48, 52, power=power)
