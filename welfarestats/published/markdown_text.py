"""Markdown as blocks: headings, paragraphs, list items, table cells and footnotes, signs removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from welfarestats.published.plain_text import BULLET, Block, cleaned_lines, is_caption

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_FOOTNOTE = re.compile(r"\s*\[\^([^\]\s]+)\]:\s*")
_DELIMITERS = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[\^[^\]\s]+\]"), ""),
    (re.compile(r"\[([^\]]+)\](?:\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<!\\)`+"), ""),
    (re.compile(r"(?<!\\)(\*\*|__|~~)"), ""),
    (re.compile(r"(?<![\\*\w])\*(?=\S)([^*\n]*?\S)(?<!\\)\*(?![*\w])"), r"\1"),
    (re.compile(r"(?<![\\_\w])_(?=\S)([^_\n]*?\S)(?<!\\)_(?![_\w])"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


@dataclass
class _Reading:
    blocks: list[Block] = field(default_factory=list)
    section: str = ""
    tables: int = 0
    open: tuple[int, list[str], str, str] | None = None


def markdown_blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text, with their signs of markup removed.

    Code, raw comments and the addresses of links are left out.
    """
    hidden = re.sub(r"<!--.*?(-->|\Z)", _only_lines, text, flags=re.DOTALL)
    lines = cleaned_lines(hidden)
    reading = _Reading()
    number = _after_front_matter(lines)
    while number < len(lines):
        number += _read(lines, number, reading)
    _close(reading)
    return reading.blocks


def _only_lines(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _after_front_matter(lines: Sequence[str]) -> int:
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], start=1):
            if line.strip() in ("---", "..."):
                return number + 1
    return 0


def _read(lines: Sequence[str], number: int, reading: _Reading) -> int:
    """Read what begins in a line; return how many lines it took."""
    line = re.sub(r"^\s*(>\s?)+", "", lines[number])
    if not line.strip() or _FENCE.match(line):
        _close(reading)
        return _fenced(lines, number) if line.strip() else 1
    if found := _HEADING.match(line):
        _close(reading)
        _add(reading, number, [found.group(2)], "heading")
        return 1
    if reading.open is not None and reading.open[2] == "paragraph" and _UNDERLINE.match(line):
        start, said, *_ = reading.open
        reading.open = (start, said, "heading", "")
        _close(reading)
        return 1
    if _RULE.match(line):
        _close(reading)
        return 1
    if "|" in line and number + 1 < len(lines) and _is_delimiter(lines[number + 1]):
        _close(reading)
        return _table(lines, number, reading)
    _flow(line, number, reading)
    return 1


def _is_delimiter(line: str) -> bool:
    return "|" in line and bool(_DELIMITERS.match(line))


def _fenced(lines: Sequence[str], number: int) -> int:
    fence = _FENCE.match(lines[number])
    mark = fence.group(1) if fence else "```"
    for end in range(number + 1, len(lines)):
        if lines[end].strip().startswith(mark):
            return end - number + 1
    return len(lines) - number


def _table(lines: Sequence[str], number: int, reading: _Reading) -> int:
    reading.tables += 1
    row, here = 0, number
    while here < len(lines) and "|" in lines[here] and lines[here].strip():
        if here != number + 1:
            row += 1
            inner = re.sub(r"^\s*\||(?<!\\)\|\s*$", "", lines[here])
            for column, cell in enumerate(re.split(r"(?<!\\)\|", inner), start=1):
                place = f"table {reading.tables}, row {row}, column {column}"
                _add(reading, here, [cell], "table cell", place)
        here += 1
    return here - number


def _flow(line: str, number: int, reading: _Reading) -> None:
    """Begin a paragraph, list item or footnote, or go on with the one that is open."""
    if note := _FOOTNOTE.match(line):
        _close(reading)
        reading.open = (number, [line[note.end() :]], "footnote", f"footnote {note.group(1)}")
    elif bullet := BULLET.match(line):
        _close(reading)
        reading.open = (number, [line[bullet.end() :]], "list item", "")
    elif reading.open is not None:
        reading.open[1].append(line)
    else:
        kind = "caption" if is_caption(line) else "paragraph"
        reading.open = (number, [line], kind, "")


def _close(reading: _Reading) -> None:
    if reading.open is not None:
        number, said, kind, place = reading.open
        reading.open = None
        _add(reading, number, said, kind, place)


def _add(reading: _Reading, number: int, said: list[str], kind: str, place: str = "") -> None:
    text = "\n".join(line.strip() for line in said)
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    lines = [(0, number + 1)]
    lines += [
        (found.end(), number + 1 + count)
        for count, found in enumerate(re.finditer("\n", text), start=1)
    ]
    text = text.replace("\n", " ")
    if kind == "heading":
        reading.section = text
    if text.strip():
        reading.blocks.append(Block(text, kind, reading.section, tuple(lines), place))
