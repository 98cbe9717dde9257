"""Rank scores by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from welfarestats.errors import OptionError
from welfarestats.formulas.ranks import RANK_TESTS, rank_scores

VALUES = np.array([3.0, 1, 4, 1, 5])


def test_without_weights_a_rank_is_the_mid_rank():
    expected = (stats.rankdata(VALUES) - 0.5) / 5
    np.testing.assert_allclose(rank_scores(VALUES, np.ones(5)), expected, rtol=1e-12)


@pytest.mark.parametrize("test", RANK_TESTS)
def test_a_weight_of_two_is_two_respondents(test):
    weights = np.array([1, 2, 1, 3, 2])
    one = rank_scores(VALUES, weights, test)
    two = rank_scores(np.repeat(VALUES, weights), np.ones(9), test)
    np.testing.assert_allclose(np.repeat(one, weights), two, rtol=1e-12)


@pytest.mark.parametrize("test", RANK_TESTS)
def test_the_order_of_respondents_does_not_matter(test):
    weights, order = np.array([1, 2, 0.5, 3, 2.0]), np.array([4, 3, 0, 2, 1])
    one = rank_scores(VALUES, weights, test)
    np.testing.assert_allclose(
        rank_scores(VALUES[order], weights[order], test), one[order], rtol=1e-12
    )


def test_scores_of_van_der_waerden_and_of_the_median():
    ranks = rank_scores(VALUES, np.ones(5))
    np.testing.assert_allclose(
        rank_scores(VALUES, np.ones(5), "van-der-waerden"), stats.norm.ppf(ranks), rtol=1e-12
    )
    # 3 stands exactly in the middle.
    assert rank_scores(VALUES, np.full(5, 0.1), "median").tolist() == [0, 0, 1, 0, 1]


def test_weights_are_above_zero_and_tests_are_words():
    with pytest.raises(OptionError, match=r"1 of 2 weights are not above 0\."):
        rank_scores([1.0, 2], [0.0, 1])
    with pytest.raises(OptionError, match="test cannot be 'mood'"):
        rank_scores([1.0], [1.0], "mood")
