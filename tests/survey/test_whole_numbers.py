"""Whole numbers become codes by counting, one column or many at a time."""

import numpy as np
import pandas as pd
import pytest

from welfarestats.survey.frames import open_frame
from welfarestats.survey.whole_numbers import counted, counted_together


def of_one(column):
    return next(counted_together(np.array([column])))


def test_a_column_becomes_codes_in_the_order_of_its_values():
    codes, values = counted(np.array([7, 3, 7, 5]))
    assert codes.tolist() == [2, 0, 2, 1]
    assert values == [3, 5, 7]


def test_a_missing_number_has_no_code():
    codes, values = counted(np.array([2.0, np.nan, 1.0]))
    assert codes.tolist() == [1, -1, 0]
    assert values == [1.0, 2.0]


def test_numbers_that_are_not_whole_or_lie_far_apart_are_not_counted():
    assert counted(np.array([0.5, 1.0])) is None
    assert counted(np.array([1, 10_002])) is None
    assert counted(np.array([2**60, 2**60 + 1])) is None
    assert counted(np.array([np.nan])) is None


@pytest.mark.parametrize("column", [[3, 4, 3], [9, 1, 5, 1], [-2, 2, -2], [0]])
def test_columns_counted_together_are_coded_as_each_by_itself(column):
    found = of_one(column)
    codes, values = counted(np.array(column))
    assert found.codes.tolist() == codes.tolist()
    assert found.values == values
    assert found.answers.tolist() == [column.count(value) for value in values]


def test_columns_that_lie_far_apart_are_left_to_be_read_singly():
    far = np.array([[1, 2], [1, 101], [5, 104]])
    assert [one is None for one in counted_together(far)] == [False, True, False]


def test_the_extremes_of_a_type_do_not_wrap_around():
    assert of_one(np.array([-(2**63), 2**63 - 1])) is None
    assert of_one(np.array([2**64 - 1, 2**64 - 2], dtype=np.uint64)) is None
    small = of_one(np.array([-50, 49], dtype=np.int8))
    assert small.values == [-50, 49]
    assert of_one(np.array([-128, 127], dtype=np.int8)) is None


def test_nobody_has_no_values():
    assert list(counted_together(np.empty((2, 0), dtype=np.int64))) == [None, None]


def test_columns_read_together_are_the_columns_read_singly():
    frame = pd.DataFrame(
        {
            "a": [3, 1, 3],
            "b": np.array([2, 2, 9], dtype=np.int16),
            "far": [1, 500, 1],
            "text": ["x", "y", "x"],
            "float": [1.0, np.nan, 2.0],
            "own": pd.array([1, None, 2], dtype="Int64"),
        }
    )
    together, singly = (open_frame(frame).rows((), None) for _ in range(2))
    together.read(list(frame))
    for name in frame:
        ours, theirs = together.coded(name), singly.coded(name)
        assert ours.codes.tolist() == theirs.codes.tolist()
        assert ours.values == theirs.values
        assert [type(one) for one in ours.values] == [type(one) for one in theirs.values]
        assert ours.answers.tolist() == theirs.answers.tolist()
