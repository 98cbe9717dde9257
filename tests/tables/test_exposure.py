"""What a reader knows of each number."""

import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.errors import TableError
from welfarestats.tables.exposure import Exposure, Source
from welfarestats.tables.people_of_tables import respondents_of
from welfarestats.tables.told_numbers import Told


def exposure_of(table, told=()) -> Exposure:
    return Exposure([Source("", table, own=True)], respondents_of([table], None), told)


def test_a_percentage_of_a_small_base_is_a_count_and_of_a_large_one_an_interval():
    exposure = exposure_of(ws.crosstab(sites(2_000), "work", ["site", "sex"], style="none"))
    numbers = exposure.numbers(RULE, None, weighted=False)
    for one, place, base in exposure.printed(0):
        if one.kind != "proportion" or place is None:
            continue
        width = numbers.high[place] - numbers.low[place]
        assert numbers.low[place] <= exposure.count[place] <= numbers.high[place]
        assert width <= exposure.count[base] / 100
        assert width == 0 or exposure.count[base] > 100


def test_a_weighted_percentage_bounds_weighted_people_and_says_who_is_there():
    exposure = exposure_of(ws.crosstab(sites(weights=True), "work", "site", style="none"))
    people = exposure.numbers(RULE, None, weighted=False)
    weighted = exposure.numbers(RULE, None, weighted=True)
    assert exposure.weighted is not None
    for one, place, base in exposure.printed(0):
        if one.kind == "base":
            assert people.low[place] == people.high[place] == exposure.count[place]
        elif one.kind == "proportion" and exposure.count[place]:
            assert people.low[place] == 1
            share = (weighted.high[place] - weighted.low[place]) / exposure.weighted[base]
            assert share <= 0.01 + 1e-9


def test_a_text_that_contradicts_the_table_or_is_of_no_cell_is_an_error():
    table = ws.crosstab(sites(), "work", "site", style="none")
    wrong = Told("", ("work", "None", "site", "North"), "count", 1)
    with pytest.raises(TableError, match="the text has another number for cell"):
        exposure_of(table, [wrong]).numbers(RULE, None, weighted=False)
    nowhere = Told("", ("work", "None", "site", "West"), "count", 1)
    with pytest.raises(TableError, match="which is in none of the tables"):
        exposure_of(table, [nowhere]).numbers(RULE, None, weighted=False)


def test_respondents_who_weigh_the_same_are_counted_as_people():
    frame = sites().to_frame()
    for weight in (1.0, 2.5):
        survey = ws.Survey(frame.assign(w=weight), weights="w", codebook=sites().codebook)
        weighted = exposure_of(ws.crosstab(survey, "work", "site", style="none"))
        plain = exposure_of(ws.crosstab(sites(), "work", "site", style="none"))
        assert weighted.weighted is None
        assert weighted.alike(0)
        ours, theirs = (one.numbers(RULE, None, weighted=False) for one in (weighted, plain))
        assert ours.low.tolist() == theirs.low.tolist()
        assert ours.high.tolist() == theirs.high.tolist()
