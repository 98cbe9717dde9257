"""The cells of a table or of a whole book: rows by columns, before they are arranged to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.estimates.proportions import proportion_variance
from welfarestats.estimates.question_rows import MEDIAN_LABEL
from welfarestats.estimates.rows_by_groups import RowRatios
from welfarestats.formulas.bases import design_effect
from welfarestats.formulas.intervals import proportion_interval, t_interval
from welfarestats.survey.passes import View
from welfarestats.survey.workers import side_by_side
from welfarestats.tables.bands import Decisions
from welfarestats.tables.blocks import BannerBlock, Plan, Stub, TableColumn
from welfarestats.tables.reliability import Precision

Array = NDArray[np.float64]
Words = NDArray[np.object_]
Mask = NDArray[np.bool_]
Chosen = slice | Mask

FRAME_COLUMNS = [
    "stub",
    "stub_category",
    "is_net",
    "statistic",
    "banner",
    "banner_category",
    "column_key",
    "estimate",
    "proportion",
    "standard_error",
    "ci_low",
    "ci_high",
    "count",
    "weighted_count",
    "base",
    "weighted_base",
    "effective_base",
    "design_effect",
    "letters",
    "state",
    "reason",
    "display",
    "origin",
]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows by columns. Each of ``values`` is (R, C) and named as in the frame of a table.

    ``printed`` are the letters that the style prints; ``asked`` and ``applicable`` say why a
    column is empty.
    """

    columns: tuple[TableColumn, ...]
    stub: Words
    labels: Words
    is_net: Mask
    mean: Mask
    values: Mapping[str, NDArray[Any]] = field(repr=False)

    def rows(self, chosen: Chosen) -> Sheet:
        """Return some of the rows."""
        return Sheet(
            self.columns,
            self.stub[chosen],
            self.labels[chosen],
            self.is_net[chosen],
            self.mean[chosen],
            {name: value[chosen] for name, value in self.values.items()},
        )

    def banner(self, name: str) -> list[int]:
        """Return the places of the columns of a banner question."""
        return [place for place, one in enumerate(self.columns) if one.banner == name]

    @property
    def banners(self) -> list[str]:
        """The banner questions in order, the total column first if there is one."""
        return list(dict.fromkeys(one.banner for one in self.columns))

    @property
    def stubs(self) -> list[str]:
        """The stub questions in order."""
        return list(dict.fromkeys(self.stub))

    @property
    def statistic(self) -> Words:
        """What each row is: a proportion, a mean or a median."""
        of_numbers = np.where(self.labels == MEDIAN_LABEL, "median", "mean")
        return np.where(self.mean, of_numbers, "proportion").astype(object)

    def with_values(self, **values: NDArray[Any]) -> Sheet:
        """Return the sheet with other values, or more of them."""
        return replace(self, values={**self.values, **values})

    def to_frame(self, origin: str) -> pd.DataFrame:
        """Return one row a cell, row by row."""
        rows, columns = len(self.stub), len(self.columns)

        down, along = np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
        found: dict[str, Any] = {
            "stub": _texts(*_numbered(self.stub), down),
            "stub_category": _texts(*_numbered(self.labels), down),
            "is_net": self.is_net[down],
            "statistic": _texts(*_numbered(self.statistic), down),
            "banner": _texts(*_numbered([one.banner for one in self.columns]), along),
            "banner_category": _texts(*_numbered([one.label for one in self.columns]), along),
            "column_key": _texts(*_numbered([one.key for one in self.columns]), along),
            "proportion": np.where(self.mean[:, None], np.nan, self.values["estimate"]).ravel(),
            "origin": _texts([origin], np.zeros(1, dtype=np.int64), np.zeros_like(down)),
        }
        for name in FRAME_COLUMNS:
            if name not in found:
                values = self.values[name].ravel()
                found[name] = pd.array(values, dtype="str") if values.dtype == object else values
        return pd.DataFrame({name: found[name] for name in FRAME_COLUMNS})


def _numbered(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return different texts, and the number of each of the texts among them."""
    which, different = pd.factorize(np.array(list(texts), dtype=object))
    return different.tolist(), which


def _texts(words: list[str], numbers: NDArray[np.int64], places: NDArray[np.int64]) -> Any:
    """Return a column of texts by the numbers at places; each text is made once."""
    import pyarrow as pa

    chosen = pa.array(words, pa.large_string()).take(pa.array(numbers[places]))
    return pd.array(chosen, dtype="str")


def sheet_of(blocks: Sequence[BannerBlock], stubs: Sequence[Stub], view: View, plan: Plan) -> Sheet:
    """Return the cells of all stubs by all banner questions side by side, undecided as yet."""
    mean = np.concatenate([stub.rows.mean for stub in stubs])
    parts = side_by_side(lambda block: _measured(block, stubs, view, plan), blocks)
    values = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    names = [np.full(stub.rows.size, stub.name, dtype=object) for stub in stubs]
    sheet = Sheet(
        tuple(column for block in blocks for column in block.columns),
        np.concatenate(names),
        np.array([label for stub in stubs for label in stub.rows.labels], dtype=object),
        np.concatenate([stub.rows.is_net for stub in stubs]),
        mean,
        values,
    )
    empty = np.full(values["estimate"].shape, "", dtype=object)
    return sheet.with_values(
        letters=empty, printed=empty, **_asked(blocks, stubs, view, sheet, plan)
    )


def _measured(
    block: BannerBlock, stubs: Sequence[Stub], view: View, plan: Plan
) -> dict[str, NDArray[Any]]:
    """Return estimates with their errors, limits and bases."""
    mean = np.concatenate([stub.rows.mean for stub in stubs])
    centre = np.concatenate([stub.rows.centre for stub in stubs])
    found = block.ratios
    variance = np.where(mean[:, None], np.maximum(found.variance, 0.0), proportion_variance(found))
    low, high = np.empty(variance.shape), np.empty(variance.shape)
    for here, limits in ((~mean, _share_limits), (mean, _mean_limits)):
        if here.all():
            low, high = limits(found, variance, view, plan)
        elif here.any():
            low[here], high[here] = limits(found.rows(here), variance[here], view, plan)
    low, high = low + centre[:, None], high + centre[:, None]
    if block.median_limits is not None:
        median = np.concatenate([stub.rows.median for stub in stubs])
        low[median], high[median] = (one[median] for one in block.median_limits)
    precision: dict[str, NDArray[Any]] = {}
    if plan.style.reliability is not None:
        precision["degrees_of_freedom"] = _freedom(found)
        precision["has_fpc"] = np.full(variance.shape, view.design.has_fpc)
    return precision | {
        "estimate": found.estimate + centre[:, None],
        "standard_error": np.sqrt(variance),
        "ci_low": low,
        "ci_high": high,
        "count": found.count.astype(int),
        "weighted_count": found.weighted_count,
        "base": found.base.astype(int),
        "weighted_base": found.weighted_base,
        "effective_base": found.effective_base,
        "design_effect": design_effect(variance, block.spread, found.base),
    }


def _freedom(found: RowRatios) -> Array:
    return np.where(found.degrees_of_freedom < 1, np.nan, found.degrees_of_freedom)


def _share_limits(found: RowRatios, variance: Array, view: View, plan: Plan) -> tuple[Array, Array]:
    df = _freedom(found)
    low, high, _ = proportion_interval(
        plan.interval,
        found.estimate,
        variance,
        level=plan.rules.level,
        base=found.base,
        effective_base=found.effective_base,
        degrees_of_freedom=df,
        has_fpc=view.design.has_fpc,
    )
    lone = np.isnan(df)
    return np.where(lone, np.nan, low), np.where(lone, np.nan, high)


def _mean_limits(found: RowRatios, variance: Array, _: View, plan: Plan) -> tuple[Array, Array]:
    return t_interval(
        found.estimate,
        np.sqrt(variance),
        level=plan.rules.level,
        degrees_of_freedom=_freedom(found),
    )


def _asked(
    blocks: Sequence[BannerBlock], stubs: Sequence[Stub], view: View, sheet: Sheet, plan: Plan
) -> dict[str, Mask]:
    """Return for each cell whether the stub was asked of its column, and had a meaning there."""
    asked, applicable = np.ones((2, *sheet.values["base"].shape), dtype=bool)
    counted = sheet.values["count"] > 0
    places = [(block, i) for block in blocks for i in range(len(block.columns))]
    ends = np.cumsum([stub.rows.size for stub in stubs])
    starts = np.append(0, ends[:-1])
    nobody = ~np.logical_or.reduceat(counted, starts, axis=0)
    for number in np.flatnonzero(nobody.any(axis=1)).tolist():
        stub, rows = stubs[number], slice(starts[number], ends[number])
        for column in np.flatnonzero(nobody[number]):
            block, at = places[column]
            here = block.members(at, view.tally.active)
            was, meant = _asked_of(stub, here, view, plan)
            asked[rows, column], applicable[rows, column] = was, meant
    return {"asked": asked, "applicable": applicable}


def _asked_of(stub: Stub, column: Mask, view: View, plan: Plan) -> tuple[bool, bool]:
    """Return whether the stub was asked of anybody in a column, and had a meaning there."""
    here = column if stub.within is None else column & stub.within
    answers = stub.rows.answers
    # A column that nobody is in has none recorded; it is not for want of asking.
    if not here.any() or (here & answers.in_base(plan.base_includes)).any():
        return True, True
    whole = view.sample.answers(stub.name)
    routed = ~_missing(whole, "not_asked")
    for other, wanted in (whole.question.asked_if or {}).items():
        routed &= view.sample.gave(other, wanted)
    return bool((routed & here).any()), bool((~_missing(whole, "not_applicable") & here).any())


def _missing(answers: Any, reason: str) -> Mask:
    """Return who has no answer for a reason."""
    question = answers.question
    where = [i for i, one in enumerate(question.categories) if one.missing == reason]
    if question.kind == "scale" or not where:
        return np.zeros(answers.in_base(None).size, dtype=bool)
    missing: Mask = answers.gave(where)
    return missing


def decided(sheet: Sheet, plan: Plan) -> tuple[Sheet, list[Decisions]]:
    """Return the sheet with the state, reason and display of each cell, and what was decided."""
    if not sheet.mean.any():
        decisions = _shares_decided(sheet, plan)
        return sheet.with_values(**{n: getattr(decisions, n) for n in _DECIDED}), [decisions]
    shape = sheet.values["estimate"].shape
    made, words = [], {name: np.full(shape, "", dtype=object) for name in _DECIDED}
    for here, decide in ((~sheet.mean, _shares_decided), (sheet.mean, _means_decided)):
        if here.any():
            decisions = decide(sheet.rows(here), plan)
            for name in _DECIDED:
                words[name][here] = getattr(decisions, name)
            made.append(decisions)
    return sheet.with_values(**words), made


_DECIDED = ("state", "reason", "display")


def _shares_decided(sheet: Sheet, plan: Plan) -> Decisions:
    v, precision = sheet.values, None
    if plan.style.reliability is not None:
        variance = v["standard_error"] ** 2
        precision = Precision(variance, v["base"], v["degrees_of_freedom"], v["has_fpc"])
    return plan.style.decide(
        v["estimate"],
        v["count"],
        v["base"],
        effective_base=v["effective_base"],
        precision=precision,
        asked=v["asked"],
        applicable=v["applicable"],
    )


def _means_decided(sheet: Sheet, plan: Plan) -> Decisions:
    v = sheet.values
    return plan.style.decide_means(
        v["estimate"],
        v["base"],
        effective_base=v["effective_base"],
        asked=v["asked"],
        applicable=v["applicable"],
    )
