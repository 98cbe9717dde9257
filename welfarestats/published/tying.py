"""Numbers of a text tied to facts: by their value and by the words around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.context import ReadPassage, context_of
from welfarestats.published.evidence import Evidence, Fact
from welfarestats.published.figures import Figure
from welfarestats.published.siblings import SEVERAL, Reading, is_net, told_apart
from welfarestats.published.ties import Tie, cell_of

#: Two facts with a score as near as this are the same to the words.
AS_NEAR = 0.005
#: What counts for a fact if a number beside this one is of the same question.
_SAME_QUESTION = 0.45
#: How many sentences apart such a number may stand.
_COMPANY = 4
_SAME_CELL = 0.8
#: How many of the best facts are looked through for a rival.
_RIVALS = 40
#: What counts for a base if the text says that the number is one.
_BASE = 0.5


@dataclass(frozen=True, eq=False)
class _Cluster:
    """Figures that tell one number, the facts with their values, every score, and the words."""

    sentence: int
    at: int
    figures: Sequence[Figure]
    matching: Mapping[Figure, NDArray[np.intp]]
    scores: NDArray[np.float64]
    context: Mapping[str, float]


def tie_passage(
    one: ReadPassage, evidence: Evidence, before: ReadPassage | None = None
) -> list[Tie]:
    """Return each figure of a passage with the fact that its value and its words point to.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    evidence : Evidence
        The facts.
    before : ReadPassage, optional
        The passage before it in the same section.

    Returns
    -------
    list of Tie
        One for each figure, in order; multiples and points are tied by comparisons instead.
    """
    clusters = [
        _read_cluster(one, (sentence, at), evidence, before)
        for sentence in range(len(one.sentences))
        for at in range(len(one.clusters[sentence]))
    ]
    clusters = _with_company(clusters, evidence)
    tied = {id(c): _tied_cluster(c, evidence) for c in clusters}
    cells = {
        id(c): {cell_of(tie.fact) for tie in tied[id(c)] if tie.fact is not None} for c in clusters
    }
    every = Counter(cell for told in cells.values() for cell in told)
    values: dict[int, Counter[tuple[str, float]]] = {}
    for cluster in clusters:
        values.setdefault(cluster.sentence, Counter()).update(_values(cluster))
    readings = [
        Reading(tie, cluster.matching[tie.figure], cluster.scores, cluster.context)
        for cluster in clusters
        for tie in tied[id(cluster)]
        if tie.figure.kind == "percent" and tie.fact is not None
    ]
    apart = told_apart(readings, evidence)
    found = []
    for cluster in clusters:
        spoken_for = _SpokenFor(every, cells[id(cluster)])
        beside = _SpokenFor(values[cluster.sentence], _values(cluster))
        found += [
            apart.get(id(tie)) or _with_rival(tie, cluster, evidence, spoken_for, beside)
            for tie in tied[id(cluster)]
        ]
    return found


def _read_cluster(
    one: ReadPassage, place: tuple[int, int], evidence: Evidence, before: ReadPassage | None
) -> _Cluster:
    """Return a cluster of a passage, by its sentence and its place in it, with what fits it."""
    figures = one.clusters[place[0]][place[1]]
    context = context_of(one, figures, before)
    matching = {figure: _matching(figure, evidence) for figure in figures}
    return _Cluster(*place, figures, matching, evidence.scores(context), context)


def _values(cluster: _Cluster) -> set[tuple[str, float]]:
    return {(figure.kind, figure.value) for figure in cluster.figures}


def _with_company(clusters: Sequence[_Cluster], evidence: Evidence) -> list[_Cluster]:
    """Return the clusters with more for facts whose question the numbers beside them are of.

    Twice, because what stands beside a number is itself tied better once it has company.
    """
    first = clusters
    for _ in range(2):
        nearby = _best_by_question([_winner(cluster) for cluster in clusters], evidence)
        clusters = [
            replace(cluster, scores=cluster.scores + _company(cluster, nearby, evidence))
            for cluster in first
        ]
    return list(clusters)


@dataclass(frozen=True)
class _Winner:
    """The best fact with the value of a cluster, where the cluster stands, and the score."""

    sentence: int
    at: int
    fact: int
    score: float


def _winner(cluster: _Cluster) -> _Winner | None:
    best: _Winner | None = None
    for figure in cluster.figures:
        if figure.kind in ("percent", "count"):
            matching = cluster.matching[figure]
            if matching.size:
                top = int(matching[np.argmax(cluster.scores[matching])])
                score = min(float(cluster.scores[top]), 1.0)
                if score > (best.score if best else 0.0):
                    best = _Winner(cluster.sentence, cluster.at, top, score)
    return best


def _best_by_question(
    winners: Iterable[_Winner | None], evidence: Evidence
) -> dict[int, list[_Winner]]:
    """Return for each sentence its best winners of a question: two, as one may be a cluster's own."""
    found: dict[int, list[_Winner]] = {}
    counted: Counter[tuple[int, int]] = Counter()
    for one in sorted((w for w in winners if w is not None), key=lambda w: -w.score):
        key = (one.sentence, int(evidence.stubs[one.fact]))
        if counted[key] < 2:
            counted[key] += 1
            found.setdefault(one.sentence, []).append(one)
    return found


def _company(
    cluster: _Cluster, nearby: Mapping[int, Sequence[_Winner]], evidence: Evidence
) -> NDArray[np.float64]:
    """Return what the numbers beside a cluster add to each fact."""
    bonus = np.zeros(int(evidence.stubs.max()) + 1)
    for away in range(-_COMPANY, _COMPANY + 1):
        for one in nearby.get(cluster.sentence + away, ()):
            if (one.sentence, one.at) != (cluster.sentence, cluster.at):
                stub = evidence.stubs[one.fact]
                near = one.score / (1 + abs(away)) * _SAME_QUESTION
                bonus[stub] = max(bonus[stub], near)
    return np.asarray(bonus[evidence.stubs])


def _matching(figure: Figure, evidence: Evidence) -> NDArray[np.intp]:
    return evidence.matching(figure.kind, figure.low, figure.high, figure.decimals)


_ORDER = ("percent", "count", "number", "base", "share")


def _tied_cluster(cluster: _Cluster, evidence: Evidence) -> list[Tie]:
    """Return the figures of a cluster tied, each to the cell of the first where possible."""
    ties: dict[Figure, Tie] = {}
    lead: Tie | None = None
    for figure in sorted(cluster.figures, key=lambda f: _rank(f.kind)):
        empty = Tie(figure, cluster.sentence, cluster.at)
        if figure.kind == "share" and lead is not None and lead.figure.kind == "percent":
            ties[figure] = replace(empty, fact=lead.fact, score=lead.score)
            continue
        scores = cluster.scores
        if lead is not None and lead.fact is not None:
            scores = scores + _SAME_CELL * evidence.beside(lead.fact)
        if figure.kind == "base":
            scores = scores + _BASE * evidence.are("base")
        ties[figure] = _best(empty, cluster.matching[figure], scores, evidence)
        lead = lead or ties[figure]
    return [ties[figure] for figure in cluster.figures]


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _best(
    tie: Tie, matching: NDArray[np.intp], scores: NDArray[np.float64], evidence: Evidence
) -> Tie:
    if not matching.size:
        return tie
    order = matching[np.argsort(-scores[matching], kind="stable")]
    best = order[0]
    fact = evidence.facts[best]
    close = order[1:][scores[order[1:]] >= scores[best] - AS_NEAR]
    near = [evidence.facts[at] for at in close if _another_row(evidence.facts[at], fact)]
    return replace(tie, fact=fact, score=float(scores[best]), others=tuple(near))


@dataclass(frozen=True)
class _SpokenFor:
    """Cells or values that the clusters of a passage or sentence have, and those of one cluster."""

    every: Mapping[Any, int]
    own: Collection[Hashable]

    def by_another(self, told: Hashable) -> bool:
        """Return whether another cluster has a cell or value."""
        return self.every[told] > (told in self.own)


def _another_row(one: Fact, other: Fact) -> bool:
    rows = [(fact.table, fact.stub, fact.stub_category) for fact in (one, other)]
    return rows[0] != rows[1]


def _with_rival(
    tie: Tie,
    cluster: _Cluster,
    evidence: Evidence,
    spoken_for: _SpokenFor,
    beside: _SpokenFor,
) -> Tie:
    """Return a tie with the fact of another value that the words point to best."""
    named = tie.figure.share is not None and tie.figure.share.fraction
    if tie.figure.kind not in ("percent", "count", "base", "number") and not named:
        return tie
    mine = set(cluster.matching[tie.figure].tolist())
    best = evidence.best(tie.figure.kind, cluster.scores, _RIVALS)
    parts = _parts_named(tie, cluster, [evidence.facts[at] for at in best], evidence)
    for at in best:
        fact = evidence.facts[at]
        if (fact.table, fact.stub) in parts:
            continue
        if at in mine or spoken_for.by_another(cell_of(fact)):
            continue
        if beside.by_another((fact.kind, fact.value)):
            continue
        if tie.fact is not None and fact.quantity == tie.fact.quantity:
            continue
        return replace(tie, rival=fact, rival_score=float(cluster.scores[at]))
    return tie


def _parts_named(
    tie: Tie, cluster: _Cluster, best: Sequence[Fact], evidence: Evidence
) -> set[tuple[str, str]]:
    """Return the questions of which the words name several answers, if the tie is to a net."""
    if tie.fact is None or not is_net(tie.fact):
        return set()
    near = [fact for fact in best if cluster.scores[evidence.position(fact)] > tie.score]
    answers = {(fact.table, fact.stub, fact.stub_category) for fact in near}
    every = Counter((table, stub) for table, stub, _ in answers)
    return {question for question, count in every.items() if count >= SEVERAL}
