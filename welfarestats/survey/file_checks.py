"""What is wrong, or may be, with a file that arrives: one function a check, each gives findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, OptionError, did_you_mean, listed
from welfarestats.output.wording import number_text
from welfarestats.survey.answers import Mask
from welfarestats.survey.codebook import Codebook, code_text
from welfarestats.survey.column_facts import ColumnFacts, Entries, OddCodes
from welfarestats.survey.design import crossed
from welfarestats.survey.frames import numbers
from welfarestats.survey.records import Records, quietly

__all__ = [
    "CheckFinding",
    "Quota",
    "RowKeys",
    "codebook_findings",
    "column_findings",
    "duration_findings",
    "empty_row_findings",
    "identifier_findings",
    "quota_findings",
    "quota_rows",
    "weight_findings",
]

Array = NDArray[np.float64]

# A mean weight this near to 1 is called centred: agencies print weights to a few decimals.
_CENTRED = 0.005
_BY_CHANCE = 100


@dataclass(frozen=True)
class CheckFinding:
    """One problem: the check, the column, how many respondents it concerns, and a sentence."""

    check: str
    column: str
    count: int | None
    message: str


@dataclass(frozen=True)
class Quota:
    """A quota cell: what was to be achieved and what was, unweighted."""

    question: str
    category: str
    target: float
    achieved: int


class RowKeys:
    """Whole rows told apart, column by column, so that repeated rows can be counted."""

    def __init__(self, size: int) -> None:
        self._key: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self._different = 1
        self.columns = 0
        self._combinations = 1.0

    def add(self, entries: Entries) -> None:
        """Tell rows apart by one more column."""
        self.columns += 1
        self._combinations *= entries.distinct + 1
        if self._different < self._key.size:
            self._key, _ = crossed(self._key, entries.codes + np.int32(1))
            self._different = int(self._key.max(initial=-1)) + 1

    def findings(self, records: Records) -> Iterator[CheckFinding]:
        """Find rows that repeat earlier ones.

        Parameters
        ----------
        records
            What the columns were read from.

        Yields
        ------
        CheckFinding
            One, if there are such rows.
        """
        here = records.count > 0
        repeats = records.total - len(np.unique(self._key[here]))
        if not repeats or not self.columns:
            return
        chance = self._combinations < _BY_CHANCE * records.total
        hint = " With so few different answers rows can be alike by chance." if chance else ""
        yield CheckFinding(
            "duplicate rows",
            "",
            repeats,
            f"{_several(repeats, 'row repeats', 'rows repeat')} an earlier row in all {self.columns:,} columns compared"
            f" (identifier and duration aside, where named).{hint}",
        )


def column_findings(facts: ColumnFacts) -> Iterator[CheckFinding]:
    """Return what is odd about the entries of one column."""
    name, odd = facts.column, facts.odd
    told = facts.answered + sum(facts.reasons.values())
    if facts.problem:
        yield CheckFinding("unreadable", name, told, facts.problem)
    yield from _odd_findings(name, odd)
    if not facts.answered:
        reasons = "nobody has an entry" if not told else "every entry is a reason for having none"
        yield CheckFinding("all empty", name, facts.empty, f"No answers: {reasons}.")
    elif facts.constant and not facts.role:
        yield CheckFinding(
            "constant",
            name,
            facts.answered,
            f"All {facts.answered:,} respondents with an answer have the same.",
        )
    if facts.look_alikes:
        yield CheckFinding(
            "look-alike answers",
            name,
            None,
            f"{facts.look_alikes:,} spellings differ from another only in spaces or capitals, and"
            " are counted apart.",
        )


def _odd_findings(name: str, odd: OddCodes) -> Iterator[CheckFinding]:
    first = f" The first is {code_text(odd.shown[0])}." if odd.shown else ""
    if odd.unlabelled:
        stand = _several(odd.unlabelled, "answer stands", "answers stand")
        codes = _several(odd.unlabelled_codes, "code", "codes")
        sentence = f"{stand} under {codes} without a label."
        yield CheckFinding(
            "unlabelled", name, odd.unlabelled, sentence + ("" if odd.out_of_range else first)
        )
    if odd.out_of_range and odd.limits is not None:
        low, high = (code_text(limit) for limit in odd.limits)
        lie = _several(odd.out_of_range, "value lies", "values lie")
        sentence = f"{lie} outside {low} to {high}."
        yield CheckFinding(
            "out of range", name, odd.out_of_range, sentence + ("" if odd.unlabelled else first)
        )


def _several(number: int, one: str, many: str) -> str:
    """Return a number with its noun, and its verb if it has one."""
    return f"{number:,} {one if number == 1 else many}"


def codebook_findings(
    codebook: Codebook, columns: Iterable[str], roles: Mapping[str, str]
) -> Iterator[CheckFinding]:
    """Return columns that only the codebook has, and columns that only the data have."""
    if not len(codebook):
        return
    there = list(columns)
    declared = [(question.name, name) for question in codebook for name in question.stored_in]
    for question, name in declared:
        if name not in there:
            yield CheckFinding(
                "not in the data",
                name,
                None,
                f"Question {question!r} of the codebook is kept in column {name!r}, which the data"
                f" do not have.{did_you_mean(name, there)}",
            )
    known = {name for _, name in declared}
    other = [name for name in there if name not in known and name not in roles]
    if other:
        yield CheckFinding(
            "not in the codebook",
            other[0] if len(other) == 1 else "",
            None,
            f"{len(other):,} of {len(there):,} columns are not in the codebook: {listed(other)}.",
        )


def identifier_findings(name: str, entries: Entries, records: Records) -> Iterator[CheckFinding]:
    """Return identifiers that are missing or stand for several respondents; never their values."""
    missing = records.among(entries.codes < 0)
    if missing:
        yield CheckFinding(
            "missing identifiers",
            name,
            missing,
            f"{_several(missing, 'respondent has', 'respondents have')} no identifier.",
        )
    repeated = entries.counts > 1
    if repeated.any():
        extra = int((entries.counts[repeated] - 1).sum())
        yield CheckFinding(
            "duplicate identifiers",
            name,
            extra,
            f"{_several(extra, 'respondent has', 'respondents have')} the identifier of an earlier"
            f" one; {_several(int(repeated.sum()), 'identifier', 'identifiers')} in all.",
        )


def empty_row_findings(says: Mask, columns: int, records: Records) -> Iterator[CheckFinding]:
    """Return respondents who say nothing in any column of a question."""
    empty = records.among(~says)
    if empty and columns:
        yield CheckFinding(
            "empty rows",
            "",
            empty,
            f"{_several(empty, 'respondent has', 'respondents have')} no answer, don't know or refusal in"
            " any column of a question (not mentioned, in a set of columns, is none).",
        )


def weight_findings(name: str, records: Records, extreme: float) -> Iterator[CheckFinding]:
    """Return weights that a survey would refuse, and those that a careful reader asks about."""
    try:
        weight = numbers(records.sample.rows.column(name), name)
    except DataError as error:
        yield CheckFinding("weights unreadable", name, records.total, str(error))
        return
    for check, wrong, remedy in (
        ("missing", np.isnan(weight), "A survey refuses them"),
        ("infinite", np.isinf(weight), "A survey refuses them"),
        ("negative", np.isfinite(weight) & (weight < 0), "A survey refuses them"),
        ("zero", weight == 0, "These respondents are in no base"),
    ):
        count = records.among(wrong)
        if count:
            are = "is" if count == 1 else "are"
            sentence = f"{count:,} of {records.total:,} weights {are} {check}. {remedy}."
            yield CheckFinding(f"weights {check}", name, count, sentence)
    usable = np.isfinite(weight) & (weight > 0) & (records.count > 0)
    if usable.any():
        mean = float(np.average(weight[usable], weights=records.count[usable]))
        yield from _centring(name, mean, records)
        yield from _extremes(name, weight, usable, mean, (records, extreme))


def _centring(name: str, mean: float, records: Records) -> Iterator[CheckFinding]:
    represent = records.facts.weights_represent
    if abs(mean - 1) <= _CENTRED or represent == "population":
        return
    advice = "They are said to represent the sample, so 1 was to be expected"
    if represent is None:
        advice = 'Say what they add up to: weights_represent="sample" or "population"'
    text = f"{mean:,.0f}" if mean >= 100 else f"{mean:.3g}"
    yield CheckFinding(
        "weights not centred", name, None, f"The mean weight is {text}, not 1. {advice}."
    )


def _extremes(
    name: str, weight: Array, usable: Mask, mean: float, settings: tuple[Records, float]
) -> Iterator[CheckFinding]:
    records, extreme = settings
    count = records.among(usable & (weight > extreme * mean))
    if count:
        largest = float(weight[usable].max()) / mean
        yield CheckFinding(
            "weights extreme",
            name,
            count,
            f"{_several(count, 'weight is', 'weights are')} more than {extreme:g} times the mean; the largest is"
            f" {number_text(largest, 1)} times the mean.",
        )


def duration_findings(name: str, records: Records, share: float) -> Iterator[CheckFinding]:
    """Return interviews without a duration, and those under a share of the median duration."""
    try:
        duration = numbers(records.sample.rows.column(name), name)
    except DataError as error:
        yield CheckFinding("durations unreadable", name, records.total, str(error))
        return
    known = np.isfinite(duration) & (duration >= 0)
    missing = records.among(~known)
    if missing:
        sentence = f"{_several(missing, 'respondent has', 'respondents have')} no duration, or a negative one."
        yield CheckFinding("durations missing", name, missing, sentence)
    lengths = np.repeat(duration[known], records.count[known].astype(int))
    if not lengths.size:
        return
    median = float(np.median(lengths))
    fast = records.among(known & (duration < share * median))
    if fast:
        yield CheckFinding(
            "speeders",
            name,
            fast,
            f"{_several(fast, 'interview', 'interviews')} took less than {number_text(100 * share)} per cent of the"
            f" median, which is {median:g}.",
        )


def quota_rows(quotas: Mapping[str, Mapping[str, float]] | None, records: Records) -> list[Quota]:
    """Return what was achieved, unweighted, against each quota."""
    rows = []
    for question, targets in (quotas or {}).items():
        if not isinstance(targets, Mapping):
            raise OptionError(
                f"the quotas of {question!r} are a mapping from answers to targets, such as"
                f' {{"Men": 500, "Women": 500}}, not {type(targets).__name__!r}.'
            )
        for category, target in targets.items():
            if not _is_target(target):
                raise OptionError(
                    f"the quota of {question!r}, {category!r} is {target!r}; it is a number of"
                    " respondents, 0 or more."
                )
            rows.append(
                Quota(question, str(category), target, _achieved(question, category, records))
            )
    return rows


def _is_target(target: object) -> bool:
    return isinstance(target, int | float) and not isinstance(target, bool) and target >= 0


def _achieved(question: str, category: object, records: Records) -> int:
    with quietly():
        try:
            return records.among(records.sample.gave(question, category))
        except CodebookError as error:
            raise CodebookError(f"quota: {error}") from None


def quota_findings(quotas: Iterable[Quota]) -> Iterator[CheckFinding]:
    """Return quotas that were not met."""
    for quota in quotas:
        short = quota.target - quota.achieved
        if short > 0:
            yield CheckFinding(
                "quota not met",
                quota.question,
                quota.achieved,
                f"{quota.category}: {quota.achieved:,} achieved of {quota.target:,g},"
                f" {short:,g} short.",
            )
