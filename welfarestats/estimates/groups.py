"""Groups of respondents made of banner columns, and which of them are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.survey.answers import Answers

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ColumnGroups:
    """Groups as sums and differences of banner columns, and the pairs of them to compare.

    ``vectors`` (G, columns) adds columns up to groups; ``first`` and ``second`` (P,) are the
    groups of each pair. ``overlap`` (P, columns and pairs of columns) are the people in both.
    ``within`` says that pairs are of one outer answer of a nested banner.
    """

    labels: tuple[str, ...]
    vectors: Array
    first: Integers
    second: Integers
    overlap: Array
    within: bool = False


def shares_people(versus: str) -> bool:
    """Return whether pairs of banner columns are compared, which may have people in common."""
    return versus in ("pairs", "previous")


def column_groups(banner: Answers, versus: str, *, nets: bool) -> ColumnGroups:
    """Return the groups that the categories (and nets) of a banner question make, with pairs.

    In a nested banner only columns of one outer answer are compared.
    """
    counted = banner.question.counted()
    members = [frozenset([i]) for i in counted]
    labels = [banner.question.categories[i].label for i in counted]
    every_net = [frozenset(banner.question.positions(n.codes)) for n in banner.question.nets]
    if nets:
        members += every_net
        labels += [net.label for net in banner.question.nets]
    multiple = bool(banner.mentioned) and shares_people(versus)
    plain = 2 + len(counted) + len(every_net)
    between = len(counted) + len(every_net)
    width = plain + (between * (between - 1) // 2 if multiple else 0)
    eye = np.eye(width)
    size = len(labels)
    vectors = eye[2 : 2 + size, :plain]

    def shared(a: int, b: int) -> Array:
        if multiple:
            low, high = sorted((a, b))
            before = low * between - low * (low + 1) // 2
            return np.asarray(eye[plain + before + high - low - 1])
        inside = [counted.index(i) for i in members[a] & members[b] if i in counted]
        return np.asarray(eye[[2 + i for i in inside]].sum(axis=0))

    if versus in ("total", "rest"):
        answered, everyone = eye[1, :plain], eye[:1, :plain]
        rest = np.vstack([answered - own for own in vectors]) if versus == "rest" else everyone
        second = size + (np.arange(size) if versus == "rest" else np.zeros(size, dtype=np.int64))
        overlap = vectors if versus == "total" else np.zeros_like(vectors)
        names = ["Rest"] * size if versus == "rest" else ["Total"]
        every = np.vstack([vectors, rest])
        return ColumnGroups((*labels, *names), every, np.arange(size), second, overlap)
    outer = banner.outer or (0,) * len(counted)
    pairs = _pairs(members, versus, outer, counted)
    first, second = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    overlap = np.array([shared(a, b) for a, b in pairs]).reshape(len(pairs), width)
    within = len(set(outer)) > 1
    return ColumnGroups(tuple(labels), vectors, first, second, overlap, within)


def _pairs(
    members: list[frozenset[int]], versus: str, outer: tuple[int, ...], counted: tuple[int, ...]
) -> list[tuple[int, int]]:
    size = len(members)
    if versus == "previous":
        return [(a, a + 1) for a in range(len(counted) - 1) if outer[a] == outer[a + 1]]
    # A net and its own categories are not two groups.
    apart = [(a, b) for a in range(size) for b in range(a + 1, size)]
    apart = [(a, b) for a, b in apart if not (members[a] < members[b] or members[b] < members[a])]
    if len(set(outer)) == 1:
        return apart
    return [(a, b) for a, b in apart if outer[a] == outer[b]]
