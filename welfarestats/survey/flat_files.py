"""CSV and Parquet files → data frames, and what a Parquet file says of itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, OptionError, did_you_mean
from welfarestats.survey.signatures import check_contents

__all__ = ["column_names", "file_says", "read_file", "refuse_repeats"]

# Cells of a CSV file that hold nothing. "None" and "n/a" are not among them: people answer so.
_EMPTY_CELLS = ["", " ", "NA", "<NA>", "NaN", "nan", "NULL", "null", "#N/A", "#NULL!"]

ORIGINS = ("collected", "synthetic")


def read_file(
    source: str | Path, columns: Sequence[str] | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Return the contents of a CSV or Parquet file; one sentence for each way it can be wrong."""
    path = Path(source)
    wide = encoding is not None and encoding.lower().replace("_", "-").startswith("utf-16")
    kind = check_contents(path, utf16=wide)
    if kind not in (".csv", ".parquet"):
        raise OptionError(
            f"{path.name!r} is no .csv or .parquet file. Read it, with its labels, with"
            f" read_survey({path.name!r}, weights=...)."
        )
    frame: pd.DataFrame = _told(path, kind, encoding, lambda: _read(path, kind, columns, encoding))
    if frame.empty:
        raise DataError(f"{path.name!r} has no rows.")
    return frame


def column_names(path: Path, encoding: str | None = None) -> list[str]:
    """Return the names of the columns of a CSV or Parquet file, without reading its rows."""
    import pyarrow.parquet as pq

    kind = path.suffix.lower()
    if kind == ".parquet":
        names = _told(path, kind, encoding, lambda: pq.read_schema(path).names)
        return [name for name in names if not name.startswith("__index_level_")]
    return [name for name in _told(path, kind, encoding, lambda: _header(path, encoding)) if name]


def _told(path: Path, kind: str, encoding: str | None, read: Any) -> Any:
    """Return what ``read`` gives, or say in a sentence why it gives nothing."""
    try:
        return read()
    except UnicodeError:
        if encoding is not None:
            raise DataError(
                f"{path.name!r} is not text in the encoding {encoding!r}. Leave encoding= out for"
                " UTF-8, or pass encoding='cp1252', which Excel and SPSS often write."
            ) from None
        raise DataError(
            f"{path.name!r} is not UTF-8 text; Excel and SPSS often write Windows-1252. Save it as"
            " 'CSV UTF-8', or pass encoding='cp1252'."
        ) from None
    except LookupError:
        raise OptionError(
            f"there is no encoding {encoding!r}. Two that are common: 'utf-8' and 'cp1252'."
        ) from None
    except (DataError, OptionError):
        raise
    except (OSError, ValueError, csv.Error, pd.errors.ParserError) as error:
        raise DataError(
            f"{path.name!r} is not a readable {kind[1:]} file ({type(error).__name__})."
            " Check that it is whole, UTF-8 and what its ending says."
        ) from None


def _read(
    path: Path, kind: str, columns: Sequence[str] | None, encoding: str | None
) -> pd.DataFrame:
    if kind == ".csv":
        return _read_csv(path, columns, encoding)
    return pd.read_parquet(path, columns=None if columns is None else list(columns))


def _header(path: Path, encoding: str | None) -> list[str]:
    with path.open(encoding=encoding or "utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise DataError(
            f"{path.name!r} is separated by semicolons or tabs, not by commas. Save it with commas,"
            " or pass pandas.read_csv(path, sep=...)."
        )
    refuse_repeats([name for name in header if name])
    return header


def _read_csv(path: Path, columns: Sequence[str] | None, encoding: str | None) -> pd.DataFrame:
    """Return a CSV file as it stands: no column renamed or shifted, no answer taken as missing."""
    _refuse_longer_rows(path, _header(path, encoding), encoding)
    frame = pd.read_csv(
        path,
        index_col=False,
        keep_default_na=False,
        na_values=_EMPTY_CELLS,
        low_memory=False,
        encoding=encoding or "utf-8",
        usecols=None if columns is None else list(columns),
    )
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype):
            text = frame[name].str.strip()
            frame[name] = text.mask(text == "")
    return frame


def _refuse_longer_rows(path: Path, header: Sequence[str], encoding: str | None) -> None:
    """Raise a `DataError` when something stands in a row behind the last column of the header.

    A comma inside a text has then moved the answers after it into other columns.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    longer: list[int] = []

    def look(row: Any) -> str:
        if row.expected_columns == len(header) < row.actual_columns:
            beyond = next(csv.reader([row.text], strict=False))[len(header) :]
            longer.extend([row.number] * any(entry.strip() for entry in beyond))
        return "skip"

    options = {
        # The first line is read as a row, so that names may be empty.
        "read_options": arrow_csv.ReadOptions(
            use_threads=False, encoding=encoding or "utf8", autogenerate_column_names=True
        ),
        "parse_options": arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=look),
        "convert_options": arrow_csv.ConvertOptions(
            check_utf8=False, include_columns=["f0"], column_types={"f0": pa.binary()}
        ),
    }
    try:
        with path.open("rb") as file, arrow_csv.open_csv(file, **options) as batches:
            for _ in batches:
                pass
    except pa.ArrowInvalid:
        return  # what cannot be read is said by the reader
    if longer:
        raise DataError(
            f"{len(longer):,} {'row' if len(longer) == 1 else 'rows'} of {path.name!r} with more"
            f" entries than its header has names; the first is row {longer[0]:,} of the file. Put"
            " texts with commas in quotation marks, or name every column."
        )


def refuse_repeats(columns: Sequence[Any]) -> None:
    """Raise a `DataError` when a column's name is no text, or is that of another one too."""
    other = [name for name in columns if not isinstance(name, str)]
    if other:
        raise DataError(
            f"{len(other):,} of {len(columns):,} columns have a name that is not text; the first"
            f" is {other[0]!r}. Rename them."
        )
    if len(set(columns)) < len(columns):
        twice = min(name for name in columns if columns.count(name) > 1)
        raise DataError(f"the data have {twice!r} as the name of several columns. Rename them.")


def check_columns(wanted: Sequence[str], names: Sequence[str], file: str) -> None:
    """Raise a `DataError` for a wanted column that the file does not have."""
    known = set(names)
    for name in wanted:
        if name not in known:
            raise DataError(
                f"there is no column {name!r} in {file!r}, which has {len(names):,} columns."
                f"{did_you_mean(name, names)}"
            )


def file_says(source: str | Path) -> dict[str, Any]:
    """Return what this library wrote into a Parquet file about its records, or nothing."""
    import pyarrow.parquet as pq

    path = Path(source)
    if path.suffix.lower() != ".parquet" or not path.is_file():
        return {}
    try:
        said = json.loads((pq.read_schema(path).metadata or {}).get(b"welfarestats", b"{}"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
