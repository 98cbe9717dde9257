"""Every reference value of `tests/golden` against ours, and a list of those not compared.

A row is compared by the function that stands for its statistic in `COMPARED`, or counted under a
reason in `OUT_OF_SCOPE`; `test_every_row_is_compared_or_left_out_for_a_named_reason` sees that
nothing is left over.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from golden_cases import Row, design_options, frame_of, golden_rows, survey_of

import welfarestats as ws
from welfarestats.errors import DesignError, PrecisionWarning, WelfareStatsWarning
from welfarestats.formulas.intervals import proportion_interval

# Relative tolerances, and the share of an estimate below which a difference is float dust.
CLOSED_FORM = 1e-9
ITERATED = 1e-6
DUST = 1e-12

Check = tuple[str, float, float, float, float]


def agrees(ours: float, theirs: float, relative: float, scale: float) -> bool:
    return bool(abs(ours - theirs) <= relative * abs(theirs) + DUST * abs(scale))


# ---------------------------------------------------------------- what is not compared


def _on_other_degrees_of_freedom(row: Row) -> bool:
    return "domadj" in row.case


OUT_OF_SCOPE: dict[str, Callable[[Row], bool]] = {
    "replicate weights are compared in survey/test_replicates_golden.py": (
        lambda row: row.group == "rep"
    ),
    "weighting, quantiles and models are not compared here": (
        lambda row: (
            re.match(r"cal_|glm_|gof|panel_|poststrat|quantile|rake|trim_", row.group) is not None
        )
    ),
    "survey.adjust.domain.lonely is an option of R's that the library does not offer": (
        _on_other_degrees_of_freedom
    ),
    "ratios, rank tests and Wald tests are compared in test_golden_quantities.py": (
        lambda row: (
            row.statistic in ("ratio", "chisq_Wald", "chisq_adjWald")
            or row.statistic.startswith("ranktest_")
        )
    ),
    "variances, standard deviations and correlations are not estimated": (
        lambda row: row.statistic in ("var", "sd", "corr")
    ),
    "the exact distribution of Rao and Scott's statistic is not offered": (
        lambda row: row.statistic in ("chisq_lincom", "chisq_saddlepoint")
    ),
    "the Pearson statistic of scaled weights is no design-based test": (
        lambda row: row.statistic == "chisq_pearson_scaled"
    ),
    "R gives no value for a test of a table with an empty row": (
        lambda row: row.statistic in ("chisq_F", "chisq_Chisq") and bool(np.isnan(row.value))
    ),
}


def reason_left_out(row: Row) -> str | None:
    """Return why a row is not compared, or nothing."""
    return next((reason for reason, applies in OUT_OF_SCOPE.items() if applies(row)), None)


# ---------------------------------------------------------------- estimates


@cache
def estimates(row_key: tuple[str, str, str], verb: str, variable: str, by: str) -> ws.Estimates:
    """Return the estimates of one variable by one domain variable, made once."""
    row = next(r for r in golden_rows() if (r.source, r.case, r.design) == row_key)
    return estimated(survey_with(row, variable, verb), verb, variable, by)


def survey_with(row: Row, variable: str, verb: str) -> ws.Survey:
    """Return the survey; counts of a bare number need it declared a question with categories."""
    if verb != "count":
        return survey_of(row)
    return ws.Survey(
        frame_of(row),
        df_rule="design",
        codebook=[ws.Question(variable)],
        **design_options(row.design),
    )


def estimated(survey: ws.Survey, verb: str, variable: str, by: str) -> ws.Estimates:
    domains = by.split("|") if by else None
    with warnings.catch_warnings():
        # Domains in one PSU and empty categories are part of the reference values.
        warnings.simplefilter("ignore", WelfareStatsWarning)
        if verb == "prop":
            return ws.estimate_proportions(survey, variable, domains, interval="wald")
        if verb == "mean":
            return ws.estimate_means(survey, variable, domains)
        return ws.estimate_totals(survey, variable, domains)


def key_of(row: Row) -> tuple[str, str, str]:
    return row.source, row.case, row.design


def position(frame: pd.DataFrame, category: str, by: str, by_level: str) -> int:
    """Return the row of the frame with a category in a domain."""
    here = np.ones(len(frame), dtype=bool)
    if category:
        here &= (frame["category"] == category).to_numpy()
    if by:
        here &= (frame[by.split("|")].agg("|".join, axis=1) == by_level).to_numpy()
    (found,) = np.flatnonzero(here)
    return int(found)


def estimate_checks(row: Row) -> Iterator[Check]:
    verb = row.statistic.removeprefix("subpop_")
    frame = estimates(key_of(row), verb, row.variable, row.by).frame
    yield from checks_of(row, frame.iloc[position(frame, row.level, row.by, row.by_level)])


def checks_of(row: Row, ours: pd.Series) -> Iterator[Check]:
    """Compare an estimate, its standard error, degrees of freedom, limits and bases."""
    scale = max(abs(row.value), abs(ours["estimate"]))
    yield "estimate", ours["estimate"], row.value, CLOSED_FORM, scale
    if not np.isnan(row.standard_error):
        scale = max(scale, 1.0) if row.statistic.endswith("prop") else scale
        yield "standard_error", ours["standard_error"], row.standard_error, CLOSED_FORM, scale
        yield "degrees_of_freedom", ours["degrees_of_freedom"], row.df, 0, 0
        if ours["interval_method"] in ("t", "wald"):
            yield "ci_low", ours["ci_low"], row.ci_low, CLOSED_FORM, scale
            yield "ci_high", ours["ci_high"], row.ci_high, CLOSED_FORM, scale
        else:
            assert row.value in (0, 1), "limits are ours only at 0 and 100 per cent"
            assert ours["interval_method"].startswith("korn-graubard")
    if "n" in row.extra and not row.statistic.startswith(("cell", "row", "col")):
        yield "base", ours["base"], row.extra["n"], 0, 0
    if "base_w" in row.extra:
        yield "weighted_base", ours["weighted_base"], row.extra["base_w"], CLOSED_FORM, 0


def design_effect_checks(row: Row) -> Iterator[Check]:
    """Ours is over sampling with replacement; R's default is without, 1/(1 − n/Σw) times it."""
    verb = row.statistic.removeprefix("deff_").removeprefix("replace_")
    frame = estimates(key_of(row), verb, row.variable, row.by).frame
    ours = frame.iloc[position(frame, row.level, row.by, row.by_level)]
    if "replace" not in row.statistic:
        left = 1 - ours["base"] / ours["weighted_base"]
        if abs(left) < 1e-12:  # the sample is the population: over a variance of 0
            assert not np.isfinite(row.value), row.words
            yield "base", ours["base"], ours["weighted_base"], CLOSED_FORM, 0
            return
        yield "without replacement", ours["design_effect"] / left, row.value, CLOSED_FORM, 1
    elif np.isnan(row.value):
        assert np.isnan(ours["design_effect"]), row.words
        yield "estimate", ours["estimate"], 0.0, 0, 1
    else:
        yield "design_effect", ours["design_effect"], row.value, CLOSED_FORM, 1


def lonely_checks(row: Row) -> Iterator[Check]:
    """The five rules; ``adjust`` may centre a total's lonely PSU at 0 (R) or at the mean PSU."""
    if "error" in row.extra:
        with pytest.raises(DesignError, match="has only one PSU"):
            survey_of(row)
        yield "refused", 1.0, 1.0, 0, 0
        return
    if row.statistic.startswith("alt_se_"):
        if row.statistic == "alt_se_mean":
            frame = estimates(key_of(row), "mean", row.variable, row.by).frame
            ours = frame.iloc[position(frame, "", row.by, row.by_level)]
            yield "standard_error", ours["standard_error"], row.value, CLOSED_FORM, 1
        else:
            # The other centre is a choice of Stata's; ours is R's, compared in the row `total`.
            frame = estimates(key_of(row), "total", row.variable, row.by).frame
            ours = frame.iloc[position(frame, "", row.by, row.by_level)]
            assert ours["standard_error"] >= row.value * (1 - CLOSED_FORM)
            yield "larger", 1.0, 1.0, 0, 0
        return
    yield from estimate_checks(row)


def naive_checks(row: Row) -> Iterator[Check]:
    """Dropping rows gives R's wrong standard error, and ours differs wherever a PSU vanishes."""
    verb = row.statistic.removeprefix("NAIVE_filter_")
    frame = frame_of(row)
    here = np.ones(len(frame), dtype=bool)
    for column, level in zip(row.by.split("|"), row.by_level.split("|"), strict=True):
        here &= (frame[column].astype(str) == level).to_numpy()
    options = design_options(row.design)
    dropped = ws.Survey(frame[here].reset_index(drop=True), **options)
    wrong = estimated(dropped, verb, row.variable, "").frame.iloc[0]
    yield "estimate", wrong["estimate"], row.value, CLOSED_FORM, 1
    yield "standard_error", wrong["standard_error"], row.standard_error, CLOSED_FORM, 1
    right = estimated(survey_of(row), verb, row.variable, row.by).frame
    ours = right.iloc[position(right, "", row.by, row.by_level)]
    units = [options["psu"][0]] if options["psu"] else []
    groups = ([options["strata"]] if options["strata"] else []) + units
    vanished = len(frame.drop_duplicates(groups)) > len(frame[here].drop_duplicates(groups))
    if vanished or not units:
        assert abs(ours["standard_error"] - row.standard_error) > 1e-6 * row.standard_error
    else:
        yield "same", ours["standard_error"], row.standard_error, CLOSED_FORM, 1


# ---------------------------------------------------------------- design and covariance


def design_checks(row: Row) -> Iterator[Check]:
    survey = survey_of(row)
    weight = survey.weights[survey.weights > 0]
    ours = {
        "degf": lambda: survey.degrees_of_freedom,
        "w_n": lambda: survey.base,
        "w_sum": lambda: survey.weighted_base,
        "w_ss": (weight**2).sum,
        "w_min": weight.min,
        "w_max": weight.max,
        "w_mean": lambda: survey.weighted_base / survey.base,
        "w_cv": lambda: weight.std(ddof=1) / weight.mean(),
        "w_cv_pop": lambda: weight.std() / weight.mean(),
        "w_kish_neff": lambda: survey.effective_base,
        "w_kish_deff": lambda: survey.base / survey.effective_base,
    }[row.statistic]()
    yield row.statistic, float(ours), row.value, CLOSED_FORM, 1


def covariance_checks(row: Row) -> Iterator[Check]:
    if row.statistic == "prop_cov":
        result = estimates(key_of(row), "prop", row.variable, "")
        ends = [position(result.frame, level, "", "") for level in (row.level, row.by_level)]
    else:
        variable, category = row.variable.split("=")
        result = estimates(key_of(row), "prop", variable, row.by)
        ends = [position(result.frame, category, row.by, end) for end in (row.level, row.by_level)]
    yield "covariance", result.matrix[ends[0], ends[1]], row.value, CLOSED_FORM, 1


# ---------------------------------------------------------------- cells


def cell_checks(row: Row) -> Iterator[Check]:
    """Proportions of a row, of a column and of everybody, and weighted counts of cells."""
    if row.statistic == "row_prop":
        frame = estimates(key_of(row), "prop", row.by, row.variable).frame
        ours = frame.iloc[position(frame, row.by_level, row.variable, row.level)]
    elif row.statistic == "col_prop":
        frame = estimates(key_of(row), "prop", row.variable, row.by).frame
        ours = frame.iloc[position(frame, row.level, row.by, row.by_level)]
    elif row.statistic == "cell_total":
        frame = estimates(key_of(row), "count", row.variable, row.by).frame
        ours = frame.iloc[position(frame, row.level, row.by, row.by_level)]
    else:
        frame = crossed(key_of(row), row.variable, row.by).frame
        ours = frame.iloc[position(frame, f"{row.level}|{row.by_level}", "", "")]
    if "n" in row.extra and row.statistic in ("row_prop", "col_prop"):
        yield "base", ours["base"], row.extra["n"], 0, 0
    yield from checks_of(row, ours)
    if row.statistic in PERCENT:
        yield from crosstab_checks(row)


PERCENT = {"cell_prop": "total", "row_prop": "row", "col_prop": "column"}


def crosstab_checks(row: Row) -> Iterator[Check]:
    """The same number in a table."""
    frame = tabulated(key_of(row), row.variable, row.by, PERCENT[row.statistic])
    here = (frame["stub_category"] == row.level) & (frame["banner"] == row.by)
    (found,) = np.flatnonzero(here & (frame["banner_category"] == row.by_level))
    ours = frame.iloc[found]
    yield "proportion in a table", ours["proportion"], row.value, CLOSED_FORM, 1
    yield "error in a table", ours["standard_error"], row.standard_error, CLOSED_FORM, 1
    if "n" in row.extra:
        count = "count" if row.statistic == "cell_prop" else "base"
        yield f"{count} in a table", ours[count], row.extra["n"], 0, 0


@cache
def tabulated(row_key: tuple[str, str, str], variable: str, by: str, percent: str) -> pd.DataFrame:
    row = next(r for r in golden_rows() if (r.source, r.case, r.design) == row_key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        return ws.crosstab(survey_of(row), variable, by, percent=percent, style="none").to_frame()


@cache
def crossed(row_key: tuple[str, str, str], variable: str, by: str) -> ws.Estimates:
    """Return the proportions of each combination of two answers, of those who gave both."""
    row = next(r for r in golden_rows() if (r.source, r.case, r.design) == row_key)
    frame = frame_of(row)
    texts = [frame[name].map(plain, na_action="ignore") for name in (variable, by)]
    both = pd.DataFrame({**frame, "both": texts[0] + "|" + texts[1]})
    pairs = [
        f"{a}|{b}" for a in sorted(texts[0].dropna().unique()) for b in texts[1].dropna().unique()
    ]
    question = ws.Question("both", categories=[ws.Category(pair) for pair in pairs])
    survey = ws.Survey(both, df_rule="design", codebook=[question], **design_options(row.design))
    return estimated(survey, "prop", "both", "")


def plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# ---------------------------------------------------------------- limits of proportions

METHODS = {
    "ciprop_logit": "logit",
    "ciprop_xlogit": "logit",
    "ciprop_asin": "asin",
    "ciprop_beta": "beta",
    "ciprop_mean": "wald",
    "ciprop_likelihood": "likelihood",
}


def limit_checks(row: Row) -> Iterator[Check]:
    method, level = METHODS[row.statistic], row.extra["conf"]
    here = interval_row(row, method, level)
    yield "estimate", here["estimate"], row.value, CLOSED_FORM, 1
    if row.extra.get("degenerate") or row.value in (0, 1):
        yield "standard_error", here["standard_error"], 0.0, 0, 0
        assert here["interval_method"].startswith("korn-graubard"), row.words
        assert 0 <= here["ci_low"] <= here["ci_high"] <= 1
        return
    if not np.isnan(row.standard_error):
        yield "standard_error", here["standard_error"], row.standard_error, CLOSED_FORM, 1
    if np.isnan(row.ci_low):
        assert row.extra.get("not_computable"), row.words
        return
    low, high = here["ci_low"], here["ci_high"]
    rows_in_r = float(row.extra.get("nrow", rows_of_domain(row)))
    same_size = method != "beta" or rows_in_r == here["base"]
    if here["degrees_of_freedom"] != row.df or not same_size:
        # R keeps the degrees of freedom, and for beta the number, of rows without an answer.
        low, high = (
            float(limit)
            for limit in proportion_interval(
                method,
                row.value,
                row.standard_error**2,
                level=level,
                base=rows_in_r,
                effective_base=here["effective_base"],
                degrees_of_freedom=row.df,
            )[:2]
        )
    yield from limits_against(row, low, high)


def limits_against(row: Row, low: float, high: float) -> Iterator[Check]:
    if row.statistic == "ciprop_likelihood":
        yield "ci_low", low, row.extra["plain_lo"], ITERATED, 1
        yield "ci_high", high, row.extra["plain_hi"], ITERATED, 1
        return
    tolerance = ITERATED if row.statistic == "ciprop_logit" else CLOSED_FORM
    # R folds an arcsine limit beyond 0 or 1 back inside; ours stops at the end.
    folded = row.statistic == "ciprop_asin"
    if not (folded and low == 0):
        yield "ci_low", low, row.ci_low, tolerance, 1
    if not (folded and high == 1):
        yield "ci_high", high, row.ci_high, tolerance, 1


@cache
def intervals(
    row_key: tuple[str, str, str], variable: str, by: str, method: str, level: float
) -> pd.DataFrame:
    row = next(r for r in golden_rows() if (r.source, r.case, r.design) == row_key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        return ws.estimate_proportions(
            survey_of(row, "domain"), variable, by or None, interval=method, level=level
        ).frame


def interval_row(row: Row, method: str, level: float) -> pd.Series:
    if row.by == "(subset)":
        assert row.by_level == "d_target not missing"
        frame = intervals(key_of(row), row.variable, "", method, level)
        return frame.iloc[position(frame, "1", "", "")]
    frame = intervals(key_of(row), row.variable, row.by, method, level)
    return frame.iloc[position(frame, "1", row.by, row.by_level)]


def rows_of_domain(row: Row) -> int:
    frame = frame_of(row)
    if row.by == "(subset)":
        return int(frame[row.variable].notna().sum())
    return len(frame) if not row.by else int((frame[row.by].map(plain) == row.by_level).sum())


# ---------------------------------------------------------------- differences


@cache
def comparison(row_key: tuple[str, str, str], variable: str, by: str, versus: str) -> pd.DataFrame:
    row = next(r for r in golden_rows() if (r.source, r.case, r.design) == row_key)
    name, _, category = variable.partition("=")
    options = design_options(row.design)
    questions = [] if category else [ws.Question(name, kind="scale")]
    survey = ws.Survey(frame_of(row), df_rule="design", codebook=questions, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        frame = ws.compare(
            survey, name, by, test="design-wald", versus=versus, smallest_effective_base=0
        )
    return frame[frame["category"] == category] if category else frame


def difference_checks(row: Row) -> Iterator[Check]:
    if not row.by:
        yield from contrast_checks(row)
        return
    kinds = {"diff": "pairs", "diff_part_whole": "total", "diff_part_rest": "rest"}
    versus = kinds[row.statistic]
    frame = comparison(key_of(row), row.variable, row.by, versus)
    group_a, group_b = row.level.split(" - ")
    here = frame["group_a"] == group_a
    if versus == "pairs":
        here &= frame["group_b"] == group_b
    (found,) = np.flatnonzero(here)
    ours = frame.iloc[found]
    scale = float(frame[["estimate_a", "estimate_b"]].abs().to_numpy().max())
    yield "difference", ours["difference"], row.value, CLOSED_FORM, scale
    yield "standard_error", ours["standard_error"], row.standard_error, CLOSED_FORM, scale
    if row.standard_error > DUST * scale:
        dust = DUST * scale / row.standard_error
        yield "statistic", ours["statistic"], row.extra["t"], CLOSED_FORM, dust / DUST * 10
        yield "p_value", ours["p_value"], row.extra["p"], ITERATED, 1
        yield "degrees_of_freedom", ours["degrees_of_freedom"], row.df, 0, 0


def contrast_checks(row: Row) -> Iterator[Check]:
    """The difference of two categories of one question, from the covariance."""
    result = estimates(key_of(row), "prop", row.variable, "")
    labels = [part.strip().removeprefix("P(").removesuffix(")") for part in row.level.split(" - ")]
    a, b = (position(result.frame, label, "", "") for label in labels)
    difference = result.frame["estimate"].iloc[a] - result.frame["estimate"].iloc[b]
    form = np.zeros(len(result))
    form[[a, b]] = 1, -1
    yield "difference", difference, row.value, CLOSED_FORM, 1
    error = float(np.sqrt(form @ result.matrix @ form))
    yield "standard_error", error, row.standard_error, CLOSED_FORM, 1


def t_test_checks(row: Row) -> Iterator[Check]:
    """R's t-tests: the Wald contrast, on one degree of freedom fewer (it counts the intercept)."""
    from scipy import stats

    if row.statistic == "ttest_one":
        name, null = row.variable.split("-")
        frame = estimates(key_of(row), "mean", name, "").frame
        statistic = (frame["estimate"][0] - float(null)) / frame["standard_error"][0]
        difference = frame["estimate"][0] - float(null)
    else:
        frame = comparison(key_of(row), row.variable, row.by, "pairs")
        assert frame[["group_a", "group_b"]].iloc[0].tolist() == ["No", "Yes"]
        statistic, difference = -frame["statistic"].iloc[0], -frame["difference"].iloc[0]
    yield "statistic", statistic, row.value, CLOSED_FORM, 1
    yield "estimate", difference, row.extra["estimate"], CLOSED_FORM, 1
    p_value = 2 * stats.t.sf(abs(statistic), row.df)
    yield "p_value", p_value, row.extra["p"], CLOSED_FORM, 1


# ---------------------------------------------------------------- tests of a whole table

SUBSETS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "stype != H": lambda frame: frame["stype"] != "H",
    "race == 2": lambda frame: frame["race"] == 2,
    "w > 0": lambda frame: frame["w"] > 0,
}


def table_checks(row: Row) -> Iterator[Check]:
    if row.statistic == "svytable":
        survey, by = survey_of(row), row.by
        if row.group == "chisq_sub":
            survey = survey.domain(SUBSETS["stype != H"](frame_of(row)))
        frame = estimated(survey, "count", row.variable, by).frame
        ours = frame.iloc[position(frame, row.level, by, row.by_level)]
        yield "weighted_count", ours["estimate"], row.value, CLOSED_FORM, 1
        return
    survey = survey_of(row, "domain")
    if "subset" in row.extra:
        survey = survey.domain(SUBSETS[row.extra["subset"]](frame_of(row)))
    table = ws.crosstab(survey, row.variable, row.by, style="none")
    if row.statistic == "chisq_Chisq":
        # R prints the Pearson statistic scaled to the number of rows; its p-value is first-order.
        ours = table.independence(method="rao-scott-first-order").iloc[0]
        yield "p_value", ours["p_value"], row.extra["p"], ITERATED, 1
        return
    ours = table.independence().iloc[0]
    yield "statistic", ours["statistic"], row.value, CLOSED_FORM, 1
    yield "df1", ours["df1"], row.df, CLOSED_FORM, 1
    if row.dataset == "messy" and "subset" not in row.extra:
        # R counts the PSU whose respondents all have weight zero here, though not in degf(): 6
        # degrees of freedom, ours 5. The rows of the subset w > 0 agree in everything.
        yield "df2", ours["df2"] * 6 / 5, row.extra["ddf"], CLOSED_FORM, 1
        return
    yield "df2", ours["df2"], row.extra["ddf"], CLOSED_FORM, 1
    yield "p_value", ours["p_value"], row.extra["p"], ITERATED, 1


# ---------------------------------------------------------------- all rows

COMPARED: dict[str, dict[str, Callable[[Row], Iterator[Check]]]] = {
    "design": defaultdict(lambda: design_checks),
    "est": dict.fromkeys(("mean", "total", "prop", "count"), estimate_checks)
    | {f"deff_replace_{n}": design_effect_checks for n in ("mean", "total", "prop", "count")}
    | {f"deff_{n}": design_effect_checks for n in ("mean", "total", "prop", "count")},
    "subpop": {f"subpop_{name}": estimate_checks for name in ("mean", "total")}
    | {f"NAIVE_filter_{name}": naive_checks for name in ("mean", "total")},
    "lonely": dict.fromkeys(("mean", "total", "alt_se_mean", "alt_se_total"), lonely_checks),
    "vcov": {"prop_cov": covariance_checks, "col_prop_cov": covariance_checks},
    "xtab": dict.fromkeys(("cell_prop", "cell_total", "row_prop", "col_prop"), cell_checks),
    "ciprop": dict.fromkeys(METHODS, limit_checks),
    "diff": dict.fromkeys(("diff", "diff_part_whole", "diff_part_rest"), difference_checks)
    | dict.fromkeys(("ttest", "ttest_one"), t_test_checks),
    "chisq": dict.fromkeys(("chisq_F", "chisq_Chisq", "svytable"), table_checks),
}
COMPARED |= {"by": COMPARED["est"], "chisq_sub": COMPARED["chisq"]}


def cases() -> dict[str, list[Row]]:
    """Return the rows that are compared, by case and statistic."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in golden_rows():
        if reason_left_out(row) is None:
            found[f"{row.source}-{row.case}-{row.statistic}"].append(row)
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    compared, wrong = 0, []
    for row in CASES[case]:
        checks = list(COMPARED[row.group][row.statistic](row))
        compared += bool(checks)
        wrong += [
            f"{row.words}: {name} {float(ours)!r}, not {theirs!r}"
            for name, ours, theirs, relative, scale in checks
            if not agrees(ours, theirs, relative, scale)
        ]
    assert not wrong, "\n".join(wrong[:20])
    assert compared == len(CASES[case])


def test_every_row_is_compared_or_left_out_for_a_named_reason() -> None:
    reasons = Counter(reason_left_out(row) for row in golden_rows())
    left_over = Counter(
        (row.group, row.statistic)
        for rows in CASES.values()
        for row in rows
        if row.group not in COMPARED or row.statistic not in {**COMPARED[row.group], **_designs()}
    )
    assert left_over == {}
    assert all(reasons[reason] for reason in OUT_OF_SCOPE), "a reason that no row needs"
    assert sum(reasons.values()) == len(golden_rows())
    assert reasons[None] == sum(len(rows) for rows in CASES.values())


def _designs() -> dict[str, object]:
    names = ("n", "sum", "ss", "min", "max", "mean", "cv", "cv_pop", "kish_neff", "kish_deff")
    return {"degf": None, **{f"w_{name}": None for name in names}}
