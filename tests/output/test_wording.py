from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.output.wording import (
    BASE_LABELS,
    difference_text,
    join_words,
    level_texts,
    number_in_words,
    number_text,
    percent_text,
    round_half_away,
    round_half_up,
)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (36.5, 0, 37.0),
        (12.5, 0, 13.0),
        (0.285 * 100, 0, 29.0),  # 28.499999999999996
        (0.145 * 100, 0, 15.0),  # 14.499999999999998
        (2.675, 2, 2.68),  # 2.67499999999999982236431605997495353221893310546875
        (1.005, 2, 1.01),
        (28.49, 0, 28.0),
        (28.4999, 0, 28.0),
        (-2.5, 0, -2.0),
        (-2.51, 0, -3.0),
        (1215.0, -1, 1220.0),
        (0.0, 0, 0.0),
    ],
)
def test_halves_round_up_as_in_published_tables(value, decimals, rounded):
    assert round_half_up(value, decimals) == rounded


@pytest.mark.parametrize(("hits", "base"), [(73, 200), (1, 8), (3, 8), (129, 200), (57, 1000)])
def test_a_share_that_is_exactly_half_way_rounds_up_however_it_was_computed(hits, base):
    wanted = math.floor(Fraction(100 * hits, base) + Fraction(1, 2))
    weights = np.full(base, 0.1)
    added_up = weights[:hits].sum() / weights.sum()
    for proportion in (hits / base, 1 - (base - hits) / base, added_up):
        assert round_half_up(100 * proportion) == wanted


@given(st.integers(0, 20_000), st.integers(1, 20_000), st.integers(0, 2))
def test_shares_of_whole_numbers_round_as_fractions_do(hits, base, decimals):
    exact = Fraction(100 * min(hits, base), base) * 10**decimals
    wanted = Fraction(math.floor(exact + Fraction(1, 2)), 10**decimals)
    rounded = round_half_up(100 * (min(hits, base) / base), decimals)
    assert abs(Fraction(rounded) - wanted) < Fraction(1, 10**9)


@given(st.decimals(-99_999, 99_999, places=4), st.integers(0, 3))
def test_decimals_round_as_decimal_arithmetic_does(value, decimals):
    step = Decimal(1).scaleb(-decimals)
    is_half = (value / step - Decimal("0.5")) % 1 == 0
    down, up = value.quantize(step, ROUND_FLOOR), value.quantize(step, ROUND_CEILING)
    nearest = value.quantize(step, ROUND_HALF_UP)
    assert round_half_up(float(value), decimals) == float(up if is_half else nearest)
    assert round_half_away(float(value), decimals) == float(nearest)
    assert down <= nearest <= up


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(0, 3))
def test_an_array_rounds_as_each_of_its_numbers(values, decimals):
    rounded = round_half_up(np.array(values), decimals)
    assert rounded.tolist() == [round_half_up(value, decimals) for value in values]


@given(st.floats(-1e6, 1e6))
def test_swapping_two_groups_only_changes_the_sign_of_a_printed_difference(value):
    assert round_half_away(-value) == -round_half_away(value)


def test_missing_and_infinite_values_stay_what_they_are():
    assert np.isnan(round_half_up(float("nan")))
    assert round_half_up(float("inf")) == float("inf")
    assert np.isnan(round_half_away([np.nan, 1.5])).tolist() == [True, False]


def test_large_counts_keep_every_digit():
    assert round_half_up(123_456_789_012_345.0) == 123_456_789_012_345.0
    assert number_text(9_007_199_254_740_991) == "9,007,199,254,740,991"


def test_rounding_never_prints_minus_zero():
    assert math.copysign(1, round_half_up(-0.2)) == 1
    assert number_text(-0.2) == "0"
    assert difference_text(-0.001) == "0"


def test_numbers_have_commas_and_their_decimals():
    assert number_text(1219) == "1,219"
    assert number_text(1000.25, 1) == "1,000.3"
    assert number_text(float("nan"), missing="…") == "…"


def test_a_share_that_rounds_to_zero_is_not_printed_as_zero():
    assert percent_text(0.0049) == "[low]"
    assert percent_text(0.005) == "1"
    assert percent_text(0.0) == "0"
    assert percent_text(0.0004, 1) == "[low]"
    assert percent_text(0.0049, rounds_to_zero="*", percent_sign="%") == "*"
    assert percent_text(1.0, 1, percent_sign=" per cent") == "100.0 per cent"
    assert percent_text(float("nan")) == "[x]"


def test_a_difference_is_printed_in_points_with_its_sign():
    assert difference_text(0.52 - 0.40) == "+12"
    assert difference_text(-0.025) == "-3"
    assert difference_text(0.0, 1) == "0.0"
    assert difference_text(0.0125, 1) == "+1.3"
    assert difference_text(float("nan")) == "[x]"


def test_small_numbers_have_words():
    words = [number_in_words(n) for n in (0, 12, 20, 34, 99)]
    assert words == ["zero", "twelve", "twenty", "thirty-four", "ninety-nine"]
    assert [number_in_words(n) for n in (100, -3)] == ["100", "-3"]


def test_lists_read_as_english():
    assert join_words([]) == ""
    assert join_words(["UC"]) == "UC"
    assert join_words(["UC", "ESA"], "or") == "UC or ESA"
    assert join_words(iter(["a", "b", "c", "d"])) == "a, b, c and d"


def test_a_test_is_told_by_level_and_confidence():
    assert level_texts(0.9) == ("10", "90")
    assert level_texts(0.99) == ("1", "99")


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_confidence_level_lies_between_0_and_1(level):
    with pytest.raises(
        OptionError, match=r"level is \d+, and a confidence level lies between 0 and 1"
    ):
        level_texts(level)


def test_each_base_has_one_label():
    assert list(BASE_LABELS.values()) == ["Unweighted base", "Weighted base", "Effective base"]
