from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from weighted_people import CODEBOOK, SHARES, people, survey_of

import welfarestats as ws
from welfarestats.errors import DataError, OptionError, WeightingError


def row(frame: pd.DataFrame, **where: str) -> pd.Series:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_by_hand_kishs_measures():
    frame = pd.DataFrame({"g": ["a"] * 12 + ["b"] * 28, "w": [1.733] * 12 + [0.686] * 28})
    found = ws.summarise_weights(ws.Survey(frame, weights="w"), by="g").to_frame()
    whole = row(found, category="Total")
    assert whole["effective_base"] == pytest.approx(32.5, abs=0.05)
    assert whole["design_effect"] == pytest.approx(40 / whole["effective_base"])
    assert whole["efficiency"] == pytest.approx(whole["effective_base"] / 40)
    assert whole["weighting"] == "given"
    assert whole["maximum"] == pytest.approx(1.733 * 40 / whole["weighted_base"])
    assert row(found, category="b")["effective_base"] == pytest.approx(28)


def test_effective_bases_are_those_of_the_survey_and_its_domains():
    raked = ws.rake(survey_of(people()), SHARES)
    found = ws.summarise_weights(raked).to_frame()
    assert found["variable"].unique().tolist() == ["", "sex", "age"]
    after = row(found, category="Total", weighting="after")
    assert after["effective_base"] == pytest.approx(raked.effective_base)
    men = row(found, category="Men", weighting="after")
    assert men["effective_base"] == pytest.approx(raked.domain(sex="Men").effective_base)
    before = row(found, category="Total", weighting="before")
    assert before["effective_base"] == pytest.approx(survey_of(people()).effective_base)


def test_targets_are_shown_before_and_after():
    survey = survey_of(people())
    targets = ws.summarise_weights(ws.rake(survey, SHARES)).targets()
    men = row(targets, category="Men")
    share = survey.domain(sex="Men").weighted_base / survey.weighted_base
    assert men["target_share"] == pytest.approx(0.48)
    assert men["before_share"] == pytest.approx(share)
    assert men["after_share"] == pytest.approx(0.48)
    assert targets["met"].all()
    assert len(targets) == 5


def test_after_trimming_the_targets_are_shown_as_missed():
    trimmed = ws.trim_weights(ws.rake(survey_of(people()), SHARES), upper=1.5)
    targets = ws.summarise_weights(trimmed).targets()
    assert not targets["met"].any()
    assert "no longer met" in repr(ws.summarise_weights(trimmed))
    again = ws.summarise_weights(ws.rake(trimmed, {"sex": SHARES["sex"]})).targets()
    assert again["variable"].unique().tolist() == ["sex"]


def test_totals_of_numbers_have_no_shares():
    survey = survey_of(people())
    ours = ws.calibrate(survey, {"income": 5e4}, population=120)
    targets = ws.summarise_weights(ours).targets()
    income = row(targets, variable="income")
    assert income["after"] == pytest.approx(5e4)
    assert np.isnan(income["after_share"])


def test_margins_within_a_group_are_named_by_it():
    sex = {"sex": {"Men": 0.5, "Women": 0.5}}
    raked = ws.rake(survey_of(people()), {"North": sex, "South": sex}, within="region")
    targets = ws.summarise_weights(raked).targets()
    assert targets["variable"].unique().tolist() == ["sex within North", "sex within South"]
    assert targets["target_share"].to_numpy() == pytest.approx(0.5)


def test_who_carries_extreme_weights_is_told_by_group_never_by_person():
    frame = people().assign(person=lambda f: [f"P{i:03d}" for i in range(len(f))])
    frame.loc[[3, 5], "w"] = 40.0
    frame.loc[[3, 5], "sex"] = 2
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK)
    summary = ws.summarise_weights(survey, by="sex")
    women = row(summary.extremes(), category="Women")
    assert women["extreme"] == 2
    assert women["share_of_weights"] == pytest.approx(80 / frame.loc[frame["sex"] == 2, "w"].sum())
    assert row(summary.extremes(), category="Men")["extreme"] == 0
    assert "P003" not in summary.to_html()


def test_a_domain_is_summarised_as_a_domain():
    raked = ws.rake(survey_of(people()), SHARES)
    men = ws.summarise_weights(raked.domain(sex="Men"), by="age").to_frame()
    assert men["base"].iloc[0] == raked.domain(sex="Men").base


def test_unweighted_people_are_fully_efficient():
    found = ws.summarise_weights(ws.Survey(people(), codebook=CODEBOOK), by="help").to_frame()
    assert found["efficiency"].to_numpy() == pytest.approx(1)
    assert found["category"].tolist() == ["Total", "Advice", "Money"]


def test_what_cannot_be_summarised_is_refused():
    survey = survey_of(people())
    with pytest.raises(
        WeightingError, match="question 'income' is a scale, so its answers are no gr"
    ):
        ws.summarise_weights(survey, by="income")
    with pytest.raises(OptionError, match="extreme_weight is a number above 1"):
        ws.summarise_weights(survey, extreme_weight=1)
    with pytest.raises(OptionError, match=r"extreme_weight is a number above 1.*not 'x'"):
        ws.summarise_weights(survey, extreme_weight="x")
    lazy = ws.Survey(pl.from_pandas(people()).lazy(), weights="w", codebook=CODEBOOK)
    with pytest.raises(DataError, match="Collect it first"):
        ws.summarise_weights(lazy)
