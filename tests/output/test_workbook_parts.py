from __future__ import annotations

from xml.etree import ElementTree as ET

from welfarestats.output.flat_tables import flat_table
from welfarestats.output.grid import plain_grid
from welfarestats.output.workbook_parts import package_parts


def flat(*rows: list[str], columns: int = 2):
    names = [f"Column {at}" for at in range(columns)]
    return flat_table(plain_grid("Title", names, rows or [["a"] + ["1"] * (columns - 1)]))


def test_a_table_wider_than_a_page_repeats_its_row_headers_in_print():
    parts = package_parts(["a'b"], [flat(columns=30)], title="T", language="en-GB")
    assert "'a''b'!$A:$A" in parts["xl/workbook.xml"]
    assert 'fitToWidth="3"' in parts["xl/worksheets/sheet1.xml"]


def test_every_part_is_xml():
    parts = package_parts(["a & b"], [flat()], title="<T>", language="cy")
    for name, text in parts.items():
        assert ET.fromstring(text.encode()) is not None, name
    assert "<dc:language>cy</dc:language>" in parts["docProps/core.xml"]
