"""One printed cell: its number, its decimals, the letters beside it and its mark."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache

_DASHES = {"-", "–", "—", "−", "‒"}
_NOT_AVAILABLE = {"n/a", "na", "n.a.", "nil", "..", ".", "…"}
_FOOTNOTE_SIGNS = "*†‡§#^~"
_FIGURE = re.compile(
    r"(?P<open>[\[(]?)\s*(?P<base>(?:[nN]|[bB]ase)\s*[=:]\s*)?(?P<sign>[<>]|[-−+])?\s*[£$€]?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(?P<percent>%|per cent)?"
    r"\s*(?P<close>[\])]?)\s*(?P<percent_after>%)?\s*(?P<signs>["
    + re.escape(_FOOTNOTE_SIGNS)
    + r"]*)"
    r"(?P<percent_last>%)?\s*(?P<letters>.*)"
)
_SHORTHAND = re.compile(r"\[[a-z]{1,4}\]")
_KEY = "(?:[A-Z]{1,2}|[a-z])"
_APART = re.compile(rf"\(?{_KEY}(?:(?:\s*[,/]\s*|\s+){_KEY})*\)?")
# Words whose letters stand in the order of the alphabet, as letters of columns do.
_WORDS = frozenset(
    "am an any as at be best by cost do first for go how if in is it know low lost most my no "
    "not now or yes".split()
)
_RUN = re.compile(r"\(?[A-Za-z]+\)?")


@dataclass(frozen=True)
class Token:
    """What a cell prints.

    Parameters
    ----------
    printed : str
        The token as it stands, the letters left out.
    value : float
        Its number in printed units; NaN for marks and for a number that is only bounded.
    decimals : int
        Decimals printed.
    letters : str
        Significance letters, run together; divided by spaces where one is longer than a letter.
    mark : str
        The mark that stands for a number or beside it; ``"[ ]"`` and ``"( )"`` for brackets.
    percent : bool
        Whether it has a per cent sign.
    is_base : bool
        Whether it is printed as a base, as in ``"n=120"``.
    is_figure : bool
        Whether it is a number or a mark, and no other text.
    """

    printed: str
    value: float = math.nan
    decimals: int = 0
    letters: str = ""
    mark: str = ""
    percent: bool = False
    is_base: bool = False
    is_figure: bool = True


@lru_cache(maxsize=65_536)
def read_token(text: str) -> Token:
    """Return what the text of a cell prints.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    Token
        With ``is_figure=False`` for text that is neither a number nor a mark.

    Examples
    --------
    >>> [read_token(text).value for text in ("47%", "[47]", "1,219", "47 BC")]
    [47.0, 47.0, 1219.0, 47.0]
    >>> read_token("47 BC").letters, read_token("[47]").mark, read_token("16-24").is_figure
    ('BC', '[ ]', False)
    """
    bare = " ".join(text.split())
    if not bare:
        return Token("")
    mark = mark_of(bare)
    if mark:
        return Token(bare, mark=mark)
    found = _FIGURE.fullmatch(bare)
    if found is None:
        return _marked_with_letters(bare) or Token(bare, is_figure=False)
    letters = found["letters"]
    after = letters.lstrip()
    signs = found["signs"]
    if after and after.rstrip(_FOOTNOTE_SIGNS) != after:
        signs += after[len(after.rstrip(_FOOTNOTE_SIGNS)) :]
        after = after.rstrip(_FOOTNOTE_SIGNS).rstrip()
    joined = letters_in(after)
    brackets = found["open"] + found["close"]
    if (after and not joined) or brackets not in ("", "[]", "()"):
        return Token(bare, is_figure=False)
    digits = found["digits"].replace(",", "")
    value = float(digits) * (-1 if found["sign"] in ("-", "−") else 1)
    bounded = found["sign"] in ("<", ">")
    return Token(
        printed=bare[: found.start("letters")].rstrip() if after else bare,
        value=math.nan if bounded else value,
        decimals=len(digits.partition(".")[2]),
        letters=joined,
        mark=(found["sign"] if bounded else "") or signs or _bracket_mark(brackets),
        percent=any(found[name] for name in ("percent", "percent_after", "percent_last")),
        is_base=bool(found["base"]),
    )


def mark_of(text: str) -> str:
    """Return the mark that a text is, if it is one that stands in a number's place."""
    word = text.strip().rstrip("%").strip()
    if word in _DASHES:
        return "-"
    if word and not word.strip(_FOOTNOTE_SIGNS):
        return word
    if word.casefold() in _NOT_AVAILABLE or _SHORTHAND.fullmatch(word):
        return word
    return ""


@lru_cache(maxsize=65_536)
def letters_in(text: str) -> str:
    """Return significance letters without what divides them; nothing if the text is a word.

    Letters stand apart ("B, C", "AA AB") or run together in their order ("BC").
    """
    bare = text.strip()
    if bare[:1] == "(" and bare[-1:] == ")":
        bare = bare[1:-1].strip()
    if bare.casefold() in _WORDS and not bare.isupper():
        return ""
    if _RUN.fullmatch(bare):
        places = [letter.casefold() for letter in bare]
        in_order = all(first < second for first, second in itertools.pairwise(places))
        return bare if in_order or _by_case(bare) else ""
    if not _APART.fullmatch(bare):
        return ""
    keys = re.findall(_KEY, bare)
    return (" " if any(len(key) > 1 and not _ascending(key) for key in keys) else "").join(keys)


def _ascending(text: str) -> bool:
    return all(first < second for first, second in itertools.pairwise(text))


def _by_case(text: str) -> bool:
    """Return whether capitals in order stand before small letters in order ("BDac")."""
    small = text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    capitals = text[: len(text) - len(small)]
    return bool(capitals) and small.islower() and _ascending(capitals) and _ascending(small)


def _bracket_mark(brackets: str) -> str:
    return {"[]": "[ ]", "()": "( )"}.get(brackets, "")


def _marked_with_letters(text: str) -> Token | None:
    """Return a mark with letters beside it ("* B"), or nothing."""
    first, _, rest = text.partition(" ")
    letters = letters_in(rest) if rest and mark_of(first) else ""
    return Token(first, letters=letters, mark=mark_of(first)) if letters else None
