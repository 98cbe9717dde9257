"""What the dictionary of an SPSS file says and pyreadstat does not pass on.

These are the variable that weights the cases, and the text that a multiple-response set counts.
Layout: GNU PSPP, "System File Format" (header, variable, value-label, document and extension
records), https://www.gnu.org/software/pspp/pspp-dev/html_node/System-File-Format.html.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_LARGEST = 64 * 1024**2
_VARIABLE, _LABELS, _LABELLED, _DOCUMENTS, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_SETS, _LONG_NAMES, _NEWER_SETS = 7, 13, 19


@dataclass(frozen=True)
class SpssHeader:
    """The weighting variable, or ``None``, and the text each dichotomous set counts."""

    weight: str | None = None
    counted: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """Reads whole numbers and bytes, in the file's own byte order."""

    def __init__(self, file: BinaryIO, order: str) -> None:
        self._file, self._order = file, order

    def bytes(self, size: int) -> bytes:
        if not 0 <= size <= _LARGEST:
            raise ValueError("a record of an impossible size")
        read = self._file.read(size)
        if len(read) < size:
            raise EOFError
        return read

    def integer(self) -> int:
        return int(struct.unpack(self._order + "i", self.bytes(4))[0])


def read_spss_header(path: Path) -> SpssHeader:
    """Return what the dictionary of a .sav or .zsav file says; nothing if it cannot be followed."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, EOFError, ValueError, struct.error):
        return SpssHeader()


def _read(file: BinaryIO) -> SpssHeader:
    head = file.read(176)
    order = "<" if struct.unpack("<i", head[64:68])[0] in (2, 3) else ">"
    weight_at = struct.unpack(order + "i", head[76:80])[0]
    reader = _Reader(file, order)
    names: list[bytes] = []
    long_names: dict[bytes, bytes] = {}
    sets: list[bytes] = []
    while (kind := reader.integer()) != _END:
        if kind == _VARIABLE:
            names.append(_variable(reader))
        elif kind == _LABELS:
            for _ in range(reader.integer()):
                reader.bytes(8)
                size = reader.bytes(1)[0]
                reader.bytes((size + 8) // 8 * 8 - 1)
        elif kind == _LABELLED:
            reader.bytes(4 * reader.integer())
        elif kind == _DOCUMENTS:
            reader.bytes(80 * reader.integer())
        elif kind == _EXTENSION:
            subtype, size, count = reader.integer(), reader.integer(), reader.integer()
            content = reader.bytes(size * count)
            if subtype == _LONG_NAMES:
                pairs = (pair.split(b"=", 1) for pair in content.split(b"\t") if b"=" in pair)
                long_names = dict(pairs)
            elif subtype in (_SETS, _NEWER_SETS):
                sets += content.split(b"\n")
        else:
            raise ValueError("an unknown record")
    weight = names[weight_at - 1] if 0 < weight_at <= len(names) else b""
    return SpssHeader(_text(long_names.get(weight, weight)) or None, _counted(sets))


def _variable(reader: _Reader) -> bytes:
    """Read one variable record and return the variable's short name."""
    reader.integer()
    has_label, missing = reader.integer(), reader.integer()
    reader.bytes(8)
    name = reader.bytes(8).rstrip()
    if has_label == 1:
        size = reader.integer()
        reader.bytes((size + 3) // 4 * 4)
    reader.bytes(8 * abs(missing))
    return name


def _counted(sets: list[bytes]) -> dict[str, str]:
    """Return the counted text of each set: ``$name=D1 Y …`` or ``$name=E 1 1 Y …``."""
    found = {}
    for line in sets:
        match = re.match(rb"\$([^=]+)=(?:D|E \d+ )(\d+) ", line)
        if match:
            size = int(match[2])
            found[_text(match[1])] = _text(line[match.end() : match.end() + size])
    return found


def _text(raw: bytes) -> str:
    """Return names and counted values, which are plain letters almost always, as text."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").strip()
