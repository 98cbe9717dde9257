"""Per cents or counts where no word says so: by pairs, by signs, by arithmetic, or not at all."""

from __future__ import annotations

import pytest

from welfarestats.errors import TableError
from welfarestats.published.printed_tokens import read_token
from welfarestats.published.row_statistics import settle_statistics
from welfarestats.published.sheet_rows import PrintedRow
from welfarestats.published.sheets import SheetCell
from welfarestats.published.table_layout import SheetLayout


def row(label, *figures, statistic="", labelled=True, number=4):
    cells = {
        column: SheetCell(number, column, str(figure), read_token(str(figure)))
        for column, figure in enumerate(figures, 2)
    }
    return PrintedRow(number, label, "Q", cells, labelled=labelled, statistic=statistic)


def base(*figures):
    return row("Base", *figures, statistic="base")


def settled(*rows, said="", everyone=2, hint="", **layout):
    settle_statistics(list(rows), said, SheetLayout(**layout), "T", hint=hint, everyone=everyone)
    return [own.statistic for own in rows]


def test_words_above_the_table_settle_rows():
    assert settled(row("Yes", 47, 48), said="percent") == ["percent"]
    assert settled(row("Yes", 47, 48), said="count") == ["count"]


def test_the_layout_goes_before_the_words():
    assert settled(row("Yes", 47, 48), said="count", figures="percent") == ["percent"]


def test_one_row_with_signs_settles_the_others():
    signed = row("No", "53%", "52%", statistic="percent")
    assert settled(row("Yes", 47, "*"), signed) == ["percent", "percent"]


@pytest.mark.parametrize(
    "rows",
    [
        (row("Yes", 470, 40),),
        (base(20, 10), row("Yes", 15, 6), row("No", 5, 4)),
    ],
)
def test_figures_over_a_hundred_or_that_add_up_to_the_base_are_counts(rows):
    assert settled(*rows)[-1] == "count"


@pytest.mark.parametrize(
    "rows",
    [
        (base(200, 80), row("Yes", 40.5, 39.5)),
        (base(200, 80), row("Yes", 47, 48), row("No", 53, 52)),
        (base(200, 80), row("Yes", 40, 62), row("No", 20, 19)),
        (base(200, 30), row("Yes", 40, 40)),
    ],
)
def test_decimals_hundreds_or_more_than_all_people_are_per_cents(rows):
    assert settled(*rows)[-1] == "percent"


def test_what_cannot_be_told_names_the_cell_and_the_key():
    with pytest.raises(
        TableError, match=r"sheet 'T', B4: it cannot be told .* figures = \"percent\""
    ):
        settled(base(200, 80), row("Yes", 50, 30))
    assert settled(base(200, 80), row("Yes", 50, 30), hint="percent")[-1] == "percent"


def test_fractions_of_one_are_refused_until_the_layout_says_what_they_are():
    with pytest.raises(TableError, match=r'no figure is over 1.* figures = "proportion"'):
        settled(row("Yes", 0.47, 0.48), said="percent")
    assert settled(row("Yes", 0.47, 0.48), figures="proportion") == ["percent"]


def pair(first, second):
    return row("Yes", *first), row("Yes", *second, labelled=False)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((470, 40), (47, 48), ["count", "percent"]),
        ((47, 48), (470, 40), ["percent", "count"]),
        ((24, 12), (60, 48), ["count", "percent"]),
        ((60, 48), (24, 12), ["percent", "count"]),
    ],
)
def test_two_rows_with_a_label_are_told_apart_by_the_base(first, second, expected):
    assert settled(base(40, 25), *pair(first, second))[1:] == expected


def test_a_sign_in_one_of_two_rows_settles_both():
    first, second = pair((24, 12), ("60%", "48%"))
    second.statistic = "percent"
    assert settled(first, second) == ["count", "percent"]


def test_two_rows_that_cannot_be_told_apart_are_refused_until_the_layout_says():
    with pytest.raises(
        TableError, match=r'two rows share the label \'Yes\'.*row_statistics = \["count"'
    ):
        settled(*pair((10, 10), (10, 10)))
    rows = pair((10, 10), (10, 10))
    assert settled(*rows, row_statistics=("count", "percent")) == ["count", "percent"]


def test_three_rows_with_a_label_need_the_layout():
    rows = [*pair((10, 10), (11, 11)), row("Yes", 50, 50, labelled=False)]
    with pytest.raises(TableError, match="3 rows share the label 'Yes'"):
        settled(*rows)
    words = ("count", "other", "percent")
    assert settled(*rows, row_statistics=words) == list(words)


def test_a_per_cent_row_under_a_base_is_one_of_hundreds():
    assert settled(base(40, 25), row("Base", 100, 100, labelled=False)) == ["base", "percent"]
    assert settled(base(40, 25), row("Base", 60, 70, labelled=False)) == ["base", "other"]


def test_a_row_over_a_hundred_among_per_cents_is_told():
    rows = [row("People spoken to", 200, 80), row("Yes", 50, 30)]
    (sentence,) = settle_statistics(rows, "percent", SheetLayout(), "T")
    assert sentence == (
        "sheet 'T', B4: row 'People spoken to' holds figures over 100 among percents and was read "
        'as "other". Say in the layout what it is: [rows] "People spoken to" = "base".'
    )
    assert [own.statistic for own in rows] == ["other", "percent"]
