"""The header rows of a table as columns: heading, category, letter and what the figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from welfarestats.errors import TableError
from welfarestats.published.printed_tokens import letters_in
from welfarestats.published.row_words import (
    base_statistic,
    in_key_order,
    is_everyone,
    label_and_base,
    label_and_key,
    unit_statistic,
)
from welfarestats.published.sheet_parts import Block, keys_of_row
from welfarestats.published.sheets import Sheet, SheetCell

#: The heading of a column of all people that stands under no heading, as in our own tables.
TOTAL = "Total"
#: What divides the levels of a heading.
LEVELS = " / "


@dataclass(frozen=True)
class PrintedColumn:
    """A column of figures.

    Parameters
    ----------
    column : int
        Its place.
    banner : str
        Its heading, levels divided by ``" / "``; ``"Total"`` for all people, else empty.
    category : str
        Its label.
    key : str
        Its letter.
    statistic : str
        ``percent`` or ``count`` if its header says so and others say otherwise; a base if that
        is what its label says.
    letters_column : int
        The column that holds its letters, 0 if none.
    base : str
        The base printed behind its label, as in "Men (n=120)".
    """

    column: int
    banner: str
    category: str
    key: str = ""
    statistic: str = ""
    letters_column: int = 0
    base: str = ""


@dataclass(frozen=True)
class Banner:
    """The columns of a table and what else its header rows say.

    Parameters
    ----------
    columns : tuple of PrintedColumn
        From the left.
    corner : str
        The text over the row labels.
    unit : str
        ``percent`` or ``count`` if the header says so of all columns.
    nameless : tuple of int
        Columns of figures without a heading.
    """

    columns: tuple[PrintedColumn, ...]
    corner: str = ""
    unit: str = ""
    nameless: tuple[int, ...] = ()


@dataclass
class _Levels:
    """Header rows by what they hold."""

    labels: list[dict[int, str]] = field(default_factory=list)
    spread: list[bool] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    units_first: bool = False


def banner_of(sheet: Sheet, block: Block, stubs: tuple[int, ...], letters: str = "") -> Banner:
    """Return the columns of a table.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    block : Block
        The table.
    stubs : tuple of int
        The columns of row labels.
    letters : str, default ""
        Where the layout says that letters stand.

    Returns
    -------
    Banner
        Every column of figures, with the column beside it if that holds its letters.

    Raises
    ------
    TableError
        If two tables stand side by side.
    """
    figures, beside = _columns_of_figures(sheet, block, stubs, letters)
    levels = _levels(sheet, block, stubs, figures)
    labels = {column: _path(levels.labels, column) for column in figures}
    bases = {column: label_and_base(path[-1]) for column, path in labels.items() if path}
    for column, (label, base) in bases.items():
        if base:
            labels[column][-1] = label
    keyed = _keys_behind(labels) if not levels.keys else {}
    columns = []
    for column, (_, base) in bases.items():
        path = labels[column]
        if keyed:
            path = [*path[:-1], keyed[column][0]]
        key = keyed[column][1] if keyed else levels.keys.get(column, "")
        heading = LEVELS.join(path[:-1])
        if not heading and is_everyone(path[-1]):
            heading = TOTAL
        unit = levels.units.get(column, "")
        side = beside.get(column, 0)
        columns.append(PrintedColumn(column, heading, path[-1], key, unit, side, base))
    corner = [
        cell.text
        for row in block.header
        for cell in sheet.rows.get(row, ())
        if cell.column <= stubs[-1]
    ]
    units = {column.statistic for column in columns}
    if len(units) == 1:
        columns = [replace(column, statistic="") for column in columns]
    columns = [_told_base(column) for column in columns]
    return Banner(
        tuple(columns),
        corner=" ".join(corner),
        unit=units.pop() if len(units) == 1 else "",
        nameless=tuple(column for column in figures if not labels[column]),
    )


def _told_base(column: PrintedColumn) -> PrintedColumn:
    """Return a column of bases, as row percentages have one, as what it is."""
    base = "" if column.banner == TOTAL else base_statistic(column.category)
    known = {"?": "base", "total": ""}.get(base, base)
    return replace(column, statistic=known) if known else column


def _columns_of_figures(
    sheet: Sheet, block: Block, stubs: tuple[int, ...], letters: str
) -> tuple[list[int], dict[int, int]]:
    """Return the columns that hold figures, and for each the column beside it with its letters."""
    found: dict[int, list[SheetCell]] = {}
    for line in block.body:
        for cell in sheet.rows[line.row]:
            if cell.column > stubs[-1]:
                found.setdefault(cell.column, []).append(cell)
    figures: list[int] = []
    beside: dict[int, int] = {}
    _refuse_side_by_side(sheet, found)
    for column in sorted(found):
        cells = found[column]
        numbers = any(cell.has_number for cell in cells)
        only = all(letters_in(cell.text) or cell.token.is_figure for cell in cells)
        marks = all(cell.token.is_figure for cell in cells)
        headed = _has_own_header(sheet, block, column)
        left = figures and column - 1 == figures[-1]
        told = letters == "column" or not headed or not marks
        if not numbers and only and left and letters != "cell" and told:
            beside[figures[-1]] = column
        elif numbers or (marks and headed):
            figures.append(column)
    return figures, beside


def _refuse_side_by_side(sheet: Sheet, found: Mapping[int, Sequence[SheetCell]]) -> None:
    """Raise if a column between figures holds words, as the labels of a second table do."""
    numbers = [column for column, cells in found.items() if any(c.has_number for c in cells)]
    for column, cells in found.items():
        words = [c for c in cells if not c.token.is_figure and not letters_in(c.text)]
        between = numbers and min(numbers) < column < max(numbers) and column not in numbers
        if between and len(cells) > 1 and len(words) * 2 >= len(cells):
            raise TableError(
                f"sheet {sheet.name!r}, {cells[0].place}: labels stand to the right of figures, so "
                f"that two tables seem to stand side by side. Read them one after the other: leave "
                f"the columns of one out in the layout (ignore_columns)."
            )


def _has_own_header(sheet: Sheet, block: Block, column: int) -> bool:
    return any((row, column) in sheet.cells for row in block.header)


def _levels(sheet: Sheet, block: Block, stubs: tuple[int, ...], figures: Sequence[int]) -> _Levels:
    """Read each header row: labels, letters of columns, or what the figures are."""
    levels = _Levels()
    rows = [
        (row, [cell for cell in sheet.rows[row] if cell.column > stubs[-1]]) for row in block.header
    ]
    wording = [row for row, cells in rows if cells and not _is_units(cells)]
    for row, cells in rows:
        if not cells:
            continue
        keys = keys_of_row(cells) if len(wording) > 1 else {}
        if keys:
            levels.keys.update(keys)
        elif _is_units(cells):
            levels.units_first = not levels.labels
            texts = _spread(sheet, row, stubs, figures)
            levels.units.update({c: unit_statistic(text) for c, text in texts.items()})
        else:
            levels.labels.append({cell.column: cell.text for cell in cells})
            levels.labels[-1] |= {
                column: shown.text
                for column in figures
                if (shown := sheet.over(row, column)) is not None
            }
            levels.spread.append(all(sheet.span(row, cell.column) == 1 for cell in cells))
    _fill(levels, figures)
    return levels


def _is_units(cells: Sequence[SheetCell]) -> bool:
    return all(unit_statistic(cell.text) for cell in cells)


def _spread(
    sheet: Sheet, row: int, stubs: tuple[int, ...], figures: Sequence[int]
) -> Mapping[int, str]:
    """Return the text over each column, a text reaching to the next one."""
    texts, text = {}, ""
    for column in range(stubs[-1] + 1, max(figures, default=0) + 1):
        shown = sheet.over(row, column)
        text = shown.text if shown is not None else text
        texts[column] = text
    return {column: texts[column] for column in figures if texts.get(column)}


def _fill(levels: _Levels, figures: Sequence[int]) -> None:
    """Let headings of which none is merged reach right, where there are labels below them."""
    mixed = len(set(levels.units.values())) > 1
    for place, level in enumerate(levels.labels):
        upper = [*([levels.units] if levels.units_first else []), *levels.labels[:place]]
        lower = [*([levels.units] if mixed else []), *levels.labels[place + 1 :]]
        if not levels.spread[place]:
            continue
        before, over_before = "", [""]
        for column in figures:
            leaf = next((own[column] for own in reversed(lower) if own.get(column)), "")
            over = [own.get(column, "") for own in upper]
            if level.get(column):
                before = level[column] if leaf else ""
            elif is_everyone(label_and_key(leaf)[0]) or over != over_before:
                before = ""
            elif leaf and before:
                level[column] = before
            over_before = over


def _path(levels: Sequence[Mapping[int, str]], column: int) -> list[str]:
    """Return the labels over a column from the top; one that reaches down counts once."""
    path: list[str] = []
    for level in levels:
        text = " ".join(level.get(column, "").split(" "))
        if text and (not path or path[-1] != text):
            path.append(text)
    return path


def _keys_behind(labels: Mapping[int, list[str]]) -> dict[int, tuple[str, str]]:
    """Return label and letter of each column if letters stand behind the labels."""
    split = {column: label_and_key(path[-1]) for column, path in labels.items() if path}
    keys = [key for _, key in split.values() if key]
    return split if keys and in_key_order(keys) and len(keys) * 2 >= len(split) else {}
