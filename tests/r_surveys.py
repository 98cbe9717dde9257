"""A small invented survey with everything that a script for R has to say, and labels that bite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

import welfarestats as ws
from welfarestats.survey.design import Calibration, ReplicateWeights
from welfarestats.survey.reweighting import reweighted

HOSTILE = 'a "quoted" \\ label\n"); quit(status = 3) # £5 – naïve 🙂'

CODEBOOK = ws.Codebook(
    [
        ws.Question(
            "work",
            HOSTILE,
            categories=[
                ws.Category(1, HOSTILE, score=40),
                ws.Category(2, "Part time", score=16),
                ws.Category(3, "Not at all", score=0),
                ws.Category(9, "Don't know", missing="dont_know"),
            ],
            nets=[ws.Net("Any work", (1, 2)), ws.Net("Not full time", (2, 3))],
        ),
        ws.Question(
            "help",
            kind="multiple",
            columns=("advice", "money", "none"),
            categories=[
                ws.Category(1, "Advice"),
                ws.Category(2, "Money"),
                ws.Category(3, "Cannot say", missing="dont_know"),
            ],
            nets=[ws.Net("Advice or money", (1, 2))],
        ),
        ws.Question("region", categories=[ws.Category("n", "North"), ws.Category("s", "South")]),
        ws.Question("age", kind="scale"),
        ws.Question(
            "hours",
            categories=[ws.Category(1, "Few"), ws.Category(2, "Many")],
            asked_if={"work": (1, 2)},
        ),
    ]
)

DESIGNS: dict[str, dict[str, Any]] = {
    "persons": {},
    "persons of a finite population": {"strata": "stratum", "fpc": "people_in_stratum"},
    "clusters": {"psu": "psu"},
    "clusters of a finite population": {"strata": "stratum", "psu": "psu", "fpc": "psus"},
    "sampling fractions": {"strata": "stratum", "psu": "psu", "fpc": "fraction"},
    "two stages": {"strata": "stratum", "psu": "psu", "fpc": ["psus", "people"]},
    "the whole design's degrees of freedom": {
        "strata": "stratum",
        "psu": "psu",
        "df_rule": "design",
    },
}


def respondents(*, size: int = 160, zero: bool = True) -> pd.DataFrame:
    """Return invented respondents in four strata of five PSUs, with missing answers."""
    random = np.random.default_rng(20261128)
    index = np.arange(size)
    frame = pd.DataFrame(
        {
            "work": random.choice([1, 2, 3, 9, np.nan], size, p=[0.3, 0.3, 0.25, 0.1, 0.05]),
            "region": random.choice(["n", "s", None], size, p=[0.45, 0.5, 0.05]),
            "age": random.choice([18, 25, 40, 41.5, 67, np.nan], size),
            "advice": random.integers(0, 2, size).astype(float),
            "money": random.integers(0, 2, size).astype(float),
            "none": (random.random(size) < 0.1).astype(float),
            "w": random.choice([0.0 if zero else 0.3, 0.25, 1, 1.1, 2, 3.5], size),
            "sex": random.choice(["F", "M"], size),
            "stratum": index % 4,
            "psu": index // 4 % 5,
            "psus": 23,
            "fraction": 0.2,
            "people_in_stratum": 100 + index % 4,
        }
    )
    frame.loc[random.random(size) < 0.2, ["advice", "money", "none"]] = np.nan
    frame["hours"] = np.where(frame["work"].isin([1, 2]), random.choice([1, 2], size), np.nan)
    frame["people"] = frame.groupby(["stratum", "psu"])["w"].transform("size") + 4
    return frame


def survey_of(design: str) -> ws.Survey:
    return ws.Survey(respondents(), weights="w", codebook=CODEBOOK, **DESIGNS[design])


def lonely_survey(rule: str) -> ws.Survey:
    """Return a survey in which one stratum has a single PSU."""
    frame = respondents()
    frame = frame[(frame["stratum"] < 3) | (frame["psu"] == 2)]
    return ws.Survey(
        frame, weights="w", codebook=CODEBOOK, strata="stratum", psu="psu", lonely_psu=rule
    )


def raked_survey() -> ws.Survey:
    """Return a survey raked to sex and stratum, over and over."""
    frame = respondents(zero=False)
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK, strata="stratum", psu="psu")
    before = frame["w"].to_numpy()
    groups = [(frame["sex"] == sex).to_numpy() for sex in ("F", "M")]
    groups += [(frame["stratum"] == number).to_numpy() for number in range(4)]
    aims = np.array([0.4, 0.6, 0.2, 0.3, 0.25, 0.25]) * before.sum()
    after = before.copy()
    for _ in range(200):
        for group, aim in zip(groups, aims, strict=True):
            after[group] *= aim / after[group].sum()
    auxiliary = sparse.csr_array(np.column_stack(groups).astype(float))
    return reweighted(survey, after, "raked", calibration=Calibration(auxiliary, before))


def linearly_calibrated_survey() -> ws.Survey:
    """Return a survey calibrated to sex and stratum, whose totals repeat each other."""
    frame = respondents(zero=False)
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK, strata="stratum", psu="psu")
    before = frame["w"].to_numpy()
    groups = [(frame["sex"] == sex).to_numpy(float) for sex in ("F", "M")]
    groups += [(frame["stratum"] == number).to_numpy(float) for number in range(4)]
    x = np.column_stack(groups)
    aims = np.array([0.4, 0.6, 0.2, 0.3, 0.25, 0.25]) * before.sum()
    step = np.linalg.pinv(x.T @ (x * before[:, None])) @ (aims - x.T @ before)
    calibration = Calibration(sparse.csr_array(x), before)
    return reweighted(survey, before * (1 + x @ step), "calibrated", calibration=calibration)


def replicated_survey(centre: str) -> ws.Survey:
    """Return a survey with forty replicate weights that count unequally."""
    frame = respondents()
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK)
    random = np.random.default_rng(7)
    weights = frame["w"].to_numpy()[:, None] * random.poisson(1, (len(frame), 40))
    unequal = 1 + np.arange(40) / 40
    replicates = ReplicateWeights(weights, 1 / 40, unequal, centre, 16.0)
    return reweighted(survey, frame["w"].to_numpy(), "replicated", replicates=replicates)
