"""The sheets of an ``.xlsx`` file (ECMA-376): rows, widths and heights, and where they open."""

from __future__ import annotations

from collections.abc import Sequence

from welfarestats.output.flat_tables import Entry, FlatTable
from welfarestats.output.workbook_styles import MAIN, XML_HEAD, Styles, is_wrapped, xml_attribute

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_COLUMNS_A_PAGE = 14
_LINES_OF_A_HEADING = 4
_LINE, _HIGHEST_ROW = 15.75, 409.0


def column_letters(number: int) -> str:
    """Return the letters of a column.

    Parameters
    ----------
    number : int
        From 1.

    Returns
    -------
    str
        As in a cell's name.

    Examples
    --------
    >>> column_letters(1), column_letters(28), column_letters(703)
    ('A', 'AB', 'AAA')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def table_place(table: FlatTable) -> str:
    """Return the cells of a table, header included, such as ``A6:D12``.

    Parameters
    ----------
    table : FlatTable
        The sheet.

    Returns
    -------
    str
        First and last cell.
    """
    top = len(table.above) + 1
    last = column_letters(len(table.header))
    return f"A{top}:{last}{top + len(table.rows)}"


def sheet_xml(table: FlatTable, styles: Styles, *, selected: bool) -> str:
    """Return the part of the workbook that is one sheet.

    Parameters
    ----------
    table : FlatTable
        What the sheet holds.
    styles : Styles
        Those of the workbook; new ones are added.
    selected : bool
        Whether the workbook opens at this sheet.

    Returns
    -------
    str
        XML. The cursor stands in A1; the columns that say what a row is stay in view.
    """
    lines = [*((entry,) for entry in table.above), table.header, *table.rows]
    names = [column_letters(place + 1) for place in range(len(table.header))]
    starts = [f'<c r="{name}' for name in names]
    widths = column_widths(table)
    rows = []
    for number, line in enumerate(lines, 1):
        cells = "".join(
            [
                f"{start}{number}{styles.cell(entry)}"
                for start, entry in zip(starts, line, strict=False)
            ]
        )
        rows.append(f'<row r="{number}"{_height(line, widths)}>{cells}</row>')
    links = [
        f'<hyperlink ref="{name}{number}" location="{xml_attribute(first_cell(entry.link))}"/>'
        for number, line in enumerate(lines, 1)
        for name, entry in zip(names, line, strict=False)
        if entry.link
    ]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(widths, 1)
    )
    return "".join(
        (
            f'{XML_HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">',
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
            f'<dimension ref="A1:{names[-1]}{len(lines)}"/>',
            _view(table.row_headers, names, selected=selected),
            f'<sheetFormatPr defaultRowHeight="{_LINE}"/><cols>{columns}</cols>',
            f"<sheetData>{''.join(rows)}</sheetData>",
            f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "",
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>',
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"',
            f' fitToWidth="{pages_across(table)}"/>',
            # Categories such as 16 are names; they need no warning of a number stored as text.
            f'<ignoredErrors><ignoredError sqref="{table_place(table)}" numberStoredAsText="1"/>',
            '</ignoredErrors><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>',
        )
    )


def _view(frozen: int, names: Sequence[str], *, selected: bool) -> str:
    """Return where a sheet opens: the cursor in A1, row headers kept in view."""
    opens = ' tabSelected="1"' if selected else ""
    pane = ""
    if frozen < len(names):
        pane = (
            f'<pane xSplit="{frozen}" topLeftCell="{names[frozen]}1" activePane="topRight"'
            ' state="frozen"/>'
        )
    side = ' pane="topRight"' if pane else ""
    return (
        f'<sheetViews><sheetView{opens} workbookViewId="0">{pane}'
        f'<selection{side} activeCell="A1" sqref="A1"/></sheetView></sheetViews>'
    )


def pages_across(table: FlatTable) -> int:
    """Return how many sheets of paper a table takes from left to right.

    Parameters
    ----------
    table : FlatTable
        The sheet.

    Returns
    -------
    int
        At least 1.
    """
    return -(-len(table.header) // _COLUMNS_A_PAGE)


def first_cell(sheet: str) -> str:
    """Return the first cell of a sheet as formulas and links name it."""
    return "'" + sheet.replace("'", "''") + "'!A1"


def column_widths(table: FlatTable) -> list[int]:
    """Return the width of each column in characters.

    Parameters
    ----------
    table : FlatTable
        The sheet.

    Returns
    -------
    list of int
        Wide enough for the figures and for headings of a few lines.
    """
    widths = []
    for at, heading in enumerate(table.header):
        longest = max((len(row[at].text) for row in table.rows), default=0)
        if heading.look == "column":
            words = max(map(len, heading.text.split()))
            lines = -(-len(heading.text) // _LINES_OF_A_HEADING)
            widths.append(min(max(longest, words, lines, 8) + 2, 20))
        else:
            widths.append(min(max(longest, len(heading.text), 8) + 3, 60 if at else 44))
    if any(is_wrapped(line) for line in table.above):
        widths[0] = max(widths[0], 50)
    return widths


def _height(line: Sequence[Entry], widths: Sequence[int]) -> str:
    """Return the height of a row that holds more than one line of text."""
    most = max(
        (
            sum(_lines(part, width) for part in entry.text.split("\n"))
            for entry, width in zip(line, widths, strict=False)
            if entry.number is None and is_wrapped(entry)
        ),
        default=1,
    )
    return f' ht="{min(most * _LINE, _HIGHEST_ROW):g}" customHeight="1"' if most > 1 else ""


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column, broken between words."""
    lines, used = 1, 0
    room = max(width, 1)
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (used > 0)
        lines, used = lines + used // (room + 1), used % (room + 1)
    return lines
