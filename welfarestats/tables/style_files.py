"""House styles as TOML: a style of one's own, written and read without loss."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError, did_you_mean, listed
from welfarestats.output.files import replaced_when_whole
from welfarestats.tables.bands import Band
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.job_requests import kind_of
from welfarestats.tables.reliability import PrecisionRule, Reliability

_BASED_ON = "based_on"
_LISTS = ("tuple[str, ...]", "tuple[str, ...] | None")


def style_from_toml(path: Path) -> HouseStyle:
    """Return the style that a TOML file describes.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    HouseStyle
        The style; what it does not say is as in the preset that ``based_on`` names.

    Raises
    ------
    OptionError
        If there is no such file, it is not TOML, or a key or value is not one of a style.
    """
    content = _content(path)
    based_on = content.pop(_BASED_ON, None)
    place = path.name
    if based_on is not None:
        base = _preset(based_on, place)
        own = _fields_of(HouseStyle, content, place)
        given = {"name": path.stem, "source": f"{place}, based on {base.name!r}", **own}
        if {"bands", "reliability", "count_reliability"} & set(own):
            # What the preset prints of its rules is not true of others.
            given.setdefault("notes", ())
    else:
        base = None
        given = _fields_of(HouseStyle, content, place)
        for key in ("name", "source", "bands"):
            if key not in given:
                raise OptionError(
                    f"{place} has no {key!r}. Add it, or name a preset whose rules it shares:"
                    ' based_on = "default".'
                )
    try:
        return HouseStyle(**given) if base is None else replace(base, **given)
    except OptionError as error:
        raise OptionError(f"{place}: {error}") from None


def write_style(style: HouseStyle, path: Path) -> Path:
    """Write a style as a TOML file.

    Parameters
    ----------
    style : HouseStyle
        The style.
    path : pathlib.Path
        The file; it is replaced only when the new one is whole.

    Returns
    -------
    pathlib.Path
        The file.
    """
    import tomli_w

    with replaced_when_whole(path) as partial:
        partial.write_text(tomli_w.dumps(_table_of(style)), encoding="utf-8", newline="\n")
    return path


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise OptionError(
            f"the house style {path.name!r} cannot be opened in {str(path.parent)!r}"
            f" ({type(error).__name__}). Check its name and folder."
        ) from None
    except UnicodeDecodeError:
        raise OptionError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except RecursionError:
        raise OptionError(
            f"{path.name} has lists within lists without end. A house style has three levels."
        ) from None
    except ValueError as error:  # a number of thousands of digits is one too
        raise OptionError(f"{path.name} is not valid TOML: {error}.") from None


def _preset(name: Any, place: str) -> HouseStyle:
    from welfarestats.tables.style_presets import PRESETS

    if not isinstance(name, str) or name not in PRESETS:
        raise OptionError(
            f"{place}: {_BASED_ON!r} cannot be {name!r}; it is one of"
            f" {listed(PRESETS, len(PRESETS))}.{did_you_mean(name, PRESETS)}"
        )
    return PRESETS[name]


def _fields_of(kind: type[Any], content: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the values of a table, each checked, by the fields of what it describes."""
    known = {one.name: str(one.type) for one in fields(kind)}
    names = [*known, _BASED_ON] if kind is HouseStyle else [*known]
    for key in content:
        if key not in known:
            raise OptionError(
                f"{place}: {key!r} is not a known key; the keys are"
                f" {listed(names, len(names))}.{did_you_mean(key, names)}"
            )
    return {
        key: _value(value, known[key], f"{place}: {key!r}", key) for key, value in content.items()
    }


def _value(value: Any, wanted: str, place: str, key: str) -> Any:
    if key == "bands":
        return tuple(_made(Band, one, where) for one, where in _tables(value, place))
    if key == "rules":
        return tuple(_made(PrecisionRule, one, where) for one, where in _tables(value, place))
    if key in ("reliability", "count_reliability"):
        return _made(Reliability, value, place)
    if wanted in _LISTS:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise OptionError(f"{place} must be a list of texts, found {kind_of(value)}.")
        return tuple(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    right, words = {
        "str": (isinstance(value, str), "text"),
        "bool": (isinstance(value, bool), "true or false"),
        "int": (number and isinstance(value, int) and value >= 0, "a whole number from 0"),
    }.get(wanted, (number, "a number"))
    if not right:
        raise OptionError(f"{place} must be {words}, found {kind_of(value)}.")
    return value


def _tables(value: Any, place: str) -> list[tuple[Any, str]]:
    """Return the tables of a list, each with its place."""
    if not isinstance(value, list):
        raise OptionError(f"{place} must be a list of tables, found {kind_of(value)}.")
    return [(one, f"{place}, number {number}") for number, one in enumerate(value, start=1)]


def _made(kind: type[Any], value: Any, place: str) -> Any:
    """Return what a table inside the file describes; its place stands before any complaint."""
    if not isinstance(value, dict):
        raise OptionError(f"{place} must be a table, found {kind_of(value)}.")
    given = _fields_of(kind, value, place)
    needed = [one.name for one in fields(kind) if one.default is MISSING]
    for key in needed:
        if key not in given:
            raise OptionError(f"{place} has no {key!r}. Add it.")
    try:
        return kind(**given)
    except OptionError as error:
        raise OptionError(f"{place}: {error}") from None


def _table_of(value: Any) -> dict[str, Any]:
    """Return what differs from the defaults, as a table."""
    table = {}
    for one in fields(value):
        held = getattr(value, one.name)
        if held is None or (one.default is not MISSING and held == one.default):
            continue
        if isinstance(held, tuple):
            held = [each if isinstance(each, str) else _table_of(each) for each in held]
        elif isinstance(held, Reliability):
            held = _table_of(held)
        table[one.name] = held
    return table
