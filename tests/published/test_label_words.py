from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.label_words import placed_stems, stem, stems_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("claiming", "claims"),
        ("improved", "increases"),
        ("men", "Male"),
        ("women", "female"),
        ("barriers", "obstacle"),
        ("job", "work"),
        ("cannot", "not"),
        ("qualifications", "qualification"),
        ("two", "2"),
    ],
)
def test_words_that_mean_the_same_have_one_stem(one: str, other: str):
    assert stem(one) == stem(other)


def test_words_that_differ_have_different_stems():
    assert len({stem(word) for word in ("mobility", "mental", "suitable", "helpful", "age")}) == 5


def test_phrases_stand_for_the_word_of_a_label():
    assert stems_of("less severe conditions") & stems_of("Slight problems")
    assert stems_of("work straight away") >= stems_of("now")
    assert not stems_of("less severe") & stems_of("Severe problems")


def test_words_that_say_nothing_are_left_out():
    assert stems_of("of the respondents who said") == frozenset()


@given(st.text(max_size=200))
def test_every_stem_has_a_place_in_the_text(text: str):
    placed = placed_stems(text)
    assert [start for _, start, _ in placed] == sorted(start for _, start, _ in placed)
    assert all(0 <= start < end <= len(text) for _, start, end in placed)


def test_other_is_a_group_like_any_other():
    assert stems_of("Other") == stems_of("others")
    assert stems_of("Other")
