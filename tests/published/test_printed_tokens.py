"""Printed cells: numbers, marks, brackets and letters, and what is none of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.printed_tokens import letters_in, mark_of, read_token


@pytest.mark.parametrize(
    ("text", "value", "decimals", "letters", "mark"),
    [
        ("47", 47, 0, "", ""),
        ("47%", 47, 0, "", ""),
        ("47 %", 47, 0, "", ""),
        ("12.5", 12.5, 1, "", ""),
        (".5", 0.5, 1, "", ""),
        ("1,219", 1219, 0, "", ""),
        ("£1,219.50", 1219.5, 2, "", ""),
        ("-5", -5, 0, "", ""),
        ("[47]", 47, 0, "", "[ ]"),
        ("(47)", 47, 0, "", "( )"),
        ("(47%)", 47, 0, "", "( )"),
        ("47*", 47, 0, "", "*"),
        ("47†", 47, 0, "", "†"),
        ("n=120", 120, 0, "", ""),
        ("(n = 1,200)", 1200, 0, "", "( )"),
        ("47 BC", 47, 0, "BC", ""),
        ("47BC", 47, 0, "BC", ""),
        ("47% b", 47, 0, "b", ""),
        ("47 B, C", 47, 0, "BC", ""),
        ("47 B/C", 47, 0, "BC", ""),
        ("47 (BC)", 47, 0, "BC", ""),
        ("47 BDac", 47, 0, "BDac", ""),
        ("47 AA BC", 47, 0, "AA BC", ""),
        ("47 B*", 47, 0, "B", "*"),
        ("[47] B", 47, 0, "B", "[ ]"),
    ],
)
def test_a_figure_is_read_with_its_letters_and_mark(text, value, decimals, letters, mark):
    token = read_token(text)
    assert (token.value, token.decimals, token.letters, token.mark) == (
        *(value, decimals),
        *(letters, mark),
    )
    assert token.is_figure


@pytest.mark.parametrize(
    ("text", "mark"),
    [("*", "*"), ("-", "-"), ("–", "-"), ("—", "-"), ("n/a", "n/a"), ("[c]", "[c]"), ("..", "..")],
)
def test_a_mark_stands_in_a_numbers_place(text, mark):
    token = read_token(text)
    assert mark_of(text) == mark == token.mark
    assert math.isnan(token.value)
    assert token.printed == text
    assert token.is_figure


def test_a_number_that_is_only_bounded_has_no_value():
    token = read_token("<1")
    assert math.isnan(token.value)
    assert (token.mark, token.printed) == ("<", "<1")


def test_letters_are_no_part_of_what_is_printed():
    assert read_token("47% BC").printed == "47%"
    assert read_token("* B").printed == "*"
    assert read_token("* B").letters == "B"


def test_a_sign_and_a_base_are_told():
    assert read_token("47%").percent
    assert not read_token("47").percent
    assert read_token("n=47").is_base


@pytest.mark.parametrize(
    "text", ["16-24", "65+", "16 years", "5 or more", "1 or 2", "[47", "Yes", "10%-20%", "12 of us"]
)
def test_other_text_is_no_figure(text):
    assert not read_token(text).is_figure


def test_letters_out_of_order_are_a_word():
    assert [letters_in(text) for text in ("BC", "b", "years", "No", "B C", "")] == [
        *("BC", "b", "", "", "BC", ""),
    ]


@given(st.text(max_size=20))
def test_any_text_is_read_without_a_fault(text):
    token = read_token(text)
    assert token.is_figure or math.isnan(token.value)


@given(
    st.decimals(0, 99_999, places=2),
    st.sampled_from(["", "%"]),
    st.lists(st.sampled_from("ABCDEFG"), unique=True).map(sorted).map("".join),
)
def test_what_is_printed_is_read_back(number, sign, letters):
    token = read_token(f"{number:,}{sign} {letters}".rstrip())
    assert token.value == float(number)
    assert (token.letters, token.percent, token.decimals) == (letters, bool(sign), 2)
