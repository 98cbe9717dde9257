"""Calibration to totals of categories and of numbers, by the distance that is chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import OptionError, WeightingError, one_of
from welfarestats.formulas.calibration import METHODS, calibration_factors
from welfarestats.survey.categories import is_number
from welfarestats.survey.design import Calibration
from welfarestats.survey.margins import PlacedRespondents, place_respondents
from welfarestats.survey.new_weights import check_weightable, with_calibrated_weights
from welfarestats.survey.survey import Survey
from welfarestats.survey.targets import LARGEST_TARGET, margin_list, wanted_margins
from welfarestats.survey.unmet import refuse_calibration, refuse_emptied, refuse_negative

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["calibrate"]

Array = NDArray[np.float64]

_TOLERANCE = 1e-10


def calibrate(
    survey: Survey,
    totals: Any,
    *,
    method: str = "linear",
    bounds: Sequence[float] | None = None,
    population: float | None = None,
    missing: str = "fail",
    weights_represent: str | None = None,
) -> Survey:
    r"""Return the survey with weights that add up to totals of categories and of numbers.

    Base weights are multiplied by :math:`g_i = F(x_i'\lambda)` such that
    :math:`\sum_i d_i g_i x_i` are the totals; *F* is the method's.

    Parameters
    ----------
    survey
        The survey, its data in memory. Its weights are the base weights.
    totals
        For each question its targets, as in `rake`, or, for a scale, the total in the population:
        ``{"stype": {"E": 4421, "H": 755, "M": 1018}, "api99": 3914069}``. Frames and files as in
        `rake`, in a list with a mapping.
    method
        ``"linear"`` (generalised regression, GREG), ``"raking"`` (exponential: the weights of
        `rake`) or ``"logit"`` (between bounds, approached smoothly).
    bounds
        The least and the largest factor, ``(0.5, 2)``; needed for ``"logit"``. The others cut
        their factors at them.
    population
        The sum of the weights, where it is known and no categories give it.
    missing
        What to do with respondents without an answer to a question with categories: ``"fail"``,
        or ``"keep"``: they are a category of their own that keeps its share of the base weights.
    weights_represent
        What the weights add up to, ``"sample"`` or ``"population"``; as before when left out,
        and not known when totals change the sum.

    Returns
    -------
    Survey
        The same respondents; standard errors know that the totals are met.

    Raises
    ------
    WeightingError
        When totals disagree or cannot be met, within the bounds where there are any, or when
        ``"linear"`` without bounds gives negative weights.
    OptionError
        When an option is not one of its words, or bounds do not lie around 1.
    DataError
        When the survey is a domain or a lazy frame.

    Notes
    -----
    Bounds are factors of the base weights. Where the totals are counts of a population and the
    base weights add up to the sample, gross the base weights first.

    References
    ----------
    Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376–382.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"age": [20, 30, 40], "sex": ["F", "M", "M"]})
    >>> calibrate(Survey(frame), {"age": 100}, population=3).weights.round(3).tolist()
    [0.5, 1.0, 1.5]
    """
    check_weightable(survey, "calibrate()", missing)
    one_of(method, METHODS, "method")
    low, high = _limits(method, bounds)
    if population is not None and not (is_number(population) and 0 < population < LARGEST_TARGET):
        raise OptionError(f"population is a number of people above 0, not {population!r}.")
    parts = totals if isinstance(totals, list | tuple) else [totals]
    numbers = dict(_numbers(parts))
    categories = _categories(parts)
    wanted = wanted_margins(categories) if categories else ()
    placed = place_respondents(survey, wanted, missing=missing) if wanted else None
    listing = [margin_list(wanted)] if wanted else []
    words = f"calibrated ({method}) to {', '.join([*listing, *numbers])}"
    known = _known(survey, placed, numbers, population)
    span = "" if bounds is None else f"{low:g} to {high:g} times the base weights"

    def solved(base: Array) -> Array:
        if placed is not None:
            refuse_emptied(placed, placed.sums(base) > 0)
        cells = placed if placed is not None and known.only_categories else None
        auxiliary = known.auxiliary if cells is None else cells.cell_indicators()
        weight = base if cells is None else cells.sums(base)
        found = calibration_factors(
            auxiliary,
            weight,
            known.target,
            method=method,
            lower=low,
            upper=high,
            tolerance=_TOLERANCE,
        )
        problem = (auxiliary, weight, known.target)
        refuse_calibration(known.columns, problem, found, (low, high), span)
        new = base * (found.factor if cells is None else cells.spread(found.factor))
        refuse_negative(new, base)
        return np.maximum(new, 0.0)

    calibration = Calibration(known.auxiliary, survey.weights, known.columns, known.target)
    return with_calibrated_weights(survey, solved, words, calibration, weights_represent)


def _limits(method: str, bounds: Any) -> tuple[float, float]:
    if bounds is None:
        if method == "logit":
            raise OptionError('method="logit" needs bounds, such as bounds=(0.5, 2).')
        return (-math.inf if method == "linear" else 0.0), math.inf
    pair = tuple(bounds) if isinstance(bounds, Sequence | np.ndarray) else ()
    good = len(pair) == 2 and all(is_number(one) for one in pair)
    if not good or not 0 <= pair[0] < 1 < pair[1]:
        raise OptionError(
            f"bounds are the least and the largest factor of a weight, 0 or more, below and above 1:"
            f" bounds=(0.5, 2), not {bounds!r}."
        )
    return float(pair[0]), float(pair[1])


def _numbers(parts: Sequence[Any]) -> list[tuple[str, float]]:
    """Return the totals of numbers among what is given."""
    found = []
    for part in parts:
        for name, total in part.items() if isinstance(part, Mapping) else ():
            if is_number(total):
                if not abs(total) < LARGEST_TARGET:
                    raise WeightingError(
                        f"the total of {name!r} is {total!r}, no number to calibrate to."
                    )
                found.append((name, float(total)))
    return found


def _categories(parts: Sequence[Any]) -> list[Any]:
    """Return the targets of categories among what is given."""
    found: list[Any] = []
    for part in parts:
        if not isinstance(part, Mapping):
            found.append(part)
        elif own := {name: one for name, one in part.items() if not is_number(one)}:
            found.append(own)
    return found


@dataclass(frozen=True)
class _Known:
    """What the weights are to add up to: auxiliary variables (n, P), their totals and names."""

    auxiliary: sparse.csr_array
    target: Array
    columns: tuple[tuple[str, str], ...]
    only_categories: bool


def _known(
    survey: Survey,
    placed: PlacedRespondents | None,
    numbers: Mapping[str, float],
    population: float | None,
) -> _Known:
    from scipy import sparse

    weight = survey.weights
    blocks: list[Any] = [] if placed is None else [placed.indicators()]
    target = [] if placed is None else list(placed.target)
    columns = [] if placed is None else list(placed.columns)
    if population is not None:
        blocks.append(sparse.csr_array(np.ones((weight.size, 1))))
        target.append(float(population))
        columns.append(("(everybody)", ""))
    if numbers:
        values = [_values(survey, name, weight) for name in numbers]
        blocks.append(sparse.csr_array(np.column_stack(values)))
        target += list(numbers.values())
        columns += [(name, "") for name in numbers]
    if not blocks:
        raise OptionError("there are no totals. Give figures: {'sex': {'Men': 0.48, …}}.")
    auxiliary = sparse.csr_array(sparse.hstack(blocks)) if len(blocks) > 1 else blocks[0]
    only = len(blocks) == 1 and placed is not None
    return _Known(auxiliary, np.array(target), tuple(columns), only)


def _values(survey: Survey, name: str, weight: Array) -> Array:
    """Return a question's numbers, which everybody with a weight must have."""
    values = survey.view((), numeric=[name]).sample.answers(name, numeric=True).scores()
    missing = np.isnan(values) & (weight > 0)
    if missing.any():
        raise WeightingError(
            f"{int(missing.sum()):,} of {int((weight > 0).sum()):,} respondents have no value of"
            f" {name!r}, whose total is calibrated to. Fill them in, or group it with a category"
            " for those who have none."
        )
    return np.where(np.isnan(values), 0.0, values)
