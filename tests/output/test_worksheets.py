from __future__ import annotations

from welfarestats.output.flat_tables import flat_table
from welfarestats.output.grid import plain_grid
from welfarestats.output.workbook_styles import Styles
from welfarestats.output.worksheets import column_letters, column_widths, sheet_xml, table_place


def flat(*rows: list[str], columns: int = 2):
    names = [f"Column {at}" for at in range(columns)]
    return flat_table(plain_grid("Title", names, rows or [["a"] + ["1"] * (columns - 1)]))


def test_columns_are_lettered_as_in_a_sheet():
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16_384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


def test_the_place_of_a_table_starts_at_its_header_row():
    assert table_place(flat(["a", "1"], ["b", "2"])) == "A2:B4"


def test_a_long_row_header_gets_more_lines_not_more_width():
    table = flat(["a long answer " * 12, "1"])
    assert column_widths(table)[0] == 44
    assert 'customHeight="1"' in sheet_xml(table, Styles(), selected=True)


def test_a_short_table_keeps_the_ordinary_height():
    assert "customHeight" not in sheet_xml(flat(), Styles(), selected=False)


def test_the_cursor_stands_in_a1_and_row_headers_stay_in_view():
    xml = sheet_xml(flat(), Styles(), selected=True)
    assert 'state="frozen"' in xml
    assert 'xSplit="1"' in xml
    assert 'activeCell="A1"' in xml
    assert 'tabSelected="1"' in xml
