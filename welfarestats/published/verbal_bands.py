"""Shares in words without a number, such as "most" or "a small minority", as data with a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from welfarestats.errors import one_of
from welfarestats.published.wordings import FRACTION, Wording, wording_of


@dataclass(frozen=True)
class BandSet:
    """What words for shares stand for: for each pattern its lowest and highest percentage.

    Parameters
    ----------
    name, source : str
        Its name, and who uses the words so.
    bands : tuple of (str, float, float)
        A pattern of words, and the percentages that they stand for, both ends included. The first
        pattern that fits counts.
    """

    name: str
    source: str
    bands: tuple[tuple[str, float, float], ...]


_PLAIN = BandSet(
    "plain",
    "welfarestats: what the words mean (a majority is more than half), with the room that the "
    "wordings of DWP research report 1000 and ad hoc research report 113 need",
    (
        (r"(?:almost|nearly|virtually) all|almost every(?:one|body)?", 85, 100),
        (r"(?:vast|overwhelming|very large|great) majority", 75, 100),
        (r"(?:small|slim|narrow|slight) majority", 50, 65),
        (r"(?:large|larger|clear|strong|substantial) majority", 60, 100),
        (r"majority|most(?= (?:of|claimants|customers|people|respondents|adults|staff|users)\b)",
         50, 100),
        (r"(?:very small|tiny) minorit(?:y|ies)|hardly any|very few", 0, 10),
        (r"small minorit(?:y|ies)", 0, 20),
        (r"(?:large|sizeable|substantial|significant) minorit(?:y|ies)", 20, 50),
        (r"minorit(?:y|ies)", 0, 50),
    ),
)  # fmt: skip
_SCOTLAND = BandSet(
    "education-scotland",
    "Education Scotland, Terms we use in the inspection process (education.gov.scot)",
    (
        (r"almost all", 90, 100),
        (r"most(?= (?:of|claimants|customers|people|respondents|adults|staff|users)\b)", 75, 90),
        (r"majority", 50, 74.5),
        (r"less than half", 14.5, 49.5),
        (r"(?<!a )few(?= (?:of|claimants|customers|people|respondents|adults|staff|users)\b)",
         0, 15),
    ),
)  # fmt: skip

#: Sets of bands by name.
BAND_SETS: Mapping[str, BandSet] = MappingProxyType({s.name: s for s in (_PLAIN, _SCOTLAND)})


@dataclass(frozen=True)
class VerbalShare:
    """A share in words where it stands in a text: which percentages the words stand for.

    ``start`` and ``end`` are positions in the text; ``fraction`` says whether a fraction is named.
    """

    start: int
    end: int
    words: str
    percent: float
    low: float
    high: float
    fraction: bool

    def range_text(self) -> str:
        """Return what the words stand for, as words."""
        whole = Wording(self.words, *(Fraction(v) for v in (self.percent, self.low, self.high)))
        return whole.range_text()


def band_set(bands: str | BandSet) -> BandSet:
    """Return a set of bands by its name, or the set itself.

    Raises
    ------
    OptionError
        If there is no such set.
    """
    if isinstance(bands, BandSet):
        return bands
    one_of(bands, BAND_SETS, "verbal_bands")
    return BAND_SETS[bands]


def verbal_shares(text: str, bands: BandSet = _PLAIN) -> list[VerbalShare]:
    """Return every share in words of a text, in order.

    Parameters
    ----------
    text : str
        A sentence or passage.
    bands : BandSet, optional
        What words without a number stand for.

    Returns
    -------
    list of VerbalShare
        Fractions ("around a third", "one in ten") and bands ("most", "a small minority").

    Examples
    --------
    >>> [
    ...     (s.words, s.low, s.high)
    ...     for s in verbal_shares("Around a third agreed; most did not.")
    ... ]
    [('around a third', 27.333333333333332, 39.333333333333336)]
    """
    found = [share for match in FRACTION.finditer(text) if (share := _fraction(match, text))]
    for pattern, low, high in bands.bands:
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE):
            if not any(s.start < match.end() and match.start() < s.end for s in found):
                middle = (low + high) / 2
                found.append(
                    VerbalShare(*match.span(), match.group().lower(), middle, low, high, False)
                )
    return sorted(found, key=lambda share: share.start)


#: After these a fraction word is none: "the second half of the year", "third parties".
_ORDINAL = re.compile(r"(?:\b(?:the|every|each|first|second|last|other|better) )$", re.IGNORECASE)
_NOT_A_SHARE = re.compile(
    r"[- ]?(?:part(?:y|ies)|sector|person|hour|term|way|year|month|day|quarter\b|reminder)",
    re.IGNORECASE,
)


def _fraction(match: re.Match[str], text: str) -> VerbalShare | None:
    """Return the share that a fraction names, with the words before it that hedge it."""
    before = text[max(0, match.start() - 40) : match.start()]
    bare = bool(match["part"]) and not match["of"]
    if bare and (match["part"].lower() != "half" and not re.search(r"further $", before)):
        return None
    if _NOT_A_SHARE.match(text, match.end()):
        return None
    if bare and _ORDINAL.search(before):
        return None
    told = wording_of(match.group(), before + match.group())
    if told is None:
        return None
    start = match.end() - len(told.words)
    if text[start : match.end()].lower() != told.words:
        start = match.start()
    low, high = max(float(told.low), 0.0), min(float(told.high), 100.0)
    return VerbalShare(start, match.end(), told.words, float(told.percent), low, high, True)
