"""Counts of people dealt out as answers of single, invented people.

Within each cell of a `Programme` the answers are dealt by seeded random permutations, each
question by itself, so that nothing that was not published holds except by chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.programme import Programme
from welfarestats.published.routing import Branch
from welfarestats.survey.codebook import Question

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass
class _Dealt:
    """Everyone's answer: a position (−1: not asked), or flags of options by people."""

    asked: Flags
    position: Integers | None = None
    mentioned: Flags | None = None


def deal(programme: Programme, people: Integers) -> dict[str, list[Any]]:
    """Return the columns of a data frame of invented people."""
    return _Dealer(programme, people).columns()


class _Dealer:
    def __init__(self, programme: Programme, people: Integers) -> None:
        self.programme, self.people = programme, people
        self.random = np.random.default_rng(programme.recipe.seed)
        root = people[programme.root]
        cell, weight = np.nonzero(root)
        times = root[cell, weight]
        self.cell, self.weight = np.repeat(cell, times), np.repeat(weight, times)
        self.size = len(self.cell)
        self.dealt: dict[str, _Dealt] = {}
        for name in programme.routes.order:
            self._deal_question(programme.routes[name])

    def columns(self) -> dict[str, list[Any]]:
        """Return the answers in a random order of people."""
        order = self.random.permutation(self.size)
        found: dict[str, list[Any]] = {}
        for question in self.programme.codebook:
            found |= self._question_columns(question, order)
        if self.programme.survey.weights is not None:
            weights = self.programme.weights[self.weight][order]
            found[self.programme.survey.weights] = weights.tolist()
        return found

    def _question_columns(self, question: Question, order: Integers) -> dict[str, list[Any]]:
        codes = [category.code for category in question.categories]
        strata = self.programme.recipe.strata
        if question.name in strata:
            place = strata.index(question.name)
            positions = [self.programme.cells[cell][place] for cell in self.cell[order]]
            return {question.name: [codes[i] for i in positions]}
        dealt = self.dealt[question.name]
        if dealt.position is not None:
            given = dealt.position[order]
            return {question.stored_in[0]: [codes[i] if i >= 0 else None for i in given]}
        assert dealt.mentioned is not None
        asked = dealt.asked[order]
        if question.columns is None:
            listed = [
                [code for code, said in zip(codes, row, strict=True) if said]
                for row in dealt.mentioned[:, order].T
            ]
            rows = zip(listed, asked, strict=True)
            return {question.name: [row if was else None for row, was in rows]}
        return {
            column: [
                int(said) if was else None
                for said, was in zip(dealt.mentioned[i, order], asked, strict=True)
            ]
            for i, column in enumerate(question.columns)
        }

    # -------------------------------------------------------------- one question

    def _deal_question(self, branch: Branch) -> None:
        question = branch.question
        number = len(question.categories)
        dealt = _Dealt(np.zeros(self.size, dtype=bool))
        if question.kind == "multiple":
            dealt.mentioned = np.zeros((number, self.size), dtype=bool)
        else:
            dealt.position = np.full(self.size, -1, dtype=np.int64)
        self.dealt[question.name] = dealt
        for part in range(len(branch.parts)):
            led = self._led(branch, part)
            for cell, weight in np.ndindex(self.programme.root.shape):
                here = np.flatnonzero(led & (self.cell == cell) & (self.weight == weight))
                if len(here):
                    self._deal_cell(branch, part, (cell, weight), here)

    def _led(self, branch: Branch, part: int) -> Flags:
        """Return who was led to a part of a question."""
        inside = self.programme.cells_where(branch.within)[self.cell]
        if branch.parent is None:
            return inside
        above, positions = self.dealt[branch.parent], sorted(branch.parts[part])
        if above.position is not None:
            return inside & np.isin(above.position, positions)
        assert above.mentioned is not None
        return inside & above.mentioned[positions].any(axis=0)

    def _deal_cell(self, branch: Branch, part: int, where: tuple[int, int], here: Integers) -> None:
        question = branch.question
        dealt = self.dealt[question.name]
        dealt.asked[here] = True
        blocks = self.programme.blocks[question.name]
        counts = self.people[blocks.answers[(slice(None), part, *where)]]
        here = self.random.permutation(here)
        if dealt.position is not None:
            dealt.position[here] = np.repeat(np.arange(len(counts)), counts)
            return
        assert dealt.mentioned is not None
        alone = sorted(self.programme.alone(question))
        for i in alone:
            chosen, here = here[: counts[i]], here[counts[i] :]
            dealt.mentioned[i, chosen] = True
        options = [i for i in range(len(counts)) if i not in alone]
        unions = {key: self.people[union[(part, *where)]] for key, union in blocks.unions.items()}
        least, most = self.programme.mentions(branch, part)
        if unions:
            self._deal_unions(dealt.mentioned, here, counts, options, unions, least)
        else:
            dealt.mentioned[np.ix_(np.array(options, dtype=np.int64), here)] = self._mentions(
                counts[options], len(here), least, most
            )

    def _deal_unions(
        self,
        mentioned: Flags,
        here: Integers,
        counts: Integers,
        options: list[int],
        unions: dict[frozenset[int], np.int64],
        least: int,
    ) -> None:
        """Deal first who names anything of a net, then which of its options."""
        groups = [sorted(group) for group in unions]
        sizes = [int(size) for size in unions.values()]
        loose = [i for i in options if not any(i in group for group in groups)]
        groups += [[i] for i in loose]
        sizes += [int(counts[i]) for i in loose]
        members = self._mentions(np.array(sizes), len(here), least, math.inf)
        for group, member in zip(groups, members, strict=True):
            chosen = here[member]
            mentioned[np.ix_(np.array(group, dtype=np.int64), chosen)] = self._mentions(
                counts[group], len(chosen), 1, math.inf
            )

    def _mentions(self, counts: Integers, size: int, least: int, most: float) -> Flags:
        """Return who names which option: each as often as counted, each person within limits."""
        said = np.zeros((len(counts), size), dtype=bool)
        if most == 1:
            order = self.random.permutation(size)
            said[np.repeat(np.arange(len(counts)), counts), order] = True
            return said
        for i, count in enumerate(counts):
            said[i, self.random.permutation(size)[:count]] = True
        totals = said.sum(axis=0)
        while (short := np.flatnonzero(totals < least)).size:
            to = short[0]
            richest = np.flatnonzero(totals == totals.max())
            giver = self.random.choice(richest)
            option = self.random.choice(np.flatnonzero(said[:, giver] & ~said[:, to]))
            said[option, [giver, to]] = False, True
            totals[giver] -= 1
            totals[to] += 1
        return said
