"""SPSS, Stata and SAS files, as pyreadstat reads them → a frame and what the file says of it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, DataWarning, OptionError
from welfarestats.survey.categories import Code
from welfarestats.survey.spss_header import read_spss_header

__all__ = ["Delivery", "FileMetadata", "ResponseSet", "Variable", "metadata_of", "read_delivery"]

_READERS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
# What the reader of a kind of file cannot be asked for.
_WITHOUT_REASONS = (".por", ".xpt")
_WITHOUT_ENCODING = (".por",)
_SECOND_ENCODING = "WINDOWS-1252"
# No compression puts more cells into a byte: what claims to is damaged, or would fill the memory.
_DENSEST = 1_100
_DATES = ("datetime", "date", "time")


@dataclass(frozen=True)
class Variable:
    """One column as its file describes it.

    ``labels`` are in the order of the file. ``missing`` are ranges of codes, both ends included,
    that the file declares missing; ``measure`` is ``"nominal"``, ``"ordinal"``, ``"scale"`` or
    nothing.
    """

    name: str
    label: str = ""
    labels: Mapping[Code, str] = field(default_factory=dict)
    missing: tuple[tuple[Any, Any], ...] = ()
    measure: str = ""

    def declares_missing(self, code: object) -> bool:
        """Return whether a code lies in a range that the file declares missing."""
        text = isinstance(code, str)
        return any(
            isinstance(low, str) == text and low <= code <= high for low, high in self.missing
        )


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set: columns that each count one value, or that each hold a code."""

    name: str
    columns: tuple[str, ...]
    label: str = ""
    counted: Code | None = None
    holds_codes: bool = False
    labelled_by_value: bool = False


@dataclass(frozen=True)
class FileMetadata:
    """What a file says of its columns, its weight and itself, before its rows are read."""

    variables: tuple[Variable, ...]
    sets: tuple[ResponseSet, ...] = ()
    weight: str | None = None
    label: str = ""
    notes: tuple[str, ...] = ()
    rows: int | None = None
    encoding: str | None = None


@dataclass(frozen=True, eq=False)
class Delivery:
    """The rows of a file, all of them in their order, with what the file says."""

    frame: pd.DataFrame
    metadata: FileMetadata


def metadata_of(path: Path, encoding: str | None = None) -> FileMetadata:
    """Return what a file says, with the encoding in which it can be read."""
    header = read_spss_header(path) if path.suffix.lower() in (".sav", ".zsav") else None
    asked = {"metadataonly": True, **_with_reasons(path)}
    if header is not None and not header.decodes(encoding):
        # pyreadstat does not survive codes in another encoding.
        (_, said) = _in_second_encoding(path, _pyreadstat().read_sav, encoding, asked)
        encoding = _SECOND_ENCODING
    else:
        (_, said), encoding = _asked(path, encoding, **asked)
    _warn_of_twice_encoded(path, said)
    counted = header.counted if header else {}
    return FileMetadata(
        variables=tuple(_variable(name, said) for name in said.column_names),
        sets=tuple(_set(name, one, counted) for name, one in said.mr_sets.items()),
        weight=header.weight if header else None,
        label=(said.file_label or "").strip(),
        notes=tuple(said.notes or ()),
        rows=said.number_rows,
        encoding=encoding,
    )


def read_delivery(
    path: Path, metadata: FileMetadata, columns: Sequence[str] | None = None
) -> Delivery:
    """Return the rows of a file of which the metadata have been read."""
    cells = max(metadata.rows or 0, 0) * len(metadata.variables)
    if cells > _DENSEST * path.stat().st_size:
        raise DataError(
            f"{path.name!r} says that it has {metadata.rows:,} rows, which a file of"
            f" {path.stat().st_size:,} bytes cannot hold: it is cut off or damaged. Ask for it"
            " again."
        )
    asked = _with_reasons(path)
    if columns is not None:
        asked["usecols"] = list(columns)
    frame: pd.DataFrame = _rows(path, metadata.encoding, asked)
    if metadata.rows is not None and metadata.rows >= 0 and len(frame) != metadata.rows:
        raise DataError(
            f"{path.name!r} says that it has {metadata.rows:,} rows, but {len(frame):,} can be"
            " read: it is cut off. Ask for it again."
        )
    if frame.empty:
        raise DataError(f"{path.name!r} has no rows.")
    kept = set(frame.columns)
    variables = []
    cleaned = {}
    for variable in metadata.variables:
        if variable.name in kept:
            cleaned[variable.name], whole = _cleaned(frame[variable.name], variable)
            variables.append(whole)
    return Delivery(pd.DataFrame(cleaned), replace(metadata, variables=tuple(variables)))


def _with_reasons(path: Path) -> dict[str, Any]:
    return {} if path.suffix.lower() in _WITHOUT_REASONS else {"user_missing": True}


def _rows(path: Path, encoding: str | None, asked: dict[str, Any]) -> pd.DataFrame:
    try:
        (frame, _), _ = _asked(path, encoding, dates_as_pandas_datetime=True, **asked)
    except OverflowError:
        (frame, _), _ = _asked(path, encoding, disable_datetime_conversion=True, **asked)
        warnings.warn(
            f"{path.name!r} has dates after the year 9999 or before the year 1. All its dates are"
            " left as the numbers that the file holds.",
            DataWarning,
            stacklevel=2,
        )
    rows: pd.DataFrame = frame
    return rows


def _asked(path: Path, encoding: str | None, **asked: Any) -> tuple[Any, str | None]:
    """Call pyreadstat; return its answer, and the encoding in which the file could be read."""
    pyreadstat = _pyreadstat()
    kind = path.suffix.lower()
    if encoding is not None and kind in _WITHOUT_ENCODING:
        raise OptionError(f"encoding= has no meaning for {kind} files. Leave it out.")
    reader = getattr(pyreadstat, _READERS[kind])
    chosen = {} if kind in _WITHOUT_ENCODING else {"encoding": encoding}
    try:
        return reader(path, **chosen, **asked), encoding
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError) as error:
        words = str(error).lower()
        if isinstance(error, UnicodeError) or "convert string" in words:
            return _in_second_encoding(path, reader, encoding, asked), _SECOND_ENCODING
        if "character set" in words and encoding is not None:
            raise OptionError(
                f"there is no encoding {encoding!r}. Two that are common: 'UTF-8' and"
                " 'WINDOWS-1252'."
            ) from None
        raise _unreadable(path, error) from None
    except (ValueError, TypeError, KeyError, IndexError, MemoryError) as error:
        raise _unreadable(path, error) from None


def _warn_of_twice_encoded(path: Path, said: Any) -> None:
    """Warn of labels in UTF-8 that were read as something else: Ã© for é."""
    declared = said.file_encoding or ""
    if declared.upper().replace("-", "") == "UTF8":
        return
    texts = [one for one in said.column_labels if one]
    texts += [text for labels in said.value_labels.values() for text in labels.values()]
    wrong = sum(_is_twice_encoded(text) for text in texts)
    if wrong:
        warnings.warn(
            f"{wrong:,} of {len(texts):,} labels in {path.name!r} look like UTF-8 that is declared"
            f" to be {declared or 'something else'}. Pass encoding='UTF-8'.",
            DataWarning,
            stacklevel=2,
        )


def _is_twice_encoded(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _in_second_encoding(
    path: Path, reader: Any, encoding: str | None, asked: dict[str, Any]
) -> Any:
    pyreadstat = _pyreadstat()
    if encoding is not None:
        raise DataError(
            f"{path.name!r} is not text in the encoding {encoding!r}. Leave encoding= out, or"
            " pass another one, such as encoding='WINDOWS-1252'."
        )
    try:
        answer = reader(path, encoding=_SECOND_ENCODING, **asked)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, TypeError, UnicodeError):
        raise DataError(
            f"the text of {path.name!r} is neither in the encoding that the file declares nor in"
            f" {_SECOND_ENCODING}. Pass encoding=..., as in encoding='ISO-8859-2'."
        ) from None
    warnings.warn(
        f"the text of {path.name!r} is not in the encoding that the file declares; it was read as"
        f" {_SECOND_ENCODING}. Look at the labels; if they are wrong, pass encoding=....",
        DataWarning,
        stacklevel=2,
    )
    return answer


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path.name!r} is not a readable {path.suffix[1:].lower()} file"
        f" ({type(error).__name__}): it is cut off, damaged or of an unknown version. Ask for it"
        " again, or have it saved as .csv."
    )


def _pyreadstat() -> Any:
    try:
        import pyreadstat
    except ImportError:
        raise OptionError(
            "SPSS, Stata and SAS files need the package pyreadstat. Install it:"
            " pip install 'welfarestats[files]'."
        ) from None
    return pyreadstat


def _variable(name: str, said: Any) -> Variable:
    labels = said.variable_value_labels.get(name, {})
    ranges = [(one["lo"], one["hi"]) for one in said.missing_ranges.get(name, ())]
    measure = said.variable_measure.get(name) or ""
    return Variable(
        name,
        " ".join((said.column_names_to_labels.get(name) or "").split()),
        {_whole(code): label for code, label in labels.items()},
        tuple((_whole(low), _whole(high)) for low, high in ranges),
        measure if measure in ("nominal", "ordinal", "scale") else "",
    )


def _set(name: str, said: Any, counted: Mapping[str, str]) -> ResponseSet:
    value: Code | None = said["counted_value"]
    if said["is_dichotomy"] and value is None:
        value = counted.get(name)
    return ResponseSet(
        name,
        tuple(said["variable_list"]),
        (said["label"] or "").strip(),
        _whole(value) if said["is_dichotomy"] else None,
        holds_codes=not said["is_dichotomy"],
        labelled_by_value=said["type"] == "E",
    )


def _whole(code: Any) -> Any:
    """Return a code as a whole number where it is one."""
    if isinstance(code, float) and math.isfinite(code) and code.is_integer():
        return int(code)
    return code


def _cleaned(column: pd.Series[Any], variable: Variable) -> tuple[pd.Series[Any], Variable]:
    """Return a column with blanks as missing, numbers as numbers and letters under codes."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.mask(column == ""), variable
    tags: set[str] = set()
    if column.dtype == object:
        known = column.dropna()
        if known.map(lambda value: type(value).__name__ in _DATES).any():
            return column, variable
        tags = {value for value in known if isinstance(value, str)}
    elif column.dtype.kind not in "fi":
        return column, variable
    tags.update(code for code in variable.labels if isinstance(code, str))
    if tags:
        return _letters_as_codes(column, variable, sorted(tags))
    return pd.to_numeric(column), variable


def _letters_as_codes(
    column: pd.Series[Any], variable: Variable, tags: Sequence[str]
) -> tuple[pd.Series[Any], Variable]:
    """Give the missing values .a to .z (and ._) of Stata and SAS codes of their own."""
    numeric = [code for code in variable.labels if not isinstance(code, str)]
    lowest = min([0.0, pd.to_numeric(column, errors="coerce").min(), *numeric])
    start = 100
    while lowest <= -start:
        start *= 10
    codes = {tag: -(start + _place(tag)) for tag in tags}
    labels: dict[Code, str] = {
        codes[code] if isinstance(code, str) else code: label
        for code, label in variable.labels.items()
    }
    present = set(column.dropna().unique()) if column.dtype == object else set()
    for tag in tags:
        if tag in present:
            labels.setdefault(codes[tag], f".{tag.lower()}")
    column = pd.to_numeric(column.map(lambda value: codes.get(value, value)))
    missing = tuple((code, code) for code in codes.values())
    return column, replace(variable, labels=labels, missing=missing)


def _place(tag: str) -> int:
    """Return 1 to 26 for the letters, 27 for the underscore of SAS."""
    return ord(tag.lower()) - ord("a") + 1 if tag.isalpha() else 27
