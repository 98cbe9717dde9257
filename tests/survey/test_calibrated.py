"""The variance under calibration, against residuals made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from calibrated_people import people
from numpy.typing import NDArray
from scipy import sparse

import welfarestats as ws
from welfarestats.errors import DataError
from welfarestats.survey.design import Calibration
from welfarestats.survey.reweighting import reweighted, with_weights

Array = NDArray[np.float64]

DESIGNS: dict[str, dict[str, Any]] = {
    "respondents": {},
    "strata": {"strata": "region"},
    "clusters": {"psu": "office"},
    "strata, clusters": {"strata": "region", "psu": "office"},
    "two stages": {"psu": ["office", "person"], "fpc": ["offices", "people"]},
}


def aids() -> ws.Question:
    """Return a question with several answers a respondent."""
    answers = [ws.Category(1, "aids_a"), ws.Category(2, "aids_b")]
    return ws.Question("aids", kind="multiple", columns=("aids_a", "aids_b"), categories=answers)


def indicators(frame: pd.DataFrame, *names: str) -> sparse.csr_array:
    columns = [(frame[n] == value).to_numpy(float) for n in names for value in frame[n].unique()]
    return sparse.csr_array(np.column_stack(columns))


def calibrated(survey: ws.Survey, frame: pd.DataFrame, *names: str) -> ws.Survey:
    """Return the survey with equal margins: linear calibration, written out."""
    X = indicators(frame, *names)
    before = survey.weights
    aims = np.concatenate(
        [np.full(frame[n].nunique(), before.sum() / frame[n].nunique()) for n in names]
    )
    product = (X.T @ (sparse.diags_array(before) @ X)).toarray()
    step = np.linalg.pinv(product) @ (aims - X.T @ before)
    after = before * (1 + X @ step)
    assert (after > 0).all()
    return reweighted(survey, after, "calibrated", calibration=Calibration(X, before))


def residual(variable: Array, calibration: Calibration) -> Array:
    X, d = calibration.auxiliary.toarray(), calibration.base_weight
    root = np.sqrt(d)
    beta = np.linalg.lstsq(X * root[:, None], variable * root, rcond=None)[0]
    return np.asarray(variable - X @ beta)


def error_by_residuals(
    survey: ws.Survey, frame: pd.DataFrame, variable: Array, options: Any
) -> float:
    """Return the standard error of a calibrated total: the residuals as an ordinary variable."""
    for one in survey.view(()).design.calibrations:
        variable = residual(variable, one)
    plain = frame.assign(residual=variable, after=survey.weights)
    ordinary = ws.Survey(plain, weights="after", weights_represent="population", **options)
    return float(ws.estimate_totals(ordinary, "residual").to_frame()["standard_error"].iloc[0])


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("margins", [("sex",), ("sex", "age")])
def test_a_calibrated_total_varies_as_its_residuals(design: str, margins: tuple[str, ...]) -> None:
    frame, options = people(), DESIGNS[design]
    survey = ws.Survey(
        frame, weights="w", weights_represent="population", lonely_psu="fail", **options
    )
    survey = calibrated(survey, frame, *margins)
    by_hand = error_by_residuals(survey, frame, frame["score"].to_numpy(), options)
    total = ws.estimate_totals(survey, "score").to_frame()
    assert total["standard_error"].iloc[0] == pytest.approx(by_hand, rel=1e-10)
    here = (frame["works"] == "Yes").to_numpy(float)
    by_hand = error_by_residuals(survey, frame, here, options)
    counts = ws.estimate_totals(survey, "works").to_frame().set_index("category")
    assert counts.loc["Yes", "standard_error"] == pytest.approx(by_hand, rel=1e-10)


@pytest.mark.parametrize("design", DESIGNS)
def test_ratios_in_domains_are_linearised_before_the_residuals(design: str) -> None:
    frame, options = people(), DESIGNS[design]
    survey = ws.Survey(frame, weights="w", weights_represent="population", **options)
    survey = calibrated(survey, frame, "sex", "age")
    weight = survey.weights
    found = ws.estimate_proportions(survey, "works", by="health", interval="wald").to_frame()
    for row in found.itertuples():
        inside = (frame["health"] == row.health).to_numpy(float)
        yes = inside * (frame["works"] == row.category).to_numpy()
        base = (weight * inside).sum()
        linearised = (yes - (weight * yes).sum() / base * inside) / base
        by_hand = error_by_residuals(survey, frame, linearised, options)
        assert row.standard_error == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_several_answers_a_respondent_and_groups_that_overlap(design: str) -> None:
    frame, options = people(), DESIGNS[design]
    survey = ws.Survey(
        frame, weights="w", weights_represent="population", codebook=[aids()], **options
    )
    survey = calibrated(survey, frame, "sex")
    for column in ("aids_a", "aids_b"):
        by_hand = error_by_residuals(survey, frame, frame[column].to_numpy(float), options)
        counts = ws.estimate_totals(survey, "aids").to_frame().set_index("category")
        assert counts.loc[column, "standard_error"] == pytest.approx(by_hand, rel=1e-10)
    table = ws.crosstab(survey, "works", "aids", style="none").to_frame()
    alone = ws.estimate_proportions(survey, "works", by="aids").to_frame()
    for row in alone.itertuples():
        here = (table["stub_category"] == row.category) & (table["banner_category"] == row.aids)
        (cell,) = table[here & (table["statistic"] == "proportion")].itertuples()
        assert cell.standard_error == pytest.approx(row.standard_error, rel=1e-10)


def test_of_two_calibrations_the_last_is_undone_first() -> None:
    frame = people()
    survey = ws.Survey(frame, weights="w", weights_represent="population", psu="office")
    survey = calibrated(calibrated(survey, frame, "sex"), frame, "age")
    first, second = survey.view(()).design.calibrations
    middle, last = second.base_weight, survey.weights
    left = last / middle * residual(frame["score"].to_numpy(), second)
    plain = frame.assign(residual=residual(left, first), between=middle)
    ordinary = ws.Survey(plain, weights="between", weights_represent="population", psu="office")
    by_hand = ws.estimate_totals(ordinary, "residual").to_frame()["standard_error"].iloc[0]
    total = ws.estimate_totals(survey, "score").to_frame()
    assert total["standard_error"].iloc[0] == pytest.approx(by_hand, rel=1e-10)
    # What the last one fixed does not vary; what the first one fixed does again.
    assert (ws.estimate_proportions(survey, "age").to_frame()["standard_error"] < 1e-12).all()
    assert (ws.estimate_proportions(survey, "sex").to_frame()["standard_error"] > 1e-4).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_what_was_calibrated_on_does_not_vary(design: str) -> None:
    frame = people()
    survey = ws.Survey(frame, weights="w", weights_represent="population", **DESIGNS[design])
    survey = calibrated(survey, frame, "sex", "age")
    counts = ws.estimate_totals(survey, "age").to_frame()
    assert (counts["standard_error"] <= 1e-12 * counts["estimate"]).all()
    assert (ws.estimate_proportions(survey, "sex").to_frame()["standard_error"] <= 1e-12).all()


def test_other_weights_forget_the_calibration() -> None:
    frame = people()
    survey = calibrated(ws.Survey(frame, weights="w"), frame, "sex")
    assert with_weights(survey, "w").view(()).design.calibrations == ()
    assert survey.facts.weighting == ("calibrated",)
    assert with_weights(survey, "w").facts.weighting == ()


def test_the_weights_of_a_lazy_frame_cannot_be_computed() -> None:
    import polars as pl

    survey = ws.Survey(pl.from_pandas(people()).lazy(), weights="w")
    with pytest.raises(DataError, match="not in memory"):
        reweighted(survey, np.ones(60), "weighted by hand")
