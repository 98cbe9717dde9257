"""Calibrations as columns of a file and as words of its side-car, and back.

What standard errors need of a calibration are the weights before it and who is in which category,
or which number was calibrated to. Categories that nobody is in two of share a column of codes.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DataWarning
from welfarestats.survey.design import Calibration
from welfarestats.survey.frames import numbers
from welfarestats.survey.reweighting import weight_columns
from welfarestats.survey.survey import Survey

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["columns_of", "with_calibration_columns", "with_kept_calibrations"]

Array = NDArray[np.float64]

# Weights met these totals when they were written; a file that was edited since may not.
_SAME_TOTAL = 1e-6


def with_calibration_columns(
    survey: Survey, table: pa.Table
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Return rows with what the calibrations of their weights need, and what a side-car says."""
    # Lazy frames, which are scanned to be seen, have no computed weights.
    known = survey._sample(()).design.calibrations if survey.facts.weighting else ()
    if not known:
        return table, []
    name, said = survey._layout.weights, []
    assert name is not None
    looking_like_weights = [name, *weight_columns(survey)]
    after = [*(one.base_weight for one in known[1:]), survey.weights]
    for step, (one, weight) in enumerate(zip(known, after, strict=True), start=1):
        own: dict[str, Any] = {"parts": []}
        if (one.base_weight != 1).any():
            own_names = [*looking_like_weights, f"{name}_before{step}"]
            table, own["before"] = _placed(table, one.base_weight, own_names)
        for part, (values, places) in enumerate(_parts(one), start=1):
            # A number stands in a column already, unless some of it was missing.
            names = [f"calibration{step}_margin{part}"]
            if not _binary(one)[places].all():
                names.insert(0, one.columns[places[0]][0])
            table, column = _placed(table, values, names)
            own["parts"].append({"column": column, **_words(one, places, weight)})
        said.append(own)
    return table, said


def _words(one: Calibration, places: list[int], weight: Array) -> dict[str, Any]:
    """Return what a side-car says of auxiliary variables that one column stands for."""
    said = {
        "names": [list(one.columns[place]) for place in places] if one.columns else [],
        "codes": len(places) if _binary(one)[places].all() else 0,
        "totals": (one.auxiliary.T @ weight)[places].tolist(),
    }
    return said if one.target is None else said | {"targets": one.target[places].tolist()}


def _binary(one: Calibration) -> NDArray[np.bool_]:
    """Return which auxiliary variables are of 0 and 1."""
    other = one.auxiliary.copy()
    other.data = (other.data != 1).astype(float)
    return np.asarray(other.sum(axis=0) == 0)


def _parts(one: Calibration) -> Iterator[tuple[Array, list[int]]]:
    """Give columns of values and the auxiliary variables, in order, that each stands for."""
    columns, binary = one.auxiliary.tocsc(), _binary(one)
    codes = np.zeros(columns.shape[0])
    places: list[int] = []
    for place in range(columns.shape[1]):
        own = slice(*columns.indptr[place : place + 2])
        rows, values = columns.indices[own], columns.data[own]
        if places and (not binary[place] or codes[rows].any()):
            yield codes, places
            codes, places = np.zeros(columns.shape[0]), []
        if binary[place]:
            places = [*places, place]
            codes[rows] = len(places)
        else:
            number = np.zeros(columns.shape[0])
            number[rows] = values
            yield number, [place]
    if places:
        yield codes, places


def _placed(table: pa.Table, values: Array, names: Sequence[str]) -> tuple[pa.Table, str]:
    """Return a table that has a column of these values, and its name: the first that fits."""
    import pyarrow as pa

    for name in chain(names, (f"{names[-1]}_{number}" for number in count(2))):
        if name not in table.column_names:
            whole = bool((values % 1 == 0).all() and (np.abs(values) < 2**31).all())
            column = pa.array(values.astype(np.int32) if whole else values)
            return table.append_column(name, column), name
        if _holds(table.column(name), name, values):
            return table, name
    raise AssertionError("names never end")


def _holds(column: pa.ChunkedArray, name: str, values: Array) -> bool:
    try:
        return np.array_equal(numbers(column.combine_chunks(), name), values)
    except DataError:
        return False


def columns_of(said: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns that the calibrations of a side-car stand in."""
    parts = [part["column"] for one in said for part in one["parts"]]
    return [*(one["before"] for one in said if "before" in one), *parts]


def with_kept_calibrations(
    survey: Survey, said: Sequence[Mapping[str, Any]], words: Sequence[str], name: str
) -> Survey:
    """Return a survey whose standard errors know the calibrations that its file ``name`` keeps.

    Where the weights do not have the totals any more that they had, a warning says so.
    """
    known = [_calibration(survey, one) for one in said]
    if not known:
        return _with_words(survey, words)
    after = [*(one.base_weight for one in known[1:]), survey.weights]
    for one, own, weight in zip(known, said, after, strict=True):
        totals = np.array([total for part in own["parts"] for total in part["totals"]])
        off = np.abs(one.auxiliary.T @ weight - totals)
        size = np.maximum(np.abs(totals), abs(one.auxiliary).T @ weight)
        worst = int(np.argmax(off - _SAME_TOTAL * size))
        if off[worst] > _SAME_TOTAL * size[worst]:
            label = " ".join(one.columns[worst]) if one.columns else f"variable {worst + 1}"
            warnings.warn(
                f"{name!r} says that its weights are {'; '.join(words)}, but the total of"
                f" {label} is {totals[worst] + (one.auxiliary.T @ weight - totals)[worst]:,.10g}"
                f" and was {totals[worst]:,.10g} when it was written: rows or weights have been"
                " changed since. Standard errors do not use it; weight the survey again.",
                DataWarning,
                stacklevel=3,
            )
            return survey
    other = _with_words(survey, words)
    sample = copy.copy(survey._sample(()))
    sample.design = replace(sample.design, calibrations=tuple(known))
    other._passes = {"whole": sample}
    return other


def _with_words(survey: Survey, words: Sequence[str]) -> Survey:
    other = copy.copy(survey)
    other.facts = replace(survey.facts, weighting=tuple(words))
    return other


def _calibration(survey: Survey, said: Mapping[str, Any]) -> Calibration:
    """Return a calibration from the columns that a side-car names."""
    from scipy import sparse

    rows = survey._sample(()).rows
    for column in columns_of([said]):
        survey._frame.check(column, "the calibration of the weights")
    blocks, names, targets = [], [], []
    for part in said["parts"]:
        values = numbers(rows.column(part["column"]), part["column"])
        codes = np.arange(1, part["codes"] + 1)
        block = values[:, None] == codes if part["codes"] else values[:, None]
        blocks.append(sparse.csr_array(block.astype(float)))
        names += [(variable, category) for variable, category in part["names"]]
        targets += part.get("targets", [])
    before = np.ones(rows.size)
    if "before" in said:
        before = numbers(rows.column(said["before"]), said["before"])
    auxiliary = sparse.csr_array(sparse.hstack(blocks, format="csr"))
    whole = len(targets) == auxiliary.shape[1]
    return Calibration(auxiliary, before, tuple(names), np.array(targets) if whole else None)
