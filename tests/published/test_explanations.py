from __future__ import annotations

import numpy as np
import pytest
from printed_workbooks import ADVICE, HELPED, READY

import welfarestats as ws
from welfarestats.published.explanations import (
    AS_DECLARED,
    Catalogue,
    Making,
    bases_of,
    rounding_rules,
    words_of,
)


def test_a_making_says_in_what_it_differs_and_what_that_costs():
    assert AS_DECLARED.changed == ()
    assert AS_DECLARED.cost == 0
    both = Making(weight="(none)", filter=("region", "North"))
    assert both.changed == ("weight", "filter")
    assert both.cost == Making(weight="(none)").cost + Making(filter=("region", "North")).cost
    # A filter is one of hundreds: it must explain more than a weight must.
    assert Making(filter=("region", "North")).cost > Making(weight="(none)").cost


def test_makings_have_two_changes_at_most_and_the_cheapest_come_first():
    catalogue = Catalogue(
        ("", "earlier"), ("", "(none)"), ((), ("asked",)), ("", "row"), ((),), ("", "cut")
    )
    makings = list(catalogue.makings())
    assert makings[0] == AS_DECLARED
    assert {len(making.changed) for making in makings} == {0, 1, 2}
    assert [making.cost for making in makings] == sorted(making.cost for making in makings)
    assert len(makings) == len(set(makings)) == 1 + 5 + 10


def test_variations_change_one_thing_more_or_back():
    catalogue = Catalogue(("",), ("", "(none)", "w2"), ((), ("asked",)), ("", "row"))
    making = Making(weight="w2", filter=("sex", "Men"))
    variations = list(catalogue.variations(making))
    assert Making(filter=("sex", "Men")) in variations
    assert Making(weight="w2") in variations
    assert AS_DECLARED in variations
    assert making not in variations


def test_bases_are_with_and_without_each_reason_then_wider():
    bases = bases_of(READY)
    assert bases[0] == ()
    assert ("with", "dont_know") in bases
    assert ("with", "refused") in bases
    assert ("with", "dont_know", "refused") in bases
    assert bases.index(("asked",)) < bases.index(("everyone",))
    assert ("without", "None of these") in bases_of(ADVICE)


@pytest.mark.parametrize(
    ("making", "words"),
    [
        (Making(weight="(none)"), ["no weight"]),
        (Making(weight="w2"), ["weighted by 'w2'"]),
        (Making(source="earlier", percent="row"), [
            "from the earlier file",
            "row per cent, not column per cent",
        ]),
        (Making(base=("with", "dont_know")), ["don't knows in the base"]),
        (Making(base=("everyone",)), ["all respondents in the base"]),
        (Making(base=("without", "Not at all")), ["'Not at all' left out of the base"]),
        (Making(filter=("region", "North")), ["only region: North"]),
        (Making(filter=("region",)), ["only those with an answer to region"]),
    ],
)  # fmt: skip
def test_changes_are_said_in_words(making: Making, words: list[str]):
    assert words_of(making, HELPED) == words


def test_a_declared_reason_that_is_left_out_is_said_so():
    declared = ws.Question(
        "q",
        categories=[ws.Category(1, "Yes"), ws.Category(8, "Don't know", missing="dont_know")],
        base_includes=("dont_know",),
    )
    assert words_of(Making(base=("with",)), declared) == ["don't knows out of the base"]


def test_rounding_rules_by_hand():
    computed = np.array([46.5, 47.5, 46.45, 46.445, 46.3])
    value = np.array([46.0, 47.0, 47.0, 47.0, 47.0])
    rules = rounding_rules(computed, value, np.zeros(5, dtype=int))
    assert rules["half to even"].tolist() == [True, False, False, False, False]
    assert rules["half down"].tolist() == [True, True, False, False, False]
    first, second = (
        rules[f"two-stage rounding: first to {n}"] for n in ("1 more decimal", "2 more decimals")
    )
    assert first.tolist() == [False, False, True, False, False]
    assert second.tolist() == [False, False, True, True, False]
    one = rounding_rules(np.array([4.645]), np.array([4.7]), np.array([1]))
    assert one["two-stage rounding: first to 1 more decimal"].tolist() == [True]
