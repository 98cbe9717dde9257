"""Codebooks as TOML: every question, category, net and route, written and read without loss."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError, did_you_mean, listed
from welfarestats.output.files import replaced_when_whole
from welfarestats.survey.categories import Category, Net
from welfarestats.survey.codebook import Codebook, Question

__all__ = [
    "codebook_from_table",
    "codebook_text",
    "question_from_table",
    "read_table",
    "text_of",
    "write_text",
]

# Tables that the same file may hold for `read_survey`; a codebook passes over them.
SIDECAR_TABLES = ("survey", "missing", "multiple")

_TEXTS = ("name", "label", "kind", "missing")
_LISTS = ("columns", "categories", "nets", "base_includes", "codes")


def codebook_text(codebook: Codebook) -> str:
    """Return a codebook as TOML, one ``[[question]]`` table a question.

    Parameters
    ----------
    codebook
        The questions.

    Returns
    -------
    str
        Text that `codebook_from_table` gives the same codebook for.
    """
    return text_of(questions_table(codebook))


def questions_table(codebook: Codebook) -> dict[str, Any]:
    """Return a codebook as the table that its TOML file holds."""
    return {"question": [_question_table(question) for question in codebook]}


def text_of(table: Mapping[str, Any]) -> str:
    """Return a table as TOML, or say that it holds something TOML has no word for."""
    import tomli_w

    try:
        text = tomli_w.dumps(table)
        text.encode("utf-8")
    except (TypeError, UnicodeEncodeError) as error:
        raise CodebookError(
            f"the codebook cannot be written as TOML ({type(error).__name__}): codes are numbers,"
            " text, True, False or dates, and labels are text."
        ) from None
    return text


def write_text(path: Path, text: str) -> None:
    """Write a file that takes the old one's place only when it is whole."""
    with replaced_when_whole(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def read_table(source: Path) -> dict[str, Any]:
    """Return what a TOML file holds; one sentence for each way it can be wrong.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    dict
        Its tables.

    Raises
    ------
    CodebookError
        When the file is missing, is a folder or is not TOML.
    """
    try:
        return tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CodebookError(f"there is no codebook file {source.name!r}.") from None
    except OSError as error:
        raise CodebookError(
            f"codebook {source.name!r} cannot be opened ({type(error).__name__}). Check that it is"
            " a file, and that you may read it."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodebookError(f"codebook {source.name!r} is not valid TOML: {error}.") from None


def codebook_from_table(content: Mapping[str, Any], name: str) -> Codebook:
    """Return the codebook of a TOML file.

    Parameters
    ----------
    content
        What the file holds.
    name
        The file, for messages.

    Returns
    -------
    Codebook
        The questions in the order of the file.

    Raises
    ------
    CodebookError
        When there is something else than questions, or a question is described wrongly.
    """
    unknown = [key for key in content if key not in ("question", *SIDECAR_TABLES)]
    if unknown:
        raise CodebookError(
            f"codebook {name!r} has {listed(unknown)} beside its [[question]] tables."
            f"{did_you_mean(unknown[0], ('question', *SIDECAR_TABLES))}"
        )
    tables = content.get("question", [])
    if not isinstance(tables, list) or not all(isinstance(one, Mapping) for one in tables):
        raise CodebookError(
            f"codebook {name!r} has no [[question]] tables, but another 'question'."
        )
    return Codebook(tuple(question_from_table(table) for table in tables))


def question_from_table(table: Mapping[str, Any]) -> Question:
    """Return the question that a ``[[question]]`` table of a TOML file describes.

    Parameters
    ----------
    table
        The keys of `Question`; categories and nets are tables of theirs.

    Returns
    -------
    Question
        The question, checked.

    Raises
    ------
    CodebookError
        When the table has no name or a key that no question has.
    """
    name = table.get("name")
    if not isinstance(name, str):
        raise CodebookError("a [[question]] table has no name. Give it one, as text.")
    parts = dict(table)
    _check_types(parts, name)
    categories = [_build(Category, entry, name) for entry in parts.pop("categories", [])]
    nets = [_build(Net, entry, name) for entry in parts.pop("nets", [])]
    question: Question = _build(Question, {**parts, "categories": categories, "nets": nets}, name)
    return question


def _build(kind: Any, entry: Any, question: str) -> Any:
    known = list(kind.__dataclass_fields__)
    if not isinstance(entry, Mapping):
        raise CodebookError(f"question {question!r}: {entry!r} should be a table with {known}.")
    for key in entry:
        if key not in known:
            raise CodebookError(
                f"question {question!r} has the key {key!r}, which a {kind.__name__.lower()}"
                f" does not have.{did_you_mean(key, known)}"
            )
    _check_types(entry, question)
    try:
        return kind(**entry)
    except TypeError as error:
        raise CodebookError(f"question {question!r} is incomplete: {error}.") from None


def _check_types(entry: Mapping[str, Any], question: str) -> None:
    """Raise a `CodebookError` for text where a list belongs, and the like."""
    wanted = {
        **dict.fromkeys(_TEXTS, (str, "text")),
        **dict.fromkeys(_LISTS, (list, "a list")),
        "asked_if": (Mapping, "a table"),
        "score": (int | float, "a number"),
    }
    for key, value in entry.items():
        kind, words = wanted.get(key, (object, ""))
        if key in ("categories", "nets") and isinstance(value, list):
            continue
        if isinstance(value, tuple) and kind is list:
            continue
        if not isinstance(value, kind) or (key == "score" and isinstance(value, bool)):
            raise CodebookError(
                f"question {question!r} has {type(value).__name__!r} as {key!r}, where {words}"
                " belongs."
            )
    if isinstance(entry.get("code"), list | Mapping):
        raise CodebookError(f"question {question!r} has a category whose code is no single value.")


def _question_table(question: Question) -> dict[str, Any]:
    table = _kept(question)
    if question.asked_if:
        table["asked_if"] = {key: _plain_list(codes) for key, codes in question.asked_if.items()}
    if question.columns is not None:
        table["columns"] = list(question.columns)
    if question.categories:
        table["categories"] = [_kept(category) for category in question.categories]
    if question.nets:
        table["nets"] = [{"label": n.label, "codes": _plain_list(n.codes)} for n in question.nets]
    return table


def _kept(part: Question | Category) -> dict[str, Any]:
    """Return the fields of a question or category that say something (a score of 0 does)."""
    values = {field.name: getattr(part, field.name) for field in fields(part)}
    return {
        name: _plain(value) if not isinstance(value, tuple) else list(value)
        for name, value in values.items()
        if value is not None and not isinstance(value, Mapping) and not _is_empty(value)
    }


def _is_empty(value: Any) -> bool:
    return isinstance(value, tuple) and not value


def _plain_list(codes: Any) -> list[Any]:
    return [_plain(code) for code in codes]


def _plain(value: Any) -> Any:
    """Return a number of NumPy as Python's own, which TOML has a word for."""
    return value.item() if hasattr(value, "item") and not isinstance(value, type) else value
