"""Pieces of work, several at a time."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from welfarestats.survey.workers import side_by_side


def test_results_stand_in_the_order_of_the_items_and_each_is_told() -> None:
    told: list[int] = []
    assert side_by_side(lambda item: item**2, range(20), told.append) == [i**2 for i in range(20)]
    assert told == list(range(1, 21))


def test_a_matrix_product_keeps_to_one_thread_meanwhile() -> None:
    def threads(_: int) -> set[int]:
        np.eye(3) @ np.eye(3)
        return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

    assert side_by_side(threads, [1]) == [{1}]


def test_an_error_in_one_piece_is_the_error_of_all() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 / item, [1, 0, 2])
