"""Significance by name: the test a table asks for, and how large a difference must be.

The tests themselves are here too, from `column_tests` (design-based), `market_tests` (those of
market research programs), `exact_tests`, `association` (whole tables) and `multiplicity`; how large
a difference must be, from `detectable`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.formulas.association import (
    AssociationResult,
    pearson,
    rao_scott,
    rao_scott_tests,
    rao_scott_traces,
)
from welfarestats.formulas.column_tests import (
    design_test,
    design_wald_test,
    difference_degrees_of_freedom,
    difference_test,
)
from welfarestats.formulas.detectable import (
    comparison_power,
    detectable_from_error,
    exact_comparison_power,
    least_significant_difference,
    minimum_detectable_difference,
)
from welfarestats.formulas.exact_tests import (
    exact_least_difference,
    exact_test,
    paired_test,
    sign_test,
)
from welfarestats.formulas.market_tests import (
    effective_base_test,
    quantum_test,
    spss_ctables_test,
)
from welfarestats.formulas.multiplicity import ADJUSTMENTS, adjust_p_values
from welfarestats.formulas.proportion_pairs import (
    BOTH_AT_THE_EDGE,
    FEW_EXPECTED,
    TestResult,
    floats,
)

__all__ = [
    "ADJUSTMENTS",
    "AssociationResult",
    "TestResult",
    "adjust_p_values",
    "auto_test",
    "comparison_power",
    "design_test",
    "design_wald_test",
    "detectable_from_error",
    "difference_degrees_of_freedom",
    "difference_test",
    "effective_base_test",
    "exact_comparison_power",
    "exact_least_difference",
    "exact_test",
    "least_significant_difference",
    "minimum_detectable_difference",
    "paired_test",
    "pearson",
    "quantum_test",
    "rao_scott",
    "rao_scott_tests",
    "rao_scott_traces",
    "sign_test",
    "spss_ctables_test",
]

Array = NDArray[np.float64]


def auto_test(
    proportion_a: ArrayLike,
    proportion_b: ArrayLike,
    *,
    base_a: ArrayLike,
    base_b: ArrayLike,
    variance: ArrayLike,
    effective_base_a: ArrayLike,
    effective_base_b: ArrayLike,
    degrees_of_freedom: ArrayLike = np.inf,
    overlap: ArrayLike = 0,
    overlap_proportion: ArrayLike = 0,
    minimum_expected: float | None = 5,
    unweighted: ArrayLike = True,
) -> TestResult:
    """Return the design test, or Fisher's exact test where that one is too rough.

    Where fewer than 5 are expected in a cell (n·min(p̂, 1 − p̂) < 5 in either group), or one
    proportion is 0 and the other 1, the exact test takes over if the respondents are
    unweighted, unclustered and in one group only; otherwise the pair is not tested.

    Parameters
    ----------
    proportion_a, proportion_b : array_like
        Proportions of the two groups, 0–1.
    base_a, base_b : array_like
        Unweighted bases.
    variance : array_like
        Linearised variance of the difference.
    effective_base_a, effective_base_b : array_like
        Kish's effective bases.
    degrees_of_freedom : array_like, default inf
        Design degrees of freedom of the pair's domain.
    overlap : array_like, default 0
        Number of respondents in both groups.
    overlap_proportion : array_like, default 0
        Proportion among them, 0–1.
    minimum_expected : float or None, default 5
        The exact test takes over below it; None never does.
    unweighted : array_like of bool, default True
        Whether the pair comes from a simple random sample without weights. Where it does not,
        this is `design_test`.

    Returns
    -------
    TestResult
        As `design_test`; ``method`` says ``"design"`` or ``"exact"`` for each pair.

    Notes
    -----
    The exact p-value is the ordinary two-sided one, not mid-p.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical
    Society 98, 39–82.

    Examples
    --------
    >>> result = auto_test(
    ...     [1 / 17, 29 / 82],
    ...     [4 / 17, 47 / 82],
    ...     base_a=[17, 82],
    ...     base_b=[17, 82],
    ...     variance=[0.0138, 0.0058],
    ...     effective_base_a=[17, 82],
    ...     effective_base_b=[17, 82],
    ... )
    >>> result.method.tolist(), result.p_value.round(3).tolist()
    (['exact', 'design'], [0.335, 0.006])
    """
    design = design_test(
        proportion_a,
        proportion_b,
        base_a=base_a,
        base_b=base_b,
        variance=variance,
        effective_base_a=effective_base_a,
        effective_base_b=effective_base_b,
        degrees_of_freedom=degrees_of_freedom,
        overlap=overlap,
        overlap_proportion=overlap_proportion,
        minimum_expected=minimum_expected,
    )
    a, b, na, nb, shared = (
        np.broadcast_to(value, design.tested.shape)
        for value in floats(proportion_a, proportion_b, base_a, base_b, overlap)
    )
    simple = np.asarray(unweighted, dtype=bool) & (shared == 0)
    opposite = (design.reason == BOTH_AT_THE_EDGE) & (np.abs(a - b) > 0.5)
    exactly = simple & ((design.reason == FEW_EXPECTED) | opposite)
    if not np.any(exactly):
        return design
    only = [np.where(exactly, value, 0.0) for value in (a, b, na, nb)]
    exact = exact_test(only[0], only[1], base_a=only[2], base_b=only[3])
    return TestResult(
        statistic=np.where(exactly, np.nan, design.statistic),
        degrees_of_freedom=np.where(exactly, np.nan, design.degrees_of_freedom),
        p_value=np.where(exactly, exact.p_value, design.p_value),
        tested=np.where(exactly, exact.tested, design.tested),
        reason=np.where(exactly, exact.reason, design.reason),
        method=np.where(exactly, exact.method, design.method),
    )
