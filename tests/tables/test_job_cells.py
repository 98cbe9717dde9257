from __future__ import annotations

import datetime as dt
import shutil
import zipfile

import pytest
from job_files import new_workbook

from welfarestats.errors import DataError, OptionError
from welfarestats.output.grid import plain_grid
from welfarestats.output.spreadsheet import write_workbook
from welfarestats.tables.job_cells import sheet_cells


def test_cells_are_read_with_their_places_and_empty_ones_left_out(tmp_path):
    rows = [["a", None, " b "], [], [None, 2.0, True], [" "]]
    ((name, lines),) = sheet_cells(new_workbook(tmp_path / "job.xlsx", {"stubs": rows}))
    assert name == "stubs"
    assert [[cell.value for cell in line] for line in lines] == [["a", "b"], [2, True]]
    assert lines[0][1].place == "sheet 'stubs', cell C1"
    assert lines[1][0].place == "sheet 'stubs', cell B3"


def test_a_whole_number_is_read_without_decimals(tmp_path):
    ((_, lines),) = sheet_cells(new_workbook(tmp_path / "job.xlsx", {"nets": [[1.0, 1.5]]}))
    assert [cell.text for cell in lines[0]] == ["1", "1.5"]


def test_a_formula_is_refused_by_its_cell(tmp_path):
    path = new_workbook(tmp_path / "job.xlsx", {"job": [["data", "=A1"]]})
    with pytest.raises(OptionError, match="sheet 'job', cell B1 holds a formula"):
        sheet_cells(path)


def test_a_date_is_refused_by_its_cell(tmp_path):
    path = new_workbook(tmp_path / "job.xlsx", {"job": [["title", dt.date(2026, 3, 1)]]})
    with pytest.raises(OptionError, match=r"sheet 'job', cell B1 holds a date. Write it as text"):
        sheet_cells(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is empty"), (b"text", "is text, not a workbook"), (b"PK\x03\x04 cut", "is cut off")],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, sentence):
    path = tmp_path / "job.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"job.xlsx {sentence}"):
        sheet_cells(path)


def test_a_workbook_that_is_cut_off_is_refused_wherever_it_is_cut(tmp_path):
    whole = new_workbook(tmp_path / "whole.xlsx", {"job": [["data", "a"]]}).read_bytes()
    path = tmp_path / "job.xlsx"
    for length in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"job.xlsx"):
            sheet_cells(path)


def with_part(source, target, name: str, text: bytes):
    """Copy a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, text if part.filename == name else old.read(part))
    return target


def test_a_workbook_that_declares_entities_is_not_opened(tmp_path):
    source = new_workbook(tmp_path / "whole.xlsx", {"job": [["data", "a"]]})
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    path = with_part(source, tmp_path / "job.xlsx", "xl/workbook.xml", bomb)
    with pytest.raises(DataError, match=r"job.xlsx declares XML entities"):
        sheet_cells(path)


def read_or_refused(path) -> bool:
    try:
        return isinstance(sheet_cells(path), list)
    except DataError as error:
        return "job.xlsx cannot be read as a workbook" in str(error)


def test_a_part_that_is_not_what_it_should_be_is_refused_in_a_sentence(tmp_path):
    source = new_workbook(tmp_path / "whole.xlsx", {"job": [["data", "a"]]})
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
        for text in (b"", b"<a>", b"<a/>", b"\x00" * 40):
            path = with_part(source, tmp_path / "job.xlsx", name, text)
            assert read_or_refused(path)


def test_a_workbook_that_would_fill_the_memory_is_not_opened(tmp_path):
    path = new_workbook(tmp_path / "job.xlsx", {"job": [["data", "a"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/zeros.bin", b"\0" * 200_000_001)
    with pytest.raises(DataError, match=r"job.xlsx unpacks to 200 MB"):
        sheet_cells(path)


def test_a_workbook_of_our_own_is_read_back(tmp_path):
    grid = plain_grid("Title", ["setting", "value"], [["data", "5"]])
    path = write_workbook(tmp_path / "own.xlsx", [("job", grid)], title="T")
    shutil.copy(path, tmp_path / "job.xlsx")
    ((_, lines),) = sheet_cells(tmp_path / "job.xlsx")
    assert [cell.text for cell in lines[-1]] == ["data", "5"]
