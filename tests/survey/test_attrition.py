"""What became of people between waves, and weights for those who left."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, OptionError, WeightingError

FIRST = pd.DataFrame(
    {
        "id": range(1, 11),
        "asked": [True] * 8 + [False] * 2,
        "area": ["N", "N", "N", "N", "S", "S", "S", "S", "S", "N"],
        "w": [1.0, 1, 2, 2, 1, 1, 1, 1, 1, 1],
    }
)
SECOND = pd.DataFrame({"id": [1, 2, 5, 6, np.nan, 77]})


def stacked(first=FIRST, second=SECOND, **options) -> ws.Survey:
    waves = {"one": ws.Survey(first, **options), "two": ws.Survey(second)}
    return ws.stack_waves(waves, person="id", unlinked="apart")


def test_each_person_of_the_first_wave_has_one_disposition():
    found = ws.wave_dispositions(stacked(), issued="asked")
    frame = found.to_frame().set_index("disposition")
    assert frame["count"].to_dict() == {
        "not_issued": 2,
        "no_reply": 3,
        "replied_unlinked": 1,
        "linked": 4,
    }
    assert frame["count"].sum() == len(FIRST)
    assert frame["share"].sum() == pytest.approx(1)
    assert frame["share_of_issued"].sum() == pytest.approx(1)


def test_attrition_is_the_issued_who_did_not_reply_and_nobody_else():
    found = ws.wave_dispositions(stacked(), issued="asked")
    assert found.attrition == 3 / 8
    assert found.newcomers == 1
    assert "38 per cent (3 of 8)" in found.to_html()
    assert "they are no attrition" in found.to_html()
    assert "1 respondents of two were not in one." in found.to_html()


def test_everybody_is_issued_unless_a_column_says_otherwise():
    assert ws.wave_dispositions(stacked()).attrition == 5 / 10


def test_who_responded_is_missing_for_those_who_were_not_asked():
    responded = ws.wave_dispositions(stacked(), issued="asked").responded
    assert responded[:8].tolist() == [1, 1, 0, 0, 1, 1, 0, 0]
    assert np.isnan(responded[8:]).all()


def test_weights_for_attrition_by_hand():
    # North: 6 issued by weight, 2 linked; South: 4 and 2.
    survey = ws.adjust_for_attrition(stacked(weights="w"), classes="area", issued="asked")
    assert survey.weights[10:].tolist() == [3, 3, 2, 2, 0, 0]
    assert survey.weights[:10].tolist() == FIRST["w"].tolist()
    assert survey.facts.weighting == ("two: adjusted for attrition from one within area",)


def test_weights_for_attrition_keep_the_sum_of_the_issued_in_every_class():
    survey = ws.adjust_for_attrition(stacked(weights="w"), classes="area", issued="asked")
    linked = survey.to_frame().iloc[10:14]
    area = FIRST.set_index("id")["area"].reindex(linked["id"]).to_numpy()
    sums = pd.Series(survey.weights[10:14]).groupby(area).sum()
    asked = FIRST[FIRST["asked"]]
    assert sums.to_dict() == asked.groupby("area")["w"].sum().to_dict()


def test_a_class_that_left_entirely_is_refused():
    second = SECOND[SECOND["id"] < 5]
    with pytest.raises(WeightingError, match="none of the 4 people issued in 'area'"):
        ws.adjust_for_attrition(stacked(second=second), classes="area", issued="asked")


def test_classes_or_predictors_have_to_be_named():
    with pytest.raises(OptionError, match="give one of them"):
        ws.adjust_for_attrition(stacked())


def test_a_domain_of_the_later_wave_is_not_weighted():
    waves = {"one": ws.Survey(FIRST), "two": ws.Survey(SECOND).domain(SECOND["id"] < 5)}
    survey = ws.stack_waves(waves, person="id", unlinked="apart")
    with pytest.raises(DataError, match="'two' is a domain, and weights are those of a whole wave"):
        ws.adjust_for_attrition(survey, classes="area")


def test_replies_of_people_who_were_not_asked_are_refused():
    second = pd.DataFrame({"id": [1, 9]})
    match = r"1 of the 2 people of 'one' who are in 'two' were not issued by column 'asked'"
    with pytest.raises(DataError, match=match):
        ws.wave_dispositions(stacked(second=second), issued="asked")


def test_more_replies_than_people_are_refused():
    second = pd.DataFrame({"id": [*range(1, 9), None]})
    match = r"9 people replied in 'two', .* only 8 of 'one' were issued"
    with pytest.raises(DataError, match=match):
        ws.wave_dispositions(stacked(second=second), issued="asked")


def test_a_column_that_does_not_say_who_was_asked_is_refused():
    first = FIRST.assign(asked=[1.0, None, 2, *[1.0] * 7])
    match = r"2 of 10 entries of the issued column 'asked' are missing or neither"
    with pytest.raises(DataError, match=match):
        ws.wave_dispositions(stacked(first=first), issued="asked")
    with pytest.raises(DataError, match="nobody was issued by column 'asked'"):
        ws.wave_dispositions(stacked(first=FIRST.assign(asked=False)), issued="asked")


def test_one_wave_has_no_dispositions():
    with pytest.raises(OptionError, match=r"wave_dispositions\(\) is made from stacked waves"):
        ws.wave_dispositions(ws.Survey(FIRST))
