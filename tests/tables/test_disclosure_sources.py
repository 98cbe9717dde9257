"""What disclosure control is given besides a rule."""

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.tables.disclosure_sources import (
    hidden_cells,
    own_source,
    published_source,
    tables_by_name,
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
