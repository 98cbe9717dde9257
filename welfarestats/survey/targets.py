"""Population figures to weight to: from mappings, frames, files or another survey, as margins."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from welfarestats.errors import DataError, OptionError, WeightingError, listed
from welfarestats.survey.categories import Code, code_text, is_number
from welfarestats.survey.frames import Frame, open_frame
from welfarestats.survey.survey import Survey

__all__ = ["TARGET", "WantedMargin", "margin_list", "margin_words", "wanted_margins"]

TARGET = "target"
_LONG = ("variable", "category")
# Shares and sums agree within this: more than rounding in the last digit of a number.
ROUNDING = 1e-6
# Squares of weights that add up to more leave the range of floating-point numbers.
LARGEST_TARGET = 1e100


@dataclass(frozen=True)
class WantedMargin:
    """A margin to weight to: its questions, and the target of each (combination of) answer(s).

    ``group`` is the answer to the question that the margin lies within, if it lies within one.
    """

    questions: tuple[str, ...]
    answers: tuple[tuple[Code, ...], ...]
    figures: tuple[float, ...]
    shares: bool
    group: Code | None = None

    @property
    def total(self) -> float:
        """What the figures add up to."""
        return math.fsum(self.figures)

    @property
    def name(self) -> str:
        """The margin as a table names it: ``age by sex within UC``."""
        where = "" if self.group is None else f" within {code_text(self.group)}"
        return " by ".join(self.questions) + where

    @property
    def words(self) -> str:
        """The margin as an error names it."""
        where = "" if self.group is None else f" within {code_text(self.group)!r}"
        return margin_words(self.questions) + where


def margin_words(questions: Sequence[str]) -> str:
    """Return the questions of a margin in quotes: ``'age' by 'sex'``."""
    return " by ".join(repr(name) for name in questions)


def margin_list(wanted: Iterable[WantedMargin]) -> str:
    """Return the margins as a reader of a table sees them: ``sex, age by region``."""
    return ", ".join(dict.fromkeys(" by ".join(margin.questions) for margin in wanted))


def wanted_margins(
    targets: Any,
    *,
    margins: Sequence[str | Sequence[str]] | None = None,
    within: str | None = None,
) -> tuple[WantedMargin, ...]:
    """Return the margins that targets describe, in their order.

    Parameters
    ----------
    targets
        ``{"sex": {"Men": 0.48, "Women": 0.52}}`` (for a joint margin a tuple of questions, and of
        answers); a data frame or CSV file with ``target`` and one column a question (a joint
        margin), or with ``variable``, ``category`` and ``target`` (one margin a variable);
        another `Survey`, whose weighted shares are met; or a list of these.
    margins
        With another survey: questions, or tuples of questions, to take from it.
    within
        A question: the targets are those of each of its answers, ``{"UC": {"sex": …}, …}``, or
        stand in a frame with a column of that name.

    Returns
    -------
    tuple of WantedMargin
        Figures as given: shares, which add up to 1, or counts.

    Raises
    ------
    OptionError
        When the targets have none of these forms.
    WeightingError
        When a figure is no number, is negative, stands twice, or shares do not add up to 1.

    Notes
    -----
    Figures are shares when none is above 1 and they are not all whole numbers. Shares off 1 by
    no more than a millionth are rounded ones and are scaled to 1.

    Examples
    --------
    >>> (margin,) = wanted_margins({"sex": {"Men": 480, "Women": 520}})
    >>> margin.shares, margin.total
    (False, 1000.0)
    """
    _needed(targets, margins)
    if within is None:
        wanted = tuple(_margins(targets, margins))
    else:
        wanted = tuple(_margins_within(targets, margins, within))
    if not wanted:
        raise OptionError("there are no targets. Give figures: {'sex': {'Men': 0.48, …}}.")
    seen: set[tuple[Any, ...]] = set()
    for margin in wanted:
        key = (margin.group, frozenset(margin.questions))
        if key in seen:
            raise WeightingError(f"the targets of {margin.words} stand twice. Give them once.")
        seen.add(key)
    return wanted


def _needed(targets: Any, margins: object) -> None:
    several = targets if isinstance(targets, list | tuple) else [targets]
    surveys = any(isinstance(one, Survey) for one in several)
    if surveys and margins is None:
        raise OptionError(
            "targets from another survey need margins=: the questions to take from it, such as"
            ' margins=["sex", ("age", "region")].'
        )
    if margins is not None and not surveys:
        raise OptionError("margins= goes with targets from another survey only. Leave it out.")


def _margins(targets: Any, margins: Any) -> Iterator[WantedMargin]:
    if isinstance(targets, list | tuple):
        for part in targets:
            yield from _margins(part, margins)
    elif isinstance(targets, Survey):
        for names in margins:
            yield _of_survey(targets, (names,) if isinstance(names, str) else tuple(names))
    elif isinstance(targets, Mapping):
        for key, figures in targets.items():
            yield _of_mapping(key, figures)
    else:
        yield from _of_frame(_opened(targets))


def _margins_within(targets: Any, margins: Any, within: str) -> Iterator[WantedMargin]:
    if isinstance(targets, list | tuple):
        for part in targets:
            yield from _margins_within(part, margins, within)
    elif isinstance(targets, Mapping):
        for group, inner in targets.items():
            if isinstance(inner, Mapping) and any(is_number(one) for one in inner.values()):
                raise OptionError(
                    f"with within={within!r} targets are those of each of its answers, such as"
                    f" {{'UC': {{'sex': …}}}}, and {code_text(group)!r} has figures. Put them under"
                    f" an answer to {within!r}, or leave within out."
                )
            if not isinstance(inner, Mapping | list | tuple):
                inner_margins = _of_frame(_opened(inner))
            else:
                inner_margins = _margins(inner, margins)
            for margin in inner_margins:
                yield replace(margin, group=group)
    elif isinstance(targets, Survey):
        for names in margins:
            questions = (names,) if isinstance(names, str) else tuple(names)
            yield from _split(_of_survey(targets, (within, *questions)), within, shares=True)
    else:
        frame = _opened(targets)
        if within not in frame.columns:
            raise OptionError(
                f"the targets have no column {within!r}, the question that they lie within; they"
                f" have {listed(frame.columns)}."
            )
        yield from _of_frame(frame, within)


def _opened(source: Any) -> Frame:
    if isinstance(source, bool | int | float | None | np.generic):
        raise OptionError(
            f"targets are figures by answer, {{'sex': {{'Men': 0.48, 'Women': 0.52}}}}, a frame,"
            f" a file or a survey, not {source!r}."
        )
    frame = open_frame(Path(source) if isinstance(source, str) else source)
    if frame.lazy:
        raise OptionError("targets in a lazy frame are not in memory. Collect it first.")
    if TARGET not in frame.columns:
        raise OptionError(
            f"a frame of targets has a column 'target' beside one for each question; this one has"
            f" {listed(frame.columns)}."
        )
    return frame


def _of_mapping(key: Any, figures: Any) -> WantedMargin:
    questions = (key,) if isinstance(key, str) else tuple(key) if _is_tuple(key) else ()
    if not questions or not all(isinstance(name, str) for name in questions):
        raise OptionError(f"targets go by the names of questions, not by {key!r}.")
    if not isinstance(figures, Mapping) or not figures:
        what = "empty" if isinstance(figures, Mapping) else f"of type {type(figures).__name__!r}"
        raise OptionError(
            f"the targets of {margin_words(questions)} are {what} and not figures by answer,"
            " {'Men': 0.48, 'Women': 0.52}. Only calibrate() takes a total, which is one number."
        )
    joint = len(questions) > 1
    answers = [answer if joint and _is_tuple(answer) else (answer,) for answer in figures]
    for answer in answers:
        if len(answer) != len(questions):
            raise OptionError(
                f"the targets of {margin_words(questions)} go by {len(questions)} answers each,"
                f" such as ('16-24', 'Women'), not by {answer!r}."
            )
    return _checked(questions, answers, list(figures.values()))


def _is_tuple(key: object) -> bool:
    return isinstance(key, tuple)


def _of_frame(frame: Frame, within: str | None = None) -> Iterator[WantedMargin]:
    rows = frame.rows((), None)
    names = [name for name in frame.columns if name not in (TARGET, within)]
    entries = {name: rows.entries(name) for name in (*names, TARGET)}
    groups = [None] * rows.size if within is None else rows.entries(within)
    for name in (*names, *([within] if within else [])):
        values = groups if name == within else entries[name]
        empty = sum(1 for value in values if _empty(value))
        if empty:
            raise WeightingError(
                f"{empty:,} of {rows.size:,} rows of targets have no answer in column {name!r}."
                " Fill it in; a target for a missing answer goes by the label of its category."
            )
    if not names:
        raise OptionError("a frame of targets needs a column for each question beside 'target'.")
    long = set(names) == set(_LONG)
    kinds = entries[_LONG[0]] if long else [None] * rows.size
    columns = [entries[_LONG[1]]] if long else [entries[name] for name in names]
    for group, kind in dict.fromkeys(zip(groups, kinds, strict=True)):
        here = [i for i in range(rows.size) if (groups[i], kinds[i]) == (group, kind)]
        questions = (str(kind),) if long else tuple(names)
        answers = [tuple(column[i] for column in columns) for i in here]
        margin = _checked(questions, answers, [entries[TARGET][i] for i in here])
        yield replace(margin, group=group)


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _of_survey(survey: Survey, questions: tuple[str, ...]) -> WantedMargin:
    """Return the weighted shares of those who answered all the questions."""
    view = survey.view(questions)
    here = view.tally.active.copy()
    found = []
    for name in questions:
        answers = view.sample.answers(name)
        if answers.codes is None:
            raise WeightingError(
                f"question {name!r} of the survey that targets come from is"
                f" {answers.question.kind!r}; a margin is made of single answers."
            )
        here &= answers.in_base(None)
        found.append(answers)
    sums: dict[tuple[Code, ...], float] = {}
    labels = [[category.label for category in one.question.categories] for one in found]
    places = np.column_stack([one.codes[here] for one in found if one.codes is not None])
    kinds, which = np.unique(places, axis=0, return_inverse=True)
    totals = np.bincount(which.ravel(), weights=view.tally.weight[here], minlength=len(kinds))
    for place, total in zip(kinds, totals, strict=True):
        sums[tuple(own[i] for own, i in zip(labels, place, strict=True))] = float(total)
    if not sums:
        raise DataError(
            f"nobody in the survey that targets come from answered {listed(questions)}."
        )
    whole = math.fsum(sums.values())
    shares = tuple(total / whole for total in sums.values())
    return WantedMargin(questions, tuple(sums), shares, shares=True)


def _split(margin: WantedMargin, within: str, *, shares: bool) -> Iterator[WantedMargin]:
    """Return a joint margin as one margin for each answer to its first question."""
    assert margin.questions[0] == within
    pairs = list(zip(margin.answers, margin.figures, strict=True))
    for group in dict.fromkeys(answer[0] for answer in margin.answers):
        own = [(answer[1:], figure) for answer, figure in pairs if answer[0] == group]
        whole = math.fsum(figure for _, figure in own)
        figures = tuple(figure / whole for _, figure in own)
        answers = tuple(answer for answer, _ in own)
        yield WantedMargin(margin.questions[1:], answers, figures, shares, group)


def are_shares(figures: Sequence[float], *, whole: bool) -> bool:
    """Return whether figures are shares: none above 1, and not all of them whole numbers."""
    return max(figures) <= 1 + ROUNDING and not whole


def _checked(
    questions: tuple[str, ...], answers: Sequence[tuple[Code, ...]], figures: Iterable[Any]
) -> WantedMargin:
    """Return a margin whose figures are numbers that can be met."""
    words = margin_words(questions)
    numbers: list[float] = []
    whole = True
    for answer, figure in zip(answers, figures, strict=True):
        named = ", ".join(code_text(one) for one in answer)
        if not is_number(figure) or not abs(figure) < LARGEST_TARGET:
            raise WeightingError(f"the target of {words} for {named!r} is {figure!r}, no number.")
        if figure < 0:
            raise WeightingError(
                f"the target of {words} for {named!r} is {figure:g}, which is negative. Targets are"
                " shares or counts of people."
            )
        whole = whole and isinstance(figure, int | np.integer)
        numbers.append(float(figure))
    texts = [tuple(code_text(one) for one in answer) for answer in answers]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise WeightingError(f"the target of {words} for {', '.join(twice)!r} stands twice.")
    total = math.fsum(numbers)
    if total <= 0:
        raise WeightingError(f"the targets of {words} are all 0. Give shares or counts of people.")
    shares = are_shares(numbers, whole=whole)
    if shares and abs(total - 1) > ROUNDING:
        raise WeightingError(
            f"the shares of {words} add up to {total:.6g}, {abs(total - 1):.3g}"
            f" {'more' if total > 1 else 'less'} than 1. Correct them, or give counts."
        )
    return WantedMargin(questions, tuple(answers), tuple(numbers), shares)
