from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.wording import number_in_words
from welfarestats.published.figures import figures_of, is_difference

Read = tuple[str, float, float]


def read(text: str) -> list[Read]:
    return [(figure.kind, figure.low, figure.high) for figure in figures_of(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("47%", [("percent", 47, 47)]),
        ("47 per cent", [("percent", 47, 47)]),
        ("47 percent", [("percent", 47, 47)]),
        ("Fifteen per cent", [("percent", 15, 15)]),
        ("forty-one per cent", [("percent", 41, 41)]),
        ("14.5 per cent", [("percent", 14.5, 14.5)]),
        ("12 percentage points", [("points", 12, 12)]),
        ("12 per cent points", [("points", 12, 12)]),
        ("was 12 points higher", [("points", 12, 12)]),
        ("between 40 and 48 per cent", [("percent", 40, 48)]),
        ("between 40% and 48%", [("percent", 40, 48)]),
        ("40 to 48 per cent", [("percent", 40, 48)]),
        ("40–48%", [("percent", 40, 48)]),
        ("rose from 40 to 48 per cent", [("percent", 40, 40), ("percent", 48, 48)]),
        ("40 and 48 per cent respectively", [("percent", 40, 40), ("percent", 48, 48)]),
        ("47% (132)", [("percent", 47, 47), ("count", 132, 132)]),
        ("47% (n = 132)", [("percent", 47, 47), ("base", 132, 132)]),
        ("n=132", [("base", 132, 132)]),
        ("a base of 1,808", [("base", 1808, 1808)]),
        ("Base: All respondents (1808)", [("base", 1808, 1808)]),
        ("8 of the 17", [("count", 8, 8), ("base", 17, 17)]),
        ("eight out of 17", [("count", 8, 8), ("base", 17, 17)]),
        ("twice as likely", [("times", 2, 2)]),
        ("half as many", [("times", 0.5, 0.5)]),
        ("double the share", [("times", 2, 2)]),
        ("three times as high", [("times", 3, 3)]),
        ("333 had completed it", [("number", 333, 333)]),
        ("", []),
    ],
)
def test_every_construction_is_read(text: str, found: list[Read]):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("two-fifths", 40),
        ("Two thirds", 200 / 3),
        ("one in ten", 10),
        ("9 in 10", 90),
        ("eight out of ten", 80),
        ("around a third", 100 / 3),
        ("a further fifth", 20),
        ("over half", 50),
        ("three-quarters", 75),
    ],
)
def test_a_fraction_in_words_is_a_share(text: str, percent: float):
    (figure,) = figures_of(text)
    assert figure.kind == "share"
    assert figure.share is not None
    assert figure.share.percent == pytest.approx(percent)


@given(st.integers(0, 99), st.sampled_from([" per cent", "%", " percent"]), st.booleans())
def test_any_percentage_is_read_in_digits_and_in_words(number: int, unit: str, words: bool):
    printed = number_in_words(number) if words and unit != "%" else str(number)
    assert read(f"Of them, {printed}{unit} agreed.") == [("percent", number, number)]


@given(st.integers(0, 60), st.integers(0, 39))
def test_any_range_is_one_figure(low: int, more: int):
    assert read(f"between {low} and {low + more} per cent") == [("percent", low, low + more)]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_and_every_figure_stands_where_it_says(text: str):
    for figure in figures_of(text):
        assert text[figure.start : figure.end] == figure.words
        assert figure.low <= figure.high


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("rose by 12 per cent", True),
        ("an increase of 12 per cent", True),
        ("12 per cent higher", True),
        ("reported by 12 per cent", False),
        ("12 per cent of men", False),
    ],
)
def test_a_difference_is_told_from_a_level(text: str, difference: bool):
    start = text.index("12")
    assert is_difference(text, start, start + len("12 per cent")) is difference
