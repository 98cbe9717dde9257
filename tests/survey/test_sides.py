"""Who belongs to which item or column, and what items add up to."""

from __future__ import annotations

import numpy as np
from toy_tables import ten

from welfarestats.survey.sides import banner_side, score_side, stub_side


def test_the_items_of_a_stub_are_its_base_its_categories_and_its_nets() -> None:
    answers = ten().view(["works"]).sample.answers("works")
    side = stub_side(answers)
    # Yes is 0, No is 1; who does not know is nowhere.
    assert side.item.tolist() == [0, 0, 1, -1, 0, 1, 1, -1, 0, 1]
    assert side.combine.tolist() == [[1, 1], [1, 0], [0, 1]]


def test_the_columns_of_a_banner_are_everyone_the_answered_and_each_category() -> None:
    side = banner_side(ten().view(["sex"]).sample.answers("sex"), 10)
    assert side.item.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert side.combine.tolist() == [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0]]


def test_those_in_two_columns_at_once_are_listed_where_pairs_are_asked_for() -> None:
    answers = ten().view(["help"]).sample.answers("help")
    side = banner_side(answers, 10, pairs=True)
    assert side.both is not None
    row, pair, pairs = side.both
    # Columns: family, friends, doctor, net of the first two; six pairs of them.
    assert pairs == 6
    # Person 1 named family and friends: in family & friends, family & net, friends & net.
    assert pair[row == 0].tolist() == [0, 2, 4]
    # Person 9 named family and the doctor.
    assert pair[row == 8].tolist() == [1, 2, 5]
    assert banner_side(answers, 10).both is None


def test_a_score_has_its_base_its_deviation_and_its_square() -> None:
    side = score_side(np.array([3.0, np.nan, 5.0]), 4.0)
    assert side.row is not None
    assert side.value is not None
    assert side.row.tolist() == [0, 0, 0, 2, 2, 2]
    assert side.value.tolist() == [1, -1, 1, 1, 1, 1]
