"""Covariances of totals and derivatives of ratios by hand."""

import numpy as np
import pytest
from scipy import sparse

from welfarestats.formulas.linearization import (
    disjoint_covariance,
    ratio_jacobian,
    stage_covariance,
)

TOTALS = np.array([[1.0, 2], [2, 0], [6, 1], [5, 5]])
STRATUM = np.array([0, 0, 0, 1])


def test_strata_with_their_coefficients():
    # Stratum 0 has mean (3, 1): deviations (−2, 1), (−1, −1), (3, 0); stratum 1 has one unit.
    found = stage_covariance(TOTALS, STRATUM, np.array([3.0, 1]), np.array([1.5, 1.0]))
    np.testing.assert_allclose(found, 1.5 * np.array([[14, -1], [-1, 2]]))


def test_a_stratum_that_is_not_centred():
    found = stage_covariance(
        TOTALS, STRATUM, np.array([3.0, 1]), np.array([1.5, 1.0]), np.array([False, True])
    )
    np.testing.assert_allclose(found, 1.5 * np.array([[14, -1], [-1, 2]]) + 25)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_units_that_are_alike_do_not_vary(kind):
    alike = kind(np.full((1000, 1), 15.1000003814697))
    found = stage_covariance(alike, np.zeros(1000, int), np.array([1000.0]), np.array([1000 / 999]))
    assert abs(found[0, 0]) < (1e-12 * 15_100) ** 2


def test_a_ratio_changes_with_its_numerator_and_denominator():
    # 3/4: d/dN = 1/4, d/dD = −3/16
    found = ratio_jacobian(np.array([[1.0, 0]]), np.array([[0, 1.0]]), np.array([3.0, 4]))
    assert found.tolist() == [[0.25, -0.1875]]


def test_a_ratio_without_a_denominator_has_no_derivative():
    found = ratio_jacobian(np.array([[1.0, 0]]), np.array([[0, 1.0]]), np.array([0.0, 0]))
    assert found.tolist() == [[0, 0]]


def test_a_group_that_everybody_is_in_alike_does_not_vary_among_disjoint_ones():
    # 1,000 units of 15.1 in the one group, nobody in the other.
    total, squares = np.array([[15_100.0, 0.0]]), np.array([1000 / 999 * 1000 * 15.1**2, 0.0])
    found = disjoint_covariance(squares, total, np.array([1e-3]), np.array([1000 / 999]), 1000)
    assert found.tolist() == [[0, 0], [0, 0]]
