"""Comparisons in words: "more likely than", "fell from … to …", "no difference"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZE = r"(?:(?:significantly|much|far|slightly|somewhat|considerably|substantially|markedly) )?"
_AHEAD = r"(?=[^.;:]{0,160}\b(?:than|compared (?:with|to)|relative to)\b)"
_MOVE = r"(?: (?:significantly|slightly|sharply|steadily))?[^.;]{0,40}?\b(?:from|by)\b"

#: Direction, whether a difference is said to be there, and the words. The first that fits counts.
_PATTERNS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (direction, claims, re.compile(pattern, re.IGNORECASE))
    for direction, claims, pattern in (
        ("same", True, (r"\b(?:no|not any|little) (?:statistically )?(?:significant )?differences?\b"
                       r"|\bdid not differ\b|\bnot (?:significantly|statistically) different\b")),
        ("same", True, (r"\bdifferences?\b[^.;]{0,80}?\b(?:was|were|is|are) not (?:statistically )?"
                       r"significant\b")),
        ("different", True, (r"\bdifferences?\b[^.;]{0,80}?\b(?:was|were|is|are) (?:statistically )?"
                            r"significant\b")),
        ("same", True, (r"\b(?:no more(?: and no less| or less)?|just as|equally|(?<!times )(?<!twice )(?<!half )as) likely\b"
                       r"(?! as not)")),
        ("more", True, rf"\b{_SIZE}(?:more likely|likelier)\b"),
        ("less", True, rf"\b{_SIZE}less likely\b"),
        ("more", True, (rf"\b{_SIZE}(?:higher|greater|larger|bigger|more common|more prevalent|"
                       rf"more often)\b{_AHEAD}")),
        ("less", True, (rf"\b{_SIZE}(?:lower|smaller|fewer|less common|less prevalent|less often"
                       rf")\b{_AHEAD}")),
        ("more", True, r"\bpoints? (?:higher|more|above|ahead)\b|\bexceed(?:s|ed)?\b"),
        ("less", True, r"\bpoints? (?:lower|less|fewer|below|behind)\b"),
        ("up", True, (rf"\b(?:rose|risen|rises|increased|increases|grew|grown|went up|gone up|climbed)"
                     rf"{_MOVE}")),
        ("down", True, (rf"\b(?:fell|fallen|falls|decreased|decreases|dropped|declined|reduced|went down"
                       rf"|gone down){_MOVE}")),
        ("different", True, r"\bdiffer(?:ed|s)? significantly\b|\bsignificant(?:ly)? differen(?:ce|t)s?\b"),
        ("beside", False, (r"\bcompared (?:with|to)\b|\bcompares (?:with|to)\b|\bwhereas\b|\bin contrast\b"
                          r"|\bagainst\b(?= \d)|\bversus\b")),
    )
)  # fmt: skip
#: Where the words for the second group begin.
REFERENCE = re.compile(
    r"\b(?:than|compared (?:with|to)|relative to|compares with|as (?=those|people|men|women|among|for|in (?!Figure|Table|Chart|Annex|\d)))\b",
    re.IGNORECASE,
)


#: How many letters at most "compared with" stands from the comparison it belongs to.
_NEAR = 600


@dataclass(frozen=True)
class SpokenComparison:
    """A comparison in words where it stands in a text.

    Parameters
    ----------
    start, end : int
        Its place.
    words : str
        As it stands there.
    direction : {"more", "less", "up", "down", "same", "different", "beside"}
        What is said of the first against the second; ``"beside"`` sets two numbers side by side
        and claims nothing.
    claims : bool
        Whether a difference, or none, is said to be there.
    """

    start: int
    end: int
    words: str
    direction: str
    claims: bool


def comparisons_in(text: str) -> list[SpokenComparison]:
    """Return the comparisons in words of a text, in order.

    Parameters
    ----------
    text : str
        A sentence or passage.

    Returns
    -------
    list of SpokenComparison
        Each stretch of the text once.

    Examples
    --------
    >>> [(c.words, c.direction) for c in comparisons_in("Men were less likely than women.")]
    [('less likely', 'less')]
    """
    found: list[SpokenComparison] = []
    for direction, claims, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < one.end and one.start < match.end() for one in found):
                found.append(SpokenComparison(*match.span(), match.group(), direction, claims))
    claiming = [one for one in found if one.claims]
    return sorted(
        (one for one in found if one.claims or not any(_same(text, one, c) for c in claiming)),
        key=lambda one: one.start,
    )


def _same(text: str, one: SpokenComparison, other: SpokenComparison) -> bool:
    """Return whether "compared with" belongs to a comparison that the sentence made already."""
    low, high = sorted((one.start, other.start))
    return high - low < _NEAR and not re.search(r"[.!?]\s+[A-Z]", text[low:high])
