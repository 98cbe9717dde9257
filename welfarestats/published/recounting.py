"""A printed panel counted again from respondents, under as many changes as one likes.

A cross-tab brings standard errors and tests along; to look for an explanation figures alone will
do, for hundreds of filters at once. `Respondents` holds what a file knows, `Recount` one panel.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import WelfareStatsError, WelfareStatsWarning
from welfarestats.published.explanations import DECLARED, NO_WEIGHT, SCALED, Making, Named
from welfarestats.published.panels import Column, Line, Panel
from welfarestats.survey.answers import Answers
from welfarestats.survey.passes import Sample
from welfarestats.survey.reweighting import declared_weights, with_weights
from welfarestats.survey.survey import Survey

__all__ = ["Filters", "Over", "Recount", "Respondents"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pair = tuple[Mask, Mask]

# Questions with more categories make no filters: they are lists, not groups of people.
_MOST_CATEGORIES = 30
_MOST_FILTERS = 600


class Respondents:
    """Everybody in a file: their answers, and their weight under each of several weights."""

    def __init__(self, survey: Survey, weights: Sequence[str] = ()) -> None:
        declared = declared_weights(survey)
        columns = [name for name in dict.fromkeys((declared, *weights)) if name]
        names = [question.name for question in survey.codebook]
        view = with_weights(survey, None).view(names, numeric=columns)
        self.codebook = survey.codebook
        self.sample: Sample = view.sample
        self.size = view.size
        people = np.where(view.tally.active, view.tally.count, 0.0)
        self._people = {NO_WEIGHT: people}
        self._each: dict[str, Array] = {NO_WEIGHT: np.ones(self.size)}
        for name in columns:
            values = view.sample.answers(name, numeric=True).scores()
            self._add(name, np.nan_to_num(values), people)
        if declared is None:
            self._people[DECLARED], self._each[DECLARED] = people, self._each[NO_WEIGHT]
        else:
            self._people[DECLARED], self._each[DECLARED] = (
                self._people[declared],
                self._each[declared],
            )
            total = float((self._each[DECLARED] * people).sum())
            scale = float(self._people[DECLARED].sum()) / total if total else 1.0
            self._people[SCALED] = self._people[DECLARED]
            self._each[SCALED] = self._each[DECLARED] * scale
        self._answers: dict[str, Answers | None] = {}

    def _add(self, name: str, values: Array, people: Array) -> None:
        if (values >= 0).all() and (values > 0).any():
            self._each[name] = values
            self._people[name] = np.where(values > 0, people, 0.0)

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights under which figures can be made, the declared one first."""
        same = {
            name for name, each in self._each.items() if np.array_equal(each, self._each[DECLARED])
        }
        return (DECLARED, *(name for name in self._each if name not in same))

    def measure(self, weight: str, power: int) -> Array | None:
        """Return what each row adds: people (0), their weights (1) or squared weights (2)."""
        if weight not in self._each:
            return None
        return np.asarray(self._people[weight] * self._each[weight] ** power)

    def answers(self, name: str) -> Answers | None:
        """Return everybody's answers to a question, or nothing where they cannot be read."""
        if name not in self._answers:
            found = None
            if name in self.codebook:
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", WelfareStatsWarning)
                        found = self.sample.answers(name)
                except WelfareStatsError:
                    found = None
            self._answers[name] = found
        return self._answers[name]

    def gave(self, name: str, labels: Sequence[str]) -> Mask:
        """Return who gave one of the answers; nobody did where there is no such answer."""
        answers = self.answers(name)
        nobody = np.zeros(self.size, dtype=bool)
        if answers is None or answers.values is not None:
            return nobody
        known = [i for i, c in enumerate(answers.question.categories) if c.label in set(labels)]
        return answers.gave(known) if known else nobody

    def asked(self, name: str) -> Mask:
        """Return who was asked a question, by its routing."""
        asked = np.ones(self.size, dtype=bool)
        if name in self.codebook:
            for other, wanted in (self.codebook[name].asked_if or {}).items():
                asked &= self.sample.gave(other, wanted)
        return asked

    def base(self, name: str, base: Named) -> Mask:
        """Return who is in a base of a question."""
        answers = self.answers(name)
        if answers is None:
            return np.zeros(self.size, dtype=bool)
        if not base:
            return answers.in_base(None)
        kind, *rest = base
        if kind == "asked":
            return self.asked(name)
        if kind == "everyone":
            return np.ones(self.size, dtype=bool)
        if kind == "without":
            return answers.in_base(None) & ~self.gave(name, rest)
        return answers.in_base(rest)


@dataclass(frozen=True, eq=False)
class Filters:
    """Conditions on respondents, the first being none; ``alike`` names those that are the same."""

    names: tuple[Named, ...]
    matrix: Array = field(repr=False)
    alike: Mapping[Named, tuple[Named, ...]] = field(repr=False)

    @classmethod
    def of(cls, respondents: Respondents) -> Filters:
        """Return every category, every net and every valid answer that is not everybody's."""
        everyone = respondents.measure(NO_WEIGHT, 0)
        assert everyone is not None
        seen: dict[bytes, Named] = {np.packbits(everyone > 0).tobytes(): ()}
        alike: dict[Named, list[Named]] = {}
        kept: list[Named] = [()]
        columns = [np.ones(respondents.size)]
        for name, mask in _conditions(respondents):
            inside = mask & (everyone > 0)
            first = seen.setdefault(np.packbits(inside).tobytes(), name)
            if first != name:
                alike.setdefault(first, []).append(name)
            elif inside.any() and len(kept) < _MOST_FILTERS:
                kept.append(name)
                columns.append(mask.astype(float))
        same = {name: tuple(others) for name, others in alike.items()}
        return cls(tuple(kept), np.column_stack(columns), same)

    def told_of(self, respondents: Respondents) -> Filters:
        """Return the same conditions on other respondents."""
        columns = [_condition(respondents, name).astype(float) for name in self.names]
        return Filters(self.names, np.column_stack(columns), self.alike)


def _conditions(respondents: Respondents) -> list[tuple[Named, Mask]]:
    found: list[tuple[Named, Mask]] = []
    for question in respondents.codebook:
        answers = respondents.answers(question.name) if question.kind != "scale" else None
        if answers is None or len(answers.question.categories) > _MOST_CATEGORIES:
            continue
        labels = [c.label for c in answers.question.categories]
        labels += [net.label for net in answers.question.nets]
        names: list[Named] = [(question.name, label) for label in labels]
        names.append((question.name,))
        found += [(name, _condition(respondents, name)) for name in names]
    return found


def _condition(respondents: Respondents, name: Named) -> Mask:
    if not name:
        return np.ones(respondents.size, dtype=bool)
    answers = respondents.answers(name[0])
    if answers is None:
        return np.zeros(respondents.size, dtype=bool)
    if len(name) == 1:
        return answers.in_base(None)
    nets = {net.label: net.codes for net in answers.question.nets}
    if name[1] in nets:
        return answers.gave(answers.question.positions(nets[name[1]]))
    return respondents.gave(name[0], name[1:])


@dataclass(frozen=True)
class Over:
    """Many filters at once, by their places (all where there are none), in some columns or all."""

    filters: tuple[int, ...] = ()
    columns: tuple[int, ...] | None = None

    @property
    def every(self) -> bool:
        """Whether it is all filters."""
        return not self.filters


class Recount:
    """One panel counted from one file, under any `Making`."""

    def __init__(self, panel: Panel, people: Respondents, filters: Filters, percent: str) -> None:
        self.panel, self.people, self.filters, self.percent = panel, people, filters, percent
        self._items = [people.gave(panel.question, line.answers) for line in panel.lines]
        banners = list(dict.fromkeys(column.banner for column in panel.columns))
        wholes = [self.answered(banner) for banner in banners]
        self.whole = [len(panel.columns) + banners.index(c.banner) for c in panel.columns]
        members = [self.members(column) for column in panel.columns]
        self.banner = np.column_stack([*members, *wholes]).astype(float)
        self._bases: dict[Named, Mask] = {}
        self.sums: dict[tuple[Any, ...], Array] = {}
        answers = people.answers(panel.question)
        scored = answers is not None and (answers.values is not None or answers.question.scored)
        self.scores = answers.scores() if answers is not None and scored else None

    def members(self, column: Column) -> Mask:
        """Return who is in a column."""
        if not column.banner:
            return np.ones(self.people.size, dtype=bool)
        gave = self.people.gave(column.banner, column.answers)
        valid = gave & self.answered(column.banner)
        return valid if valid.any() else gave

    def answered(self, banner: str) -> Mask:
        """Return who gave a valid answer to a banner question."""
        return self.people.base(banner, ()) if banner else np.ones(self.people.size, dtype=bool)

    def base(self, base: Named) -> Mask:
        """Return who is in a base of the panel's question."""
        if base not in self._bases:
            self._bases[base] = self.people.base(self.panel.question, base)
        return self._bases[base]

    def bases(self, wanted: Sequence[Named]) -> tuple[Named, ...]:
        """Return the bases that hold different people, the first of each kind."""
        different: dict[bytes, Named] = {}
        for base in wanted:
            if self.base(base).any():
                different.setdefault(np.packbits(self.base(base)).tobytes(), base)
        return tuple(different.values())

    def figures(self, making: Making, over: Over | None = None) -> Array:
        """Return the figures of all lines (L, C, F): under the making's filter, or over many."""
        lines = [
            self.line(line, making, self._items[i], over=over)
            for i, line in enumerate(self.panel.lines)
        ]
        return np.stack(lines)

    def line(
        self,
        line: Line,
        making: Making,
        item: Mask | None = None,
        *,
        column: Pair | None = None,
        over: Over | None = None,
    ) -> Array:
        """Return the figures of one line (C, F); of one other column (1, F) where it is given.

        The other column is who is in it, and who is in the whole of its banner.
        """
        if item is None:
            item = self.people.gave(self.panel.question, line.answers)
        counted = _Counted(self, making, column, over)
        with np.errstate(invalid="ignore", divide="ignore"):
            return counted.figures(line, item)

    def at(self, figures: Array) -> Array:
        """Return what stands in each printed cell (cells, F)."""
        return np.asarray(figures[self.panel.line, self.panel.column])


@dataclass(frozen=True, eq=False)
class _Counted:
    """Sums over respondents under one making."""

    recount: Recount
    making: Making
    column: Pair | None = None
    over: Over | None = None

    @property
    def _columns(self) -> tuple[list[int], list[int]]:
        """Where the columns stand among the sums, and where the whole of each."""
        if self.column is not None:
            return [0], [1]
        whole = self.recount.whole
        if self.over is None or self.over.columns is None:
            return list(range(len(whole))), list(whole)
        # The sums over some columns have these first, then the whole of each.
        chosen = len(self.over.columns)
        return list(range(chosen)), list(range(chosen, 2 * chosen))

    def figures(self, line: Line, item: Mask) -> Array:
        base = self.recount.base(self.making.base)
        here, whole = self._columns
        if line.statistic == "mean":
            return self._mean(here)
        if line.statistic in ("base", "weighted_base", "effective_base"):
            total = self.total(base, 0 if line.statistic == "base" else 1)[here]
            if line.statistic == "effective_base":
                return np.asarray(total**2 / self.total(base, 2)[here])
            return total
        inside = self.total(item & base, 0 if line.statistic == "count" else 1)
        if line.statistic in ("count", "weighted_count"):
            return inside[here]
        percent = self.making.percent or self.recount.percent
        below = inside if percent == "row" else self.total(base, 1)
        if percent == "column":
            return np.asarray(100 * inside[here] / below[here])
        return np.asarray(100 * inside[here] / below[whole])

    def _mean(self, here: list[int]) -> Array:
        scores = self.recount.scores
        if scores is None:
            return np.full((len(here), self._filter().shape[1]), np.nan)
        known = ~np.isnan(scores)
        top = self.total(known, 1, np.where(known, scores, 0.0))
        return np.asarray(top[here] / self.total(known, 1)[here])

    def _filter(self) -> Array:
        filters = self.recount.filters
        if self.over is not None:
            return filters.matrix if self.over.every else filters.matrix[:, list(self.over.filters)]
        where = filters.names.index(self.making.filter)
        return filters.matrix[:, where : where + 1]

    def _banner(self) -> Array:
        if self.column is not None:
            return np.column_stack(self.column).astype(float)
        banner = self.recount.banner
        if self.over is None or self.over.columns is None:
            return banner
        columns = list(self.over.columns)
        return banner[:, [*columns, *(self.recount.whole[c] for c in columns)]]

    def total(self, mask: Mask, power: int, values: Array | None = None) -> Array:
        """Return Σ over the masked in every column, then in the whole of every banner."""
        filtered = self.making.filter if self.over is None else ()
        weight = self.making.weight if power else f"base {self.making.weight}"
        key = (np.packbits(mask).tobytes(), power, weight, values is None, filtered, self.over)
        if self.column is not None:
            return self._total(mask, power, values)
        if key not in self.recount.sums:
            self.recount.sums[key] = self._total(mask, power, values)
        return self.recount.sums[key]

    def _total(self, mask: Mask, power: int, values: Array | None) -> Array:
        measure = self.recount.people.measure(self.making.weight, power)
        chosen, banner = self._filter(), self._banner()
        if measure is None:
            return np.full((banner.shape[1], chosen.shape[1]), np.nan)
        if values is not None:
            measure = measure * values
        rows = np.flatnonzero(mask & (measure != 0))
        return np.asarray((banner[rows] * measure[rows, None]).T @ chosen[rows])
