"""Shares told in words, such as "almost half", against the percentages they stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from welfarestats.output.wording import join_words
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.printed import printed_value, widened_interval
from welfarestats.published.quantities import (
    numbers_of,
    population_of,
    quantity_of,
    unweighted,
    words_of,
)
from welfarestats.published.report import Report
from welfarestats.published.transcription import PublishedNumber

#: How many percentage points a plain fraction ("a third") may be from the percentage.
PLAIN_POINTS = Fraction(5, 2)
#: How many it may be with a word such as "around", "almost" or "just over"; also where the
#: transcription does not say which words stand beside the fraction.
NEAR_POINTS = Fraction(6)

_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_NUMBER = r"an?|\d+|one|two|three|four|five|six|seven|eight|nine|ten"
FRACTION = re.compile(
    rf"(?<!\w)(?:(?P<of>{_NUMBER})(?:\s+|-))?(?P<part>{'|'.join(_PARTS)})s?\b"
    rf"|(?<!\w)(?P<some>{_NUMBER})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<all>{_NUMBER}|\d+)\b",
    re.IGNORECASE,
)
#: Words before a fraction, the longer ones first: on which side of it the percentage is, and
#: whether it must be near.
_HEDGES = (
    (r"no (?:more|higher) than|not more than|up to|at most", "up to", False),
    (r"no (?:less|fewer|lower) than|not less than|at least", "from", False),
    (r"(?:just|slightly|a little|marginally) (?:over|above|more than)", "above", True),
    (r"(?:just|slightly|a little|marginally) (?:under|below|less than|fewer than)", "below", True),
    (r"just short of|not quite|almost|nearly|close to", "below", True),
    (r"more than|greater than|well over|over|above|upwards of", "above", False),
    (r"less than|fewer than|lower than|well under|under|below", "below", False),
    (r"around|about|approximately|roughly|some|circa|c\.|in the region of", "around", True),
)  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """A fraction in words: its percentage, and which percentages the words stand for.

    ``words`` are those that were read, such as "almost half"; the ends of the range count in.
    """

    words: str
    percent: Fraction
    low: Fraction
    high: Fraction

    def range_text(self) -> str:
        """Return what the words stand for, as words."""
        if self.low <= 0:
            return f"up to {float(self.high):.1f}"
        if self.high >= 100:
            return f"from {float(self.low):.1f}"
        return f"from {float(self.low):.1f} to {float(self.high):.1f}"


def wording_of(printed: str, note: str = "") -> Wording | None:
    """Return what a fraction in words stands for, or nothing if the words tell no fraction.

    Parameters
    ----------
    printed : str
        The token, such as ``"half"`` or ``"around a third"``.
    note : str
        The transcriber's note; where it quotes the token, the words before it count.

    Returns
    -------
    Wording or None
        A fraction without such words must be within `PLAIN_POINTS`, where a note quotes it, and
        otherwise within `NEAR_POINTS`, because the words may not have been transcribed.
    """
    told = FRACTION.search(printed)
    percent = _percent(told) if told else None
    if told is None or percent is None:
        return None
    quoted = re.search(rf"(?<!\w){re.escape(told.group())}(?!\w)", note, re.IGNORECASE)
    before = note[: quoted.start()] if quoted else printed[: told.start()]
    fraction = told.group().lower()
    for pattern, side, near in _HEDGES:
        if hedge := re.search(rf"(?<!\w)(?:{pattern})\s+(?:an?\s+)?$", before, re.IGNORECASE):
            words = f"{hedge.group().strip().lower()} {fraction}"
            return Wording(words, percent, *_range(percent, side, near=near))
    points = PLAIN_POINTS if quoted else NEAR_POINTS
    return Wording(fraction, percent, percent - points, percent + points)


def _percent(told: re.Match[str]) -> Fraction | None:
    """Return the percentage that a fraction is, if it is between none and all."""
    if told["part"]:
        parts, whole = _whole_number(told["of"] or "one"), _PARTS[told["part"].lower()]
    else:
        parts, whole = _whole_number(told["some"]), _whole_number(told["all"])
    return Fraction(100 * parts, whole) if 0 < parts < whole else None


def _whole_number(word: str) -> int:
    return 1 if word.lower() in ("a", "an") else int(printed_value(word) or 0)


def _range(percent: Fraction, side: str, *, near: bool) -> tuple[Fraction, Fraction]:
    low = percent - NEAR_POINTS if near else Fraction(0)
    high = percent + NEAR_POINTS if near else Fraction(100)
    if side in ("above", "from"):
        return percent, high
    if side in ("below", "up to"):
        return low, percent
    return low, high


def wording_findings(report: Report) -> list[Finding]:
    """Return the shares in words that no printed percentage of the same quantity agrees with.

    A share is compared with the percentage in its own line, else with those printed anywhere,
    else with the sum of those of a net's answers, else with counts of a known unweighted base.
    """
    notes = dict(zip((number.item for number in report.numbers), report.notes, strict=True))
    found = []
    for number in numbers_of(report, "approximate"):
        wording = wording_of(number.printed, notes[number.item])
        if wording is None or not (number.variable and number.category and number.survey):
            continue
        if against := _outside(wording, number, report):
            found.append(_finding(wording, number, against, report))
    return found


@dataclass(frozen=True)
class _Share:
    """What is printed of a share: the ends of what it can be, the numbers, and the words for it."""

    low: Fraction
    high: Fraction
    numbers: tuple[PublishedNumber, ...]
    words: str


def _outside(wording: Wording, number: PublishedNumber, report: Report) -> Sequence[_Share]:
    """Return the printed shares if there are some and the words fit none of them."""
    shares = _shares(number, report)
    here = [share for share in shares if share.numbers[0].line == number.line]
    compared = here or shares
    fits = any(share.low <= wording.high and wording.low <= share.high for share in compared)
    return () if fits else compared


def _shares(number: PublishedNumber, report: Report) -> list[_Share]:
    wanted = quantity_of(number, report, statistic="percent")
    shares = [
        _Share(*widened_interval(other.printed), (other,), f"{other.printed} per cent")
        for other in numbers_of(report, "percent")
        if quantity_of(other, report) == wanted
    ]
    return shares or _shares_of_parts(number, report) or _shares_of_counts(number, report)


def _shares_of_parts(number: PublishedNumber, report: Report) -> list[_Share]:
    """Return the sum of the percentages of a net's answers, if each of them is printed."""
    question = report.codebook(number.survey)[number.variable]
    positions = question.positions(number.category)
    if question.kind == "multiple" or len(positions) < 2:
        return []
    parts = []
    for position in positions:
        part = replace(number, category=question.categories[position].label)
        wanted = quantity_of(part, report, statistic="percent")
        printed = [o for o in numbers_of(report, "percent") if quantity_of(o, report) == wanted]
        if not printed:
            return []
        parts.append(printed[0])
    ends = [widened_interval(part.printed) for part in parts]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    words = f"{join_words([part.printed for part in parts])} per cent together"
    return [_Share(Fraction(low), Fraction(high), tuple(parts), words)]


def _shares_of_counts(number: PublishedNumber, report: Report) -> list[_Share]:
    """Return the shares that printed counts of an unweighted survey are of their population.

    Fewer may have answered than the population holds, so that a share may be larger.
    """
    population = population_of(number, report)
    printed = population.base_status == "printed" and not number.group
    if not (unweighted(report, number.survey) and printed and population.base):
        return []
    wanted = quantity_of(number, report, statistic="count")
    return [
        _Share(
            Fraction(100 * int(other.value), population.base),
            Fraction(100),
            (other,),
            f"{other.printed} of {population.base:,}, which is at least "
            f"{math.floor(1000 * other.value / population.base) / 10:.1f} per cent",
        )
        for other in numbers_of(report, "count")
        if other.value is not None and quantity_of(other, report) == wanted
    ]


def _finding(
    wording: Wording, number: PublishedNumber, against: Sequence[_Share], report: Report
) -> Finding:
    others = [other for share in against for other in share.numbers]
    shares = dict.fromkeys(f"{share.words} (line {share.numbers[0].line})" for share in against)
    return Finding(
        f"words.{number.item}",
        "wording",
        lines_of(number.line, *(other.line for other in others)),
        f"The words '{wording.words}' stand for {join_words(shares)}: {words_of(number, report)}.",
        f"'{wording.words.capitalize()}' is read as {wording.range_text()} per cent.",
        survey=number.survey,
        items=(number.item, *(other.item for other in others)),
        check="words",
    )
