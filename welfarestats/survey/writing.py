"""Survey → SPSS and Parquet files that `read_survey` gives back."""

from __future__ import annotations

import copy
import datetime as dt
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from welfarestats.errors import DataError, DataWarning, OptionError, listed
from welfarestats.output.files import replaced_when_whole
from welfarestats.survey.calibration_columns import with_calibration_columns
from welfarestats.survey.codebook import Question
from welfarestats.survey.codebook_files import write_text
from welfarestats.survey.declarations import SYNTHETIC_MARK
from welfarestats.survey.frames import numbers
from welfarestats.survey.reading import SIDECAR_NOTE, sidecar_path
from welfarestats.survey.sidecars import sidecar_text
from welfarestats.survey.spss_limits import (
    check_names,
    check_texts,
    cut_to_fit,
    missing_ranges,
    value_labels,
)
from welfarestats.survey.survey import Survey, check_survey

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["write_survey"]

_MEASURES = {"single": "nominal", "scale": "scale", "multiple": "nominal"}
_LABEL_BYTES, _FILE_LABEL_BYTES, _NOTE_BYTES = 255, 60, 79


def write_survey(survey: Survey, path: str | Path, *, weights_as: str | None = None) -> list[Path]:
    """Return the files in which a survey is kept, so that `read_survey` gives it back.

    Parameters
    ----------
    survey
        The whole survey: a domain is an analysis, and cannot be kept in a file.
    path
        A file that ends in ``.parquet``, ``.sav`` or ``.zsav``. It is replaced only when the new
        one is whole.
    weights_as
        For weights that were computed, as by `rake`: the name of a new column that keeps them.

    Returns
    -------
    list of Path
        The file and, for SPSS, its side-car: the name of the file with ``.toml`` at the end.

    Raises
    ------
    OptionError
        When the name ends otherwise, its folder or a package is missing, the survey is a domain,
        has replicate weights that were made, or its weights stand in no column and
        ``weights_as`` is left out.
    DataError
        When the file cannot hold a column; the message says which one.

    Warns
    -----
    DataWarning
        When SPSS cannot hold something that the side-car does: long labels, more missing codes
        than SPSS has room for, blanks at the end of a text.

    Notes
    -----
    A Parquet file keeps codebook, design and origin in its schema. An SPSS file holds labels,
    missing values and measures for SPSS; the side-car beside it keeps the whole codebook, with
    multiple-response sets, nets and routes, and the design. The codes and the order of rows and
    columns stay. Records that were invented say so in the schema or in the file's label, its
    notes and the label of every variable. Of weights that meet targets the file keeps what
    standard errors need: the weights before (``w_raked_before1``, where no other column holds
    them) and who is in which category (``calibration1_margin1``).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd
    >>> from welfarestats import Survey, read_survey
    >>> survey = Survey(pd.DataFrame({"sex": [1, 2], "w": [0.5, 1.5]}), weights="w")
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "answers.parquet"
    >>> [one.name for one in write_survey(survey, path)]
    ['answers.parquet']
    >>> read_survey(path).weighted_base
    2.0
    """
    check_survey(survey, "a file")
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in (".parquet", ".sav", ".zsav"):
        raise OptionError(
            f"a survey is written to a file that ends in .parquet, .sav or .zsav, not as"
            f" {target.name!r} does."
        )
    if survey.facts.domain:
        raise OptionError(
            "a domain cannot be kept in a file: without the other respondents its standard errors"
            " would be wrong. Write the whole survey, and call domain() on what is read."
        )
    if not _replicates_in_columns(survey):
        raise OptionError(
            "replicate weights that were made or calibrated are in no column, so a file cannot"
            " keep them. Write the survey as it was before, and make them again from what is read."
        )
    survey, table = _with_weights(survey, weights_as)
    table, calibrations = with_calibration_columns(survey, table)
    if kind == ".parquet":
        _write_parquet(survey, table, target, calibrations)
        return [target]
    return _write_spss(survey, table, target, calibrations, compressed=kind == ".zsav")


def _with_weights(survey: Survey, name: Any) -> tuple[Survey, pa.Table]:
    """Return the survey and its rows, computed weights in a column of their own."""
    import pyarrow as pa

    table = survey._frame.arrow()
    how = "; ".join(survey.facts.weighting)
    if not how or _stand_in_column(survey):
        if name is not None:
            raise OptionError(
                "weights_as= names a column for weights that were computed, and these stand in"
                f" {survey._layout.weights!r} already. Leave it out."
                if survey._layout.weights
                else "weights_as= names a column for weights that were computed, and the survey has"
                " no weights. Leave it out."
            )
        return survey, table
    if name is not None and not (isinstance(name, str) and name.strip()):
        raise OptionError(f"weights_as= is the name of a new column, not {name!r}.")
    if name is None or name in table.column_names:
        found = "no column" if name is None else f"no column yet ({name!r} holds something else)"
        raise OptionError(
            f"the weights of this survey were computed ({how}) and stand in {found}. Name a new one"
            ' that keeps them: weights_as="weight_raked".'
        )
    other = copy.copy(survey)
    other._layout = replace(survey._layout, weights=name)
    return other, table.append_column(name, pa.array(survey.weights))


def _replicates_in_columns(survey: Survey) -> bool:
    """Return whether replicate weights, where there are some, are those of the columns."""
    sample, given = survey._sample(()), survey._layout.replicates
    known = sample.design.replicates
    if known is None or not survey.facts.weighting:
        return known is None or given is not None
    return given is not None and all(
        np.array_equal(numbers(sample.rows.column(name), name), known.weights[:, place])
        for place, name in enumerate(given.columns)
    )


def _stand_in_column(survey: Survey) -> bool:
    """Return whether the weights are those of the column they are said to stand in."""
    rows, name = survey._sample(()).rows, survey._layout.weights
    return name is not None and np.array_equal(numbers(rows.column(name), name), rows.weight)


def _write_parquet(
    survey: Survey, table: pa.Table, target: Path, calibrations: list[dict[str, Any]]
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = sidecar_text(survey, table.num_rows, calibrations=calibrations)
    said = {"origin": survey.origin, "survey": text}
    kept = {**(table.schema.metadata or {}), b"welfarestats": json.dumps(said).encode()}
    try:
        with replaced_when_whole(target) as partial:
            pq.write_table(table.replace_schema_metadata(kept), partial)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DataError(f"{target.name!r} cannot be written: {error}") from None


def _write_spss(
    survey: Survey,
    table: pa.Table,
    target: Path,
    calibrations: list[dict[str, Any]],
    *,
    compressed: bool,
) -> list[Path]:
    try:
        import pyreadstat
    except ImportError:
        raise OptionError(
            "SPSS files need the package pyreadstat. Install it: pip install 'welfarestats[files]'."
        ) from None
    frame, truths = _for_spss(table)
    check_names(list(frame.columns))
    check_texts(frame)
    asked = _spoken_for(survey, frame)
    text = sidecar_text(survey, len(frame), truths, calibrations)
    try:
        with replaced_when_whole(target) as partial:
            pyreadstat.write_sav(frame, partial, compress=compressed, **asked)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, OSError) as error:
        raise DataError(f"{target.name!r} cannot be written as an SPSS file: {error}.") from None
    beside = sidecar_path(target)
    write_text(beside, text)
    return [target, beside]


def _for_spss(table: pa.Table) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows as numbers, text and dates, and which columns were True and False."""
    import pyarrow.types as kinds

    columns: dict[str, pd.Series[Any]] = {}
    truths = []
    for name, column in _plain_columns(table):
        kind = column.type
        if kinds.is_nested(kind) or kinds.is_binary(kind) or kinds.is_large_binary(kind):
            raise DataError(
                f"column {name!r} holds {kind}, for which an SPSS file has no place. Make it a set"
                " of 0/1 columns, or write .parquet."
            )
        if kinds.is_boolean(kind):
            truths.append(name)
        if kinds.is_null(kind):
            columns[name] = pd.Series(np.full(len(column), np.nan))
        elif kinds.is_string(kind) or kinds.is_large_string(kind) or "string" in str(kind):
            columns[name] = pd.Series(column.to_pylist(), dtype="str")
        elif kinds.is_temporal(kind):
            columns[name] = _dates(name, column)
        else:
            columns[name] = pd.Series(_floats(name, column))
    return pd.DataFrame(columns), tuple(truths)


def _plain_columns(table: pa.Table) -> Iterator[tuple[str, Any]]:
    """Give each column with its name, categories as their values."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        encoded = "dictionary" in str(column.type)
        yield name, column.cast(column.type.value_type) if encoded else column


def _floats(name: str, column: Any) -> Any:
    values = numbers(column.combine_chunks(), name)
    if np.isinf(values).any():
        raise DataError(
            f"column {name!r} has {int(np.isinf(values).sum()):,} infinite values, which an SPSS"
            " file cannot hold. Make them missing, or write .parquet."
        )
    if (np.abs(values) >= 2**53).any():
        raise DataError(
            f"column {name!r} has whole numbers over 2**53, which an SPSS file would round. Make"
            " them text, or write .parquet."
        )
    return values


def _dates(name: str, column: Any) -> pd.Series[Any]:
    values = column.to_pylist()
    known = [one for one in values if one is not None]
    if any(isinstance(one, dt.timedelta) for one in known) or any(
        getattr(one, "tzinfo", None) is not None for one in known
    ):
        raise DataError(
            f"column {name!r} holds {column.type}, for which an SPSS file has no place. Make it a"
            " date or time without a time zone, or a number, or write .parquet."
        )
    moments = all(isinstance(one, dt.datetime) for one in known)
    if moments and any(one.time() != dt.time() for one in known):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)))
    if moments:
        values = [one and one.date() for one in values]
    return pd.Series(values, dtype=object)


def _spoken_for(survey: Survey, frame: pd.DataFrame) -> dict[str, Any]:
    """Return what SPSS is told: labels, missing values, measures, and that records are invented."""
    asked: dict[str, dict[str, Any]] = {"labels": {}, "values": {}, "missing": {}, "measure": {}}
    notes: list[str] = []
    for question in survey.codebook:
        if question.kind == "multiple":
            for column, category in zip(question.columns or (), question.categories, strict=False):
                asked["labels"][column] = f"{_unmarked(question.label)}: {category.label}"
                asked["measure"][column] = "nominal"
            continue
        _speak_for(question, frame[question.name], asked, notes)
    mark = survey.origin == "synthetic"
    labels = {name: asked["labels"].get(name, name if mark else None) for name in frame.columns}
    short = {
        name: label and cut_to_fit(label, _LABEL_BYTES, mark=mark) for name, label in labels.items()
    }
    cut = [
        name
        for name, label in labels.items()
        if label and _unmarked(label) != _unmarked(short[name] or "")
    ]
    if cut:
        notes.append(f"labels of {listed(cut)} are longer than SPSS allows")
    if notes:
        warnings.warn(
            f"the side-car keeps what SPSS cannot: {'; '.join(notes)}.", DataWarning, stacklevel=5
        )
    return {
        "file_label": f"{SYNTHETIC_MARK} invented records" if mark else "",
        "note": [SIDECAR_NOTE, *([f"{SYNTHETIC_MARK} All records were invented."] if mark else [])],
        "column_labels": short,
        "variable_value_labels": asked["values"],
        "missing_ranges": asked["missing"],
        "variable_measure": asked["measure"],
        "variable_format": {name: "F8.0" for name in frame.columns if _is_whole(frame[name])},
    }


def _is_whole(column: pd.Series[Any]) -> bool:
    return column.dtype == float and bool((column.dropna() % 1 == 0).all())


def _unmarked(label: str) -> str:
    return label.removesuffix(SYNTHETIC_MARK).rstrip()


def _speak_for(
    question: Question, column: pd.Series[Any], asked: dict[str, dict[str, Any]], notes: list[str]
) -> None:
    name = question.name
    asked["labels"][name] = question.label
    asked["measure"][name] = _MEASURES[question.kind]
    if pd.api.types.is_datetime64_dtype(column.dtype) or column.dtype == object:
        return
    labels, short = value_labels(question, column)
    if labels:
        asked["values"][name] = labels
    if short:
        notes.append(f"answers of question {name!r} that its column cannot hold, or long labels")
    ranges, whole = missing_ranges(question, column)
    if ranges:
        asked["missing"][name] = ranges
    if not whole:
        notes.append(f"question {name!r} has more missing codes than SPSS has room for")
