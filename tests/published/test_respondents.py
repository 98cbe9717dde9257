from __future__ import annotations

import numpy as np
import polars as pl
from printed_workbooks import CODEBOOK, people, surveyed

import welfarestats as ws
from welfarestats.published.explanations import NO_WEIGHT, SCALED
from welfarestats.published.respondents import Filters, Respondents


def test_measures_are_people_weights_and_squares():
    frame = people(200)
    known = Respondents(surveyed(frame), ["w_region"])
    assert known.weights == ("", NO_WEIGHT, "w_region", SCALED)
    assert known.measure("", 0).sum() == 200
    assert np.isclose(known.measure("", 1).sum(), frame["w"].sum())
    assert np.isclose(known.measure("w_region", 2).sum(), (frame["w_region"] ** 2).sum())
    assert np.isclose(known.measure(SCALED, 1).sum(), 200)
    assert known.measure("w9", 1) is None


def test_people_of_weight_zero_are_in_no_weighted_base():
    frame = people(200)
    frame.loc[:9, "w"] = 0.0
    known = Respondents(surveyed(frame))
    assert known.measure("", 0).sum() == 190
    assert known.measure(NO_WEIGHT, 0).sum() == 200


def test_bases_by_hand():
    frame = people(300)
    known = Respondents(surveyed(frame))
    asked = frame["ready"].isin([1, 2, 3])
    assert known.base("helped", ()).sum() == frame["helped"].isin([1, 2, 3]).sum()
    assert known.base("helped", ("with", "dont_know")).sum() == frame["helped"].notna().sum()
    assert known.base("helped", ("asked",)).sum() == asked.sum()
    assert known.base("helped", ("everyone",)).sum() == 300
    assert (
        known.base("helped", ("without", "Not at all")).sum() == frame["helped"].isin([1, 2]).sum()
    )


def test_a_domain_stays_a_domain():
    frame = people(300)
    known = Respondents(surveyed(frame).domain(sex="Men"))
    assert known.measure(NO_WEIGHT, 0).sum() == (frame["sex"] == 1).sum()


def test_filters_are_every_category_once_with_those_that_are_the_same():
    frame = people(300).assign(zone=lambda one: one["region"])
    zone = ws.Question(
        "zone", categories=[ws.Category(1, "One"), ws.Category(2, "Two"), ws.Category(3, "Three")]
    )
    survey = ws.Survey(frame, weights="w", codebook=ws.Codebook([*CODEBOOK, zone]))
    filters = Filters.of(Respondents(survey))
    assert filters.names[0] == ()
    assert ("region", "North") in filters.names
    assert ("age", "35 and over") in filters.names
    assert ("zone", "One") not in filters.names
    assert filters.alike["region", "North"] == (("zone", "One"),)
    # Everybody has a region, so having one is no filter.
    assert ("region",) not in filters.names
    where = filters.names.index(("region", "North"))
    assert filters.matrix[:, where].tolist() == (frame["region"] == 1).tolist()


def test_filters_are_told_of_another_file():
    filters = Filters.of(Respondents(surveyed(people(300))))
    other = people(200, seed=9)
    told = filters.told_of(Respondents(surveyed(other)))
    where = told.names.index(("sex", "Men"))
    assert told.matrix[:, where].sum() == (other["sex"] == 1).sum()


def test_lazy_frames_give_the_same_sums():
    frame = people(150)
    lazy = Respondents(surveyed(pl.from_pandas(frame).lazy()), ["w_region"])
    eager = Respondents(surveyed(frame), ["w_region"])
    for weight in ("", NO_WEIGHT, "w_region"):
        men = [
            float((one.measure(weight, 1) * one.gave("sex", ["Men"])).sum())
            for one in (lazy, eager)
        ]
        assert np.isclose(*men)
