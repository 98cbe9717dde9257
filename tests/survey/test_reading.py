"""Files become surveys, or one sentence says why not."""

import contextlib
import json
import tempfile
import warnings
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from dirty_files import dirty_file
from hypothesis import given
from hypothesis import strategies as st
from other_programs import run_pspp

import welfarestats as ws
from welfarestats.errors import (
    CodebookError,
    DataError,
    DataWarning,
    OptionError,
    WelfareStatsError,
)


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


DELIVERY = """
DATA LIST LIST NOTABLE /id (F8.0) sex (F1.0) ready (F2.0) score (F3.0) income (F8.0)
 b1 (F1.0) b2 (F1.0) b3 (F1.0) c1 (F2.0) c2 (F2.0) day (DATE11) region (A8) w (F6.2).
BEGIN DATA
1 1 1 10 100 1 2 1 1 2 01-JAN-2020 N 1.5
2 2 2 98 -5 2 2 2 2 . 02-FEB-2021 S 0.5
3 2 8 99 99999 . . . . . . X 1
4 1 9 0 50 1 1 1 3 1 03-MAR-2021 N 1
5 1 1 4 50 1 1 1 3 1 03-MAR-2021 N 1
6 1 1 7 50 9 9 9 8 . 03-MAR-2021 N 1
END DATA.
VARIABLE LABELS sex "Sex of respondent" /ready "How ready" /b1 "Health" /b2 "Travel" /b3 "Care".
VALUE LABELS sex 2 "Women" 1 "Men" /ready 1 "Very" 2 "Not" 8 "Don't know" 9 "Refused"
 /score 0 "Not at all" 10 "Completely" 98 "DK" 99 "No answer" /b1 b2 b3 1 "Yes" 2 "No"
 /c1 c2 1 "Bus" 2 "Car" 3 "None" 8 "Don't know"
 /region "N" "North" "S" "South" "X" "Refused".
MISSING VALUES ready (8,9) /score (98 THRU 99) /income (LO THRU -1, 99999) /region ("X")
 /b1 b2 b3 (9) /c1 c2 (8).
MRSETS /MDGROUP NAME=$barriers LABEL="What stands in the way?" VARIABLES=b1 b2 b3 VALUE=2
 /MCGROUP NAME=$travel LABEL="How do you travel?" VARIABLES=c1 c2.
WEIGHT BY w.
SAVE OUTFILE="delivery.sav".
SAVE OUTFILE="delivery.zsav" /ZCOMPRESSED.
EXPORT OUTFILE="delivery.por".
"""
SETTLED = {"income": {-5: "refused", 99999: "dont_know"}}


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """A folder with a small survey as PSPP writes it."""
    folder = tmp_path_factory.mktemp("delivery")
    run_pspp(folder, DELIVERY)
    return folder


def categories_of(survey, name):
    return [(one.code, one.label, one.missing) for one in survey.codebook[name].categories]


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_an_spss_file_arrives_with_labels_reasons_and_sets(delivery, ending):
    survey = ws.read_survey(delivery / f"delivery.{ending}", weights="w", missing=SETTLED)
    assert (survey.base, survey.weighted_base) == (6, 6.0)
    assert [(one.name, one.kind) for one in survey.codebook] == [
        ("id", "scale"),
        ("sex", "single"),
        ("ready", "single"),
        ("score", "scale"),
        ("income", "scale"),
        ("day", "single"),
        ("region", "single"),
        ("barriers", "multiple"),
        ("travel", "multiple"),
    ]
    assert categories_of(survey, "ready") == [
        (1, "Very", None),
        (2, "Not", None),
        (8, "Don't know", "dont_know"),
        (9, "Refused", "refused"),
    ]
    assert categories_of(survey, "score")[2:] == [
        (98, "DK", "dont_know"),
        (99, "No answer", "refused"),
    ]
    assert categories_of(survey, "income") == [(-5, "-5", "refused"), (99999, "99999", "dont_know")]
    assert categories_of(survey, "region")[2] == ("X", "Refused", "refused")
    assert survey.codebook["barriers"].label == "What stands in the way?"
    assert [one.label for one in survey.codebook["barriers"].categories] == [
        "Health",
        "Travel",
        "Care",
    ]
    shares = ws.estimate_proportions(survey, "barriers").to_frame()
    assert shares["base"].tolist() == [4, 4, 4]
    assert (shares["estimate"] * 4).tolist() == [0.5, 2.0, 0.5]
    travel = ws.estimate_proportions(survey, "travel").to_frame()
    assert travel["category"].tolist() == ["Bus", "Car", "None"]
    assert travel["base"].tolist() == [4, 4, 4]
    assert ws.estimate_means(survey, "score").to_frame()["base"].tolist() == [4]


def test_a_weight_that_a_file_declares_is_told_and_not_used(delivery):
    path = delivery / "delivery.sav"
    with pytest.warns(
        DataWarning, match="'delivery.sav' is weighted by 'w', and the survey is not"
    ):
        survey = ws.read_survey(path, missing=SETTLED)
    assert survey.weighted_base == 6
    assert ws.read_survey(path, missing=SETTLED, weights=None).weighted_base == 6


def test_a_missing_code_whose_label_gives_no_reason_is_told(delivery):
    path = delivery / "delivery.sav"
    with pytest.warns(DataWarning, match="has 2 codes declared missing .*'income', code -5"):
        survey = ws.read_survey(path, weights="w")
    assert {one[2] for one in categories_of(survey, "income")} == {"not_applicable"}


def test_a_portable_file_is_read_without_its_reasons_and_says_so(delivery):
    with pytest.warns(DataWarning, match="the reasons for missing answers in 'delivery.por'"):
        survey = ws.read_survey(delivery / "delivery.por", weights="W")
    assert survey.base == 6
    assert ws.estimate_proportions(survey, "READY").to_frame()["base"].tolist() == [4, 4]


def test_only_some_columns_and_sets_of_a_file_are_read(delivery):
    survey = ws.read_survey(
        delivery / "delivery.sav", weights="w", strata="sex", columns=["ready", "travel"]
    )
    assert [one.name for one in survey.codebook] == ["sex", "ready", "travel"]
    assert list(survey.to_frame())[:5] == ["sex", "ready", "c1", "c2", "w"]
    with pytest.raises(DataError, match=r"no column 'redy' in 'delivery.sav'.*mean 'ready'"):
        ws.read_survey(delivery / "delivery.sav", weights="w", columns=["redy"])
    with pytest.raises(OptionError, match=r"columns= is a list, such as \['ready'\]"):
        ws.read_survey(delivery / "delivery.sav", weights="w", columns="ready")


def test_questions_of_the_user_take_the_place_of_the_files_own(delivery):
    mine = ws.Question("sex", "Sex", categories=[ws.Category(1, "M"), ws.Category(2, "F")])
    survey = ws.read_survey(
        delivery / "delivery.sav", weights="w", codebook=[mine], missing=SETTLED
    )
    assert survey.codebook["sex"] == mine
    assert [one.name for one in survey.codebook][:3] == ["id", "sex", "ready"]
    assert survey.codebook["ready"].label == "How ready"


def test_nothing_is_asked_about_a_column_that_the_user_describes(delivery):
    mine = ws.Question("income", kind="scale", categories=[ws.Category(-5, missing="refused")])
    survey = ws.read_survey(delivery / "delivery.sav", weights="w", codebook=[mine])
    assert survey.codebook["income"] == mine


def test_sets_are_named_by_a_pattern_and_the_users_take_precedence(delivery):
    survey = ws.read_survey(
        delivery / "delivery.sav",
        weights="w",
        missing=SETTLED,
        multiple={"barriers": {"columns": "b*", "counted": 1, "label": "Mine"}},
    )
    shares = ws.estimate_proportions(survey, "barriers").to_frame()
    assert (shares["estimate"] * 4).tolist() == [3.5, 2.0, 3.5]
    assert survey.codebook["barriers"].label == "Mine"


def test_a_side_car_beside_any_file_says_how_to_read_it(frame, tmp_path):
    frame["q1"], frame["q2"] = [1, 2, 2, 1], [2, 2, 1, 9]
    frame.to_csv(tmp_path / "answers.csv", index=False)
    (tmp_path / "side.toml").write_text(
        '[survey]\nweights = "w"\norigin = "synthetic"\n'
        '[multiple.barriers]\ncolumns = "q*"\ncounted = 1\n'
        '[missing.sex]\n2 = "refused"\n'
        '[[question]]\nname = "sex"\ncategories = [{ code = 1, label = "Men" }, { code = 2 }]\n',
        encoding="utf-8",
    )
    survey = ws.read_survey(tmp_path / "answers.csv", codebook=tmp_path / "side.toml")
    assert (survey.weighted_base, survey.origin) == (4.5, "synthetic")
    assert categories_of(survey, "sex") == [(1, "Men", None), (2, "2", "refused")]
    assert survey.codebook["barriers"].columns == ("barriers_q1", "barriers_q2")
    again = ws.read_survey(tmp_path / "answers.csv", codebook=tmp_path / "side.toml", weights=None)
    assert again.weighted_base == 4


def test_labels_that_call_codes_missing_make_them_so_when_asked(frame, tmp_path):
    path = tmp_path / "uk.sav"
    labels = {"sex": {1.0: "Men", 2.0: "Don't know"}}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels)
    with pytest.warns(DataWarning, match="1 code that a label calls missing but the file does not"):
        assert categories_of(ws.read_survey(path), "sex")[1][2] is None
    survey = ws.read_survey(path, missing={"*": "labels"})
    assert categories_of(survey, "sex")[1] == (2, "Don't know", "dont_know")


def test_columns_of_a_csv_file_bring_the_questions_that_route_to_them(frame, tmp_path):
    frame.assign(helped=[1, None, None, 2], age=5).to_csv(tmp_path / "a.csv", index=False)
    codebook = ws.Codebook(
        [
            ws.Question("sex", categories=[ws.Category(1, "Men"), ws.Category(2, "Women")]),
            ws.Question("helped", asked_if={"sex": ["Men"]}),
            ws.Question("age", kind="scale"),
        ]
    )
    survey = ws.read_survey(tmp_path / "a.csv", codebook=codebook, columns=["helped"], weights="w")
    assert list(survey.to_frame()) == ["sex", "w", "helped"]
    assert [one.name for one in survey.codebook] == ["sex", "helped"]


def test_dates_are_no_list_of_answers(tmp_path):
    days = pd.date_range("2024-01-01", periods=30)
    path = tmp_path / "days.sav"
    pyreadstat.write_sav(pd.DataFrame({"day": days}), path)
    survey = ws.read_survey(path)
    with pytest.raises(DataError, match=r"30 different dates or times.*frame\['day'\]\.dt\.year"):
        ws.estimate_proportions(survey, "day")


@given(
    st.binary(min_size=1, max_size=400),
    st.sampled_from(["csv", "parquet", "sav", "zsav", "por", "dta", "sas7bdat", "xpt"]),
    st.sampled_from([b"", b"$FL2", b"$FL3", b"<stata_dta>", b"PAR1", b"a,b\n", b"r\x02\x01\x00"]),
)
def test_any_bytes_are_a_survey_or_a_sentence(content, ending, start):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any.{ending}"
        path.write_bytes(start + content)
        with contextlib.suppress(WelfareStatsError), warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            assert ws.read_survey(path).to_frame() is not None


@given(st.data())
def test_no_respondent_of_a_csv_file_is_lost(data):
    n = data.draw(st.integers(2, 30))
    cells = st.sampled_from(["", "NA", "1", "2.5", "x", "Don't know", " y ", '"', "é,", "=1+1"])
    rows = data.draw(st.lists(st.tuples(cells, cells), min_size=n, max_size=n))
    frame = pd.DataFrame(rows, columns=["a", "b"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        frame.to_csv(path, index=False, encoding="utf-8")
        assert ws.read_survey(path).base == n


@pytest.mark.parametrize("seed", range(50))
def test_a_dirty_file_loses_no_respondent(tmp_path, seed):
    path, rows, encoding = dirty_file(tmp_path, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        survey = ws.read_survey(path, weights="w", encoding=encoding)
        ws.write_survey(survey, tmp_path / "again.parquet")
    assert len(survey.to_frame()) == rows
    again = ws.read_survey(tmp_path / "again.parquet")
    assert again.codebook == survey.codebook
    assert len(again.to_frame()) == rows
