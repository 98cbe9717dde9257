"""First-stage units of several waves, and the strata in which they are shared."""

from __future__ import annotations

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError
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


def test_identifiers_that_are_written_in_two_ways_are_told():
    first = ws.Survey(pd.DataFrame({"id": ["P1", "p2", "P3"]}))
    second = ws.Survey(pd.DataFrame({"id": ["P1", "P2", "P3 "]}))
    with pytest.warns(
        DataWarning, match=r"2 entries of the person column 'id' are the same in two"
    ):
        ws.stack_waves({"a": first, "b": second}, person="id")


def test_blank_text_says_nothing_of_who_it_is():
    waves = {name: ws.Survey(pd.DataFrame({"id": ["P1", "", " "]})) for name in "ab"}
    with pytest.raises(
        DataError, match="2 of 3 respondents of 'a' have no entry in the person col"
    ):
        ws.stack_waves(waves, person="id")
    found = ws.stack_waves(waves, person="id", unlinked="apart")
    assert ws.wave_dispositions(found).counts["replied_unlinked"] == 2


def test_identifiers_too_large_for_decimals_are_refused():
    large = 2**53 + 1
    waves = {
        "a": ws.Survey(pd.DataFrame({"id": [large, 2]})),
        "b": ws.Survey(pd.DataFrame({"id": [1.5, 2.0]})),
    }
    with pytest.raises(
        DataError, match="'id' holds whole numbers in one wave and decimals in anot"
    ):
        ws.stack_waves(waves, person="id")


def test_waves_are_named_in_order_by_their_names_or_numbers():
    frame = pd.DataFrame({"id": [1, 2], "x": ["a", "b"]})
    stacked = ws.stack_waves({2019: ws.Survey(frame), 2020: ws.Survey(frame)}, person="id")
    assert ws.wave_dispositions(stacked, between=(2019, 2020)).counts["linked"] == 2
    for wrong in ((2020, 2019), 2019, "2019", ("2019",)):
        with pytest.raises(
            OptionError, match=r"the earlier one first, not .* in order: '2019', '20"
        ):
            ws.wave_dispositions(stacked, between=wrong)
