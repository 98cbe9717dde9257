"""Weights of respondents that make up for those who were asked and did not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError, WeightingError
from welfarestats.formulas.response import (
    class_factors,
    propensity_classes,
    response_propensities,
)
from welfarestats.survey.answers import Answers
from welfarestats.survey.codebook import MISSING_REASONS
from welfarestats.survey.frames import numbers
from welfarestats.survey.new_weights import check_weightable, replicates_alike
from welfarestats.survey.passes import named
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey

__all__ = ["adjust_for_nonresponse"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_FEWEST_CLASSES = 2


def adjust_for_nonresponse(
    survey: Survey,
    responded: str | Mapping[str, Any],
    *,
    classes: str | Sequence[str] | None = None,
    predictors: str | Sequence[str] | None = None,
    groups: int | None = 5,
) -> Survey:
    r"""Return the issued sample with weights of its respondents that stand for everybody issued.

    In a weighting class *c* the weight of respondents is multiplied by
    :math:`\sum_{i \in c} d_i / \sum_{i \in c,\, r_i = 1} d_i`. Classes are the (crossed) answers
    to questions that are known of everybody issued, or groups of similar propensity to respond,
    fitted by a logistic regression under the base weights.

    Parameters
    ----------
    survey
        Everybody issued, respondents or not; its weights are the base weights.
    responded
        A column of True and False (or 1 and 0), or the answers that mean a response, as in
        `Survey.domain`: ``{"outcome": ["Complete", "Partial"]}``.
    classes
        Question(s) whose crossed answers are the weighting classes.
    predictors
        Instead of ``classes``: questions from which the propensity is fitted; those with
        categories enter as indicators, scales as numbers.
    groups
        With ``predictors``: how many classes of about equal weight are made of the propensities, 5
        for quintiles; ``None`` divides each weight by its own propensity.

    Returns
    -------
    Survey
        The same rows. Those who did not respond have weight 0 and stay in the design; the range of
        fitted propensities stands in the notes.

    Raises
    ------
    WeightingError
        When a class has nobody who responded, a predictor or class is missing for somebody, or
        answers tell apart exactly who responded.
    OptionError
        When neither or both of ``classes`` and ``predictors`` are given.
    DataError
        When the survey is a domain or a lazy frame.

    Notes
    -----
    Cases that are not eligible belong in neither side: give them weight 0 before. Respondents of
    ``groups=None`` keep the sum of the base weights only in expectation. Standard errors take the
    adjustment as fixed. Replicate weights are adjusted one by one, in the classes of the full
    sample.

    References
    ----------
    Little, R. J. A. (1986). Survey nonresponse adjustments for estimates of means. International
    Statistical Review 54, 139–157.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"area": ["N", "N", "S", "S"], "answered": [True, False, True, True]}
    ... )
    >>> adjust_for_nonresponse(Survey(frame), "answered", classes="area").weights.tolist()
    [2.0, 0.0, 1.0, 1.0]
    """
    check_weightable(survey, "adjust_for_nonresponse()")
    if (classes is None) == (predictors is None):
        raise OptionError(
            "weights are adjusted within classes=, or by a propensity fitted from predictors=: give"
            " one of them."
        )
    if not named(predictors if classes is None else classes):
        raise OptionError(
            "no question is named to adjust within. Name one or more as classes= or predictors=."
        )
    base = survey.weights
    response = _responses(survey, responded, base > 0)
    if predictors is None:
        names = named(classes)
        group, labels = _crossed(survey, names, base > 0)
        words = f"adjusted for non-response within {' by '.join(names)}"
    else:
        names = named(predictors)
        fitted = _propensities(survey, names, response, base)
        issued = fitted[base > 0]
        words = (
            f"adjusted for non-response by propensity from {', '.join(names)}"
            f" (fitted {issued.min():.2f} to {issued.max():.2f})"
        )
        if groups is None:
            factor = np.divide(1.0, fitted, out=np.zeros_like(fitted), where=response)
            return _adjusted(survey, lambda weight: weight * factor, f"{words}, each by their own")
        _check_classes(groups)
        group = propensity_classes(fitted, base, groups)
        words += f", in {int(group[base > 0].max()) + 1} classes"
        labels = [f"class {i + 1} of the propensity" for i in range(groups)]

    def solved(weight: Array) -> Array:
        factors = class_factors(weight, response, group, len(labels))
        empty = np.flatnonzero(np.isnan(factors))
        if empty.size:
            issued_there = int(((group == empty[0]) & (weight > 0)).sum())
            raise WeightingError(
                f"none of the {issued_there:,} people issued in {labels[empty[0]]} responded"
                f" ({empty.size:,} of {len(labels):,} classes have nobody). Unite it with another"
                " class."
            )
        return np.where(response, weight * factors[group], 0.0)

    return _adjusted(survey, solved, words)


def _check_classes(groups: object) -> None:
    """Raise an `OptionError` unless propensities can be grouped into so many classes."""
    if not isinstance(groups, int) or groups < _FEWEST_CLASSES:
        raise OptionError(f"groups is a number of classes, 2 or more, or None, not {groups!r}.")


def _adjusted(survey: Survey, solved: Any, words: str) -> Survey:
    design = survey.view(()).sample.design
    return reweighted(
        survey,
        solved(survey.weights),
        words,
        replicates=replicates_alike(design.replicates, solved),
    )


def _responses(survey: Survey, responded: str | Mapping[str, Any], issued: Mask) -> Mask:
    """Return who responded, of those issued."""
    sample = survey.view(()).sample
    if isinstance(responded, Mapping):
        response = issued.copy()
        for question, answers in responded.items():
            response &= survey.view((question,)).sample.gave(question, answers)
    else:
        survey._frame.check(responded, "response")
        values = numbers(sample.rows.column(responded), responded)
        other = issued & ~np.isin(values, (0.0, 1.0))
        if other.any():
            raise DataError(
                f"{int(other.sum()):,} of {int(issued.sum()):,} entries of the response column"
                f" {responded!r} are missing or neither True nor False. Decide for each case issued,"
                ' or name the answers that mean a response: {"outcome": ["Complete"]}.'
            )
        response = issued & (values == 1)
    if not response.any():
        raise WeightingError(
            f"none of the {int(issued.sum()):,} people issued responded. Check responded=."
        )
    return response


def _complete(survey: Survey, name: str, issued: Mask) -> Answers:
    answers = survey.view((name,)).sample.answers(name)
    lacking = issued & ~answers.in_base(MISSING_REASONS)
    if answers.mentioned or lacking.any():
        what = "is a multiple response" if answers.mentioned else f"lacks {int(lacking.sum()):,}"
        raise WeightingError(
            f"question {name!r} {what}{'' if answers.mentioned else ' answers'}, and must be known of"
            f" all {int(issued.sum()):,} people issued. Fill it in, give those without an answer a"
            " category, or leave it out."
        )
    return answers


def _crossed(survey: Survey, names: Sequence[str], issued: Mask) -> tuple[Integers, list[str]]:
    """Return the class of each person issued, −1 for the others, and what the classes are called."""
    number = np.zeros(issued.size, dtype=np.int64)
    found = []
    for name in names:
        answers = _complete(survey, name, issued)
        if answers.codes is None:
            raise WeightingError(
                f"question {name!r} is a scale and makes no weighting classes. Group it first, or"
                " name it in predictors=."
            )
        number = number * (len(answers.question.categories) + 1) + answers.codes + 1
        found.append(answers)
    _kinds, first, place = np.unique(number[issued], return_index=True, return_inverse=True)
    group = np.full(issued.size, -1, dtype=np.int64)
    group[issued] = place
    rows = np.flatnonzero(issued)[first]
    labels = [
        " and ".join(
            f"{one.question.name!r}: {_shown(survey, one, one.codes[row])}"
            for one in found
            if one.codes is not None
        )
        for row in rows
    ]
    return group, labels


def _shown(survey: Survey, answers: Answers, position: int) -> str:
    """Return an answer that an error may name: one of the codebook, or a number."""
    name, category = answers.question.name, answers.question.categories[position]
    declared = name in survey.codebook and survey.codebook[name].categories
    numeric = isinstance(category.code, int | float)
    return repr(category.label) if declared or numeric else "(one of its answers)"


def _propensities(survey: Survey, names: Sequence[str], response: Mask, base: Array) -> Array:
    """Return the fitted propensity of everybody issued, 0 for the others."""
    issued = base > 0
    columns = []
    for name in names:
        answers = _complete(survey, name, issued)
        if answers.codes is None:
            assert answers.values is not None
            columns.append(answers.values[issued])
        else:
            given = answers.codes[issued]
            columns += [(given == code).astype(float) for code in np.unique(given)[1:]]
    known = np.column_stack(columns) if columns else np.empty((int(issued.sum()), 0))
    try:
        fitted = response_propensities(known, response[issued], base[issued])
    except ModuleNotFoundError:
        raise OptionError(
            "a propensity is fitted with statsmodels, which is not installed. Run: pip install"
            " 'welfarestats[weighting]', or adjust within classes=."
        ) from None
    if fitted is None:
        raise WeightingError(
            f"it follows exactly from {', '.join(map(repr, names))} who did not respond, so no"
            " propensity can be fitted. Unite categories in which nobody responded, or leave a predictor out."
        )
    propensity = np.zeros(base.size)
    propensity[issued] = fitted
    return propensity
