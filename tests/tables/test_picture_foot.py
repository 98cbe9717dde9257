from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import shares

import welfarestats as ws
from welfarestats.survey.caveats import Caveat
from welfarestats.tables.picture_foot import picture_notes


def table(style: str, **options: object) -> object:
    survey = ws.Survey(shares({"a": (20, 20), "b": (60, 60), "c": (4, 4)}), **options)
    return ws.crosstab(survey, "has", "group", style=style)


def test_marks_are_explained_that_stand_in_the_picture_and_no_others() -> None:
    made = table("default")
    both = picture_notes(made, ["[50]", "50", "[u]"])
    assert both[0] == "[ ] = unweighted base under 50: read with caution."
    assert both[1].startswith("[u] = low reliability, not shown")
    assert not any(note.startswith("[") for note in picture_notes(made, ["50"]))


def test_a_flag_without_a_mark_is_told_by_its_caveat() -> None:
    made = table("british-social-attitudes")
    assert set(picture_notes(made, ["50"])) & {band.caveat for band in made.style.bands}


@pytest.mark.parametrize("sample", ["volunteer", "attempted_census"])
def test_the_kind_of_sample_and_caveats_stand_in_it(sample: str) -> None:
    said = [Caveat("Asked by telephone.", "has"), Caveat("Of nobody else.", "other")]
    frame = shares({"a": (60, 60), "b": (70, 70)}).assign(other=1)
    survey = ws.Survey(frame, sample=sample, caveats=said)
    chart = ws.crosstab(survey, "has", "group").plot()
    below = " ".join(chart.lines_below)
    assert "not a random sample: limits and tests are indicative only." in below
    assert "Asked by telephone." in below
    assert "Of nobody else." not in below
    assert "significan" not in below


def test_a_small_comparison_in_a_picture_says_what_it_could_find() -> None:
    notes = table("default").plot().notes
    assert any(note.startswith("On effective bases of 40 and 120") for note in notes)
    large = ws.crosstab(
        ws.Survey(pd.DataFrame({"x": ["y", "n"] * 300, "g": list("abba") * 150})), "x", "g"
    )
    assert large.plot().notes == ()
