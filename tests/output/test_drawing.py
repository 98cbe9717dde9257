from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from welfarestats.output.chart import PALETTE, Bar, Chart, Series
from welfarestats.output.drawing import draw
from welfarestats.output.grid import plain_grid

CHART = Chart(
    title="Ready for work",
    categories=("UC", "ESA"),
    series=(
        Series("Women", (Bar("47", 47), Bar("12–34", limits=(12, 34)))),
        Series("Men", (Bar("3", 3), Bar("[u]"))),
    ),
    data=plain_grid("Ready", ["Group", "Ready"], [["UC", "47"]]),
    base="All respondents",
    source="A report",
)


def bars(chart: Chart) -> list[Rectangle]:
    (axes,) = draw(chart).axes
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def texts(chart: Chart) -> list[Text]:
    figure = draw(chart)
    return [*figure.texts, *figure.axes[0].texts]


def test_values_are_solid_bars_from_zero_and_ranges_hatched_between_their_ends():
    value, small, between = bars(CHART)
    assert (value.get_x(), value.get_width(), value.get_hatch()) == (0, 47, None)
    assert (small.get_x(), small.get_width()) == (0, 3)
    assert (between.get_x(), between.get_width(), between.get_hatch()) == (12, 22, "////")


def test_a_mark_has_no_bar():
    assert len(bars(CHART)) == 3
    assert "[u]" in [text.get_text() for text in texts(CHART)]


def test_each_series_has_its_colour_and_the_axis_begins_at_zero():
    value, small, _ = bars(CHART)
    shades = [mpl.colors.to_hex(bar.get_facecolor()).upper() for bar in (value, small)]
    assert shades == [PALETTE[0].upper(), PALETTE[1].upper()]
    assert draw(CHART).axes[0].get_xlim() == (0, 100)


def test_bars_follow_each_other_from_the_top():
    places = [bar.get_y() for bar in bars(CHART)]
    assert places == sorted(places)
    assert draw(CHART).axes[0].yaxis_inverted()


def test_every_bar_has_its_name_and_its_figure_beside_it():
    words = [text.get_text() for text in texts(CHART)]
    assert words.count("Women") == words.count("Men") == 2
    for figure in ("47", "3", "12–34", "[u]", "UC", "ESA"):
        assert words.count(figure) == 1
    assert draw(CHART).axes[0].get_legend() is None


def test_one_series_is_named_by_its_categories():
    alone = replace(CHART, series=CHART.series[:1])
    assert "Women" not in [text.get_text() for text in texts(alone)]


def test_a_figure_stands_inside_a_bar_with_room_and_outside_any_other():
    found = {text.get_text(): text for text in texts(CHART)}
    assert found["47"].get_position()[0] < 47
    assert found["47"].get_color() == "#FFFFFF"
    assert found["3"].get_position()[0] > 3
    assert found["12–34"].get_position()[0] > 34


def test_no_text_is_read_as_a_formula():
    chart = replace(CHART, title="$a$ and $b_1$", categories=("$x$", "y"))
    assert not any(text.get_parse_math() for text in texts(chart))
    assert "$a$ and $b_1$" in [text.get_text() for text in texts(chart)]


@pytest.mark.parametrize("title", ["word " * 60, "w" * 400])
def test_a_long_text_is_broken_into_lines_that_fit(title: str):
    chart = replace(CHART, title=title, categories=("c" * 200, "long name " * 30))
    figure = draw(chart)
    renderer = FigureCanvasAgg(figure).get_renderer()
    for text in [*figure.texts, *figure.axes[0].texts]:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1


def test_letters_of_a_figure_do_not_leave_the_page_where_a_range_reaches_the_end():
    series = Series("S", (Bar("0–100", limits=(0, 100)), Bar("100", 100)))
    figure = draw(replace(CHART, series=(series,)))
    renderer = FigureCanvasAgg(figure).get_renderer()
    ends = [text.get_window_extent(renderer).x1 for text in figure.axes[0].texts]
    assert max(ends) <= figure.bbox.x1


def test_the_users_settings_are_left_alone():
    before = dict(mpl.rcParams)
    CHART.to_svg()
    assert dict(mpl.rcParams) == before
