"""Replication against linearisation: the two agree exactly on totals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from welfarestats.formulas.linearization import stage_covariance
from welfarestats.formulas.replication import (
    bootstrap_multipliers,
    jackknife_multipliers,
    replicate_covariance,
    replicate_degrees_of_freedom,
)

Array = NDArray[np.float64]
TINY = np.array([1.0, 2.0, 6.0])


def linearised(totals: Array, stratum: Array, remaining: Array) -> Array:
    """Return the covariance of K totals by Taylor linearisation."""
    size = np.bincount(stratum).astype(float)
    return stage_covariance(totals, stratum, size, remaining * size / np.maximum(size - 1, 1))


def replicated(
    totals: Array, multipliers: Array, scale: float, rscales: Array, centre: str
) -> Array:
    return replicate_covariance(totals.T @ multipliers, totals.sum(axis=0), scale, rscales, centre)


@st.composite
def samples(draw: st.DrawFn, least: int = 2, most: int = 6):
    """Draw unit totals of two variables in strata of several sizes, with sampling fractions."""
    sizes = draw(st.lists(st.integers(least, most), min_size=1, max_size=4))
    random = np.random.default_rng(draw(st.integers(0, 9_999)))
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    order = random.permutation(stratum.size)
    remaining = random.uniform(0.05, 1, len(sizes))
    return random.normal(5, 3, (stratum.size, 2)), stratum[order], remaining


# ---------------------------------------------------------------- by hand


def test_the_jackknife_of_a_mean_is_the_sample_variance_over_n():
    multipliers, shares = jackknife_multipliers(np.zeros(3, dtype=int), np.ones(1))
    means = (TINY @ multipliers) / multipliers.sum(axis=0)
    np.testing.assert_allclose(means, [4.0, 3.5, 1.5])
    found = replicate_covariance(means[None], np.array([3.0]), 1.0, shares, "estimate")
    # s² = ((1 − 3)² + (2 − 3)² + (6 − 3)²)/2 = 7
    assert found[0, 0] == pytest.approx(7 / 3)


def test_a_finite_population_is_in_the_shares_of_the_jackknife():
    _, shares = jackknife_multipliers(np.array([0, 0, 0, 1, 1]), np.array([0.75, 0.5]))
    np.testing.assert_allclose(shares, [0.5, 0.5, 0.5, 0.25, 0.25])


def test_a_stratum_drawn_completely_is_never_left_out():
    multipliers, shares = jackknife_multipliers(np.array([0, 0, 1]), np.array([1.0, 0.0]))
    assert multipliers.tolist() == [[0, 2], [2, 0], [1, 1]]
    assert shares.tolist() == [0.5, 0.5]
    drawn = bootstrap_multipliers(
        np.array([0, 0, 1]), np.array([1.0, 0.0]), 50, np.random.default_rng(3)
    )
    assert (drawn[2] == 1).all()


def test_deviations_are_from_the_estimate_or_from_the_mean_of_the_replicates():
    replicates, estimate = np.array([[1.0, 2.0, 6.0]]), np.array([2.0])
    from_estimate = replicate_covariance(replicates, estimate, 0.5, np.ones(3), "estimate")
    from_mean = replicate_covariance(replicates, estimate, 0.5, np.ones(3), "mean")
    assert from_estimate[0, 0] == pytest.approx(0.5 * (1 + 0 + 16))
    assert from_mean[0, 0] == pytest.approx(0.5 * (4 + 1 + 9))


def test_a_replicate_without_a_share_is_not_in_the_mean():
    found = replicate_covariance(
        np.array([[1.0, 3.0, 100.0]]), np.array([2.0]), 1.0, np.array([1.0, 1.0, 0.0]), "mean"
    )
    assert found[0, 0] == pytest.approx(2)


def test_what_is_alike_in_every_replicate_has_no_variance_at_all():
    same = np.full((1, 5), 0.1 + 0.2)
    assert replicate_covariance(same, np.array([0.3]), 1.0, np.ones(5), "estimate")[0, 0] == 0


def test_the_bootstrap_over_every_possible_draw_is_linearisation():
    # Three units, two draws: 9 draws, each as likely as another.
    remaining = np.array([0.4])
    share = np.sqrt(0.4)
    variances = []
    for first, second in product(range(3), repeat=2):
        times = np.bincount([first, second], minlength=3)
        total = TINY @ (1 - share + share * 1.5 * times)
        variances.append((total - 9) ** 2)
    by_hand = np.mean(variances)
    stratum = np.zeros(3, dtype=int)
    assert by_hand == pytest.approx(linearised(TINY[:, None], stratum, remaining)[0, 0])
    assert by_hand == pytest.approx(0.4 * 21)
    # And those draws are the ones that are made.
    drawn = bootstrap_multipliers(stratum, remaining, 400, np.random.default_rng(1))
    expected = {tuple(np.bincount([a, b], minlength=3)) for a, b in product(range(3), repeat=2)}
    times = ((drawn - 1 + share) / share / 1.5).round(9)
    assert {tuple(column) for column in times.T} == expected


@pytest.mark.parametrize(
    ("weights", "rank"),
    [
        (1 - np.eye(5), 5),
        (np.ones((6, 3)), 1),
        (np.array([[2.0, 0, 2, 0], [0, 2, 0, 2], [2, 2, 0, 0], [0, 0, 2, 2]]), 3),
        (np.zeros((4, 2)), 0),
        (np.column_stack([np.ones(4), np.ones(4) + 1e-7 * np.arange(4)]), 1),
    ],
)
def test_degrees_of_freedom_are_the_rank_less_one(weights, rank):
    assert replicate_degrees_of_freedom(weights.astype(float)) == max(rank - 1, 0)
    larger = np.repeat(weights * np.linspace(1, 9, len(weights))[:, None], 3, axis=0)
    assert replicate_degrees_of_freedom(larger.astype(float)) == max(rank - 1, 0)


# ---------------------------------------------------------------- laws


@given(sample=samples(), centre=st.sampled_from(["estimate", "mean"]))
@settings(max_examples=60, deadline=None)
def test_the_jackknife_of_totals_is_linearisation(sample, centre):
    totals, stratum, remaining = sample
    multipliers, shares = jackknife_multipliers(stratum, remaining)
    found = replicated(totals, multipliers, 1.0, shares, centre)
    np.testing.assert_allclose(found, linearised(totals, stratum, remaining), rtol=1e-9, atol=1e-9)
    freedom = replicate_degrees_of_freedom(multipliers)
    assert freedom == stratum.size - remaining.size


@given(sample=samples(), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_bootstrap_draw_keeps_the_number_of_units_in_each_stratum(sample, seed):
    _, stratum, remaining = sample
    drawn = bootstrap_multipliers(stratum, remaining, 20, np.random.default_rng(seed))
    assert drawn.min() >= 0
    for h in range(remaining.size):
        np.testing.assert_allclose(drawn[stratum == h].sum(axis=0), (stratum == h).sum())


def test_the_bootstrap_comes_close_to_linearisation_with_many_replicates():
    random = np.random.default_rng(11)
    stratum, remaining = np.repeat([0, 1, 2], [4, 7, 12]), np.array([1.0, 0.6, 0.3])
    totals = random.normal(10, 4, (23, 1))
    expected = linearised(totals, stratum, remaining)[0, 0]
    count = 40_000
    drawn = bootstrap_multipliers(stratum, remaining, count, random)
    squares = (totals[:, 0] @ drawn - totals.sum()) ** 2
    monte_carlo_error = squares.std() / np.sqrt(count)
    assert abs(squares.mean() - expected) < 4 * monte_carlo_error
    assert monte_carlo_error < 0.01 * expected


@given(sample=samples(), factor=st.sampled_from([1e-3, 7.0]))
@settings(max_examples=20, deadline=None)
def test_a_constant_times_the_replicates_is_its_square_times_the_covariance(sample, factor):
    totals, stratum, remaining = sample
    multipliers, shares = jackknife_multipliers(stratum, remaining)
    one = replicated(totals, multipliers, 1.0, shares, "mean")
    other = replicated(totals * factor, multipliers, 1.0, shares, "mean")
    np.testing.assert_allclose(other, one * factor**2, rtol=1e-9)
