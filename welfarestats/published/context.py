"""The words around a figure, each with how near it is: clause, sentence, passage, section."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from welfarestats.published.clauses import cut_between
from welfarestats.published.figures import Figure, figures_of
from welfarestats.published.label_words import placed_stems
from welfarestats.published.passages import Passage
from welfarestats.published.quoted_labels import label_key, labels_quoted, without_labels
from welfarestats.published.spoken_comparisons import REFERENCE
from welfarestats.published.verbal_bands import BandSet

#: How near words are that stand in the clause of a figure, elsewhere in its sentence, before it.
_CLAUSE, _LEADING, _SENTENCE = 1.0, 0.7, 0.45
_SENTENCES_BEFORE = (0.4, 0.28, 0.2)
_SENTENCE_AFTER, _INTRODUCTION, _BEFORE, _HEADING = 0.12, 0.55, 0.2, 0.25

#: A longer sentence is cut, so that no text takes too long.
_LONGEST = 3_000
#: How many letters may stand between two numbers in one pair of brackets.
_IN_BRACKETS = 25
#: A base line belongs to the table or figure whose title stands above it.
_BASE_LINE = re.compile(r"\s*bases?\b\s*:", re.IGNORECASE)
#: What a quoted answer counts for in the next sentence; the question and group carry over whole.
_ANSWER_CARRIED = 0.5
_QUOTED_ANSWER = label_key("answer", "")[:-1]
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!e\.g)(?<!i\.e)(?<!cf)(?<!vs)(?<!etc)[.!?][\"'’”)]*\s+(?=[\"'‘“(]?[A-Z0-9])"
)


@dataclass(frozen=True, eq=False)
class ReadPassage:
    """A passage with its sentences, its figures and its words; a figure's own words are none.

    ``clusters`` are, for each sentence, the figures that tell one number together: "around a third
    (31 per cent)" is one cluster, and so is "47% (132)". ``told`` are
    those that are not told in passing. ``plain`` is the text with nothing to read in the labels
    that it quotes.
    """

    passage: Passage
    plain: str
    sentences: tuple[tuple[int, int], ...]
    figures: tuple[Figure, ...]
    stems: tuple[tuple[str, int, int], ...]
    clusters: tuple[tuple[tuple[Figure, ...], ...], ...]
    told: tuple[tuple[tuple[Figure, ...], ...], ...]

    def sentence_of(self, offset: int) -> int:
        """Return which sentence a letter stands in."""
        return max(bisect_right(self.sentences, offset, key=itemgetter(0)) - 1, 0)

    def sentence_text(self, offset: int) -> str:
        """Return the sentence that a letter stands in."""
        start, end = self.sentences[self.sentence_of(offset)]
        return self.passage.text[start:end].strip()


def read_passage(
    passage: Passage, bands: BandSet, known: Mapping[str, object] | None = None
) -> ReadPassage:
    """Return a passage with its sentences, figures and words; those only that are ``known``."""
    labels = labels_quoted(passage.text, known or {})
    text = without_labels(passage.text, labels)
    figures = tuple(figures_of(text, bands))
    sure = [(one.start, one.end) for one in labels if one.sure]
    read = sorted([(one.start, one.end) for one in figures if one.kind != "number"] + sure)
    stems = [
        one
        for one in placed_stems(passage.text)
        if (known is None or one[0] in known) and not _within(read, one[1])
    ]
    stems += [(name, one.start, one.end) for one in labels for name in one.names]
    sentences = sentences_of(text)
    clusters = _clusters(text, sentences, figures)
    stems.sort(key=itemgetter(1))
    told = tuple(tuple(c for c in every if not _in_passing(c)) for every in clusters)
    return ReadPassage(passage, text, sentences, figures, tuple(stems), clusters, told)


def _within(stretches: Sequence[tuple[int, int]], offset: int) -> bool:
    """Return whether a letter stands in one of some stretches, which are in order."""
    at = bisect_right(stretches, offset, key=itemgetter(0)) - 1
    return at >= 0 and offset < stretches[at][1]


def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each sentence of a passage begins and ends.

    Examples
    --------
    >>> sentences_of("Half agreed (e.g. of men). The rest did not.")
    ((0, 27), (27, 44))
    """
    if not text:
        return ()
    cuts = [0]
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        while end - cuts[-1] > _LONGEST:
            space = text.rfind(" ", cuts[-1] + 1, cuts[-1] + _LONGEST)
            cuts.append(space if space > 0 else cuts[-1] + _LONGEST)
        cuts.append(end)
    return tuple(pairwise(dict.fromkeys(cuts)))


def _clusters(
    text: str, sentences: Sequence[tuple[int, int]], figures: Sequence[Figure]
) -> tuple[tuple[tuple[Figure, ...], ...], ...]:
    """Return, for each sentence, its figures, those together that tell one number."""
    starts = [start for start, _ in sentences]
    found: list[list[list[Figure]]] = [[] for _ in sentences]
    last: dict[int, list[Figure]] = {}
    for figure in figures:
        at = bisect_right(starts, figure.start) - 1
        if at in last and _belongs(text, last[at], figure):
            last[at].append(figure)
            continue
        found[at].append([figure])
        if not _in_passing([figure]):
            last[at] = found[at][-1]
    return tuple(tuple(tuple(cluster) for cluster in clusters) for clusters in found)


def _in_passing(cluster: Sequence[Figure]) -> bool:
    """Return whether a cluster is a bare number in words, as in "in at least two ways"."""
    first = cluster[0]
    if len(cluster) > 1 or first.kind != "number":
        return False
    return first.words[:1].isalpha() or first.value <= 10


def _start(cluster: Sequence[Figure]) -> int:
    return cluster[0].start


def _belongs(text: str, cluster: Sequence[Figure], figure: Figure) -> bool:
    """Return whether a figure tells in brackets what a share in words, or a percentage, told."""
    last = cluster[-1]
    between = text[last.end : figure.start]
    if last.kind == "share" and figure.kind == "percent":
        alone = not re.match(r"[^)]*\d[^)]*(?:%|per ?cent)", text[figure.end :])
        bracketed = re.fullmatch(r"[^.;:()]{0,120}\(", between)
        return (bool(bracketed) and alone) or between.strip(" ,") in ("or", "")
    if last.kind == "percent" and figure.kind in ("count", "base"):
        return bool(re.fullmatch(r"\s*\((?:n ?= ?|base ?=? ?)?", between))
    if last.kind in ("count", "number") and figure.kind == "percent":
        return bool(
            re.fullmatch(r"\s*\(", between) or re.fullmatch(r" [^.;:()\d]{0,40}\(", between)
        )
    return last.kind == "count" and figure.kind == "base" and len(between) < 12


def context_of(
    one: ReadPassage, cluster: Sequence[Figure], before: ReadPassage | None = None
) -> dict[str, float]:
    """Return the stems around a cluster of figures, with how near each of them is.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    cluster : sequence of Figure
        Figures that tell one number.
    before : ReadPassage, optional
        The passage before it in the same section; what introduces a list counts for its items.

    Returns
    -------
    dict of str to float
        1 in the clause of the figure, less in its sentence, in those before it and the heading.
    """
    at = one.sentence_of(cluster[0].start)
    near = _clause(one, cluster, at)
    found: dict[str, float] = {}
    first = one.sentences[max(at - len(_SENTENCES_BEFORE), 0)][0]
    last = one.sentences[min(at + 1, len(one.sentences) - 1)][1]
    low, high = (bisect_left(one.stems, end, key=lambda stem: stem[1]) for end in (first, last))
    carried = _answer_carried(one, at)
    based = bool(_BASE_LINE.match(one.plain))
    for stem, start, _ in one.stems[low:high]:
        there = one.sentence_of(start)
        if there == at:
            nearness = next(
                (weight for low, high, weight in near if low <= start < high), _SENTENCE
            )
        elif there < at:
            nearness = _SENTENCES_BEFORE[min(at - there, len(_SENTENCES_BEFORE)) - 1]
        else:
            nearness = _SENTENCE_AFTER if there == at + 1 else 0.0
        if there != at and stem.startswith(_QUOTED_ANSWER):
            nearness *= carried
        found[stem] = max(found.get(stem, 0.0), nearness)
    if before is not None:
        listed = one.passage.kind in ("list item", "table cell") or based
        final = before.sentence_of(len(before.passage.text))
        for stem, start, _ in before.stems:
            nearness = _BEFORE if before.sentence_of(start) == final else _BEFORE / 2
            nearness = _INTRODUCTION if listed and nearness == _BEFORE else nearness
            nearness *= carried if stem.startswith(_QUOTED_ANSWER) else 1.0
            found[stem] = max(found.get(stem, 0.0), nearness)
    for stem, _, _ in placed_stems(one.passage.section):
        found[stem] = max(found.get(stem, 0.0), _INTRODUCTION if based else _HEADING)
    return found


def _answer_carried(one: ReadPassage, sentence: int) -> float:
    """Return what an answer quoted in another sentence counts for: nothing beside a quoted one."""
    start, end = one.sentences[sentence]
    own = any(stem.startswith(_QUOTED_ANSWER) and start <= at < end for stem, at, _ in one.stems)
    return 0.0 if own else _ANSWER_CARRIED


def _clause(
    one: ReadPassage, cluster: Sequence[Figure], sentence: int
) -> list[tuple[int, int, float]]:
    """Return the stretches of a sentence that go with a cluster, and how near they are."""
    clusters = one.told[sentence]
    at = bisect_left(clusters, cluster[0].start, key=_start)
    if at == len(clusters) or _start(clusters[at]) != cluster[0].start:
        clusters = (*clusters[:at], tuple(cluster), *clusters[at:])
    first, last = one.sentences[sentence]
    text = one.plain
    levels = [c for c in clusters if c[0].kind != "times"]
    if (
        len(levels) == 2
        and cluster[0].kind != "times"
        and (sides := _sides_of_brackets(text, first, levels))
    ):
        own = int(levels[0][0].start != cluster[0].start)
        (low, high), (left, right) = sides[own], sides[1 - own]
        return [(low, high, _CLAUSE), (left, right, _LEADING)]
    low = first if at == 0 else _cut(text, clusters[at - 1], clusters[at])
    high = last if at == len(clusters) - 1 else _cut(text, clusters[at], clusters[at + 1])
    stretches = [(low, high, _CLAUSE)]
    if at:
        stretches.append((first, clusters[0][0].start, _LEADING))
    return stretches


def _sides_of_brackets(
    text: str, first: int, clusters: Sequence[Sequence[Figure]]
) -> list[tuple[int, int]] | None:
    """Return the words for both numbers of "X more likely than Y (47 compared with 20)"."""
    opening = text.rfind("(", first, clusters[0][0].start)
    between = text[clusters[0][-1].end : clusters[1][0].start]
    if opening < 0 or ")" in text[opening : clusters[1][0].start] or len(between) > _IN_BRACKETS:
        return None
    reference = REFERENCE.search(text, first, opening)
    if reference is None or reference.start() == first:
        return None
    return [(first, reference.start()), (reference.start(), opening)]


def _cut(text: str, one: Sequence[Figure], other: Sequence[Figure]) -> int:
    """Return where the words of one cluster end and those of the next begin."""
    return cut_between(text, _ends(one), _ends(other))


def _ends(cluster: Sequence[Figure]) -> tuple[int, int]:
    return cluster[0].start, cluster[-1].end
