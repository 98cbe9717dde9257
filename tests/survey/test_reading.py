"""Files become surveys, or one sentence says why not."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError


@pytest.fixture
def frame():
    return pd.DataFrame({"sex": [1, 2, 2, 1], "w": [1.0, 2.0, 1.0, 0.5]})


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_and_its_frame_give_the_same_survey(frame, kind, tmp_path):
    path = tmp_path / f"answers.{kind}"
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
    survey = ws.read_survey(path, weights="w")
    assert (survey.base, survey.weighted_base) == (4, 4.5)
    pd.testing.assert_frame_equal(
        ws.estimate_proportions(survey, "sex").to_frame(),
        ws.estimate_proportions(ws.Survey(frame, weights="w"), "sex").to_frame(),
    )


def test_a_codebook_beside_the_file_gives_the_labels(frame, tmp_path):
    frame.to_csv(tmp_path / "answers.csv", index=False)
    question = ws.Question("sex", categories=[ws.Category(2, "Women"), ws.Category(1, "Men")])
    ws.Codebook([question]).to_toml(tmp_path / "codebook.toml")
    survey = ws.read_survey(tmp_path / "answers.csv", codebook=tmp_path / "codebook.toml")
    assert ws.estimate_proportions(survey, "sex").to_frame()["category"].tolist() == [
        "Women",
        "Men",
    ]


def test_a_synthetic_file_stays_marked(frame, tmp_path):
    path = tmp_path / "answers.parquet"
    table = pa.Table.from_pandas(frame)
    said = {**table.schema.metadata, b"welfarestats": json.dumps({"origin": "synthetic"}).encode()}
    pq.write_table(table.replace_schema_metadata(said), path)
    assert ws.read_survey(path).origin == "synthetic"
    assert ws.Survey(path).origin == "synthetic"
    with pytest.raises(OptionError, match="says that its records are synthetic"):
        ws.read_survey(path, origin="collected")


def test_a_codebook_must_be_toml(frame, tmp_path):
    frame.to_csv(tmp_path / "answers.csv", index=False)
    with pytest.raises(CodebookError, match=r"a codebook file ends in \.toml"):
        ws.read_survey(tmp_path / "answers.csv", codebook="codebook.xlsx")


def test_a_wrong_path_is_named(tmp_path):
    with pytest.raises(DataError, match=r"there is no file 'answers\.csv'"):
        ws.read_survey(tmp_path / "answers.csv")


def test_a_mask_of_another_index_is_refused(frame):
    survey = ws.Survey(frame)
    mask = (frame["sex"] == 1).sort_index(ascending=False)
    with pytest.raises(DataError, match="another index than the data"):
        survey.domain(mask)
    assert survey.domain(mask.sort_index()).base == 2


def test_every_label_of_a_synthetic_survey_says_so(frame):
    question = ws.Question("sex", "Sex", categories=[ws.Category(1, "Men")])
    survey = ws.Survey(frame.query("sex == 1"), codebook=[question], origin="synthetic")
    assert survey.codebook["sex"].label == "Sex [synthetic]"
    again = ws.Survey(frame.query("sex == 1"), codebook=survey.codebook, origin="synthetic")
    assert again.codebook["sex"].label == "Sex [synthetic]"
    assert ws.crosstab(survey, "sex").title == "Sex [synthetic]"
