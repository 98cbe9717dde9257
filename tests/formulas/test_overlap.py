"""Bounds of what samples that share people may have in common."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.formulas.overlap import covariance_bounds, overlap_errors, worst_matching

proportions = st.floats(0, 1)
shares = st.lists(st.floats(-3, 3).map(lambda x: round(x, 2)), min_size=1, max_size=4)


def test_bounds_of_a_covariance_are_reached_by_answers():
    # p = 1/4 and 1/2 of four people: the one who said yes first says no, or yes, the second time.
    first = np.array([1, 0, 0, 0])
    low, high = covariance_bounds(0.25, 0.5)
    assert low == np.cov(first, [0, 1, 1, 0], bias=True)[0, 1]
    assert high == np.cov(first, [1, 1, 0, 0], bias=True)[0, 1]


@given(a=proportions, b=proportions)
def test_bounds_of_a_covariance_hold_zero_and_no_more_than_the_deviations(a, b):
    low, high = covariance_bounds(a, b)
    most = np.sqrt(a * (1 - a) * b * (1 - b))
    assert -most - 1e-12 <= low <= 0 <= high <= most + 1e-12


def test_errors_by_hand():
    # V = .25/100 + .25/50; with 40 shared and cov = ±.25: ∓ 2·40·.25/5000 = .004.
    found = overlap_errors(0.5, 0.5, base_a=100, base_b=50, shared=40)
    assert found.apart == pytest.approx(np.sqrt(0.0075))
    assert found.largest == pytest.approx(np.sqrt(0.0115))
    assert found.smallest == pytest.approx(np.sqrt(0.0035))


def test_nobody_shared_is_no_covariance():
    found = overlap_errors([0.2, 0.9], 0.5, base_a=100, base_b=50, shared=0)
    assert found.apart.tolist() == found.largest.tolist() == found.smallest.tolist()


def test_a_whole_panel_may_have_no_error_at_all():
    assert overlap_errors(0.5, 0.5, base_a=50, base_b=50, shared=50).smallest == 0


def test_more_shared_than_there_are_is_refused():
    with pytest.raises(OptionError, match=r"35 people cannot be in both samples of 82 and 34"):
        overlap_errors(0.5, 0.5, base_a=82, base_b=34, shared=35)


def test_percentages_are_refused():
    with pytest.raises(OptionError, match=r"proportions from 0 to 1, not percentages"):
        covariance_bounds(47, 60)


def largest_by_trying(first: list[float], second: list[float], pairs: int) -> float:
    return max(
        sum(x * y for x, y in zip(chosen, order, strict=True))
        for chosen in combinations(first, pairs)
        for order in permutations(second, pairs)
    )


@given(first=shares, second=shares)
def test_no_matching_adds_more_and_one_adds_as_much(first, second):
    pairs = min(len(first), len(second))
    tried = [largest_by_trying(first, second, k) for k in range(pairs + 1)]
    assert worst_matching(first, second, pairs) == pytest.approx(np.array(tried), abs=1e-12)


def test_more_links_than_people_are_refused():
    with pytest.raises(OptionError, match=r"3 links need as many members on both sides.* 2 and 5"):
        worst_matching([1, 2], [1, 2, 3, 4, 5], 3)


def test_the_worst_matching_of_everybody_is_frechets_bound():
    first, second = np.array([1.0] * 3 + [0] * 5), np.array([1.0] * 4 + [0] * 4)
    low, _ = covariance_bounds(3 / 8, 4 / 8)
    assert worst_matching(-(first - 3 / 8), second - 4 / 8, 8)[8] == pytest.approx(-8 * low)
