"""What a survey is beside its rows, as one text."""

from __future__ import annotations

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError
from welfarestats.survey.sidecars import read_sidecar, sidecar_from_text, sidecar_text


@pytest.fixture
def survey():
    frame = pd.DataFrame(
        {"q": [1, 2, 1, 2], "w": [1.0, 2, 1, 1], "st": [1, 1, 2, 2], "psu": [1, 2, 3, 4]}
    )
    return ws.Survey(
        frame,
        weights="w",
        strata="st",
        psu=["psu"],
        lonely_psu="adjust",
        sample="volunteer",
        treat_as_random_because="a reason",
        weights_represent="sample",
        df_rule="design",
        caveats=["A caveat."],
        codebook=[ws.Question("q", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")])],
        origin="synthetic",
    )


def test_every_option_of_a_survey_comes_back(survey):
    said = sidecar_from_text(sidecar_text(survey, 4), "answers.parquet")
    again = ws.Survey(survey.to_frame(), codebook=said.codebook, origin=said.origin, **said.design)
    assert again.facts == survey.facts
    assert again.codebook == survey.codebook
    assert repr(again) == repr(survey)
    assert again.df_rule == "design"
    assert (said.rows, said.whole) == (4, True)


def test_a_side_car_by_hand_names_missing_codes_and_sets(tmp_path):
    path = tmp_path / "side.toml"
    path.write_text(
        '[survey]\nweights = "w"\n[missing."q*"]\n98 = "dont_know"\n'
        '[multiple.barriers]\ncolumns = "q7_*"\ncounted = 2\n',
        encoding="utf-8",
    )
    said = read_sidecar(path)
    assert said.design == {"weights": "w"}
    assert said.missing == {"q*": {"98": "dont_know"}}
    assert said.multiple == {"barriers": {"columns": "q7_*", "counted": 2}}
    assert not said.whole


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("survey = 5", "a 'survey' that is no table"),
        ("missing = 5", "a 'missing' that is no table"),
        ("[survey]\nweight = 'w'", "the key 'weight'.*Did you mean 'weights'"),
        ("[surveys]\nweights = 'w'", "has 'surveys' beside its .*Did you mean 'survey'"),
    ],
)
def test_a_side_car_that_is_wrong_is_refused_in_a_sentence(tmp_path, text, sentence):
    (tmp_path / "side.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=sentence):
        read_sidecar(tmp_path / "side.toml")


@pytest.mark.parametrize("text", ["a = ", 5, None, "a = " + "[" * 5_000])
def test_a_schema_that_cannot_be_read_is_refused_in_a_sentence(text):
    with pytest.raises(DataError, match=r"what 'a.parquet' says of its survey cannot be read"):
        sidecar_from_text(text, "a.parquet")
