"""A Word file opened with care, and its paragraphs letter by letter.

Each visible letter knows the element of the file that holds it, so that what was found in the
text can be pointed at in the file. Inserted text is visible, deleted text is not; of a field the
result is visible, not its instruction.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from welfarestats.errors import ReportError

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A document of a thousand pages with pictures stays far below.
_LARGEST = 500_000_000
_MOST_PARTS = 20_000
# What python-docx lets through when a part lacks or has what it should not; XML that is none is a
# SyntaxError.
_WRONG_PARTS = (SyntaxError, LookupError, ValueError, AttributeError, TypeError)
_WRONG_PACKAGES = (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error)
_HIDDEN = ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr")
_FOREIGN_HIDDEN = ("Fallback", "txbxContent")
_NO_WIDTH = "\u00ad\u200b\u2060\ufeff"
_PLAIN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u200a\u202f"), " "),
    **dict.fromkeys(map(ord, _NO_WIDTH)),
    0x2011: "-",
}
_LETTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def word(name: str) -> str:
    """Return the full name of an element or attribute of a Word file."""
    return f"{{{_NAMESPACE}}}{name}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of visible text that one element of the file holds."""

    text: str
    element: Any


@dataclass(slots=True)
class Letter:
    """One visible letter: the element that holds it, and its place in the element's text."""

    element: Any
    index: int


def open_word(path: Path) -> Any:
    """Return the document of a ``.docx`` file as python-docx reads it.

    Raises a `ReportError` of one sentence when the package is absent or the file is not a whole
    Word file.
    """
    try:
        import docx
    except ImportError as error:
        raise ReportError(
            "Word files are read with python-docx, which is not installed."
            " Run: pip install 'welfarestats[word]'"
        ) from error
    _check_package(path)
    try:
        document = docx.Document(str(path))
    except (*_WRONG_PARTS, *_WRONG_PACKAGES) as error:
        raise _broken(path) from error
    _check_declaration(document.element, path)
    return document


def _check_declaration(root: Any, path: Path) -> None:
    """Refuse a part that declares entities of its own, which no word processor writes."""
    if root.getroottree().docinfo.doctype:
        raise ReportError(
            f"{path.name} declares XML entities, as no word processor does. It is not read."
        )


def _broken(path: Path) -> ReportError:
    return ReportError(
        f"{path.name} cannot be read as a Word document: a part of it is missing or damaged. Open"
        " it in Word and save it again as .docx."
    )


def _check_package(path: Path) -> None:
    """Refuse what is no Word file, or would not fit into memory, before anything is unpacked."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise ReportError(
            f"{path.name} cannot be opened ({type(error).__name__}). Check its folder and name."
        ) from error
    if head == _OLE:
        raise _old_or_locked(path)
    if not head.startswith(b"PK"):
        raise ReportError(
            f"{path.name} is not a Word document, whatever its ending says. Save it as .docx."
            if head
            else f"{path.name} is empty. Save the document again."
        )
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReportError(
            f"{path.name} is cut off or damaged: the list of its parts cannot be read. Get a whole"
            " copy of it."
        ) from error
    size = sum(part.file_size for part in parts)
    if size > _LARGEST or len(parts) > _MOST_PARTS:
        raise ReportError(
            f"{path.name} would unpack to {len(parts):,} parts of {size:,} bytes in all, which no"
            " document needs. It is not opened."
        )
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise ReportError(f"{path.name} is a packed folder, not a Word document. Save it as .docx.")


def _old_or_locked(path: Path) -> ReportError:
    with path.open("rb") as file:
        start = file.read(1_000_000)
    if "EncryptedPackage".encode("utf-16-le") in start:
        return ReportError(
            f"{path.name} is protected by a password. Save a copy without one, then pass the copy."
        )
    return ReportError(
        f"{path.name} is a Word file of the old kind (.doc). Open it in Word and save it as .docx."
    )


def notes_of(document: Any, kind: str, path: Path) -> dict[str, Any]:
    """Return the footnotes or endnotes of a document as elements by their number in the file."""
    from docx.oxml import parse_xml

    notes: dict[str, Any] = {}
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(f"/{kind}s"):
            continue
        try:
            root: Any = parse_xml(relation.target_part.blob)
        except (*_WRONG_PARTS, *_WRONG_PACKAGES) as error:
            raise _broken(path) from error
        _check_declaration(root, path)
        for note in root.iter(word(kind)):
            if note.get(word("type")) in (None, "normal"):
                notes[str(note.get(word("id")))] = note
    return notes


def pieces_in(paragraph: Any) -> list[Piece]:
    """Return the visible text of a paragraph element, in order.

    Non-breaking spaces count as spaces, non-breaking hyphens as hyphens; soft hyphens and signs
    without a width are left out. A paragraph's text boxes are paragraphs of their own.
    """
    pieces: list[Piece] = []
    for element in _leaves(paragraph, [0]):
        name = _local(element)
        text = (element.text or "").translate(_PLAIN) if name == "t" else _LETTERS.get(name, "")
        if text:
            pieces.append(Piece(text, element))
    return pieces


def letters_of(pieces: Iterable[Piece]) -> list[Letter]:
    """Return the letters of pieces, one for each of their text."""
    letters: list[Letter] = []
    for piece in pieces:
        if _local(piece.element) == "t":
            raw = enumerate(piece.element.text or "")
            letters += [Letter(piece.element, at) for at, sign in raw if sign not in _NO_WIDTH]
        else:
            letters.append(Letter(piece.element, 0))
    return letters


def _leaves(element: Any, fields: list[int]) -> Iterator[Any]:
    """Walk what is visible; ``fields`` holds 1 for each open field whose result has not begun."""
    for child in element:
        name = _local(child)
        if name == "fldChar":
            _step(child.get(word("fldCharType")), fields)
        elif name in _HIDDEN or name in _FOREIGN_HIDDEN or (name == "r" and _vanished(child)):
            # Field marks count even where they are hidden.
            for mark in child.iter(word("fldChar")) if name == "r" else ():
                _step(mark.get(word("fldCharType")), fields)
        elif len(child):
            yield from _leaves(child, fields)
        elif name and not sum(fields):
            yield child


def _step(kind: str | None, fields: list[int]) -> None:
    if kind == "begin":
        fields.append(1)
    elif kind == "separate":
        fields[-1] = 0
    elif kind == "end" and len(fields) > 1:
        fields.pop()


def _vanished(run: Any) -> bool:
    properties = run.find(word("rPr"))
    hidden = None if properties is None else properties.find(word("vanish"))
    return hidden is not None and hidden.get(word("val")) not in ("0", "false", "off")


def _local(element: Any) -> str:
    """Return the name of an element without its namespace; nothing for a comment or entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
