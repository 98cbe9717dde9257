"""Whole sheets into rows: names, repeats, what is left out and what is left over."""

from __future__ import annotations

from agency_workbook import sheet_of

from welfarestats.published.table_layout import read_layout
from welfarestats.published.table_reading import read_all

TABLE = (["Table 1. Happy? (%)"], [None, "Total", "Men"], ["Base", 100, 50], ["Yes", 47, 48])


def read(*sheets, **layout):
    return read_all(sheets, read_layout(layout))


def left_over(found):
    return [(row["cell"], row["why"]) for row in found.unread]


def test_every_cell_knows_its_table_row_and_column():
    (first, *_, last) = read(sheet_of(*TABLE)).cells
    assert first == {
        "table": "Table 1",
        "title": "Happy? (%)",
        "sheet": "T",
        "cell": "B3",
        "stub": "Happy? (%)",
        "stub_category": "Base",
        "statistic": "base",
        "banner": "Total",
        "banner_category": "Total",
        "column_key": "",
        "printed": "100",
        "value": 100.0,
        "decimals": 0,
        "letters": "",
        "mark": "",
    }
    assert (last["cell"], last["banner"], last["banner_category"]) == ("C4", "", "Men")


def test_a_blank_cell_among_figures_is_a_cell():
    found = read(sheet_of(*TABLE, ["No", 53, None], ["Other", None, 1]))
    blanks = [row["cell"] for row in found.cells if row["printed"] == ""]
    assert blanks == ["C5", "B6"]


def test_a_table_without_a_number_is_named_by_sheet_and_row():
    found = read(sheet_of([None], ["Happy? (%)"], *TABLE[1:]))
    assert found.cells[0]["table"] == "T row 2"


def test_a_number_that_comes_twice_is_made_unique():
    other = sheet_of(["Table 1. Rich? (%)"], *TABLE[1:], name="U")
    found = read(sheet_of(*TABLE), other)
    assert list(found.notes) == ["Table 1", "Table 1 (U row 1)"]


def test_a_table_that_continues_on_another_sheet_is_one_and_repeats_are_told():
    other = sheet_of(["Table 1 (continued)"], *TABLE[1:3], ["No", 53, 52], name="U")
    found = read(sheet_of(*TABLE), other)
    assert {row["table"] for row in found.cells} == {"Table 1"}
    assert {row["statistic"] for row in found.cells} == {"base", "percent"}
    assert left_over(found) == [
        *[("B3", "it repeats B3 of sheet 'T'"), ("C3", "it repeats C3 of sheet 'T'")],
    ]
    assert not found.doubts


def test_a_repeat_with_another_figure_is_kept():
    other = sheet_of(["Table 1 (continued)"], TABLE[1], ["Base", 101, 50], ["No", 53, 52])
    found = read(sheet_of(*TABLE), other)
    assert [row["printed"] for row in found.cells if row["statistic"] == "base"] == [
        *("100", "50", "101"),
    ]


def test_two_rows_that_print_the_same_are_both_kept():
    found = read(sheet_of(*TABLE, ["Other", 2, 3], ["Other", 2, 3]))
    assert len(found.cells) == 8
    assert not found.unread


def test_sheets_without_tables_are_left_out_and_told():
    contents = sheet_of(["Table", "Base"], ["Table 1", 1000], name="Contents")
    listing = sheet_of(["Table 1", "Happy?", 100], ["Table 2", "Rich?", 90], name="L")
    words = sheet_of(["All figures are rounded"], name="About figures")
    found = read(contents, listing, words, sheet_of(*TABLE))
    assert found.remarks == [
        "Sheet 'Contents' was left out: by its name it holds no tables.",
        "Sheet 'L' was left out: it is a list of tables.",
        "Sheet 'About figures' was left out: by its name it holds no tables.",
    ]
    assert [row["sheet"] for row in found.unread] == ["Contents", "L", "L"]
    assert not found.doubts


def test_the_layout_leaves_out_sheets_rows_and_columns():
    sheet = sheet_of(*[[*row, None, 7] for row in TABLE[1:]])
    found = read(sheet, sheet_of(*TABLE, name="U"), sheets=["T"], figures="percent",
                 ignore_columns=["E"], ignore_rows=[3])  # fmt: skip
    assert len(found.cells) == 2
    assert {row["why"] for row in found.unread} == {"the layout says so"}
    assert found.remarks == ["Sheet 'U' was left out: the layout says so."]


def test_a_sheet_that_its_name_would_leave_out_is_read_if_the_layout_names_it():
    assert read(sheet_of(*TABLE, name="Notes"), sheets=["Notes"]).cells
    assert not read(sheet_of(*TABLE, name="Notes")).cells


def test_numbers_outside_tables_are_told_with_cell_and_key():
    found = read(sheet_of(["Wave", "A", 7], [None], *TABLE))
    assert left_over(found) == [("C1", "it stands in no table")]
    assert found.doubts[0].startswith("sheet 'T', C1: this number stands in no table (1 in all")


def test_a_column_without_a_heading_is_told_with_cell_and_key():
    found = read(sheet_of(*TABLE, ["No", 53, 52, None, 9]))
    assert left_over(found) == [("E5", "its column has no heading")]
    assert "header_rows" in found.doubts[0]


def test_text_among_figures_is_told():
    found = read(sheet_of(*TABLE, ["No", 53, "see note"], ["DK", 1, "#DIV/0!"]))
    assert left_over(found) == [
        *[("C5", "it is neither a number nor a mark"), ("C6", "it is neither a number nor a mark")],
    ]
    assert len(found.doubts) == 2


def test_a_sheet_with_numbers_and_no_table_is_told():
    found = read(sheet_of(["a", "b"], ["1", "x"], [None, 3]), sheet_of(*TABLE, name="U"))
    assert "no table was found on the sheet" in found.doubts[0]


def test_proportions_become_per_cents_in_printed_units():
    body = (["Base", 100, 50], ["Yes", 0.47, 0.485])
    found = read(sheet_of(["Happy?"], TABLE[1], *body), figures="proportion")
    assert [(row["value"], row["decimals"], row["printed"]) for row in found.cells[2:]] == [
        *[(47, 0, "0.47"), (48.5, 1, "0.485")],
    ]


def test_counts_and_per_cents_side_by_side_keep_their_bases():
    head = [None, "Men", None], [None, "n", "%"]
    found = read(sheet_of(["Happy?"], *head, ["Yes", 20, "40%"], ["Total", 50, "100%"]))
    assert [(row["statistic"], row["value"]) for row in found.cells] == [
        *[("count", 20), ("percent", 40), ("base", 50), ("percent", 100)],
    ]


def test_the_text_over_the_labels_is_the_question_if_nothing_else_is():
    head = ["How happy are you?", "Total", "Men"]
    found = read(sheet_of(["Table 1"], ["Column percentages"], head, *TABLE[2:]))
    assert {(row["title"], row["stub"]) for row in found.cells} == {
        ("How happy are you?", "How happy are you?")
    }


def test_a_mark_in_the_column_of_letters_is_kept():
    body = (["Yes", 47, "B", 40, "*"], ["No", 53, None, 60, "A"])
    found = read(sheet_of(["Happy? (%)"], [None, "Men", None, "Women", None], *body))
    assert [(row["letters"], row["mark"]) for row in found.cells] == [
        *[("B", ""), ("", "*"), ("", ""), ("A", "")],
    ]


def test_a_base_behind_a_label_is_a_cell_of_its_own():
    head = [None, "Total (n=1,200)", "Men, n = 50"]
    found = read(sheet_of(["Happy? (%)"], head, ["Yes", 47, 48]))
    assert [(row["statistic"], row["value"], row["banner_category"]) for row in found.cells] == [
        *[("base", 1200, "Total"), ("base", 50, "Men")],
        *[("percent", 47, "Total"), ("percent", 48, "Men")],
    ]
    assert [row["cell"] for row in found.cells] == ["B2", "C2", "B3", "C3"]
    assert found.cells[0]["banner"] == "Total"


def test_a_column_of_bases_holds_bases():
    head = ["Sex", "Happy", "Not happy", "Base"]
    found = read(sheet_of(["Row percentages"], head, ["Men", 60, 40, 200], ["Women", 50, 50, 90]))
    assert [row["statistic"] for row in found.cells] == ["percent", "percent", "base"] * 2
    assert not found.doubts
