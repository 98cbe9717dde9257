"""What every picture has: files that are the same every time, words, and a table."""

from __future__ import annotations

import sys

import pytest

from welfarestats.errors import TableError
from welfarestats.output.chart import Bar, Chart, Series
from welfarestats.output.grid import plain_grid
from welfarestats.output.picture import drawing_module
from welfarestats.output.trend import Line, Point, TrendChart

DATA = plain_grid("In work", ["Wave", "%"], [["1", "47"]])
PICTURES = [
    Chart("In work", ("Women",), (Series("a", (Bar("47", 47),)),), DATA),
    TrendChart("In work", ("1", "2"), (Line("Yes", (Point("4", 4), Point("5", 5))),), DATA),
]


@pytest.mark.parametrize("picture", PICTURES, ids=["bars", "lines"])
def test_files_are_written_and_told(picture, tmp_path):
    path = picture.to_png(tmp_path / "a.png")
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert picture.to_svg(tmp_path / "a.svg") == (tmp_path / "a.svg").read_text("utf-8")
    assert str(picture) == picture.alt_text
    assert "as a table" in picture._repr_html_()


def test_matplotlib_is_asked_for_by_name(monkeypatch):
    monkeypatch.delitem(sys.modules, "welfarestats.output.trend_drawing", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib.font_manager", None)
    with pytest.raises(TableError, match=r"pip install 'welfarestats\[charts\]'"):
        drawing_module("trend_drawing")
