from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from welfarestats.formulas.proportion_pairs import ProportionPairs, TestResult, floats, reason_by


def pairs_of(a, b, base_a, base_b):
    return ProportionPairs(*floats(a, b, base_a, base_b))


def test_proportions_are_pooled_by_their_bases():
    pairs = pairs_of([0.2, 0.5], [0.6, 0.5], [10, 0], [30, 0])
    assert pairs.pooled == pytest.approx([0.5, np.nan], nan_ok=True)
    assert pairs.difference == pytest.approx([-0.4, 0])


def test_an_edge_is_0_or_1_but_for_rounding():
    pairs = pairs_of([0, 1 - 1e-16, 0.1, np.nan], [1e-17, 0.2, 0.1, 0], 10, 10)
    assert pairs.both_at_the_edge.tolist() == [True, False, False, False]
    assert pairs.one_at_the_edge.tolist() == [True, True, False, True]
    assert pairs.missing.tolist() == [False, False, False, True]


def test_five_expected_are_not_fewer_than_five():
    pairs = pairs_of([0.5, 0.5, 0.1], [0.5, 0.5, 0.1], [10, 9, 200], [10, 10, 40])
    assert pairs.few_expected(5).tolist() == [False, True, True]
    assert pairs.few_expected(None).tolist() == [False, False, False]
    assert not pairs_of(0.1 + 0.2, 0.3, 50 / 3, 50 / 3).few_expected(5)


def test_the_first_reason_is_given():
    reason = reason_by((3,), ("small", [True, False, False]), ("odd", [True, True, False]))
    assert reason.tolist() == ["small", "odd", ""]


def test_an_untested_pair_is_blank():
    result = TestResult.of("z", np.array([1.96, 3.0]), np.inf, ("small", [False, True]))
    assert result.tested.tolist() == [True, False]
    assert result.p_value == pytest.approx([0.05, np.nan], abs=1e-4, nan_ok=True)
    assert np.isnan([result.statistic[1], result.degrees_of_freedom[1]]).all()
    assert result.reason.tolist() == ["", "small"]
    assert result.method.tolist() == ["z", "z"]


def test_a_result_cannot_be_changed():
    result = TestResult.of("z", np.array([1.0]), np.inf)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.p_value = np.array([0.0])
