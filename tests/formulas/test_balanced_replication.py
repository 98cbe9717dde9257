"""Hadamard matrices, half-samples and successive differences, against what they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfarestats.formulas.balanced_replication import (
    balanced_multipliers,
    hadamard_matrix,
    successive_difference_multipliers,
)
from welfarestats.formulas.replication import replicate_covariance, replicate_degrees_of_freedom


def covariance(totals, multipliers, scale, centre="estimate"):
    replicates = totals.T @ multipliers
    ones = np.ones(multipliers.shape[1])
    return replicate_covariance(replicates, totals.sum(axis=0), scale, ones, centre)


def differences(totals, stratum, remaining):
    """Return the variance of a total by successive differences that come back to the first."""
    found = 0.0
    for h, left in enumerate(remaining):
        own = totals[stratum == h]
        found += left / 2 * ((own - np.roll(own, -1)) ** 2).sum()
    return found


# ---------------------------------------------------------------- Hadamard matrices


@pytest.mark.parametrize("order", [1, 2, 4, 8, 12, 20, 28, 36, 44, 60, 76, 80, 88, 160])
def test_the_rows_of_a_matrix_are_orthogonal_and_the_first_is_constant(order):
    made = hadamard_matrix(order)
    assert made.shape == (order, order)
    assert set(np.unique(made)) <= {-1.0, 1.0}
    assert (made[0] == 1).all()
    np.testing.assert_array_equal(made @ made.T, order * np.eye(order))


@pytest.mark.parametrize(
    ("needed", "order"),
    [(3, 4), (5, 8), (9, 12), (32, 32), (33, 36), (52, 56), (92, 96), (97, 104)],
)
def test_the_next_order_that_can_be_made_is_taken(needed, order):
    assert hadamard_matrix(needed).shape == (order, order)


# ---------------------------------------------------------------- half-samples


def test_half_samples_of_two_strata_by_hand():
    made = balanced_multipliers(np.array([0, 0, 1, 1]))
    # Each pair of units of two strata is together in one of four replicates.
    assert made.tolist() == [[2, 0, 2, 0], [0, 2, 0, 2], [2, 2, 0, 0], [0, 0, 2, 2]]
    totals = np.array([[1.0], [4.0], [2.0], [7.0]])
    assert covariance(totals, made, 1 / 4)[0, 0] == pytest.approx(9 + 25)


@given(
    strata=st.integers(1, 40),
    fay=st.sampled_from([0.0, 0.3, 0.5, 0.9]),
    seed=st.integers(0, 999),
    centre=st.sampled_from(["estimate", "mean"]),
)
@settings(max_examples=60, deadline=None)
def test_half_samples_of_totals_are_linearisation(strata, fay, seed, centre):
    random = np.random.default_rng(seed)
    stratum = random.permutation(np.repeat(np.arange(strata), 2))
    totals = random.normal(3, 2, (2 * strata, 2))
    made = balanced_multipliers(stratum, fay)
    count = made.shape[1]
    gaps = np.array([totals[stratum == h][0] - totals[stratum == h][1] for h in range(strata)])
    found = covariance(totals, made, 1 / (count * (1 - fay) ** 2), centre)
    np.testing.assert_allclose(found, gaps.T @ gaps, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(made.mean(axis=1), 1)
    assert set(np.unique(made.round(12))) == {round(fay, 12), round(2 - fay, 12)}
    assert replicate_degrees_of_freedom(made) == strata


# ---------------------------------------------------------------- successive differences


def test_successive_differences_of_four_units_by_hand():
    totals = np.array([[1.0], [2.0], [6.0], [3.0]])
    made = successive_difference_multipliers(np.zeros(4, dtype=int), np.ones(1))
    # ½ (1² + 4² + 3² + 2²), the last with the first.
    assert covariance(totals, made, 4 / made.shape[1])[0, 0] == pytest.approx(15)
    half = successive_difference_multipliers(np.zeros(4, dtype=int), np.array([0.5]))
    assert covariance(totals, half, 4 / half.shape[1])[0, 0] == pytest.approx(7.5)


def test_factors_are_those_of_the_american_community_survey():
    made = successive_difference_multipliers(np.zeros(30, dtype=int), np.ones(1), 80)
    expected = {1 - 2**-0.5, 1.0, 1 + 2**-0.5}
    assert {round(one, 9) for one in np.unique(made)} == {round(one, 9) for one in expected}


@given(
    sizes=st.lists(st.integers(2, 9), min_size=1, max_size=5),
    seed=st.integers(0, 999),
)
@settings(max_examples=60, deadline=None)
def test_a_row_for_every_unit_gives_the_differences_exactly(sizes, seed):
    random = np.random.default_rng(seed)
    stratum = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    remaining = random.uniform(0.1, 1, len(sizes))
    totals = random.normal(0, 5, (stratum.size, 1))
    made = successive_difference_multipliers(stratum, remaining)
    found = covariance(totals, made, 4 / made.shape[1])
    np.testing.assert_allclose(found[0, 0], differences(totals, stratum, remaining), rtol=1e-9)
    assert made.min() > 0


@given(
    units=st.integers(30, 300),
    replicates=st.sampled_from([8, 20, 80]),
    seed=st.integers(0, 999),
)
@settings(max_examples=30, deadline=None)
def test_fewer_rows_than_units_are_used_again_and_every_unit_has_two(units, replicates, seed):
    stratum = np.random.default_rng(seed).integers(0, 2, units)
    made = successive_difference_multipliers(stratum, np.ones(2), replicates)
    assert made.shape == (units, replicates)
    assert (made.std(axis=1) > 0).all()
    np.testing.assert_allclose(made.mean(axis=1), 1)


def test_with_fewer_rows_than_units_the_variance_is_right_on_average():
    random = np.random.default_rng(5)
    units, tries = 200, 4_000
    stratum = np.zeros(units, dtype=int)
    made = successive_difference_multipliers(stratum, np.ones(1), 80) - 1
    totals = random.normal(0, 1, (tries, units))
    found = 4 / 80 * ((totals @ made) ** 2).sum(axis=1)
    # The variance of a total of independent units of variance 1.
    assert abs(found.mean() - units) < 4 * found.std() / np.sqrt(tries)
