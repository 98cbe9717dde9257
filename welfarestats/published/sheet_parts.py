"""A sheet divided into tables: the lines above, the header rows, the rows of figures, the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from welfarestats.published.printed_tokens import letters_in
from welfarestats.published.row_words import (
    CONTINUED,
    TABLE_NUMBER,
    in_key_order,
    is_base_line,
    is_note,
    is_question,
    is_significance,
    said_statistic,
    unit_statistic,
)
from welfarestats.published.sheets import Sheet, SheetCell, column_number
from welfarestats.published.table_layout import SheetLayout

_LONG_LINE = 60


@dataclass
class Line:
    """A row that holds one text: a title, a heading, a base description, a note."""

    row: int
    text: str
    after_gap: bool


@dataclass
class BodyRow:
    """A row of figures and the heading it stands under; ``letters`` are rows right below it."""

    row: int
    heading: str = ""
    section: str = ""
    letters: list[int] = field(default_factory=list)


@dataclass
class Block:
    """A header with the rows below it; a table is one block, or several when it continues.

    ``statistic`` is what its lines say that the figures are; ``hint`` what its title may mean.
    """

    name: str = ""
    title: str = ""
    question: str = ""
    statistic: str = ""
    hint: str = ""
    continued: bool = False
    header: list[int] = field(default_factory=list)
    body: list[BodyRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first_row: int = 0


@dataclass
class Parts:
    """The columns of row labels of a sheet, and its blocks."""

    stubs: tuple[int, ...]
    blocks: list[Block]


def divide(sheet: Sheet, layout: SheetLayout) -> Parts:
    """Return the tables of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    layout : SheetLayout
        What the user says of it.

    Returns
    -------
    Parts
        Without blocks if no row of figures stands under a header.
    """
    rows = sheet.rows
    stubs = _stub_columns(rows, layout)
    if not stubs:
        return Parts((), [])
    return _Divider(sheet, layout, rows, stubs).divided()


def _stub_columns(rows: dict[int, list[SheetCell]], layout: SheetLayout) -> tuple[int, ...]:
    """Return the columns of row labels: the first of the rows of figures, and texts beside it."""
    bodies = [
        cells
        for cells in rows.values()
        if len(cells) > 1
        and sum(cell.token.is_figure or bool(letters_in(cell.text)) for cell in cells[1:]) * 2
        >= len(cells) - 1
        and any(cell.has_number for cell in cells[1:])
    ]
    labelled = [cells for cells in bodies if not cells[0].token.is_figure] or bodies
    if not labelled:
        return ()
    if layout.stub_column:
        first = column_number(layout.stub_column)
    else:
        first = min(cells[0].column for cells in labelled)
    columns = [first]
    while True:
        column = columns[-1] + 1
        texts = Counter(
            cell.token.is_figure for cells in bodies for cell in cells if cell.column == column
        )
        if layout.stub_column or texts[False] <= texts[True]:
            return tuple(columns)
        columns.append(column)


class _Divider:
    """Goes down a sheet row by row."""

    def __init__(
        self,
        sheet: Sheet,
        layout: SheetLayout,
        rows: dict[int, list[SheetCell]],
        stubs: tuple[int, ...],
    ) -> None:
        self.sheet, self.layout, self.rows, self.stubs = sheet, layout, rows, stubs
        self.blocks: list[Block] = []
        self.block = Block()
        self.lines: list[Line] = []
        self.heading, self.section, self.last, self.gap = "", "", 0, False

    def divided(self) -> Parts:
        for row, cells in self.rows.items():
            self.gap = row > self.last + 1
            kind = self._kind(row, cells)
            if kind == "line":
                self.lines.append(Line(row, _one_text(cells), self.gap))
            elif kind == "letters":
                self.block.body[-1].letters.append(row)
            elif kind == "header":
                self._header_row(row)
            else:
                self._figures_row(row)
            self.last = row
        self.block.notes += [line.text for line in self.lines]
        return Parts(self.stubs, [block for block in self.blocks if block.body])

    # ------------------------------------------------------------ what a row is

    def _kind(self, row: int, cells: list[SheetCell]) -> str:
        rest = [cell for cell in cells if cell.column > self.stubs[-1]]
        label = " ".join(cell.text for cell in cells if cell.column <= self.stubs[-1])
        if not rest:
            return "line"
        if self.layout.header_rows:
            if row in self.layout.header_rows:
                return "header"
        elif self._is_line(rest, label):
            return "line"
        figures = [cell for cell in rest if cell.token.is_figure]
        numbers = [cell for cell in figures if cell.has_number]
        below = bool(self.block.body) and not self.gap and not label
        units = not below and all(unit_statistic(cell.text) for cell in rest)
        letters = [] if units else [cell for cell in rest if letters_in(cell.text)]
        if not numbers and self._are_letters(label, rest, letters):
            return "letters"
        words = len(rest) - len(figures) - len(letters)
        if not numbers and not (figures and label) and not self._in_body(figures, words):
            return "line" if self.layout.header_rows else "header"
        if self.layout.header_rows:
            return "figures"
        if words > len(figures) or self._heads_columns(row, label, numbers):
            return "header"
        return "figures"

    def _is_line(self, rest: Sequence[SheetCell], label: str) -> bool:
        """Return whether a text that stands alone beyond the labels is a title or a note."""
        if len(rest) != 1 or label or rest[0].token.is_figure:
            return False
        text = rest[0].text
        known = TABLE_NUMBER.match(text) or is_base_line(text) or len(text) > _LONG_LINE
        return bool(known) or (is_question(text) and len(text) > _LONG_LINE / 3)

    def _in_body(self, figures: Sequence[SheetCell], words: int) -> bool:
        """Return whether marks without a label stand under a row of figures."""
        return bool(self.block.body) and not self.gap and len(figures) > words

    def _are_letters(
        self, label: str, rest: Sequence[SheetCell], letters: Sequence[SheetCell]
    ) -> bool:
        if self.layout.letters in ("cell", "column") or not letters or not self.block.body:
            return False
        if self.gap or self.lines:
            return False
        only = len(letters) + sum(cell.token.mark == "-" for cell in rest) == len(rest)
        return only and (is_significance(label) or self.layout.letters == "row")

    def _heads_columns(self, row: int, label: str, numbers: Sequence[SheetCell]) -> bool:
        """Return whether numbers are years, or stand over the first row that has a label."""
        if self.block.body and not self._header_below(row):
            return False
        years = all(cell.text.isdigit() and 1900 <= cell.token.value <= 2100 for cell in numbers)
        if label:
            return years and not self.block.header
        return years or not self.block.header

    def _header_below(self, row: int) -> bool:
        """Return whether lines have ended the table above, so that another may begin."""
        return bool(self.lines) and self.lines[-1].row == self.last

    # ------------------------------------------------------------ what it does

    def _header_row(self, row: int) -> None:
        if self.block.body or not self.block.header or self.lines:
            self._begin([row])
        else:
            self.block.header.append(row)

    def _begin(self, header: list[int]) -> None:
        """Begin a table: the lines before it are notes of the one above, or its own title."""
        above, own = self._shared_lines()
        before = self.block if self.block.body else None
        self.block = Block(header=header, first_row=(own[0].row if own else header[0]))
        (self.block if before is None else before).notes.extend(above)
        self.lines, self.heading, self.section = [], "", ""
        _entitle(self.block, [line.text for line in own])
        if before is not None and not (self.block.name or self.block.title):
            _continue(self.block, before)
        self.blocks.append(self.block)

    def _shared_lines(self) -> tuple[list[str], list[Line]]:
        lines = self.lines
        start = next((n for n, line in enumerate(lines) if TABLE_NUMBER.match(line.text)), None)
        if start is None and not self.block.body:
            start = 0
        if start is None:
            own = [n for n, line in enumerate(lines) if not is_note(line.text)]
            start = next((n for n in own if lines[n].after_gap), own[0] if own else len(lines))
        return [line.text for line in lines[:start]], lines[start:]

    def _figures_row(self, row: int) -> None:
        if not self.block.header:
            return
        numbered = next((n for n in self.lines if TABLE_NUMBER.match(n.text)), None)
        if numbered is not None and self.block.body:
            self._begin(list(self.block.header))
        self._headings()
        self.block.body.append(BodyRow(row, self.heading, self.section))

    def _headings(self) -> None:
        """Take the lines since the last row as headings of the rows that follow, or notes."""
        found: list[str] = []
        for line in self.lines:
            unit = unit_statistic(line.text)
            if unit:
                self.section = unit
            elif is_base_line(line.text) or is_note(line.text) or CONTINUED.search(line.text):
                over = f"{found[-1]}: " if found and not CONTINUED.search(line.text) else ""
                self.block.notes.append(over + line.text)
            else:
                found.append(line.text)
        if found:
            self.heading, self.section = " / ".join(found), ""
        self.lines = []


def _one_text(cells: Iterable[SheetCell]) -> str:
    return " ".join(cell.text for cell in cells)


def _entitle(block: Block, lines: Sequence[str]) -> None:
    """Read the lines above a header: number, title, question, what the figures are, base."""
    titles: list[str] = []
    for line in lines:
        number = TABLE_NUMBER.match(line)
        if number and not block.name:
            block.continued = bool(CONTINUED.search(line))
            block.name = CONTINUED.sub("", number["name"]).strip()
            rest = CONTINUED.sub("", number["rest"]).strip()
            titles = [rest] if rest else []
        elif CONTINUED.fullmatch(line):
            block.continued = True
        elif is_base_line(line) or is_note(line) or unit_statistic(line):
            block.notes.append(line)
            block.statistic = block.statistic or unit_statistic(line) or said_statistic(line)
        elif said_statistic(line) and len(line.split()) < 4 and not is_question(line):
            block.notes.append(line)
            block.statistic = block.statistic or said_statistic(line)
        else:
            titles.append(line)
    block.title = titles[0] if titles else ""
    questions = [title for title in titles[1:] if is_question(title)]
    block.question = questions[0] if questions else block.title
    block.notes += [title for title in titles[1:] if title not in questions]
    block.hint = said_statistic(" ".join(titles))
    if titles and titles[-1].rstrip(") ").endswith("%"):
        block.statistic = block.statistic or block.hint


def _continue(block: Block, before: Block) -> None:
    """Make a block without a title part of the table above it."""
    block.name, block.title, block.question = before.name, before.title, before.question
    block.first_row, block.continued = before.first_row, True
    block.statistic, block.hint = block.statistic or before.statistic, before.hint


def keys_of_row(cells: Sequence[SheetCell]) -> dict[int, str]:
    """Return the letters of columns that a header row consists of, by column, or nothing."""
    keys = {cell.column: letters_in(cell.text) for cell in cells}
    if not all(0 < len(key) <= 2 for key in keys.values()) or not in_key_order(list(keys.values())):
        return {}
    return keys
