"""The files of a report folder as they stand, read without the library."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def toml_of(path: Path) -> dict[str, Any]:
    """The tables of a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
