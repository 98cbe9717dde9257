from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import shares

import welfarestats as ws
from welfarestats.output.text import text_table

COUNTS = {"1 small": (15, 2), "2 rare": (2, 58), "3 rarer": (3, 97), "4 large": (70, 70)}


def people() -> pd.DataFrame:
    frame = shares(COUNTS).assign(w=1.0)
    frame["mood"] = np.where(np.arange(len(frame)) % 3 == 0, "bad", "good")
    frame["sex"] = np.where(np.arange(len(frame)) % 2, "F", "M")
    return frame


def chosen(stub: object, banner: object, **options: object) -> list[str]:
    survey = ws.Survey(people(), weights=options.pop("weights", None))
    table = ws.crosstab(survey, stub, banner, test="auto", **options)
    return [note for note in table.grid.notes if note.startswith(("Fisher", "The design test"))]


def test_every_comparison_has_its_test_and_why() -> None:
    assert sorted(chosen("has", "group")) == [
        "Fisher's exact test (a base under 30): all other comparisons that were tested.",
        "Fisher's exact test (fewer than 5 expected in a cell): “2 rare” with “3 rarer”.",
        (
            "The design test (bases and expected counts are large enough): “2 rare” with “4"
            " large”; “3 rarer” with “4 large”."
        ),
    ]


def test_a_choice_of_some_rows_names_them() -> None:
    notes = chosen(["has", "mood"], ["group", "sex"])
    assert "“group”: “2 rare” with “3 rarer” (all of “has”)" in " ".join(notes)
    frame = people()
    frame["has"] = np.where(np.arange(len(frame)) % 40 == 0, "perhaps", frame["has"])
    table = ws.crosstab(ws.Survey(frame), "has", "sex", test="auto", style="none")
    assert any("“F” with “M” (“perhaps”)" in note for note in table.grid.notes)


def test_where_no_exact_test_can_be_made_it_says_so() -> None:
    weighted = "The design test (weighted or clustered respondents have no exact test)"
    assert chosen("has", "group", weights="w") == [f"{weighted}: all comparisons that were tested."]
    shared = "The design test (groups that share people have no exact test)"
    assert chosen("mood", "sex", versus="total") == [f"{shared}: all comparisons that were tested."]
    assert chosen("has", "group", synthetic_inference=True) != []


@pytest.mark.parametrize("test", ["design", "exact"])
def test_a_test_that_was_asked_for_needs_no_reason(test: str) -> None:
    table = ws.crosstab(ws.Survey(people()), "has", "group", test=test)
    assert not any("expected in a cell)" in note for note in table.grid.notes)


def test_every_output_with_letters_tells_the_choice() -> None:
    table = ws.crosstab(ws.Survey(people()), "has", "group", test="auto")
    told = "Fisher&#x27;s exact test (a base under 30)", "Fisher's exact test (a base under 30)"
    for page in (table.to_html(), table.to_markdown(), " ".join(text_table(table.grid).split())):
        assert any(words in page for words in told)


def test_many_pairs_are_counted() -> None:
    rare = {f"rare {i}": (1, 39) for i in range(9)}
    even = {f"even {i}": (50, 50) for i in range(10)}
    survey = ws.Survey(shares(rare | even))
    notes = ws.crosstab(survey, "has", "group", test="auto", style="none").grid.notes
    assert any("and 6 more pairs of columns." in note for note in notes)


def test_a_protected_table_tells_neither_bases_nor_where_few_are_expected() -> None:
    survey = ws.Survey(people())
    table = ws.crosstab(survey, "has", "group", test="auto", style="none")
    small = ws.crosstab(survey, "has", "group", style="default")
    rule = ws.DisclosureRule.named("threshold-10", statement="Colleagues know one another.")
    for one in (table, small):
        notes = " ".join(ws.protect(one, rule).grid.notes)
        assert "On effective bases of" not in notes
        assert "expected in a cell)" not in notes
