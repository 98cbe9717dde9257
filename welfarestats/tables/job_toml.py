"""A job written as TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError
from welfarestats.tables.job_requests import (
    BannerRequest,
    FilterRequest,
    Job,
    NetRequest,
    Setting,
    TableRequest,
    checked_key,
    checked_setting,
    kind_of,
    setting_keys,
)

_SECTIONS = ("design", "options", "output")
_LISTS = ("stubs", "banner", "filter", "nets")
_STUB_KEYS = ("questions", "name", "title", "filter")
_NET_KEYS = ("question", "label", "codes")


def job_from_toml(path: Path) -> Job:
    """Return the job in a TOML file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Job
        What it asks for; questions and answers are not looked up yet.

    Raises
    ------
    OptionError
        If it is not TOML, has a key that no job has, or a value of another kind.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise OptionError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"{path.name} is not valid TOML: {error}.") from None
    settings = _settings(path.name, content)
    if "stubs" not in content:
        raise OptionError(
            f"{path.name} has no 'stubs'. Add them: stubs = [\"*\"] makes a table of every question."
        )
    stubs = _entries(content, "stubs", path.name)
    banner = _entries(content, "banner", path.name)
    nets = _entries(content, "nets", path.name)
    return Job(
        path,
        settings,
        tuple(_stub(entry, place) for entry, place in stubs),
        tuple(_banner(entry, place) for entry, place in banner),
        _filters(content.get("filter", {}), f"{path.name}, 'filter'"),
        tuple(_net(entry, place) for entry, place in nets),
    )


def _settings(name: str, content: Mapping[str, Any]) -> dict[str, Setting]:
    """Return the values of the top and of each section; every key must be known there."""
    keys = setting_keys()
    known = [*keys[""], *_SECTIONS, *_LISTS]
    found = {}
    for key, value in content.items():
        home = next((section for section in _SECTIONS if key in keys[section]), None)
        if home is not None:
            raise OptionError(f"{name}: {key!r} stands at the top; it belongs in [{home}].")
        checked_key(key, known, name)
        if key in keys[""]:
            found[key] = checked_setting(key, value, name)
    for section in _SECTIONS:
        table = content.get(section, {})
        place = f"{name}, [{section}]"
        if not isinstance(table, dict):
            raise OptionError(f"{place} is a table of keys, found {kind_of(table)}.")
        for key, value in table.items():
            checked_key(key, keys[section], place)
            found[key] = checked_setting(key, value, place)
    return found


def _entries(content: Mapping[str, Any], key: str, name: str) -> list[tuple[Any, str]]:
    """Return the entries of a list with their places; one text is a list of one."""
    value = content.get(key, [])
    if isinstance(value, str) and key != "nets":
        value = [value]
    if not isinstance(value, list):
        raise OptionError(f"{name}: {key!r} is a list, found {kind_of(value)}.")
    return [(entry, f"{name}, entry {at} of {key!r}") for at, entry in enumerate(value, 1)]


def _stub(entry: Any, place: str) -> TableRequest:
    """Return what an entry of the stubs asks for: a name or pattern, or a table of keys."""
    if isinstance(entry, str):
        return TableRequest(((_text(entry, "a question", place), place),), place=place)
    if not isinstance(entry, dict):
        raise OptionError(
            f"{place} is the name of a question, a pattern or a table with 'questions', found"
            f" {kind_of(entry)}."
        )
    for key in entry:
        checked_key(key, _STUB_KEYS, place)
    if "questions" not in entry:
        raise OptionError(f"{place} has no 'questions'. Add them.")
    questions = entry["questions"]
    names = [questions] if isinstance(questions, str) else questions
    if not isinstance(names, list) or not names:
        raise OptionError(
            f"{place}: 'questions' is a name or a list of names, found {kind_of(questions)}."
        )
    return TableRequest(
        tuple((_text(name, "a question", place), place) for name in names),
        name=_text(entry["name"], "'name'", place) if "name" in entry else "",
        title=_text(entry["title"], "'title'", place) if "title" in entry else "",
        place=place,
        filters=_filters(entry.get("filter", {}), f"{place}, 'filter'"),
    )


def _banner(entry: Any, place: str) -> BannerRequest:
    names = [entry] if isinstance(entry, str) else entry
    if not isinstance(names, list) or len(names) not in (1, 2):
        found = f"a list of {len(names)}" if isinstance(names, list) else kind_of(entry)
        raise OptionError(
            f"{place} is the name of a question, or a list of two that are crossed, found {found}."
        )
    return BannerRequest(tuple(_text(name, "a question", place) for name in names), place)


def _filters(table: Any, place: str) -> tuple[FilterRequest, ...]:
    if not isinstance(table, dict):
        raise OptionError(
            f'{place} is a table such as {{ region = ["North"] }}, found {kind_of(table)}.'
        )
    return tuple(
        FilterRequest(question, _answers(given, f"{place}: {question!r}"), place)
        for question, given in table.items()
    )


def _net(entry: Any, place: str) -> NetRequest:
    if not isinstance(entry, dict):
        raise OptionError(f"{place} is a table, found {kind_of(entry)}.")
    for key in entry:
        checked_key(key, _NET_KEYS, place)
    for key in _NET_KEYS:
        if key not in entry:
            raise OptionError(f"{place} has no {key!r}. Add it.")
    return NetRequest(
        _text(entry["question"], "'question'", place),
        _text(entry["label"], "'label'", place),
        _answers(entry["codes"], f"{place}: 'codes'"),
        place,
    )


def _answers(given: Any, what: str) -> tuple[Any, ...]:
    """Return labels or codes, of which there is one at least."""
    several = given if isinstance(given, list) else [given]
    if not several or not all(isinstance(one, str | int | float) for one in several):
        raise OptionError(f"{what} is an answer or a list of answers, found {kind_of(given)}.")
    return tuple(several)


def _text(value: Any, what: str, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise OptionError(f"{place}: {what} is text in quotes, found {kind_of(value)}.")
    return value.strip()
