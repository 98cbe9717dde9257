"""What a file is by its first bytes, whatever its ending says."""

from __future__ import annotations

from pathlib import Path

from welfarestats.errors import DataError, OptionError

_HEAD = 1_024

_STARTS = (
    (b"$FL2", "an SPSS file", ".sav"),
    (b"$FL3", "a compressed SPSS file", ".zsav"),
    (b"<stata_dta>", "a Stata file", ".dta"),
    (b"HEADER RECORD*******", "a SAS transport file", ".xpt"),
    (b"PAR1", "a Parquet file", ".parquet"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", ".zip"),
    (b"\xd0\xcf\x11\xe0", "an old or a password-protected Office file", ".xls"),
    (b"\x1f\x8b", "a gzip archive", ".gz"),
    (b"%PDF", "a PDF", ".pdf"),
    (b"\xff\xfe", "text in UTF-16", ".utf16"),
    (b"\xfe\xff", "text in UTF-16", ".utf16"),
)
_SAS_DATA = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_OLD_STATA = (range(102, 116), range(1, 3))
_PORTABLE_MARK = b"SPSSPORT"

# The endings that are read, and the kind of file that each promises.
_PROMISES = {
    ".csv": ("text",),
    ".parquet": ("a Parquet file",),
    ".sav": ("an SPSS file", "a compressed SPSS file"),
    ".zsav": ("an SPSS file", "a compressed SPSS file"),
    ".por": ("a portable SPSS file",),
    ".dta": ("a Stata file",),
    ".sas7bdat": ("a SAS file",),
    ".xpt": ("a SAS transport file",),
}
ENDINGS = tuple(_PROMISES)


def contents_of(head: bytes) -> tuple[str, str]:
    """Return in words what a file is by its first bytes, and the ending it should have."""
    for start, words, ending in _STARTS:
        if head.startswith(start):
            return words, ending
    if head[12:32] == _SAS_DATA:
        return "a SAS file", ".sas7bdat"
    if _PORTABLE_MARK in head.replace(b"\r", b"").replace(b"\n", b""):
        return "a portable SPSS file", ".por"
    if len(head) > 4 and head[0] in _OLD_STATA[0] and head[1] in _OLD_STATA[1] and head[2] == 1:
        return "a Stata file", ".dta"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] == b"<" and any(
        mark in text.lower() for mark in (b"<html", b"<!doctype", b"<?xml")
    ):
        return "a web page or XML", ".html"
    if b"\x00" in head:
        return "something that is not text", ""
    return "text", ".csv"


def check_contents(path: Path, *, utf16: bool = False) -> str:
    """Return a file's ending once the file is there, has contents and is what the ending says.

    Raises an `OptionError` for an ending that nobody reads, and a `DataError` otherwise.
    """
    ending = path.suffix.lower()
    if ending not in _PROMISES:
        raise OptionError(
            f"cannot tell how to read {path.name!r}: files end in .csv or .parquet, not"
            f" {ending!r}; or in {', '.join(ENDINGS[2:])}, which read_survey reads."
        )
    if path.is_dir():
        raise DataError(f"{path.name!r} is a folder, not a file. Name the file in it.")
    if not path.is_file():
        raise DataError(f"there is no file {path.name!r} in {str(path.parent)!r}. Check the path.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DataError(
            f"{path.name!r} cannot be opened ({type(error).__name__}). Check that you may read it."
        ) from None
    if not head:
        raise DataError(f"{path.name!r} has no rows: the file is empty. Ask for it again.")
    words, fitting = contents_of(head)
    if words in _PROMISES[ending] or (utf16 and ending == ".csv" and b"\x00" in head):
        return ending
    raise DataError(
        f"{path.name!r} is not a readable {ending[1:]} file: it looks like {words}."
        f"{_remedy(fitting, ending, head)}"
    )


def _remedy(fitting: str, ending: str, head: bytes) -> str:
    if fitting == ".utf16" or (ending == ".csv" and fitting == "" and head[1::2][:8] == b"\0" * 8):
        return " Pass encoding='utf-16', or save it as 'CSV UTF-8'."
    if fitting in _PROMISES:
        return f" Check that it is whole; if it is, let its name end in {fitting}."
    if fitting == ".zip":
        return " Unpack it, or save the sheet as 'CSV UTF-8'."
    return " Check how it was saved, or ask for it again."
