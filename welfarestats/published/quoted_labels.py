"""Labels of the tables that a text quotes: no figures stand in them, and they name a cell exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["QuotedLabel", "label_key", "labels_quoted", "without_labels"]

#: What a label is the label of.
ROLES = ("answer", "question", "column", "banner")
_QUOTE = re.compile(
    r"“(?P<a>[^“”\n]{1,300})”|(?<![\w\"])\"(?P<b>[^\"\n]{1,300})\"|(?<!\w)‘(?P<c>[^‘\n]{1,300}?)’(?!\w)"
    r"|(?<!\w)'(?P<d>[^'\n]{1,300})'(?!\w)"
)
#: Which words before a quoted label say what it is the label of; the first that fits counts.
_BEFORE = tuple(
    (role, re.compile(rf"\b(?:{words})\s*$", re.IGNORECASE))
    for role, words in (
        ("question", "on|asked|question|(?:mean|average|median) of"),
        ("banner", "by|(?:groups?|columns?) of|of"),
        ("column", "in|the groups?|for|among|amongst|than"),
        ("answer", "as|answered|answer|mentioned|mention|said|chose|selected|with|were|answering"),
    )
)
_LOOKED_BACK = 30
#: A line of a table or chart: a label and one number.
_LABELLED = re.compile(r"\s*(\S[^\d%]{0,200}?)[\s:]+\d[\d.,]*\s*(?:%|per ?cent)?\s*")
_FILLER = "x"


@dataclass(frozen=True)
class QuotedLabel:
    """A label in quotation marks where it stands: its ends without the marks, and what it names.

    ``names`` are words that only the facts of that label have; ``sure`` says that the words before
    it tell what it is the label of.
    """

    start: int
    end: int
    names: tuple[str, ...]
    sure: bool


def label_key(role: str, label: str) -> str:
    """Return the word that stands for a whole label in one role; no word of a text is one.

    Examples
    --------
    >>> label_key("answer", "No  better idea")
    'answer “no better idea”'
    """
    return f"{role} “{_plain(label)}”"


def _plain(label: str) -> str:
    text = label.translate({ord(a): "'" for a in '“”"‘’'})
    return " ".join(text.casefold().split()).strip(" .,;:")


def labels_quoted(text: str, known: Mapping[str, object]) -> tuple[QuotedLabel, ...]:
    """Return the labels that stand in quotation marks in a text, in order.

    Parameters
    ----------
    text : str
        A passage.
    known : mapping
        Has the key of each label of the tables, as `label_key` makes it.

    Returns
    -------
    tuple of QuotedLabel
        Nothing for words in quotation marks that are no label. A label that stands alone with a
        number, as in a chart, needs none.
    """
    found: list[QuotedLabel] = []
    last = ""
    if (line := _LABELLED.fullmatch(text)) and (key := label_key("answer", line[1])) in known:
        return (QuotedLabel(*line.span(1), (key,), True),)
    for match in _QUOTE.finditer(text):
        group = match.lastgroup or "a"
        keys = {role: label_key(role, match[group]) for role in ROLES}
        keys = {role: key for role, key in keys.items() if key in known}
        aside = label_key("aside", match[group]) in known
        if not keys and not aside:
            continue
        role = _role(text[max(0, match.start() - _LOOKED_BACK) : match.start()]) or last
        last = role if role in keys else last
        names = (keys[role],) if role in keys else tuple(keys.values())
        found.append(QuotedLabel(*match.span(group), names, role in keys))
    return tuple(found)


def _role(before: str) -> str:
    return next((role for role, words in _BEFORE if words.search(before)), "")


def without_labels(text: str, labels: Sequence[QuotedLabel]) -> str:
    """Return a text as long as it was, with letters that say nothing in place of its labels."""
    for one in labels:
        text = text[: one.start] + _FILLER * (one.end - one.start) + text[one.end :]
    return text
