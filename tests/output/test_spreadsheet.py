from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError, TableError
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup, plain_grid
from welfarestats.output.spreadsheet import sheet_names, write_workbook
from welfarestats.output.wording import SYNTHETIC_CAPTION

HOSTILE = [
    "=HYPERLINK(\"http://x\")", "+A1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "a\x00b", "a\x1bb",
    "<b>&amp;", "_x0041_", "line\nbreak", "\ud800", "😀", "]]>", '"',
]  # fmt: skip


def grid(title: str = "In work, by sex", **changes) -> Grid:
    headers = (
        (ColumnHeader("Total", depth=2), ColumnHeader("Sex", span=2)),
        (ColumnHeader("Male", key="A"), ColumnHeader("Female", key="B")),
    )
    rows = (
        Row("Yes", (Cell("47"), Cell("52", "B"), Cell("[u]", state="unreliable"))),
        Row("Any", (Cell("7.5"), Cell("[48]"), Cell("12 of 40")), "net"),
    )
    base = Row("Unweighted base", (Cell("1,219"), Cell("1,200"), Cell("19")), "base")
    parts = {"column_headers": headers, "groups": (RowGroup(rows),), "bases": (base,)}
    return Grid(title=title, **(parts | changes))


def written(tmp_path: Path, sheets, **options):
    path = write_workbook(tmp_path / "book.xlsx", sheets, **({"title": "A book"} | options))
    return openpyxl.load_workbook(path)


def cells_of(sheet) -> list:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_numbers_are_numbers_and_marks_are_texts(tmp_path):
    sheet = written(tmp_path, [("work", grid())])["work"]
    (first, last) = next(iter(sheet.tables.values())).ref.split(":")
    rows = [[cell.value for cell in row] for row in sheet[first:last]]
    assert rows == [
        ["Answer", "Row", "Total", "Sex: Male (A)", "Sex: Female (B)"],
        ["Yes", "Figure", 47, 52, "[u]"],
        ["Yes", "Letters", "none", "B", "none"],
        ["Net: Any", "Figure", 7.5, 48, "12 of 40"],
        ["Unweighted base", "Base", 1219, 1200, 19],
    ]


def test_a_number_is_printed_as_the_table_prints_it(tmp_path):
    sheet = written(tmp_path, [("work", grid())])["work"]
    formats = {cell.value: cell.number_format for cell in cells_of(sheet)}
    assert (formats[47], formats[7.5], formats[48], formats[1219]) == (
        "0",
        "0.0",
        '"["0"]"',
        "#,##0",
    )


def test_the_title_stands_in_a1_as_a_heading(tmp_path):
    cell = written(tmp_path, [("work", grid())])["work"]["A1"]
    assert (cell.value, cell.style) == ("In work, by sex", "Heading 1")


def test_the_table_is_marked_up_with_one_header_row_of_unique_names(tmp_path):
    twice = (ColumnHeader("Same"), ColumnHeader("same"), ColumnHeader("Answer"))
    sheet = written(tmp_path, [("work", grid(column_headers=(twice,)))])["work"]
    (table,) = sheet.tables.values()
    names = [column.name for column in table.tableColumns]
    assert names == ["Answer", "Row", "Same", "same (2)", "Answer (2)"]
    top = table.ref.split(":")[0]
    assert [cell.value for cell in sheet[int(top[1:])]] == names


def test_no_cells_are_merged_and_none_of_a_table_is_empty(tmp_path):
    for sheet in written(tmp_path, [("a", grid()), ("b", grid())]).worksheets:
        assert not sheet.merged_cells.ranges
        (table,) = sheet.tables.values()
        first, last = table.ref.split(":")
        assert all(cell.value not in (None, "") for row in sheet[first:last] for cell in row)


def test_contents_link_to_each_table_and_back(tmp_path):
    book = written(tmp_path, [("work", grid("Work")), ("it's", grid("Own"))])
    front = book["Contents"]
    links = {cell.value: cell.hyperlink.location for cell in cells_of(front) if cell.hyperlink}
    assert links == {"work": "'work'!A1", "it's": "'it''s'!A1"}
    assert [front.cell(row, 2).value for row in (4, 5)] == ["Work", "Own"]
    assert book["work"]["A2"].hyperlink.location == "'Contents'!A1"


def test_one_table_has_no_contents_unless_they_are_wished_for(tmp_path):
    assert written(tmp_path, [("work", grid())]).sheetnames == ["work"]
    assert written(tmp_path, [("work", grid())], contents=True).sheetnames == ["Contents", "work"]


def test_contents_tell_the_base_of_each_table_and_that_records_are_invented(tmp_path):
    invented = grid(subtitle="Base: all.", origin="synthetic")
    front = written(tmp_path, [("a", invented), ("b", grid())])["Contents"]
    assert front["A2"].value == SYNTHETIC_CAPTION
    assert [cell.value for cell in front[5]] == ["a", "In work, by sex", "Base: all."]
    assert front["C6"].value == "-"


def test_a_sheet_named_contents_does_not_hide_the_contents(tmp_path):
    book = written(tmp_path, [("contents", grid()), ("b", grid())])
    assert book.sheetnames == ["Contents", "contents (2)", "b"]
    assert book["Contents"]["A4"].hyperlink.location == "'contents (2)'!A1"


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_a_text_everywhere(tmp_path, label):
    hostile = Grid(
        title=f"T{label}",
        column_headers=((ColumnHeader(label), ColumnHeader(label, is_text=True)),),
        groups=(RowGroup((Row(label, (Cell(label), Cell(label))),), header=label),),
        corner=label,
        subtitle=label,
        legend=((label, label),),
        notes=(label,),
        source=label,
    )
    book = written(tmp_path, [(label, hostile), (label, hostile)], title=f"T{label}")
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            assert cell.data_type in ("s", "inlineStr"), cell.value
            if str(cell.value)[0] in "=+-@\t'":
                assert cell.quotePrefix, cell.value


def test_the_same_tables_give_the_same_bytes(tmp_path):
    one = write_workbook(tmp_path / "a.xlsx", [("a", grid()), ("b", grid())], title="T")
    two = write_workbook(tmp_path / "b.xlsx", [("a", grid()), ("b", grid())], title="T")
    assert one.read_bytes() == two.read_bytes()


def test_an_old_workbook_stays_when_the_new_one_cannot_be_made(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    names = [f"c{at}" for at in range(16_400)]
    wide = plain_grid("Wide", names, [names])
    with pytest.raises(TableError, match="16,400 columns; a sheet holds 1,048,576 and 16,384"):
        write_workbook(path, [("wide", wide)], title="T")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_document_has_a_title_and_a_language(tmp_path):
    properties = written(tmp_path, [("work", grid())]).properties
    assert (properties.title, properties.language) == ("A book", "en-GB")


@pytest.mark.parametrize(
    ("name", "sheets", "title", "sentence"),
    [
        ("book.xls", [("a", grid())], "T", "a file that ends in .xlsx, and 'book.xls' does not"),
        ("book.xlsx", [], "T", "there is no table to write to 'book.xlsx'"),
        ("book.xlsx", [("a", grid())], " ", "a workbook has no title"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path, name, sheets, title, sentence):
    with pytest.raises(OptionError, match=sentence):
        write_workbook(tmp_path / name, sheets, title=title)
    assert not list(tmp_path.iterdir())


@given(st.lists(st.text(max_size=45), max_size=12))
def test_sheet_names_are_what_a_workbook_allows(names):
    found = sheet_names(names)
    assert len(found) == len(names) == len({name.casefold() for name in found})
    for name in found:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_good_sheet_names_stay_as_they_are():
    assert sheet_names(["readiness", "Q7 (grid)", "übung"]) == ["readiness", "Q7 (grid)", "übung"]
