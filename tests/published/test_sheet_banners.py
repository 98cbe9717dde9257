"""Header rows as columns: headings that are merged or not, letters, units, and what is nameless."""

from __future__ import annotations

import pytest
from agency_workbook import sheet_of

from welfarestats.errors import TableError
from welfarestats.published.sheet_banners import banner_of
from welfarestats.published.sheet_parts import divide
from welfarestats.published.table_layout import SheetLayout

BODY = (["Base", 100, 50, 50, 60, 40], ["Yes", 47, 48, 46, 45, 50])


def banner(*rows, merged=(), letters=""):
    sheet = sheet_of(*rows, merged=merged)
    parts = divide(sheet, SheetLayout())
    return banner_of(sheet, parts.blocks[0], parts.stubs, letters)


def names(found):
    return [(column.banner, column.category, column.key) for column in found.columns]


@pytest.mark.parametrize("merged", [(), ("C2:D2", "E2:F2")])
def test_headings_reach_over_their_columns_merged_or_not(merged):
    rows = [
        ["Happy? (%)"],
        [None, None, "Sex", None, "Age", None],
        [None, "Total", "Men", "Women", "16-64", "65+"],
        [None, None, "(A)", "(B)", "(A)", "(B)"],
    ]
    assert names(banner(*rows, *BODY, merged=merged)) == [
        ("Total", "Total", ""),
        *[("Sex", "Men", "A"), ("Sex", "Women", "B")],
        *[("Age", "16-64", "A"), ("Age", "65+", "B")],
    ]


def test_a_label_merged_downwards_counts_once():
    rows = [["Happy? (%)"], [None, "Total", "Sex"], [None, None, "Men", "Women", "x", "y"]]
    found = banner(*rows, *BODY, merged=("B2:B3", "C2:F2"))
    assert names(found)[:2] == [("Total", "Total", ""), ("Sex", "Men", "")]


def test_three_levels_are_divided_by_strokes():
    rows = [
        ["Happy? (%)"],
        [None, None, "Who", None, None, None],
        [None, None, "Sex", None, "Age", None],
        [None, "All adults", "Men", "Women", "16-64", "65+"],
    ]
    found = banner(*rows, *BODY, merged=("C2:F2", "C3:D3", "E3:F3"))
    assert names(found)[0] == ("Total", "All adults", "")
    assert names(found)[4] == ("Who / Age", "65+", "")


def test_letters_may_stand_behind_the_labels():
    rows = [["Happy? (%)"], [None, "Total", "Men (A)", "Women (B)", "Old (C)", "Young (D)"]]
    found = names(banner(*rows, *BODY))
    assert [key for *_, key in found] == ["", "A", "B", "C", "D"]
    assert found[1][1] == "Men"


def test_labels_of_one_or_two_letters_are_no_keys():
    rows = [["Happy? (%)"], [None, "Grade"], [None, "AB", "C1", "C2", "DE", "X"]]
    assert [category for _, category, _ in names(banner(*rows, *BODY))] == [
        *("AB", "C1", "C2", "DE", "X"),
    ]


def test_units_over_all_columns_are_those_of_the_table():
    found = banner(["Happy?"], [None, *"PQRST"], [None, *["%"] * 5], *BODY)
    assert found.unit == "percent"
    assert {column.statistic for column in found.columns} == {""}


def test_counts_and_per_cents_may_stand_side_by_side():
    found = banner(
        ["Happy?"], [None, "Men", None, "Women", None], [None, "n", "%", "n", "%"], BODY[1][:5]
    )
    assert [(c.category, c.statistic) for c in found.columns] == [
        *[("Men", "count"), ("Men", "percent")],
        *[("Women", "count"), ("Women", "percent")],
    ]


def test_a_column_of_letters_belongs_to_the_figures_on_its_left():
    rows = [["Happy? (%)"], [None, "Men", None, "Women", None]]
    found = banner(*rows, ["Yes", 47, "B", 40, None], ["No", 53, None, 60, "A"])
    assert [(c.column, c.letters_column) for c in found.columns] == [(2, 3), (4, 5)]


def test_a_column_of_marks_with_a_heading_is_one_of_figures():
    rows = [["Happy? (%)"], [None, "Men", "Women"], ["Yes", 47, "*"], ["No", 53, "-"]]
    assert len(banner(*rows).columns) == 2
    assert len(banner(*rows, letters="column").columns) == 1


def test_a_column_without_a_heading_is_told():
    found = banner(["Happy? (%)"], [None, "Total", "Men"], ["Yes", 47, 48, None, 7])
    assert found.nameless == (5,)
    assert len(found.columns) == 2


def test_the_text_over_the_labels_is_kept():
    assert banner(["T"], ["How happy?", "Men", "Women"], ["Yes", 47, 48]).corner == "How happy?"


def test_a_base_behind_a_label_is_taken_off_it():
    found = banner(["Happy? (%)"], [None, "Total (n=1,200)", "Men (A)\nn=50"], ["Yes", 47, 48])
    assert [(c.category, c.key, c.base) for c in found.columns] == [
        *[("Total", "", "n=1,200"), ("Men", "A", "n=50")],
    ]


def test_two_tables_side_by_side_are_refused_by_cell_and_key():
    rows = [["Happy? (%)"], [None, "Men", "Women", None, "Men", "Women"]]
    with pytest.raises(TableError, match=r"sheet 'T', D3: labels stand to the right of figures"):
        banner(*rows, ["Yes", 47, 48, "Yes", 1, 2], ["No", 53, 52, "No", 99, 98])
