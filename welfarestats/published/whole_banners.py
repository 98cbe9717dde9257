"""Likeness said of all groups of a question at once: "no difference by age"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from welfarestats.published.evidence import Evidence, Fact
from welfarestats.published.label_words import stems_of
from welfarestats.published.likeness import Verdict
from welfarestats.published.prose_findings import (
    NOT_TESTED,
    SAMENESS_NOT_SHOWN,
    TIED,
    WRONG_DIRECTION,
)
from welfarestats.published.quoted_labels import label_key

__all__ = ["groups_compared", "worst_of"]

_BY = re.compile(
    r"\b(?:by|between|across|among(?:st)?|according to|(?:in|for) (?:both|all|each)|differ(?:ed|s)?)\b",
    re.IGNORECASE,
)
#: Which verdict on one of several pairs decides on them all: a test that found nothing is enough
#: for "no significant difference"; every pair must be shown to be alike for "no difference".
_OF_LIKENESS = (WRONG_DIRECTION, SAMENESS_NOT_SHOWN, NOT_TESTED, TIED)
_OF_TESTS = (WRONG_DIRECTION, TIED, NOT_TESTED)


def groups_compared(
    text: str, quoted: Collection[str], evidence: Evidence
) -> list[tuple[Fact, Fact]]:
    """Return all pairs of groups of the one question that a clause divides people by.

    Parameters
    ----------
    text : str
        The clause.
    quoted : collection of str
        The keys of labels that it quotes; a clause that quotes some is read by these alone.
    evidence : Evidence
        The facts and tests.

    Returns
    -------
    list of (Fact, Fact)
        Of the answers that the clause names, or of all if it names their question; none where it
        leaves open which questions are meant.
    """
    if not _BY.search(text):
        return []
    words = frozenset() if quoted else stems_of(text)

    def told(role: str, label: str) -> bool:
        stems = stems_of(label)
        return label_key(role, label) in quoted or (bool(stems) and stems <= words)

    cells = {
        (f.table, f.stub, f.stub_category, f.banner, f.banner_category): f
        for f in evidence.facts
        if f.kind == "percent" and f.stub_category and f.banner != "Total"
        if told("banner", f.banner_label or f.banner)
    }
    named = [f for f in cells.values() if told("answer", f.category)]
    meant = named or [f for f in cells.values() if told("question", f.question_label or f.stub)]
    if len({(f.stub, f.banner) for f in meant}) != 1 or len({f.table for f in meant}) != 1:
        return []
    rows = dict.fromkeys((f.table, f.stub, f.stub_category, f.banner) for f in meant)
    pairs = [
        (cells.get((*key[:4], key[4])), cells.get((*key[:4], key[5])))
        for key in evidence.tests
        if key[:4] in rows
    ]
    return [(one, other) for one, other in pairs if one is not None and other is not None]


def worst_of(verdicts: Sequence[Verdict], *, of_tests: bool) -> int:
    """Return the place of the verdict on one pair that decides on them all."""
    order = _OF_TESTS if of_tests else _OF_LIKENESS
    ranks = [order.index(status) if status in order else len(order) for status, _ in verdicts]
    return ranks.index(min(ranks))
