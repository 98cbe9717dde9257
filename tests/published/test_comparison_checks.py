from __future__ import annotations

import pytest
from prose_tables import faults, mood_table, statuses

import welfarestats as ws

TABLE = mood_table()


@pytest.mark.parametrize(
    "text",
    [
        "People in Kent were more likely to be happy than people in Surrey.",
        "People in Surrey were less likely to be happy than people in Kent.",
        (
            "People in Kent were more likely than those in Surrey to be happy (60 per cent compared with"
            " 24 per cent)."
        ),
        (
            "Compared with 24 per cent of people in Surrey, 60 per cent of people in Kent were happy, a"
            " significant difference."
        ),
        "The share of the happy was higher in Kent (60 per cent) than in Surrey (24 per cent).",
        "In Kent 60 per cent were happy, 36 percentage points more than in Surrey (24 per cent).",
        "People in Kent were 2.5 times as likely to be happy as those in Surrey.",
        "People in Kent were no less likely to be happy than people in Surrey.",
    ],
)
def test_a_true_comparison_is_no_finding(text: str):
    check = ws.check_prose(text, TABLE)
    assert check.findings().empty, check.findings()["message"].tolist()


@pytest.mark.parametrize(
    ("text", "words", "finding"),
    [
        (
            "People in Kent were less likely to be happy than people in Surrey.",
            "less likely",
            "wrong direction",
        ),
        (
            (
                "People in Kent were less likely than those in Surrey to be happy (60 per cent compared"
                " with 24 per cent)."
            ),
            "less likely",
            "wrong direction",
        ),
        (
            (
                "There was no significant difference in who was happy between Kent (60 per cent) and"
                " Surrey (24 per cent)."
            ),
            "no significant difference",
            "wrong direction",
        ),
        (
            "The happy fell from 24 per cent in Surrey to 60 per cent in Kent.",
            "fell from",
            "wrong direction",
        ),
        (
            "Those aged 16 to 34 were more likely to be happy than those aged 35 and over.",
            "more likely",
            "not significant",
        ),
        (
            "In Kent 60 per cent were happy, 36 per cent more than in Surrey (24 per cent).",
            "36 per cent",
            "per cent for points",
        ),
        (
            (
                "In Kent 60 per cent were happy, 150 percentage points more than in Surrey (24 per"
                " cent)."
            ),
            "150 percentage points",
            "per cent for points",
        ),
        (
            (
                "In Kent 60 per cent were happy, 30 percentage points more than in Surrey (24 per"
                " cent)."
            ),
            "30 percentage points",
            "wrong number",
        ),
        (
            "People in Kent were four times as likely to be happy as those in Surrey.",
            "four times as",
            "wrong number",
        ),
    ],
)
def test_a_false_comparison_is_found(text: str, words: str, finding: str):
    assert faults(text, TABLE) == {words: finding}


def test_more_likely_against_the_total_was_not_tested():
    text = "In Kent 60 per cent were happy, which is higher than the 42 per cent overall."
    assert faults(text, TABLE) == {"higher": "not tested"}


def test_without_tests_in_the_tables_a_claim_is_only_held_against_the_numbers():
    table = mood_table(percent="row")
    assert table.comparisons().empty
    text = "The happy were more likely to be in Kent (71 per cent) than in Surrey (29 per cent)."
    assert faults(text, table) == {}


def test_a_list_takes_its_direction_from_what_introduces_it():
    told = "Groups {} likely to be happy were:\n- in Kent, 60 per cent, compared with 24 per cent in Surrey"
    assert faults(told.format("more"), TABLE) == {}
    assert faults(told.format("less"), TABLE) == {"compared with": "wrong direction"}


def test_two_comparisons_of_a_sentence_have_a_clause_each():
    text = (
        "People in Kent were more likely to be happy than people in Surrey, while people in Surrey"
        " were more likely to be sad than people in Kent."
    )
    assert faults(text, TABLE) == {}


def test_a_comparison_whose_groups_are_not_named_is_not_checked():
    check = ws.check_prose("Some were more likely to be happy.", TABLE)
    assert statuses(check) == {"more likely": "not checked"}


def test_the_test_is_told_with_the_comparison():
    check = ws.check_prose(
        "People in Kent were more likely to be happy than those in Surrey.", TABLE
    )
    (row,) = check.to_frame().to_dict("records")
    assert row["result"] == "significant, p < 0.001"


def test_cells_under_two_headings_are_not_one_comparison():
    text = "Happiness was more common in Kent (60 per cent) than among those of 16 to 34 (47 per cent)."
    assert "not tested" not in faults(text, TABLE).values()
    assert statuses(ws.check_prose(text, TABLE))["more common"] == "not checked"
