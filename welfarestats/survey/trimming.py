"""Weights kept within limits, and what becomes of the targets that they met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, WeightingError, one_of
from welfarestats.formulas.calibration import calibration_factors
from welfarestats.formulas.trimming import REDISTRIBUTIONS, trimmed_weights
from welfarestats.survey.categories import is_number
from welfarestats.survey.design import Calibration, ReplicateWeights
from welfarestats.survey.new_weights import check_weightable, replicates_alike
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey
from welfarestats.survey.unmet import refuse_calibration

__all__ = ["trim_weights"]

Array = NDArray[np.float64]


def trim_weights(
    survey: Survey,
    lower: float | None = None,
    upper: float | None = None,
    *,
    within: str | Sequence[str] | None = None,
    redistribute: str = "proportional",
    keep_targets: bool = False,
) -> Survey:
    r"""Return the survey with weights between two limits.

    What is cut off goes to those who are not at a limit:
    :math:`w_i' = \min(\max(k\,w_i, l), u)` with the *k* for which the weights of each group add up
    to what they did. With ``keep_targets`` the weights instead meet, within the limits, the
    targets that the survey was last weighted to: :math:`\min(\max(d_i e^{x_i'\lambda}, l), u)`.

    Parameters
    ----------
    survey
        The survey, its data in memory.
    lower, upper
        The least and the largest weight (not factors).
    within
        Question(s) within each of whose (crossed) answers the sum of the weights is kept.
    redistribute
        ``"proportional"`` to the weights, ``"equal"`` amounts, or ``"none"``: the sum changes.
    keep_targets
        Whether the targets of the last raking, post-stratification or calibration are to be met
        again, by raking from its base weights, until the limits hold as well.

    Returns
    -------
    Survey
        The same respondents. Unless targets are kept they are missed after trimming: standard
        errors then no longer gain from them, and notes say so.

    Raises
    ------
    WeightingError
        When no weights within the limits keep the sums, or meet the targets.
    OptionError
        When the limits are none, or there are no targets to keep.
    DataError
        When the survey is a domain or a lazy frame.

    Notes
    -----
    R's ``trimWeights`` hands the excess on in equal amounts, and only once unless ``strict``: then
    a weight may be over the limit again. Here limits always hold. Respondents of weight zero keep
    it.

    References
    ----------
    Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling weights.
    Proceedings of the Section on Survey Research Methods, American Statistical Association,
    225–230.

    Examples
    --------
    >>> import pandas as pd
    >>> survey = Survey(pd.DataFrame({"w": [1.0, 1.0, 2.0, 8.0]}), weights="w")
    >>> trim_weights(survey, upper=5).weights.tolist()
    [1.75, 1.75, 3.5, 5.0]
    """
    check_weightable(survey, "trim_weights()")
    one_of(redistribute, REDISTRIBUTIONS, "redistribute")
    low, high = _limits(lower, upper)
    if keep_targets:
        if within is not None or redistribute != "proportional":
            raise OptionError(
                "with keep_targets= the targets decide who gets what is cut off. Leave within= and"
                " redistribute= out."
            )
        return _with_targets(survey, low, high)
    group = _groups(survey, within)

    def solved(base: Array) -> Array:
        held = base > 0
        weight = base.copy()
        weight[held] = trimmed_weights(
            base[held], low, high, group[held], redistribute=redistribute
        )
        lost = np.isnan(weight)
        if lost.any():
            where = "the survey" if within is None else "a group of " + repr(within)
            total, size = float(base[lost].sum()), int(lost.sum())
            raise WeightingError(
                f"no weights {_span(low, high)} keep the sum of {where}: {size:,} respondents"
                f" together weigh {total:,.6g}, {total / size:.4g} each. Widen the limits."
            )
        return weight

    design = survey.view(()).sample.design
    words = f"trimmed to weights {_span(low, high)}"
    if design.calibrations:
        words += ", after which the targets are no longer met exactly"
    weight = solved(survey.weights)
    return reweighted(survey, weight, words, replicates=_moved(design.replicates, survey, weight))


def _moved(
    replicates: ReplicateWeights | None, survey: Survey, weight: Array
) -> ReplicateWeights | None:
    """Return replicate weights moved as the weights were: a limit is no limit for a replicate."""
    if replicates is None:
        return None
    before = survey.weights
    factor = np.divide(weight, before, out=np.ones_like(before), where=before > 0)
    return replace(replicates, weights=replicates.weights * factor[:, None])


def _limits(lower: float | None, upper: float | None) -> tuple[float, float]:
    given = [one for one in (lower, upper) if one is not None]
    numbers = bool(given) and all(is_number(one) for one in given)
    low = 0.0 if lower is None or not numbers else float(lower)
    high = math.inf if upper is None or not numbers else float(upper)
    if not numbers or not 0 <= low < high:
        raise OptionError(
            f"trim_weights() needs a least or a largest weight, 0 or more and in this order, not"
            f" lower={lower!r}, upper={upper!r}."
        )
    return low, high


def _span(low: float, high: float) -> str:
    if math.isinf(high):
        return f"of at least {low:.6g}"
    return f"of at most {high:.6g}" if low == 0 else f"from {low:.6g} to {high:.6g}"


def _groups(survey: Survey, within: str | Sequence[str] | None) -> NDArray[np.int64]:
    """Return the group of each respondent; those without an answer are one of their own."""
    names = () if within is None else (within,) if isinstance(within, str) else tuple(within)
    view = survey.view(names)
    group = np.zeros(view.size, dtype=np.int64)
    for name in names:
        answers = view.sample.answers(name)
        if answers.codes is None:
            raise WeightingError(
                f"question {name!r} is {answers.question.kind!r}; groups within which weights are"
                " trimmed are made of single answers."
            )
        group = group * (len(answers.question.categories) + 1) + answers.codes + 1
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _with_targets(survey: Survey, low: float, high: float) -> Survey:
    """Return the survey with weights that meet the last targets within the limits."""
    design = survey.view(()).sample.design
    calibrations = design.calibrations or design.missed
    last = calibrations[-1] if calibrations else None
    if last is None or last.target is None:
        raise OptionError(
            "there are no targets to keep: the survey was not raked, post-stratified or calibrated."
            " Do that first, or leave keep_targets out."
        )
    known: Calibration = last

    def raked(base: Array, least: ArrayLike = 0.0, most: ArrayLike = np.inf) -> Array:
        problem = (known.auxiliary, base, np.asarray(known.target))
        found = calibration_factors(
            *problem, method="raking", lower=least, upper=most, tolerance=1e-10
        )
        refuse_calibration(known.columns, problem, found, (least, most), _span(low, high))
        return base * found.factor

    base = known.base_weight
    held = base > 0
    least = np.divide(low, base, out=np.zeros_like(base), where=held)
    most = np.divide(high, base, out=np.full_like(base, np.inf), where=held)
    weight = raked(base, least, most)
    words = f"raked again to the targets within weights {_span(low, high)}"
    replicates = replicates_alike(_moved(design.replicates, survey, weight), raked)
    other = reweighted(survey, weight, words, calibration=known, replicates=replicates)
    # The calibration is made again, not added to the one it replaces.
    sample = other.view(()).sample
    sample.design = replace(sample.design, calibrations=calibrations)
    return other
