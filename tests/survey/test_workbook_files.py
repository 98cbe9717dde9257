"""Files that are no workbooks, or would do harm, are refused in a sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from welfarestats.errors import DataError
from welfarestats.survey import workbook_files
from welfarestats.survey.workbook_files import check_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A workbook with one number."""
    book = openpyxl.Workbook()
    book.active["B2"] = 47
    book.save(tmp_path / "good.xlsx")
    return tmp_path / "good.xlsx"


def changed(good: Path, change: Callable[[bytes], bytes]) -> Path:
    """Return a copy of a workbook whose sheet is changed."""
    path = good.with_name("changed.xlsx")
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    return path


def test_a_workbook_may_be_opened_and_says_whether_it_has_formulas(good):
    assert not check_workbook(good)
    book = openpyxl.load_workbook(good)
    book.active["B3"] = "=B2"
    book.save(good)
    assert check_workbook(good)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "file.xlsx is empty"),
        (b"a,b\n1,2\n", "is text, not a workbook. If it holds a table, give it the ending .csv"),
        (b"\xef\xbb\xbf <html>", "is a web page or XML, not a workbook"),
        (b"\x00\x01\x02", "is no .xlsx workbook"),
        (OLE, "the old .xls format. Save it as .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password. Save a copy"),
        (b"PK\x03\x04" + bytes(50), "is cut off or damaged"),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path, content, sentence):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        check_workbook(path)


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    for path in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(DataError, match="there is no file"):
            check_workbook(path)


@pytest.mark.parametrize("size", [30, 200, 1000, -40])
def test_a_cut_workbook_is_said(good, size):
    good.write_bytes(good.read_bytes()[:size])
    with pytest.raises(DataError, match="cut off or damaged"):
        check_workbook(good)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["mimetype", "content.xml"], "is an OpenDocument file, not a workbook"),
        (["[Content_Types].xml", "word/document.xml"], "another kind of zipped file"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary workbook"),
    ],
)
def test_other_zipped_files_are_said(tmp_path, names, sentence):
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    with pytest.raises(DataError, match=sentence):
        check_workbook(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_entities_are_refused(good, encoding):
    path = changed(good, lambda part: '<!DOCTYPE x [<!ENTITY a "b">]>'.encode(encoding) + part)
    with pytest.raises(DataError, match="declares XML entities"):
        check_workbook(path)


def test_a_file_that_would_fill_the_memory_is_refused(good, monkeypatch):
    monkeypatch.setattr(workbook_files, "MOST_BYTES", 3_000_000)
    path = changed(good, lambda part: part + b" " * 4_000_000)
    assert path.stat().st_size < 50_000
    with pytest.raises(DataError, match=r"unpacks to 4 MB in .* parts; more than 3 MB"):
        check_workbook(path)


def test_merging_of_a_whole_sheet_is_refused(good):
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path = changed(good, lambda part: part.replace(b"</sheetData>", merged))
    with pytest.raises(DataError, match="merges 17,179,869,184 cells"):
        check_workbook(path)
