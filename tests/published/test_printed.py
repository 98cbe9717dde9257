from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.printed import (
    printed_decimals,
    printed_value,
    prints_as,
    rounding_interval,
)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("47", 47),
        ("1,219", 1219),
        ("117,023,659", 117023659),
        ("15.9", 15.9),
        ("Fifteen", 15),
        ("Forty-one", 41),
        ("twenty", 20),
        ("none", 0),
        ("No", 0),
        ("zero", 0),
    ],
)
def test_a_token_is_read_as_the_number_it_stands_for(printed: str, value: float):
    assert printed_value(printed) == value


def test_the_mark_for_rounds_to_zero_has_no_value():
    assert printed_value("*") is None


@pytest.mark.parametrize(
    "printed", ["", "1 in 5", "half", "12,34", "4.", "twenty-eleven", "a", "forty-"]
)
def test_what_is_no_number_is_refused(printed: str):
    with pytest.raises(ValueError, match="is not a number, a number word"):
        printed_value(printed)


def test_decimals_are_those_in_print():
    assert [printed_decimals(token) for token in ("47", "1,219", "15.90", "*", "Ten")] == [
        0,
        0,
        2,
        0,
        0,
    ]


def test_halves_round_up():
    assert prints_as(36.5, "37")
    assert not prints_as(36.5, "36")
    assert prints_as(2.25, "2.3")


def test_float_dust_does_not_decide():
    assert prints_as(100 * 0.135 + 1e-13, "14")
    assert prints_as(13.5 - 1e-13, "14")


def test_the_mark_is_for_a_number_that_is_not_zero_but_rounds_to_it():
    assert prints_as(0.49, "*")
    assert not prints_as(0.0, "*")
    assert not prints_as(0.5, "*")
    assert not prints_as(float("nan"), "*")


def test_a_missing_number_prints_as_nothing():
    assert not prints_as(float("nan"), "0")


def test_the_mark_lies_between_zero_and_a_half():
    interval = rounding_interval("*")
    assert (interval.low, interval.high) == (Fraction(0), Fraction(1, 2))
    assert not interval.low_in
    assert not interval.high_in


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_what_prints_as_a_token_lies_in_its_interval(count: int, base: int):
    share = Fraction(100 * count, base)
    printed = str(int(share + Fraction(1, 2)))
    interval = rounding_interval(printed)
    assert interval.low <= share < interval.high
    assert prints_as(float(share), printed)
