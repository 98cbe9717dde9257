"""All that the published numbers of a survey allow, as one linear model.

People are counted in the cells of small joint tables (blocks), once as people and once by their
weights. Blocks that share questions agree on them, what a questionnaire forbids has no cell, and
every published number is an interval for a sum of cells. Joint tables of questions that no block
holds are left free, so the model allows everything that is possible, and perhaps a little more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import ReportError
from welfarestats.published.centring import Centre, centre_of
from welfarestats.published.rows import Row, System, as_system, summed_row
from welfarestats.published.rules import MentionedTimes, has_blanks, mention_counts, rules_of
from welfarestats.published.specification import SurveySpecification
from welfarestats.published.statements import (
    NAMED,
    Atom,
    Selection,
    Statement,
    atom_order,
    state_count,
)
from welfarestats.survey.codebook import Codebook

if TYPE_CHECKING:
    pass

Indices = NDArray[np.int64]
Atoms = frozenset[Atom]

#: The most cells of one joint table; beyond it a table is left to its smaller parts.
CELL_LIMIT = 4_096
#: What a positive mean weight is at least, as a share of that of all.
LEAST_MEAN_WEIGHT = 1e-3


@dataclass(frozen=True)
class Block:
    """A joint table: its atoms, the states of each cell, and the cell's first variable."""

    atoms: tuple[Atom, ...]
    states: NDArray[np.int64]
    start: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.states)

    def inside(self, selection: Selection) -> Indices:
        """Return the variables of the cells of a selection."""
        kept = np.ones(self.size, dtype=bool)
        for atom, allowed in selection.items():
            kept &= np.isin(self.states[:, self.atoms.index(atom)], sorted(allowed))
        return self.start + np.flatnonzero(kept)


class Polytope:
    """The counts and weights of people that the numbers of one survey allow.

    Parameters
    ----------
    survey : SurveySpecification
        Its base, routing and weights.
    codebook : Codebook
        Its questions.
    statements : iterable of Statement
        What is published.
    also : iterable of Selection
        People who will be asked about, so that there is a table that holds them.
    centre : Centre, optional
        What the weights add up to, if other statements than these say so.
    cell_limit : int
        The most cells of one table.
    """

    def __init__(
        self,
        survey: SurveySpecification,
        codebook: Codebook,
        statements: Iterable[Statement],
        *,
        also: Iterable[Selection] = (),
        centre: Centre | None = None,
        cell_limit: int = CELL_LIMIT,
    ) -> None:
        self.survey, self.codebook = survey, codebook
        self.statements = list(statements)
        self.weighted = survey.weights is not None
        self.centre = centre or centre_of(survey, codebook, self.statements)
        wanted = [statement.atoms for statement in self.statements]
        wanted += [frozenset(selection) for selection in also]
        self.counts = mention_counts(survey, codebook)
        wanted += [atoms for count in self.counts for atoms in count.pairs]
        self.rules = rules_of(survey, codebook, frozenset().union(*wanted))
        sets, self.exact = self._atom_sets(wanted, cell_limit)
        self.blocks: list[Block] = []
        self._found: dict[frozenset[tuple[Atom, frozenset[int]]], Indices] = {}
        self._holding: dict[Atom, list[int]] = defaultdict(list)
        start = 0
        for atoms in sets:
            block = Block(tuple(sorted(atoms, key=atom_order)), self._cells(atoms), start)
            for atom in atoms:
                self._holding[atom].append(len(self.blocks))
            self.blocks.append(block)
            start += block.size
        self.cells = start

    @property
    def size(self) -> int:
        """How many variables there are: people in each cell and, if weighted, their weights."""
        return self.cells * (1 + self.weighted)

    @property
    def mean_weights(self) -> tuple[float, float]:
        """Bounds on the mean of all weights."""
        return (self.centre.low, self.centre.high) if self.centre else (1.0, 1.0)

    # -------------------------------------------------------------- tables

    def _atom_sets(self, wanted: list[Atoms], cell_limit: int) -> tuple[list[Atoms], bool]:
        """Return the atoms of each table, and whether they hold all that is said of anyone."""
        sets = {atoms for atoms in wanted if atoms} | {rule.atoms for rule in self.rules}
        groups = _connected(sets or {frozenset()})
        whole = sorted(map(frozenset, groups), key=lambda group: sorted(map(atom_order, group)))
        if all(self._product(group) <= cell_limit for group in whole):
            return whole, True
        kept: set[Atoms] = set()
        for group in whole:
            inner = {atoms for atoms in sets if atoms <= group}
            if self._product(group) <= cell_limit:
                inner = {group}
            kept |= {atoms for atoms in inner if self._product(atoms) <= cell_limit}
        kept |= self._with_all_options(kept, cell_limit)
        for atoms in wanted:
            if atoms and self._product(atoms) > cell_limit:
                raise ReportError(
                    f"a published number of survey {self.survey.name!r} is about the answers to "
                    f"{len(atoms)} questions at once, whose joint table has more than "
                    f"{cell_limit:,} cells. Merge categories that nothing is published of."
                )
        return _largest(kept), False

    def _with_all_options(self, sets: set[Atoms], cell_limit: int) -> set[Atoms]:
        """Return tables that hold every option of a multiple response beside the same groups."""
        beside: dict[tuple[str, Atoms], set[Atom]] = defaultdict(set)
        for atoms in sets:
            for name in {name for name, options in atoms if options is not None}:
                own = {atom for atom in atoms if atom[0] == name}
                beside[(name, atoms - own)] |= own
        joined = {others | own for (_, others), own in beside.items()}
        return {atoms for atoms in joined if self._product(atoms) <= cell_limit}

    def _product(self, atoms: Iterable[Atom]) -> int:
        return math.prod(map(self._states_of, atoms))

    def _states_of(self, atom: Atom) -> int:
        return state_count(atom, self.codebook, blanks=has_blanks(self.survey))

    def _cells(self, atoms: Atoms) -> NDArray[np.int64]:
        """Return the combinations of states that a person can be in, one row each."""
        ordered = sorted(atoms, key=atom_order)
        shape = [self._states_of(atom) for atom in ordered]
        states = np.indices(shape).reshape(len(shape), math.prod(shape))
        by_atom = dict(zip(ordered, states, strict=True))
        possible: NDArray[np.bool_] = np.ones(states.shape[1], dtype=bool)
        for rule in self.rules:
            if rule.atoms <= atoms:
                possible &= rule.allows(by_atom)
        return states[:, possible].T.copy()

    # -------------------------------------------------------------- sums

    def people(self, selection: Selection) -> Indices:
        """Return the variables that count the people of a selection, in the smallest table."""
        key = frozenset(selection.items())
        if key not in self._found:
            self._found[key] = self._smallest(frozenset(selection)).inside(selection)
        return self._found[key]

    def holds(self, selection: Selection) -> bool:
        """Return whether some table holds all that a selection asks of a person."""
        return self._find(frozenset(selection)) is not None

    def _find(self, atoms: Atoms) -> Block | None:
        if not atoms:
            return min(self.blocks, key=lambda block: block.size, default=None)
        places = set.intersection(*(set(self._holding.get(atom, ())) for atom in atoms))
        return min((self.blocks[i] for i in places), key=lambda b: b.size, default=None)

    def _smallest(self, atoms: Atoms) -> Block:
        block = self._find(atoms)
        if block is None:
            raise ReportError(
                f"no table of survey {self.survey.name!r} holds the questions "
                f"{sorted({name for name, _ in atoms})} together."
            )
        return block

    def weights(self, selection: Selection) -> Indices:
        """Return the variables of the weights of the people of a selection."""
        return self.people(selection) + (self.cells if self.weighted else 0)

    # -------------------------------------------------------------- rows

    @cached_property
    def structure(self) -> list[Row]:
        """What holds for any people: tables of the same people agree on what they share."""
        rows = []
        layers = (0, self.cells) if self.weighted else (0,)
        for layer in layers:
            means = self.centre.at_all if layer and self.centre else (1.0, 1.0)
            low, high = (mean * self.survey.base for mean in means)
            first = layer + np.arange(self.blocks[0].size if self.blocks else 0)
            for block in self.blocks:
                every = layer + block.start + np.arange(block.size)
                rows.append(Row(every, np.ones(block.size), low, high))
                if layer and block.start:  # Everyone weighs the same in all tables.
                    ones = np.concatenate([np.ones(block.size), -np.ones(len(first))])
                    rows.append(Row(np.concatenate([every, first]), ones, 0.0, 0.0))
        for count in self.counts:
            rows += [row for layer in layers for row in self._counted(count, layer)]
        for shared, places in self._shared().items():
            for place in places[1:]:
                for one, two in _margins(self.blocks[places[0]], self.blocks[place], shared):
                    indices = np.concatenate([one, two])
                    factors = np.concatenate([np.ones(len(one)), -np.ones(len(two))])
                    rows += [Row(indices + layer, factors, 0.0, 0.0) for layer in layers]
        return rows

    def _counted(self, count: MentionedTimes, layer: int) -> list[Row]:
        """Return that who named nothing, one or more options named none, one or at least two."""
        rows = []
        several = ((count.none, 0, 0.0), (count.one, 1, 0.0), (count.more, 2, math.inf))
        for state, times, high in several:
            people = self.people({count.into: state})
            parts = [
                self.people({count.into: state, option: frozenset([NAMED])})
                for option in count.options
            ]
            indices = np.concatenate([*parts, people]) + layer
            named = sum(map(len, parts))
            factors = np.concatenate([np.ones(named), np.full(len(people), -float(times))])
            rows.append(summed_row(indices, factors, 0.0, high, ""))
        return rows

    def _shared(self) -> dict[Atoms, list[int]]:
        """Return for each set of atoms that two tables share the tables that hold it."""
        atoms = [frozenset(block.atoms) for block in self.blocks]
        found: dict[Atoms, None] = {}
        for i, one in enumerate(atoms):
            near = {j for atom in one for j in self._holding[atom] if j < i}
            for j in sorted(near):
                found[one & atoms[j]] = None
        places = {}
        for shared in found:
            inside = set.intersection(*(set(self._holding[atom]) for atom in shared))
            places[shared] = sorted(inside, key=lambda i: (self.blocks[i].size, i))
        return places

    def published(self, k: float = math.inf, widened: Fraction = Fraction(0)) -> list[Row]:
        """Return what the published numbers ask for, each row with its source."""
        return [row for one in self.statements for row in self.asked_by(one, k, widened)]

    def asked_by(self, statement: Statement, k: float, widened: Fraction) -> list[Row]:
        """Return what one number asks for, also of the mean weights of its people."""
        groups = self.bounded((statement.whole, statement.part), k, statement.source)
        return self.rows_of(statement, widened) + groups

    def rows_of(self, statement: Statement, widened: Fraction = Fraction(0)) -> list[Row]:
        """Return what one published number asks for."""
        low, high = (float(end) for end in statement.interval(widened))
        kind, source = statement.number.statistic, statement.source
        if kind in ("count", "base"):
            value = float((Fraction(low) + Fraction(high)) / 2)
            people = self.people(statement.part if kind == "count" else statement.whole)
            return [Row(people, np.ones(len(people)), round(value), round(value), source)]
        if kind == "weighted_base":
            if self.centre is None:
                return []
            sums, unit = self.weights(statement.whole), self.centre.unit
            return [Row(sums, np.ones(len(sums)), low / unit, high / unit, source)]
        if kind == "sum":
            return []
        whole, people = self.weights(statement.whole), self.people(statement.whole)
        rows = [Row(people, np.ones(len(people)), 1.0, math.inf, source)]
        if kind == "mean":
            return rows + self._share(self.scored(statement), whole, low, high, source)
        if low > 0 or statement.number.value is None:
            named = self.people(statement.part)
            rows.append(Row(named, np.ones(len(named)), 1.0, math.inf, source))
        if high < 100:  # Somebody is not among them.
            named = self.people(statement.part)
            factors = np.concatenate([np.ones(len(people)), -np.ones(len(named))])
            both = np.concatenate([people, named])
            rows.append(summed_row(both, factors, 1.0, math.inf, source))
        named = self.weights(statement.part)
        part = (named, np.ones(len(named)))
        return rows + self._share(part, whole, low / 100, high / 100, source)

    def scored(self, statement: Statement) -> tuple[Indices, NDArray[np.float64]]:
        """Return the variables of the weights of people with a score, and the score of each."""
        parts = [(float(score), self.weights(people)) for score, people in statement.scores]
        return (
            np.concatenate([index for _, index in parts]),
            np.concatenate([np.full(len(index), score) for score, index in parts]),
        )

    @staticmethod
    def _share(
        part: tuple[Indices, NDArray[np.float64]],
        whole: Indices,
        low: float,
        high: float,
        source: str,
    ) -> list[Row]:
        """Return that a part lies between two shares of a whole."""
        indices = np.concatenate([part[0], whole])
        return [
            summed_row(
                indices, np.concatenate([part[1], np.full(len(whole), -low)]), 0, math.inf, source
            ),
            summed_row(
                indices, np.concatenate([part[1], np.full(len(whole), -high)]), -math.inf, 0, source
            ),
        ]

    def bounded(self, selections: Iterable[Selection], k: float, source: str = "") -> list[Row]:
        """Return that the mean weight of each group lies within 1/k to k of the mean of all.

        Without a bound weights are still positive, so that a share of a group has one value.
        """
        if not self.weighted:
            return []
        rows = []
        low, high = self.mean_weights
        least = low / k if math.isfinite(k) else LEAST_MEAN_WEIGHT
        for people in selections:
            if people:
                counts, weights = self.people(people), self.weights(people)
                indices = np.concatenate([weights, counts])
                ones = np.ones(len(weights))
                rows.append(
                    Row(indices, np.concatenate([ones, -least * ones]), 0.0, math.inf, source)
                )
                if math.isfinite(k):
                    rows.append(
                        Row(
                            indices,
                            np.concatenate([ones, -k * high * ones]),
                            -math.inf,
                            0.0,
                            source,
                        )
                    )
        return rows

    def system(
        self, k: float = math.inf, widened: Fraction = Fraction(0), also: Sequence[Row] = ()
    ) -> System:
        """Return all conditions as one matrix."""
        return as_system([*self.structure, *self.published(k, widened), *also], self.size)


def _connected(sets: Iterable[Atoms]) -> list[set[Atom]]:
    """Return atoms in groups such that sets that share an atom are in one group."""
    groups: list[set[Atom]] = []
    for atoms in sets:
        touching = [group for group in groups if group & atoms]
        groups = [group for group in groups if not group & atoms]
        groups.append(set(atoms).union(*touching))
    return groups


def _largest(sets: set[Atoms]) -> list[Atoms]:
    """Return the sets that are part of no other, in a fixed order."""
    ordered = sorted(sets, key=lambda atoms: (-len(atoms), sorted(map(atom_order, atoms))))
    kept: list[Atoms] = []
    holding: dict[Atom, set[int]] = defaultdict(set)
    for atoms in ordered:
        if not set.intersection(*(holding[atom] for atom in atoms)):
            for atom in atoms:
                holding[atom].add(len(kept))
            kept.append(atoms)
    return kept


def _margins(one: Block, two: Block, shared: Atoms) -> list[tuple[Indices, Indices]]:
    """Return for each state of what two tables share the variables of both."""
    ordered = sorted(shared, key=atom_order)
    keys = []
    for block in (one, two):
        columns = block.states[:, [block.atoms.index(atom) for atom in ordered]]
        keys.append([tuple(row) for row in columns.tolist()])
    found: dict[tuple[int, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, block in enumerate((one, two)):
        for cell, key in enumerate(keys[side]):
            found[key][side].append(block.start + cell)
    return [
        (np.array(first, dtype=np.int64), np.array(second, dtype=np.int64))
        for first, second in found.values()
    ]
