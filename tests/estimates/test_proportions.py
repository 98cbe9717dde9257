"""Proportions by hand, and the options of their limits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError

FRAME = pd.DataFrame({"q": list("aaabb") * 2, "w": [1.0, 1, 2, 2, 2] * 2, "u": [1, 1, 2, 2, 3] * 2})


def first(result: ws.Estimates) -> pd.Series:
    return result.to_frame().iloc[0]


def test_a_simple_random_sample():
    # p = 6/10, variance p (1 − p) / (n − 1) = 0.24/9
    found = first(ws.estimate_proportions(ws.Survey(FRAME), "q", interval="wald"))
    assert found["estimate"] == pytest.approx(0.6)
    assert found["standard_error"] == pytest.approx(math.sqrt(0.24 / 9))
    assert found["design_effect"] == pytest.approx(1)
    assert found["effective_sample_size"] == pytest.approx(9)
    assert found["ci_low"] == pytest.approx(0.6 - 2.262157 * math.sqrt(0.24 / 9), rel=1e-6)


def test_weights():
    # Σw = 16, p = 8/16. Residuals w (x − p)/Σw: ±1/32 (four times), ±2/32 (six times).
    found = first(ws.estimate_proportions(ws.Survey(FRAME, weights="w"), "q"))
    assert found["estimate"] == 0.5
    assert found["standard_error"] == pytest.approx(math.sqrt(10 / 9 * (4 + 6 * 4)) / 32)
    assert found["effective_base"] == pytest.approx(16**2 / 28)


def test_clusters():
    # PSUs 1, 2, 3 have 4, 4 and 2 people, 4, 2 and 0 of them a: residuals 1.6, −0.4, −1.2.
    found = first(ws.estimate_proportions(ws.Survey(FRAME, psu="u"), "q"))
    variance = 3 / 2 * (1.6**2 + 0.4**2 + 1.2**2) / 100
    assert found["standard_error"] == pytest.approx(math.sqrt(variance))
    assert found["degrees_of_freedom"] == 2


def test_nets_follow_the_categories_and_are_marked():
    question = ws.Question(
        "q",
        categories=[ws.Category("a"), ws.Category("b"), ws.Category("c")],
        nets=[ws.Net("b or c", ("b", "c"))],
    )
    found = ws.estimate_proportions(ws.Survey(FRAME, codebook=[question]), "q").to_frame()
    assert found["category"].tolist() == ["a", "b", "c", "b or c"]
    assert found["is_net"].tolist() == [False, False, False, True]
    assert found["estimate"].tolist() == pytest.approx([0.6, 0.4, 0, 0.4])


@pytest.mark.parametrize(
    "interval",
    ["logit", "wilson", "mid-p", "korn-graubard", "beta", "wald", "asin", "likelihood"],
)
def test_every_interval_is_named_and_finite_at_the_edges(interval):
    frame = pd.DataFrame({"q": pd.Categorical(["a"] * 12, categories=["a", "b"])})
    found = ws.estimate_proportions(ws.Survey(frame), "q", interval=interval).to_frame()
    assert found["standard_error"].tolist() == [0, 0]
    assert np.isfinite(found[["ci_low", "ci_high"]]).all(axis=None)
    assert found["ci_high"][0] == 1
    assert found["ci_low"][1] == 0
    used = found["interval_method"][0]
    assert used == interval or used.startswith("korn-graubard")


def test_a_wider_level_gives_wider_limits():
    survey = ws.Survey(FRAME, weights="w")
    narrow, wide = (
        first(ws.estimate_proportions(survey, "q", level=level)) for level in (0.8, 0.99)
    )
    assert wide["ci_low"] < narrow["ci_low"] < narrow["ci_high"] < wide["ci_high"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"interval": "logti"}, r"interval cannot be 'logti'.* Did you mean 'logit'\?"),
        ({"level": 95}, r"95 was given\. Pass 0\.95 for limits at 95 per cent"),
        ({"interval": "hypergeometric"}, "need the size of the whole list"),
        ({"population": 100}, "is for interval=\"hypergeometric\" only, not for 'logit'"),
        ({"base_includes": ["refusd"]}, r"Did you mean 'refused'\?"),
    ],
)
def test_options_that_cannot_be(options, sentence):
    with pytest.raises(OptionError, match=sentence):
        ws.estimate_proportions(ws.Survey(FRAME), "q", **options)


def test_a_scale_has_a_mean_and_no_proportions():
    survey = ws.Survey(FRAME, codebook=[ws.Question("w", kind="scale")])
    with pytest.raises(CodebookError, match=r"'w' is a scale\. Use estimate_means"):
        ws.estimate_proportions(survey, "w")


def test_respondents_of_weight_zero_are_in_no_base():
    frame = pd.DataFrame({"q": list("aab"), "w": [1.0, 1, 0]})
    found = ws.estimate_proportions(ws.Survey(frame, weights="w"), "q").to_frame()
    assert found["estimate"].tolist() == [1, 0]
    assert found["base"].tolist() == [2, 2]


def answered(**options: object) -> ws.Survey:
    frame = pd.DataFrame({"ready": ["Yes"] * 12 + ["No"] * 22, "group": ["a", "b"] * 17})
    return ws.Survey(frame, **options)


@pytest.mark.parametrize("sample", ["probability", "attempted_census"])
def test_limits_of_a_complete_list_say_so_wherever_they_are_shown(sample: str) -> None:
    told = (
        "describes these 333 only, and assumes that those who did not answer are like those who did"
    )
    found = ws.estimate_proportions(
        answered(sample=sample), "ready", interval="hypergeometric", population=333
    )
    assert found.to_frame()["interval_method"].str.contains(told, regex=False).all()
    assert f"The interval {told}." in repr(found)
    assert f"The interval {told}." in found._repr_html_()
    plain = ws.estimate_proportions(answered(sample=sample), "ready", interval="mid-p")
    assert "describes these" not in repr(plain)


@pytest.mark.parametrize("population", ["333", float("nan"), 333.5, 0, -4, True])
def test_a_list_holds_a_whole_number_of_people(population: object) -> None:
    words = "population= is how many people a complete list holds, a whole number, not"
    with pytest.raises(OptionError, match=words):
        ws.estimate_proportions(
            answered(), "ready", interval="hypergeometric", population=population
        )


def test_groups_have_lists_of_their_own() -> None:
    words = r"by= makes groups whose lists are shorter.*survey\.domain.*its own list"
    with pytest.raises(OptionError, match=words):
        ws.estimate_proportions(
            answered(), "ready", by="group", interval="hypergeometric", population=333
        )
    group = answered().domain(group="a")
    found = ws.estimate_proportions(group, "ready", interval="hypergeometric", population=160)
    assert found.to_frame()["interval_method"].str.contains("these 160 only").all()
