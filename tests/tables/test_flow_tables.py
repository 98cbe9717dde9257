"""Gross flows between waves: transitions, net changes, and what a small base shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import CodebookError
from welfarestats.tables.style_presets import PRESETS

CODES = [1] * 40 + [2] * 35 + [3] * 25
WORK = ws.Question(
    "work",
    "Would like to work",
    categories=[
        ws.Category(1, "Now"),
        ws.Category(2, "Some day"),
        ws.Category(3, "No"),
        ws.Category(9, "Refused", missing="refused"),
    ],
    nets=[ws.Net("At all", (1, 2))],
)


def stacked(size: int = 100, **options) -> ws.Survey:
    random = np.random.default_rng(5)
    first = pd.DataFrame({"id": range(size), "work": CODES[:size], "w": 1.0})
    moved = np.where(random.random(size) < 0.3, random.integers(1, 4, size), first["work"])
    second = first.assign(work=moved, w=random.uniform(0.5, 2, size))
    waves = {
        name: ws.Survey(frame, codebook=[WORK], **options)
        for name, frame in (("one", first), ("two", second))
    }
    return ws.stack_waves(waves, person="id")


def test_flows_are_the_cross_tab_of_the_same_people():
    survey = stacked()
    frame = ws.gross_flows(survey, "work").to_frame()
    rows = survey.to_frame()
    both = rows[rows["wave"] == "one"].merge(rows[rows["wave"] == "two"], on="id")
    counts = pd.crosstab(both["work_x"], both["work_y"]).to_numpy().ravel()
    assert frame["count"].tolist() == counts.tolist()
    assert frame["share"].tolist() == pytest.approx((counts / 100).tolist())
    assert frame.groupby("category_a", sort=False)["transition"].sum().to_numpy() == pytest.approx(
        1
    )
    assert frame["row_base"].tolist() == [40] * 3 + [35] * 3 + [25] * 3
    assert (frame["base"] == 100).all()


def test_net_changes_are_those_of_the_stacked_waves():
    survey = stacked()
    changes = ws.gross_flows(survey, "work").changes().set_index("category")
    pairs = ws.compare(survey, "work", by="wave", test="design-wald").set_index("category")
    for category in ("Now", "Some day", "No", "At all"):
        ours, theirs = changes.loc[category], pairs.loc[category]
        assert ours["change"] == pytest.approx(-theirs["difference"])
        assert ours["standard_error"] == pytest.approx(theirs["standard_error"])
        assert ours["change"] == pytest.approx((ours["gained"] - ours["lost"]) / 100)


def test_mcnemars_tests_are_of_those_who_moved():
    from welfarestats.formulas.exact_tests import paired_test

    row = ws.gross_flows(stacked(), "work").changes().iloc[0]
    exact = paired_test(row["lost"], row["gained"])
    assert row["exact_p_value"] == pytest.approx(float(exact.p_value))
    assert row["mid_p_p_value"] < row["exact_p_value"]


def test_weighted_flows_have_no_exact_test():
    flows = ws.gross_flows(stacked(weights="w"), "work", weights="two")
    assert flows.changes()["exact_p_value"].isna().all()
    assert flows.changes()["p_value"].notna().all()
    assert "with the weights of two" in flows.to_html()


def test_small_bases_show_counts_and_no_percentages():
    flows = ws.gross_flows(stacked(20), "work")
    frame = flows.to_frame()
    assert (frame.loc[frame["row_base"] > 0, "display"] == "[u]").all()
    html = flows.to_html()
    assert "People: Would like to work, one to two" in html
    assert "low reliability, not shown: unweighted base under 30" in html.split("Net change")[-1]
    changes = flows.changes()
    assert set(changes["state"]) == {"unreliable"}
    assert changes["change"].notna().all()
    shown = ws.gross_flows(stacked(20), "work", style="none").to_frame()
    assert (shown.loc[shown["row_base"] > 0, "display"] != "[u]").all()


def test_a_net_change_on_a_small_base_is_flagged_as_percentages_on_it_are():
    flows = ws.gross_flows(stacked(40), "work")
    changes = flows.changes()
    assert changes["state"].unique().tolist() == ["flagged"]
    assert changes["reason"].iloc[0] == "unweighted base of 40 is under 50"
    assert all(text.startswith("[") and text.endswith("]") for text in changes["display"])
    below = flows.to_html().split("Net change")[-1]
    assert "<strong>[ ]</strong>: unweighted base under 50: read with caution" in below


@pytest.mark.parametrize("style", sorted(PRESETS))
def test_flows_are_shown_in_every_style(style):
    flows = ws.gross_flows(stacked(60), "work", style=style)
    assert "Net change" in flows.to_html()
    assert (flows.changes()["display"] != "").all()


def test_invented_records_have_no_standard_errors():
    flows = ws.gross_flows(stacked(origin="synthetic"), "work")
    assert flows.to_frame()["standard_error"].isna().all()
    assert flows.changes()[["standard_error", "exact_p_value"]].isna().all().all()
    assert "synthetic" in flows.to_html().lower()


def test_a_question_of_one_wave_has_no_flows():
    frame = pd.DataFrame({"id": [1, 2], "work": [1, 2]})
    waves = {"a": ws.Survey(frame, codebook=[WORK]), "b": ws.Survey(frame[["id"]])}
    with pytest.raises(CodebookError, match="question 'work' was not asked in 'b'"):
        ws.gross_flows(ws.stack_waves(waves, person="id"), "work")


def test_several_answers_and_scales_have_no_flows():
    helped = ws.Question(
        "help", kind="multiple", columns=("a", "b"),
        categories=[ws.Category(1, "A"), ws.Category(2, "B")],
    )  # fmt: skip
    score = ws.Question("score", kind="scale")
    frame = pd.DataFrame({"id": [1, 2], "a": [1, 0], "b": [0, 1], "score": [3, 4]})
    waves = {name: ws.Survey(frame, codebook=[helped, score]) for name in ("x", "y")}
    survey = ws.stack_waves(waves, person="id")
    with pytest.raises(CodebookError, match="question 'help' has several answers"):
        ws.gross_flows(survey, "help")
    with pytest.raises(CodebookError, match=r"question 'score' is a scale.*score_changes"):
        ws.gross_flows(survey, "score")


def test_a_small_change_says_how_large_it_has_to_be():
    flows = ws.gross_flows(stacked(60), "work")
    changes = flows.changes()
    t = stats.t(59)
    least = t.ppf(0.975) * changes["standard_error"]
    np.testing.assert_allclose(changes["least_significant_difference"], least)
    found = (t.ppf(0.975) + t.ppf(0.8)) * changes["standard_error"]
    np.testing.assert_allclose(changes["minimum_detectable_difference"], found)
    assert "between the waves has to be" in repr(flows).replace("\n", " ")
    assert set(changes["method"]) == {"paired t"}
    large = ws.gross_flows(stacked(100), "work")
    assert "has to be" not in repr(large).replace("\n", " ")


def test_nothing_of_an_attempted_census_is_called_significant():
    survey = stacked(60, sample="attempted_census")
    flows = ws.gross_flows(survey, "work")
    assert "significan" not in flows.to_html().lower()
    assert flows.changes()["method"].str.endswith("(indicative only: not a random sample)").all()
    scores = ws.score_changes(survey_of_scores("volunteer"), "score")
    assert scores["method"].str.endswith("(indicative only: not a random sample)").all()


def survey_of_scores(sample: str) -> ws.Survey:
    question = ws.Question("score", kind="scale")
    frames = [pd.DataFrame({"id": range(9), "score": np.arange(9) * k % 7}) for k in (1, 3)]
    waves = {
        f"wave {k}": ws.Survey(frame, sample=sample, codebook=question)
        for k, frame in enumerate(frames)
    }
    return ws.stack_waves(waves, person="id")
