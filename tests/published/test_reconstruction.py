"""Invented respondents against the published numbers, recounted here in plain pandas."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REPORTS = Path(__file__).parents[2] / "data" / "reports"
RECONSTRUCTED = ["ehd-2025", "hwc-2021"]
COUNTED = ("percent", "count", "base", "weighted_base")


class Recount:
    """Published rows recounted from a data frame, without the library."""

    def __init__(self, folder: Path, survey: str, frame: pd.DataFrame) -> None:
        spec = tomllib.loads((folder / "spec.toml").read_text(encoding="utf-8"))
        book = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))
        self.populations = spec.get("populations", {}).get(survey, {})
        self.questions = {q["name"]: q for q in book["question"] if q["survey"] == survey}
        self.frame = frame
        column = spec["surveys"][survey].get("weights")
        self.weights = frame[column] if column else pd.Series(1.0, index=frame.index)

    def gave(self, name: str, label: str) -> pd.Series:
        question = self.questions[name]
        codes = [c["code"] for c in question["categories"] if c["label"] == label]
        for net in question.get("nets", []):
            if net["label"] == label:
                codes = net["codes"]
        assert codes, (name, label)
        if question["kind"] != "multiple":
            return self.frame[name].isin(codes)
        every = [c["code"] for c in question["categories"]]
        columns = [question["columns"][every.index(code)] for code in codes]
        return (self.frame[columns] == 1).any(axis=1)

    def people(self, row: dict[str, str]) -> pd.Series:
        chosen = pd.Series(True, index=self.frame.index)
        where = self.populations.get(row["population"], {}).get("where", {})
        for name, labels in where.items():
            several = [labels] if isinstance(labels, str) else labels
            chosen &= pd.concat([self.gave(name, label) for label in several], axis=1).any(axis=1)
        for part in row["group"].split(" & ") if row["group"] else []:
            name, label = part.split("=", 1)
            chosen &= self.gave(name, label)
        return chosen

    def valid(self, name: str) -> pd.Series:
        question = self.questions[name]
        missing = [c["code"] for c in question["categories"] if "missing" in c]
        if question["kind"] != "multiple":
            return self.frame[name].notna() & ~self.frame[name].isin(missing)
        return self.frame[question["columns"]].notna().any(axis=1)

    def computed(self, row: dict[str, str]) -> float:
        chosen = self.people(row)
        if row["variable"]:
            chosen &= self.valid(row["variable"])
        if row["statistic"] == "base":
            return float(chosen.sum())
        if row["statistic"] == "weighted_base":
            return float(self.weights[chosen].sum())
        gave = (
            chosen if not row["category"] else chosen & self.gave(row["variable"], row["category"])
        )
        if row["statistic"] == "count":
            return float(gave.sum())
        return 100 * float(self.weights[gave].sum()) / float(self.weights[chosen].sum())


def prints_as(computed: float, row: dict[str, str]) -> bool:
    rounded = Decimal(repr(round(computed, 9))).quantize(
        Decimal(1).scaleb(-len(row["printed"].partition(".")[2])), rounding=ROUND_HALF_UP
    )
    if row["printed"] == "*":
        return computed > 0 and rounded == 0
    return float(rounded) == float(row["value"])


def rows_of(folder: Path, survey: str) -> list[dict[str, str]]:
    with (folder / "published.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        row
        for row in rows
        if row["survey"] == survey
        and row["statistic"] in COUNTED
        and not row["note"].startswith("contradicted")
    ]


def surveys_of(name: str) -> dict[str, Any]:
    spec = tomllib.loads((REPORTS / name / "spec.toml").read_text(encoding="utf-8"))
    return spec["surveys"]


SHIPPED = [(name, survey) for name in RECONSTRUCTED for survey in surveys_of(name)]


@pytest.mark.parametrize(("name", "survey"), SHIPPED)
def test_the_shipped_people_give_every_published_number(name: str, survey: str) -> None:
    folder = REPORTS / name
    frame = pd.read_parquet(folder / surveys_of(name)[survey]["microdata"])
    recount = Recount(folder, survey, frame)
    rows = rows_of(folder, survey)
    wrong = [
        (row["item"], row["line"], row["printed"], recount.computed(row))
        for row in rows
        if not prints_as(recount.computed(row), row)
    ]
    assert rows
    assert wrong == []
