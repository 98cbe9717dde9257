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
    assert "1 respondent of two was not in one." in found.to_html()


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
    with pytest.raises(
        DataError, match="the stack is a domain, or one of its waves is, and weights"
    ):
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


# ---------------------------------------------------------------- domains, replicates, later waves


def test_attrition_of_a_domain_is_that_of_its_people_of_the_earlier_wave():
    known = SECOND.dropna().assign(area="N")
    found = ws.wave_dispositions(stacked(second=known).domain(area="S"), issued="asked")
    # S: 5 to 8 were asked, 9 was not; 5 and 6 replied, whatever area they gave later.
    assert found.counts == {"not_issued": 1, "no_reply": 2, "replied_unlinked": 0, "linked": 2}
    assert found.newcomers == 0


def test_people_of_the_earlier_wave_outside_its_domain_are_no_newcomers():
    waves = {
        "one": ws.Survey(FIRST).domain(area="N"),
        "two": ws.Survey(SECOND.dropna()),
    }
    found = ws.wave_dispositions(ws.stack_waves(waves, person="id"))
    assert found.counts["linked"] == 2
    assert found.newcomers == 1


def test_replies_without_an_entry_may_be_of_anybody_in_a_domain_or_not():
    with pytest.raises(DataError, match=r"1 respondents of 'two' have no entry .* of the domain"):
        ws.wave_dispositions(stacked(second=SECOND.assign(area="N")).domain(area="N"))


def test_a_domain_of_the_stack_is_not_weighted_in_silence():
    survey = stacked(second=SECOND.assign(area="N")).domain(area="N")
    with pytest.raises(DataError, match="the stack is a domain"):
        ws.adjust_for_attrition(survey, classes="area")


def test_a_stack_that_was_weighted_is_not_weighted_again_from_its_waves():
    survey = stacked(second=SECOND.assign(area="N"), weights_represent="sample")
    raked = ws.rake(survey, {"area": {"N": 0.5, "S": 0.5}})
    with pytest.raises(OptionError, match="this stack was weighted or given replicate weights"):
        ws.adjust_for_attrition(raked, classes="area")


def test_each_replicate_is_adjusted_for_attrition():
    office = {"psu": "office", "weights": "w"}
    first = FIRST.assign(office=np.arange(10) % 3)
    second = FIRST[["id", "w"]].iloc[[0, 1, 2, 4, 5, 6, 9]].assign(office=[0, 1, 2, 1, 2, 0, 0])
    waves = {
        "one": ws.make_replicates(ws.Survey(first, **office), "jk1"),
        "two": ws.make_replicates(ws.Survey(second, **office), "jk1"),
    }
    survey = ws.stack_waves(waves, person="id")
    adjusted = ws.adjust_for_attrition(survey, classes="area")
    found = adjusted.view(()).sample.design.replicates.weights
    for r in range(3):
        left = first["w"] * np.where(first["office"] == r, 0, 1.5)
        stayed = first["id"].isin(second["id"])
        factor = left.groupby(first["area"]).sum() / left[stayed].groupby(first["area"]).sum()
        expected = (left * first["area"].map(factor))[stayed]
        assert found[10:, r] == pytest.approx(expected.to_numpy())


def test_a_third_wave_is_weighted_from_the_second():
    second = FIRST[["id", "area"]].iloc[[0, 1, 4, 5, 6]]
    third = FIRST[["id"]].iloc[[0, 4, 5]]
    waves = {
        "one": ws.Survey(FIRST, weights="w"),
        "two": ws.Survey(second),
        "three": ws.Survey(third),
    }
    survey = ws.stack_waves(waves, person="id")
    once = ws.adjust_for_attrition(survey, classes="area", between=("one", "two"))
    twice = ws.adjust_for_attrition(once, classes="area", between=("two", "three"))
    # N: 1+1+2+2+1 = 7 by 2 of weight 1; S: 5 by 3. Then N: 7 by one; S: 5 by two.
    assert twice.weights[10:].tolist() == pytest.approx(
        [3.5, 3.5, 5 / 3, 5 / 3, 5 / 3, 7, 2.5, 2.5]
    )
    assert twice.facts.weighting == (
        "two: adjusted for attrition from one within area",
        "three: adjusted for attrition from two within area",
    )
