"""Tables and books after disclosure control: the same type, one decision for every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import TableError
from welfarestats.output.grid import Cell as GridCell
from welfarestats.output.grid import Grid, Row, RowGroup
from welfarestats.output.marks import MARKS
from welfarestats.output.wording import BASE_LABELS, number_text
from welfarestats.tables.books import Book
from welfarestats.tables.cell_marks import marks_among
from welfarestats.tables.column_pairs import Seen
from welfarestats.tables.disclosure_record import Protection
from welfarestats.tables.printed_pairs import VISIBLE, letters_of_seen, pairs_as_printed
from welfarestats.tables.sheet import Sheet
from welfarestats.tables.table import Table

Mask = NDArray[np.bool_]

_ORIGINALS = ("estimate", "count", "base")


@dataclass(frozen=True, eq=False)
class Decided:
    """What disclosure control decided about a table: arrays of rows by columns of its sheet.

    ``reason`` is empty where nothing is hidden; ``base_hidden`` says whether the base that a
    figure is a share of is. ``counts`` and ``bases`` are rounded where the rule rounds.
    """

    reason: NDArray[np.object_]
    base_hidden: Mask
    counts: NDArray[np.float64] | None = None
    bases: NDArray[np.float64] | None = None
    weighted: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class ProtectedTable(Table):
    """A table after disclosure control; every output shows the same.

    Parameters
    ----------
    original
        The table before.
    protection
        The rule, what is hidden and why, and what can be deduced of it.
    """

    original: Table = field(repr=False)
    protection: Protection = field(repr=False)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a cell; with what was there before numbers were rounded, if they were."""
        frame = self.sheet.to_frame(self.origin)
        for name in _ORIGINALS:
            if f"unrounded_{name}" in self.sheet.values:
                frame[f"unrounded_{name}"] = self.sheet.values[f"unrounded_{name}"].ravel()
        return frame

    @property
    def changed(self) -> bool:
        """Whether anything in the table is hidden or rounded."""
        return _changed(self.sheet)

    def independence(self, method: str = "rao-scott-second-order") -> pd.DataFrame:
        """Return tests of independence, of a table in which nothing is hidden or rounded.

        Parameters
        ----------
        method
            As in `Table.independence`.

        Returns
        -------
        pandas.DataFrame
            As in `Table.independence`.

        Raises
        ------
        TableError
            When something is hidden or rounded: the test is made of all counts, and gives back
            the last one that is hidden. `original` has it, for checking.
        """
        if self.changed:
            raise TableError(
                "a test of independence is made of all counts, also of those that this table hides"
                " or rounds, and tells them. For checking it is in .original.independence()."
            )
        return super().independence(method)

    def audit_disclosure(self) -> pd.DataFrame:
        """Return between which limits a reader can place each hidden cell.

        Returns
        -------
        pandas.DataFrame
            As `audit_disclosure` gives it.
        """
        return self.protection.audit()


@dataclass(frozen=True, eq=False, repr=False)
class ProtectedBook(Book):
    """A book after disclosure control; its tables were protected together.

    Parameters
    ----------
    protected
        The tables by name.
    protection
        The rule, what is hidden and why, and what can be deduced of it.
    """

    protected: Mapping[str, ProtectedTable] = field(repr=False)
    protection: Protection = field(repr=False)

    def __getitem__(self, name: str) -> Table:
        if name not in self.protected:
            return super().__getitem__(name)
        return self.protected[name]

    def to_frame(self) -> pd.DataFrame:
        """Return the cells of all tables, one row each.

        Returns
        -------
        pandas.DataFrame
            The frames of the tables, one below the other; hidden values included.
        """
        return pd.concat([table.frame for table in self.protected.values()], ignore_index=True)

    def _tested_names(self) -> list[str]:
        """Return the tables whose tests give nothing back."""
        return [name for name, table in self.protected.items() if not table.changed]

    def audit_disclosure(self) -> pd.DataFrame:
        """Return between which limits a reader can place each hidden cell.

        Returns
        -------
        pandas.DataFrame
            As `audit_disclosure` gives it.
        """
        return self.protection.audit()


def protected_table(table: Table, decided: Decided, protection: Protection) -> ProtectedTable:
    """Return a table that shows what was decided."""
    sheet = _decided_sheet(table, decided)
    return ProtectedTable(
        table.title,
        table.style,
        table.origin,
        table.recipe,
        sheet,
        lambda margin: _pairs(table, sheet, margin),
        table.sum_up,
        lambda _: _decided_grid(table, sheet, decided, protection),
        table,
        protection,
    )


def _changed(sheet: Sheet) -> bool:
    """Return whether anything in a table is hidden or rounded."""
    values = sheet.values
    hidden = (values["state"] == "confidential").any() or values["base_hidden"].any()
    return bool(hidden or "unrounded_base" in values)


def _pairs(table: Table, sheet: Sheet, margin: float | None) -> pd.DataFrame:
    """Return one row a pair of columns, with what the page prints of both."""
    pairs = table.compare(margin)
    return pairs_as_printed(pairs, sheet, table.style) if _changed(sheet) else pairs


def _decided_sheet(table: Table, decided: Decided) -> Sheet:
    """Return the cells with the states, reasons and texts that were decided."""
    sheet, style = table.sheet, table.style
    values = dict(sheet.values)
    hidden = decided.reason != ""
    if decided.counts is not None and decided.bases is not None:
        values |= _rounded(sheet, decided)
        display = values["display"].copy()
        for place in map(tuple, np.argwhere(~sheet.mean[:, None] & ~hidden)):
            display[place] = _text(table, values, place, decided)
        values["display"] = display
    state, reason = values["state"].copy(), values["reason"].copy()
    display = values["display"].copy()
    state[hidden], reason[hidden] = "confidential", decided.reason[hidden]
    display[hidden] = style.confidential
    values |= {"state": state, "reason": reason, "display": display}
    values["base_hidden"] = decided.base_hidden
    versus = str(table.recipe.options.get("versus", "pairs"))
    for name in ("letters", "printed"):
        values[name] = letters_of_seen(sheet, name, hidden, versus)
    return replace(sheet, values=values)


def _rounded(sheet: Sheet, decided: Decided) -> dict[str, NDArray[np.float64]]:
    """Return rounded bases, and of unweighted tables rounded counts and the shares of them."""
    assert decided.counts is not None
    assert decided.bases is not None
    found = {"base": decided.bases, "unrounded_base": sheet.values["base"]}
    shares = ~sheet.mean[:, None]
    count, estimate = sheet.values["count"], sheet.values["estimate"]
    found |= {"unrounded_count": count, "unrounded_estimate": estimate}
    found["count"] = np.where(shares, decided.counts, decided.bases)
    if not decided.weighted:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = decided.counts / decided.bases
        share = np.where((count == 0) | (decided.bases == 0), estimate, share)
        found["estimate"] = np.where(shares, share, estimate)
        # Where everybody counts the same, other bases are the number of people once more.
        whole = sheet.values["base"]
        each = np.divide(sheet.values["weighted_base"], whole, where=whole > 0, out=whole * 0.0)
        found |= {"weighted_base": each * decided.bases, "effective_base": decided.bases}
    return found


def _text(
    table: Table,
    values: Mapping[str, NDArray[np.generic]],
    place: tuple[int, ...],
    decided: Decided,
) -> str:
    """Return what a cell prints once counts are rounded."""
    state, style = str(values["state"][place]), table.style
    if state == "count-only":
        count, base = float(values["count"][place]), float(values["base"][place])
        return style.count_form.format(count=number_text(count), base=number_text(base))
    if decided.weighted or state not in ("shown", "flagged", "rounds-to-zero"):
        return str(values["display"][place])
    figure = style.percent(float(values["estimate"][place]))
    if state == "flagged" and not figure.startswith("["):
        # The band is that of the base before it was rounded.
        name = "unrounded_base" if style.band_base == "base" else style.band_base
        base = float(values[name][place])
        band = max((b for b in style.bands if b.minimum_base <= base), key=lambda b: b.minimum_base)
        return (band.form or style.flagged_form).format(figure=figure)
    return figure


# ---------------------------------------------------------------- the page


def _decided_grid(table: Table, sheet: Sheet, decided: Decided, protection: Protection) -> Grid:
    """Return the page with what was decided, its mark explained and the rule below."""
    seen = Seen(sheet.values["state"] != "confidential", "unrounded_base" not in sheet.values)
    grid = table.draw(seen)
    groups = []
    for stub, group in zip(sheet.stubs, grid.groups, strict=True):
        own = sheet.rows(sheet.stub == stub)
        groups.append(RowGroup(tuple(_rows(table, own, group.rows)), group.header))
    printed = {cell.text for group in groups for row in group.rows for cell in row.cells}
    legend = list(marks_among(grid.legend, sheet.values["display"], sheet.values["state"]))
    if table.style.confidential in printed:
        legend.append((table.style.confidential, MARKS["[c]"]))
    notes = list(grid.notes)
    if str(table.recipe.options.get("percent")) == "total":
        notes = [_total_base(note, table, sheet) for note in notes]
    notes += protection.notes(table.style.confidential in printed)
    # Whether figures did change would tell something of the counts.
    if decided.counts is not None and not decided.weighted and not protection.rule.controlled:
        notes.append("Percentages are shares of rounded counts and need not add to 100.")
    return replace(
        grid,
        groups=tuple(groups),
        legend=tuple(dict.fromkeys(legend)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _rows(table: Table, own: Sheet, rows: tuple[Row, ...]) -> list[Row]:
    """Return the rows of a question; those below its figures are bases."""
    found = []
    figures = len(own.labels)
    columns = len(own.columns)
    for place, row in enumerate(rows):
        if place < figures:
            cells = [
                GridCell(str(text), _shown_letters(str(letters), str(state)), str(state))
                for text, letters, state in zip(
                    own.values["display"][place],
                    own.values["printed"][place],
                    own.values["state"][place],
                    strict=True,
                )
            ]
            cells += _side_bases(table, own, place, row.cells[columns:])
        else:
            cells = _base_cells(table, own, row)
        found.append(replace(row, cells=tuple(cells)))
    return found


def _shown_letters(letters: str, state: str) -> str:
    return letters if state in VISIBLE else ""


def _base_cells(table: Table, own: Sheet, row: Row) -> list[GridCell]:
    """Return a row of bases; a hidden one has the mark, of whatever kind it is."""
    of_mean = row.header.endswith(" of the mean") or bool(own.mean.all())
    place = int(np.flatnonzero(own.mean == of_mean)[0])
    name = _base_name(row.header)
    columns = len(own.columns)
    cells = [
        _base_cell(table, own, name, place, at, cell) for at, cell in enumerate(row.cells[:columns])
    ]
    return [*cells, *row.cells[columns:]]


def _base_name(header: str) -> str:
    return next(name for name, label in BASE_LABELS.items() if header.startswith(label))


def _base_cell(
    table: Table, own: Sheet, name: str, place: int, column: int, cell: GridCell
) -> GridCell:
    if own.values["base_hidden"][place, column]:
        return GridCell(table.style.confidential, "", "confidential")
    if "unrounded_base" in own.values:
        return replace(cell, text=number_text(float(own.values[name][place, column])))
    return cell


def _side_bases(
    table: Table, own: Sheet, place: int, cells: tuple[GridCell, ...]
) -> list[GridCell]:
    """Return the bases that stand beside a row of row percentages."""
    banners = [name for name in own.banners if name != "Total"] or ["Total"]
    per_banner = len(table.style.bases)
    found = []
    for at, cell in enumerate(cells):
        banner, name = banners[at // per_banner], table.style.bases[at % per_banner]
        column = own.banner(banner)[0]
        found.append(cell if not cell.text else _base_cell(table, own, name, place, column, cell))
    return found


def _total_base(note: str, table: Table, sheet: Sheet) -> str:
    """Return the sentence on bases of total percentages without those that may not be told."""
    name = next((n for n, label in BASE_LABELS.items() if note.startswith(f"{label}: ")), "")
    shares = ~sheet.mean
    if not name or not shares.any():
        return note
    hidden = bool(sheet.values["base_hidden"][shares].any())
    if not hidden and np.array_equal(sheet.values[name], table.sheet.values[name]):
        return note
    bases = {float(value) for value in np.unique(sheet.values[name][shares])}
    if hidden or len(bases) > 1:
        return (
            f"{BASE_LABELS[name]}: {table.style.confidential if hidden else 'rounded, not shown'}."
        )
    return f"{BASE_LABELS[name]}: {number_text(bases.pop())}."
