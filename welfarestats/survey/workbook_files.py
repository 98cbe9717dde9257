"""Is a file a workbook that can be opened without harm? What else it is, in one sentence."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from welfarestats.errors import DataError

MOST_BYTES = 200_000_000
MOST_MERGED = 1_000_000
_MOST_PARTS = 10_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_OVERLAP = 64
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,40}?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", *(w.encode("utf-16-le") for w in ("<!DOC", "<!ENT")))
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def check_workbook(path: Path) -> bool:
    """Return whether a workbook holds formulas, after looking whether it can be opened.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        Whether a part of it holds a formula.

    Raises
    ------
    DataError
        If the file is missing, no ``.xlsx`` workbook, protected by a password, cut off, or would
        fill the memory or declares entities, as made-up files do.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path.name!r} in {str(path.parent)!r}. Check the path.")
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise DataError(f"{path.name} is empty.")
    if head.startswith(_OLE):
        raise DataError(_ole_sentence(path))
    if not head.startswith(b"PK"):
        raise DataError(_other_sentence(path.name, head))
    try:
        with zipfile.ZipFile(path) as parts:
            _check_parts(path.name, parts)
            return _scan(path.name, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise DataError(
            f"{path.name} is cut off or damaged, so that it cannot be opened. Ask for it again."
        ) from error
    except RuntimeError as error:
        raise DataError(
            f"{path.name} is protected by a password. Save a copy without one."
        ) from error


def _ole_sentence(path: Path) -> str:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return f"{path.name} is protected by a password. Save a copy without one."
    return f"{path.name} is a workbook in the old .xls format. Save it as .xlsx."


def _other_sentence(name: str, head: bytes) -> str:
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<", head):
        return f"{name} is a web page or XML, not a workbook. Open it and save it as .xlsx."
    if b"\0" not in head:
        return f"{name} is text, not a workbook. If it holds a table, give it the ending .csv."
    return f"{name} is no .xlsx workbook. Save it as .xlsx."


def _check_parts(name: str, parts: zipfile.ZipFile) -> None:
    names = set(parts.namelist())
    if "xl/workbook.bin" in names:
        raise DataError(f"{name} is a binary workbook (.xlsb). Save it as .xlsx.")
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        kind = "an OpenDocument file" if "mimetype" in names else "another kind of zipped file"
        raise DataError(f"{name} is {kind}, not a workbook. Save it as .xlsx.")
    size = sum(part.file_size for part in parts.infolist())
    if size > MOST_BYTES or len(names) > _MOST_PARTS:
        raise DataError(
            f"{name} unpacks to {size / 1e6:,.0f} MB in {len(names):,} parts; more than "
            f"{MOST_BYTES / 1e6:,.0f} MB are not opened. Split the workbook."
        )


def _scan(name: str, parts: zipfile.ZipFile) -> bool:
    """Read every part once, piece by piece, for what must not be in it; find formulas."""
    formulas, merged = False, 0
    for part in parts.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        with parts.open(part) as stream:
            before = b""
            while chunk := stream.read(_CHUNK):
                text = before + chunk
                if any(word in text for word in _DECLARATIONS):
                    raise DataError(
                        f"{name} declares XML entities, which no spreadsheet program writes; it "
                        f"is not opened."
                    )
                formulas = formulas or bool(_FORMULA.search(text))
                merged += sum(_size(*found.groups()) for found in _MERGED.finditer(text))
                before = text[-_OVERLAP:]
    if merged > MOST_MERGED:
        raise DataError(
            f"{name} merges {merged:,} cells; more than {MOST_MERGED:,} are not opened. Undo the "
            f"merging of whole rows or columns."
        )
    return formulas


def _size(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    return (abs(_place(right) - _place(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place
