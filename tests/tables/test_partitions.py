"""People divided by questions, and what follows from what."""

import numpy as np

from welfarestats.tables.partitions import Partitions, both, selected


def parts(n: int = 60) -> Partitions:
    draws = np.random.default_rng(1)
    people = Partitions(np.ones(n))
    fine = draws.integers(0, 6, n)
    people.add("fine", fine, 6)
    people.add("coarse", fine // 2, 3)
    people.add("other", draws.integers(0, 3, n), 3)
    return people


def test_a_coarser_grouping_is_found_and_says_what_becomes_of_what():
    found = parts().coarser(["fine", "coarse", "other"])
    assert list(found) == [("fine", "coarse")]
    assert found["fine", "coarse"] == {0: 0, 1: 0, 2: 1, 3: 1, 4: 2, 5: 2}


def test_what_a_table_shows_by_one_another_is_not_taken_to_be_known():
    people = parts()
    people.crossed.add(frozenset(("fine", "coarse")))
    assert people.coarser(["fine", "coarse"]) == {}


def test_few_people_who_happen_to_agree_make_no_grouping():
    people = Partitions(np.ones(6))
    people.add("role", np.array([0, 0, 0, 1, 1, 1]), 2)
    people.add("view", np.array([1, 1, 1, 0, 0, 0]), 2)
    assert people.coarser(["role", "view"]) == {}
    people.declared.add(("role", "view"))
    assert list(people.coarser(["role", "view"])) == [("role", "view")]


def test_combinations_are_counted_with_weights():
    people = Partitions(np.ones(4))
    people.add("a", np.array([0, 0, 1, 1]), 2)
    people.add("b", np.array([0, 1, 1, 1]), 2)
    counted = people.counted(("a", "b"), np.array([1.0, 2, 3, 4]))
    assert counted.tolist() == [[1, 2], [0, 7]]


def test_two_selections_meet_in_what_they_share():
    found = both(selected({"a": [1, 2]}), selected({"a": [2, 3], "b": [0]}))
    assert found == selected({"a": [2], "b": [0]})
