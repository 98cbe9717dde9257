from __future__ import annotations

import numpy as np
import pytest

import welfarestats as ws
from welfarestats.errors import OptionError


def test_forty_eight_against_fifty_two_in_two_numbers_that_are_not_one() -> None:
    plan = ws.detectable_difference(48, 52).iloc[0]
    assert round(100 * plan["least_significant_difference"], 1) == 19.6
    assert round(100 * plan["minimum_detectable_difference"], 1) == 28.0
    assert "has to be 20 points" in plan["words"]
    assert "a true difference of 28 points is found with a power of 80 per cent" in plan["words"]


def test_a_design_effect_takes_people_away() -> None:
    plan = ws.detectable_difference(82, [34, 68], design_effect=2)
    assert plan["effective_base_b"].tolist() == [17, 34]
    halved = ws.detectable_difference(41, [17, 34])
    for name in ("least_significant_difference", "minimum_detectable_difference"):
        np.testing.assert_allclose(plan[name], halved[name])


def test_people_in_both_waves_by_hand() -> None:
    plan = ws.detectable_difference(82, 34, shared=28, correlation=0.6, proportion=0.4).iloc[0]
    variance = 0.24 * (1 / 82 + 1 / 34 - 2 * 0.6 * 28 / (82 * 34))
    assert plan["least_significant_difference"] == pytest.approx(1.959963984540054 * variance**0.5)
    apart = ws.detectable_difference(82, 34, shared=28, proportion=0.4).iloc[0]
    assert plan["least_significant_difference"] < apart["least_significant_difference"]


def test_a_full_panel_that_never_changes_can_show_nothing_else() -> None:
    plan = ws.detectable_difference(50, 50, shared=50, correlation=1).iloc[0]
    assert plan["least_significant_difference"] == pytest.approx(0, abs=1e-9)


def test_the_power_of_two_waves_is_what_simulation_gives() -> None:
    # Waves of 400 and 300 that share 200 people, whose answers are correlated by 0.5.
    plan = ws.detectable_difference(400, 300, shared=200, correlation=0.5).iloc[0]
    random, repeats = np.random.default_rng(8), 4_000
    half = plan["minimum_detectable_difference"] / 2
    error = plan["least_significant_difference"] / 1.959963984540054
    high, low = 0.5 + half, 0.5 - half
    # P(both) that makes the correlation 0.5 at these two proportions
    both = high * low + 0.5 * np.sqrt(high * (1 - high) * low * (1 - low))
    stayed = random.multinomial(
        200, [both, high - both, low - both, 1 - high - low + both], repeats
    )
    first = (stayed[:, 0] + stayed[:, 1] + random.binomial(200, high, repeats)) / 400
    second = (stayed[:, 0] + stayed[:, 2] + random.binomial(100, low, repeats)) / 300
    found = np.mean(np.abs(first - second) > 1.959963984540054 * error)
    assert abs(found - 0.8) < 4 * np.sqrt(0.16 / repeats)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"base_a": 0}, "base_a is a number of respondents above 0, and 0 was given"),
        ({"base_b": float("nan")}, "base_b is a number of respondents above 0, and nan"),
        ({"proportion": 50}, "proportion is a proportion above 0 and below 1, and 50 was given"),
        ({"design_effect": 0}, "design_effect is a ratio of variances above 0, and 0 was"),
        ({"correlation": 1.5}, "correlation is from -1 to 1, and 1.5 was given"),
        ({"shared": -1}, "shared is a number of respondents from 0, and -1 was given"),
        ({"shared": 60}, "60 respondents cannot be in both groups: the smaller one has 48"),
        ({"base_a": "x"}, "base_a is a number or a list of numbers, and 'x' was given"),
        (
            {"base_a": [1, 2], "base_b": [3, 4, 5]},
            "one number of each, and 2 of base_a and 3 of base_b were given. Give lists of one",
        ),
        ({"power": "a"}, "power is a probability from 0.5 to below 1, and 'a' was given"),
        ({"level": "a"}, "level is a proportion above 0 and below 1, and 'a' was given"),
        ({"power": 80}, "power is a probability from 0.5 to below 1"),
        ({"level": 95}, "level is a proportion above 0 and below 1"),
    ],
)
def test_a_plan_out_of_range_is_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        ws.detectable_difference(**{"base_a": 48, "base_b": 52, **options})


def test_words_say_who_is_in_both():
    words = ws.detectable_difference(82, 34, shared=28, correlation=0.6)["words"].iloc[0]
    assert words.startswith(
        "On effective bases of 82 and 34, with 28 people in both whose answers correlate 0.60, a dif"
    )
