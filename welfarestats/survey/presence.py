"""Which PSUs and strata hold a cell, as bits: degrees of freedom follow from counting them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from welfarestats.survey.design import Design, Stage

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Presence:
    """Which PSUs and strata hold each elementary cell, as bits (S, stub, banner, words).

    ``units`` is ``None`` where respondents are the PSUs. ``of_design`` are the degrees of freedom
    of the whole design where these are wanted (``df_rule="design"``).
    """

    units: Bits | None
    strata: Bits
    of_design: float | None = None

    def held(self, items: Mask, columns: Mask) -> tuple[Bits | None, Bits]:
        """Return which PSUs and strata hold any of the items (k,) in sets of columns (G, w)."""
        units = None if self.units is None else _held(self.units, items, columns)
        return units, _held(self.strata, items, columns)

    def tables(self, places: slice | Integers) -> Self:
        """Return the presence in some of the tables."""
        units = None if self.units is None else self.units[places]
        return replace(self, units=units, strata=self.strata[places])

    def followed_by(self, other: Presence) -> Self:
        """Return the tables of both."""
        units = None
        if self.units is not None and other.units is not None:
            units = np.concatenate([self.units, other.units])
        return replace(self, units=units, strata=np.concatenate([self.strata, other.strata]))

    def degrees_of_freedom(self, held: tuple[Bits | None, Bits], base: Array) -> Array:
        """Return PSUs − strata of what is held (S, G).

        ``base`` (S, G) is the respondents held together, who are the PSUs where nobody was sampled
        in groups.
        """
        if self.of_design is not None:
            return np.full(base.shape, self.of_design)
        units = base if held[0] is None else _counted(held[0])
        return np.asarray(units - _counted(held[1]), dtype=float)


def _held(bits: Bits, items: Mask, columns: Mask) -> Bits:
    """Return who holds any of the items in each set of columns, (S, G, words)."""
    any_item = bits[:, 0] if bits.shape[1] == 1 else np.bitwise_or.reduce(bits[:, items], axis=1)
    held = np.empty((len(bits), len(columns), bits.shape[-1]), dtype=np.uint64)
    for number, own in enumerate(columns):
        places = np.flatnonzero(own)
        if places.size == 1:
            held[:, number] = any_item[:, places[0]]
        else:
            held[:, number] = np.bitwise_or.reduce(any_item[:, places], axis=1)
    return held


def _counted(bits: Bits) -> Integers:
    return np.asarray(np.bitwise_count(bits).sum(axis=-1, dtype=np.int64))


def packed_bits(held: Mask, shape: tuple[int, ...]) -> Bits:
    """Return truth values (B, cells, U) as bits in words, (B, k, w, words)."""
    packed = np.packbits(held, axis=-1)
    words = -(-packed.shape[-1] // 8)
    room = np.zeros((*packed.shape[:-1], words * 8), dtype=np.uint8)
    room[..., : packed.shape[-1]] = packed
    return room.view(np.uint64).reshape(*shape, words)


def unpacked_bits(bits: Bits, size: int) -> Mask:
    """Return bits in words (…, words) as truth values (…, size)."""
    whole = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=-1)
    return np.asarray(whole[..., :size], dtype=bool)


def common_degrees_of_freedom(
    design: Design, count: Array, weight: Array, df_rule: str
) -> float | None:
    """Return the degrees of freedom that every domain has, if it has no own ones."""
    how = design.replicates
    if how is not None:
        stated = how.units is None or df_rule == "design"
        return how.degrees_of_freedom if stated else None
    return _whole(design.first, count, weight) if df_rule == "design" else None


def _whole(first: Stage, count: Array, weight: Array) -> float:
    """Return PSUs − strata of the design, of those with a respondent of positive weight."""
    positive = weight > 0
    if first.unit is None:
        strata = np.unique(first.stratum[positive]).size
        return float(count[positive].sum() - strata)
    units = np.unique(first.unit[positive])
    return float(units.size - np.unique(first.stratum[units]).size)
