"""A few invented people to weight, with a codebook and targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import welfarestats as ws

SEX = ws.Question("sex", categories=[ws.Category(1, "Men"), ws.Category(2, "Women")])
AGE = ws.Question(
    "age",
    categories=[
        ws.Category(1, "16-34"),
        ws.Category(2, "35-49"),
        ws.Category(3, "50+"),
        ws.Category(9, "Don't know", missing="dont_know"),
    ],
    nets=[ws.Net("Under 50", (1, 2))],
)
INCOME = ws.Question("income", kind="scale")
HELP = ws.Question(
    "help",
    kind="multiple",
    columns=("help_a", "help_b"),
    categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
)
CODEBOOK = ws.Codebook([SEX, AGE, INCOME, HELP])
SHARES = {"sex": {"Men": 0.48, "Women": 0.52}, "age": {"16-34": 0.3, "35-49": 0.3, "50+": 0.4}}


def people(size: int = 120, seed: int = 0) -> pd.DataFrame:
    """Return people with base weights; nobody lacks an answer."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": random.choice([1, 2], size, p=[0.6, 0.4]),
            "age": random.choice([1, 2, 3], size, p=[0.2, 0.3, 0.5]),
            "region": random.choice(["North", "South"], size),
            "income": random.gamma(4, 100, size).round(),
            "help_a": random.integers(0, 2, size),
            "help_b": random.integers(0, 2, size),
            "w": random.gamma(4, 0.25, size) + 0.1,
            "psu": np.arange(size) // 4,
        }
    )


def survey_of(frame: pd.DataFrame, **options: Any) -> ws.Survey:
    """Return a survey of the people under their base weights."""
    return ws.Survey(frame, weights="w", codebook=CODEBOOK, **options)


def shares(survey: ws.Survey, name: str) -> dict[str, float]:
    """Return the weighted share of each answer."""
    frame = ws.estimate_proportions(survey, name).to_frame()
    return dict(zip(frame["category"], frame["estimate"], strict=True))
