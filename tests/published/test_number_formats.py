"""Numbers as a spreadsheet shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.wording import round_half_up
from welfarestats.published.number_formats import shown_number

ACCOUNTS = '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-'


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.465, "0%", "47%"),
        (0.4649, "0.0%", "46.5%"),
        (12.5, "0", "13"),
        (1219, "#,##0", "1,219"),
        (1234567, "#,##0,", "1,235"),
        (47, '0"%"', "47%"),
        (47, r"0\%", "47%"),
        (0, '0%;-0%;"-"', "-"),
        (0.003, '[<0.005]"*";0%', "*"),
        (0, '[=0]"-";[<0.005]"*";0%', "-"),
        (0.4, '[=0]"-";[<0.005]"*";0%', "40%"),
        (-5, "0", "-5"),
        (-5, "0;(0)", "(5)"),
        (-5, "[Red]0", "-5"),
        (-0.3, "0", "0"),
        (45, ACCOUNTS, "45"),
        (0, ACCOUNTS, "-"),
        (3.1, "0.0#", "3.1"),
        (47, "General", "47"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "General", "1000000000000000"),
        (1, "yyyy-mm-dd", "1"),
        (0.5, "# ?/?", "0.5"),
        (3.2, ";;;", ""),
    ],
)
def test_a_number_is_shown_under_its_format(value, number_format, shown):
    assert shown_number(value, number_format) == shown


@given(st.integers(0, 10_000))
def test_per_cents_are_rounded_half_up(tenths):
    value = tenths / 10_000
    assert shown_number(value, "0%") == f"{round_half_up(value * 100):.0f}%"
