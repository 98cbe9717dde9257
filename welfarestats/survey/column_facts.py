"""What each column of a file holds, in counts: answers, reasons for having none, odd codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, WelfareStatsError
from welfarestats.survey.answers import Mask, declared_positions
from welfarestats.survey.codebook import MISSING_REASONS, Question
from welfarestats.survey.frames import factorize, few_answers, numbers
from welfarestats.survey.records import Record, Records, asked_rows, question_record

__all__ = ["CLOSED_ROLES", "ColumnFacts", "Entries", "column_entries", "facts_of_column"]

Codes = NDArray[np.int32]

# Of columns with these roles only counts are told.
CLOSED_ROLES = ("identifier", "may identify")

# A scale of whole numbers with so large a share of different values may be an identifier.
_MOSTLY_DIFFERENT = 0.9
_FEW_VALUES = 20


@dataclass(frozen=True, eq=False)
class Entries:
    """The entries of a column: for each row the number of its value, −1 where empty.

    ``values`` are those that occur, with ``counts`` of respondents. ``problem`` says why the
    column cannot be read as one type; its values are then unknown (``None``).
    """

    codes: Codes
    counts: NDArray[np.float64]
    values: Sequence[Any] | None = None
    problem: str = ""

    @cached_property
    def distinct(self) -> int:
        """How many different values occur."""
        return int((self.counts > 0).sum())

    @cached_property
    def numeric(self) -> bool:
        """Whether all values are numbers; True and False are not."""
        return self.values is not None and all(_is_number(value) for value in self.values)


@dataclass(frozen=True)
class OddCodes:
    """Answers under codes that have no label, within and outside the labelled ones."""

    unlabelled: int = 0
    unlabelled_codes: int = 0
    out_of_range: int = 0
    limits: tuple[float, float] | None = None
    shown: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class ColumnFacts:
    """One column of the data in counts of respondents; `Description.to_frame` explains them."""

    column: str
    role: str = ""
    question: Question | None = None
    label: str = ""
    holds: str = ""
    answered: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    empty: int = 0
    odd: OddCodes = OddCodes()
    distinct: int = 0
    span: tuple[float, float] | None = None
    look_alikes: int = 0
    problem: str = ""

    @property
    def kind(self) -> str:
        """The kind of the question, or nothing."""
        return self.question.kind if self.question is not None else ""

    @property
    def constant(self) -> bool:
        """Whether all who answered, two at least, gave the same answer.

        The column of a don't know in a set tells of no answer, so it is never constant.
        """
        if self.question is not None and self.question.columns is not None:
            at = self.question.columns.index(self.column)
            if not self.question.categories[at].valid:
                return False
        return self.answered > 1 and self.distinct == 1


def column_entries(name: str, records: Records) -> Entries:
    """Return the entries of a column, whatever they are."""
    rows = records.sample.rows
    values: list[Any] | None = None
    problem = ""
    try:
        codes, values = factorize(rows.column(name), name)
    except DataError as error:
        problem = str(error)
        codes = _numbered(rows.entries(name))
    size = int(codes.max(initial=-1)) + 1 if values is None else len(values)
    counts = np.bincount(codes + 1, weights=records.count, minlength=size + 1)[1:]
    return Entries(codes, np.asarray(counts, dtype=float), values, problem)


def facts_of_column(
    name: str,
    question: Question | None,
    records: Records,
    entries: Entries,
    role: str,
) -> tuple[ColumnFacts, Mask]:
    """Return the facts of a column, and the rows that say something in it.

    The column holds a question, a part of one or neither. A don't know and a refusal say
    something; not mentioned, in a column of a multiple response, does not.
    """
    record, problem = _record(name, question, records, entries)
    role = role or ("may identify" if may_identify(entries, question) else "")
    reasons = {reason: records.among(record.coded(reason)) for reason in MISSING_REASONS}
    unasked = _unasked_empty(question, record, records)
    reasons["not_asked"] += unasked
    open_to_view = role not in CLOSED_ROLES
    facts = ColumnFacts(
        name,
        role,
        question,
        _label(name, question),
        _holds(entries),
        records.among(record.answered),
        reasons,
        records.among(~record.recorded) - unasked,
        _odd(question, entries, open_to_view=open_to_view),
        _distinct(record, entries, records),
        _span(entries, record, records, shown=open_to_view and _spans(question, role)),
        _look_alikes(question, entries) if open_to_view else 0,
        problem,
    )
    says = record.recorded & ~record.coded("not_asked", "not_applicable")
    if question is not None and question.columns is not None and entries.values is not None:
        says &= ~np.isin(entries.codes, [i for i, one in enumerate(entries.values) if one == 0])
    return facts, says


def _record(
    name: str, question: Question | None, records: Records, entries: Entries
) -> tuple[Record, str]:
    """Return what a column has on record, and why it cannot be read as declared, if so."""
    present = Record(entries.codes >= 0)
    if question is None:
        return present, entries.problem
    try:
        if question.columns is None:
            return question_record(question, records.sample), ""
        numbers(records.sample.rows.column(name), name)
    except WelfareStatsError as error:
        return present, str(error)
    return _member_record(question, name, entries), ""


def may_identify(entries: Entries, question: Question | None) -> bool:
    """Return whether the values of a column may be people, free text or numbers of people."""
    answers = float(entries.counts.sum())
    if question is not None and question.kind == "scale":
        whole = entries.numeric and all(float(value).is_integer() for value in entries.values or ())
        return (
            whole
            and entries.distinct > _FEW_VALUES
            and entries.distinct >= _MOSTLY_DIFFERENT * answers
        )
    if question is not None and (question.categories or question.columns):
        return False
    try:
        few_answers(range(entries.distinct), answers, "")
    except DataError:
        return True
    return False


def _numbered(values: Sequence[Any]) -> Codes:
    """Return a number for each different entry of a column that mixes types, −1 where empty."""
    numbers: dict[tuple[str, str], int] = {}
    codes = np.full(len(values), -1, dtype=np.int32)
    for i, value in enumerate(values):
        missing = value is None or str(value) in ("nan", "NaT", "<NA>")
        if not missing:
            key = (type(value).__name__, repr(value))
            codes[i] = numbers.setdefault(key, len(numbers))
    return codes


def _member_record(question: Question, name: str, entries: Entries) -> Record:
    """Return what one 0/1 column of a multiple response has on record."""
    assert question.columns is not None
    category = question.categories[question.columns.index(name)]
    recorded = entries.codes >= 0
    if category.missing is None or entries.values is None:
        return Record(recorded)
    mentioned = [i for i, value in enumerate(entries.values) if value in (1, True)]
    return Record(recorded, {category.missing: np.isin(entries.codes, mentioned)})


def _unasked_empty(question: Question | None, record: Record, records: Records) -> int:
    """Return how many have no entry because, by asked_if, they were not asked."""
    if question is None or not question.asked_if:
        return 0
    try:
        return records.among(~record.recorded & ~asked_rows(question, records.sample))
    except WelfareStatsError:
        return 0


def _label(name: str, question: Question | None) -> str:
    if question is None:
        return name
    if question.columns is None:
        return question.label
    return f"{question.label}: {question.categories[question.columns.index(name)].label}"


def _holds(entries: Entries) -> str:
    """Return what the entries are, in a word or two."""
    if entries.values is None:
        return "lists" if "lists" in entries.problem or "list<" in entries.problem else "mixed"
    if not len(entries.values):
        return "nothing"
    if entries.numeric:
        whole = all(float(value).is_integer() for value in entries.values)
        return "whole numbers" if whole else "numbers"
    words = {"str": "text", "bool": "true or false", "date": "dates", "datetime": "dates"}
    kind = type(entries.values[0]).__name__
    return words.get(kind, "dates" if kind == "Timestamp" else kind)


def _look_alikes(question: Question | None, entries: Entries) -> int:
    """Return how many spellings differ from another one only in spaces or capitals."""
    values = [one for one in entries.values or () if isinstance(one, str)]
    if question is not None:
        labelled = declared_positions(question, values)[:-1] >= 0
        values = [one for one, known in zip(values, labelled, strict=True) if not known]
    return len(values) - len({" ".join(one.split()).casefold() for one in values})


def _distinct(record: Record, entries: Entries, records: Records) -> int:
    """Return how many different answers there are; reasons for having none do not count."""
    rows = record.answered & (entries.codes >= 0) & (records.count > 0)
    return int((np.bincount(entries.codes[rows]) > 0).sum())


def _odd(question: Question | None, entries: Entries, *, open_to_view: bool) -> OddCodes:
    """Return answers under codes without a label, and those outside the labelled codes."""
    if question is None or entries.values is None:
        return OddCodes()
    here = [i for i in range(len(entries.values)) if entries.counts[i] > 0]
    values = [entries.values[i] for i in here]
    counts = entries.counts[here]
    limits = (0.0, 1.0) if question.columns is not None else labelled_limits(question)
    labelled = declared_positions(question, values)[:-1] >= 0
    if question.columns is not None:
        labelled = np.array([value in (0, 1) for value in values], dtype=bool)
    beyond = np.array([_beyond(value, limits) for value in values], dtype=bool) & ~labelled
    unlabelled = ~labelled & ~beyond
    if question.kind == "scale" or not question.categories:
        unlabelled[:] = False
    odd = [value for value, is_odd in zip(values, unlabelled | beyond, strict=True) if is_odd]
    shown = open_to_view and len(odd) <= _FEW_VALUES and all(map(_is_number, odd))
    return OddCodes(
        int(counts[unlabelled].sum()),
        int(unlabelled.sum()),
        int(counts[beyond].sum()),
        limits,
        tuple(odd) if shown else (),
    )


def labelled_limits(question: Question) -> tuple[float, float] | None:
    """Return the lowest and highest labelled code, if these are numbers and two at least."""
    codes = [category.code for category in question.categories if category.valid]
    numeric = [float(code) for code in codes if isinstance(code, int | float)]
    if len(numeric) < 2 or len(numeric) < len(codes):
        return None
    return min(numeric), max(numeric)


def _beyond(value: Any, limits: tuple[float, float] | None) -> bool:
    return limits is not None and _is_number(value) and not limits[0] <= value <= limits[1]


def _spans(question: Question | None, role: str) -> bool:
    """Return whether the smallest and largest value of a column say something."""
    return role in ("weights", "duration") or (question is not None and question.kind == "scale")


def _span(
    entries: Entries, record: Record, records: Records, *, shown: bool
) -> tuple[float, float] | None:
    """Return the smallest and the largest answer, where they are shown."""
    rows = record.answered & (entries.codes >= 0) & (records.count > 0)
    if not shown or not entries.numeric or not rows.any():
        return None
    assert entries.values is not None
    found = np.array([float(value) for value in entries.values])[entries.codes[rows]]
    return float(found.min()), float(found.max())


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and (
        isinstance(value, int | float) or type(value).__name__ == "Decimal"
    )
