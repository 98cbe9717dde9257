"""Base lines: who was asked, in the words of the questionnaire."""

from __future__ import annotations

import pandas as pd

import welfarestats as ws
from welfarestats.survey.base_lines import base_line, who_was_asked

WORK = ws.Question(
    "work",
    "Are you in paid work?",
    categories=[
        ws.Category(1, "Full time"),
        ws.Category(2, "Part time"),
        ws.Category(3, "No"),
        ws.Category(8, "Don't know", missing="dont_know"),
    ],
    nets=[ws.Net("Any work", (1, 2))],
)


def line(*questions: ws.Question) -> str:
    return base_line(questions[-1], ws.Codebook([WORK, *questions]))


def test_everybody_was_asked():
    assert line(ws.Question("sex")) == "Base: all respondents"


def test_codes_labels_and_nets_are_named_by_their_labels():
    for wanted in ([1, 2], ["Full time", "Part time"], ["1", 2.0]):
        asked = ws.Question("hours", asked_if={"work": wanted})
        assert line(asked) == (
            "Base: all who answered “Full time” or “Part time” to “Are you in paid work?”"
        )
    net = ws.Question("hours", asked_if={"work": ["Any work"]})
    assert line(net) == "Base: all who answered “Any work” to “Are you in paid work?”"


def test_don_t_knows_may_lead_to_a_question():
    asked = ws.Question("sure", asked_if={"work": [3, 8]})
    assert "“No” or “Don't know”" in line(asked)


def test_the_whole_chain_is_told_once_each_first_things_first():
    hours = ws.Question(
        "hours", "Hours", categories=[ws.Category(1, "Few")], asked_if={"work": [2]}
    )
    why = ws.Question("why", asked_if={"work": [2], "hours": [1]})
    assert line(hours, why) == (
        "Base: all who answered “Part time” to “Are you in paid work?” and answered “Few” to “Hours”"
    )


def test_mentions_are_chosen():
    helped = ws.Question(
        "helped", "What helped?", kind="multiple", categories=[ws.Category(1, "Advice")]
    )
    after = ws.Question("after", asked_if={"helped": [1]})
    assert line(helped, after) == "Base: all who chose “Advice” at “What helped?”"


def test_an_answer_without_a_label_is_its_code():
    asked = ws.Question("x", asked_if={"work": [7.0]})
    assert who_was_asked(asked, ws.Codebook([WORK, asked])).startswith("all who answered “7” to")


def test_the_mark_of_invented_answers_is_no_part_of_the_question():
    asked = ws.Question("hours", asked_if={"work": [1]})
    frame = pd.DataFrame({"work": [1, 2], "hours": [1, 2]})
    survey = ws.Survey(frame, codebook=[WORK, asked], origin="synthetic")
    assert base_line(survey.codebook["hours"], survey.codebook) == line(asked)
