"""A question over stacked waves as a line chart that breaks where a base is too small."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from welfarestats.errors import OptionError, TableError, listed, one_of
from welfarestats.output.chart import MOST_SERIES
from welfarestats.output.trend import Line, Point, TrendChart
from welfarestats.output.wording import number_in_words, number_text
from welfarestats.survey.passes import named
from welfarestats.survey.survey import Survey
from welfarestats.survey.wave_codebooks import WAVE
from welfarestats.survey.waves import waves_of
from welfarestats.tables.crosstabs import crosstab
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.picture_foot import picture_notes

__all__ = ["trend_chart"]

_DRAWN = ("shown", "flagged", "rounds-to-zero", "zero")


def trend_chart(
    stacked: Survey,
    variable: str,
    answers: str | Sequence[str] | None = None,
    *,
    style: str | HouseStyle | None = None,
    maximum: float | None = None,
    title: str | None = None,
) -> TrendChart:
    """Return the answers to a question, or its mean, over waves as a line chart.

    A line breaks where the house style does not show a figure, and the mark stands in the gap.

    Parameters
    ----------
    stacked
        Stacked waves, or a domain of them.
    variable
        The question.
    answers
        Up to four of its categories and nets, by label; all categories when left out. Not for a
        scale, of which the mean is drawn.
    style
        A preset's name or a `HouseStyle`: what is shown on which base.
    maximum
        Where the axis ends: 100 for per cent; needed for the mean of a scale.
    title
        Title of the chart; the question's label when left out.

    Returns
    -------
    TrendChart
        A notebook shows it by itself, with its table; it writes SVG and PNG.

    Raises
    ------
    OptionError
        When the survey is no stack of waves, an answer does not exist, or a mean has no maximum.
    TableError
        When there are more than four lines, or no figure to show.

    Notes
    -----
    Lines between waves say nothing of what was between them, and nothing here is tested:
    ``ws.crosstab(stacked, variable, "wave", versus="previous")`` is. Notes below the picture
    explain its marks, say how large a difference between small waves has to be, and hold the
    caveats of the question.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frames = [
    ...     pd.DataFrame({"id": range(n), "works": ["Yes", "No"] * (n // 2)}) for n in (60, 20)
    ... ]
    >>> waves = {f"wave {i + 1}": ws.Survey(frame) for i, frame in enumerate(frames)}
    >>> ws.trend_chart(ws.stack_waves(waves, person="id"), "works", "Yes").alt_text
    'Line chart. works. Yes: 50 in wave 1, not shown in wave 2.'
    """
    waves = waves_of(stacked, "trend_chart()")
    label = stacked.codebook[variable].label if variable in stacked.codebook else variable
    table = crosstab(stacked, variable, WAVE, style=style, total=False, title=title or label)
    frame = table.to_frame()
    frame = frame[frame["banner"] == WAVE]
    shares = frame[frame["statistic"] == "proportion"]
    of_means = shares.empty
    if of_means and (maximum is None or answers is not None):
        raise OptionError(
            f"of {variable!r} the mean is drawn: name no answers, and say where its axis ends, for"
            " example maximum=10 for scores from 0 to 10."
        )
    rows = frame if of_means else shares
    wanted = ["Mean"] if of_means else _wanted(shares, answers, variable)
    factor = 1.0 if of_means else 100.0
    lines = tuple(
        Line(name, _points(rows[rows["stub_category"] == name], factor)) for name in wanted
    )
    who, _, _ = table.grid.subtitle.removeprefix("Base: ").rpartition(". ")
    what = "Means" if of_means else "Per cent"
    return TrendChart(
        title=table.title,
        waves=waves.names,
        lines=lines,
        data=table.grid,
        subtitle=f"{what} of the respondents of each wave"
        f"{', weighted' if stacked.facts.weighted else ''}.",
        base=f"{who}.{_bases(rows, wanted)}",
        source=table.grid.source,
        notes=picture_notes(table, [point.text for line in lines for point in line.points]),
        maximum=100.0 if maximum is None else maximum,
        axis="Mean" if of_means else "Per cent",
        origin=table.origin,
    )


def _wanted(shares: pd.DataFrame, answers: str | Sequence[str] | None, variable: str) -> list[str]:
    """Return the answers to draw: those named, or all categories that are no nets."""
    known = list(dict.fromkeys(shares["stub_category"]))
    if answers is None:
        every = shares[~shares["is_net"].astype(bool)]
        wanted = list(dict.fromkeys(every["stub_category"]))
        if len(wanted) > MOST_SERIES:
            raise TableError(
                f"question {variable!r} has {len(wanted)} answers, and a chart shows at most"
                f" {number_in_words(MOST_SERIES)} lines. Name some, or a net: {listed(known)}."
            )
        return wanted
    wanted = list(named(answers))
    for name in wanted:
        one_of(name, known, f"an answer to {variable!r}")
    return wanted


def _points(rows: pd.DataFrame, factor: float) -> tuple[Point, ...]:
    """Return one point a wave; a figure that the style does not show is its mark alone."""
    values = rows["estimate"] if factor == 1.0 else factor * rows["proportion"]
    return tuple(
        Point(str(text), float(value) if state in _DRAWN else None)
        for text, value, state in zip(rows["display"], values, rows["state"], strict=True)
    )


def _bases(rows: pd.DataFrame, wanted: Sequence[str]) -> str:
    """Return the base of each wave in words."""
    own = rows[rows["stub_category"] == wanted[0]]
    told = [
        f"{wave}: {number_text(base)}"
        for wave, base in zip(own["banner_category"], own["base"], strict=True)
    ]
    return f" Unweighted bases: {'; '.join(told)}."
