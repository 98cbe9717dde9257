"""Means and changes of stacked waves against R's `survey`, to nine digits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import welfarestats as ws
from welfarestats.survey.design import Calibration
from welfarestats.survey.reweighting import reweighted

FOLDER = Path(__file__).parents[1] / "golden" / "r"
GOLDEN = pd.read_csv(FOLDER / "golden_waves.csv", keep_default_na=False)
PEOPLE = pd.read_csv(FOLDER / "data" / "waves.csv")
ANSWERS = [ws.Category(label, label) for label in ("low", "middle", "high")]
CODEBOOK = [ws.Question("score", kind="scale"), ws.Question("answer", categories=ANSWERS)]
TARGETS = {"w1": {"f": 60, "m": 70}, "w2": {"f": 33, "m": 27}}

SETS = {
    "partial": ("first", "partial"),
    "panel": ("first", "panel"),
    "fresh": ("first", "fresh"),
    "three": ("first", "partial", "third"),
}
DESIGNS: dict[str, dict[str, Any]] = {
    "people": {},
    "strata": {"strata": "region"},
    "offices": {"strata": "region", "psu": "office"},
    "fpc": {"strata": "region", "fpc": "size"},
    "waves": {},
    "poststratified": {},
    "replicates": {"strata": "region", "psu": "office"},
}


def poststratified(survey: ws.Survey, targets: dict[str, float]) -> ws.Survey:
    """Return the survey weighted to counts of the sexes, its variance that of residuals."""
    frame, before = survey.to_frame(), survey.weights
    cells = np.column_stack([frame["sex"] == sex for sex in targets]).astype(float)
    factors = np.array(list(targets.values())) / (before @ cells)
    calibration = Calibration(sparse.csr_array(cells), before)
    return reweighted(survey, before * (cells @ factors), "by hand", calibration=calibration)


@cache
def stacked(design: str) -> ws.Survey:
    sets, kind = design.split("_")
    waves = {}
    for name in SETS[sets]:
        frame = PEOPLE[PEOPLE["set"] == name].rename(columns={"wave": "time"})
        wave = frame["time"].iloc[0]
        waves[wave] = ws.Survey(frame, weights="w", codebook=CODEBOOK, **DESIGNS[kind])
        if kind == "poststratified":
            waves[wave] = poststratified(waves[wave], TARGETS[wave])
    return ws.stack_waves(waves, person="id")


@cache
def found(design: str, level: str) -> pd.DataFrame:
    survey = stacked(design)
    if design == "partial_replicates":
        survey = ws.make_replicates(survey, "jkn")
    variable = "answer" if level else "score"
    pairs = ws.compare(survey, variable, by="wave", versus="previous", test="design-wald")
    return pairs[pairs["category"] == level] if level else pairs


@pytest.mark.parametrize("place", range(len(GOLDEN)))
def test_stacked_waves_are_those_of_r(place: int) -> None:
    row = GOLDEN.iloc[place]
    value, error = float(row["value"]), float(row["se"])
    if row["statistic"].endswith("_change"):
        pairs = found(row["design"], row["level"])
        pair = pairs[pairs["group_b"] == row["wave"]].iloc[0]
        # A pair is the wave before less this one.
        assert -pair["difference"] == pytest.approx(value, rel=1e-9)
        assert pair["standard_error"] == pytest.approx(error, rel=1e-9)
        return
    survey = stacked(row["design"])
    if row["design"] == "partial_replicates":
        survey = ws.make_replicates(survey, "jkn")
    if row["level"]:
        frame = ws.estimate_proportions(survey, "answer", by="wave", interval="wald").to_frame()
        frame = frame[frame["category"] == row["level"]]
    else:
        frame = ws.estimate_means(survey, "score", by="wave").to_frame()
    ours = frame[frame["wave"] == row["wave"]].iloc[0]
    assert ours["estimate"] == pytest.approx(value, rel=1e-9)
    assert ours["standard_error"] == pytest.approx(error, rel=1e-9)
