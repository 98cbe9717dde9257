"""What disclosure control is given besides a rule."""

import pandas as pd
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.tables.disclosure_sources import (
    hidden_cells,
    own_source,
    published_source,
    tables_by_name,
    told_numbers,
)


def test_a_table_stands_alone_and_a_book_by_its_names():
    table = ws.crosstab(sites(), "work", "site")
    assert list(tables_by_name(table)) == [""]
    assert list(tables_by_name(ws.book(sites(), ["work", "help"], "site"))) == ["work", "help"]


def test_a_protected_table_is_protected_again_from_what_it_was():
    table = ws.crosstab(sites(), "work", "site")
    assert own_source("", ws.protect(table, RULE)).table is table


def test_a_published_table_says_what_it_hides():
    safe = ws.protect(ws.crosstab(sites(), "work", "site", style="none"), RULE)
    source = published_source("also 1", "", safe)
    assert len(source.hidden) == len(hidden_cells(safe)) > 0
    assert {cell[0] for cell in source.hidden} == {"also 1"}
    assert not source.own


def test_percentages_of_a_text_are_intervals_and_counts_are_not():
    said = pd.DataFrame(
        {
            "stub": "work", "stub_category": ["None", "None", ""], "banner": "site",
            "banner_category": "North", "kind": ["percent", "count", "base"],
            "value": [35.5, 40.0, 120.0], "status": ["tied", "tied", "not checked"],
        }
    )  # fmt: skip
    share, count = told_numbers(said, [""])
    assert (share.low, share.high) == pytest.approx((0.3545, 0.3555))
    assert (count.low, count.high) == (40, 40)
    assert share.cell == ("", "work", "None", "site", "North")
