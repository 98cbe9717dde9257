from __future__ import annotations

import itertools

import pytest

from welfarestats.published.figures import figures_of
from welfarestats.published.passed_over import numbers_passed_over


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("between 8 July 2024 and the end", "date"),
        ("in November 2018", "date"),
        ("since 2019", "date"),
        ("in 2019/20", "date"),
        ("on 12/03/2024", "date"),
        ("at 10am", "time of day"),
        ("cost £1,200 a year", "money"),
        ("Figure 3.1 shows", "reference"),
        ("see Tables 3 and 4", "reference"),
        ("as section 3.2.1 says", "reference"),
        ("in wave two", "reference"),
        ("significant at the 95 per cent level", "level"),
        ("we can be 95 per cent sure", "level"),
        ("(p < 0.05)", "level"),
        ("do not sum up to 100 per cent", "total"),
        ("16 to 24-year-olds", "age"),
        ("aged 55 and over", "age"),
        ("people aged between 16 and 24", "age"),
        ("those 55 and over", "age"),
        ("for two years or more", "duration"),
        ("within the next twelve months", "duration"),
        ("a 20-minute interview", "duration"),
        ("half an hour", "duration"),
        ("the 22nd of them", "ordinal"),
        ("a five-point scale", "scale"),
        ("one-to-one support", "compound word"),
        ("no one knew", "pronoun"),
        ("one of the four reasons", "pronoun"),
        ("2. Findings", "list number"),
    ],
)
def test_a_number_that_is_no_figure_is_passed_over_with_its_reason(text: str, reason: str):
    assert reason in [found for _, _, found in numbers_passed_over(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Over eight out of ten (83 per cent) agreed.", ["Over eight out of ten", "83 per cent"]),
        ("The 47 per cent of men", ["47 per cent"]),
        ("under 20 per cent", ["20 per cent"]),
        ("One in ten", ["One in ten"]),
        ("In 2019, 2,019 people answered", ["2,019"]),
        (
            "48 per cent of 16 to 24-year-olds compared with 28 per cent",
            ["48 per cent", "28 per cent"],
        ),
    ],
)
def test_a_figure_beside_such_words_is_read(text: str, words: list[str]):
    assert [figure.words for figure in figures_of(text)] == words


def test_stretches_do_not_overlap():
    text = "Between 8 July 2024 and 5 November 2024, as Figure 3.1 shows, one of the 13 left."
    spans = [(start, end) for start, end, _ in numbers_passed_over(text)]
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
