"""The pairs of columns of tables: p-values adjusted in their families, and one row a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.estimates.comparisons import (
    COLUMNS,
    EQUIVALENCE,
    check_margin,
    equivalence_columns,
    indicative_only,
    no_pairs,
    pair_frame,
    without_inference,
)
from welfarestats.estimates.pairs import PairTests
from welfarestats.formulas.significance import adjust_p_values
from welfarestats.survey.answers import Mask
from welfarestats.tables.blocks import BannerBlock, Plan
from welfarestats.tables.sheet import Sheet

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tested:
    """The pairs of one banner question, with adjusted p-values, (rows, pairs)."""

    banner: str
    tests: PairTests
    p_adjusted: Array
    significant: Mask

    @property
    def disagreeing(self) -> Mask:
        """Which tested pairs have limits on one side of zero and no significance, or reverse."""
        low, high = self.tests.limits
        return np.asarray(self.tests.result.tested & (((low > 0) | (high < 0)) != self.significant))

    def rows(self, chosen: slice) -> Tested:
        """Return some of the rows."""
        return Tested(
            self.banner,
            self.tests.rows(chosen),
            self.p_adjusted[chosen],
            self.significant[chosen],
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """What a reader sees of a table: its cells, (rows, columns), and whether bases are exact."""

    cells: Mask
    exact_bases: bool


@dataclass(frozen=True, eq=False)
class SeenPairs:
    """The pairs of one banner question that a page may tell of.

    ``seen`` (rows, pairs) are those with both figures on the page, ``disagreeing`` how many of
    them have limits that say otherwise than their test.
    """

    tested: Tested
    seen: Mask
    disagreeing: int
    exact_bases: bool


def seen_pairs(tested: Tested, sheet: Sheet, disagreeing: Mask, seen: Seen | None) -> SeenPairs:
    """Return the pairs of which a reader sees both figures; all without ``seen``.

    What is compared with the rest of a column, which no cell shows, is seen with its total.
    """
    if seen is None:
        every = np.ones(tested.significant.shape, dtype=bool)
        return SeenPairs(tested, every, int(disagreeing.sum()), exact_bases=True)
    groups = tested.tests.groups
    own = seen.cells[:, sheet.banner(tested.banner)]
    total = sheet.banner("Total")
    whole = seen.cells[:, total] if total else np.zeros((len(own), 1), dtype=bool)
    others = np.repeat(whole, len(groups.labels) - own.shape[1], axis=1)
    figures = np.concatenate([own, others], axis=1)
    both = np.asarray(figures[:, groups.first] & figures[:, groups.second])
    return SeenPairs(tested, both, int((disagreeing & both).sum()), seen.exact_bases)


def tested_of(blocks: Sequence[BannerBlock], tables: Sequence[slice], plan: Plan) -> list[Tested]:
    """Return the pairs of every banner question with p-values adjusted in their families."""
    made = [(block.name, block.tests) for block in blocks if block.tests is not None]
    if not made:
        return []
    values = [tests.result.p_value for _, tests in made]
    if plan.adjust is not None:
        values = _adjusted(values, tables, plan)
    found = []
    for (name, tests), p in zip(made, values, strict=True):
        with np.errstate(invalid="ignore"):
            found.append(Tested(name, tests, p, p < 1 - plan.rules.level))
    return found


def _adjusted(values: Sequence[Array], tables: Sequence[slice], plan: Plan) -> list[Array]:
    size = len(values[0])
    family = np.zeros(size, dtype=np.int64)
    if plan.family == "table":
        for number, own in enumerate(tables):
            family[own] = number
    if plan.family == "category":
        family = np.arange(size)
        return [
            adjust_p_values(p, np.broadcast_to(family[:, None], p.shape), plan.adjust)
            for p in values
        ]
    together = np.concatenate(values, axis=1)
    labels = np.broadcast_to(family[:, None], together.shape)
    every = adjust_p_values(together, labels, plan.adjust)
    ends = np.cumsum([p.shape[1] for p in values])[:-1]
    return list(np.split(every, ends, axis=1))


def pairs_of(
    sheet: Sheet,
    tested: Sequence[Tested],
    margin: float | None,
    *,
    level: float,
    blank: bool,
    indicative: bool,
) -> pd.DataFrame:
    """Return every pair of columns of a table as `compare` does, stub by stub.

    A margin is of percentages, so that means have no limits at 2 · level − 1.
    """
    check_margin(margin, level)
    frames = []
    for stub in sheet.stubs:
        rows = np.flatnonzero(sheet.stub == stub)
        here = slice(int(rows[0]), int(rows[-1]) + 1)
        labels = [
            None if statistic == "mean" else label
            for label, statistic in zip(sheet.labels[here], sheet.statistic[here], strict=True)
        ]
        for one in tested:
            own = one.rows(here)
            frame = pair_frame(own.tests, [stub] * len(labels), labels, own.banner)
            frame["p_adjusted"] = own.p_adjusted.ravel()
            frame["significant"] = own.significant.ravel()
            if margin is not None:
                frame = frame.assign(**equivalence_columns(own.tests, margin))
            frames.append(frame)
    pairs = pd.concat(frames, ignore_index=True) if frames else no_pairs()
    columns = COLUMNS if margin is None else COLUMNS + EQUIVALENCE
    if margin is not None:
        pairs = pairs.reindex(columns=columns)
        means = pairs["category"].isna()
        pairs.loc[means, EQUIVALENCE[:2]] = np.nan
        pairs["equivalent"] = pairs["equivalent"].astype(bool) & ~means
    if blank:
        pairs = without_inference(pairs)
    elif indicative:
        pairs = indicative_only(pairs)
    return pairs[columns]
