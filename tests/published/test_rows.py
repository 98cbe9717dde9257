from __future__ import annotations

import numpy as np
import pytest

from welfarestats.published.rows import Row, as_system, summed_row


def row(places: list[int], factors: list[float], low: float, high: float, source: str = "") -> Row:
    return Row(np.array(places), np.array(factors), low, high, source)


def test_a_variable_that_stands_twice_in_a_row_is_summed():
    found = summed_row(np.array([3, 1, 3]), np.array([1.0, 2.0, -0.5]), 0.0, 1.0, "a")
    assert found.indices.tolist() == [1, 3]
    assert found.factors.tolist() == [2.0, 0.5]


def test_rows_become_a_matrix_with_bounds_and_sources():
    system = as_system([row([0, 2], [1, -1], 0, 5, "a"), row([1, 1], [1, 2], 2, 2)], 3)
    assert system.matrix.toarray().tolist() == [[1, 0, -1], [0, 3, 0]]
    assert (system.low.tolist(), system.high.tolist()) == ([0, 2], [5, 2])
    assert system.sources == ("a", "")
    assert system.matrix.nnz == 3


@pytest.mark.parametrize("size", [0, 4])
def test_no_rows_make_an_empty_matrix(size: int):
    system = as_system([], size)
    assert system.matrix.shape == (0, size)
    assert system.sources == ()
