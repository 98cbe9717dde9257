"""Pairs of columns: which are compared, who is in both, and what a test makes of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import OptionError, PrecisionWarning
from welfarestats.estimates.means import refuse_unknown_weights
from welfarestats.formulas.bases import effective_base
from welfarestats.formulas.distributions import two_sided_p_value
from welfarestats.formulas.intervals import newcombe_interval, proportion_interval, t_interval
from welfarestats.formulas.linearization import ratio_jacobian
from welfarestats.formulas.significance import (
    TestResult,
    auto_test,
    design_test,
    design_wald_test,
    effective_base_test,
    exact_test,
    quantum_test,
    spss_ctables_test,
)
from welfarestats.survey.answers import Answers
from welfarestats.survey.cells import Cells
from welfarestats.survey.passes import View
from welfarestats.survey.survey import Survey

Array = NDArray[np.float64]

TESTS = (
    "design",
    "design-wald",
    "effective-base",
    "quantum",
    "spss-ctables",
    "exact",
    "auto",
)
ON_WEIGHTED_BASES = ("spss-ctables",)
SMALL_DIFFERENCE_BASE = 100
NOBODY = "nobody is in one of the groups"


@dataclass(frozen=True)
class PairRules:
    """How pairs are tested, and which are too small to be."""

    test: str = "design"
    level: float = 0.95
    smallest_effective_base: float = 30
    smallest_expected: float = 5
    exact_allowed: bool = False

    def suited(self, survey: Survey, view: View) -> PairRules:
        """Return the rules for a survey; an `OptionError` when it cannot carry the test."""
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
                    stacklevel=3,
                )
        alone = not weighted and not view.design.clustered
        if self.test == "exact" and not alone:
            raise OptionError(
                'test="exact" is for unweighted respondents who were not sampled in groups.'
                ' Use test="design".'
            )
        return replace(self, exact_allowed=alone)


@dataclass(frozen=True)
class ColumnGroups:
    """Groups as sums and differences of banner columns, and the pairs of them to compare.

    ``vectors`` (G, columns) adds columns up to groups; ``first`` and ``second`` (P,) are the
    groups of each pair, ``overlap`` (P, columns) the people in both.
    """

    labels: tuple[str, ...]
    vectors: Array
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    overlap: Array


@dataclass(frozen=True)
class PairTests:
    """The pairs of one row of a table, as columns of a frame."""

    groups: ColumnGroups
    estimate: Array
    base: Array
    effective_base: Array
    standard_error: Array
    result: TestResult
    ci_low: Array
    ci_high: Array

    def columns(self) -> dict[str, Any]:
        """Return the columns of `compare` that belong to pairs."""
        a, b = self.groups.first, self.groups.second
        labels = np.array(self.groups.labels, dtype=object)
        return {
            "group_a": labels[a],
            "group_b": labels[b],
            "estimate_a": self.estimate[a],
            "estimate_b": self.estimate[b],
            "base_a": self.base[a].astype(int),
            "base_b": self.base[b].astype(int),
            "effective_base_a": self.effective_base[a],
            "effective_base_b": self.effective_base[b],
            "difference": self.estimate[a] - self.estimate[b],
            "standard_error": self.standard_error,
            "statistic": self.result.statistic,
            "degrees_of_freedom": self.result.degrees_of_freedom,
            "p_value": self.result.p_value,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "method": self.result.method.astype(object),
            "tested": self.result.tested,
            "reason": self.result.reason.astype(object),
        }


def shares_people(versus: str) -> bool:
    """Return whether pairs of banner columns are compared, which may have people in common."""
    return versus in ("pairs", "previous")


def column_groups(banner: Answers, versus: str, *, nets: bool) -> ColumnGroups:
    """Return the groups that the categories (and nets) of a banner question make, with pairs."""
    counted = banner.question.counted()
    members = [frozenset([i]) for i in counted]
    labels = [banner.question.categories[i].label for i in counted]
    every_net = [frozenset(banner.question.positions(n.codes)) for n in banner.question.nets]
    if nets:
        members += every_net
        labels += [net.label for net in banner.question.nets]
    multiple = bool(banner.mentioned) and shares_people(versus)
    plain = 2 + len(counted) + len(every_net)
    between = len(counted) + len(every_net)
    width = plain + (between * (between - 1) // 2 if multiple else 0)
    eye = np.eye(width)
    size = len(labels)
    vectors = eye[2 : 2 + size]

    def shared(a: int, b: int) -> Array:
        if multiple:
            low, high = sorted((a, b))
            before = low * between - low * (low + 1) // 2
            return np.asarray(eye[plain + before + high - low - 1])
        inside = [counted.index(i) for i in members[a] & members[b] if i in counted]
        return np.asarray(eye[[2 + i for i in inside]].sum(axis=0))

    if versus in ("total", "rest"):
        rest = np.vstack([eye[1] - vector for vector in vectors]) if versus == "rest" else eye[:1]
        second = size + (np.arange(size) if versus == "rest" else np.zeros(size, dtype=np.int64))
        overlap = vectors if versus == "total" else np.zeros_like(vectors)
        names = ["Rest"] * size if versus == "rest" else ["Total"]
        every = np.vstack([vectors, rest])
        return ColumnGroups((*labels, *names), every, np.arange(size), second, overlap)
    # A net and its own categories are not two groups.
    apart = [(a, b) for a in range(size) for b in range(a + 1, size)]
    pairs = [(a, b) for a, b in apart if not (members[a] < members[b] or members[b] < members[a])]
    if versus == "previous":
        pairs = [(a, a + 1) for a in range(len(counted) - 1)]
    first, second = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    overlap = np.array([shared(a, b) for a, b in pairs]).reshape(len(pairs), width)
    return ColumnGroups(tuple(labels), vectors, first, second, overlap)


def compare_proportions(
    cells: Cells, groups: ColumnGroups, rules: PairRules, *, has_fpc: bool
) -> list[PairTests]:
    """Return the tests of all pairs for each stub item."""
    bases = _GroupBases.of(cells, groups)
    return [
        _compared(cells, item, bases, rules, has_fpc=has_fpc)
        for item in range(1, cells.count.shape[0])
    ]


def _compared(
    cells: Cells, item: int, bases: _GroupBases, rules: PairRules, *, has_fpc: bool
) -> PairTests:
    groups = bases.groups
    estimate, covariance = _group_ratios(cells, item, groups)
    a, b = groups.first, groups.second
    variance = _difference_variance(estimate, covariance, groups)
    p0 = _shared_proportion(cells, item, groups)
    result = _tested(rules, estimate, bases, variance, p0)
    low, high = _difference_limits(
        rules, estimate, np.diag(covariance), covariance[a, b], variance, bases, has_fpc=has_fpc
    )
    lone = np.isnan(bases.degrees_of_freedom)
    return PairTests(
        groups,
        estimate,
        bases.base,
        bases.effective,
        np.sqrt(variance),
        result,
        np.where(lone, np.nan, low),
        np.where(lone, np.nan, high),
    )


def compare_means(cells: Cells, groups: ColumnGroups, rules: PairRules, centre: float) -> PairTests:
    """Return the Wald tests of all pairs of means."""
    bases = _GroupBases.of(cells, groups)
    estimate, covariance = _group_ratios(cells, 1, groups)
    variance = _difference_variance(estimate, covariance, groups)
    error = np.sqrt(variance)
    difference = estimate[groups.first] - estimate[groups.second]
    df = bases.degrees_of_freedom
    statistic = np.divide(difference, error, out=np.full(error.shape, np.nan), where=error > 0)
    p_value = two_sided_p_value(statistic, df)
    untested = np.isnan(p_value)
    reason = np.where(untested, "no variance or no degrees of freedom", "").astype(str)
    method = np.full(error.shape, "design-wald (means)")
    result = _gated(TestResult(statistic, df, p_value, ~untested, reason, method), rules, bases)
    low, high = t_interval(difference, error, level=rules.level, degrees_of_freedom=df)
    return PairTests(
        groups, centre + estimate, bases.base, bases.effective, error, result, low, high
    )


@dataclass(frozen=True)
class _GroupBases:
    """Bases of the groups (G,), and of the people in both or either group of a pair (P,)."""

    groups: ColumnGroups
    base: Array
    weighted: Array
    effective: Array
    overlap: Array
    effective_overlap: Array
    degrees_of_freedom: Array
    own_degrees_of_freedom: Array

    @classmethod
    def of(cls, cells: Cells, groups: ColumnGroups) -> _GroupBases:
        base, weighted, square = (
            groups.vectors @ part[0] for part in (cells.count, cells.weighted, cells.square)
        )
        overlap, shared_square = groups.overlap @ cells.count[0], groups.overlap @ cells.square[0]
        effective = effective_base(weighted, square)
        a, b = groups.first, groups.second
        # 2e₀/(e₁e₂) stands for 2Σw₀²/(W₁W₂), which it is exactly with this e₀.
        product = weighted[a] * weighted[b]
        ratio = np.divide(shared_square, product, out=np.zeros(product.shape), where=product > 0)
        held = groups.vectors != 0
        df = _freedom(cells, held[a] | held[b], base[a] + base[b] - overlap)
        shared = ratio * effective[a] * effective[b]
        own = _freedom(cells, held, base)
        return cls(groups, base, weighted, effective, overlap, shared, df, own)


def _freedom(cells: Cells, held: NDArray[np.bool_], base: Array) -> Array:
    """Return the degrees of freedom of sets of columns, NaN where there are none."""
    found = [
        cells.degrees_of_freedom(np.flatnonzero(columns), people)
        for columns, people in zip(held, base, strict=True)
    ]
    df = np.array(found, dtype=float)
    return np.where(df < 1, np.nan, df)


def _group_ratios(cells: Cells, item: int, groups: ColumnGroups) -> tuple[Array, Array]:
    columns = cells.count.shape[1]
    size = len(groups.vectors)
    top, bottom = np.zeros((2, size, cells.count.size))
    top[:, item * columns : (item + 1) * columns] = groups.vectors
    bottom[:, :columns] = groups.vectors
    totals = cells.weighted.ravel()
    base = groups.vectors @ cells.count[0]
    estimate = np.divide(top @ totals, bottom @ totals, out=np.full(size, np.nan), where=base > 0)
    return estimate, cells.covariance(ratio_jacobian(top, bottom, totals))


def _difference_variance(estimate: Array, covariance: Array, groups: ColumnGroups) -> Array:
    own = np.diag(covariance)
    a, b = groups.first, groups.second
    variance = np.maximum(own[a] + own[b] - 2 * covariance[a, b], 0.0)
    return np.where(np.isnan(estimate[a] + estimate[b]), np.nan, variance)


def _shared_proportion(cells: Cells, item: int, groups: ColumnGroups) -> Array:
    inside, people = groups.overlap @ cells.weighted[item], groups.overlap @ cells.weighted[0]
    return np.asarray(np.divide(inside, people, out=np.zeros(people.shape), where=people > 0))


def _tested(
    rules: PairRules, p: Array, bases: _GroupBases, variance: Array, p0: Array
) -> TestResult:
    a, b = bases.groups.first, bases.groups.second
    n: dict[str, Any] = {"base_a": bases.base[a], "base_b": bases.base[b]}
    e: dict[str, Any] = {
        "effective_base_a": bases.effective[a],
        "effective_base_b": bases.effective[b],
    }
    w = {"weighted_base_a": bases.weighted[a], "weighted_base_b": bases.weighted[b]}
    n |= {"variance": variance, "degrees_of_freedom": bases.degrees_of_freedom}
    few: dict[str, Any] = {"minimum_expected": rules.smallest_expected}
    shared: dict[str, Any] = {"overlap": bases.overlap, "overlap_proportion": p0}
    e0 = {"effective_overlap": bases.effective_overlap}
    if rules.test == "exact":
        result = _exact(p, bases)
    elif rules.test == "spss-ctables":
        result = spss_ctables_test(p[a], p[b], **w)
    elif rules.test == "effective-base":
        result = effective_base_test(p[a], p[b], **w, **e, **e0)
    elif rules.test == "quantum":
        result = quantum_test(p[a], p[b], **w, **e, **e0)
    elif rules.test == "design-wald":
        result = design_wald_test(p[a], p[b], **n, **few)
    elif rules.test == "auto":
        result = auto_test(p[a], p[b], **n, **e, **shared, unweighted=rules.exact_allowed)
        if rules.exact_allowed:
            result = _exact_where(_too_small(rules, bases), _exact(p, bases), result)
    else:
        result = design_test(p[a], p[b], **n, **e, **few, **shared)
    return _gated(result, rules, bases)


def _exact(p: Array, bases: _GroupBases) -> TestResult:
    a, b = bases.groups.first, bases.groups.second
    result = exact_test(p[a], p[b], base_a=bases.base[a], base_b=bases.base[b])
    apart = bases.overlap == 0
    return TestResult(
        statistic=result.statistic,
        degrees_of_freedom=result.degrees_of_freedom,
        p_value=np.where(apart, result.p_value, np.nan),
        tested=result.tested & apart,
        reason=np.where(apart, result.reason, "the groups share people").astype(str),
        method=result.method,
    )


def _exact_where(where: NDArray[np.bool_], exact: TestResult, other: TestResult) -> TestResult:
    parts = vars(exact)
    return TestResult(**{k: np.where(where, parts[k], getattr(other, k)) for k in parts})


def _too_small(rules: PairRules, bases: _GroupBases) -> NDArray[np.bool_]:
    smaller = np.minimum(bases.effective[bases.groups.first], bases.effective[bases.groups.second])
    return np.asarray(smaller < rules.smallest_effective_base)


def _gated(result: TestResult, rules: PairRules, bases: _GroupBases) -> TestResult:
    small = _too_small(rules, bases) & (result.method != "exact")
    words = f"effective base under {rules.smallest_effective_base:g}"
    empty = np.minimum(bases.base[bases.groups.first], bases.base[bases.groups.second]) == 0
    tested = result.tested & ~small & ~empty
    reason = np.where(small, words, result.reason)
    return TestResult(
        statistic=np.where(tested, result.statistic, np.nan),
        degrees_of_freedom=np.where(tested, result.degrees_of_freedom, np.nan),
        p_value=np.where(tested, result.p_value, np.nan),
        tested=tested,
        reason=np.where(empty, NOBODY, reason).astype(str),
        method=result.method,
    )


def _difference_limits(
    rules: PairRules,
    p: Array,
    own: Array,
    between: Array,
    variance: Array,
    bases: _GroupBases,
    *,
    has_fpc: bool,
) -> tuple[Array, Array]:
    """Limits on t, or Newcombe's from the two intervals where a base is below 100."""
    a, b = bases.groups.first, bases.groups.second
    df, own_df = bases.degrees_of_freedom, bases.own_degrees_of_freedom
    low, high = t_interval(p[a] - p[b], np.sqrt(variance), level=rules.level, degrees_of_freedom=df)
    limits = []
    for group in (a, b):
        one_low, one_high, _ = proportion_interval(
            "logit",
            p[group],
            np.maximum(own[group], 0.0),
            level=rules.level,
            base=bases.base[group],
            effective_base=bases.effective[group],
            degrees_of_freedom=own_df[group],
            has_fpc=has_fpc,
        )
        limits.append((one_low, one_high))
    spread = np.sqrt(np.maximum(own[a], 0.0) * np.maximum(own[b], 0.0))
    correlation = np.divide(between, spread, out=np.zeros(spread.shape), where=spread > 0)
    small_low, small_high = newcombe_interval(
        p[a], limits[0], p[b], limits[1], correlation=np.clip(correlation, -1, 1)
    )
    small = np.minimum(bases.base[a], bases.base[b]) < SMALL_DIFFERENCE_BASE
    small &= ~np.isnan(small_low + small_high)  # a group in one PSU has no limits of its own
    return np.where(small, small_low, low), np.where(small, small_high, high)
