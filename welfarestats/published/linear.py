"""Linear programmes of published numbers, solved with HiGHS."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.rows import System

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: People by which conditions must be missed together before they count as impossible: far less
#: than one, because a percentage of an unknown base may be one of somebody with a small weight.
TOLERANCE = 1e-8
_NO_PRICE = 1e-7
_EXACTLY: Any = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


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
    """Return the least or largest ratio of two sums, None if the whole can only be nobody."""
    found = extreme_share_at(system, part, factors, whole, largest=largest)
    return None if found is None else found[0]


def extreme_share_at(
    system: System,
    part: NDArray[np.int64],
    factors: NDArray[np.float64],
    whole: NDArray[np.int64],
    *,
    largest: bool,
) -> tuple[float, NDArray[np.float64]] | None:
    """Return the least or largest ratio of two sums, and values of the variables that give it.

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
    solve = partial(
        linprog,
        cost,
        A_ub=vstack(sides, format="csr"),
        b_ub=np.zeros(sum(side.shape[0] for side in sides)),
        A_eq=vstack([fixed, csr_array(unit[None])], format="csr"),
        b_eq=np.append(np.zeros(fixed.shape[0]), 1.0),
    )
    result = solve(method="highs-ipm")  # Large reports: several times faster than the simplex.
    if result.status != 0:
        result = solve(method="highs-ds")
    if result.status == 2:
        return None
    if result.status != 0 or result.x is None:
        raise ReportError(f"the linear programme was not solved: {result.message}")
    ratio = float(cost @ result.x)
    values = np.asarray(result.x[:size] / result.x[size], dtype=np.float64)
    return -ratio if largest else ratio, values


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
    violation, priced = _priced(system, kept)
    return violation, _named(system.sources[i] for i in priced)


def _priced(system: System, kept: Iterable[str]) -> tuple[float, NDArray[np.int64]]:
    """Return the least sum of violations, and the rows that have a price in the dual."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    chosen = set(kept)
    rows = np.flatnonzero([not source or source in chosen for source in system.sources])
    soft = np.array([bool(system.sources[i]) for i in rows], dtype=bool)
    matrix, low, high = system.matrix[rows], system.low[rows], system.high[rows]
    size, count = matrix.shape[1], int(soft.sum())
    equal = np.isfinite(high) & (low == high) & ~soft
    upper, lower = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    places = np.flatnonzero(soft), np.arange(count)
    slack = csr_array((np.ones(count), places), shape=(len(rows), count))
    result = linprog(
        np.concatenate([np.zeros(size), np.ones(count)]),
        A_ub=vstack(
            [hstack([matrix[upper], -slack[upper]]), hstack([-matrix[lower], -slack[lower]])],
            format="csr",
        ),
        b_ub=np.concatenate([high[upper], -low[lower]]),
        A_eq=hstack([matrix[equal], slack[equal]], format="csr"),
        b_eq=low[equal],
        method="highs-ds",
        options=_EXACTLY,
    )
    if result.status != 0 or result.x is None:
        raise ReportError(f"the linear programme was not solved: {result.message}")
    at = np.concatenate([np.flatnonzero(side) for side in (upper, lower, equal)])
    prices = np.concatenate([result.ineqlin.marginals, result.eqlin.marginals])
    return float(result.x[size:].sum()), rows[np.unique(at[np.abs(prices) > _NO_PRICE])]


def _named(sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for source in sources if source))


def possible(system: System, kept: Iterable[str]) -> bool:
    """Return whether the conditions of some sources can be met together."""
    chosen = set(kept)
    return _met(system, chosen) or least_violation(system, chosen)[0] <= TOLERANCE


def _met(system: System, chosen: Container[str]) -> bool:
    """Return whether the conditions of some sources are seen to be met; far faster than by how much."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    kept = np.array([not source or source in chosen for source in system.sources], dtype=bool)
    equal = kept & np.isfinite(system.high) & (system.low == system.high)
    upper = kept & np.isfinite(system.high) & ~equal
    lower = kept & np.isfinite(system.low) & ~equal
    matrix = system.matrix
    result = linprog(
        np.zeros(matrix.shape[1]),
        A_ub=vstack([matrix[upper], -matrix[lower]], format="csr"),
        b_ub=np.concatenate([system.high[upper], -system.low[lower]]),
        A_eq=matrix[equal],
        b_eq=system.low[equal],
        method="highs-ds",
        options=_EXACTLY,
    )
    return bool(result.status == 0)


def irreducible(system: System, sources: Sequence[str]) -> tuple[str, ...]:
    """Return sources that are impossible together, none of which can be left out.

    What has a price is impossible without all the rest, and is a far smaller system. QuickXplain
    (Junker 2004) reduces it; then each source that is left is tried against the whole system.
    """
    if _met(system, set(sources)):
        return ()
    violation, priced = _priced(system, sources)
    if violation <= TOLERANCE:
        return ()
    core, kept = _part_of(system, priced), _named(system.sources[i] for i in priced)
    if possible(core, kept):  # a price was too small to be seen
        core, kept = system, tuple(sources)
    found = _smallest(core, list(kept), [])
    for source in tuple(found):
        others = [other for other in found if other != source]
        if not possible(system, others):
            found = others
    return tuple(found)


def _part_of(system: System, priced: NDArray[np.int64]) -> System:
    """Return every row of the sources of some rows, and those rows themselves."""
    kept = set(_named(system.sources[i] for i in priced))
    own = np.array([source in kept for source in system.sources], dtype=bool)
    own[priced] = True
    rows = np.flatnonzero(own)
    return System(
        system.matrix[rows],
        system.low[rows],
        system.high[rows],
        tuple(system.sources[i] for i in rows),
    )


def _smallest(
    system: System, candidates: list[str], needed: list[str], *, more: bool = False
) -> list[str]:
    """Return the candidates that are impossible with what is needed; ``more`` if that has grown."""
    if more and not possible(system, needed):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    from_second = _smallest(system, second, needed + first, more=True)
    from_first = _smallest(system, first, needed + from_second, more=bool(from_second))
    return from_first + from_second
