"""Published rows recounted from a data frame in plain pandas, without the library."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
from report_files import rows_of, toml_of

COUNTED = ("percent", "count", "base", "weighted_base", "mean", "sum")


class Recount:
    """Published rows recounted from a data frame."""

    def __init__(self, folder: Path, survey: str, frame: pd.DataFrame) -> None:
        spec = toml_of(folder / "spec.toml")
        book = toml_of(folder / "codebook.toml")
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
        if question.get("kind", "single") != "multiple":
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
        if question.get("kind", "single") != "multiple":
            return self.frame[name].notna() & ~self.frame[name].isin(missing)
        every = [c["code"] for c in question["categories"]]
        unsure = [question["columns"][every.index(code)] for code in missing]
        asked = self.frame[question["columns"]].notna().any(axis=1)
        return asked & ~(self.frame[unsure] == 1).any(axis=1)

    def computed(self, row: dict[str, str]) -> float:
        chosen = self.people(row)
        if row["variable"]:
            chosen &= self.valid(row["variable"])
        if row["statistic"] == "base":
            return float(chosen.sum())
        if row["statistic"] == "weighted_base":
            return float(self.weights[chosen].sum())
        if row["statistic"] in ("mean", "sum"):
            return self.scored(row, chosen)
        gave = (
            chosen if not row["category"] else chosen & self.gave(row["variable"], row["category"])
        )
        if row["statistic"] == "count":
            return float(gave.sum())
        return 100 * float(self.weights[gave].sum()) / float(self.weights[chosen].sum())

    def scored(self, row: dict[str, str], chosen: pd.Series) -> float:
        categories = self.questions[row["variable"]]["categories"]
        scores = self.frame[row["variable"]].map(
            {c["code"]: float(c["score"]) for c in categories if "score" in c}
        )
        chosen = chosen & scores.notna()
        total = float((scores * self.weights)[chosen].sum())
        return total if row["statistic"] == "sum" else total / float(self.weights[chosen].sum())


def prints_as(computed: float, row: dict[str, str]) -> bool:
    rounded = Decimal(repr(round(computed, 9))).quantize(
        Decimal(1).scaleb(-len(row["printed"].partition(".")[2])), rounding=ROUND_HALF_UP
    )
    if row["printed"] == "*":
        return computed > 0 and rounded == 0
    return float(rounded) == float(row["value"])


def rows_to_meet(folder: Path, survey: str) -> list[dict[str, str]]:
    return [
        row
        for row in rows_of(folder / "published.csv")
        if row["survey"] == survey
        and row["statistic"] in COUNTED
        and not row["note"].startswith("contradicted")
    ]
