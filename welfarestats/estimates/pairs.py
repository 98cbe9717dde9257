"""Pairs of columns: what a test makes of them, row by row of a table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import OptionError, PrecisionWarning
from welfarestats.estimates.groups import ColumnGroups
from welfarestats.estimates.means import refuse_unknown_weights
from welfarestats.estimates.pair_facts import (
    EXACT,
    detectable_differences,
    exactly,
    method_reasons,
)
from welfarestats.estimates.rows_by_groups import PairBases, RowRatios
from welfarestats.formulas.distributions import two_sided_p_value
from welfarestats.formulas.intervals import newcombe_interval, proportion_interval, t_interval
from welfarestats.formulas.significance import (
    TestResult,
    auto_test,
    design_test,
    design_wald_test,
    difference_degrees_of_freedom,
    effective_base_test,
    exact_test,
    quantum_test,
    spss_ctables_test,
)
from welfarestats.survey.passes import View
from welfarestats.survey.survey import Survey

Array = NDArray[np.float64]
Chosen = NDArray[np.int64] | NDArray[np.bool_] | slice

TESTS = (
    "design",
    "design-wald",
    "effective-base",
    "quantum",
    "spss-ctables",
    "exact",
    "mid-p",
    "auto",
)
ON_WEIGHTED_BASES = ("spss-ctables",)
# Column tests of other programs, which know rows in both columns but not people in both waves.
CONVENTIONS = ("spss-ctables", "effective-base", "quantum")
SMALL_DIFFERENCE_BASE = 100
NOBODY = "nobody is in one of the groups"
_NO_VARIANCE = "no variance or no degrees of freedom"


@dataclass(frozen=True)
class PairRules:
    """How pairs are tested, and which are too small to be.

    ``people_are_units`` of waves whose first-stage units are the people themselves.
    """

    test: str = "design"
    level: float = 0.95
    smallest_effective_base: float = 30
    smallest_expected: float = 5
    exact_allowed: bool = False
    people_are_units: bool = False

    def suited(self, survey: Survey, view: View, *, calls: int = 2) -> PairRules:
        """Return the rules for a survey; an `OptionError` when it cannot carry the test.

        A warning points at the user's line, so many ``calls`` away.
        """
        weighted = survey.facts.weighted
        if self.test in ON_WEIGHTED_BASES and weighted:
            refuse_unknown_weights(survey, f"the test {self.test!r} takes the weighted base")
            if survey.facts.weights_represent == "population":
                total = view.tally.weight[view.tally.active].sum()
                warnings.warn(
                    f"the test {self.test!r} reads the sum of the weights ({total:,.0f}) as a"
                    " number of respondents; with grossing weights nearly every difference is"
                    " called significant.",
                    PrecisionWarning,
                    stacklevel=calls + 1,
                )
        alone = not weighted and not view.design.clustered
        if self.test in EXACT and not alone:
            raise OptionError(
                f'test="{self.test}" is for unweighted respondents who were not sampled in groups.'
                ' Use test="design".'
            )
        waves = survey._waves
        people = waves is not None and not any(one._layout.psu for one in waves.surveys.values())
        return replace(self, exact_allowed=alone, people_are_units=people)


@dataclass(frozen=True)
class PairTests:
    """The tests of P pairs of groups in R rows; ``ratios`` are those of the groups, (R, G).

    ``mean`` (R,) marks rows of means, whose estimates stand about ``centre``.
    """

    groups: ColumnGroups
    rules: PairRules
    has_fpc: bool
    ratios: RowRatios
    bases: PairBases
    mean: NDArray[np.bool_]
    centre: Array
    result: TestResult

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and pairs there are."""
        return len(self.mean), self.groups.first.size

    @cached_property
    def difference(self) -> Array:
        """The estimate of the first group less that of the second, (R, P)."""
        p = self.ratios.estimate
        return np.asarray(p[:, self.groups.first] - p[:, self.groups.second])

    @cached_property
    def standard_error(self) -> Array:
        """The standard error of the difference under the design, (R, P)."""
        return np.asarray(np.sqrt(difference_variance(self.ratios, self.groups)))

    @cached_property
    def limits(self) -> tuple[Array, Array]:
        """The confidence limits of the difference, (R, P): on t, or Newcombe's of small bases."""
        df = self.bases.degrees_of_freedom
        low, high = t_interval(
            self.difference, self.standard_error, level=self.rules.level, degrees_of_freedom=df
        )
        a, b = self.groups.first, self.groups.second
        base = self.ratios.base
        small = (np.minimum(base[:, a], base[:, b]) < SMALL_DIFFERENCE_BASE) & ~self.mean[:, None]
        if small.any():
            small_low, small_high = self._newcombe()
            # A group in one PSU has no limits of its own.
            small &= ~np.isnan(small_low + small_high)
            low, high = np.where(small, small_low, low), np.where(small, small_high, high)
        lone = np.isnan(df)
        return np.where(lone, np.nan, low), np.where(lone, np.nan, high)

    @cached_property
    def correlation(self) -> Array:
        """The correlation of the two estimates under the design, (R, P); 0 without a variance."""
        own = np.maximum(self.ratios.variance, 0.0)
        a, b = self.groups.first, self.groups.second
        spread = np.sqrt(own[:, a] * own[:, b])
        between = self.ratios.covariance[:, a, b]
        correlation = np.divide(between, spread, out=np.zeros(spread.shape), where=spread > 0)
        return np.asarray(np.clip(correlation, -1, 1))

    def equivalence_limits(self) -> tuple[Array, Array]:
        """Return limits at 2 · level − 1, (R, P): within a margin, they show equivalence."""
        level = 2 * self.rules.level - 1
        return replace(self, rules=replace(self.rules, level=level)).limits

    def _newcombe(self) -> tuple[Array, Array]:
        ratios, a, b = self.ratios, self.groups.first, self.groups.second
        own = np.maximum(ratios.variance, 0.0)
        df = ratios.degrees_of_freedom
        low, high, _ = proportion_interval(
            "logit",
            np.where(self.mean[:, None], np.nan, ratios.estimate),
            own,
            level=self.rules.level,
            base=ratios.base,
            effective_base=ratios.effective_base,
            degrees_of_freedom=np.where(df < 1, np.nan, df),
            has_fpc=self.has_fpc,
        )
        p = ratios.estimate
        return newcombe_interval(
            p[:, a],
            (low[:, a], high[:, a]),
            p[:, b],
            (low[:, b], high[:, b]),
            correlation=self.correlation,
        )

    def rows(self, chosen: Chosen) -> PairTests:
        """Return the tests of some rows."""
        return replace(
            self,
            ratios=self.ratios.rows(chosen),
            bases=self.bases.rows(chosen),
            mean=self.mean[chosen],
            centre=self.centre[chosen],
            result=_result_of(self.result, chosen),
        )

    def columns(self) -> dict[str, Any]:
        """Return the columns of `compare` that belong to pairs, the pairs of a row together."""
        a, b = self.groups.first, self.groups.second
        labels = np.array(self.groups.labels, dtype=object)
        estimate = self.ratios.estimate + self.centre[:, None]
        rows = self.shape[0]
        found = {
            "group_a": np.tile(labels[a], rows),
            "group_b": np.tile(labels[b], rows),
            "estimate_a": estimate[:, a],
            "estimate_b": estimate[:, b],
            "base_a": self.ratios.base[:, a].astype(int),
            "base_b": self.ratios.base[:, b].astype(int),
            "effective_base_a": self.ratios.effective_base[:, a],
            "effective_base_b": self.ratios.effective_base[:, b],
            "difference": self.difference,
            "standard_error": self.standard_error,
            "statistic": self.result.statistic,
            "degrees_of_freedom": self.result.degrees_of_freedom,
            "p_value": self.result.p_value,
            "ci_low": self.limits[0],
            "ci_high": self.limits[1],
            "method": self.result.method,
            "tested": self.result.tested,
            "reason": self.result.reason,
            "method_reason": method_reasons(self),
            **detectable_differences(self),
        }
        return {name: np.ravel(value) for name, value in found.items()}


def tested_pairs(
    ratios: RowRatios,
    bases: PairBases,
    groups: ColumnGroups,
    rules: PairRules,
    *,
    mean: NDArray[np.bool_],
    centre: Array,
    has_fpc: bool,
) -> PairTests:
    """Return the tests of all pairs in every row: of proportions by the rules, of means by Wald."""
    variance = difference_variance(ratios, groups)
    results = []
    for here, made in ((~mean, _of_proportions), (mean, _of_means)):
        if here.all():
            own = _Rows(groups, ratios, bases, variance)
        elif here.any():
            own = _Rows(groups, ratios.rows(here), bases.rows(here), variance[here])
        else:
            continue
        results.append((here, _gated(made(rules, own), rules, own)))
    result = results[0][1] if len(results) == 1 else _scattered(results)
    return PairTests(groups, rules, has_fpc, ratios, bases, mean, centre, result)


def difference_variance(ratios: RowRatios, groups: ColumnGroups) -> Array:
    """Return the variance of the difference of each pair, (R, P), NaN without one of the two."""
    a, b = groups.first, groups.second
    own = ratios.variance
    variance = np.take(own, a, axis=1) + np.take(own, b, axis=1) - 2 * ratios.covariance[:, a, b]
    missing = np.isnan(ratios.estimate)
    variance = np.maximum(variance, 0.0)
    if missing.any():
        variance[missing[:, a] | missing[:, b]] = np.nan
    return variance


@dataclass(frozen=True)
class _Rows:
    """Rows that are tested in one way."""

    groups: ColumnGroups
    ratios: RowRatios
    bases: PairBases
    variance: Array

    def both(self, values: Array) -> tuple[Array, Array]:
        """Return the values of the first and of the second group of each pair."""
        first, second = self.groups.first, self.groups.second
        return np.take(values, first, axis=1), np.take(values, second, axis=1)

    @property
    def smaller_effective_base(self) -> Array:
        """The smaller effective base of each pair."""
        return np.asarray(np.minimum(*self.both(self.ratios.effective_base)))


def _of_means(rules: PairRules, rows: _Rows) -> TestResult:
    first, second = rows.both(rows.ratios.estimate)
    error, df = np.sqrt(rows.variance), rows.bases.degrees_of_freedom
    statistic = np.divide(first - second, error, out=np.full(error.shape, np.nan), where=error > 0)
    p_value = two_sided_p_value(statistic, df)
    untested = np.isnan(p_value)
    statistic, df = np.where(untested, np.nan, statistic), np.where(untested, np.nan, df)
    reason = np.where(untested, np.array(_NO_VARIANCE, object), np.array("", object))
    method = np.full(error.shape, "design-wald (means)", dtype=object)
    return TestResult(statistic, df, p_value, ~untested, reason, method)


def _of_proportions(rules: PairRules, rows: _Rows) -> TestResult:
    ratios, bases = rows.ratios, rows.bases
    p_a, p_b = rows.both(ratios.estimate)
    n: dict[str, Any] = dict(zip(("base_a", "base_b"), rows.both(ratios.base), strict=True))
    names = ("effective_base_a", "effective_base_b")
    e: dict[str, Any] = dict(zip(names, rows.both(ratios.effective_base), strict=True))
    w: dict[str, Any] = {}
    if rules.test in CONVENTIONS:
        names = ("weighted_base_a", "weighted_base_b")
        w = dict(zip(names, rows.both(ratios.weighted_base), strict=True))
    n |= {"variance": rows.variance, "degrees_of_freedom": bases.degrees_of_freedom}
    few: dict[str, Any] = {
        "minimum_expected": rules.smallest_expected,
        "counts": rows.both(ratios.count),
    }
    shared: dict[str, Any] = {"overlap": bases.overlap, "overlap_proportion": bases.share}
    e0 = {"effective_overlap": bases.effective}
    if rules.test in EXACT:
        return _exact(rows, EXACT[rules.test])
    if rules.test == "spss-ctables":
        return spss_ctables_test(p_a, p_b, **w)
    if rules.test == "effective-base":
        return effective_base_test(p_a, p_b, **w, **e, **e0)
    if rules.test == "quantum":
        return quantum_test(p_a, p_b, **w, **e, **e0)
    if rules.test == "design-wald":
        return design_wald_test(p_a, p_b, **n, **few)
    n["degrees_of_freedom"] = np.minimum(bases.degrees_of_freedom, _own_freedom(rows))
    if rules.test == "auto" and rules.exact_allowed:
        result = auto_test(p_a, p_b, **n, **e, **shared, minimum_expected=rules.smallest_expected)
        small = rows.smaller_effective_base < rules.smallest_effective_base
        return _exact_where(small, _exact(rows), result)
    return design_test(p_a, p_b, **n, **e, **few, **shared)


def _own_freedom(rows: _Rows) -> Array:
    ratios = rows.ratios
    p_a, p_b = rows.both(ratios.estimate)
    variance_a, variance_b = rows.both(np.maximum(ratios.variance, 0.0))
    df_a, df_b = rows.both(ratios.degrees_of_freedom)
    effective_a, effective_b = rows.both(ratios.effective_base)
    return difference_degrees_of_freedom(
        p_a,
        p_b,
        variance_a=variance_a,
        variance_b=variance_b,
        effective_base_a=effective_a,
        effective_base_b=effective_b,
        degrees_of_freedom_a=df_a,
        degrees_of_freedom_b=df_b,
    )


def _exact(rows: _Rows, method: str = "fisher") -> TestResult:
    p_a, p_b = rows.both(rows.ratios.estimate)
    n_a, n_b = rows.both(rows.ratios.base)
    result = exact_test(p_a, p_b, base_a=n_a, base_b=n_b, method=method)
    apart = rows.bases.overlap == 0
    return replace(
        result,
        p_value=np.where(apart, result.p_value, np.nan),
        tested=result.tested & apart,
        reason=np.where(apart, result.reason, np.array("the groups share people", object)),
    )


def _exact_where(where: NDArray[np.bool_], exact: TestResult, other: TestResult) -> TestResult:
    parts = vars(exact)
    return TestResult(**{k: np.where(where, parts[k], getattr(other, k)) for k in parts})


def _gated(result: TestResult, rules: PairRules, rows: _Rows) -> TestResult:
    small = rows.smaller_effective_base < rules.smallest_effective_base
    if rules.test in (*EXACT, "auto"):
        small &= ~exactly(result)
    empty = np.minimum(*rows.both(rows.ratios.base)) == 0
    refused = small | empty
    if not refused.any():
        return result
    tested = result.tested & ~refused
    reason = result.reason.copy()
    reason[small] = f"effective base under {rules.smallest_effective_base:g}"
    reason[empty] = NOBODY
    return replace(
        result,
        statistic=np.where(tested, result.statistic, np.nan),
        degrees_of_freedom=np.where(tested, result.degrees_of_freedom, np.nan),
        p_value=np.where(tested, result.p_value, np.nan),
        tested=tested,
        reason=reason,
    )


def _result_of(result: TestResult, chosen: Chosen) -> TestResult:
    return TestResult(**{one.name: getattr(result, one.name)[chosen] for one in fields(result)})


def _scattered(results: Sequence[tuple[NDArray[np.bool_], TestResult]]) -> TestResult:
    """Return the rows of several results in their places."""
    rows, pairs = results[0][0].size, results[0][1].statistic.shape[1]
    whole = {}
    for one in fields(TestResult):
        kind = getattr(results[0][1], one.name).dtype
        values = np.empty((rows, pairs), dtype=kind)
        for here, result in results:
            values[here] = getattr(result, one.name)
        whole[one.name] = values
    return TestResult(**whole)
