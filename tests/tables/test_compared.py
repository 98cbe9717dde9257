"""Families of tests, and one row a pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import panel

import welfarestats as ws


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
