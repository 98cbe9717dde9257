"""A workbook, or an export as CSV, as sheets of cells that know what they show."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from welfarestats.errors import DataError, OptionError
from welfarestats.published.number_formats import shown_number
from welfarestats.published.printed_tokens import Token, letters_in, read_token
from welfarestats.survey.workbook_files import MOST_BYTES, check_workbook

_MOST_CELLS = 3_000_000
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError),
    *(zipfile.BadZipFile, EOFError),
)


@dataclass(frozen=True)
class SheetCell:
    """A cell that is not blank.

    Parameters
    ----------
    row, column : int
        Its place, from 1.
    text : str
        What it shows.
    token : Token
        What it shows, read as a figure.
    """

    row: int
    column: int
    text: str
    token: Token

    @property
    def place(self) -> str:
        """Its address, such as ``C7``."""
        return f"{column_letter(self.column)}{self.row}"

    @property
    def has_number(self) -> bool:
        """Whether it shows a number, or a bound on one."""
        return self.token.is_figure and any(letter.isdigit() for letter in self.token.printed)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: its cells by row and column, and where they are merged.

    Parameters
    ----------
    name : str
        Its name.
    cells : mapping of (int, int) to SheetCell
        The cells that are not blank, by row and column.
    merged : mapping of (int, int) to (int, int, int, int)
        For each cell of a merged range its first row, first column, last row and last column.
    hidden : tuple of str
        What is hidden: ``"the sheet"``, ``"row 7"``, ``"column C"``.
    """

    name: str
    cells: Mapping[tuple[int, int], SheetCell]
    merged: Mapping[tuple[int, int], tuple[int, int, int, int]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    _rows: dict[int, list[SheetCell]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows: dict[int, list[SheetCell]] = {}
        for place in sorted(self.cells):
            rows.setdefault(place[0], []).append(self.cells[place])
        object.__setattr__(self, "_rows", rows)

    @property
    def rows(self) -> dict[int, list[SheetCell]]:
        """The cells of each row that has any, from the left."""
        return self._rows

    def over(self, row: int, column: int) -> SheetCell | None:
        """Return the cell that is shown at a place, through merged ranges."""
        top, left, *_ = self.merged.get((row, column), (row, column))
        return self.cells.get((top, left))

    def span(self, row: int, column: int) -> int:
        """Return over how many columns a cell is merged."""
        _, left, _, right = self.merged.get((row, column), (row, column, row, column))
        return right - left + 1


def column_letter(column: int) -> str:
    """Return the letters of a column, ``AB`` for 28."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column, 28 for ``AB``."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of an ``.xlsx`` workbook, or the one of a CSV file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of Sheet
        In the order of the workbook, hidden ones too.

    Raises
    ------
    DataError
        If the file cannot be opened, or a formula has no computed value.
    OptionError
        If openpyxl is not installed.
    """
    if path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        return (_csv_sheet(path),)
    formulas = check_workbook(path)
    book = _opened(path, values=True)
    sheets = tuple(_sheet(sheet) for sheet in book.worksheets)
    if formulas:
        _check_formulas(path, sheets)
    return sheets


def _opened(path: Path, *, values: bool) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise OptionError(
            "reading workbooks needs openpyxl. Install it: pip install 'welfarestats[excel]'."
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(path, data_only=values, rich_text=True, keep_links=False)
    except _BROKEN as error:
        raise DataError(
            f"{path.name} cannot be read as a workbook ({type(error).__name__}). Open it in a "
            f"spreadsheet program and save it again."
        ) from error


def _check_formulas(path: Path, sheets: tuple[Sheet, ...]) -> None:
    """Raise if a formula shows nothing because its value was never computed."""
    for sheet, written in zip(sheets, _opened(path, values=False).worksheets, strict=True):
        for row in written.iter_rows():
            for cell in row:
                if cell.data_type == "f" and (cell.row, cell.column) not in sheet.cells:
                    raise DataError(
                        f"{cell.coordinate} of sheet {sheet.name!r} is a formula whose value was "
                        f"never computed. Open {path.name} in a spreadsheet program, save it, and "
                        f"read it again."
                    )


def _sheet(sheet: Any) -> Sheet:
    if sheet.max_row * sheet.max_column > _MOST_CELLS:
        raise DataError(
            f"sheet {sheet.title!r} reaches to row {sheet.max_row:,} and column "
            f"{column_letter(sheet.max_column)}, more than {_MOST_CELLS:,} cells. Delete the cells "
            f"that stand far from the tables."
        )
    cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            shown = _shown(cell)
            if shown is not None:
                text, token = shown
                cells[cell.row, cell.column] = SheetCell(cell.row, cell.column, text, token)
    merged = {
        (row, column): (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    return Sheet(sheet.title, cells, merged, _hidden(sheet, cells))


def _hidden(sheet: Any, cells: Mapping[tuple[int, int], SheetCell]) -> tuple[str, ...]:
    found = [] if sheet.sheet_state == "visible" else ["the sheet"]
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    found += [f"row {row}" for row in sorted(rows) if sheet.row_dimensions[row].hidden]
    hidden = {
        column
        for area in sheet.column_dimensions.values()
        if area.hidden
        for column in range(area.min, area.max + 1)
        if column in columns
    }
    return (*found, *(f"column {column_letter(column)}" for column in sorted(hidden)))


def _shown(cell: Any) -> tuple[str, Token] | None:
    """Return what a cell shows, as text and as a figure; nothing if it is blank."""
    value = cell.value
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value), cell.number_format)
    if isinstance(value, list):
        return _rich(value)
    text = str(value).strip()
    return (text, read_token(text)) if text else None


def _number(value: float, number_format: str) -> tuple[str, Token]:
    """Return how a stored number shows; one that its format hides or puts in words shows plain."""
    text = shown_number(value, number_format)
    token = read_token(text)
    if not text or not token.is_figure:
        text = shown_number(value)
        token = read_token(text)
    negative = value < 0 and token.value > 0
    return text, replace(token, value=-token.value) if negative else token


def _rich(pieces: list[Any]) -> tuple[str, Token] | None:
    """Return a text whose raised letters are those of a column, and raised digits a footnote's."""
    plain, raised = "", ""
    for piece in pieces:
        font = getattr(piece, "font", None)
        if font is not None and font.vertAlign == "superscript":
            raised += str(piece).strip()
        else:
            plain += str(piece)
    plain = plain.strip()
    token = read_token(plain)
    if raised and letters_in(raised):
        text = f"{plain} {raised}" if token.is_figure else f"{plain} ({raised})"
        return text, read_token(text)
    if raised and token.is_figure:
        return plain, replace(token, mark=raised)
    return (plain, token) if plain else None


def _csv_sheet(path: Path) -> Sheet:
    if not path.is_file():
        raise DataError(f"there is no file {path.name!r} in {str(path.parent)!r}. Check the path.")
    if path.stat().st_size > MOST_BYTES:
        raise DataError(
            f"{path.name} has {path.stat().st_size / 1e6:,.0f} MB; more than "
            f"{MOST_BYTES / 1e6:,.0f} MB are not opened. Split it."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error
    divider = max((",", ";", "\t"), key=text.count)
    cells = {}
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text), delimiter=divider), 1):
            for column, value in enumerate(values, 1):
                if value.strip():
                    shown = value.strip()
                    cells[row, column] = SheetCell(row, column, shown, read_token(shown))
    except csv.Error as error:
        raise DataError(f"{path.name} cannot be read as CSV: {error}.") from error
    return Sheet(path.stem, cells)
