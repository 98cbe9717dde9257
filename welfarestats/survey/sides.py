"""The sides of a table: who belongs to which item or column, and what items add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.survey.answers import Answers

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Side:
    """One side of a table: who belongs to which elementary item, and what the items add up to.

    ``item`` is the elementary item of each row (−1 for none) when everyone belongs to at most
    one; otherwise ``row`` and ``item`` list the memberships in order of rows, with ``value``
    where an item carries a number. ``combine`` (items, elementary) adds elementary items up.
    ``both`` lists who is in two columns of a banner at once: rows, pairs, and how many pairs.
    """

    item: NDArray[Any]
    width: int
    combine: Array
    row: Integers | None = None
    value: Array | None = None
    both: tuple[Integers, Integers, int] | None = None


def stub_side(answers: Answers, base_includes: Sequence[str] | None = None) -> Side:
    """Return the stub of a single or multiple question: base, counted categories, nets."""
    counted = answers.question.counted(base_includes)
    nets = [answers.question.positions(net.codes) for net in answers.question.nets]
    if answers.codes is not None:
        combine = np.vstack([_base_and_items(len(counted)), *(np.isin(counted, n) for n in nets)])
        return Side(_places(answers, counted, -1), max(len(counted), 1), combine)
    valid = answers.in_base(base_includes)
    masks = [valid, *(answers.mentioned[i] & valid for i in counted)]
    masks += [answers.gave(net) & valid for net in nets]
    return mask_side(masks)


def score_side(scores: Array, centre: float) -> Side:
    """Return base, sum and sum of squares of the scores less ``centre``; NaN is in no base."""
    row = np.repeat(np.flatnonzero(~np.isnan(scores)), 3)
    item = np.tile(np.array([0, 1, 2]), row.size // 3)
    value = (scores[row] - centre) ** item
    return Side(item, 3, np.eye(3), row=row, value=value)


def value_side(known: Mask, values: Sequence[Array]) -> Side:
    """Return base and the sum of each of the values; rows that are not known are in no base."""
    kept = np.flatnonzero(known)
    value = np.column_stack([np.ones(kept.size), *(one[kept] for one in values)])
    width = value.shape[1]
    row, item = np.repeat(kept, width), np.tile(np.arange(width), kept.size)
    return Side(item, width, np.eye(width), row=row, value=value.ravel())


def crossed_side(answers: Sequence[Answers], size: int) -> Side:
    """Return the columns of several single questions crossed: everyone, the answered, each cell."""
    item, width = np.zeros(size, dtype=np.int64), 1
    known = np.ones(size, dtype=bool)
    for one in answers:
        assert one.codes is not None
        counted = one.question.counted()
        position = np.zeros(len(one.question.categories) + 1, dtype=np.int64)
        position[list(counted)] = np.arange(len(counted))
        item = item * len(counted) + position[one.codes]
        width *= len(counted)
        known &= one.in_base(None)
    rows = [np.ones(width + 1), np.append(np.ones(width), 0.0), *np.eye(width, width + 1)]
    return Side(np.where(known, item, width), width + 1, np.vstack(rows))


def banner_side(
    answers: Answers | None,
    size: int,
    base_includes: Sequence[str] | None = None,
    *,
    pairs: bool = False,
) -> Side:
    """Return the columns of a banner question: everyone, the answered, categories, nets.

    Without a question there is the one column, everyone, twice. With ``pairs`` the columns of a
    multiple response are followed by those in two columns at once, in order.
    """
    if answers is None:
        return Side(np.zeros(size, dtype=np.int32), 1, np.ones((2, 1)))
    counted = answers.question.counted(base_includes)
    nets = [answers.question.positions(net.codes) for net in answers.question.nets]
    if answers.codes is not None:
        outside = len(counted)
        rows = [np.ones(outside + 1), np.append(np.ones(outside), 0.0)]
        rows += list(np.eye(outside, outside + 1))
        rows += [np.append(np.isin(counted, net), 0.0).astype(float) for net in nets]
        return Side(_places(answers, counted, outside), outside + 1, np.vstack(rows))
    valid = answers.in_base(base_includes)
    columns = [answers.mentioned[i] & valid for i in counted]
    columns += [answers.gave(net) & valid for net in nets]
    side = mask_side([np.ones(size, dtype=bool), valid, *columns])
    if not pairs or len(columns) < 2:
        return side
    shared = [a & b for i, a in enumerate(columns) for b in columns[i + 1 :]]
    row, pair = np.nonzero(np.column_stack(shared))
    return replace(side, both=(row, pair, len(shared)))


def mask_side(masks: Sequence[Mask]) -> Side:
    """Return one item for each mask; everyone may be in any of them."""
    # Lists of rows are merged in order of rows, as the join of two sides needs them.
    row, item = np.nonzero(np.column_stack(masks))
    return Side(item, len(masks), np.eye(len(masks)), row=row)


def _places(answers: Answers, counted: Sequence[int], outside: int) -> NDArray[np.int32]:
    """Return where each row's answer stands among those that are counted, or outside."""
    assert answers.codes is not None
    if outside == -1 and len(counted) == len(answers.question.categories):
        return answers.codes
    position = np.full(len(answers.question.categories) + 1, outside, dtype=np.int32)
    position[list(counted)] = np.arange(len(counted))
    return position[answers.codes]


@lru_cache(maxsize=256)
def _base_and_items(size: int) -> Array:
    """Return what adds elementary items up to their base, then each of them by itself."""
    base = np.full(max(size, 1), float(size > 0))
    found = np.vstack([base, np.eye(size, base.size)])
    found.flags.writeable = False
    return found
