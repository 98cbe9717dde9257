"""Which words of a sentence belong to which of its numbers."""

from __future__ import annotations

import re

__all__ = ["cut_between", "stands_behind"]

#: Words that set one statement beside another.
_COORDINATORS = re.compile(
    r";\s|,? (?:while|whilst|whereas|but|than|against|versus|compared (?:with|to)|followed by)\s"
    r"|, and (?=(?:by|for|in|of|among|amongst|with)\s)|, with\s|[.!?]\s",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[,;:–—]\s|\)\s|\s(?:and|or|to|with)\s", re.IGNORECASE)
#: What stands before a number that tells of the words before it: "reported by 18 per cent".
_BEFORE_IT = re.compile(
    r"\b(?:by|at|was|were|is|being)(?: (?:only|just|about|around|almost|nearly|over|under))?\s*$",
    re.IGNORECASE,
)
_OPENED = re.compile(r"\(\s*$")
_CLOSED = re.compile(r"[^()]{0,25}\)(?! ?of\b)")
_LOOKED_BACK = 25


def stands_behind(text: str, start: int, end: int) -> bool:
    """Return whether a number tells of the words before it, not of those after it.

    Parameters
    ----------
    text : str
        The text.
    start, end : int
        Where the number begins and ends.

    Returns
    -------
    bool
        Of "mobility, reported by 18 per cent" and "those in work (18 per cent)" it is true, of
        "18 per cent of those in work" not.

    Examples
    --------
    >>> stands_behind("Women (18 per cent) agreed.", 7, 18)
    True
    >>> stands_behind("Of women, 18 per cent agreed.", 10, 21)
    False
    """
    before = text[max(0, start - _LOOKED_BACK) : start]
    if _OPENED.search(before):
        return bool(_CLOSED.match(text, end))
    return bool(_BEFORE_IT.search(before))


def cut_between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Return where the words of one number end and those of the next begin.

    Parameters
    ----------
    text : str
        The text.
    one, other : (int, int)
        Where the numbers begin and end.

    Returns
    -------
    int
        A place between them.

    Examples
    --------
    >>> text = "Health, named by 93 per cent, followed by travel, named by 8 per cent."
    >>> text[cut_between(text, (17, 28), (59, 69)) :]
    ', followed by travel, named by 8 per cent.'
    """
    end, start = one[1], other[0]
    between = text[end:start]
    if stands_behind(text, *one):
        first = re.search(r"[,;:)–—]|\s(?:and|or|but|while|whilst|whereas|compared)\s", between)
        return end + (first.start() if first else 0)
    coordinators = list(_COORDINATORS.finditer(between))
    separators = list(_SEPARATORS.finditer(between))
    if stands_behind(text, *other):
        chosen = (coordinators or separators)[:1]
        return end + chosen[0].start() if chosen else end
    strong = [m for m in separators if re.match(r"[,;:–—)]", m.group())]
    chosen = (coordinators or strong or separators)[-1:]
    return end + chosen[0].start() if chosen else start
