from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from welfarestats.errors import OptionError, TableError
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup, plain_grid
from welfarestats.output.wording import SYNTHETIC_NOTE


def row(header: str, *texts: str, kind: str = "category") -> Row:
    return Row(header, tuple(Cell(text) for text in texts), kind)


def banner(**changes) -> Grid:
    grid = Grid(
        title="Readiness by benefit",
        column_headers=(
            (ColumnHeader("Total", depth=2), ColumnHeader("Benefit", span=2)),
            (ColumnHeader("UC", key="A"), ColumnHeader("ESA", key="B")),
        ),
        groups=(RowGroup((row("Ready", "47", "52", "41"),), "Are you ready?"),),
        bases=(row("Unweighted base", "1,006", "500", "506", kind="base"),),
    )
    return replace(grid, **changes)


def test_each_column_knows_the_headers_above_it():
    paths = [tuple(header.text for header in path) for path in banner().column_paths]
    assert paths == [("Total",), ("Benefit", "UC"), ("Benefit", "ESA")]
    assert banner().column_places == (((0, 0),), ((0, 1), (1, 0)), ((0, 1), (1, 1)))


def test_the_same_header_object_may_stand_over_two_columns():
    header = ColumnHeader("Per cent")
    grid = Grid("T", ((header, header),), (RowGroup((row("a", "1", "2"),)),))
    assert grid.column_places == (((0, 0),), ((0, 1),))


def test_rows_stand_from_the_top_with_the_bases_last():
    assert [r.header for r in banner().rows] == ["Ready", "Unweighted base"]


def test_a_grid_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        banner().title = "Other"


def test_a_net_says_that_it_is_one_in_words():
    assert row("Agree or strongly agree", kind="net").title == "Net: Agree or strongly agree"
    assert row("Net agree", kind="net").title == "Net agree"
    assert row("Agree").title == "Agree"


def test_a_row_with_too_few_cells_is_refused():
    with pytest.raises(
        TableError, match="row 'Ready' of table 'Readiness by benefit' has 2 cells for 3 columns"
    ):
        banner(groups=(RowGroup((row("Ready", "47", "52"),)),))


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((),),
        ((ColumnHeader("A", depth=2),),),
        ((ColumnHeader("A", span=2),), (ColumnHeader("a"),)),
        ((ColumnHeader("A"),), (ColumnHeader("a"), ColumnHeader("b"))),
        ((ColumnHeader("A", span=0),),),
        (
            (ColumnHeader("A"), ColumnHeader("Total", depth=2), ColumnHeader("B")),
            (ColumnHeader("both", span=2),),
        ),
    ],
)
def test_headers_that_leave_gaps_or_overlap_are_refused(headers):
    with pytest.raises(TableError, match="header"):
        banner(column_headers=headers)


def test_a_table_without_a_title_is_refused():
    with pytest.raises(TableError, match="no title"):
        banner(title=" ")


def test_an_origin_and_a_kind_of_row_are_words_from_a_list():
    with pytest.raises(
        OptionError, match=r"the origin of a grid cannot be 'synthetical'.*Did you mean 'synthetic'"
    ):
        banner(origin="synthetical")
    with pytest.raises(OptionError, match="the kind of a row cannot be 'total'"):
        row("Total", kind="total")


def test_a_listing_takes_its_first_column_as_row_headers():
    grid = plain_grid(
        "T", ["Item", "Published", "Why"], [["a", "47", "as printed"]], text_columns=["Why"]
    )
    assert grid.corner == "Item"
    assert [path[-1].is_text for path in grid.column_paths] == [False, True]
    assert grid.rows[0].header == "a"


def test_a_listing_may_have_no_rows_yet():
    assert plain_grid("T", ["Item", "Published"], []).rows == ()


def test_a_listing_refuses_a_column_of_words_that_it_does_not_have():
    with pytest.raises(TableError, match="no column named 'Wy' to hold words"):
        plain_grid("T", ["Item", "Why"], [], text_columns=["Wy"])
    with pytest.raises(TableError, match="needs a column of row headers and one other"):
        plain_grid("T", ["Item"], [])


def test_the_longest_letters_set_the_room_for_all():
    cells = (Cell("47", letters="B C"), Cell("40"), Cell("41", letters="A"))
    assert banner(groups=(RowGroup((Row("Ready", cells),)),)).letters_width == 3
    assert banner().letters_width == 0


def test_notes_stand_below_with_origin_and_source_each_once():
    grid = banner(notes=("Rounded.", SYNTHETIC_NOTE, "Rounded."), source="Made up")
    assert grid.notes_below == ("Rounded.", SYNTHETIC_NOTE, "Source: Made up")
    invented = replace(grid, origin="synthetic")
    assert invented.notes_below == (SYNTHETIC_NOTE, "Rounded.", "Source: Made up")
