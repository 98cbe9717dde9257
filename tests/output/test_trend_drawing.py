"""The drawn line chart: pieces of lines, figures apart from each other, marks in gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.grid import plain_grid
from welfarestats.output.trend import Line, Point, TrendChart
from welfarestats.output.trend_drawing import _spread, _text_heights

DATA = plain_grid("In work", ["Wave", "%"], [["1", "47"]])


def chart(*lines: Line, waves: int = 3) -> TrendChart:
    return TrendChart("In work", tuple(f"wave {i}" for i in range(waves)), lines, DATA, base="all")


def texts(drawn) -> list[str]:
    return [text.get_text() for text in drawn.axes[0].texts]


def test_a_line_is_broken_where_a_figure_is_not_shown():
    drawn = chart(Line("Yes", (Point("47", 47), Point("[u]"), Point("52", 52)))).figure()
    heights = drawn.axes[0].lines[0].get_ydata()
    assert np.isnan(heights[1])
    assert heights[[0, 2]].tolist() == [47, 52]
    assert {"47", "[u]", "52"} <= set(texts(drawn))


def test_marks_name_their_line_where_another_is_shown():
    lines = (
        Line("Yes", (Point("47", 47), Point("[u]"), Point("52", 52))),
        Line("No", (Point("20", 20), Point("30", 30), Point("[u]"))),
    )
    found = texts(chart(*lines).figure())
    assert {"Yes: [u]", "No: [u]", "Yes", "No"} <= set(found)


def test_one_mark_is_enough_where_nothing_is_shown():
    points = (Point("47", 47), Point("[u]"), Point("52", 52))
    found = texts(chart(Line("Yes", points), Line("No", points)).figure())
    assert found.count("[u]") == 1


def test_a_line_without_any_figure_is_not_named_at_its_end():
    lines = (
        Line("Yes", (Point("47", 47), Point("48", 48), Point("52", 52))),
        Line("No", (Point("[u]"),) * 3),
    )
    assert "No" not in texts(chart(*lines).figure())


def test_the_picture_is_the_same_every_time_and_has_its_words():
    one = chart(Line("Yes", (Point("47", 47), Point("[u]"), Point("52", 52))))
    svg = one.to_svg()
    assert svg == one.to_svg()
    assert 'role="img"' in svg
    assert "not shown in wave 1" in svg
    assert "<details>" in one.to_html()


def test_nothing_is_wider_than_the_picture():
    name = "A very long answer that somebody once gave to a question"
    lines = tuple(
        Line(f"{name} {i}", tuple(Point(str(20 * i), 20 * i) for _ in range(8))) for i in range(4)
    )
    drawn = chart(*lines, waves=8).figure()
    drawn.canvas.draw()
    width = drawn.bbox.width
    for text in (*drawn.texts, *drawn.axes[0].texts, *drawn.axes[0].get_xticklabels()):
        box = text.get_window_extent()
        assert box.x0 >= 0, text.get_text()
        assert box.x1 <= width, text.get_text()


def test_counts_under_waves_do_not_overlap():
    name = "A very long answer to a question"
    points = (Point("47", 47), Point("12 of 34"), Point("3 of 20"), Point("50", 50))
    others = (Point("47", 47), Point("22 of 34"), Point("17 of 20"), Point("50", 50))
    drawn = chart(Line(name, points), Line(f"Not {name}", others), waves=4).figure()
    drawn.canvas.draw()
    found = [text for text in drawn.axes[0].texts if text.get_position()[1] < 0]
    assert " ".join(text.get_text() for text in found).count("of 34") == 2
    boxes = [text.get_window_extent() for text in found]
    foot = min(
        text.get_window_extent().y1 for text in drawn.texts if text.get_text() == "Base: all"
    )
    for i, one in enumerate(boxes):
        assert one.y0 >= foot
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


@given(st.lists(st.floats(0, 100), max_size=4))
def test_texts_are_spread_so_far_as_they_need(heights):
    spread = _spread(heights, 5)
    assert all(new >= old for new, old in zip(spread, heights, strict=True))
    assert np.all(np.diff(sorted(spread)) >= 5 - 1e-9)


def test_figures_of_lines_that_are_close_stand_on_both_sides():
    above, below = _text_heights([43, 41], 0.4)
    assert above > 43
    assert below < 41


def test_a_figure_near_zero_stands_above_its_point():
    assert _text_heights([50, 1], 0.4)[1] > 1


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_up_to_four_lines_are_drawn(count):
    lines = [Line(str(i), (Point("5", 5), Point("6", 6), Point("7", 7))) for i in range(count)]
    assert len(chart(*lines).figure().axes[0].lines) >= count
