"""Users' data frames, whatever their engine: the only module that knows pandas, Polars, Arrow.

A `Frame` answers one question: which *rows* carry these columns? For an engine in memory they
are the respondents. For a lazy engine they are the distinct combinations of the columns, counted
and weighted by the engine itself, so that the data are scanned once and never copied here.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, DataWarning, did_you_mean
from welfarestats.survey.flat_files import ORIGINS, file_says, read_file, refuse_repeats
from welfarestats.survey.whole_numbers import Coded, counted, counted_together

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pyarrow as pa

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

_COUNT, _WEIGHT, _SQUARE = "__count", "__weight", "__square"
_LARGEST_LIST_OF_ANSWERS = 500
_FEW_VALUES = 20
# So many entries of whole numbers are taken out of a data frame at once: as many as are quick to
# reach again.
_LARGEST_READ = 250_000


@dataclass(frozen=True)
class Rows:
    """Respondents, or distinct combinations of answers with how many they stand for.

    ``count``, ``weight`` and ``square`` are the number of respondents, the sum of their weights
    and the sum of their squared weights, one entry a row. A ``weight`` of ``None`` in a frame
    without weights means one each.
    """

    table: Any
    count: Array
    weight: Array
    square: Array
    _read: dict[str, Coded] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.count)

    def read(self, names: Sequence[str]) -> None:
        """Read those columns that hold a few whole numbers together; the others are read singly.

        pandas keeps columns of one type side by side, and taking out one after the other is slow.
        """
        native = self.table.to_native()
        if not isinstance(native, pd.DataFrame) or (self.count != 1).any():
            return
        kinds = dict(zip(native.columns, native.dtypes, strict=True))
        whole = {name: kinds[name] for name in names if kinds[name].kind in "iu"}
        step = max(1, _LARGEST_READ // max(self.size, 1))
        for kind in {kind for kind in whole.values() if isinstance(kind, np.dtype)}:
            alike = [name for name in whole if whole[name] == kind]
            for start in range(0, len(alike), step):
                own = alike[start : start + step]
                coded = counted_together(native[own].to_numpy().T)
                self._read.update({n: c for n, c in zip(own, coded, strict=True) if c is not None})

    def coded(self, name: str) -> Coded:
        """Return one column as codes of its values."""
        if name in self._read:
            return self._read.pop(name)
        codes, values = factorize(self.column(name), name)
        tally = np.bincount(codes + 1, weights=self.count, minlength=len(values) + 1)
        return Coded(codes, values, tally[1:].astype(float))

    def column(self, name: str) -> pa.Array:
        """Return one column as an Arrow array, NaN as null."""
        return _arrow(self.table, name)

    def entries(self, name: str) -> list[Any]:
        """Return one column as Python objects, for columns that no single type can hold."""
        entries: list[Any] = self.table[name].to_list()
        return entries


@dataclass(frozen=True)
class Frame:
    """A user's frame behind one face: its columns, and its rows on demand."""

    native: Any
    wrapped: Any
    lazy: bool
    columns: tuple[str, ...]

    def check(self, name: str, role: str) -> None:
        """Raise a `DataError` unless the frame has the column."""
        if name not in self.columns:
            raise DataError(
                f"there is no column {name!r} for the {role}; the data have"
                f" {len(self.columns)} columns.{did_you_mean(name, self.columns)}"
            )

    def holds_numbers(self, name: str) -> bool:
        """Return whether a column is numeric; one that does not exist is not."""
        schema = self.wrapped.collect_schema()
        return name in schema and bool(schema[name].is_numeric())

    def arrow(self) -> pa.Table:
        """Return every row as an Arrow table, NaN as null."""
        import pyarrow as pa

        table = self.wrapped.collect() if self.lazy else self.wrapped
        return pa.table({name: _arrow(table, name) for name in self.columns})

    def rows(self, columns: Sequence[str], weights: str | None) -> Rows:
        """Return the rows that carry the columns, in one pass over the data."""
        if self.lazy:
            return self._combinations(list(dict.fromkeys(columns)), weights)
        n = len(self.wrapped)
        weight = np.ones(n) if weights is None else numbers(_arrow(self.wrapped, weights), weights)
        with np.errstate(over="ignore"):  # what is too large is refused in a sentence
            square = weight**2
        return Rows(self.wrapped, np.ones(n), weight, square)

    def _combinations(self, columns: list[str], weights: str | None) -> Rows:
        import narwhals.stable.v2 as nw

        lazy = self.wrapped
        weight = nw.lit(1.0) if weights is None else self._weight(weights)
        lazy = lazy.with_columns(weight.alias(_WEIGHT)).with_columns(
            (nw.col(_WEIGHT) * nw.col(_WEIGHT)).alias(_SQUARE),
            # Respondents of weight zero are in no base, missing or wrong weights in none either:
            # they are grouped apart so that they can be told apart afterwards.
            (nw.col(_WEIGHT) > 0).alias("__positive"),
            (nw.col(_WEIGHT) < 0).alias("__negative"),
            nw.col(_WEIGHT).is_finite().alias("__finite"),
        )
        keys = [*columns, "__positive", "__negative", "__finite"]
        grouped = lazy.group_by(keys).agg(
            nw.len().alias(_COUNT),
            nw.col(_WEIGHT).sum().alias("__sum"),
            nw.col(_WEIGHT).count().alias("__known"),
            nw.col(_SQUARE).sum().alias("__squares"),
        )
        table = grouped.collect()
        count = _numpy(table, _COUNT)
        weight_sum = _numpy(table, "__sum")
        weight_sum[_numpy(table, "__known") < count] = np.nan
        return Rows(table, count, weight_sum, _numpy(table, "__squares"))

    def _weight(self, name: str) -> nw.Expr:
        """Return the weights of a lazy frame as floats, NaN as null; refuse text."""
        import narwhals.stable.v2 as nw

        kind = self.wrapped.collect_schema()[name]
        if not (kind.is_numeric() or kind == nw.Boolean):
            raise DataError(
                f"column {name!r} holds {_kind_words(str(kind).lower())} where numbers are needed."
                " Convert it, or name another."
            )
        weight = nw.col(name).cast(nw.Float64)
        return nw.when(~weight.is_nan()).then(weight)


def open_frame(source: Any) -> Frame:
    """Return a `Frame` over a data frame, or over the file at a path."""
    import narwhals.stable.v2 as nw

    native = read_file(source) if isinstance(source, str | Path) else source
    if isinstance(source, str | Path) and "survey" in file_says(source):
        warnings.warn(
            f"{Path(source).name!r} keeps a codebook and a design, which only read_survey reads.",
            DataWarning,
            stacklevel=3,
        )
    if isinstance(native, pd.DataFrame):
        refuse_repeats(list(native.columns))
    try:
        wrapped = nw.from_native(native)
    except TypeError:
        raise DataError(
            f"a survey needs a data frame or a path to a CSV or Parquet file, not"
            f" {type(source).__name__!r}."
        ) from None
    lazy = isinstance(wrapped, nw.LazyFrame)
    # The schema of an eager frame is the slower way to its names.
    columns = tuple(wrapped.collect_schema().names() if lazy else wrapped.columns)
    refuse_repeats(columns)
    return Frame(native, wrapped, lazy, columns)


def polars_frame(table: pa.Table) -> Any:
    """Return an Arrow table as a Polars frame, for a library that takes no other."""
    import polars as pl

    return pl.from_arrow(table)


def file_origin(source: str | Path) -> str | None:
    """Return where a Parquet file says its records come from: collected, synthetic or nothing."""
    origin = file_says(source).get("origin")
    return origin if origin in ORIGINS else None


def factorize(column: pa.Array, name: str) -> tuple[Codes, list[Any]]:
    """Return codes 0 … k − 1 (−1 where missing) and the k values they stand for, sorted.

    Categorical columns keep the order of their categories, those without respondents included.
    """
    import pyarrow as pa

    if pa.types.is_null(column.type):
        return np.full(len(column), -1, dtype=np.int32), []
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        found = counted(column.to_numpy(zero_copy_only=False))
        if found is not None:
            return found
    declared = pa.types.is_dictionary(column.type)
    _has_answers(column.type.value_type if declared else column.type, name)
    encoded = column if declared else column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    codes = np.asarray(encoded.indices.cast(pa.int32()).fill_null(-1))
    if declared and None in values:
        # Arrow may keep a missing answer as an entry of the dictionary: it is no category.
        known = [i for i, value in enumerate(values) if value is not None]
        position = np.full(len(values) + 1, -1, dtype=np.int32)
        position[known] = np.arange(len(known))
        return position[codes], [values[i] for i in known]
    if declared:
        return codes, values
    try:
        order = sorted(range(len(values)), key=values.__getitem__)
    except TypeError:
        raise DataError(
            f"column {name!r} mixes {_types(values)}, which have no order. Make it one type."
        ) from None
    rank = np.empty(len(values) + 1, dtype=np.int32)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    return rank[codes], [values[i] for i in order]


def _has_answers(kind: Any, name: str) -> None:
    import pyarrow as pa

    if pa.types.is_nested(kind) or "binary" in str(kind):
        remedy = 'Declare it kind="multiple".' if "list" in str(kind) else "Convert it."
        raise DataError(f"column {name!r} holds {kind}, not one answer a respondent. {remedy}")


def few_answers(values: Sequence[Any], answers: float, name: str) -> None:
    """Raise a `DataError` for a column whose values must be people, free text or numbers.

    It has more different values than any list of answers, or most of them stand only once.
    """
    if len(values) > _FEW_VALUES and all(isinstance(one, dt.date | dt.time) for one in values):
        raise DataError(
            f"column {name!r} has {len(values):,} different dates or times, which are no list of"
            f" answers. Group them first, for example frame[{name!r}].dt.year.astype(str)."
        )
    many = len(values) > _LARGEST_LIST_OF_ANSWERS
    if many or (len(values) > _FEW_VALUES and 2 * len(values) > answers):
        raise DataError(
            f"column {name!r} has {len(values):,} different values among {answers:,.0f} answers; it"
            " looks like an identifier, free text or a number. Ask for a mean"
            ' (kind="scale"), group it first, or declare its categories.'
        )


def numbers(column: pa.Array, name: str) -> Array:
    """Return a column as floats, NaN where missing; refuse text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    if not (numeric or pa.types.is_decimal(kind) or pa.types.is_null(kind)):
        raise DataError(
            f"column {name!r} holds {_kind_words(kind)} where numbers are needed. Convert it, or"
            " name another."
        )
    if pa.types.is_dictionary(column.type):
        column = column.cast(kind)
    floats = pc.cast(column, pa.float64(), safe=False)
    return np.array(floats.to_numpy(zero_copy_only=False), dtype=float)


def _kind_words(kind: Any) -> str:
    return "text" if "string" in str(kind) else str(kind)


def list_codes(column: pa.Array, name: str) -> tuple[Codes, pa.Array, NDArray[np.bool_]]:
    """Return the row of each entry of a column of lists, the entries, and which rows have a list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return np.empty(0, np.int32), pa.array([], kind), np.zeros(len(column), dtype=bool)
    if not (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    ):
        raise DataError(
            f"column {name!r} of a multiple response holds {_kind_words(column.type)}, not lists of codes."
            " Name its set of 0/1 columns with columns=[…]."
        )
    owner = np.asarray(pc.list_parent_indices(column)).astype(np.int32)
    return owner, pc.list_flatten(column), np.asarray(pc.is_valid(column))


def mask_values(mask: Any, frame: Frame, size: int) -> NDArray[np.bool_]:
    """Return a boolean mask, of any engine, as an array in the order of the data."""
    import narwhals.stable.v2 as nw

    both_pandas = isinstance(mask, pd.Series) and isinstance(frame.native, pd.DataFrame)
    if both_pandas and len(mask) == size and not mask.index.equals(frame.native.index):
        raise DataError(
            "the domain's mask has another index than the data, so its rows may be others."
            " Make it from the same frame, or pass mask.to_numpy() if the order is the same."
        )
    series = nw.from_native(mask, series_only=True, pass_through=True)
    values = series.to_list() if isinstance(series, nw.Series) else np.asarray(mask).tolist()
    if not isinstance(values, list):
        raise DataError(
            f"a domain's mask is one True or False for each respondent, not"
            f" {type(mask).__name__!r}."
        )
    if len(values) != size:
        raise DataError(f"the domain's mask has {len(values):,} entries for {size:,} respondents.")
    other = sum(1 for value in values if not isinstance(value, bool | np.bool_))
    if other:
        raise DataError(
            f"{other:,} of {size:,} entries of the domain's mask are missing or not True or False."
            " Decide for each respondent, for example with .fillna(False)."
        )
    return np.asarray(values, dtype=bool)


def _arrow(table: Any, name: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = table.to_native()
    native = whole[name] if isinstance(whole, pd.DataFrame) else table[name].to_native()
    try:
        if isinstance(native, pd.Series):
            array = pa.Array.from_pandas(_with_plain_categories(native))
        else:
            array = table[name].to_arrow()
    except (OverflowError, UnicodeError):
        raise DataError(
            f"column {name!r} holds whole numbers of more than 64 bits, or text that is not Unicode."
            " Make it plain text."
        ) from None
    except pa.ArrowNotImplementedError:
        raise DataError(f"column {name!r} holds {native.dtype}. Convert it.") from None
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        kinds = _types([value for value in native if value is not None])
        raise DataError(f"column {name!r} mixes {kinds}. Make it one type.") from None
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks != 1 else array.chunk(0)
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    if pa.types.is_floating(array.type):
        # Adding zero makes -0.0 and 0.0 one answer.
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), pc.add(array, 0.0))
    return array


def _with_plain_categories(native: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column whose entries or categories, if intervals or periods, are their texts."""
    if isinstance(native.dtype, pd.PeriodDtype | pd.IntervalDtype):
        return native.astype(object).map(str, na_action="ignore")
    if isinstance(native.dtype, pd.CategoricalDtype):
        categories = native.dtype.categories
        if isinstance(categories, pd.IntervalIndex | pd.PeriodIndex):
            return native.cat.rename_categories([str(category) for category in categories])
    return native


def _numpy(table: Any, name: str) -> Array:
    return np.array(table[name].to_numpy(), dtype=float)


def _types(values: Sequence[Any]) -> str:
    words = {"str": "text", "int": "whole numbers", "float": "numbers", "bool": "True and False"}
    kinds = dict.fromkeys(type(value).__name__ for value in values)
    return " and ".join(words.get(kind, kind) for kind in kinds)
