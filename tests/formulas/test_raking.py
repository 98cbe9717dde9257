from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from welfarestats.formulas.calibration import calibration_factors
from welfarestats.formulas.raking import raking_factors


def every_cell(sizes: list[int]) -> list[np.ndarray]:
    return [axis.ravel() for axis in np.indices(sizes)]


def drawn(seed: int, sizes: list[int]) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    random = np.random.default_rng(seed)
    codes = every_cell(sizes)
    base = random.gamma(2.0, 1.0, codes[0].size) + 0.05
    shares = [random.dirichlet(np.full(size, 5.0)) for size in sizes]
    return base, [(code, 1_000 * share) for code, share in zip(codes, shares, strict=True)]


def test_a_two_by_two_table_keeps_its_odds_ratio():
    base = np.array([4.0, 1.0, 1.0, 4.0])
    sex, age = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    raked = raking_factors(base, [(sex, np.array([6.0, 4.0])), (age, np.array([5.0, 5.0]))])
    weight = base * raked.factor
    assert weight[0] * weight[3] / (weight[1] * weight[2]) == pytest.approx(16)
    np.testing.assert_allclose([weight[:2].sum(), weight[[0, 2]].sum()], [6, 5], rtol=1e-12)


def test_one_margin_is_poststratification():
    raked = raking_factors(np.array([2.0, 3.0]), [(np.array([0, 1]), np.array([10.0, 30.0]))])
    assert raked.factor.tolist() == [5.0, 10.0]
    assert raked.sweeps == 1


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(2, 5), min_size=1, max_size=4))
def test_targets_are_met_and_factors_are_products(seed: int, sizes: list[int]) -> None:
    base, margins = drawn(seed, sizes)
    raked = raking_factors(base, margins)
    assert raked.converged
    for category, target in margins:
        held = np.bincount(category, weights=base * raked.factor)
        np.testing.assert_allclose(held, target, rtol=1e-11)
    # The logarithm of a factor is a sum of one number a margin: no interaction is left.
    table = np.log(raked.factor).reshape(sizes)
    for one, other in combinations(range(len(sizes)), 2):
        np.testing.assert_allclose(np.diff(np.diff(table, axis=one), axis=other), 0, atol=1e-9)


def test_raking_is_exponential_calibration():
    base, margins = drawn(1, [3, 4, 2])
    raked = raking_factors(base, margins)
    indicators = np.hstack([np.eye(target.size)[category] for category, target in margins])
    target = np.concatenate([target for _, target in margins])
    found = calibration_factors(sparse.csr_array(indicators), base, target, method="raking")
    np.testing.assert_allclose(found.factor, raked.factor, rtol=1e-11)


def test_slow_margins_are_finished_by_newtons_method():
    # Two margins that are nearly one: each sweep of proportional fitting gains next to nothing.
    category = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
    base = np.array([100.0, 1e-4, 100.0, 1e-4])
    raked = raking_factors(
        base, [(category[0], np.array([120.0, 80.0])), (category[1], np.array([100.0, 100.0]))]
    )
    assert raked.converged
    assert raked.sweeps < 100
    assert max(np.abs(gap).max() for gap in raked.gaps) <= 1e-12


def test_a_cell_outside_a_margin_keeps_what_the_others_say():
    raked = raking_factors(
        np.array([1.0, 1.0, 1.0]),
        [(np.array([0, 1, -1]), np.array([1.0, 3.0])), (np.array([-1, -1, 0]), np.array([5.0]))],
    )
    assert raked.factor.tolist() == [1.0, 3.0, 5.0]


def test_targets_that_no_weights_meet_are_not_converged_and_the_worst_is_named():
    raked = raking_factors(
        np.ones(3),
        [(np.array([0, 0, 1]), np.array([1.0, 2.0])), (np.array([0, 1, 1]), np.array([2.0, 1.0]))],
    )
    assert not raked.converged
    assert raked.worst == (0, 0)
    assert raked.gaps[0][0] == pytest.approx(1.0, rel=0.01)
