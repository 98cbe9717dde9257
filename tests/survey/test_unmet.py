"""Most sentences are tested where they are met; here those that are hard to come by."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from weighted_people import SHARES, people, survey_of

from welfarestats.errors import WeightingError
from welfarestats.formulas.calibration import calibration_factors
from welfarestats.formulas.raking import raking_factors
from welfarestats.survey.margins import place_respondents
from welfarestats.survey.targets import wanted_margins
from welfarestats.survey.unmet import refuse_calibration, refuse_negative, refuse_raking


def test_raking_that_was_stopped_names_the_worst_margin_and_by_how_much():
    survey = survey_of(people())
    placed = place_respondents(survey, wanted_margins(SHARES))
    sums = placed.sums(survey.weights)
    margins = [(margin.category, margin.target) for margin in placed.margins]
    raked = raking_factors(sums, margins, sweeps=1)
    worst, category = raked.worst
    gap = 100 * abs(raked.gaps[worst][category])
    name = f"'{placed.margins[worst].labels[category]}' of 'sex'"
    with pytest.raises(
        WeightingError,
        match=rf"raking did not converge in 1 sweeps: the weights of {name} are {gap:.2g} per cent",
    ):
        refuse_raking(placed, np.ones(sums.size, dtype=bool), sums, raked)


def test_calibration_that_has_a_solution_but_did_not_converge_says_so():
    auxiliary = sparse.csr_array(np.eye(2)[[0, 1]])
    target = np.array([1.0, 2.0])
    found = calibration_factors(auxiliary, np.ones(2), target, tolerance=-1.0)
    with pytest.raises(
        WeightingError,
        match=r"calibration did not converge in \d+ steps: the total of '.*' of 'x' is missed by",
    ):
        refuse_calibration(
            (("x", "a"), ("x", "b")), (auxiliary, np.ones(2), target), found, (0.0, np.inf)
        )


def test_rounding_is_no_negative_weight():
    refuse_negative(np.array([-1e-17, 1.0]), np.ones(2))
    with pytest.raises(WeightingError, match=r"1 of 2 weights would be negative"):
        refuse_negative(np.array([-1e-3, 1.0]), np.ones(2))
