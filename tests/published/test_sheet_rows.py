"""Rows of figures: their labels and headings, letters below, and what their own words say."""

from __future__ import annotations

import pytest
from agency_workbook import sheet_of

from welfarestats.errors import TableError
from welfarestats.published.sheet_parts import divide
from welfarestats.published.sheet_rows import rows_of
from welfarestats.published.table_layout import SheetLayout

TOP = (["Happy?"], [None, "Total", "Men"])


def rows(*body, layout=None, merged=(), top=TOP):
    layout = layout or SheetLayout()
    sheet = sheet_of(*top, *body, merged=merged)
    parts = divide(sheet, layout)
    columns = [column for column in (2, 3, 4, 5) if column > parts.stubs[-1]]
    return rows_of(sheet, parts.blocks[0], parts.stubs, columns, "Happy?", layout)


def said(*body, **options):
    return [(own.label, own.statistic) for own in rows(*body, **options)]


def test_labels_and_signs_say_what_figures_are():
    body = (["Base", 100, 50], ["Yes", "47%", "*"], ["No", 53, 52], ["Mean", 2.5, 2.4])
    assert said(*body) == [("Base", "base"), ("Yes", "percent"), ("No", ""), ("Mean", "mean")]


def test_a_row_without_a_label_has_that_of_the_row_above():
    first, second = rows(["Yes", 470, 24], [None, "47%", "48%"])
    assert (second.label, second.labelled) == ("Yes", False)
    assert first.labelled


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        (["Base"], ["base"]),
        (["Base", "Unweighted base"], ["weighted_base", "base"]),
        (["Weighted base", "Base"], ["weighted_base", "base"]),
        (["Total", "Unweighted base"], ["weighted_base", "base"]),
        (["Total"], ["base"]),
        (["Base", "Total"], ["base", "count"]),
    ],
)
def test_a_bare_base_is_what_the_bases_beside_it_are_not(bases, expected):
    found = said(*[[label, 100, 50] for label in bases], ["Yes", "47%", "48%"])
    assert [statistic for _, statistic in found[:-1]] == expected


def test_a_base_with_decimals_is_weighted():
    assert said(["Base", 100.5, 49.8], ["Yes", "47%", "48%"])[0] == ("Base", "weighted_base")


def test_a_total_of_hundreds_is_a_per_cent():
    assert said(["Yes", 47, 48], ["Total", 100, 100])[1] == ("Total", "percent")
    assert said(["Yes", "47%", "48%"], ["Total", "100%", "100%"])[1] == ("Total", "percent")


def test_bases_printed_with_n_need_no_label():
    assert said([None, "n=100", "n=50"], ["Yes", "47%", "48%"])[0] == ("n", "base")


def test_figures_without_any_label_are_refused_by_row_and_key():
    with pytest.raises(
        TableError, match=r"row 3 of sheet 'T' \(B3: 100\) has figures but no label"
    ):
        rows([None, 100, 50], ["Yes", "47%", "48%"])
    layout = SheetLayout(rows={"": "base"})
    assert said([None, 100, 50], ["Yes", "47%", "48%"], layout=layout)[0] == ("", "base")


def test_the_layout_names_a_row():
    layout = SheetLayout(rows={"People spoken to": "base"})
    assert (
        said(["PEOPLE spoken to:", 100, 50], ["Yes", "47%", "48%"], layout=layout)[0][1] == "base"
    )


def test_letters_in_a_row_below_belong_to_the_figures():
    own, _ = rows(["Yes", "47%", "48%"], [None, "B", "ac"], ["No", "53%", "52%"])
    assert own.letters == {2: "B", 3: "ac"}


@pytest.mark.parametrize("merged", [("A3:A6", "B3:B4", "B5:B6"), ()])
def test_headings_and_units_may_stand_in_columns_of_their_own(merged):
    top = (["Tables"], [None, None, None, "Men", "Women"])
    body = (
        ["Ready", "Yes", "Count", 20, 30],
        [None, None, "Column %", "40%", "60%"],
        [None, "No", "Count", 30, 20],
        [None, None, "Column %", "60%", "40%"],
        ["Total", None, "Count", 50, 50],
    )
    found = rows(*body, merged=merged, top=top)
    assert [(own.stub, own.label, own.section) for own in found] == [
        *[("Ready", "Yes", "count"), ("Ready", "Yes", "percent")],
        *[("Ready", "No", "count"), ("Ready", "No", "percent")],
        ("Happy?", "Total", "count"),
    ]


def test_two_rows_with_one_label_are_two_rows():
    assert [own.labelled for own in rows(["Other", "4%", "5%"], ["Other", "4%", "5%"])] == [
        True,
        True,
    ]
