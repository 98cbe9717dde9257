"""The paragraphs of a Word document in reading order: what each is and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from welfarestats.published.plain_text import is_caption
from welfarestats.published.word_package import Piece, notes_of, open_word, pieces_in, word

_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
_LISTING = re.compile(r"(toc \d|table of figures|table of authorities|index \d)")


@dataclass
class WordParagraph:
    """A paragraph with something to read.

    ``anchor`` is the element of the body that stands for it when a comment cannot stand inside
    it: the reference of a footnote, or the run that holds a text box.
    """

    pieces: list[Piece]
    place: str
    kind: str
    section: str
    anchor: Any = None
    elements: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass
class _Walk:
    """Where the reading has come to."""

    styles: dict[str, str]
    section: str = ""
    paragraphs: int = 0
    tables: int = 0
    found: list[WordParagraph] = field(default_factory=list)
    carried: list[Any] = field(default_factory=list)


def read_word(path: Path) -> tuple[Any, list[WordParagraph]]:
    """Return the document and its paragraphs: the body, then footnotes, then endnotes.

    Tables of contents and lists of figures, headers, footers and comments are not read.
    """
    document = open_word(path)
    walk = _Walk(_style_kinds(document))
    _read_blocks(document.element.body, walk, "", None)
    body = list(walk.found)
    for kind in ("footnote", "endnote"):
        walk.found += _notes(document, body, kind, path)
    return document, walk.found


def _style_kinds(document: Any) -> dict[str, str]:
    """Return for each paragraph style what its paragraphs are, inherited where it says nothing."""
    elements = {
        str(style.get(word("styleId"))): style
        for style in document.styles.element.iter(word("style"))
        if style.get(word("type")) in (None, "paragraph")
    }
    kinds = {}
    for name in elements:
        kind, here, seen = "", name, set[str]()
        while not kind and here in elements and here not in seen:
            seen.add(here)
            style = elements[here]
            kind = _style_kind(_value(style.find(word("name"))), style)
            here = _value(style.find(word("basedOn")))
        kinds[name] = kind
    return kinds


def _style_kind(name: str, style: Any) -> str:
    name = name.lower()
    level = _value(style.find(f"{word('pPr')}/{word('outlineLvl')}"))
    if _LISTING.match(name):
        return "listing"
    if name == "title" or name.startswith("heading ") or level in set("012345678"):
        return "heading"
    if name == "caption":
        return "caption"
    numbered = _value(style.find(f"{word('pPr')}/{word('numPr')}/{word('numId')}"))
    return "list item" if name.startswith("list ") or numbered not in ("", "0") else ""


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(word("val"), ""))


def _read_blocks(parent: Any, walk: _Walk, place: str, anchor: Any) -> None:
    """Read paragraphs and tables; ``place`` and ``anchor`` are given inside cells and boxes."""
    for child in parent:
        if child.tag == word("p"):
            _read_paragraph(child, walk, place, anchor)
        elif child.tag == word("tbl"):
            _read_table(child, walk, anchor)
        elif child.tag in map(word, _WRAPPERS):
            _read_blocks(child, walk, place, anchor)
    if walk.carried:
        _finish([], walk, place, anchor)


def _read_paragraph(element: Any, walk: _Walk, place: str, anchor: Any) -> None:
    properties = element.find(word("pPr"))
    mark = None if properties is None else properties.find(word("rPr"))
    walk.carried.append(element)
    if mark is not None and mark.find(word("del")) is not None:
        # Its end was deleted, so that the next paragraph continues it.
        return
    _finish(list(_boxes(walk.carried)), walk, place, anchor)


def _finish(boxes: list[tuple[Any, Any]], walk: _Walk, place: str, anchor: Any) -> None:
    """Add the paragraph made of the carried elements, then the text boxes that it holds."""
    elements, walk.carried = tuple(walk.carried), []
    pieces = [piece for element in elements for piece in pieces_in(element)]
    text = "".join(piece.text for piece in pieces)
    kind = _kind(elements[-1], walk, text)
    filled = bool(text.strip())
    if filled and kind != "listing":
        if not place:
            walk.paragraphs += 1
        if place.startswith("table "):
            kind = "table cell"
        elif kind == "heading" and not place:
            walk.section = text.strip()
        where = place or f"paragraph {walk.paragraphs}"
        walk.found.append(WordParagraph(pieces, where, kind, walk.section, anchor, elements))
    near = place or f"paragraph {max(walk.paragraphs, 1)}"
    for run, content in boxes:
        _read_blocks(content, walk, f"text box at {near}", run if anchor is None else anchor)


def _kind(element: Any, walk: _Walk, text: str) -> str:
    properties = element.find(word("pPr"))
    style = "" if properties is None else _value(properties.find(word("pStyle")))
    kind = walk.styles.get(style, "")
    if properties is not None and kind in ("", "list item"):
        if _value(properties.find(word("outlineLvl"))) in set("012345678"):
            return "heading"
        number = properties.find(f"{word('numPr')}/{word('numId')}")
        if number is not None:
            kind = "list item" if _value(number) != "0" else ""
    return kind or ("caption" if is_caption(text) else "paragraph")


def _boxes(elements: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Return the text boxes of a paragraph with the run of the paragraph that holds each."""
    for element in elements:
        for content in element.iter(word("txbxContent")):
            outer = [one for one in content.iterancestors() if one.tag == word("txbxContent")]
            copy = any(str(one.tag).endswith("}Fallback") for one in content.iterancestors())
            own = not outer or outer[0] not in list(element.iter(word("txbxContent")))
            run = next((one for one in content.iterancestors() if one.tag == word("r")), None)
            if own and not copy and run is not None:
                yield run, content


def _read_table(table: Any, walk: _Walk, anchor: Any) -> None:
    walk.tables += 1
    number = walk.tables
    for row, cells in enumerate(_unwrapped(table, "tr"), start=1):
        if cells.find(f"{word('trPr')}/{word('del')}") is not None:
            continue
        column = 1 + _span(cells.find(f"{word('trPr')}/{word('gridBefore')}"), 0)
        for cell in _unwrapped(cells, "tc"):
            place = f"table {number}, row {row}, column {column}"
            _read_blocks(cell, walk, place, anchor)
            column += _span(cell.find(f"{word('tcPr')}/{word('gridSpan')}"), 1)


def _span(element: Any, otherwise: int) -> int:
    value = _value(element)
    return int(value) if value.isdigit() else otherwise


def _unwrapped(parent: Any, name: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == word(name):
            yield child
        elif child.tag in map(word, _WRAPPERS):
            yield from _unwrapped(child, name)


def _notes(
    document: Any, body: list[WordParagraph], kind: str, path: Path
) -> Iterator[WordParagraph]:
    """Return the paragraphs of the notes in the order in which the body refers to them."""
    notes = notes_of(document, kind, path)
    number = 0
    for paragraph in body:
        references = [
            one for element in paragraph.elements for one in element.iter(word(f"{kind}Reference"))
        ]
        for reference in references:
            note = notes.pop(str(reference.get(word("id"))), None)
            if note is None:
                continue
            number += 1
            anchor = reference if paragraph.anchor is None else paragraph.anchor
            for element in note.iter(word("p")):
                pieces = pieces_in(element)
                if any(piece.text.strip() for piece in pieces):
                    place = f"{kind} {number}"
                    yield WordParagraph(pieces, place, "footnote", paragraph.section, anchor)
