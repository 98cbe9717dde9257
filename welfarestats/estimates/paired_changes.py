"""What became of the same people's answers: paired means with their errors, and directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError
from welfarestats.estimates.estimate import INDICATIVE, ratios
from welfarestats.estimates.pair_facts import STATED_POWER
from welfarestats.formulas.detectable import detectable_from_error
from welfarestats.formulas.distributions import two_sided_p_value
from welfarestats.formulas.exact_tests import paired_test
from welfarestats.formulas.intervals import t_interval
from welfarestats.survey.answers import Answers
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.matched_people import Matched, match_people
from welfarestats.survey.passes import View
from welfarestats.survey.sides import banner_side, score_side
from welfarestats.survey.survey import Survey

__all__ = ["category_changes", "score_changes"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def score_changes(
    stacked: Survey,
    variable: str,
    *,
    between: Sequence[str] | None = None,
    weights: str | None = None,
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> pd.DataFrame:
    r"""Return the change in a score of the people in two waves: its paired mean, and directions.

    :math:`\bar d = \sum w_i (y_{2i} - y_{1i}) / \sum w_i` over people with both scores, with the
    standard error of a mean under the design; and how many are higher, the same, lower.

    Parameters
    ----------
    stacked
        Stacked waves whose people are known.
    variable
        A scale, or a question whose categories have scores.
    between
        Two waves, the earlier one first; needed when there are more.
    weights
        The wave whose weights and design count; needed where the two weight people otherwise.
    level
        Confidence level of the limits.
    synthetic_inference
        Give standard errors, limits and tests of invented records too.

    Returns
    -------
    pandas.DataFrame
        One row: ``variable, wave_a, wave_b, base`` (people with both scores), ``weighted_base,
        mean_a, mean_b, change`` (later less earlier), ``standard_error, degrees_of_freedom, ci_low,
        ci_high, p_value``, ``least_significant_difference`` and
        ``minimum_detectable_difference`` (with a power of 80 per cent), from the standard error;
        counts ``higher, same, lower`` and weighted shares ``higher_share,
        same_share, lower_share``; ``sign_p_value``, exact, of higher against lower, where nobody is
        weighted or was sampled in groups; ``method``, which says where tests are indicative only.

    Raises
    ------
    OptionError
        When the survey is no stack, or it is not clear whose weights count.
    DataError
        When nobody is known to be in both waves, or nobody has both scores.
    CodebookError
        When the question was not asked in both waves.

    Notes
    -----
    A test is not made where everybody changed alike. The test of the directions asks something
    else than that of the mean: whether more people are higher than lower.

    References
    ----------
    Dixon, W. J. and Mood, A. M. (1946). The statistical sign test. Journal of the American
    Statistical Association 41, 557–566.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> score = ws.Question("score", kind="scale")
    >>> first = ws.Survey(
    ...     pd.DataFrame({"id": [1, 2, 3, 4], "score": [4, 5, 6, 7]}), codebook=score
    ... )
    >>> last = ws.Survey(
    ...     pd.DataFrame({"id": [2, 3, 4, 9], "score": [7, 6, 8, 2]}), codebook=score
    ... )
    >>> stacked = ws.stack_waves({"before": first, "after": last}, person="id")
    >>> found = ws.score_changes(stacked, "score")
    >>> found[["base", "change", "higher", "same", "lower"]].values.tolist()
    [[3.0, 1.0, 2.0, 1.0, 0.0]]
    """
    matched = match_people(stacked, between=between, weights=weights)
    names = matched.names(variable)
    view = matched.survey.view((), numeric=names)
    scores = [view.sample.answers(name, numeric=True).scores() for name in names]
    change = scores[1] - scores[0]
    known = view.tally.active & ~np.isnan(change)
    if not known.any():
        raise DataError(
            f"nobody of the {int(view.tally.active.sum()):,} people in both waves has a score for"
            f" {variable!r} in both."
        )
    found = _mean_of(view, change, level)
    weight = view.tally.weight
    # Float dust is no change.
    ways = {"higher": change > 1e-9, "same": np.abs(change) <= 1e-9, "lower": change < -1e-9}
    row: dict[str, object] = {
        "variable": variable,
        "wave_a": matched.waves[0],
        "wave_b": matched.waves[1],
        "base": int(known.sum()),
        "weighted_base": float(weight[known].sum()),
        "mean_a": float(np.average(scores[0][known], weights=weight[known])),
        "mean_b": float(np.average(scores[1][known], weights=weight[known])),
        **found,
        "method": _method(matched),
    }
    counts = {name: int((known & way).sum()) for name, way in ways.items()}
    row |= counts
    for name, way in ways.items():
        row[f"{name}_share"] = float(weight[known & way].sum() / weight[known].sum())
    test = paired_test(counts["lower"], counts["higher"])
    row["sign_p_value"] = float(test.p_value) if _plain(matched, view) else np.nan
    if matched.survey.origin == "synthetic" and not synthetic_inference:
        row |= dict.fromkeys((*_INFERENCE, "sign_p_value"), np.nan)
    return pd.DataFrame([row])


_INFERENCE = (
    "standard_error",
    "degrees_of_freedom",
    "ci_low",
    "ci_high",
    "p_value",
    "least_significant_difference",
    "minimum_detectable_difference",
)


def category_changes(
    matched: Matched, variable: str, *, level: float, synthetic_inference: bool
) -> pd.DataFrame:
    """Return for each category and net how many gained and lost it, and the change of its share."""
    names = matched.names(variable)
    view = matched.survey.view(names)
    first, second = (view.sample.answers(name) for name in names)
    if first.values is not None or second.values is not None:
        raise CodebookError(
            f"question {variable!r} is a scale, which has no categories to move between. See"
            " score_changes()."
        )
    both = first.in_base(None) & second.in_base(None) & view.tally.active
    plain = _plain(matched, view)
    rows = []
    for label in _labels(first, second):
        was, now = (_gave(one, label) for one in (first, second))
        change = np.where(both, now.astype(float) - was, np.nan)
        lost, gained = int((both & was & ~now).sum()), int((both & now & ~was).sum())
        weight = view.tally.weight
        shares = [float(weight[both & one].sum() / weight[both].sum()) for one in (was, now)]
        row: dict[str, object] = {
            "variable": variable,
            "category": label,
            "base": int(both.sum()),
            "estimate_a": shares[0],
            "estimate_b": shares[1],
            **_mean_of(view, change, level),
            "method": _method(matched),
            "gained": gained,
            "lost": lost,
        }
        for method in ("exact", "mid-p"):
            value = float(paired_test(lost, gained, method=method).p_value) if plain else np.nan
            row[f"{method.replace('-', '_')}_p_value"] = value
        rows.append(row)
    frame = pd.DataFrame(rows)
    if matched.survey.origin == "synthetic" and not synthetic_inference:
        frame[[*_INFERENCE, "exact_p_value", "mid_p_p_value"]] = np.nan
    return frame


def _labels(first: Answers, second: Answers) -> list[str]:
    """Return the labels of categories that count and of nets, of either wave."""
    labels: list[str] = []
    for answers in (first, second):
        question = answers.question
        labels += [question.categories[i].label for i in question.counted()]
    for answers in (first, second):
        labels += [net.label for net in answers.question.nets]
    return list(dict.fromkeys(labels))


def _gave(answers: Answers, label: str) -> Mask:
    question = answers.question
    known = {*(one.label for one in question.categories), *(net.label for net in question.nets)}
    # A code without a label may have been given in one wave only.
    return answers.gave(question.positions(label) if label in known else ())


def _method(matched: Matched) -> str:
    """Return what the change is tested with, and that it is indicative of no random sample."""
    return "paired t" + (INDICATIVE if matched.survey.facts.indicative else "")


def _plain(matched: Matched, view: View) -> bool:
    """Return whether exact tests hold: nobody is weighted or was sampled in groups."""
    return not matched.survey.facts.weighted and not view.design.clustered


def _mean_of(view: View, value: Array, level: float) -> dict[str, float]:
    """Return the mean of a number of each row, tested against zero."""
    known = view.tally.active & ~np.isnan(value)
    centre = float(np.average(value[known], weights=view.tally.weight[known]))
    cells = sum_cells(
        score_side(value, centre),
        banner_side(None, view.size),
        view.tally,
        view.design,
        view.df_rule,
    )
    found = ratios(cells, cells.flat(1, np.array([0])), cells.flat(0, np.array([0])))
    change = centre + found.estimate
    error = np.sqrt(np.maximum(found.variance, 0.0))
    df = np.where(found.degrees_of_freedom < 1, np.nan, found.degrees_of_freedom)
    low, high = t_interval(change, error, level=level, degrees_of_freedom=df)
    statistic = np.divide(change, error, out=np.full(error.shape, np.nan), where=error > 0)
    least, detectable = detectable_from_error(
        error, level=level, degrees_of_freedom=df, power=STATED_POWER
    )
    values = (change, error, df, low, high, two_sided_p_value(statistic, df), least, detectable)
    return {name: float(one[0]) for name, one in zip(("change", *_INFERENCE), values, strict=True)}
