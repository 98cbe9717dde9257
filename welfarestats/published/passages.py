"""A document as passages: what a reader reads in one go, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from welfarestats.errors import ReportError
from welfarestats.published.markdown_text import markdown_blocks
from welfarestats.published.plain_text import Block, text_blocks
from welfarestats.published.word_paragraphs import read_word

__all__ = ["Passage", "read_passages", "table_headings"]

_MARKDOWN = (".md", ".markdown")
_TEXT = (".txt", ".text")
_OTHERS = (".doc", ".docm", ".dotx", ".odt", ".rtf", ".pdf", ".html", ".htm")
_LARGEST = 50_000_000


@dataclass(frozen=True)
class Passage:
    r"""A heading, paragraph, list item, table cell, footnote or caption of a document.

    Parameters
    ----------
    number
        Its place in the order of the document, from 0.
    text
        What a reader sees. Non-breaking spaces are spaces here, non-breaking hyphens hyphens.
    place
        Where it stands, in words: ``"paragraph 12"``, ``"lines 402 to 405"``, ``"table 3, row 2,
        column 1"``, ``"footnote 4"``.
    kind
        ``"heading"``, ``"paragraph"``, ``"list item"``, ``"table cell"``, ``"footnote"`` or
        ``"caption"``.
    section
        The heading that it stands under; a heading's own text.
    lines
        For plain text and Markdown, pairs of an offset and the line of the file that begins there.

    Examples
    --------
    >>> read_passages("Findings\n\n47 per cent felt\nbetter.")[1].text
    '47 per cent felt better.'
    """

    number: int
    text: str
    place: str
    kind: str
    section: str
    lines: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    def line_of(self, offset: int) -> int | None:
        """Return the line of the file, from 1, in which a letter of the text stands.

        Parameters
        ----------
        offset
            Place of the letter in ``text``, from 0.

        Returns
        -------
        int or None
            ``None`` for a Word document, which has no lines.
        """
        if not self.lines:
            return None
        place = bisect_right(self.lines, offset, key=lambda pair: pair[0])
        return self.lines[max(place - 1, 0)][1]


def read_passages(source: str | Path) -> tuple[Passage, ...]:
    r"""Return the passages of a document or text, in reading order.

    Parameters
    ----------
    source
        A ``.docx``, ``.md`` or ``.txt`` file; or a text itself, which is read as plain text. A
        string that is one line with one of these endings is the name of a file.

    Returns
    -------
    tuple of Passage
        Passages with something to read. Of a Word document first the body with tables and text
        boxes where they stand, then footnotes and endnotes.

    Raises
    ------
    ReportError
        When the file is missing, cannot be read, or is of another kind.

    Notes
    -----
    Of tracked changes the inserted text counts and the deleted does not. Tables of contents,
    headers, footers, comments and pictures are not read. In plain text, lines that were wrapped
    at a page's width are joined to paragraphs; tables keep a passage for each line.

    Examples
    --------
    >>> for passage in read_passages(
    ...     "Work\n\nHalf of them work.\n- some in part\n- some in full"
    ... ):
    ...     print(passage.kind, "|", passage.place, "|", passage.text)
    heading | line 1 | Work
    paragraph | line 3 | Half of them work.
    list item | line 4 | - some in part
    list item | line 5 | - some in full
    """
    path = file_named(source)
    if path is None:
        return _numbered(text_blocks(str(source)))
    ending = path.suffix.lower()
    if ending == ".docx":
        return tuple(
            Passage(number, one.text, one.place, one.kind, one.section)
            for number, one in enumerate(read_word(path)[1])
        )
    text = _file_text(path)
    return _numbered(markdown_blocks(text) if ending in _MARKDOWN else text_blocks(text))


def file_named(source: str | Path) -> Path | None:
    """Return the file that is meant, or nothing for a text; refuse what cannot be read.

    Parameters
    ----------
    source
        As in `read_passages`.

    Returns
    -------
    Path or None
        A file with an ending that can be read.

    Raises
    ------
    ReportError
        When the file is missing or of another kind.
    """
    readable = (".docx", *_MARKDOWN, *_TEXT)
    if isinstance(source, str):
        named = source.strip().lower().endswith((*readable, *_OTHERS))
        if "\n" in source or len(source) > 1000 or not named or source.endswith(" "):
            return None
    path = Path(source)
    if not path.is_file():
        raise ReportError(f"there is no file {path.name!r} in that folder. Check its path.")
    ending = path.suffix.lower()
    if ending not in readable:
        raise ReportError(
            f"{path.name} ends in {ending or 'nothing'!r}; a text is read from .docx, .md or .txt."
            f" {'Open it in Word and save it' if ending in _OTHERS else 'Save it'} as one of these."
        )
    return path


def _file_text(path: Path) -> str:
    """Return the text of a file in UTF-8, or UTF-16 with its mark."""
    if path.stat().st_size > _LARGEST:
        raise ReportError(
            f"{path.name} has {path.stat().st_size:,} bytes, which no draft needs. It is not read."
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ReportError(
            f"{path.name} cannot be opened ({type(error).__name__}). Check who may read it."
        ) from error
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReportError(
            f"{path.name} is not in UTF-8: line {line:,} has signs of another encoding. Save it as"
            " UTF-8 (in Word: plain text, Unicode)."
        ) from error
    if "\0" in text:
        raise ReportError(f"{path.name} is no text: it has zero bytes. Pass a text or a .docx.")
    return text


_CELL = re.compile(r"table (\d+), row (\d+), column (\d+)")


def table_headings(passages: Sequence[Passage]) -> dict[int, Passage]:
    """Return what a number in a table stands under: the first cells of its row and its column.

    Parameters
    ----------
    passages
        Those of a document, in order.

    Returns
    -------
    dict of int to Passage
        For the position of each cell that is in neither a first row nor a first column.
    """
    places = {
        at: match.groups() for at, p in enumerate(passages) if (match := _CELL.search(p.place))
    }
    cells = {place: passages[at] for at, place in places.items()}
    found = {}
    for at, (table, row, column) in places.items():
        heads = [cells.get(place) for place in ((table, row, "1"), (table, "1", column))]
        words = [f"“{one.text}”" for one in heads if one is not None]
        if "1" not in (row, column) and words:
            found[at] = replace(passages[at], text=", ".join(words), kind="heading")
    return found


def _numbered(blocks: list[Block]) -> tuple[Passage, ...]:
    passages = []
    for number, block in enumerate(blocks):
        first, last = block.lines[0][1], block.lines[-1][1]
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        place = block.place or lines
        passages.append(Passage(number, block.text, place, block.kind, block.section, block.lines))
    return tuple(passages)
