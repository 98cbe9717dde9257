"""Ratios, quantiles, rank tests, Wald tests and standardised estimates against R.

What R 4.2.2 with survey 4.1.1 does otherwise than it says stands beside the rows it concerns.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN, Row, frame_of, golden_frame, golden_rows, survey_of
from scipy import stats
from test_golden import CLOSED_FORM, ITERATED, SUBSETS, Check, agrees, checks_of, key_of

import welfarestats as ws
from welfarestats.errors import WelfareStatsWarning

INTERVALS = {"mean": "wald", "xlogit": "logit", "asin": "asin", "beta": "beta"}
RANKS = {
    "ranktest_wilcoxon": "wilcoxon",
    "ranktest_KruskalWallis": "kruskal-wallis",
    "ranktest_vanderWaerden": "van-der-waerden",
    "ranktest_median": "median",
}
WALD = {"chisq_Wald": "wald", "chisq_adjWald": "adjusted-wald"}

LEFT_OUT = {
    "the rule shahvaish is not offered: R's values are far from every other rule's": (
        lambda row: row.extra.get("qrule") == "shahvaish"
    ),
    "score limits are not offered: R takes an unweighted share of people as a weighted one": (
        lambda row: row.extra.get("interval") == "score"
    ),
    "R gives no value for a test of a table with an empty row": (
        lambda row: row.statistic in WALD and bool(np.isnan(row.value))
    ),
}


def ours(row: Row) -> bool:
    return (
        row.group in ("quantile", "quantile_ci")
        or (row.group == "est" and row.statistic == "ratio")
        or row.statistic in (*RANKS, *WALD)
    )


# ---------------------------------------------------------------- ratios and quantiles


def ratio_checks(row: Row) -> Iterator[Check]:
    found = ws.estimate_ratios(survey_of(row), *row.variable.split("/")).to_frame().iloc[0]
    every = list(checks_of(row, found))
    # The limits of some rows were not written down; they follow from t.
    yield from (one for one in every if not np.isnan(one[2]))
    assert np.isnan(row.ci_low) or len(every) == 5


@cache
def quantiles(
    key: tuple[str, str, str], variable: str, by: str, definition: str, interval: str
) -> pd.DataFrame:
    row = next(r for r in golden_rows() if key_of(r) == key)
    survey = survey_of(row, "domain")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        wanted = [0.5] if by else [0.1, 0.25, 0.5, 0.75, 0.9]
        return ws.estimate_quantiles(
            survey, variable, wanted, by or None, definition=definition, interval=interval
        ).to_frame()


def quantile_checks(row: Row) -> Iterator[Check]:
    rule, interval = row.extra["qrule"], INTERVALS[row.extra.get("interval", "mean")]
    frame = quantiles(key_of(row), row.variable, row.by, rule, interval)
    # Limits of a domain stand on its own degrees of freedom, in R too; `df` says the design's.
    here = frame[row.by] == row.by_level if row.by else frame["quantile"] == float(row.level)
    (found,) = frame[here].to_dict("records")
    yield "estimate", found["estimate"], row.value, CLOSED_FORM, 1
    yield "ci_high", found["ci_high"], row.ci_high, CLOSED_FORM, 1
    values = frame_of(row)[row.variable]
    if row.by:
        values = values[frame_of(row)[row.by] == row.by_level]
    t = stats.t.ppf(0.975, found["degrees_of_freedom"])
    yield "width", row.standard_error, (row.ci_high - row.ci_low) / (2 * t), CLOSED_FORM, 1
    if found["ci_low"] == values.min() and row.ci_low != values.min():
        # The share's lower limit is below that of the first respondent. Nobody is below the
        # least value; R takes the second one, and interpolates between the two beyond the first.
        second = values.sort_values().iloc[1]
        assert row.ci_low == second if rule == "math" else row.ci_low < values.min()
        return
    yield "ci_low", found["ci_low"], row.ci_low, CLOSED_FORM, 1
    yield "standard_error", found["standard_error"], row.standard_error, CLOSED_FORM, 1


# ---------------------------------------------------------------- rank tests


def scores_of_r(y: pd.Series, w: pd.Series, test: str) -> np.ndarray:
    """Return rank scores as R takes them: of equal values, without weights, in order of rows."""
    order = np.argsort(y.to_numpy(), kind="stable")
    middle = pd.Series(index=y.index, dtype=float)
    middle.iloc[order] = np.cumsum(w.to_numpy()[order]) - w.to_numpy()[order] / 2
    rank = (middle.groupby(y).transform("mean") / w.sum()).to_numpy()
    return {"van-der-waerden": stats.norm.ppf, "median": lambda r: (r > 0.5) * 1.0}.get(
        test, lambda r: r
    )(rank)


def rank_checks(row: Row) -> Iterator[Check]:
    test = RANKS[row.statistic]
    frame = frame_of(row)
    scores = scores_of_r(frame[row.variable], frame["pw"], test)
    survey = ws.Survey(frame.assign(score=scores), df_rule="design", **ws_options(row))
    yield from rank_values(row, ws.compare_scores(survey, "score", row.by, test="t").iloc[0])
    if frame["pw"].nunique() == 1:
        direct = ws.compare_scores(survey_of(row), row.variable, row.by, test=test)
        yield from rank_values(row, direct.iloc[0])


def rank_values(row: Row, found: pd.Series) -> Iterator[Check]:
    yield "p_value", found["p_value"], row.extra["p"], ITERATED, 1
    if found["reference"] == "F":
        # R prints the chi-squared statistic as the parameter and the parameter as the statistic.
        yield "df1", found["df1"], row.value, 0, 0
        yield "chi-squared", found["statistic"] * found["df1"], row.df, CLOSED_FORM, 1
        return
    # R's difference is the second group less the first.
    yield "statistic", -found["statistic"], row.value, CLOSED_FORM, 1
    yield "difference", -found["difference"], row.extra["estimate"], CLOSED_FORM, 1
    yield "degrees_of_freedom", found["df2"], row.df, 0, 0


def ws_options(row: Row) -> dict[str, object]:
    from golden_cases import design_options

    return design_options(row.design)


@pytest.mark.parametrize(
    "row",
    [row for row in golden_rows() if row.statistic == "ttest"],
    ids=lambda row: f"{row.case}-{row.variable}",
)
def test_the_t_test_of_scores_is_that_of_r(row: Row) -> None:
    found = ws.compare_scores(survey_of(row), row.variable, row.by, test="t").iloc[0]
    assert agrees(-found["statistic"], row.value, CLOSED_FORM, 1)
    assert agrees(-found["difference"], row.extra["estimate"], CLOSED_FORM, 1)
    if frame_of(row)[row.variable].notna().all():
        # R counts the degrees of freedom of PSUs with an answer here, the design's elsewhere.
        assert found["df2"] == row.df
        assert agrees(found["p_value"], row.extra["p"], ITERATED, 1)


# ---------------------------------------------------------------- tests of a whole table


def wald_checks(row: Row) -> Iterator[Check]:
    survey = survey_of(row, "domain")
    if "subset" in row.extra:
        survey = survey.domain(SUBSETS[row.extra["subset"]](frame_of(row)))
    table = ws.crosstab(survey, row.variable, row.by, style="none")
    found = table.independence(WALD[row.statistic]).iloc[0]
    yield "df1", found["df1"], row.df, 0, 0
    if row.dataset == "messy" and "subset" not in row.extra:
        # R counts the PSU whose respondents all have weight zero, as in the rows of chisq_F.
        yield "df2", found["df2"] + 1, row.extra["ddf"], 0, 0
        unadjusted = table.independence("wald").iloc[0]["statistic"]
        share = row.extra["ddf"] / 6 if row.statistic == "chisq_adjWald" else 1
        yield "statistic", unadjusted * share, row.value, CLOSED_FORM, 1
        return
    yield "statistic", found["statistic"], row.value, CLOSED_FORM, 1
    yield "df2", found["df2"], row.extra["ddf"], 0, 0
    yield "p_value", found["p_value"], row.extra["p"], ITERATED, 1


# ---------------------------------------------------------------- all rows


def checks(row: Row) -> Iterator[Check]:
    if row.statistic == "ratio":
        return ratio_checks(row)
    if row.statistic in RANKS:
        return rank_checks(row)
    return wald_checks(row) if row.statistic in WALD else quantile_checks(row)


def reason_left_out(row: Row) -> str | None:
    return next((reason for reason, applies in LEFT_OUT.items() if applies(row)), None)


def cases() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in golden_rows():
        if ours(row) and reason_left_out(row) is None:
            rule = row.extra.get("qrule", "")
            found[f"{row.source}-{row.case}-{row.statistic}-{rule}"].append(row)
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    wrong = []
    for row in CASES[case]:
        found = list(checks(row))
        assert found, row.words
        wrong += [
            f"{row.words}: {name} {float(value)!r}, not {theirs!r}"
            for name, value, theirs, relative, scale in found
            if not agrees(value, theirs, relative, scale)
        ]
    assert not wrong, "\n".join(wrong[:20])


def test_how_many_rows_are_compared_and_left_out() -> None:
    left_out = Counter(reason_left_out(row) for row in golden_rows() if ours(row))
    assert [left_out[reason] for reason in LEFT_OUT] == [50, 25, 2]
    assert sum(len(rows) for rows in CASES.values()) == left_out[None] == 769


# ---------------------------------------------------------------- standardised estimates

STANDARDISED = pd.read_csv(GOLDEN / "r" / "standardised.csv", keep_default_na=False, dtype=str)
POPULATION = {"stype": {"E": 0.5, "H": 0.2, "M": 0.3}}
DESIGNS = {
    "wonly": {},
    "strat_fpc": {"strata": "stype", "fpc": "fpc"},
    "clus1_w": {"psu": "dnum"},
    "clus1_fpc": {"psu": "dnum", "fpc": "fpc"},
    "clus2_fpc": {"psu": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]},
}


@pytest.mark.parametrize("design", DESIGNS)
def test_standardised_estimates_are_those_of_r(design: str) -> None:
    rows = STANDARDISED[STANDARDISED["design"] == design]
    frame = golden_frame("r", rows["dataset"].iloc[0])
    survey = ws.Survey(frame, weights="pw", **DESIGNS[design])
    for row in rows.to_dict("records"):
        verb = ws.estimate_proportions if row["level"] else ws.estimate_means
        by = [*([row["by"]] if row["by"] else []), "stype"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", WelfareStatsWarning)
            found = ws.standardise(verb(survey, row["variable"], by), POPULATION).to_frame()
        here = found["category"].fillna("") == row["level"]
        if row["by"]:
            here &= found[row["by"]] == row["by_level"]
        (own,) = found[here].to_dict("records")
        assert own["estimate"] == pytest.approx(float(row["value"]), rel=1e-9), row
        assert own["standard_error"] == pytest.approx(float(row["se"]), rel=1e-9), row
