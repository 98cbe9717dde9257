"""Plain text and Markdown as blocks: paragraphs that know which line each letter stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A file whose lines are longer than this has one line a paragraph.
_WIDEST_PAGE = 130
BULLET = re.compile(r"\s*(?:[-*+•◦▪–]|o|\(?(?:\d{1,2}|[a-z]|[ivx]+)[.)])\s+(?=\S)")
_NOTE = re.compile(r"\s*(?:[¹²³⁰⁴-⁹]+\s*|\[\^[^\]\s]+\]:?\s+|\[\d+\]\s+)(?=\S)")
_CAPTION = re.compile(
    r"\s*(Figure|Table|Chart|Box) [A-Z]?\d+(\.\d+)*[a-z]?\b[.:]?(\s+[A-Z‘'“\"]|\s*$)"
)
_SIGNS = re.compile(r"[\u00a0\u2007\u2009\u200a\u202f]")
_NO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ENDS = (".", "!", "?", ":", ";", ".”", ".’", '."', ".'", ")", "]")


@dataclass
class Block:
    """Letters that belong together, with the line that each begins in."""

    text: str
    kind: str
    section: str
    #: Offset in the text and line of the file, from the first line on.
    lines: tuple[tuple[int, int], ...]
    place: str = ""


@dataclass
class _Part:
    lines: list[tuple[int, str]]
    kind: str


def text_blocks(text: str) -> list[Block]:
    """Return the blocks of plain text: wrapped lines are joined, tables and lists are not."""
    lines = cleaned_lines(text)
    wrapped = _page_width(lines)
    parts: list[_Part] = []
    after_gap = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            after_gap = True
            continue
        before = parts[-1] if parts else None
        if before is not None and _continues(before, line, wrapped, after_gap=after_gap):
            before.lines.append((number, line))
        else:
            parts.append(_Part([(number, line)], _plain_kind(line)))
        after_gap = False
    _find_headings(parts, lines)
    return _blocks(parts)


def cleaned_lines(text: str) -> list[str]:
    """Return the lines of a text, with plain spaces and hyphens and no signs without a width."""
    text = _NO_WIDTH.sub("", _SIGNS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    return text.replace("\u2011", "-").replace("\f", "\n").split("\n")


def is_caption(line: str) -> bool:
    """Return whether a line is a caption by its words: ``Table 3.1 Referrals``."""
    return len(line) < 250 and bool(_CAPTION.match(line))


def _page_width(lines: list[str]) -> int:
    """Return the width that lines were wrapped at, or 0 when a line is a paragraph."""
    lengths = [len(line.rstrip()) for line in lines if line.strip()]
    wide = sum(length > _WIDEST_PAGE for length in lengths)
    within = [length for length in lengths if length <= _WIDEST_PAGE]
    return max(within, default=0) if 20 * wide <= len(lengths) else 0


def _continues(before: _Part, line: str, width: int, *, after_gap: bool) -> bool:
    """Return whether a line goes on with the paragraph before it."""
    last = before.lines[-1][1].rstrip()
    full = bool(width) and not after_gap and len(last) >= 0.8 * width and not last.endswith(_ENDS)
    if _NOTE.match(line) or is_caption(line):
        return False
    if BULLET.match(line) and not (full and before.kind == "paragraph"):
        # "12. " may also be the end of a sentence that was wrapped there.
        return False
    unfinished = len(last) > 40 and not last.endswith(_ENDS) and line.lstrip()[:1].islower()
    if after_gap or not width:
        # A page break, or a file with a line a paragraph: only what is plainly unfinished.
        return unfinished and before.kind in ("paragraph", "list item")
    if unfinished:
        return True
    if _gap(last) or _gap(line):
        return False
    room = width - len(last) - 1
    return len(line.split(maxsplit=1)[0]) > room or len(last) >= 0.6 * width


def _gap(line: str) -> bool:
    """Return whether a line is laid out in columns."""
    return bool(re.search(r"\S(\t| {3,})\S", line))


def _plain_kind(line: str) -> str:
    if is_caption(line):
        return "caption"
    if _NOTE.match(line):
        return "footnote"
    return "list item" if BULLET.match(line) else "paragraph"


def _find_headings(parts: list[_Part], lines: list[str]) -> None:
    """Mark as headings the short lines between empty lines that are no sentence."""
    for part in parts:
        number, line = part.lines[0]
        said = line.strip()
        alone = all(
            not 0 <= place < len(lines) or not lines[place].strip()
            for place in (number - 2, number)
        )
        numbered = re.match(r"(\d+\.)+\d*\s+[A-Z]", said) or re.match(r"\d+\s+[A-Z]", said)
        if len(part.lines) > 1 or part.kind not in ("paragraph", "list item") or len(said) > 120:
            continue
        plain = said[:1].isupper() and not said.endswith((".", ",", ";", ":", "!", "”", "’"))
        if alone and (numbered or (part.kind == "paragraph" and plain)) and "  " not in said:
            part.kind = "heading" if not re.match(r"Base\b", said) else "paragraph"


def _blocks(parts: list[_Part]) -> list[Block]:
    section = ""
    blocks = []
    for part in parts:
        text, lines = "", []
        for number, line in part.lines:
            text += " " if text else ""
            lines.append((len(text), number))
            text += line.strip()
        if part.kind == "heading":
            section = text
        blocks.append(Block(text, part.kind, section, tuple(lines)))
    return blocks
