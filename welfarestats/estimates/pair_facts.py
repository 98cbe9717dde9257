"""What a reader of small comparisons needs beside the test: why this one, and what it could find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.significance import (
    TestResult,
    detectable_from_error,
    exact_least_difference,
    least_significant_difference,
    minimum_detectable_difference,
)

if TYPE_CHECKING:
    from welfarestats.estimates.pairs import PairTests

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXACT = {"exact": "fisher", "mid-p": "mid-p"}
"""The exact tests by the name that a user gives them, and that of the formula."""

STATED_POWER = 0.8
_LARGE_ENOUGH = "bases and expected counts are large enough"
_NO_EXACT_TEST = "weighted or clustered respondents have no exact test"
_SHARED = "groups that share people have no exact test"


def exactly(result: TestResult) -> NDArray[np.bool_]:
    """Return which tests are exact ones."""
    every = np.array(["exact", *(f"exact ({name})" for name in EXACT.values())], dtype=object)
    return np.isin(result.method, every)


def method_reasons(tests: PairTests) -> NDArray[np.object_]:
    """Return why ``test="auto"`` chose the test of each pair, (R, P); empty for other tests."""
    found = np.full(tests.shape, "", dtype=object)
    rules = tests.rules
    if rules.test != "auto":
        return found
    found[~tests.mean] = _LARGE_ENOUGH if rules.exact_allowed else _NO_EXACT_TEST
    exact = exactly(tests.result)
    small = np.minimum(*_effective(tests)) < rules.smallest_effective_base
    found[exact] = f"fewer than {rules.smallest_expected:g} expected in a cell"
    found[exact & small] = f"a base under {rules.smallest_effective_base:g}"
    found[(tests.bases.overlap > 0) & ~tests.mean[:, None]] = _SHARED
    return found


def detectable_differences(tests: PairTests, proportion: float | None = None) -> dict[str, Array]:
    """Return how large a difference of each pair has to be observed, and to be true, (R, P).

    Of proportions at the pooled one, or at the one given, on effective bases and on the degrees
    of freedom of the test; people in both groups take their part off. Of an exact test the first
    is that of its margins, and the second as much larger as of the z test. Of means from the
    standard error, in their units.
    """
    level, mean = tests.rules.level, tests.mean[:, None]
    freedom = tests.result.degrees_of_freedom
    e_a, e_b = (np.where(mean, np.nan, effective) for effective in _effective(tests))
    overlap, correlation = _shared(tests, e_a, e_b)
    known: dict[str, Any] = {
        "proportion": _pooled(tests, e_a, e_b) if proportion is None else proportion,
        "level": level,
        "degrees_of_freedom": np.where(np.isnan(freedom), np.inf, freedom),
        "effective_overlap": overlap,
        "correlation": correlation,
    }
    least = least_significant_difference(e_a, e_b, **known)
    found = minimum_detectable_difference(e_a, e_b, **known, power=STATED_POWER)
    exact = exactly(tests.result) & tests.result.tested
    if exact.any():
        # Missing where not even the farthest table of these margins would be significant.
        at_exact = _exact_least(tests, exact, proportion)
        found = np.where(exact, at_exact + (found - least), found)
        least = np.where(exact, at_exact, least)
    if tests.mean.any():
        of_means = detectable_from_error(
            tests.standard_error,
            level=level,
            power=STATED_POWER,
            degrees_of_freedom=tests.bases.degrees_of_freedom,
        )
        least, found = (
            np.where(mean, one, other) for one, other in zip(of_means, (least, found), strict=True)
        )
    # Two groups with the same people have no difference to find.
    least, found = (np.where(one > 0, one, np.nan) for one in (least, found))
    return {"least_significant_difference": least, "minimum_detectable_difference": found}


def _exact_least(tests: PairTests, exact: Mask, proportion: float | None) -> Array:
    """Return from which difference on the exact tests are significant, (R, P), NaN for others."""
    a, b = tests.groups.first, tests.groups.second
    base, p = tests.ratios.base, tests.ratios.estimate
    total = base[:, a] * p[:, a] + base[:, b] * p[:, b]
    if proportion is not None:
        total = np.floor(proportion * (base[:, a] + base[:, b]))
    least = np.full(tests.shape, np.nan)
    for name in set(tests.result.method[exact].tolist()):
        here = exact & (tests.result.method == name)
        least[here] = exact_least_difference(
            np.round(total[here]),
            base[:, a][here],
            base[:, b][here],
            method="mid-p" if "mid-p" in name else "fisher",
            level=tests.rules.level,
        )
    return least


def _pooled(tests: PairTests, e_a: Array, e_b: Array) -> Array:
    """Return the pooled proportion of each pair, missing where everybody or nobody has it."""
    p, a, b = tests.ratios.estimate, tests.groups.first, tests.groups.second
    together = e_a + e_b
    pooled = (e_a * p[:, a] + e_b * p[:, b]) / np.where(together > 0, together, np.nan)
    pooled[(pooled <= FLOAT_DUST) | (pooled >= 1 - FLOAT_DUST)] = np.nan
    return np.asarray(pooled)


def _shared(tests: PairTests, e_a: Array, e_b: Array) -> tuple[Array, Array]:
    """Return the effective base of the people in both groups, and how their answers correlate.

    Overlapping columns share answers; waves share people, whose answers correlate as the two
    estimates do. Where respondents came in groups, their covariance is not of people alone.
    """
    overlap = tests.bases.effective
    correlation = np.ones(overlap.shape)
    if tests.rules.people_are_units:
        apart = tests.bases.overlap == 0
        overlap = np.where(apart, np.sqrt(e_a * e_b), overlap)
        correlation = np.where(apart, correlation_of_waves(tests), correlation)
    return overlap, correlation


def correlation_of_waves(tests: PairTests) -> Array:
    """Return how the estimates of two waves correlate, (R, P); 0 unless people are the units."""
    return tests.correlation if tests.rules.people_are_units else np.zeros(tests.shape)


def _effective(tests: PairTests) -> tuple[Array, Array]:
    effective = tests.ratios.effective_base
    return effective[:, tests.groups.first], effective[:, tests.groups.second]
