"""Profiles of frame, issued and achieved sample side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, OptionError

SEX = ws.Question(
    "sex",
    "Sex",
    categories=[
        ws.Category(1, "Men"),
        ws.Category(2, "Women"),
        ws.Category(9, "Refused", missing="refused"),
    ],
    nets=[ws.Net("All", (1, 2))],
)
PEOPLE = pd.DataFrame(
    {"sex": [1, 2, 2, 2, 9], "w": [2.0, 1.0, 1.0, 0.5, 1.0], "age": [20, 30, 40, 50, 60]}
)
SURVEY = ws.Survey(PEOPLE, weights="w", codebook=[SEX])
FIGURES = {"sex": {"Men": 0.48, "Women": 0.52}}


def shares(table, source: str, weighting: str) -> dict[str, float]:
    frame = table.to_frame()
    own = frame[(frame["source"] == source) & (frame["weighting"] == weighting)]
    return dict(zip(own["category"], own["share"], strict=True))


def test_frame_issued_achieved_unweighted_and_weighted_by_hand():
    issued = pd.DataFrame({"sex": ["Men", "Women", "Women", None]})
    table = ws.profile_table({"frame": FIGURES, "issued": issued, "achieved": SURVEY}, "sex")
    assert shares(table, "frame", "") == FIGURES["sex"]
    assert shares(table, "issued", "unweighted") == {"Men": 1 / 3, "Women": 2 / 3}
    assert shares(table, "achieved", "unweighted") == {"Men": 0.25, "Women": 0.75}
    assert shares(table, "achieved", "weighted") == {"Men": 2 / 4.5, "Women": 2.5 / 4.5}
    frame = table.to_frame()
    assert list(frame) == [
        "variable",
        "category",
        "source",
        "weighting",
        "count",
        "share",
        "base",
        "difference",
        "message",
    ]
    weighted = frame[frame["weighting"] == "weighted"].iloc[0]
    assert (weighted["count"], weighted["base"]) == (1, 4)
    assert weighted["difference"] == pytest.approx(2 / 4.5 - 0.48)
    assert frame[frame["source"] == "frame"]["difference"].isna().all()


def test_figures_are_shares_counts_or_percentages_by_label_or_code():
    for figures in ({"Men": 0.25, "Women": 0.75}, {1: 300, 2: 900}, {"1": 25.0, "Women": 75.0}):
        table = ws.profile_table({"frame": {"sex": figures}, "achieved": SURVEY}, ["sex"])
        assert shares(table, "frame", "") == {"Men": 0.25, "Women": 0.75}


def test_a_category_that_a_source_lacks_is_said():
    figures = {"sex": {"Men": 480, "Other": 20}}
    table = ws.profile_table({"achieved": SURVEY, "frame": figures}, "sex", reference="frame")
    frame = table.to_frame()
    said = frame[frame["message"] != ""]
    assert set(said["message"]) == {
        "'Women' of 'Sex': no figure in 'frame'",
        "'Other' of 'Sex': nobody in 'achieved'",
    }
    assert shares(table, "achieved", "weighted")["Other"] == 0
    assert np.isnan(shares(table, "frame", "")["Women"])
    assert "[x] = this source has no such category" in repr(table)
    assert "'Women' of 'Sex': no figure in 'frame'." in repr(table)


def test_reasons_for_no_answer_and_weight_zero_are_in_no_profile():
    zero = ws.Survey(PEOPLE.assign(w=[0.0, 1, 1, 1, 1]), weights="w", codebook=[SEX])
    table = ws.profile_table({"frame": FIGURES, "achieved": zero}, "sex")
    assert shares(table, "achieved", "unweighted") == {"Men": 0, "Women": 1}
    assert "Refused" not in set(table.to_frame()["category"])


def test_several_questions_and_a_domain():
    survey = ws.Survey(
        pd.DataFrame({"sex": [1, 2, 2], "age": ["16-34", "35+", "35+"]}), codebook=[SEX]
    )
    table = ws.profile_table({"all": survey, "women": survey.domain(sex="Women")}, ["sex", "age"])
    assert table.to_frame()["variable"].unique().tolist() == ["sex", "age"]
    women = table.to_frame().query("source == 'women' and category == '35+'")
    assert women["share"].tolist() == [1.0]
    assert women["difference"].tolist() == [pytest.approx(1 / 3)]


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_shares_add_up_to_one_and_order_and_engine_do_not_matter(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 30))
    frame = pd.DataFrame(
        {"sex": random.choice([1, 2, 9, np.nan], size), "w": random.random(size) + 0.1}
    )
    frame.loc[:1, "sex"] = [1, 2]
    tables = []
    for people in (frame, frame.sample(frac=1, random_state=0), pl.from_pandas(frame).lazy()):
        survey = ws.Survey(people, weights="w", codebook=[SEX])
        tables.append(ws.profile_table({"frame": FIGURES, "achieved": survey}, "sex").to_frame())
        pd.testing.assert_frame_equal(tables[0], tables[-1])
    sums = tables[0].groupby(["source", "weighting"])["share"].sum()
    assert np.allclose(sums, 1)
    estimates = ws.estimate_proportions(ws.Survey(frame, weights="w", codebook=[SEX]), "sex")
    weighted = tables[0].query("weighting == 'weighted'")["share"]
    np.testing.assert_allclose(weighted, estimates.to_frame()["estimate"][:2])


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"Men": 0.48, "Women": 0.5}, "add up to 0.98, 0.02 less than 1"),
        ({"Men": 0.9, "Women": 0.5}, "add up to 1.4, 0.4 more than 1"),
        ({"Men": "x"}, "is 'x'; it is a share or a count"),
        ({"Men": -1}, "it is a share or a count, 0 or more"),
        ({"Men": float("nan")}, "it is a share or a count, 0 or more"),
        ({"Men": 0}, "add up to 0"),
    ],
)
def test_figures_that_cannot_be_a_profile_are_refused(figures, sentence):
    with pytest.raises(DataError, match=sentence):
        ws.profile_table({"frame": {"sex": figures}, "achieved": SURVEY}, "sex")


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(OptionError, match="between two sources at least"):
        ws.profile_table({"achieved": SURVEY}, "sex")
    with pytest.raises(OptionError, match="between two sources at least"):
        ws.profile_table([SURVEY, SURVEY], "sex")
    both = {"frame": FIGURES, "achieved": SURVEY}
    with pytest.raises(OptionError, match="reference cannot be 'fram'"):
        ws.profile_table(both, "sex", reference="fram")
    with pytest.raises(CodebookError, match="no figures for 'age'"):
        ws.profile_table(both, "age")
    with pytest.raises(OptionError, match="'All' is a net of 'sex'"):
        ws.profile_table({"frame": {"sex": {"All": 1.0}}, "achieved": SURVEY}, "sex")
    with pytest.raises(OptionError, match="are a mapping from answers"):
        ws.profile_table({"frame": {"sex": 0.5}, "achieved": SURVEY}, "sex")
    scale = ws.Survey(PEOPLE, codebook=[ws.Question("age", kind="scale")])
    with pytest.raises(CodebookError, match="'age' is a scale and has no categories"):
        ws.profile_table({"a": scale, "b": scale}, "age")
    nobody = pd.DataFrame({"sex": [None, 9]})
    with pytest.raises(DataError, match="nobody in 'issued' has an answer to 'sex'"):
        ws.profile_table({"achieved": SURVEY, "issued": nobody}, "sex")


def test_it_shows_itself_safely_and_says_what_is_invented():
    survey = ws.Survey(pd.DataFrame({"s": ["<b>", "x"]}), origin="synthetic")
    html = ws.profile_table({"<i>": survey, "other": survey}, "s")._repr_html_()
    assert "<i>" not in html
    assert "&lt;i&gt;" in html
    assert "&lt;b&gt;" in html
    assert "Synthetic data" in html
