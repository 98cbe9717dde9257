"""What a protected table says of pairs of columns: no more than the figures that it prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.output.wording import round_half_up
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.letters import REST_KEYS, TOTAL_KEY
from welfarestats.tables.sheet import Sheet

Mask = NDArray[np.bool_]

#: States whose figure, or the count and base that it is made of, a page prints.
VISIBLE = ("shown", "flagged", "count-only", "rounds-to-zero", "zero")
WITHHELD = "confidential: not both figures are shown"

# Exact to many digits, these would give back the counts behind figures that are rounded.
_EXACT = [
    "effective_base_a",
    "effective_base_b",
    "standard_error",
    "statistic",
    "degrees_of_freedom",
    "p_value",
    "p_adjusted",
    "ci_low",
    "ci_high",
    "least_significant_difference",
    "minimum_detectable_difference",
    "equivalence_low",
    "equivalence_high",
]
_VERDICTS = ("significant", "tested", "equivalent")
_SIDES = ("estimate_a", "estimate_b", "base_a", "base_b", "difference")
_WORDS = ("method", "method_reason")


def pairs_as_printed(pairs: pd.DataFrame, sheet: Sheet, style: HouseStyle) -> pd.DataFrame:
    """Return pairs with figures and bases as printed; a pair with a hidden one says so alone.

    Parameters
    ----------
    pairs
        As `Table.comparisons` gives them before protection.
    sheet
        The cells as they are shown.
    style
        How figures are rounded.

    Returns
    -------
    pandas.DataFrame
        The same rows. ``difference`` is that of the printed figures; effective bases, errors,
        limits, p-values and detectable differences are missing.
    """
    found = pairs.copy()
    printed = _printed(sheet, style)
    rows = found[["variable", "category", "by"]].astype(object).to_numpy().tolist()
    seen = np.ones(len(found), dtype=bool)
    for side in "ab":
        groups = found[f"group_{side}"].tolist()
        cells = [
            printed.get((*_row(row), "Total" if group == "Total" else row[2], group), _NOTHING)
            for row, group in zip(rows, groups, strict=True)
        ]
        found[f"estimate_{side}"] = [estimate for estimate, _ in cells]
        found[f"base_{side}"] = [base for _, base in cells]
        # The rest of a column is printed nowhere; that it differs is, where its total is.
        needed = [
            printed.get((*_row(row), "Total", "Total"), _NOTHING) if group == "Rest" else cell
            for row, group, cell in zip(rows, groups, cells, strict=True)
        ]
        seen &= ~np.isnan([estimate for estimate, _ in needed])
    found["difference"] = found["estimate_a"] - found["estimate_b"]
    found[[name for name in _EXACT if name in found]] = np.nan
    found.loc[~seen, list(_SIDES)] = np.nan
    found.loc[~seen, [name for name in _VERDICTS if name in found]] = False
    found.loc[~seen, list(_WORDS)] = ""
    found.loc[~seen, "reason"] = WITHHELD
    return found


_NOTHING = (np.nan, np.nan)


def _row(row: list[Any]) -> tuple[str, str]:
    return str(row[0]), "" if pd.isna(row[1]) else str(row[1])


def _printed(sheet: Sheet, style: HouseStyle) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return figure and base of each cell as they are printed, by stub, row, banner and column."""
    found: dict[tuple[str, ...], tuple[float, float]] = {}
    values, statistics = sheet.values, sheet.statistic
    for row, column in np.ndindex(values["estimate"].shape):
        if statistics[row] == "median":
            continue
        one, mean = sheet.columns[column], bool(sheet.mean[row])
        label = "" if mean else str(sheet.labels[row])
        key = str(sheet.stub[row]), label, one.banner, one.label
        cell = _NOTHING
        if values["state"][row, column] in VISIBLE:
            estimate = float(values["estimate"][row, column])
            if mean:
                estimate = round_half_up(estimate, style.mean_decimals)
            else:
                estimate = round_half_up(100 * estimate, style.decimals) / 100
            cell = estimate, float(values["base"][row, column])
        # Of two cells with one name neither may be told if one is hidden.
        known = found.get(key, cell)
        found[key] = _NOTHING if np.isnan(known[0]) or np.isnan(cell[0]) else known
    return found


def letters_of_seen(sheet: Sheet, name: str, hidden: Mask, versus: str) -> NDArray[np.object_]:
    """Return letters, by their name, without those that compare a figure with a hidden one."""
    found: NDArray[np.object_] = sheet.values[name].copy()
    keys = {one.key for one in sheet.columns}
    for row in np.flatnonzero(hidden.any(axis=1)):
        for column in np.flatnonzero(found[row] != ""):
            gone = _gone(sheet, hidden[row], sheet.columns[column].banner, versus)
            text = "" if hidden[row, column] else str(found[row, column])
            found[row, column] = _without(text, gone, keys)
    return found


def _gone(sheet: Sheet, hidden: Mask, banner: str, versus: str) -> set[str]:
    """Return the keys that may not stand in a row of a banner question, in either case."""
    total = sheet.banner("Total")
    if banner != "Total" and versus in ("total", "rest"):
        return (
            {TOTAL_KEY, TOTAL_KEY.lower(), *REST_KEYS} if not total or hidden[total[0]] else set()
        )
    near = [banner] if banner != "Total" else sheet.banners
    keys = [one.key for one, gone in zip(sheet.columns, hidden, strict=True) if gone]
    own = {one.key for one in sheet.columns if one.banner in near}
    return {case for key in keys if key in own for case in (key, key.lower())}


def _without(letters: str, gone: set[str], keys: set[str]) -> str:
    """Return letters without some; with many columns they are words, which a space divides."""
    if " " in letters:
        return " ".join(key for key in letters.split() if key not in gone)
    if len(letters) > 1 and letters.upper() in keys:
        # AB is the column of that key, or A and B: it goes if either is hidden.
        return "" if gone & {letters, *letters} else letters
    return "".join(key for key in letters if key not in gone)
