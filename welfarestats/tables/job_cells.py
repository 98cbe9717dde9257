"""The cells of a workbook that somebody filled in by hand, opened with care."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError

# A job is a few sheets of text.
_MOST_BYTES = 50_000_000
_MOST_PARTS = 1_000
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", *(w.encode("utf-16-le") for w in ("<!DOC", "<!ENT")))


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
    OptionError
        If openpyxl is not installed, the file is no workbook or would fill the memory, or a cell
        holds a formula or a date.
    """
    try:
        import openpyxl
    except ImportError:
        raise OptionError(
            "a job in a workbook is read with openpyxl, which is not installed. Run: pip install"
            " 'welfarestats[excel]', or write the job as TOML."
        ) from None
    content = _checked_content(path)
    try:
        book = openpyxl.load_workbook(content, read_only=True, keep_links=False)
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


def _checked_content(path: Path) -> BytesIO:
    """Return a workbook, unless it is none, would fill the memory or declares entities."""
    content = BytesIO(path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b"")
    try:
        with zipfile.ZipFile(content) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > _MOST_BYTES or len(parts) > _MOST_PARTS:
                raise OptionError(
                    f"{path.name} unpacks to more than {_MOST_BYTES / 1e6:,.0f} MB or has more than"
                    f" {_MOST_PARTS:,} parts. A job is a few sheets of text: start from a new one."
                )
            for part in parts:
                text = package.read(part)
                if any(word in text for word in _DECLARATIONS):
                    raise OptionError(
                        f"{path.name} declares XML entities, which no spreadsheet program writes."
                        " It is not opened."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken(path) from error
    return content


def _broken(path: Path) -> OptionError:
    return OptionError(
        f"{path.name} is no .xlsx workbook, or is cut off or protected by a password. Save it as"
        " .xlsx without a password."
    )
