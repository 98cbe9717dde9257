"""Weights that meet population figures: raking, post-stratification, calibration, declared weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import OptionError, WeightingError, listed
from welfarestats.formulas.raking import raking_factors
from welfarestats.survey.design import Calibration
from welfarestats.survey.margins import PlacedRespondents, place_respondents
from welfarestats.survey.new_weights import (
    check_tolerance,
    check_weightable,
    with_calibrated_weights,
)
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey
from welfarestats.survey.targets import margin_list, wanted_margins
from welfarestats.survey.unmet import refuse_emptied, refuse_raking

__all__ = ["declare_calibration", "poststratify", "rake"]

Array = NDArray[np.float64]


def rake(
    survey: Survey,
    targets: Any,
    *,
    margins: Sequence[str | Sequence[str]] | None = None,
    within: str | None = None,
    missing: str = "fail",
    weights_represent: str | None = None,
    tolerance: float = 1e-12,
) -> Survey:
    r"""Return the survey with weights that meet the targets of every margin.

    Each respondent's base weight is multiplied by one factor for each margin,
    :math:`w_i = d_i \prod_j f_{j, c_{ij}}`, so that the weights of every category add up to its
    target; no other weights that do are nearer to the base weights (in
    :math:`\sum w \log(w / d) - w + d`).

    Parameters
    ----------
    survey
        The survey, its data in memory. Its weights are the base weights.
    targets
        ``{"sex": {"Men": 0.48, "Women": 0.52}, …}`` by label, code or net; for a joint margin a
        frame or CSV file with a column a question and ``target``, or tuples,
        ``{("age", "sex"): {("16-24", "Men"): 0.07, …}}``; one long frame or file with
        ``variable``, ``category`` and ``target``; another `Survey`; or a list of these. Shares
        keep the sum of the base weights, counts scale the weights to their sum.
    margins
        With another survey as targets: which questions, or tuples of them, to take from it.
    within
        A question: weights are raked within each of its answers, to targets of its own,
        ``{"UC": {"sex": …}, "PIP": {"sex": …, "region": …}}``. Shares keep each answer's sum.
    missing
        What to do with respondents without an answer: ``"fail"``, or ``"keep"``: they are a
        category of their own that keeps its share of the base weights.
    weights_represent
        What the weights add up to, ``"sample"`` or ``"population"``; as before when left out,
        and not known when counts change the sum.
    tolerance
        The largest relative difference between a target and what is achieved.

    Returns
    -------
    Survey
        The same respondents; standard errors know that the targets are met.

    Raises
    ------
    WeightingError
        When targets disagree, a category has no respondents, respondents have no target or no
        answer, or no weights meet all targets.
    OptionError
        When an option is not one of its words, or the targets have none of their forms.
    DataError
        When the survey is a domain or a lazy frame.

    Notes
    -----
    The distinct combinations of answers are raked, not the respondents. Replicate weights are
    raked one by one to the same targets. Respondents of weight zero keep it.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics 11,
    427–444.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"sex": ["F", "F", "F", "M"], "age": ["16-49", "50+", "50+", "16-49"]}
    ... )
    >>> weighted = rake(
    ...     Survey(frame), {"sex": {"F": 0.5, "M": 0.5}, "age": {"16-49": 0.6, "50+": 0.4}}
    ... )
    >>> weighted.weights.round(3).tolist()
    [0.4, 0.8, 0.8, 2.0]
    """
    check_weightable(survey, "rake()", missing)
    check_tolerance(tolerance)
    wanted = wanted_margins(targets, margins=margins, within=within)
    words = f"raked to {margin_list(wanted)}{_inside(within)}"
    placed = place_respondents(survey, wanted, within=within, missing=missing)
    return _fitted(survey, placed, words, weights_represent, tolerance)


def poststratify(
    survey: Survey,
    columns: str | Sequence[str],
    targets: Any,
    *,
    missing: str = "fail",
    weights_represent: str | None = None,
) -> Survey:
    r"""Return the survey with weights that meet the target of every post-stratum.

    In post-stratum *g* every base weight is multiplied by :math:`N_g / \sum_g d_i`.

    Parameters
    ----------
    survey
        The survey, its data in memory. Its weights are the base weights.
    columns
        The question whose answers are the post-strata, or several that are crossed.
    targets
        ``{"E": 4421, "H": 755}`` by label, code or net, for crossed questions by tuples of them; a
        frame or CSV file with the questions' columns and ``target``; or another `Survey`. Shares
        keep the sum of the base weights, counts scale the weights to their sum.
    missing
        What to do with respondents without an answer: ``"fail"``, or ``"keep"``: they are a
        post-stratum of their own that keeps its share of the base weights.
    weights_represent
        What the weights add up to, ``"sample"`` or ``"population"``; as before when left out,
        and not known when counts change the sum.

    Returns
    -------
    Survey
        The same respondents; standard errors know that the targets are met.

    Raises
    ------
    WeightingError
        When a post-stratum has no respondents, or respondents have no target or no answer.
    OptionError
        When an option is not one of its words, or the targets have none of their forms.
    DataError
        When the survey is a domain or a lazy frame.

    References
    ----------
    Holt, D. and Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical
    Society A 142, 33–46.

    Examples
    --------
    >>> import pandas as pd
    >>> survey = Survey(pd.DataFrame({"sex": ["F", "F", "F", "M"]}))
    >>> poststratify(survey, "sex", {"F": 30, "M": 20}).weights.tolist()
    [10.0, 10.0, 10.0, 20.0]
    """
    check_weightable(survey, "poststratify()", missing)
    names = _names(columns)
    if isinstance(targets, Survey):
        wanted = wanted_margins(targets, margins=[names])
    elif isinstance(targets, Mapping) and not _keyed_by_question(targets):
        wanted = wanted_margins({names: targets})
    else:
        wanted = wanted_margins(targets)
    if len(wanted) != 1 or set(wanted[0].questions) != set(names):
        found = "; ".join(margin.words for margin in wanted)
        raise OptionError(
            f"the post-strata are {listed(names)}, but there are targets of {found}. Give those of"
            " the post-strata, or rake() to several margins."
        )
    words = f"post-stratified to {margin_list(wanted)}"
    placed = place_respondents(survey, wanted, missing=missing)
    return _fitted(survey, placed, words, weights_represent, 1e-12)


def declare_calibration(
    survey: Survey,
    targets: Any,
    *,
    margins: Sequence[str | Sequence[str]] | None = None,
    within: str | None = None,
    missing: str = "fail",
    tolerance: float = 0.001,
) -> Survey:
    """Return the survey with its weights, once it is seen that they meet the targets.

    For a file that comes with a final weight and a note on what it was weighted to: standard
    errors can only use that if it is said.

    Parameters
    ----------
    survey
        The survey, its data in memory, under its final weights.
    targets, margins, within, missing
        As in `rake`. Counts must add up to the sum of the weights.
    tolerance
        How far the weighted share of a category may be from its target; weights that were trimmed
        or rounded do not meet targets exactly.

    Returns
    -------
    Survey
        The same respondents and weights; standard errors know that the targets are met.

    Raises
    ------
    WeightingError
        When the weights do not meet the targets; the one they are furthest from is named.

    Notes
    -----
    Without the base weights, variables are regressed on the margins with the final weights.
    Replicate weights are taken as they are: who made them calibrated them, or did not.

    References
    ----------
    Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376–382, also on the variance.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"sex": ["F", "F", "F", "M"], "w": [0.8, 0.7, 0.5, 2.0]})
    >>> survey = declare_calibration(Survey(frame, weights="w"), {"sex": {"F": 0.5, "M": 0.5}})
    >>> survey.weights.tolist()
    [0.8, 0.7, 0.5, 2.0]
    """
    check_weightable(survey, "declare_calibration()", missing)
    check_tolerance(tolerance)
    wanted = wanted_margins(targets, margins=margins, within=within)
    placed = place_respondents(survey, wanted, within=within, missing=missing)
    weight = survey.weights
    sums, total = placed.sums(weight), float(weight.sum())
    for margin in placed.margins:
        inside = margin.category >= 0
        held = np.bincount(margin.category[inside], weights=sums[inside])
        whole, asked = float(held.sum()), float(margin.target.sum())
        if abs(whole - asked) > tolerance * whole:
            raise WeightingError(
                f"the weights add up to {total:,.10g}, the targets of {margin.words} to"
                f" {asked:,.10g}. Give shares, if the weights stand for the sample."
            )
        off = np.abs(held / whole - margin.target / asked)
        worst = int(np.argmax(off))
        if off[worst] > tolerance:
            raise WeightingError(
                f"the weights do not meet the target of {margin.labels[worst]!r} of {margin.words}:"
                f" its weighted share is {held[worst] / whole:.4f}, the target"
                f" {margin.target[worst] / asked:.4f}. Correct the targets, rake() to them, or pass"
                " a wider tolerance=."
            )
    sample = survey.view(()).sample
    known = Calibration(placed.indicators(), weight, placed.columns, placed.target)
    words = f"weights declared to meet {margin_list(wanted)}{_inside(within)}"
    return reweighted(survey, weight, words, calibration=known, replicates=sample.design.replicates)


def _names(columns: Any) -> tuple[str, ...]:
    """Return the questions whose answers are post-strata."""
    names = (columns,) if isinstance(columns, str) else columns
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise OptionError(
            f"the post-strata are a question or a list of questions, not {columns!r}."
        )
    return tuple(names)


def _inside(within: str | None) -> str:
    return f" within {within}" if within else ""


def _keyed_by_question(targets: Mapping[Any, Any]) -> bool:
    """Return whether targets stand under the question(s) rather than under the answers."""
    return len(targets) == 1 and all(isinstance(value, Mapping) for value in targets.values())


def _fitted(
    survey: Survey,
    placed: PlacedRespondents,
    words: str,
    represent: str | None,
    tolerance: float,
) -> Survey:
    """Return the survey raked to margins in which its respondents are placed."""
    margins = [(margin.category, margin.target) for margin in placed.margins]

    def solved(base: Array) -> Array:
        sums = placed.sums(base)
        # A replicate may have left everybody out of a cell.
        held = sums > 0
        refuse_emptied(placed, held)
        inner = [(category[held], target) for category, target in margins]
        raked = raking_factors(sums[held], inner, tolerance=tolerance)
        refuse_raking(placed, held, sums[held], raked)
        factor = np.ones(sums.size)
        factor[held] = raked.factor
        return base * placed.spread(factor)

    base = survey.weights
    calibration = Calibration(placed.indicators(), base, placed.columns, placed.target)
    return with_calibrated_weights(survey, solved, words, calibration, represent)
