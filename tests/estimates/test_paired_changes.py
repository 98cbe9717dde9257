"""Changes of the same people: paired means by hand, directions, exact tests of either."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError

SCORE = ws.Question("score", kind="scale")
FIRST = pd.DataFrame({"id": range(12), "score": [3.0, 4, 5, 6, 7, 2, 5, 5, 8, 1, 4, 6]})
SECOND = pd.DataFrame({"id": range(2, 14), "score": [6.0, 6, 9, 3, 5, 4, 9, np.nan, 5, 7, 0, 9]})


def stacked(first=FIRST, second=SECOND, **options) -> ws.Survey:
    waves = {
        name: ws.Survey(frame, codebook=[SCORE], **options)
        for name, frame in (("before", first), ("after", second))
    }
    return ws.stack_waves(waves, person="id")


def test_a_paired_mean_by_hand():
    row = ws.score_changes(stacked(), "score").iloc[0]
    d = np.array([1, 0, 2, 1, 0, -1, 1, 1, 1])
    assert row["base"] == 9
    assert row["change"] == pytest.approx(d.mean())
    # Nine of twelve respondents of the later wave are a domain of it.
    z = np.concatenate([(d - d.mean()) / 9, np.zeros(3)])
    assert row["standard_error"] == pytest.approx(np.sqrt(12 / 11 * (z**2).sum()))
    assert row[["higher", "same", "lower"]].tolist() == [6, 2, 1]
    assert row["sign_p_value"] == pytest.approx(2 * (1 + 7) / 2**7)
    assert row["mean_b"] - row["mean_a"] == pytest.approx(row["change"])


def test_a_full_panel_has_the_error_of_its_differences():
    second = FIRST.assign(score=FIRST["score"] + [0, 1, 2, 0, 1, 2, 0, 0, 1, 3, -1, 0])
    row = ws.score_changes(stacked(second=second), "score").iloc[0]
    d = second["score"] - FIRST["score"]
    assert row["standard_error"] == pytest.approx(d.std(ddof=1) / np.sqrt(12))
    stack = ws.compare(stacked(second=second), "score", by="wave").iloc[0]
    assert stack["standard_error"] == pytest.approx(row["standard_error"])


def test_weighted_shares_of_directions_add_up():
    first, second = (one.assign(w=np.linspace(1, 2, 12)) for one in (FIRST, SECOND))
    row = ws.score_changes(stacked(first, second, weights="w"), "score", weights="after").iloc[0]
    assert sum(row[f"{way}_share"] for way in ("higher", "same", "lower")) == pytest.approx(1)
    assert np.isnan(row["sign_p_value"])


def test_scored_categories_have_changes_too():
    question = ws.Question("x", categories=[ws.Category(i, f"a{i}", score=i) for i in (1, 2)])
    waves = {
        name: ws.Survey(pd.DataFrame({"id": [1, 2, 3], "x": x}), codebook=[question])
        for name, x in (("a", [1, 1, 2]), ("b", [2, 1, 2]))
    }
    row = ws.score_changes(ws.stack_waves(waves, person="id"), "x").iloc[0]
    assert row["change"] == pytest.approx(1 / 3)


def test_everybody_changing_alike_is_not_tested():
    second = FIRST.assign(score=FIRST["score"] + 1)
    row = ws.score_changes(stacked(second=second), "score").iloc[0]
    assert row["standard_error"] == pytest.approx(0, abs=1e-12)
    assert np.isnan(row["p_value"])


def test_invented_records_have_no_tests():
    survey = stacked(origin="synthetic")
    row = ws.score_changes(survey, "score").iloc[0]
    assert np.isnan(
        row[["standard_error", "ci_low", "p_value", "sign_p_value"]].astype(float)
    ).all()
    shown = ws.score_changes(survey, "score", synthetic_inference=True).iloc[0]
    assert shown["standard_error"] > 0


def test_nobody_with_both_scores_is_refused():
    with pytest.raises(DataError, match="nobody of the 10 people in both waves has a score"):
        ws.score_changes(stacked(second=SECOND.assign(score=np.nan)), "score")


def test_answers_without_scores_have_no_mean():
    question = ws.Question("x", categories=[ws.Category("a", "A")])
    waves = {n: ws.Survey(FIRST.assign(x="a"), codebook=[question]) for n in ("a", "b")}
    survey = ws.stack_waves(waves, person="id")
    with pytest.raises(CodebookError, match="categories have no scores, so it has no mean"):
        ws.score_changes(survey, "x")


def test_changes_of_volunteers_are_indicative_only():
    options = {"sample": "volunteer", "codebook": [ws.Question("x", kind="scale")]}
    frames = [
        pd.DataFrame({"id": [1, 2, 3], "x": x, "y": [0, 1, y]})
        for x, y in (([1, 2, 3], 0), ([2, 2, 5], 1))
    ]
    waves = {name: ws.Survey(one, **options) for name, one in zip("ab", frames, strict=True)}
    stacked = ws.stack_waves(waves, person="id")
    label = "paired t (indicative only: not a random sample)"
    assert ws.score_changes(stacked, "x")["method"].tolist() == [label]
    assert ws.gross_flows(stacked, "y").changes()["method"].tolist() == [label] * 2


def test_a_score_of_one_wave_has_no_change():
    frames = {"a": pd.DataFrame({"id": [1, 2], "x": [1, 2]}), "b": pd.DataFrame({"id": [1, 2]})}
    stacked = ws.stack_waves({n: ws.Survey(one) for n, one in frames.items()}, person="id")
    with pytest.raises(CodebookError, match="question 'x' was not asked in 'b', so answers to it"):
        ws.score_changes(stacked, "x")
    with pytest.raises(
        CodebookError, match="question 'y' was not asked in 'a' and 'b', so answers"
    ):
        ws.score_changes(stacked, "y")
