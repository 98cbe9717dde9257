"""Writes an agency's workbook: tables given as plain data, laid out in one of many ways.

`AgencyTable` holds what is printed; `Layout` says how it looks; `write_agency_workbook` writes
it; `expected_frame` is what reading the file must give back. `agency_tables` makes such plain
data of our own cross-tabs, so that a made-up agency can print what respondents said.
`sheet_of` and `write_sheets` take rows written out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils import range_boundaries

import welfarestats as ws
from welfarestats.output.wording import round_half_up
from welfarestats.published.printed_tokens import read_token
from welfarestats.published.sheets import Sheet, SheetCell

BASE_WORDS: dict[str, dict[str, str]] = {
    "plain": {
        "base": "Unweighted base",
        "weighted_base": "Weighted base",
        "effective_base": "Effective base",
    },
    "rows": {
        "base": "Unweighted row",
        "weighted_base": "Weighted row",
        "effective_base": "Effective sample size",
    },
    "capitals": {
        "base": "UNWEIGHTED TOTAL",
        "weighted_base": "WEIGHTED TOTAL",
        "effective_base": "EFFECTIVE BASE",
    },
    "brackets": {
        "base": "Base (unweighted)",
        "weighted_base": "Base (weighted)",
        "effective_base": "Effective base (n)",
    },
    "short": {
        "base": "Unwtd base",
        "weighted_base": "Wtd base",
        "effective_base": "Eff. base",
    },
    "bare": {"base": "Unweighted", "weighted_base": "Base", "effective_base": "Effective N"},
}


@dataclass(frozen=True)
class AgencyColumn:
    """A column: its heading (levels divided by " / ", or none), its category and its letter."""

    banner: str
    category: str
    key: str = ""


@dataclass(frozen=True)
class AgencyRow:
    """A row: one printed token a column ("47", "*", "[47]", "12.5"), its letters, its counts."""

    label: str
    figures: tuple[str, ...]
    letters: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    statistic: str = "percent"


@dataclass(frozen=True)
class AgencyTable:
    """A printed table; ``bases`` are tokens by statistic (base, weighted_base, effective_base)."""

    name: str
    title: str
    columns: tuple[AgencyColumn, ...]
    rows: tuple[AgencyRow, ...]
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    base_text: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How a workbook looks.

    sheets: "stacked" on one, or one "each"; title: in "two-rows", "one-row" or the "corner";
    figures: "number", "percent-format", "text" or "text-percent"; counts: "none", "alternate"
    (a row of counts over each row of percentages), "block" (below), "columns" (beside);
    letters: "none", "cell", "tight", "superscript", "column", "row"; keys: "none", "row",
    "label"; base_place: "top" or "bottom"; base_words: a key of `BASE_WORDS`; merged headers;
    unit: what says per cent: a "row" of signs, a "line", or "nothing"; stub_column: 1 or 2;
    pages: the rows of a table continue under a repeated header; hidden: the last row is hidden.
    """

    sheets: str = "stacked"
    contents: bool = False
    title: str = "two-rows"
    figures: str = "text-percent"
    counts: str = "none"
    letters: str = "cell"
    keys: str = "row"
    base_place: str = "top"
    base_words: str = "plain"
    merged: bool = True
    unit: str = "line"
    stub_column: int = 1
    pages: int = 1
    hidden: bool = False
    gap: bool = False


CHOICES: dict[str, tuple[Any, ...]] = {
    "sheets": ("stacked", "each"),
    "contents": (False, True),
    "title": ("two-rows", "one-row", "corner"),
    "figures": ("text-percent", "number", "percent-format", "text"),
    "counts": ("none", "alternate", "block", "columns"),
    "letters": ("cell", "none", "tight", "superscript", "column", "row"),
    "keys": ("row", "none", "label"),
    "base_place": ("top", "bottom"),
    "base_words": tuple(BASE_WORDS),
    "merged": (True, False),
    "unit": ("line", "row", "nothing"),
    "stub_column": (1, 2),
    "pages": (1, 2),
    "hidden": (False, True),
    "gap": (False, True),
}


# ---------------------------------------------------------------- writing


def write_agency_workbook(
    path: Path, tables: Sequence[AgencyTable], layout: Layout | None = None
) -> Path:
    """Write the tables and return the path."""
    layout = layout or Layout()
    book = openpyxl.Workbook()
    book.remove(book.active)
    if layout.contents:
        _write_contents(book, tables)
    if layout.sheets == "stacked":
        sheet, row = book.create_sheet("Tables"), 1
        for table in tables:
            row = _Writer(sheet, table, layout, row).write() + 2
    else:
        for number, table in enumerate(tables, 1):
            _Writer(book.create_sheet(f"T{number}"), table, layout, 1).write()
    book.save(path)
    return path


def _write_contents(book: Any, tables: Sequence[AgencyTable]) -> None:
    cover = book.create_sheet("Cover")
    cover["A1"], cover["A2"], cover["B2"] = "An invented survey", "Year", 2025
    contents = book.create_sheet("Contents")
    contents.append(["Table", "Title", "Base"])
    for table in tables:
        contents.append([table.name, table.title, 100])


class _Writer:
    """Writes one table from a row downwards."""

    def __init__(self, sheet: Any, table: AgencyTable, layout: Layout, row: int) -> None:
        self.sheet, self.table, self.layout, self.row = sheet, table, layout, row
        self.stub = layout.stub_column
        self.beside = 1 + (layout.letters == "column")
        self.width = self.beside * len(table.columns)

    def write(self) -> int:
        for line in self._title_lines():
            self._line(line)
        pages = np.array_split(np.arange(len(self.table.rows)), self.layout.pages)
        for number, page in enumerate(pages):
            if number:
                self._line(f"{self.table.name} (continued)")
            rows = [self.table.rows[place] for place in page]
            self._header()
            if self.layout.base_place == "top":
                self._bases()
            for row in rows:
                self._body_row(row)
            if self.layout.base_place == "bottom":
                self._bases()
            if number < len(pages) - 1:
                self.row += 1
        if self.layout.counts == "block" and self._has_counts():
            self._count_block()
        if self.layout.hidden:
            self.sheet.row_dimensions[self.row - 1].hidden = True
        for note in self.table.notes:
            self._line(note)
        return self.row

    def _title_lines(self) -> list[str]:
        table, where = self.table, self.layout.title
        lines = [f"{table.name}: {table.title}"] if where == "one-row" else [table.name]
        lines += [table.title] if where == "two-rows" else []
        lines += [table.base_text] if table.base_text else []
        return lines + (["Column percentages"] if self.layout.unit == "line" else [])

    def _line(self, text: str) -> None:
        self.sheet.cell(self.row, 1, text)
        self.row += 1

    def _column(self, place: int) -> int:
        return self.stub + 1 + place * self.beside

    def _has_counts(self) -> bool:
        return any(row.counts for row in self.table.rows)

    def _header(self) -> None:
        if self.layout.title == "corner":
            self.sheet.cell(self.row, self.stub, self.table.title)
        paths = [
            [*filter(None, column.banner.split(" / ")), self._leaf(column)]
            if column.banner != "Total"
            else [self._leaf(column)]
            for column in self.table.columns
        ]
        depth = max(map(len, paths))
        by_columns = self.layout.counts == "columns" and self._has_counts()
        starts = [0, self.width] if by_columns else [0]
        if by_columns:
            for start, word in zip(starts, ("Count", "Column %"), strict=True):
                self._label(self.row, self.stub + 1 + start, self.width, word)
            self.row += 1
        for start in starts:
            self._header_rows(paths, depth, start)
        self.row += depth
        for start in starts:
            self._small_rows(start)
        self.row += (self.layout.keys == "row") + (self.layout.unit == "row" and not by_columns)
        self.row += self.layout.gap

    def _leaf(self, column: AgencyColumn) -> str:
        with_key = self.layout.keys == "label" and column.key
        return f"{column.category} ({column.key})" if with_key else column.category

    def _header_rows(self, paths: list[list[str]], depth: int, start: int) -> None:
        for level in range(depth - 1):
            place = 0
            while place < len(paths):
                path = paths[place]
                if level >= len(path) - 1:
                    place += 1
                    continue
                end = place
                while end < len(paths) and paths[end][: level + 1] == path[: level + 1]:
                    if level >= len(paths[end]) - 1:
                        break
                    end += 1
                column = self._column(place) + start
                self._label(self.row + level, column, (end - place) * self.beside, path[level])
                place = end
        for place, path in enumerate(paths):
            column = self._column(place) + start
            self._label(self.row + depth - 1, column, self.beside, path[-1])

    def _label(self, row: int, column: int, span: int, text: str) -> None:
        self.sheet.cell(row, column, text)
        if self.layout.merged and span > 1:
            self.sheet.merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + span - 1
            )

    def _small_rows(self, start: int) -> None:
        row = self.row
        if self.layout.keys == "row":
            for place, column in enumerate(self.table.columns):
                if column.key:
                    self.sheet.cell(row, self._column(place) + start, f"({column.key})")
            row += 1
        if self.layout.unit == "row" and not (
            self.layout.counts == "columns" and self._has_counts()
        ):
            for place in range(len(self.table.columns)):
                self.sheet.cell(row, self._column(place) + start, "%")

    def _bases(self) -> None:
        words = BASE_WORDS[self.layout.base_words]
        by_columns = self.layout.counts == "columns" and self._has_counts()
        for statistic, tokens in self.table.bases.items():
            self.sheet.cell(self.row, self.stub, words[statistic])
            for start in [0, self.width] if by_columns else [0]:
                for place, token in enumerate(tokens):
                    cell = self.sheet.cell(self.row, self._column(place) + start)
                    self._number(cell, token)
            self.row += 1

    def _body_row(self, row: AgencyRow) -> None:
        counts = row.counts if self.layout.counts in ("alternate", "columns") else ()
        beside = self.width if self.layout.counts == "columns" and self._has_counts() else 0
        self.sheet.cell(self.row, self.stub, row.label)
        if counts:
            for place, token in enumerate(counts):
                self._number(self.sheet.cell(self.row, self._column(place)), token)
            self.row += not beside
        letters = row.letters or ("",) * len(row.figures)
        for place, (token, own) in enumerate(zip(row.figures, letters, strict=True)):
            cell = self.sheet.cell(self.row, self._column(place) + beside)
            self._figure(cell, token, own, row.statistic)
            if own and self.layout.letters == "column":
                self.sheet.cell(self.row, cell.column + 1, own)
        self.row += 1
        if self.layout.letters == "row" and any(letters):
            for place, own in enumerate(letters):
                if own:
                    self.sheet.cell(self.row, self._column(place) + beside, own)
            self.row += 1

    def _count_block(self) -> None:
        self.row += 1
        self._line_at_stub("Counts")
        for row in self.table.rows:
            if row.counts:
                self.sheet.cell(self.row, self.stub, row.label)
                for place, token in enumerate(row.counts):
                    self._number(self.sheet.cell(self.row, self._column(place)), token)
                self.row += 1

    def _line_at_stub(self, text: str) -> None:
        self.sheet.cell(self.row, self.stub, text)
        self.row += 1

    def _number(self, cell: Any, token: str) -> None:
        if self.layout.figures.startswith("text"):
            cell.value = token
        elif token:
            cell.value = float(token.replace(",", ""))
            cell.number_format = "#,##0" + _decimals_format(token)

    def _figure(self, cell: Any, token: str, letters: str, statistic: str) -> None:
        style = self.layout.figures
        sign = (
            "%"
            if style == "text-percent" and statistic == "percent" and token[:1].isdigit()
            else ""
        )
        inside = self.layout.letters in ("cell", "tight", "superscript") and letters
        if self.layout.letters == "superscript" and inside:
            cell.value = CellRichText(
                f"{token}{sign}", TextBlock(InlineFont(vertAlign="superscript"), letters)
            )
        elif inside:
            cell.value = f"{token}{sign}{'' if self.layout.letters == 'tight' else ' '}{letters}"
        elif style.startswith("text") or not token.replace(".", "").isdigit():
            cell.value = f"{token}{sign}" or None
        elif style == "percent-format" and statistic == "percent":
            cell.value = float(token) / 100
            cell.number_format = f"0{_decimals_format(token)}%"
        else:
            cell.value = float(token)
            cell.number_format = f"0{_decimals_format(token)}"


def _decimals_format(token: str) -> str:
    decimals = len(token.partition(".")[2])
    return f".{'0' * decimals}" if decimals else ""


# ---------------------------------------------------------------- what reading gives back

COMPARED = [
    *("table", "title", "stub", "stub_category", "statistic", "banner", "banner_category"),
    *("column_key", "value", "decimals", "letters", "mark"),
]


def expected_frame(tables: Sequence[AgencyTable], layout: Layout | None = None) -> pd.DataFrame:
    """Return the columns `COMPARED`, one row a cell, sorted as `comparable` sorts."""
    layout = layout or Layout()
    rows = []
    for table in tables:
        words = BASE_WORDS[layout.base_words]
        lines = [
            (words[statistic], statistic, tokens, ()) for statistic, tokens in table.bases.items()
        ]
        for row in table.rows:
            if layout.counts != "none" and row.counts:
                lines.append((row.label, "count", row.counts, ()))
            letters = row.letters if layout.letters != "none" else ()
            lines.append((row.label, row.statistic, row.figures, letters))
        for label, statistic, tokens, letters in lines:
            for place, column in enumerate(table.columns):
                value, decimals, mark = token_of(tokens[place])
                rows.append(
                    (
                        table.name,
                        table.title,
                        table.title,
                        label,
                        statistic,
                        column.banner,
                        column.category,
                        "" if layout.keys == "none" else column.key,
                        value,
                        decimals,
                        letters[place] if letters else "",
                        mark,
                    )
                )
    return comparable(pd.DataFrame(rows, columns=COMPARED))


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns `COMPARED`, sorted."""
    return frame[COMPARED].sort_values(COMPARED[:7], ignore_index=True).astype({"decimals": int})


def token_of(token: str) -> tuple[float, int, str]:
    """Return the number, decimals and mark of a token as the plain data writes it."""
    bare = token.strip("[]()").rstrip("†").replace(",", "")
    decimals = len(bare.partition(".")[2])
    mark = "[ ]" if token.startswith("[") else "( )" if token.startswith("(") else ""
    mark = "†" if token.endswith("†") else mark
    if bare.replace(".", "").isdigit():
        return float(bare), decimals, mark
    return np.nan, 0, token


# ---------------------------------------------------------------- from our own cross-tabs


def agency_tables(
    tables: ws.Table | ws.Book,
    *,
    counts: bool = False,
    decimals: int = 0,
    bases: Sequence[str] = ("base", "weighted_base"),
    labels: Mapping[str, str] | None = None,
) -> tuple[AgencyTable, ...]:
    """Return cross-tabs as an agency prints them: one table for each stub question.

    ``labels`` gives questions, of stub and banner, the wording printed in place of their names.
    Bases are those of the first row of each table.
    """
    frame = tables.to_frame()
    words = dict(labels or {})
    return tuple(
        _agency_table(f"Table {number}", own, counts, decimals, bases, words)
        for number, (_, own) in enumerate(frame.groupby("stub", sort=False), 1)
    )


def _agency_table(
    name: str,
    frame: pd.DataFrame,
    counts: bool,
    decimals: int,
    bases: Sequence[str],
    words: Mapping[str, str],
) -> AgencyTable:
    stub = str(frame["stub"].iloc[0])
    first = frame[frame["stub_category"] == frame["stub_category"].iloc[0]]
    columns = tuple(
        AgencyColumn(words.get(banner, banner), category, key)
        for banner, category, key in zip(
            first["banner"], first["banner_category"], first["column_key"], strict=True
        )
    )
    rows = []
    for (label, statistic), own in frame.groupby(["stub_category", "statistic"], sort=False):
        share = statistic == "proportion"
        values = own["proportion"] * 100 if share else own["estimate"]
        places = decimals if share else max(decimals, 1)
        rows.append(
            AgencyRow(
                str(label),
                tuple(printed_figure(value, places) for value in values),
                tuple(own["letters"]),
                tuple(f"{count:,.0f}" for count in own["count"]) if counts and share else (),
                "percent" if share else "mean",
            )
        )
    printed = {name: tuple(f"{value:,.0f}" for value in first[name]) for name in bases}
    return AgencyTable(name, words.get(stub, stub), columns, tuple(rows), printed)


def printed_figure(value: float, decimals: int = 0) -> str:
    """Return a percentage as agencies print it: "-" for none, "*" for less than a half."""
    if np.isnan(value) or value == 0:
        return "-"
    rounded = float(round_half_up(value, decimals))
    return "*" if rounded == 0 else f"{rounded:.{decimals}f}"


# ---------------------------------------------------------------- sheets by hand


def sheet_of(*rows: Sequence[Any], name: str = "T", merged: Sequence[str] = ()) -> Sheet:
    """Return a sheet with these rows, as reading a workbook gives it; None is a blank cell."""
    cells = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                text = str(value)
                cells[row, column] = SheetCell(row, column, text, read_token(text))
    areas = {}
    for area in merged:
        left, top, right, bottom = range_boundaries(area)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                areas[row, column] = (top, left, bottom, right)
    return Sheet(name, cells, areas)


def write_sheets(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write sheets given row by row and return the path."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
