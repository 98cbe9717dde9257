"""Files as agencies deliver them on a bad day: one seed, one file, always the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

LABELS = (
    "Yes",
    "No",
    "Don't know",
    "DK / refused",
    "",
    "  Other  ",
    "Other",
    "=SUM(A1)",
    "<b>bold</b>",
    'He said "no"',
    "Zoë & Éire €",
    "x" * 130,
    "Refused",
    "N/A",
    "Missing",
    "a\tb",
)
TEXTS = ("", "a", "a ", " b", "Zoë", "=1+1", "NA", "None", "12", "12.5", '"', "x,y", "<i>")
NAMES = ("q1", "Q1b", "weight_x", "income", "sex", "a.b", "É", "very_long_name_of_a_variable_1")
ENDINGS = ("sav", "zsav", "dta", "csv", "parquet")


def dirty_file(folder: Path, seed: int) -> tuple[Path, int, str | None]:
    """Write a file and return its path, its number of rows and its encoding if it needs saying."""
    rng = random.Random(seed)
    rows = rng.choice([2, 3, 10, 60, 200])
    names = rng.sample(NAMES, rng.randint(1, len(NAMES)))
    frame = pd.DataFrame({name: _column(rng, rows) for name in names})
    frame["w"] = [rng.choice([1.0, 0.0, 1e-6, 1e6, 0.7]) for _ in range(rows)]
    frame.loc[0, "w"] = 1.0
    ending = ENDINGS[seed % len(ENDINGS)]
    path = folder / f"dirty{seed}.{ending}"
    encoding = None
    if ending == "csv":
        encoding = rng.choice([None, "cp1252", "utf-16"])
        frame.to_csv(path, index=False, encoding=encoding or "utf-8", errors="replace")
    elif ending == "parquet":
        frame.to_parquet(path)
    else:
        _write(rng, frame, path, ending)
    return path, rows, encoding


def _column(rng: random.Random, rows: int) -> pd.Series:
    kind = rng.choice(["codes", "codes", "numbers", "text", "empty", "days"])
    if kind == "codes":
        cells = [rng.choice([1.0, 2.0, 3.0, 8.0, 9.0, -1.0, 99.0, np.nan]) for _ in range(rows)]
    elif kind == "numbers":
        cells = [rng.choice([rng.gauss(0, 1e3), 0.0, 1e12, np.nan]) for _ in range(rows)]
    elif kind == "days":
        day = pd.Timestamp("2024-01-01")
        return pd.Series([day + pd.Timedelta(days=rng.randint(0, 9)) for _ in range(rows)])
    elif kind == "text":
        return pd.Series([rng.choice(TEXTS) for _ in range(rows)], dtype="str")
    else:
        cells = [np.nan] * rows
    return pd.Series(cells)


def _write(rng: random.Random, frame: pd.DataFrame, path: Path, ending: str) -> None:
    numeric = [name for name in frame if frame[name].dtype == float and name != "w"]
    codes = [1, 2, 3, 4, 8, 9, -1, 99]
    labels = {
        name: {code: rng.choice(LABELS) for code in rng.sample(codes, rng.randint(1, 8))}
        for name in numeric
        if rng.random() < 0.8
    }
    said = {"column_labels": {name: rng.choice(LABELS) for name in frame}}
    if ending == "dta":
        frame = frame.rename(columns={"a.b": "a_b"})
        labels = {name: one for name, one in labels.items() if name in frame}
        pyreadstat.write_dta(frame, path, variable_value_labels=labels)
        return
    missing = {
        name: rng.choice([[8, 9], [{"lo": 90, "hi": 99}, -1], [{"lo": -99, "hi": -1}], [99]])
        for name in numeric
        if rng.random() < 0.6
    }
    said |= {"variable_value_labels": labels, "missing_ranges": missing}
    pyreadstat.write_sav(frame, path, compress=ending == "zsav", **said)
