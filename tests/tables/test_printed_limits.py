"""How many people a printed figure can stand for: all of whom it is printed, and no others."""

from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.wording import round_half_up
from welfarestats.tables.printed_limits import people_limits, share_limits, step_limits, sum_limits


@given(base=st.integers(1, 400), decimals=st.integers(0, 1), data=st.data())
def test_the_people_behind_a_percentage_are_those_of_whom_it_is_printed(base, decimals, data):
    count = data.draw(st.integers(0, base))
    printed = round_half_up(100 * count / base, decimals)
    low, high = people_limits(share_limits(count / base, decimals), (base, base))
    alike = [c for c in range(base + 1) if round_half_up(100 * c / base, decimals) == printed]
    assert (low, high) == (alike[0], alike[-1])


def test_a_half_is_printed_as_the_next_figure_and_stands_for_no_other():
    assert people_limits(share_limits(0.33, 0), (200, 200)) == (65, 66)


@given(base=st.integers(1, 60), data=st.data())
def test_the_scores_behind_a_mean_are_those_of_which_it_is_printed(base, data):
    total = data.draw(st.integers(-base, 4 * base))
    printed = round_half_up(total / base, 1)
    low, high = sum_limits(total / base, 1, (base, base), whole=True)
    alike = [s for s in range(-base - 8, 4 * base + 8) if round_half_up(s / base, 1) == printed]
    assert (low, high) == (alike[0], alike[-1])


def test_a_published_10_means_10_to_12_and_a_nought_nobody():
    assert step_limits(10, 5, 10, controlled=False) == (10, 12)
    assert step_limits(15, 5, 10, controlled=False) == (13, 17)
    assert step_limits(0, 5, 10, controlled=False) == (0, 0)
    assert step_limits(0, 5, 0, controlled=False) == (0, 2)
    assert step_limits(5, 5, 0, controlled=True) == (1, 9)
