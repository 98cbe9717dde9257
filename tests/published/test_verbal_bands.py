from __future__ import annotations

import pytest

from welfarestats.errors import OptionError
from welfarestats.published.verbal_bands import BAND_SETS, band_set, verbal_shares


def fits(text: str, percent: float, bands: str = "plain") -> bool:
    (share,) = verbal_shares(text, band_set(bands))
    return share.low <= percent <= share.high


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("Most of them", 51),
        ("The majority", 64),
        ("A vast majority", 90),
        ("A larger majority", 76),
        ("Almost all", 95),
        ("A minority", 10),
        ("A small minority", 8),
        ("A very small minority", 3),
        ("nearly half", 47),
        ("around a third", 31),
        ("just over half", 54),
    ],
)
def test_words_fit_what_they_stand_for(text: str, percent: float):
    assert fits(text, percent)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("around a third", 45),
        ("Most of them", 45),
        ("The majority", 38),
        ("A small minority", 35),
        ("Almost all", 70),
        ("nearly half", 56),
        ("over half", 44),
    ],
)
def test_words_do_not_fit_what_they_do_not_stand_for(text: str, percent: float):
    assert not fits(text, percent)


def test_a_set_of_bands_is_data_with_a_source():
    for one in BAND_SETS.values():
        assert one.source
        assert all(low < high for _, low, high in one.bands)
    assert not fits("Most of them", 60, "education-scotland")
    assert fits("Most of them", 80, "education-scotland")


def test_an_unknown_set_is_refused_by_name():
    with pytest.raises(OptionError, match=r"verbal_bands cannot be 'plane'.*Did you mean 'plain'"):
        band_set("plane")


@pytest.mark.parametrize(
    "text",
    [
        "the third sector",
        "a third party",
        "the second half of the year",
        "half-term",
        "first quarter",
    ],
)
def test_a_fraction_word_that_is_no_share_is_none(text: str):
    assert verbal_shares(text) == []


def test_the_words_are_those_that_stand_there():
    text = "Overall, just under a third (30 per cent) agreed."
    (share,) = verbal_shares(text)
    assert text[share.start : share.end] == "just under a third"
    assert share.range_text() == "from 27.3 to 33.3"
