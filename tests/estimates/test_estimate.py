"""The frozen result: rows, covariance, domains, and what stays blank."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DataWarning, PrecisionWarning

COLUMNS = [
    "estimate",
    "standard_error",
    "ci_low",
    "ci_high",
    "interval_method",
    "degrees_of_freedom",
    "design_effect",
    "base",
    "weighted_base",
    "effective_base",
    "effective_sample_size",
]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "work": list("yynynnyn"),
            "region": list("NNNNSSSS"),
            "sex": list("FMFMFMFM"),
            "age": [20.0, 30, 40, 50, 20, 30, 40, 60],
            "u": [1, 1, 2, 2, 3, 3, 4, 4],
        }
    )


def test_the_columns_are_those_of_the_contract(frame):
    survey = ws.Survey(frame)
    shares = list(ws.estimate_proportions(survey, "work", by="region").to_frame())
    assert shares[:-1] == ["variable", "category", "region", *COLUMNS]
    for result in (ws.estimate_means(survey, "age"), ws.estimate_totals(survey, "age")):
        assert list(result.to_frame()) == ["variable", "category", *COLUMNS]
        assert result.to_frame()["category"].isna().all()


def test_a_frame_has_a_plain_index_and_plain_strings(frame):
    frame["region"] = [1.0, 1, 1, 1, 2, 2, 2, 2]
    found = ws.estimate_proportions(ws.Survey(frame), "work", by="region").to_frame()
    assert isinstance(found.index, pd.RangeIndex)
    assert found["region"].tolist() == ["1", "2", "1", "2"]
    assert found["work" if "work" in found else "category"].tolist() == ["n", "n", "y", "y"]


def test_a_result_cannot_be_changed(frame):
    result = ws.estimate_proportions(ws.Survey(frame), "work")
    rows, covariance = result.to_frame(), result.covariance()
    rows.loc[0, "estimate"] = covariance.loc[0, 0] = 99
    assert result.to_frame()["estimate"][0] == 0.5
    assert result.covariance().iloc[0, 0] < 1
    with pytest.raises(FrozenInstanceError):
        result.frame = None


def test_several_questions_are_crossed(frame):
    found = ws.estimate_means(ws.Survey(frame), "age", by=["region", "sex"]).to_frame()
    assert found[["region", "sex"]].to_numpy().tolist() == [
        ["N", "F"],
        ["N", "M"],
        ["S", "F"],
        ["S", "M"],
    ]
    assert found["estimate"].tolist() == [30, 40, 30, 45]


def test_an_empty_domain_is_missing_and_told(frame):
    region = ws.Question("region", categories=[ws.Category(c) for c in "NSE"])
    survey = ws.Survey(frame, codebook=[region, ws.Question("work")])
    with pytest.warns(DataWarning, match="1 of 3 domains have no respondents: 'E'"):
        result = ws.estimate_proportions(survey, "work", by="region")
    empty = result.to_frame().query("region == 'E'")
    assert empty["base"].tolist() == [0, 0]
    assert empty[["estimate", "standard_error", "ci_low", "ci_high"]].isna().all(axis=None)
    assert result.covariance().iloc[2].isna().all()


def test_a_domain_in_one_psu_has_no_limits_and_is_told(frame):
    survey = ws.Survey(frame, psu="u").domain(frame["u"] == 1)
    with pytest.warns(PrecisionWarning, match="1 of 1 domains live in one PSU a stratum: 'every"):
        found = ws.estimate_means(survey, "age").to_frame()
    assert found["degrees_of_freedom"][0] == 0
    assert found[["ci_low", "ci_high"]].isna().all(axis=None)
    assert found["interval_method"][0] == "none (no degrees of freedom)"


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("age", "question 'age' is a scale, which has no categories to divide by"),
        (["sex", "sex"], "question 'sex' stands twice in by"),
        ("estimate", "has the name of a column of the result"),
        (["sex", "many"], "'many' is a multiple response"),
        ("sx", r"no question named 'sx' in the codebook\. Did you mean 'sex'\?"),
    ],
)
def test_what_cannot_divide_respondents(frame, by, sentence):
    many = ws.Question(
        "many",
        kind="multiple",
        columns=["a", "b"],
        categories=[ws.Category(1), ws.Category(2)],
    )
    names = [ws.Question(name) for name in ("work", "sex", "estimate")]
    survey = ws.Survey(
        frame.assign(estimate=1, a=1, b=0),
        codebook=[ws.Question("age", kind="scale"), many, *names],
    )
    with pytest.raises(CodebookError, match=sentence):
        ws.estimate_proportions(survey, "work", by=by)


@pytest.mark.parametrize("estimate", [ws.estimate_proportions, ws.estimate_means])
def test_a_question_that_nobody_answered_cannot_divide_respondents(frame, estimate):
    survey = ws.Survey(frame.assign(blank=np.nan, score=np.arange(len(frame))))
    with pytest.raises(DataError, match="nobody has an answer to 'blank' and it has no categories"):
        estimate(survey, "score", by=["sex", "blank"])


def test_synthetic_records_have_no_uncertainty_unless_asked_for(frame):
    survey = ws.Survey(frame, origin="synthetic")
    for verb, name in (
        (ws.estimate_proportions, "work"),
        (ws.estimate_means, "age"),
        (ws.estimate_totals, "work"),
        (ws.estimate_totals, "age"),
    ):
        result = verb(survey, name)
        blank = ["standard_error", "ci_low", "ci_high", "design_effect", "effective_sample_size"]
        assert result.to_frame()[blank].isna().all(axis=None)
        assert result.to_frame()["interval_method"].eq("none (synthetic records)").all()
        assert result.covariance().isna().all(axis=None)
        assert result.origin == "synthetic"
        assert "SYNTHETIC" in repr(result)
        assert verb(survey, name, synthetic_inference=True).to_frame()["ci_low"].notna().all()


def test_a_notebook_shows_a_table_with_headers(frame):
    html = ws.estimate_proportions(ws.Survey(frame), "work")._repr_html_()
    assert "<caption" in html
    assert 'scope="col"' in html


def test_the_covariance_has_one_row_a_number(frame):
    result = ws.estimate_proportions(ws.Survey(frame, psu="u"), "work", by="region")
    assert len(result) == 4
    assert result.covariance().shape == (4, 4)
    errors = np.sqrt(np.diag(result.covariance()))
    np.testing.assert_allclose(errors, result.to_frame()["standard_error"])
