"""What an SPSS file has room for: names, labels, texts and missing values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, listed
from welfarestats.survey.codebook import Question
from welfarestats.survey.declarations import SYNTHETIC_MARK
from welfarestats.survey.metadata import found_codes

__all__ = ["check_names", "check_texts", "cut_to_fit", "missing_ranges", "value_labels"]

_NAME_BYTES, _TEXT_BYTES, _VALUE_LABEL_BYTES, _MISSING_TEXT_BYTES = 64, 32_767, 120, 8
_MOST_CODES = 3
_RESERVED = {*"ALL AND BY EQ GE GT LE LT NE NOT OR TO WITH".split()}


def check_names(names: Sequence[str]) -> None:
    """Raise a `DataError` for columns that cannot be the name of a variable in SPSS."""
    wrong = [name for name in names if not _can_be_a_name(name)]
    if wrong:
        raise DataError(
            f"{len(wrong):,} of {len(names):,} columns cannot be names in SPSS: {listed(wrong)}."
            " A name has a letter first, then letters, digits, _ . $ # @, no more than 64 bytes,"
            " and is no word such as ALL or TO. Rename them, or write .parquet."
        )
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.upper(), name)
        if other != name:
            raise DataError(
                f"columns {other!r} and {name!r} would be one variable in SPSS, which does not"
                " tell capitals apart. Rename one, or write .parquet."
            )


def _can_be_a_name(name: str) -> bool:
    plain = re.fullmatch(r"[^\W\d_](?:\w|[.$#@])*", name) is not None
    return plain and len(name.encode()) <= _NAME_BYTES and name.upper() not in _RESERVED


def check_texts(frame: pd.DataFrame) -> None:
    """Raise a `DataError` for texts that SPSS would cut short or read back as others."""
    for name in frame.columns:
        if not isinstance(frame[name].dtype, pd.StringDtype):
            continue
        texts = frame[name].dropna()
        padded = sum(not text or text.endswith(" ") for text in texts)
        long = sum(len(text.encode()) > _TEXT_BYTES for text in texts)
        nul = sum("\x00" in text for text in texts)
        for count, fault in (
            (padded, "are empty or end in a space, which SPSS does not keep"),
            (long, f"are longer than the {_TEXT_BYTES:,} bytes that SPSS holds"),
            (nul, "have a NUL character, at which SPSS would cut them"),
        ):
            if count:
                raise DataError(
                    f"{count:,} of {len(texts):,} texts in column {name!r} {fault}. Change them,"
                    " or write .parquet."
                )


def cut_to_fit(label: str, size: int, *, mark: bool = False) -> str:
    """Return a label of no more bytes than SPSS allows; the mark of invented records is kept."""
    plain = label.removesuffix(SYNTHETIC_MARK).rstrip() if mark else label
    end = f" {SYNTHETIC_MARK}" if mark else ""
    room = size - len(end.encode())
    cut = plain.encode()[:room].decode(errors="ignore")
    return cut + end


def value_labels(question: Question, column: pd.Series[Any]) -> tuple[dict[Any, str], bool]:
    """Return the labels of the codes that the column can hold, and whether any was left or cut."""
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    labels: dict[Any, str] = {}
    lossy = False
    for category in question.categories:
        code = _stored(category.code, numeric=numeric)
        if code is None:
            # Text that is a label already needs none; a number has no place for a text.
            lossy |= numeric
            continue
        labels[code] = cut_to_fit(category.label, _VALUE_LABEL_BYTES)
        lossy |= labels[code] != category.label
    return labels, lossy


def missing_ranges(question: Question, column: pd.Series[Any]) -> tuple[list[Any], bool]:
    """Return missing codes as SPSS keeps them, and whether all of them are among these.

    SPSS has room for three codes, or for a range and one code. A range is only taken when no
    answer lies in it.
    """
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    stored = [(_stored(one.code, numeric=numeric), one.valid) for one in question.categories]
    missing = sorted({code for code, valid in stored if not valid and code is not None})
    if not numeric:
        labels = {one.label for one in question.categories if not one.valid} & set(column)
        texts = sorted({*missing, *labels})
        short = [text for text in texts if len(text.encode()) <= _MISSING_TEXT_BYTES]
        return short[:_MOST_CODES], len(texts) == len(short[:_MOST_CODES])
    if len(missing) <= _MOST_CODES:
        return list(missing), True
    gone = set(missing)
    answers = {code for code, valid in stored if valid and code is not None}
    answers.update(float(code) for code in found_codes(column) if code not in gone)
    for single in (None, missing[0], missing[-1]):
        inside = [code for code in missing if code != single]
        low, high = inside[0], inside[-1]
        if not any(low <= code <= high for code in answers):
            return [{"lo": low, "hi": high}, *([] if single is None else [single])], True
    return list(missing[:_MOST_CODES]), False


def _stored(code: object, *, numeric: bool) -> Any:
    """Return a code as its column holds it, or ``None`` where it cannot."""
    if not numeric:
        return code.rstrip(" ") or None if isinstance(code, str) else None
    try:
        return float(code)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
