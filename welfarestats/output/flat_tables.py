"""A grid laid flat for a spreadsheet: one header row of unique names, numbers as numbers.

A banner becomes names such as ``Sex: Female (B)``. Letters stand in a row of their own below
their figures, so that no cell holds two things, and no cell among figures is empty.

References
----------
Government Analysis Function (2022), "Releasing statistics in spreadsheets".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from welfarestats.output.grid import ColumnHeader, Grid, Row
from welfarestats.output.marks import MARKS
from welfarestats.output.markup import printable_text
from welfarestats.output.wording import SYNTHETIC_CAPTION

NO_LETTERS = "none"
NOT_APPLICABLE = "[z]"
_LETTERS_NOTE = (
    f"Letters stand in a row of their own below the figures; {NO_LETTERS!r} means no letter."
)
_LONGEST_NAME = 255
_DIGITS_OF_A_NUMBER = 15

_NUMBER = re.compile(
    r"(?P<before>[\[(]?)(?P<sign>[+\-\N{MINUS SIGN}]?)"
    r"(?P<whole>0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?P<decimals>\.\d+)?"
    r"(?P<unit> ?%| per cent)?(?P<after>[\])]?)",
    re.ASCII,
)
_PAIRS = {"": "", "[": "]", "(": ")"}


@dataclass(frozen=True, eq=False)
class Entry:
    """One cell of a sheet: a text, or a number with the format that prints it.

    Figures that look the same share one entry, which a writer then writes once.

    Parameters
    ----------
    text : str
        As printed.
    look : str, default "text"
        ``"title"``, ``"warning"``, ``"text"``, ``"column"`` and ``"words"`` (headings of figures
        and of words), ``"row"``, ``"figure"``, ``"letters"``, ``"no-letters"`` or ``"link"``.
    number : float or None, default None
        The number that the text stands for.
    number_format : str, default "General"
        Prints the number as the text does.
    kind : str, default "category"
        Kind of the row, as in `welfarestats.output.grid.Row`.
    link : str, default ""
        Name of the sheet that the cell leads to.
    """

    text: str
    look: str = "text"
    number: float | None = None
    number_format: str = "General"
    kind: str = "category"
    link: str = ""


@dataclass(frozen=True)
class FlatTable:
    """A sheet with one table: lines above it, one header row, rows without gaps.

    Parameters
    ----------
    above : tuple of Entry
        One a line: title, origin, subtitle, legend, notes, source.
    header : tuple of Entry
        Unique names.
    rows : tuple of tuple of Entry
        One entry a column.
    row_headers : int
        How many columns say what a row is.
    """

    above: tuple[Entry, ...]
    header: tuple[Entry, ...]
    rows: tuple[tuple[Entry, ...], ...]
    row_headers: int


def flat_table(grid: Grid) -> FlatTable:
    """Return a grid as the rows of one sheet.

    Parameters
    ----------
    grid : Grid
        The finished table.

    Returns
    -------
    FlatTable
        Legend and notes stand above the table. Where rows are grouped a first column names the
        group of each; where there are letters a column says what a row holds.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> flat = flat_table(plain_grid("Age", ["Group", "Per cent"], [["16 to 24", "47"]]))
    >>> [entry.text for entry in flat.header], flat.rows[0][1].number
    (['Group', 'Per cent'], 47.0)
    """
    groups = [(group.header, row) for group in grid.groups for row in group.rows]
    # A base below several groups belongs to all of them.
    rows = [*groups, *(("All", row) for row in grid.bases)]
    grouped = any(header for header, _ in groups)
    lettered = bool(grid.letters_width)
    names = [*(["Question"] if grouped else []), grid.corner, *(["Row"] if lettered else [])]
    words = [False] * len(names) + [path[-1].is_text for path in grid.column_paths]
    unique = unique_names([*names, *(_name_of(path) for path in grid.column_paths)])
    header = tuple(
        Entry(name, "words" if place < len(names) or words[place] else "column")
        for place, name in enumerate(unique)
    )
    body: list[tuple[Entry, ...]] = []
    for group, row in rows:
        heads = [*([group or "All"] if grouped else []), row.title]
        body.append(_figures(row, heads, words[len(names) :], lettered=lettered))
        if any(cell.letters for cell in row.cells):
            body.append(_letters(row, heads))
    filled = any(entry.text == NOT_APPLICABLE for line in body for entry in line)
    return FlatTable(_above(grid, filled=filled), header, tuple(body), len(names))


def unique_names(names: Iterable[str], longest: int = _LONGEST_NAME) -> list[str]:
    """Return names on one line each that differ whatever their case, numbered where they repeat.

    Parameters
    ----------
    names : iterable of str
        Headings; an empty one becomes ``"Column"``.
    longest : int, default 255
        Most characters of a name.

    Returns
    -------
    list of str
        One a heading.

    Examples
    --------
    >>> unique_names(["Base", "base", " "])
    ['Base', 'base (2)', 'Column']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        start = " ".join(printable_text(name).split()) or "Column"
        unique, number = shortened(start, longest), 1
        while unique.casefold() in taken:
            number += 1
            ending = f" ({number})"
            unique = shortened(start, longest - len(ending)) + ending
        taken.add(unique.casefold())
        found.append(unique)
    return found


def shortened(text: str, longest: int) -> str:
    """Return a text that has at most so many characters as spreadsheets count them.

    Parameters
    ----------
    text : str
        Any text.
    longest : int
        Most UTF-16 units, of which a character outside the first plane has two.

    Returns
    -------
    str
        The text, or its start and an ellipsis.

    Examples
    --------
    >>> shortened("Confidence", 6)
    'Confi…'
    """
    if _units(text) <= longest:
        return text
    while _units(text) > longest - 1:
        text = text[: -max(1, (_units(text) - longest + 1) // 2)]
    return f"{text.rstrip()}…"


def _units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) + sum(letter > "\uffff" for letter in text)


@lru_cache(maxsize=4096)
def number_of(text: str) -> tuple[float, str] | None:
    """Return the number that a printed figure stands for and the format that prints it.

    Parameters
    ----------
    text : str
        A figure or a mark.

    Returns
    -------
    tuple of (float, str) or None
        None for everything that is not one number, such as a mark, ``12 of 40`` or ``007``.

    Notes
    -----
    Brackets round a figure become part of its format: the cell prints them and holds the number.

    Examples
    --------
    >>> number_of("1,219"), number_of("[7.3]"), number_of("47%"), number_of("[u]")
    ((1219.0, '#,##0'), (7.3, '"["0.0"]"'), (0.47, '0%'), None)
    """
    found = _NUMBER.fullmatch(text)
    if found is None or _PAIRS[found["before"]] != found["after"]:
        return None
    decimals = (found["decimals"] or ".")[1:]
    digits = found["whole"].replace(",", "") + decimals
    if len(digits) > _DIGITS_OF_A_NUMBER:
        return None
    written = f"{found['whole'].replace(',', '')}.{decimals or '0'}"
    number = -float(written) if found["sign"] not in ("", "+") else float(written)
    plain = ("#,##0" if "," in found["whole"] else "0") + ("." + "0" * len(decimals)) * bool(
        decimals
    )
    unit = found["unit"] or ""
    if unit.endswith("%"):
        number = float(f"{number:.15g}e-2")
    written_unit = '" per cent"' if unit == " per cent" else unit
    form = _quoted(found["before"]) + "{}" + written_unit + _quoted(found["after"])
    if found["sign"] == "+":
        return number, form.format(f"+{plain}")
    return number, form.format(plain)


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""


def _name_of(path: tuple[ColumnHeader, ...]) -> str:
    """Return the headers over a column as one name with its key."""
    texts = [header.text.strip() for header in path]
    told = [text for text, before in zip(texts, ["", *texts], strict=False) if text != before]
    keys = "".join(f" ({header.key})" for header in path if header.key)
    return ": ".join(text for text in told if text) + keys


def _figures(row: Row, heads: list[str], words: list[bool], *, lettered: bool) -> tuple[Entry, ...]:
    """Return a row of figures after what it is."""
    holds = ["Base" if row.kind == "base" else "Figure"] if lettered else []
    cells = [
        _entry(cell.text, row.kind, "row" if text else "figure")
        for cell, text in zip(row.cells, words, strict=True)
    ]
    return (*(Entry(head, "row", kind=row.kind) for head in [*heads, *holds]), *cells)


def _letters(row: Row, heads: list[str]) -> tuple[Entry, ...]:
    """Return the row of letters below a row of figures."""
    none = _entry(NO_LETTERS, "category", "no-letters")
    cells = [
        _entry(cell.letters, "category", "letters") if cell.letters else none for cell in row.cells
    ]
    return (*(Entry(head, "row") for head in [*heads, "Letters"]), *cells)


@lru_cache(maxsize=16_384)
def _entry(text: str, kind: str, look: str) -> Entry:
    """Return the entry of a cell: one and the same for all that look the same."""
    # A column of words may be there to be filled in by hand.
    told = NOT_APPLICABLE if look == "figure" and not text.strip() else text
    number, number_format = (number_of(text) if look == "figure" else None) or (None, "General")
    return Entry(told, look, number, number_format, kind)


def _above(grid: Grid, *, filled: bool) -> tuple[Entry, ...]:
    """Return the lines above the table."""
    legend = dict(grid.legend)
    if filled:
        legend.setdefault(NOT_APPLICABLE, MARKS[NOT_APPLICABLE])
    warning = [Entry(SYNTHETIC_CAPTION, "warning")] if grid.origin == "synthetic" else []
    lines = [grid.subtitle] if grid.subtitle else []
    lines += [f"{mark}: {meaning}" for mark, meaning in legend.items()]
    lines += [_LETTERS_NOTE] if grid.letters_width else []
    lines += grid.notes_below
    return (Entry(grid.title, "title"), *warning, *(Entry(line) for line in lines))
