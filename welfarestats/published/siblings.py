"""Cells of one question told apart: which answer and which group the words beside a number name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.evidence import Evidence, Fact
from welfarestats.published.label_words import stems_of
from welfarestats.published.ties import CLEARLY_MEANT, Cell, Tie, cell_of

#: By how much two percentages must go better the other way round to have been exchanged.
_CROSSED = 0.1
#: How many numbers of a passage an exchanged one is looked for among.
_NEXT = 6
#: By how much another answer or group must be nearer to the words than the one with the value: if
#: no other number tells it, and if one does.
_NEARER, _NEARER_THOUGH_TOLD = 0.15, 0.5
#: By how much everybody must be, if the words name no group at all.
_NO_GROUP = 0.2
#: How near to the words such a cell must be at least.
_MEANT = 0.45
#: From which nearness on a word counts as said of a number: a heading's does not.
_SAID = 0.26
#: So many answers that the words name each are the parts of a net.
SEVERAL = 2
_NET = re.compile(r"(?:any|at least|one or more|some|either|all|net)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Reading:
    """A tie with what it was tied by: the score of every fact and the nearness of every word."""

    tie: Tie
    scores: NDArray[np.float64]
    context: Mapping[str, float]


def told_apart(readings: Sequence[Reading], evidence: Evidence) -> dict[int, Tie]:
    """Return the ties of a passage that are another cell of the same question than the words name.

    Parameters
    ----------
    readings : sequence of Reading
        The percentages of a passage that are tied.
    evidence : Evidence
        The facts.

    Returns
    -------
    dict of int to Tie
        By the identity of the tie; its rival is the cell that is named.
    """
    found = _crossed(readings, evidence)
    told = Counter(cell_of(one.tie.fact) for one in readings if one.tie.fact is not None)
    for one in readings:
        if id(one.tie) not in found and (named := _named_instead(one, told, evidence)):
            found[id(one.tie)] = _wrong(one.tie, named)
    return found


def _wrong(tie: Tie, named: Fact, gain: float = 0.0) -> Tie:
    return replace(tie, rival=named, rival_score=tie.score + gain + CLEARLY_MEANT)


def _crossed(readings: Sequence[Reading], evidence: Evidence) -> dict[int, Tie]:
    """Return the ties of two percentages that go better the other way round."""
    found: dict[int, Tie] = {}
    pairs = (
        (one, other) for at, one in enumerate(readings) for other in readings[at + 1 : at + _NEXT]
    )
    for one, other in pairs:
        first, second = one.tie.fact, other.tie.fact
        if not first or not second or not _may_be_crossed(first, second):
            continue
        a, b = evidence.position(first), evidence.position(second)
        gain = float(one.scores[b] + other.scores[a] - one.scores[a] - other.scores[b])
        if gain > _CROSSED:
            found[id(one.tie)] = _wrong(one.tie, second, gain)
            found[id(other.tie)] = _wrong(other.tie, first, gain)
    return found


def _may_be_crossed(one: Fact, other: Fact) -> bool:
    """Return whether two facts are of two groups of one row, or of two answers of one group."""
    if (one.table, one.stub) != (other.table, other.stub) or one.value == other.value:
        return False
    return (one.stub_category == other.stub_category) != (one.group == other.group)


def _named_instead(one: Reading, told: Mapping[Cell, int], evidence: Evidence) -> Fact | None:
    """Return the cell of another answer or group that the words name, and not that of the value."""
    mine = one.tie.fact
    if mine is None:
        return None
    at = evidence.position(mine)
    here = np.flatnonzero(evidence.stubs == evidence.stubs[at])
    here = here[one.scores[here] > one.scores[at] + min(_NEARER, _NO_GROUP)]
    answers, groups = [], []
    for place in here[np.argsort(-one.scores[here], kind="stable")].tolist():
        fact = evidence.facts[place]
        if not _is_rival(fact, mine) or one.scores[place] < _MEANT:
            continue
        gap = float(one.scores[place] - one.scores[at])
        if gap <= (_NEARER_THOUGH_TOLD if told.get(cell_of(fact)) else _NEARER):
            continue
        if fact.group == mine.group:
            answers.append(fact)
        elif (gap > _NO_GROUP and not _group_named(mine, one.context)) or (
            fact.group and fact.banner == mine.banner
        ):
            groups.append(fact)
    if is_net(mine) or len({fact.stub_category for fact in answers}) >= SEVERAL:
        answers = []
    return next(iter([*answers, *groups]), None)


def _is_rival(fact: Fact, mine: Fact) -> bool:
    """Return whether a fact is of another answer, or of another group, and has another value."""
    if fact.kind != mine.kind or fact.value == mine.value or fact.quantity == mine.quantity:
        return False
    return (fact.stub_category == mine.stub_category) != (fact.group == mine.group)


def _group_named(fact: Fact, context: Mapping[str, float]) -> bool:
    """Return whether a word of a fact's group stands near a number; one of its question is none."""
    others = stems_of(fact.question) | stems_of(fact.category) | stems_of(fact.people)
    return any(context.get(one, 0.0) >= _SAID for one in stems_of(fact.group) - others)


def is_net(fact: Fact) -> bool:
    """Return whether an answer is told by its parts: "any of them", "some form of work"."""
    return bool(_NET.match(fact.category))
