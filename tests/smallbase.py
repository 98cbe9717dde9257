"""The rows of `tests/golden/smallbase.csv`: intervals and tests for small unweighted bases."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "golden" / "smallbase.csv"
NUMBERS = ("x", "n", "pop_n", "x2", "n2", "conf", "estimate", "statistic", "df", "p_value")


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """Return every row, numbers as floats (NaN where empty), ``extra`` as a dict."""
    with PATH.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        for name in (*NUMBERS, "ci_low", "ci_high"):
            row[name] = float(row[name] or "nan")
        row["extra"] = json.loads(row["extra"] or "{}")
    return tuple(found)


def cases(method: str, group: str = "") -> list[dict[str, Any]]:
    """Return the rows of one method, of one group of cases (``"ci"``) where it is named."""
    return [
        row
        for row in rows()
        if row["method"] == method and row["case"].startswith(f"{group}/" if group else "")
    ]
