"""First-stage units of several waves, and the strata in which they are shared."""

from __future__ import annotations

import pandas as pd

import welfarestats as ws
from welfarestats.survey.wave_units import units_of


def survey(ids: list[int], area: list[str], **options: str) -> ws.Survey:
    frame = pd.DataFrame({"id": ids, "area": area, "office": [i % 3 for i in ids]})
    return ws.Survey(frame, lonely_psu="certainty", **options)


def test_people_have_one_number_in_all_waves():
    surveys = {"a": survey([7, 8], ["N", "S"]), "b": survey([8, 9], ["S", "S"])}
    waves, units = units_of(surveys, "id", "fail")
    assert waves.person.tolist() == [0, 1, 1, 2]
    assert waves.wave.tolist() == [0, 0, 1, 1]
    assert units.unit.tolist() == [0, 1, 1, 2]
    assert units.labels == ["all"]


def test_strangers_are_their_own_units_and_each_wave_its_own_stratum():
    surveys = {"a": survey([1, 2], ["N", "S"]), "b": survey([3, 4], ["S", "S"])}
    _, units = units_of(surveys, "id", "fail")
    assert units.unit is None
    assert units.stratum.tolist() == [0, 0, 1, 1]
    assert units.labels == ["(a)", "(b)"]


def test_psus_of_one_label_in_two_strata_are_two():
    one = {"strata": "area", "psu": "office"}
    surveys = {"a": survey([0, 3], ["N", "S"], **one), "b": survey([0, 3], ["N", "S"], **one)}
    _, units = units_of(surveys, "id", "fail")
    assert len(set(units.unit.tolist())) == 2


def test_codes_that_are_whole_numbers_go_by_their_text():
    first = ws.Survey(pd.DataFrame({"id": [1, 2]}))
    second = ws.Survey(pd.DataFrame({"id": [1.0, None]}))
    waves, _ = units_of({"a": first, "b": second}, "id", "apart")
    assert waves.person.tolist() == [0, 1, 0, -1]
