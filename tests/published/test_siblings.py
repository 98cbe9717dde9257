"""Numbers that are true of another cell of the same question than the words name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from prose_tables import faults, mood_table

import welfarestats as ws
from welfarestats.published.evidence_sources import evidence_of
from welfarestats.published.siblings import is_net

TABLE = mood_table()


def _wishes() -> ws.Survey:
    """200 people, a wish each: 80 part-time, 60 full-time, 40 volunteering, 20 none."""
    wishes = ["Part-time work"] * 80 + ["Full-time work"] * 60 + ["Volunteering"] * 40
    frame = pd.DataFrame({"wish": wishes + ["Nothing at all"] * 20})
    return ws.Survey(frame, codebook=[ws.Question("wish", "What they wish to do")])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        # Another answer: 40 per cent of those in Kent were sad.
        ("In Kent, 40 per cent were happy.", "40 per cent"),
        # Another group: 24 per cent in Surrey.
        ("In Kent, 24 per cent were happy.", "24 per cent"),
        # The number of a group, where none is named.
        ("Of all respondents, 60 per cent were happy.", "60 per cent"),
    ],
)
def test_a_number_of_another_answer_or_group_is_wrong(text: str, wrong: str):
    assert faults(text, TABLE) == {wrong: "wrong number"}


def test_the_cell_that_is_named_stands_in_the_message():
    check = ws.check_prose("In Kent, 24 per cent were happy.", TABLE)
    assert check.findings()["message"].tolist() == [
        (
            "The text says 24 per cent; the words point to mood = Happy; "
            "county = Kent: 60 per cent, base 200, letters B."
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "In Kent, 24 per cent were happy. In Surrey, it was 60 per cent who were happy.",
        (
            "Happiness was most common in Kent, named by 24 per cent, followed by Surrey, named by "
            "60 per cent."
        ),
        "In Kent, 40 per cent were happy and 60 per cent sad.",
    ],
)
def test_two_numbers_exchanged_are_both_wrong_also_in_two_sentences(text: str):
    assert set(faults(text, TABLE).values()) == {"wrong number"}
    assert len(faults(text, TABLE)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "In Kent, 60 per cent were happy. In Surrey, it was 24 per cent who were happy.",
        (
            "Happiness was most common in Kent, named by 60 per cent, followed by Surrey, named by "
            "24 per cent."
        ),
        "In Kent, 60 per cent were happy and 40 per cent sad.",
        "Those in Kent were happy (60 per cent), those in Surrey sad (76 per cent).",
    ],
)
def test_numbers_that_belong_to_their_clauses_are_right(text: str):
    assert faults(text, TABLE) == {}


def test_one_cell_told_twice_in_a_sentence_is_once_too_often():
    text = "40 per cent wished part-time work and 40 per cent full-time work."
    table = ws.crosstab(_wishes(), "wish", [])
    check = ws.check_prose(text, table)
    assert check.findings()["words"].tolist() == ["40 per cent"]
    assert "Full-time work" in check.findings()["message"][0]


def test_a_cell_told_already_is_no_rival_where_its_lead_is_small():
    text = "Part-time work was named by 40 per cent, full-time work by 30 per cent."
    assert faults(text, ws.crosstab(_wishes(), "wish", [])) == {}


@pytest.mark.parametrize(
    ("label", "net"),
    [
        ("Any external programme", True),
        ("Some form of work", True),
        ("At least one technique", True),
        ("At least moderate problems", False),
        ("Anything else", False),
    ],
)
def test_a_net_is_known_by_its_label(label: str, net: bool):
    fact = evidence_of(TABLE).facts[0]
    assert is_net(replace(fact, category=label)) == net


PSP = ws.load_report("psp-2021")


def test_an_answer_without_a_number_of_its_own_is_named_in_place_of_another():
    text = "Over eight out of ten (83 per cent) of claimants said that it affected their {}."
    assert faults(text.format("mental health"), PSP) == {}
    assert faults(text.format("mobility"), PSP) == {"83 per cent": "found nowhere"}


def test_a_net_may_be_told_by_its_parts():
    text = (
        "Sixteen per cent of those whose health affected them less severely reported working in "
        "either full-time, part-time or permitted work as a result of the support."
    )
    assert faults(text, PSP) == {}


@pytest.mark.parametrize(
    ("base", "found"),
    [("1532", {}), ("1645", {"1645": "wrong number"}), ("843", {"843": "wrong number"})],
)
def test_a_base_line_is_of_the_title_above_it_and_of_those_it_names(
    base: str, found: dict[str, str]
):
    text = f"Figure 2.4: Readiness to work\n\nBase: All respondents not in work ({base})"
    assert faults(text, PSP) == found
