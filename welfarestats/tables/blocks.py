"""One stub question by one banner question: its sums, its rows of the frame, its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError
from welfarestats.estimates.estimate import Ratios, ratios
from welfarestats.estimates.means import overall_mean, unit_variance
from welfarestats.estimates.pairs import (
    PairRules,
    PairTests,
    column_groups,
    compare_means,
    compare_proportions,
    shares_people,
)
from welfarestats.estimates.proportions import item_labels, proportion_variance
from welfarestats.formulas.bases import design_effect
from welfarestats.formulas.intervals import proportion_interval, t_interval
from welfarestats.survey.answers import Answers
from welfarestats.survey.cells import Cells, banner_side, score_side, stub_side, sum_cells
from welfarestats.survey.passes import View
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.letters import column_keys

PERCENTS = ("column", "row", "total")

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Columns = dict[str, NDArray[Any]]

# Positions in the pass: everyone with a stub answer, and everyone with a banner answer too.
_EVERYONE, _ANSWERED, _FIRST = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """How a table is to be made."""

    percent: str
    rules: PairRules
    adjust: str | None
    versus: str
    family: str
    style: HouseStyle
    base_includes: tuple[str, ...] | None
    interval: str
    synthetic_inference: bool
    total: bool
    title: str | None


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its heading, its key, where its sums stand, and what 100 % is."""

    banner: str
    label: str
    key: str
    position: int
    whole: int


@dataclass(frozen=True, eq=False)
class Block:
    """What a test of independence needs of one stub question by one banner question.

    There are no ``cells`` of a stub that is a scale.
    """

    stub: str
    banner: str
    cells: Cells | None = field(repr=False)
    stub_size: int
    banner_size: int
    single: bool
    blank: bool


@dataclass(frozen=True, eq=False)
class StubByBanner:
    """The sums of one stub question by one banner question, or by nothing."""

    view: View
    stub: str
    banner: str
    answers: Answers
    groups: Answers | None
    plan: Plan
    columns: tuple[TableColumn, ...]
    cells: Cells | None
    scores: Cells | None
    centre: float

    @classmethod
    def summed(
        cls, view: View, stub: str, banner: str | None, plan: Plan, *, with_total: bool
    ) -> StubByBanner:
        """Sum over respondents, in one pass for proportions and one for a mean."""
        answers = view.sample.answers(stub)
        groups = None if banner is None else view.sample.answers(banner)
        if groups is not None and groups.values is not None:
            raise CodebookError(
                f"banner question {banner!r} is a scale, which has no columns. Group it first."
            )
        pairs = plan.percent == "column" and shares_people(plan.versus)
        side = banner_side(groups, view.size, pairs=pairs)
        cells = scores = None
        centre = 0.0
        if answers.values is None:
            items = stub_side(answers, plan.base_includes)
            cells = sum_cells(items, side, view.tally, view.design, view.df_rule)
            if not cells.count[0, _EVERYONE]:
                raise DataError(f"nobody has an answer to {stub!r} that counts in the base.")
        if answers.values is not None or answers.question.scored:
            numbers = answers.scores()
            centre = overall_mean(numbers, view.tally)
            items = score_side(numbers, centre)
            scores = sum_cells(items, side, view.tally, view.design, view.df_rule)
        columns = _columns(groups, banner, total=(plan.total and with_total) or groups is None)
        return cls(
            view, stub, banner or "Total", answers, groups, plan, columns, cells, scores, centre
        )

    def frame(self, number: int) -> pd.DataFrame:
        """Return one row a cell, with the order of rows, blocks and columns in ``_`` columns."""
        parts = []
        if self.cells is not None:
            parts.append(self._proportions(self.cells))
        if self.scores is not None:
            parts.append(self._means(self.scores))
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        asked, applicable = self._asked()
        column = whole["_column"]
        whole |= {"_asked": asked[column], "_applicable": applicable[column]}
        # The total column stands first whatever block it was summed in.
        whole["_block"] = np.where(whole["banner"] == "Total", -1, number)
        return pd.DataFrame({"stub": self.stub, **whole})

    def tests(self) -> list[tuple[str | None, PairTests]]:
        """Return the tests of all pairs of columns, row by row."""
        if self.groups is None:
            return []
        groups = column_groups(self.groups, self.plan.versus, nets=True)
        found: list[tuple[str | None, PairTests]] = []
        if self.cells is not None:
            labels = item_labels(self.answers, self.plan.base_includes)
            has_fpc = self.view.design.has_fpc
            tests = compare_proportions(self.cells, groups, self.plan.rules, has_fpc=has_fpc)
            found += zip(labels, tests, strict=True)
        if self.scores is not None:
            found.append((None, compare_means(self.scores, groups, self.plan.rules, self.centre)))
        return found

    def blocks(self) -> list[Block]:
        """Return what a test of independence needs, if there is a banner."""
        if self.groups is None:
            return []
        stub_size = len(self.answers.question.counted(self.plan.base_includes))
        single = self.answers.codes is not None and self.groups.codes is not None
        banner_size = len(self.groups.question.counted())
        blank = not self.plan.synthetic_inference
        return [Block(self.stub, self.banner, self.cells, stub_size, banner_size, single, blank)]

    def _asked(self) -> tuple[Mask, Mask]:
        """Return for each column whether the stub was asked of it, and had a meaning there."""
        asked, applicable = np.ones((2, len(self.columns)), dtype=bool)
        sums = self.cells if self.cells is not None else self.scores
        assert sums is not None
        empty = [i for i, c in enumerate(self.columns) if not sums.count[0, c.position]]
        if not empty:
            return asked, applicable
        routed = np.ones(self.view.size, dtype=bool)
        for other, wanted in (self.answers.question.asked_if or {}).items():
            routed &= self.view.sample.gave(other, wanted)
        routed &= ~self._missing("not_asked")
        meant = ~self._missing("not_applicable")
        for i in empty:
            here = self._members(self.columns[i].position - _FIRST)
            # A column that nobody is in has none recorded; it is not for want of asking.
            if here.any():
                asked[i] = (routed & here).any()
                applicable[i] = (meant & here).any()
        return asked, applicable

    def _missing(self, reason: str) -> Mask:
        question = self.answers.question
        where = [i for i, one in enumerate(question.categories) if one.missing == reason]
        nobody = np.zeros(self.view.size, dtype=bool)
        return self.answers.gave(where) if where and question.kind != "scale" else nobody

    def _members(self, column: int) -> Mask:
        active: Mask = self.view.tally.active
        if self.groups is None or column < 0:
            return active
        question = self.groups.question
        counted = question.counted()
        if column < len(counted):
            return active & self.groups.gave([counted[column]])
        net = question.nets[column - len(counted)]
        return active & self.groups.gave(question.positions(net.codes))

    def _proportions(self, cells: Cells) -> Columns:
        labels = item_labels(self.answers, self.plan.base_includes)
        counted = len(labels) - len(self.answers.question.nets)
        item = np.repeat(np.arange(1, len(labels) + 1), len(self.columns))
        position = np.tile([c.position for c in self.columns], len(labels))
        whole = np.tile([c.whole for c in self.columns], len(labels))
        numerator = cells.flat(item, position)
        denominator = {
            "column": cells.flat(0, position),
            "row": cells.flat(item, whole),
            "total": cells.flat(0, whole),
        }[self.plan.percent]
        found = ratios(cells, numerator, denominator)
        variance = proportion_variance(found)
        low, high = self._limits(found, variance)
        spread = found.estimate * (1 - found.estimate)
        return {
            **self._headings(labels, np.arange(len(labels)) >= counted, "proportion"),
            "estimate": found.estimate,
            "proportion": found.estimate,
            "standard_error": np.sqrt(variance),
            "ci_low": low,
            "ci_high": high,
            "count": cells.count.ravel()[numerator].astype(int),
            "weighted_count": cells.weighted.ravel()[numerator],
            "design_effect": design_effect(variance, spread, found.base),
            **_bases(found),
        }

    def _limits(self, found: Ratios, variance: Array) -> tuple[Array, Array]:
        lone = found.degrees_of_freedom < 1
        low, high, _ = proportion_interval(
            self.plan.interval,
            found.estimate,
            variance,
            level=self.plan.rules.level,
            base=found.base,
            effective_base=found.effective_base,
            degrees_of_freedom=np.where(lone, np.nan, found.degrees_of_freedom),
            has_fpc=self.view.design.has_fpc,
        )
        return np.where(lone, np.nan, low), np.where(lone, np.nan, high)

    def _means(self, cells: Cells) -> Columns:
        position = np.array([c.position for c in self.columns])
        found = ratios(cells, cells.flat(1, position), cells.flat(0, position))
        variance = np.maximum(found.variance, 0.0)
        lone = found.degrees_of_freedom < 1
        df = np.where(lone, np.nan, found.degrees_of_freedom)
        value, error = self.centre + found.estimate, np.sqrt(variance)
        low, high = t_interval(value, error, level=self.plan.rules.level, degrees_of_freedom=df)
        unit = unit_variance(cells, position)
        return {
            **self._headings(["Mean"], np.array([False]), "mean"),
            "_row": np.full(position.size, 1 << 20),  # below every category and net
            "estimate": value,
            "proportion": np.full(position.size, np.nan),
            "standard_error": error,
            "ci_low": low,
            "ci_high": high,
            "count": found.base.astype(int),
            "weighted_count": found.weighted_base,
            "design_effect": design_effect(variance, unit, found.base),
            **_bases(found),
        }

    def _headings(
        self, labels: Sequence[str], is_net: NDArray[np.bool_], statistic: str
    ) -> Columns:
        width, height = len(self.columns), len(labels)

        def along(texts: Sequence[str]) -> NDArray[np.object_]:
            return np.tile(np.array(texts, dtype=object), height)

        return {
            "stub_category": np.repeat(np.array(labels, dtype=object), width),
            "is_net": np.repeat(is_net, width),
            "statistic": np.full(width * height, statistic, dtype=object),
            "banner": along([c.banner for c in self.columns]),
            "banner_category": along([c.label for c in self.columns]),
            "column_key": along([c.key for c in self.columns]),
            "_row": np.repeat(np.arange(height), width),
            "_column": np.tile(np.arange(width), height),
        }


def _columns(groups: Answers | None, banner: str | None, *, total: bool) -> tuple[TableColumn, ...]:
    columns = [TableColumn("Total", "Total", "", _EVERYONE, _EVERYONE)] if total else []
    if groups is None or banner is None:
        return tuple(columns)
    labels = item_labels(groups, None)
    keys = column_keys(len(labels))
    columns += [
        TableColumn(banner, label, key, _FIRST + i, _ANSWERED)
        for i, (label, key) in enumerate(zip(labels, keys, strict=True))
    ]
    return tuple(columns)


def _bases(found: Ratios) -> Columns:
    return {
        "base": found.base.astype(int),
        "weighted_base": found.weighted_base,
        "effective_base": found.effective_base,
    }
