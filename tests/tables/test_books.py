"""Books: tables that share one pass and may share one family of tests."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import CODEBOOK, TEN, panel, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError, TableError


def test_a_book_has_the_tables_that_crosstab_makes() -> None:
    survey = panel()
    book = ws.book(survey, ["works", "help", "pay"], ["sex", "help"], adjust="holm")
    assert list(book) == ["works", "help", "pay"]
    assert len(book) == 3
    for name in book:
        alone = ws.crosstab(survey, name, ["sex", "help"], adjust="holm")
        pd.testing.assert_frame_equal(book[name].to_frame(), alone.to_frame())
        pd.testing.assert_frame_equal(book[name].comparisons(), alone.comparisons())
        assert book[name].to_html() == alone.to_html()


def test_the_frame_of_a_book_is_that_of_its_tables() -> None:
    book = ws.book(ten(), ["works", "help"], "sex", style="none")
    frame = book.to_frame()
    assert isinstance(frame.index, pd.RangeIndex)
    parts = [book[name].to_frame() for name in ("works", "help")]
    pd.testing.assert_frame_equal(frame, pd.concat(parts, ignore_index=True))


def test_a_book_is_a_family_of_tests_where_asked() -> None:
    survey = panel()
    book = ws.book(survey, ["works", "help"], "help", adjust="bonferroni", family="book")
    pairs = pd.concat([book[name].comparisons() for name in book])
    tests = int(pairs["tested"].sum())
    tested = pairs[pairs["tested"]]
    assert (tested["p_adjusted"] == (tested["p_value"] * tests).clip(upper=1)).all()
    # The letters follow the adjusted p-values.
    significant = {name: int(book[name].comparisons()["significant"].sum()) for name in book}
    for name, count in significant.items():
        letters = "".join(book[name].to_frame()["letters"]).replace(" ", "")
        assert len(letters) == count


def test_a_book_is_shown_by_itself() -> None:
    book = ws.book(ten(), ["works", "help"], "sex")
    assert book._repr_html_().count("<caption") == 2
    assert repr(book) == "<Book: 2 tables>"


def test_a_book_of_invented_records_says_so_in_every_table() -> None:
    book = ws.book(ten(origin="synthetic"), ["works", "help"], "sex", family="book")
    assert set(book.to_frame()["origin"]) == {"synthetic"}
    assert book.to_frame()["standard_error"].isna().all()
    assert all("synthetic" in book[name].to_html().lower() for name in book)


def test_a_book_without_a_banner_has_the_totals() -> None:
    book = ws.book(ten(), ["works", "help"], family="book")
    assert set(book.to_frame()["banner"]) == {"Total"}


def test_a_table_that_is_not_in_the_book_is_refused_with_the_nearest() -> None:
    book = ws.book(ten(), ["works", "help"], "sex")
    with pytest.raises(TableError, match=r"no table 'work' in the book; .* Did you mean 'works'"):
        book["work"]


def test_bad_books_are_refused() -> None:
    with pytest.raises(OptionError, match="at least one stub question"):
        ws.book(ten(), [], "sex")
    with pytest.raises(OptionError, match=r"option of a table cannot be 'tset'.*mean 'test'"):
        ws.book(ten(), ["works"], "sex", tset="design")
    with pytest.raises(OptionError, match="question 'works' stands in the stub twice"):
        ws.book(ten(), ["works", "works"], "sex")
    with pytest.raises(CodebookError, match=r"no question named 'work'.*mean 'works'"):
        ws.book(ten(), ["help", "work"], "sex")
    with pytest.raises(OptionError, match='test="exact" is for unweighted'):
        ws.book(ten(), ["works"], "sex", test="exact")
    with pytest.raises(OptionError, match="made from a Survey, not from 'DataFrame'"):
        ws.book(TEN, ["works"], "sex")  # type: ignore[arg-type]
    assert len(ws.book(ws.Survey(TEN, codebook=CODEBOOK), "works", "sex", test="exact")) == 1
