"""The codebooks of several waves made one: what is asked alike, and what is not."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from welfarestats.errors import CodebookError, DataWarning, listed
from welfarestats.survey.categories import Category, Net, code_text
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.declarations import SYNTHETIC_MARK

__all__ = ["WAVE", "check_declared", "merged_codebook", "renamed_question"]

#: The question that tells the waves of a stack apart.
WAVE = "wave"


def merged_codebook(codebooks: Mapping[str, Codebook]) -> Codebook:
    """Return the questions of every wave, those of some waves routed to them.

    Raises a `CodebookError` where a question is declared in two ways; a question that is worded
    in two ways keeps the first wording, with a warning.
    """
    waves = tuple(Category(name, name) for name in codebooks)
    merged = [Question(WAVE, "Wave", categories=waves)]
    for name in _in_order(codebooks):
        asked = {wave: book[name] for wave, book in codebooks.items() if name in book}
        first_wave, question = next(iter(asked.items()))
        for wave, other in asked.items():
            _check_alike(question, other, (first_wave, wave))
        _tell_of_wordings({wave: _wording(one) for wave, one in asked.items()}, name)
        if len(asked) < len(codebooks):
            question = replace(question, asked_if={WAVE: tuple(asked), **(question.asked_if or {})})
        merged.append(question)
    return Codebook(tuple(merged))


def check_declared(
    codebooks: Mapping[str, Codebook], columns: Mapping[str, Collection[str]]
) -> None:
    """Raise a `CodebookError` where a wave has answers to a question that only others declare."""
    declared = {
        question.name: (wave, question) for wave, book in codebooks.items() for question in book
    }
    for wave, own in columns.items():
        for name, (other, question) in declared.items():
            stored = [column for column in question.stored_in if column in own]
            if stored and name not in codebooks[wave]:
                raise CodebookError(
                    f"question {name!r} is declared in {other!r} and not in {wave!r}, whose data"
                    f" have its column {stored[0]!r}. Declare it in both codebooks, or leave the"
                    " column out."
                )


def renamed_question(question: Question, wave: str, columns: Mapping[str, str]) -> Question:
    """Return a question as it was asked in a wave, with the names that its columns have now."""
    mark = f" {SYNTHETIC_MARK}" if question.label.endswith(SYNTHETIC_MARK) else ""
    routes = {columns[name]: codes for name, codes in (question.asked_if or {}).items()}
    return replace(
        question,
        name=columns[question.name],
        label=f"{_wording(question)} ({wave}){mark}",
        columns=None if question.columns is None else tuple(columns[c] for c in question.columns),
        asked_if=routes or None,
    )


def _in_order(codebooks: Mapping[str, Codebook]) -> list[str]:
    """Return the names of all questions, those of later waves after their neighbours."""
    names: list[str] = []
    for book in codebooks.values():
        before = -1
        for question in book:
            if question.name in names:
                before = names.index(question.name)
            else:
                before += 1
                names.insert(before, question.name)
    return names


def _wording(question: Question) -> str:
    return question.label.removesuffix(SYNTHETIC_MARK).rstrip()


def _tell_of_wordings(wordings: Mapping[str, str], name: str) -> None:
    first = next(iter(wordings))
    other = [wave for wave, words in wordings.items() if words != wordings[first]]
    if other:
        warnings.warn(
            f"question {name!r} is worded otherwise in {listed(other)} than in {first!r}:"
            f" {wordings[other[0]]!r}, {wordings[first]!r}. The first wording is shown; whether"
            " answers to both can be compared is for you to say.",
            DataWarning,
            stacklevel=4,
        )


def _check_alike(question: Question, other: Question, waves: tuple[str, str]) -> None:
    """Raise a `CodebookError` that names how two declarations of a question differ."""
    difference = (
        _kinds(question, other)
        or _categories(question, other, waves)
        or _nets(question.nets, other.nets, waves)
        or _routes(question, other)
    )
    if difference:
        raise CodebookError(
            f"question {question.name!r} is not the same in {waves[0]!r} and {waves[1]!r}:"
            f" {difference}. Recode one of them, or give the two questions different names."
        )


def _kinds(question: Question, other: Question) -> str:
    if question.kind != other.kind:
        return f"its kind is {question.kind!r} and {other.kind!r}"
    if set(question.stored_in) != set(other.stored_in):
        return f"it stands in {listed(question.stored_in)} and in {listed(other.stored_in)}"
    return ""


def _categories(question: Question, other: Question, waves: tuple[str, str]) -> str:
    ours = {code_text(one.code): one for one in question.categories}
    theirs = {code_text(one.code): one for one in other.categories}
    for books, only, wave in ((ours, theirs, waves[0]), (theirs, ours, waves[1])):
        lacking = [one.label for code, one in books.items() if code not in only]
        if lacking:
            word = "category" if len(lacking) == 1 else "categories"
            return f"only {wave!r} has the {word} {listed(lacking)}"
    for code, one in ours.items():
        words = _differs(one, theirs[code])
        if words:
            return f"code {code} is {words}"
    if question.columns is not None and _by_column(question) != _by_column(other):
        return "its columns stand for other categories"
    return ""


def _by_column(question: Question) -> dict[str, str]:
    codes = [code_text(one.code) for one in question.categories]
    return dict(zip(question.columns or (), codes, strict=True))


def _differs(one: Category, other: Category) -> str:
    if one.label != other.label:
        return f"{one.label!r} and {other.label!r}"
    if one.score != other.score:
        return f"scored {one.score!r} and {other.score!r}"
    if one.missing != other.missing:
        return f"missing for the reason {one.missing!r} and {other.missing!r}"
    return ""


def _nets(ours: Sequence[Net], theirs: Sequence[Net], waves: tuple[str, str]) -> str:
    members = [
        {net.label: sorted(map(code_text, net.codes)) for net in nets} for nets in (ours, theirs)
    ]
    for own, only, wave in ((*members, waves[0]), (*reversed(members), waves[1])):
        lacking = [label for label in own if label not in only]
        if lacking:
            return f"only {wave!r} has the net {lacking[0]!r}"
    unlike = [label for label in members[0] if members[0][label] != members[1][label]]
    return f"the net {unlike[0]!r} unites other categories" if unlike else ""


def _routes(question: Question, other: Question) -> str:
    routes = [
        {name: sorted(map(code_text, codes)) for name, codes in (one.asked_if or {}).items()}
        for one in (question, other)
    ]
    if routes[0] != routes[1]:
        return "it was asked of other people (asked_if)"
    if set(question.base_includes) != set(other.base_includes):
        return "other missing answers count in its base (base_includes)"
    return ""
