from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weighted_people import people, survey_of

import welfarestats as ws
from welfarestats.errors import DataError, OptionError, WeightingError


def issued(seed: int = 0) -> pd.DataFrame:
    """Return people issued, of whom women and the old respond more often."""
    frame = people(400, seed)
    random = np.random.default_rng(1_000 + seed)
    chance = 0.35 + 0.2 * (frame["sex"] == 2) + 0.2 * (frame["age"] == 3)
    return frame.assign(
        answered=random.random(400) < chance,
        outcome=lambda f: np.where(f["answered"], random.choice(["Full", "Partial"], 400), "None"),
    )


def test_by_hand():
    frame = pd.DataFrame(
        {"area": ["N", "N", "S", "S"], "w": [1.0, 3.0, 2.0, 2.0], "r": [1, 0, 1, 1]}
    )
    ours = ws.adjust_for_nonresponse(ws.Survey(frame, weights="w"), "r", classes="area")
    assert ours.weights.tolist() == [4.0, 0.0, 2.0, 2.0]
    assert (ours.base, ours.weighted_base) == (3, 8.0)


def test_respondents_of_a_class_take_over_its_base_weights():
    frame = issued()
    survey = survey_of(frame)
    ours = ws.adjust_for_nonresponse(survey, "answered", classes=["sex", "region"])
    for sex in ("Men", "Women"):
        for region in ("North", "South"):
            whole = survey.domain(sex=sex, region=region).weighted_base
            assert ours.domain(sex=sex, region=region).weighted_base == pytest.approx(whole)
    assert (ours.weights[~frame["answered"]] == 0).all()
    assert ours.facts.weighting == ("adjusted for non-response within sex by region",)


def test_those_who_did_not_respond_stay_in_the_design():
    survey = survey_of(issued(), psu="psu")
    ours = ws.adjust_for_nonresponse(survey, "answered", classes="sex")
    assert len(ours.to_frame()) == 400
    assert ours.view(()).design.first.size.tolist() == [100.0]


def test_answers_may_say_who_responded():
    survey = survey_of(issued())
    by_column = ws.adjust_for_nonresponse(survey, "answered", classes="sex")
    by_answer = ws.adjust_for_nonresponse(survey, {"outcome": ["Full", "Partial"]}, classes="sex")
    np.testing.assert_array_equal(by_answer.weights, by_column.weights)


def test_propensities_of_one_question_are_its_classes():
    survey = survey_of(issued())
    by_class = ws.adjust_for_nonresponse(survey, "answered", classes="age")
    by_fit = ws.adjust_for_nonresponse(survey, "answered", predictors="age", groups=None)
    np.testing.assert_allclose(by_fit.weights, by_class.weights, rtol=1e-8)


def test_quintiles_keep_the_sum_of_the_weights_and_the_range_is_reported():
    survey = survey_of(issued())
    ours = ws.adjust_for_nonresponse(survey, "answered", predictors=["sex", "age", "income"])
    assert ours.weighted_base == pytest.approx(survey.weighted_base)
    factor = ours.weights[ours.weights > 0] / survey.weights[ours.weights > 0]
    assert len(set(factor.round(9))) == 5
    (words,) = ours.facts.weighting
    assert words.startswith(
        "adjusted for non-response by propensity from sex, age, income (fitted 0."
    )
    assert words.endswith("in 5 classes")


def test_the_adjustment_takes_bias_out_of_what_is_known():
    frame = issued(3)
    survey = survey_of(frame)
    ours = ws.adjust_for_nonresponse(survey, "answered", classes=["sex", "age"])
    whole = ws.estimate_proportions(survey, "sex").to_frame()["estimate"]
    adjusted = ws.estimate_proportions(ours, "sex").to_frame()["estimate"]
    raw = ws.estimate_proportions(survey.domain(frame["answered"]), "sex").to_frame()["estimate"]
    assert adjusted[0] == pytest.approx(whole[0])
    assert abs(raw[0] - whole[0]) > 0.03


def test_people_of_weight_zero_were_not_issued():
    frame = issued().astype({"answered": float})
    frame.loc[:9, "w"] = 0.0
    frame.loc[:4, "answered"] = np.nan
    ours = ws.adjust_for_nonresponse(survey_of(frame), "answered", predictors="sex")
    assert (ours.weights[:10] == 0).all()
    assert ours.weighted_base == pytest.approx(frame["w"].sum())


def test_a_class_in_which_nobody_responded_is_refused():
    frame = issued()
    frame.loc[frame["age"] == 1, "answered"] = False
    with pytest.raises(
        WeightingError,
        match=r"none of the \d+ people issued in 'age': '16-34' responded \(1 of 3 classes have nobody\)",
    ):
        ws.adjust_for_nonresponse(survey_of(frame), "answered", classes="age")
    with pytest.raises(WeightingError, match=r"it follows exactly from 'age' who did not respond"):
        ws.adjust_for_nonresponse(survey_of(frame), "answered", predictors="age")
    south = issued().assign(answered=lambda f: f["answered"] & (f["region"] == "North"))
    with pytest.raises(WeightingError, match=r"'region': \(one of its answers\) responded"):
        ws.adjust_for_nonresponse(survey_of(south), "answered", classes="region")


def test_nobody_responding_and_unknown_response_are_refused():
    frame = issued().assign(nobody=0, odd=2)
    with pytest.raises(WeightingError, match="none of the 400 people issued responded"):
        ws.adjust_for_nonresponse(survey_of(frame), "nobody", classes="sex")
    with pytest.raises(
        DataError, match="400 of 400 entries of the response column 'odd' are missing"
    ):
        ws.adjust_for_nonresponse(survey_of(frame), "odd", classes="sex")


def test_what_is_not_known_of_everybody_issued_is_refused():
    frame = issued().astype({"age": float})
    frame.loc[:6, "age"] = np.nan
    with pytest.raises(
        WeightingError, match=r"question 'age' lacks 7 answers, and must be known of all"
    ):
        ws.adjust_for_nonresponse(survey_of(frame), "answered", classes="age")
    with pytest.raises(WeightingError, match="question 'help' is a multiple response"):
        ws.adjust_for_nonresponse(survey_of(frame), "answered", predictors="help")
    with pytest.raises(
        WeightingError, match="question 'income' is a scale and makes no weighting cl"
    ):
        ws.adjust_for_nonresponse(survey_of(frame), "answered", classes="income")


def test_options_that_do_not_go_together_are_refused():
    survey = survey_of(issued())
    for options in ({}, {"classes": "sex", "predictors": "age"}):
        with pytest.raises(
            OptionError, match="within classes=, or by a propensity fitted from pred"
        ):
            ws.adjust_for_nonresponse(survey, "answered", **options)
    for options in ({"classes": []}, {"predictors": []}):
        with pytest.raises(OptionError, match="no question is named to adjust within"):
            ws.adjust_for_nonresponse(survey, "answered", **options)
    with pytest.raises(
        OptionError, match="groups is a number of classes, 2 or more, or None, not 1"
    ):
        ws.adjust_for_nonresponse(survey, "answered", predictors="sex", groups=1)
    with pytest.raises(DataError, match=r"adjust_for_nonresponse\(\) weights a whole survey"):
        ws.adjust_for_nonresponse(survey.domain(sex="Men"), "answered", classes="age")


@pytest.mark.parametrize("groups", ["5", 2.5, 1])
def test_classes_of_propensity_are_a_whole_number(groups):
    with pytest.raises(OptionError, match="groups is a number of classes, 2 or more, or None"):
        ws.adjust_for_nonresponse(
            survey_of(issued()), "answered", predictors=["age"], groups=groups
        )
