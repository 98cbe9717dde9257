"""Weighted quantiles by hand and against NumPy's definitions, and Woodruff's limits."""

from __future__ import annotations

import numpy as np
import pytest

from welfarestats.errors import OptionError
from welfarestats.formulas.weighted import (
    QUANTILE_DEFINITIONS,
    weighted_quantiles,
    woodruff_interval,
)

NUMPY = {
    "math": "inverted_cdf",
    "hf1": "inverted_cdf",
    "school": "averaged_inverted_cdf",
    "hf2": "averaged_inverted_cdf",
    "hf4": "interpolated_inverted_cdf",
    "hf5": "hazen",
    "hf6": "weibull",
    "hf7": "linear",
    "hf8": "median_unbiased",
    "hf9": "normal_unbiased",
}
VALUES = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])


@pytest.mark.parametrize("definition", NUMPY)
def test_without_weights_the_definitions_are_those_of_hyndman_and_fan(definition):
    p = np.array([0.001, 0.05, 0.1, 0.25, 0.33, 0.5, 0.77, 0.9, 0.999])
    found = weighted_quantiles(VALUES, np.full(10, 2.5), p, definition=definition)
    np.testing.assert_allclose(found, np.quantile(VALUES, p, method=NUMPY[definition]), rtol=1e-12)


@pytest.mark.parametrize("definition", ["math", "school", "hf3"])
def test_a_weight_of_two_is_two_respondents(definition):
    weights = np.array([1, 2, 1, 3, 1, 2, 1, 1, 2, 1])
    p = np.linspace(0.02, 0.98, 40)
    np.testing.assert_array_equal(
        weighted_quantiles(VALUES, weights, p, definition=definition),
        weighted_quantiles(np.repeat(VALUES, weights), np.ones(15), p, definition=definition),
    )


@pytest.mark.parametrize("definition", QUANTILE_DEFINITIONS)
def test_the_scale_of_the_weights_and_those_of_zero_change_nothing(definition):
    weights = np.array([1, 2, 0.1, 3, 1, 2, 0.7, 1, 2, 1])
    p = [0.1, 0.5, 0.9]
    plain = weighted_quantiles(VALUES, weights, p, definition=definition)
    scaled = weighted_quantiles(VALUES, weights * 1e-4, p, definition=definition)
    more = weighted_quantiles(
        np.append(VALUES, [100.0, -100]), np.append(weights, [0.0, 0]), p, definition=definition
    )
    np.testing.assert_allclose(scaled, plain, rtol=1e-12)
    np.testing.assert_array_equal(more, plain)


@pytest.mark.parametrize("definition", QUANTILE_DEFINITIONS)
def test_a_single_value_is_every_quantile(definition):
    found = weighted_quantiles([7.0], [0.3], [0.01, 0.5, 0.99], definition=definition)
    assert found.tolist() == [7, 7, 7]


@pytest.mark.parametrize("definition", QUANTILE_DEFINITIONS)
def test_nobody_and_no_probability_have_no_quantile(definition):
    assert np.isnan(weighted_quantiles([], [], [0.5], definition=definition)).all()
    found = weighted_quantiles([1.0, 2], [1, 1], [np.nan, 0.5], definition=definition)
    assert np.isnan(found[0])
    assert np.isfinite(found[1])


def test_a_share_that_is_reached_exactly_takes_the_middle_at_school():
    # Tenths add up to a half only up to rounding.
    weights = np.full(10, 0.1)
    values = np.arange(10.0)
    assert weighted_quantiles(values, weights, [0.3, 0.5]).tolist() == [2, 4]
    school = weighted_quantiles(values, weights, [0.3, 0.5], definition="school")
    assert school.tolist() == [2.5, 4.5]


def test_the_third_takes_the_even_one_of_two():
    values, weights = [1.0, 2, 3, 4], [1, 1, 1, 1]
    found = weighted_quantiles(values, weights, [0.25, 0.5, 0.6], definition="hf3")
    assert found.tolist() == [2, 2, 3]


def test_missing_numbers_are_refused():
    with pytest.raises(
        OptionError, match=r"1 values are missing and 1 weights are missing or negative\."
    ):
        weighted_quantiles([1.0, np.nan], [1.0, -1.0], [0.5])
    with pytest.raises(OptionError, match="there are 2 values and 1 weights"):
        weighted_quantiles([1.0, 2], [1.0], [0.5])
    with pytest.raises(OptionError, match="definition cannot be 'median'"):
        weighted_quantiles([1.0], [1.0], [0.5], definition="median")


def test_limits_beyond_the_sample_are_not_known():
    low, high = woodruff_interval(VALUES, np.ones(10), ([-0.1, 0.2, np.nan], [0.4, 1.0, 0.5]))
    np.testing.assert_array_equal(low, [np.nan, 1, np.nan])
    np.testing.assert_array_equal(high, [3, np.nan, 3])
