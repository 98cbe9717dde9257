"""Find every numeral and number word in a line of a report, and account for each of them.

A token is

* digits, with commas and points inside them (``1,219``, ``14.5``, ``3.2.3``), unless a capital
  letter stands right before them (``J2E``, ``UC50`` and ``TW9`` are names);
* a vulgar fraction (``½``) or a run of superscript digits (``²``);
* a lone ``*`` that is the whole of a table cell (cells are separated by tabs or by ``|``);
* a number word: zero to twenty, the tens, hyphenated ones such as ``forty-one``, hundred,
  thousand, million, none;
* a fraction word: half, halves, third(s), quarter(s), fifth(s) to tenth(s), and hyphenated ones
  such as ``two-thirds`` as one token (``two thirds`` is two tokens).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
FRACTIONS = [
    "thirds?",
    "quarters?",
    "fifths?",
    "sixths?",
    "sevenths?",
    "eighths?",
    "ninths?",
    "tenths?",
]

_UNITS = "|".join(sorted(UNITS, key=len, reverse=True))
_TENS = "|".join(TENS)
_FRACTIONS = "|".join(FRACTIONS)
_TOKEN = re.compile(
    rf"""
    (?<![A-Z\d]) \d+ (?:,\d{{3}}(?!\d))* (?:\.\d+)*
    | [½¼¾⅓⅔⅕⅖⅗⅘]
    | [⁰¹²³⁴-⁹]+
    | \b (?i: (?:{_TENS})-(?:{_UNITS})
            | (?:{_UNITS})-(?:{_FRACTIONS}|halves)
            | {_TENS} | {_UNITS} | hundreds? | thousands? | millions? | none
            | half | halves | {_FRACTIONS} ) \b
    """,
    re.VERBOSE,
)


def normalised(text: str) -> str:
    """Return the text in NFC with no-break spaces made plain; its lines stay where they are."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")


def tokens(line: str) -> list[str]:
    """Return every numeral and number word of one line, as printed, in order of reading."""
    found = [(match.start(), match.group()) for match in _TOKEN.finditer(line)]
    start = 0
    for cell in re.split(r"[\t|]", line):
        if cell.strip() == "*":
            found.append((start + cell.index("*"), "*"))
        start += len(cell) + 1
    return [token for _, token in sorted(found)]


def number(printed: str) -> float:
    """Return the value of a printed number or number word; NaN for the mark ``*``.

    Fractions in words are approximate and have no single value: they raise ValueError.
    """
    word = printed.strip().casefold()
    if word == "*":
        return float("nan")
    if word in ("none", "no"):
        return 0.0
    if word in UNITS:
        return float(UNITS.index(word))
    ten, _, unit = word.partition("-")
    if ten in TENS:
        return float((TENS.index(ten) + 2) * 10 + (UNITS.index(unit) if unit else 0))
    return float(word.replace(",", ""))


def unaccounted(
    text: str,
    published: Iterable[Mapping[str, str]],
    exclusions: Iterable[Mapping[str, str]],
) -> list[str]:
    """Return one sentence for each line whose tokens differ from the rows that name the line.

    ``published`` rows have ``line`` and ``printed`` (every token in ``printed`` counts once),
    ``exclusions`` rows have ``line`` and ``token``. An empty list means that every token of the
    text is named exactly once.
    """
    named: dict[int, Counter[str]] = {}
    for row in published:
        found = tokens(row["printed"])
        named.setdefault(int(row["line"]), Counter()).update(token.casefold() for token in found)
    for row in exclusions:
        named.setdefault(int(row["line"]), Counter())[row["token"].casefold()] += 1
    problems = []
    lines = dict(enumerate(text.split("\n"), start=1))
    for line in sorted(set(lines) | set(named)):
        standing = Counter(token.casefold() for token in tokens(lines.get(line, "")))
        claimed = named.get(line, Counter())
        if standing - claimed:
            missing = sorted((standing - claimed).elements())
            problems.append(f"line {line}: {missing} stand in the text and no row names them")
        if claimed - standing:
            surplus = sorted((claimed - standing).elements())
            problems.append(f"line {line}: rows name {surplus}, which do not stand there")
    return problems
