"""Surveys written to files and read back are the same surveys."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from other_programs import run_pspp

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError
from welfarestats.survey.writing import write_survey

ENDINGS = ["parquet", "sav", "zsav"]
NAN = float("nan")


def full_survey(**options) -> ws.Survey:
    dont_know = ws.Category(8, "Don't know", missing="dont_know")
    frame = pd.DataFrame(
        {
            "ready": [1, 2, 8, 9, 1, 2],
            "score": [0.0, 10, 98, 5, NAN, 3.5],
            "health": [1, 0, 1, NAN, 0, 1],
            "travel": [0, 1, 1, NAN, 0, 1],
            "town": ["Ayr", "Éire", None, "Bath", "Ayr", "Ayr"],
            "works": [True, False, True, True, False, False],
            "day": pd.to_datetime(["2024-05-01"] * 5 + [None]),
            "w": [1.0, 2, 0, 0.5, 1, 1],
            "st": [1, 1, 1, 2, 2, 2],
        }
    )
    codebook = ws.Codebook(
        [
            ws.Question(
                "ready",
                "How ready?",
                categories=[
                    ws.Category(2, "Not", score=0),
                    ws.Category(1, "Very", score=1),
                    dont_know,
                    ws.Category(9, "Refused", missing="refused"),
                ],
                nets=[ws.Net("Any", (1, 2))],
                base_includes=["dont_know"],
            ),
            ws.Question(
                "score",
                "Score",
                kind="scale",
                categories=[
                    ws.Category(0, "Low"),
                    ws.Category(10, "High"),
                    ws.Category(98, "Don't know", missing="dont_know"),
                ],
            ),
            ws.Question(
                "barriers",
                "Barriers",
                kind="multiple",
                columns=["health", "travel"],
                categories=[ws.Category(1, "Health"), ws.Category(2, "Travel")],
                asked_if={"ready": ["Any", 8, 9]},
            ),
        ]
    )
    chosen = {"weights": "w", "strata": "st", "codebook": codebook, "weights_represent": "sample"}
    return ws.Survey(frame, **{**chosen, **options})


def assert_same(again: ws.Survey, survey: ws.Survey) -> None:
    assert again.codebook == survey.codebook
    assert again.facts == survey.facts
    assert repr(again) == repr(survey)
    frames = [one.to_frame() for one in (again, survey)]
    pd.testing.assert_frame_equal(*frames, check_dtype=False, check_column_type=False)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_survey_comes_back_without_arguments(tmp_path, ending):
    survey = full_survey(caveats=["A caveat."], lonely_psu="adjust")
    written = write_survey(survey, tmp_path / f"answers.{ending}")
    assert sorted(tmp_path.iterdir()) == sorted(written)
    again = ws.read_survey(written[0])
    assert_same(again, survey)
    for question in ("ready", "score", "barriers", "town", "works"):
        one, other = (ws.crosstab(each, question, "st").to_frame() for each in (again, survey))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("ending", ENDINGS)
def test_invented_records_stay_marked(tmp_path, ending):
    survey = full_survey(origin="synthetic")
    path = write_survey(survey, tmp_path / f"answers.{ending}")[0]
    again = ws.read_survey(path)
    assert again.origin == "synthetic"
    assert_same(again, survey)
    with pytest.raises(OptionError, match="says that its records are synthetic"):
        ws.read_survey(path, origin="collected")


def test_an_spss_file_of_invented_records_says_so_by_itself(tmp_path):
    path, beside = write_survey(full_survey(origin="synthetic"), tmp_path / "answers.sav")
    beside.unlink()
    said = pyreadstat.read_sav(path, metadataonly=True)[1]
    assert said.file_label == "[synthetic] invented records"
    assert any("[synthetic]" in note for note in said.notes)
    assert all(label.endswith("[synthetic]") for label in said.column_labels)
    assert said.column_names_to_labels["health"] == "Barriers: Health [synthetic]"
    with pytest.warns(DataWarning, match=r"codebook in 'answers\.sav\.toml', which is not beside"):
        again = ws.read_survey(path)
    assert again.origin == "synthetic"
    assert again.codebook["ready"].label == "How ready? [synthetic]"


def test_pspp_sees_labels_missing_values_and_measures(tmp_path):
    write_survey(full_survey(), tmp_path / "answers.sav")
    run_pspp(tmp_path, 'GET FILE="answers.sav".\nDISPLAY DICTIONARY.\nFREQUENCIES ready score.\n')
    listing = (tmp_path / "listing.txt").read_text("utf-8")
    for words in ("Barriers:", "Scale", "8; 9", "DATE11", "|Missing Don't know|", "|Valid   Very "):
        assert words in listing, words


def test_what_spss_has_no_room_for_is_told_and_kept_beside(tmp_path):
    categories = [ws.Category(code, missing="refused") for code in (1, 3, 5, 7)]
    categories.append(ws.Category(4, "y" * 130))
    question = ws.Question("q", "é" * 200, categories=categories)
    survey = ws.Survey(pd.DataFrame({"q": [1, 3, 4]}), codebook=[question])
    with pytest.warns(DataWarning, match="labels of 'q' are longer than SPSS allows") as told:
        path = write_survey(survey, tmp_path / "answers.sav")[0]
    assert "'q' has more missing codes than SPSS has room for" in str(told[0].message)
    assert ws.read_survey(path).codebook == survey.codebook


@pytest.mark.parametrize("source", ["polars", "lazy", "arrow"])
@pytest.mark.parametrize("ending", ["parquet", "sav"])
def test_frames_of_any_engine_are_written(tmp_path, source, ending):
    frame = full_survey().to_frame()
    native = {"arrow": pa.Table.from_pandas, "polars": pl.from_pandas}.get(
        source, lambda one: pl.from_pandas(one).lazy()
    )(frame)
    survey = ws.Survey(native, weights="w", codebook=full_survey().codebook)
    again = ws.read_survey(write_survey(survey, tmp_path / f"answers.{ending}")[0])
    pd.testing.assert_frame_equal(again.to_frame(), frame, check_dtype=False)
    assert again.codebook == survey.codebook


def test_categories_of_pandas_keep_their_order_in_parquet(tmp_path):
    column = pd.Categorical(["low", "high"], categories=["low", "mid", "high"])
    survey = ws.Survey(pd.DataFrame({"q": column}))
    again = ws.read_survey(write_survey(survey, tmp_path / "a.parquet")[0])
    labels = [one.label for one in again.describe_question("q").categories]
    assert labels == ["low", "mid", "high"]
    assert list(ws.read_survey(write_survey(survey, tmp_path / "a.sav")[0]).to_frame()["q"]) == [
        "low",
        "high",
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([[1], [2]], "holds list.*for which an SPSS file has no place"),
        ([b"x", b"y"], "holds binary"),
        ([1.0, float("inf")], "1 infinite values, which an SPSS"),
        ([1, 2**60], r"whole numbers over 2\*\*53"),
        ([dt.timedelta(1), dt.timedelta(2)], "holds duration"),
        (pd.to_datetime(["2024-05-01", "2024-05-02"], utc=True), "without a time zone"),
        (["a ", "b"], "1 of 2 texts in column 'q' are empty or end in a space"),
    ],
)
def test_a_column_that_spss_cannot_hold_is_refused_and_nothing_is_written(
    tmp_path, values, sentence
):
    survey = ws.Survey(pd.DataFrame({"q": values, "b": [1, 2]}))
    with pytest.raises(DataError, match=sentence):
        write_survey(survey, tmp_path / "a.sav")
    assert list(tmp_path.iterdir()) == []


def test_times_of_day_and_empty_columns_are_written(tmp_path):
    frame = pd.DataFrame({"hour": [dt.time(9, 30), None], "none": [None, None], "q": [1, 2]})
    frame["age"] = pd.Series([30, None], dtype="Int64")
    again = ws.read_survey(write_survey(ws.Survey(frame), tmp_path / "a.sav")[0]).to_frame()
    assert again["hour"][0] == dt.time(9, 30)
    assert again["none"].isna().all()
    assert again["age"].tolist()[0] == 30


def test_a_domain_another_ending_and_a_missing_folder_are_refused(tmp_path):
    survey = full_survey()
    with pytest.raises(OptionError, match="a domain cannot be kept in a file"):
        write_survey(survey.domain(ready="Very"), tmp_path / "a.sav")
    with pytest.raises(OptionError, match=r"ends in \.parquet, \.sav or \.zsav, not as 'a\.dta'"):
        write_survey(survey, tmp_path / "a.dta")
    with pytest.raises(OptionError, match="there is no folder"):
        write_survey(survey, tmp_path / "none" / "a.sav")
    with pytest.raises(OptionError, match="a file is made from a Survey, not from 'DataFrame'"):
        write_survey(survey.to_frame(), tmp_path / "a.sav")


def test_without_pyreadstat_the_message_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(OptionError, match=r"pip install 'welfarestats\[files\]'"):
        write_survey(full_survey(), tmp_path / "a.sav")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_codebook_that_is_given_leaves_the_design_that_was_kept(tmp_path, ending):
    path = write_survey(full_survey(), tmp_path / f"a.{ending}")[0]
    again = ws.read_survey(path, codebook=[ws.Question("works")])
    assert again.weighted_base == 5.5
    assert again.to_frame()["works"].tolist() == full_survey().to_frame()["works"].tolist()
    assert ws.read_survey(path, weights=None).base == 6


def test_a_survey_made_of_the_path_alone_says_what_it_leaves_behind(tmp_path):
    path = write_survey(full_survey(), tmp_path / "a.parquet")[0]
    with pytest.warns(DataWarning, match=r"keeps a codebook and a design, which only read_survey"):
        assert ws.Survey(path).base == 6


def test_a_side_car_of_another_file_is_refused(tmp_path):
    path, beside = write_survey(full_survey(), tmp_path / "a.sav")
    beside.write_text(beside.read_text("utf-8").replace("rows = 6", "rows = 7"), "utf-8")
    with pytest.raises(DataError, match=r"describes 7 respondents, but 'a\.sav' has 6: they"):
        ws.read_survey(path)


LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9
)
ANSWERS = st.text("abcdéß€ Ω'\",;=", min_size=1, max_size=6).filter(lambda one: one == one.rstrip())


@st.composite
def drawn_surveys(draw: st.DrawFn) -> ws.Survey:
    n = draw(st.integers(2, 6))
    codes = draw(st.lists(st.integers(-99, 99), min_size=1, max_size=7, unique=True))
    labels = draw(st.lists(LABELS, min_size=len(codes), max_size=len(codes), unique=True))
    reasons = st.none() | st.sampled_from(["dont_know", "refused", "not_asked"])
    categories = [
        ws.Category(code, label, score=draw(st.none() | st.integers(0, 3)), missing=draw(reasons))
        for code, label in zip(codes, labels, strict=True)
    ]
    kind = draw(st.sampled_from(["single", "scale"]))
    cell = st.sampled_from(codes) if kind == "single" else st.sampled_from([*codes, 0.25, 1e6])
    frame = pd.DataFrame(
        {
            "q": draw(st.lists(st.none() | cell, min_size=n, max_size=n)),
            "text": pd.Series(
                draw(st.lists(st.none() | ANSWERS, min_size=n, max_size=n)), dtype="str"
            ),
            "yes": draw(st.lists(st.booleans(), min_size=n, max_size=n)),
            "w": draw(st.lists(st.floats(0.001, 1e4), min_size=n, max_size=n)),
        }
    )
    frame["q"] = frame["q"].astype(float)
    question = ws.Question("q", draw(LABELS), kind=kind, categories=categories)
    origin = draw(st.sampled_from(["collected", "synthetic"]))
    return ws.Survey(frame, weights="w", codebook=[question], origin=origin)


@settings(max_examples=40)
@given(drawn_surveys(), st.sampled_from(ENDINGS))
def test_any_survey_is_the_same_when_read_back(survey, ending):
    with tempfile.TemporaryDirectory() as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            path = write_survey(survey, Path(folder) / f"a.{ending}")[0]
        again = ws.read_survey(path)
    assert_same(again, survey)
    assert np.array_equal(again.weights, survey.weights)


# ---------------------------------------------------------------- weights that were computed


def raked_survey() -> ws.Survey:
    frame = pd.DataFrame({"sex": [1, 1, 1, 2], "w": [1.0, 2.0, 1.0, 1.0]})
    return ws.rake(ws.Survey(frame, weights="w"), {"sex": {1: 0.5, 2: 0.5}})


@pytest.mark.parametrize("ending", ENDINGS)
def test_computed_weights_are_kept_in_a_column_of_their_own(tmp_path, ending) -> None:
    survey = raked_survey()
    path = tmp_path / f"answers.{ending}"
    write_survey(survey, path, weights_as="w_raked")
    found = ws.read_survey(path)
    np.testing.assert_allclose(found.weights, survey.weights, rtol=1e-14)
    assert found.to_frame()["w"].tolist() == [1, 2, 1, 1]
    assert "w_raked" not in survey.to_frame()
    known = ws.declare_calibration(found, {"sex": {1: 0.5, 2: 0.5}})
    assert ws.estimate_proportions(known, "sex").to_frame()["standard_error"][0] < 1e-12


def test_computed_weights_are_never_lost_in_silence(tmp_path) -> None:
    with pytest.raises(
        OptionError, match=r"were computed \(raked to sex\) and stand in no column. Name a new one"
    ):
        write_survey(raked_survey(), tmp_path / "answers.parquet")
    with pytest.raises(OptionError, match=r"no column yet \('w' holds something else\)"):
        write_survey(raked_survey(), tmp_path / "answers.parquet", weights_as="w")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [5, "", " "])
def test_a_new_column_has_a_name(tmp_path, name) -> None:
    with pytest.raises(OptionError, match=r"weights_as= is the name of a new column, not"):
        write_survey(raked_survey(), tmp_path / "answers.parquet", weights_as=name)


def test_weights_that_stand_in_a_column_need_no_other(tmp_path) -> None:
    with pytest.raises(OptionError, match=r"these stand in 'w' already\. Leave it out"):
        write_survey(full_survey(), tmp_path / "answers.parquet", weights_as="w2")
    with pytest.raises(OptionError, match=r"the survey has no weights\. Leave it out"):
        write_survey(full_survey(weights=None), tmp_path / "answers.parquet", weights_as="w2")
