"""The one pass: sums of weights per stratum, PSU and cell, on any engine.

A table's cells are the products of stub items (a base, categories, nets, a score) and banner
columns (everyone, everyone with an answer, categories, nets). Most of them are sums of others:
only the *elementary* cells are summed over respondents, and every base, proportion, covariance
and degree of freedom follows from the small array of these sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.linearization import stage_covariance
from welfarestats.survey.answers import Answers
from welfarestats.survey.design import Design, Stage

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Above this many entries the sums per unit are kept sparse.
_LARGEST_DENSE = 30_000_000
# Terms of a variance that cancel to less than this share of their size have cancelled.
_DUST = 1e-13


@dataclass(frozen=True)
class Side:
    """One side of a table: who belongs to which elementary item, and what the items add up to.

    ``item`` is the elementary item of each row (−1 for none) when everyone belongs to at most
    one; otherwise ``row`` and ``item`` list the memberships in order of rows, with ``value``
    where an item carries a number. ``combine`` (items, elementary) adds elementary items up.
    """

    item: NDArray[Any]
    width: int
    combine: Array
    row: Integers | None = None
    value: Array | None = None


@dataclass(frozen=True)
class Cells:
    """Sums over respondents for items by columns, with the covariance of the weighted sums.

    ``count``, ``weighted`` and ``square`` are (items, columns): respondents, Σw and Σw².
    """

    count: Array
    weighted: Array
    square: Array
    elementary_covariance: Array = field(repr=False)
    combine: Array = field(repr=False)
    presence: Array = field(repr=False)
    stratum_of_unit: Integers | None = field(repr=False)
    full_degrees_of_freedom: float = np.nan
    df_rule: str = "domain"

    def covariance(self, forms: Array) -> Array:
        """Return the covariance of linear forms (R, items × columns) of the weighted sums."""
        elementary = forms @ self.combine
        covariance = np.asarray(elementary @ self.elementary_covariance @ elementary.T)
        # What is left where the terms cancel (a domain in one PSU) is rounding, not variance.
        size = np.abs(elementary)
        covariance[
            np.abs(covariance) <= _DUST * (size @ np.abs(self.elementary_covariance) @ size.T)
        ] = 0
        return covariance

    @cached_property
    def _present(self) -> Mask:
        return np.asarray(self.presence @ (self.combine != 0).T.astype(float)) > 0

    def degrees_of_freedom(self, cells: Sequence[int] | Integers, base: float) -> float:
        """Return PSUs − strata that hold at least one of the cells (flat positions).

        ``base`` is the respondents they hold together, who are the PSUs where nobody was sampled
        in groups. Under ``df_rule="design"`` it is PSUs − strata of the whole design.
        """
        if self.df_rule == "design":
            return self.full_degrees_of_freedom
        here = self._present[:, np.asarray(cells)].any(axis=1)
        if self.stratum_of_unit is None:
            return float(base - here.sum())
        return float(here.sum() - np.unique(self.stratum_of_unit[here]).size)

    def flat(self, item: Any, column: Any) -> Any:
        """Return the flat position of a cell in linear forms."""
        return item * self.count.shape[1] + column


@dataclass(frozen=True)
class Tally:
    """What a pass needs of each row: respondents, Σw, Σw², and whether it is in the domain."""

    count: Array
    weight: Array
    square: Array
    active: Mask


def sum_cells(
    stub: Side, banner: Side, tally: Tally, design: Design, df_rule: str = "domain"
) -> Cells:
    """Return the sums over rows of every cell of stub by banner, in one pass."""
    row, cell, value = _members(stub, banner, tally.active)
    size = stub.width * banner.width
    combine = np.asarray(np.kron(stub.combine, banner.combine), dtype=float)
    shape = (stub.combine.shape[0], banner.combine.shape[0])
    weight = tally.weight[row] if value is None else tally.weight[row] * value

    def total(weights: Array) -> Array:
        sums = np.bincount(cell, weights=weights, minlength=size)
        return np.asarray(combine @ sums, dtype=float).reshape(shape)

    covariance = np.zeros((size, size))
    presence = np.zeros((0, size))
    for number, stage in enumerate(design.stages):
        sums = _unit_sums(stage, row, cell, weight, size)
        roots = None
        if stage.unit is None and tally.count.max(initial=1) > 1:
            root = np.sqrt(tally.square[row])
            roots = _unit_sums(stage, row, cell, root if value is None else root * value, size)
        if number == 0:
            presence = _presence(stage, sums)
        covariance += stage.inflation * stage_covariance(
            sums, stage.stratum, stage.size, stage.coefficient, stage.uncentred, roots
        )
    return Cells(
        count=total(tally.count[row]),
        weighted=total(weight),
        square=total(tally.square[row]),
        elementary_covariance=covariance,
        combine=combine,
        presence=presence,
        stratum_of_unit=None if design.first.unit is None else design.first.stratum,
        full_degrees_of_freedom=(
            _full_degrees_of_freedom(design.first, tally) if df_rule == "design" else np.nan
        ),
        df_rule=df_rule,
    )


def _full_degrees_of_freedom(first: Stage, tally: Tally) -> float:
    """Return PSUs − strata of the design, of those with a respondent of positive weight."""
    positive = tally.weight > 0
    if first.unit is None:
        strata = np.unique(first.stratum[positive]).size
        return float(tally.count[positive].sum() - strata)
    units = np.unique(first.unit[positive])
    return float(units.size - np.unique(first.stratum[units]).size)


def _unit_sums(stage: Stage, row: Integers, cell: Integers, weight: Array, size: int) -> Any:
    if stage.unit is not None and stage.stratum.size * size <= _LARGEST_DENSE:
        key = stage.unit[row] * size + cell
        sums = np.bincount(key, weights=weight, minlength=stage.stratum.size * size)
        return sums.reshape(stage.stratum.size, size)
    from scipy import sparse

    unit = row if stage.unit is None else stage.unit[row]
    return sparse.csr_array((weight, (unit, cell)), shape=(stage.stratum.size, size))


def _presence(stage: Stage, sums: Any) -> Array:
    """Return (PSUs, elementary cells), or (strata, cells) where respondents are the PSUs."""
    if isinstance(sums, np.ndarray):
        return (sums > 0).astype(float)
    from scipy import sparse

    if stage.unit is not None:
        return np.asarray((sums > 0).astype(float).toarray())
    rows = np.arange(stage.stratum.size)
    member = sparse.csr_array(
        (np.ones(rows.size), (stage.stratum, rows)), shape=(stage.size.size, rows.size)
    )
    return np.asarray(((member @ sums).toarray() > 0).astype(float))


def _members(stub: Side, banner: Side, active: Mask) -> tuple[Integers, Integers, Array | None]:
    """Return row, elementary cell and value of each membership of both sides."""
    if stub.row is None and banner.row is None:
        row = np.flatnonzero(active & (stub.item >= 0) & (banner.item >= 0))
        return row, stub.item[row].astype(np.int64) * banner.width + banner.item[row], None
    stub_row, stub_item, value = _listed(stub, active)
    banner_row, banner_item, _ = _listed(banner, active)
    starts = np.searchsorted(banner_row, stub_row, side="left")
    many = np.searchsorted(banner_row, stub_row, side="right") - starts
    left = np.repeat(np.arange(stub_row.size), many)
    step = np.arange(left.size) - np.repeat(np.cumsum(many) - many, many)
    right = starts[left] + step
    cell = stub_item[left] * banner.width + banner_item[right]
    return stub_row[left], cell, None if value is None else value[left]


def _listed(side: Side, active: Mask) -> tuple[Integers, Integers, Array | None]:
    if side.row is None:
        row = np.flatnonzero(active & (side.item >= 0))
        return row, side.item[row].astype(np.int64), None
    kept = active[side.row]
    value = None if side.value is None else side.value[kept]
    return side.row[kept], side.item[kept].astype(np.int64), value


def stub_side(answers: Answers, base_includes: Sequence[str] | None = None) -> Side:
    """Return the stub of a single or multiple question: base, counted categories, nets."""
    counted = answers.question.counted(base_includes)
    nets = [answers.question.positions(net.codes) for net in answers.question.nets]
    if answers.codes is not None:
        position = np.full(len(answers.question.categories) + 1, -1, dtype=np.int32)
        position[list(counted)] = np.arange(len(counted))
        rows = [np.ones(len(counted)), *np.eye(len(counted))]
        rows += [np.isin(counted, net).astype(float) for net in nets]
        return Side(position[answers.codes], max(len(counted), 1), np.vstack(_widen(rows)))
    valid = answers.in_base(base_includes)
    masks = [valid, *(answers.mentioned[i] & valid for i in counted)]
    masks += [answers.gave(net) & valid for net in nets]
    return _mask_side(masks)


def score_side(scores: Array, centre: float) -> Side:
    """Return base, sum and sum of squares of the scores less ``centre``; NaN is in no base."""
    row = np.repeat(np.flatnonzero(~np.isnan(scores)), 3)
    item = np.tile(np.array([0, 1, 2]), row.size // 3)
    value = (scores[row] - centre) ** item
    return Side(item, 3, np.eye(3), row=row, value=value)


def crossed_side(answers: Sequence[Answers], size: int) -> Side:
    """Return the columns of several single questions crossed: everyone, the answered, each cell."""
    item, width = np.zeros(size, dtype=np.int64), 1
    known = np.ones(size, dtype=bool)
    for one in answers:
        assert one.codes is not None
        counted = one.question.counted()
        position = np.zeros(len(one.question.categories) + 1, dtype=np.int64)
        position[list(counted)] = np.arange(len(counted))
        item = item * len(counted) + position[one.codes]
        width *= len(counted)
        known &= one.in_base(None)
    rows = [np.ones(width + 1), np.append(np.ones(width), 0.0), *np.eye(width, width + 1)]
    return Side(np.where(known, item, width), width + 1, np.vstack(rows))


def banner_side(
    answers: Answers | None,
    size: int,
    base_includes: Sequence[str] | None = None,
    *,
    pairs: bool = False,
) -> Side:
    """Return the columns of a banner question: everyone, the answered, categories, nets.

    Without a question there is the one column, everyone, twice. With ``pairs`` the columns of a
    multiple response are followed by those in two columns at once, in order.
    """
    if answers is None:
        return Side(np.zeros(size, dtype=np.int32), 1, np.ones((2, 1)))
    counted = answers.question.counted(base_includes)
    nets = [answers.question.positions(net.codes) for net in answers.question.nets]
    if answers.codes is not None:
        outside = len(counted)
        position = np.full(len(answers.question.categories) + 1, outside, dtype=np.int32)
        position[list(counted)] = np.arange(outside)
        rows = [np.ones(outside + 1), np.append(np.ones(outside), 0.0)]
        rows += list(np.eye(outside, outside + 1))
        rows += [np.append(np.isin(counted, net), 0.0).astype(float) for net in nets]
        return Side(position[answers.codes], outside + 1, np.vstack(rows))
    valid = answers.in_base(base_includes)
    columns = [answers.mentioned[i] & valid for i in counted]
    columns += [answers.gave(net) & valid for net in nets]
    masks = [np.ones(size, dtype=bool), valid, *columns]
    if pairs:
        masks += [a & b for i, a in enumerate(columns) for b in columns[i + 1 :]]
    return _mask_side(masks)


def _mask_side(masks: Sequence[Mask]) -> Side:
    # Lists of rows are merged in order of rows, as the join of two sides needs them.
    row, item = np.nonzero(np.column_stack(masks))
    return Side(item, len(masks), np.eye(len(masks)), row=row)


def _widen(rows: Sequence[Array]) -> list[Array]:
    return [row if row.size else np.zeros(1) for row in rows]
