"""A chart as lines and letters: the one module that imports matplotlib.

Everything is placed in points from the upper left, so that text keeps its size and rows their
distance however many there are. Letters are measured in the font that comes with matplotlib,
which makes the same picture on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from welfarestats.output.chart import PALETTE, TEXT_ON_PALETTE, Bar, Chart
from welfarestats.output.markup import printable_text
from welfarestats.output.wording import number_text

FONT = "DejaVu Sans"
INK, RULE = "#0b0c0c", "#b1b4b6"
WIDTH, MARGIN = 612.0, 14.0
_WIDEST_NAME = 200.0
_TITLE, TEXT, SMALL = 14.0, 11.0, 9.5
LEADING = 1.35
_BAR, _ROW, _BETWEEN = 17.0, 23.0, 10.0
_AROUND = 5.0
_TICKS = 5
#: How much wider letters become when they are fitted to the dots of a screen.
_HINTED = 1.04
#: Behind letters that a line of the grid would cross.
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


class Titled(Protocol):
    """What stands above and below a plot."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def origin(self) -> str:
        """Whether its records are invented."""

    @property
    def lines_above(self) -> tuple[str, ...]:
        """What stands under the title."""

    @property
    def lines_below(self) -> tuple[str, ...]:
        """What stands at the foot."""


@dataclass(frozen=True)
class _Row:
    """One line of the plot: the lines of a name, and a bar of some colour or none."""

    name: tuple[str, ...]
    bar: Bar | None
    colour: int
    height: float


def settings() -> AbstractContextManager[None]:
    """Return a context in which pictures do not depend on the time or on the user's settings."""
    return mpl.rc_context(
        {
            "svg.hashsalt": "welfarestats",
            "svg.fonttype": "path",
            "hatch.linewidth": 1.0,
            "text.usetex": False,
            "path.sketch": None,
        }
    )


def draw(chart: Chart) -> Figure:
    """Return the figure of a chart."""
    with mpl.rc_context({"hatch.linewidth": 1.0}):
        rows = list(_rows(chart))
        plot = sum(row.height for row in rows)
        figure, head, height = framed(chart, plot)
        _plot(figure, chart, rows, (head, plot, height))
        return figure


def framed(chart: Titled, plot: float) -> tuple[Figure, float, float]:
    """Return a figure with the lines above and below a plot so high, where it begins, its height."""
    room = WIDTH - 2 * MARGIN
    above = [(line, _TITLE, "bold") for line in wrapped(chart.title, room, _TITLE, "bold")]
    for text in chart.lines_above:
        weight = "bold" if text == chart.lines_above[0] and chart.origin == "synthetic" else ""
        above += [(line, TEXT, weight) for line in wrapped(text, room, TEXT, weight)]
    below = [line for text in chart.lines_below for line in wrapped(text, room, SMALL)]
    head = MARGIN + sum(size * LEADING for _, size, _ in above) + _BETWEEN
    foot = head + plot + 2 * TEXT * LEADING + _BETWEEN
    height = foot + len(below) * SMALL * LEADING + MARGIN
    figure = Figure(figsize=(WIDTH / 72, height / 72), facecolor="white")
    at = MARGIN
    for line, size, weight in above:
        _write(figure, line, (MARGIN, at, height), size, weight)
        at += size * LEADING
    for number, line in enumerate(below):
        _write(figure, line, (MARGIN, foot + number * SMALL * LEADING, height), SMALL)
    return figure, head, height


def _rows(chart: Chart) -> Iterator[_Row]:
    """Return the lines of the plot from the top; of several series each category has a heading."""
    alone = len(chart.series) == 1
    across = WIDTH - 2 * MARGIN
    for place, category in enumerate(chart.categories):
        if not alone:
            heading = tuple(wrapped(category, across, TEXT, "bold"))
            yield _Row(heading, None, 0, len(heading) * TEXT * LEADING + 3)
        for number, series in enumerate(chart.series):
            name = tuple(wrapped(category if alone else series.name, _WIDEST_NAME, TEXT))
            last = number == len(chart.series) - 1 and not alone
            height = max(_ROW, len(name) * TEXT * LEADING + 4) + (_BETWEEN if last else 0)
            yield _Row(name, series.bars[place], number, height)


def _plot(
    figure: Figure, chart: Chart, rows: list[_Row], place: tuple[float, float, float]
) -> None:
    """Draw axis, names and bars; one unit of the upright axis is a point."""
    head, plot, height = place
    named = [line for row in rows if row.bar for line in row.name]
    left = MARGIN + max(text_width(line, TEXT) for line in named) + 8
    figures = [bar.text for series in chart.series for bar in series.bars]
    right = MARGIN + max(text_width(text, TEXT) for text in figures) + _AROUND
    across = WIDTH - left - right
    axes = figure.add_axes(
        (left / WIDTH, 1 - (head + plot) / height, across / WIDTH, plot / height)
    )
    axes.set_xlim(0, chart.maximum)
    axes.set_ylim(plot, 0)
    _draw_axis(axes, chart)
    unit = chart.maximum / across
    at = 0.0
    for row in rows:
        if row.bar is None:
            _label(axes, row.name, (unit * (MARGIN - left), at + 2), weight="bold")
        else:
            middle = at + max(_ROW, len(row.name) * TEXT * LEADING + 4) / 2
            top = middle - len(row.name) * TEXT * LEADING / 2
            _label(axes, row.name, (-unit * 8, top), align="right")
            ends = middle - _ROW / 2, middle + _ROW / 2
            axes.plot([0, 0], ends, color=INK, linewidth=1.2, clip_on=False)
            _draw_bar(axes, row, middle, unit)
        at += row.height


def _draw_axis(axes: Axes, chart: Chart) -> None:
    for spine in axes.spines.values():
        spine.set_visible(False)
    ticks = [chart.maximum * number / _TICKS for number in range(_TICKS + 1)]
    decimals = 0 if chart.maximum % _TICKS == 0 else 2
    texts = [number_text(tick, decimals) for tick in ticks]
    font = FontProperties(family=FONT, size=SMALL)
    axes.set_xticks(ticks, texts, fontproperties=font, color=INK, parse_math=False)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(
        one_line(chart.axis), fontproperties=font, color=INK, loc="left", parse_math=False
    )


def _draw_bar(axes: Axes, row: _Row, middle: float, unit: float) -> None:
    """Draw a solid bar from zero or a hatched one between two ends, and its figure."""
    bar = row.bar
    assert bar is not None
    colour, ink = PALETTE[row.colour], TEXT_ON_PALETTE[row.colour]
    text, width = one_line(bar.text), unit * (text_width(bar.text, TEXT, "bold") + 2 * _AROUND)
    at, align = bar.end + unit * _AROUND, "left"
    if bar.limits:
        low, high = bar.limits
        shape = Rectangle(
            (low, middle - _BAR / 2), high - low, _BAR,
            facecolor="white", edgecolor=colour, hatch="////", linewidth=1.2,
        )  # fmt: skip
        axes.add_patch(shape)
    elif bar.value is not None:
        axes.add_patch(Rectangle((0, middle - _BAR / 2), bar.value, _BAR, facecolor=colour))
        if bar.value >= width:
            at, align = bar.value - unit * _AROUND, "right"
    axes.text(
        at, middle, text,
        color=ink if align == "right" else INK, ha=align, va="center_baseline", parse_math=False,
        fontproperties=FontProperties(family=FONT, size=TEXT, weight="bold"),
        bbox=None if align == "right" else BEHIND,
    )  # fmt: skip


def _label(
    axes: Axes,
    lines: tuple[str, ...],
    at: tuple[float, float],
    *,
    align: str = "left",
    weight: str = "normal",
) -> None:
    font = FontProperties(family=FONT, size=TEXT, weight=weight)
    for number, line in enumerate(lines):
        top = at[1] + (number + 0.5) * TEXT * LEADING
        axes.text(
            at[0], top, line,
            ha=align, va="center_baseline", color=INK, parse_math=False, fontproperties=font,
            bbox=BEHIND,
        )  # fmt: skip


def _write(
    figure: Figure, line: str, at: tuple[float, float, float], size: float, weight: str = ""
) -> None:
    """Write a line outside the plot, at points from the left and the top of a page so high."""
    left, top, height = at
    font = FontProperties(family=FONT, size=size, weight=weight or "normal")
    figure.text(
        left / WIDTH, 1 - (top + size) / height, line,
        color=INK, va="baseline", parse_math=False, fontproperties=font,
    )  # fmt: skip


def one_line(text: str) -> str:
    """Return text that stays on one line."""
    return " ".join(printable_text(text).split())


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return how many points a text is wide."""
    font = FontProperties(family=FONT, size=size, weight=weight or "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(one_line(text), font, ismath=False)
    return float(width) * _HINTED


def wrapped(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Return the lines of a text so that each has room; a word that is too long is broken."""
    lines = [""]
    for word in one_line(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, weight) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if text_width(lines[-1] + letter, size, weight) > room:
                lines.append("")
            lines[-1] += letter
    return lines
