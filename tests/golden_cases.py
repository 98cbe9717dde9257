"""The golden rows, and the surveys they were computed on.

Everything is read from `tests/golden`; its README says which program computed what.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import welfarestats as ws

GOLDEN = Path(__file__).parent / "golden"
SOURCES = {"shared": GOLDEN / "shared" / "golden.csv", "r": GOLDEN / "r" / "golden_r.csv"}

ABSENT = float("nan")


@dataclass(frozen=True)
class Row:
    """One reference value; ``line`` is its line in the file."""

    source: str
    line: int
    case: str
    dataset: str
    design: str = field(repr=False)
    statistic: str
    variable: str
    by: str
    level: str
    by_level: str
    value: float
    standard_error: float
    df: float
    ci_low: float
    ci_high: float
    extra: dict[str, Any] = field(repr=False, hash=False)

    @property
    def group(self) -> str:
        return self.case.split("/")[0]

    @property
    def words(self) -> str:
        where = f"{self.source}:{self.line} {self.case} {self.statistic} {self.variable}"
        return f"{where} {self.level} by {self.by} {self.by_level}"


def _number(text: str) -> float:
    return float(text) if text not in ("", "NA") else ABSENT


@cache
def golden_rows() -> tuple[Row, ...]:
    """Return every row of both files."""
    return tuple(row for source, path in SOURCES.items() for row in rows_of(source, path))


def rows_of(source: str, path: Path) -> list[Row]:
    """Return the rows of one file, whose data sets stand with those of a source."""
    rows = []
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for line, entry in enumerate(table.to_dict("records"), start=2):
        texts = ("case", "dataset", "design", "statistic", "variable", "by", "level")
        rows.append(
            Row(
                source,
                line,
                *(entry[name] for name in (*texts, "by_level")),
                value=_number(entry["value"]),
                standard_error=_number(entry["se"]),
                df=_number(entry["df"]),
                ci_low=_number(entry["ci_low"]),
                ci_high=_number(entry["ci_high"]),
                extra=json.loads(entry["extra"]) if entry["extra"] else {},
            )
        )
    return rows


@cache
def golden_frame(source: str, dataset: str) -> pd.DataFrame:
    """Return a data set; the two sources share those that stand in one of them only."""
    for folder in (source, *SOURCES):
        path = GOLDEN / folder / "data" / f"{dataset}.csv"
        if path.is_file():
            frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
            if "hi_chol" in frame:
                frame["chol"] = frame["hi_chol"]
            return frame
    raise FileNotFoundError(dataset)


def design_options(design: str) -> dict[str, Any]:
    """Return what `Survey` needs to know of a design that stands in a row as JSON."""
    described = json.loads(design)
    return {
        "weights": described["weights"],
        "strata": described["strata"],
        "psu": described["psu"] or None,
        "fpc": described["fpc"] or None,
        "lonely_psu": described.get("lonely_psu", "fail"),
        "weights_represent": "population",
    }


@cache
def golden_survey(source: str, dataset: str, design: str, df_rule: str = "design") -> ws.Survey:
    """Return the survey of a row."""
    frame = golden_frame(source, dataset)
    return ws.Survey(frame, df_rule=df_rule, **design_options(design))


def survey_of(row: Row, df_rule: str = "design") -> ws.Survey:
    """Return the survey of a row, by default with the degrees of freedom of the whole design."""
    return golden_survey(row.source, row.dataset, row.design, df_rule)


def frame_of(row: Row) -> pd.DataFrame:
    """Return the data of a row."""
    return golden_frame(row.source, row.dataset)
