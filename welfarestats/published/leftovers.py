"""What is left of a panel when its one change is taken: single lines and columns told otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from welfarestats.output.wording import join_words
from welfarestats.published.explanations import (
    Catalogue,
    Making,
    words_of,
)
from welfarestats.published.fitting import matches
from welfarestats.published.panels import BASES, SHARES, Column, Line, Panel
from welfarestats.published.recounting import Recount
from welfarestats.survey.codebook import Codebook, Question

__all__ = ["Patch", "patched", "remade"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Cells that a patch must explain over those that it breaks: more where more could be tried.
_REDEFINED, _OTHERWISE, _EXCHANGED = 1.5, 2.5, 2.5
# The share that a patch must explain of the cells that differ in its line or column.
_OF_REDEFINED, _OF_OTHERWISE = 0.5, 0.75
# A column that is explained in one table may be so in the others, down to a single cell.
_KNOWN = 0.5
_MOST_PATCHES = 12
_STATISTICS = {
    "base": "the unweighted base",
    "weighted_base": "the weighted base",
    "effective_base": "the effective base",
    "count": "the unweighted count",
    "weighted_count": "the weighted count",
}


@dataclass(frozen=True)
class Patch:
    """One line or column of a panel made otherwise than the rest of it."""

    words: str
    kind: str
    making: Making
    line: int | None = None
    column: int | None = None
    read_as: Line | Column | None = None
    others: tuple[str, ...] = field(default=())
    gained: int = 0
    broken: int = 0

    @property
    def cost(self) -> float:
        """How many cells it must explain, over those it breaks, to be believed."""
        return {"making": _OTHERWISE, "exchange": _EXCHANGED}.get(self.kind, _REDEFINED)


def remade(
    recounts: Mapping[str, Recount], making: Making, patches: tuple[Patch, ...] = ()
) -> tuple[Array, Mask]:
    """Return the figures of a panel made so, and which of them print as it does."""
    recount = recounts[making.source]
    panel = recount.panel
    figures = recount.at(recount.figures(making))[:, 0]
    given = matches(figures, panel, making.rounding)
    # Where a line and a column are both read otherwise their cell is counted as both.
    for patch in sorted(patches, key=lambda one: one.line is not None):
        here, values = _values(recounts, patch, patches)
        figures[here] = values
        given[here] = matches(values, panel, patch.making.rounding, here)
    return figures, given


def _values(
    recounts: Mapping[str, Recount], patch: Patch, patches: tuple[Patch, ...] = ()
) -> tuple[Mask, Array]:
    """Return which cells a patch concerns, and their figures under it."""
    recount = recounts[patch.making.source]
    panel = recount.panel
    if patch.line is not None:
        here = panel.line == patch.line
        line = patch.read_as if isinstance(patch.read_as, Line) else panel.lines[patch.line]
        values = recount.line(line, patch.making)[panel.column[here]]
        for other in patches:
            if other.column is not None and isinstance(other.read_as, Column):
                at = panel.column[here] == other.column
                if at.any():
                    values[at] = _one(recount, line, patch.making, other.read_as)
        return here, values
    here = panel.column == patch.column
    column = patch.read_as if isinstance(patch.read_as, Column) else panel.columns[_place(patch)]
    needed = sorted(set(panel.line[here].tolist()))
    by_line = {i: _one(recount, panel.lines[i], patch.making, column) for i in needed}
    return here, np.array([by_line[i] for i in panel.line[here].tolist()])


def _place(patch: Patch) -> int:
    assert patch.column is not None
    return patch.column


def _one(recount: Recount, line: Line, making: Making, column: Column) -> float:
    members, whole = recount.members(column), recount.answered(column)
    if column.banner and not column.answers:
        members = whole
    return float(recount.line(line, making, column=(members, whole))[0])


def patched(
    recounts: Mapping[str, Recount],
    making: Making,
    catalogue: Catalogue,
    codebook: Codebook,
    known: frozenset[str] = frozenset(),
) -> tuple[Patch, ...]:
    """Return the lines and columns that are made otherwise, the best explained first.

    ``known`` is what explains a column of another table.
    """
    patches: tuple[Patch, ...] = ()
    for _ in range(_MOST_PATCHES):
        given = remade(recounts, making, patches)[1]
        best = _best(recounts, making, catalogue, codebook, given, patches, known)
        if best is None:
            return patches
        patches = (*patches, best)
    return patches


def _best(
    recounts: Mapping[str, Recount],
    making: Making,
    catalogue: Catalogue,
    codebook: Codebook,
    given: Mask,
    patches: tuple[Patch, ...],
    known: frozenset[str],
) -> Patch | None:
    panel = recounts[""].panel
    best: list[Patch] = []
    top = -1.0
    fewest = _KNOWN if known else _REDEFINED
    for patch in _candidates(panel, making, catalogue, codebook, given, patches, fewest):
        if patch.making.source not in recounts:
            continue
        here, values = _values(recounts, patch, patches)
        after = matches(values, panel, patch.making.rounding, here)
        gained, broken = int((after & ~given[here]).sum()), int((~after & given[here]).sum())
        cost = _KNOWN if patch.words in known and not broken else patch.cost
        score = gained - broken - cost
        if score <= 0 or not _covers(patch, after, given[here], gained):
            continue
        counted = replace(patch, gained=gained, broken=broken)
        if score > top:
            best, top = [counted], score
        elif score == top and (patch.line, patch.column) == (best[0].line, best[0].column):
            best.append(counted)
    if not best:
        return None
    return replace(best[0], others=tuple(one.words for one in best[1:]))


def _covers(patch: Patch, after: Mask, before: Mask, gained: int) -> bool:
    """Return whether most of a line or column, and enough of what differs in it, is given."""
    least = _OF_OTHERWISE if patch.kind == "making" else _OF_REDEFINED
    return bool(2 * after.sum() > len(after) and gained >= least * (~before).sum())


def _candidates(
    panel: Panel,
    making: Making,
    catalogue: Catalogue,
    codebook: Codebook,
    given: Mask,
    patches: tuple[Patch, ...],
    fewest: float,
) -> Iterator[Patch]:
    question = codebook[panel.question]
    taken_lines, taken_columns = {p.line for p in patches}, {p.column for p in patches}
    for i, line in enumerate(panel.lines):
        if i not in taken_lines and int((~given[panel.line == i]).sum()) > fewest:
            yield from _lines(i, line, making, catalogue, question)
    for i, column in enumerate(panel.columns):
        if i not in taken_columns and int((~given[panel.column == i]).sum()) > fewest:
            yield from _columns(i, column, making, catalogue, codebook, question, panel)


def _lines(
    place: int, line: Line, making: Making, catalogue: Catalogue, question: Question
) -> Iterator[Patch]:
    name = f"the line {line.label!r}" if line.label else f"the line of {line.statistic}"
    for statistic, said in _STATISTICS.items():
        family = BASES if line.statistic in BASES else SHARES[1:]
        if line.statistic in family and statistic in family and statistic != line.statistic:
            read_as = replace(line, statistic=statistic)
            yield Patch(f"{name} is {said}", "statistic", making, place, read_as=read_as)
    if line.statistic in SHARES:
        for words, answers in _redefined(line.answers, question):
            read_as = replace(line, answers=answers)
            kind = "exchange" if " in place of " in words else "net"
            yield Patch(f"{name} {words}", kind, making, place, read_as=read_as)
    for other in catalogue.variations(making):
        yield Patch(_otherwise(name, other, catalogue, question), "making", other, place)


def _columns(
    place: int,
    column: Column,
    making: Making,
    catalogue: Catalogue,
    codebook: Codebook,
    question: Question,
    panel: Panel,
) -> Iterator[Patch]:
    name = f"the column {column.label!r}"
    if not column.banner:
        for banner in dict.fromkeys(c.banner for c in panel.columns if c.banner):
            words = f"{name} is only those with an answer to {banner!r}"
            read_as = replace(column, banner=banner)
            yield Patch(words, "net", making, None, place, read_as)
    else:
        for words, answers in _redefined(column.answers, codebook[column.banner]):
            read_as = replace(column, answers=answers)
            kind = "exchange" if " in place of " in words else "net"
            yield Patch(f"{name} {words}", kind, making, None, place, read_as)
    for other in catalogue.variations(making):
        yield Patch(_otherwise(name, other, catalogue, question), "making", other, None, place)


def _otherwise(name: str, other: Making, catalogue: Catalogue, question: Question) -> str:
    said = words_of(other, question, catalogue.percent)
    return f"in {name}: {join_words(said)}" if said else f"{name} is as declared"


def _redefined(
    answers: tuple[str, ...], question: Question
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what else a row or column may be made of, each only once."""
    seen = {frozenset(answers)}
    for words, own in _readings(answers, question):
        if own and frozenset(own) not in seen:
            seen.add(frozenset(own))
            yield words, own


def _readings(
    answers: tuple[str, ...], question: Question
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a net, a category, one fewer, one more, or one in place of another."""
    labels = [category.label for category in question.categories]
    others = [label for label in labels if label not in answers]
    for net in question.nets:
        yield f"is the net {net.label!r}", tuple(labels[i] for i in question.positions(net.codes))
    several = answers if len(answers) > 1 else ()
    for label in several:
        yield f"lacks {label!r}", tuple(one for one in answers if one != label)
    for label in labels:
        yield f"is {label!r}", (label,)
    for other in others:
        yield f"includes {other!r} too", (*answers, other)
    for label, other in product(several, others):
        swapped = tuple(other if one == label else one for one in answers)
        yield f"has {other!r} in place of {label!r}", swapped
