"""A line chart in words and heights: broken lines, alternative text, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from welfarestats.errors import TableError
from welfarestats.output.grid import plain_grid
from welfarestats.output.trend import Line, Point, TrendChart

DATA = plain_grid("In work", ["Wave", "%"], [["1", "47"]])
LINE = Line("Yes", (Point("47", 47), Point("[u]"), Point("[52]", 52)))
CHART = TrendChart("In work", ("1", "2", "3"), (LINE,), DATA, base="all.", source="made up")


def test_the_alternative_text_says_what_is_not_shown():
    assert CHART.alt_text == "Line chart. In work. Yes: 47 in 1, not shown in 2, [52] in 3."


def test_a_gap_is_explained_above_the_chart_and_only_then():
    assert any("A line breaks" in text for text in CHART.lines_above)
    whole = replace(CHART, lines=(Line("Yes", (Point("1", 1), Point("2", 2), Point("3", 3))),))
    assert whole.lines_above == ()
    assert whole.lines_below == ("Base: all.", "Source: made up")


def test_a_count_in_place_of_a_figure_is_told():
    line = Line("Yes", (Point("47", 47), Point("5 of 28"), Point("[u]")))
    told = replace(CHART, lines=(line,)).alt_text
    assert told == "Line chart. In work. Yes: 47 in 1, 5 of 28 in 2, not shown in 3."


def test_marks_stand_above_the_chart_and_what_must_be_said_below():
    marks = (("[ ]", "small base"), ("[u]", "low reliability"))
    chart = replace(CHART, legend=marks, notes=("Indicative only.",))
    assert chart.lines_above[1:] == ("[ ] = small base", "[u] = low reliability")
    assert chart.lines_below == ("Base: all.", "Indicative only.", "Source: made up")


def test_a_point_below_the_axis_is_refused():
    line = Line("Yes", (Point("1", 1), Point("-2", -2), Point("3", 3)))
    with pytest.raises(TableError, match=r"goes from 0 to 100\. Show it in a table"):
        replace(CHART, lines=(line,))


def test_invented_records_are_named():
    chart = replace(CHART, origin="synthetic")
    assert "invented" in chart.alt_text.lower()
    assert "invented" in chart.lines_above[0].lower()


def test_many_figures_are_left_to_the_table():
    names = tuple(str(i) for i in range(9))
    line = Line("Yes", tuple(Point("1", 1) for _ in names))
    chart = replace(CHART, waves=names, lines=(line, replace(line, name="No")))
    assert chart.alt_text.endswith("Its figures stand in the table beside it.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "a chart has no title"),
        ({"waves": ("1",)}, "has one wave, and a line needs two at least"),
        ({"lines": ()}, "has 0 lines; a chart shows from one to four"),
        ({"lines": (LINE,) * 5}, "has 5 lines; a chart shows from one to four"),
        ({"waves": ("1", "2")}, "line 'Yes' of chart 'In work' has 3 points for 2 waves"),
        ({"maximum": 50}, r"point '\[52\]' of chart 'In work' lies beyond the axis"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(TableError, match=message):
        replace(CHART, **changes)
