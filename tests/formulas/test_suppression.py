"""The cheapest pattern that protects."""

from itertools import combinations

import numpy as np
import pytest

from tests.formulas.test_attack import TABLE, margins
from welfarestats.errors import TableError
from welfarestats.formulas.attack import deduced_bounds
from welfarestats.formulas.suppression import Hiding, protecting_pattern


def inner(numbers) -> np.ndarray:
    """Return which numbers of a table of three by three may be hidden: all but the margins."""
    may = np.zeros(numbers.low.size, dtype=bool)
    may.reshape(4, 4)[:3, :3] = True
    return may


def cheapest_by_trial(numbers, primary, may, cost, width) -> float:
    """Return the least cost of all patterns that protect, each tried."""
    free = np.flatnonzero(may & ~primary)
    targets, best = np.flatnonzero(primary), np.inf
    for size in range(free.size + 1):
        for chosen in combinations(free, size):
            hidden = primary.copy()
            hidden[list(chosen)] = True
            if cost[hidden].sum() < best:
                low, high = deduced_bounds(numbers, hidden, targets)
                if (high - low >= width - 1e-6).all():
                    best = float(cost[hidden].sum())
    return best


@pytest.mark.parametrize("seed", range(6))
def test_no_pattern_of_a_small_table_is_cheaper(seed):
    draws = np.random.default_rng(seed)
    numbers = margins(draws.poisson(draws.gamma(1.0, 12.0, (3, 3))))
    may = inner(numbers)
    primary = may & (numbers.low > 0) & (numbers.low < 6)
    cost = np.where(seed % 2, numbers.low + 0.1, 1.0) * np.ones(16)
    found = protecting_pattern([numbers], [np.full(16, 5.0)], Hiding(primary, primary, may, cost))
    least = cheapest_by_trial(numbers, primary, may, cost, 5.0)
    assert found.least
    assert cost[found.hidden].sum() == pytest.approx(least, rel=5e-3)


def test_hidden_cells_are_recoverable_from_margins_until_others_are_hidden():
    numbers, width = margins(TABLE), np.full(16, 6.0)
    primary = inner(numbers) & (numbers.low < 5)
    low, high = deduced_bounds(numbers, primary, np.flatnonzero(primary))
    assert (low == high).all()
    found = protecting_pattern(
        [numbers], [width], Hiding(primary, primary, inner(numbers), np.ones(16))
    )
    low, high = deduced_bounds(numbers, found.hidden, np.flatnonzero(primary))
    assert (high - low >= 6 - 1e-6).all()
    assert found.hidden.sum() == 4


def test_the_same_pattern_comes_out_every_time():
    numbers = margins(np.random.default_rng(4).poisson(9, (6, 6)))
    primary = (numbers.low < 8).reshape(7, 7)
    primary[-1], primary[:, -1] = False, False
    may = np.ones((7, 7), dtype=bool)
    may[-1, -1] = False
    hiding = Hiding(primary.ravel(), primary.ravel(), may.ravel(), np.ones(49))
    patterns = [protecting_pattern([numbers], [np.full(49, 8.0)], hiding) for _ in range(2)]
    assert (patterns[0].hidden == patterns[1].hidden).all()


def test_what_goes_together_is_hidden_together():
    numbers = margins(TABLE)
    primary = np.zeros(16, dtype=bool)
    primary[0] = True
    pairs = np.array([[1, 14], [4, 15], [5, 14]])
    hiding = Hiding(primary, primary, np.ones(16, dtype=bool), np.ones(16), pairs)
    found = protecting_pattern([numbers], [np.full(16, 4.0)], hiding)
    for first, second in pairs:
        assert found.hidden[second] or not found.hidden[first]


def test_a_number_that_nothing_protects_is_an_error():
    numbers = margins(TABLE)
    primary = np.zeros(16, dtype=bool)
    primary[0] = True
    with pytest.raises(TableError, match="number 0 stays known more closely than its width"):
        protecting_pattern(
            [numbers], [np.full(16, 4.0)], Hiding(primary, primary, primary, np.ones(16))
        )
