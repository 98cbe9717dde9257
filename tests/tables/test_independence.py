"""Rao-Scott and Wald tests of tables and of whole books."""

from __future__ import annotations

import numpy as np
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
    with pytest.raises(OptionError, match=r"method cannot be 'walt'.*Did you mean 'wald'"):
        ws.book(ten(), ["works"], "sex").independence("walt")


def table_of(rows: list[tuple[str, str, int]], **options: object) -> ws.Survey:
    return ws.Survey(pd.DataFrame(rows, columns=["q", "by", "psu"]), **options)


FOUR = [
    (q, by, n % 7)
    for n, (q, by) in enumerate([*13 * ["ax"], *4 * ["ay"], *22 * ["bx"], *12 * ["by"]])
]


def test_wald_tests_without_clusters() -> None:
    found = ws.crosstab(table_of(FOUR), "q", "by").independence("wald").iloc[0]
    # The residual of one cell over its linearised error under simple random sampling
    p, row, column = 12 / 51, 34 / 51, 16 / 51
    residual = p - row * column
    cells = {(1, 1): 12, (1, 0): 22, (0, 1): 4, (0, 0): 13}
    square = sum(
        n * (a * b - a * column - b * row + row * column - residual) ** 2
        for (a, b), n in cells.items()
    )
    assert found["statistic"] == pytest.approx(residual**2 / (square / 51 / 50), rel=1e-9)
    assert found[["method", "df1", "df2"]].tolist() == ["wald", 1, 50]


def test_the_adjusted_wald_test_counts_the_psus() -> None:
    random = np.random.default_rng(3)
    letters = random.choice(list("abc"), 70), random.choice(list("xyz"), 70)
    rows = [(q, by, n % 7) for n, (q, by) in enumerate(zip(*letters, strict=True))]
    table = ws.crosstab(table_of(rows, psu="psu"), "q", "by", style="none")
    plain, adjusted = (table.independence(one).iloc[0] for one in ("wald", "adjusted-wald"))
    assert adjusted["df1"] == plain["df1"] == 4
    assert (plain["df2"], adjusted["df2"]) == (6, 3)
    assert adjusted["statistic"] == pytest.approx(plain["statistic"] * 3 / 6)


def test_wald_tests_of_books_filters_and_tables_without_a_test() -> None:
    book = ws.book(panel(), ["works", "help", "sex", "pay"], ["sex", "works"])
    found = book.independence("wald")
    assert found["stub"].tolist() == ["works", "works", "sex", "sex"]
    alone = [book[name].independence("wald") for name in ("works", "sex")]
    pd.testing.assert_frame_equal(found, pd.concat(alone, ignore_index=True))
    # A question by itself leaves residuals that do not vary on their own.
    one_row = ws.crosstab(table_of([r for r in FOUR if r[0] == "a"]), "q", "by", style="none")
    assert one_row.independence("wald")[["statistic", "p_value"]].isna().all(axis=None)


def test_invented_records_have_no_wald_test() -> None:
    table = ws.crosstab(table_of(FOUR, origin="synthetic"), "q", "by", style="none")
    assert table.independence("wald")[["statistic", "p_value"]].isna().all(axis=None)


def test_a_test_among_volunteers_says_that_it_is_indicative() -> None:
    frame = pd.DataFrame({"sex": ["F", "M"] * 60, "works": ["Yes"] * 70 + ["No"] * 50})
    told = "rao-scott-second-order (indicative only: not a random sample)"
    for sample in ("volunteer", "attempted_census"):
        survey = ws.Survey(frame, sample=sample)
        assert ws.crosstab(survey, "works", "sex").independence()["method"].tolist() == [told]
        assert ws.book(survey, ["works"], "sex").independence()["method"].tolist() == [told]
