from __future__ import annotations

import numpy as np
import pytest

from welfarestats.formulas.roots import bracketed_root


def test_roots_of_many_functions_are_found_at_once():
    target = np.array([1e-12, 0.3, 1.0, 7.0, 1e6])
    root = bracketed_root(lambda x: x**3 - target, np.zeros(5), np.full(5, 1e3))
    assert root == pytest.approx(np.cbrt(target), rel=1e-12)


def test_a_falling_function_has_its_root_too():
    root = bracketed_root(lambda x: np.exp(-x) - 0.25, np.zeros(1), np.full(1, 50.0))
    assert root == pytest.approx([np.log(4)], rel=1e-14)


def test_a_root_at_a_bound_is_found():
    root = bracketed_root(lambda x: x - np.array([0.0, 1.0]), np.zeros(2), np.ones(2))
    assert root == pytest.approx([0.0, 1.0], abs=1e-15)


def test_nan_does_not_keep_the_others_from_their_root():
    target = np.array([np.nan, 2.0])
    root = bracketed_root(lambda x: x**2 - target, np.zeros(2), np.full(2, 9.0))
    assert np.isnan(root[0])
    assert root[1] == pytest.approx(np.sqrt(2), rel=1e-14)


def test_the_nearer_bound_stands_for_a_root_just_outside():
    root = bracketed_root(lambda x: x - np.array([-1e-9, 2.0]), np.zeros(2), np.ones(2))
    assert root.tolist() == [0.0, 1.0]
