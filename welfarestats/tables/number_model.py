"""Selections of people as numbers that hang together: cells, margins and nets of many tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from welfarestats.errors import TableError
from welfarestats.tables.partitions import EVERYONE, Name, Partitions, Selection

Array = NDArray[np.float64]
Questions = frozenset[Name]

_MOST_CELLS = 50_000


@dataclass(frozen=True)
class Scored:
    """The sum of the scores of the people in a selection, over one of its questions.

    ``scores`` are by category; one that has none adds nothing.
    """

    people: Selection
    question: Name
    scores: tuple[float, ...]


Number = Selection | Scored


@dataclass(frozen=True, eq=False)
class Crossed:
    """All combinations of categories of some questions, and where they stand among the numbers."""

    names: tuple[Name, ...]
    sizes: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return int(np.prod(self.sizes, dtype=np.int64))


class NumberModel:
    """Numbers of people, the combinations that they are sums of, and all sums as a matrix.

    The numbers asked for stand first; further ones follow that only link tables. Two questions of
    which one follows from the other are one, and categories that nothing tells apart are one, too.
    """

    def __init__(
        self,
        people: Partitions,
        numbers: Iterable[Number],
        contained: Iterable[tuple[Selection, tuple[Selection, ...]]] = (),
    ) -> None:
        self.people = people
        asked = list(dict.fromkeys(numbers))
        names = dict.fromkeys(name for one in asked for name, _ in _people(one))
        self.coarser = people.coarser(names)
        self._alive = {name: self._living(name, asked) for name in names}
        self.keys: dict[Number, int] = {}
        self._canonical: dict[Number, Number] = {}
        for one in asked:
            self.place(one)
        self._joint = self._largest({_questions(key) for key in self.keys})
        self._merged = self._merging()
        self._crossed: list[Crossed] = []
        self._rows: list[NDArray[Any]] = []
        self._columns: list[NDArray[Any]] = []
        self._values: list[Array] = []
        self._totals: list[float | None] = []
        self._same_as: dict[int, int] = {}
        self._link(list(contained))

    def place(self, one: Number) -> int:
        """Return the place of a number; the same people have the same place."""
        return self.keys.setdefault(self._simplest(one), len(self.keys))

    # ------------------------------------------------------------ the same people, said once

    def _living(self, name: Name, asked: Iterable[Number]) -> frozenset[int]:
        """Return the categories that somebody is in, or that some number is about."""
        named = [wanted for one in asked for other, wanted in _people(one) if other == name]
        return self.people.occupied(name).union(*named) if named else self.people.occupied(name)

    def _simplest(self, one: Number) -> Number:
        """Return the shortest way to say who is counted."""
        if one in self._canonical:
            return self._canonical[one]
        people = self._shortest(_people(one), one.question if isinstance(one, Scored) else None)
        found: Number = people
        if isinstance(one, Scored):
            found = Scored(people, one.question, one.scores)
        self._canonical[one] = found
        return found

    def _shortest(self, people: Selection, kept: Name | None) -> Selection:
        choices = dict(people)
        for name in list(choices):
            finer = [f for f in choices if (f, name) in self.coarser]
            if finer and name != kept:
                becomes = self.coarser[finer[0], name]
                inside = {c for c, coarse in becomes.items() if coarse in choices[name]}
                choices[finer[0]] = choices[finer[0]] & inside
                del choices[name]
        return frozenset(
            (name, wanted)
            for name, wanted in choices.items()
            if name == kept or not wanted >= self._alive[name]
        )

    # ------------------------------------------------------------ which questions are crossed

    def _covers(self, names: Questions) -> Questions:
        """Return all questions that some questions tell of."""
        return names | {coarse for finer, coarse in self.coarser if finer in names}

    def _largest(self, sets: Iterable[Questions]) -> list[Questions]:
        """Return the sets of questions that no other covers, in a fixed order."""
        ordered = sorted(sets, key=lambda one: (-len(one), sorted(map(repr, one))))
        kept: list[Questions] = []
        covers: dict[Name, list[Questions]] = {}
        for names in ordered:
            near = [w for name in list(names)[:1] for w in covers.get(name, [])]
            if names and any(names <= whole for whole in near):
                continue
            if not names and kept:
                continue
            kept.append(names)
            for name in self._covers(names):
                covers.setdefault(name, []).append(self._covers(names))
        return kept

    def _merging(self) -> dict[Name, Any]:
        """Return for each question a smaller number for each category; those alike share one."""
        told: dict[Name, dict[Hashable, None]] = {}
        for key in self.keys:
            for name, wanted in _people(key):
                told.setdefault(name, {})[wanted] = None
            if isinstance(key, Scored):
                told.setdefault(key.question, {})[key.scores] = None
        found = {}
        for name in {name for names in self._joint for name in names}:
            images = [becomes for (f, _), becomes in self.coarser.items() if f == name]
            size = self.people.parts[name].size
            marks: dict[Hashable, int] = {}
            group = np.full(size, -1)
            for category in sorted(self._alive[name]):
                mark = (
                    tuple(_marked(one, category) for one in told.get(name, {})),
                    tuple(becomes[category] for becomes in images),
                )
                group[category] = marks.setdefault(mark, len(marks))
            found[name] = group
        return found

    # ------------------------------------------------------------ sums

    def _link(self, contained: list[tuple[Selection, tuple[Selection, ...]]]) -> None:
        """Set out every number as a sum, and the margins that crossings have in common."""
        shapes = [self._shape(names) for names in self._joint]
        margins = [(names, self._margin(names)) for names in self._shared()]
        sizes = [np.prod(shape, dtype=float) for _, shape in shapes]
        own = {
            key: min(self._holding(_questions(key)), key=lambda at: sizes[at])
            for key in list(self.keys)
        }
        bounds = [c for net, options in contained for c in self._inside(net, options)]
        self.slack = len(self.keys)
        self.size = self.slack + len(bounds)
        for ordered, shape in shapes:
            self._crossed.append(Crossed(ordered, shape, self.size))
            self.size += self._crossed[-1].size
        for key, at in own.items():
            self._define(at, key)
        for names, keys in margins:
            for at in self._holding(names):
                for key in keys:
                    if own[key] != at:
                        self._sum(at, key)
        for at, crossed in enumerate(self._crossed):
            if EVERYONE not in self.keys:
                self._add(np.arange(crossed.start, crossed.start + crossed.size), None)
            elif own[EVERYONE] != at:
                self._sum(at, EVERYONE)
        for at, (columns, signs) in enumerate(bounds):
            self._add(np.array([*columns, self.slack + at]), 0.0, np.array([*signs, -1.0]))

    def _shape(self, names: Questions) -> tuple[tuple[Name, ...], tuple[int, ...]]:
        """Return questions in a fixed order, and how many categories of each are told apart."""
        ordered = tuple(sorted(names, key=repr))
        shape = tuple(int(self._merged[name].max()) + 1 for name in ordered)
        cells = np.prod(shape, dtype=float)
        if cells > _MOST_CELLS:
            raise TableError(
                f"{len(names)} questions crossed have {cells:,.0f} cells, more than"
                f" {_MOST_CELLS:,}. Protect a table with fewer categories."
            )
        return ordered, shape

    def _holding(self, names: Questions) -> list[int]:
        return [at for at, whole in enumerate(self._joint) if names <= self._covers(whole)]

    def _shared(self) -> list[Questions]:
        """Return the questions that two crossings have in common, none that others cover."""
        covers = [self._covers(names) for names in self._joint]
        found: dict[Questions, None] = {}
        for one, other in combinations(covers, 2):
            common = one & other
            coarse = {c for f, c in self.coarser if f in common and c in common}
            if common - coarse:
                found[frozenset(common - coarse)] = None
        return list(found)

    def _margin(self, names: Questions) -> list[Number]:
        """Return every combination of categories of some questions as numbers of the model."""
        keys: list[dict[Name, frozenset[int]]] = [{}]
        for name in sorted(names, key=repr):
            group = self._merged.get(name)
            alive = sorted(self._alive[name])
            parts: dict[int, list[int]] = {}
            for category in alive:
                mark = category if group is None else int(group[category])
                parts.setdefault(mark, []).append(category)
            keys = [{**key, name: frozenset(part)} for key in keys for part in parts.values()]
        found: list[Number] = [self._simplest(frozenset(key.items())) for key in keys]
        for one in found:
            self.keys.setdefault(one, len(self.keys))
        return found

    def _inside(
        self, net: Selection, options: tuple[Selection, ...]
    ) -> list[tuple[list[int], list[float]]]:
        """Return that a net is no less than each option and no more than all, in every column."""
        found: list[tuple[list[int], list[float]]] = []
        ((name, yes),) = net
        for key, place in list(self.keys.items()):
            if isinstance(key, Scored) or (name, yes) not in key:
                continue
            rest = key - {(name, yes)}
            others = [self.keys.get(self._simplest(rest | option)) for option in options]
            if all(one is not None for one in others):
                known = [one for one in others if one is not None]
                found += [([place, one], [1.0, -1.0]) for one in known]
                found.append(([*known, place], [*[1.0] * len(known), -1.0]))
        return found

    def _define(self, at: int, key: Number) -> None:
        """Add a number as a sum; one combination alone is the number, and needs no sum."""
        crossed = self._crossed[at]
        weights = self._weights(crossed, key).ravel()
        inside = np.flatnonzero(weights)
        alone = int(crossed.start + inside[0]) if inside.size == 1 else -1
        if alone >= 0 and weights[inside[0]] == 1 and alone not in self._same_as:
            self._same_as[alone] = self.keys[key]
        else:
            self._sum(at, key)

    def _sum(self, at: int, key: Number) -> None:
        """Add that a number is the sum of its combinations in a crossing."""
        crossed = self._crossed[at]
        weights = self._weights(crossed, key).ravel()
        inside = np.flatnonzero(weights)
        columns = np.concatenate([crossed.start + inside, [self.keys[key]]])
        self._add(columns, 0.0, np.concatenate([weights[inside], [-1.0]]))

    def _weights(self, crossed: Crossed, key: Number) -> Array:
        """Return what each combination counts as in a number."""
        weights = np.ones(crossed.sizes)
        choices = dict(_people(key))
        scored = key.question if isinstance(key, Scored) else None
        for axis, name in enumerate(crossed.names):
            factor = np.ones(crossed.sizes[axis])
            for wanted_name, wanted in choices.items():
                if wanted_name != name and (name, wanted_name) not in self.coarser:
                    continue
                for category in self._alive[name]:
                    becomes = category
                    if wanted_name != name:
                        becomes = self.coarser[name, wanted_name][category]
                    if becomes not in wanted:
                        factor[self._merged[name][category]] = 0.0
            if name == scored and isinstance(key, Scored):
                for category in self._alive[name]:
                    score = key.scores[category]
                    factor[self._merged[name][category]] *= 0 if np.isnan(score) else score
            shape = [1] * len(crossed.sizes)
            shape[axis] = -1
            weights = weights * factor.reshape(shape)
        return np.asarray(weights)

    def _add(self, columns: NDArray[Any], total: float | None, signs: Array | None = None) -> None:
        """Add a sum; without a total it is everybody."""
        self._columns.append(np.asarray(columns))
        self._values.append(np.ones(len(columns)) if signs is None else signs)
        self._rows.append(np.full(len(columns), len(self._totals)))
        self._totals.append(total)

    @cached_property
    def matrix(self) -> csr_array:
        """The sums, one a row."""
        same = np.arange(self.size)
        same[list(self._same_as)] = list(self._same_as.values())
        entries = (np.concatenate(self._rows), same[np.concatenate(self._columns)])
        shape = (len(self._totals), self.size)
        return coo_array((np.concatenate(self._values), entries), shape=shape).tocsr()

    def totals(self, everybody: float) -> Array:
        """Return what the sums come to."""
        return np.array([everybody if one is None else one for one in self._totals])

    def truth(self, weight: Array) -> Array:
        """Return all numbers as they are, the combinations of categories included."""
        values = np.zeros(self.size)
        for crossed in self._crossed:
            counts = self.people.counted(crossed.names, weight)
            for axis, name in enumerate(crossed.names):
                counts = _regrouped(counts, axis, self._merged[name], crossed.sizes[axis])
            values[crossed.start : crossed.start + crossed.size] = counts.ravel()
        matrix = self.matrix
        done = np.zeros(self.size, dtype=bool)
        done[self._crossed[0].start :] = True
        for alone, place in self._same_as.items():
            values[place], done[place] = values[alone], True
        total = self.totals(float(weight.sum()))
        for row in range(matrix.shape[0]):
            here = slice(matrix.indptr[row], matrix.indptr[row + 1])
            columns, signs = matrix.indices[here], matrix.data[here]
            unknown = ~done[columns]
            if unknown.sum() == 1:
                left = total[row] - float(signs[~unknown] @ values[columns[~unknown]])
                values[columns[unknown]] = left / signs[unknown]
                done[columns[unknown]] = True
        return values


def _regrouped(counts: Array, axis: int, group: NDArray[np.int64], size: int) -> Array:
    """Return counts with the categories of one question put together."""
    moved = np.moveaxis(counts, axis, 0)
    found = np.zeros((size, *moved.shape[1:]))
    for category in np.flatnonzero(group >= 0):
        found[group[category]] += moved[category]
    return np.moveaxis(found, 0, axis)


def _people(one: Number) -> Selection:
    return one.people if isinstance(one, Scored) else one


def _questions(one: Number) -> Questions:
    return frozenset(name for name, _ in _people(one))


def _marked(told: Any, category: int) -> Hashable:
    """Return what a selection or scores say of a category."""
    if isinstance(told, frozenset):
        return category in told
    score = told[category]
    return "none" if np.isnan(score) else score
