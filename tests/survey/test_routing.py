"""Routing: who was asked against who answered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import DataWarning

WORK = ws.Question(
    "work",
    "In paid work?",
    categories=[
        ws.Category(1, "Full time"),
        ws.Category(2, "Part time"),
        ws.Category(3, "No"),
        ws.Category(8, "Don't know", missing="dont_know"),
    ],
    nets=[ws.Net("Any work", (1, 2))],
)
HOURS = ws.Question(
    "hours",
    "Hours",
    categories=[
        ws.Category(1, "Few"),
        ws.Category(2, "Many"),
        ws.Category(8, "Don't know", missing="dont_know"),
        ws.Category(-1, "Not asked", missing="not_asked"),
        ws.Category(-2, "Does not apply", missing="not_applicable"),
    ],
    asked_if={"work": ["Any work"]},
)
WHY = ws.Question("why", "Why few?", kind="scale", asked_if={"hours": ["Few"]})
HELP = ws.Question(
    "help",
    "What helps?",
    kind="multiple",
    columns=("h1", "h2"),
    categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
    asked_if={"work": ["No"]},
)
ADVICE = ws.Question("advice", categories=[ws.Category(1), ws.Category(2)], asked_if={"help": [1]})
COUNTS = [
    "asked",
    "not_asked",
    "answered",
    "asked_empty",
    "asked_coded_not_asked",
    "answered_not_asked",
]


def checked(frame, *questions: ws.Question) -> pd.DataFrame:
    return ws.Survey(frame, codebook=questions).check_routing().to_frame().set_index("question")


def test_answered_but_not_asked_and_asked_but_empty_by_hand():
    frame = pd.DataFrame(
        {
            "work": [1, 2, 2, 1, 1, 3, 3, 3, 8, None],
            # answer, don't know, empty, code for not asked, does not apply | stray, codes, empty
            "hours": [1, 8, None, -1, -2, 2, -1, -2, None, None],
        }
    )
    row = checked(frame, WORK, HOURS).loc["hours"]
    assert row[COUNTS].tolist() == [5, 5, 3, 2, 1, 1]
    assert row["message"] == (
        "1 answered without being asked and 2 of 5 were asked and have no answer"
        " (1 coded as not asked)."
    )
    assert row["asked_if"] == "all who answered “Any work” to “In paid work?”"
    assert row["base_line"] == "Base: all who answered “Any work” to “In paid work?”"


def test_a_route_through_a_routed_question_follows_both():
    frame = pd.DataFrame(
        {
            "work": [1, 1, 3, 3],
            "hours": [1, 2, 1, None],  # the third was never asked the hours
            "why": [5.0, None, 6.0, None],
        }
    )
    table = checked(frame, WORK, HOURS, WHY)
    assert table.loc["why", COUNTS].tolist() == [1, 3, 1, 0, 0, 1]
    assert table.loc["why", "base_line"] == (
        "Base: all who answered “Any work” to “In paid work?” and answered “Few” to “Hours”"
    )


def test_multiple_responses_are_routed_and_route():
    frame = pd.DataFrame(
        {
            "work": [3, 3, 3, 1, 1],
            "h1": [1, 0, None, None, 1],
            "h2": [0, 0, None, None, 0],
            "advice": [1, None, None, None, 2],
        }
    )
    table = checked(frame, WORK, HELP, ADVICE)
    assert table.loc["help", COUNTS].tolist() == [3, 2, 2, 1, 0, 1]
    assert table.loc["advice", COUNTS].tolist() == [1, 4, 1, 0, 0, 1]
    assert table.loc["advice", "base_line"] == (
        "Base: all who answered “No” to “In paid work?” and chose “Advice” at “What helps?”"
    )


def test_a_file_that_follows_its_routing_says_so():
    frame = pd.DataFrame({"work": [1, 3], "hours": [1, None]})
    survey = ws.Survey(frame, codebook=[WORK, HOURS])
    check = survey.check_routing()
    assert check.ok
    assert check.to_frame()["message"].tolist() == [
        "All 1 who were asked answered, and nobody else."
    ]
    stray = ws.Survey(frame.assign(hours=[1, 2]), codebook=[WORK, HOURS]).check_routing()
    assert not stray.ok


def test_a_codebook_without_routing_has_nothing_to_check():
    check = ws.Survey(pd.DataFrame({"work": [1, 2]}), codebook=[WORK]).check_routing()
    assert check.ok
    assert len(check.to_frame()) == 0
    assert "No question of the codebook has asked_if" in repr(check)


def test_a_question_that_cannot_be_read_is_named_and_the_others_are_checked():
    frame = pd.DataFrame({"work": [1, 3], "hours": [1, None], "h1": [2, 0], "h2": [0, 0]})
    survey = ws.Survey(frame, codebook=[WORK, HOURS, HELP])
    check = survey.check_routing()
    table = check.to_frame().set_index("question")
    assert table.loc["hours", "asked"] == 1
    assert pd.isna(table.loc["help", "asked"])
    assert table.loc["help", "message"].startswith("Cannot be checked: column 'h1' of the multiple")
    assert not check.ok
    assert "[x]" in repr(check)


def test_the_counts_are_those_of_the_tables_base():
    frame = pd.DataFrame({"work": [1, 2, 3, 1], "hours": [1, 2, 2, None]})
    survey = ws.Survey(frame, codebook=[WORK, HOURS])
    row = survey.check_routing().to_frame().iloc[0]
    with pytest.warns(DataWarning, match="1 answers of respondents who, by asked_if"):
        base = ws.estimate_proportions(survey, "hours").to_frame()["base"][0]
    assert base == row["answered"]


def test_weight_zero_counts_and_a_domain_has_its_own_rows():
    frame = pd.DataFrame({"work": [1, 1, 3], "hours": [1, None, None], "w": [0.0, 1.0, 1.0]})
    survey = ws.Survey(frame, weights="w", codebook=[WORK, HOURS])
    assert survey.check_routing().to_frame()[COUNTS].iloc[0].tolist() == [2, 1, 1, 1, 0, 0]
    inside = survey.domain(work="No").check_routing()
    assert inside.to_frame()[COUNTS].iloc[0].tolist() == [0, 1, 0, 0, 0, 0]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 30))
def test_nobody_is_lost_and_order_and_engine_do_not_matter(seed, size):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "work": random.choice([1, 2, 3, 8, np.nan], size),
            "hours": random.choice([1, 2, 8, -1, -2, np.nan], size),
            "why": random.choice([1, 5, np.nan], size),
            "h1": random.choice([0, 1, np.nan], size),
            "h2": random.choice([0, 1, np.nan], size),
        }
    )
    table = checked(frame, WORK, HOURS, WHY, HELP)
    assert (table["asked"] + table["not_asked"] == size).all()
    assert (table["answered"] + table["asked_empty"] == table["asked"]).all()
    assert (table["answered_not_asked"] <= table["not_asked"]).all()
    for other in (frame.sample(frac=1, random_state=0), pl.from_pandas(frame).lazy()):
        pd.testing.assert_frame_equal(table, checked(other, WORK, HOURS, WHY, HELP))


def test_it_shows_itself_safely():
    question = ws.Question("<b>", "<script>", kind="scale", asked_if={"work": [1]})
    frame = pd.DataFrame({"work": [1, 3], "<b>": [1, None]})
    html = ws.Survey(frame, codebook=[WORK, question]).check_routing()._repr_html_()
    assert "<b>" not in html.replace("<b></b>", "")
    assert "&lt;b&gt;" in html
