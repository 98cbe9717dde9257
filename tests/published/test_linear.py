from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from welfarestats.errors import ReportError
from welfarestats.published.linear import (
    extreme,
    extreme_share,
    irreducible,
    least_violation,
    possible,
)
from welfarestats.published.rows import System

INF = np.inf


def system_of(*rows: tuple[list[float], float, float, str]) -> System:
    """Rows of factors with a lowest and a highest value and a source."""
    factors, low, high, sources = zip(*rows, strict=True)
    matrix = csr_array(np.array(factors, dtype=float))
    return System(matrix, np.array(low, dtype=float), np.array(high, dtype=float), sources)


#: Ten people in two cells, of whom three to six are in the first.
TEN = system_of(([1, 1], 10, 10, ""), ([1, 0], 3, 6, "a"))


def variables(*places: int) -> np.ndarray:
    return np.array(places, dtype=np.int64)


def test_the_extremes_of_a_sum_are_those_of_its_variables():
    one = variables(1), np.ones(1)
    assert extreme(TEN, *one, largest=False) == pytest.approx(4)
    assert extreme(TEN, *one, largest=True) == pytest.approx(7)


def test_a_variable_that_stands_twice_counts_twice():
    twice = variables(0, 0), np.array([1.0, 2.0])
    assert extreme(TEN, *twice, largest=True) == pytest.approx(18)


def test_nothing_is_extreme_where_nothing_is_possible():
    none = system_of(([1], 1, 1, ""), ([1], 2, 3, "a"))
    assert extreme(none, variables(0), np.ones(1), largest=True) is None
    assert extreme_share(none, variables(0), np.ones(1), variables(0), largest=True) is None


def test_the_extremes_of_a_share_are_those_of_the_ratio():
    share = variables(0), np.ones(1), variables(0, 1)
    assert extreme_share(TEN, *share, largest=False) == pytest.approx(0.3)
    assert extreme_share(TEN, *share, largest=True) == pytest.approx(0.6)


def test_a_share_of_a_whole_that_may_vary_is_reached_where_the_whole_suits_it():
    loose = system_of(([1, 0], 2, 4, "a"), ([0, 1], 1, 5, "b"))
    share = variables(0), np.ones(1), variables(0, 1)
    assert extreme_share(loose, *share, largest=False) == pytest.approx(2 / 7)
    assert extreme_share(loose, *share, largest=True) == pytest.approx(4 / 5)


def test_there_is_no_share_of_nobody():
    empty = system_of(([1, 0], 0, 0, "a"), ([0, 1], 1, 5, "b"))
    assert extreme_share(empty, variables(1), np.ones(1), variables(0), largest=True) is None


def test_a_sum_without_end_is_refused():
    with pytest.raises(ReportError, match="the linear programme was not solved"):
        extreme(system_of(([1], 1, INF, "a")), variables(0), np.ones(1), largest=True)


def test_the_violation_is_by_how_many_people_conditions_are_missed():
    system = system_of(([1, 1], 10, 10, ""), ([1, 0], 7, 8, "a"), ([0, 1], 5, 6, "b"))
    violation, sources = least_violation(system, ["a", "b"])
    assert violation == pytest.approx(2)
    assert set(sources) == {"a", "b"}
    assert least_violation(system, ["a"])[0] == pytest.approx(0)


def test_what_has_no_source_holds_always():
    system = system_of(([1], 1, 2, ""), ([1], 3, 4, "a"))
    assert possible(system, [])
    assert not possible(system, ["a"])


def test_a_conflict_leaves_out_what_it_does_not_need():
    system = system_of(
        ([1, 0, 0], 6, INF, "a"),
        ([0, 1, 0], 5, INF, "b"),
        ([0, 0, 1], 4, INF, "c"),
        ([1, 1, 1], 10, 10, ""),
        ([1, 0, 0], 0, 9, "d"),
    )
    assert set(irreducible(system, ["a", "b", "c", "d"])) == {"a", "b"}
    assert set(irreducible(system, ["a", "c", "d"])) == set()


def test_a_source_with_several_rows_goes_or_stays_as_a_whole():
    system = system_of(([1, 0], 3, INF, "a"), ([0, 1], 3, INF, "a"), ([1, 1], 0, 5, "b"))
    assert set(irreducible(system, ["a", "b"])) == {"a", "b"}
    assert irreducible(system, ["a"]) == ()


def test_one_impossible_source_is_a_conflict_alone():
    system = system_of(([1], 0, 5, ""), ([1], 6, 7, "a"), ([1], 2, 3, "b"))
    assert irreducible(system, ["b", "a"]) == ("a",)


def test_an_end_of_an_interval_is_still_possible():
    system = system_of(([1, 1], 100, 100, ""), ([1, 0], 49.5, 50.5, "a"), ([0, 1], 49.5, 50, "b"))
    assert possible(system, ["a", "b"])


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_a_conflict_is_irreducible_and_there_is_one_whenever_nothing_fits(seed: int):
    random = np.random.default_rng(seed)
    factors = random.integers(-1, 2, size=(7, 3)).astype(float)
    low = random.integers(0, 6, size=7).astype(float)
    sources = [f"s{i}" for i in random.integers(0, 5, size=7)]
    rows = [
        (list(row), at, at + 1, source)
        for row, at, source in zip(factors, low, sources, strict=True)
    ]
    system = system_of(*rows, ([1, 1, 1], 4, 8, ""))
    named = sorted(set(sources))
    found = irreducible(system, named)
    assert bool(found) == (not possible(system, named))
    for size in range(len(found)):
        for fewer in itertools.combinations(found, size):
            assert possible(system, fewer)
