from __future__ import annotations

import pytest
from prose_tables import mood_table

from welfarestats.published.context import read_passage
from welfarestats.published.evidence_sources import evidence_of
from welfarestats.published.passages import read_passages
from welfarestats.published.tying import Tie, tie_passage
from welfarestats.published.verbal_bands import BAND_SETS

EVIDENCE = evidence_of(mood_table())


def ties(text: str) -> list[Tie]:
    return tie_passage(read_passage(read_passages(text)[0], BAND_SETS["plain"]), EVIDENCE)


def places(text: str) -> list[str]:
    return [
        f"{tie.fact.kind} {tie.fact.stub_category} {tie.fact.banner_category}" if tie.fact else ""
        for tie in ties(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Of all, 42 per cent were happy.", ["percent Happy Total"]),
        ("In Kent, 60 per cent were happy.", ["percent Happy Kent"]),
        (
            "60 per cent of those in Kent were happy, compared with 24 per cent in Surrey.",
            ["percent Happy Kent", "percent Happy Surrey"],
        ),
        ("In Kent, 40% (80) were sad.", ["percent Sad Kent", "count Sad Kent"]),
        ("In Kent, 80 (40%) were sad.", ["count Sad Kent", "percent Sad Kent"]),
        (
            "In Kent, three-fifths (60 per cent) were happy.",
            ["percent Happy Kent", "percent Happy Kent"],
        ),
        ("In Kent, 99 per cent were happy.", [""]),
    ],
)
def test_a_number_is_tied_by_its_value_and_its_words(text: str, found: list[str]):
    assert places(text) == found


def test_a_number_with_another_value_has_the_fact_that_is_meant_as_its_rival():
    (tie,) = ties("In Kent, 62 per cent were happy.")
    assert tie.rival is not None
    assert (tie.rival.stub_category, tie.rival.banner_category) == ("Happy", "Kent")


def test_swapped_numbers_have_each_others_facts_as_rivals():
    one, other = ties(
        "24 per cent of those in Kent were happy, compared with 60 per cent in Surrey."
    )
    assert one.rival is other.fact
    assert other.rival is one.fact
    assert one.rival_score > one.score


def test_what_another_number_of_the_passage_is_tied_to_is_no_rival():
    _, other = ties(
        "In Kent, 60 per cent were happy. Of those in Kent who were not, 13 per cent left."
    )
    assert other.rival is not None
    assert (other.rival.stub_category, other.rival.banner_category) != ("Happy", "Kent")


def test_a_passage_without_figures_has_no_ties():
    assert ties("They were happy.") == []
