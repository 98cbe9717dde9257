from __future__ import annotations

import numpy as np
import pytest

from welfarestats.errors import OptionError
from welfarestats.formulas.column_tests import design_test
from welfarestats.formulas.detectable import (
    comparison_power,
    detectable_from_error,
    exact_comparison_power,
    least_significant_difference,
    minimum_detectable_difference,
)
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.significance import effective_base_test

# R 4.2.2: power.prop.test(n = , p1 = , p2 = , sig.level = , strict = TRUE)$power
OF_R = [
    (17, 0.3, 0.55, 0.95, 0.308078155130435),
    (34, 0.3, 0.55, 0.95, 0.551487933374605),
    (82, 0.3, 0.55, 0.95, 0.906777635267187),
    (50, 0.36, 0.64, 0.95, 0.809223608994735),
    (400, 0.05, 0.1, 0.9, 0.851876568192614),
]
SMALL = [(48, 52), (17, 34), (34, 82), (62, 62), (82, 82), (200, 200)]


def test_the_differences_that_forty_eight_against_fifty_two_can_show():
    assert least_significant_difference(48, 52) == pytest.approx(0.20, abs=0.005)
    assert minimum_detectable_difference(48, 52) == pytest.approx(0.28, abs=0.005)
    expected = 1.959963984540054 * 0.5 * np.sqrt(1 / 48 + 1 / 52)
    assert least_significant_difference(48, 52) == pytest.approx(expected, rel=1e-12)
    expected *= (1.959963984540054 + 0.8416212335729143) / 1.959963984540054
    assert minimum_detectable_difference(48, 52) == pytest.approx(expected, rel=1e-9)


def test_the_least_significant_difference_is_where_the_test_turns():
    for step, significant in ((-1e-6, False), (1e-6, True)):
        a = 0.5 + least_significant_difference(400, 400) / 2 + step
        variance = 2 * a * (1 - a) / 400
        bases = dict.fromkeys(("base_a", "base_b", "effective_base_a", "effective_base_b"), 400)
        result = design_test(a, 1 - a, **bases, variance=variance)
        assert (abs(float(result.statistic)) > 1.959963984540054) is significant


def test_a_difference_is_found_every_other_time_when_it_is_just_significant():
    assert minimum_detectable_difference(48, 52, power=0.5) == pytest.approx(
        float(least_significant_difference(48, 52)), rel=1e-12
    )


def test_differences_shrink_with_the_base_and_away_from_one_half():
    bases = np.array([20, 50, 200, 1000])
    for difference in (least_significant_difference, minimum_detectable_difference):
        assert (np.diff(difference(bases, bases)) < 0).all()
        assert difference(50, 50, proportion=0.1) < difference(50, 50)
        assert difference(50, 50, level=0.99) > difference(50, 50)
        few = difference(50, 50, degrees_of_freedom=8)
        assert few > difference(50, 50)
        assert np.isnan(difference([0, np.nan], 50)).all()
    few = least_significant_difference(50, 50, degrees_of_freedom=8)
    assert few == pytest.approx(0.1 * float(two_sided_quantile(0.95, 8)), rel=1e-12)


@pytest.mark.parametrize("power", [80, 1, 0.2])
def test_a_power_in_per_cent_is_refused(power):
    with pytest.raises(OptionError, match=r"power is a probability from 0.5 to below 1"):
        minimum_detectable_difference(48, 52, power=power)


@pytest.mark.parametrize(("n", "a", "b", "level", "power"), OF_R)
def test_the_power_is_that_of_r(n, a, b, level, power):
    assert float(comparison_power(a, b, n, n, level=level)) == pytest.approx(power, rel=1e-12)
    assert float(comparison_power(b, a, n, n, level=level)) == pytest.approx(power, rel=1e-12)


def test_the_exact_power_of_three_against_two_by_hand():
    # z passes its limit only where all three have the property and neither of two, or reverse
    a, b = 0.7, 0.2
    by_hand = a**3 * (1 - b) ** 2 + (1 - a) ** 3 * b**2
    assert exact_comparison_power(a, b, 3, 2) == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(("n_a", "n_b"), SMALL)
def test_power_is_what_simulated_samples_give_within_their_error(n_a, n_b):
    random, size = np.random.default_rng(17), 40_000
    for p_a, p_b in ((0.5, 0.5), (0.62, 0.38), (0.15, 0.4)):
        x, y = random.binomial(n_a, p_a, size) / n_a, random.binomial(n_b, p_b, size) / n_b
        bases = {
            f"{word}_base_{side}": n
            for side, n in (("a", n_a), ("b", n_b))
            for word in ("weighted", "effective")
        }
        result = effective_base_test(x, y, **bases)
        z = np.nan_to_num(result.statistic)
        called = np.mean(np.abs(z) > two_sided_quantile(0.95))
        exact = exact_comparison_power(p_a, p_b, n_a, n_b)
        error = np.sqrt(exact * (1 - exact) / size)
        assert abs(called - exact) < 4 * error
        assert float(comparison_power(p_a, p_b, n_a, n_b)) == pytest.approx(exact, abs=0.045)


@pytest.mark.parametrize(("n_a", "n_b"), SMALL)
def test_a_detectable_difference_is_found_at_least_as_often_as_stated(n_a, n_b):
    half = float(minimum_detectable_difference(n_a, n_b)) / 2
    found = exact_comparison_power(0.5 + half, 0.5 - half, n_a, n_b)
    assert 0.80 <= found <= 0.845


def test_a_difference_in_weighted_samples_is_found_as_often_as_its_effective_bases_say():
    random, repeats, n = np.random.default_rng(5), 4_000, 300
    weight = np.exp(random.normal(0, 0.6, n))
    effective = weight.sum() ** 2 / (weight**2).sum()
    half = float(minimum_detectable_difference(effective, effective)) / 2
    share = [
        (random.random((repeats, n)) < p) @ weight / weight.sum() for p in (0.5 + half, 0.5 - half)
    ]
    bases = dict.fromkeys(("effective_base_a", "effective_base_b"), effective)
    bases |= dict.fromkeys(("weighted_base_a", "weighted_base_b"), weight.sum())
    z = effective_base_test(*share, **bases).statistic
    found = np.mean(np.abs(z) > two_sided_quantile(0.95))
    stated = float(comparison_power(0.5 + half, 0.5 - half, effective, effective))
    assert abs(found - stated) < 4 * np.sqrt(stated * (1 - stated) / repeats)


def test_power_is_unknown_where_nothing_varies_or_nobody_is_asked():
    assert np.isnan(comparison_power([0, 0.5, 1], [0, 0.5, 0], [10, 0, 10], 10)).all()


@pytest.mark.parametrize("base", [0, 2.5, 3000])
def test_an_exact_power_is_of_whole_bases(base):
    with pytest.raises(OptionError, match=r"an exact power is of whole bases from 1 to 2,000"):
        exact_comparison_power(0.5, 0.4, base, 10)


def test_from_a_standard_error_it_is_that_of_two_proportions():
    error = np.sqrt(0.25 * (1 / 48 + 1 / 52))
    least, found = detectable_from_error(error, degrees_of_freedom=40)
    known = {"degrees_of_freedom": 40}
    assert least == pytest.approx(float(least_significant_difference(48, 52, **known)))
    assert found == pytest.approx(float(minimum_detectable_difference(48, 52, **known)))
    assert np.isnan(detectable_from_error([0.0, np.nan])).all()
    with pytest.raises(OptionError, match=r"power is a probability from 0.5 to below 1"):
        detectable_from_error(error, power=80)
