"""Finished grids as an ``.xlsx`` workbook: one table a sheet, contents with links in front.

The parts of the file are written as text (`welfarestats.output.workbook_parts`), so that a book
of hundreds of tables takes a second, and the same tables give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from welfarestats.errors import OptionError, TableError
from welfarestats.output.files import replaced_when_whole
from welfarestats.output.flat_tables import Entry, FlatTable, flat_table, unique_names
from welfarestats.output.grid import Grid
from welfarestats.output.markup import printable_text
from welfarestats.output.wording import SYNTHETIC_CAPTION

CONTENTS = "Contents"
_LONGEST_SHEET_NAME = 31
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_RESERVED = "History"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def write_workbook(
    path: str | Path,
    sheets: Sequence[tuple[str, Grid]],
    *,
    title: str,
    contents: bool | None = None,
    language: str = "en-GB",
) -> Path:
    """Write grids as one workbook, one table a sheet.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.xlsx``; an old one is replaced only when the new one is whole.
    sheets : sequence of (str, Grid)
        Name and table of each sheet. Names that a workbook does not allow are changed as little
        as possible, see `sheet_names`.
    title : str
        Title of the document and of its contents.
    contents : bool or None, default None
        Whether a first sheet lists the tables with links, and each table links back; None for
        yes if there are several.
    language : str, default "en-GB"
        Language of the document.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OptionError
        If there is nothing to write, the title is empty, or the path does not end in ``.xlsx``.
    TableError
        If a table is larger than a sheet.

    Notes
    -----
    On each sheet the title stands in A1, then the legend and the notes, then the table with one
    header row of unique names: a banner becomes ``Sex: Female (B)``. Figures are numbers with a
    format that prints them as the table does, marks are texts, letters stand in a row of their
    own. No text becomes a formula. The same grids give the same bytes.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from welfarestats.output.grid import plain_grid
    >>> grid = plain_grid("Age", ["Group", "Per cent"], [["16 to 24", "47"]])
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> write_workbook(folder / "age.xlsx", [("age", grid)], title="Age").name
    'age.xlsx'
    """
    from welfarestats.output.workbook_parts import package_parts

    target = Path(path)
    _check(target, sheets, title)
    listed = len(sheets) > 1 if contents is None else contents
    names = sheet_names([CONTENTS] * listed + [name for name, _ in sheets])
    grids = [grid for _, grid in sheets]
    tables = [flat_table(grid) for grid in grids]
    if listed:
        front = _contents(title, names[1:], grids)
        tables = [front, *(_linked_back(table, names[0]) for table in tables)]
    for name, table in zip(names, tables, strict=True):
        _check_size(name, table)
    parts = package_parts(names, tables, title=title, language=language)
    with (
        replaced_when_whole(target) as partial,
        ZipFile(partial, "w", ZIP_DEFLATED, compresslevel=6) as package,
    ):
        for place, text in parts.items():
            entry = ZipInfo(place, _EARLIEST)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            package.writestr(entry, text.encode("utf-8"))
    return target


def sheet_names(names: Iterable[str]) -> list[str]:
    """Return names that a workbook allows for its sheets, each different from the others.

    Parameters
    ----------
    names : iterable of str
        Wished names.

    Returns
    -------
    list of str
        At most 31 characters each; ``_`` in place of characters that are forbidden. Names that
        would be the same whatever their case are numbered.

    Examples
    --------
    >>> sheet_names(["q1", "Q1", "sex/age", "'quoted'"])
    ['q1', 'Q1 (2)', 'sex_age', '_quoted_']
    """
    allowed = []
    for name in names:
        line = _FORBIDDEN_IN_NAMES.sub("_", printable_text(" ".join(name.split())))
        line = re.sub(r"^'|'$", "_", line) or "Sheet"
        allowed.append(f"{line}_" if line.casefold() == _RESERVED.casefold() else line)
    return unique_names(allowed, _LONGEST_SHEET_NAME)


def _check(target: Path, sheets: Sequence[tuple[str, Grid]], title: str) -> None:
    if target.suffix.lower() != ".xlsx":
        raise OptionError(
            f"a workbook is a file that ends in .xlsx, and {target.name!r} does not. Rename it."
        )
    if not sheets:
        raise OptionError(f"there is no table to write to {target.name!r}. Pass one at least.")
    if not title.strip():
        raise OptionError(
            "a workbook has no title, and a reader needs one to find it. Pass title='…'."
        )


def _check_size(name: str, table: FlatTable) -> None:
    rows, columns = len(table.above) + 1 + len(table.rows), len(table.header)
    if rows > _MOST_ROWS or columns > _MOST_COLUMNS:
        raise TableError(
            f"the table of sheet {name!r} has {rows:,} rows and {columns:,} columns; a sheet holds"
            f" {_MOST_ROWS:,} and {_MOST_COLUMNS:,}. Write it in parts."
        )


def _contents(title: str, names: Sequence[str], grids: Sequence[Grid]) -> FlatTable:
    """Return the sheet that lists the others."""
    invented = any(grid.origin == "synthetic" for grid in grids)
    subtitles = any(grid.subtitle for grid in grids)
    rows = []
    for name, grid in zip(names, grids, strict=True):
        texts = [grid.title, grid.subtitle or "-"] if subtitles else [grid.title]
        rows.append((Entry(name, "link", link=name), *(Entry(text, "row") for text in texts)))
    headings = ["Sheet", "Table", "What it shows"] if subtitles else ["Sheet", "Table"]
    count = f"{len(names):,} table{'s' if len(names) > 1 else ''}, one a sheet."
    warning = [Entry(SYNTHETIC_CAPTION, "warning")] if invented else []
    return FlatTable(
        above=(Entry(title, "title"), *warning, Entry(count)),
        header=tuple(Entry(heading, "words") for heading in headings),
        rows=tuple(rows),
        row_headers=1,
    )


def _linked_back(table: FlatTable, contents: str) -> FlatTable:
    """Return a sheet with a link to the contents under its title."""
    first, *others = table.above
    link = Entry("Back to contents", "link", link=contents)
    return replace(table, above=(first, link, *others))
