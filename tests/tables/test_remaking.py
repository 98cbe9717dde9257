from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import ten

import welfarestats as ws
from welfarestats.errors import TableError
from welfarestats.tables.remaking import cells_by_table, remaking_of


def test_a_table_and_a_book_are_made_again_as_they_were():
    table = ws.crosstab(ten(), ["works", "help"], "sex", style="none", percent="row")
    book = ws.book(
        ten(),
        {"Work": "works", "Help of men": "help"},
        "sex",
        filters={"Help of men": {"sex": "Men"}},
        style="none",
    )
    for made in (table, book):
        again = remaking_of(made)
        pd.testing.assert_frame_equal(again.again(again.survey), cells_by_table(made))
    assert cells_by_table(book)["table"].unique().tolist() == ["Work", "Help of men"]
    assert cells_by_table(table)["table"].unique().tolist() == [""]


def test_a_nested_banner_stays_nested():
    table = ws.crosstab(ten(), "help", [("sex", "works")], style="none")
    again = remaking_of(table)
    pd.testing.assert_frame_equal(again.again(again.survey), cells_by_table(table))


def test_dont_knows_enter_the_base_of_their_question_only():
    made = remaking_of(ws.crosstab(ten(), ["works", "help"], style="none"))
    assert made.has_missing()
    bases = made.with_missing().groupby("stub")["base"].first()
    assert bases.to_dict() == {"help": 9, "works": 10}


def test_a_question_that_counts_them_already_has_none_outside():
    survey = ten(codebook=[])
    assert not remaking_of(ws.crosstab(survey, "sex", style="none")).has_missing()
    table = ws.crosstab(ten(), "works", style="none", base_includes=["dont_know", "refused"])
    assert not remaking_of(table).has_missing()


def test_a_cap_is_a_weight_or_a_multiple_of_the_mean():
    made = remaking_of(ws.crosstab(ten(), "works", style="none"))
    name, frame, note = made.capped(2, "weight")
    assert name == "with weights capped at 2"
    assert note == "Weights above 2: 1 of 10. They were not calibrated again."
    assert frame["weighted_base"].iloc[0] == 12.0
    # The mean weight is 1.5.
    assert made.capped(2, "mean")[0] == "with weights capped at 3"


def test_what_cannot_be_made_again_has_its_sentence():
    with pytest.raises(TableError, match="a DataFrame does not know how it was made"):
        remaking_of(pd.DataFrame())
