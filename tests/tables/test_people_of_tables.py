"""The respondents of several tables, lined up."""

import numpy as np
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import sites
from welfarestats.errors import TableError
from welfarestats.tables.people_of_tables import respondents_of


def test_domains_of_one_survey_stand_side_by_side():
    survey = sites()
    tables = [ws.crosstab(one, "work", "site") for one in (survey, survey.domain(sex="Women"))]
    whole, women = respondents_of(tables, None)
    assert whole.rows.size == women.rows.size == 300
    assert women.inside.sum() == int(tables[1].recipe.survey.base)
    assert women.called("work") == whole.called("work")


def test_waves_are_joined_by_person_and_steady_answers_are_known_in_both():
    first = sites(200, seed=8)
    frame = first.to_frame().iloc[50:].copy()
    frame["work"] = np.roll(frame["work"].to_numpy(), 1)
    second = ws.Survey(frame, codebook=first.codebook)
    tables = [ws.crosstab(one, "work", "site") for one in (first, second)]
    one, other = respondents_of(tables, "id")
    assert one.rows.size == 200
    assert int(other.inside.sum()) == 150
    assert other.called("site") == one.called("site") == "site"
    assert other.called("work") != one.called("work")


def test_a_person_column_that_is_missing_is_an_error():
    first, second = sites(50, seed=1), sites(50, seed=2)
    tables = [ws.crosstab(one, "work", "site") for one in (first, second)]
    with pytest.raises(TableError, match="no column 'name' that tells people apart"):
        respondents_of(tables, "name")
