"""Linear conditions one by one, and all together as a sparse matrix for HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Row:
    """One linear condition: the sum of factors times variables lies from ``low`` to ``high``.

    ``source`` is the published number that asks for it; empty where it holds for any people.
    """

    indices: NDArray[np.int64]
    factors: NDArray[np.float64]
    low: float
    high: float
    source: str = ""


@dataclass(frozen=True)
class System:
    """Rows as a matrix with bounds, ready for HiGHS; ``sources`` has one entry a row."""

    matrix: csr_array[Any]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    sources: tuple[str, ...]


def summed_row(
    indices: NDArray[np.int64], factors: NDArray[np.float64], low: float, high: float, source: str
) -> Row:
    """Return a row in which every variable stands once."""
    unique, inverse = np.unique(indices, return_inverse=True)
    summed = np.bincount(inverse, weights=factors).astype(np.float64)
    return Row(unique, summed, low, high, source)


def as_system(rows: Sequence[Row], size: int) -> System:
    """Return rows as a sparse matrix with bounds."""
    from scipy.sparse import csr_array

    starts = np.concatenate([[0], np.cumsum([len(row.indices) for row in rows])]).astype(int)
    data = np.concatenate([row.factors for row in rows] or [np.zeros(0)])
    columns = np.concatenate([row.indices for row in rows] or [np.zeros(0, dtype=int)])
    matrix = csr_array((data, columns, starts), shape=(len(rows), size))
    matrix.sum_duplicates()  # HiGHS refuses a variable that stands twice in a row.
    return System(
        matrix,
        np.array([row.low for row in rows]),
        np.array([row.high for row in rows]),
        tuple(row.source for row in rows),
    )
