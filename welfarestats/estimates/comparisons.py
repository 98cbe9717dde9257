"""Differences between domains, tested with the covariance kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, OptionError, one_of
from welfarestats.estimates.estimate import INDICATIVE
from welfarestats.estimates.groups import column_groups, shares_people
from welfarestats.estimates.pairs import TESTS, PairRules, PairTests, tested_pairs
from welfarestats.estimates.proportions import item_labels
from welfarestats.estimates.question_rows import StubRows, stub_rows, summed_rows
from welfarestats.formulas.multiplicity import ADJUSTMENTS
from welfarestats.formulas.significance import adjust_p_values
from welfarestats.survey.passes import View
from welfarestats.survey.sides import banner_side
from welfarestats.survey.survey import Survey, check_survey

VERSUS = ("pairs", "total", "rest", "previous")
# A bare column of numbers with more values than this is a measurement, not a list of codes.
_MOST_CODES = 20
FAMILIES = ("category", "table", "book")

COLUMNS = [
    "variable",
    "category",
    "by",
    "group_a",
    "group_b",
    "estimate_a",
    "estimate_b",
    "base_a",
    "base_b",
    "effective_base_a",
    "effective_base_b",
    "difference",
    "standard_error",
    "statistic",
    "degrees_of_freedom",
    "p_value",
    "p_adjusted",
    "ci_low",
    "ci_high",
    "significant",
    "method",
    "tested",
    "reason",
    "method_reason",
    "least_significant_difference",
    "minimum_detectable_difference",
]
EQUIVALENCE = ["equivalence_low", "equivalence_high", "equivalent"]

_WORDS = ("variable", "category", "by", "group_a", "group_b", "method", "reason", "method_reason")


def compare(  # noqa: PLR0913 - the public options of a comparison, each keyword-only
    survey: Survey,
    variable: str,
    by: str,
    *,
    test: str = "design",
    adjust: str | None = None,
    versus: str = "pairs",
    family: str = "category",
    level: float = 0.95,
    base_includes: Sequence[str] | None = None,
    smallest_effective_base: float = 30,
    smallest_expected: float = 5,
    equivalence_margin: float | None = None,
    synthetic_inference: bool = False,
) -> pd.DataFrame:
    """Return every difference between two domains, tested, one row a pair and category.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    variable
        The question whose categories and nets are compared; the mean of a scale, or of a
        numeric column that the codebook does not name.
    by
        The question whose categories are the groups. Those of a multiple response may overlap:
        the people in both groups enter through the covariance.
    test
        ``"design"``, ``"design-wald"``, ``"effective-base"``, ``"quantum"``,
        ``"spss-ctables"``, ``"exact"`` (Fisher's), ``"mid-p"`` or ``"auto"``; means take the
        Wald contrast.
    adjust
        Multiplicity: ``"bonferroni"``, ``"holm"``, ``"benjamini-hochberg"``, ``"none"``;
        ``None`` is the test's own habit (Bonferroni for ``"spss-ctables"``, else none).
    versus
        ``"pairs"``: all pairs; ``"total"``: each group against everyone; ``"rest"``: against
        everyone else; ``"previous"``: against the category before.
    family
        The p-values that are adjusted together: the pairs of a ``"category"``, or the
        ``"table"``.
    level
        A difference is significant when its adjusted p-value is below 1 − level.
    base_includes
        Reasons for missing that count in the base; ``None`` as the codebook declares.
    smallest_effective_base
        Pairs with a smaller effective base are not tested (exact tests always are).
    smallest_expected
        Pairs with fewer expected in a cell are not tested by the design tests.
    equivalence_margin
        A difference too small to matter, as a proportion (or in the units of a mean). The result
        then says which groups are shown to differ by less.
    synthetic_inference
        Test invented records too.

    Returns
    -------
    pandas.DataFrame
        ``difference`` is ``estimate_a − estimate_b``, and a stands before b in the codebook.
        Limits of differences of proportions with a base below 100 are Newcombe's. ``reason``
        says why a pair is not tested, ``method`` which test it is (and that it is indicative
        only, where people are no random sample), ``method_reason`` why ``"auto"`` chose the test it made.
        ``least_significant_difference`` is what had to be observed to be significant at the
        pooled percentage, ``minimum_detectable_difference`` what is found with a power of 80
        per cent if it is true: both on the effective bases, which know no clusters, less what
        people in both groups or waves take off; of means from the standard error; missing where
        no difference could be found. With an
        ``equivalence_margin`` there are three columns more: limits at 2 · level − 1, and whether
        they lie within the margin (``equivalent``).

    Raises
    ------
    OptionError
        When an option is not one of its words, or the test does not suit the survey.
    CodebookError
        When a question does not exist.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions. Statistics in Medicine 17, 873-890.
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
    approach for assessing the equivalence of average bioavailability. Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F"] * 60 + ["M"] * 60, "works": ([1] * 2 + [0]) * 40})
    >>> frame.loc[60:90, "works"] = 0
    >>> found = ws.compare(ws.Survey(frame), "works", by="sex")
    >>> found.loc[found["significant"], ["category", "group_a", "group_b"]].to_numpy().tolist()
    [['0', 'F', 'M'], ['1', 'F', 'M']]
    """
    check_survey(survey, "a comparison")
    rules = PairRules(test, level, smallest_effective_base, smallest_expected)
    check_rules(rules, adjust=adjust, versus=versus, family=family)
    check_margin(equivalence_margin, level)
    if not isinstance(by, str):
        raise OptionError(f"by is the name of one question, not {type(by).__name__!r}.")
    numeric = variable not in survey.codebook and _continuous(survey, variable)
    view = survey.view([by] if numeric else [by, variable], numeric=[variable] * numeric)
    rules = rules.suited(survey, view)
    answers = view.sample.answers(variable, numeric=numeric)
    rows = stub_rows(answers, view.tally, base_includes, with_mean=False)
    tests = group_tests(view, rows, by, rules, versus=versus)
    frame = pair_frame(tests, [variable] * rows.size, category_labels(rows), by)
    frame = adjusted(frame, own_adjustment(test, adjust), family, level)
    columns = COLUMNS
    if equivalence_margin is not None:
        columns = COLUMNS + EQUIVALENCE
        frame = frame.assign(**equivalence_columns(tests, equivalence_margin))
    if survey.origin == "synthetic" and not synthetic_inference:
        frame = without_inference(frame)
    elif survey.facts.indicative:
        frame = indicative_only(frame)
    return frame[columns]


def check_margin(margin: float | None, level: float) -> None:
    """Raise an `OptionError` unless a margin is none, or a difference that limits can lie within."""
    if margin is None:
        return
    given: object = margin  # callers who do not check types
    number = isinstance(given, float | int | np.number) and not isinstance(given, bool)
    if not number or not 0 < margin < np.inf:
        raise OptionError(
            f"equivalence_margin is a difference above 0, not {margin!r}. Pass 0.1 for ten points."
        )
    if level <= 0.5:
        raise OptionError(
            f"equivalence has limits at 2 · level − 1, and a level of {level:g} leaves none. Pass a"
            " level above 0.5."
        )


def equivalence_columns(tests: PairTests, margin: float) -> dict[str, NDArray[Any]]:
    """Return the limits at 2 · level − 1 of every pair, and whether they lie within a margin."""
    low, high = (np.ravel(limit) for limit in tests.equivalence_limits())
    with np.errstate(invalid="ignore"):
        equivalent = (low > -margin) & (high < margin)
    return dict(zip(EQUIVALENCE, (low, high, equivalent), strict=True))


def check_rules(rules: PairRules, *, adjust: str | None, versus: str, family: str) -> None:
    """Raise an `OptionError` unless every option is one of its words."""
    one_of(rules.test, TESTS, "test")
    one_of(versus, VERSUS, "versus")
    one_of(family, FAMILIES, "family")
    if adjust is not None:
        one_of(adjust, (*ADJUSTMENTS, "none"), "adjust")
    number = isinstance(rules.level, float | int | np.number)
    if not number or not 0 < rules.level < 1:
        raise OptionError(f"level is a confidence level between 0 and 1, not {rules.level!r}.")


def own_adjustment(test: str, adjust: str | None) -> str | None:
    """Return the adjustment asked for, or the one a test's authors make by default."""
    if adjust is None:
        return "bonferroni" if test == "spss-ctables" else None
    return None if adjust == "none" else adjust


def group_tests(view: View, rows: StubRows, by: str, rules: PairRules, *, versus: str) -> PairTests:
    """Return the tests of all pairs of groups, in each row."""
    groups = view.sample.answers(by)
    if groups.values is not None:
        raise CodebookError(f"question {by!r} is a scale, which has no groups. Group it first.")
    item_labels(groups, None)  # refuses a question that nobody answered
    banner = banner_side(groups, view.size, pairs=shares_people(versus))
    columns = column_groups(groups, versus, nets=False)
    found = summed_rows([rows], banner, view, columns.vectors, groups=columns)
    assert found.pairs is not None
    return tested_pairs(
        found.ratios,
        found.pairs,
        columns,
        rules,
        mean=rows.mean,
        centre=rows.centre,
        has_fpc=view.design.has_fpc,
    )


def category_labels(rows: StubRows) -> list[str | None]:
    """Return the category of each row; a mean has none."""
    return [None if mean else label for label, mean in zip(rows.labels, rows.mean, strict=True)]


def pair_frame(
    tests: PairTests, variables: Sequence[str], categories: Sequence[str | None], by: str
) -> pd.DataFrame:
    """Return the tests of rows, each of a variable and category, the pairs of a row together."""
    pairs = tests.shape[1]
    named = {
        "variable": np.repeat(np.array(variables, dtype=object), pairs),
        "category": np.repeat(np.array(categories, dtype=object), pairs),
    }
    frame = pd.DataFrame({**named, "by": by, **tests.columns()})
    return frame.astype(dict.fromkeys(_WORDS, "str"))


def no_pairs() -> pd.DataFrame:
    """Return a frame without rows, of the columns and types that pairs have."""
    types = dict.fromkeys(COLUMNS, "float64") | dict.fromkeys(_WORDS, "str")
    types |= {"base_a": "int64", "base_b": "int64", "tested": "bool", "significant": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def adjusted(frame: pd.DataFrame, adjust: str | None, family: str, level: float) -> pd.DataFrame:
    """Return the rows with ``p_adjusted`` and ``significant``."""
    families = np.zeros(len(frame), dtype=int)
    if family == "category" and adjust is not None:
        keys = frame[["variable", "category", "by"]].fillna("")
        families = keys.groupby(list(keys), sort=False).ngroup().to_numpy()
    p = adjust_p_values(frame["p_value"].to_numpy(), families, adjust)
    frame["p_adjusted"] = p
    with np.errstate(invalid="ignore"):
        frame["significant"] = np.asarray(p < 1 - level)
    return frame


def without_inference(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without standard errors, limits and tests: the records are invented."""
    blank = ["standard_error", "statistic", "degrees_of_freedom", "p_value", "p_adjusted"]
    blank += ["least_significant_difference", "minimum_detectable_difference"]
    frame[[*blank, "ci_low", "ci_high"]] = np.nan
    frame["method_reason"] = ""
    if "equivalent" in frame:
        frame[["equivalence_low", "equivalence_high"]] = np.nan
        frame["equivalent"] = False
    frame["significant"] = False
    frame["tested"] = False
    frame["reason"] = "the records are synthetic"
    return frame


def indicative_only(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the label of tests among people who are no random sample."""
    frame["method"] = (frame["method"] + INDICATIVE).astype("str")
    return frame


def _continuous(survey: Survey, variable: str) -> bool:
    if not survey.holds_numbers(variable):
        return False
    values = survey.view((), numeric=[variable]).sample.answers(variable, numeric=True).values
    return values is not None and np.unique(_known(values)).size > _MOST_CODES


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[~np.isnan(values)]
