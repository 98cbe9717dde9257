"""Numbers in a text that are no survey figures: dates, ages, references, durations, levels."""

from __future__ import annotations

import re
from bisect import bisect_left, insort

from welfarestats.published.spoken_numbers import DIGITS, NUMBER, WORDS

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_TIME = r"(?:second|minute|hour|day|night|week|fortnight|month|term|year)s?'?"
_WITH_NUMBER = rf"{NUMBER}(?:\s*(?:-|–|to|or|and)\s*{NUMBER})?"
_REFERENCE = (
    r"(?:Figures?|Fig\.?|Tables?|Charts?|Box|Annex|Appendix|Chapters?|Sections?|Paragraphs?"
    r"|Pages?|Notes?|Footnotes?|Volume|Part|Question|Wave|Phase|Stage|Round|Report|Step|Level"
    r"|Line|Column|Row|Item|Category|Group|Model|Version|Issue|No\.|Number)"
)

#: Why a number is no figure, and a pattern of the words that say so. The first that fits counts.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("power", (r"\bOn effective bases of .{0,100}? a difference .{0,300}?\bpower of \d+(?:\.\d+)?"
                  r" ?(?:per ?cent|%)")),
        ("margin", (r"\b(?:within|margin of|(?:differ(?:s|ed|ences?)?|gaps?)\b[^.;]{0,60}?\b(?:less|fewer"
                   r"|smaller|no more) than) \d+(?:\.\d+)? (?:percentage )?points?\b")),
        ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b(?:,? \d{{4}})?"),
        ("date", rf"\b{_MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?\d{{4}}\b"),
        ("date", r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:19|20)\d{2}(?:[-/–]\d{2,4})\b"),
        ("date", r"(?<![\w.,])(?:19[5-9]|20[0-6])\d(?![\w%]|[,.]\d| ?per ?cent)"),
        ("time of day", r"\b\d{1,2}(?:[.:]\d{2})? ?(?:am|pm)\b|\b\d{1,2}:\d{2}\b"),
        ("money", rf"[£$€] ?{DIGITS}(?: ?(?:million|billion|m|bn|k)\b)?"),
        ("reference", (rf"\b{_REFERENCE} \(?\d+(?:\.\d+)*[a-z]?(?:(?:,| and| to|-|–) ?\d+(?:\.\d+)*)*"
                      r"(?![\d.,]*(?:\d| ?%| ?per ?cent\b))")),
        ("reference", rf"\b{_REFERENCE} {NUMBER}(?! ?%| ?per ?cent\b)"),
        ("reference", r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w%])"),
        ("level", (r"\b\d+(?:\.\d+)? ?(?:per ?cent|%)(?: (?:significance|confidence))? (?:level|"
                  r"confidence|interval|sure|certain)\w*")),
        ("level", (r"\b(?:confidence|significance) (?:level|interval)s? of \d+(?:\.\d+)?"
                  r"(?: ?(?:per ?cent|%))?")),
        ("level", r"\bp ?[<>=≤] ?0?\.\d+"),
        ("total", (r"\b(?:sum|add(?:s|ed)?|total)(?: up)?(?: to)? (?:more than )?(?:100|one hundred)"
                  r"(?: ?(?:per ?cent|%))?")),
        ("age", rf"\b{_WITH_NUMBER}[- ](?:years?|yrs?)[- ]olds?\b|\b{_WITH_NUMBER}-year[- ]olds?"),
        ("age", rf"\b{NUMBER}(?:\s*(?:-|–|to)\s*){DIGITS}[- ]?years?[- ]olds?\b"),
        ("age", (r"\b(?:aged?|ages|over|under) (?:between |from |under |over |about )?"
                r"(?:the age of )?\d{1,2}(?: ?(?:-|–|to|and) ?(?:\d{1,2}|over|under|above|below))?"
                r"(?:s\b| years)?(?!\d|[,.]\d|%| ?per ?cent| in | out of|\w)(?<=\d\d|er|ve|ow|rs|0s)")),
        ("age", r"\b\d{2} (?:and|or) (?:over|under|above|below|older|younger)\b|\b\d{2}\+"),
        ("age", r"\b(?:1[5-9]|[2-9]\d) ?(?:-|–|to) ?(?:1[6-9]|[2-9]\d)(?! ?(?:per|%)|\d|\.\d)"),
        ("duration", rf"\b(?:{_WITH_NUMBER}|half an?|a half|an?)[- ](?:\w+ )?{_TIME}(?!\w)"),
        ("duration", rf"\b{_WITH_NUMBER}[- ]?(?:minute|hour|day|week|month|year)s?\b"),
        ("ordinal", r"\b\d+(?:st|nd|rd|th)\b"),
        ("scale", rf"\b{NUMBER}[- ](?:point|item|step|part|fold)\b(?! (?:higher|lower))"),
        ("scale", (rf"\bout of (?:10|ten|100)\b(?= (?:scale|points))|\bscale (?:of|from) {NUMBER}"
                  rf"(?:\s*(?:-|–|to)\s*{NUMBER})?")),
        ("compound word", rf"\b(?:{WORDS}|\d+)-to-(?:{WORDS}|\d+)\b|\b\d+:\d+\b"),
        ("pronoun", (r"\b(?:no|each|any|every|this|that|which|another|some|the|only|last|first) one\b"
                    r"(?! (?:in|out of) )|\bone (?:another|or more|of (?:the|these|those|their|its"
                    r"|our|them|which|several)|thing|way|reason|example|day)\b|\bat least one\b"
                    r"|\bmore than one\b|\bone(?:'s|self)\b|\bone or (?:more|two)\b|\bor one\b")),
        ("list number", r"^\s*(?:\(?\d{1,2}[.)]|\d+(?:\.\d+)*(?= (?-i:[A-Z])[a-z]))(?=\s)"),
    )
)  # fmt: skip


def numbers_passed_over(text: str) -> list[tuple[int, int, str]]:
    """Return where in a text numbers stand that are no survey figures, and why.

    Parameters
    ----------
    text : str
        A passage.

    Returns
    -------
    list of (int, int, str)
        Start, end and reason, in order.

    Examples
    --------
    >>> numbers_passed_over(
    ...     "Between 8 July 2024 and then, as Figure 3.1 shows, 47 per cent agreed."
    ... )
    [(8, 19, 'date'), (33, 43, 'reference')]
    """
    found: list[tuple[int, int, str]] = []
    for reason, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            # No two overlap, so that only the last one that begins before the end can.
            at = bisect_left(found, (end,)) - 1
            if at < 0 or found[at][1] <= start:
                insort(found, (start, end, reason))
    return found
