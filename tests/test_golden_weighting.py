"""R's estimates after calibration and from calibrated replicate weights, against ours.

`tests/golden/r/golden_weighting.csv` has its own script, `make_weighting.R`, beside it. The rows of
`tests/golden/shared` are those of surveys that were raked, post-stratified or calibrated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN, Row, design_options, frame_of, golden_frame, golden_rows
from scipy import special

import welfarestats as ws
from welfarestats.survey.design import ReplicateWeights
from welfarestats.survey.reweighting import reweighted

RELATIVE = 1e-8
# R's totals of what was calibrated on are float dust, of this share of the estimate.
DUST = 1e-9

VERBS: dict[str, Callable[..., ws.Estimates]] = {
    "mean": ws.estimate_means,
    "total": ws.estimate_totals,
    "prop": ws.estimate_proportions,
    "count": ws.estimate_totals,
}

SCHOOLS = {"weights": "pw", "weights_represent": "population"}
PEOPLE = {"weights": "wtmec2yr", "strata": "sdmvstra", "psu": "sdmvpsu"}
# What the R script declares: the data, the design and which PSUs are left out one at a time.
DESIGNS: dict[str, tuple[str, dict[str, Any]]] = {
    "two_stages": ("apiclus2", SCHOOLS | {"psu": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]}),
    "strata_clusters": ("nhanes", PEOPLE),
    "jk1_mean": ("apiclus1", SCHOOLS | {"psu": "dnum", "fpc": "fpc"}),
    "jk1_estimate": ("apiclus1", SCHOOLS | {"psu": "dnum", "fpc": "fpc"}),
    "jkn_estimate": ("nhanes", PEOPLE),
}


@cache
def r_rows() -> pd.DataFrame:
    path = GOLDEN / "r" / "golden_weighting.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in ("value", "se", "df"):
        rows[name] = pd.to_numeric(rows[name])
    return rows


def left_out_in_turn(survey: ws.Survey, frame: pd.DataFrame, case: str) -> ws.Survey:
    """Return the survey with the jackknife weights of R: each PSU left out, within its stratum.

    R keeps the degrees of freedom of the design (16) after raking, and takes the rank of the
    replicate weights less one (30) after the other two; either is given here as R has it.
    """
    if "dnum" in frame:
        units = frame[["dnum"]].astype(str)
        strata = pd.Series("all", index=frame.index)
        kept = 1 - 15 / float(frame["fpc"].iloc[0])
    else:
        units, strata = frame[["sdmvstra", "sdmvpsu"]].astype(str), frame["sdmvstra"]
        kept = 1.0
    unit = units.agg("|".join, axis=1).to_numpy()
    factors, scales = [], []
    for one in dict.fromkeys(unit):
        here = (strata == strata[np.flatnonzero(unit == one)[0]]).to_numpy()
        size = len(set(unit[here]))
        factors.append(np.where(unit == one, 0.0, np.where(here, size / (size - 1), 1.0)))
        scales.append(kept * (size - 1) / size)
    weights = survey.weights[:, None] * np.column_stack(factors)
    freedom = float(r_rows().query("case == @case and statistic == 'mean'")["df"].iloc[0])
    centre = case.split("/", maxsplit=1)[0].split("_")[1]
    how = ReplicateWeights(weights, 1.0, np.array(scales), centre, freedom)
    return reweighted(survey, survey.weights, "jackknife", replicates=how)


@cache
def r_survey(case: str) -> ws.Survey:
    """Return the survey of a case, calibrated to the targets that stand in the file."""
    design, method = case.split("/")
    dataset, options = DESIGNS[design]
    frame = golden_frame("r" if dataset != "apiclus1" else "shared", dataset)
    codebook = [ws.Question("chol"), ws.Question("riagendr"), ws.Question("race")]
    codebook = [question for question in codebook if question.name in frame]
    survey = ws.Survey(
        frame,
        df_rule="design",
        codebook=codebook,
        **{"weights_represent": "population"} | options,
    )
    if design.startswith("jk"):
        survey = left_out_in_turn(survey, frame, case)
    aims = r_rows().query("case == @case and statistic == 'target'")
    targets: dict[str, dict[str, float]] = {}
    for row in aims.itertuples():
        targets.setdefault(str(row.variable), {})[str(row.level)] = float(row.value)
    if method == "poststratify":
        (margin,) = targets
        return ws.poststratify(survey, margin, targets)
    return ws.calibrate(survey, targets, method=method)


def close(ours: float, theirs: float, scale: float) -> bool:
    return bool(abs(ours - theirs) <= RELATIVE * abs(theirs) + DUST * scale)


@cache
def estimated(case: str, verb: str, variable: str, by: str) -> pd.DataFrame:
    return VERBS[verb](r_survey(case), variable, by or None).to_frame()


def wrong_estimate(case: str, row: Any) -> str | None:
    frame = estimated(case, row.statistic, row.variable, row.by)
    here = np.ones(len(frame), dtype=bool)
    if row.level:
        here &= (frame["category"] == row.level).to_numpy()
    if row.by:
        here &= (frame[row.by] == row.by_level).to_numpy()
    (place,) = np.flatnonzero(here)
    ours = frame.iloc[place]
    scale = max(abs(row.value), 1e-300)
    error = scale if row.se < DUST * scale else 0.0
    right = (
        close(ours["estimate"], row.value, 0)
        and close(ours["standard_error"], row.se, error)
        and ours["degrees_of_freedom"] == row.df
    )
    return None if right else f"{case} {row} ours {ours.to_dict()}"


def wrong_test(case: str, row: Any) -> str | None:
    table = ws.crosstab(r_survey(case), row.variable, row.by, style="none")
    (test,) = table.independence().to_dict("records")
    p_value = test["p_value"]
    if case.startswith("jkn"):
        # R tests a subset of replicates on the rank of their weights less one, whatever it kept.
        p_value = special.fdtrc(test["df1"], 30 * test["df1"], test["statistic"])
    found = (test["statistic"], p_value, test["df1"])
    right = all(close(*pair, 0) for pair in zip(found, (row.value, row.se, row.df), strict=True))
    return None if right else f"{case} {row} ours {found}"


def wrong_weights(case: str, row: Any) -> str | None:
    weights = r_survey(case).weights
    found = weights.sum() if row.statistic == "w_sum" else (weights**2).sum()
    return None if close(found, row.value, 0) else f"{case} {row} ours {found}"


CASES = sorted({*r_rows()["case"]})


@pytest.mark.parametrize("case", CASES)
def test_estimates_after_calibration_are_those_of_r(case: str) -> None:
    rows = r_rows().query("case == @case and statistic != 'target'")
    wrong = []
    for row in rows.itertuples():
        if row.statistic == "chisq_F":
            wrong.append(wrong_test(case, row))
        elif row.statistic.startswith("w_"):
            wrong.append(wrong_weights(case, row))
        else:
            wrong.append(wrong_estimate(case, row))
    assert [text for text in wrong if text] == []
    assert len(wrong) >= 37


# ---------------------------------------------------------------- the shared rows

TARGETS = json.loads((GOLDEN / "shared" / "data" / "targets.json").read_text("utf-8"))["clus1"]
# The file does not say the bounds; these give its weights.
BOUNDS = {"linear_bounded": (0.7, 1.7), "logit": (0.5, 2.0), "logit_num": (0.7, 1.7)}


def weighted_as(row: Row) -> ws.Survey:
    """Return the survey of a shared row, weighted as its design says."""
    described = json.loads(row.design)
    survey = ws.Survey(frame_of(row), df_rule="design", **design_options(row.design))
    margins = TARGETS["margins"]
    if described["weighting"] == "rake":
        return ws.rake(survey, margins)
    if described["weighting"] == "poststratify":
        if described["cells"] == "stype":
            return ws.poststratify(survey, "stype", {"stype": margins["stype"]})
        cells = pd.DataFrame(TARGETS["stype_by_meal"]).rename(columns={"Freq": "target"})
        return ws.poststratify(survey, ["stype", "d_meal"], cells)
    how = described["how"]
    numeric = how.endswith(("_num", "_bounded"))
    totals = {"stype": margins["stype"], "api99": TARGETS["api99_total"]} if numeric else margins
    return ws.calibrate(survey, totals, method=how.split("_")[0], bounds=BOUNDS.get(how))


@cache
def shared_rows(case: str) -> tuple[Row, ...]:
    rows = (row for row in golden_rows() if row.case == case)
    return tuple(row for row in rows if row.statistic in VERBS)


def weighted_cases() -> list[str]:
    groups = ("rake", "poststrat", "cal_")
    cases = {r.case for r in golden_rows() if r.source == "shared" and r.case.startswith(groups)}
    return sorted(case for case in cases if shared_rows(case))


@pytest.mark.parametrize("case", weighted_cases())
def test_standard_errors_of_weighted_surveys_are_those_of_r(case: str) -> None:
    rows = shared_rows(case)
    survey = weighted_as(rows[0])
    # R stops raking and logit calibration sooner than we do.
    relative = 1e-6 if case.startswith(("cal_logit", "cal_raking", "rake")) else RELATIVE
    for row in rows:
        frame = VERBS[row.statistic](survey, row.variable, row.by or None).to_frame()
        here = np.ones(len(frame), dtype=bool)
        if row.level:
            here &= (frame["category"] == row.level).to_numpy()
        if row.by:
            here &= (frame[row.by] == row.by_level).to_numpy()
        (place,) = np.flatnonzero(here)
        ours = frame.iloc[place]
        assert ours["estimate"] == pytest.approx(row.value, rel=relative), row.words
        # R's rake regresses with unweighted margins; the file has the regression's error too.
        wanted = row.extra.get("se_greg", row.standard_error)
        error = pytest.approx(wanted, rel=relative, abs=DUST * abs(row.value))
        assert ours["standard_error"] == error, row.words
        assert ours["degrees_of_freedom"] == row.df, row.words


def test_the_shared_file_has_weighted_surveys() -> None:
    assert len(weighted_cases()) == 28
