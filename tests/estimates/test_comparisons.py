"""compare(): signs, adjustments, families, gates, and the same rows as a table's."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from toy_tables import CODEBOOK, TEN, panel, shares, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError
from welfarestats.estimates.comparisons import COLUMNS, own_adjustment

FOUR = {"g1": (70, 30), "g2": (55, 45), "g3": (48, 52), "g4": (35, 65)}
STATSMODELS = {"bonferroni": "bonferroni", "holm": "holm", "benjamini-hochberg": "fdr_bh"}


def four() -> ws.Survey:
    frame = shares(FOUR)
    frame["other"] = np.where(np.arange(len(frame)) % 3 == 0, "x", "y")
    return ws.Survey(frame)


def test_a_difference_is_a_minus_b_and_a_stands_first_in_the_codebook() -> None:
    categories = [ws.Category("later", "Later"), ws.Category("early", "Early")]
    codebook = ws.Codebook([ws.Question("group", categories=categories)])
    survey = ws.Survey(shares({"early": (30, 70), "later": (60, 40)}), codebook=codebook)
    pair = ws.compare(survey, "has", by="group").set_index("category").loc["Yes"]
    assert (pair["group_a"], pair["group_b"]) == ("Later", "Early")
    assert (pair["estimate_a"], pair["estimate_b"]) == (0.6, 0.3)
    assert pair["difference"] == pytest.approx(0.3)
    assert pair["statistic"] > 0
    assert pair["ci_low"] > 0
    assert pair["significant"]


def test_the_standard_error_is_that_of_the_difference() -> None:
    pair = ws.compare(four(), "has", by="group").iloc[-6]
    # 400 people are their own PSUs: 400/399 · (0.7·0.3 + 0.55·0.45)/100.
    assert (pair["group_a"], pair["group_b"], pair["category"]) == ("g1", "g2", "Yes")
    error = sqrt(400 / 399 * (0.21 + 0.2475) / 100)
    assert pair["standard_error"] == pytest.approx(error)
    # Bases of 100: limits are those of t, on the 200 people of the pair less 1.
    reach = stats.t.isf(0.025, 199) * error
    assert (pair["ci_low"], pair["ci_high"]) == pytest.approx((0.15 - reach, 0.15 + reach))


def test_below_a_base_of_100_limits_are_newcombes() -> None:
    survey = ws.Survey(shares({"a": (31, 19), "b": (20, 30)}))
    pair = ws.compare(survey, "has", by="group").set_index("category").loc["Yes"]
    one = ws.estimate_proportions(survey, "has", by="group").to_frame().set_index("category")
    low, high = (one.loc["Yes", name].to_numpy() for name in ("ci_low", "ci_high"))
    below = 0.22 - sqrt((0.62 - low[0]) ** 2 + (high[1] - 0.40) ** 2)
    above = 0.22 + sqrt((high[0] - 0.62) ** 2 + (0.40 - low[1]) ** 2)
    assert (pair["ci_low"], pair["ci_high"]) == pytest.approx((below, above), rel=1e-9)


@pytest.mark.parametrize("adjust", STATSMODELS)
@pytest.mark.parametrize("family", ["category", "table"])
def test_adjusted_p_values_are_those_of_statsmodels(adjust: str, family: str) -> None:
    found = ws.compare(four(), "has", by="group", adjust=adjust, family=family)
    blocks = found.groupby("category") if family == "category" else [("", found)]
    for _, own in blocks:
        p = own["p_value"].to_numpy()
        expected = multipletests(p, method=STATSMODELS[adjust])[1]
        np.testing.assert_allclose(own["p_adjusted"], expected, rtol=1e-12)
    assert (found["significant"] == (found["p_adjusted"] < 0.05)).all()


def test_a_book_is_one_family() -> None:
    survey = four()
    book = ws.book(survey, ["has", "other"], "group", adjust="holm", family="book")
    pairs = pd.concat([book[name].comparisons() for name in book])
    expected = multipletests(pairs["p_value"].to_numpy(), method="holm")[1]
    np.testing.assert_allclose(pairs["p_adjusted"], expected, rtol=1e-12)


def test_two_banner_questions_are_two_families_unless_the_table_is_one() -> None:
    by_category = ws.crosstab(four(), "has", ["group", "other"], adjust="bonferroni").comparisons()
    own = by_category[by_category["by"] == "group"]
    np.testing.assert_allclose(own["p_adjusted"], np.minimum(own["p_value"] * 6, 1))
    table = ws.crosstab(four(), "has", ["group", "other"], adjust="bonferroni", family="table")
    whole = table.comparisons()
    np.testing.assert_allclose(whole["p_adjusted"], np.minimum(whole["p_value"] * 14, 1))


def test_pairs_that_are_not_tested_do_not_count_in_a_family() -> None:
    survey = ws.Survey(shares({**FOUR, "tiny": (5, 5)}))
    found = ws.compare(survey, "has", by="group", adjust="bonferroni")
    tested = found[found["tested"]]
    assert len(found) == 20
    assert len(tested) == 12
    np.testing.assert_allclose(tested["p_adjusted"], np.minimum(tested["p_value"] * 6, 1))
    left = found[~found["tested"]]
    assert left[["p_value", "p_adjusted", "statistic"]].isna().all(axis=None)
    assert not left["significant"].any()
    # The difference and its standard error are known all the same.
    assert left[["difference", "standard_error"]].notna().all(axis=None)


def test_spss_adjusts_by_bonferroni_unless_told_otherwise() -> None:
    assert own_adjustment("spss-ctables", None) == "bonferroni"
    assert own_adjustment("spss-ctables", "none") is None
    assert own_adjustment("design", None) is None
    assert own_adjustment("design", "holm") == "holm"
    found = ws.compare(four(), "has", by="group", test="spss-ctables")
    np.testing.assert_allclose(found["p_adjusted"], np.minimum(found["p_value"] * 6, 1))


def test_a_difference_is_significant_at_the_level_asked_for() -> None:
    found = ws.compare(four(), "has", by="group", level=0.8)
    assert (found["significant"] == (found["p_value"] < 0.2)).all()
    assert found["significant"].sum() > ws.compare(four(), "has", by="group")["significant"].sum()


@pytest.mark.parametrize("variable", ["works", "help", "pay", "hours"])
@pytest.mark.parametrize("versus", ["pairs", "total", "rest", "previous"])
@pytest.mark.parametrize("by", ["sex", "help"])
def test_compare_and_a_table_give_the_same_rows(variable: str, versus: str, by: str) -> None:
    survey = panel()
    made = ws.crosstab(survey, variable, by, versus=versus, adjust="holm")
    table = made.comparisons()
    # What is tested with caution is for a house style to say.
    cautious = table["tested"] & (table["reason"] != "")
    assert table.loc[cautious, "reason"].str.endswith("tested, read with caution").all()
    table.loc[cautious, "reason"] = ""
    nets = {net.label for net in CODEBOOK[by].nets}
    table = table[~table["group_a"].isin(nets) & ~table["group_b"].isin(nets)]
    ours = ws.compare(survey, variable, by=by, versus=versus, adjust="holm")
    both = [name for name in COLUMNS if name not in ("p_adjusted", "significant")]
    # A table compares nets of the banner too, so its families are larger; and it has the mean of
    # a question with scores as well.
    table = table[table["category"].notna() | ours["category"].isna().all()]
    pd.testing.assert_frame_equal(
        table[both].reset_index(drop=True), ours[both], rtol=1e-10, check_dtype=True
    )


def test_the_frame_has_the_columns_of_the_contract() -> None:
    found = ws.compare(panel(), "works", by="sex")
    contract = (
        "variable, category, by, group_a, group_b, estimate_a, estimate_b, base_a, base_b,"
        " effective_base_a, effective_base_b, difference, standard_error, statistic,"
        " degrees_of_freedom, p_value, p_adjusted, ci_low, ci_high, significant, method, tested,"
        " reason"
    ).split(", ")
    assert list(found.columns[: len(contract)]) == contract
    assert isinstance(found.index, pd.RangeIndex)
    words = ["variable", "category", "by", "group_a", "group_b", "method", "reason"]
    assert all(found[name].dtype == "str" for name in words)
    assert found["base_a"].dtype.kind == "i"
    assert found["significant"].dtype == found["tested"].dtype == bool


def test_means_are_compared_and_have_no_category() -> None:
    found = ws.compare(panel(), "pay", by="sex")
    assert found["category"].isna().all()
    assert len(found) == 1


def test_a_bare_column_of_many_numbers_is_a_measurement() -> None:
    survey = panel()
    bare = ws.Survey(survey.to_frame(), weights="w", strata="stratum", psu="psu")
    ours = ws.compare(bare, "pay", by="sex").iloc[0]
    theirs = ws.compare(survey, "pay", by="sex").iloc[0]
    assert ours["difference"] == pytest.approx(theirs["difference"])
    assert ours["standard_error"] == pytest.approx(theirs["standard_error"])


def test_a_weight_of_two_is_not_two_people() -> None:
    doubled = panel().to_frame()
    doubled["w"] *= 2
    survey = ws.Survey(doubled, weights="w", strata="stratum", psu="psu", codebook=CODEBOOK)
    pd.testing.assert_frame_equal(
        ws.compare(panel(), "works", by="sex"), ws.compare(survey, "works", by="sex")
    )


def test_invented_records_are_not_tested() -> None:
    survey = panel()
    invented = ws.Survey(
        survey.to_frame(),
        weights="w",
        strata="stratum",
        psu="psu",
        codebook=CODEBOOK,
        origin="synthetic",
    )
    found = ws.compare(invented, "works", by="sex")
    blank = ["standard_error", "statistic", "p_value", "p_adjusted", "ci_low", "ci_high"]
    assert found[blank].isna().all(axis=None)
    assert not found["tested"].any()
    assert set(found["reason"]) == {"the records are synthetic"}
    assert found["difference"].notna().all()
    asked = ws.compare(invented, "works", by="sex", synthetic_inference=True)
    pd.testing.assert_frame_equal(asked, ws.compare(survey, "works", by="sex"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"test": "desing"}, "test cannot be 'desing'.*Did you mean 'design'"),
        ({"adjust": "bonferoni"}, "adjust cannot be 'bonferoni'.*Did you mean 'bonferroni'"),
        ({"versus": "pair"}, "versus cannot be 'pair'.*Did you mean 'pairs'"),
        ({"family": "tables"}, "family cannot be 'tables'.*Did you mean 'table'"),
        ({"level": 95}, "level is a confidence level between 0 and 1, not 95"),
        ({"level": "0.95"}, "level is a confidence level between 0 and 1, not '0.95'"),
    ],
)
def test_an_option_that_is_none_of_its_words_is_refused(
    options: dict[str, object], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        ws.compare(ten(), "works", by="sex", **options)


def test_questions_that_do_not_exist_are_refused_with_the_nearest() -> None:
    with pytest.raises(CodebookError, match=r"no question named 'work' in.*Did you mean 'works'"):
        ws.compare(ten(), "work", by="sex")
    with pytest.raises(CodebookError, match=r"no question named 'sexx'.*Did you mean 'sex'"):
        ws.compare(ten(), "works", by="sexx")
    with pytest.raises(OptionError, match="by is the name of one question, not 'list'"):
        ws.compare(ten(), "works", by=["sex", "help"])
    with pytest.raises(CodebookError, match="question 'pay' is a scale, which has no groups"):
        ws.compare(ten(), "works", by="pay")


def test_nobody_in_a_group_is_said_in_the_reason() -> None:
    question = ws.Question("sex", categories=[ws.Category(1), ws.Category(2), ws.Category(3)])
    survey = ws.Survey(TEN, codebook=ws.Codebook([question]))
    found = ws.compare(survey, "works", by="sex", smallest_effective_base=0)
    third = found[found["group_b"] == "3"]
    assert (third["base_b"] == 0).all()
    assert third["estimate_b"].isna().all()
    assert not third["tested"].any()


@pytest.mark.parametrize("versus", ["pairs", "total", "rest", "previous"])
def test_a_question_that_nobody_answered_makes_no_groups(versus: str) -> None:
    survey = ws.Survey(pd.DataFrame({"has": ["a", "b"] * 4, "group": [None] * 8}))
    with pytest.raises(DataError, match="question 'group' has no answers that count in the base"):
        ws.compare(survey, "has", by="group", versus=versus)


def forty_eight(second: int = 26) -> ws.Survey:
    return ws.Survey(shares({"first": (24, 24), "second": (second, 52 - second)}))


def test_what_had_to_be_observed_and_what_is_found_stand_beside_a_comparison() -> None:
    pair = ws.compare(forty_eight(), "has", by="group").iloc[0]
    error = 0.5 * np.sqrt(1 / 48 + 1 / 52)
    t = stats.t(pair["degrees_of_freedom"])
    assert pair["least_significant_difference"] == pytest.approx(t.ppf(0.975) * error)
    found = (t.ppf(0.975) + t.ppf(0.8)) * error
    assert pair["minimum_detectable_difference"] == pytest.approx(found)
    assert round(100 * pair["least_significant_difference"]) == 20
    assert round(100 * pair["minimum_detectable_difference"]) == 28


def test_no_difference_needs_an_interval_within_the_margin() -> None:
    wide = ws.compare(forty_eight(), "has", by="group", equivalence_margin=0.2).iloc[0]
    assert wide["equivalent"]
    narrow = ws.compare(forty_eight(), "has", by="group", equivalence_margin=0.1).iloc[0]
    # Not significant, and not shown to be equivalent either.
    assert (narrow["significant"], narrow["equivalent"]) == (False, False)
    ninety = ws.compare(forty_eight(), "has", by="group", level=0.9).iloc[0]
    limits = ["equivalence_low", "equivalence_high"]
    assert narrow[limits].tolist() == pytest.approx(ninety[["ci_low", "ci_high"]].tolist())
    assert "equivalent" not in ninety


def test_equivalence_of_means_is_in_their_units() -> None:
    found = ws.compare(panel(), "pay", by="sex", equivalence_margin=1000).iloc[0]
    assert found["equivalent"]
    t = stats.t(found["degrees_of_freedom"]).ppf([0.975, 0.8])
    least, detectable = t[0] * found["standard_error"], t.sum() * found["standard_error"]
    assert found["least_significant_difference"] == pytest.approx(least)
    assert found["minimum_detectable_difference"] == pytest.approx(detectable)


@pytest.mark.parametrize("margin", [0, -0.1, "10", float("nan")])
def test_a_margin_is_a_difference_above_zero(margin: object) -> None:
    with pytest.raises(OptionError, match="equivalence_margin is a difference above 0, not"):
        ws.compare(forty_eight(), "has", by="group", equivalence_margin=margin)
    with pytest.raises(OptionError, match=r"a level of 0.5 leaves none. Pass a level above 0.5"):
        ws.compare(forty_eight(), "has", by="group", equivalence_margin=0.1, level=0.5)


def test_nothing_is_equivalent_in_invented_records() -> None:
    frame = shares({"first": (24, 24), "second": (26, 26)})
    survey = ws.Survey(frame, origin="synthetic")
    found = ws.compare(survey, "has", by="group", equivalence_margin=0.9, test="auto").iloc[0]
    assert not found["equivalent"]
    blank = ["equivalence_low", "equivalence_high", "least_significant_difference"]
    assert found[[*blank, "minimum_detectable_difference"]].isna().all()
    assert found["method_reason"] == ""
