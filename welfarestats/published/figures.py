"""The survey figures of a text: percentages, points, shares in words, counts, bases, multiples."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from welfarestats.published.passed_over import numbers_passed_over
from welfarestats.published.spoken_numbers import NUMBER, spoken_decimals, spoken_value
from welfarestats.published.verbal_bands import BandSet, VerbalShare, band_set, verbal_shares

_UNIT = r"(?P<unit>%| ?pc\b|(?:-| )?per[ -]?cent(?!ile)(?:age)?(?:[ -]points?)?|(?:-| )?(?:ppts?|points?)\b)"
_DASH = r"\s*(?:-|–|—|to)\s*"
_OPTIONAL_UNIT = r"(?:\s*(?:%|per ?cent))?"
#: "between 40 and 48 per cent", "40 to 48 per cent": one figure, a range.
_RANGE = re.compile(
    rf"\b(?P<between>between)\s+(?P<low>{NUMBER}){_OPTIONAL_UNIT}\s+and\s+(?P<high>{NUMBER})\s*{_UNIT}"
    rf"|(?P<low2>{NUMBER}){_OPTIONAL_UNIT}{_DASH}(?P<high2>{NUMBER})\s*"
    rf"{_UNIT.replace('unit', 'unit2')}",
    re.IGNORECASE,
)
#: "from 40 to 48 per cent", "40 and 48 per cent": two figures with one unit.
_PAIR = re.compile(
    rf"(?P<one>{NUMBER})(?=(?:,? and |,? or | to |, )(?:{NUMBER})\s*(?:%|per ?cent))", re.IGNORECASE
)
_SINGLE = re.compile(rf"(?P<one>{NUMBER})\s*{_UNIT}", re.IGNORECASE)
_BASE = re.compile(rf"\b(?:n|N|base)\s*(?:=|of|:)\s*(?P<one>{NUMBER})", re.IGNORECASE)
_OF = re.compile(
    rf"(?P<part>{NUMBER})\s+(?:out of|of)\s+(?:the\s+|all\s+)?(?P<whole>{NUMBER})(?!\s*(?:%|per ?cent))",
    re.IGNORECASE,
)
#: "Eight out of ten" is a share in words, "8 out of 17" a count.
_ROUND_WHOLES = (*range(2, 11), 20, 100, 1000)
_IN_BRACKETS = re.compile(rf"\s*\((?:n ?= ?)?(?P<one>{NUMBER})\)")
_MULTIPLES = {"twice": 2.0, "double": 2.0, "half": 0.5, "thrice": 3.0, "treble": 3.0, "triple": 3.0}
_TIMES = re.compile(
    rf"\b(?P<word>twice|double|half|thrice|treble|triple)\s+(?:as\s+(?:many|much|likely|high|often|"
    rf"common)|the\s+(?:share|proportion|rate|percentage|number))"
    rf"|(?P<one>{NUMBER})(?P<more> and a half)?\s+times\s+(?:as|more|higher|the)\b",
    re.IGNORECASE,
)
#: How many words a line has at most that is a label and its number.
_SHORT = 8
_BARE = re.compile(NUMBER, re.IGNORECASE)
_APART = re.compile(
    r"(?:difference|gap|change|increase|rise|fall|drop|moved|range[ds]?) (?:of )?$"
    r"|\b(?:rose|fell|increased|decreased|grew|dropped|declined|risen|fallen|up|down|change[ds]?|"
    r"went|gone)\b[^.]{0,25}\bfrom $",
    re.IGNORECASE,
)


_MOVED = (
    r"(?:rose|risen|fell|fallen|grew|grown|dropp?ed|declined|increased?s?|decreased?s?|reduced|"
    r"went (?:up|down)|gone (?:up|down)|changed?|differ(?:s|ed)?|higher|lower|more|less|ahead|apart)"
)
_CHANGE_BEFORE = re.compile(
    rf"\b(?:{_MOVED}\b[^.;,()]{{0,60}}\bby|(?:difference|gap|increase|rise|fall|drop|decrease|decline"
    r"|reduction|lead|change) (?:of|is|was))"
    r"(?: just| only| about| around| some| at least| over| nearly| almost)*\s*$",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"\s*(?:(?:difference|gap|increase|rise|fall|drop|decrease|decline|reduction|change|lead)\b"
    r"|(?:higher|lower|more|less|fewer|greater|smaller|ahead|behind|apart)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A survey figure where it stands in a text.

    Parameters
    ----------
    start, end : int
        Its place, the unit included.
    words : str
        As it stands there.
    kind : {"percent", "points", "share", "count", "base", "times", "number"}
        What it is a figure of; a ``"number"`` has no unit, a ``"share"`` is told in words.
    low, high : float
        Its value, or the ends of a range, in printed units.
    decimals : int
        Decimals as printed.
    share : VerbalShare, optional
        What a share in words stands for.
    """

    start: int
    end: int
    words: str
    kind: str
    low: float
    high: float
    decimals: int = 0
    share: VerbalShare | None = None

    @property
    def value(self) -> float:
        """Its value, or the middle of its range."""
        return (self.low + self.high) / 2


class _Places:
    """Which stretches of a text are read already."""

    def __init__(self, taken: Iterable[tuple[int, int]]) -> None:
        self.taken = sorted(taken)

    def free(self, start: int, end: int) -> bool:
        # No two of them overlap, so that only the last one that begins before the end can.
        at = bisect_left(self.taken, (end,)) - 1
        return at < 0 or self.taken[at][1] <= start

    def take(self, start: int, end: int) -> bool:
        """Claim a stretch if it is free, and say whether it was."""
        if not self.free(start, end):
            return False
        insort(self.taken, (start, end))
        return True


def figures_of(text: str, bands: BandSet | str = "plain") -> list[Figure]:
    """Return the survey figures of a passage, in order.

    Parameters
    ----------
    text : str
        The passage. Dates, ages, durations, references and levels are passed over.
    bands : BandSet or str, default "plain"
        What words such as "most" stand for.

    Returns
    -------
    list of Figure
        Percentages, points, shares in words, counts, bases, multiples and bare numbers.

    Examples
    --------
    >>> [
    ...     (f.words, f.kind, f.low)
    ...     for f in figures_of("In 2019, 47% (132) agreed, one in ten not.")
    ... ]
    [('47%', 'percent', 47.0), ('132', 'count', 132.0), ('one in ten', 'share', 7.5)]
    """
    places = _Places((start, end) for start, end, _ in numbers_passed_over(text))
    found = list(_multiples(text, places))
    found += _percentages(text, places)
    found += _counts(text, places)
    found += [
        Figure(s.start, s.end, text[s.start : s.end], "share", s.low, s.high, 0, s)
        for s in verbal_shares(text, band_set(bands))
        if places.take(s.start, s.end)
    ]
    is_base = re.match(r"\s*(?:un)?(?:weighted )?bases?\b\s*:?", text, re.IGNORECASE)
    for match in _BARE.finditer(text):
        if places.take(*match.span()):
            found.append(_figure(match, "one", "base" if is_base else "number", bare=True))
    return sorted(found, key=lambda figure: figure.start)


def _figure(match: re.Match[str], group: str, kind: str, *, bare: bool = False) -> Figure:
    text = match.group() if bare else match[group]
    start = match.start() if bare else match.start(group)
    value = spoken_value(text)
    return Figure(start, start + len(text), text, kind, value, value, spoken_decimals(text))


def _unit(words: str) -> str:
    return "points" if "point" in words.lower() or "ppt" in words.lower() else "percent"


def _multiples(text: str, places: _Places) -> Iterator[Figure]:
    for match in _TIMES.finditer(text):
        if places.take(*match.span()):
            word = match["word"]
            value = _MULTIPLES[word.lower()] if word else spoken_value(match["one"])
            value += 0.5 if match["more"] else 0.0
            low, high = _hedged(value, text[max(0, match.start() - 20) : match.start()])
            yield Figure(*match.span(), match.group(), "times", low, high)


def _hedged(value: float, before: str) -> tuple[float, float]:
    """Return the ends of a multiple: of "more than twice" the lower one is twice."""
    if re.search(r"\b(?:more than|over|at least)\s+$", before, re.IGNORECASE):
        return value, math.inf
    if re.search(r"\b(?:less than|under|fewer than|at most)\s+$", before, re.IGNORECASE):
        return 0.0, value
    return value, value


def _percentages(text: str, places: _Places) -> Iterator[Figure]:
    for match in _RANGE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        apart = _APART.search(before) or before.lower().endswith("from ")
        suffix = "" if match["low"] else "2"
        if not apart and places.take(*match.span()):
            ends = [match[f"{end}{suffix}"] for end in ("low", "high")]
            low, high = sorted(spoken_value(end) for end in ends)
            decimals = max(spoken_decimals(end) for end in ends)
            unit = _unit(match[f"unit{suffix}"])
            yield Figure(*match.span(), match.group(), unit, low, high, decimals)
    for match in _SINGLE.finditer(text):
        words = match["unit"].strip(" -").lower()
        bare = words.startswith("point") and not _told_in_points(text, *match.span())
        if not bare and places.take(*match.span()):
            value = spoken_value(match["one"])
            decimals = spoken_decimals(match["one"])
            unit = _unit(match["unit"])
            yield Figure(*match.span(), match.group(), unit, value, value, decimals)
    for match in _PAIR.finditer(text):
        if places.take(*match.span()):
            yield _figure(match, "one", "percent")


def _counts(text: str, places: _Places) -> Iterator[Figure]:
    for match in _BASE.finditer(text):
        if places.take(*match.span("one")):
            yield _figure(match, "one", "base")
    for match in _SINGLE.finditer(text):
        if (follows := _IN_BRACKETS.match(text, match.end())) and places.take(*follows.span("one")):
            yield _figure(follows, "one", "count")
    for match in _OF.finditer(text):
        part, whole = spoken_value(match["part"]), spoken_value(match["whole"])
        told = "out of" in match.group().lower() and whole in _ROUND_WHOLES
        if told or part > whole or not places.free(*match.span()):
            continue
        places.take(*match.span())
        yield _figure(match, "part", "count")
        yield _figure(match, "whole", "base")


def _told_in_points(text: str, start: int, end: int) -> bool:
    """Return whether bare points are a difference or stand where a percentage does: "(86 points)"."""
    bracketed = text[:start].endswith("(") and text.startswith(")", end)
    last = start > 0 and not re.search(r"[A-Za-z]", text[end:]) and text[:start].count(" ") < _SHORT
    return bracketed or last or is_difference(text, start, end)


def is_difference(text: str, start: int, end: int) -> bool:
    """Return whether a stretch of a text is said to be a difference: "rose by 12 points"."""
    before = text[max(0, start - 100) : start]
    return bool(_CHANGE_BEFORE.search(before) or _CHANGE_AFTER.match(text, end))
