from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.flat_tables import flat_table, number_of, shortened, unique_names
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup, plain_grid
from welfarestats.output.wording import SYNTHETIC_CAPTION


def two_level(**changes) -> Grid:
    """A banner of two categories beside a total, with letters, a mark and a base."""
    parts = {
        "title": "In work, by sex",
        "column_headers": (
            (ColumnHeader("Total", depth=2), ColumnHeader("Sex", span=2)),
            (ColumnHeader("Male", key="A"), ColumnHeader("Female", key="B")),
        ),
        "groups": (
            RowGroup(
                (
                    Row("Yes", (Cell("47"), Cell("52", "B"), Cell("[u]", state="unreliable"))),
                    Row("No", (Cell("53"), Cell("48"), Cell("[u]", state="unreliable"))),
                )
            ),
        ),
        "bases": (Row("Unweighted base", (Cell("1,219"), Cell("1,200"), Cell("19")), "base"),),
        "legend": (("[u]", "not shown: base under 30"),),
        "notes": ("Figures are weighted.",),
        "subtitle": "Base: all respondents.",
    }
    return Grid(**(parts | changes))


def texts(grid: Grid) -> list[list[str]]:
    return [[entry.text for entry in row] for row in flat_table(grid).rows]


def test_a_banner_becomes_one_header_row_of_unique_names():
    flat = flat_table(two_level())
    names = [entry.text for entry in flat.header]
    assert names == ["Answer", "Row", "Total", "Sex: Male (A)", "Sex: Female (B)"]
    assert flat.row_headers == 2


def test_letters_stand_in_a_row_of_their_own():
    assert texts(two_level()) == [
        ["Yes", "Figure", "47", "52", "[u]"],
        ["Yes", "Letters", "none", "B", "none"],
        ["No", "Figure", "53", "48", "[u]"],
        ["Unweighted base", "Base", "1,219", "1,200", "19"],
    ]


def test_legend_and_notes_stand_above_the_table_after_title_and_subtitle():
    above = [entry.text for entry in flat_table(two_level()).above]
    assert above[:3] == [
        "In work, by sex",
        "Base: all respondents.",
        "[u]: not shown: base under 30",
    ]
    assert above[-1] == "Figures are weighted."


def test_synthetic_records_are_said_to_be_so_right_under_the_title():
    assert flat_table(two_level(origin="synthetic")).above[1].text == SYNTHETIC_CAPTION


def test_groups_of_rows_become_a_column_of_their_own():
    group = RowGroup((Row("Yes", (Cell("1"), Cell("2"), Cell("3"))),), header="Works")
    grid = two_level(groups=(group, RowGroup(group.rows, header="Owns")))
    assert [row[:2] for row in texts(grid)] == [
        ["Works", "Yes"],
        ["Owns", "Yes"],
        ["All", "Unweighted base"],
    ]


def test_no_cell_is_empty_and_the_legend_says_what_fills_it():
    row = Row("Mean", (Cell("2.5"), Cell(""), Cell(" ")), "statistic")
    flat = flat_table(two_level(groups=(RowGroup((row,)),), bases=()))
    assert [entry.text for entry in flat.rows[0]] == ["Mean", "2.5", "[z]", "[z]"]
    assert "[z]: not applicable" in [entry.text for entry in flat.above]


def test_a_column_of_words_may_be_left_to_be_filled_in():
    grid = plain_grid("Sign-off", ["Number", "Checker"], [["47", ""]], text_columns=("Checker",))
    assert [entry.text for entry in flat_table(grid).rows[0]] == ["47", ""]
    assert len(flat_table(grid).above) == 1


def test_a_net_says_so_in_its_row_header():
    row = Row("Any", (Cell("1"), Cell("2"), Cell("3")), "net")
    assert texts(two_level(groups=(RowGroup((row,)),), bases=()))[0][0] == "Net: Any"


def test_words_in_a_column_of_words_are_never_numbers():
    grid = plain_grid(
        "Sign-off", ["Number", "Place", "Count"], [["1", "2", "3"]], text_columns=("Place",)
    )
    assert [entry.number for entry in flat_table(grid).rows[0]] == [None, None, 3.0]


@pytest.mark.parametrize(
    ("text", "number", "number_format"),
    [
        ("47", 47.0, "0"),
        ("0", 0.0, "0"),
        ("1,219", 1219.0, "#,##0"),
        ("7.30", 7.3, "0.00"),
        ("47%", 0.47, "0%"),
        ("7.3%", 0.073, "0.0%"),
        ("47 per cent", 47.0, '0" per cent"'),
        ("[50]", 50.0, '"["0"]"'),
        ("(1,250)", 1250.0, '"("#,##0")"'),
        ("-3", -3.0, "0"),
        ("\N{MINUS SIGN}3", -3.0, "0"),
        ("+12", 12.0, "+0"),
    ],
)
def test_a_printed_figure_is_its_number_and_a_format(text, number, number_format):
    assert number_of(text) == (number, number_format)


@pytest.mark.parametrize(
    "text",
    ["[u]", "*", "-", "–", "12 of 40", "007", "1,21", "[50", "50]", "(5]", "1e5", "²", "٤٧", "=1",
     "1234567890123456", "", "nan", "47 %%", "--1", "3.", ".5"],
)  # fmt: skip
def test_what_is_not_one_number_stays_a_text(text):
    assert number_of(text) is None


@given(st.integers(-999_999_999, 999_999_999), st.integers(0, 3))
def test_every_number_that_is_printed_is_read_back(value, decimals):
    text = f"{value / 10**decimals:,.{decimals}f}"
    number, _ = number_of(text)
    assert f"{number:,.{decimals}f}" == text.replace("-0", "0" if not number else "-0")


@given(st.lists(st.text(max_size=40), max_size=20), st.integers(8, 40))
def test_unique_names_differ_whatever_their_case_and_keep_to_their_length(names, longest):
    found = unique_names(names, longest)
    assert len(found) == len(names) == len({name.casefold() for name in found})
    assert all(name and len(name.encode("utf-16-le")) // 2 <= longest for name in found)


def test_a_shortened_text_counts_as_spreadsheets_do():
    assert shortened("😀😀😀", 5) == "😀😀…"
