"""A finished bar chart: horizontal bars from zero, each with its figure, and the table beside it.

A chart is given words and lengths, as a grid is given words: whoever builds one has already
rounded, marked and hidden. A length is a value, drawn as a solid bar from zero; or a range in
which an unknown value lies, drawn as a hatched bar from its lower to its upper end; or missing,
and then only the mark is written. Nothing is told by colour alone, and every bar has its name
and its figure beside it, so that there is no legend to look up.

References
----------
Government Analysis Function (2023), "Data visualisation: charts" and "Data visualisation:
colours in charts".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from welfarestats.errors import TableError, one_of
from welfarestats.output.grid import ORIGINS, Grid
from welfarestats.output.picture import Picture, drawing_module
from welfarestats.output.wording import SYNTHETIC_CAPTION, number_in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colours of the series, of which some need dark text.
PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
TEXT_ON_PALETTE = ("#FFFFFF", "#000000", "#FFFFFF", "#000000", "#FFFFFF", "#000000")
#: The most series that can be told apart in one chart.
MOST_SERIES = 4
#: The most bars that an alternative text lists one by one.
_MOST_TOLD = 12
_RANGE_KEY = "Hatched: a range. The figure is not known and lies somewhere between its two ends."


@dataclass(frozen=True)
class Bar:
    """One bar: a value, a range, or nothing but a mark.

    Parameters
    ----------
    text : str
        The figure or mark as a reader sees it, such as ``"47"``, ``"12–34"`` or ``"[u]"``.
    value : float, optional
        Length of a bar from zero.
    limits : tuple of float, optional
        Both ends of a range that holds an unknown value.

    Raises
    ------
    TableError
        If there are a value and limits, or limits in the wrong order, or one is below zero.
    """

    text: str
    value: float | None = None
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.value is not None and self.limits is not None:
            raise TableError(
                f"bar {self.text!r} has a value and limits. Give the value if it is known, and "
                "the limits if it is not."
            )
        low, high = self.limits or (self.value or 0.0, self.value or 0.0)
        if not 0 <= low <= high:
            raise TableError(
                f"bar {self.text!r} reaches from {low:g} to {high:g}; bars begin at zero or above "
                "and end where they begin or later."
            )

    @property
    def end(self) -> float:
        """Where the bar ends; zero for a mark."""
        return self.limits[1] if self.limits else self.value or 0.0


@dataclass(frozen=True)
class Series:
    """Bars of one kind, one for each category of the chart.

    Parameters
    ----------
    name : str
        What they have in common, such as a group of people.
    bars : tuple of Bar
        One for each category.
    """

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart(Picture):
    """A bar chart in words and lengths, ready to be drawn; frozen. A notebook shows it by itself.

    Parameters
    ----------
    title : str
        What the chart shows.
    categories : tuple of str
        What each group of bars is.
    series : tuple of Series
        From one to four.
    data : Grid
        The table with the same figures, which is shown beside the chart.
    subtitle : str, default ""
        What the lengths are.
    base : str, default ""
        Who the figures are about, and how many they are.
    source : str, default ""
        Where they come from.
    maximum : float, default 100
        Where the axis ends.
    axis : str, default "Per cent"
        What the axis measures.
    alt : str, default ""
        What the chart shows, for those who do not see it; made from the bars when left out.
    origin : {"", "collected", "synthetic"}, default ""
        Invented records are named in the picture and in its alternative text.
    legend : tuple of (str, str), default ()
        Marks that stand in the picture, and their meaning, printed above it.
    notes : tuple of str, default ()
        What must be said with the figures, printed at the foot.

    Raises
    ------
    TableError
        If there are more than four series, a series does not have a bar for each category, or a
        bar ends beyond the axis.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> chart = Chart(
    ...     title="In work",
    ...     categories=("Women", "Men"),
    ...     series=(Series("In work", (Bar("47", 47), Bar("30–52", limits=(30, 52)))),),
    ...     data=plain_grid(
    ...         "In work", ["Sex", "Per cent"], [["Women", "47"], ["Men", "30–52"]]
    ...     ),
    ... )
    >>> chart.alt_text
    'Bar chart. In work. Women: 47. Men: between 30 and 52.'
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    data: Grid = field(repr=False)
    subtitle: str = ""
    base: str = ""
    source: str = ""
    maximum: float = 100.0
    axis: str = "Per cent"
    alt: str = field(default="", repr=False)
    origin: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        one_of(self.origin, ORIGINS, "the origin of a chart")
        if not self.title.strip():
            raise TableError(
                "a chart has no title, so a reader cannot tell what it shows. Name it."
            )
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise TableError(
                f"chart {self.title!r} has {len(self.series)} series; a chart shows from one to "
                f"{number_in_words(MOST_SERIES)} that can be told apart. Leave some out, or draw "
                "more than one chart."
            )
        for one in self.series:
            if len(one.bars) != len(self.categories) or not one.bars:
                raise TableError(
                    f"series {one.name!r} of chart {self.title!r} has {len(one.bars)} bars for "
                    f"{len(self.categories)} categories. Give one bar for each category."
                )
            beyond = [bar.text for bar in one.bars if bar.end > self.maximum]
            if beyond:
                raise TableError(
                    f"bar {beyond[0]!r} of chart {self.title!r} ends beyond the axis, which ends "
                    f"at {self.maximum:g}. Pass a larger maximum."
                )

    @property
    def alt_text(self) -> str:
        """What the chart shows, in words, for those who do not see it."""
        invented = SYNTHETIC_CAPTION if self.origin == "synthetic" else ""
        marks = marks_in_words(self.legend)
        return " ".join(filter(None, (self.alt or self._told(), marks, invented)))

    def _told(self) -> str:
        opening = f"Bar chart. {_sentence(self.title)}"
        if len(self.categories) * len(self.series) > _MOST_TOLD:
            count = len(self.categories) * len(self.series)
            return f"{opening} Its {count} figures stand in the table beside it."
        parts = []
        for place, category in enumerate(self.categories):
            bars = [(one.name, _in_words(one.bars[place])) for one in self.series]
            named = [f"{text} ({name})" if len(bars) > 1 else text for name, text in bars]
            parts.append(f"{category}: {', '.join(named)}.")
        return f"{opening} {' '.join(parts)}"

    @property
    def lines_above(self) -> tuple[str, ...]:
        """What stands under the title: origin, subtitle, and how to read a range."""
        ranges = any(bar.limits for one in self.series for bar in one.bars)
        lines = (
            SYNTHETIC_CAPTION if self.origin == "synthetic" else "",
            self.subtitle,
            _RANGE_KEY if ranges else "",
            *(f"{mark} = {meaning}" for mark, meaning in self.legend),
        )
        return tuple(filter(None, lines))

    @property
    def lines_below(self) -> tuple[str, ...]:
        """What stands at the foot: base, notes and source."""
        base = f"Base: {self.base}" if self.base else ""
        source = f"Source: {self.source}" if self.source else ""
        return tuple(filter(None, (base, *self.notes, source)))

    def _draw(self) -> Figure:
        drawn: Figure = drawing_module("drawing").draw(self)
        return drawn


def marks_in_words(legend: tuple[tuple[str, str], ...]) -> str:
    """Return what marks mean, in sentences for a listener.

    Parameters
    ----------
    legend : tuple of (str, str)
        Marks and their meaning.

    Returns
    -------
    str
        A sentence a mark.
    """
    return " ".join(f"{mark} means {_sentence(meaning)}" for mark, meaning in legend)


def _sentence(text: str) -> str:
    """Return text that ends as a sentence does."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _in_words(bar: Bar) -> str:
    """Return a figure for a listener; a range says that it is one."""
    if bar.limits is None:
        return bar.text
    ends = bar.text.split("–")
    return f"between {ends[0]} and {ends[1]}" if len(ends) == 2 else f"in the range {bar.text}"
