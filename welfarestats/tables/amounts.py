"""Totals, grossed counts and ratios as a table in a house style."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.estimates.estimate import RESULT_COLUMNS, Counted, Estimates
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.marks import MARKS
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.text import markdown_table
from welfarestats.output.wording import BASE_LABELS, number_text
from welfarestats.tables.bands import Decisions
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.reliability import CountPrecision
from welfarestats.tables.style_presets import choose_style

__all__ = ["AmountTable", "tabulate_amounts"]

_FIGURES = ("shown", "flagged", "rounds-to-zero", "zero")
_COUNTED = ("numerator", "effective_numerator", "denominator", "effective_denominator")
_DECIDED = ("state", "reason", "display")
_MISSING = "[x]"


@dataclass(frozen=True, eq=False, repr=False)
class AmountTable(ShownAsTables):
    """Totals or ratios with their limits and bases, as a house style shows them; frozen.

    `tabulate_amounts` makes it; a notebook shows it as a table.

    Parameters
    ----------
    style
        The house style that decided what is shown.
    frame
        What `to_frame` returns.
    grid
        The table as words.
    """

    style: HouseStyle
    frame: pd.DataFrame = field(repr=False)
    grid: Grid = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the figures, one row each, hidden values included.

        Returns
        -------
        pandas.DataFrame
            The columns of the estimates, then ``numerator, effective_numerator`` (respondents who
            add to the figure, and their effective base), ``denominator, effective_denominator``
            (of a ratio), ``state, reason, display``.
        """
        return self.frame.copy()

    def to_excel(self, path: str | Path) -> Path:
        """Write the table as a workbook of one sheet.

        Parameters
        ----------
        path
            A file that ends in ``.xlsx``; it is replaced only when the new one is whole.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        OptionError
            When the path does not end in ``.xlsx``.
        """
        from welfarestats.output.spreadsheet import write_workbook

        return write_workbook(path, [("Table", self.grid)], title=self.grid.title)

    def to_markdown(self) -> str:
        """Return the table as Markdown.

        Returns
        -------
        str
            A pipe table with its marks above and its notes below.
        """
        return markdown_table(self.grid)

    def _grids(self) -> Iterator[Grid]:
        yield self.grid


def tabulate_amounts(
    estimates: Estimates,
    style: str | HouseStyle | None = None,
    *,
    decimals: int | None = None,
    title: str | None = None,
) -> AmountTable:
    """Return totals, grossed counts or ratios as a table that shows what a house style lets be shown.

    Parameters
    ----------
    estimates
        What `estimate_totals` or `estimate_ratios` returned.
    style
        A preset's name, a file such as ``"my_style.toml"``, or a `HouseStyle`; ``None`` for the
        default. ``"nchs"`` has rules of its own for rates and counts.
    decimals
        Decimal places; when left out none for totals, and for ratios those of the style's means.
    title
        Title of the table; made from the variable when left out.

    Returns
    -------
    AmountTable
        A notebook shows it by itself; `AmountTable.to_frame` has one row a figure.

    Raises
    ------
    OptionError
        When the estimates are proportions, means or quantiles, which `crosstab` shows.

    Notes
    -----
    Limits are those of the estimates, at their level; where the figure is hidden they are too. The
    standards behind ``"nchs"`` judge other limits, those of `log_t_interval`, always at 95 per
    cent. They were written for counts of people and events, and for rates; they are applied to
    totals and ratios of amounts for want of any others.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"works": ["Yes"] * 60 + ["No"] * 4, "w": [90, 110] * 32})
    >>> survey = ws.Survey(frame, weights="w", weights_represent="population")
    >>> counts = ws.tabulate_amounts(ws.estimate_totals(survey, "works"), "nchs")
    >>> counts.to_frame()[["category", "display", "reason"]].values.tolist()
    [['No', '*', 'number of respondents counted of 4 is under 10'], ['Yes', '6,000', '']]
    """
    chosen = choose_style(style)
    given: object = estimates  # callers who do not check types
    if not isinstance(given, Estimates) or given.count is None:
        raise OptionError(
            "only what estimate_totals or estimate_ratios returned is shown here. Percentages, means"
            " and medians are shown by ws.crosstab(…, style=…)."
        )
    counted, frame = given.count(), given.to_frame()
    if decimals is None:
        decimals = 0 if counted.denominator is None else chosen.mean_decimals
    elif decimals not in range(7):
        raise OptionError(f"decimals is {decimals!r}. Pass a whole number from 0 to 6.")
    decided = chosen.decide_counts(
        frame["estimate"],
        frame["base"],
        decimals=decimals,
        effective_base=frame["effective_base"],
        precision=_precision(frame, counted),
    )
    for name in _COUNTED:
        values = getattr(counted, name)
        frame[name] = np.nan if values is None else values
    for name in _DECIDED:
        frame[name] = pd.array(getattr(decided, name), dtype="str")
    return AmountTable(chosen, frame, _grid(estimates, frame, decided, chosen, decimals, title))


def _precision(frame: pd.DataFrame, counted: Counted) -> CountPrecision:
    """Return what is known of the precision of each figure; nothing without degrees of freedom."""
    df = frame["degrees_of_freedom"].to_numpy(dtype=float)
    below = counted.denominator, counted.effective_denominator
    return CountPrecision(
        frame["standard_error"].to_numpy(dtype=float) ** 2,
        np.where(df < 1, np.nan, df),
        counted.numerator,
        counted.effective_numerator,
        *(np.nan if one is None else one for one in below),
    )


def _grid(
    estimates: Estimates,
    frame: pd.DataFrame,
    decided: Decisions,
    style: HouseStyle,
    decimals: int,
    title: str | None,
) -> Grid:
    facts, variable = estimates.facts, str(frame["variable"].iloc[0])
    what = "Total" if frame["denominator"].isna().all() else "Ratio"
    known = (*RESULT_COLUMNS, *_COUNTED, *_DECIDED)
    by = [str(name) for name in frame if name not in known]
    rows = [_row(one, by, style, decimals) for _, one in frame.iterrows()]
    heads = [what, "Lower limit", "Upper limit", *(BASE_LABELS[name] for name in style.bases)]
    who = "all respondents with an answer"
    if facts.domain:
        who = f"respondents with {' and '.join(facts.domain)}"
    legend = dict(decided.legend)
    if any(cell.text == _MISSING for row in rows for cell in row.cells):
        legend[_MISSING] = MARKS[_MISSING]
    weighting = f": {'; '.join(facts.weighting)}" if facts.weighting else ""
    notes = [f"Figures are weighted{weighting}."] if facts.weighted else []
    notes += [*decided.caveats, *style.notes]
    notes += facts.notes_on({variable, *variable.split("/"), *by})
    return Grid(
        title or f"{what}s of {variable}",
        (tuple(ColumnHeader(text) for text in heads),),
        (RowGroup(tuple(rows)),),
        subtitle=f"Base: {who}.",
        legend=tuple(legend.items()),
        notes=tuple(dict.fromkeys(notes)),
        origin=facts.origin,
    )


def _row(one: pd.Series, by: list[str], style: HouseStyle, decimals: int) -> Row:
    """Return a figure with its limits, which are hidden where it is, and its bases."""
    figure = Cell(str(one["display"]), "", str(one["state"]))
    limits = [
        Cell(number_text(float(one[name]), decimals, missing=_MISSING))
        if one["state"] in _FIGURES
        else figure
        for name in ("ci_low", "ci_high")
    ]
    bases = [Cell(number_text(float(one[name]))) for name in style.bases]
    head = [str(one[name]) for name in ("category", *by) if not pd.isna(one[name])]
    return Row(": ".join(head) or "All", (figure, *limits, *bases))
