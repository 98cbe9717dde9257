from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.flat_tables import Entry
from welfarestats.output.workbook_styles import Styles, xml_text


@pytest.mark.parametrize("start", list("=+-@\t\r'"))
def test_a_text_that_looks_like_a_formula_is_a_quoted_text(start):
    styles = Styles()
    cell = styles.cell(Entry(f"{start}1+1", "row"))
    assert ' t="inlineStr"' in cell
    assert "<f>" not in cell
    assert 'quotePrefix="1"' in styles.xml()


def test_an_ordinary_text_is_not_quoted():
    styles = Styles()
    styles.cell(Entry("Yes", "row"))
    assert "quotePrefix" not in styles.xml()


def test_cells_that_look_the_same_share_a_style():
    styles = Styles()
    assert styles.number(Entry("1", "figure", 1.0, "0")) == styles.number(
        Entry("2", "figure", 2.0, "0")
    )


@given(st.text())
def test_any_text_becomes_xml_that_can_be_read(text):
    assert ET.fromstring(f"<t>{xml_text(text)}</t>") is not None


def test_a_text_that_looks_like_an_escape_stays_what_it_is():
    assert xml_text("_x000D_") == "_x005F_x000D_"


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    told = xml_text("a" * 40_000)
    assert len(told) < 32_767
    assert told.endswith("(cut here: longer than a cell can hold)")
