from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from welfarestats.errors import OptionError
from welfarestats.formulas import calibration
from welfarestats.formulas.calibration import calibration_factors, smallest_gaps

LIMITS = {"linear": {}, "raking": {}, "logit": {"lower": 0.1, "upper": 4.0}}


def people(seed: int = 0, size: int = 60) -> tuple[sparse.csr_array, np.ndarray]:
    random = np.random.default_rng(seed)
    group = np.eye(3)[random.integers(0, 3, size)]
    return sparse.csr_array(np.column_stack([group, random.gamma(4, 10, size)])), random.gamma(
        3, 1, size
    ) + 0.1


def near(auxiliary: sparse.csr_array, base: np.ndarray) -> np.ndarray:
    """Totals that differ from the sample's by a few per cent."""
    return np.asarray(auxiliary.T @ base) * np.array([1.1, 0.95, 1.02, 1.03])


def test_linear_calibration_is_the_closed_form_of_greg():
    auxiliary, base = people()
    target = near(auxiliary, base)
    found = calibration_factors(auxiliary, base, target, lower=-np.inf)
    x = auxiliary.toarray()
    multiplier = np.linalg.solve(x.T @ (base[:, None] * x), target - x.T @ base)
    np.testing.assert_allclose(found.factor, 1 + x @ multiplier, rtol=1e-12)
    assert found.converged


def test_by_hand_two_people_and_one_total():
    # x = 1, 3 and d = 2, 1: g = 1 + λx with λ = (T − Σdx)/Σdx² = (16 − 5)/11 = 1.
    auxiliary, base = sparse.csr_array(np.array([[1.0], [3.0]])), np.array([2.0, 1.0])
    found = calibration_factors(auxiliary, base, np.array([16.0]), lower=-np.inf)
    np.testing.assert_allclose(found.factor, [2.0, 4.0])
    exponential = calibration_factors(auxiliary, base, np.array([2 * 2 + 3 * 8.0]), method="raking")
    np.testing.assert_allclose(exponential.factor, [2.0, 8.0])


@pytest.mark.parametrize("method", LIMITS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_totals_are_met(method: str, seed: int) -> None:
    auxiliary, base = people(seed)
    target = near(auxiliary, base)
    found = calibration_factors(auxiliary, base, target, method=method, **LIMITS[method])
    assert found.converged
    np.testing.assert_allclose(auxiliary.T @ (base * found.factor), target, rtol=1e-11)


@pytest.mark.parametrize("method", LIMITS)
def test_redundant_columns_and_units_do_not_matter(method: str) -> None:
    auxiliary, base = people()
    target = near(auxiliary, base)
    plain = calibration_factors(auxiliary, base, target, method=method, **LIMITS[method])
    double = sparse.csr_array(sparse.hstack([auxiliary, 1_000 * auxiliary]))
    twice = np.concatenate([target, 1_000 * target])
    found = calibration_factors(double, base, twice, method=method, **LIMITS[method])
    np.testing.assert_allclose(found.factor, plain.factor, rtol=1e-10)


@pytest.mark.parametrize("method", ["linear", "raking"])
def test_bounds_that_bind_give_the_nearest_weights_within_them(method: str) -> None:
    from scipy.optimize import minimize

    auxiliary, base = people(6, 12)
    target = near(auxiliary, base)
    found = calibration_factors(auxiliary, base, target, method=method, lower=0.6, upper=1.4)
    assert found.converged
    at_bound = (found.factor <= 0.6 + 1e-12) | (found.factor >= 1.4 - 1e-12)
    assert at_bound.any()
    assert ((found.factor >= 0.6) & (found.factor <= 1.4)).all()

    def distance(factor: np.ndarray) -> float:
        if method == "linear":
            return float(base @ (factor - 1) ** 2 / 2)
        return float(base @ (factor * np.log(factor) - factor + 1))

    x = auxiliary.toarray()
    best = minimize(
        distance,
        np.ones(base.size),
        bounds=[(0.6, 1.4)] * base.size,
        constraints={"type": "eq", "fun": lambda factor: x.T @ (base * factor) - target},
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert distance(found.factor) <= best.fun + 1e-8


def test_logit_factors_lie_strictly_between_their_bounds_and_start_at_one():
    auxiliary, base = people(3)
    target = near(auxiliary, base)
    found = calibration_factors(auxiliary, base, target, method="logit", lower=0.7, upper=1.5)
    assert 0.7 < found.factor.min() < 1 < found.factor.max() < 1.5
    same = calibration_factors(
        auxiliary, base, np.asarray(auxiliary.T @ base), method="logit", lower=0.7, upper=1.5
    )
    np.testing.assert_allclose(same.factor, 1.0, rtol=1e-12)


def test_counts_of_a_population_are_reached_from_weights_of_one():
    auxiliary = sparse.csr_array(np.eye(2)[[0, 0, 1]])
    found = calibration_factors(auxiliary, np.ones(3), np.array([4e6, 1e6]), method="raking")
    np.testing.assert_allclose(found.factor, [2e6, 2e6, 1e6], rtol=1e-12)


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
def test_bounds_without_a_solution_are_not_converged_and_the_programme_proves_it(method: str):
    auxiliary, base = people(4)
    target = 2 * np.asarray(auxiliary.T @ base)
    found = calibration_factors(auxiliary, base, target, method=method, lower=0.5, upper=1.5)
    assert not found.converged
    gaps = smallest_gaps(auxiliary, target, 0.5 * base, 1.5 * base)
    # Everybody at the upper bound is a quarter short of twice what there was, on each total.
    np.testing.assert_allclose(gaps, -0.25)


def test_the_programme_finds_no_gap_where_weights_exist():
    auxiliary, base = people(5)
    gaps = smallest_gaps(auxiliary, near(auxiliary, base), 0.5 * base, 2 * base)
    np.testing.assert_allclose(gaps, 0, atol=1e-9)


def test_the_programme_counts_people_who_are_alike_together():
    groups = sparse.csr_array(np.array([[1.0, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]]))
    target = np.array([3.0, 1.0, 2.0, 2.0])
    gaps = smallest_gaps(groups, target, np.zeros(4), np.full(4, 1.25))
    # The first two weigh 2.5 at most and are to weigh 3; the other margin lacks the same half.
    np.testing.assert_allclose(gaps[:2], [-1 / 6, 0], atol=1e-9)
    assert np.abs(gaps).sum() == pytest.approx(1 / 6 + 1 / 4)
    double = sparse.csr_array(sparse.vstack([groups, groups]))
    halves = smallest_gaps(double, target, np.zeros(8), np.full(8, 0.625))
    assert np.abs(halves).sum() == pytest.approx(np.abs(gaps).sum())


def test_a_programme_of_too_many_rows_is_not_attempted(monkeypatch):
    monkeypatch.setattr(calibration, "_LARGEST_PROGRAMME", 10)
    auxiliary, base = people(5)
    assert smallest_gaps(auxiliary, near(auxiliary, base), 0.5 * base, 2 * base) is None


def test_an_unknown_method_is_refused():
    auxiliary, base = people()
    with pytest.raises(OptionError, match="method cannot be 'greg'"):
        calibration_factors(auxiliary, base, near(auxiliary, base), method="greg")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_whoever_can_be_weighted_within_bounds_is(seed: int) -> None:
    # Totals of weights within the bounds, many of them at a bound, so that little room is left.
    random = np.random.default_rng(seed)
    auxiliary, base = people(seed, int(random.integers(10, 60)))
    possible = base * np.clip(np.exp(random.normal(0, 1.5, base.size)), 0.6, 1.6)
    target = np.asarray(auxiliary.T @ possible)
    # A column of nobody has no target to miss.
    held = target > 0
    columns = sparse.csr_array(auxiliary.toarray()[:, held])
    for method in ("linear", "raking"):
        found = calibration_factors(
            columns, base, target[held], method=method, lower=0.6, upper=1.6, tolerance=1e-10
        )
        assert found.converged
