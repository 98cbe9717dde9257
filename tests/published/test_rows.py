"""Linear conditions as a matrix."""

from __future__ import annotations

import math

import numpy as np

from welfarestats.published.rows import Row, as_system, summed_row


def test_a_variable_that_stands_twice_is_summed():
    row = summed_row(np.array([3, 1, 3]), np.array([1.0, 2.0, -4.0]), 0.0, 5.0, "a (line 1)")
    assert row.indices.tolist() == [1, 3]
    assert row.factors.tolist() == [2.0, -3.0]
    assert (row.low, row.high, row.source) == (0.0, 5.0, "a (line 1)")


def test_rows_become_one_matrix_with_bounds_and_sources():
    rows = [
        Row(np.array([0, 2]), np.array([1.0, -1.0]), 0.0, 0.0),
        Row(np.array([1, 1]), np.array([2.0, 3.0]), -math.inf, 4.0, "b (line 2)"),
    ]
    system = as_system(rows, 3)
    assert system.matrix.toarray().tolist() == [[1.0, 0.0, -1.0], [0.0, 5.0, 0.0]]
    assert system.low.tolist() == [0.0, -math.inf]
    assert system.high.tolist() == [0.0, 4.0]
    assert system.sources == ("", "b (line 2)")


def test_no_rows_are_a_matrix_without_rows():
    assert as_system([], 4).matrix.shape == (0, 4)
