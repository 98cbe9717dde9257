"""Rao-Scott tests of tables and of whole books."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import panel, ten

import welfarestats as ws
from welfarestats.errors import OptionError


def test_the_tests_of_a_book_are_those_of_its_tables_without_multiple_response_and_scales() -> None:
    book = ws.book(panel(), ["works", "help", "sex", "pay"], ["sex", "works"])
    found = book.independence()
    assert list(zip(found["stub"], found["banner"], strict=True)) == [
        ("works", "sex"),
        ("works", "works"),
        ("sex", "sex"),
        ("sex", "works"),
    ]
    alone = pd.concat([book[name].independence() for name in ("works", "sex")], ignore_index=True)
    pd.testing.assert_frame_equal(found, alone)


def test_the_test_is_that_of_a_table_without_weights_or_clusters() -> None:
    # 13, 4, 22 and 12 people: chi-squared of Pearson times (n − 1)/n is F here.
    rows = [("a", "x")] * 13 + [("a", "y")] * 4 + [("b", "x")] * 22 + [("b", "y")] * 12
    survey = ws.Survey(pd.DataFrame(rows, columns=["q", "by"]))
    found = ws.crosstab(survey, "q", "by").independence().iloc[0]
    expected = 51 * (13 * 12 - 4 * 22) ** 2 / (17 * 34 * 35 * 16)
    assert found["statistic"] == pytest.approx(expected * 50 / 51, rel=1e-9)


def test_a_method_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OptionError, match="method cannot be 'wald'"):
        ws.book(ten(), ["works"], "sex").independence("wald")
