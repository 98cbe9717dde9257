"""A table to check sentences against: 400 people, in Kent or Surrey, happy or not, and of what age."""

from __future__ import annotations

from typing import Any

import pandas as pd

import welfarestats as ws
from welfarestats.published.passages import read_passages
from welfarestats.published.prose import ProseCheck
from welfarestats.tables.table import Table

_ROWS = (
    ("Kent", "16 to 34", "Happy", 70),
    ("Kent", "16 to 34", "Sad", 30),
    ("Kent", "35 and over", "Happy", 50),
    ("Kent", "35 and over", "Sad", 50),
    ("Surrey", "16 to 34", "Happy", 23),
    ("Surrey", "16 to 34", "Sad", 77),
    ("Surrey", "35 and over", "Happy", 25),
    ("Surrey", "35 and over", "Sad", 75),
)
#: Happy: 42 per cent of 400; Kent 60 and Surrey 24 of 200 each (significant); 16 to 34 46.5 and 35
#: and over 37.5 of 200 each (not significant).


def people() -> pd.DataFrame:
    """One row a person."""
    rows = [(county, age, mood) for county, age, mood, count in _ROWS for _ in range(count)]
    return pd.DataFrame(rows, columns=["county", "age", "mood"])


def mood_table(**options: Any) -> Table:
    """Mood by county and age."""
    return ws.crosstab(ws.Survey(people()), "mood", ["county", "age"], **options)


def small_table() -> Table:
    """Mood in Kent, where 40 answered: the house style flags a base under 50."""
    frame = pd.concat([people().iloc[::5], people().query("county == 'Surrey'")])
    return ws.crosstab(ws.Survey(frame.reset_index(drop=True)), "mood", "county")


def statuses(check: ProseCheck) -> dict[str, str]:
    """What came of each number and comparison, by its words."""
    return {one.words: one.status for one in check.checked}


def faults(text: str, tables: Any, **options: Any) -> dict[str, str]:
    """The findings in a text, by the words they are about."""
    assert read_passages(text)
    check = ws.check_prose(text, tables, **options)
    return {one.words: one.status for one in check.checked if one.fault}
