"""Whole numbers that lie near each other: their codes by counting, one column or many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]

# Whole numbers within so many of each other are told apart by counting them; columns that are
# counted together must lie nearer, since each of them has room for as many values.
_NEAR = 10_000
_NEAR_TOGETHER = 100


@dataclass(frozen=True)
class Coded:
    """A column as codes 0 … k − 1 (−1 where missing), their values, and respondents of each."""

    codes: Codes
    values: list[Any]
    answers: NDArray[np.float64]


def counted(values: NDArray[Any]) -> tuple[Codes, list[Any]] | None:
    """Return codes and values of whole numbers that lie near each other, which can be counted."""
    known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(values.size, dtype=bool)
    here = values if known.all() else values[known]
    if not here.size:
        return None
    low, high = here.min().item(), here.max().item()
    if not high - low < _NEAR or abs(low) > 2**52 or (here != np.floor(here)).any():
        return None
    place = here.astype(np.int64) - int(low)
    present = np.bincount(place) > 0
    codes = np.full(values.size, -1, dtype=np.int32)
    codes[known] = (np.cumsum(present) - 1)[place]
    return codes, [low + step for step in np.flatnonzero(present).tolist()]


def counted_together(columns: NDArray[Any]) -> Iterator[Coded | None]:
    """Yield the codes of each row of an array of integers, ``None`` where they lie far apart."""
    if not columns.size:
        yield from [None] * len(columns)
        return
    low, high = columns.min(axis=1), columns.max(axis=1)
    near = (high.astype(float) - low < _NEAR_TOGETHER) & (np.abs(low.astype(float)) < 2**52)
    own, least = (columns, low) if near.all() else (columns[near], low[near])
    place = np.empty(own.shape, dtype=np.int32)
    np.subtract(own, least[:, None], out=place, casting="unsafe")
    room = np.arange(len(place), dtype=np.int64)[:, None] * _NEAR_TOGETHER
    tally = np.bincount((place + room).ravel(), minlength=room.size * _NEAR_TOGETHER)
    counts = iter(zip(place, tally.reshape(-1, _NEAR_TOGETHER).astype(float), strict=True))
    for first, is_near in zip(low.tolist(), near.tolist(), strict=True):
        yield _of_column(*next(counts), first) if is_near else None


def _of_column(place: Codes, tally: NDArray[np.float64], first: int) -> Coded:
    steps = np.flatnonzero(tally)
    if steps[-1] >= steps.size:  # values between the others that nobody has
        rank = np.cumsum(tally > 0, dtype=np.int32) - np.int32(1)
        place = rank[place]
    return Coded(place, [first + step for step in steps.tolist()], tally[steps])
