from __future__ import annotations

import numpy as np
import pytest
from toy_tables import panel, shares, ten

import welfarestats as ws
from welfarestats.formulas.exact_tests import exact_test
from welfarestats.formulas.significance import (
    least_significant_difference,
    minimum_detectable_difference,
)


def chosen(counts: dict[str, tuple[int, int]], **weights: object) -> dict[tuple[str, str], str]:
    frame = shares(counts).assign(w=1.0)
    found = ws.compare(ws.Survey(frame, **weights), "has", by="group", test="auto")
    return {
        (row["group_a"], row["group_b"]): f"{row['method']}: {row['method_reason']}"
        for _, row in found.iterrows()
    }


def test_auto_says_of_each_pair_what_it_chose_and_why() -> None:
    counts = {"1 small": (15, 2), "2 rare": (2, 58), "3 rarer": (3, 97), "4 large": (70, 70)}
    assert chosen(counts) == {
        ("1 small", "2 rare"): "exact: a base under 30",
        ("1 small", "3 rarer"): "exact: a base under 30",
        ("1 small", "4 large"): "exact: a base under 30",
        ("2 rare", "3 rarer"): "exact: fewer than 5 expected in a cell",
        ("2 rare", "4 large"): "design: bases and expected counts are large enough",
        ("3 rarer", "4 large"): "design: bases and expected counts are large enough",
    }


def test_auto_says_why_it_has_no_exact_test() -> None:
    counts = {"small": (15, 2), "large": (70, 70)}
    told = "design: weighted or clustered respondents have no exact test"
    assert set(chosen(counts, weights="w").values()) == {told}
    survey = ws.Survey(panel().to_frame(), codebook=panel().codebook)
    shared = ws.compare(survey, "works", by="help", test="auto")
    assert "groups that share people have no exact test" in set(shared["method_reason"])
    means = ws.compare(survey, "pay", by="sex", test="auto")
    assert set(means["method_reason"]) == {""}


def test_tests_that_were_asked_for_need_no_reason() -> None:
    found = ws.compare(ws.Survey(shares({"a": (9, 8), "b": (20, 14)})), "has", by="group")
    assert set(found["method_reason"]) == {""}


def test_mid_p_is_a_test_of_its_own() -> None:
    survey = ws.Survey(shares({"a": (15, 2), "b": (20, 14)}))
    found = ws.compare(survey, "has", by="group", test="mid-p").iloc[0]
    by_formula = exact_test(15 / 17, 20 / 34, base_a=17, base_b=34, method="mid-p")
    assert (found["method"], found["tested"]) == ("exact (mid-p)", True)
    assert found["p_value"] == pytest.approx(float(by_formula.p_value))
    assert found["p_value"] < ws.compare(survey, "has", by="group", test="exact").iloc[0]["p_value"]


def test_detectable_differences_are_on_effective_bases_at_the_pooled_proportion() -> None:
    survey = panel()
    pair = ws.compare(survey, "works", by="sex").iloc[0]
    e_a, e_b = pair["effective_base_a"], pair["effective_base_b"]
    pooled = (e_a * pair["estimate_a"] + e_b * pair["estimate_b"]) / (e_a + e_b)
    least = least_significant_difference(e_a, e_b, proportion=pooled)
    found = minimum_detectable_difference(e_a, e_b, proportion=pooled, power=0.8)
    assert pair["least_significant_difference"] == pytest.approx(float(least), rel=1e-12)
    assert pair["minimum_detectable_difference"] == pytest.approx(float(found), rel=1e-12)
    assert e_a < pair["base_a"]


def test_groups_that_share_people_or_have_no_spread_have_none() -> None:
    found = ws.compare(panel(), "works", by="help")
    assert found["least_significant_difference"].isna().any()
    edge = ws.compare(ws.Survey(shares({"a": (17, 0), "b": (34, 0)})), "has", by="group")
    assert edge["minimum_detectable_difference"].isna().all()


def test_a_table_has_the_same_facts_as_compare() -> None:
    survey = ten()
    table = ws.crosstab(survey, "works", "sex").comparisons()
    ours = ws.compare(survey, "works", by="sex")
    for name in ("least_significant_difference", "minimum_detectable_difference"):
        theirs = table.loc[table["category"].notna(), name]
        np.testing.assert_allclose(theirs, ours[name])
