"""Proportions of categories and nets, by domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, OptionError
from welfarestats.estimates.estimate import (
    NO_DEGREES_OF_FREEDOM,
    Estimates,
    Ratios,
    blank_if_synthetic,
    domains,
    ratios,
    tell_about_domains,
)
from welfarestats.estimates.rows_by_groups import RowRatios
from welfarestats.formulas.bases import design_effect, effective_sample_size
from welfarestats.formulas.intervals import proportion_interval
from welfarestats.survey.answers import Answers
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.passes import View, named
from welfarestats.survey.sides import stub_side
from welfarestats.survey.survey import Survey, check_survey

Array = NDArray[np.float64]


def estimate_proportions(
    survey: Survey,
    variable: str,
    by: str | Sequence[str] | None = None,
    *,
    interval: str = "logit",
    level: float = 0.95,
    base_includes: Sequence[str] | None = None,
    population: int | None = None,
    synthetic_inference: bool = False,
) -> Estimates:
    r"""Return the proportion of each category and net, by domain, with its uncertainty.

    A proportion is a ratio of weighted counts, :math:`p = \sum w x / \sum w d`; its variance is
    that of the linearised variable :math:`w (x - p d) / \sum w d` between the PSUs of each
    stratum.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    variable
        A single or multiple response question.
    by
        A question, or several to be crossed; one row for each of their categories.
    interval
        ``"logit"``, ``"wilson"``, ``"mid-p"``, ``"korn-graubard"``, ``"beta"``, ``"wald"``,
        ``"asin"``, ``"likelihood"``, ``"clopper-pearson"``, ``"jeffreys"`` or
        ``"hypergeometric"``.
    level
        Confidence level, between 0 and 1.
    base_includes
        Reasons for missing that count in the base; ``None`` as the codebook declares.
    population
        Size of the complete list, for hypergeometric limits only; not with ``by``, whose groups
        have lists of their own.
    synthetic_inference
        Give standard errors and limits for invented records too.

    Returns
    -------
    Estimates
        Proportions 0–1, one row a category and domain. ``design_effect`` is over simple random
        sampling with replacement of the same size.

    Raises
    ------
    CodebookError
        When a question does not exist or is a scale.
    DataError
        When nobody has an answer that counts.
    OptionError
        When the interval does not exist or does not suit the survey.

    Notes
    -----
    Intervals that stand on the effective base know the weights but not the clusters.

    References
    ----------
    Woodruff, R. S. (1971). A simple method for approximating the variance of a complicated
    estimate. Journal of the American Statistical Association 66, 411-414.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame(
    ...     {"sex": ["F", "F", "M", "M"], "works": ["Yes", "No", "Yes", "Yes"]}
    ... )
    >>> result = ws.estimate_proportions(ws.Survey(frame), "works", by="sex", interval="wilson")
    >>> result.to_frame()[["category", "sex", "estimate", "base"]]
      category sex  estimate  base
    0       No   F       0.5     2
    1       No   M       0.0     2
    2      Yes   F       0.5     2
    3      Yes   M       1.0     2
    """
    check_survey(survey, "an estimate")
    _check_population(population, interval, named(by))
    view = survey.view([variable, *named(by)])
    _check_list(survey, view, interval)
    answers = view.sample.answers(variable)
    if answers.values is not None:
        raise CodebookError(f"question {variable!r} is a scale. Use estimate_means.")
    labels = item_labels(answers, base_includes)
    groups = domains(view, by)
    stub = stub_side(answers, base_includes)
    cells = sum_cells(stub, groups.side, view.tally, view.design, view.df_rule)
    items = np.arange(1, cells.count.shape[0])
    numerator = np.array([cells.flat(i, c) for i in items for c in groups])
    denominator = np.tile([cells.flat(0, c) for c in groups], items.size)
    found = ratios(cells, numerator, denominator)
    width = groups.columns.size
    tell_about_domains(groups.labels, found.base[:width], found.degrees_of_freedom[:width])
    frame = identified_rows(variable, labels, groups.labels)
    has_fpc = view.design.has_fpc
    fill_with_proportions(frame, found, interval, level, has_fpc=has_fpc, population=population)
    frame["is_net"] = np.repeat(is_net(answers, base_includes), width)
    return blank_if_synthetic(
        frame,
        found.covariance,
        survey.facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
    )


def _check_population(population: Any, interval: str, by: Sequence[str]) -> None:
    if population is None:
        return
    if interval != "hypergeometric":
        raise OptionError(
            f'population= is the size of a complete list and is for interval="hypergeometric"'
            f" only, not for {interval!r}."
        )
    number = isinstance(population, int | float | np.number) and not isinstance(population, bool)
    if not number or population != np.round(population) or not population > 0:
        raise OptionError(
            f"population= is how many people a complete list holds, a whole number, not"
            f" {population!r}. Pass population=333, for example."
        )
    if by:
        raise OptionError(
            f"population={population:,.0f} is the size of one list, and by= makes groups whose lists"
            " are shorter. Estimate each group by itself, survey.domain(…), with the size of its"
            " own list."
        )


def _check_list(survey: Survey, view: View, interval: str) -> None:
    simple = not (survey.facts.weighted or view.design.clustered or view.design.stratified)
    if interval == "hypergeometric" and not simple:
        raise OptionError(
            "hypergeometric limits are for a complete list of whom some answered, without"
            " weights, strata or PSUs. Use another interval."
        )


def item_labels(answers: Answers, base_includes: Sequence[str] | None) -> list[str]:
    """Return the labels of the counted categories, then of the nets."""
    question = answers.question
    labels = [question.categories[i].label for i in question.counted(base_includes)]
    if not labels:
        raise DataError(
            f"question {question.name!r} has no answers that count in the base: it has no"
            " categories and the data have no valid codes."
        )
    return labels + [net.label for net in question.nets]


def is_net(answers: Answers, base_includes: Sequence[str] | None) -> list[bool]:
    """Return for each label whether it is a net's."""
    counted = len(answers.question.counted(base_includes))
    return [False] * counted + [True] * len(answers.question.nets)


def identified_rows(
    variable: str, labels: Sequence[str], domain_labels: Mapping[str, list[str]]
) -> pd.DataFrame:
    """Return the first columns of a frame: one row a category and domain."""
    width = max([1, *(len(names) for names in domain_labels.values())])
    identity = {"variable": [variable] * (len(labels) * width)}
    identity["category"] = [label for label in labels for _ in range(width)]
    identity |= {name: names * len(labels) for name, names in domain_labels.items()}
    return pd.DataFrame(identity)


def fill_with_proportions(
    frame: pd.DataFrame,
    found: Ratios,
    interval: str,
    level: float,
    *,
    has_fpc: bool,
    population: int | None = None,
) -> None:
    """Set the estimates of a frame, their standard errors, limits and bases."""
    p = found.estimate
    spread = p * (1 - p)
    variance = proportion_variance(found)
    low, high, used = proportion_interval(
        interval,
        p,
        variance,
        level=level,
        base=found.base,
        effective_base=found.effective_base,
        degrees_of_freedom=np.where(found.degrees_of_freedom < 1, np.nan, found.degrees_of_freedom),
        has_fpc=has_fpc,
        population=population,
    )
    if population is not None:
        used = np.full(used.shape, f"hypergeometric ({population_words(population)})")
    lone = found.degrees_of_freedom < 1
    frame["estimate"] = p
    frame["standard_error"] = np.sqrt(variance)
    frame["ci_low"], frame["ci_high"] = np.where(lone, np.nan, low), np.where(lone, np.nan, high)
    frame["interval_method"] = np.where(lone, NO_DEGREES_OF_FREEDOM, used).astype(object)
    frame["degrees_of_freedom"] = found.degrees_of_freedom
    frame["design_effect"] = design_effect(variance, spread, found.base)
    frame["base"] = found.base.astype(int)
    frame["weighted_base"] = found.weighted_base
    frame["effective_base"] = found.effective_base
    frame["effective_sample_size"] = effective_sample_size(variance, spread)


def population_words(population: int) -> str:
    """Return what limits of a finite population describe and assume."""
    return (
        f"describes these {population:,.0f} only, and assumes that those who did not answer are"
        " like those who did"
    )


def proportion_variance(found: Ratios | RowRatios) -> Array:
    """Return variances without float dust: exactly zero where everybody or nobody is in a cell."""
    variance = found.variance
    p = found.estimate
    edge = (p <= 0) | (p >= 1 - 1e-14)
    return np.where(edge, 0.0 * variance, np.maximum(variance, 0.0))
