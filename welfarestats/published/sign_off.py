"""The sheet on which a checker signs for every number of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from welfarestats.errors import DataError, ReportError, TableError
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.spreadsheet import write_workbook
from welfarestats.survey.workbook_files import check_workbook

__all__ = ["SignOffRow", "as_signed", "sign_off_grid", "signed_results", "write_sign_off"]

_COLUMNS = ("Number", "Place", "Sentence", "Says", "Cell", "Result", "Checker", "Date")
_TO_FILL = "not yet"
_TITLE = "Sign-off of the numbers"


@dataclass(frozen=True)
class SignOffRow:
    """One number of a draft, ready to be signed for.

    Parameters
    ----------
    number
        Its running number.
    place
        Where it stands, as in `Passage`.
    sentence
        The sentence around it.
    says
        The number as it is written.
    cell
        What it is tied to: cell, value, base, test; or that nothing was found.
    result
        What the check found.
    """

    number: str
    place: str
    sentence: str
    says: str
    cell: str
    result: str


def sign_off_grid(rows: Sequence[SignOffRow], *, title: str = _TITLE, origin: str = "") -> Grid:
    """Return the sheet as a table, one row a number, with room for a checker and a date.

    Parameters
    ----------
    rows
        The numbers in the order of the draft, at least one.
    title
        Title of the sheet.
    origin
        ``"synthetic"`` when the tables are of invented records.

    Returns
    -------
    Grid
        ``Number, Place, Sentence, Says, Cell, Result, Checker, Date``. The last two say "not yet"
        in every row, as no cell of a published spreadsheet is empty.

    Raises
    ------
    TableError
        When there is no number to sign for.

    Examples
    --------
    >>> row = SignOffRow(
    ...     "1", "line 3", "47 per cent agreed.", "47 per cent", "B4: 47.3", "agrees"
    ... )
    >>> [cell.text for cell in sign_off_grid([row]).rows[0].cells][-3:]
    ['agrees', 'not yet', 'not yet']
    """
    if not rows:
        raise TableError("there is no number to sign for in this draft. Check that it has numbers.")
    texts = [[as_signed(text) for text in (*astuple(row), _TO_FILL, _TO_FILL)] for row in rows]
    note = (
        f"Whoever checks a number puts their name in place of “{_TO_FILL}” under Checker, and the"
        " day under Date."
    )
    return plain_grid(
        title, _COLUMNS, texts, text_columns=_COLUMNS[1:], notes=(note,), origin=origin
    )


def write_sign_off(
    path: str | Path, rows: Sequence[SignOffRow], *, title: str = _TITLE, origin: str = ""
) -> Path:
    """Write the sheet as an ``.xlsx`` file and return where.

    Parameters
    ----------
    path
        A file that ends in ``.xlsx``; an old one is replaced only when the new one is whole.
    rows, title, origin
        As for `sign_off_grid`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        When there is no number to sign for, or more than a sheet has rows.
    OptionError
        When the path does not end in ``.xlsx``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> row = SignOffRow(
    ...     "1", "line 3", "47 per cent agreed.", "47 per cent", "B4: 47.3", "agrees"
    ... )
    >>> write_sign_off(folder / "signed.xlsx", [row]).name
    'signed.xlsx'
    """
    grid = sign_off_grid(rows, title=title, origin=origin)
    return write_workbook(path, [("Numbers", grid)], title=title)


def signed_results(path: str | Path) -> list[tuple[str, str]]:
    """Return what an earlier sign-off sheet says of each number: its sentence and its result.

    Parameters
    ----------
    path
        The ``.xlsx`` file, as it was written or with names and dates filled in.

    Returns
    -------
    list of (str, str)
        One a row.

    Raises
    ------
    ReportError
        When it is no workbook, cannot be opened, or has no such columns.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> row = SignOffRow(
    ...     "1", "line 3", "47 per cent agreed.", "47 per cent", "B4: 47.3", "tied"
    ... )
    >>> signed_results(write_sign_off(pathlib.Path(tempfile.mkdtemp()) / "signed.xlsx", [row]))
    [('47 per cent agreed.', 'tied')]
    """
    path = Path(path)
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ReportError(
            "an earlier sign-off sheet is read with openpyxl, which is not installed. Install it: "
            "pip install 'welfarestats[excel]'."
        ) from error
    try:
        check_workbook(path)
        sheets = load_workbook(path, data_only=True).worksheets
    except (DataError, KeyError, ValueError, TypeError) as error:
        raise ReportError(
            f"{path.name} cannot be read as an earlier sign-off sheet: {error}"
        ) from error
    for sheet in sheets:
        rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for at, names in enumerate(rows):
            if {"Sentence", "Says", "Result"} <= set(names):
                places = names.index("Sentence"), names.index("Result")
                return [(row[places[0]], row[places[1]]) for row in rows[at + 1 :] if any(row)]
    raise ReportError(
        f"{path.name} has no row with the headings Sentence, Says and Result, as a sign-off sheet "
        f"has. Pass the file that write_sign_off wrote."
    )


def _text(value: object) -> str:
    return as_signed(value) if isinstance(value, str) else ""


def as_signed(text: str) -> str:
    """Return a text as it stands in a cell of the sheet.

    Examples
    --------
    >>> as_signed("47 per  cent"), as_signed("")
    ('47 per cent', 'none')
    """
    return " ".join(text.split()) or "none"
