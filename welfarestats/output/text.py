"""The same table as aligned plain text and as Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from textwrap import wrap

from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row
from welfarestats.output.wording import SYNTHETIC_CAPTION

_LINE_WIDTH = 88
_COLUMN_WIDTH = 16
_STUB_WIDTH = 44
_WORDS_WIDTH = 48
_GAP = "  "
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_LIST_SIGNS = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+])(?=\s|$)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def text_table(grid: Grid) -> str:
    """Return a grid as plain text in aligned columns, as ``print`` shows a table.

    Parameters
    ----------
    grid : Grid
        The finished table.

    Returns
    -------
    str
        Title, legend, table, notes; no line ends in a space.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> rows = [["ehd-2025", "412"], ["hwc-2021", "96"]]
    >>> print(text_table(plain_grid("Numbers that agree", ["Report", "Agree"], rows)))
    Numbers that agree
    <BLANKLINE>
    Report    Agree
    ---------------
    ehd-2025    412
    hwc-2021     96
    """
    corner = wrap(_flat(grid.corner), _STUB_WIDTH) or [""]
    stub = _Column(corner, _stub_texts(grid), is_text=True)
    columns = [_column_of(grid, place) for place in range(grid.width)]
    _widen(grid, columns)
    width = stub.width + sum(len(_GAP) + column.width for column in columns)
    lines = [*_above(grid), "", *_header_lines(grid, stub, columns)]
    rule = "-" * width
    lines.append(rule)
    for number, group in enumerate(grid.groups):
        if group.header:
            lines += ([""] if number else []) + [_flat(group.header)]
        lines += _row_lines(grid, group.rows, stub, columns, "  " if group.header else "")
    if grid.bases:
        lines += [rule, *_row_lines(grid, grid.bases, stub, columns, "")]
    notes = _notes(grid)
    lines += ["", *notes] if notes else []
    return "\n".join(line.rstrip() for line in lines)


def markdown_table(grid: Grid) -> str:
    r"""Return a grid as a Markdown table, everything escaped that Markdown would read.

    Parameters
    ----------
    grid : Grid
        The finished table. A banner is flattened: ``Benefit: UC (A)``.

    Returns
    -------
    str
        Title, legend, a pipe table and notes.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> print(markdown_table(plain_grid("Shares", ["Answer", "Total"], [["Yes | no", "*"]])))
    **Shares**
    <BLANKLINE>
    | Answer | Total |
    | :--- | ---: |
    | Yes \| no | \* |
    """
    parts = [f"**{_escaped(grid.title)}**"]
    if grid.origin == "synthetic":
        parts.append(f"**{_escaped(SYNTHETIC_CAPTION)}**")
    if grid.subtitle:
        parts.append(_escaped(grid.subtitle))
    if grid.legend:
        parts.append(
            "\n".join(f"- {_escaped(mark)}: {_escaped(meaning)}" for mark, meaning in grid.legend)
        )
    names = [grid.corner, *(_flattened(path) for path in grid.column_paths)]
    signs = [":---", *(":---" if path[-1].is_text else "---:" for path in grid.column_paths)]
    table = [_piped(_escaped(name) for name in names), _piped(signs)]
    for group in grid.groups:
        if group.header:
            table.append(_piped([f"**{_escaped(group.header)}**", *[""] * grid.width]))
        table += [_markdown_row(row) for row in group.rows]
    table += [_markdown_row(row) for row in grid.bases]
    parts.append("\n".join(table))
    notes = grid.notes_below
    if notes:
        parts.append("\n".join(f"- {_escaped(note)}" for note in notes))
    return "\n\n".join(parts)


class _Column:
    """One column of plain text: its header's lines, its width, which way it is aligned."""

    def __init__(self, header: list[str], texts: list[str], *, is_text: bool) -> None:
        self.header = header
        self.is_text = is_text
        self.width = max(map(_wide, [*header, *texts]), default=0)

    def aligned(self, text: str) -> str:
        """Return a text filled up to the width of the column."""
        fill = " " * (self.width - _wide(text))
        return text + fill if self.is_text else fill + text


def _column_of(grid: Grid, place: int) -> _Column:
    """Return a column of figures or words; its header leaves the letters' room too."""
    leaf = grid.column_paths[place][-1]
    header = wrap(_flat(leaf.text), _COLUMN_WIDTH) or [""]
    if leaf.key:
        header.append(f"({_flat(leaf.key)})")
    if not leaf.is_text and grid.letters_width:
        header = [line + " " * (grid.letters_width + 1) for line in header]
    texts = [line for row in grid.rows for line in _cell_lines(row.cells[place], leaf, grid)]
    return _Column(header, texts, is_text=leaf.is_text)


def _widen(grid: Grid, columns: list[_Column]) -> None:
    """Widen columns until the longest word of a header over several of them fits."""
    for level, headers in enumerate(grid.column_headers):
        for number, header in enumerate(headers):
            under = _under(grid, level, number)
            room = sum(columns[place].width for place in under) + len(_GAP) * (len(under) - 1)
            needed = max((_wide(word) for word in _flat(header.text).split()), default=0)
            columns[under[-1]].width += max(0, needed - room)


def _under(grid: Grid, level: int, number: int) -> list[int]:
    """Return the columns under one header."""
    return [place for place, path in enumerate(grid.column_places) if (level, number) in path]


def _header_lines(grid: Grid, stub: _Column, columns: list[_Column]) -> list[str]:
    """Write the header rows: those over several columns with a rule under them, then the leaves."""
    lines: list[str] = []
    for level, headers in enumerate(grid.column_headers[:-1]):
        blocks: list[tuple[int, list[str]]] = [(stub.width, [])]
        starts = [_starting_at(level, path) for path in grid.column_places]
        for number, block in groupby(zip(starts, columns, strict=True), itemgetter(0)):
            widths = [column.width for _, column in block]
            room = sum(widths) + len(_GAP) * (len(widths) - 1)
            over = number is not None and headers[number].depth == 1
            texts = wrap(_flat(headers[number].text), room) if number is not None and over else []
            blocks.append((room, [*texts, "-" * room] if texts else []))
        lines += _stacked(blocks)
    leaves = [
        (column.width, [column.aligned(text) for text in column.header]) for column in columns
    ]
    return lines + _stacked([(stub.width, stub.header), *leaves])


def _starting_at(level: int, path: tuple[tuple[int, int], ...]) -> int | None:
    """Return the place in its row of the header over a column, if one starts at this level."""
    return next((number for at, number in path if at == level), None)


def _stacked(blocks: list[tuple[int, list[str]]], *, hanging: bool = False) -> list[str]:
    """Set blocks of lines side by side, each resting on the bottom or hanging from the top."""
    height = max(len(texts) for _, texts in blocks)
    empty = [[""] * (height - len(texts)) for _, texts in blocks]
    filled = [
        (width, texts + fill if hanging else fill + texts)
        for (width, texts), fill in zip(blocks, empty, strict=True)
    ]
    return [
        _GAP.join(texts[line] + " " * (width - _wide(texts[line])) for width, texts in filled)
        for line in range(height)
    ]


def _row_lines(
    grid: Grid, rows: tuple[Row, ...], stub: _Column, columns: list[_Column], indent: str
) -> list[str]:
    """Write rows; figures stand in the last line of a long header, beside words in the first."""
    leaves = [path[-1] for path in grid.column_paths]
    hanging = any(leaf.is_text for leaf in leaves)
    lines = []
    for row in rows:
        blocks = [(stub.width, _stub_lines(row, indent))]
        for cell, leaf, column in zip(row.cells, leaves, columns, strict=True):
            texts = _cell_lines(cell, leaf, grid)
            blocks.append((column.width, [column.aligned(line) for line in texts]))
        lines += _stacked(blocks, hanging=hanging)
    return lines


def _stub_texts(grid: Grid) -> list[str]:
    """Return every line that stands in the column of row headers."""
    return [
        line
        for rows, indent in [
            *((group.rows, "  " if group.header else "") for group in grid.groups),
            (grid.bases, ""),
        ]
        for row in rows
        for line in _stub_lines(row, indent)
    ]


def _stub_lines(row: Row, indent: str) -> list[str]:
    """Return a row header in lines, those after the first set in further."""
    return wrap(
        _flat(row.title),
        _STUB_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
    ) or [""]


def _cell_lines(cell: Cell, leaf: ColumnHeader, grid: Grid) -> list[str]:
    """Return a cell in lines; letters keep their room, so that figures stand in a column."""
    if leaf.is_text:
        return wrap(_flat(cell.text), _WORDS_WIDTH)
    room = grid.letters_width
    return [_flat(cell.text) + (f" {_flat(cell.letters):<{room}}" if room else "")]


def _above(grid: Grid) -> list[str]:
    """Return what stands above the table: title, origin, subtitle, legend."""
    texts = [grid.title, SYNTHETIC_CAPTION if grid.origin == "synthetic" else "", grid.subtitle]
    texts += [f"{mark} = {meaning}" for mark, meaning in grid.legend]
    return [line for text in texts if text for line in wrap(_flat(text), _LINE_WIDTH)]


def _notes(grid: Grid) -> list[str]:
    """Return what stands below the table."""
    return [line for note in grid.notes_below for line in wrap(_flat(note), _LINE_WIDTH)]


def _flattened(path: tuple[ColumnHeader, ...]) -> str:
    """Return the headers over a column as one name, such as ``Benefit: UC (A)``."""
    name = ": ".join(header.text for header in path)
    return f"{name} ({path[-1].key})" if path[-1].key else name


def _markdown_row(row: Row) -> str:
    """Write one row of a pipe table; nets are strong."""
    strong = "**" if row.kind == "net" else ""
    cells = (
        f"{_escaped(cell.text)} <sup>{_escaped(cell.letters)}</sup>"
        if cell.letters
        else _escaped(cell.text)
        for cell in row.cells
    )
    return _piped([f"{strong}{_escaped(row.title)}{strong}", *cells])


def _piped(texts: Iterable[str]) -> str:
    """Return texts between pipes."""
    return "|" + "".join(f" {text} |" if text else " |" for text in texts)


def _escaped(text: str) -> str:
    """Return text that Markdown prints as it stands."""
    safe = _MARKDOWN_SIGNS.sub(r"\\\1", _flat(text)).replace("&", "&amp;")
    return _LIST_SIGNS.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", safe)


def _flat(text: str) -> str:
    """Return text on one line without control characters."""
    return _CONTROLS.sub(" ", text).strip()


def _wide(text: str) -> int:
    """Return how many places a text takes on a screen of fixed width."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
