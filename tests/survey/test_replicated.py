"""The variance from replicate weights, against estimates made again by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from calibrated_people import people
from numpy.typing import NDArray

import welfarestats as ws
from welfarestats.errors import PrecisionWarning
from welfarestats.survey.design import ReplicateWeights
from welfarestats.survey.reweighting import reweighted

Array = NDArray[np.float64]


def replicated(frame: pd.DataFrame, centre: str, **options: Any) -> ws.Survey:
    """Return a survey with replicate weights that leave one office out at a time."""
    survey = ws.Survey(frame, weights="w", weights_represent="population", **options)
    office = frame["office"].to_numpy()
    left_out = office[:, None] == np.arange(12)
    weights = survey.weights[:, None] * np.where(left_out, 0, 12 / 11)
    how = ReplicateWeights(weights, 11 / 12, np.ones(12), centre, 11.0)
    return reweighted(survey, survey.weights, "replicate weights", replicates=how)


def variance_by_hand(replicates: Array, estimate: float, centre: str) -> float:
    middle = estimate if centre == "estimate" else replicates.mean()
    return float(11 / 12 * ((replicates - middle) ** 2).sum())


@pytest.mark.parametrize("centre", ["estimate", "mean"])
def test_every_ratio_is_made_again_under_each_replicate_weight(centre: str) -> None:
    frame = people()
    survey = replicated(frame, centre)
    how = survey.view(()).design.replicates
    assert how is not None
    found = ws.estimate_proportions(survey, "works", by="health").to_frame()
    table = ws.crosstab(survey, "works", "health", style="none").to_frame()
    for row in found.itertuples():
        inside = (frame["health"] == row.health).to_numpy()
        yes = inside & (frame["works"] == row.category).to_numpy()
        again = how.weights[yes].sum(axis=0) / how.weights[inside].sum(axis=0)
        by_hand = variance_by_hand(again, row.estimate, centre)
        assert row.standard_error**2 == pytest.approx(by_hand, rel=1e-10)
        assert row.degrees_of_freedom == 11
        here = (table["stub_category"] == row.category) & (table["banner_category"] == row.health)
        (cell,) = table[here & (table["statistic"] == "proportion")].itertuples()
        assert cell.standard_error == pytest.approx(row.standard_error, rel=1e-12)
    total = ws.estimate_totals(survey, "score").to_frame().iloc[0]
    again = how.weights.T @ frame["score"].to_numpy()
    by_hand = variance_by_hand(again, total["estimate"], centre)
    assert total["standard_error"] ** 2 == pytest.approx(by_hand, rel=1e-10)


def test_the_covariance_of_a_comparison_comes_from_the_replicates() -> None:
    frame = people()
    survey = replicated(frame, "estimate")
    how = survey.view(()).design.replicates
    assert how is not None
    (row,) = ws.compare(survey.domain(health=["good", "bad"]), "score", by="sex").itertuples()
    inside = frame["health"].isin(["good", "bad"]).to_numpy()
    score = frame["score"].to_numpy()

    def mean(weights: Array, sex: str) -> Any:
        here = inside & (frame["sex"] == sex).to_numpy()
        return (weights[here].T @ score[here]) / weights[here].sum(axis=0)

    again = mean(how.weights, "F") - mean(how.weights, "M")
    by_hand = variance_by_hand(again, row.difference, "estimate")
    assert row.standard_error**2 == pytest.approx(by_hand, rel=1e-9)


def test_a_replicate_without_anybody_in_a_group_is_told() -> None:
    frame = people()
    frame.loc[frame["office"] == 3, "health"] = "only here"
    frame.loc[frame["office"] != 3, "health"] = "elsewhere"
    with pytest.warns(PrecisionWarning, match="in 1 of 12 replicates some group of respondents"):
        ws.estimate_proportions(replicated(frame, "estimate"), "works", by="health")


def test_association_under_replicates_is_that_of_shares_made_again() -> None:
    from welfarestats.formulas.association import rao_scott

    frame = people()
    survey = replicated(frame, "estimate")
    how = survey.view(()).design.replicates
    assert how is not None
    cells = [
        ((frame["works"] == a) & (frame["health"] == b)).to_numpy(float)
        for a in ("No", "Yes")
        for b in ("bad", "fair", "good")
    ]
    again = np.array([one @ how.weights for one in cells]) / how.weights.sum(axis=0)
    shares = np.array([one @ survey.weights for one in cells]) / survey.weights.sum()
    deviation = again - shares[:, None]
    covariance = 11 / 12 * deviation @ deviation.T
    by_hand = rao_scott(shares.reshape(2, 3), covariance, base=60, degrees_of_freedom=11)
    test = ws.crosstab(survey, "works", "health", style="none").independence().iloc[0]
    assert test["statistic"] == pytest.approx(by_hand.statistic, rel=1e-10)
    assert test["p_value"] == pytest.approx(by_hand.p_value, rel=1e-10)
