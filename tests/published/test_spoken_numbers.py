from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.wording import number_in_words
from welfarestats.published.spoken_numbers import NUMBER, spoken_decimals, spoken_value


def in_words(number: int) -> str:
    """A whole number under a thousand million in words, as British reports write it."""
    if number < 100:
        return number_in_words(number)
    for name, size in (("million", 10**6), ("thousand", 10**3), ("hundred", 100)):
        if number >= size:
            whole, rest = divmod(number, size)
            head = f"{in_words(whole)} {name}"
            if not rest:
                return head
            return f"{head} and {in_words(rest)}" if rest < 100 else f"{head}, {in_words(rest)}"
    raise AssertionError


@given(st.integers(0, 999_999))
def test_any_number_in_words_is_read_back(number: int):
    assert spoken_value(in_words(number)) == number


@given(st.integers(0, 999_999))
def test_any_number_in_words_is_one_number_of_a_sentence(number: int):
    found = re.findall(NUMBER, f"In all, {in_words(number)} people answered.")
    assert found == [in_words(number)]


@given(st.integers(0, 10**9), st.booleans())
def test_any_number_in_digits_is_read_back(number: int, commas: bool):
    printed = f"{number:,}" if commas else str(number)
    assert spoken_value(printed) == number
    assert re.fullmatch(NUMBER, printed)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Fifteen", 15),
        ("forty-one", 41),
        ("forty one", 41),
        ("a hundred", 100),
        ("one hundred and five", 105),
        ("two hundred", 200),
        ("one thousand, eight hundred and eight", 1808),
        ("two million", 2_000_000),
        ("1,219", 1219),
        ("15.9", 15.9),
        ("0.5", 0.5),
    ],
)
def test_a_number_is_read_as_it_is_printed(words: str, value: float):
    assert spoken_value(words) == value


def test_decimals_are_those_of_the_print():
    assert [spoken_decimals(text) for text in ("15.9", "15", "1,219.25", "fifteen")] == [1, 0, 2, 0]


def test_a_word_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="'several' is no number in words"):
        spoken_value("several")


@pytest.mark.parametrize("text", ["UC50", "J2E", "TW9", "someone", "often", "weight", "1.4.2"])
def test_a_number_inside_a_name_is_none(text: str):
    assert re.findall(NUMBER, text) == []
