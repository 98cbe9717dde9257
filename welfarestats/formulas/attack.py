"""What can be deduced of hidden numbers from all that is shown: the attacker's linear programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, eye_array, kron
from scipy.sparse.csgraph import connected_components

from welfarestats.errors import TableError

__all__ = ["deduced_bounds"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

#: Widths are compared with this much room for the arithmetic of the solver.
TOLERANCE = 1e-6
_LARGEST_PROGRAM = 4_000


@dataclass(frozen=True, eq=False)
class LinkedNumbers:
    """Numbers that hang together by sums, and what is known of each, shown or hidden.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array
        (E, V): the sums, ``matrix @ x == total`` for the true numbers ``x``.
    total : numpy.ndarray of float
        (E,).
    low, high : numpy.ndarray of float
        (V,): between which limits a number lies for whoever sees it: the same twice if it is
        printed whole, its rounding interval if it is rounded.
    open_low, open_high : numpy.ndarray of float
        (V,): the limits that everybody knows, also of a number that is hidden.
    joints : numpy.ndarray of bool or None
        (V,): numbers that tie tables to one another when they are hidden, such as the bases of
        columns. Without them many tables fall apart into parts that are solved one by one.
    truth : numpy.ndarray of float or None
        (V,): the true numbers; needed with ``joints``.
    """

    matrix: csr_array
    total: Array
    low: Array
    high: Array
    open_low: Array
    open_high: Array
    joints: Mask | None = None
    truth: Array | None = None

    def limits(self, hidden: Mask) -> tuple[Array, Array]:
        """Return the limits of all numbers once some are hidden, (V,) each."""
        return (
            np.where(hidden, self.open_low, self.low),
            np.where(hidden, self.open_high, self.high),
        )


@dataclass(frozen=True, eq=False)
class Weighing:
    """One bound with its proof: the value, the numbers that reach it, the weights of the sums."""

    value: float
    point: Array
    weights: Array


@dataclass(eq=False)
class Block:
    """Numbers that are linked with one another once all that is known for sure is taken out."""

    rows: Places
    columns: Places
    matrix: Any
    total: Array
    low: Array
    high: Array
    seen_low: Array = field(init=False)
    seen_high: Array = field(init=False)

    def __post_init__(self) -> None:
        self.seen_low = np.full(self.columns.size, np.inf)
        self.seen_high = np.full(self.columns.size, -np.inf)

    @property
    def mark(self) -> bytes:
        """What tells the block from all others: its numbers and their limits."""
        return b"".join(part.tobytes() for part in (self.columns, self.low, self.high, self.total))

    def least(self, directions: Array) -> list[Weighing]:
        """Return the least values of weighted sums of the numbers of the block, (D, numbers).

        The programs do not touch one another and are solved as one, which takes far less time
        than one by one.
        """
        found: list[Weighing] = []
        step = max(1, _LARGEST_PROGRAM // max(self.columns.size, 1))
        for start in range(0, len(directions), step):
            found += self._least(directions[start : start + step])
        return found

    def _least(self, directions: Array) -> list[Weighing]:
        copies = len(directions)
        solve: Any = linprog
        solved = solve(
            directions.ravel(),
            A_eq=kron(eye_array(copies), self.matrix, format="csc"),
            b_eq=np.tile(self.total, copies),
            bounds=np.tile(np.column_stack([self.low, self.high]), (copies, 1)),
            method="highs-ds",
        )
        if solved.status != 0:
            raise TableError(
                "what is shown of these tables cannot all be true together, so nothing can be"
                f" deduced from it ({solved.message}). Were they made of the same survey?"
            )
        points = solved.x.reshape(copies, -1)
        np.minimum(self.seen_low, points.min(axis=0), out=self.seen_low)
        np.maximum(self.seen_high, points.max(axis=0), out=self.seen_high)
        weights = np.asarray(solved.eqlin.marginals).reshape(copies, -1)
        values = (directions * points).sum(axis=1)
        return [Weighing(*one) for one in zip(values.tolist(), points, weights, strict=True)]

    def spread(self, places: Places, steps: int | None = None) -> list[Array]:
        """Move many numbers apart at once, so that few need a program of their own.

        Signs that alternate at one, two, four … numbers find, in a sum, some that give way to
        others. What is seen is what an attacker cannot rule out.
        """
        steps = steps or 1 + int(np.ceil(np.log2(max(places.size, 1))))
        signs = np.ones((2 * steps, places.size))
        for step in range(1, steps):
            signs[2 * step] = np.where((np.arange(places.size) >> (step - 1)) % 2, 1, -1)
        signs[1::2] = -signs[0::2]
        directions = np.zeros((2 * steps, self.columns.size))
        directions[:, places] = signs
        return [one.point for one in self.least(directions)]

    def unseen(self, targets: Places, width: Array) -> Places:
        """Return the targets of which a few programs do not show that they can be moved enough."""
        places = np.searchsorted(self.columns, targets)
        self.spread(places)
        seen = self.seen_high[places] - self.seen_low[places]
        unseen: Places = targets[seen < width[targets] - TOLERANCE]
        return unseen


#: A number that is placed too closely, the proofs below and above, and where they were found.
Close = tuple[int, Weighing, Weighing, Block]


class Attack:
    """The reader's view of linked numbers of which some are hidden."""

    def __init__(self, numbers: LinkedNumbers, hidden: Mask) -> None:
        self.numbers = numbers
        self.low, self.high = numbers.limits(hidden)
        self.free = self.high > self.low
        self.joints = np.zeros_like(self.free)
        if numbers.joints is not None:
            self.joints = numbers.joints & self.free
        self._fixed = np.where(self.free, 0.0, self.low)

    def _parted(self, linking: Mask) -> tuple[Places, Places]:
        """Return the part of each number and of each sum, if only some numbers link them."""
        entries = self.numbers.matrix.tocoo()
        rows, columns = entries.coords
        kept = linking[columns]
        sums, size = self.numbers.matrix.shape
        graph = coo_array(
            (np.ones(int(kept.sum())), (rows[kept], sums + columns[kept])),
            shape=(sums + size, sums + size),
        )
        _, part = connected_components(graph, directed=False)
        parts = np.asarray(part, dtype=np.int64)
        return parts[sums:], parts[:sums]

    @cached_property
    def _parts(self) -> tuple[Places, Places]:
        """The block of each number and of each sum; numbers known for sure link nothing."""
        return self._parted(self.free)

    @cached_property
    def _small_parts(self) -> tuple[Places, Places]:
        """The same, as though the numbers that tie tables together were known."""
        return self._parted(self.free & ~self.joints)

    def blocks(self, targets: Places) -> Iterator[tuple[Block, Places]]:
        """Yield the blocks that hold targets, with the targets in each."""
        of_number, of_sum = self._parts
        inside = targets[self.free[targets]]
        for part in dict.fromkeys(of_number[inside].tolist()):
            columns = np.flatnonzero((of_number == part) & self.free)
            yield (
                self._block(columns.astype(np.int64), of_sum == part),
                inside[of_number[inside] == part],
            )

    def _block(self, columns: Places, sums: Mask, values: Array | None = None) -> Block:
        """Return some numbers and sums; the others have their values, or those that are fixed."""
        rows = np.flatnonzero(sums)
        known = self._fixed if values is None else values.copy()
        if values is not None:
            known[columns] = 0.0
        matrix = self.numbers.matrix[rows]
        return Block(
            rows,
            columns,
            matrix[:, columns],
            self.numbers.total[rows] - matrix @ known,
            self.low[columns],
            self.high[columns],
        )

    def extremes(self, block: Block, targets: Places) -> list[tuple[Weighing, Weighing]]:
        """Return the least and the largest value of each number, with their proofs."""
        directions = np.zeros((2 * targets.size, block.columns.size))
        places = np.searchsorted(block.columns, targets)
        directions[np.arange(targets.size) * 2, places] = 1.0
        directions[np.arange(targets.size) * 2 + 1, places] = -1.0
        found = block.least(directions)
        return [
            (least, Weighing(-most.value, most.point, most.weights))
            for least, most in zip(found[::2], found[1::2], strict=True)
        ]

    def narrow(
        self, targets: Places, width: Array, safe: set[bytes], *, thorough: bool = True
    ) -> list[Close]:
        """Return the targets that can be placed within less than their width, with the proofs.

        Blocks in which there are none are added to ``safe``, and not looked at again. Unless
        ``thorough`` so are tables that were safe when others, tied to them, showed something else.
        """
        found: list[Close] = []
        for block, own in self.blocks(targets):
            if self.joints[block.columns].any():
                found += self._narrow_of_many(block, own, (width, safe, thorough))
            elif block.mark not in safe:
                close = self._closer(block, block.unseen(own, width), width)
                found += close
                if not close:
                    safe.add(block.mark)
        # What is known for sure has no block.
        for number in targets[~self.free[targets]].tolist():
            found.append((number, *self._for_sure(number)))
        return found

    def _closer(self, block: Block, targets: Places, width: Array) -> list[Close]:
        """Return the targets that a block places too closely, with the proofs."""
        if not targets.size:
            return []
        extremes = zip(targets.tolist(), self.extremes(block, targets), strict=True)
        return [
            (number, least, most, block)
            for number, (least, most) in extremes
            if most.value - least.value < width[number] - TOLERANCE
        ]

    def _narrow_of_many(
        self, block: Block, targets: Places, how: tuple[Array, set[bytes], bool]
    ) -> list[Close]:
        """Return the same for many tables that hidden joints tie together, mostly one by one.

        What the sums of one table prove is true of all. What can be moved in one table while the
        joints stay at values that are possible for all tables is possible for all.
        """
        assert self.numbers.truth is not None
        width, safe, thorough = how
        ties = targets[self.joints[targets]]
        possible = [self.numbers.truth]
        if ties.size:
            for point in block.spread(np.searchsorted(block.columns, ties), steps=2):
                possible.append(self.numbers.truth.copy())
                possible[-1][block.columns] = point
        left = [ties]
        found: list[Close] = []
        of_number, of_sum = self._small_parts
        others = targets[~self.joints[targets]]
        for part in dict.fromkeys(of_number[others].tolist()):
            own, sums = others[of_number[others] == part], of_sum == part
            columns: Places = np.flatnonzero((of_number == part) & self.free & ~self.joints).astype(
                np.int64
            )
            near = np.unique(self.numbers.matrix[np.flatnonzero(sums)].indices)
            tied: Places = np.union1d(columns, near[self.joints[near]]).astype(np.int64)
            alone = self._block(tied, sums)
            if not thorough and alone.mark in safe:
                continue
            unsure = self._unsure(sums, columns, own, (possible, width, safe))
            close = self._closer(alone, unsure, width)
            found += close
            unsure = np.setdiff1d(unsure, [number for number, *_ in close]).astype(np.int64)
            if not close and not unsure.size:
                safe.add(alone.mark)
            left.append(unsure)
        rest = np.concatenate(left)
        seen = block.seen_high - block.seen_low
        rest = rest[seen[np.searchsorted(block.columns, rest)] < width[rest] - TOLERANCE]
        return found + self._closer(block, rest, width)

    def _unsure(
        self,
        sums: Mask,
        columns: Places,
        targets: Places,
        how: tuple[list[Array], Array, set[bytes]],
    ) -> Places:
        """Return the targets of one table that cannot be moved enough in it alone."""
        possible, width, safe = how
        low, high = np.full(targets.size, np.inf), np.full(targets.size, -np.inf)
        for values in possible:
            block = self._block(columns, sums, np.where(self.free, values, self.low))
            if block.mark in safe:
                return targets[:0]
            places = np.searchsorted(columns, targets)
            left = block.unseen(targets, width)
            if left.size and values is possible[-1]:
                self.extremes(block, left)
            low = np.minimum(low, block.seen_low[places])
            high = np.maximum(high, block.seen_high[places])
            if (high - low >= width[targets] - TOLERANCE).all():
                if values is possible[0]:
                    safe.add(block.mark)
                return targets[:0]
        unsure: Places = targets[high - low < width[targets] - TOLERANCE]
        return unsure

    def _for_sure(self, number: int) -> tuple[Weighing, Weighing, Block]:
        """Return the proof of a number that is known without any sum."""
        none = np.empty(0, dtype=np.int64)
        value = float(self.low[number])
        proof = Weighing(value, np.empty(0), np.empty(0))
        block = Block(none, none, None, np.empty(0), np.empty(0), np.empty(0))
        return proof, proof, block


def deduced_bounds(
    numbers: LinkedNumbers, hidden: NDArray[np.bool_], targets: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return between which limits each target must lie for a reader of all that is shown, (T,) each.

    For a target t the two linear programs min x_t and max x_t over all x with A x = b and
    l ≤ x ≤ u, where l = u for what is printed, l and u are the ends of the rounding interval for
    what is rounded, and the limits known to everybody for what is hidden.

    Parameters
    ----------
    numbers : LinkedNumbers
        V numbers and E sums of them.
    hidden : array of bool
        (V,): which are not shown.
    targets : array of int
        (T,): places of the numbers to be deduced.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits, in the unit of the numbers.

    Raises
    ------
    TableError
        When what is shown cannot all be true together.

    Notes
    -----
    Fractions of people are allowed, so that a reader who counts in whole people may know a little
    more in tables of three questions; in tables of two the limits are whole numbers whenever what
    is shown is.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47, 1008-1027: the attacker's subproblems.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> sums = csr_array([[1.0, 1.0, -1.0]])
    >>> known = np.array([3.0, 9.0, 12.0])
    >>> all_of = np.full(3, 12.0)
    >>> numbers = LinkedNumbers(sums, np.zeros(1), known, known, 0 * known, all_of)
    >>> deduced_bounds(numbers, np.array([True, False, False]), np.array([0]))
    (array([3.]), array([3.]))
    """
    attack = Attack(numbers, np.asarray(hidden, dtype=bool))
    low, high = attack.low[targets].copy(), attack.high[targets].copy()
    at = {int(number): place for place, number in enumerate(targets)}
    for block, own in attack.blocks(np.asarray(targets)):
        for number, (least, most) in zip(own.tolist(), attack.extremes(block, own), strict=True):
            low[at[number]], high[at[number]] = least.value, most.value
    return low, high
