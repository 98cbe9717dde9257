"""Tables and books after disclosure control: one decision for every output."""

import pandas as pd

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.tables.protected import ProtectedBook, ProtectedTable


def test_a_protected_table_is_a_table_and_keeps_what_it_was_made_of():
    table = ws.crosstab(sites(), "work", "site")
    safe = ws.protect(table, RULE)
    assert isinstance(safe, ws.Table | ProtectedTable)
    assert safe.original is table
    assert safe.title == table.title
    assert list(safe.to_frame().columns) == list(table.to_frame().columns)
    assert safe.to_frame()["estimate"].equals(table.to_frame()["estimate"])


def test_page_and_frame_say_the_same_and_the_mark_is_explained_where_it_stands():
    safe = ws.protect(ws.crosstab(sites(), "work", "site"), RULE)
    frame = safe.to_frame()
    rows = [row for row in safe.grid.groups[0].rows if row.kind != "base"]
    texts = [cell.text for row in rows for cell in row.cells]
    assert texts == frame["display"].tolist()
    assert dict(safe.grid.legend)["[c]"].startswith("confidential")
    marks = {mark for mark, _ in safe.grid.legend if mark in ("[u]", "[w]", "[z]")}
    assert marks <= set(texts)


def test_bases_beside_rows_are_hidden_with_the_rest():
    safe = ws.protect(
        ws.crosstab(sites(), "work", "site", percent="row", style="none"),
        ws.DisclosureRule(statement="A risk.", threshold=20, protection=20),
    )
    small = next(row for row in safe.grid.groups[0].rows if row.header == "Part time")
    assert small.cells[-1].text == "[c]"


def test_a_book_gives_its_protected_tables_by_name():
    book = ws.protect(ws.book(sites(), ["work", "help"], "site"), RULE)
    assert isinstance(book, ProtectedBook)
    assert isinstance(book["work"], ProtectedTable)
    assert list(book) == ["work", "help"]
    assert len(book.to_frame()) == sum(len(one.to_frame()) for one in book.tables.values())


def test_a_protected_table_prints_as_a_table():
    frame = pd.DataFrame({"answer": ["Yes"] * 20 + ["No"] * 15 + ["Perhaps"] * 3 + ["Never"] * 30})
    rule = ws.DisclosureRule.named("threshold-10", statement="Made up.")
    safe = ws.protect(ws.crosstab(ws.Survey(frame), "answer", [], style="none"), rule)
    assert "Perhaps" in repr(safe)
    assert "[c]" in repr(safe)
    assert "ProtectedTable(" not in repr(safe)


def test_a_rounded_figure_keeps_the_flag_of_its_base_before_rounding():
    works = ["Yes"] * 50 + ["No"] * 48 + ["Yes"] * 200 + ["No"] * 200
    frame = pd.DataFrame({"group": ["a"] * 98 + ["b"] * 400, "works": works})
    table = ws.crosstab(ws.Survey(frame), "works", "group", style="agency-30-50-100")
    rule = ws.DisclosureRule(statement="People could be known.", rounding=5)
    found = ws.protect(table, rule)
    cell = found.to_frame().query("banner_category == 'a' and stub_category == 'Yes'").iloc[0]
    assert cell["base"] == 100
    assert cell["state"] == "flagged"
    assert cell["display"] == "(50%)"
    assert [mark for mark, _ in found.grid.legend] == ["( )"]


def test_no_flag_is_explained_that_protection_took_away():
    works = ["Yes"] * 2 + ["No"] * 38 + ["Yes"] * 200 + ["No"] * 200
    frame = pd.DataFrame({"group": ["a"] * 40 + ["b"] * 400, "works": works})
    table = ws.crosstab(ws.Survey(frame), "works", "group")
    assert "[ ]" in dict(table.grid.legend)
    rule = ws.DisclosureRule(statement="People could be known.", threshold=5, protection=3)
    found = ws.protect(table, rule)
    states = set(found.to_frame()["state"])
    assert ("[ ]" in dict(found.grid.legend)) is ("flagged" in states)
    assert "flagged" not in states


def test_percentages_of_rounded_counts_are_said_to_be_so():
    frame = pd.DataFrame({"group": ["a"] * 62 + ["b"] * 90, "works": (["Yes", "No"] * 76)})
    table = ws.crosstab(ws.Survey(frame), "works", "group")
    note = "Percentages are shares of rounded counts and need not add to 100."
    for name, said in (("ons-10-5", True), ("rounding-5", False), ("threshold-10", False)):
        rule = ws.DisclosureRule.named(name, statement="People could be known.")
        assert (note in ws.protect(table, rule).grid.notes) == said
