"""Which sums of people have one value only in everything that the published numbers allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.joint_cells import Key, key_of
from welfarestats.published.polytope import LEAST_MEAN_WEIGHT, Indices, Polytope
from welfarestats.published.rows import Row, System, as_system
from welfarestats.published.statements import Selection, atom_order

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Up to so many cells people are counted in whole numbers; beyond, fractions of people are allowed.
WHOLE_LIMIT = 200
#: How many branches a search for whole numbers may look at before fractions are allowed.
_NODE_LIMIT = 20_000
#: People by which a solved sum may be off.
_DUST = 1e-4
#: People by which conditions are loosened in a proof, so that the one with the fewest is cheapest.
_LOOSENED = 1e-3
_SEED = 20261122


@dataclass(frozen=True)
class Part:
    """A part of a linear model that shares no condition with the rest.

    ``whole`` is which variables must be whole numbers. ``exact`` is whether one table holds all
    of it and people are counted in whole numbers, so that it allows only what is possible.
    """

    system: System
    whole: Flags
    exact: bool

    @property
    def relaxed(self) -> Part:
        """The same with fractions of people allowed."""
        return Part(self.system, np.zeros_like(self.whole), exact=False)


@dataclass(frozen=True)
class Solved:
    """What is known of a sum: its least and largest value, if they were looked for."""

    low: int | None
    high: int | None
    exact: bool

    @property
    def fixed(self) -> bool:
        """Whether it has one value only."""
        return self.low is not None and self.low == self.high


class Deduction:
    """What the published numbers of one survey determine.

    Parameters
    ----------
    polytope : Polytope
        Everything they allow.
    whole_limit : int
        Up to how many cells a part of it is solved in whole numbers.
    """

    def __init__(self, polytope: Polytope, *, whole_limit: int = WHOLE_LIMIT) -> None:
        self.polytope = polytope
        blocks = polytope.blocks
        self._block_of = np.repeat(np.arange(len(blocks)), [block.size for block in blocks])
        rows = [*polytope.structure, *polytope.published()]
        touched = [np.unique(self._block_of[row.indices % polytope.cells]) for row in rows]
        self._part_of = _connected(touched, len(blocks))
        own: list[list[Row]] = [[] for _ in range(int(self._part_of.max()) + 1)]
        for row, places in zip(rows, touched, strict=True):
            if len(places):
                own[self._part_of[places[0]]].append(row)
        self._columns: list[Indices] = []
        self.parts = [
            self._part(np.flatnonzero(self._part_of == i), mine, whole_limit)
            for i, mine in enumerate(own)
        ]

    def _part(self, members: Indices, rows: list[Row], whole_limit: int) -> Part:
        cells = self.polytope.cells
        columns = counts = np.flatnonzero(np.isin(self._block_of, members))
        whole = len(counts) <= whole_limit
        if self.polytope.weighted:
            columns = np.concatenate([counts, counts + cells])
            rows = rows + (_weights_of_people(counts, self.polytope) if whole else [])
        self._columns.append(columns)
        atoms = {atom for i in members for atom in self.polytope.blocks[i].atoms}
        inside = all(rule.atoms <= atoms for rule in self.polytope.rules if rule.atoms & atoms)
        return Part(
            self._local(rows, len(self._columns) - 1),
            (columns < cells) & whole,
            exact=whole and inside and len(members) == 1,
        )

    def _local(self, rows: Sequence[Row], part: int) -> System:
        """Return rows with the variables of a part only."""
        columns = self._columns[part]
        place = np.full(self.polytope.size, -1)
        place[columns] = np.arange(len(columns))
        return as_system([replace(row, indices=place[row.indices]) for row in rows], len(columns))

    def _part_with(self, people: Indices) -> int:
        return int(self._part_of[self._block_of[people[0]]])

    def _sums(self, part: int, several: Sequence[Indices]) -> csr_array[Any]:
        """Return sums of variables as the rows of a matrix over the variables of a part."""
        rows = [Row(one, np.ones(len(one)), 0.0, 0.0) for one in several]
        return self._local(rows, part).matrix

    def reduced(self, people: Selection) -> Key | None:
        """Return people by the fewest answers that tell them, None if nobody can be them.

        Answers that the questionnaire implies are left out, so that the same people have one key.
        """
        indices = self.polytope.people(people)
        if not len(indices):
            return None
        block = self.polytope.blocks[self._block_of[indices[0]]]
        kept = dict(people)
        for atom in sorted(people, key=atom_order):
            fewer = {other: states for other, states in kept.items() if other != atom}
            if len(block.inside(fewer)) == len(indices):
                kept = fewer
        return key_of(kept)

    def solve(self, several: Sequence[Key], *, ranges: bool = False) -> list[Solved]:
        """Return what is known of the number of some people.

        Without ``ranges`` the limits of those that have several values are not looked for.
        """
        people = [self.polytope.people(dict(key)) for key in several]
        parts = [self._part_with(indices) for indices in people]
        found: dict[int, Solved] = {}
        for part in sorted(set(parts)):
            places = [i for i, other in enumerate(parts) if other == part]
            sums = self._sums(part, [people[i] for i in places])
            found |= zip(places, _solved(self.parts[part], sums, ranges=ranges), strict=True)
        return [found[i] for i in range(len(several))]

    def sources(self, people: Key, value: int) -> tuple[str, ...]:
        """Return printed numbers from which a value follows, if it follows from sums of people.

        There are none if it takes weights or whole numbers to prove it.
        """
        indices = self.polytope.people(dict(people))
        part = self._part_with(indices)
        counts = self._columns[part] < self.polytope.cells
        system = _of_variables(self.parts[part].system, counts)
        cost = self._sums(part, [indices]).toarray()[0][counts]
        found: dict[str, None] = {}
        for sign in (1.0, -1.0):
            reached, named = _priced(system, sign * cost)
            if math.ceil(reached) != sign * value:
                return ()
            found |= dict.fromkeys(named)
        return tuple(found)


def _weights_of_people(counts: Indices, polytope: Polytope) -> list[Row]:
    """Return that only people have weights, each at most that of all and none almost nothing."""
    rows = []
    for cell in counts:
        pair = np.array([cell + polytope.cells, cell])
        most = np.array([1.0, -polytope.survey.base * polytope.mean_weights[1]])
        rows.append(Row(pair, most, -math.inf, 0.0))
        rows.append(Row(pair, np.array([1.0, -LEAST_MEAN_WEIGHT]), 0.0, math.inf))
    return rows


def _connected(touched: Sequence[Indices], count: int) -> Indices:
    """Return for each block the number of its part: blocks that a row touches are in one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first = np.concatenate([places[:-1] for places in touched])
    second = np.concatenate([places[1:] for places in touched])
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


# ------------------------------------------------------------------ solving


class _UndecidedError(Exception):
    """Whole numbers were not found within the limit, or there are none."""


def _solved(part: Part, sums: csr_array[Any], *, ranges: bool) -> list[Solved]:
    try:
        low, high = _limits(part, sums, ranges=ranges)
    except _UndecidedError:
        part = part.relaxed
        low, high = _limits(part, sums, ranges=ranges)
    known = ranges | (low == high)
    return [
        Solved(int(a), int(b), part.exact) if seen else Solved(None, None, part.exact)
        for a, b, seen in zip(low, high, known, strict=True)
    ]


def _limits(part: Part, sums: csr_array[Any], *, ranges: bool) -> tuple[Floats, Floats]:
    """Return whole numbers between which each sum lies; equal if it can be that one only."""
    alike, low, high = _seen(part, sums)
    for i in np.flatnonzero(~alike):
        one = sums[[i]].toarray()[0]
        for cost in (one, -one):
            if ranges or not np.floor(high[i] + _DUST) > np.ceil(low[i] - _DUST):
                values = sums @ _furthest(part, cost)
                low, high = np.minimum(low, values), np.maximum(high, values)
    return np.ceil(low - _DUST), np.floor(high + _DUST)


def _seen(part: Part, sums: csr_array[Any]) -> tuple[Flags, Floats, Floats]:
    """Return which sums have one value only, and the least and largest values met on the way.

    A random mixture of the sums is made as large and as small as it can be. Sums that differ in
    two solutions have several values; once none does any more, the mixture of the others has one
    value only, and so has each of them.
    """
    random = np.random.default_rng(_SEED)
    low, high = np.full(sums.shape[0], np.inf), np.full(sums.shape[0], -np.inf)
    alike = np.ones(sums.shape[0], dtype=bool)
    while alike.any():
        mixture = sums[alike].T @ random.normal(size=int(alike.sum()))
        for cost in (mixture, -mixture):
            values = sums @ _furthest(part, cost)
            low, high = np.minimum(low, values), np.maximum(high, values)
        still = alike & (high - low < _DUST)
        if (still == alike).all():
            break
        alike = still
    return alike, low, high


def _furthest(part: Part, cost: Floats) -> Floats:
    """Return what is possible at the least cost."""
    from scipy.optimize import LinearConstraint, milp

    system = part.system
    result = milp(
        cost,
        integrality=part.whole.astype(np.int64),
        constraints=LinearConstraint(system.matrix, system.low, system.high),
        options={"mip_rel_gap": 0.0, "node_limit": _NODE_LIMIT},
    )
    if result.status == 0 and result.x is not None:
        return np.where(part.whole, np.round(result.x), result.x)
    if part.whole.any():
        raise _UndecidedError
    raise ReportError(
        f"the published numbers cannot all be true together, so that they determine nothing "
        f"({result.message}). `welfarestats audit` says which."
    )


def _of_variables(system: System, kept: Flags) -> System:
    """Return the conditions that are about some variables only."""
    rows = abs(system.matrix) @ (~kept).astype(float) == 0
    sources = tuple(s for s, row in zip(system.sources, rows, strict=True) if row)
    return System(system.matrix[rows][:, kept], system.low[rows], system.high[rows], sources)


def _priced(system: System, cost: Floats) -> tuple[float, tuple[str, ...]]:
    """Return the least cost in fractions of people, and the sources of the rows that set it.

    Conditions are loosened a little, so that it costs least to rest on few of them.
    """
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    loose = np.array([bool(source) for source in system.sources]) | (system.low > 0)
    later = 1 + 1e-3 * np.arange(len(loose))  # so that of equals the earlier number is named
    low, high = system.low - _LOOSENED * later * loose, system.high + _LOOSENED * later * loose
    equal = low == high
    upper, lower = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    result = linprog(
        cost,
        A_ub=vstack([system.matrix[upper], -system.matrix[lower]], format="csr"),
        b_ub=np.concatenate([high[upper], -low[lower]]),
        A_eq=vstack([system.matrix[equal]], format="csr"),
        b_eq=low[equal],
        method="highs",
    )
    if result.status != 0 or result.fun is None:
        return -math.inf, ()
    at = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    named = {system.sources[i] for i in at[np.abs(result.ineqlin.marginals) > 1e-7]} - {""}
    return float(result.fun), tuple(s for s in dict.fromkeys(system.sources) if s in named)
