"""The cells of printed tables, as somebody else's workbook shows them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, DataWarning, TableError, did_you_mean, listed
from welfarestats.output.grid import plain_grid
from welfarestats.output.html import html_table
from welfarestats.published.printed_tokens import read_token
from welfarestats.published.row_words import STATISTICS
from welfarestats.published.sheets import read_sheets
from welfarestats.published.table_layout import check_sheets, read_layout
from welfarestats.published.table_reading import read_all

CELL_COLUMNS = (
    *("table", "title", "sheet", "cell", "stub", "stub_category", "statistic", "banner"),
    *("banner_category", "column_key", "printed", "value", "decimals", "letters", "mark"),
)
UNREAD_COLUMNS = ("sheet", "cell", "printed", "why")
_REQUIRED = (
    *("table", "stub", "stub_category", "statistic", "banner", "banner_category", "printed"),
)


def _no_unread() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in UNREAD_COLUMNS})


@dataclass(frozen=True, eq=False)
class PrintedTables:
    """Tables as somebody else printed them, one row a cell; frozen. A notebook shows a list.

    Parameters
    ----------
    frame
        The cells.
    footnotes
        The notes and base descriptions of each table.
    unread
        Cells that hold something and are in no table: ``sheet, cell, printed, why``.
    remarks
        What a reader should know of how the file was read, one sentence each.
    names
        What printed words stand for: ``questions``, ``categories`` and ``banner``, each a mapping
        from the printed words, as the layout gives them.

    See Also
    --------
    read_tables : Reads them from a workbook.
    """

    frame: pd.DataFrame = field(repr=False)
    footnotes: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    unread: pd.DataFrame = field(repr=False, default_factory=_no_unread)
    remarks: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, Any]] = field(
        repr=False, default_factory=lambda: MappingProxyType({})
    )

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        footnotes: Mapping[str, tuple[str, ...]] | None = None,
        names: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> PrintedTables:
        """Return printed tables whose cells come from elsewhere than a workbook.

        Parameters
        ----------
        frame : DataFrame
            One row a cell. Needed are ``table, stub, stub_category, statistic, banner,
            banner_category, printed``; of the other columns of `to_frame`, texts are empty if
            left out, and ``value``, ``decimals``, ``letters`` and ``mark`` are read from
            ``printed``.
        footnotes : mapping of str to tuple of str, optional
            Notes of tables, by name.
        names : mapping, optional
            ``questions``, ``categories`` and ``banner``, each from printed words to names.

        Returns
        -------
        PrintedTables
            The same cells, in their order.

        Raises
        ------
        TableError
            If a column is missing or not known, or a statistic is none of the words.

        Examples
        --------
        >>> import pandas as pd, welfarestats as ws
        >>> cells = {
        ...     "table": "T1",
        ...     "stub": "In work",
        ...     "stub_category": "Yes",
        ...     "banner": "Sex",
        ...     "statistic": "percent",
        ...     "banner_category": ["Men", "Women"],
        ...     "printed": ["47% B", "*"],
        ... }
        >>> tables = ws.PrintedTables.from_frame(pd.DataFrame(cells))
        >>> tables.to_frame()[["printed", "value", "letters", "mark"]]
          printed  value letters mark
        0     47%   47.0       B
        1       *    NaN            *
        """
        missing = [name for name in _REQUIRED if name not in frame]
        if missing:
            raise TableError(
                f"a frame of printed cells needs a column {missing[0]!r}; it has "
                f"{listed(frame.columns)}. Add it."
            )
        for name in frame.columns:
            if name not in CELL_COLUMNS:
                raise TableError(
                    f"{name!r} is no column of printed cells."
                    f"{did_you_mean(name, CELL_COLUMNS) or ' Leave it out.'}"
                )
        unknown = [word for word in frame["statistic"] if word not in STATISTICS]
        if unknown:
            raise TableError(
                f"{unknown[0]!r} is no statistic of a printed cell; they are "
                f"{listed(STATISTICS, len(STATISTICS))}.{did_you_mean(unknown[0], STATISTICS)}"
            )
        return cls(_completed(frame), footnotes or {}, names=names or {})

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, in the order of the file."""
        return tuple(dict.fromkeys(self.frame["table"].tolist()))

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the printed cells, one row each.

        Returns
        -------
        DataFrame
            ``table, title, sheet, cell, stub, stub_category, statistic, banner,
            banner_category, column_key, printed, value, decimals, letters, mark``. ``value`` is
            in printed units (47 for 47 per cent) and missing where no number is printed;
            ``decimals`` are those printed.
        """
        return self.frame.copy()

    def notes(self, table: str) -> tuple[str, ...]:
        """Return what is printed around a table: whom it is about, and its footnotes.

        Parameters
        ----------
        table : str
            The name of the table.

        Returns
        -------
        tuple of str
            One text a line.

        Raises
        ------
        TableError
            If there is no such table.
        """
        if table not in self.tables:
            raise TableError(
                f"there is no printed table {table!r}; there are {listed(self.tables)}."
                f"{did_you_mean(table, self.tables)}"
            )
        return tuple(self.footnotes.get(table, ()))

    def to_html(self) -> str:
        """Return the list of tables as HTML.

        Returns
        -------
        str
            A ``<table>``: name, title, cells and columns of each, and the remarks below.
        """
        rows = [
            [
                str(name),
                str(own["title"].iloc[0]) or str(own["stub"].iloc[0]),
                f"{own[['stub', 'stub_category']].drop_duplicates().shape[0]:,}",
                f"{own[['banner', 'banner_category']].drop_duplicates().shape[0]:,}",
                f"{len(own):,}",
            ]
            for name, own in self.frame.groupby("table", sort=False)
        ]
        return html_table(
            plain_grid(
                repr(self).strip("<>"),
                ["Table", "Title", "Rows", "Columns", "Cells"],
                rows or [["none", "", "0", "0", "0"]],
                text_columns=["Title"],
                notes=self.remarks,
            )
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        unread = f", {len(self.unread):,} unread" if len(self.unread) else ""
        tables = f"{len(self):,} table{'s' * (len(self) != 1)}"
        return f"<PrintedTables: {tables}, {len(self.frame):,} cells{unread}>"


def _completed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return all columns of printed cells in their order, what is left out read or empty."""
    frame = frame.reset_index(drop=True)
    given = frame["printed"].fillna("").astype(str)
    tokens = [read_token(printed) for printed in given]
    read = {
        "printed": [token.printed for token in tokens],
        "value": [token.value for token in tokens],
        "decimals": [token.decimals for token in tokens],
        "letters": [token.letters for token in tokens],
        "mark": [token.mark for token in tokens],
    }
    columns: dict[str, Any] = {}
    for name in CELL_COLUMNS:
        columns[name] = frame[name] if name in frame and name != "printed" else read.get(name, "")
    whole = pd.DataFrame(columns, index=frame.index)
    numbers = {"value": "float64", "decimals": "int64"}
    texts = [name for name in CELL_COLUMNS if name not in numbers]
    whole[texts] = whole[texts].fillna("")
    return whole.astype(dict.fromkeys(texts, "str") | numbers)


def read_tables(
    path: str | Path, *, layout: str | Path | Mapping[str, Any] | None = None
) -> PrintedTables:
    """Return the tables of an agency's workbook, one row a printed cell.

    Titles, headings over one or several columns, bases, counts and per cents, significance
    letters in, beside or below the figures, marks and footnotes are recognised. What cannot be
    recognised is said in a layout.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` workbook, or an export as CSV.
    layout : str, Path, mapping or None, default None
        A TOML file, or a mapping with its keys, that says what cannot be guessed.

    Returns
    -------
    PrintedTables
        ``.to_frame()`` has the cells, ``.unread`` the numbers that stand in no table, ``.remarks``
        what was left out or is hidden.

    Raises
    ------
    DataError
        If the file cannot be opened, holds a formula without a value, or no table.
    TableError
        If it cannot be told what the figures of a row are.
    ReportError
        If the layout has a key or value that is not known.
    OptionError
        If openpyxl is not installed.

    Warns
    -----
    DataWarning
        If numbers stand in no table, or rows could not be recognised.

    Notes
    -----
    Values of formulas are those that were last computed. A figure is what its cell shows: 0.4651
    under the format ``0%`` is 47. Tables that stand side by side are refused.

    Examples
    --------
    >>> import tempfile, welfarestats as ws
    >>> lines = ["Table 1: In work", ",Total,Men,Women", "Base,100,50,50", "Yes,55%,60% B,50%"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "agency.csv"
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    ...     tables = ws.read_tables(path)
    >>> tables.to_frame().loc[3:, ["cell", "statistic", "value", "letters"]]
      cell statistic  value letters
    3   B4   percent   55.0
    4   C4   percent   60.0       B
    5   D4   percent   50.0
    """
    said = read_layout(layout)
    sheets = read_sheets(Path(path))
    check_sheets(said, tuple(sheet.name for sheet in sheets))
    found = read_all(sheets, said)
    if not found.cells:
        raise DataError(
            f"no table was found in {Path(path).name}: no row of figures stands under a row of "
            f"column headings. Name those rows in a layout: header_rows = [4, 5]."
        )
    if found.doubts:
        more = f" and {len(found.doubts) - 1:,} more such places" if found.doubts[1:] else ""
        warnings.warn(f"{found.doubts[0]} (One place{more}.)", DataWarning, stacklevel=2)
    texts = {name: pd.Series(dtype="str") for name in UNREAD_COLUMNS}
    unread = pd.DataFrame(found.unread).astype("str") if found.unread else pd.DataFrame(texts)
    return PrintedTables(
        _completed(pd.DataFrame(found.cells)),
        {name: tuple(notes) for name, notes in found.notes.items()},
        unread,
        (*found.remarks, *found.doubts),
        said.names,
    )
