from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.formulas.trimming import trimmed_weights


def repeated(weight: np.ndarray, upper: float) -> np.ndarray:
    """Cut, spread over those under the limit in proportion, and again, until nothing is cut."""
    total = weight.sum()
    for _ in range(10_000):
        cut = np.minimum(weight, upper)
        free = cut < upper
        if np.isclose(cut.sum(), total, rtol=1e-14):
            break
        weight = np.where(free, cut * (1 + (total - cut.sum()) / cut[free].sum()), upper)
    return cut


def test_by_hand():
    weight = np.array([1.0, 1.0, 2.0, 8.0])
    assert trimmed_weights(weight, 0, 5).tolist() == [1.75, 1.75, 3.5, 5.0]
    assert trimmed_weights(weight, 0, 5, redistribute="equal").tolist() == [2.0, 2.0, 3.0, 5.0]
    assert trimmed_weights(weight, 0, 5, redistribute="none").tolist() == [1.0, 1.0, 2.0, 5.0]
    # Raised to 2, the others give in proportion: 8 and 2 share what is left of 12.
    assert trimmed_weights(weight, 2, np.inf).tolist() == [2.0, 2.0, 2.0, 6.0]


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(2, 40), room=st.floats(1.05, 3.0))
def test_it_is_what_repeating_comes_to(seed: int, size: int, room: float) -> None:
    weight = np.random.default_rng(seed).gamma(0.7, 1.0, size) + 0.01
    upper = float(weight.mean() * room)
    np.testing.assert_allclose(
        trimmed_weights(weight, 0, upper), repeated(weight, upper), rtol=1e-9
    )


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    low=st.floats(0.05, 0.95),
    high=st.floats(1.05, 4.0),
    how=st.sampled_from(["proportional", "equal"]),
)
def test_limits_and_sums_hold_in_every_group(seed: int, low: float, high: float, how: str) -> None:
    random = np.random.default_rng(seed)
    weight, group = random.gamma(0.7, 1.0, 60) + 0.01, random.integers(0, 2, 60)
    means = [weight[group == g].mean() for g in (0, 1)]
    lower, upper = low * min(means), high * max(means)
    trimmed = trimmed_weights(weight, lower, upper, group, redistribute=how)
    assert trimmed.min() >= lower
    assert trimmed.max() <= upper
    for g in (0, 1):
        assert trimmed[group == g].sum() == pytest.approx(weight[group == g].sum(), rel=1e-12)
    again = trimmed_weights(trimmed, lower, upper, group, redistribute=how)
    np.testing.assert_allclose(again, trimmed, rtol=1e-12)


def test_a_group_that_cannot_keep_its_sum_is_not_a_number():
    weight = np.array([3.0, 3.0, 1.0])
    trimmed = trimmed_weights(weight, 0, 2, np.array([0, 0, 1]))
    assert np.isnan(trimmed[:2]).all()
    assert trimmed[2] == 1.0


def test_limits_at_the_mean_leave_one_weight():
    weight = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(trimmed_weights(weight, 0, 2), 2.0)
    np.testing.assert_allclose(trimmed_weights(weight, 2, np.inf), 2.0)


def test_an_unknown_way_to_redistribute_is_refused():
    with pytest.raises(OptionError, match="redistribute cannot be 'evenly'"):
        trimmed_weights(np.ones(2), 0, 2, redistribute="evenly")
