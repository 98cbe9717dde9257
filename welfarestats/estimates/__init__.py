"""Numbers with their uncertainty and their bases, one row per number."""

from __future__ import annotations

from welfarestats.estimates.comparisons import compare
from welfarestats.estimates.contrasts import contrast
from welfarestats.estimates.estimate import Estimates
from welfarestats.estimates.means import estimate_means, estimate_totals
from welfarestats.estimates.proportions import estimate_proportions
from welfarestats.estimates.quantiles import estimate_quantiles
from welfarestats.estimates.rank_tests import compare_scores
from welfarestats.estimates.ratio_estimates import estimate_ratios
from welfarestats.estimates.standardised import standardise

__all__ = [
    "Estimates",
    "compare",
    "compare_scores",
    "contrast",
    "estimate_means",
    "estimate_proportions",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_totals",
    "standardise",
]
