"""Linear programmes of published numbers, solved with HiGHS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.polytope import System

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: People by which conditions must be missed together before they count as impossible.
TOLERANCE = 1e-5


def extreme(
    system: System, indices: NDArray[np.int64], factors: NDArray[np.float64], *, largest: bool
) -> float | None:
    """Return the least or largest value of a sum of variables, None if nothing is possible."""
    cost = np.zeros(system.matrix.shape[1])
    np.add.at(cost, indices, -factors if largest else factors)
    result = _minimum(cost, system)
    if result is None:
        return None
    return -result if largest else result


def extreme_share(
    system: System,
    part: NDArray[np.int64],
    factors: NDArray[np.float64],
    whole: NDArray[np.int64],
    *,
    largest: bool,
) -> float | None:
    """Return the least or largest ratio of two sums, None if the whole can only be nobody.

    Charnes and Cooper (1962): every variable is divided by the whole, whose inverse becomes a
    variable of its own, so that the ratio is linear.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    size = system.matrix.shape[1]
    above, below = np.isfinite(system.high), np.isfinite(system.low)
    equal = above & below & (system.high == system.low)
    sides = [
        hstack([system.matrix[above & ~equal], -_column(system.high[above & ~equal])]),
        hstack([-system.matrix[below & ~equal], _column(system.low[below & ~equal])]),
    ]
    unit = np.zeros(size + 1)
    np.add.at(unit, whole, 1.0)
    fixed = hstack([system.matrix[equal], -_column(system.low[equal])])
    cost = np.zeros(size + 1)
    np.add.at(cost, part, -factors if largest else factors)
    result = linprog(
        cost,
        A_ub=vstack(sides, format="csr"),
        b_ub=np.zeros(sum(side.shape[0] for side in sides)),
        A_eq=vstack([fixed, csr_array(unit[None])], format="csr"),
        b_eq=np.append(np.zeros(fixed.shape[0]), 1.0),
        method="highs",
    )
    if result.status == 2:
        return None
    if result.status != 0 or result.x is None:
        raise ReportError(f"the linear programme was not solved: {result.message}")
    ratio = float(cost @ result.x)
    return -ratio if largest else ratio


def _column(values: NDArray[np.float64]) -> csr_array[Any]:
    from scipy.sparse import csr_array

    return csr_array(values[:, None])


def _minimum(cost: NDArray[np.float64], system: System) -> float | None:
    from scipy.optimize import LinearConstraint, milp

    result = milp(cost, constraints=LinearConstraint(system.matrix, system.low, system.high))
    if result.status == 2:
        return None
    if result.status != 0 or result.x is None:
        raise ReportError(f"the linear programme was not solved: {result.message}")
    return float(result.fun)


def least_violation(system: System, kept: Iterable[str]) -> tuple[float, tuple[str, ...]]:
    """Return by how many people the conditions of some sources must be missed, and which matter.

    The sources that matter (with a price in the dual) are impossible together, though perhaps
    not all of them are needed for it.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, diags_array, hstack, vstack

    chosen = set(kept)
    rows = np.array([not source or source in chosen for source in system.sources], dtype=bool)
    sources = [source for source, row in zip(system.sources, rows, strict=True) if row]
    soft = np.array([bool(source) for source in sources])
    matrix, low, high = system.matrix[rows], system.low[rows], system.high[rows]
    size, count = matrix.shape[1], len(sources)
    equal = np.isfinite(high) & (low == high) & ~soft
    upper, lower = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    slack = diags_array(soft.astype(float), format="csr")
    loose = vstack(
        [hstack([matrix[upper], -slack[upper]]), hstack([-matrix[lower], -slack[lower]])],
        format="csr",
    )
    result = linprog(
        np.concatenate([np.zeros(size), np.ones(count)]),
        A_ub=loose,
        b_ub=np.concatenate([high[upper], -low[lower]]),
        A_eq=hstack([matrix[equal], csr_array((int(equal.sum()), count))], format="csr"),
        b_eq=low[equal],
        method="highs",
    )
    if result.status != 0 or result.x is None:
        raise ReportError(f"the linear programme was not solved: {result.message}")
    at = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    priced = at[np.abs(result.ineqlin.marginals) > 1e-7]
    violation = float(result.x[size:].sum())
    return violation, tuple(dict.fromkeys(sources[i] for i in priced if soft[i]))


def possible(system: System, kept: Iterable[str]) -> bool:
    """Return whether the conditions of some sources can be met together."""
    return least_violation(system, kept)[0] <= TOLERANCE


def irreducible(system: System, sources: Sequence[str]) -> tuple[str, ...]:
    """Return sources that are impossible together, none of which can be left out (QuickXplain)."""
    violation, found = least_violation(system, sources)
    if violation <= TOLERANCE:
        return ()
    return tuple(_smallest(system, list(found or sources), []))


def _smallest(system: System, candidates: list[str], needed: list[str]) -> list[str]:
    if needed and not possible(system, needed):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    from_second = _smallest(system, second, needed + first)
    return _smallest(system, first, needed + from_second) + from_second
