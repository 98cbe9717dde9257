"""A line chart of waves as lines and letters, placed in points as bars are."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import ScaledTranslation

from welfarestats.output.chart import PALETTE
from welfarestats.output.drawing import (
    FONT,
    INK,
    LEADING,
    MARGIN,
    RULE,
    SMALL,
    TEXT,
    WIDTH,
    framed,
    one_line,
    text_width,
    wrapped,
)
from welfarestats.output.trend import TrendChart
from welfarestats.output.wording import number_text

_PLOT = 250.0
_AROUND = 8.0
_APART = TEXT * 1.15
_WIDEST_NAME = 150.0
_TICKS = 5
# Room beside the first and the last wave, in waves.
_SIDES = 0.6
_SHAPES = ("o", "s", "^", "D")


def draw_trend(chart: TrendChart) -> Figure:
    """Return the figure of a line chart."""
    ticks = [chart.maximum * number / _TICKS for number in range(_TICKS + 1)]
    decimals = 0 if chart.maximum % _TICKS == 0 else 2
    texts = [number_text(tick, decimals) for tick in ticks]
    left = MARGIN + max(text_width(text, SMALL) for text in texts) + _AROUND
    alone = len(chart.lines) == 1
    names = [[""] if alone else wrapped(line.name, _WIDEST_NAME, TEXT) for line in chart.lines]
    widest = max(text_width(text, TEXT, "bold") for name in names for text in name)
    across = WIDTH - left - MARGIN - (0 if alone else widest + 3 * _AROUND)
    room = across / (len(chart.waves) + _SIDES) - _AROUND
    waves = [wrapped(wave, room, SMALL) for wave in chart.waves]
    line = SMALL * LEADING
    marks = _marks(chart, room)
    below = (max(map(len, waves)) - 1 + sum(map(_deepest, marks))) * line
    figure, head, height = framed(chart, line + _PLOT + below)
    bottom = 1 - (head + line + _PLOT) / height
    axes = figure.add_axes((left / WIDTH, bottom, across / WIDTH, _PLOT / height))
    # Room for a figure above a point at the end of the axis.
    unit = chart.maximum / (_PLOT - 2 * TEXT)
    axes.set_ylim(0, unit * _PLOT)
    axes.set_xlim(-_SIDES / 2, len(chart.waves) - 1 + _SIDES / 2)
    _draw_frame(axes, chart, dict(zip(ticks, texts, strict=True)), waves)
    _draw_lines(axes, chart, unit)
    if not alone:
        _draw_names(axes, chart, names, unit)
    _draw_marks(axes, marks, unit, max(map(len, waves)))
    return figure


def _draw_frame(
    axes: Axes, chart: TrendChart, ticks: dict[float, str], waves: Sequence[Sequence[str]]
) -> None:
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(INK)
    font = FontProperties(family=FONT, size=SMALL)
    axes.set_yticks(
        list(ticks), list(ticks.values()), fontproperties=font, color=INK, parse_math=False
    )
    texts = ["\n".join(lines) for lines in waves]
    axes.set_xticks(range(len(texts)), texts, fontproperties=font, color=INK, parse_math=False)
    axes.tick_params(axis="both", length=0, pad=4)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.text(
        0, 1, one_line(chart.axis),
        transform=axes.transAxes, ha="left", va="bottom", color=INK, parse_math=False,
        fontproperties=font,
    )  # fmt: skip


def _draw_lines(axes: Axes, chart: TrendChart, unit: float) -> None:
    """Draw each line with its points, in pieces between the figures that are not shown."""
    for number, line in enumerate(chart.lines):
        values = [float("nan") if p.value is None else p.value for p in line.points]
        axes.plot(
            range(len(values)), values,
            color=PALETTE[number], linewidth=2.2, marker=_SHAPES[number], markersize=7,
            clip_on=False, zorder=3,
        )  # fmt: skip
    bold = FontProperties(family=FONT, size=TEXT, weight="bold")
    for place in range(len(chart.waves)):
        points = [line.points[place] for line in chart.lines]
        shown = [(p.value, p.text) for p in points if p.value is not None]
        heights = _text_heights([value for value, _ in shown], unit)
        for (_, text), height in zip(shown, heights, strict=True):
            axes.text(
                place, height, one_line(text),
                ha="center", va="center_baseline", color=INK, parse_math=False, zorder=4,
                fontproperties=bold, clip_on=False,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.75},
            )  # fmt: skip


def _text_heights(values: Sequence[float], unit: float) -> list[float]:
    """Return where figures stand: above their point or below it, on the side that is free."""
    order = sorted(range(len(values)), key=values.__getitem__)
    above: list[int] = []
    below: list[int] = []
    for rank, place in enumerate(order):
        over = values[order[rank + 1]] - values[place] if rank + 1 < len(order) else float("inf")
        under = values[place] - values[order[rank - 1]] if rank else float("inf")
        # A figure below a point near zero would stand on the axis.
        low = values[place] < 1.6 * TEXT * unit
        (above if over >= under or low or len(order) == 1 else below).append(place)
    heights = [0.0] * len(values)
    up = _spread([values[place] for place in above], _APART * unit)
    down = _spread([-values[place] for place in below], _APART * unit)
    for place, height in zip(above, up, strict=True):
        heights[place] = height + unit * TEXT
    for place, height in zip(below, down, strict=True):
        heights[place] = -height - unit * TEXT
    return heights


def _draw_names(axes: Axes, chart: TrendChart, names: Sequence[Sequence[str]], unit: float) -> None:
    """Write the name of each line beside its last figure that is shown."""
    bold = FontProperties(family=FONT, size=TEXT, weight="bold")
    ends = [[p.value for p in line.points if p.value is not None] for line in chart.lines]
    named = [(number, end[-1]) for number, end in enumerate(ends) if end]
    rows = max(len(name) for name in names)
    heights = _spread([end for _, end in named], rows * LEADING * TEXT * unit)
    # Beside the name and off the grid, so that nobody takes a symbol for one more wave.
    beside = axes.transData + ScaledTranslation(_AROUND / 72, 0, axes.figure.dpi_scale_trans)
    for (number, _), height in zip(named, heights, strict=True):
        at = axes.get_xlim()[1]
        axes.plot(
            [at], [height],
            color=PALETTE[number], marker=_SHAPES[number], markersize=6, clip_on=False,
            transform=beside,
        )  # fmt: skip
        axes.annotate(
            "\n".join(names[number]), (at, height),
            xytext=(2 * _AROUND, 0), textcoords="offset points", va="center", ha="left", color=INK,
            fontproperties=bold, parse_math=False, annotation_clip=False,
        )  # fmt: skip


def _marks(chart: TrendChart, room: float) -> list[list[list[str]]]:
    """Return what stands in place of figures: rows of wrapped texts, one for each wave.

    Lines keep their rows, so that a line's marks stand beside each other, with its name unless
    the mark is that of all lines.
    """
    broken = [one for one in chart.lines if any(p.value is None for p in one.points)]
    rows: list[list[list[str]]] = [[[] for _ in chart.waves] for _ in broken]
    for place in range(len(chart.waves)):
        texts = {one.points[place].text for one in chart.lines}
        if len(texts) == 1 and all(one.points[place].value is None for one in chart.lines):
            rows[0][place] = wrapped(texts.pop(), room, SMALL)
            continue
        for row, one in zip(rows, broken, strict=True):
            if one.points[place].value is None:
                row[place] = wrapped(f"{one.name}: {one.points[place].text}", room, SMALL)
    return rows


def _deepest(row: Sequence[Sequence[str]]) -> int:
    return max(map(len, row))


def _draw_marks(axes: Axes, marks: Sequence[list[list[str]]], unit: float, down: int) -> None:
    """Write rows of marks under their waves, so many lines down."""
    font = FontProperties(family=FONT, size=SMALL)
    for row in marks:
        for place, lines in enumerate(row):
            for number, text in enumerate(lines):
                axes.text(
                    place, -unit * (SMALL * LEADING * (down + number + 0.6)), text,
                    ha="center", va="center_baseline", color=INK, parse_math=False,
                    fontproperties=font, clip_on=False,
                )  # fmt: skip
        down += _deepest(row)


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Return heights so far apart that texts beside them do not overlap, moved upwards."""
    moved = list(heights)
    lowest = -float("inf")
    for place in sorted(range(len(moved)), key=moved.__getitem__):
        moved[place] = max(moved[place], lowest + apart)
        lowest = moved[place]
    return moved
