"""Trend charts of stacked waves: the house style decides where lines break."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import OptionError, TableError

WORK = ws.Question(
    "work",
    "Would like to work",
    categories=[ws.Category(i, f"Answer {i}") for i in range(1, 6)],
    nets=[ws.Net("At all", (1, 2))],
)
SCORE = ws.Question("score", kind="scale")


def stacked(*sizes: int, **options) -> ws.Survey:
    waves = {}
    for number, size in enumerate(sizes):
        frame = pd.DataFrame(
            {
                "id": range(size),
                "work": np.arange(size) % 5 + 1,
                "yes": np.arange(size) % 2,
                "score": np.arange(size) % 11,
            }
        )
        waves[f"wave {number + 1}"] = ws.Survey(frame, codebook=[WORK, SCORE], **options)
    return ws.stack_waves(waves, person="id")


def test_a_line_breaks_where_the_base_is_too_small():
    chart = ws.trend_chart(stacked(100, 20, 60), "work", ["At all", "Answer 5"])
    assert [line.name for line in chart.lines] == ["At all", "Answer 5"]
    values = [point.value for point in chart.lines[0].points]
    assert values[1] is None
    assert values[::2] == pytest.approx([40, 40])
    assert chart.lines[0].points[1].text == "[u]"
    assert "Unweighted bases: wave 1: 100; wave 2: 20; wave 3: 60." in chart.base


def test_a_flagged_figure_is_drawn_with_its_flag():
    chart = ws.trend_chart(stacked(100, 40), "work", "At all")
    assert chart.lines[0].points[1].text == "[40]"
    assert chart.lines[0].points[1].value == pytest.approx(40)


def test_a_picture_explains_its_marks_and_what_small_waves_could_find():
    chart = ws.trend_chart(stacked(100, 20, 40), "work", "At all")
    assert any(line.startswith("[u] = low reliability, not shown") for line in chart.lines_above)
    assert "[ ] = unweighted base under 50: read with caution" in chart.lines_above
    assert any(note.startswith("On effective bases of 100 and 40") for note in chart.notes)
    assert ws.trend_chart(stacked(200, 200), "work", "At all").notes == ()


def test_another_style_breaks_elsewhere():
    chart = ws.trend_chart(stacked(100, 20), "work", "At all", style="none")
    assert chart.lines[0].points[1].value == pytest.approx(40)


def test_the_mean_of_a_scale_has_an_axis_that_is_named():
    chart = ws.trend_chart(stacked(110, 22, 55), "score", maximum=10)
    assert (chart.axis, chart.maximum) == ("Mean", 10)
    assert [point.value for point in chart.lines[0].points] == [
        pytest.approx(5),
        None,
        pytest.approx(5),
    ]
    with pytest.raises(OptionError, match=r"the mean is drawn: .* maximum=10"):
        ws.trend_chart(stacked(110, 55), "score")


def test_a_column_without_a_question_is_drawn_too():
    chart = ws.trend_chart(stacked(100, 60), "yes")
    assert [line.name for line in chart.lines] == ["0", "1"]


def test_more_than_four_answers_have_to_be_chosen():
    with pytest.raises(TableError, match=r"'work' has 5 answers, and a chart shows at most four"):
        ws.trend_chart(stacked(100, 60), "work")


def test_an_answer_that_does_not_exist_is_refused():
    with pytest.raises(OptionError, match="an answer to 'work' cannot be 'Answer 6'"):
        ws.trend_chart(stacked(100, 60), "work", "Answer 6")


def test_one_wave_has_no_trend():
    with pytest.raises(OptionError, match=r"trend_chart\(\) is made from stacked waves"):
        ws.trend_chart(ws.Survey(pd.DataFrame({"work": [1, 2]})), "work")


def test_invented_records_are_named():
    assert ws.trend_chart(stacked(60, 60, origin="synthetic"), "yes").origin == "synthetic"


def test_caveats_stand_in_the_picture_too():
    chart = ws.trend_chart(stacked(100, 40, caveats=["Asked by post."]), "work", "At all")
    assert "Asked by post." in chart.lines_below


def test_a_line_that_stands_alone_is_named_under_the_title():
    alone = ws.trend_chart(stacked(100, 60), "work", "At all").subtitle
    assert alone == "Per cent of the respondents of each wave with the answer “At all”."
    several = ws.trend_chart(stacked(100, 60), "yes").subtitle
    assert several == "Per cent of the respondents of each wave."


def test_counts_stand_where_a_style_shows_no_percentage():
    chart = ws.trend_chart(stacked(100, 20), "work", "At all", style="dwp-ehd")
    assert chart.alt_text.endswith("At all: 40 in wave 1, 8 of 20 in wave 2.")
    assert "Percentages are indicative only: they rest on small samples." in chart.lines_below


def test_a_chart_without_any_figure_is_refused():
    with pytest.raises(TableError, match="no figure of 'work' is shown in any wave"):
        ws.trend_chart(stacked(10, 20), "work", "At all")


def test_a_question_and_answers_are_named():
    with pytest.raises(OptionError, match="answers= names no answer to 'work'"):
        ws.trend_chart(stacked(100, 60), "work", [])
    with pytest.raises(OptionError, match="a trend chart shows one question by its name"):
        ws.trend_chart(stacked(100, 60), ["work"])
