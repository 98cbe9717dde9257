from __future__ import annotations

import numpy as np
import pytest
import smallbase
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.formulas.multiplicity import ADJUSTMENTS, adjust_p_values

nan = float("nan")


@pytest.mark.parametrize(
    ("method", "ours"),
    [("bonferroni", "bonferroni"), ("holm", "holm"), ("BH", "benjamini-hochberg")],
)
def test_adjusted_p_values_are_those_of_r(method, ours):
    rows = smallbase.cases(method, "padj")
    assert len(rows) == 10
    raw = [row["extra"]["raw"] for row in rows]
    expected = [row["p_value"] for row in rows]
    assert adjust_p_values(raw, method=ours) == pytest.approx(expected, rel=1e-9)
    backwards = adjust_p_values(raw[::-1], method=ours)
    assert backwards == pytest.approx(expected[::-1], rel=1e-9)


def test_adjustments_by_hand():
    p = [0.04, 0.01, 0.03]
    assert adjust_p_values(p, method="bonferroni") == pytest.approx([0.12, 0.03, 0.09])
    assert adjust_p_values(p, method="holm") == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_p_values(p, method="benjamini-hochberg") == pytest.approx([0.04, 0.03, 0.04])
    assert adjust_p_values(p) == pytest.approx(p)


@pytest.mark.parametrize("method", ADJUSTMENTS)
def test_pairs_that_were_not_tested_are_not_counted(method):
    alone = adjust_p_values([0.01, 0.04], method=method)
    among = adjust_p_values([nan, 0.01, nan, 0.04], method=method)
    assert among == pytest.approx([nan, alone[0], nan, alone[1]], nan_ok=True)
    assert np.isnan(adjust_p_values([nan, nan], method=method)).all()
    assert adjust_p_values([], method=method).shape == (0,)


@pytest.mark.parametrize("method", ADJUSTMENTS)
def test_families_are_adjusted_apart(method):
    p, family = np.array([0.01, 0.2, 0.02, nan, 0.03]), np.array([7, -1, 7, 7, -1])
    found = adjust_p_values(p, family, method)
    for label in (7, -1):
        own = family == label
        alone = adjust_p_values(p[own], method=method)
        assert found[own] == pytest.approx(alone, nan_ok=True)
    square = adjust_p_values(p[[0, 1, 2, 4]].reshape(2, 2), [[7, -1], [7, -1]], method)
    assert square.ravel() == pytest.approx(found[[0, 1, 2, 4]])


def test_the_p_values_given_are_left_alone():
    p = np.array([0.01, 0.04])
    p.flags.writeable = False
    found = adjust_p_values(p)
    found[0] = 1
    assert p[0] == 0.01


def test_what_is_no_p_value_or_no_method_is_refused():
    with pytest.raises(OptionError, match=r"a p-value lies outside 0 to 1"):
        adjust_p_values([0.1, 2.4], method="holm")
    with pytest.raises(OptionError, match=r"adjust cannot be 'bonferoni'.*Did you mean"):
        adjust_p_values([0.1], method="bonferoni")


@pytest.mark.parametrize("method", ADJUSTMENTS)
@given(
    pairs=st.lists(st.tuples(st.floats(0, 1) | st.just(nan), st.integers(0, 3)), max_size=30),
)
def test_adjusting_never_makes_a_difference_more_significant(method, pairs):
    p, family = (np.array([pair[k] for pair in pairs], dtype=float) for k in (0, 1))
    found = adjust_p_values(p, family.astype(int), method)
    made = ~np.isnan(p)
    assert (np.isnan(found) == ~made).all()
    assert (found[made] >= p[made]).all()
    assert (found[made] <= 1).all()
    bonferroni = adjust_p_values(p, family.astype(int), "bonferroni")
    assert (found[made] <= bonferroni[made] * (1 + 1e-12)).all()
    for label in range(4):  # the order of the tests is kept
        own = made & (family == label)
        order = np.argsort(p[own], kind="stable")
        assert (np.diff(found[own][order]) >= -1e-15).all()
