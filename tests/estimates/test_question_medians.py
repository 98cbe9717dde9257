"""Medians in tables: the same numbers as `estimate_quantiles`, shown and not tested."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_surveys import CODEBOOK, DESIGNS, survey_of

import welfarestats as ws
from welfarestats.errors import WelfareStatsWarning

NUMBERS = ["estimate", "standard_error", "ci_low", "ci_high", "design_effect"]


def people(size: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(20_261_128)
    index = np.arange(size)
    return pd.DataFrame(
        {
            "work": random.choice([1, 2, 3, 9], size),
            "region": random.choice([1, 2], size),
            "age": random.integers(16, 90, size).astype(float),
            "help_advice": random.choice([0, 1], size),
            "help_money": random.choice([0, 1], size),
            "help_none": random.choice([0, 1], size),
            "w": random.choice([0.5, 1, 2.25], size),
            "stratum": index % 2,
            "psu": index // 2 % 15,
            "psus": 40,
            "people": 200,
        }
    )


FRAME = people()


def medians(table: ws.Table, banner: str) -> pd.DataFrame:
    frame = table.to_frame()
    found = frame[(frame["statistic"] == "median") & (frame["banner"] == banner)]
    return found.reset_index(drop=True)


def quantiles(survey: ws.Survey, variable: str, by: str | None) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        return ws.estimate_quantiles(survey, variable, 0.5, by, interval="logit").to_frame()


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("variable", ["age", "work"])
@pytest.mark.parametrize("banner", ["region", "help"])
def test_a_median_in_a_table_is_the_quantile_of_its_column(
    design: str, variable: str, banner: str
) -> None:
    survey = survey_of(FRAME, design)
    table = ws.crosstab(survey, variable, banner, medians=True, style="none")
    found, expected = medians(table, banner), quantiles(survey, variable, banner)
    shown = len(expected)  # the nets of a banner follow its categories
    for name in NUMBERS:
        np.testing.assert_allclose(found[name][:shown], expected[name], rtol=1e-9, err_msg=name)
    assert found["base"][:shown].tolist() == expected["base"].tolist()
    whole, total = medians(table, "Total").iloc[0], quantiles(survey, variable, None).iloc[0]
    assert whole[NUMBERS].tolist() == pytest.approx(total[NUMBERS].tolist(), rel=1e-9)


def test_a_net_of_columns_has_the_median_of_its_people() -> None:
    survey = survey_of(FRAME, "clusters")
    either = (FRAME["help_advice"] == 1) | (FRAME["help_money"] == 1)
    for banner, inside in (("help", either), ("work", FRAME["work"].isin([1, 2]))):
        table = ws.crosstab(survey, "age", banner, medians=True, style="none")
        net = medians(table, banner).iloc[3]
        own = quantiles(survey.domain(inside), "age", None).iloc[0]
        assert net["estimate"] == own["estimate"]
        assert net["standard_error"] == pytest.approx(own["standard_error"], rel=1e-9)


def test_a_median_follows_the_mean_and_has_no_proportion() -> None:
    table = ws.crosstab(survey_of(FRAME, "strata"), "work", "region", medians=True)
    rows = table.to_frame().drop_duplicates(["stub_category", "statistic"])
    assert rows["statistic"].tolist() == ["proportion"] * 5 + ["mean", "median"]
    assert rows["stub_category"].tolist()[-2:] == ["Mean", "Median"]
    assert rows["proportion"].isna().tolist() == [False] * 5 + [True, True]
    assert rows["display"].iloc[-1] == "16.0"
    plain = ws.crosstab(survey_of(FRAME, "strata"), "work", "region").to_frame()
    both = table.to_frame()
    kept = both[both["statistic"] != "median"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, plain)


@pytest.mark.parametrize("versus", ["pairs", "total", "rest", "previous"])
def test_medians_are_compared_but_not_tested(versus: str) -> None:
    survey = survey_of(FRAME, "clusters in strata")
    table = ws.crosstab(survey, "age", "region", medians=True, versus=versus, style="none")
    found = table.comparisons()
    own = found[found["category"] == "Median"]
    assert len(own) == len(found) / 2 > 0
    assert not own["tested"].any()
    assert set(own["reason"]) == {"medians are not tested"}
    assert own[["statistic", "p_value", "p_adjusted"]].isna().all(axis=None)
    assert (medians(table, "region")["letters"] == "").all()
    first = own.iloc[0]
    north = quantiles(survey, "age", "region")["estimate"][0]
    assert first["estimate_a"] == pytest.approx(north)
    assert first["difference"] == pytest.approx(first["estimate_a"] - first["estimate_b"])
    if versus == "rest":
        south = quantiles(survey, "age", "region")["estimate"][1]
        assert first["estimate_b"] == pytest.approx(south)
    notes = table.to_markdown()
    assert "Medians are not tested." in notes
    assert "comparisons of columns were not made" not in notes


@pytest.mark.parametrize("percent", ["row", "total"])
def test_medians_are_within_columns_whatever_the_percentages_are_of(percent: str) -> None:
    survey = survey_of(FRAME, "persons")
    table = ws.crosstab(survey, "work", "region", medians=True, percent=percent, style="none")
    expected = quantiles(survey, "work", "region")
    assert medians(table, "region")["estimate"].tolist() == expected["estimate"].tolist()


def test_a_table_of_everyone_and_a_filtered_table_of_a_book_have_medians() -> None:
    survey = survey_of(FRAME, "clusters")
    alone = ws.crosstab(survey, "age", medians=True, style="none")
    assert medians(alone, "Total")["estimate"].tolist() == (
        quantiles(survey, "age", None)["estimate"].tolist()
    )
    book = ws.book(survey, ["age"], "region", medians=True, filters={"age": {"work": 1}})
    expected = quantiles(survey.domain(work=1), "age", "region")
    found = medians(book["age"], "region")
    assert found["estimate"].tolist() == expected["estimate"].tolist()
    np.testing.assert_allclose(found["standard_error"], expected["standard_error"], rtol=1e-9)


def test_sentences_and_sensitivity_leave_medians_apart() -> None:
    survey = survey_of(FRAME, "clusters")
    table = ws.crosstab(survey, "work", "region", medians=True)
    plain = ws.crosstab(survey, "work", "region")
    assert table.sentences() == plain.sentences()
    found = ws.sensitivity(table, cap=1.2, cap_unit="mean").to_frame()
    assert (found["statistic"] == "median").any()


def test_invented_records_have_medians_without_limits() -> None:
    survey = ws.Survey(FRAME, codebook=CODEBOOK, origin="synthetic")
    found = medians(ws.crosstab(survey, "age", "region", medians=True), "region")
    assert found["estimate"].notna().all()
    assert found[["standard_error", "ci_low", "ci_high"]].isna().all(axis=None)


def test_medians_are_the_same_in_every_engine() -> None:
    import polars as pl

    tables: list[Any] = [
        ws.crosstab(survey_of(frame, "strata"), ["age", "work"], "region", medians=True).to_frame()
        for frame in (FRAME, pl.from_pandas(FRAME), pl.from_pandas(FRAME).lazy())
    ]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], other, rtol=1e-10)
