"""Many tables in one pass: each is the table that would be made alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_surveys import DESIGNS, frames, survey_of
from toy_tables import panel, ten

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError

QUIET = pytest.mark.filterwarnings("ignore::welfarestats.errors.WelfareStatsWarning")


def same(ours: ws.Table, theirs: ws.Table) -> None:
    pd.testing.assert_frame_equal(ours.to_frame(), theirs.to_frame(), rtol=1e-12)
    pd.testing.assert_frame_equal(ours.comparisons(), theirs.comparisons(), rtol=1e-12)


@QUIET
@settings(deadline=None, max_examples=25)
@given(frame=frames(), design=st.sampled_from(sorted(DESIGNS)))
def test_a_table_of_a_book_is_the_table_made_alone_under_any_design(
    frame: pd.DataFrame, design: str
) -> None:
    survey = survey_of(frame, design)
    book = ws.book(survey, ["work", "age", "help", "region"], ["region", "help"], style="none")
    for name in book:
        same(book[name], ws.crosstab(survey, name, ["region", "help"], style="none"))


def test_a_filter_of_a_table_is_a_domain() -> None:
    survey = panel()
    book = ws.book(
        survey,
        {"Men at work": "works", "works": "works"},
        ["sex", "help"],
        filters={"Men at work": {"sex": "Men", "help": ["Family", "Doctor"]}},
        style="none",
    )
    inside = survey.domain(sex="Men", help=["Family", "Doctor"])
    same(book["Men at work"], ws.crosstab(inside, "works", ["sex", "help"], style="none"))
    same(book["works"], ws.crosstab(survey, "works", ["sex", "help"], style="none"))
    assert "Sex: Men and Sources of help: Family or Doctor" in book["Men at work"].grid.subtitle
    assert "Men" not in book["works"].grid.subtitle


def test_a_grid_is_one_table_of_several_questions() -> None:
    survey = panel()
    book = ws.book(survey, {"Both": ["works", "pay"], "help": "help"}, "sex", style="none")
    assert list(book) == ["Both", "help"]
    same(book["Both"], ws.crosstab(survey, ["works", "pay"], "sex", style="none"))


def test_a_table_may_have_a_title_of_its_own() -> None:
    book = ws.book(ten(), ["works", "help"], "sex", titles={"help": "Who helped"})
    assert book["help"].title == book["help"].grid.title == "Who helped"
    assert book["works"].title == "In work, by sex"


def test_questions_that_nobody_answered_and_free_text_are_left_out_and_told() -> None:
    frame = panel().to_frame().assign(nobody=None, words=[f"text {i}" for i in range(240)])
    survey = ws.Survey(frame, weights="w", codebook=panel().codebook)
    with pytest.warns(DataWarning, match="2 of 3 tables cannot be made and are left out: 'nobody'"):
        book = ws.book(survey, ["nobody", "works", "words"], "sex")
    assert list(book) == ["works"]
    assert set(book.left_out) == {"nobody", "words"}
    assert "different values" in book.left_out["words"]
    assert "text 1" not in book.left_out["words"]
    with pytest.raises(DataError, match="the table cannot be made: nobody has an answer to"):
        ws.book(survey, ["nobody"], "sex")


def test_a_filter_that_leaves_nobody_leaves_the_table_out() -> None:
    survey = ten()
    filters = {"works": {"sex": "Men", "works": "No", "help": "Doctor"}}
    with pytest.warns(DataWarning, match="nobody in the filter of the table has an answer to"):
        book = ws.book(survey, ["works", "help"], "sex", filters=filters)
    assert list(book) == ["help"]


def test_filters_and_titles_are_of_tables_that_exist() -> None:
    with pytest.raises(OptionError, match=r"a filter for the table 'work'.*Did you mean 'works'"):
        ws.book(ten(), ["works"], "sex", filters={"work": {"sex": "Men"}})
    with pytest.raises(OptionError, match="a title for the table 'x', which is not among the 1"):
        ws.book(ten(), ["works"], "sex", titles={"x": "A title"})
    with pytest.raises(OptionError, match="names questions and their answers"):
        ws.book(ten(), ["works"], "sex", filters={"works": "Men"})


def test_progress_is_told_up_to_all_tables() -> None:
    told: list[tuple[int, int]] = []
    ws.book(panel(), ["works", "help"], ["sex", "help"], progress=lambda *now: told.append(now))
    assert told == [(1, 2), (2, 2)]


def test_progress_may_be_a_bar(capsys) -> None:
    ws.book(panel(), ["works", "help"], ["sex", "help"], progress=True)
    assert "tables" in capsys.readouterr().err


def test_a_table_remembers_how_it_was_made() -> None:
    survey = panel()
    table = ws.crosstab(survey, "works", ["sex", ("sex", "works")], level=0.9, style="none")
    recipe = table.recipe
    assert recipe.survey is survey
    assert recipe.stubs == ("works",)
    again = ws.crosstab(recipe.survey, recipe.stubs, list(recipe.banners), **recipe.options)
    same(table, again)
    book = ws.book(survey, ["works"], "sex", filters={"works": {"sex": "Men"}}, style="none")
    inner = book["works"].recipe
    same(book["works"], ws.crosstab(inner.survey, inner.stubs, inner.banners, **inner.options))
