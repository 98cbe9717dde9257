from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN
from scipy import stats

import welfarestats as ws
from tests.tables.nchs_surveys import DESIGNS, judged_frame, judged_survey
from welfarestats.errors import OptionError, WelfareStatsWarning
from welfarestats.tables.reliability import (
    COUNT_MEASURES,
    MEASURES,
    PROPORTION_MEASURES,
    UNKNOWN,
    CountPrecision,
    Precision,
    PrecisionRule,
    Reliability,
)
from welfarestats.tables.style_presets import NCHS_COUNT_RULES, NCHS_RULES, choose_style

NCHS = choose_style("nchs")

# Worked by hand from the standards: p, n, design effect, degrees of freedom; what becomes of the
# figure, and what its reason begins with. Clopper-Pearson limits from tables of the beta law.
BY_HAND = [
    (0.5, 29, 1.0, 28, "unreliable", "unweighted base of 29 is under 30"),
    (0.5, 60, 2.5, 59, "unreliable", "effective sample size of 24 is under 30"),
    # n* = 1,500 and limits of 47.4 and 52.6 per cent: too wide for rule 2, narrow enough for all
    (0.5, 1500, 1.0, 1499, "shown", ""),
    # limits of 47.8 and 52.2 per cent
    (0.5, 2000, 1.0, 1999, "shown", ""),
    # 20 of 40: 33.8 to 66.2 per cent
    (0.5, 40, 1.0, 39, "unreliable", "confidence interval width of 32.4 points is at least 30"),
    # 5 of 100: 1.6 to 11.3 per cent, twice the figure
    (0.05, 100, 1.0, 99, "unreliable", "interval width relative to the figure of 192.8 per cent"),
    # and 95 of 100, whose complement is those 5
    (0.95, 100, 1.0, 99, "flagged", "interval width relative to the complement of 192.8 per cent"),
    # 2 of 400: 0.06 to 1.79 per cent, under 5 points: shown by rule 2 before rule 4 is asked
    (0.005, 400, 1.0, 399, "shown", ""),
    (0.995, 400, 1.0, 399, "shown", ""),
    # few clusters: n* (1.972/2.447)² = 129.8
    (0.5, 200, 1.0, 6, "flagged", "number of degrees of freedom of 6 is under 8"),
    (0.5, 200, 1.0, 8, "shown", ""),
    (0.0, 30, 1.0, 29, "flagged", "nobody or everybody gave this answer"),
    (1.0, 30, 1.0, 29, "flagged", "nobody or everybody gave this answer"),
    (0.0, 29, 1.0, 28, "unreliable", "unweighted base of 29 is under 30"),
    (1.0, 500, 1.0, 4, "flagged", "number of degrees of freedom of 4 is under 8; nobody or"),
    # hidden is hidden, few degrees of freedom or not
    (0.05, 100, 1.0, 4, "unreliable", "interval width relative to the figure"),
]


def decided(p, n, effect, df):
    p, n, df = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (p, n, df))
    precision = Precision(effect * p * (1 - p) / n, n, df)
    return NCHS.decide(p, np.round(p * n), n, precision=precision)


@pytest.mark.parametrize(("p", "n", "effect", "df", "state", "reason"), BY_HAND)
def test_the_standards_of_nchs_by_hand(p, n, effect, df, state, reason):
    found = decided(p, n, effect, df)
    assert found.state[0] == state
    assert found.reason[0].startswith(reason)
    assert bool(found.reason[0]) is (state != "shown")


def by_scalars(p: float, n: int, effect: float, df: int) -> set[str]:
    """The standards again, one figure at a time, each rule an if."""
    if n < 30:
        return {"hidden"}
    review = ({"df"} if df < 8 else set()) | ({"edge"} if p in (0, 1) else set())
    if p in (0, 1):
        return review
    size = min(n / effect, n)
    if size < 30:
        return {"hidden"}
    # n_df may not pass n, however small the design effect
    size = min(n / effect * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2, n)
    low = stats.beta.ppf(0.025, p * size, (1 - p) * size + 1)
    high = stats.beta.ppf(0.975, p * size + 1, (1 - p) * size)
    if high - low <= 0.05:
        return review
    if high - low >= 0.30 or (high - low) / p > 1.30:
        return {"hidden"}
    return review | ({"complement"} if (high - low) / (1 - p) > 1.30 else set())


def test_flags_are_right_on_a_grid():
    words = {"df": "degrees of freedom", "edge": "nobody or", "complement": "complement"}
    shares = (0, 0.004, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 0.75, 0.88, 0.95, 0.99, 1)
    sizes = (17, 29, 30, 31, 45, 62, 82, 150, 400, 1500, 6000)
    seen = set()
    for p, n, effect, df in product(shares, sizes, (0.8, 1.0, 1.7, 3.0), (2, 7, 8, 30, 1000)):
        found, expected = decided(p, n, effect, df), by_scalars(p, n, effect, df)
        seen.add(frozenset(expected))
        if expected == {"hidden"}:
            assert found.state[0] == "unreliable", (p, n, effect, df)
            continue
        named = {key for key, word in words.items() if word in found.reason[0]}
        assert named == expected, (p, n, effect, df, found.reason[0])
        assert (found.state[0] == "flagged") is bool(expected)
    assert len(seen) == 7


def test_all_figures_are_judged_at_once_as_each_alone():
    p, n, effect, df = (np.array(each) for each in zip(*(row[:4] for row in BY_HAND), strict=True))
    together = NCHS.decide(
        p, np.round(p * n), n, precision=Precision(effect * p * (1 - p) / n, n, df)
    )
    assert together.state.tolist() == [row[4] for row in BY_HAND]
    assert len(together.caveats) == 3
    legend = dict(together.legend)
    assert "unweighted base under 30 or effective sample size under 30 or" in legend["*"]
    assert "interval width relative to the complement over 130 per cent" in legend["( )"]


def test_a_figure_of_unknown_precision_is_hidden():
    found = NCHS.decide(
        [0.5, 0.5], [50, 50], [100, 100], precision=Precision([np.nan, 0.0025], 100, [99, np.nan])
    )
    assert found.state.tolist() == ["unreliable"] * 2
    assert found.reason.tolist() == [UNKNOWN] * 2


def test_what_is_hidden_for_another_reason_is_not_judged():
    found = NCHS.decide(
        [0.05, np.nan, 0.05],
        [5, 0, 5],
        [100, 0, 100],
        precision=Precision(0.05 * 0.95 / 100, 100, 99),
        confidential=[True, False, False],
    )
    assert found.state.tolist() == ["confidential", "none-recorded", "unreliable"]


R_PERCENTAGES = pd.read_csv(
    GOLDEN / "r" / "nchs_percentages.csv", dtype={"level": str, "by_level": str}
)


@pytest.mark.parametrize("design", DESIGNS)
def test_percentages_are_judged_as_in_r(design: str) -> None:
    rows = R_PERCENTAGES[R_PERCENTAGES["design"] == design]
    survey = judged_survey(judged_frame(rows), design)
    for (variable, by), own in rows.groupby(["variable", "by"]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", WelfareStatsWarning)
            table = ws.crosstab(survey, variable, by, style="nchs")
        cells = table.to_frame().set_index(["stub_category", "banner_category"])
        for row in own.to_dict("records"):
            cell = cells.loc[(row["level"], row["by_level"])]
            assert cell["estimate"] == pytest.approx(row["proportion"], rel=1e-9)
            assert cell["standard_error"] == pytest.approx(row["se"], rel=1e-9, abs=1e-12)
            assert cell["state"] == row["verdict"], row
    assert R_PERCENTAGES["verdict"].value_counts().to_dict() == {
        "shown": 48,
        "unreliable": 39,
        "flagged": 9,
    }


def test_without_degrees_of_freedom_an_interval_says_nothing():
    assert decided(0.5, 200, 1.0, 0).reason[0].startswith("confidence interval width of 100 points")


def test_a_table_is_judged_by_its_own_design():
    people = {"psu": np.repeat(range(6), 40), "sex": ["F", "M"] * 120, "works": [1, 1, 1, 0] * 60}
    frame = pd.DataFrame(people)
    table = ws.crosstab(ws.Survey(frame, psu="psu"), "works", "sex", style="nchs")
    cells = table.to_frame().set_index(["stub_category", "banner_category"])
    assert cells.loc[("1", "F"), "display"] == "(100.0)"
    assert cells.loc[("1", "F"), "reason"] == (
        "number of degrees of freedom of 5 is under 8; nobody or everybody gave this answer"
    )
    said = " ".join(table.sentences())
    assert "read with caution: number of degrees of freedom of 5 is under 8" in said


def test_rules_are_words_of_their_lists():
    with pytest.raises(OptionError, match=r"the measure of a rule cannot be 'with'.*'width'"):
        PrecisionRule("with", ">", 1, "shown")
    with pytest.raises(OptionError, match=r"the comparison of a rule cannot be '=='"):
        PrecisionRule("width", "==", 1, "shown")
    with pytest.raises(OptionError, match=r"the state of a rule cannot be 'hidden'"):
        PrecisionRule("width", ">", 1, "hidden")
    with pytest.raises(OptionError, match=r"a style's reliability has no rules"):
        Reliability(())
    assert {rule.measure for rule in NCHS_RULES.rules} == set(PROPORTION_MEASURES)
    assert {rule.measure for rule in NCHS_COUNT_RULES.rules} == set(COUNT_MEASURES)
    assert set(PROPORTION_MEASURES) | set(COUNT_MEASURES) == set(MEASURES)


def test_what_is_as_good_as_a_limit_is_the_limit():
    # 31 independent people have n* = 30, up to float dust on either side.
    share = np.arange(1, 31) / 31
    variance = share * (1 - share) / 30
    size = share * (1 - share) / variance
    assert (size < 30).any()
    found = NCHS.decide(share, np.arange(1, 31), 31, precision=Precision(variance, 31, 30))
    assert not any("effective sample size" in reason for reason in found.reason)


# ---------------------------------------------------------------- counts and ratios

# Worked by hand from the standards for rates and counts: total, its standard error over it,
# respondents counted and their effective number, degrees of freedom. The relative width is
# 2 sinh(t s / x); it is 160 per cent where t s / x = asinh(0.8) = 0.73267, so where the relative
# standard error is 0.73267 / t: 0.32388 on 9 degrees of freedom (t 2.26216), 0.35499 on 24
# (2.06390), 0.36925 on 99 (1.98422).
COUNTS_BY_HAND = [
    (5000, 0.20, 9, 9.0, 40, "unreliable", "number of respondents counted of 9 is under 10"),
    (5000, 0.20, 10, 10.0, 40, "shown", ""),
    (5000, 0.20, 14, 9.9, 40, "unreliable", "effective number of respondents counted of 9.9 is"),
    (5000, 0.3238, 10, 10.0, 40, "shown", ""),
    (5000, 0.3240, 10, 10.0, 40, "unreliable", "interval width relative to the figure of 160.1"),
    (5000, 0.3549, 25, 25.0, 40, "shown", ""),
    (5000, 0.3551, 25, 25.0, 40, "unreliable", "interval width relative to the figure of 160.1"),
    # the effective number sets t, not the number
    (5000, 0.3549, 60, 10.0, 40, "unreliable", "interval width relative to the figure of 178.4"),
    (5000, 0.3692, 100, 100.0, 40, "shown", ""),
    (5000, 0.3694, 100, 100.0, 40, "unreliable", "interval width relative to the figure of 160.1"),
    # a total that the weights are adjusted to does not vary
    (5000, 0.0, 40, 40.0, 40, "shown", ""),
    (5000, 0.20, 40, 40.0, 8, "shown", ""),
    (5000, 0.20, 40, 40.0, 7, "flagged", "number of degrees of freedom of 7 is under 8"),
    (5000, 0.20, 9, 9.0, 7, "unreliable", "number of respondents counted of 9 is under 10"),
    (5000, 0.40, 40, 40.0, 7, "unreliable", "interval width relative to the figure"),
    (5000, 0.20, 40, 40.0, np.nan, "unreliable", UNKNOWN),
    (5000, np.nan, 40, 40.0, 40, "unreliable", UNKNOWN),
    (0, 0.0, 0, 0.0, 40, "unreliable", "number of respondents counted of 0 is under 10"),
    # standards for what is counted say nothing of what is below 0
    (-5000, -0.1, 40, 40.0, 40, "unreliable", UNKNOWN),
]


@pytest.mark.parametrize(("x", "relative", "n", "e", "df", "state", "reason"), COUNTS_BY_HAND)
def test_the_standards_for_counts_by_hand(x, relative, n, e, df, state, reason):
    precision = CountPrecision((relative * x) ** 2, df, n, e)
    # A base under 30 is no reason: that is a rule for percentages.
    found = NCHS.decide_counts([x], [20], precision=precision)
    assert (found.state[0], found.display[0]) == (state, found.display[0])
    assert found.reason[0].startswith(reason)
    assert bool(found.reason[0]) is (state != "shown")
    shown = {"shown": "5,000", "flagged": "(5,000)", "unreliable": "*"}
    assert found.display[0] == shown[state]


@pytest.mark.parametrize(
    ("below", "effective", "state", "reason"),
    [
        (10, 10.0, "shown", ""),
        (9, 9.0, "unreliable", "number of respondents in the denominator of 9 is under 10"),
        (15, 9.5, "unreliable", "effective number of respondents in the denominator of 9.5 is"),
    ],
)
def test_a_ratio_needs_respondents_below_it_too(below, effective, state, reason):
    precision = CountPrecision(0.01**2, 40, 30, 30.0, below, effective)
    found = NCHS.decide_counts([0.4], [60], decimals=1, precision=precision)
    assert found.state[0] == state
    assert found.reason[0].startswith(reason)


def counts_by_scalars(relative: float, n: int, e: float, df: int) -> str:
    """The standards for counts again, one figure at a time."""
    if n < 10 or e < 10:
        return "unreliable"
    t = stats.t.ppf(0.975, e - 1)
    if np.exp(t * relative) - np.exp(-t * relative) > 1.6:
        return "unreliable"
    return "flagged" if df < 8 else "shown"


def test_flags_of_counts_are_right_on_a_grid():
    seen = set()
    grid = product(
        np.linspace(0.01, 0.45, 45), (9, 10, 11, 30, 200), (1.0, 1.1, 2.5), (2, 7, 8, 60)
    )
    for relative, n, effect, df in grid:
        expected = counts_by_scalars(relative, n, n / effect, df)
        precision = CountPrecision((relative * 700) ** 2, df, n, n / effect)
        found = NCHS.decide_counts([700], [500], precision=precision)
        assert found.state[0] == expected, (relative, n, effect, df)
        seen.add(expected)
    assert seen == {"shown", "flagged", "unreliable"}
