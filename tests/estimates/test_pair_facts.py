from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from toy_tables import panel, shares, ten

import welfarestats as ws
from welfarestats.formulas.exact_tests import exact_least_difference, exact_test
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
    df = pair["degrees_of_freedom"]
    least = least_significant_difference(e_a, e_b, proportion=pooled, degrees_of_freedom=df)
    found = minimum_detectable_difference(
        e_a, e_b, proportion=pooled, power=0.8, degrees_of_freedom=df
    )
    assert pair["least_significant_difference"] == pytest.approx(float(least), rel=1e-12)
    assert pair["minimum_detectable_difference"] == pytest.approx(float(found), rel=1e-12)
    assert e_a < pair["base_a"]


def test_groups_without_spread_have_none() -> None:
    edge = ws.compare(ws.Survey(shares({"a": (17, 0), "b": (34, 0)})), "has", by="group")
    assert edge["minimum_detectable_difference"].isna().all()


def test_people_in_both_columns_take_their_part_off() -> None:
    counts = {"a": (20, 20), "b": (30, 30)}
    found = ws.compare(ws.Survey(shares(counts)), "has", by="group", versus="total").iloc[0]
    # 40 of the 100 are in both: 1/40 + 1/100 − 2·40/(40·100)
    t = stats.t(found["degrees_of_freedom"]).ppf(0.975)
    by_hand = t * np.sqrt(0.25 * (1 / 40 - 1 / 100))
    assert found["least_significant_difference"] == pytest.approx(by_hand)


def waves(people: int = 60) -> ws.Survey:
    """Two waves of which the second holds 30 of the people of the first, mostly as they were."""
    first = pd.DataFrame({"id": range(people), "has": ["yes", "no"] * (people // 2)})
    second = first.tail(30).copy()
    second["has"] = np.where(np.arange(30) < 4, "yes", second["has"])
    second = pd.concat([second, pd.DataFrame({"id": range(900, 920), "has": ["yes", "no"] * 10})])
    surveys = {"wave 1": ws.Survey(first), "wave 2": ws.Survey(second.reset_index(drop=True))}
    return ws.stack_waves(surveys, person="id")


def test_what_two_waves_could_find_knows_who_is_in_both() -> None:
    found = ws.compare(waves(), "has", by="wave").iloc[0]
    apart = ws.compare(ws.Survey(waves().to_frame()[["has", "wave"]]), "has", by="wave").iloc[0]
    own = ws.compare(waves(), "has", by="wave", test="design-wald").iloc[0]["standard_error"]
    alone = apart["standard_error"]
    ratio = found["least_significant_difference"] / apart["least_significant_difference"]
    t = stats.t(found["degrees_of_freedom"]).ppf(0.975) / stats.t(apart["degrees_of_freedom"]).ppf(
        0.975
    )
    assert own < 0.9 * alone
    assert ratio == pytest.approx(t * own / alone, rel=0.01)


@pytest.mark.parametrize("seed", range(8))
def test_a_difference_is_significant_from_the_least_significant_one_on(seed: int) -> None:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "group": np.repeat(["a", "b", "c"], [34, 62, 82]),
            "has": np.where(random.random(178) < 0.45, "yes", "no"),
        }
    )
    found = ws.compare(ws.Survey(frame), "has", by="group")
    reached = found["difference"].abs() >= found["least_significant_difference"]
    assert (reached == found["significant"]).all()


def test_a_table_has_the_same_facts_as_compare() -> None:
    survey = ten()
    table = ws.crosstab(survey, "works", "sex").comparisons()
    ours = ws.compare(survey, "works", by="sex")
    for name in ("least_significant_difference", "minimum_detectable_difference"):
        theirs = table.loc[table["category"].notna(), name]
        np.testing.assert_allclose(theirs, ours[name])


def test_what_an_exact_test_could_find_is_that_of_its_margins() -> None:
    survey = ws.Survey(shares({"a": (12, 5), "b": (13, 21)}))
    found = ws.compare(survey, "has", by="group", test="auto").iloc[0]
    least = float(exact_least_difference(25, 17, 34))
    assert found["method"] == "exact"
    assert found["least_significant_difference"] == pytest.approx(least)
    z = 0.8416212335729143 * np.sqrt(25 / 51 * 26 / 51 * (1 / 17 + 1 / 34))
    assert found["minimum_detectable_difference"] == pytest.approx(least + z)
    rare = ws.compare(
        ws.Survey(shares({"a": (1, 16), "b": (1, 33)})), "has", by="group", test="exact"
    )
    # Of two people with the property in 51, none of the three tables is significant.
    assert rare["tested"].all()
    assert rare["least_significant_difference"].isna().all()
    mid_p = ws.compare(survey, "has", by="group", test="mid-p").iloc[0]
    assert mid_p["least_significant_difference"] == pytest.approx(
        float(exact_least_difference(25, 17, 34, method="mid-p"))
    )
