"""Means and totals, by domain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError
from welfarestats.estimates.estimate import (
    Counted,
    Domains,
    Estimates,
    blank_if_synthetic,
    domains,
    ratios,
    respondents_in,
    tell_about_domains,
)
from welfarestats.estimates.number_rows import fill_with_numbers, in_order, named_rows
from welfarestats.estimates.proportions import item_labels
from welfarestats.formulas.bases import design_effect, effective_base, effective_sample_size
from welfarestats.survey.answers import Answers
from welfarestats.survey.cell_stacks import Cells
from welfarestats.survey.cells import Tally, sum_cells
from welfarestats.survey.passes import Facts, View, named
from welfarestats.survey.sides import score_side, stub_side
from welfarestats.survey.survey import Survey, check_survey

Array = NDArray[np.float64]


def estimate_means(
    survey: Survey,
    variable: str,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> Estimates:
    r"""Return the mean of a scale, of scored categories or of a numeric column, by domain.

    :math:`\bar y = \sum w y / \sum w` with the variance of a ratio of totals; limits from *t* on
    the design's degrees of freedom.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    variable
        A question of kind ``"scale"``, one whose categories have scores, or a numeric column
        that the codebook does not name.
    by
        A question, or several to be crossed.
    level
        Confidence level, between 0 and 1.
    synthetic_inference
        Give standard errors and limits for invented records too.

    Returns
    -------
    Estimates
        One row a domain; ``category`` is missing. ``effective_sample_size`` is the variance of
        the variable over that of its mean.

    Raises
    ------
    CodebookError
        When a question does not exist or has no scores.
    DataError
        When nobody has a value.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, section 5.7.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> survey = ws.Survey(pd.DataFrame({"age": [20, 30, 40], "w": [1, 1, 2]}), weights="w")
    >>> float(ws.estimate_means(survey, "age").to_frame()["estimate"].iloc[0])
    32.5
    """
    check_survey(survey, "an estimate")
    view = survey.view(named(by), numeric=[variable])
    scores = view.sample.answers(variable, numeric=True).scores()
    groups = domains(view, by)
    centre = overall_mean(scores, view.tally)
    side = score_side(scores, centre)
    cells = sum_cells(side, groups.side, view.tally, view.design, view.df_rule)
    numerator, denominator = cells.flat(1, groups.columns), cells.flat(0, groups.columns)
    found = ratios(cells, numerator, denominator)
    tell_about_domains(groups.labels, found.base, found.degrees_of_freedom)
    frame = named_rows(variable, groups.labels)
    unit = unit_variance(cells, groups.columns)
    fill_with_numbers(frame, centre + found.estimate, found.variance, found, level)
    frame["design_effect"] = design_effect(found.variance, unit, found.base)
    frame["effective_sample_size"] = effective_sample_size(found.variance, unit)
    return blank_if_synthetic(
        in_order(frame),
        found.covariance,
        survey.facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
    )


def estimate_totals(
    survey: Survey,
    variable: str,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    base_includes: Sequence[str] | None = None,
    synthetic_inference: bool = False,
) -> Estimates:
    r"""Return weighted counts of categories, or the total of a scale or numeric column.

    :math:`\hat T = \sum w y`; the variance is that between the PSU totals of each stratum.

    Parameters
    ----------
    survey
        A survey that says what its weights represent, or has none.
    variable
        Categories and nets are counted; a scale, or a numeric column that the codebook does not
        name, is added up.
    by
        A question, or several to be crossed.
    level
        Confidence level, between 0 and 1.
    base_includes
        Reasons for missing that count in the base; ``None`` as the codebook declares.
    synthetic_inference
        Give standard errors and limits for invented records too.

    Returns
    -------
    Estimates
        One row a category and domain; ``effective_sample_size`` is missing.

    Raises
    ------
    OptionError
        When the survey is weighted and does not say what the weights represent.
    CodebookError
        When a question does not exist.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, section 2.8.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M", "F"], "w": [100, 200, 150]})
    >>> survey = ws.Survey(frame, weights="w", weights_represent="population")
    >>> ws.estimate_totals(survey, "sex").to_frame()[["category", "estimate"]]
      category  estimate
    0        F     250.0
    1        M     200.0
    """
    check_survey(survey, "an estimate")
    refuse_unknown_weights(survey, "a total adds the weights up")
    view = survey.view(named(by), numeric=[variable])
    answers = view.sample.answers(variable, numeric=_is_number(survey, variable))
    groups = domains(view, by)
    if answers.values is not None:
        return _scale_total(survey.facts, view, answers, groups, level, synthetic_inference)
    side = stub_side(answers, base_includes)
    cells = sum_cells(side, groups.side, view.tally, view.design, view.df_rule)
    labels = item_labels(answers, base_includes)
    items = np.arange(1, len(labels) + 1)
    cell = np.array([cells.flat(i, c) for i in items for c in groups])
    denominator = np.tile(cells.flat(0, groups.columns), items.size)
    found = ratios(cells, cell, denominator)
    width = groups.columns.size
    tell_about_domains(groups.labels, found.base[:width], found.degrees_of_freedom[:width])
    frame = pd.DataFrame({"variable": [variable] * cell.size})
    frame["category"] = [label for label in labels for _ in range(width)]
    for name, names in groups.labels.items():
        frame[name] = names * len(labels)
    covariance = cells.covariance(np.eye(cells.count.size)[cell])
    fill_with_numbers(frame, cells.weighted.ravel()[cell], np.diag(covariance), found, level)
    unit = found.estimate * (1 - found.estimate) * found.weighted_base**2
    frame["design_effect"] = design_effect(np.diag(covariance), unit, found.base)
    frame["effective_sample_size"] = np.nan
    return blank_if_synthetic(
        in_order(frame),
        covariance,
        survey.facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
        count=lambda: _counted(cells, cell),
    )


def _counted(cells: Cells, places: NDArray[np.int64]) -> Counted:
    """Return how many gave each answer in each domain, and their effective base."""
    count, weighted, square = (
        one.ravel()[places] for one in (cells.count, cells.weighted, cells.square)
    )
    return Counted(count, effective_base(weighted, square))


def _scale_total(
    facts: Facts,
    view: View,
    answers: Answers,
    groups: Domains,
    level: float,
    synthetic_inference: bool,  # noqa: FBT001 - passed through
) -> Estimates:
    scores = answers.scores()
    centre = overall_mean(scores, view.tally)
    side = score_side(scores, centre)
    cells = sum_cells(side, groups.side, view.tally, view.design, view.df_rule)
    bases, sums = cells.flat(0, groups.columns), cells.flat(1, groups.columns)
    found = ratios(cells, sums, bases)
    tell_about_domains(groups.labels, found.base, found.degrees_of_freedom)
    eye = np.eye(cells.count.size)
    forms = eye[sums] + centre * eye[bases]
    covariance = cells.covariance(forms)
    frame = named_rows(answers.question.name, groups.labels)
    fill_with_numbers(frame, forms @ cells.weighted.ravel(), np.diag(covariance), found, level)
    unit = unit_variance(cells, groups.columns) * found.weighted_base**2
    frame["design_effect"] = design_effect(np.diag(covariance), unit, found.base)
    frame["effective_sample_size"] = np.nan
    return blank_if_synthetic(
        in_order(frame),
        covariance,
        facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
        count=lambda: respondents_in([~np.isnan(scores) & (scores != 0)], groups, view),
    )


def refuse_unknown_weights(survey: Survey, why: str) -> None:
    """Raise an `OptionError` where weights are added up and it is not known to what."""
    if survey.facts.weighted and survey.facts.weights_represent is None:
        raise OptionError(
            f"{why}, so it must be known what the weights add up to. Pass"
            ' weights_represent="population" (grossing weights) or "sample" to Survey.'
        )


def overall_mean(scores: Array, tally: Tally) -> float:
    """Return the weighted mean of all scores of the domain, about which sums are taken."""
    known = tally.active & ~np.isnan(scores)
    if not known.any():
        raise DataError("nobody in the domain has a value, so nothing can be estimated.")
    return float(np.average(scores[known], weights=tally.weight[known]))


def unit_variance(cells: Cells, columns: NDArray[np.int64]) -> Array:
    """Return the weighted variance of the scores in each column (divisor Σw)."""
    return score_variance(*(cells.weighted[i, columns] for i in range(3)))


def score_variance(base: Array, total: Array, square: Array) -> Array:
    """Return the weighted variance of scores from Σw, Σws and Σws² about a centre."""
    share = np.divide(1.0, base, out=np.full(base.shape, np.nan), where=base > 0)
    about_centre = square * share
    variance = about_centre - (total * share) ** 2
    # Where everybody has the same score the terms cancel, up to rounding.
    return np.asarray(np.where(variance <= 1e-13 * about_centre, 0.0, variance))


def _is_number(survey: Survey, variable: str) -> bool:
    if variable in survey.codebook:
        return False
    return survey.holds_numbers(variable)
