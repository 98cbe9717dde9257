"""A comparison in words that names questions names them, and its percentages, as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from report_files import rows_of, toml_of

REPORTS = ("ehd-2025", "hwc-2021", "psp-2021")
ANSWER = re.compile(r"(?:(?P<population>[a-z][a-z0-9_]*): )?(?P<answers>[a-z][a-z0-9_]*=.+)")
BREAK = re.compile(r" & (?=[a-z][a-z0-9_]*=)")
WITHIN = "which answer"


class Side(NamedTuple):
    """One of the two percentages that a claim compares."""

    population: str
    group: Mapping[str, str]
    variable: str
    category: str


def answers_in(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The population and the answers that a cell names; None if it is in plain words."""
    match = ANSWER.fullmatch(text)
    if match is None:
        return None
    pairs = [part.partition("=") for part in BREAK.split(match["answers"])]
    return match["population"] or "all", [(name, label) for name, _, label in pairs]


def side_of(outcome: str, group: str) -> Side | None:
    """What a side of a claim is a percentage of; None if either is in plain words."""
    people, answer = answers_in(group), answers_in(outcome)
    if people is None or (answer is None and outcome != WITHIN):
        return None
    population, answers = people
    *named, (variable, category) = answers if answer is None else [*answers, *answer[1]]
    return Side(population, dict(named), variable, category)


def labels_of(question: Mapping[str, Any]) -> set[str]:
    return {answer["label"] for key in ("categories", "nets") for answer in question.get(key, [])}


def sides_of(root: Path, name: str) -> list[tuple[dict[str, str], str, Side]]:
    claims = rows_of(root / "data" / "reports" / name / "claims.csv")
    sides = [(claim, end, side_of(claim["outcome"], claim[f"group_{end}"]))
             for claim in claims for end in "ab"]  # fmt: skip
    return [(claim, end, side) for claim, end, side in sides if side is not None]


@pytest.mark.parametrize("name", REPORTS)
def test_the_questions_answers_and_populations_of_a_claim_exist(root: Path, name: str) -> None:
    folder = root / "data" / "reports" / name
    questions = {(q["survey"], q["name"]): q for q in toml_of(folder / "codebook.toml")["question"]}
    populations = toml_of(folder / "spec.toml")["populations"]
    for claim, _, side in sides_of(root, name):
        assert side.population in ("all", *populations[claim["survey"]]), claim["claim"]
        for question, label in [*side.group.items(), (side.variable, side.category)]:
            assert label in labels_of(questions[claim["survey"], question]), claim["claim"]


@pytest.mark.parametrize("name", REPORTS)
def test_a_percentage_of_a_claim_is_the_published_one(root: Path, name: str) -> None:
    printed: dict[Any, set[str]] = {}
    for row in rows_of(root / "data" / "reports" / name / "published.csv"):
        if row["statistic"] == "percent":
            group = frozenset(p.partition("=")[::2] for p in BREAK.split(row["group"]) if p)
            key = (row["survey"], row["population"], group, row["variable"], row["category"])
            printed.setdefault(key, set()).add(row["value"])
    for claim, end, side in sides_of(root, name):
        if percent := claim[f"percent_{end}"]:
            key = (claim["survey"], side.population, frozenset(side.group.items()), *side[2:])
            assert percent in printed.get(key, ()), (claim["claim"], end)


@pytest.mark.parametrize("name", REPORTS)
def test_every_percentage_of_a_claim_belongs_to_a_question(root: Path, name: str) -> None:
    for claim in rows_of(root / "data" / "reports" / name / "claims.csv"):
        for end in "ab":
            if claim[f"percent_{end}"]:
                assert side_of(claim["outcome"], claim[f"group_{end}"]), claim["claim"]


@pytest.mark.parametrize(
    ("outcome", "group", "side"),
    [
        ("seen=Yes", "benefit=UC", Side("all", {"benefit": "UC"}, "seen", "Yes")),
        ("seen=Yes", "a: b=C & D & e=F", Side("a", {"b": "C & D", "e": "F"}, "seen", "Yes")),
        (WITHIN, "benefit=UC & help=Plan", Side("all", {"benefit": "UC"}, "help", "Plan")),
        (WITHIN, "seen: help=Plan", Side("seen", {}, "help", "Plan")),
        ("Seen by somebody", "benefit=UC", None),
        ("seen=Yes", "UC claimants", None),
        (WITHIN, "UC: clear", None),
    ],
)
def test_a_side_is_read_from_its_words(outcome: str, group: str, side: Side | None) -> None:
    assert side_of(outcome, group) == side
