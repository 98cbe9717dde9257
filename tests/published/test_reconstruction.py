"""Invented respondents against the published numbers, recounted here in plain pandas."""

from __future__ import annotations

import csv
import json
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_files import rows_of, toml_of
from toyreport import replace_in

import welfarestats as ws
from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import invented_people, write_reconstruction
from welfarestats.published.report import load_report

REPORTS = Path(__file__).parents[2] / "data" / "reports"
RECONSTRUCTED = ["ehd-2025", "hwc-2021"]
COUNTED = ("percent", "count", "base", "weighted_base")


class Recount:
    """Published rows recounted from a data frame, without the library."""

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


def rows_to_meet(folder: Path, survey: str) -> list[dict[str, str]]:
    return [
        row
        for row in rows_of(folder / "published.csv")
        if row["survey"] == survey
        and row["statistic"] in COUNTED
        and not row["note"].startswith("contradicted")
    ]


def surveys_of(name: str) -> dict[str, Any]:
    spec = toml_of(REPORTS / name / "spec.toml")
    return spec["surveys"]


SHIPPED = [(name, survey) for name in RECONSTRUCTED for survey in surveys_of(name)]


@pytest.mark.parametrize(("name", "survey"), SHIPPED)
def test_the_shipped_people_give_every_published_number(name: str, survey: str) -> None:
    folder = REPORTS / name
    frame = pd.read_parquet(folder / surveys_of(name)[survey]["microdata"])
    recount = Recount(folder, survey, frame)
    rows = rows_to_meet(folder, survey)
    wrong = [
        (row["item"], row["line"], row["printed"], recount.computed(row))
        for row in rows
        if not prints_as(recount.computed(row), row)
    ]
    assert rows
    assert wrong == []


@pytest.mark.parametrize(("name", "survey"), SHIPPED)
def test_the_shipped_people_say_that_they_are_invented(name: str, survey: str) -> None:
    import pyarrow.parquet as pq

    path = REPORTS / name / surveys_of(name)[survey]["microdata"]
    said = json.loads((pq.read_schema(path).metadata or {})[b"welfarestats"])
    assert said == {
        "origin": "synthetic",
        "report": name,
        "statement": "Invented records that satisfy the published numbers; not the department's data.",
    }
    assert "synthetic" in path.name
    assert "not the department's data" in (path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "survey"), SHIPPED)
def test_the_shipped_people_have_codes_and_nothing_that_names_them(name: str, survey: str) -> None:
    book = toml_of(REPORTS / name / "codebook.toml")
    frame = pd.read_parquet(REPORTS / name / surveys_of(name)[survey]["microdata"])
    declared = {
        column
        for question in book["question"]
        if question["survey"] == survey
        for column in question.get("columns", [question["name"]])
    }
    weights = {surveys_of(name)[survey].get("weights")} - {None}
    assert set(frame.columns) == declared | weights
    codes = frame[sorted(declared)].to_numpy(dtype=float)
    assert (np.isnan(codes) | (codes == np.round(codes))).all()


@pytest.mark.parametrize(("name", "survey"), SHIPPED)
def test_reconstructing_again_gives_every_published_number(name: str, survey: str) -> None:
    frame = invented_people(load_report(name), survey)
    recount = Recount(REPORTS / name, survey, frame)
    assert all(
        prints_as(recount.computed(row), row) for row in rows_to_meet(REPORTS / name, survey)
    )


def test_reconstructing_twice_gives_the_same_people() -> None:
    report = load_report("ehd-2025")
    for survey in ("wave2", "practitioners", "advisers"):
        pd.testing.assert_frame_equal(
            invented_people(report, survey), invented_people(report, survey)
        )


def test_weights_say_little_about_answers() -> None:
    frame = pd.read_parquet(REPORTS / "hwc-2021" / surveys_of("hwc-2021")["hwc"]["microdata"])
    for _, people in frame.groupby("benefit"):
        for column in ("area_mental_health", "technique_none", "agreed_actions", "main_area"):
            means = people.groupby(column)["weight"].agg(["mean", "size"])
            assert means.loc[means["size"] > 30, "mean"].between(0.93, 1.07).all(), column


def test_no_two_questions_are_related_but_by_chance() -> None:
    frame = pd.read_parquet(REPORTS / "hwc-2021" / surveys_of("hwc-2021")["hwc"]["microdata"])
    several = ["topic_health", "technique_about_me", "agreed_actions", "further_work", "referred"]
    for _, people in frame.groupby("benefit"):
        related = people[several].corr().to_numpy() - np.eye(len(several))
        assert np.abs(related).max() < 5 / math.sqrt(len(people))


def random_visits(seed: int) -> pd.DataFrame:
    """People who answer the questions of the toy report anyhow, as their routes allow."""
    random = np.random.default_rng(seed)
    size = 120
    people = pd.DataFrame({"benefit": random.integers(1, 3, size)})
    people["seen"] = random.choice([1, 2, 98], size, p=[0.6, 0.35, 0.05])
    asked = people["seen"] == 1
    options = ["help_form", "help_call", "help_plan"]
    for column, share in zip(options, (0.4, 0.3, 0.5), strict=True):
        people[column] = pd.Series(random.random(size) < share).astype(float).where(asked)
    people["help_none"] = (people[options].sum(axis=1) == 0).astype(float).where(asked)
    useful = pd.Series(random.integers(1, 3, size), dtype=float)
    people["useful"] = useful.where(people["help_plan"] == 1)
    barriers = ["barrier_health", "barrier_care", "barrier_travel"]
    for column in barriers:
        people[column] = (random.random(size) < 0.5).astype(int)
    mentions = people[barriers].sum(axis=1)
    people["barrier_none"] = (mentions == 0).astype(int)
    people["barrier_count"] = mentions.clip(upper=2) + 1
    people["mood"] = random.choice([1, 2, 3, 4], size, p=[0.4, 0.4, 0.15, 0.05])
    people["weight"] = random.choice([0.6, 0.8, 1.0, 1.2, 1.5], size)
    return people


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_numbers_counted_from_any_people_can_be_met_again(bare_toy: Path, seed: int) -> None:
    people = random_visits(seed)
    recount = Recount(bare_toy, "visits", people)
    rows = [row for row in rows_to_meet(bare_toy, "visits") if row["statistic"] != "mean"]
    for row in rows:
        computed = recount.computed(row)
        decimals = 1 if row["printed"].count(".") else 0
        row["printed"] = str(
            Decimal(repr(round(computed, 9))).quantize(
                Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP
            )
        )
        if row["printed"] == "0" and computed > 0 and row["statistic"] == "percent":
            row["printed"] = "*"
        row["value"] = "" if row["printed"] == "*" else row["printed"]
    with (bare_toy / "published.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    replace_in(bare_toy / "spec.toml", "base = 76\nbase_status", "base_status")
    replace_in(bare_toy / "spec.toml", 'base_status = "inferred"\ncandidate_bases = [76, 77]\n', "")
    again = Recount(bare_toy, "visits", invented_people(load_report(bare_toy), "visits"))
    assert [row["item"] for row in rows if not prints_as(again.computed(row), row)] == []


def test_the_survey_is_synthetic_and_its_errors_are_blank(toy: Path) -> None:
    people = ws.reconstruct(load_report(toy))
    assert set(people) == {"visits", "staff"}
    assert people["visits"].origin == "synthetic"
    assert (
        ws.estimate_proportions(people["visits"], "seen").to_frame()["standard_error"].isna().all()
    )


def test_collected_respondents_are_left_alone() -> None:
    assert ws.reconstruct(load_report("nhanes2")) == {}
    assert write_reconstruction(load_report("nhanes2")) == []


def test_a_file_of_invented_people_must_be_named_so(bare_toy: Path) -> None:
    replace_in(bare_toy / "spec.toml", "staff-synthetic.parquet", "staff.parquet")
    with pytest.raises(ReportError, match="must have 'synthetic' in its name"):
        write_reconstruction(load_report(bare_toy))


def test_an_old_file_stays_when_a_new_one_fails(toy: Path) -> None:
    old = (toy / "microdata" / "staff-synthetic.parquet").read_bytes()
    replace_in(toy / "published.csv", "percent,75,75,26", "percent,72,72,26")
    with pytest.raises(ReportError, match="tools-phone"):
        write_reconstruction(load_report(toy))
    assert (toy / "microdata" / "staff-synthetic.parquet").read_bytes() == old
    assert not list((toy / "microdata").glob("*.part"))


def test_a_mark_without_a_proof_is_refused(bare_toy: Path) -> None:
    replace_in(
        bare_toy / "published.csv",
        "tools-phone,staff,tools,all,,Phone,percent,75,75,26,",
        "tools-phone,staff,tools,all,,Phone,percent,75,75,26,contradicted: I say so",
    )
    with pytest.raises(
        ReportError, match=r"tools-phone \(line 26\) is marked as contradicted, but"
    ):
        invented_people(load_report(bare_toy), "staff")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[reconstruction.staff]\nseed = 8\n", "", r"spec.toml has no \[reconstruction.staff\]"),
        ('weights = "weight"\n', "", r"has weights, but \[surveys.visits\] names no column"),
    ],
)
def test_a_survey_needs_a_recipe(bare_toy: Path, old: str, new: str, sentence: str) -> None:
    replace_in(bare_toy / "spec.toml", old, new)
    with pytest.raises(ReportError, match=sentence):
        ws.reconstruct(load_report(bare_toy))
