"""What a user says of a workbook that reading cannot guess: the layout, in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from welfarestats.errors import ReportError, did_you_mean, listed
from welfarestats.published.row_words import STATISTICS
from welfarestats.published.toml_tables import kind_of, known_keys, text_of, word_of

FIGURES = ("percent", "proportion", "count")
LETTERS = ("cell", "column", "row")
_OF_A_SHEET = (
    *("header_rows", "stub_column", "figures", "row_statistics", "letters", "rows"),
    *("ignore_columns", "ignore_rows"),
)
_OF_THE_FILE = ("sheets", "ignore_sheets", "sheet", "questions", "categories", "banner")


@dataclass(frozen=True)
class SheetLayout:
    """What is said of one sheet; empty where reading shall find out.

    Parameters
    ----------
    header_rows : tuple of int
        The rows of the column headings; rows one below the other head one table.
    stub_column : str
        The column of the row labels.
    figures : str
        ``percent``, ``proportion`` (0.47 for 47 per cent) or ``count``.
    row_statistics : tuple of str
        The statistics of the rows that share a label, from the top.
    letters : str
        Where significance letters stand: in the ``cell``, in a ``column`` beside it or in a ``row`` below.
    rows : mapping of str to str
        Row labels and what their figures are.
    ignore_columns : tuple of str
        Columns that belong to no table.
    ignore_rows : tuple of int
        Rows that belong to no table.
    """

    header_rows: tuple[int, ...] = ()
    stub_column: str = ""
    figures: str = ""
    row_statistics: tuple[str, ...] = ()
    letters: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    ignore_columns: tuple[str, ...] = ()
    ignore_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class TableLayout:
    """What is said of a workbook.

    Parameters
    ----------
    sheets : tuple of str
        The sheets to read; all that hold tables if empty.
    ignore_sheets : tuple of str
        Sheets to leave out.
    everywhere : SheetLayout
        What holds for every sheet.
    by_sheet : mapping of str to SheetLayout
        What holds for one sheet.
    names : mapping
        ``questions``, ``categories`` and ``banner``: printed words and what they stand for.
    """

    sheets: tuple[str, ...] = ()
    ignore_sheets: tuple[str, ...] = ()
    everywhere: SheetLayout = field(default_factory=SheetLayout)
    by_sheet: Mapping[str, SheetLayout] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, sheet: str) -> SheetLayout:
        """Return what is said of a sheet."""
        return self.by_sheet.get(sheet, self.everywhere)


def read_layout(layout: str | Path | Mapping[str, Any] | None) -> TableLayout:
    """Return a layout from a TOML file, from a mapping with the same keys, or an empty one.

    Parameters
    ----------
    layout : str, Path, mapping or None
        Where it stands.

    Returns
    -------
    TableLayout
        With every key checked.

    Raises
    ------
    ReportError
        If the file is missing or no TOML, or a key or value is not one that is known.
    """
    if layout is None:
        return TableLayout()
    place = "the layout" if isinstance(layout, Mapping) else Path(layout).name
    said = layout if isinstance(layout, Mapping) else _from_file(Path(layout))
    known_keys(said, (*_OF_THE_FILE, *_OF_A_SHEET), place)
    everywhere = _sheet_layout(said, SheetLayout(), place)
    tables = said.get("sheet", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ReportError(f"{place}: write what holds for one sheet under [[sheet]].")
    by_sheet = {}
    for table in tables:
        name = text_of(dict(table), "name", f"{place}: [[sheet]]")
        own = f"{place}: sheet {name!r}"
        known_keys(table, ("name", *_OF_A_SHEET), own)
        by_sheet[name] = _sheet_layout(table, everywhere, own)
    return TableLayout(
        sheets=_texts(said, "sheets", place),
        ignore_sheets=_texts(said, "ignore_sheets", place),
        everywhere=everywhere,
        by_sheet=by_sheet,
        names={key: _names(said, key, place) for key in ("questions", "categories", "banner")},
    )


def check_sheets(layout: TableLayout, names: tuple[str, ...]) -> None:
    """Raise if a layout names a sheet that the workbook does not have."""
    for name in (*layout.sheets, *layout.ignore_sheets, *layout.by_sheet):
        if name not in names:
            raise ReportError(
                f"the layout names a sheet {name!r}; the workbook has {listed(names)}."
            )


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise ReportError(f"there is no layout file {path.name!r}. Check the path.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReportError(f"{path.name} is not valid TOML: {error}.") from error


def _sheet_layout(said: Mapping[str, Any], before: SheetLayout, place: str) -> SheetLayout:
    table = dict(said)
    found: dict[str, Any] = {}
    for key in ("header_rows", "ignore_rows"):
        if key in table:
            found[key] = _whole_numbers(table[key], key, place)
    for key in ("row_statistics", "ignore_columns"):
        if key in table:
            found[key] = _texts(table, key, place)
    for key, words in (("figures", FIGURES), ("letters", LETTERS)):
        if key in table:
            found[key] = word_of(table, key, words, place)
    if "stub_column" in table:
        found["stub_column"] = text_of(table, "stub_column", place)
    if "rows" in table:
        found["rows"] = {**before.rows, **_names(table, "rows", place)}
    _check_columns((*found.get("ignore_columns", ()), found.get("stub_column", "A")), place)
    _check_statistics((*found.get("row_statistics", ()), *found.get("rows", {}).values()), place)
    return replace(before, **found)


def _check_columns(columns: tuple[str, ...], place: str) -> None:
    for column in columns:
        if not (column.isascii() and column.isalpha() and len(column) < 4):
            raise ReportError(
                f"{place}: a column is named by its letters, such as 'B'; found {column!r}."
            )


def _check_statistics(words: tuple[str, ...], place: str) -> None:
    for word in words:
        if word not in STATISTICS:
            raise ReportError(
                f"{place}: the figures of a row cannot be {word!r}; they are one of "
                f"{listed(STATISTICS, len(STATISTICS))}.{did_you_mean(word, STATISTICS)}"
            )


def _texts(table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise ReportError(
            f"{place}: {key!r} must be a list of texts in quotes, found {kind_of(value)}."
        )
    return tuple(value)


def _whole_numbers(value: Any, key: str, place: str) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(type(n) is int and n > 0 for n in value):
        raise ReportError(
            f"{place}: {key!r} must be a list of row numbers, found {kind_of(value)}."
        )
    return tuple(sorted(value))


def _names(table: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise ReportError(f"{place}: {key!r} must be a table, found {kind_of(value)}.")
    for printed, name in value.items():
        nested = key in ("categories", "banner") and isinstance(name, Mapping)
        if not isinstance(name, str) and not nested:
            raise ReportError(
                f"{place}: {key!r} must give {printed!r} a text in quotes, found {kind_of(name)}."
            )
    return dict(value)
