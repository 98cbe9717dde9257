"""The rows of a table below its header: label, heading, letters, and what the figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from welfarestats.errors import TableError
from welfarestats.published.printed_tokens import letters_in
from welfarestats.published.row_words import (
    base_statistic,
    moment_statistic,
    plain_words,
    unit_statistic,
)
from welfarestats.published.sheet_parts import Block, BodyRow
from welfarestats.published.sheets import Sheet, SheetCell
from welfarestats.published.table_layout import SheetLayout

#: Statistics of rows that are not shares of people.
OF_BASES = ("base", "weighted_base", "effective_base")


@dataclass
class PrintedRow:
    """A row of figures.

    Parameters
    ----------
    row : int
        Its place.
    label : str
        Its label, that of the row above if it has none.
    stub : str
        The heading it stands under, or the question of the table.
    cells : mapping of int to SheetCell
        Its figures by column.
    letters : mapping of int to str
        Letters in a row below it, by column.
    labelled : bool
        Whether it has a label of its own.
    statistic : str
        What the figures are, as far as it is known.
    section : str
        ``percent`` or ``count`` if a heading or a column of the row says so.
    """

    row: int
    label: str
    stub: str
    cells: Mapping[int, SheetCell]
    letters: Mapping[int, str] = field(default_factory=dict)
    labelled: bool = True
    statistic: str = ""
    section: str = ""

    @property
    def values(self) -> list[float]:
        """The numbers of the row."""
        return [
            cell.token.value for cell in self.cells.values() if cell.token.value == cell.token.value
        ]

    @property
    def is_signed(self) -> bool:
        """Whether every number of the row has a per cent sign."""
        return self.has_sign and all(
            cell.token.percent for cell in self.cells.values() if cell.has_number
        )

    @property
    def says_base(self) -> bool:
        """Whether the row prints its numbers as "n=120"."""
        return all(cell.token.is_base for cell in self.cells.values() if cell.has_number)

    @property
    def has_sign(self) -> bool:
        """Whether a figure of the row has a per cent sign."""
        return any(cell.token.percent for cell in self.cells.values())


def rows_of(
    sheet: Sheet,
    block: Block,
    stubs: tuple[int, ...],
    columns: Sequence[int],
    question: str,
    layout: SheetLayout,
) -> list[PrintedRow]:
    """Return the rows of a table, each with what its own label and signs say of its figures.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    block : Block
        The table.
    stubs : tuple of int
        The columns of row labels.
    columns : sequence of int
        The columns of figures.
    question : str
        The wording for rows that stand under no heading.
    layout : SheetLayout
        What the user says of the sheet.

    Returns
    -------
    list of PrintedRow
        From the top; ``statistic`` is empty where nothing in the row says it.

    Raises
    ------
    TableError
        If figures stand in a row without a label and there is none above.
    """
    rows: list[PrintedRow] = []
    heading = ""
    for line in block.body:
        label, heading, unit = _label(sheet, line.row, stubs, heading)
        cells = {
            column: sheet.cells[line.row, column]
            for column in columns
            if (line.row, column) in sheet.cells
        }
        if not cells:
            continue
        own = PrintedRow(
            row=line.row,
            label=label,
            stub=heading or line.heading or question,
            cells=cells,
            letters=_letters_below(sheet, line, columns),
            labelled=bool(label),
            section=unit or line.section,
        )
        _inherit(sheet, own, rows, stubs[-1], layout)
        rows.append(own)
    for own in rows:
        own.statistic = _own_statistic(own, layout)
    for stub in dict.fromkeys(own.stub for own in rows):
        _settle_bases([own for own in rows if own.stub == stub])
    return rows


def _label(sheet: Sheet, row: int, stubs: tuple[int, ...], carried: str) -> tuple[str, str, str]:
    """Return label, heading and unit of a row from its one or several columns of labels.

    A heading that is not merged stands in its first row only and is ``carried`` to the others.
    """
    texts = [cell for column in stubs if (cell := sheet.over(row, column)) is not None]
    unit = ""
    if texts and len(stubs) > 1 and unit_statistic(texts[-1].text):
        unit = unit_statistic(texts.pop().text)
    of_labels = stubs[-2] if unit else stubs[-1]
    inside = [cell for cell in texts if cell.column == of_labels]
    own = inside or [cell for cell in texts if cell.row == row]
    label = " ".join(own[-1].text.split()) if own else ""
    if not inside and own:
        return label, "", unit
    headings = [cell.text for cell in texts if cell.column != of_labels]
    return label, " / ".join(dict.fromkeys(headings)) or carried, unit


def _inherit(
    sheet: Sheet, own: PrintedRow, rows: Sequence[PrintedRow], stub: int, layout: SheetLayout
) -> None:
    """Give a row without a label that of the row above."""
    if own.labelled:
        # A label merged over several rows is shown in each of them.
        merged = (own.row, stub) not in sheet.cells or bool(layout.row_statistics)
        before = rows[-1] if rows else None
        if merged and before is not None and before.label == own.label:
            own.labelled = before.stub != own.stub
    elif rows and own.row - rows[-1].row <= 2:
        own.label, own.stub = rows[-1].label, rows[-1].stub
    elif own.says_base and own.values:
        own.label, own.labelled = "n", True
    elif "" in layout.rows:
        own.labelled = True
    else:
        first = next(iter(own.cells.values()))
        raise TableError(
            f"row {own.row} of sheet {sheet.name!r} ({first.place}: {first.text}) has figures but no "
            f"label. Name the rows of column headings in the layout (header_rows = [...]), or what "
            f'the row holds: [rows] "" = "base".'
        )


def _letters_below(sheet: Sheet, line: BodyRow, columns: Sequence[int]) -> dict[int, str]:
    return {
        column: letters_in(sheet.cells[row, column].text)
        for row in line.letters
        for column in columns
        if (row, column) in sheet.cells
    }


def _own_statistic(own: PrintedRow, layout: SheetLayout) -> str:
    """Return what a row's label, heading or signs say that its figures are."""
    named = {plain_words(label): word for label, word in layout.rows.items()}
    words = plain_words(own.label) if own.labelled else ""
    if own.labelled and words in named:
        return named[words]
    if own.values and own.says_base:
        return "weighted_base" if base_statistic(own.label) == "weighted_base" else "base"
    if not own.labelled:
        return "percent" if own.has_sign else own.section
    base, moment = base_statistic(own.label), moment_statistic(own.label)
    hundred = bool(own.values) and all(value == 100 for value in own.values)
    if base and not own.is_signed and not (base == "total" and hundred):
        return own.section if base == "total" and own.section == "percent" else base
    if moment and not own.has_sign:
        return moment
    return "percent" if own.has_sign or (base and hundred) else own.section


def _settle_bases(rows: Sequence[PrintedRow]) -> None:
    """Decide which base a row "Base" or "Total" is, from the bases beside it."""
    known = {own.statistic for own in rows}
    for own in rows:
        if own.statistic not in ("?", "total"):
            continue
        whole = all(cell.token.decimals == 0 for cell in own.cells.values())
        weighted = "base" in known or not whole
        if own.statistic == "total" and known & {"?", *OF_BASES[:2]}:
            weighted = "base" in known and "weighted_base" not in known
            own.statistic = "weighted_base" if weighted else "count"
        else:
            own.statistic = "weighted_base" if weighted else "base"
