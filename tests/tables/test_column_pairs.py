"""Families of tests, and one row a pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import panel

import welfarestats as ws
from welfarestats.errors import OptionError


@pytest.mark.parametrize("family", ["category", "table", "book"])
def test_bonferroni_counts_the_tests_of_the_family(family: str) -> None:
    book = ws.book(panel(), ["works", "help"], ["help", "sex"], adjust="bonferroni", family=family)
    frames = {name: book[name].comparisons() for name in book}
    every = pd.concat(frames.values(), ignore_index=True)
    keys = {
        "category": ["variable", "category", "by"],
        "table": ["variable"],
        "book": [],
    }[family]
    tested = every[every["tested"]].fillna({"category": ""})
    size = tested.groupby(keys)["p_value"].transform("size") if keys else len(tested)
    expected = np.minimum(tested["p_value"] * size, 1)
    np.testing.assert_allclose(tested["p_adjusted"], expected, rtol=1e-12)


def test_pairs_stand_stub_by_stub_and_within_it_banner_by_banner() -> None:
    pairs = ws.crosstab(panel(), ["works", "help"], ["sex", "help"]).comparisons()
    order = list(dict.fromkeys(zip(pairs["variable"], pairs["by"], strict=True)))
    assert order == [("works", "sex"), ("works", "help"), ("help", "sex"), ("help", "help")]


def test_columns_are_shown_to_be_alike_as_compare_shows_it() -> None:
    table = ws.crosstab(panel(), ["help", "pay"], "sex", style="none")
    told = table.comparisons(equivalence_margin=0.2)
    own = ws.compare(panel(), "help", by="sex", equivalence_margin=0.2)
    names = ["equivalence_low", "equivalence_high", "equivalent"]
    helped = told[told["variable"] == "help"].reset_index(drop=True)
    pd.testing.assert_frame_equal(helped[names], own[names])
    means = told[told["category"].isna()]
    assert len(means)
    # The margin is of percentages: a mean has none, and is not shown to be alike.
    assert means[names[:2]].isna().all(axis=None)
    assert not means["equivalent"].any()
    assert list(table.comparisons().columns) == list(told.columns[:-3])


def test_a_table_without_pairs_has_none_that_are_alike() -> None:
    table = ws.crosstab(panel(), "help", "sex", percent="row")
    assert table.comparisons(equivalence_margin=0.2)["equivalent"].dtype == bool
    with pytest.raises(OptionError, match="equivalence_margin is a difference above 0, not -1"):
        table.comparisons(equivalence_margin=-1)
