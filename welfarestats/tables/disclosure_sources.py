"""What `protect` is given: tables of our own, tables that are out, exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from welfarestats.errors import OptionError, TableError, listed
from welfarestats.tables.books import Book
from welfarestats.tables.exposure import Exposure, Source
from welfarestats.tables.protected import ProtectedTable
from welfarestats.tables.shown_numbers import Cell
from welfarestats.tables.table import Table

Key = tuple[str, ...]


def tables_by_name(tables: Table | Book) -> dict[str, Table]:
    """Return the tables by name; one in no book has none."""
    if isinstance(tables, Book):
        return tables.tables
    if isinstance(tables, Table):
        return {"": tables}
    raise OptionError(
        f"disclosure control is for a Table or a Book, not for {type(tables).__name__!r}. Make one"
        " with ws.crosstab or ws.book."
    )


def own_source(name: str, table: Table) -> Source:
    """Return a table that is to be protected, as it was before if it is already."""
    original = table.original if isinstance(table, ProtectedTable) else table
    return Source(name, original, own=True)


def published_source(prefix: str, name: str, table: Table) -> Source:
    """Return a table that readers have already, with what it hides and rounds."""
    full = f"{prefix}: {name}" if name else prefix
    if not isinstance(table, ProtectedTable):
        return Source(full, table, own=False)
    hidden = frozenset((full, *cell[1:]) for _, cell in hidden_cells(table))
    rounded = {}
    frame = table.frame
    for row in frame.to_dict("records") if table.protection.rule.rounding else ():
        where = (str(row["banner"]), str(row["banner_category"]))
        rounded[full, str(row["stub"]), str(row["stub_category"]), *where] = float(row["count"])
        rounded.setdefault((full, str(row["stub"]), "Base", *where), float(row["base"]))
    return Source(full, table.original, False, table.protection.rule, hidden, rounded)


def hidden_cells(table: ProtectedTable) -> set[tuple[str, Cell]]:
    """Return the kind and the name of each cell of a table that is not shown."""
    return {(one.kind, one.cell) for one in table.protection.cells if one.role != "exception"}


def check_marks(table: Table) -> None:
    """Raise a `TableError` where the style has one mark for confidential and something else."""
    style = table.style
    others = {style.hidden, style.none_recorded, style.not_asked, style.not_applicable}
    if style.confidential in others:
        raise TableError(
            f"style {style.name!r} marks confidential cells {style.confidential!r}, as it does"
            " others, so that a reader cannot tell them apart. Give it another mark."
        )


def excepted_cells(exceptions: Mapping[Key, str], exposure: Exposure) -> dict[Cell, str]:
    """Return the cells that are shown against the rule, by their full names."""
    found: dict[Cell, str] = {}
    if not isinstance(exceptions, Mapping):
        raise OptionError(
            "exceptions= is a dictionary of cells and reasons, as in {(stub, category, banner,"
            f" category): 'agreed'}}, not {type(exceptions).__name__!r}."
        )
    alone = len([one for one in exposure.sources if one.own]) == 1
    for key, reason in exceptions.items():
        words: object = key  # callers who do not check types
        parts = (words,) if isinstance(words, str) else tuple(str(part) for part in key)
        if len(parts) == 4 and alone:
            parts = (exposure.sources[0].name, *parts)
        if len(parts) != 5 or not str(reason).strip():
            raise OptionError(
                f"an exception is a cell (stub, category, banner, category), with its table first"
                f" in a book, and a reason; found {len(parts)} words and reason {reason!r}."
            )
        found[parts[0], parts[1], parts[2], parts[3], parts[4]] = str(reason)
    return found


def check_excepted(excepted: Mapping[Cell, str], exposure: Exposure, ruled: Iterable[int]) -> None:
    """Raise an `OptionError` for an exception that is of no cell, or of one no rule hides."""
    places = {
        exposure.shown[at].cell(one): place
        for at, source in enumerate(exposure.sources)
        for one, place, _ in (exposure.printed(at) if source.own else ())
    }
    missing = [cell for cell in excepted if cell not in places]
    if missing:
        raise OptionError(
            f"{len(missing)} exceptions are of no cell of the tables; the first:"
            f" {listed(filter(None, missing[0]))}. Name stub, category, banner and category as the frame does."
        )
    hidden = set(ruled)
    needless = [cell for cell in excepted if places[cell] not in hidden]
    if needless:
        raise OptionError(
            f"{len(needless)} exceptions are of cells that the rule does not hide; the first:"
            f" {listed(filter(None, needless[0]))}. Leave them out: what is hidden for the sake of others is"
            " shown once those are."
        )
