"""All stub rows by one banner question: its columns, their ratios, and the tests of its pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import CodebookError
from welfarestats.estimates.association_sums import Association, Residuals
from welfarestats.estimates.groups import ColumnGroups, column_groups, shares_people
from welfarestats.estimates.pairs import PairRules, PairTests, tested_pairs
from welfarestats.estimates.proportions import item_labels
from welfarestats.estimates.question_medians import untested, with_medians
from welfarestats.estimates.question_rows import StubRows, SummedRows, summed_rows
from welfarestats.estimates.rows_by_groups import RowRatios
from welfarestats.survey.answers import Answers, Mask
from welfarestats.survey.passes import View
from welfarestats.survey.sides import Side, banner_side
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.letters import column_keys

PERCENTS = ("column", "row", "total")

Array = NDArray[np.float64]

# The first columns of a banner's side: everyone, and everyone with an answer to it.
_EVERYONE, _ANSWERED, _FIRST = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """How tables are to be made."""

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
    medians: bool = False


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: the banner question, its heading and its key."""

    banner: str
    label: str
    key: str


@dataclass(frozen=True)
class Stub:
    """One stub question of one table, and who is in it if the table has a filter."""

    table: str
    name: str
    rows: StubRows
    within: Mask | None = None


@dataclass(frozen=True, eq=False)
class BannerBlock:
    """The rows of all stubs by one banner question, or by nothing: (rows, columns) arrays."""

    name: str
    groups: Answers | None
    columns: tuple[TableColumn, ...]
    ratios: RowRatios
    spread: Array
    tests: PairTests | None
    associations: dict[int, Association] = field(repr=False)
    median_limits: tuple[Array, Array] | None = field(default=None, repr=False)

    @property
    def single(self) -> bool:
        """Whether everybody is in one column at most."""
        return self.groups is not None and self.groups.codes is not None

    def members(self, column: int, active: Mask) -> Mask:
        """Return who is in a column."""
        at = column - (self.columns[0].banner == "Total")
        if self.groups is None or at < 0:
            return active
        question = self.groups.question
        counted = question.counted()
        if at < len(counted):
            return active & self.groups.gave([counted[at]])
        net = question.nets[at - len(counted)]
        return active & self.groups.gave(question.positions(net.codes))


@dataclass(frozen=True, eq=False)
class Block:
    """What a test of independence needs of one stub question by one banner question.

    There is no ``association`` where one of the two is a scale or a multiple response.
    """

    stub: str
    banner: str
    association: Association | None
    blank: bool
    residuals: Residuals | None = None


def banner_block(
    stubs: Sequence[Stub], name: str, groups: Answers | None, view: View, plan: Plan, *, total: bool
) -> BannerBlock:
    """Return all rows of the stubs by one banner question, in one pass over its columns."""
    rows = [stub.rows for stub in stubs]
    if groups is None:
        everyone = np.eye(2)[:1]
        side = banner_side(None, view.size)
        found = summed_rows(rows, side, view, everyone, of_row=plan.percent == "row")
        found, limits = _with_medians(found, rows, side, everyone, view, plan)
        columns = (TableColumn("Total", "Total", ""),)
        return BannerBlock(
            "Total", None, columns, found.ratios, found.spread, None, found.associations, limits
        )
    if groups.values is not None:
        raise CodebookError(
            f"banner question {name!r} is a scale, which has no columns. Group it first."
        )
    labels = item_labels(groups, None)
    compared = column_groups(groups, plan.versus, nets=True)
    found, limits = _summed(rows, groups, compared, view, plan, total=total)
    tests = None
    if found.pairs is not None:
        tests = tested_pairs(
            found.ratios.groups(slice(int(total), None)),
            found.pairs,
            compared,
            plan.rules,
            mean=np.concatenate([one.mean for one in rows]),
            centre=np.concatenate([one.centre for one in rows]),
            has_fpc=view.design.has_fpc,
        )
        if plan.medians:
            median = np.concatenate([one.median for one in rows])
            tests = replace(tests, result=untested(tests.result, median))
    shown = slice(0, int(total) + len(labels))
    headings = [TableColumn("Total", "Total", "")] if total else []
    keys = column_keys(len(labels))
    headings += [TableColumn(name, label, key) for label, key in zip(labels, keys, strict=True)]
    return BannerBlock(
        name,
        groups,
        tuple(headings),
        found.ratios.groups(shown),
        found.spread[:, shown],
        tests,
        found.associations,
        limits and (limits[0][:, shown], limits[1][:, shown]),
    )


def _summed(
    rows: Sequence[StubRows],
    groups: Answers,
    compared: ColumnGroups,
    view: View,
    plan: Plan,
    *,
    total: bool,
) -> tuple[SummedRows, tuple[Array, Array] | None]:
    """Return the sums of the total column, if there is one, and of all groups to be compared."""
    tested = plan.percent == "column"
    side = banner_side(groups, view.size, pairs=tested and shares_people(plan.versus))
    eye = np.eye(len(side.combine))
    columns = np.vstack([eye[[_EVERYONE] * total], compared.vectors])
    wholes = columns
    if not tested:
        answered = np.repeat(eye[[_ANSWERED]], len(compared.vectors), axis=0)
        wholes = np.vstack([eye[[_EVERYONE] * total], answered])
    found = summed_rows(
        rows,
        side,
        view,
        columns,
        wholes=wholes,
        of_row=plan.percent == "row",
        groups=compared if tested else None,
        at=int(total),
        associated=True,
    )
    return _with_medians(found, rows, side, columns, view, plan)


def _with_medians(
    found: SummedRows,
    rows: Sequence[StubRows],
    side: Side,
    columns: Array,
    view: View,
    plan: Plan,
) -> tuple[SummedRows, tuple[Array, Array] | None]:
    """Return the rows with medians and their limits, where the plan asks for them."""
    if not plan.medians:
        return found, None
    level = plan.rules.level
    return with_medians(found, rows, side, columns, view, interval=plan.interval, level=level)
