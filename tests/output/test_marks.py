from __future__ import annotations

import pytest

from welfarestats.errors import OptionError
from welfarestats.output.marks import MARKS, legend_of, significance_mark


def test_every_mark_is_one_word_in_one_bracket():
    assert all(mark[0] == "[" and mark[-1] == "]" and mark[1:-1].isalpha() for mark in MARKS)


def test_confidential_and_unreliable_have_different_marks_and_meanings():
    assert MARKS["[c]"] != MARKS["[u]"]
    assert "reliab" not in MARKS["[c]"]
    assert "confidential" not in MARKS["[u]"]


def test_a_legend_names_each_mark_once_in_a_fixed_order():
    assert [mark for mark, _ in legend_of(["[u]", "[low]", "[u]", "[c]"])] == [
        "[low]",
        "[c]",
        "[u]",
    ]
    assert legend_of([]) == ()


def test_a_mark_that_is_not_shorthand_is_refused():
    with pytest.raises(
        OptionError, match=r"'\[lows\]' is not a shorthand mark.*Did you mean '\[low\]'"
    ):
        legend_of(["[lows]"])


@pytest.mark.parametrize(
    ("p_value", "mark"),
    [
        (0.5, "[ns]"),
        (0.05, "[ns]"),
        (0.0499, "[s]"),
        (0.01, "[s]"),
        (0.009, "[ss]"),
        (0.0009, "[sss]"),
    ],
)
def test_significance_marks_step_at_5_1_and_a_tenth_per_cent(p_value, mark):
    assert significance_mark(p_value) == mark


def test_what_was_not_tested_is_not_available():
    assert significance_mark(float("nan")) == "[x]"
