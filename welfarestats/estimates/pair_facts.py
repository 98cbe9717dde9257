"""What a reader of small comparisons needs beside the test: why this one, and what it could find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.significance import (
    TestResult,
    least_significant_difference,
    minimum_detectable_difference,
)

if TYPE_CHECKING:
    from welfarestats.estimates.pairs import PairTests

Array = NDArray[np.float64]

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


def detectable_differences(tests: PairTests) -> dict[str, Array]:
    """Return how large a difference of each pair has to be observed, and to be true, (R, P).

    At the pooled proportion, on effective bases; missing for means and for groups that share
    people. In stacked waves the correlation of the estimates counts: √(e_a e_b) times it is what
    ρ e₀ of `least_significant_difference` is for the people in both.
    """
    a, b = tests.groups.first, tests.groups.second
    p = tests.ratios.estimate
    apart = (tests.bases.overlap == 0) & ~tests.mean[:, None]
    e_a, e_b = (np.where(apart, effective, np.nan) for effective in _effective(tests))
    together = e_a + e_b
    pooled = (e_a * p[:, a] + e_b * p[:, b]) / np.where(together > 0, together, np.nan)
    pooled[(pooled <= FLOAT_DUST) | (pooled >= 1 - FLOAT_DUST)] = np.nan
    options: dict[str, Any] = {"proportion": pooled, "level": tests.rules.level}
    if tests.rules.linked:
        options |= {"effective_overlap": np.sqrt(e_a * e_b), "correlation": tests.correlation}
    return {
        "least_significant_difference": least_significant_difference(e_a, e_b, **options),
        "minimum_detectable_difference": minimum_detectable_difference(
            e_a, e_b, power=STATED_POWER, **options
        ),
    }


def _effective(tests: PairTests) -> tuple[Array, Array]:
    effective = tests.ratios.effective_base
    return effective[:, tests.groups.first], effective[:, tests.groups.second]
