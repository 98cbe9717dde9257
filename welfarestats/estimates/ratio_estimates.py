"""Ratios of two weighted totals, by domain."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DataWarning, listed
from welfarestats.estimates.estimate import (
    Domains,
    Estimates,
    Ratios,
    Together,
    blank_if_synthetic,
    domains,
    ratios,
    respondents_in,
    tell_about_domains,
)
from welfarestats.estimates.number_rows import fill_with_numbers, in_order, named_rows
from welfarestats.formulas.bases import design_effect, effective_base, effective_sample_size
from welfarestats.survey.cell_stacks import Cells
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.passes import View, named
from welfarestats.survey.sides import value_side
from welfarestats.survey.survey import Survey, check_survey

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# The items of the pass: base, residual e, denominator x, and their squares and product.
_BASE, _RESIDUAL, _DENOMINATOR, _EE, _EX, _XX = range(6)


def estimate_ratios(
    survey: Survey,
    numerator: str,
    denominator: str,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> Estimates:
    r"""Return the ratio of two weighted totals, by domain, with its uncertainty.

    What one amount is of another among the same respondents, such as rent over income:
    :math:`\hat R = \sum w y / \sum w x` with the variance of the linearised variable
    :math:`w (y - \hat R x) / \sum w x`; limits from *t* on the design's degrees of freedom.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    numerator, denominator
        Questions of kind ``"scale"``, questions whose categories have scores, or numeric columns
        that the codebook does not name. The denominator is at least 0 for everybody.
    by
        A question, or several to be crossed.
    level
        Confidence level, between 0 and 1.
    synthetic_inference
        Give standard errors and limits for invented records too.

    Returns
    -------
    Estimates
        One row a domain; ``variable`` is ``numerator/denominator``, ``category`` is missing. The
        base is those who have both numbers. ``design_effect`` is that of the linearised variable.

    Raises
    ------
    CodebookError
        When a question does not exist or has no scores.
    DataError
        When nobody has both numbers, or the denominator is negative or adds up to 0.

    Notes
    -----
    A ratio of totals is not the mean of everybody's own ratio. With a denominator of 1 for
    everybody it is `estimate_means`.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, on the estimation of a ratio.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"rent": [300, 500], "income": [1_000, 3_000], "w": [1, 2]})
    >>> survey = ws.Survey(frame, weights="w")
    >>> result = ws.estimate_ratios(survey, "rent", "income").to_frame()
    >>> result["variable"][0], round(float(result["estimate"][0]), 4)
    ('rent/income', 0.1857)
    """
    check_survey(survey, "an estimate")
    view = survey.view(named(by), numeric=[numerator, denominator])
    y = view.sample.answers(numerator, numeric=True).scores()
    x = view.sample.answers(denominator, numeric=True).scores()
    known = ~np.isnan(y) & ~np.isnan(x)
    overall = _overall_ratio(y, x, view, known, denominator)
    groups = domains(view, by)
    # Sums are taken of what the overall ratio leaves, so that no figures are lost.
    residual = y - overall * x
    side = value_side(known, (residual, x, residual**2, residual * x, x**2))
    cells = sum_cells(side, groups.side, view.tally, view.design, view.df_rule)
    found = _found(cells, groups)
    tell_about_domains(groups.labels, found.base, found.degrees_of_freedom)
    _tell_about_zeros(cells, groups, denominator)
    frame = named_rows(f"{numerator}/{denominator}", groups.labels)
    fill_with_numbers(frame, overall + found.estimate, found.variance, found, level)
    unit = _unit_variance(cells, groups, found.estimate)
    frame["design_effect"] = design_effect(found.variance, unit, found.base)
    frame["effective_sample_size"] = effective_sample_size(found.variance, unit)
    return blank_if_synthetic(
        in_order(frame),
        found.covariance,
        survey.facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
        count=lambda: respondents_in([known & (y != 0), known & (x != 0)], groups, view),
    )


def _overall_ratio(y: Array, x: Array, view: View, known: Mask, denominator: str) -> float:
    """Return the ratio among all of the domain, about which sums are taken."""
    here = view.tally.active & known
    if not here.any():
        raise DataError(
            "nobody in the domain has both a numerator and a denominator, so no ratio can be"
            " estimated."
        )
    negative = here & (x < 0)
    if negative.any():
        raise DataError(
            f"the denominator {denominator!r} is negative for"
            f" {int(view.tally.count[negative].sum()):,} of"
            f" {int(view.tally.count[here].sum()):,} respondents. A ratio divides by an amount of"
            " at least 0: correct them, or declare their code as missing."
        )
    below = float(view.tally.weight[here] @ x[here])
    if below <= 0:
        raise DataError(
            f"the denominator {denominator!r} is 0 for all"
            f" {int(view.tally.count[here].sum()):,} respondents, so there is nothing to divide by."
            " Check which question it should be."
        )
    return float(view.tally.weight[here] @ y[here]) / below


def _found(cells: Cells, groups: Domains) -> Ratios:
    """Return the ratios of residuals to denominators, on the bases of respondents."""
    residuals, below = (
        cells.flat(_RESIDUAL, groups.columns),
        cells.flat(_DENOMINATOR, groups.columns),
    )
    weighted = cells.weighted[_BASE, groups.columns]
    squares = cells.square[_BASE, groups.columns]
    with np.errstate(divide="ignore", invalid="ignore"):  # denominators of 0 are told of
        found = ratios(cells, residuals, below)
    zero = cells.weighted[_DENOMINATOR, groups.columns] <= 0
    covariance = found.covariance
    covariance[zero, :] = covariance[:, zero] = np.nan
    # Degrees of freedom are those of the people, whose denominator may be 0.
    together = Together(cells, cells.flat(_BASE, groups.columns)[:, None])
    df = [together.degrees_of_freedom(np.array([row])) for row in range(weighted.size)]
    return replace(
        found,
        degrees_of_freedom=np.array(df),
        together=together,
        estimate=np.where(zero, np.nan, found.estimate),
        covariance=covariance,
        weighted_base=weighted,
        effective_base=effective_base(weighted, squares),
    )


def _tell_about_zeros(cells: Cells, groups: Domains, denominator: str) -> None:
    """Warn of domains in which the denominator adds up to nothing."""
    zero = cells.weighted[_DENOMINATOR, groups.columns] <= 0
    zero &= cells.count[_BASE, groups.columns] > 0
    if zero.any():
        names = [" & ".join(parts) for parts in zip(*groups.labels.values(), strict=True)]
        named_zero = [name for name, here in zip(names, zero, strict=True) if here]
        warnings.warn(
            f"the denominator {denominator!r} is 0 for everybody in {len(named_zero)} of"
            f" {len(names)} domains: {listed(named_zero)}. Their ratios are missing.",
            DataWarning,
            stacklevel=3,
        )


def _unit_variance(cells: Cells, groups: Domains, difference: Array) -> Array:
    """Return the weighted variance of the linearised variable, (y − R x)/x̄, in each domain."""
    sums = cells.weighted[:, groups.columns]
    squares = sums[_EE] - 2 * difference * sums[_EX] + difference**2 * sums[_XX]
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = squares * sums[_BASE] / sums[_DENOMINATOR] ** 2
    # Where everybody has the same ratio the terms cancel, up to rounding.
    scale = sums[_EE] + difference**2 * sums[_XX]
    return np.asarray(np.where(squares <= 1e-13 * scale, 0.0 * unit, unit))
