"""Many tables on one page: a list of contents with links, then each table under its heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from welfarestats.errors import OptionError
from welfarestats.output.files import replaced_when_whole
from welfarestats.output.grid import Grid
from welfarestats.output.html import html_page, html_table
from welfarestats.output.markup import html_heading, html_text
from welfarestats.output.wording import SYNTHETIC_CAPTION

_CONTENTS = "contents"

# A browser need not lay out tables that are out of sight, so that a long page opens at once.
_BOOK_STYLE = """<style>
.welfare-book { content-visibility: auto; contain-intrinsic-size: auto 40rem }
.welfare-contents li { margin: .2rem 0 }
@media print {
  .welfare-book { content-visibility: visible; break-before: page }
  .welfare-back { display: none }
}
</style>"""


def book_page(
    tables: Sequence[tuple[str, Grid]],
    *,
    title: str,
    language: str = "en-GB",
    footer: Iterable[str] = (),
) -> str:
    """Return one page with a list of contents and every table under a heading of its own.

    Parameters
    ----------
    tables : sequence of (str, Grid)
        Name and table; the name is the heading.
    title : str
        Title of the page.
    language : str, default "en-GB"
        Language of the document.
    footer : iterable of str, default ()
        Paragraphs at the foot.

    Returns
    -------
    str
        The document, which needs nothing but itself. A table can be linked to by its name, as
        in ``book.html#readiness``.

    Raises
    ------
    OptionError
        If there are no tables, the title is empty or the language is no language tag.

    Examples
    --------
    >>> from welfarestats.output.grid import plain_grid
    >>> grid = plain_grid("Age", ["Group", "Per cent"], [["16 to 24", "47"]])
    >>> page = book_page([("age", grid)], title="A book")
    >>> '<a href="#age">' in page, '<section id="age"' in page
    (True, True)
    """
    if not tables:
        raise OptionError("there is no table to put on a page. Pass one at least.")
    anchors = anchor_names(name for name, _ in tables)
    fragments = []
    if any(grid.origin == "synthetic" for _, grid in tables):
        fragments.append(f"<p><strong>{html_text(SYNTHETIC_CAPTION)}</strong></p>")
    fragments.append(_contents(tables, anchors))
    fragments += [
        _section(name, grid, anchor, number)
        for number, ((name, grid), anchor) in enumerate(zip(tables, anchors, strict=True), 1)
    ]
    page = html_page(title, fragments, language=language, footer=footer)
    return page.replace("</head>", f"{_BOOK_STYLE}\n</head>", 1)


def write_book_page(path: str | Path, tables: Sequence[tuple[str, Grid]], *, title: str) -> Path:
    """Write the page of `book_page` as a file.

    Parameters
    ----------
    path : str or Path
        The file; an old one is replaced only when the new one is whole.
    tables : sequence of (str, Grid)
        Name and table.
    title : str
        Title of the page.

    Returns
    -------
    Path
        The file.
    """
    page = book_page(tables, title=title)
    with replaced_when_whole(Path(path)) as partial:
        partial.write_text(page, encoding="utf-8", newline="\n")
    return Path(path)


def anchor_names(names: Iterable[str]) -> list[str]:
    """Return names that links can point at, each different from the others.

    Parameters
    ----------
    names : iterable of str
        Names of tables.

    Returns
    -------
    list of str
        Letters, digits, ``-``, ``_`` and ``.``; numbered where they repeat.

    Examples
    --------
    >>> anchor_names(["readiness", "Q7 / a", "Q7 a"])
    ['readiness', 'Q7-a', 'Q7-a-2']
    """
    # Ids that the page itself has: its contents, and those inside its tables (t1-h0-0).
    taken = {_CONTENTS}
    found = []
    for name in names:
        start = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-") or "table"
        start = f"table-{start}" if re.fullmatch(r"t\d+-.*", start) else start
        anchor, number = start, 1
        while anchor in taken:
            number += 1
            anchor = f"{start}-{number}"
        taken.add(anchor)
        found.append(anchor)
    return found


def _contents(tables: Sequence[tuple[str, Grid]], anchors: Sequence[str]) -> str:
    """Return the list of tables with links."""
    entries = "".join(
        f'<li><a href="#{anchor}">{html_text(name)}</a>: {html_text(grid.title)}</li>\n'
        for (name, grid), anchor in zip(tables, anchors, strict=True)
    )
    return (
        f'<nav class="welfare-contents" id="{_CONTENTS}" aria-labelledby="{_CONTENTS}-heading">'
        f'<h2 id="{_CONTENTS}-heading">Contents</h2>\n<ol>\n{entries}</ol></nav>'
    )


def _section(name: str, grid: Grid, anchor: str, number: int) -> str:
    """Return one table under its heading, with a way back."""
    table = html_table(grid, identifier=f"t{number}")
    return (
        f'<section id="{anchor}" class="welfare-book">{html_heading(name)}{table}'
        f'<p class="welfare-back"><a href="#{_CONTENTS}">Back to contents</a></p></section>'
    )
