"""Columns of several frames under each other: types that agree, and those that do not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from welfarestats.errors import DataError
from welfarestats.survey.stacked_columns import kind_words, under_each_other


def stacked(first: pa.Array | None, second: pa.Array, declared: frozenset[str] = frozenset()):
    one = pa.table({"y": [1]} if first is None else {"x": first})
    return under_each_other("x", {"a": one, "b": pa.table({"x": second})}, declared)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (pa.array([1]), pa.array([2.5]), pa.float64()),
        (pa.array([1], pa.int8()), pa.array([2], pa.int64()), pa.int64()),
        (pa.array(["a"]), pa.array(["b"], pa.large_string()), pa.string()),
        (pa.array([None]), pa.array([True]), pa.bool_()),
        (pa.array([None]), pa.array([None]), pa.null()),
        (None, pa.array([1]), pa.int64()),
        (pa.array(["a"]).dictionary_encode(), pa.array(["b"]), pa.string()),
        (pa.array([[1]]), pa.array([[2, 3]]), pa.list_(pa.int64())),
    ],
)
def test_types_that_agree_become_one(first, second, kind):
    found = stacked(first, second)
    assert found.type == kind
    assert len(found) == 2


def test_a_column_that_a_frame_lacks_is_empty_there():
    assert stacked(None, pa.array([7])).to_pylist() == [None, 7]


def test_categories_in_one_order_are_kept():
    column = pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int8()), pa.array(["no", "yes"]))
    found = stacked(column, column.cast(pa.dictionary(pa.int32(), pa.string())))
    assert pa.types.is_dictionary(found.type)
    assert found.to_pylist() == ["yes", "no"] * 2


def test_categories_that_differ_are_left_to_a_codebook_that_declares_them():
    first, second = (pa.array([one]).dictionary_encode() for one in ("no", "yes"))
    with pytest.raises(DataError, match="1 in 'a' and 1 in 'b', of which 0 are the same"):
        stacked(first, second)
    assert stacked(first, second, frozenset({"x"})).to_pylist() == ["no", "yes"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (pa.array([1]), pa.array(["a"]), "int64 in 'a' and text in 'b'"),
        (pa.array([True]), pa.array([1]), "bool in 'a' and int64 in 'b'"),
        (pa.array([[1]]), pa.array([1]), r"list<.*> in 'a' and int64 in 'b'"),
    ],
)
def test_types_that_do_not_agree_are_named(first, second, words):
    with pytest.raises(DataError, match=f"column 'x' holds {words}. Make it one type"):
        stacked(first, second)


def test_text_is_called_text():
    assert kind_words(pa.large_string()) == "text"
