"""What a reader can deduce of hidden numbers."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from welfarestats.errors import TableError
from welfarestats.formulas.attack import Attack, LinkedNumbers, deduced_bounds


def margins(cells) -> LinkedNumbers:
    """Return a table with its margins, all printed whole."""
    cells = np.asarray(cells, dtype=float)
    rows, columns = cells.shape
    full = np.zeros((rows + 1, columns + 1))
    full[:-1, :-1] = cells
    full[:, -1] = full.sum(axis=1)
    full[-1] = full.sum(axis=0)
    place = np.arange(full.size).reshape(full.shape)
    lines = [*place, *place.T]
    sums = np.zeros((len(lines), full.size))
    for row, line in enumerate(lines):
        sums[row, line[:-1]], sums[row, line[-1]] = 1.0, -1.0
    known, most = full.ravel(), np.full(full.size, cells.sum())
    return LinkedNumbers(csr_array(sums), np.zeros(len(lines)), known, known, 0 * known, most)


TABLE = [[3, 20, 7], [12, 30, 11], [25, 14, 28]]


def test_a_lone_hidden_cell_is_recovered_from_the_margins():
    hidden = np.zeros(16, dtype=bool)
    hidden[0] = True
    low, high = deduced_bounds(margins(TABLE), hidden, np.array([0]))
    assert (low[0], high[0]) == (3, 3)


def test_four_hidden_cells_are_bounded_as_worked_by_hand():
    # 3 and 20, 12 and 30: what is taken from one corner goes to the next.
    hidden = np.zeros(16, dtype=bool)
    hidden[[0, 1, 4, 5]] = True
    low, high = deduced_bounds(margins(TABLE), hidden, np.array([0, 1, 4, 5]))
    assert low.tolist() == pytest.approx([0, 8, 0, 27])
    assert high.tolist() == pytest.approx([15, 23, 15, 42])


def test_a_rounding_interval_lets_a_hidden_number_move_by_as_much():
    numbers = LinkedNumbers(
        csr_array([[1.0, 1.0, -1.0]]), np.zeros(1),
        np.array([4.0, 7.5, 12.0]), np.array([4.0, 8.5, 12.0]), np.zeros(3), np.full(3, 12.0),
    )  # fmt: skip
    low, high = deduced_bounds(numbers, np.array([True, False, False]), np.array([0]))
    assert (low[0], high[0]) == pytest.approx((3.5, 4.5))


def test_numbers_that_contradict_one_another_are_refused():
    numbers = LinkedNumbers(
        csr_array([[1.0, 1.0, -1.0]]), np.zeros(1),
        np.array([4.0, 20.0, 12.0]), np.array([4.0, 20.0, 12.0]), np.zeros(3), np.full(3, 12.0),
    )  # fmt: skip
    with pytest.raises(TableError, match="cannot all be true together"):
        deduced_bounds(numbers, np.array([True, False, False]), np.array([0]))


def test_tables_tied_by_a_hidden_number_are_judged_as_the_whole_system_is():
    # Two questions by the same two columns, whose bases are hidden.
    sums = csr_array(
        [
            [1, 1, 0, 0, -1, 0, 0], [0, 0, 1, 1, -1, 0, 0], [0, 0, 0, 0, 1, 1, -1],
        ],
        dtype=float,
    )  # fmt: skip
    truth = np.array([4.0, 6, 7, 3, 10, 20, 30])
    hidden = np.array([True, True, True, False, True, True, False])
    plain = LinkedNumbers(sums, np.zeros(3), truth, truth, 0 * truth, np.full(7, 30.0))
    joints = np.array([False, False, False, False, True, True, False])
    tied = LinkedNumbers(
        sums, np.zeros(3), truth, truth, 0 * truth, np.full(7, 30.0), joints, truth
    )
    targets = np.array([0, 1, 2, 4])
    for width in (20.0, 28.0, 31.0):
        found = [
            {number for number, *_ in Attack(one, hidden).narrow(targets, np.full(7, width), set())}
            for one in (plain, tied)
        ]
        assert found[0] == found[1]
