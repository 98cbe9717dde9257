"""Why an answer is missing, told from the label of its code by a list of phrases."""

from __future__ import annotations

import re

__all__ = ["PHRASES", "UNRECOGNISED", "is_reason", "reasons_named"]

# What a code that a file declares missing is taken for when its label names no reason: it stands
# in no base, nobody's routing is concluded from it, and it is never shown as "don't know".
UNRECOGNISED = "not_applicable"

# Phrases as they are after `_plain`: small letters, no apostrophes, one space between words.
# "No answer" and its like count as refused: the question was put, and nothing was said.
PHRASES: dict[str, tuple[str, ...]] = {
    "dont_know": (
        "dont know",
        "do not know",
        "doesnt know",
        "does not know",
        "didnt know",
        "dk",
        "d k",
        "dont knows",
        "cant say",
        "cannot say",
        "cant remember",
        "cannot remember",
        "dont remember",
        "do not remember",
        "not sure",
        "unsure",
        "unknown",
        "not known",
        "no opinion",
        "cant choose",
    ),
    "refused": (
        "refused",
        "refusal",
        "refuse",
        "refused to say",
        "prefer not to say",
        "prefer not to answer",
        "would rather not say",
        "rather not say",
        "do not wish to answer",
        "not stated",
        "no answer",
        "no reply",
        "no response",
        "not answered",
        "did not answer",
        "didnt answer",
        "unanswered",
        "item nonresponse",
        "item non response",
        "withheld",
    ),
    "not_asked": (
        "not asked",
        "wasnt asked",
        "was not asked",
        "question not asked",
        "routed out",
        "off route",
        "filtered out",
        "filtered",
        "skipped by routing",
        "skip",
        "not in this version",
        "not in this wave",
        "not presented",
        "not shown",
        "proxy",
        "proxy interview",
        "proxy respondent",
    ),
    "not_applicable": (
        "not applicable",
        "inapplicable",
        "does not apply",
        "doesnt apply",
        "not relevant",
        "item not applicable",
        "n a",
        "na",
        "nap",
        "ineligible",
        "not eligible",
    ),
}

_REASON_OF = {phrase: reason for reason, phrases in PHRASES.items() for phrase in phrases}
_ANY = re.compile(r"\b(?:" + "|".join(sorted(_REASON_OF, key=len, reverse=True)) + r")\b")


def reasons_named(label: str) -> tuple[str, ...]:
    """Return the reasons that a label names, in its own order.

    Parameters
    ----------
    label
        The label of a code that is declared missing.

    Returns
    -------
    tuple of str
        Reasons of `MISSING_REASONS`, each once; empty when no phrase of the list stands in it.

    Examples
    --------
    >>> reasons_named("8. Don’t know / refused")
    ('dont_know', 'refused')
    >>> reasons_named("Missing")
    ()
    """
    return tuple(dict.fromkeys(_REASON_OF[found] for found in _ANY.findall(_plain(label))))


def is_reason(label: str) -> str | None:
    """Return the reason that a label is, when it is nothing else.

    Parameters
    ----------
    label
        The label of any code.

    Returns
    -------
    str or None
        ``"refused"`` for "(Refused)", ``None`` for "Was refused a loan".
    """
    return _REASON_OF.get(_plain(label))


def _plain(label: str) -> str:
    """Return a label in small letters, without apostrophes, marks or a code in front."""
    text = re.sub(r"['’‘`´]", "", label.casefold())
    text = re.sub(r"^\W*-?\d+\W+", "", text)
    return " ".join(re.findall(r"[^\W_]+", text))
