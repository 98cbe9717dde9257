"""What R made of the same tables, beside what we did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from welfarestats.errors import DataError
from welfarestats.tables.independence import independence_of
from welfarestats.tables.table import Table

__all__ = ["RESULTS", "compared_results"]

TOLERANCE = 1e-9
# A standard error of nothing but rounding, such as that of a share of one.
DUST = 1e-12

_CELLS = ["stub", "stub_category", "is_net", "statistic", "banner", "banner_category"]
_PAIRS = ["variable", "category", "by", "group_a", "group_b"]
_TESTS = ["stub", "banner"]
_FIGURES = {
    "cells": [
        "estimate", "standard_error", "ci_low", "ci_high", "count", "weighted_count", "base",
        "weighted_base", "effective_base", "design_effect", "degrees_of_freedom",
    ],
    "pairs": ["difference", "standard_error", "statistic", "degrees_of_freedom", "p_value"],
    "independence": ["statistic", "df1", "df2", "p_value"],
}  # fmt: skip
RESULTS = {
    "cells": ["table", *_CELLS, *_FIGURES["cells"], "origin"],
    "pairs": ["table", *_PAIRS, *_FIGURES["pairs"], "origin"],
    "independence": ["table", *_TESTS, *_FIGURES["independence"], "origin"],
}
COLUMNS = [
    "table",
    "part",
    "row",
    "column",
    "figure",
    "ours",
    "r",
    "relative_difference",
    "agrees",
]


def compared_results(tables: Sequence[Table], name: str, folder: Path) -> pd.DataFrame:
    """Return every figure of the tables, ours and R's, one row each."""
    frames = []
    for part, ours in (("cells", _cells), ("pairs", _pairs), ("independence", _tests)):
        theirs = _read(folder / f"{name}_{part}.csv")
        for number, table in enumerate(tables, start=1):
            own = theirs[theirs["table"] == number].reset_index(drop=True)
            made = ours(table)
            if len(own) != len(made):
                raise DataError(
                    f"R's results of table {number} have {len(own):,} {part}, and the table"
                    f" {len(made):,}: they are of another table. Run the script again."
                )
            frames.append(_beside(made, own, part, number))
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(
            f"there are no results {path.name!r} of R in the folder. Run the script there first:"
            " Rscript NAME.R."
        )
    return pd.read_csv(path, keep_default_na=False, na_values=[""], encoding="utf-8")


def _cells(table: Table) -> pd.DataFrame:
    frame = table.to_frame()
    words = frame["stub"] + ": " + frame["stub_category"]
    columns = frame["banner"] + ": " + frame["banner_category"]
    return frame.assign(row=words, column=columns)


def _pairs(table: Table) -> pd.DataFrame:
    frame = table.comparisons()
    wald = frame["method"].str.startswith("design-wald")
    only = ["statistic", "degrees_of_freedom", "p_value"]
    frame[only] = frame[only].where(wald)
    category = frame["category"].fillna("Mean")
    return frame.assign(
        row=frame["variable"] + ": " + category,
        column=frame["by"] + ": " + frame["group_a"] + " - " + frame["group_b"],
    )


def _tests(table: Table) -> pd.DataFrame:
    single = [block for block in table.blocks if block.association is not None]
    if not single:
        return pd.DataFrame({name: [] for name in ("row", "column")})
    frame = independence_of(single, "rao-scott-second-order", table.origin, indicative=False)
    return frame.assign(row=frame["stub"], column=frame["banner"])


def _beside(ours: pd.DataFrame, theirs: pd.DataFrame, part: str, number: int) -> pd.DataFrame:
    frames = []
    for figure in _FIGURES[part]:
        if figure not in ours:
            continue
        mine = ours[figure].to_numpy(dtype=float)
        other = theirs[figure].to_numpy(dtype=float)
        apart, largest = np.abs(mine - other), np.maximum(np.abs(mine), np.abs(other))
        relative = np.divide(apart, largest, out=np.zeros(apart.shape), where=largest > DUST)
        known = ~np.isnan(apart)
        frame = pd.DataFrame(
            {"row": ours["row"], "column": ours["column"], "ours": mine, "r": other}
        )
        frame["figure"] = figure
        frame["relative_difference"] = np.where(known, relative, np.nan)
        agrees = pd.array(relative <= TOLERANCE, dtype="boolean")
        agrees[~known] = pd.NA
        frame["agrees"] = agrees
        frames.append(frame)
    found = pd.concat(frames).sort_index(kind="stable") if frames else pd.DataFrame()
    return found.assign(table=number, part=part)
