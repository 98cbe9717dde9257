"""One column of several frames under each other: of one type, of the same categories."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from welfarestats.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["kind_words", "under_each_other"]


def kind_words(kind: Any) -> str:
    """Return what a column of an Arrow type holds, as a message says it."""
    return "text" if "string" in str(kind) else str(kind)


def under_each_other(
    name: str, tables: Mapping[str, pa.Table], declared: Set[str]
) -> pa.ChunkedArray:
    """Return one column of several tables under each other, null where a table has none."""
    import pyarrow as pa

    parts: dict[str, Any] = {}
    for wave, table in tables.items():
        column = table[name] if name in table.column_names else pa.nulls(len(table))
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_dictionary(column.type) and name in declared:
            column = column.cast(column.type.value_type)
        parts[wave] = column
    kinds = {wave: one.type for wave, one in parts.items() if not pa.types.is_null(one.type)}
    _same_categories(name, {wave: parts[wave] for wave in kinds})
    whole = _common_type(name, kinds)
    try:
        return pa.chunked_array([one.cast(whole) for one in parts.values()], type=whole)
    except pa.ArrowInvalid:
        raise DataError(
            f"column {name!r} holds whole numbers in one wave and decimals in another, and some are"
            " too large to stay what they are as decimals. Make it text in every wave, or leave it"
            " out."
        ) from None


def _common_type(name: str, kinds: Mapping[str, Any]) -> Any:
    """Return the type that holds the entries of every frame, or raise where none does."""
    import pyarrow as pa

    types = pa.types
    if not kinds:
        return pa.null()
    first = next(iter(kinds.values()))
    every = list(kinds.values())
    if all(kind == first for kind in every):
        return first
    if all(types.is_integer(kind) or types.is_floating(kind) for kind in every):
        return pa.int64() if all(types.is_integer(kind) for kind in every) else pa.float64()
    plain = [kind.value_type if types.is_dictionary(kind) else kind for kind in every]
    if all(types.is_string(kind) or types.is_large_string(kind) for kind in plain):
        ordered = all(types.is_dictionary(kind) for kind in every)
        return pa.dictionary(pa.int32(), pa.string()) if ordered else pa.string()
    words = [f"{kind_words(kind)} in {wave!r}" for wave, kind in zip(kinds, plain, strict=True)]
    other = next(i for i, kind in enumerate(plain) if kind != plain[0])
    raise DataError(
        f"column {name!r} holds {words[0]} and {words[other]}. Make it one type in every wave, or"
        " leave it out."
    )


def _same_categories(name: str, parts: Mapping[str, Any]) -> None:
    """Raise unless the categories that columns declare are the same, in one order."""
    import pyarrow as pa

    listed = {
        wave: one.dictionary.to_pylist()
        for wave, one in parts.items()
        if pa.types.is_dictionary(one.type)
    }
    first = next(iter(listed), "")
    for wave, categories in listed.items():
        if categories != listed[first]:
            shared = len(set(categories) & set(listed[first]))
            raise DataError(
                f"the categories of column {name!r} differ: {len(listed[first]):,} in {first!r} and"
                f" {len(categories):,} in {wave!r}, of which {shared:,} are the same, or they stand"
                " in another order. Give both columns the same categories, or declare the question"
                " in both codebooks."
            )
