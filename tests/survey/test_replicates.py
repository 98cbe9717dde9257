"""Columns of replicate weights: which are meant, how they are added up, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DesignError, OptionError
from welfarestats.survey.replicates import replicate_scale
from welfarestats.survey.reweighting import weight_columns, with_weights

W = np.array([100.0, 200.0, 300.0, 400.0])
LEFT_OUT = W[:, None] * (1 - np.eye(4)) * 4 / 3
FRAME = pd.DataFrame({"age": [20.0, 30.0, 40.0, 70.0], "sex": list("FMFM"), "w": W}).join(
    pd.DataFrame(LEFT_OUT, columns=[f"rep_{n}" for n in range(1, 5)])
)


def survey(frame=FRAME, columns="rep_*", method="jk1", weights="w", **options) -> ws.Survey:
    return ws.Survey(frame, weights=weights, replicates=ws.Replicates(columns, method, **options))


def read(one: ws.Survey):
    found = one.view(()).design.replicates
    assert found is not None
    return found


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "columns",
    [
        "rep_*",
        "rep_[1-4]",
        ["rep_1", "rep_2", "rep_3", "rep_4"],
        ("rep_1", "rep_2", "rep_3", "rep_4"),
        FRAME.columns[3:],
    ],
)
def test_columns_are_named_by_a_list_or_a_pattern(columns):
    found = read(survey(columns=columns))
    np.testing.assert_array_equal(found.weights, LEFT_OUT)
    assert found.scale == 0.75
    assert found.rscales.tolist() == [1, 1, 1, 1]
    assert found.centre == "estimate"


def test_a_range_with_a_leading_zero_has_as_many_digits():
    frame = FRAME.rename(columns={f"rep_{n}": f"rep0{n}w" for n in range(1, 5)})
    assert read(survey(frame, "rep[01-04]w")).weights.shape == (4, 4)


def test_the_error_of_a_mean_is_by_hand():
    # 48 from the weights; without the first to the fourth person 460/9, 420/8, 360/7 and 200/6.
    result = ws.estimate_means(survey(), "age").to_frame().iloc[0]
    squares = sum((mean - 48) ** 2 for mean in (460 / 9, 420 / 8, 360 / 7, 200 / 6))
    assert result["estimate"] == pytest.approx(48)
    assert result["standard_error"] ** 2 == pytest.approx(0.75 * squares)
    assert result["degrees_of_freedom"] == 3


@pytest.mark.parametrize(
    ("method", "fay", "scale"),
    [
        ("jk1", None, 3 / 4),
        ("jkn", None, 1),
        ("brr", None, 1 / 4),
        ("fay", 0.3, 1 / (4 * 0.49)),
        ("bootstrap", None, 1 / 3),
        ("sdr", None, 1),
    ],
)
def test_a_method_has_the_scale_of_r_unless_another_is_stated(method, fay, scale):
    assert replicate_scale(method, 4, fay) == pytest.approx(scale)
    shares = {"rscales": 0.75} if method == "jkn" else {}
    assert read(survey(method=method, fay=fay, **shares)).scale == pytest.approx(scale)
    assert read(survey(method=method, fay=fay, scale=0.2, **shares)).scale == 0.2


def test_shares_and_degrees_of_freedom_can_be_stated():
    found = read(survey(method="jkn", rscales=[0.5, 0.5, 0.75, 0.75], degrees_of_freedom=2))
    assert found.rscales.tolist() == [0.5, 0.5, 0.75, 0.75]
    assert found.degrees_of_freedom == 2
    assert survey(degrees_of_freedom=2).degrees_of_freedom == 2


def test_degrees_of_freedom_are_the_rank_less_one_in_domains_too():
    assert survey().degrees_of_freedom == 3
    assert survey().domain(sex="F").degrees_of_freedom == 1
    twice = FRAME.assign(rep_4=FRAME["rep_3"])
    assert survey(twice).degrees_of_freedom == 2


def test_the_notes_name_method_and_centre():
    assert "4 replicate weights (jackknife, about the estimate)" in repr(survey())
    fays = survey(method="fay", fay=0.5, centre="mean")
    assert "(balanced half-samples, Fay ρ = 0.5, about the mean of the replicates)" in repr(fays)


def test_every_table_says_where_its_standard_errors_come_from():
    note = "Standard errors come from 4 replicate weights (jackknife, about the estimate)."
    assert note in ws.crosstab(survey(), "sex").to_markdown()
    assert (
        "replicate weights" not in ws.crosstab(ws.Survey(FRAME, weights="w"), "sex").to_markdown()
    )


def test_the_order_of_respondents_does_not_matter():
    turned = FRAME.iloc[[2, 0, 3, 1]].reset_index(drop=True)
    for verb in (ws.estimate_means, ws.estimate_proportions):
        name = "age" if verb is ws.estimate_means else "sex"
        one, other = (verb(survey(frame), name).to_frame() for frame in (FRAME, turned))
        pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_a_constant_times_all_weights_changes_no_share():
    columns = ["w", *(f"rep_{n}" for n in range(1, 5))]
    heavy = FRAME.assign(**{name: FRAME[name] * 1e4 for name in columns})
    for question in ("sex", "age"):
        one, other = (
            ws.crosstab(survey(frame), question, style="none").to_frame()["standard_error"]
            for frame in (FRAME, heavy)
        )
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_every_engine_in_memory_gives_the_same():
    import pyarrow as pa

    expected = ws.estimate_means(survey(), "age").to_frame()
    for frame in (pl.from_pandas(FRAME), pa.Table.from_pandas(FRAME)):
        pd.testing.assert_frame_equal(ws.estimate_means(survey(frame), "age").to_frame(), expected)


def test_replicates_are_no_weights_of_their_own_and_go_with_theirs():
    frame = FRAME.assign(wt2=1.0).rename(columns={f"rep_{n}": f"wt_r{n}" for n in range(1, 5)})
    one = survey(frame, "wt_r[1-4]")
    assert weight_columns(one) == ("wt2",)
    other = with_weights(one, "wt2")
    assert other.view(()).design.replicates is None
    assert "replicate weights are those of another" in ws.crosstab(other, "sex").to_markdown()


def test_a_description_names_their_role():
    columns = survey().describe().to_frame()
    of_replicates = columns[columns["role"] == "replicate weights"]
    assert of_replicates["column"].tolist() == ["rep_1", "rep_2", "rep_3", "rep_4"]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ("weight_*", r"no column fits the replicate columns 'weight_\*'; the data have 7 columns"),
        ("repp_*", r"no column fits .* Did you mean 'rep_1'"),
        ("rep_[1-5]", r"no column 'rep_5' for the replicate weights.*Did you mean"),
        ("rep_[4-1]", r"counts down or stands still"),
        ("rep_1", r"'rep_1' is one column, and a variance needs at least two"),
        (["rep_1", "rep_2", "rep_1"], r"replicate columns 'rep_1' are named twice"),
        (["rep_1", "w"], r"include 'w', which holds the weights themselves"),
        ([], r"columns= is a list of names or a pattern"),
        (5, r"columns= is a list of names or a pattern .* not 'int'"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(columns, sentence):
    with pytest.raises(OptionError, match=sentence):
        survey(columns=columns)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "jackknife"}, r"method cannot be 'jackknife'; it is one of 'jk1', 'jkn'"),
        ({"centre": "means"}, r"centre cannot be 'means'.*Did you mean 'mean'"),
        ({"method": "jkn"}, r'method="jkn" needs rscales: for each column \(n − 1\)/n'),
        ({"method": "fay"}, r'method="fay" needs fay='),
        ({"method": "fay", "fay": 1.0}, r"fay is at least 0 and less than 1, not 1.0"),
        ({"method": "brr", "fay": 0.5}, r"fay= belongs to method=\"fay\", not to 'brr'"),
        ({"scale": 0.0}, r"scale is a number above 0, not 0.0"),
        ({"degrees_of_freedom": "3"}, r"degrees_of_freedom is a number above 0, not '3'"),
        ({"scale": "a"}, r"scale is a number above 0, not 'a'"),
        ({"method": "fay", "fay": "a"}, r"fay is at least 0 and less than 1, not 'a'"),
        ({"rscales": "a"}, r"rscales is one number, or a list of one for each .*, not 'a'"),
        ({"rscales": [1, None]}, r"rscales is one number, or a list of one for each .*None"),
        ({"degrees_of_freedom": -1}, r"degrees_of_freedom is a number above 0, not -1"),
        ({"rscales": [1, 1]}, r"rscales has 2 numbers for 4 replicate columns"),
        ({"rscales": [1, 1, -1, 1]}, r"rscales are numbers of at least 0"),
        ({"rscales": 0}, r"not all of them 0"),
        ({"weights": None}, r"replicate weights are replicates of a weight. Name its column"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, sentence):
    with pytest.raises(OptionError, match=sentence):
        survey(**options)


def test_missing_and_negative_entries_are_counted_and_the_first_is_named():
    gaps = FRAME.copy()
    gaps.loc[[1, 2], "rep_2"] = np.nan
    gaps.loc[3, "rep_4"] = np.inf
    with pytest.raises(
        DesignError,
        match=r"3 of 16 entries of the replicate columns are missing or infinite, in 2 of 4"
        r" columns; the first is in column 'rep_2', row 2\. Correct them",
    ):
        survey(gaps)
    below = FRAME.copy()
    below.loc[2, "rep_3"] = -1.0
    with pytest.raises(
        DesignError, match=r"1 of 16 entries .* negative, in 1 of 4 .* column 'rep_3', row 3"
    ):
        survey(below)
    # The American Community Survey has some.
    assert read(survey(below, method="sdr")).weights[2, 2] == -1


def test_multipliers_are_told_from_whole_weights():
    names = [f"rep_{n}" for n in range(1, 5)]
    multipliers = FRAME.copy()
    multipliers[names] = multipliers[names].div(FRAME["w"], axis=0)
    with pytest.raises(
        DesignError,
        match=r"look like multipliers of the weights in 'w': they are 1 on average, the weights"
        r" 250\. Multiply them by the weights first: frame\[columns\]",
    ):
        survey(multipliers)
    multipliers[names] = multipliers[names].mul(FRAME["w"], axis=0)
    assert survey(multipliers).degrees_of_freedom == 3


def test_multipliers_are_told_where_the_weights_are_one_on_average():
    frame = FRAME.assign(w=[0.4, 0.8, 1.2, 1.6])
    frame[[f"rep_{n}" for n in range(1, 5)]] = (1 - np.eye(4)) * 4 / 3
    with pytest.raises(DesignError, match="look like multipliers"):
        survey(frame)


def test_replicates_of_another_weight_are_refused():
    with pytest.raises(
        DesignError,
        match=r"add up to 1,000 on average and the weights in 'w' to 10,000, so they are no",
    ):
        survey(FRAME.assign(w=W * 10))


def test_strata_and_replicates_together_are_refused():
    with pytest.raises(DesignError, match=r"leave out 'sex', or the replicates"):
        ws.Survey(FRAME, weights="w", strata="sex", replicates=ws.Replicates("rep_*", "jk1"))


def test_lazy_frames_and_other_things_are_refused():
    with pytest.raises(DataError, match=r"lazy frame have no place. Collect it first"):
        survey(pl.from_pandas(FRAME).lazy())
    with pytest.raises(OptionError, match=r"replicates= takes Replicates\(columns, method\)"):
        ws.Survey(FRAME, weights="w", replicates="rep_*")


def test_text_is_refused():
    with pytest.raises(DataError, match="column 'sex' holds text where numbers are needed"):
        survey(columns=["rep_1", "sex"])


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("ending", ["parquet", "sav"])
def test_a_file_keeps_the_declaration(tmp_path, ending):
    one = survey(method="fay", fay=0.5, centre="mean", degrees_of_freedom=2)
    path = tmp_path / f"answers.{ending}"
    ws.write_survey(one, path)
    again = ws.read_survey(path)
    assert again._layout.replicates == one._layout.replicates
    assert repr(again) == repr(one)
    some = ws.read_survey(path, columns=["age"])
    assert some.degrees_of_freedom == 2
    np.testing.assert_array_equal(read(some).weights, LEFT_OUT)


def test_replicates_of_a_statistical_file_are_no_questions(tmp_path):
    path = tmp_path / "answers.sav"
    ws.write_survey(ws.Survey(FRAME), path)
    (tmp_path / "answers.sav.toml").unlink()
    with pytest.warns(ws.errors.DataWarning, match="not beside"):
        found = ws.read_survey(path, weights="w", replicates=ws.Replicates("rep_*", "jk1"))
    assert [question.name for question in found.codebook] == ["age", "sex"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("5", r"replicates is a table with columns and method"),
        ('{columns = "rep_*"}', r"replicates is a table with columns and method"),
        (
            '{columns = "rep_*", method = "jk1", center = "mean"}',
            r"replicates has the key 'center'; it takes .* Did you mean 'centre'",
        ),
    ],
)
def test_a_declaration_by_hand_that_is_wrong_is_refused(table, sentence):
    from welfarestats.survey.sidecars import sidecar_from_text

    with pytest.raises(OptionError, match=sentence):
        sidecar_from_text(f"[survey]\nreplicates = {table}", "a.parquet")
