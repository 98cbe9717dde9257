from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from welfarestats.errors import OptionError, TableError
from welfarestats.published.sign_off import SignOffRow, sign_off_grid, write_sign_off

ROWS = [
    SignOffRow("1", "line 3", "47 per cent\nagreed.", "47 per cent", "B4: 47.3", "agrees"),
    SignOffRow("2", "footnote 1", "=1+1 of them.", "=1+1", "", "found nowhere"),
]


def test_each_number_has_room_for_a_checker_and_a_date():
    grid = sign_off_grid(ROWS)
    headers = [grid.corner, *(path[-1].text for path in grid.column_paths)]
    assert headers == "Number Place Sentence Says Cell Result Checker Date".split()
    assert [cell.text for cell in grid.rows[0].cells] == [
        *("line 3", "47 per cent agreed.", "47 per cent", "B4: 47.3", "agrees"),
        *("not yet", "not yet"),
    ]
    assert grid.rows[1].cells[3].text == "none"


def test_the_sheet_holds_texts_and_no_formula(tmp_path: Path):
    path = write_sign_off(tmp_path / "signed.xlsx", ROWS, origin="synthetic")
    sheet = openpyxl.load_workbook(path)["Numbers"]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sheet["A1"].value == "Sign-off of the numbers"
    assert "=1+1 of them." in values
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert any("synthetic" in str(value).lower() for value in values)


def test_a_draft_without_numbers_has_no_sheet(tmp_path: Path):
    with pytest.raises(TableError, match="there is no number to sign for in this draft"):
        sign_off_grid([])
    with pytest.raises(OptionError, match="xlsx"):
        write_sign_off(tmp_path / "signed.csv", ROWS)
