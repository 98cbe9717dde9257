"""Rank tests by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError

FRAME = pd.DataFrame(
    {
        "score": [1.0, 2, 3, 4, 5, 6, np.nan, 8],
        "sex": ["F", "F", "M", "F", "M", "M", "F", None],
        "area": list("NSWNSWNS"),
        "psu": [1, 2, 3, 4, 5, 6, 7, 8],
        "w": [1.0, 2, 1, 1, 3, 1, 1, 1],
    }
)


def test_two_groups_are_compared_by_their_mean_ranks():
    found = ws.compare_scores(ws.Survey(FRAME), "score", "sex").iloc[0]
    # Of the six with both: ranks (i − ½)/6
    ranks = (np.arange(6) + 0.5) / 6
    women, men = ranks[[0, 1, 3]], ranks[[2, 4, 5]]
    assert (found["group_a"], found["group_b"], found["groups"]) == ("F", "M", 2)
    assert found["difference"] == pytest.approx(women.mean() - men.mean())
    squares = ((women - women.mean()) ** 2).sum() + ((men - men.mean()) ** 2).sum()
    assert found["standard_error"] == pytest.approx(np.sqrt(8 / 7 * squares / 9))
    assert found["statistic"] == pytest.approx(found["difference"] / found["standard_error"])
    assert (found["reference"], found["df1"], found["df2"], found["base"]) == ("t", 1, 4, 6)
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(abs(found["statistic"]), 4))
    assert bool(found["tested"])


def test_the_t_test_takes_the_scores_themselves():
    survey = ws.Survey(FRAME, weights="w", psu="psu")
    found = ws.compare_scores(survey, "score", "sex", test="t").iloc[0]
    means = ws.estimate_means(survey, "score", by="sex")
    contrast = ws.contrast(means, {"F less M": {"F": 1, "M": -1}}).iloc[0]
    for name in ("statistic", "standard_error"):
        assert found[name] == pytest.approx(contrast[name])
    assert found["difference"] == pytest.approx(contrast["estimate"])
    assert found["df2"] == contrast["degrees_of_freedom"] - 1


def test_several_groups_are_compared_by_f():
    frame = pd.concat([FRAME.assign(psu=FRAME["psu"] + 10 * k) for k in range(4)])
    frame = frame.assign(score=np.arange(32) % 11)
    survey = ws.Survey(frame.reset_index(drop=True), psu="psu")
    found = ws.compare_scores(survey, "score", "area", test="kruskal-wallis").iloc[0]
    assert (found["reference"], found["df1"], found["df2"]) == ("F", 2, 29)
    assert np.isnan(found["difference"])
    assert found[["group_a", "group_b"]].isna().all()
    assert found["p_value"] == pytest.approx(stats.f.sf(found["statistic"], 2, 29))


def test_the_order_of_the_groups_does_not_change_f():
    survey = ws.Survey(FRAME.assign(area2=FRAME["area"].map({"N": "z", "S": "y", "W": "x"})))
    one, two = (
        ws.compare_scores(survey, "score", by, test="t").iloc[0] for by in ("area", "area2")
    )
    assert one["statistic"] == pytest.approx(two["statistic"])


def test_ranks_do_not_change_with_the_scale_of_the_scores():
    survey = ws.Survey(FRAME.assign(big=np.exp(FRAME["score"])), weights="w")
    for test in ("wilcoxon", "van-der-waerden", "median"):
        one, two = (
            ws.compare_scores(survey, name, "sex", test=test).iloc[0] for name in ("score", "big")
        )
        assert one["statistic"] == pytest.approx(two["statistic"])


def test_too_few_psus_are_not_tested():
    frame = FRAME.assign(psu=[1, 2] * 4)
    found = ws.compare_scores(ws.Survey(frame, psu="psu"), "score", "sex").iloc[0]
    assert not found["tested"]
    assert found["reason"] == "too few PSUs for the number of groups"
    assert np.isnan(found["p_value"])


def test_scores_that_do_not_vary_are_not_tested():
    frame = pd.DataFrame({"score": [1.0] * 6, "sex": list("FFFMMM")})
    found = ws.compare_scores(ws.Survey(frame), "score", "sex").iloc[0]
    assert (found["difference"], found["reason"]) == (0, "the scores do not vary between the PSUs")


def test_one_group_is_refused():
    with pytest.raises(
        DataError,
        match=r"scores can be compared between two groups or more, and 1 answer to 'sex' has",
    ):
        ws.compare_scores(ws.Survey(FRAME).domain(sex="F"), "score", "sex")


def test_wilcoxon_is_for_two_groups():
    with pytest.raises(
        OptionError, match=r"Wilcoxon's test compares two groups, and 'area' has 3 with scores\."
    ):
        ws.compare_scores(ws.Survey(FRAME), "score", "area")


def test_groups_that_share_people_are_refused():
    help_ = ws.Question(
        "help",
        kind="multiple",
        columns=("a", "b"),
        categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
    )
    frame = FRAME.assign(a=1, b=[0, 1] * 4)
    with pytest.raises(CodebookError, match="'help' is a multiple response, so people may be in"):
        ws.compare_scores(ws.Survey(frame, codebook=[help_]), "score", "help")


def test_nobody_with_both_is_refused():
    frame = pd.DataFrame({"score": [1.0, np.nan], "sex": [None, "F"]})
    with pytest.raises(DataError, match="nobody has both a score and an answer to 'sex'"):
        ws.compare_scores(ws.Survey(frame), "score", "sex")


def test_options_are_words():
    with pytest.raises(OptionError, match=r"test cannot be 'kruskal'.*'kruskal-wallis'"):
        ws.compare_scores(ws.Survey(FRAME), "score", "sex", test="kruskal")
    with pytest.raises(OptionError, match="by is the name of one question, not 'list'"):
        ws.compare_scores(ws.Survey(FRAME), "score", ["sex"])


def test_invented_records_are_not_tested():
    found = ws.compare_scores(ws.Survey(FRAME, origin="synthetic"), "score", "sex").iloc[0]
    assert np.isnan(found["p_value"])
    assert found["reason"] == "the records are synthetic"
    asked = ws.compare_scores(
        ws.Survey(FRAME, origin="synthetic"), "score", "sex", synthetic_inference=True
    )
    assert asked["p_value"].notna().all()


def test_volunteers_are_indicative():
    found = ws.compare_scores(ws.Survey(FRAME, sample="volunteer"), "score", "sex").iloc[0]
    assert found["method"] == "wilcoxon (indicative only: not a random sample)"
