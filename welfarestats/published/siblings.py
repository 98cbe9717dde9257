"""Cells of one question told apart: which answer and which group the words beside a number name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
#: By how much another answer or group must be nearer to the words than the one with the value.
_NEARER = 0.15
#: The same if a number of the sentence, or of another, tells the other one.
_THOUGH_TOLD_BESIDE, _THOUGH_TOLD = 0.5, 0.3
#: The same if another number of the sentence tells the one with the value, so that one is too many.
_THOUGH_REPEATED = -0.2
#: The same if the one with the value is a net, which may be told by its parts.
_NEARER_NET = 0.5
#: By how much everybody must be, if the words name no group at all.
_NO_GROUP = 0.2
#: How near to the words such a cell must be at least.
_MEANT = 0.45
#: From which nearness on a word counts as said of a number: a heading's does not.
_SAID = 0.26
#: The nearness of words in the clause of a number, and the least of those in its sentence.
_CLAUSE, _SENTENCE = 1.0, 0.41
#: So many answers that the words name each are the parts of a net.
SEVERAL = 2
#: Labels that say nothing of what is asked.
_BARE = stems_of("Yes, no")
_NET = re.compile(r"(?:any|at least one|one or more|some|either|net)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Reading:
    """A tie with what it was tied by: the facts with its value, every score, and the words."""

    tie: Tie
    matching: NDArray[np.intp]
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
    sentences: dict[int, list[Reading]] = {}
    for one in readings:
        sentences.setdefault(one.tie.sentence, []).append(one)
    every = frozenset(_cells(readings))
    cells = {at: frozenset(_cells(here)) for at, here in sentences.items()}
    for one in readings:
        if id(one.tie) in found:
            continue
        at = one.tie.sentence
        least = _Least(cells[at], every, _told_better_beside(one, sentences[at]))
        if named := _named_instead(one, least, evidence):
            found[id(one.tie)] = _wrong(one.tie, named)
        elif _label_named(one, evidence):
            found[id(one.tie)] = replace(one.tie, fact=None, score=0.0, rival=None, rival_score=0.0)
    return found


@dataclass(frozen=True)
class _Least:
    """By how much another cell must be nearer to the words, given what the numbers around tell.

    ``beside`` and ``every`` are the cells that the numbers of the sentence and passage are tied to;
    ``repeated`` says that another number of the sentence is tied to the same cell, and better.
    """

    beside: frozenset[Cell]
    every: frozenset[Cell]
    repeated: bool

    def for_fact(self, fact: Fact, mine: Fact) -> float:
        """Return the least lead of a fact over the one with the value."""
        cell = cell_of(fact)
        if cell in self.every:
            return _THOUGH_TOLD_BESIDE if cell in self.beside else _THOUGH_TOLD
        if self.repeated:
            return _THOUGH_REPEATED
        return _NEARER_NET if is_net(mine) else _NEARER


def _cells(readings: Iterable[Reading]) -> Iterator[Cell]:
    return (cell_of(one.tie.fact) for one in readings if one.tie.fact is not None)


def _told_better_beside(one: Reading, sentence: Sequence[Reading]) -> bool:
    """Return whether another number of the sentence is tied to the same cell, and better."""
    mine = one.tie
    return any(
        other.tie.fact is mine.fact
        and other.tie.cluster != mine.cluster
        and other.tie.score > mine.score
        for other in sentence
    )


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
        if b in one.matching or a in other.matching:
            continue
        gain = float(one.scores[b] + other.scores[a] - one.scores[a] - other.scores[b])
        if gain > _CROSSED:
            found[id(one.tie)] = _wrong(one.tie, second, gain)
            found[id(other.tie)] = _wrong(other.tie, first, gain)
    return found


def _may_be_crossed(one: Fact, other: Fact) -> bool:
    """Return whether two facts are of two groups of one row, or of two answers of one group."""
    if (one.table, one.stub) != (other.table, other.stub):
        return False
    return (one.stub_category == other.stub_category) != (one.group == other.group)


def _named_instead(one: Reading, least: _Least, evidence: Evidence) -> Fact | None:
    """Return the cell of another answer or group that the words name, and not that of the value."""
    mine = one.tie.fact
    if mine is None:
        return None
    at = evidence.position(mine)
    here = np.setdiff1d(np.flatnonzero(evidence.stubs == evidence.stubs[at]), one.matching)
    here = here[one.scores[here] > one.scores[at] + _THOUGH_REPEATED]
    answers, groups = [], []
    for place in here[np.argsort(-one.scores[here], kind="stable")].tolist():
        fact = evidence.facts[place]
        if not _is_rival(fact, mine) or one.scores[place] < _MEANT:
            continue
        gap = float(one.scores[place] - one.scores[at])
        unnamed = bool(mine.group) and not _group_named(mine, one.context)
        if unnamed and not fact.group and gap > _NO_GROUP:
            groups.append(fact)
        elif gap <= least.for_fact(fact, mine):
            continue
        elif fact.group == mine.group:
            answers.append(fact)
        elif fact.group and (unnamed or fact.banner == mine.banner):
            groups.append(fact)
    if len({fact.stub_category for fact in answers}) >= SEVERAL and is_net(mine):
        answers = []
    return next(iter([*answers, *groups]), None)


def _label_named(one: Reading, evidence: Evidence) -> bool:
    """Return whether the clause names another label of the question, and the sentence not its own."""
    mine = one.tie.fact
    if mine is None:
        return False
    others = stems_of(mine.question) | stems_of(mine.people)
    pairs = (
        (mine.category, evidence.labels.get((mine.table, mine.stub), ())),
        (mine.group, evidence.labels.get((mine.table, mine.banner), ())),
    )
    for label, labels in pairs:
        if not label or stems_of(label) <= _BARE:
            continue
        for other in labels:
            own, theirs = stems_of(label) - stems_of(other), stems_of(other) - stems_of(label)
            if not own - others or not theirs - _BARE:
                continue
            named = all(one.context.get(word, 0.0) >= _CLAUSE for word in theirs)
            if named and all(one.context.get(word, 0.0) < _SENTENCE for word in own - others):
                return True
    return False


def _is_rival(fact: Fact, mine: Fact) -> bool:
    """Return whether a fact is of another answer, or of another group."""
    if fact.kind != mine.kind or fact.quantity == mine.quantity:
        return False
    return (fact.stub_category == mine.stub_category) != (fact.group == mine.group)


def _group_named(fact: Fact, context: Mapping[str, float]) -> bool:
    """Return whether a word of a fact's group stands near a number; one of its question is none."""
    others = stems_of(fact.question) | stems_of(fact.category) | stems_of(fact.people)
    return any(context.get(one, 0.0) >= _SAID for one in stems_of(fact.group) - others)


def is_net(fact: Fact) -> bool:
    """Return whether an answer is told by its parts: "any of them", "some form of work"."""
    return bool(_NET.match(fact.category))
