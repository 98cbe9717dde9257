from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weighted_people import SHARES, people, shares, survey_of

import welfarestats as ws
from welfarestats.errors import DataError, OptionError, WeightingError


def test_limits_are_weights_and_the_sum_is_kept():
    raked = ws.rake(survey_of(people()), SHARES)
    trimmed = ws.trim_weights(raked, 0.4, 2.0)
    assert trimmed.weights.min() == pytest.approx(0.4)
    assert trimmed.weights.max() == pytest.approx(2.0)
    assert trimmed.weighted_base == pytest.approx(raked.weighted_base)
    none = ws.trim_weights(raked, upper=2.0, redistribute="none")
    assert none.weighted_base < raked.weighted_base


def test_within_groups_the_sum_of_each_is_kept():
    raked = ws.rake(survey_of(people()), SHARES)
    trimmed = ws.trim_weights(raked, upper=2.0, within=["sex", "region"])
    for sex in ("Men", "Women"):
        for region in ("North", "South"):
            kept = trimmed.domain(sex=sex, region=region).weighted_base
            assert kept == pytest.approx(raked.domain(sex=sex, region=region).weighted_base)
    assert trimmed.weights.max() <= 2.0


def test_trimming_forgets_the_targets_and_says_so():
    raked = ws.rake(survey_of(people()), SHARES)
    trimmed = ws.trim_weights(raked, upper=1.5)
    assert trimmed.facts.weighting[-1] == (
        "trimmed to weights of at most 1.5, after which the targets are no longer met exactly"
    )
    assert trimmed.view(()).design.calibrations == ()
    assert shares(trimmed, "sex")["Men"] != pytest.approx(0.48, abs=1e-3)
    assert ws.estimate_proportions(trimmed, "sex").to_frame()["standard_error"][0] > 0.03


def test_trimming_base_weights_has_no_targets_to_forget():
    trimmed = ws.trim_weights(survey_of(people()), upper=1.5)
    assert trimmed.facts.weighting == ("trimmed to weights of at most 1.5",)
    assert ws.trim_weights(trimmed, 0.5).facts.weighting[-1] == "trimmed to weights of at least 0.5"


def test_raking_again_within_the_limits_meets_targets_and_limits():
    raked = ws.rake(survey_of(people()), SHARES)
    kept = ws.trim_weights(raked, 0.3, 1.9, keep_targets=True)
    assert raked.weights.max() > 2
    assert kept.weights.min() >= 0.3 - 1e-12
    assert kept.weights.max() <= 1.9 + 1e-12
    assert shares(kept, "sex") == pytest.approx(SHARES["sex"], rel=1e-9)
    found = shares(kept, "age")
    assert {name: found[name] for name in SHARES["age"]} == pytest.approx(SHARES["age"], rel=1e-9)
    assert len(kept.view(()).design.calibrations) == 1
    assert ws.estimate_proportions(kept, "sex").to_frame()["standard_error"][0] < 1e-9


def test_limits_that_do_not_bind_change_nothing():
    raked = ws.rake(survey_of(people()), SHARES)
    kept = ws.trim_weights(raked, upper=1_000, keep_targets=True)
    np.testing.assert_allclose(kept.weights, raked.weights, rtol=1e-9)
    np.testing.assert_array_equal(ws.trim_weights(raked, upper=1_000).weights, raked.weights)


def test_targets_that_were_missed_can_be_met_again():
    trimmed = ws.trim_weights(ws.rake(survey_of(people()), SHARES), upper=1.5)
    kept = ws.trim_weights(trimmed, upper=1.9, keep_targets=True)
    assert shares(kept, "sex") == pytest.approx(SHARES["sex"], rel=1e-9)
    assert len(kept.view(()).design.calibrations) == 1


def test_limits_that_leave_no_weights_are_refused():
    raked = ws.rake(survey_of(people()), SHARES)
    with pytest.raises(
        WeightingError,
        match=r"no weights of at most 1.1 meet all totals: the nearest miss '16-34' of 'age' by",
    ):
        ws.trim_weights(raked, upper=1.1, keep_targets=True)
    with pytest.raises(
        WeightingError,
        match=r"no weights from 0.1 to 0.5 keep the sum of the survey: 120 respondents",
    ):
        ws.trim_weights(raked, 0.1, 0.5)
    frame = pd.DataFrame({"g": ["a", "a", "b"], "w": [3.0, 3.0, 1.0]})
    with pytest.raises(
        WeightingError, match=r"keep the sum of a group of 'g': 2 respondents together"
    ):
        ws.trim_weights(ws.Survey(frame, weights="w"), upper=2.5, within="g")


@pytest.mark.parametrize(
    "limits", [(None, None), (2, 1), (-1, 2), (0, 0), (None, "a"), (None, np.nan), (1, True)]
)
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises(OptionError, match=r"trim_weights\(\) needs a least or a largest weight"):
        ws.trim_weights(survey_of(people()), *limits)


def test_there_must_be_targets_to_keep():
    with pytest.raises(OptionError, match="there are no targets to keep: the survey was not raked"):
        ws.trim_weights(survey_of(people()), upper=2, keep_targets=True)


def test_groups_are_made_of_single_answers():
    with pytest.raises(WeightingError, match="question 'income' is 'scale'; groups within which"):
        ws.trim_weights(survey_of(people()), upper=2, within="income")


def test_a_domain_is_refused():
    with pytest.raises(DataError, match=r"trim_weights\(\) weights a whole survey"):
        ws.trim_weights(survey_of(people()).domain(sex="Men"), upper=2)


def test_respondents_of_weight_zero_keep_it():
    frame = people()
    frame.loc[:9, "w"] = 0.0
    trimmed = ws.trim_weights(survey_of(frame), 0.8, 1.5)
    assert (trimmed.weights[:10] == 0).all()
    assert trimmed.weights[10:].min() >= 0.8


@pytest.mark.parametrize("options", [{"within": "sex"}, {"redistribute": "equal"}])
def test_where_targets_are_kept_they_decide_who_gets_what_is_cut_off(options):
    raked = ws.rake(survey_of(people()), SHARES)
    with pytest.raises(OptionError, match=r"Leave within= and redistribute= out"):
        ws.trim_weights(raked, upper=3, keep_targets=True, **options)
