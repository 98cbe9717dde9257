"""What is on record for every row, whatever its weight and before routing: what checks read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataWarning
from welfarestats.survey.answers import Answers, Mask, read_answers
from welfarestats.survey.codebook import MISSING_REASONS, Codebook, Question
from welfarestats.survey.frames import numbers
from welfarestats.survey.passes import Facts, Layout, Sample

Array = NDArray[np.float64]

__all__ = ["Record", "Records", "asked_rows", "question_record", "quietly", "readable_codebook"]


@dataclass(frozen=True)
class Records:
    """Every row of the data whatever its weight: what checks of a file are made from.

    ``count`` is how many respondents a row stands for, 0 outside the domain.
    """

    sample: Sample
    count: Array
    layout: Layout
    facts: Facts
    codebook: Codebook
    columns: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many respondents there are."""
        return int(self.count.sum())

    def among(self, rows: Mask) -> int:
        """Return how many respondents the rows stand for."""
        return int(self.count[rows].sum())


@dataclass(frozen=True)
class Record:
    """Which rows have an entry for a question, and which of these entries are no answer, by reason."""

    recorded: Mask
    reasons: dict[str, Mask] = field(default_factory=dict)

    def coded(self, *reasons: str) -> Mask:
        """Return the rows whose entry gives one of the reasons for having no answer."""
        found = np.zeros(self.recorded.size, dtype=bool)
        for reason in reasons:
            if reason in self.reasons:
                found |= self.reasons[reason]
        return found

    @property
    def answered(self) -> Mask:
        """The rows with an answer: an entry that is no reason for having none."""
        return self.recorded & ~self.coded(*MISSING_REASONS)


def readable_codebook(codebook: Codebook, columns: Sequence[str]) -> Codebook:
    """Return the questions that the data have, those asked depending on any other as unrouted."""
    present = [q for q in codebook if all(column in columns for column in q.stored_in)]
    if len(present) == len(codebook):
        return codebook
    names = {question.name for question in present}
    return Codebook(
        tuple(
            question if set(question.asked_if or ()) <= names else replace(question, asked_if=None)
            for question in present
        )
    )


def question_record(question: Question, sample: Sample) -> Record:
    """Return what is on record for a question, its routing left aside.

    Raises the error of a table of the question when its entries cannot be read as declared.
    """
    with quietly():
        answers = read_answers(replace(question, asked_if=None), sample.rows, sample.gave)
    if answers.codes is not None:
        recorded = answers.codes >= 0
    elif answers.answered is not None:
        recorded = answers.answered
    else:
        return _scale_record(question, sample)
    return Record(recorded, _by_reason(answers))


def asked_rows(question: Question, sample: Sample) -> Mask:
    """Return the rows that were asked a question, by all the questions that led to it."""
    asked = np.ones(sample.rows.size, dtype=bool)
    with quietly():
        for other, wanted in (question.asked_if or {}).items():
            asked &= sample.gave(other, wanted)
    return asked


@contextmanager
def quietly() -> Iterator[None]:
    """Read without the warnings of a table: a check reports the same facts itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        yield


def _by_reason(answers: Answers) -> dict[str, Mask]:
    reasons: dict[str, Mask] = {}
    for i, category in enumerate(answers.question.categories):
        if category.missing is not None:
            gave = answers.gave((i,))
            # A row that names two reasons, which only a multiple response can, counts once.
            earlier = [mask for reason, mask in reasons.items() if reason != category.missing]
            for mask in earlier:
                gave = gave & ~mask
            reasons[category.missing] = reasons.get(category.missing, False) | gave
    return reasons


def _scale_record(question: Question, sample: Sample) -> Record:
    values = numbers(sample.rows.column(question.name), question.name)
    reasons: dict[str, Mask] = {}
    for category in question.categories:
        if category.missing is not None:
            gave = values == category.code
            reasons[category.missing] = reasons.get(category.missing, False) | gave
    return Record(~np.isnan(values), reasons)
