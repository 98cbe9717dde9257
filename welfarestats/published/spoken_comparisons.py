"""Comparisons in words: "more likely than", "fell from … to …", "no difference", "the same share"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZE = r"(?:(?:significantly|much|far|slightly|somewhat|considerably|substantially|markedly) )?"
_AHEAD = r"(?=[^.;:]{0,160}\b(?:than|compared (?:with|to)|relative to)\b)"
_MOVE = r"(?: (?:significantly|slightly|sharply|steadily))?[^.;]{0,40}?\b(?:from|by)\b"
_BE = r"(?:is|are|was|were|has been|have been|had been|remain(?:s|ed)?|stay(?:s|ed)?)"
_NOT = r"(?: not|n['’]t)"
_NO = r"(?:no|not any|without(?: a| any)?|none of the)"
_TESTED = r"(?:statistically |statistical )?significant(?:ly)?"
#: What a difference could be called that a reader would miss: "no real difference".
_REAL = r"(?:(?:real|true|meaningful|notable|marked|great|major|big|clear|substantial|substantive|material|important|obvious) )?"
_MUCH = r"(?:(?:exactly|about|much|broadly|almost|roughly|very|nearly|largely|fairly|quite) )?"
_ALIKE = r"(?:the same|an equal|an identical|a similar|a comparable|same|equal|identical|similar|comparable)"
_SHARE = r"(?:proportions?|shares?|percentages?|rates?|numbers?|levels?|amounts?|majorit(?:y|ies)|minorit(?:y|ies))"

#: Direction, whether a difference is said to be there, and the words. The first that fits counts.
_PATTERNS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (direction, claims, re.compile(pattern, re.IGNORECASE))
    for direction, claims, pattern in (
        # What a test did not find.
        ("unproven", True, (rf"\b{_NO} (?:{_TESTED} |statistical(?:ly)? |detectable |discernible |reliable )+"
                            r"(?:differences?|changes?)\b")),
        ("unproven", True, (r"\b(?:no|little|without) (?:(?:clear|strong|good|statistical) )?evidence\b"
                            r"[^.;]{0,60}?\b(?:differ(?:s|ed|ences?|ent)?|chang(?:e|ed|es))\b")),
        ("unproven", True, (rf"\b(?:did|do|does){_NOT} (?:{_TESTED} (?:differ|change)\b"
                            rf"|(?:differ|change)\b[^.;]{{0,80}}?\b{_TESTED})")),
        ("unproven", True, rf"\b(?:{_BE}{_NOT}|not) (?:significantly|statistically) different\b"),
        ("unproven", True, (rf"\b(?:{_BE}{_NOT}|not) {_TESTED} (?:(?:more|less) likely|higher|lower"
                            r"|greater|smaller|larger|fewer)\b")),
        ("unproven", True, (rf"\bdifferences?\b[^.;]{{0,120}}?(?:\bnot|n['’]t) {_TESTED}\b"
                            rf"|\b{_NO} differences?\b[^.;]{{0,80}}?\bsignificant\b")),
        # What only an interval within a margin shows.
        ("same", True, (rf"(?<!made )(?<!make )(?<!makes )(?<!making )\b(?:{_NO}|little|hardly any) {_REAL}"
                        r"differences?\b(?![^.;]{0,200}\b(?:could|can) (?:not )?be tested\b)")),
        ("same", True, (rf"\b(?:did|do|does){_NOT} (?:really )?(?:differ|change|vary)\b|\bno different\b"
                        rf"|\b(?:{_BE}{_NOT}|not) different\b|\b{_BE} alike\b|\bon a par with\b"
                        rf"|\b(?:differences?|gaps?)\b[^.;]{{0,80}}?\b{_BE} (?:negligible|non-existent|nil)\b"
                        rf"|\bthere {_BE} no {_REAL}change\b|\b{_BE} (?:largely |broadly )?unchanged\b")),
        ("same", True, (rf"\b(?:(?:{_BE}{_NOT}|no|not|neither) (?:more|less)(?:,? (?:and no|and not|or|nor) (?:more|less))?"
                        r"|just as|equally|similarly|(?<!times )(?<!twice )(?<!half )as) likely\b(?! as not)")),
        # What two figures can show as they are printed, where they are equal.
        ("equal", True, rf"\b{_ALIKE} {_SHARE}\b"),
        ("equal", True, (rf"\b{_BE} {_MUCH}(?:the same|similar|identical|equal|comparable)\b"
                         r"(?=,| (?:for|in|among(?:st)?|across|between|to|as|at|whether|\()|\.(?: |$)|$)")),
        ("different", True, (r"\bdifferences?\b[^.;]{0,80}?\b(?:was|were|is|are) (?:statistically )?"
                            r"significant\b")),
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
    direction : {"more", "less", "up", "down", "same", "equal", "unproven", "different", "beside"}
        What is said of the first against the second. ``"same"`` says that two groups are alike,
        ``"equal"`` that two figures are, and ``"unproven"`` that a test found no difference;
        ``"beside"`` sets two numbers side by side and claims nothing.
    claims : bool
        Whether a difference, or none, is said to be there.
    """

    start: int
    end: int
    words: str
    direction: str
    claims: bool

    @property
    def of_likeness(self) -> bool:
        """Whether two groups are said to be alike, or not to be found different."""
        return self.direction in ("same", "equal", "unproven")


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
    >>> [c.direction for c in comparisons_in("We saw no difference. It was not significant.")]
    ['same']
    >>> [c.direction for c in comparisons_in("There was no significant difference.")]
    ['unproven']
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
