"""The text files of a report folder, and values of TOML, each checked with its own sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from welfarestats.errors import ReportError, did_you_mean, listed


def file_text(path: Path) -> str:
    """Return the text of a file of a report folder, with its line breaks as they stand."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ReportError(
            f"the report folder {path.parent.name!r} has no file {path.name!r}. "
            f"`welfarestats new-report FOLDER` writes one to fill in."
        ) from None
    except UnicodeDecodeError as error:
        raise ReportError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file of a report folder.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        What the file says.

    Raises
    ------
    ReportError
        If the file is missing or is not TOML.
    """
    text = file_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"{path.name} is not valid TOML: {error}.") from error


def known_keys(
    table: Mapping[str, Any], known: Any, place: str, *, without: tuple[str, ...] = ()
) -> None:
    """Raise unless a table has known keys only."""
    names = [name for name in known if name not in without]
    for key in table:
        if key not in names:
            raise ReportError(
                f"{place}: {key!r} is not a known key; the keys are {listed(names, len(names))}."
                f"{did_you_mean(key, names)}"
            )


def inner_table(tables: Mapping[str, Any], key: str, file: str) -> dict[str, Any]:
    """Return a table inside a table; an empty one if there is none."""
    value = tables.get(key, {})
    if not isinstance(value, dict):
        raise ReportError(f"{file}: {key!r} must be a table, found {kind_of(value)}.")
    return value


def _required(table: Mapping[str, Any], key: str, place: str) -> Any:
    if key not in table:
        raise ReportError(f"{place} has no {key!r}. Add it.")
    return table[key]


def text_of(table: Mapping[str, Any], key: str, place: str) -> str:
    """Return a text that must be there."""
    value = _required(table, key, place)
    if not isinstance(value, str) or not value.strip():
        raise ReportError(f"{place}: {key!r} must be text in quotes, found {kind_of(value)}.")
    return value


def whole_number(table: Mapping[str, Any], key: str, place: str) -> int:
    """Return a whole number that must be there."""
    value = _required(table, key, place)
    if type(value) is not int or value < 0:
        raise ReportError(f"{place}: {key!r} must be a whole number, found {kind_of(value)}.")
    return value


def word_of(
    table: Mapping[str, Any],
    key: str,
    words: tuple[str, ...],
    place: str,
    *,
    default: str | None = None,
) -> str:
    """Return one of a few words."""
    if default is not None and key not in table:
        return default
    value = text_of(table, key, place)
    if value not in words:
        raise ReportError(
            f"{place}: {key!r} cannot be {value!r}; it is one of {listed(words)}."
            f"{did_you_mean(value, words)}"
        )
    return value


def column_names(table: Mapping[str, Any], key: str, place: str) -> str | tuple[str, ...] | None:
    """Return the name of a column, or several, or None."""
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ReportError(
        f"{place}: {key!r} must be a name or a list of names, found {kind_of(value)}."
    )


def answers_of(table: Mapping[str, Any], key: str, place: str) -> dict[str, tuple[str, ...]]:
    """Return labels of answers by question."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ReportError(
            f'{place}: {key!r} must be a table such as {{ question = ["Label"] }}, found '
            f"{kind_of(value)}."
        )
    found = {}
    for question, labels in value.items():
        several = [labels] if isinstance(labels, str) else labels
        if (
            not isinstance(several, list)
            or not several
            or not all(isinstance(label, str) for label in several)
        ):
            raise ReportError(
                f"{place}: {key!r} must give {question!r} a list of labels in quotes, found "
                f"{kind_of(labels)}."
            )
        found[question] = tuple(several)
    return found


def kind_of(value: Any) -> str:
    """Return what sort of value something is, in words."""
    if isinstance(value, list) and not value:
        return "an empty list"
    if isinstance(value, str) and not value.strip():
        return "nothing"
    words = {bool: "true or false", int: "a number", float: "a decimal number", str: "text"}
    words |= {list: "a list", dict: "a table"}
    return words.get(type(value), f"a {type(value).__name__}")
