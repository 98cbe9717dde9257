"""Raked standard errors by linearisation and by bootstrap, in small.

``proofs/raked_by_two_routes.py`` does it at full size.
"""

from __future__ import annotations

import numpy as np

from proofs.raked_by_two_routes import RESULTS, routes, summary_of
from proofs.size_and_coverage_page import PAGE, printed_in


def test_linearised_and_bootstrapped_errors_after_raking_agree():
    """A ratio of a bootstrap of 300 has an error of 4 per cent; of three, and the mean of 13, less."""
    found = routes(repeats=4, replicates=300, bootstrapped=3, seed=2)
    ratio = found.bootstrap / found.linearised[:3]
    assert np.abs(ratio.mean(axis=0) - 1).max() < 0.12
    assert abs(ratio.mean() - 1) < 0.03
    mean = found.names.index("mean")
    assert (found.unraked / found.linearised[:3])[:, mean].mean() > 1.1
    assert summary_of(found).count("±") == 2 * len(found.names)


def test_the_page_prints_the_last_result():
    text = RESULTS.read_text(encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    assert printed_in(page, "raked_by_two_routes") == f"```text\n{text}```\n"
