"""Sheets of a workbook, or of a CSV file, as cells that know what they show."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from welfarestats.errors import DataError
from welfarestats.published.sheets import Sheet, column_letter, column_number, read_sheets

RAISED = InlineFont(vertAlign="superscript")


def saved(path: Path, cells: dict[str, Any], **formats: str) -> Path:
    """Write cells, with number formats, to a workbook of one sheet."""
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    for place, number_format in formats.items():
        book.active[place].number_format = number_format
    book.save(path / "book.xlsx")
    return path / "book.xlsx"


def only(path: Path) -> Sheet:
    (sheet,) = read_sheets(path)
    return sheet


def test_a_cell_shows_what_its_format_shows(tmp_path):
    sheet = only(saved(tmp_path, {"A1": "Agree", "B1": 0.465, "C1": 1219}, B1="0%", C1="#,##0"))
    assert [sheet.cells[1, column].text for column in (1, 2, 3)] == ["Agree", "47%", "1,219"]
    assert sheet.cells[1, 2].token.value == 47
    assert sheet.cells[1, 2].place == "B1"
    assert not sheet.cells[1, 1].has_number


def test_a_number_that_its_format_hides_or_puts_in_words_is_not_lost(tmp_path):
    sheet = only(saved(tmp_path, {"A1": 3.5, "B1": 47}, A1=";;;", B1='0" points"'))
    assert [cell.token.value for cell in sheet.cells.values()] == [3.5, 47]


def test_a_negative_number_in_brackets_stays_negative(tmp_path):
    assert only(saved(tmp_path, {"A1": -5}, A1="0;(0)")).cells[1, 1].token.value == -5


def test_blank_cells_are_no_cells_and_dates_are_text(tmp_path):
    sheet = only(saved(tmp_path, {"A1": " ", "B1": dt.date(2025, 3, 1), "C1": True}))
    assert list(sheet.cells) == [(1, 2), (1, 3)]
    assert not any(cell.has_number for cell in sheet.cells.values())


def test_raised_letters_are_those_of_columns_and_raised_digits_footnotes(tmp_path):
    rich = {
        "A1": CellRichText("47", TextBlock(RAISED, "BC")),
        "B1": CellRichText("47%", TextBlock(RAISED, "1")),
        "C1": CellRichText("Men", TextBlock(RAISED, "A")),
        "D1": CellRichText("Agree", TextBlock(RAISED, "2")),
        "E1": CellRichText("bold ", TextBlock(InlineFont(b=True), "text")),
    }
    cells = only(saved(tmp_path, rich)).cells
    assert (cells[1, 1].token.value, cells[1, 1].token.letters) == (47, "BC")
    assert (cells[1, 2].token.value, cells[1, 2].token.mark) == (47, "1")
    assert cells[1, 2].token.percent
    assert [cells[1, column].text for column in (3, 4, 5)] == ["Men (A)", "Agree", "bold text"]


def test_merged_cells_show_the_first_of_them(tmp_path):
    path = saved(tmp_path, {"B1": "Sex", "B2": "Men", "C2": "Women"})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.save(path)
    sheet = only(path)
    assert sheet.over(1, 3).text == "Sex"
    assert sheet.span(1, 2) == 2
    assert sheet.span(2, 2) == 1
    assert sheet.over(5, 5) is None


def test_what_is_hidden_is_read_and_told(tmp_path):
    path = saved(tmp_path, {"A1": 1, "B2": 2, "C3": 3})
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("Other")
    book.active.sheet_state, book.active = "hidden", 1
    book.save(path)
    sheet, _ = read_sheets(path)
    assert len(sheet.cells) == 3
    assert set(sheet.hidden) == {"the sheet", "row 2", "column C"}


def test_a_formula_without_a_value_names_its_cell(tmp_path):
    path = saved(tmp_path, {"A1": 1, "C7": "=A1*2"})
    with pytest.raises(DataError, match="C7 of sheet 'Sheet' is a formula whose value was never"):
        read_sheets(path)


def test_a_cell_at_the_far_end_is_refused(tmp_path):
    path = saved(tmp_path, {"A1": 1, "XFD1048576": 2})
    with pytest.raises(DataError, match="reaches to row 1,048,576 and column XFD"):
        read_sheets(path)


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_an_export_as_csv_is_one_sheet(tmp_path, divider):
    path = tmp_path / "tables.csv"
    path.write_text(divider.join(["Agree", "47%", ""]) + "\n", encoding="utf-8-sig")
    sheet = only(path)
    assert sheet.name == "tables"
    assert sheet.cells[1, 1].text == "Agree"
    assert sheet.cells[1, 2].token.value == 47
    assert len(sheet.cells) == 2


def test_csv_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "tables.csv"
    path.write_bytes("é,1".encode("latin-1"))
    with pytest.raises(DataError, match=r"not UTF-8 text. Save it as UTF-8"):
        read_sheets(path)
    with pytest.raises(DataError, match="there is no file"):
        read_sheets(tmp_path / "none.csv")


@given(st.integers(1, 20_000))
def test_columns_have_letters_and_back(number):
    assert column_number(column_letter(number)) == number


def test_the_cells_of_a_row_stand_from_the_left(tmp_path):
    rows = only(saved(tmp_path, {"C1": 3, "A1": 1, "B2": "x"})).rows
    assert [cell.token.value for cell in rows[1]] == [1, 3]
    assert math.isnan(rows[2][0].token.value)
