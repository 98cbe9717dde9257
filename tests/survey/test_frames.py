"""Every engine and every type of column: the same answer, or one sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DesignError, OptionError
from welfarestats.survey.frames import factorize, open_frame

LETTERS = ["x", "y", None, "x"]


def shares(frame, question: str = "a", **options) -> dict[str, float]:
    survey = ws.Survey(frame, **options)
    found = ws.estimate_proportions(survey, question).to_frame()
    return dict(zip(found["category"], found["estimate"].round(6), strict=True))


THIRDS = {"x": 0.666667, "y": 0.333333}


@pytest.mark.parametrize(
    "column",
    [
        LETTERS,
        np.array(["x", "y", np.nan, "x"], dtype=object),
        pd.array(LETTERS, dtype="string[python]"),
        pd.array(LETTERS, dtype="string[pyarrow]"),
        pd.Categorical(LETTERS),
        pl.Series(LETTERS),
        pl.Series(LETTERS, dtype=pl.Categorical),
        pl.Series(LETTERS, dtype=pl.Enum(["x", "y"])),
        pa.array(LETTERS),
        pa.array(LETTERS).dictionary_encode(),
        pa.chunked_array([pa.array(LETTERS[:1]), pa.array(LETTERS[1:])]),
        pa.chunked_array([pa.array([v]).dictionary_encode() for v in ("y", "x", "x")]),
    ],
)
def test_text_of_any_engine(column):
    if isinstance(column, pl.Series):
        assert shares(pl.DataFrame({"a": column})) == THIRDS
        assert shares(pl.DataFrame({"a": column}).lazy()) == THIRDS
    elif isinstance(column, pa.Array | pa.ChunkedArray):
        assert shares(pa.table({"a": column})) == THIRDS
    else:
        assert shares(pd.DataFrame({"a": column})) == THIRDS


@pytest.mark.parametrize(
    "column",
    [
        [1, 2, None, 1],
        [1.0, 2.0, np.nan, 1.0],
        pd.array([1, 2, None, 1], dtype="Int64"),
        pd.array([1, 2, None, 1], dtype="Float64"),
        pd.Categorical([1, 2, None, 1]),
        np.array([1, 2, None, 1], dtype=object),
        pd.array([1, 2, None, 1], dtype="int8[pyarrow]"),
    ],
)
def test_codes_of_any_numeric_type_have_no_point_nought(column):
    assert shares(pd.DataFrame({"a": column})) == {"1": 0.666667, "2": 0.333333}


def test_codes_are_found_in_the_codebook_whatever_their_type():
    question = ws.Question("a", categories=[ws.Category(1, "Yes"), ws.Category(0, "No")])
    for column in ([1, 0, 1], [1.0, 0.0, 1.0], ["1", "0", "1"], [True, False, True]):
        found = shares(pd.DataFrame({"a": column}), codebook=[question])
        assert found == {"Yes": 0.666667, "No": 0.333333}
    truth = ws.Question("a", categories=[ws.Category(True, "Yes"), ws.Category(False, "No")])
    found = shares(pd.DataFrame({"a": [1, 0, 1]}), codebook=[truth])
    assert found == {"Yes": 0.666667, "No": 0.333333}


def test_nan_and_null_are_one_missing_answer_in_polars():
    frame = pl.DataFrame({"a": [1.0, float("nan"), 2.0, None]})
    assert shares(frame) == shares(frame.lazy()) == {"1": 0.5, "2": 0.5}


def test_minus_zero_is_zero():
    assert shares(pd.DataFrame({"a": [0.0, -0.0, 1.0]})) == {"0": 0.666667, "1": 0.333333}


def test_truths_dates_and_intervals_are_categories():
    assert shares(pd.DataFrame({"a": [True, False, None, True]})) == {
        "False": 0.333333,
        "True": 0.666667,
    }
    dates = [dt.date(2024, 5, 1), dt.date(2023, 5, 1)]
    assert list(shares(pd.DataFrame({"a": dates}))) == ["2023-05-01", "2024-05-01"]
    cut = pd.cut(pd.Series([20, 30, 70]), [0, 25, 65, 99])
    assert list(shares(pd.DataFrame({"a": cut}))) == ["(0, 25]", "(25, 65]", "(65, 99]"]


def test_categories_without_respondents_keep_their_place():
    for frame in (
        pd.DataFrame({"a": pd.Categorical(["x", "y"], categories=["z", "y", "x"])}),
        pl.DataFrame({"a": pl.Series(["x", "y"], dtype=pl.Enum(["z", "y", "x"]))}),
    ):
        assert shares(frame) == {"z": 0, "y": 0.5, "x": 0.5}


LISTS = [[1], [2, 1], None, [], [1, 1]]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": LISTS}),
        pl.DataFrame({"a": LISTS}),
        pl.DataFrame({"a": LISTS}).lazy(),
        pa.table({"a": LISTS}),
    ],
)
def test_lists_of_codes_are_a_multiple_response(frame):
    question = ws.Question("a", kind="multiple")
    assert shares(frame, codebook=[question]) == {"1": 0.75, "2": 0.25}


def test_polars_arrays_are_lists_too():
    frame = pl.DataFrame({"a": [[1, 2], [2, 3]]}, schema={"a": pl.Array(pl.Int64, 2)})
    found = shares(frame, codebook=[ws.Question("a", kind="multiple")])
    assert found == {"1": 0.5, "2": 1, "3": 0.5}


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ([1, "x"], "column 'a' mixes whole numbers and text"),
        ([[1], [2]], "column 'a' holds list<.*one answer a respondent. Declare it kind=\"multi"),
        ([{"b": 1}, {"b": 2}], "column 'a' holds struct<.*, not one answer a respondent"),
        ([1j, 2j], "column 'a' holds complex128"),
        ([b"1", b"2"], "column 'a' holds .*binary, not one answer"),
    ],
)
def test_a_column_that_cannot_be_answers(column, sentence):
    with pytest.raises(DataError, match=sentence):
        shares(pd.DataFrame({"a": column}))


@pytest.mark.parametrize("column", [[None, None], [np.nan, np.nan], pd.array([None] * 2, "Int64")])
def test_a_column_without_answers(column):
    for verb in (ws.estimate_proportions, ws.estimate_means, ws.estimate_totals):
        with pytest.raises(DataError, match=r"nobody|no answers that count"):
            verb(ws.Survey(pd.DataFrame({"a": column})), "a")


def test_a_column_of_nothing_has_no_categories():
    for frame in (pd.DataFrame({"a": [None] * 3}), pl.DataFrame({"a": [None] * 3})):
        assert ws.Survey(frame).describe_question("a").categories == ()


@pytest.mark.parametrize("column", [[[], []], [None, None]])
def test_a_multiple_response_that_nobody_answered(column):
    with pytest.raises(DataError, match="no answers that count in the base"):
        shares(pd.DataFrame({"a": column}), codebook=[ws.Question("a", kind="multiple")])


def test_a_multiple_response_needs_lists_or_columns():
    with pytest.raises(DataError, match=r"not lists of codes\. Name its set of 0/1 columns"):
        shares(pd.DataFrame({"a": [1, 2]}), codebook=[ws.Question("a", kind="multiple")])


def test_a_column_of_names_is_never_listed():
    names = pd.DataFrame({"a": [f"person {i}" for i in range(501)]})
    with pytest.raises(
        DataError, match="501 different values among 501 answers; it looks like"
    ) as caught:
        shares(names)
    assert "person" not in str(caught.value)


def test_a_mean_of_text_dates_or_infinity_is_refused():
    dates = pd.to_datetime(["2024-01-01", "2024-01-02"])
    for column in (["x", "y"], dates):
        with pytest.raises(DataError, match="where numbers are needed"):
            ws.estimate_means(ws.Survey(pd.DataFrame({"a": column})), "a")
    with pytest.raises(DataError, match="question 'a' has 1 infinite values"):
        ws.estimate_means(ws.Survey(pd.DataFrame({"a": [1.0, np.inf]})), "a")


def test_decimals_and_truths_are_numbers():
    for column in ([Decimal("1.5"), Decimal("2.5")], [True, False]):
        mean = ws.estimate_means(ws.Survey(pd.DataFrame({"a": column})), "a").to_frame()
        assert mean["estimate"][0] == float(sum(column)) / 2


# ---------------------------------------------------------------- frames and files


@pytest.mark.parametrize("source", [None, {"a": [1]}, np.zeros((2, 2)), pd.Series([1])])
def test_something_that_is_no_frame(source):
    with pytest.raises(DataError, match="a survey needs a data frame or a path"):
        ws.Survey(source)


@pytest.mark.parametrize("names", [[0, 1], [("a", "b"), ("a", "c")]])
def test_columns_are_named_by_text(names):
    with pytest.raises(DataError, match="2 of 2 columns have a name that is not text"):
        ws.Survey(pd.DataFrame([[1, 2]], columns=pd.Index(names, tupleize_cols=False)))


def test_a_column_name_that_stands_twice():
    with pytest.raises(DataError, match="'a' as the name of several columns"):
        ws.Survey(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_a_file_of_another_kind(tmp_path):
    with pytest.raises(OptionError, match=r"files end in \.csv or \.parquet, not '\.xlsx'"):
        ws.Survey(tmp_path / "a.xlsx")


def test_a_file_that_does_not_exist(tmp_path):
    with pytest.raises(DataError, match=r"there is no file 'a\.csv'"):
        ws.Survey(str(tmp_path / "a.csv"))


def test_a_parquet_file_that_is_cut_off(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": range(1000)}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DataError, match=r"'a\.parquet' is not a readable parquet file"):
        ws.Survey(path)


@pytest.mark.parametrize("text", ["", "a,b\n"])
def test_a_csv_file_without_rows(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=r"'a\.csv'"):
        ws.Survey(path)


def test_a_frame_comes_back_as_it_was_given():
    for frame in (pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1, 2]}), pa.table({"a": [1, 2]})):
        assert ws.Survey(frame, lonely_psu="certainty").to_frame() is frame


# ---------------------------------------------------------------- lazy frames


def lazy(**columns) -> pl.LazyFrame:
    return pl.DataFrame(columns, strict=False).lazy()


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([1.0, None, 2.0], "1 of 3 weights in column 'w' are missing"),
        ([1.0, float("nan"), 2.0], "1 of 3 weights in column 'w' are missing"),
        ([1.0, float("inf"), 2.0], "1 of 3 weights in column 'w' are infinite"),
        ([1.0, -3.0, 2.0], "1 of 3 weights in column 'w' are negative"),
        ([0.0, 0.0, 0.0], "all weights in column 'w' are zero"),
    ],
)
def test_wrong_weights_of_a_lazy_frame_are_counted(weights, sentence):
    with pytest.raises(DesignError, match=sentence):
        _ = ws.Survey(lazy(a=[1, 1, 2], w=weights), weights="w").base


def test_text_weights_of_a_lazy_frame():
    with pytest.raises(DataError, match="where numbers are needed"):
        _ = ws.Survey(lazy(a=[1, 2], w=["1", "2"]), weights="w").base


def test_a_lazy_frame_takes_answers_for_a_domain_but_no_mask():
    survey = ws.Survey(lazy(a=["x", "y", "x"]))
    assert survey.domain(a="x").base == 2
    with pytest.raises(DataError, match="a domain of a lazy frame is named by answers"):
        survey.domain([True, False, True])
    with pytest.raises(DataError, match="Collect it first"):
        _ = survey.weights


def test_a_lazy_frame_that_is_empty():
    with pytest.raises(DesignError, match="there are no respondents"):
        _ = ws.Survey(pl.DataFrame({"a": []}, schema={"a": pl.Int64}).lazy()).base


def test_a_missing_answer_in_the_dictionary_of_a_column_is_no_category():
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 0, None]), ["a", None, "b"])
    found = ws.estimate_proportions(ws.Survey(pa.table({"x": column})), "x").to_frame()
    assert found["category"].tolist() == ["a", "b"]
    assert found["estimate"].tolist() == pytest.approx([2 / 3, 1 / 3])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_the_entries_of_a_column_are_given_as_they_are(make):
    rows = open_frame(make({"x": ["a", None, "b"]})).rows(("x",), None)
    assert [entry if isinstance(entry, str) else None for entry in rows.entries("x")] == [
        "a",
        None,
        "b",
    ]


@pytest.mark.parametrize(
    ("values", "categories"),
    [
        (pd.PeriodIndex(["2026-01", "2026-02", None], freq="M"), ["2026-01", "2026-02"]),
        (pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2), None]), ["(0.0, 1.0]", "(1.0, 2.0]"]),
        (np.array([1, 2, np.nan], dtype="float16"), ["1", "2"]),
    ],
)
def test_unusual_types_are_read_as_what_they_say(values, categories):
    found = ws.estimate_proportions(ws.Survey(pd.DataFrame({"x": values})), "x").to_frame()
    assert found["category"].tolist() == categories
    assert found["base"].tolist() == [2, 2]


@pytest.mark.parametrize("values", [[10**30, 1], ["\ud800", "a"]])
def test_what_no_engine_can_hold_is_refused_in_a_sentence(values):
    survey = ws.Survey(pd.DataFrame({"x": pd.Series(values, dtype=object)}))
    with pytest.raises(DataError, match="more than 64 bits, or text that is not Unicode"):
        ws.estimate_proportions(survey, "x")


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table])
def test_every_row_of_any_engine_is_one_of_an_arrow_table(engine):
    table = open_frame(engine({"a": [1.5, float("nan"), -0.0], "b": ["x", None, "y"]})).arrow()
    assert table.to_pydict() == {"a": [1.5, None, 0.0], "b": ["x", None, "y"]}


def test_many_different_days_are_no_list_of_answers():
    days = pd.date_range("2024-01-01", periods=21)
    with pytest.raises(DataError, match=r"'day' has 21 different dates or times, which are no"):
        ws.estimate_proportions(ws.Survey(pd.DataFrame({"day": days})), "day")


@pytest.mark.parametrize("kind", ["int8", "uint8", "int64", "uint64", "float32", "float64"])
@pytest.mark.parametrize("values", [[100, 3, 3, 127], [0, 1, 1, 0], [5, 90, 100, 101]])
def test_whole_numbers_of_any_width_are_told_apart(kind, values):
    column = open_frame(pd.DataFrame({"x": np.array(values, dtype=kind)})).rows(("x",), None)
    codes, found = factorize(column.column("x"), "x")
    assert found == sorted(set(values))
    assert [found[code] for code in codes] == values


def test_whole_numbers_far_below_zero_and_missing_ones_are_told_apart():
    frame = pd.DataFrame({"x": np.array([-128, 127, -1], dtype="int8"), "y": [1.0, np.nan, -9.0]})
    rows = open_frame(frame).rows(("x", "y"), None)
    codes, found = factorize(rows.column("x"), "x")
    assert (codes.tolist(), found) == ([0, 2, 1], [-128, -1, 127])
    codes, found = factorize(rows.column("y"), "y")
    assert (codes.tolist(), found) == ([1, -1, 0], [-9.0, 1.0])
