"""Respondents' answers, read as the codebook declares them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, DataWarning, did_you_mean
from welfarestats.survey.codebook import Category, Codebook, Question, code_text
from welfarestats.survey.frames import Rows, factorize, few_answers, list_codes, numbers

Mask = NDArray[np.bool_]

# Squares of larger numbers, summed over a survey, leave the range of floating-point numbers.
_LARGEST_VALUE = 1e100


@dataclass(frozen=True)
class Answers:
    """What each row answered to one question.

    ``codes`` (single) is the position of the category, −1 without an answer. ``values`` (scale)
    is a number, NaN without one. ``mentioned`` (multiple) is one mask a category, and
    ``answered`` the rows with a record of any kind. The question is the declared one with the
    categories that were only found in the data. ``outer`` numbers the outer answer of each
    category of a nested banner.
    """

    question: Question
    codes: NDArray[np.int32] | None = None
    values: NDArray[np.float64] | None = None
    mentioned: tuple[Mask, ...] = ()
    answered: Mask | None = None
    outer: tuple[int, ...] = ()

    def in_base(self, base_includes: Sequence[str] | None) -> Mask:
        """Return which rows have an answer that counts in the base."""
        counted = set(self.question.counted(base_includes))
        if self.codes is not None:
            if len(counted) == len(self.question.categories):
                return self.codes >= 0
            known = np.zeros(len(self.question.categories) + 1, dtype=bool)
            known[list(counted)] = True
            return known[self.codes]
        if self.values is not None:
            return ~np.isnan(self.values)
        valid = np.array(self.answered)
        for position, mask in enumerate(self.mentioned):
            if position not in counted:
                valid &= ~mask
        return valid

    def scores(self) -> NDArray[np.float64]:
        """Return the number each row's answer counts as, NaN where it has none."""
        if self.values is not None:
            return self.values
        question = self.question
        if self.codes is None or not question.scored:
            raise CodebookError(
                f"question {question.name!r} is {question.kind!r} and its categories have no"
                " scores, so it has no mean. Give them scores, or declare it a scale."
            )
        score = np.full(len(question.categories) + 1, np.nan)
        for position, category in enumerate(question.categories):
            if category.valid and category.score is not None:
                score[position] = category.score
        return score[self.codes]

    def among(self, chosen: Mask) -> Answers:
        """Return the answers of some rows; the others have none."""
        if self.codes is not None:
            return replace(self, codes=np.where(chosen, self.codes, np.int32(-1)))
        if self.values is not None:
            return replace(self, values=np.where(chosen, self.values, np.nan))
        mentioned = tuple(mask & chosen for mask in self.mentioned)
        assert self.answered is not None
        return replace(self, mentioned=mentioned, answered=self.answered & chosen)

    def gave(self, positions: Sequence[int]) -> Mask:
        """Return which rows gave at least one of the answers at the positions."""
        if self.codes is not None:
            known = np.zeros(len(self.question.categories) + 1, dtype=bool)
            known[list(positions)] = True
            return known[self.codes]
        if not self.mentioned:
            raise CodebookError(
                f"question {self.question.name!r} is a scale and has no categories to choose by."
                " Use a mask, for example survey.domain(frame['age'] >= 18)."
            )
        gave = np.zeros(len(self.mentioned[0]), dtype=bool)
        for position in positions:
            gave |= self.mentioned[position]
        return gave


def find_question(
    name: object, codebook: Codebook, columns: Collection[str], *, numeric: bool = False
) -> Question:
    """Return the declared question, or a single one (a scale where asked) for a bare column."""
    if not isinstance(name, str):
        raise CodebookError(f"a question is named by text, not by {type(name).__name__!r}.")
    if name in codebook:
        return codebook[name]
    if name in columns:
        return Question(name, kind="scale" if numeric else "single")
    where = "codebook" if len(codebook) else "data"
    known = [question.name for question in codebook] or columns
    raise CodebookError(f"no question named {name!r} in the {where}.{did_you_mean(name, known)}")


def answer_columns(names: Sequence[str], codebook: Codebook, columns: Collection[str]) -> list[str]:
    """Return the columns that questions are kept in, and the questions that led to them."""
    found: list[str] = []
    for name in names:
        question = find_question(name, codebook, columns)
        found += question.stored_in
        found += answer_columns(list(question.asked_if or ()), codebook, columns)
    return found


def read_answers(question: Question, rows: Rows, gave: Callable[[str, Any], Mask]) -> Answers:
    """Return the answers to a question; ``gave`` tells who gave which answer to another one."""
    readers = {"single": _read_single, "scale": _read_scale, "multiple": _read_multiple}
    answers = readers[question.kind](question, rows)
    if not question.asked_if:
        return answers
    asked = np.ones(rows.size, dtype=bool)
    for other, wanted in question.asked_if.items():
        asked &= gave(other, wanted)
    return _routed(answers, asked, rows)


def _routed(answers: Answers, asked: Mask, rows: Rows) -> Answers:
    stray = answers.in_base(None) & ~asked
    if stray.any():
        warnings.warn(
            f"question {answers.question.name!r} has {int(rows.count[stray].sum()):,} answers of"
            " respondents who, by asked_if, were not asked. They are not in its base.",
            DataWarning,
            stacklevel=2,
        )
    return answers.among(asked)


def _read_single(question: Question, rows: Rows) -> Answers:
    coded = rows.coded(question.name)
    placed, position = _placed(question, coded.values, coded.answers)
    # The values of a question without declared categories stand in their own order.
    codes = position[coded.codes] if question.categories else coded.codes
    return Answers(placed, codes=codes)


def _read_scale(question: Question, rows: Rows) -> Answers:
    values = numbers(rows.column(question.name), question.name)
    if np.isinf(values).any():
        raise DataError(
            f"question {question.name!r} has {int(np.isinf(values).sum()):,} infinite values."
        )
    for category in question.categories:
        at = values == category.code
        if not category.valid:
            values[at] = np.nan
        elif category.score is not None:
            values[at] = category.score
    vast = np.abs(values) > _LARGEST_VALUE
    if vast.any():
        raise DataError(
            f"question {question.name!r} has {int(rows.count[vast].sum()):,} values beyond"
            f" {_LARGEST_VALUE:g}, too large to take a variance of. Correct them, or declare their"
            " code as missing."
        )
    return Answers(question, values=values)


def _read_multiple(question: Question, rows: Rows) -> Answers:
    if question.columns is None:
        return _read_lists(question, rows)
    mentioned, known = [], np.zeros(rows.size, dtype=bool)
    for name in question.columns:
        values = numbers(rows.column(name), name)
        odd = ~np.isnan(values) & (values != 0) & (values != 1)
        if odd.any():
            raise DataError(
                f"column {name!r} of the multiple response {question.name!r} has"
                f" {int(rows.count[odd].sum()):,} values other than 0 and 1. Recode it: 1 for"
                " mentioned, 0 for not mentioned, missing for not asked."
            )
        mentioned.append(values == 1)
        known |= ~np.isnan(values)
    return Answers(question, mentioned=tuple(mentioned), answered=known)


def _read_lists(question: Question, rows: Rows) -> Answers:
    owner, entries, has_list = list_codes(rows.column(question.name), question.name)
    codes, values = factorize(entries, question.name)
    tally = np.bincount(codes[codes >= 0], minlength=len(values)).astype(float)
    question, position = _placed(question, values, tally)
    placed = position[codes]
    mentioned = []
    for i in range(len(question.categories)):
        mask = np.zeros(rows.size, dtype=bool)
        mask[owner[placed == i]] = True
        mentioned.append(mask)
    return Answers(question, mentioned=tuple(mentioned), answered=has_list)


def _placed(
    question: Question, values: Sequence[Any], tally: NDArray[np.float64]
) -> tuple[Question, NDArray[np.int32]]:
    """Return the question with every value a category, and each value's position (−1 last)."""
    declared = bool(question.categories)
    if not declared and not question.nets:
        few_answers(values, float(tally.sum()), question.name)
        _warn_look_alikes(question, values)
        kinds = tuple(type(value) for value in values)
        # Many questions have the same numbers for answers; what people wrote is not kept here.
        numeric = set(kinds) <= {int, float}
        found = _numbered(tuple(values), kinds) if numeric else _found_categories(values)
        return replace(question, categories=found), np.append(np.arange(len(found)), -1)
    position = declared_positions(question, values)
    nowhere = position[:-1] < 0
    unknown = np.flatnonzero(nowhere & (tally > 0) if declared else nowhere).tolist()
    few_answers([values[i] for i in unknown], float(tally.sum()), question.name)
    if declared and unknown:
        _warn_unlabelled(question, [values[i] for i in unknown], tally[unknown])
    _warn_look_alikes(question, [values[i] for i in unknown])
    taken = {one.label for one in question.categories} | {net.label for net in question.nets}
    first = len(question.categories)
    position[unknown] = np.arange(first, first + len(unknown))
    extra = [Category(values[i], _found_label(values[i], taken)) for i in unknown]
    return replace(question, categories=(*question.categories, *extra)), position


def _found_categories(values: Sequence[Any]) -> tuple[Category, ...]:
    """Return the categories of a question that declares none."""
    return tuple(Category(value, code_text(value)) for value in values)


@lru_cache(maxsize=256)
def _numbered(values: tuple[Any, ...], kinds: tuple[type, ...]) -> tuple[Category, ...]:
    """Return categories of numbers; 1 and 1.0, which are equal, are of other ``kinds``."""
    return _found_categories(values)


def declared_positions(question: Question, values: Sequence[Any]) -> NDArray[np.int32]:
    """Return the category each value stands for by code or label, −1 for none; −1 once more last."""
    position = np.full(len(values) + 1, -1, dtype=np.int32)
    if not question.categories:
        return position
    by_code: dict[str, int] = {}
    for spelling in (code_text, _as_number):
        for i, category in enumerate(question.categories):
            by_code.setdefault(spelling(category.code), i)
    by_label = {category.label: i for i, category in enumerate(question.categories)}
    for i, value in enumerate(values):
        position[i] = by_code.get(code_text(value), by_code.get(_as_number(value), -1))
        if position[i] < 0 and isinstance(value, str):
            position[i] = by_label.get(value, -1)
    return position


def _found_label(value: Any, taken: set[str]) -> str:
    """Return the label of a value that was only found in the data."""
    label = code_text(value)
    return f"{label} (code without a label)" if label in taken else label


def _as_number(code: object) -> str:
    """Return the text of a code, 1 and 0 for True and False."""
    return code_text(int(code)) if isinstance(code, bool) else code_text(code)


def _warn_unlabelled(question: Question, values: Sequence[Any], tally: NDArray[np.float64]) -> None:
    # Text may be what somebody wrote or who they are: only numbers are repeated.
    numeric = all(isinstance(value, int | float) for value in values)
    first = f" The first is {code_text(values[0])}." if numeric else ""
    warnings.warn(
        f"question {question.name!r} has {int(tally.sum()):,} answers under {len(values)}"
        f" {'code' if len(values) == 1 else 'codes'} without a label in the codebook.{first}"
        " They are counted and shown under their code; add a Category for each.",
        DataWarning,
        stacklevel=2,
    )


def _warn_look_alikes(question: Question, values: Sequence[Any]) -> None:
    texts = [" ".join(value.split()).casefold() for value in values if isinstance(value, str)]
    alike = len(texts) - len(set(texts))
    if alike:
        warnings.warn(
            f"question {question.name!r} has answers that differ only in spaces or capitals"
            f" ({alike:,} of {len(texts):,} spellings). They are counted apart; make them one"
            " first, for example with .str.strip().",
            DataWarning,
            stacklevel=2,
        )
