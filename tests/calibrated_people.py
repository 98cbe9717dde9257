"""Sixty invented people in twelve offices of two regions, to be weighted."""

from __future__ import annotations

import numpy as np
import pandas as pd


def people(seed: int = 1, size: int = 60) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    office = np.repeat(np.arange(12), size // 12)
    return pd.DataFrame(
        {
            "region": np.where(office < 6, "N", "S"),
            "office": office,
            "person": np.arange(size),
            "offices": 40,
            "people": 30,
            "w": random.uniform(1, 4, size),
            "sex": random.choice(["F", "M"], size),
            "age": random.choice(["old", "young", "middle"], size),
            "works": random.choice(["Yes", "No"], size),
            "health": random.choice(["good", "bad", "fair"], size),
            "score": random.normal(50, 10, size),
            "aids_a": random.integers(0, 2, size),
            "aids_b": random.integers(0, 2, size),
        }
    )
