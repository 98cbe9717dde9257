"""Which PSUs and strata hold a cell, as bits: degrees of freedom follow from counting them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def tables(self, places: slice | Integers) -> Presence:
        """Return the presence in some of the tables."""
        units = None if self.units is None else self.units[places]
        return Presence(units, self.strata[places], self.of_design)

    def followed_by(self, other: Presence) -> Presence:
        """Return the tables of both."""
        units = None
        if self.units is not None and other.units is not None:
            units = np.concatenate([self.units, other.units])
        return Presence(units, np.concatenate([self.strata, other.strata]), self.of_design)

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
