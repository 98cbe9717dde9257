"""Effective bases and design effects by hand."""

import numpy as np
import pytest

from welfarestats.formulas.bases import design_effect, effective_base, effective_sample_size


def test_the_worked_example_of_forty_people():
    total = 12 * 1.733 + 28 * 0.686
    assert effective_base(total, 12 * 1.733**2 + 28 * 0.686**2) == pytest.approx(32.5, abs=0.05)


def test_equal_weights_lose_nothing():
    assert effective_base(17 * 2.5, 17 * 2.5**2) == pytest.approx(17)


def test_one_person_with_all_the_weight_counts_as_one():
    assert effective_base(1e6, 1e12) == 1


def test_nobody_has_an_effective_base_of_nought():
    assert effective_base([0.0, 3.0], [0.0, 3.0]).tolist() == [0, 3]


def test_a_design_effect_is_over_the_variance_with_replacement():
    # p = 0.5, n = 201: s²/n = 0.25 · 201/200 / 201 = 0.00125
    assert design_effect(0.0025, 0.25, 201) == pytest.approx(2)


@pytest.mark.parametrize(("unit_variance", "base"), [(0.0, 10), (0.25, 1), (0.25, 0)])
def test_a_design_effect_needs_variation_and_two_respondents(unit_variance, base):
    assert np.isnan(design_effect(0.1, unit_variance, base))


def test_an_effective_sample_size_is_the_unit_variance_over_the_variance():
    assert effective_sample_size([0.0025, 0.0], 0.25)[0] == pytest.approx(100)
    assert np.isnan(effective_sample_size([0.0025, 0.0], 0.25)[1])
