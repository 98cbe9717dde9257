"""What weights cost and who carries them: range, design effect, effective bases, targets met."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import OptionError, WeightingError
from welfarestats.formulas.bases import effective_base
from welfarestats.survey.categories import is_number
from welfarestats.survey.codebook import MISSING_REASONS
from welfarestats.survey.design import Calibration
from welfarestats.survey.passes import named
from welfarestats.survey.survey import Survey, check_survey
from welfarestats.survey.weight_tables import CLASS_EDGES, WeightSummary

__all__ = ["summarise_weights"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_GROUP = (
    "variable",
    "category",
    "weighting",
    "base",
    "weighted_base",
    "effective_base",
    "design_effect",
    "efficiency",
    "minimum",
    "maximum",
)
_TARGETS = (
    "variable",
    "category",
    "target",
    "before",
    "after",
    "target_share",
    "before_share",
    "after_share",
    "met",
)
_EXTREMES = ("variable", "category", "base", "extreme", "share_of_base", "share_of_weights")
_MET = 1e-6
# Between the questions of a margin, and before the group that it lies within.
_PARTS = re.compile(" by | within ")


def summarise_weights(
    survey: Survey,
    by: str | Sequence[str] | None = None,
    *,
    extreme_weight: float = 5.0,
) -> WeightSummary:
    r"""Return the range of the weights, what they leave of the bases, and the targets they meet.

    Effective base :math:`(\sum w)^2 / \sum w^2`, overall and in each group; Kish's design effect
    of the weights is base over effective base.

    Parameters
    ----------
    survey
        The survey, its data in memory.
    by
        Question(s) whose answers are the groups; those weighted to when left out.
    extreme_weight
        Weights over this many times the mean weight are called extreme.

    Returns
    -------
    WeightSummary
        Tables and a picture; a notebook shows it by itself.

    Raises
    ------
    OptionError
        When the limit is not above 1, or a question has no single or multiple answers.
    DataError
        When the data are a lazy frame.

    Notes
    -----
    After `trim_weights` the targets that were met before it are still shown, with what is met of
    them now. In a domain its respondents are summarised; targets concern the whole survey.

    References
    ----------
    Kish, L. (1992). Weighting for unequal Pi. Journal of Official Statistics 8, 183–200.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"sex": ["F", "F", "F", "M"], "w": [0.5, 0.5, 1.0, 2.0]})
    >>> summary = summarise_weights(Survey(frame, weights="w"), by="sex")
    >>> summary.to_frame()[["category", "base", "effective_base"]].round(2).values.tolist()
    [['Total', 4, 2.91], ['F', 3, 2.67], ['M', 1, 1.0]]
    """
    check_survey(survey, "a summary of weights")
    if not (is_number(extreme_weight) and 1 < extreme_weight < math.inf):
        raise OptionError(
            f"extreme_weight is a number above 1, times the mean weight, not {extreme_weight!r}."
        )
    after = survey.weights
    view = survey.view(())
    active = view.tally.active
    known = view.design.calibrations or view.design.missed
    before = _weights_before(survey, known)
    kinds = {"given": after} if before is None else {"before": before, "after": after}
    names = named(by) if by is not None else _weighted_to(survey, known)
    groups = _groups(survey, names, active)
    rows = [
        (variable, category, kind, *_measures(weight, mask & active, active))
        for variable, category, mask in groups
        for kind, weight in kinds.items()
    ]
    limit = extreme_weight * float(after[active].mean())
    carriers = [
        (variable, category, *_carried(after, mask & active, limit))
        for variable, category, mask in groups
    ]
    shares = {kind: _distribution(weight, active) for kind, weight in kinds.items()}
    return WeightSummary(
        pd.DataFrame(rows, columns=list(_GROUP)),
        _targets_met(known, after),
        pd.DataFrame(carriers, columns=list(_EXTREMES)),
        shares,
        survey.facts.weighting,
        float(extreme_weight),
        survey.origin if survey.origin == "synthetic" else "",
    )


def _weights_before(survey: Survey, known: Sequence[Calibration]) -> Array | None:
    """Return the weights before any were computed, where these are known."""
    if not survey.facts.weighting:
        return None
    given: Array = survey._frame.rows((), survey._layout.weights).weight
    if not np.array_equal(given, survey.weights):
        return given
    # The column holds the weights that were computed, as in a file that was read again.
    return known[0].base_weight if known else None


def _weighted_to(survey: Survey, known: Sequence[Calibration]) -> tuple[str, ...]:
    """Return the questions whose categories were weighted to."""
    names: dict[str, None] = {}
    for one in known:
        for variable, category in one.columns:
            for name in _PARTS.split(variable) if category else ():
                if name in survey.codebook or name in survey._frame.columns:
                    names[name] = None
    return tuple(name for name in names if not _is_number(survey, name))


def _is_number(survey: Survey, name: str) -> bool:
    return name in survey.codebook and survey.codebook[name].kind == "scale"


def _groups(survey: Survey, names: Sequence[str], active: Mask) -> list[tuple[str, str, Mask]]:
    """Return all respondents, then those who gave each answer to each question."""
    groups = [("", "Total", np.ones_like(active))]
    for name in names:
        answers = survey.view((name,)).sample.answers(name)
        if answers.values is not None:
            raise WeightingError(
                f"question {name!r} is a scale, so its answers are no groups. Group it first."
            )
        question = answers.question
        for position in question.counted(MISSING_REASONS):
            mask = answers.gave((position,))
            if (mask & active).any():
                groups.append((name, question.categories[position].label, mask))
    return groups


def _measures(weight: Array, mask: Mask, active: Mask) -> tuple[float, ...]:
    own = weight[mask & (weight > 0)]
    total, effective = float(own.sum()), float(effective_base(own.sum(), (own**2).sum()))
    mean = float(weight[active & (weight > 0)].mean())
    least, most = (float(own.min()) / mean, float(own.max()) / mean) if own.size else (0.0, 0.0)
    size = own.size
    if not size:
        return (0, 0.0, 0.0, math.nan, math.nan, math.nan, math.nan)
    return (size, total, effective, size / effective, effective / size, least, most)


def _carried(weight: Array, mask: Mask, limit: float) -> tuple[float, ...]:
    over = mask & (weight > limit)
    size, count = int(mask.sum()), int(over.sum())
    return size, count, count / size, float(weight[over].sum() / weight[mask].sum())


def _distribution(weight: Array, active: Mask) -> Array:
    own = weight[active & (weight > 0)]
    # A weight on an edge, such as 1 in an unweighted survey, belongs to the class above it.
    place = np.searchsorted(CLASS_EDGES, (own / own.mean()).round(9), side="right") - 1
    return np.bincount(place, minlength=len(CLASS_EDGES) - 1) / own.size


def _targets_met(known: Sequence[Calibration], after: Array) -> pd.DataFrame:
    """Return every target with the sums of the weights before and after."""
    rows = []
    for one in known:
        if one.target is None:
            continue
        before, now = one.auxiliary.T @ one.base_weight, one.auxiliary.T @ after
        frame = pd.DataFrame(one.columns, columns=["variable", "category"])
        frame["target"], frame["before"], frame["after"] = one.target, before, now
        rows.append(frame)
    if not rows:
        return pd.DataFrame(columns=list(_TARGETS))
    met = pd.concat(rows, ignore_index=True).drop_duplicates(
        ["variable", "category"], keep="last", ignore_index=True
    )
    number = met["category"] == ""
    for name in ("target", "before", "after"):
        whole = met.groupby("variable", sort=False)[name].transform("sum")
        met[f"{name}_share"] = (met[name] / whole).where(~number)
    size = met["target"].abs().where(met["target"] != 0, 1.0)
    met["met"] = (met["after"] - met["target"]).abs() <= _MET * size
    return met[list(_TARGETS)]
