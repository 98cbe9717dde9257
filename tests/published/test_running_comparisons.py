from __future__ import annotations

import pytest
from prose_tables import faults, mood_table

import welfarestats as ws

TABLE = mood_table()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "In Kent, 60 per cent were happy. Slightly {} (24 per cent) were in Surrey.",
            "Slightly {}",
        ),
        (
            "In Kent, 60 per cent were happy, and a much {} group (24 per cent) was in Surrey.",
            "much {} group",
        ),
        (
            (
                "In Kent, 60 per cent were happy. This is a {} proportion than in Surrey, where 24 per "
                "cent were happy."
            ),
            "{} proportion",
        ),
    ],
)
def test_a_number_is_set_against_those_told_before(text: str, words: str):
    less, more = ("fewer", "more") if "Slightly" in text else ("smaller", "larger")
    true, false = (more, less) if "This is" in text else (less, more)
    assert faults(text.format(true), TABLE) == {}
    assert faults(text.format(false), TABLE) == {words.format(false): "wrong direction"}


def test_the_message_names_both_cells():
    text = "In Kent, 60 per cent were happy. Slightly more (24 per cent) were in Surrey."
    (message,) = ws.check_prose(text, TABLE).findings()["message"]
    assert message.startswith("The cells say otherwise: ")
    assert "Kent: 60 per cent" in message
    assert "Surrey: 24 per cent" in message


@pytest.mark.parametrize(
    "text",
    [
        "In Kent, 60 per cent were happy. Slightly more than in Surrey (24 per cent).",
        "A larger proportion (24 per cent) were happy in Surrey.",
        "There were more in Surrey (24 per cent were happy).",
    ],
)
def test_with_nothing_told_before_or_another_number_named_nothing_is_compared(text: str):
    assert "wrong direction" not in faults(text, TABLE).values()
