"""Ratios, quantiles, rank tests and tests of tables know calibrated and replicate weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from calibrated_people import people
from numpy.typing import NDArray
from scipy import sparse, stats

import welfarestats as ws
from welfarestats.formulas.ranks import rank_scores
from welfarestats.survey.design import Calibration, ReplicateWeights
from welfarestats.survey.reweighting import reweighted

Array = NDArray[np.float64]
FRAME = people().assign(need=np.random.default_rng(5).uniform(1, 9, 60))


def calibrated(frame: pd.DataFrame = FRAME) -> ws.Survey:
    """Return a survey in clusters whose weights meet equal margins of sex and of age."""
    survey = ws.Survey(
        frame, weights="w", strata="region", psu="office", weights_represent="population"
    )
    X = np.column_stack(
        [(frame[n] == one).to_numpy(float) for n in ("sex", "age") for one in frame[n].unique()]
    )
    before = survey.weights
    aims = before.sum() * np.array([1 / 2] * 2 + [1 / 3] * 3)
    after = before * (1 + X @ np.linalg.pinv(X.T @ (X * before[:, None])) @ (aims - X.T @ before))
    how = Calibration(sparse.csr_array(X), before)
    return reweighted(survey, after, "calibrated", calibration=how)


def replicated() -> tuple[ws.Survey, Array]:
    """Return a survey with weights that leave one office out at a time, and these."""
    survey = ws.Survey(FRAME, weights="w", weights_represent="population")
    out = FRAME["office"].to_numpy()[:, None] == np.arange(12)
    weights = survey.weights[:, None] * np.where(out, 0, 12 / 11)
    how = ReplicateWeights(weights, 11 / 12, np.ones(12), "estimate", 11.0)
    return reweighted(survey, survey.weights, "replicates", replicates=how), weights


def error_of_total(linearised: Array) -> float:
    """Return the standard error of a calibrated total of the linearised variable."""
    survey = calibrated(FRAME.assign(linearised=linearised))
    return float(ws.estimate_totals(survey, "linearised").to_frame()["standard_error"].iloc[0])


def error_of_replicates(again: Array, value: float) -> float:
    return float(np.sqrt(11 / 12 * ((again - value) ** 2).sum()))


def test_a_ratio() -> None:
    y, x = FRAME["score"].to_numpy(), FRAME["need"].to_numpy()
    survey = calibrated()
    w = survey.weights
    found = ws.estimate_ratios(survey, "score", "need").to_frame().iloc[0]
    assert found["estimate"] == pytest.approx((w @ y) / (w @ x), rel=1e-12)
    by_hand = error_of_total((y - found["estimate"] * x) / (w @ x))
    assert found["standard_error"] == pytest.approx(by_hand, rel=1e-9)
    survey, weights = replicated()
    found = ws.estimate_ratios(survey, "score", "need").to_frame().iloc[0]
    by_hand = error_of_replicates((weights.T @ y) / (weights.T @ x), found["estimate"])
    assert found["standard_error"] == pytest.approx(by_hand, rel=1e-9)
    assert found["degrees_of_freedom"] == 11


def test_a_median_in_a_domain() -> None:
    inside = (FRAME["works"] == "Yes").to_numpy()
    y = FRAME["score"].to_numpy()
    for survey, weights in ((calibrated(), None), replicated()):
        w = survey.weights
        found = ws.estimate_quantiles(survey.domain(works="Yes"), "score", 0.5, interval="wald")
        row = found.to_frame().iloc[0]
        below = inside & (y <= row["estimate"])
        share = w[below].sum() / w[inside].sum()
        if weights is None:
            error = error_of_total((below - share * inside) / w[inside].sum())
        else:
            again = weights[below].sum(axis=0) / weights[inside].sum(axis=0)
            error = error_of_replicates(again, share)
        half = stats.t.ppf(0.975, row["degrees_of_freedom"]) * error
        order = np.argsort(y[inside])
        reached = np.cumsum(w[inside][order]) / w[inside].sum()
        limits = [y[inside][order][np.argmax(reached >= p)] for p in (share - half, share + half)]
        assert [row["ci_low"], row["ci_high"]] == limits


@pytest.mark.parametrize("test", ["t", "wilcoxon"])
def test_scores_of_two_groups(test: str) -> None:
    y = FRAME["need"].to_numpy()
    women, men = (FRAME["sex"] == "F").to_numpy(), (FRAME["sex"] == "M").to_numpy()
    for survey, weights in ((calibrated(), None), replicated()):
        w = survey.weights
        scores = y if test == "t" else rank_scores(y, w, test)
        found = ws.compare_scores(survey, "need", "sex", test=test).iloc[0]
        means = [w[one] @ scores[one] / w[one].sum() for one in (women, men)]
        assert found["difference"] == pytest.approx(means[0] - means[1])
        if weights is None:
            parts = [
                one * (scores - mean) / w[one].sum()
                for one, mean in zip((women, men), means, strict=True)
            ]
            error = error_of_total(parts[0] - parts[1])
        else:
            again = [
                weights[one].T @ scores[one] / weights[one].sum(axis=0) for one in (women, men)
            ]
            error = error_of_replicates(again[0] - again[1], found["difference"])
        assert found["standard_error"] == pytest.approx(error, rel=1e-9)


def test_a_standardised_mean_is_made_again_under_each_replicate_weight() -> None:
    survey, weights = replicated()
    y = FRAME["score"].to_numpy()
    shares = {"F": 0.7, "M": 0.3}
    both = ws.estimate_means(survey, "score", by="sex")
    found = ws.standardise(both, {"sex": shares}).to_frame().iloc[0]
    again = sum(
        share * (weights[here].T @ y[here]) / weights[here].sum(axis=0)
        for sex, share in shares.items()
        for here in [(FRAME["sex"] == sex).to_numpy()]
    )
    by_hand = error_of_replicates(again, found["estimate"])
    assert found["standard_error"] == pytest.approx(by_hand, rel=1e-9)


def test_the_wald_test_of_a_table() -> None:
    for survey, weights in ((calibrated(), None), replicated()):
        found = ws.crosstab(survey, "works", "sex", style="none").independence("wald").iloc[0]
        w = survey.weights
        yes, women = (FRAME["works"] == "Yes").to_numpy(), (FRAME["sex"] == "F").to_numpy()
        n = w.sum()
        residual = w[yes & women].sum() - w[yes].sum() * w[women].sum() / n
        row, column = w[yes].sum() / n, w[women].sum() / n
        linearised = yes * women - yes * column - women * row + row * column
        if weights is None:
            error = error_of_total(linearised)
        else:
            error = error_of_replicates(weights.T @ linearised, w @ linearised)
        assert found["statistic"] == pytest.approx((residual / error) ** 2, rel=1e-8)
