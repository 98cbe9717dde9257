"""A finished line chart of waves: a line for each group of figures, broken where one is not shown.

As a bar chart it is given words and heights: whoever builds one has already rounded, marked and
hidden. Where a figure is not shown its line breaks, and its mark, or a count, stands at the foot: a
line across the gap would tell what was withheld. Every line has its name at its end and every
point its figure, so that nothing is told by colour alone.

References
----------
Government Analysis Function (2023), "Data visualisation: charts" and "Data visualisation:
colours in charts".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from welfarestats.errors import TableError, one_of
from welfarestats.output.chart import MOST_SERIES, marks_in_words
from welfarestats.output.grid import ORIGINS, Grid
from welfarestats.output.picture import Picture, drawing_module
from welfarestats.output.wording import SYNTHETIC_CAPTION, number_in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Line", "Point", "TrendChart"]

_BREAK_KEY = (
    "A line breaks where the figure of a wave is not shown; a mark or a count stands at the foot."
)
_MOST_TOLD = 16


@dataclass(frozen=True)
class Point:
    """The figure of one wave: a text and a height, or nothing but a mark.

    Parameters
    ----------
    text : str
        The figure or mark as a reader sees it.
    value : float, optional
        Its height; missing where it is not shown, or is a count on a small base.
    """

    text: str
    value: float | None = None

    @property
    def told(self) -> bool:
        """Whether its text is a figure: a height, or a count in place of one (``5 of 28``)."""
        return self.value is not None or any(letter.isdigit() for letter in self.text)


@dataclass(frozen=True)
class Line:
    """Points of one kind, one for each wave.

    Parameters
    ----------
    name : str
        What they have in common, such as an answer.
    points : tuple of Point
        In the order of the waves.
    """

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class TrendChart(Picture):
    """A line chart in words and heights, ready to be drawn; frozen. A notebook shows it by itself.

    Parameters
    ----------
    title : str
        What the chart shows.
    waves : tuple of str
        The waves in order, two or more.
    lines : tuple of Line
        From one to four.
    data : Grid
        The table with the same figures, which is shown beside the chart.
    subtitle, base, source : str, default ""
        What the heights are, who they are about, where they come from.
    maximum : float, default 100
        Where the axis ends; it begins at zero.
    axis : str, default "Per cent"
        What the axis measures.
    origin : {"", "collected", "synthetic"}, default ""
        Invented records are named in the picture and in its alternative text.
    legend : tuple of (str, str), default ()
        Marks that stand in the picture, and their meaning, printed above it.
    notes : tuple of str, default ()
        What must be said with the figures, printed at the foot.

    Raises
    ------
    TableError
        If there are fewer than two waves, more than four lines, a line without a point for each
        wave, or a point beyond the axis.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> chart = TrendChart(
    ...     title="In work",
    ...     waves=("2023", "2024", "2025"),
    ...     lines=(Line("Yes", (Point("47", 47), Point("[u]"), Point("52", 52))),),
    ...     data=plain_grid("In work", ["Wave", "%"], [["2023", "47"], ["2025", "52"]]),
    ... )
    >>> chart.alt_text
    'Line chart. In work. Yes: 47 in 2023, not shown in 2024, 52 in 2025.'
    """

    title: str
    waves: tuple[str, ...]
    lines: tuple[Line, ...]
    data: Grid = field(repr=False)
    subtitle: str = ""
    base: str = ""
    source: str = ""
    maximum: float = 100.0
    axis: str = "Per cent"
    origin: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        one_of(self.origin, ORIGINS, "the origin of a chart")
        if not self.title.strip():
            raise TableError(
                "a chart has no title, so a reader cannot tell what it shows. Name it."
            )
        if len(self.waves) < 2:
            raise TableError(f"chart {self.title!r} has one wave, and a line needs two at least.")
        if not 1 <= len(self.lines) <= MOST_SERIES:
            raise TableError(
                f"chart {self.title!r} has {len(self.lines)} lines; a chart shows from one to "
                f"{number_in_words(MOST_SERIES)} that can be told apart. Name fewer."
            )
        for line in self.lines:
            if len(line.points) != len(self.waves):
                raise TableError(
                    f"line {line.name!r} of chart {self.title!r} has {len(line.points)} points for "
                    f"{len(self.waves)} waves. Give one point for each wave."
                )
            for point in line.points:
                if point.value is not None and not 0 <= point.value <= self.maximum:
                    remedy = "Show it in a table" if point.value < 0 else "Pass a larger maximum"
                    raise TableError(
                        f"point {point.text!r} of chart {self.title!r} lies beyond the axis, which "
                        f"goes from 0 to {self.maximum:g}. {remedy}."
                    )

    @property
    def alt_text(self) -> str:
        """What the chart shows, in words, for those who do not see it."""
        invented = SYNTHETIC_CAPTION if self.origin == "synthetic" else ""
        opening = "Line chart. " + (
            self.title if self.title.endswith((".", "?")) else f"{self.title}."
        )
        if len(self.waves) * len(self.lines) > _MOST_TOLD:
            told = "Its figures stand in the table beside it."
        else:
            told = " ".join(f"{line.name}: {', '.join(self._told(line))}." for line in self.lines)
        # In words a gap is "not shown"; its mark is not heard.
        gaps = {point.text for line in self.lines for point in line.points if point.value is None}
        marks = marks_in_words(tuple(one for one in self.legend if one[0] not in gaps))
        return " ".join(filter(None, (opening, told, marks, invented)))

    def _told(self, line: Line) -> list[str]:
        return [
            f"{point.text if point.told else 'not shown'} in {wave}"
            for wave, point in zip(self.waves, line.points, strict=True)
        ]

    @property
    def lines_above(self) -> tuple[str, ...]:
        """What stands under the title: origin, subtitle, what a gap and each mark mean."""
        points = [point for line in self.lines for point in line.points]
        broken = any(point.value is None for point in points)
        invented = SYNTHETIC_CAPTION if self.origin == "synthetic" else ""
        marks = (f"{mark} = {meaning}" for mark, meaning in self.legend)
        return tuple(filter(None, (invented, self.subtitle, _BREAK_KEY if broken else "", *marks)))

    @property
    def lines_below(self) -> tuple[str, ...]:
        """What stands at the foot: base, notes and source."""
        base = f"Base: {self.base}" if self.base else ""
        source = f"Source: {self.source}" if self.source else ""
        return tuple(filter(None, (base, *self.notes, source)))

    def _draw(self) -> Figure:
        drawn: Figure = drawing_module("trend_drawing").draw_trend(self)
        return drawn
