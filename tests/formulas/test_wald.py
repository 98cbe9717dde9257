"""Wald tests by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from welfarestats.errors import OptionError
from welfarestats.formulas.association import pearson
from welfarestats.formulas.wald import independence_residuals, wald_tests

TABLE = np.array([[30.0, 20, 10], [10, 40, 25]])


def test_one_estimate_is_tested_by_the_square_of_t():
    F, df1, df2, p = wald_tests([3.0], [[2.0]], degrees_of_freedom=12)
    assert (F, df1, df2) == (4.5, 1, 12)
    assert p == pytest.approx(2 * stats.t.sf(np.sqrt(4.5), 12))


def test_the_adjusted_test_has_fewer_degrees_of_freedom():
    theta, V = np.array([1.0, 2, -1]), np.diag([1.0, 2, 4]) + 0.5
    Q = theta @ np.linalg.solve(V, theta)
    F, df1, df2, p = wald_tests(theta, V, degrees_of_freedom=10, adjusted=True)
    assert (df1, df2) == (3, 8)
    assert pytest.approx(Q * 8 / 30) == F
    assert p == pytest.approx(stats.f.sf(Q * 8 / 30, 3, 8))


def test_many_sets_are_tested_at_once():
    theta = np.array([[1.0, 2], [0, 1]])
    V = np.array([np.eye(2), [[2.0, 1], [1, 2]]])
    F, *_ = wald_tests(theta, V, degrees_of_freedom=[10, 20])
    one = [float(wald_tests(a, b, degrees_of_freedom=10)[0]) for a, b in zip(theta, V, strict=True)]
    np.testing.assert_allclose(F, one)


@pytest.mark.parametrize(
    "V", [[[1.0, 1], [1, 1]], [[0.0, 0], [0, 1]], [[np.nan, 0], [0, 1]]], ids=str
)
def test_a_covariance_without_inverse_gives_no_test(V):
    assert np.isnan(wald_tests([1.0, 2], V, degrees_of_freedom=10)).all()


def test_the_units_of_the_estimates_do_not_matter():
    V = np.array([[2.0, 0.5], [0.5, 1]])
    scale = np.array([1e-8, 1e8])
    plain = wald_tests([1.0, 2], V, degrees_of_freedom=9)
    scaled = wald_tests(scale * [1, 2], V * np.outer(scale, scale), degrees_of_freedom=9)
    np.testing.assert_allclose(plain, scaled, rtol=1e-9)


def test_no_degrees_of_freedom_give_no_test():
    assert np.isnan(wald_tests([1.0, 2], np.eye(2), degrees_of_freedom=0)).all()
    assert np.isnan(wald_tests([1.0, 2], np.eye(2), degrees_of_freedom=1, adjusted=True)).all()


def test_a_covariance_that_does_not_fit_is_refused():
    with pytest.raises(
        OptionError, match="2 estimates need a covariance matrix of 2 × 2, and 3 × 3 was given"
    ):
        wald_tests([1.0, 2], np.eye(3), degrees_of_freedom=3)


def test_residuals_are_observed_less_expected_with_their_derivatives():
    residual, derivative = independence_residuals(TABLE)
    n = TABLE.sum()
    expected = np.outer(TABLE.sum(axis=1), TABLE.sum(axis=0)) / n
    np.testing.assert_allclose(residual, (TABLE - expected)[1:, 1:].ravel())
    for cell in range(6):
        moved = TABLE.copy()
        moved.flat[cell] += 1e-6
        numerical = (independence_residuals(moved)[0] - residual) / 1e-6
        np.testing.assert_allclose(derivative[:, cell], numerical, rtol=1e-5, atol=1e-7)


def test_a_stack_of_tables_is_its_tables():
    tables = np.stack([TABLE, TABLE[:, ::-1] + 1])
    residual, derivative = independence_residuals(tables)
    for place, table in enumerate(tables):
        own = independence_residuals(table)
        np.testing.assert_allclose(residual[place], own[0])
        np.testing.assert_allclose(derivative[place], own[1])


def test_under_independence_the_wald_test_is_near_pearsons():
    cells = np.array([[100.0, 200], [110, 190]])
    p = cells.ravel() / 600
    V = 600 * (np.diag(p) - np.outer(p, p))
    residual, derivative = independence_residuals(cells)
    F, *_ = wald_tests(residual, derivative @ V @ derivative.T, degrees_of_freedom=np.inf)
    assert pytest.approx(pearson(cells).statistic, rel=0.02) == F
