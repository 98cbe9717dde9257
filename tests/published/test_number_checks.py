from __future__ import annotations

import pandas as pd
import pytest
from prose_tables import faults, mood_table, small_table, statuses

import welfarestats as ws

TABLE = mood_table()


@pytest.mark.parametrize(
    "text",
    [
        "Of all, 42 per cent were happy and 58 per cent sad.",
        "In Kent, 60% (120) were happy.",
        "In Kent, 120 of the 200 were happy.",
        "Three-fifths (60 per cent) of those in Kent were happy.",
        "A majority (60 per cent) of those in Kent were happy.",
        "Of those aged 16 to 34, between 45 and 48 per cent were happy.",
        "Base: all in Kent (200)",
        "There were three reasons, as Figure 2.1 shows for 2019.",
        "“About 99 per cent of us are happy,” one of them said.",
    ],
)
def test_a_true_sentence_is_no_finding(text: str):
    check = ws.check_prose(text, TABLE)
    assert check.findings().empty, check.findings()["message"].tolist()


@pytest.mark.parametrize(
    ("text", "words", "finding"),
    [
        ("In Kent, 63 per cent were happy.", "63 per cent", "wrong number"),
        ("Of all, 49 per cent were happy.", "49 per cent", "wrong number"),
        ("In all, 71 per cent prefer tea.", "71 per cent", "found nowhere"),
        ("In Kent, 60% (125) were happy.", "125", "wrong number"),
        ("Base: all in Kent (210)", "210", "found nowhere"),
        ("Altogether 413 people answered.", "413", "found nowhere"),
        (
            "Around a third (42 per cent) of all were happy.",
            "Around a third",
            "verbal band off",
        ),
        ("A small minority (42 per cent) were happy.", "small minority", "verbal band off"),
        ("Of all, 42 percentage points were happy.", "42 percentage points", "per cent for points"),
    ],
)
def test_a_false_number_is_found(text: str, words: str, finding: str):
    assert faults(text, TABLE) == {words: finding}


def test_a_wrong_number_tells_the_cell_that_is_meant():
    check = ws.check_prose("In Kent, 63 per cent were happy.", TABLE)
    assert "mood = Happy; county = Kent: 60 per cent, base 200" in check.findings()["message"][0]


def test_a_small_base_needs_its_caveat():
    told = "In Kent, {} per cent were happy."
    table = small_table()
    value = table.to_frame().query("banner_category == 'Kent' and stub_category == 'Happy'")
    text = told.format(f"{100 * value['estimate'].iloc[0]:.0f}")
    (finding,) = faults(text, table).values()
    assert finding == "small base without caveat"
    assert faults(f"{text} The base is small.", table) == {}
    assert faults(f"{text} This is indicative only.", table) == {}


def test_the_limit_of_a_base_can_be_asked_for():
    text = "In Kent, 60 per cent were happy."
    assert faults(text, TABLE, base_limit=100) == {}
    assert faults(text, TABLE, base_limit=250) == {"60 per cent": "small base without caveat"}


def test_equal_cells_of_two_questions_that_the_words_fit_are_ambiguous():
    frame = pd.DataFrame({"tea": ["Yes"] * 60 + ["No"] * 40, "milk": ["Yes"] * 60 + ["No"] * 40})
    tables = ws.book(ws.Survey(frame), ["tea", "milk"])
    assert faults("Of all, 60 per cent said yes.", tables) == {"60 per cent": "ambiguous"}
    assert faults("Of all, 60 per cent said yes to tea.", tables) == {}


def test_a_quotation_is_not_checked():
    check = ws.check_prose("“About 99 per cent of us are happy,” he said.", TABLE)
    assert statuses(check) == {"99 per cent": "not checked"}


def test_a_line_of_a_table_in_the_text_is_tied_by_its_values():
    assert faults("Happy 60% 24% 42%", TABLE) == {}
    assert list(faults("Happy 60% 24% 43%", TABLE)) == ["43%"]


@pytest.mark.parametrize(("printed", "right"), [("38", True), ("37.5", True), ("37", False)])
def test_a_half_is_rounded_up(printed: str, right: bool):
    text = f"Of those aged 35 and over, {printed} per cent were happy."
    assert bool(faults(text, TABLE)) is not right


def test_a_number_that_belongs_to_a_label_is_no_figure():
    frame = pd.DataFrame({"mood": ["Topic 11"] * 60 + ["Topic 12"] * 40})
    table = ws.crosstab(ws.Survey(frame), "mood")
    check = ws.check_prose("Of all, 60 per cent named topic 11.", table)
    assert statuses(check) == {"60 per cent": "tied", "11": "not checked"}
