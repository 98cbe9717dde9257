"""What becomes of a table's figures if it is made in another way that could be defended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError, one_of
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import difference_text, number_text
from welfarestats.survey.reweighting import with_weights
from welfarestats.tables.books import Book
from welfarestats.tables.charting import DRAWN
from welfarestats.tables.remaking import cells_by_table, remaking_of
from welfarestats.tables.table import Table

__all__ = ["Sensitivity", "sensitivity"]

_PLACE = ["table", "stub", "stub_category", "statistic", "banner", "banner_category"]
_COLUMNS = [
    "stub",
    "stub_category",
    "banner",
    "banner_category",
    "scenario",
    "estimate",
    "changed",
    "difference",
    "letters",
    "changed_letters",
    "state",
    "changed_state",
    "moved",
    "statistic",
    "table",
    "display",
    "changed_display",
]
_MISSING, _UNWEIGHTED = "don't knows and refusals in the base", "without the weight"
_NUMBERS = ("mean", "median")
_CAP_UNITS = ("weight", "mean")
_DUST = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(ShownAsTables):
    """A table's figures beside those of the same table made otherwise; frozen.

    Parameters
    ----------
    title
        Title of the table or book.
    points
        From how many percentage points on a figure has moved.
    frame
        One row a figure and scenario.
    left_out
        Scenarios that were not made, with the reason.
    notes
        What was done in the scenarios.
    origin
        ``"collected"`` or ``"synthetic"``.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"works": ["Yes", "No"] * 50, "w": [1.0, 3.0] * 50})
    >>> found = ws.sensitivity(ws.crosstab(ws.Survey(frame, weights="w"), "works"))
    >>> found.moved[["stub_category", "scenario", "estimate", "changed"]]
      stub_category            scenario  estimate  changed
    0            No  without the weight      0.75      0.5
    1           Yes  without the weight      0.25      0.5
    """

    title: str
    points: float
    frame: pd.DataFrame = field(repr=False)
    left_out: Mapping[str, str] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the figures, one row a figure and scenario.

        Returns
        -------
        pandas.DataFrame
            ``stub, stub_category, banner, banner_category, scenario, estimate, changed,
            difference, letters, changed_letters, state, changed_state, moved, statistic, table,
            display, changed_display`` (what a table prints before and then).
            ``table`` is the name of a table of a book. Proportions and their differences are from 0 to 1; ``difference`` is ``changed`` less
            ``estimate``.
        """
        return self.frame.copy()

    @property
    def moved(self) -> pd.DataFrame:
        """The rows of figures that moved, or have other letters or another state."""
        return self.frame[self.frame["moved"]].reset_index(drop=True)

    @property
    def grid(self) -> Grid:
        """A summary, one row a scenario, in words."""
        rows = []
        for name in dict.fromkeys([*self.frame["scenario"], *self.left_out]):
            own = self.frame[self.frame["scenario"] == name]
            far = _far(own, self.points)
            letters = own["letters"] != own["changed_letters"]
            state = own["state"] != own["changed_state"]
            counts = [len(own), far.sum(), letters.sum(), state.sum()]
            rows.append([name, *(number_text(float(count)) for count in counts)])
        notes = [*self.notes, *(f"Not made: {name}: {why}." for name, why in self.left_out.items())]
        return plain_grid(
            f"How figures change: {self.title}",
            ["Scenario", "Figures", _moved_heading(self.points), "Other letters", "Other state"],
            rows,
            notes=notes,
            origin=self.origin,
        )

    def _grids(self) -> Iterator[Grid]:
        yield self.grid
        moved = self.moved
        if moved.empty:
            return
        rows = [
            [
                f"{row['stub']}: {row['stub_category']}",
                "Total"
                if row["banner"] == "Total"
                else f"{row['banner']}: {row['banner_category']}",
                str(row["scenario"]),
                *_figures({str(name): value for name, value in row.items()}),
                str(row["letters"] or "none"),
                str(row["changed_letters"] or "none"),
                f"{row['state']}, then {row['changed_state']}"
                if row["state"] != row["changed_state"]
                else str(row["state"]),
            ]
            for row in moved.to_dict("records")
        ]
        columns = ["Figure", "Column", "Scenario", "As made", "Changed", "Difference"]
        columns += ["Letters", "Letters then", "State"]
        words = ("Column", "Scenario", "Letters", "Letters then", "State")
        title = f"Figures that move: {self.title}"
        marks = {text for row in rows for text in row[3:6]} & _marks(moved)
        legend = [(mark, "not shown in the table") for mark in sorted(marks)]
        yield plain_grid(
            title, columns, rows, text_columns=words, legend=legend, origin=self.origin
        )


def sensitivity(
    table: Table | Book,
    *,
    cap: float | None = None,
    cap_unit: str | None = None,
    points: float = 1.0,
) -> Sensitivity:
    """Return which figures of a table depend on how it was made.

    Parameters
    ----------
    table
        A `Table` or a `Book`; it is made again with don't knows and refusals in the base, without
        the weight, and with the weight capped.
    cap
        The largest weight of the last scenario; ``None`` leaves the scenario out.
    cap_unit
        ``"weight"``: ``cap`` is a weight; ``"mean"``: it is a multiple of the mean weight. There
        is no default.
    points
        A proportion has moved from this many percentage points on.

    Returns
    -------
    Sensitivity
        One row a figure and scenario. ``moved`` is true where the figure moved, has other letters
        or another state.

    Raises
    ------
    OptionError
        When ``cap`` has no unit, a unit has no cap, or the points are not positive.
    TableError
        When it is no table, or a table of a book whose p-values were adjusted together.
    DataError
        When weights of a lazy frame are to be capped.

    Notes
    -----
    A mean has moved when it is a standard error or more away; where there is none, as of invented
    records, when it is printed otherwise. A scenario that changes nothing, because there
    is no weight or no such answer, is left out and said to be. Capped weights are not calibrated
    again. What a scenario moves is no error: it is a choice that a reader should know of.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"works": ["Yes", "No"] * 50, "w": [1.0, 3.0] * 50})
    >>> table = ws.crosstab(ws.Survey(frame, weights="w"), "works")
    >>> found = ws.sensitivity(table, cap=1.25, cap_unit="mean")
    >>> found.moved["scenario"].unique().tolist()
    ['without the weight', 'with weights capped at 2.5']
    """
    _check_options(cap, cap_unit, points)
    made, original = remaking_of(table), cells_by_table(table)
    scenarios: dict[str, pd.DataFrame] = {}
    left_out: dict[str, str] = {}
    notes: list[str] = []
    if made.has_missing():
        scenarios[_MISSING] = made.with_missing()
    else:
        left_out[_MISSING] = "no question has such answers outside its base"
    weighted = made.survey.facts.weighted
    if weighted:
        scenarios[_UNWEIGHTED] = made.again(with_weights(made.survey, None))
    else:
        left_out[_UNWEIGHTED] = "the survey has no weight"
    if cap is None or not weighted:
        why = "the survey has no weight" if cap is not None else "no cap was named"
        left_out["with weights capped"] = why
    else:
        name, scenarios_of_cap, note = made.capped(cap, cap_unit)
        scenarios[name] = scenarios_of_cap
        notes.append(note)
    parts = [_compared(original, frame, name, points) for name, frame in scenarios.items()]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    words = ["stub", "stub_category", "banner", "banner_category", "scenario", "statistic"]
    words += ["table", "letters", "changed_letters", "state", "changed_state"]
    words += ["display", "changed_display"]
    whole = whole.astype({**dict.fromkeys(words, "str"), "moved": bool})
    title = table.title if isinstance(table, Table) else f"book of {len(table)} tables"
    return Sensitivity(title, points, whole, left_out, tuple(notes), made.survey.origin)


def _check_options(cap: float | None, cap_unit: str | None, points: float) -> None:
    if (cap is None) != (cap_unit is None):
        raise OptionError(
            'a cap needs a number and its unit. Pass cap=3.0, cap_unit="mean" for three times the'
            ' mean weight, or cap_unit="weight" for a weight of 3.'
        )
    if cap_unit is not None:
        one_of(cap_unit, _CAP_UNITS, "cap_unit")
    if not points > 0:
        raise OptionError(f"points is a number of percentage points above 0, not {points!r}.")


def _compared(
    original: pd.DataFrame, changed: pd.DataFrame, name: str, points: float
) -> pd.DataFrame:
    """Return the figures of a table beside those of a scenario, in the order of the table."""
    kept = [*_PLACE, "estimate", "letters", "state", "display"]
    frame = original[[*kept, "standard_error"]].merge(
        changed[kept], on=_PLACE, how="left", suffixes=("", "_then"), validate="one_to_one"
    )
    frame = frame.rename(columns={"estimate_then": "changed"})
    frame["scenario"] = name
    frame["difference"] = frame["changed"] - frame["estimate"]
    frame["changed_letters"] = frame["letters_then"].fillna("")
    # A row that nobody is left in is not made.
    frame["changed_state"] = frame["state_then"].fillna("none-recorded")
    frame["changed_display"] = frame["display_then"].fillna("[w]")
    other = frame["display"] != frame["changed_display"]
    away = frame["difference"].abs() >= frame["standard_error"]
    away = away.where(frame["standard_error"].notna(), other)
    far = np.where(frame["statistic"].isin(_NUMBERS), away, _far(frame, points))
    frame["moved"] = (
        far
        | (frame["letters"] != frame["changed_letters"])
        | (frame["state"] != frame["changed_state"])
    )
    return frame[_COLUMNS]


def _far(frame: pd.DataFrame, points: float) -> pd.Series[bool]:
    """Return which proportions differ by so many points, or are there on one side only."""
    apart = frame["difference"].abs() * 100 >= points - _DUST
    one_sided = frame["estimate"].isna() != frame["changed"].isna()
    return (apart | one_sided) & ~frame["statistic"].isin(_NUMBERS)


def _moved_heading(points: float) -> str:
    number = f"{points:g} point{'' if points == 1 else 's'}"
    return f"Percentages that move by {number} or more"


def _marks(frame: pd.DataFrame) -> set[str]:
    """Return what is printed in place of figures that a house style does not show."""
    shown = (*DRAWN, "count-only")
    sides = (("state", "display"), ("changed_state", "changed_display"))
    return {text for state, name in sides for text in frame.loc[~frame[state].isin(shown), name]}


def _figures(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return a figure, the changed one and their difference, as far as the style shows them."""
    values = (row["estimate"], row["changed"], row["difference"])
    if row["statistic"] in _NUMBERS:
        first, then, apart = (number_text(float(value), 2) for value in values)
    else:
        first, then = (number_text(100 * float(value), 1) for value in values[:2])
        apart = difference_text(float(values[2]), 1)
    if row["changed_state"] not in DRAWN:
        then = apart = str(row["changed_display"])
    if row["state"] not in DRAWN:
        first = apart = str(row["display"])
    return first, then, apart
