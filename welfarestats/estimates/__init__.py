"""Numbers with their uncertainty and their bases, one row per number."""

from __future__ import annotations

from welfarestats.estimates.comparisons import compare
from welfarestats.estimates.estimate import Estimates
from welfarestats.estimates.means import estimate_means, estimate_totals
from welfarestats.estimates.proportions import estimate_proportions

__all__ = ["Estimates", "compare", "estimate_means", "estimate_proportions", "estimate_totals"]
