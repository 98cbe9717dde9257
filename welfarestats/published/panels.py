"""Printed tables laid out for recomputing: lines, columns, and what each cell prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import TableError, listed
from welfarestats.published.matching import Labels, is_total

__all__ = ["COLUMNS", "Column", "Line", "Panel", "printed_frame", "panels_of"]

Array = NDArray[np.float64]
Notes = dict[str, NDArray[np.object_]]

COLUMNS = (
    *("table", "title", "sheet", "cell", "stub", "stub_category", "statistic"),
    *("banner", "banner_category", "column_key", "printed", "value"),
    *("decimals", "letters", "mark"),
)
_OPTIONAL = ("title", "sheet", "cell", "column_key", "decimals", "letters", "mark")
BASES = ("base", "weighted_base", "effective_base")
SHARES = ("percent", "count", "weighted_count")
COMPUTED = (*SHARES, *BASES, "mean")
ROUNDS_TO_ZERO, ZERO = ("*", "[low]", "+"), ("-", "–", "—", "[z0]")
# What divides the levels of a heading, and two questions in one of them.
LEVELS = " / "
_JOINED = re.compile(r"\s+(?:>|×|x|by|and|within)\s+", re.IGNORECASE)
# Binary arithmetic comes this close to a half without being it.
DUST = 1e-9


@dataclass(frozen=True)
class Line:
    """A printed row: what it counts, and the labels of the categories it is made of."""

    label: str
    statistic: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A printed column: the banner question (none for the total) and its categories.

    Where it is nested, ``outer`` is the question that it is nested in, ``within`` its categories.
    """

    banner: str
    label: str
    answers: tuple[str, ...] = ()
    key: str = ""
    heading: str = ""
    outer: str = ""
    within: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The banner question, or both where one is nested in the other."""
        return f"{self.outer} > {self.banner}" if self.outer else self.banner


@dataclass(frozen=True, eq=False)
class Panel:
    """One question of one printed table: its cells by line and column.

    ``where`` (cells,) is the row of the printed frame, ``line`` and ``column`` its place;
    ``value``, ``decimals`` and ``low`` to ``high`` what is printed and what prints like it.
    """

    table: str
    question: str
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    where: NDArray[np.int64]
    line: NDArray[np.int64]
    column: NDArray[np.int64]
    value: Array = field(repr=False)
    decimals: NDArray[np.int64] = field(repr=False)
    low: Array = field(repr=False)
    high: Array = field(repr=False)
    letters: tuple[str, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """How many cells are compared."""
        return len(self.where)


def printed_frame(tables: Any) -> pd.DataFrame:
    """Return the cells of printed tables, their columns checked and their texts plain."""
    frame = tables.to_frame() if hasattr(tables, "to_frame") else tables
    if not isinstance(frame, pd.DataFrame):
        raise TableError(
            f"printed tables are what read_tables() returns, not {type(tables).__name__!r}."
        )
    missing = [name for name in COLUMNS if name not in (*frame.columns, *_OPTIONAL)]
    if missing:
        raise TableError(
            f"the printed tables lack the columns {listed(missing)}. Read them with"
            " read_tables(), which gives one row a printed cell."
        )
    frame = frame.reset_index(drop=True).reindex(columns=list(COLUMNS))
    if not len(frame):
        raise TableError("the printed tables have no cells, so there is nothing to reconcile.")
    for name in COLUMNS:
        if name not in ("value", "decimals"):
            texts = ["" if pd.isna(text) else str(text) for text in frame[name]]
            # Plain objects: the texts are looked at one by one.
            frame[name] = pd.Series(texts, index=frame.index, dtype=object)
    frame["value"] = pd.to_numeric(frame["value"]).astype(float)
    frame["decimals"] = pd.to_numeric(frame["decimals"]).fillna(0).astype(int)
    return frame


def panels_of(frame: pd.DataFrame, labels: Labels) -> tuple[list[Panel], pd.DataFrame]:
    """Return the panels of a workbook, and for each cell its questions or why it has none."""
    labels.check_given([*frame["stub"], *frame["title"], *frame["banner"], *frame["table"]])
    notes = {
        name: np.full(len(frame), "", dtype=object)
        for name in ("question", "banner_question", "how", "reason")
    }
    panels: list[Panel] = []
    for table, part in frame.groupby("table", sort=False):
        stubs = _stubs(part)
        for stub in stubs.drop_duplicates():
            panel = _panel(str(table), part[stubs == stub], stub, labels, notes)
            if panel is not None and panel.size:
                panels.append(panel)
    return panels, pd.DataFrame(notes)


def _stubs(part: pd.DataFrame) -> pd.Series:
    """Return the stub of each row; a base without one belongs to the question before it."""
    stubs = part["stub"].where(part["stub"] != "").ffill().bfill()
    return stubs.fillna("")


def _panel(table: str, part: pd.DataFrame, stub: str, labels: Labels, notes: Notes) -> Panel | None:
    answers = part.loc[part["statistic"].isin(SHARES), "stub_category"].drop_duplicates()
    titles = [text for text in part["title"].drop_duplicates() if text]
    found = labels.question([stub, *titles], list(answers))
    where = part.index.to_numpy()
    notes["question"][where], notes["how"][where] = found.name, found.how
    notes["reason"][where] = found.reason
    if not found:
        return None
    headings = _distinct(part, ["banner", "banner_category"])
    lines = {
        (statistic, label): _line(found.name, statistic, label, labels)
        for statistic, label in _distinct(part, ["statistic", "stub_category"])
    }
    columns = {
        (banner, label, key): _column(banner, label, key, headings, labels)
        for banner, label, key in _distinct(part, ["banner", "banner_category", "column_key"])
    }
    line_places, column_places = _Places(), _Places()
    kept: list[tuple[int, int, int]] = []
    for at, *row in _rows(part):
        line, why = lines[row[0], row[1]]
        column, banner_why = columns[row[2], row[3], row[4]]
        reason = why or banner_why or _hidden(*row[5:])
        notes["reason"][at] = reason
        if column is not None:
            notes["banner_question"][at] = column.name or "Total"
        if not reason and line is not None and column is not None:
            kept.append((at, line_places.of(line), column_places.of(column)))
    return _laid_out(table, found.name, part, kept, (line_places, column_places))


def _laid_out(
    table: str,
    question: str,
    part: pd.DataFrame,
    kept: list[tuple[int, int, int]],
    places: tuple[_Places, _Places],
) -> Panel:
    where, line, column = np.array(kept, dtype=np.int64).reshape(-1, 3).T
    own = part.loc[where]
    low, high = _bounds(own)
    return Panel(
        table=table,
        question=question,
        lines=tuple(places[0].known),
        columns=tuple(places[1].known),
        where=where,
        line=line,
        column=column,
        value=own["value"].to_numpy(float),
        decimals=own["decimals"].to_numpy(np.int64),
        low=low,
        high=high,
        letters=tuple(own["letters"]),
    )


def _distinct(part: pd.DataFrame, names: list[str]) -> list[tuple[str, ...]]:
    return list(part[names].drop_duplicates().itertuples(index=False, name=None))


class _Places:
    """Positions of things in the order in which they were first seen."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        return self.known.setdefault(thing, len(self.known))


def _line(question: str, statistic: str, label: str, labels: Labels) -> tuple[Line | None, str]:
    if statistic not in COMPUTED:
        return None, f"nothing is computed for a row of kind {statistic!r}"
    if statistic not in SHARES:
        return Line(label, statistic), ""
    answers, _ = labels.answers(question, label)
    if not answers:
        return None, f"question {question!r} has no answer like {label!r}"
    return Line(label, statistic, answers), ""


def _column(
    banner: str, label: str, key: str, headings: list[tuple[str, ...]], labels: Labels
) -> tuple[Column | None, str]:
    if is_total(banner, label):
        return Column("", label, (), key, banner), ""
    same = [text for other, text in headings if other == banner and not is_total("", text)]
    nested = _nested(banner, label, key, same, labels)
    if nested is not None:
        return nested, ""
    found = labels.question([banner], same)
    if not found:
        return None, f"banner {banner!r}: {found.reason}"
    answers, _ = labels.answers(found.name, label)
    if not answers:
        return None, f"banner question {found.name!r} has no answer like {label!r}"
    return Column(found.name, label, answers, key, banner), ""


def _nested(banner: str, label: str, key: str, same: list[str], labels: Labels) -> Column | None:
    """Return a column of one question within an answer to another, if its wordings say so.

    Headings of two levels ("Region / North" over "Men"), or labels of two ("North: Men").
    """
    heading, *levels = banner.split(LEVELS)
    heads = _JOINED.split(heading)
    first, divided, last = label.partition(": ")
    outer = labels.question([heads[0]], ())
    if not outer or not (levels or divided):
        return None
    outside, inside = (levels[0], label) if levels else (first, last)
    within, _ = labels.answers(outer.name, outside)
    if not within:
        return None
    if is_total("", inside):
        return Column(outer.name, label, within, key, banner)
    inner = labels.question(
        [*levels[1:], *heads[1:]], [text if levels else text.partition(": ")[2] for text in same]
    )
    answers = labels.answers(inner.name, inside)[0] if inner else ()
    if not answers or inner.name == outer.name:
        return None
    return Column(inner.name, label, answers, key, banner, outer.name, within)


def _rows(part: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the place in the frame of each cell, and what says which cell it is."""
    names = ["statistic", "stub_category", "banner", "banner_category", "column_key"]
    columns = [part[name].tolist() for name in (*names, "value", "mark", "printed")]
    return list(zip(part.index.tolist(), *columns, strict=True))


def _hidden(value: float, mark: str, printed: str) -> str:
    shown = not np.isnan(value) or mark in (*ROUNDS_TO_ZERO, *ZERO)
    return "" if shown else f"no figure is printed here ({printed or 'empty'})"


def _bounds(own: pd.DataFrame) -> tuple[Array, Array]:
    """Return what prints as each cell when halves are rounded up: from low to under high."""
    unit = 10.0 ** -own["decimals"].to_numpy(float)
    value = own["value"].to_numpy(float)
    mark, bare = own["mark"].to_numpy(), np.isnan(value)
    low, high = value - unit / 2 - DUST, value + unit / 2 - DUST
    near, none = bare & np.isin(mark, ROUNDS_TO_ZERO), bare & np.isin(mark, ZERO)
    low = np.where(near, DUST, np.where(none, -DUST, low))
    return low, np.where(near, unit / 2, np.where(none, DUST, high))
