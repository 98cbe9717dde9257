from __future__ import annotations

import math

import numpy as np
import pytest

from welfarestats.published.evidence import Evidence, Fact, PairTest
from welfarestats.published.label_words import stems_of


def fact(category: str, value: float, group: str = "", **more: object) -> Fact:
    place = {
        "table": "t", "stub": "mood", "stub_category": category, "category": category,
        "banner": "area" if group else "Total", "banner_category": group or "Total",
        "group": group, "kind": "percent", "value": value, "question": "Mood",
    }  # fmt: skip
    return Fact(**{**place, **more})  # type: ignore[arg-type]


FACTS = (
    fact("Happy", 36.5),
    fact("Sad", 63.5),
    fact("Happy", 40.0, "Kent"),
    fact("Happy", 20.0, "Surrey"),
    fact("", 120.0, kind="base", decimals=0),
    fact("Happy", 44.0, kind="count", decimals=0),
)
EVIDENCE = Evidence(
    FACTS,
    {
        ("t", "mood", "Happy", "area", "Kent", "Surrey"): PairTest(
            True, True, 0.01, limits=(0.1, 0.3), alike=(0.12, 0.28)
        )
    },
    True,
)


@pytest.mark.parametrize(
    ("kind", "low", "high", "decimals", "found"),
    [
        ("percent", 37, 37, 0, [0]),
        ("percent", 36, 36, 0, []),
        ("percent", 36.5, 36.5, 1, [0]),
        ("percent", 36.7, 36.7, 1, []),
        ("percent", 30, 45, 0, [0, 2]),
        ("base", 120, 120, 0, [4]),
        ("count", 44, 44, 0, [5]),
        ("number", 44, 44, 0, [5]),
        ("number", 44.2, 44.2, 1, []),
        ("times", 2, 2, 0, []),
    ],
)
def test_a_figure_matches_what_prints_as_it(
    kind: str, low: float, high: float, decimals: int, found: list[int]
):
    assert EVIDENCE.matching(kind, low, high, decimals).tolist() == found


def test_a_printed_number_matches_only_what_it_says():
    evidence = Evidence([fact("Happy", 37, decimals=0)])
    assert evidence.matching("percent", 37, 37, 0).tolist() == [0]
    assert evidence.matching("percent", 37.4, 37.4, 1).tolist() == [0]
    assert evidence.matching("percent", 36, 36, 0).tolist() == []


def test_words_point_to_the_fact_that_they_name():
    scores = EVIDENCE.scores(dict.fromkeys(stems_of("Those in Kent were happy"), 1.0))
    assert EVIDENCE.facts[int(np.argmax(scores))] is FACTS[2]
    scores = EVIDENCE.scores(dict.fromkeys(stems_of("They were sad"), 1.0))
    assert EVIDENCE.facts[int(np.argmax(scores))] is FACTS[1]


def test_a_group_that_nobody_names_speaks_against_a_fact():
    scores = EVIDENCE.scores(dict.fromkeys(stems_of("They were happy"), 1.0))
    assert scores[0] > scores[2] == scores[3]


def test_nearer_words_count_more():
    near = EVIDENCE.scores(dict.fromkeys(stems_of("happy"), 1.0))
    far = EVIDENCE.scores(dict.fromkeys(stems_of("happy"), 0.3))
    assert near[0] > far[0]


def test_a_test_is_found_whichever_group_comes_first():
    one, other = FACTS[2], FACTS[3]
    found, turned = EVIDENCE.test_of(one, other), EVIDENCE.test_of(other, one)
    assert found is not None
    assert turned is not None
    assert (found.p_value, found.significant) == (turned.p_value, turned.significant)
    # The limits are those of the first less the second.
    assert (found.limits, turned.limits) == ((0.1, 0.3), (-0.3, -0.1))
    assert turned.alike == (-0.28, -0.12)
    assert EVIDENCE.test_of(one, FACTS[1]) is None


def test_what_stands_beside_a_cell_are_its_count_and_its_base():
    assert EVIDENCE.beside(FACTS[0]).tolist() == [True, False, False, False, True, True]


def test_the_groups_of_a_row_are_those_of_its_banner():
    assert EVIDENCE.groups_of(FACTS[2]) == {"Kent", "Surrey"}


def test_the_best_facts_come_best_first():
    scores = np.array([0.1, 0.9, 0.5, 0.7, 2.0, 2.0])
    assert EVIDENCE.best("percent", scores, 2).tolist() == [1, 3]
    many = Evidence([fact(f"Mood {at}", float(at)) for at in range(50)])
    assert many.best("percent", np.arange(50.0), 3).tolist() == [49, 48, 47]


def test_a_fact_tells_its_place_and_value():
    assert FACTS[2].place() == "t; mood = Happy; area = Kent"
    assert FACTS[0].printed() == "36.5"
    assert fact("Happy", 1219.0, decimals=0).printed() == "1,219"
    assert math.isnan(FACTS[0].base)


def test_a_number_of_a_label_is_known_by_the_word_beside_it():
    evidence = Evidence([fact("Topic 11", 50), fact("2 visits", 50)])
    assert evidence.is_label("topic", "11", "was")
    assert evidence.is_label("", "2", "visits")
    assert not evidence.is_label("topic", "12", "")
    assert not evidence.is_label("", "", "")
