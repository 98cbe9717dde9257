from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.spoken_comparisons import comparisons_in


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Women were more likely than men to agree.", "more"),
        ("Women were significantly less likely to agree.", "less"),
        ("The share was higher among women than among men.", "more"),
        ("It was lower for men compared with women.", "less"),
        ("It was 12 points higher.", "more"),
        ("It was 12 percentage points lower.", "less"),
        ("It rose from 40 to 48 per cent.", "up"),
        ("It fell by 8 points.", "down"),
        ("There was no significant difference by sex.", "unproven"),
        ("There was no statistically significant difference by sex.", "unproven"),
        ("No statistically detectable differences were found.", "unproven"),
        ("There was no evidence of a difference by sex.", "unproven"),
        ("There is no evidence that men and women differ.", "unproven"),
        ("Men and women did not differ significantly.", "unproven"),
        ("Men and women didn't significantly differ.", "unproven"),
        ("Men were not significantly different.", "unproven"),
        ("Men were not significantly more likely to agree.", "unproven"),
        ("The differences by sex were not statistically significant.", "unproven"),
        ("None of the differences by sex was significant.", "unproven"),
        (
            "The difference by sex (47% and 38%) was small and not statistically significant.",
            "unproven",
        ),
        ("There was no difference by sex.", "same"),
        ("Men and women were alike.", "same"),
        ("The share of men was on a par with that of women.", "same"),
        ("The gap between men and women was negligible.", "same"),
        ("There were no real differences by sex.", "same"),
        ("There was little difference by sex.", "same"),
        ("Men and women did not differ.", "same"),
        ("Men were no different from women.", "same"),
        ("There has been no change since wave 1.", "same"),
        ("The share was unchanged.", "same"),
        ("Men and women were equally likely to agree.", "same"),
        ("Men were no less likely than women to agree.", "same"),
        ("Men were not more likely than women to agree.", "same"),
        ("Men were neither more nor less likely to agree.", "same"),
        ("The same proportion of men and women agreed.", "equal"),
        ("Similar shares of men and women agreed.", "equal"),
        ("The share was similar for men and women.", "equal"),
        ("The share was about the same in both groups.", "equal"),
        ("Men were as likely as women to agree.", "same"),
        ("Men were no more likely than women to agree.", "same"),
        ("The groups differ significantly.", "different"),
        ("47 per cent of men, compared with 20 per cent of women", "beside"),
        ("47 per cent of men, whereas 20 per cent of women", "beside"),
    ],
)
def test_every_comparison_is_read(text: str, direction: str):
    (found,) = comparisons_in(text)
    assert found.direction == direction
    assert found.claims is (direction != "beside")


@pytest.mark.parametrize(
    "text",
    [
        "It was reported by more than half.",
        "They reported an increase in confidence.",
        "Those with higher levels of education took part.",
        "Their health improved.",
        "They said that it made no difference to them.",
        "People with similar conditions met at the same time.",
        "No difference between the groups of “sex” on “works” could be tested.",
        "A similar pattern was seen in the same way.",
    ],
)
def test_words_that_compare_nothing_are_left_alone(text: str):
    assert comparisons_in(text) == []


def test_compared_with_belongs_to_the_claim_of_its_sentence():
    text = (
        "Women were more likely to agree compared with men. Men did so in 20 cases, whereas women"
    )
    assert [found.direction for found in comparisons_in(text)] == ["more", "beside"]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str):
    found = comparisons_in(text)
    assert all(text[one.start : one.end] == one.words for one in found)
