"""Drafted sentences against their own check: shipped surveys, and labels that hold numbers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.tables.books import Book
from welfarestats.tables.table import Table

ANSWERS = (
    ("16 to 24", "25 to 34", "35 to 49", "50 and over"),
    ("1", "2", "3 or more"),
    ("Agree", "Disagree", "Neither agree nor disagree"),
    ("Yes, within 6 months", "Yes, later", "No"),
    ("Under 12 months", "12 to 24 months", "2 years or more"),
    ("£0 to £99", "£100 to £199", "£200 or more"),
    ("Very good", "Good", "Fair", "Poor", "Very poor"),
    ("None", "1 to 2", "3 to 5", "10+"),
    ("A 50% share", "Less than 50%", "All"),
    ("Half or more", "Less than half"),
    ("Most of the time", "Rarely", "About half the time"),
)
LABELS = (
    "Duration (months, 12 max)", "Age", "Age in 2021", "Number of children under 16", "In work",
    "Agrees with statement 3", "Q12. Satisfaction (0 to 10)", "Hours a week (16 or more counts)",
    "Share of rent paid (per cent)", "More likely to work", "Top two boxes (4 or 5)",
)  # fmt: skip


def _faults(tables: Table | Book) -> tuple[int, list[str]]:
    said = ws.draft_sentences(tables)
    check = ws.check_prose("\n\n".join(said), tables) if said else None
    wrong = (
        [f"{one.status} {one.words!r}: {one.sentence}" for one in check.checked if one.fault]
        if check
        else []
    )
    return len(said), wrong


def _made_up(seed: int) -> Table:
    """A table whose labels hold numbers and whose stub and banner share some."""
    chance, rng = random.Random(seed), np.random.default_rng(seed)
    size = chance.choice([150, 400, 1200])
    frame = pd.DataFrame(index=range(size))
    codebook = []
    for at, label in enumerate(chance.sample(LABELS, 4)):
        answers = chance.choice(ANSWERS)
        frame[f"v{at}"] = rng.choice(answers, size, p=rng.dirichlet(np.full(len(answers), 2.0)))
        codebook.append(ws.Question(f"v{at}", label))
    answers = np.array(sorted(frame["v0"].unique()))
    led = answers[pd.factorize(frame["v2"])[0] % len(answers)]
    frame["v0"] = np.where(rng.random(size) < 0.4, led, frame["v0"])
    survey = ws.Survey(frame, codebook=codebook)
    banner: Any = chance.choice([["v2"], ["v2", "v3"], [("v2", "v3")]])
    percent = chance.choice(["column", "column", "row"])
    return ws.crosstab(survey, ["v0", "v1"], banner, percent=percent)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_less_than_one_sentence_in_a_hundred_fails_where_labels_hold_numbers():
    sentences, wrong = 0, []
    for seed in range(60):
        said, found = _faults(_made_up(seed))
        sentences += said
        wrong += found
    assert sentences > 300
    assert len(wrong) < sentences / 100, wrong


@pytest.mark.parametrize(
    ("report", "survey", "banner"),
    [
        ("nhanes2", "nhanes2", ["region", "race"]),
        ("nhanes2", "nhanes2", [("region", "race")]),
        ("hwc-2021", "hwc", ["benefit", "age"]),
        ("hwc-2021", "hwc", ["main_area", "condition_count"]),
        ("psp-2021", "psp", ["age", "sex"]),
        ("psp-2021", "psp", [("age", "sex")]),
        ("ehd-2025", "wave1", ["outlook_on_work"]),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_sentence_drafted_from_a_shipped_survey_fails(report: str, survey: str, banner: Any):
    people = ws.load_report(report).survey(survey)
    used = {name for one in banner for name in ((one,) if isinstance(one, str) else one)}
    stubs = [question.name for question in people.codebook if question.name not in used]
    for options in ({}, {"synthetic_inference": True} if people.origin == "synthetic" else {}):
        said, wrong = _faults(ws.book(people, stubs, banner, **options))
        assert said
        assert wrong == []
