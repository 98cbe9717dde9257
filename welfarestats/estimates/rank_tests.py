"""Whether scores are the same in all groups: design-based rank tests and t."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, OptionError, one_of
from welfarestats.estimates.estimate import INDICATIVE, Ratios, domains, ratios
from welfarestats.estimates.means import overall_mean
from welfarestats.formulas.bases import effective_base
from welfarestats.formulas.ranks import RANK_TESTS, rank_scores
from welfarestats.formulas.wald import wald_tests
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.sides import value_side
from welfarestats.survey.survey import Survey, check_survey

Array = NDArray[np.float64]

SCORE_TESTS = ("t", *RANK_TESTS)

NO_DEGREES = "too few PSUs for the number of groups"
NO_VARIANCE = "the scores do not vary between the PSUs"


def compare_scores(
    survey: Survey,
    variable: str,
    by: str,
    *,
    test: str = "wilcoxon",
    synthetic_inference: bool = False,
) -> pd.DataFrame:
    r"""Return a test of whether scores are the same in all groups, as a frame of one row.

    Scores are replaced by their ranks in the population that the weights stand for; the groups'
    mean ranks are compared with their covariance under the design,
    :math:`F = \hat\delta' V^{-1} \hat\delta / d` on d and :math:`\nu - d` degrees of freedom,
    with d one less than the number of groups. For two groups *t* is its root.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    variable
        A question of kind ``"scale"``, one whose categories have scores, or a numeric column
        that the codebook does not name.
    by
        The question whose categories are the groups; each respondent is in one of them.
    test
        ``"wilcoxon"`` (two groups) and ``"kruskal-wallis"``: ranks; ``"van-der-waerden"``: their
        normal quantiles; ``"median"``: who is above the median; ``"t"``: the scores themselves.
    synthetic_inference
        Test invented records too.

    Returns
    -------
    pandas.DataFrame
        ``variable, by, groups, group_a, group_b, difference, standard_error, statistic,
        reference, df1, df2, p_value, base, weighted_base, effective_base, method, tested,
        reason``. For two groups ``difference`` is that of the mean scores, a less b, and
        ``statistic`` is t; for more it is F and the difference is missing.

    Raises
    ------
    OptionError
        When the test does not exist, or Wilcoxon's is asked for more than two groups.
    CodebookError
        When a question does not exist, has no scores, or puts people in several groups.
    DataError
        When fewer than two groups have scores.

    Notes
    -----
    The degrees of freedom are one fewer a difference than those of `compare`, as in R's
    ``svyttest`` and ``svyranktest``. Ranks are taken as known.

    References
    ----------
    Lumley, T. and Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika
    100, 831-842.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 20, "score": list(range(40))})
    >>> found = ws.compare_scores(ws.Survey(frame), "score", by="sex").iloc[0]
    >>> found["group_a"], found["reference"], bool(found["p_value"] > 0.5)
    ('F', 't', True)
    """
    check_survey(survey, "a comparison")
    one_of(test, SCORE_TESTS, "test")
    if not isinstance(by, str):
        raise OptionError(f"by is the name of one question, not {type(by).__name__!r}.")
    view = survey.view([by], numeric=[variable])
    answers = view.sample.answers(by)
    if answers.mentioned:
        raise CodebookError(
            f"question {by!r} is a multiple response, so people may be in several groups. Rank"
            " tests need groups without anybody in common: use compare()."
        )
    groups = domains(view, by)
    scores = view.sample.answers(variable, numeric=True).scores()
    known = view.tally.active & answers.in_base(None) & ~np.isnan(scores)
    if not known.any():
        raise DataError(f"nobody has both a score and an answer to {by!r}.")
    scores = np.where(known, scores, np.nan)
    if test != "t":
        scores[known] = rank_scores(scores[known], view.tally.weight[known], test)
    centred = scores - overall_mean(scores, view.tally)
    side = value_side(known, (centred,))
    cells = sum_cells(side, groups.side, view.tally, view.design, view.df_rule)
    held = cells.count[0, groups.columns] > 0
    columns = groups.columns[held]
    labels = [label for label, here in zip(groups.labels[by], held, strict=True) if here]
    _check_groups(labels, by, test)
    found = ratios(cells, cells.flat(1, columns), cells.flat(0, columns))
    whole = cells.count[0, 1]
    row = {"variable": variable, "by": by, "groups": columns.size}
    row |= _tested(found, labels, cells.degrees_of_freedom([int(cells.flat(0, 1))], float(whole)))
    row["base"], row["weighted_base"] = int(whole), float(cells.weighted[0, 1])
    row["effective_base"] = float(effective_base(cells.weighted[0, 1], cells.square[0, 1]))
    row["method"] = test + (INDICATIVE if survey.facts.indicative else "")
    blank = survey.origin == "synthetic" and not synthetic_inference
    return _frame(row, blank=blank)


def _check_groups(labels: list[str], by: str, test: str) -> None:
    if len(labels) < 2:
        raise DataError(
            f"scores can be compared between two groups or more, and {len(labels)} answer to"
            f" {by!r} has respondents with a score."
        )
    if test == "wilcoxon" and len(labels) > 2:
        raise OptionError(
            f"Wilcoxon's test compares two groups, and {by!r} has {len(labels)} with scores."
            ' Pass test="kruskal-wallis", which for two groups is the same.'
        )


def _tested(found: Ratios, labels: list[str], df: float) -> dict[str, object]:
    """Return the columns of the test that all groups have the same mean."""
    others = len(labels) - 1
    form = np.hstack([np.ones((others, 1)), -np.eye(others)])
    difference, covariance = form @ found.estimate, form @ found.covariance @ form.T
    statistic, df1, df2, p_value = (
        float(one) for one in wald_tests(difference, covariance, degrees_of_freedom=df - others)
    )
    reason = ""
    if np.isnan(statistic):
        reason = NO_DEGREES if df - others <= 0 else NO_VARIANCE
    pair = others == 1
    if pair:
        statistic = float(np.sign(difference[0]) * np.sqrt(statistic))
    return {
        "group_a": labels[0] if pair else None,
        "group_b": labels[1] if pair else None,
        "difference": float(difference[0]) if pair else np.nan,
        "standard_error": float(np.sqrt(max(covariance[0, 0], 0.0))) if pair else np.nan,
        "statistic": statistic,
        "reference": "t" if pair else "F",
        "df1": df1,
        "df2": df2,
        "p_value": p_value,
        "tested": not reason,
        "reason": reason,
    }


def _frame(row: dict[str, object], *, blank: bool) -> pd.DataFrame:
    """Return the row as a frame, without inference where the records are invented."""
    if blank:
        row |= dict.fromkeys(("standard_error", "statistic", "df1", "df2", "p_value"), np.nan)
        row |= {"tested": False, "reason": "the records are synthetic"}
    last = ["base", "weighted_base", "effective_base", "method", "tested", "reason"]
    frame = pd.DataFrame([row])[[*(name for name in row if name not in last), *last]]
    words = ("variable", "by", "group_a", "group_b", "reference", "method", "reason")
    return frame.astype(dict.fromkeys(words, "str"))
