"""Counts rounded together."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.formulas.test_attack import margins
from welfarestats.errors import TableError
from welfarestats.formulas.controlled_rounding import additive_rounding


@pytest.mark.parametrize("seed", range(10))
def test_margins_add_and_no_number_moves_by_a_step(seed):
    numbers = margins(np.random.default_rng(seed).poisson(11, (4, 5)))
    found = additive_rounding(
        numbers.low, numbers.matrix, numbers.total, np.ones(30, dtype=bool), 5
    )
    assert np.abs(found - numbers.low).max() < 5
    assert (found % 5 == 0).all()
    assert np.abs(numbers.matrix @ found).max() == 0
    assert (found[numbers.low % 5 == 0] == numbers.low[numbers.low % 5 == 0]).all()


def test_a_sum_without_a_rounding_is_refused():
    # Two alike make 24, which becomes 25; two alike multiples of 5 make 20 or 30.
    sums = csr_array([[1.0, -1.0], [1.0, 1.0]])
    with pytest.raises(TableError, match="no rounding to multiples of 5 keeps every sum"):
        additive_rounding(
            np.array([12.0, 12.0]), sums, np.array([0.0, 24.0]), np.ones(2, dtype=bool), 5.0
        )
