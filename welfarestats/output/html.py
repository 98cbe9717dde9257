"""Tables and pages in HTML that can be read with a screen reader, on paper, and without CSS.

Every table has a caption, every header a scope, and where headers span or rows are grouped
every cell names its headers by id (WCAG 2.2 techniques H39, H43, H63, H73). Nothing is told
by colour, nothing is loaded, and there are no scripts. All text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from welfarestats.errors import OptionError
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row
from welfarestats.output.markup import html_paragraph, html_text
from welfarestats.output.stylesheet import PAGE_STYLE, TABLE_STYLE
from welfarestats.output.wording import SYNTHETIC_CAPTION

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def html_page(
    title: str,
    fragments: Iterable[str],
    *,
    language: str = "en-GB",
    footer: Iterable[str] = (),
) -> str:
    """Return a whole page that needs nothing but itself.

    Parameters
    ----------
    title : str
        Title of the document and its first heading.
    fragments : iterable of str
        What `html_table` and the elements of `markup` return. Styles that tables bring along are moved
        to the head once.
    language : str, default "en-GB"
        Language of the document.
    footer : iterable of str, default ()
        Paragraphs at the foot, such as the attribution of a source.

    Returns
    -------
    str
        The document.

    Raises
    ------
    OptionError
        If the title is empty or the language is not a language tag.

    Examples
    --------
    >>> from welfarestats.output.markup import html_paragraph
    >>> page = html_page("Agreement", [html_paragraph("All agree.")])
    >>> page.startswith("<!DOCTYPE html>"), "<main>" in page, "<script" in page
    (True, True, False)
    """
    if not title.strip():
        raise OptionError("a page has no title, and a reader needs one to find it. Pass title='…'.")
    if not _LANGUAGE.fullmatch(language):
        raise OptionError(f"language is {language!r}; pass a language tag such as 'en-GB' or 'cy'.")
    body = "\n".join(fragments).replace(TABLE_STYLE, "")
    foot = "".join(html_paragraph(text) for text in footer)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html_text(title)}</title>",
            PAGE_STYLE,
            TABLE_STYLE,
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{html_text(title)}</h1>",
            body,
            "</main>",
            f"<footer>{foot}</footer>" if foot else "",
            "</body>",
            "</html>\n",
        )
    )


def html_table(grid: Grid, *, identifier: str | None = None) -> str:
    """Return a grid as one accessible HTML fragment, which a notebook can show.

    Parameters
    ----------
    grid : Grid
        The finished table.
    identifier : str or None, default None
        Start of the ids inside the fragment, which must differ from table to table on one
        page. By default it is drawn from the grid's content.

    Returns
    -------
    str
        A ``div`` with a small style of its own, the table, and its notes.

    Raises
    ------
    OptionError
        If the identifier is not a letter followed by letters, digits, ``-`` or ``_``.

    Notes
    -----
    The legend stands in the caption, above the figures. Significance letters stand in an
    element of their own beside the figure, of one width, so that figures stay aligned.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> fragment = html_table(plain_grid("Progress", ["Report", "Agree"], [["ehd", "3"]]))
    >>> '<th scope="row">ehd</th><td>3</td>' in fragment
    True
    """
    name = (
        identifier
        or "t" + blake2b(repr(grid).encode("utf-8", "replace"), digest_size=5).hexdigest()
    )
    if not re.fullmatch(r"[A-Za-z][\w-]*", name, flags=re.ASCII):
        raise OptionError(
            f"identifier is {name!r}; it starts an id, so use a letter and then letters, digits, "
            "'-' or '_'."
        )
    plan = _Plan(grid, name)
    names = f"{name}-title {name}-origin" if grid.origin == "synthetic" else f"{name}-title"
    return "".join(
        (
            f'<div class="welfare-table">{TABLE_STYLE}',
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{names}">',
            f'<table aria-labelledby="{names}"{_letters_room(grid)}>\n',
            _caption(grid, name),
            _head(grid, plan),
            _body(grid, plan),
            "</table></div>\n",
            _notes(grid),
            "</div>",
        )
    )


@dataclass(frozen=True)
class _Column:
    """What every cell of one column has in common: ids of its headers, looks, letters."""

    headers: str
    looks: str
    has_letters: bool


class _Plan:
    """What the parts of one table share: ids, and what is known of each column."""

    def __init__(self, grid: Grid, name: str) -> None:
        self.name = name
        self.needs_ids = len(grid.column_headers) > 1 or any(group.header for group in grid.groups)
        tops = [path[0][1] for path in grid.column_places]
        banner = any(header.span > 1 for header in grid.column_headers[0])
        edges = {at for at in range(1, grid.width) if banner and tops[at] != tops[at - 1]}
        lettered = bool(grid.letters_width)
        self.edges = {head for at in edges for head in grid.column_places[at]}
        self.columns = [
            _Column(
                headers=" ".join(self.identifier(f"h{level}-{at}") for level, at in path),
                looks=_joined(
                    "words" if headers[-1].is_text else "",
                    "edge" if place in edges else "",
                ),
                has_letters=lettered and not headers[-1].is_text,
            )
            for place, (path, headers) in enumerate(
                zip(grid.column_places, grid.column_paths, strict=True)
            )
        ]

    def identifier(self, part: str) -> str:
        """Return the id of a header, or nothing where scopes alone are enough."""
        return f"{self.name}-{part}" if self.needs_ids else ""


def _caption(grid: Grid, name: str) -> str:
    """Write the caption: title, origin, subtitle, legend."""
    marks = "".join(
        f"<li><strong>{html_text(mark)}</strong>: {html_text(meaning)}</li>"
        for mark, meaning in grid.legend
    )
    parts = [f'<p class="title" id="{name}-title"><strong>{html_text(grid.title)}</strong></p>']
    if grid.origin == "synthetic":
        words = html_text(SYNTHETIC_CAPTION)
        parts.append(f'<p class="origin" id="{name}-origin"><strong>{words}</strong></p>')
    if grid.subtitle:
        parts.append(html_paragraph(grid.subtitle))
    if marks:
        parts.append(f"<ul>{marks}</ul>")
    return f"<caption>{''.join(parts)}</caption>\n"


def _head(grid: Grid, plan: _Plan) -> str:
    """Write column groups and header rows."""
    groups = "".join(
        f'<colgroup span="{header.span}"></colgroup>' for header in grid.column_headers[0]
    )
    corner = f'<th scope="col"{_spans(1, len(grid.column_headers))}>{html_text(grid.corner)}</th>'
    rows = []
    for level, headers in enumerate(grid.column_headers):
        cells = [corner] if level == 0 else []
        for number, header in enumerate(headers):
            edge = "edge" if (level, number) in plan.edges else ""
            cells.append(_column_header(header, plan.identifier(f"h{level}-{number}"), edge))
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    return f"<colgroup></colgroup>{groups}\n<thead>\n{''.join(rows)}</thead>\n"


def _column_header(header: ColumnHeader, identifier: str, edge: str) -> str:
    """Write one column header with its scope and key."""
    kind = "span" if header.span > 1 else "" if header.is_text else "figure"
    key = f' <span class="key">({html_text(header.key)})</span>' if header.key else ""
    return (
        f'<th scope="{"colgroup" if header.span > 1 else "col"}"{_attribute("id", identifier)}'
        f"{_attribute('class', _joined(kind, edge))}{_spans(header.span, header.depth)}>"
        f"{html_text(header.text)}{key}</th>"
    )


def _body(grid: Grid, plan: _Plan) -> str:
    """Write one ``tbody`` per group of rows, the bases in the last."""
    parts = []
    for number, group in enumerate(grid.groups):
        if group.header:
            identifier = plan.identifier(f"g{number}")
            heading = (
                f'<tbody class="grouped">\n<tr><th scope="rowgroup" id="{identifier}" '
                f'colspan="{grid.width + 1}">{html_text(group.header)}</th></tr>\n'
            )
        else:
            identifier, heading = "", "<tbody>\n"
        parts.append(f"{heading}{_rows(group.rows, plan, f'g{number}', identifier)}</tbody>\n")
    if grid.bases:
        parts.append(f"<tbody>\n{_rows(grid.bases, plan, 'b', '')}</tbody>\n")
    return "".join(parts)


def _rows(rows: tuple[Row, ...], plan: _Plan, start: str, group: str) -> str:
    """Write rows; each cell names its headers where the table is not a simple one."""
    written = []
    before = ""
    for number, row in enumerate(rows):
        first = "first" if row.kind == "base" and before != "base" else ""
        looks = _joined("" if row.kind == "category" else row.kind, first)
        own = plan.identifier(f"{start}-r{number}")
        cells = "".join(
            _cell(cell, column, _joined(column.headers, group, own))
            for cell, column in zip(row.cells, plan.columns, strict=True)
        )
        written.append(
            f'<tr{_attribute("class", looks)}><th scope="row"{_attribute("id", own)}>'
            f"{html_text(row.title)}</th>{cells}</tr>\n"
        )
        before = row.kind
    return "".join(written)


def _cell(cell: Cell, column: _Column, headers: str) -> str:
    """Write one cell; letters keep their width even where there are none."""
    letters = f' <sup class="letters">{html_text(cell.letters)}</sup>' if column.has_letters else ""
    state = "" if cell.state == "shown" else html_text(cell.state)
    return (
        f"<td{_attribute('headers', headers)}{_attribute('class', column.looks)}"
        f"{_attribute('data-state', state)}>{html_text(cell.text)}{letters}</td>"
    )


def _letters_room(grid: Grid) -> str:
    """Return the style that makes every column leave room for the longest letters."""
    if not grid.letters_width:
        return ""
    return f' style="--letters:{0.8 * grid.letters_width:.1f};--gap:1"'


def _notes(grid: Grid) -> str:
    """Write the notes and the source below the table."""
    entries = "".join(f"<li>{html_text(note)}</li>" for note in grid.notes_below)
    return f'<ul class="notes">{entries}</ul>\n' if entries else ""


def _spans(columns: int, rows: int) -> str:
    """Return the attributes of a header that reaches over several columns or rows."""
    wide = f' colspan="{columns}"' if columns > 1 else ""
    return wide + (f' rowspan="{rows}"' if rows > 1 else "")


def _attribute(name: str, value: str) -> str:
    """Return an attribute, or nothing where it has no value."""
    return f' {name}="{value}"' if value else ""


def _joined(*words: str) -> str:
    """Return the words that are not empty, with a space between them."""
    return " ".join(word for word in words if word)
