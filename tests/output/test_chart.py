from __future__ import annotations

import base64
import re
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from welfarestats.errors import OptionError, TableError
from welfarestats.output.chart import MOST_SERIES, PALETTE, TEXT_ON_PALETTE, Bar, Chart, Series
from welfarestats.output.grid import plain_grid
from welfarestats.output.wording import SYNTHETIC_CAPTION

DATA = plain_grid("Ready for work", ["Group", "Ready"], [["UC", "47"], ["ESA", "12–34"]])
HOSTILE = "$x_1$ <script>alert('a')</script> & \"b\" --> ]]> \x00 \\frac"


def chart(**changes) -> Chart:
    made = Chart(
        title="Ready for work",
        categories=("UC", "ESA"),
        series=(Series("Ready", (Bar("47", 47), Bar("12–34", limits=(12, 34)))),),
        data=DATA,
        subtitle="Per cent",
        base="All respondents (120)",
        source="A report",
    )
    return replace(made, **changes)


def several(number: int) -> tuple[Series, ...]:
    return tuple(Series(f"S{i}", (Bar("10", 10), Bar("20", 20))) for i in range(number))


# ---------------------------------------------------------------- what fits together


def test_a_chart_is_frozen():
    with pytest.raises(FrozenInstanceError):
        chart().title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize("number", range(1, MOST_SERIES + 1))
def test_up_to_four_series_are_drawn(number: int):
    assert chart(series=several(number)).to_svg().startswith("<?xml")


@pytest.mark.parametrize("number", [0, 5, 6])
def test_more_than_four_series_are_refused_with_what_to_do(number: int):
    with pytest.raises(
        TableError, match=rf"has {number} series; a chart shows from one to four.*Leave some out"
    ):
        chart(series=several(number))


def test_a_series_without_a_bar_for_each_category_is_refused():
    with pytest.raises(TableError, match=r"has 1 bars for 2 categories. Give one bar for each"):
        chart(series=(Series("Ready", (Bar("47", 47),)),))


def test_a_bar_beyond_the_axis_is_refused():
    with pytest.raises(TableError, match=r"'101'.*ends beyond the axis, which ends at 100"):
        chart(series=(Series("Ready", (Bar("101", 101), Bar("1", 1))),))
    chart(series=(Series("Ready", (Bar("101", 101), Bar("1", 1))),), maximum=200)


def test_a_value_and_a_range_are_not_one_bar():
    with pytest.raises(TableError, match=r"has a value and limits. Give the value if it is known"):
        Bar("47", 47, (12, 60))


@pytest.mark.parametrize("limits", [(34.0, 12.0), (-1.0, 2.0)])
def test_a_range_runs_upwards_from_zero_or_above(limits: tuple[float, float]):
    with pytest.raises(TableError, match="bars begin at zero or above"):
        Bar("x", limits=limits)


def test_a_negative_value_is_refused():
    with pytest.raises(TableError, match="reaches from -3 to -3"):
        Bar("-3", -3)


def test_a_chart_needs_a_title():
    with pytest.raises(TableError, match="a chart has no title"):
        chart(title=" ")


def test_the_origin_is_one_of_its_words():
    with pytest.raises(OptionError, match="origin of a chart cannot be 'made up'"):
        chart(origin="made up")


# ---------------------------------------------------------------- alternative text


def test_the_alternative_text_tells_every_bar_and_says_what_is_a_range():
    assert chart().alt_text == "Bar chart. Ready for work. UC: 47. ESA: between 12 and 34."


def test_the_alternative_text_names_the_series_where_there_are_several():
    assert "UC: 10 (S0), 10 (S1). ESA: 20 (S0), 20 (S1)." in chart(series=several(2)).alt_text


def test_many_bars_are_left_to_the_table():
    bars = tuple(Bar(str(i), i) for i in range(13))
    many = chart(series=(Series("S", bars),), categories=tuple(map(str, range(13))))
    assert many.alt_text.endswith("Its 13 figures stand in the table beside it.")


def test_a_text_of_ones_own_replaces_it():
    assert chart(alt="More UC than ESA.").alt_text == "More UC than ESA."
    assert str(chart(alt="More UC than ESA.")) == "More UC than ESA."


def test_invented_records_are_named_in_picture_and_text():
    made = chart(origin="synthetic")
    assert made.lines_above[0] == SYNTHETIC_CAPTION
    assert made.alt_text.endswith(SYNTHETIC_CAPTION)
    assert chart(origin="synthetic", alt="Mine.").alt_text == f"Mine. {SYNTHETIC_CAPTION}"


def test_a_range_is_explained_only_where_there_is_one():
    assert any(line.startswith("Hatched:") for line in chart().lines_above)
    assert chart(series=several(1)).lines_above == ("Per cent",)


def test_base_and_source_stand_at_the_foot():
    assert chart().lines_below == ("Base: All respondents (120)", "Source: A report")
    assert chart(base="", source="").lines_below == ()


# ---------------------------------------------------------------- files and pages


def test_the_same_chart_gives_the_same_svg_without_a_date():
    assert chart().to_svg() == chart().to_svg()
    assert "dc:date" not in chart().to_svg()


def test_the_svg_is_an_image_with_a_name():
    root = ET.fromstring(chart().to_svg())
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart().alt_text


def test_the_svg_is_written_too_where_a_path_is_given(tmp_path: Path):
    path = tmp_path / "chart.svg"
    assert chart().to_svg(path) == path.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_is_written_whole_and_always_the_same(tmp_path: Path):
    one, two = chart().to_png(tmp_path / "1.png"), chart().to_png(str(tmp_path / "2.png"))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes().startswith(b"\x89PNG")
    assert sorted(tmp_path.iterdir()) == [one, two]


def test_an_old_file_stays_if_the_new_one_fails(tmp_path: Path, monkeypatch):
    path = tmp_path / "chart.png"
    path.write_bytes(b"old")
    monkeypatch.setattr("welfarestats.output.drawing.draw", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        chart().to_png(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_holds_picture_alternative_text_and_table():
    page = chart()._repr_html_()
    assert page.startswith("<figure")
    assert f'role="img" alt="{chart().alt_text}"' in page
    assert "<details><summary>" in page
    assert '<th scope="row">ESA</th><td>12–34</td>' in page
    assert "<script" not in page
    (picture,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', page)
    assert base64.b64decode(picture).decode("utf-8") == chart().to_svg()


def test_hostile_words_are_words_everywhere():
    data = plain_grid(HOSTILE, [HOSTILE, "b"], [[HOSTILE, "1"]])
    made = Chart(
        title=HOSTILE,
        categories=(HOSTILE, "b" * 300),
        series=(
            Series(HOSTILE, (Bar(HOSTILE, 1), Bar("$\\bad{", limits=(0, 100)))),
            Series("T", (Bar("[u]"), Bar("", 0))),
        ),
        data=data,
        subtitle=HOSTILE,
        base=HOSTILE,
        source=HOSTILE,
        axis=HOSTILE,
    )
    ET.fromstring(made.to_svg())
    assert "<script" not in made.to_svg()
    assert "<script" not in made.to_html()
    assert made.to_svg() == made.to_svg()


def test_the_palette_is_that_of_the_analysis_function_with_dark_text_on_every_second():
    assert PALETTE == ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
    assert [colour == "#000000" for colour in TEXT_ON_PALETTE] == [False, True] * 3


def brightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("back", "ink"), list(zip(PALETTE, TEXT_ON_PALETTE, strict=True)))
def test_figures_inside_bars_can_be_read(back: str, ink: str):
    light, dark = sorted((brightness(back), brightness(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "welfarestats.output.drawing", raising=False)
    monkeypatch.delattr("welfarestats.output.drawing", raising=False)
    with pytest.raises(TableError, match=r"pip install 'welfarestats\[charts\]'"):
        chart().to_svg()
