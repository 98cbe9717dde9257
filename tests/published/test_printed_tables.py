"""Somebody else's workbook gives back what was printed, however it is laid out."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import toy_tables
from agency_workbook import (
    BASE_WORDS,
    CHOICES,
    AgencyColumn,
    AgencyRow,
    AgencyTable,
    Layout,
    agency_tables,
    comparable,
    expected_frame,
    write_agency_workbook,
    write_sheets,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from other_programs import saved_by_libreoffice

import welfarestats as ws
from welfarestats.errors import (
    DataError,
    DataWarning,
    ReportError,
    TableError,
)

COLUMNS = (
    AgencyColumn("Total", "Total"),
    *(AgencyColumn("Sex", name, key) for name, key in (("Men", "A"), ("Women", "B"))),
    *(AgencyColumn("Age", name, key) for name, key in (("16–34", "A"), ("35+", "B"))),
)
THREE = tuple(
    dataclasses.replace(column, banner=f"Who / {column.banner}") if column.key else column
    for column in COLUMNS
)
BASES = {"base": ("1,219", "600", "619", "48", "1,171"), "effective_base": ("804",) * 5}
ROWS = (
    AgencyRow("Agree", ("47", "52", "42", "[31]", "48"), ("", "B", "", "", "A"), ("573",) * 5),
    AgencyRow("Net: agree or neither", ("61", "60", "62", "[60]", "61"), (), ("744",) * 5),
    AgencyRow("Disagree", ("12.5", "*", "-", "(9)", "12.5"), ("",) * 5, ("152",) * 5),
    AgencyRow("Don't know", ("1†", "–", "n/a", "", "2"), ("",) * 3 + ("", "ab"), ("12",) * 5),
)
MEAN = AgencyRow("Mean", ("3.42", "3.5", "3.3", "2.9", "3.45"), statistic="mean")
NOTES = ("* less than 0.5 per cent", "Source: an invented survey of 1,219 people")
FIRST = AgencyTable(
    "Table 1", "Q1. How far do you agree?", COLUMNS, (*ROWS, MEAN), BASES, "Base: all", NOTES
)
SECOND = dataclasses.replace(FIRST, name="Table 2", title="Q2. And today?", columns=THREE)


def written_and_read(path: Path, tables, layout: Layout):
    """Write and read; where nothing in the file says that plain numbers are per cents, say it."""
    silent = layout.figures in ("number", "text") and layout.unit == "nothing"
    write_agency_workbook(path, tables, layout)
    return ws.read_tables(path, layout={"figures": "percent"} if silent else None)


def same(found: ws.PrintedTables, tables, layout: Layout) -> None:
    pd.testing.assert_frame_equal(
        comparable(found.to_frame()).replace({"mark": {"–": "-"}}),
        expected_frame(tables, layout).replace({"mark": {"–": "-"}}),
        check_dtype=False,
    )


@pytest.mark.parametrize(
    ("option", "choice"), [(key, choice) for key, own in CHOICES.items() for choice in own]
)
def test_what_was_printed_is_read_in_every_layout(tmp_path, option, choice):
    layout = Layout(**{option: choice})
    same(written_and_read(tmp_path / "a.xlsx", (FIRST, SECOND), layout), (FIRST, SECOND), layout)


@settings(max_examples=25)
@given(st.fixed_dictionaries({key: st.sampled_from(own) for key, own in CHOICES.items()}))
def test_what_was_printed_is_read_in_any_mixture_of_layouts(tmp_path_factory, choices):
    layout = Layout(**choices)
    path = tmp_path_factory.mktemp("mixtures") / "a.xlsx"
    same(written_and_read(path, (FIRST, SECOND), layout), (FIRST, SECOND), layout)


PAIRS = [(a, b) for n, a in enumerate(CHOICES) for b in list(CHOICES)[n + 1 :]]


@settings(max_examples=25)
@given(st.sampled_from(PAIRS), st.data())
def test_what_was_printed_is_read_with_two_changes_at_a_time(tmp_path_factory, pair, data):
    layout = Layout(**{key: data.draw(st.sampled_from(CHOICES[key])) for key in pair})
    path = tmp_path_factory.mktemp("pairs") / "a.xlsx"
    same(written_and_read(path, (FIRST,), layout), (FIRST,), layout)


@pytest.mark.parametrize("counts", [False, True])
def test_our_own_cross_tabs_come_back_from_an_agencys_workbook(tmp_path, counts):
    book = ws.book(toy_tables.panel(), ["works", "help"], ["sex", "hours"])
    tables = agency_tables(book, counts=counts, labels={"works": "Q1. Are you in work?"})
    layout = Layout(counts="alternate" if counts else "none", sheets="each")
    found = written_and_read(tmp_path / "a.xlsx", tables, layout)
    same(found, tables, layout)
    assert found.to_frame()["stub"].unique().tolist() == ["Q1. Are you in work?", "help"]


def test_a_file_that_another_program_saved_is_read_alike(tmp_path):
    layout = Layout(contents=True, letters="superscript", figures="percent-format", hidden=True)
    path = write_agency_workbook(tmp_path / "a.xlsx", (FIRST, SECOND), layout)
    same(ws.read_tables(saved_by_libreoffice(path, "xlsx")), (FIRST, SECOND), layout)


def test_notes_remarks_and_unread_cells_are_told(tmp_path):
    layout = Layout(contents=True, hidden=True)
    tables = written_and_read(tmp_path / "a.xlsx", (FIRST,), layout)
    assert tables.notes("Table 1") == ("Base: all", "Column percentages", *NOTES)
    assert tables.remarks[0] == "Sheet 'Cover' was left out: by its name it holds no tables."
    assert "Hidden in sheet 'Tables' and read all the same: 'row" in tables.remarks[-1]
    assert tables.unread["cell"].tolist() == ["B2", "C2"]
    with pytest.raises(TableError, match=r"no printed table 'Table 3'; there are 'Table 1'"):
        tables.notes("Table 3")


def test_the_result_counts_shows_and_copies_itself(tmp_path):
    tables = written_and_read(tmp_path / "a.xlsx", (FIRST, SECOND), Layout())
    assert len(tables) == 2
    assert tables.tables == ("Table 1", "Table 2")
    assert repr(tables) == "<PrintedTables: 2 tables, 70 cells>"
    html = tables._repr_html_()
    assert "Q1. How far do you agree?" in html
    assert "<caption" in html
    copy = tables.to_frame()
    copy["value"] = 0
    assert tables.to_frame()["value"].max() == 1219


def test_what_cannot_be_told_is_asked_for_and_the_layout_answers(tmp_path):
    rows = [["Q9 Income"], [None, "Total", "Men"], ["Base", 200, 80], ["Yes", 50, 20]]
    path = write_sheets(tmp_path / "a.xlsx", T=rows)
    with pytest.raises(TableError, match="sheet 'T', B4: it cannot be told"):
        ws.read_tables(path)
    tables = ws.read_tables(path, layout={"figures": "count", "questions": {"Q9 Income": "income"}})
    assert tables.to_frame()["statistic"].tolist() == ["base", "base", "count", "count"]
    assert tables.names["questions"] == {"Q9 Income": "income"}
    with pytest.raises(ReportError, match="names a sheet 'U'"):
        ws.read_tables(path, layout={"sheets": ["U"]})


def test_numbers_in_no_table_warn(tmp_path):
    rows = [["Q9 (%)"], [None, "Total"], ["Base", 200], ["Yes", 50, None, 7], ["No", 50]]
    path = write_sheets(tmp_path / "a.xlsx", T=rows)
    with pytest.warns(DataWarning, match="sheet 'T', D4: the column has no heading"):
        tables = ws.read_tables(path)
    assert tables.unread.to_dict("records") == [
        {"sheet": "T", "cell": "D4", "printed": "7", "why": "its column has no heading"}
    ]


def test_a_workbook_without_tables_is_refused(tmp_path):
    path = write_sheets(tmp_path / "a.xlsx", T=[["Nothing here"]])
    with pytest.raises(DataError, match=r"no table was found in a.xlsx"):
        ws.read_tables(path)


# ---------------------------------------------------------------- frames from elsewhere

CELLS = pd.DataFrame(
    {
        "table": "T1",
        "stub": "In work",
        "stub_category": "Yes",
        "statistic": "percent",
        "banner": "Sex",
        "banner_category": ["Men", "Women", "All"],
        "printed": ["47% B", "*", "[12.5]"],
    }
)


def test_a_frame_from_elsewhere_is_completed_from_what_is_printed():
    frame = ws.PrintedTables.from_frame(CELLS).to_frame()
    assert frame["value"].tolist()[::2] == [47, 12.5]
    assert frame["decimals"].tolist() == [0, 0, 1]
    assert frame["letters"].tolist() == ["B", "", ""]
    assert frame["mark"].tolist() == ["", "*", "[ ]"]
    assert frame["printed"].tolist() == ["47%", "*", "[12.5]"]
    assert frame["title"].tolist() == ["", "", ""]


def test_a_frame_that_was_read_goes_back_unchanged(tmp_path):
    tables = written_and_read(tmp_path / "a.xlsx", (FIRST,), Layout())
    again = ws.PrintedTables.from_frame(tables.to_frame())
    pd.testing.assert_frame_equal(again.to_frame(), tables.to_frame())


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (CELLS.drop(columns="banner"), "needs a column 'banner'"),
        (CELLS.assign(letter="A"), "'letter' is no column.* Did you mean 'letters'"),
        (
            CELLS.assign(statistic="percentage"),
            "'percentage' is no statistic.* Did you mean 'percent'",
        ),
    ],
)
def test_a_frame_that_is_no_frame_of_printed_cells_is_refused(frame, sentence):
    with pytest.raises(TableError, match=sentence):
        ws.PrintedTables.from_frame(frame)


def test_reading_without_openpyxl_names_the_extra(tmp_path):
    path = write_agency_workbook(tmp_path / "a.xlsx", (FIRST,))
    code = (
        "import sys; sys.modules['openpyxl'] = None; import welfarestats as ws\n"
        f"try: ws.read_tables({str(path)!r})\nexcept ws.errors.OptionError as e: print(e)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'welfarestats[excel]'" in run.stdout


def test_every_spelling_of_bases_is_tried():
    assert CHOICES["base_words"] == tuple(BASE_WORDS)
