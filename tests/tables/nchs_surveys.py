"""Surveys whose figures R judged by the NCHS standards, as in tests/golden/r/nchs_designs.R."""

import pandas as pd
from golden_cases import golden_frame

import welfarestats as ws

DESIGNS = {
    "strat_w": {"weights": "pw", "strata": "stype"},
    "clus1_uneven": {"weights": "w", "psu": "dnum"},
    "nhanes2": {"weights": "finalwgt", "strata": "stratid", "psu": "psuid"},
}


def judged_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the respondents of the rows of one design."""
    frame = golden_frame("shared", rows["dataset"].iloc[0])
    if rows["design"].iloc[0] == "clus1_uneven":
        frame = frame.assign(w=frame["pw"] * (1 + frame["meals"] / 25))
    return frame


def judged_survey(frame: pd.DataFrame, design: str, **options: str) -> ws.Survey:
    """Return respondents with one of the designs."""
    return ws.Survey(frame, **options, **DESIGNS[design])
