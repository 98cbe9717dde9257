"""The cells of a workbook that somebody filled in by hand, opened with care."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from welfarestats.errors import DataError, OptionError
from welfarestats.survey.workbook_files import check_workbook


@dataclass(frozen=True)
class FilledCell:
    """A cell that holds something.

    Parameters
    ----------
    sheet : str
        Name of its sheet.
    column : str
        Its letters.
    row : int
        From 1.
    value : object
        Text without spaces around it, a number, or true or false.
    """

    sheet: str
    column: str
    row: int
    value: Any

    @property
    def place(self) -> str:
        """Where it is, such as ``sheet 'stubs', cell B7``."""
        return f"sheet {self.sheet!r}, cell {self.column}{self.row}"

    @property
    def text(self) -> str:
        """The value as text; a whole number without decimals."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value)


def sheet_cells(path: Path) -> list[tuple[str, list[list[FilledCell]]]]:
    """Return the cells of each sheet that hold something, row by row.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.

    Returns
    -------
    list of (str, list of list of FilledCell)
        Name and rows of each sheet; empty rows are left out.

    Raises
    ------
    DataError
        If the file is no workbook that can be opened without harm.
    OptionError
        If openpyxl is not installed, or a cell holds a formula or a date.
    """
    try:
        import openpyxl
    except ImportError:
        raise OptionError(
            "a job in a workbook is read with openpyxl, which is not installed. Run: pip install"
            " 'welfarestats[excel]', or write the job as TOML."
        ) from None
    check_workbook(path)
    try:
        book = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True, keep_links=False)
    except Exception as error:
        raise _broken(path) from error
    try:
        return [(sheet.title, _rows_of(sheet)) for sheet in book.worksheets]
    except OptionError:
        raise
    except Exception as error:
        raise _broken(path) from error
    finally:
        book.close()


def _rows_of(sheet: Any) -> list[list[FilledCell]]:
    sheet.reset_dimensions()
    rows = []
    for line in sheet.iter_rows():
        cells = [_cell(sheet.title, cell) for cell in line if cell.value not in (None, "")]
        held = [cell for cell in cells if cell.value != ""]
        if held:
            rows.append(held)
    return rows


def _cell(sheet: str, cell: Any) -> FilledCell:
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    found = FilledCell(sheet, cell.column_letter, cell.row, value)
    if cell.data_type == "f":
        raise OptionError(f"{found.place} holds a formula. Write its value instead.")
    if not isinstance(value, str | int | float):
        raise OptionError(
            f"{found.place} holds a date. Write it as text, with an apostrophe first."
        )
    return found


def _broken(path: Path) -> DataError:
    return DataError(
        f"{path.name} cannot be read as a workbook. Open it in a spreadsheet program and save it"
        " as .xlsx again."
    )
