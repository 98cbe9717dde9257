from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from welfarestats.errors import OptionError
from welfarestats.formulas.distributions import two_sided_p_value, two_sided_quantile


def test_quantiles_are_those_of_printed_t_tables():
    df = [1, 2, 5, 10, 30, 120, np.inf]
    printed = [12.706, 4.303, 2.571, 2.228, 2.042, 1.980, 1.960]
    assert two_sided_quantile(0.95, df) == pytest.approx(printed, abs=5e-4)


def test_one_degree_of_freedom_is_the_cauchy_law():
    assert float(two_sided_quantile(0.9, 1)) == pytest.approx(math.tan(0.45 * math.pi), rel=1e-12)
    assert float(two_sided_p_value(1, 1)) == pytest.approx(0.5, rel=1e-12)


def test_two_degrees_of_freedom_by_hand():
    expected = 1 - 3 / math.sqrt(2 + 9)
    assert float(two_sided_p_value(-3, 2)) == pytest.approx(expected, rel=1e-12)


def test_the_p_value_of_the_quantile_is_one_minus_the_level():
    df = np.array([1, 2.5, 7, 199, 1e6, np.inf])
    for level in (0.5, 0.9, 0.999):
        again = two_sided_p_value(two_sided_quantile(level, df), df)
        assert again == pytest.approx(np.full(df.shape, 1 - level), rel=1e-9)


def test_no_degrees_of_freedom_give_nothing():
    assert np.isnan(two_sided_quantile(0.95, [0, -1, np.nan])).all()
    assert np.isnan(two_sided_p_value([2.0, 2.0, np.nan], [0, np.nan, 5])).all()


@pytest.mark.parametrize("level", [95, 1, 0, -0.5, float("nan")])
def test_a_level_in_per_cent_is_refused(level):
    with pytest.raises(OptionError, match=r"level is a proportion above 0 and below 1"):
        two_sided_quantile(level)


def test_the_series_for_many_degrees_of_freedom_is_the_distribution_function():
    t, df = np.meshgrid(np.linspace(0, 12, 601), [150, 199.9, 200, 333.3, 1_000, 1e6, 1e12])
    ours = two_sided_p_value(t, df)
    assert ours == pytest.approx(2 * special.stdtr(df, -t), rel=2e-11)
    assert two_sided_p_value(-t, df).tolist() == ours.tolist()
    several = two_sided_p_value([1.5, 1.5, 1.5, np.nan, 9.0], [500.0, np.inf, 0.0, 500.0, 500.0])
    wanted = [2 * special.stdtr(500, -1.5), 2 * special.ndtr(-1.5), 2 * special.stdtr(500, -9)]
    assert several[[0, 1, 4]] == pytest.approx(wanted, rel=1e-11)
    assert np.isnan(several[[2, 3]]).all()
