"""Degrees of freedom from bits: PSUs less strata that hold something."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.survey.presence import Presence, packed_bits

# One table of one item by two columns: units 0, 1 and 2 hold the first, unit 2 alone the second.
HELD = np.array([[[1, 1, 1, 0], [0, 0, 1, 0]]], dtype=bool)
STRATA = np.array([[[1, 1], [0, 1]]], dtype=bool)
ITEM = np.array([True])
COLUMNS = np.array([[True, False], [False, True], [True, True]])
NOBODY = np.zeros((1, 3))


def presence() -> Presence:
    return Presence(packed_bits(HELD, (1, 1, 2)), packed_bits(STRATA, (1, 1, 2)))


def test_degrees_of_freedom_are_psus_less_strata_that_hold_any_of_the_columns() -> None:
    own = presence()
    assert own.degrees_of_freedom(own.held(ITEM, COLUMNS), NOBODY).tolist() == [[1, 0, 1]]


def test_where_respondents_are_the_psus_the_base_is_counted() -> None:
    own = Presence(None, packed_bits(STRATA, (1, 1, 2)))
    base = np.array([[7.0, 1.0, 8.0]])
    assert own.degrees_of_freedom(own.held(ITEM, COLUMNS), base).tolist() == [[5, 0, 6]]


def test_those_of_the_whole_design_hold_for_every_cell_where_they_are_asked_for() -> None:
    own = Presence(None, packed_bits(STRATA, (1, 1, 2)), of_design=99.0)
    assert own.degrees_of_freedom(own.held(ITEM, COLUMNS), NOBODY).tolist() == [[99, 99, 99]]


def test_tables_can_be_chosen_and_put_together() -> None:
    both = presence().followed_by(presence())
    assert both.units is not None
    assert both.units.shape[0] == 2
    one = both.tables(slice(1, 2))
    assert one.degrees_of_freedom(one.held(ITEM, COLUMNS), NOBODY).tolist() == [[1, 0, 1]]


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_bits_keep_how_many_units_hold_a_cell(held: list[bool]) -> None:
    bits = packed_bits(np.array([[held]]), (1, 1, 1))
    assert int(np.bitwise_count(bits).sum()) == sum(held)
