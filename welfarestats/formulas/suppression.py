"""Which further numbers must be hidden so that the hidden ones stay hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from welfarestats.errors import TableError
from welfarestats.formulas.attack import (
    TOLERANCE,
    Array,
    Attack,
    Block,
    LinkedNumbers,
    Mask,
    Places,
    Weighing,
)

__all__ = ["protecting_pattern"]

# Limits in seconds would not give the same pattern every run. A single table is looked at until
# its least pattern is proven, as a rule; a large book as often as there is time for.
_FEWEST_LOOKS, _MOST_LOOKS, _LOOKS_AND_NUMBERS = 40, 600, 40_000
_MOST_BRANCHES = 2_000


@dataclass(frozen=True, eq=False)
class Hiding:
    """What must be hidden, what may be, and what it costs; all of (V,) or of pairs of numbers.

    Parameters
    ----------
    primary : numpy.ndarray of bool
        Numbers that a rule hides: each must stay as uncertain as ``widths`` say.
    forced : numpy.ndarray of bool
        Numbers that are hidden anyway, without such a demand.
    allowed : numpy.ndarray of bool
        Numbers that may be hidden for the sake of others.
    cost : numpy.ndarray of float
        What hiding a number costs, above 0.
    together : numpy.ndarray of int
        (P, 2): whenever the first is hidden, the second is.
    """

    primary: Mask
    forced: Mask
    allowed: Mask
    cost: Array
    together: Places = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    def closed(self, hidden: Mask) -> Mask:
        """Return what is hidden with all that goes with it."""
        found = hidden.copy()
        while True:
            more = self.together[found[self.together[:, 0]], 1]
            if found[more].all():
                return found
            found[more] = True


@dataclass(frozen=True, eq=False)
class Pattern:
    """Which numbers are hidden, (V,), what that costs, and what any pattern must cost.

    ``looks`` is how often the reader was asked what can be deduced.
    """

    hidden: Mask
    cost: float
    bound: float
    looks: int

    @property
    def least(self) -> bool:
        """Whether no pattern is cheaper by more than one part in 200."""
        return self.cost <= self.bound * 1.005 + TOLERANCE


def protecting_pattern(
    numbers: Sequence[LinkedNumbers], widths: Sequence[NDArray[np.float64]], hiding: Hiding
) -> Pattern:
    """Return the cheapest set of numbers to hide, (V,), that keeps every primary one uncertain.

    An integer program chooses y_i in {0, 1}, hidden or not, at least cost Σ c_i y_i. For a choice
    the attacker's programs say how closely each primary number can be placed; where it is closer
    than its width, their dual solution is a condition Σ g_i y_i ≥ r that every choice which
    protects the number fulfils and this one does not. It is added, and the choice made again.

    Parameters
    ----------
    numbers : sequence of LinkedNumbers
        The same V numbers in one or more measures (people, their weights), hidden together.
    widths : sequence of array of float
        (V,) for each measure: the least distance between the limits that can be deduced for a
        primary number. The value of other numbers is not looked at.
    hiding : Hiding
        What must and what may be hidden.

    Returns
    -------
    Pattern
        The same every run; of patterns that cost the same, numbers that stand first are rather
        hidden. ``least`` says whether it is proven to be the cheapest.

    Raises
    ------
    TableError
        When not even all that may be hidden protects a primary number.

    Notes
    -----
    A choice that fails is completed by what does most for its cost until it holds, which gives a
    pattern to be compared with the bound that the integer program gives. After 40 looks at
    what can be deduced, or up to 600 in a small table, the best pattern so far is taken.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47, 1008-1027: the conditions from the attacker's
    duals, and limits of which only the distance counts (sliding protection).

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> sums = csr_array([[1.0, 1.0, 1.0, -1.0]])
    >>> known = np.array([3.0, 20.0, 9.0, 32.0])
    >>> shares = LinkedNumbers(sums, np.zeros(1), known, known, 0 * known, known + 32)
    >>> small, may = known < 5, np.array([True, True, True, False])
    >>> hiding = Hiding(small, small, may, known)
    >>> protecting_pattern([shares], [np.full(4, 8.0)], hiding).hidden.tolist()
    [True, False, True, False]
    """
    must = hiding.closed(hiding.primary | hiding.forced)
    targets = np.flatnonzero(hiding.primary)
    master = _Master(hiding, must)
    safe: list[set[bytes]] = [set() for _ in numbers]
    best: Pattern | None = None
    looks = 0
    most = np.clip(_LOOKS_AND_NUMBERS / max(hiding.allowed.sum(), 1), _FEWEST_LOOKS, _MOST_LOOKS)
    while best is None or looks < most:
        lower = master.solved() if master.rows else must
        hidden = lower
        while True:
            looks += 1
            close = _too_close(numbers, widths, hidden, targets, safe, thorough=False)
            close = close or _too_close(numbers, widths, hidden, targets, safe, thorough=True)
            for one in close:
                master.add(*one)
            if not close:
                break
            hidden = master.completed(hidden)
        bound, cost = float(master.cost[lower].sum()), float(master.cost[hidden].sum())
        if best is None or cost < best.cost:
            best = Pattern(hidden, cost, bound, looks)
        best = Pattern(best.hidden, best.cost, max(bound, best.bound), looks)
        if best.least:
            break
    return best


def _too_close(
    numbers: Sequence[LinkedNumbers],
    widths: Sequence[Array],
    hidden: Mask,
    targets: Places,
    safe: Sequence[set[bytes]],
    *,
    thorough: bool,
) -> list[tuple[LinkedNumbers, int, float, Sequence[Weighing], Block]]:
    """Return every target that is placed too closely, in which measure, and the proofs."""
    return [
        (measure, number, float(width[number]), proofs, block)
        for measure, width, seen in zip(numbers, widths, safe, strict=True)
        for number, *proofs, block in Attack(measure, hidden).narrow(
            targets, width, seen, thorough=thorough
        )
    ]


class _Master:
    """The choice of what to hide, under the conditions that were found so far."""

    def __init__(self, hiding: Hiding, must: Mask) -> None:
        self.hiding = hiding
        self.must = must
        self.free = hiding.allowed & ~must
        self.rows: list[tuple[Places, Array, float]] = []
        self.solutions: dict[tuple[int, ...], Mask] = {}
        size = hiding.cost.size
        # Of two numbers that cost the same the first is cheaper by next to nothing.
        self.cost = hiding.cost * (1 + 1e-4 * np.arange(1, size + 1) / size)

    def add(
        self,
        numbers: LinkedNumbers,
        number: int,
        width: float,
        proofs: Sequence[Weighing],
        block: Block,
    ) -> None:
        """Add the condition that follows from the proof of a bound below and of one above.

        For any weights of the sums the least value of a number is at least the weighted sum of
        what the limits of all numbers leave over; hiding a number widens its limits.
        """
        slack = 0.0
        gain = np.zeros(numbers.low.size)
        for proof, sign in zip(proofs, (1.0, -1.0), strict=True):
            weights = np.zeros(numbers.total.size)
            weights[block.rows] = proof.weights
            left = -(numbers.matrix.T @ weights)
            left[number] += sign
            left[np.abs(left) < 1e-9] = 0.0
            at_low, at_high = np.maximum(left, 0), np.maximum(-left, 0)
            low, high = numbers.limits(self.must)
            slack += float(at_high @ high - at_low @ low - weights @ numbers.total)
            gain += at_low * np.maximum(low - numbers.open_low, 0)
            gain += at_high * np.maximum(numbers.open_high - high, 0)
        needed = width - slack
        places = np.flatnonzero((gain > TOLERANCE) & self.free)
        gains = np.minimum(gain[places], needed)
        if gains.sum() < needed - TOLERANCE:
            raise UnprotectedError(number)
        self.rows.append((places, gains / needed, 1.0))

    def solved(self) -> Mask:
        """Return the cheapest choice; parts that share no condition are solved apart."""
        hidden = self.must.copy()
        for rows in self._parts():
            key = tuple(rows)
            if key not in self.solutions:
                self.solutions[key] = self._part(rows)
            hidden |= self.solutions[key]
        return hidden

    def completed(self, hidden: Mask) -> Mask:
        """Return a choice with what fulfils the remaining conditions at little cost.

        Again and again what does most for its cost is hidden, with all that goes with it.
        """
        chosen = hidden.copy()
        conditions = _stacked(self.rows, np.arange(hidden.size))
        pairs = self.hiding.together
        while True:
            left = 1.0 - conditions @ chosen.astype(float)
            open_rows = left > TOLERANCE
            if not open_rows.any():
                return chosen
            rows = conditions[np.flatnonzero(open_rows)]
            capped = rows.copy()
            capped.data = np.minimum(rows.data, np.repeat(left[open_rows], np.diff(rows.indptr)))
            with_it = np.bincount(
                pairs[:, 0], self.cost[pairs[:, 1]] * ~chosen[pairs[:, 1]], hidden.size
            )
            worth = np.asarray(capped.sum(axis=0)).ravel() / (self.cost + with_it)
            worth[chosen | ~self.free] = 0
            chosen[int(np.argmax(worth))] = True
            chosen = self.hiding.closed(chosen)

    def _parts(self) -> list[list[int]]:
        """Return the conditions that share numbers, or numbers that are hidden together."""
        size, count = self.hiding.cost.size, len(self.rows)
        first = np.concatenate([np.full(p.size, i) for i, (p, _, _) in enumerate(self.rows)])
        second = count + np.concatenate([places for places, _, _ in self.rows])
        pairs = self._pairs()
        first = np.concatenate([first, count + pairs[:, 0]])
        second = np.concatenate([second, count + pairs[:, 1]])
        graph = coo_array(
            (np.ones(first.size), (first, second)), shape=(count + size, count + size)
        )
        _, part = connected_components(graph, directed=False)
        found: dict[int, list[int]] = {}
        for row in range(count):
            found.setdefault(int(part[row]), []).append(row)
        return list(found.values())

    def _pairs(self) -> Places:
        """Return the pairs hidden together of which the first may still be chosen."""
        pairs = self.hiding.together
        named = np.zeros(self.free.size, dtype=bool)
        for places, _, _ in self.rows:
            named[places] = True
        return pairs[named[pairs[:, 0]] & self.free[pairs[:, 0]] & ~self.must[pairs[:, 1]]]

    def _part(self, rows: list[int]) -> Mask:
        """Return the cheapest choice under some conditions."""
        named = np.unique(np.concatenate([self.rows[row][0] for row in rows]))
        pairs = self._pairs()
        pairs = pairs[np.isin(pairs[:, 0], named)]
        columns = np.union1d(named, pairs[:, 1])
        conditions = _stacked([self.rows[row] for row in rows], columns)
        needed = np.ones(len(rows))
        if len(pairs):
            at = np.searchsorted(columns, pairs)
            with_it = _differences(at, columns.size)
            conditions = vstack([conditions, with_it], format="csr")
            needed = np.concatenate([needed, np.zeros(len(pairs))])
        cost = self.cost[columns]
        found = milp(
            cost,
            constraints=LinearConstraint(conditions, needed, np.inf),
            bounds=Bounds(0, 1),
            integrality=np.ones(columns.size, dtype=np.int64),
            options={"node_limit": _MOST_BRANCHES, "mip_rel_gap": 0.0},
        )
        chosen = np.zeros(self.free.size, dtype=bool)
        if found.x is None:
            return self.completed(self.must)
        chosen[columns] = found.x > 0.5
        return self.hiding.closed(chosen)


class UnprotectedError(TableError):
    """A number that nothing protects; ``number`` is its place."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"number {number} stays known more closely than its width, whatever else is hidden."
            " Lower the width, allow more numbers to be hidden, or show it."
        )
        self.number = number


def _stacked(rows: Sequence[tuple[Places, Array, float]], columns: Places) -> csr_array:
    """Return conditions as a matrix over some of the numbers."""
    lengths = [places.size for places, _, _ in rows]
    return csr_array(
        (
            np.concatenate([gains for _, gains, _ in rows]),
            np.searchsorted(columns, np.concatenate([places for places, _, _ in rows])),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(rows), columns.size),
    )


def _differences(pairs: Places, size: int) -> csr_array:
    """Return one row a pair: the second less the first."""
    count = np.arange(len(pairs))
    entries = (np.concatenate([count, count]), np.concatenate([pairs[:, 1], pairs[:, 0]]))
    signs = np.repeat([1.0, -1.0], len(pairs))
    return coo_array((signs, entries), shape=(len(pairs), size)).tocsr()
