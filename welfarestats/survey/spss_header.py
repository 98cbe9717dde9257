"""What the dictionary of an SPSS file says beyond what pyreadstat tells, and whether it is whole.

These are the variable that weights the cases, and the text that a multiple-response set counts.
A damaged dictionary can end the whole process inside pyreadstat, so it is followed here first.
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

from welfarestats.errors import DataError

_LARGEST = 64 * 1024**2
_WIDEST = 255
_VARIABLE, _LABELS, _LABELLED, _DOCUMENTS, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_MACHINE, _SETS, _LONG_NAMES, _NEWER_SETS, _ENCODING = 3, 7, 13, 19, 20
# Windows' number for UTF-8, which older files give instead of the name.
_UTF_8 = 65_001


@dataclass(frozen=True)
class SpssHeader:
    """The weighting variable, or ``None``, and the text each dichotomous set counts.

    ``codes`` are the codes with a label, as bytes, of variables that hold text; ``encoding`` is
    the one that the file declares.
    """

    weight: str | None = None
    counted: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[bytes, ...] = ()
    encoding: str = ""

    def decodes(self, encoding: str | None) -> bool:
        """Return whether the codes are text in an encoding, else in the declared one."""
        try:
            for code in self.codes:
                code.decode(encoding or self.encoding or "cp1252")
        except UnicodeDecodeError:
            return False
        except (LookupError, ValueError):
            return all(code.isascii() for code in self.codes)
        return True


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
    """Return what the dictionary of a .sav or .zsav file says; a `DataError` if it is damaged."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, EOFError, ValueError, struct.error) as error:
        raise DataError(
            f"{path.name!r} is not a readable {path.suffix[1:].lower()} file: its dictionary"
            f" cannot be followed ({str(error) or 'it ends too soon'}). It is cut off or damaged;"
            " ask for it again."
        ) from None


def _read(file: BinaryIO) -> SpssHeader:
    head = file.read(176)
    if len(head) < 176:
        raise EOFError
    order = "<" if struct.unpack("<i", head[64:68])[0] in (2, 3) else ">"
    weight_at = struct.unpack(order + "i", head[76:80])[0]
    reader = _Reader(file, order)
    variables: list[tuple[bytes, int]] = []
    long_names: dict[bytes, bytes] = {}
    sets: list[bytes] = []
    codes: list[bytes] = []
    labelled: list[bytes] = []
    encoding = b""
    while (kind := reader.integer()) != _END:
        if kind == _VARIABLE:
            variables.append(_variable(reader))
        elif kind == _LABELS:
            labelled = _labels(reader)
        elif kind == _LABELLED:
            codes += labelled if _holds_text(reader, variables) else []
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
            elif subtype == _MACHINE and content[-4:] == struct.pack(order + "i", _UTF_8):
                encoding = encoding or b"UTF-8"
            elif subtype == _ENCODING:
                encoding = content
        else:
            raise ValueError("an unknown record")
    _check_widths([width for _, width in variables])
    weight = variables[weight_at - 1][0] if 0 < weight_at <= len(variables) else b""
    name = _text(long_names.get(weight, weight)) or None
    return SpssHeader(name, _counted(sets), tuple(codes), _text(encoding))


def _variable(reader: _Reader) -> tuple[bytes, int]:
    """Read one variable record and return the variable's short name and width (0: a number)."""
    width, has_label, missing = reader.integer(), reader.integer(), reader.integer()
    if not -1 <= width <= _WIDEST or has_label not in (0, 1) or not -3 <= missing <= 3:
        raise ValueError("a variable that cannot be")
    reader.bytes(8)
    name = reader.bytes(8).rstrip()
    if has_label == 1:
        size = reader.integer()
        reader.bytes((size + 3) // 4 * 4)
    reader.bytes(8 * abs(missing))
    return name, width


def _check_widths(widths: list[int]) -> None:
    """Raise unless every text of more than eight bytes has the records that continue it."""
    owed = 0
    for width in [*widths, 0]:
        if (width == -1) != (owed > 0):
            raise ValueError("a text without its continuation")
        owed = owed - 1 if width == -1 else max((width + 7) // 8 - 1, 0)


def _labels(reader: _Reader) -> list[bytes]:
    """Read the labels of some codes and return the codes."""
    codes = []
    for _ in range(reader.integer()):
        codes.append(reader.bytes(8))
        size = reader.bytes(1)[0]
        reader.bytes((size + 8) // 8 * 8 - 1)
    return codes


def _holds_text(reader: _Reader, variables: list[tuple[bytes, int]]) -> bool:
    """Read the numbers of the variables that labels belong to; return whether any holds text."""
    text = False
    for _ in range(reader.integer()):
        number = reader.integer()
        if not 0 < number <= len(variables):
            raise ValueError("labels of a variable that does not exist")
        text |= variables[number - 1][1] != 0
    return text


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
