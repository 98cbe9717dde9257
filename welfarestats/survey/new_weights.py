"""A survey under weights that were computed for it, its replicate weights computed alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError, WeightingError, one_of
from welfarestats.survey.categories import is_number
from welfarestats.survey.design import Calibration, ReplicateWeights
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey, check_survey

__all__ = ["check_tolerance", "check_weightable", "with_calibrated_weights"]

Array = NDArray[np.float64]

MISSING_RULES = ("fail", "keep")
# Weights whose sum moves by more may stand for something else than before.
_SAME_SUM = 0.1


def check_weightable(survey: object, what: str, missing: str = "fail") -> None:
    """Raise unless weights can be computed: for a whole survey that is in memory."""
    check_survey(survey, "a weighted survey")
    assert isinstance(survey, Survey)
    one_of(missing, MISSING_RULES, "missing")
    if survey._frame.lazy:
        raise DataError(
            "weights are computed from respondents in memory, and the data are a lazy frame."
            " Collect it first: Survey(frame.collect(), …)."
        )
    if survey._conditions:
        raise DataError(
            f"{what} weights a whole survey, and this is a domain of it:"
            f" {' and '.join(survey.facts.domain)}. Weight first, then take the domain; within=…"
            " weights the answers to a question apart from each other."
        )


def check_tolerance(tolerance: object) -> None:
    """Raise an `OptionError` unless a tolerance is a share above 0 and below 1."""
    if not is_number(tolerance) or not 0 < tolerance < 1:
        raise OptionError(
            f"tolerance is a share above 0 and below 1, such as 1e-9, not {tolerance!r}."
        )


def with_calibrated_weights(
    survey: Survey,
    solved: Callable[[Array], Array],
    words: str,
    calibration: Calibration,
    represent: str | None,
) -> Survey:
    """Return the survey under the weights that ``solved`` makes of its weights and replicates."""
    if represent is not None:
        one_of(represent, ("sample", "population"), "weights_represent")
    base = calibration.base_weight
    weight = solved(base)
    replicates = replicates_alike(survey.view(()).sample.design.replicates, solved)
    other = reweighted(
        survey,
        weight,
        words,
        calibration=calibration,
        replicates=replicates,
        represent=represent,
    )
    changed = abs(float(weight.sum()) / float(base.sum()) - 1) > _SAME_SUM
    if represent is None and changed:
        other.facts = replace(other.facts, weights_represent=None)
    return other


def replicates_alike(
    replicates: ReplicateWeights | None, solved: Callable[[Array], Array]
) -> ReplicateWeights | None:
    """Return replicate weights (n, R) that were computed like the weights, one by one."""
    if replicates is None:
        return None
    weights = np.empty_like(replicates.weights)
    count = weights.shape[1]
    for r in range(count):
        try:
            weights[:, r] = solved(np.ascontiguousarray(replicates.weights[:, r]))
        except WeightingError as error:
            raise WeightingError(f"in replicate {r + 1:,} of {count:,}, {error}") from None
    return replace(replicates, weights=weights)
