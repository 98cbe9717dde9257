"""CSV and Parquet files: as they stand, or one sentence on what is wrong."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from welfarestats.errors import DataError, OptionError
from welfarestats.survey.flat_files import (
    check_columns,
    column_names,
    file_says,
    read_file,
    refuse_repeats,
)


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("sex,town,w\nF,Ayr,1\nM,Éire,2\n", encoding="utf-8")
    return path


def test_only_the_columns_asked_for_are_read(csv, tmp_path):
    assert list(read_file(csv, ["town", "sex"])) == ["sex", "town"]
    pd.read_csv(csv).to_parquet(tmp_path / "answers.parquet")
    assert list(read_file(tmp_path / "answers.parquet", ["w"])) == ["w"]


def test_names_are_known_without_reading_rows(csv, tmp_path):
    assert column_names(csv) == ["sex", "town", "w"]
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([5, 6]))
    frame.to_parquet(tmp_path / "answers.parquet")
    assert column_names(tmp_path / "answers.parquet") == ["a"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
def test_text_in_another_encoding_is_read_when_it_is_named(tmp_path, encoding):
    path = tmp_path / "answers.csv"
    path.write_text("sex,town\nF,Éire\n", encoding=encoding)
    assert read_file(path, encoding=encoding)["town"].tolist() == ["Éire"]


def test_a_wrong_encoding_is_named(csv, tmp_path):
    (tmp_path / "old.csv").write_text("town\nÉire\n", encoding="cp1252")
    with pytest.raises(DataError, match=r"is not UTF-8 text.*pass encoding='cp1252'"):
        read_file(tmp_path / "old.csv")
    with pytest.raises(DataError, match=r"is not text in the encoding 'ascii'"):
        read_file(csv, encoding="ascii")
    with pytest.raises(OptionError, match="there is no encoding 'nonsense'"):
        read_file(csv, encoding="nonsense")


@pytest.mark.parametrize(
    "content",
    [b"PAR1", b"PAR1" + b"\x00" * 40, b"PAR1" + b"x" * 40 + b"PAR1"],
)
def test_a_parquet_file_that_is_cut_off_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "cut.parquet"
    path.write_bytes(content)
    for read in (read_file, column_names):
        with pytest.raises(DataError, match=r"'cut\.parquet' is not a readable parquet file"):
            read(path)
    assert file_says(path) == {}


def test_a_file_of_a_statistical_program_is_for_read_survey(tmp_path):
    (tmp_path / "a.sav").write_bytes(b"$FL2@(#) SPSS")
    with pytest.raises(OptionError, match=r"with read_survey\('a.sav', weights=...\)"):
        read_file(tmp_path / "a.sav")


def test_names_that_repeat_or_are_no_text_are_refused():
    with pytest.raises(DataError, match="have 'a' as the name of several columns"):
        refuse_repeats(["b", "a", "a"])
    with pytest.raises(DataError, match="1 of 2 columns have a name that is not text"):
        refuse_repeats(["b", 1])


def test_a_column_that_a_file_lacks_is_named_with_the_nearest():
    with pytest.raises(DataError, match=r"no column 'sx' in 'a.csv', which has 2 columns\. Did"):
        check_columns(["sx"], ["sex", "w"], "a.csv")


@pytest.mark.parametrize("said", [b"not json", b"[1]", b"5", b"[" * 100_000])
def test_what_is_not_ours_in_a_schema_says_nothing(tmp_path, said):
    path = tmp_path / "a.parquet"
    table = pa.table({"a": [1]}).replace_schema_metadata({b"welfarestats": said})
    pq.write_table(table, path)
    assert file_says(path) == {}


@pytest.mark.parametrize("columns", [None, ["b"]])
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("1,2,3\n4\n", r"1 row of 'a.csv' with more entries .* first is row 2 of the file"),
        ("1,2\nYes, often,4\n", r"1 row of 'a.csv' .* the first is row 3 of the file"),
        ("1,2,3\n2,5,6\n", r"2 rows of 'a.csv' .* Put texts with commas in quotation marks"),
    ],
)
def test_rows_longer_than_the_header_are_refused_and_never_shifted(
    tmp_path, rows, sentence, columns
):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + rows)
    with pytest.raises(DataError, match=sentence):
        read_file(path, columns)


def test_commas_at_the_ends_of_rows_shift_no_column(tmp_path):
    path = tmp_path / "a.csv"
    # An identifier that counts from 0 would pass for the numbers of the rows.
    path.write_text("id,a\n0,5,\n1,6,\n2,7, \n")
    assert read_file(path).to_dict("list") == {"id": [0, 1, 2], "a": [5, 6, 7]}


def test_quoted_commas_lines_and_names_are_no_longer_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('a,"b\nc",\n"x, y",1\n"p\nq",2,\n'.encode("utf-16"))
    frame = read_file(path, encoding="utf-16")
    assert frame["a"].tolist() == ["x, y", "p\nq"]
    assert frame["b\nc"].tolist() == [1, 2]
