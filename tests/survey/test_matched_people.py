"""People of two waves side by side, under the weights and the design of one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, OptionError
from welfarestats.survey.matched_people import match_people

HELP = ws.Question(
    "help",
    kind="multiple",
    columns=("advice", "money"),
    categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
)
FIRST = pd.DataFrame(
    {"id": [1, 2, 3], "x": [5, 6, 7], "w": [1.0, 2, 3], "advice": [1, 0, 1], "money": [0, 0, 1]}
)
SECOND = pd.DataFrame(
    {"id": [3, 4, 1], "x": [1, 2, 3], "w": [1.0, 1, 2], "advice": [0, 0, 1], "money": [1, 0, 0]}
)


def stacked(first=FIRST, second=SECOND, **options) -> ws.Survey:
    waves = {
        name: ws.Survey(frame, codebook=[HELP, ws.Question("x", kind="scale")], **options)
        for name, frame in (("a", first), ("b", second))
    }
    return ws.stack_waves(waves, person="id")


def test_answers_of_one_person_stand_in_one_row():
    matched = match_people(stacked())
    frame = matched.survey.to_frame()
    assert frame["x (b)"].tolist() == [1, 2, 3]
    assert frame["x (a)"].fillna(0).tolist() == [7, 0, 5]
    assert matched.survey.base == 2
    assert matched.names("x") == ("x (a)", "x (b)")


def test_weights_and_design_are_those_of_the_wave_that_is_named():
    survey = stacked(weights="w")
    later = match_people(survey, weights="b").survey
    earlier = match_people(survey, weights="a").survey
    assert (later.weighted_base, earlier.weighted_base) == (3, 4)
    mean = ws.estimate_means(earlier, "x (b)").to_frame()["estimate"].iloc[0]
    assert mean == (1 * 3 + 3 * 1) / 4


def test_a_question_in_several_columns_is_matched_too():
    matched = match_people(stacked())
    frame = ws.estimate_proportions(matched.survey, "help (a)").to_frame()
    assert frame["estimate"].tolist() == [1.0, 0.5]


def test_other_engines_give_the_same():
    ours = match_people(stacked()).survey
    polars = match_people(stacked(pl.from_pandas(FIRST), pl.from_pandas(SECOND))).survey
    assert polars.to_frame()["x (a)"].to_list() == [7, None, 5]
    assert polars.base == ours.base


def test_nobody_outside_the_domain_of_a_wave_is_matched():
    waves = {"a": ws.Survey(FIRST).domain(FIRST["x"] > 5), "b": ws.Survey(SECOND)}
    assert match_people(ws.stack_waves(waves, person="id")).survey.base == 1


def test_weights_that_differ_have_to_be_chosen():
    with pytest.raises(OptionError, match=r"have other weights in 'a' than in 'b'. Say whose"):
        match_people(stacked(weights="w"))
    with pytest.raises(OptionError, match="weights cannot be 'c'; it is one of 'a', 'b'"):
        match_people(stacked(weights="w"), weights="c")


def test_strangers_are_refused():
    other = SECOND.assign(id=[7, 8, 9])
    with pytest.raises(DataError, match="nobody is known to be in both 'a' and 'b'"):
        match_people(stacked(second=other))


def test_of_three_waves_two_are_named():
    waves = {name: ws.Survey(FIRST) for name in ("a", "b", "c")}
    survey = ws.stack_waves(waves, person="id")
    with pytest.raises(OptionError, match=r"is between two waves, and there are 3.*between="):
        match_people(survey)
    with pytest.raises(OptionError, match="between= names two waves, the earlier one first"):
        match_people(survey, between=("a", "a"))
    assert match_people(survey, between=("a", "c")).waves == ("a", "c")


def test_synthetic_records_stay_so():
    waves = {"a": ws.Survey(FIRST, origin="synthetic"), "b": ws.Survey(SECOND)}
    survey = match_people(ws.stack_waves(waves, person="id")).survey
    assert survey.origin == "synthetic"
    assert np.isnan(ws.estimate_means(survey, "x (a)").to_frame()["standard_error"].iloc[0])


def test_a_domain_of_the_stack_is_kept():
    survey = stacked().domain(advice=1)
    # Person 1 said so in both waves, 3 in the first only.
    assert match_people(survey).survey.base == 1
    assert ws.score_changes(survey, "x")["base"].tolist() == [1]
    assert "advice: 1" in ws.gross_flows(stacked().domain(advice=1), "money").note


def test_a_domain_that_nobody_is_in_twice_is_refused():
    survey = stacked().domain([True, True, True, False, False, False])
    with pytest.raises(
        DataError, match="none of the 2 people who are in both 'a' and 'b' is in the"
    ):
        match_people(survey)


def test_a_stack_that_was_weighted_is_refused():
    survey = stacked(weights="w", weights_represent="sample")
    raked = ws.rake(survey, {"advice": {"0": 0.5, "1": 0.5}})
    with pytest.raises(OptionError, match="a match of people has the weights of a single wave"):
        match_people(raked, weights="b")
    made = ws.make_replicates(survey, "jk1")
    with pytest.raises(OptionError, match="Do that to each wave, and stack them then"):
        match_people(made, weights="b")
