"""The tables of a workbook, read sheet by sheet into one row a cell; what is left over is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase
from typing import Any

from welfarestats.errors import listed
from welfarestats.output.wording import round_half_up
from welfarestats.published.printed_tokens import Token, letters_in, read_token
from welfarestats.published.row_statistics import settle_statistics
from welfarestats.published.row_words import (
    TABLE_NUMBER,
    is_contents,
    is_question,
    said_statistic,
)
from welfarestats.published.sheet_banners import TOTAL, Banner, PrintedColumn, banner_of
from welfarestats.published.sheet_parts import Block, divide
from welfarestats.published.sheet_rows import OF_BASES, PrintedRow, rows_of
from welfarestats.published.sheets import Sheet, SheetCell, column_number
from welfarestats.published.table_layout import SheetLayout, TableLayout

Row = dict[str, Any]
OUTSIDE = "it stands in no table"
# What a heading "Count" or "%" over a column speaks of; bases and means have labels of their own.
_SHARES = ("", "percent", "count")


@dataclass
class WhatWasRead:
    """Cells, notes and unread cells of a workbook as they are found, and what to tell."""

    cells: list[Row] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    unread: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    titles: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    seen: dict[tuple[Any, ...], tuple[Row, Block]] = field(default_factory=dict)


def read_all(sheets: Iterable[Sheet], layout: TableLayout) -> WhatWasRead:
    """Return what the sheets of a workbook print.

    Parameters
    ----------
    sheets : iterable of Sheet
        The sheets.
    layout : TableLayout
        What the user says of them.

    Returns
    -------
    WhatWasRead
        Every cell that shows a number is in ``cells`` or in ``unread``.

    Raises
    ------
    TableError
        If a table cannot be recognised.
    """
    found = WhatWasRead()
    for sheet in sheets:
        why = _left_out(sheet, layout)
        if why:
            found.remarks.append(f"Sheet {sheet.name!r} was left out: {why}.")
            found.unread += _unread(sheet, set(), why, {})
        else:
            _SheetReader(sheet, layout, found).read()
    return found


def _left_out(sheet: Sheet, layout: TableLayout) -> str:
    """Return why a sheet is not read, or nothing."""
    if sheet.name in layout.ignore_sheets or (layout.sheets and sheet.name not in layout.sheets):
        return "the layout says so"
    if sheet.name in layout.sheets or sheet.name in layout.by_sheet:
        return ""
    if is_contents(sheet.name):
        return "by its name it holds no tables"
    labels = [cells[0].text for cells in sheet.rows.values() if len(cells) > 1]
    numbered = sum(bool(TABLE_NUMBER.match(label)) for label in labels)
    if numbered > 1 and numbered * 2 > len(labels):
        return "it is a list of tables"
    return ""


def _unread(
    sheet: Sheet, used: set[tuple[int, int]], why: str, reasons: Mapping[tuple[int, int], str]
) -> list[Row]:
    """Return the cells of a sheet that show a number and are not used."""
    return [
        {
            "sheet": sheet.name,
            "cell": cell.place,
            "printed": cell.text,
            "why": reasons.get(place, why),
        }
        for place, cell in sheet.cells.items()
        if place not in used and (cell.has_number or place in reasons)
    ]


def _without_ignored(sheet: Sheet, layout: SheetLayout) -> Sheet:
    """Return a sheet without the rows and columns that the layout leaves out."""
    columns = {column_number(column) for column in layout.ignore_columns}
    kept = {
        place: cell
        for place, cell in sheet.cells.items()
        if place[0] not in layout.ignore_rows and place[1] not in columns
    }
    return Sheet(sheet.name, kept, sheet.merged, sheet.hidden)


class _SheetReader:
    """Reads the tables of one sheet."""

    def __init__(self, sheet: Sheet, layout: TableLayout, found: WhatWasRead) -> None:
        self.whole, self.found = sheet, found
        self.layout = layout.of(sheet.name)
        self.sheet = _without_ignored(sheet, self.layout)
        self.used: set[tuple[int, int]] = set()
        self.reasons = {
            place: "the layout says so" for place in sheet.cells if place not in self.sheet.cells
        }

    def read(self) -> None:
        parts = divide(self.sheet, self.layout)
        for block in parts.blocks:
            self._block(block, parts.stubs)
        if parts.blocks:
            labels = range(parts.stubs[-1] + 1)
            self.used |= {place for place in self.sheet.cells if place[1] in labels}
        unread = _unread(self.whole, self.used, OUTSIDE, self.reasons)
        self.found.unread += unread
        stray = [row for row in unread if row["why"] == OUTSIDE]
        if parts.blocks and stray:
            self.found.doubts.append(
                f"sheet {self.sheet.name!r}, {stray[0]['cell']}: this number stands in no "
                f"table ({len(stray):,} in all on the sheet). Name the rows of column headings (header_rows), or leave rows or columns "
                f"out (ignore_rows, ignore_columns)."
            )
        if not parts.blocks:
            self.found.remarks.append(
                f"Sheet {self.sheet.name!r} was left out: no row of figures stands under a header."
            )
            if unread:
                self.found.doubts.append(
                    f"sheet {self.sheet.name!r}, {unread[0]['cell']}: this number stands in no table "
                    f"({len(unread):,} in all), and no table was found on the sheet. Name its rows of column "
                    f"headings (header_rows), or leave it out (ignore_sheets)."
                )
        elif self.sheet.hidden:
            self.found.remarks.append(
                f"Hidden in sheet {self.sheet.name!r} and read all the same: "
                f"{listed(self.sheet.hidden)}."
            )

    def _block(self, block: Block, stubs: tuple[int, ...]) -> None:
        banner = banner_of(self.sheet, block, stubs, self.layout.letters)
        name, title, question = self._named(block, banner)
        places = [column.column for column in banner.columns]
        rows = rows_of(self.sheet, block, stubs, places, question, self.layout)
        self._mark_header(block)
        self._settle(rows, banner, block)
        for column in banner.columns:
            self._base_behind_label(column, (name, title, question), block)
        for own in rows:
            for column in banner.columns:
                self._cell(own, column, (name, title), block)
        self._doubt_nameless(block, banner)
        notes = self.found.notes.setdefault(name, [])
        notes += [note for note in block.notes if note not in notes]

    def _named(self, block: Block, banner: Banner) -> tuple[str, str, str]:
        """Return the name of a table, its title and the wording of its question."""
        corner = banner.corner if not said_statistic(banner.corner) else ""
        wording = is_question(corner) or len(corner.split()) > 2
        title = block.title or (corner if corner and (wording or not block.title) else "")
        question = corner if corner and is_question(corner) else block.question or title
        name = block.name or f"{self.sheet.name} row {block.first_row}"
        if name in self.found.titles:
            before = self.found.titles[name]
            if block.continued or before[0] == title:
                block.statistic = block.statistic or before[2]
                return name, before[0], (question if block.title else before[1])
            name = f"{name} ({self.sheet.name} row {block.first_row})"
        self.found.titles[name] = (title, question, block.statistic or block.hint)
        return name, title, question

    def _settle(self, rows: Sequence[PrintedRow], banner: Banner, block: Block) -> None:
        units = {column.column: column.statistic for column in banner.columns}
        for own in rows:
            shares = {c: cell for c, cell in own.cells.items() if units[c] not in OF_BASES}
            own.cells = shares or own.cells
        open_rows = [own for own in rows if own.statistic or not all(units[c] for c in own.cells)]
        said = block.statistic or banner.unit or said_statistic(banner.corner)
        everyone = [column.column for column in banner.columns if column.banner == TOTAL]
        self.found.doubts += settle_statistics(
            open_rows,
            said,
            self.layout,
            self.sheet.name,
            hint=block.hint,
            everyone=everyone[0] if everyone else None,
        )

    def _mark_header(self, block: Block) -> None:
        self.used |= {
            (row, cell.column) for row in block.header for cell in self.sheet.rows.get(row, ())
        }

    def _cell(
        self, own: PrintedRow, column: PrintedColumn, table: tuple[str, str], block: Block
    ) -> None:
        place = (own.row, column.column)
        cell = self.sheet.cells.get(place)
        if cell is not None and not cell.token.is_figure:
            self.reasons[place] = "it is neither a number nor a mark"
            self.found.doubts.append(
                f"sheet {self.sheet.name!r}, {cell.place}: a text among figures was not read."
            )
            return
        if cell is None and column.statistic and own.statistic not in _SHARES:
            return
        self._row(own, column, cell, table, block)

    def _row(
        self,
        own: PrintedRow,
        column: PrintedColumn,
        cell: SheetCell | None,
        table: tuple[str, str],
        block: Block,
    ) -> None:
        place = (own.row, column.column)
        token = cell.token if cell is not None else Token("")
        statistic = _statistic(own, column, token)
        value, decimals = token.value, token.decimals
        if statistic == "percent" and self.layout.figures == "proportion" and not token.percent:
            value, decimals = value * 100, max(decimals - 2, 0)
            value = float(round_half_up(value, decimals))
        beside = self.sheet.cells.get((own.row, column.letters_column))
        row = {
            "table": table[0],
            "title": table[1],
            "sheet": self.sheet.name,
            "cell": SheetCell(*place, "", token).place,
            "stub": own.stub,
            "stub_category": own.label,
            "statistic": statistic,
            "banner": column.banner,
            "banner_category": column.category,
            "column_key": column.key,
            "printed": token.printed,
            "value": value,
            "decimals": decimals,
            "letters": token.letters or self._letters(own, column, beside),
            "mark": token.mark
            or (beside.token.mark if beside and not letters_in(beside.text) else ""),
        }
        self._keep(row, place, block)

    def _base_behind_label(
        self, column: PrintedColumn, table: tuple[str, str, str], block: Block
    ) -> None:
        """Keep a base that stands behind the label of a column, as a row of bases has it."""
        if not column.base:
            return
        over = {row: self.sheet.over(row, column.column) for row in block.header}
        place = max(row for row, cell in over.items() if cell and column.base in cell.text)
        label, token = column.base.partition("=")[0].partition(":")[0], read_token(column.base)
        cell = SheetCell(place, column.column, column.base, token)
        own = PrintedRow(place, label.strip(), table[2], {column.column: cell}, statistic="base")
        self._row(own, replace(column, statistic=""), cell, table[:2], block)

    def _letters(self, own: PrintedRow, column: PrintedColumn, beside: SheetCell | None) -> str:
        if beside is not None:
            self.used.add((beside.row, beside.column))
            return letters_in(beside.text)
        return own.letters.get(column.column, "")

    def _keep(self, row: Row, place: tuple[int, int], block: Block) -> None:
        """Keep a cell, unless it repeats one of the same table, as a continued table does."""
        names = ("table", "stub", "stub_category", "statistic", "banner", "banner_category")
        first, home = self.found.seen.setdefault(tuple(row[n] for n in names), (row, block))
        same_row = first["cell"].lstrip(ascii_uppercase) == row["cell"].lstrip(ascii_uppercase)
        alike = all(first[name] == row[name] for name in ("printed", "letters"))
        if first is not row and alike and (home is not block or same_row):
            if place in self.sheet.cells:
                sheet = f" of sheet {first['sheet']!r}" if first["sheet"] != row["sheet"] else ""
                self.reasons[place] = f"it repeats {first['cell']}{sheet}"
            return
        self.used.add(place)
        self.found.cells.append(row)

    def _doubt_nameless(self, block: Block, banner: Banner) -> None:
        for column in banner.nameless:
            cells = [
                self.sheet.cells[line.row, column]
                for line in block.body
                if (line.row, column) in self.sheet.cells
            ]
            self.reasons |= {(c.row, c.column): "its column has no heading" for c in cells}
            self.found.doubts.append(
                f"sheet {self.sheet.name!r}, {cells[0].place}: the column has no heading and was "
                f"not read. Name the rows of column headings (header_rows), or leave the column "
                f"out (ignore_columns)."
            )


def _statistic(own: PrintedRow, column: PrintedColumn, token: Token) -> str:
    """Return what a figure is: its column's word goes before its row's, but for bases and means."""
    if column.statistic and (own.statistic in _SHARES):
        return column.statistic
    if column.statistic == "percent" and own.statistic in OF_BASES:
        return "percent" if token.value == 100 or token.percent else own.statistic
    return own.statistic
