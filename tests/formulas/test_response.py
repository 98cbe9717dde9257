from __future__ import annotations

import numpy as np
import pytest

from welfarestats.formulas.response import (
    class_factors,
    propensity_classes,
    response_propensities,
)


def test_factors_give_respondents_the_weight_of_their_class():
    weight = np.array([1.0, 3.0, 2.0, 2.0, 0.0])
    who = np.array([True, False, True, True, False])
    group = np.array([0, 0, 1, 1, -1])
    assert class_factors(weight, who, group, 3).tolist() == [4.0, 1.0, 1.0]
    assert np.isnan(class_factors(weight, ~who, group, 2)[1])


def test_classes_hold_about_equal_weight_and_never_part_equal_propensities():
    propensity = np.linspace(0.1, 0.9, 100)
    classes = propensity_classes(propensity, np.ones(100), 5)
    assert np.bincount(classes).tolist() == [20] * 5
    assert (np.diff(classes) >= 0).all()
    tied = propensity_classes(np.array([0.5, 0.5, 0.5, 0.7]), np.array([1.0, 1, 1, 0]), 2)
    assert tied.tolist() == [0, 0, 0, -1]


def test_a_saturated_propensity_is_the_weighted_rate_of_each_group():
    area = np.repeat([0.0, 1.0], 50)[:, None]
    random = np.random.default_rng(1)
    who, weight = random.random(100) < 0.6, random.gamma(2, 1, 100)
    fitted = response_propensities(area, who, weight)
    for group in (slice(0, 50), slice(50, 100)):
        rate = weight[group][who[group]].sum() / weight[group].sum()
        assert fitted[group] == pytest.approx(rate, rel=1e-9)


def test_the_fit_meets_the_weighted_scores_of_a_logistic_regression():
    random = np.random.default_rng(2)
    known = np.column_stack([random.normal(size=300), random.integers(0, 2, 300)])
    weight = random.gamma(2, 1, 300)
    who = random.random(300) < 1 / (1 + np.exp(-known[:, 0]))
    fitted = response_propensities(known, who, weight)
    scores = np.column_stack([np.ones(300), known]).T @ (weight * (who - fitted))
    np.testing.assert_allclose(scores, 0, atol=1e-6)


def test_answers_that_tell_exactly_who_did_not_respond_are_not_fitted():
    area = np.array([[0.0], [0.0], [1.0], [1.0]])
    assert response_propensities(area, np.array([False, False, True, True]), np.ones(4)) is None
    nobody = np.array([False, False, True, False])
    assert response_propensities(area, nobody, np.ones(4)) is None
