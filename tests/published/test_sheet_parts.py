"""A sheet is divided into tables: lines above, header rows, figures, letters below, notes."""

from __future__ import annotations

from agency_workbook import sheet_of

from welfarestats.published.sheet_parts import divide
from welfarestats.published.table_layout import SheetLayout

PLAIN = SheetLayout()
HEAD = (None, "Total", "Men")


def rows_in(block):
    return [line.row for line in block.body]


def test_a_table_has_lines_a_header_figures_and_notes():
    sheet = sheet_of(
        ["An invented survey"],
        ["Table 1"],
        ["How ready are you?"],
        ["Base: all"],
        HEAD,
        ["Base", 100, 50],
        ["Ready", 47, 48],
        ["* less than 0.5 per cent"],
    )
    parts = divide(sheet, PLAIN)
    (block,) = parts.blocks
    assert parts.stubs == (1,)
    assert (block.name, block.title, block.header) == ("Table 1", "How ready are you?", [5])
    assert rows_in(block) == [6, 7]
    assert block.notes == ["An invented survey", "Base: all", "* less than 0.5 per cent"]
    assert block.first_row == 2


def test_notes_end_one_table_and_a_title_begins_the_next():
    first = [["Q1. Happy?"], HEAD, ["Yes", "50%", "20%"], ["* low base"], [None]]
    second = [["Q2. Rich?"], ["Base: happy"], HEAD, ["Yes", "10%", "5%"]]
    blocks = divide(sheet_of(*first, *second), PLAIN).blocks
    assert [block.title for block in blocks] == ["Q1. Happy?", "Q2. Rich?"]
    assert [block.notes for block in blocks] == [["* low base"], ["Base: happy"]]


def test_a_header_without_lines_above_it_continues_the_table():
    sheet = sheet_of(["Table 1 Happy? (%)"], HEAD, ["Yes", 50, 20], [None], HEAD, ["No", 50, 80])
    first, second = divide(sheet, PLAIN).blocks
    assert (second.name, second.title, second.continued) == ("Table 1", "Happy? (%)", True)
    assert second.statistic == first.statistic == "percent"


def test_a_numbered_table_without_a_header_takes_that_above():
    sheet = sheet_of(HEAD, ["Table 1 Happy?"], ["Yes", 50, 20], ["Table 2 Rich?"], ["Yes", 9, 8])
    blocks = divide(sheet, PLAIN).blocks
    assert [block.name for block in blocks][1:] == ["Table 2"]
    assert blocks[1].header == [1]


def test_lines_between_figures_are_headings_units_or_notes():
    sheet = sheet_of(
        ["Help"],
        HEAD,
        ["Counts"],
        ["Yes", 10, 5],
        ["Column %"],
        ["Yes", 25, 25],
        ["Advice"],
        ["Base: all with advice"],
        ["Useful", 60, 70],
    )
    (block,) = divide(sheet, PLAIN).blocks
    assert [line.section for line in block.body] == ["count", "percent", ""]
    assert [line.heading for line in block.body] == ["", "", "Advice"]
    assert block.notes == ["Advice: Base: all with advice"]


def test_rows_of_letters_belong_to_the_row_above():
    sheet = sheet_of(["Happy? (%)"], HEAD, ["Yes", 50, 20], [None, "B", None], ["No", 50, 80])
    (block,) = divide(sheet, PLAIN).blocks
    assert [line.letters for line in block.body] == [[4], []]


def test_years_over_the_figures_are_a_header():
    sheet = sheet_of(["Trend (%)"], ["Wave", 2023, 2024], ["Base", 900, 950], ["Yes", 50, 51])
    (block,) = divide(sheet, PLAIN).blocks
    assert block.header == [2]
    assert rows_in(block) == [3, 4]


def test_header_rows_that_the_layout_names_are_taken_and_no_others():
    sheet = sheet_of(["Made", 7], ["Happy?"], [None, "x", "y"], [None, 80, 120], ["Yes", 50, 20])
    (block,) = divide(sheet, SheetLayout(header_rows=(3,))).blocks
    assert block.header == [3]
    assert rows_in(block) == [4, 5]


def test_labels_may_stand_in_several_columns():
    sheet = sheet_of(["T"], [None, None, "Men"], ["Q1", "Yes", 5], [None, "No", 6])
    assert divide(sheet, PLAIN).stubs == (1, 2)
    assert divide(sheet, SheetLayout(stub_column="B")).stubs == (2,)


def test_a_sheet_without_figures_has_no_tables():
    assert divide(sheet_of(["Notes"], ["All figures are rounded"]), PLAIN).blocks == []


def test_a_letter_n_below_figures_is_a_letter_and_no_unit():
    sheet = sheet_of(["Happy? (%)"], HEAD, ["Yes", 50, 20], [None, None, "N"], ["No", 50, 80])
    (block,) = divide(sheet, PLAIN).blocks
    assert [line.letters for line in block.body] == [[4], []]
