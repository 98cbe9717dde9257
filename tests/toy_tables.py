"""Tiny surveys whose tables are worked out by hand in the tests, and how to read a cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import welfarestats as ws

SEX = ws.Question("sex", "Sex", categories=[ws.Category(1, "Men"), ws.Category(2, "Women")])
WORKS = ws.Question(
    "works",
    "In work",
    categories=[
        ws.Category(1, "Yes", score=10),
        ws.Category(2, "No", score=0),
        ws.Category(8, "Don't know", missing="dont_know"),
    ],
)
HELP = ws.Question(
    "help",
    "Sources of help",
    kind="multiple",
    columns=("family", "friends", "doctor"),
    categories=[ws.Category(1, "Family"), ws.Category(2, "Friends"), ws.Category(3, "Doctor")],
    nets=[ws.Net("Family or friends", (1, 2))],
)
HOURS = ws.Question(
    "hours",
    "Working hours",
    asked_if={"works": ("Yes",)},
    categories=[ws.Category(1, "Full time"), ws.Category(2, "Part time")],
)
PAY = ws.Question("pay", "Pay", kind="scale")
CODEBOOK = ws.Codebook([SEX, WORKS, HELP, HOURS, PAY])

# Ten people; the last two did not say their sex, two did not know whether they are in work, and
# the last was not asked who helped.
TEN = pd.DataFrame(
    {
        "sex": [1, 1, 1, 1, 2, 2, 2, 2, np.nan, np.nan],
        "works": [1, 1, 2, 8, 1, 2, 2, 8, 1, 2],
        "w": [1.0, 2, 1, 1, 2, 2, 1, 1, 3, 1],
        "family": [1, 0, 1, 0, 1, 1, 0, 0, 1, np.nan],
        "friends": [1, 1, 0, 0, 1, 0, 0, 0, 0, np.nan],
        "doctor": [0, 0, 0, 1, 0, 0, 1, 0, 1, np.nan],
        "hours": [1, 2, np.nan, np.nan, 2, np.nan, np.nan, np.nan, 1, np.nan],
        "pay": [10, 20, 0, 5, 30, 0, 0, np.nan, 40, 10],
    }
)


def ten(**options: Any) -> ws.Survey:
    """Return the ten people, weighted."""
    return ws.Survey(TEN, **{"weights": "w", "codebook": CODEBOOK, **options})


def cell(
    table: ws.Table | pd.DataFrame, row: str, column: str, stub: str | None = None
) -> pd.Series:
    """Return the one row of the frame for a stub category and a banner category."""
    frame = table if isinstance(table, pd.DataFrame) else table.to_frame()
    found = frame[(frame["stub_category"] == row) & (frame["banner_category"] == column)]
    found = found if stub is None else found[found["stub"] == stub]
    assert len(found) == 1, f"{len(found)} cells {row} by {column}"
    return found.iloc[0]


def column_of(table: ws.Table, row: str, name: str) -> dict[str, Any]:
    """Return what a column of the frame says along one row of the table, by banner category."""
    frame = table.to_frame()
    own = frame[frame["stub_category"] == row]
    return dict(zip(own["banner_category"], own[name].tolist(), strict=True))


def shares(counts: dict[str, tuple[int, int]], repeat: int = 1) -> pd.DataFrame:
    """Return unweighted respondents: in each group so many with a property, so many without."""
    rows = []
    for group, (yes, no) in counts.items():
        rows += [(group, "Yes")] * (yes * repeat) + [(group, "No")] * (no * repeat)
    return pd.DataFrame(rows, columns=["group", "has"])


def panel(size: int = 240, seed: int = 7) -> ws.Survey:
    """Return weighted respondents in three strata of six PSUs with overlapping answers."""
    draws = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": draws.choice([1, 2, np.nan], size, p=[0.45, 0.45, 0.1]),
            "works": draws.choice([1, 2, 8], size, p=[0.5, 0.35, 0.15]),
            "family": draws.integers(0, 2, size).astype(float),
            "friends": draws.integers(0, 2, size).astype(float),
            "doctor": (draws.random(size) < 0.3).astype(float),
            "hours": 1,
            "pay": draws.normal(20, 5, size).round(2),
            "w": draws.uniform(0.5, 2.5, size).round(2),
            "stratum": np.arange(size) % 3,
            "psu": draws.integers(0, 6, size),
        }
    )
    frame["hours"] = np.where(frame["works"] == 1, draws.integers(1, 3, size), np.nan)
    unasked = draws.random(size) < 0.1
    frame.loc[unasked, ["family", "friends", "doctor"]] = np.nan
    return ws.Survey(frame, weights="w", strata="stratum", psu="psu", codebook=CODEBOOK)


def contrast(survey: ws.Survey, y: np.ndarray, a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """Return the difference of two weighted shares and its variance, by residuals of persons.

    ``a`` and ``b`` are the groups (they may share people), ``y`` who has the property. The
    residual of a person is w·[a(y − p_a)/W_a − b(y − p_b)/W_b]; PSU totals vary within strata.
    """
    frame = survey.to_frame()
    w = frame["w"].to_numpy(float)
    shares_of = [float((w * x * y).sum() / (w * x).sum()) for x in (a, b)]
    residual = sum(
        sign * w * x * (y - p) / (w * x).sum()
        for sign, x, p in zip((1, -1), (a, b), shares_of, strict=True)
    )
    totals = pd.Series(residual).groupby([frame["stratum"], frame["psu"]]).sum()
    variance = 0.0
    for _, own in totals.groupby(level=0):
        variance += len(own) / (len(own) - 1) * float(((own - own.mean()) ** 2).sum())
    return {
        "p_a": shares_of[0],
        "p_b": shares_of[1],
        "difference": shares_of[0] - shares_of[1],
        "variance": variance,
    }
