"""Pairs of groups against the same numbers from residuals of persons, overlap included."""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from toy_tables import CODEBOOK, TEN, contrast, panel, shares, ten

import welfarestats as ws
from welfarestats.errors import OptionError, PrecisionWarning
from welfarestats.estimates.groups import column_groups
from welfarestats.estimates.pairs import PairRules

WIDE = {"style": "none"}


def masks(survey: ws.Survey) -> dict[str, np.ndarray]:
    """Who is in each column of help, in its net, in all of it and in the rest, as 0 and 1."""
    frame = survey.to_frame()
    family, friends, doctor = (frame[c].to_numpy() == 1 for c in ("family", "friends", "doctor"))
    found = {"Family": family, "Friends": friends, "Doctor": doctor}
    found["Family or friends"] = family | friends
    return {name: mask.astype(float) for name, mask in found.items()}


def works(survey: ws.Survey) -> tuple[np.ndarray, np.ndarray]:
    """Return who is in work, and who has an answer at all."""
    answers = survey.to_frame()["works"].to_numpy()
    return (answers == 1).astype(float), np.isin(answers, (1, 2)).astype(float)


@pytest.fixture(scope="module")
def survey() -> ws.Survey:
    return panel()


def test_columns_that_share_people_are_compared_with_their_covariance(survey: ws.Survey) -> None:
    table = ws.crosstab(survey, "works", "help", test="design-wald", **WIDE)
    pairs = table.comparisons().query("category == 'Yes'").set_index(["group_a", "group_b"])
    in_work, answered = works(survey)
    groups = masks(survey)
    # A net is not compared with its own parts.
    expected = [
        ("Family", "Friends"),
        ("Family", "Doctor"),
        ("Friends", "Doctor"),
        ("Doctor", "Family or friends"),
    ]
    assert pairs.index.tolist() == expected
    for a, b in expected:
        right = contrast(survey, in_work, groups[a] * answered, groups[b] * answered)
        pair = pairs.loc[(a, b)]
        assert pair["difference"] == pytest.approx(right["difference"], rel=1e-12)
        assert pair["standard_error"] == pytest.approx(sqrt(right["variance"]), rel=1e-10)
        assert pair["statistic"] == pytest.approx(
            right["difference"] / sqrt(right["variance"]), rel=1e-10
        )
        # 18 PSUs in 3 strata, all of which hold people of each pair.
        assert pair["degrees_of_freedom"] == 15


def test_the_design_test_of_overlapping_columns_is_the_one_of_its_formula(
    survey: ws.Survey,
) -> None:
    pairs = ws.crosstab(survey, "works", "help", **WIDE).comparisons()
    pairs = pairs.query("category == 'Yes'").set_index(["group_a", "group_b"])
    in_work, answered = works(survey)
    w = survey.weights
    for (a, b), pair in pairs.iterrows():
        x, z = (masks(survey)[name] * answered for name in (a, b))
        right = contrast(survey, in_work, x, z)
        n_a, n_b, both = x.sum(), z.sum(), x * z
        n_0 = both.sum()
        p_0 = (w * both * in_work).sum() / (w * both).sum()
        p_a, p_b = right["p_a"], right["p_b"]
        shared = 2 * n_0 / (n_a * n_b)
        simple = p_a * (1 - p_a) / n_a + p_b * (1 - p_b) / n_b
        simple -= shared * (p_0 * (1 - p_a - p_b) + p_a * p_b)
        pooled = (n_a * p_a + n_b * p_b) / (n_a + n_b)
        null = pooled * (1 - pooled) * (1 / n_a + 1 / n_b - shared)
        expected = right["difference"] / sqrt(right["variance"] / simple * null)
        assert pair["statistic"] == pytest.approx(expected, rel=1e-10)
        e_a, e_b = ((w * one).sum() ** 2 / (w**2 * one).sum() for one in (x, z))
        assert (pair["effective_base_a"], pair["effective_base_b"]) == pytest.approx((e_a, e_b))
        spread = 1 / (e_a**2 * (e_a - 1)) + 1 / (e_b**2 * (e_b - 1))
        df = min(15, (1 / e_a + 1 / e_b) ** 2 / spread)
        assert pair["degrees_of_freedom"] == pytest.approx(df)


@pytest.mark.parametrize(("test", "lost"), [("effective-base", 2), ("quantum", 1)])
def test_the_market_tests_take_the_overlap_of_effective_bases(
    survey: ws.Survey, test: str, lost: int
) -> None:
    pairs = ws.crosstab(survey, "works", "help", test=test, **WIDE).comparisons()
    pair = pairs.query("category == 'Yes' and group_b == 'Doctor'").iloc[0]
    in_work, answered = works(survey)
    w = survey.weights
    x, z = (masks(survey)[name] * answered for name in ("Family", "Doctor"))
    total_a, total_b = (w * x).sum(), (w * z).sum()
    e_a, e_b = total_a**2 / (w**2 * x).sum(), total_b**2 / (w**2 * z).sum()
    # 2e_0/(e_a·e_b) is 2Σw²/(W_a·W_b) over those in both.
    shared = 2 * (w**2 * x * z).sum() / (total_a * total_b)
    e_0 = shared * e_a * e_b / 2
    p_a, p_b = (w * x * in_work).sum() / total_a, (w * z * in_work).sum() / total_b
    pooled = (p_a * total_a + p_b * total_b) / (total_a + total_b)
    variance = pooled * (1 - pooled) * (1 / e_a + 1 / e_b - shared)
    if test == "quantum":
        variance *= (e_a + e_b) / (e_a + e_b - 1)
    assert pair["statistic"] == pytest.approx((p_a - p_b) / sqrt(variance), rel=1e-10)
    assert pair["degrees_of_freedom"] == pytest.approx(e_a + e_b - e_0 - lost)


@pytest.mark.parametrize("banner", ["help", "sex"])
@pytest.mark.parametrize("versus", ["total", "rest"])
def test_a_column_against_the_total_or_the_rest(
    survey: ws.Survey, banner: str, versus: str
) -> None:
    table = ws.crosstab(survey, "works", banner, versus=versus, test="design-wald", **WIDE)
    pairs = table.comparisons().query("category == 'Yes'").set_index("group_a")
    in_work, answered = works(survey)
    frame = survey.to_frame()
    if banner == "help":
        groups, known = masks(survey), frame["doctor"].notna().to_numpy(float)
    else:
        sex = frame["sex"].to_numpy()
        groups = {"Men": (sex == 1).astype(float), "Women": (sex == 2).astype(float)}
        known = np.isin(sex, (1, 2)).astype(float)
    assert list(pairs.index) == list(groups)
    for name, mask in groups.items():
        # The total counts those without an answer to the banner question, the rest does not.
        other = answered if versus == "total" else answered * known * (1 - mask)
        right = contrast(survey, in_work, mask * answered, other)
        assert pairs.loc[name, "group_b"] == versus.title()
        assert pairs.loc[name, "estimate_b"] == pytest.approx(right["p_b"], rel=1e-12)
        assert pairs.loc[name, "standard_error"] == pytest.approx(
            sqrt(right["variance"]), rel=1e-10
        )
        assert pairs.loc[name, "base_b"] == int(other.sum())


def test_a_multiple_stub_by_a_multiple_banner_is_right_too(survey: ws.Survey) -> None:
    table = ws.crosstab(survey, "help", "help", test="design-wald", **WIDE)
    groups = masks(survey)
    pairs = table.comparisons().set_index(["category", "group_a", "group_b"])
    for a, b in combinations(("Family", "Friends", "Doctor"), 2):
        right = contrast(survey, groups["Doctor"], groups[a], groups[b])
        pair = pairs.loc[("Doctor", a, b)]
        assert pair["difference"] == pytest.approx(right["difference"], rel=1e-12)
        assert pair["standard_error"] == pytest.approx(sqrt(right["variance"]), rel=1e-10)


def test_means_of_overlapping_groups_keep_their_covariance(survey: ws.Survey) -> None:
    table = ws.crosstab(survey, "pay", "help", **WIDE)
    pairs = table.comparisons().set_index(["group_a", "group_b"])
    pay = survey.to_frame()["pay"].to_numpy()
    groups = masks(survey)
    for (a, b), pair in pairs.iterrows():
        right = contrast(survey, pay, groups[a], groups[b])
        assert pair["difference"] == pytest.approx(right["difference"], rel=1e-10)
        assert pair["standard_error"] == pytest.approx(sqrt(right["variance"]), rel=1e-9)
        assert pair["method"] == "design-wald (means)"


def test_small_bases_take_the_exact_test_under_auto_and_none_under_design() -> None:
    # 17 practitioners against 62 advisers, as in the EHD report.
    survey = ws.Survey(shares({"practitioners": (15, 2), "advisers": (30, 32)}))
    auto = ws.compare(survey, "has", by="group", test="auto").iloc[0]
    assert (auto["method"], auto["tested"]) == ("exact", True)
    design = ws.compare(survey, "has", by="group").iloc[0]
    assert not design["tested"]
    assert design["reason"] == "effective base under 30"
    assert np.isnan(design["p_value"])


def test_auto_does_not_test_small_bases_of_weighted_respondents() -> None:
    frame = shares({"practitioners": (15, 2), "advisers": (30, 32)}).assign(w=1.0)
    pair = ws.compare(ws.Survey(frame, weights="w"), "has", by="group", test="auto").iloc[0]
    assert (pair["method"], pair["tested"]) == ("design", False)


def test_the_exact_test_refuses_weights_and_clusters() -> None:
    with pytest.raises(OptionError, match='test="exact" is for unweighted respondents'):
        ws.compare(ten(), "works", by="sex", test="exact")
    frame = shares({"a": (30, 20), "b": (20, 30)}).assign(office=lambda f: np.arange(100) // 5)
    with pytest.raises(OptionError, match="who were not sampled in groups"):
        ws.crosstab(ws.Survey(frame, psu="office"), "has", "group", test="exact")


def test_the_exact_test_leaves_out_groups_that_share_people() -> None:
    survey = ws.Survey(TEN, codebook=CODEBOOK)
    pairs = ws.crosstab(survey, "works", "help", test="exact", **WIDE).comparisons()
    reasons = pairs.set_index(["category", "group_a", "group_b"])["reason"]
    assert reasons["Yes", "Family", "Friends"] == "the groups share people"
    # Nobody named a friend and the doctor.
    assert reasons["Yes", "Friends", "Doctor"] == ""


def test_a_test_on_weighted_bases_asks_what_the_weights_add_up_to() -> None:
    with pytest.raises(OptionError, match="takes the weighted base, so it must be known"):
        ws.crosstab(ten(), "works", "sex", test="spss-ctables")
    ws.crosstab(ten(weights_represent="sample"), "works", "sex", test="spss-ctables")
    ws.crosstab(ws.Survey(TEN, codebook=CODEBOOK), "works", "sex", test="spss-ctables")


def test_a_test_on_weighted_bases_warns_of_grossing_weights() -> None:
    survey = ten(weights_represent="population")
    words = r"reads the sum of the weights \(15\) as a number of respondents"
    for made in (
        lambda: ws.crosstab(survey, "works", "sex", test="spss-ctables"),
        lambda: ws.book(survey, ["works"], "sex", test="spss-ctables"),
        lambda: ws.compare(survey, "works", by="sex", test="spss-ctables"),
    ):
        with pytest.warns(PrecisionWarning, match=words) as told:
            made()
        assert told[0].filename == __file__


def test_groups_without_people_are_not_tested_and_raise_no_noise() -> None:
    question = ws.Question("group", categories=[ws.Category(code) for code in ("a", "b", "nobody")])
    frame = shares({"a": (30, 20), "b": (20, 30)})
    survey = ws.Survey(frame, codebook=ws.Codebook([question]))
    for test in ("design", "design-wald", "effective-base", "quantum", "exact", "auto"):
        pairs = ws.crosstab(survey, "has", "group", test=test, **WIDE).comparisons()
        empty = pairs[pairs["group_b"] == "nobody"]
        assert not empty["tested"].any()
        assert set(empty["reason"]) == {"nobody is in one of the groups"}
        assert empty["base_b"].tolist() == [0] * 4


def test_a_domain_in_one_psu_a_stratum_is_not_tested() -> None:
    frame = shares({"a": (30, 20), "b": (20, 30)})
    frame["psu"] = np.where(frame["group"] == "a", np.arange(100) % 2, 2)
    frame["stratum"] = frame["psu"] < 2
    survey = ws.Survey(frame, psu="psu", strata="stratum", lonely_psu="certainty")
    found = ws.compare(survey.domain(group="b"), "has", by="group", versus="total")
    assert not found["tested"].any()


def test_a_small_group_in_few_psus_has_their_degrees_of_freedom() -> None:
    """Group a lives in 3 PSUs and b in 12: 2 degrees of freedom and little more, not 13."""
    frame = shares({"a": (40, 20), "b": (300, 300)})
    frame["psu"] = np.where(frame["group"] == "a", np.arange(660) // 20, 3 + np.arange(660) % 12)
    frame["stratum"] = frame["group"]
    survey = ws.Survey(frame, psu="psu", strata="stratum")
    by_test = {
        test: ws.compare(survey, "has", by="group", test=test).iloc[0]
        for test in ("design", "design-wald")
    }
    assert by_test["design-wald"]["degrees_of_freedom"] == 13
    assert 2 < by_test["design"]["degrees_of_freedom"] < 3


def test_five_people_are_expected_whatever_they_weigh() -> None:
    frame = shares({"a": (4, 56), "b": (5, 55)})
    frame["weight"] = np.where(frame["has"] == "Yes", 3.0, 1.0)
    survey = ws.Survey(frame, weights="weight")
    for test in ("design", "design-wald", "auto"):
        pair = ws.compare(survey, "has", by="group", test=test).query("category == 'Yes'").iloc[0]
        assert 60 * pair["estimate_a"] == pytest.approx(60 * 12 / 68)
        assert pair["reason"] == "fewer than 5 expected in a cell"
        few = ws.compare(survey, "has", by="group", test=test, smallest_expected=4).iloc[0]
        assert few["tested"]


def test_where_nobody_or_everybody_has_it_there_is_no_test() -> None:
    survey = ws.Survey(shares({"a": (50, 0), "b": (60, 0), "c": (30, 30)}))
    pairs = ws.compare(survey, "has", by="group").query("category == 'Yes'")
    reasons = dict(zip(pairs["group_a"] + pairs["group_b"], pairs["reason"], strict=True))
    assert "0 or 1" in reasons["ab"]
    assert reasons["ac"] == ""


def test_rules_learn_from_the_survey_whether_exact_tests_suit_it() -> None:
    plain = ws.Survey(TEN)
    assert PairRules("auto").suited(plain, plain.view(())).exact_allowed
    weighted = ten()
    assert not PairRules("auto").suited(weighted, weighted.view(())).exact_allowed


def test_pairs_of_a_single_banner_share_nobody_but_nets_share_their_parts() -> None:
    question = ws.Question(
        "sex",
        categories=[ws.Category(i) for i in (1, 2, 3)],
        nets=[ws.Net("one-two", (1, 2)), ws.Net("two-three", (2, 3))],
    )
    answers = ws.Survey(TEN, codebook=ws.Codebook([question])).view(["sex"]).sample.answers("sex")
    groups = column_groups(answers, "pairs", nets=True)
    pairs = [
        (groups.labels[a], groups.labels[b])
        for a, b in zip(groups.first, groups.second, strict=True)
    ]
    assert ("1", "one-two") not in pairs
    # Columns: everyone, the answered, three categories, two nets.
    nets = groups.overlap[pairs.index(("one-two", "two-three"))]
    assert nets.tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert groups.overlap[pairs.index(("1", "2"))].tolist() == [0] * 7
