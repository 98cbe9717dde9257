"""Groups made of banner columns, and which of them are compared."""

from __future__ import annotations

import pytest
from toy_tables import ten

from welfarestats.estimates.groups import ColumnGroups, column_groups, shares_people


def groups_of(question: str, versus: str, *, nets: bool = True) -> ColumnGroups:
    return column_groups(ten().view([question]).sample.answers(question), versus, nets=nets)


def named(groups: ColumnGroups) -> list[tuple[str, str]]:
    pairs = zip(groups.first, groups.second, strict=True)
    return [(groups.labels[a], groups.labels[b]) for a, b in pairs]


def test_every_two_categories_are_a_pair() -> None:
    assert named(groups_of("help", "pairs", nets=False)) == [
        ("Family", "Friends"),
        ("Family", "Doctor"),
        ("Friends", "Doctor"),
    ]


def test_the_overlap_of_two_mentions_is_a_sum_of_its_own_after_the_columns() -> None:
    groups = groups_of("help", "pairs")
    # Columns: everyone, the answered, three categories and a net; then six pairs of columns.
    assert groups.vectors.shape == (4, 6)
    assert groups.overlap.shape == (4, 12)
    assert groups.overlap[0].tolist() == [0] * 6 + [1, 0, 0, 0, 0, 0]


def test_against_the_total_a_group_is_its_own_overlap() -> None:
    groups = groups_of("sex", "total")
    assert named(groups) == [("Men", "Total"), ("Women", "Total")]
    assert groups.vectors.tolist() == [[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    assert (groups.overlap == groups.vectors[:2]).all()


def test_the_rest_of_a_group_are_the_others_with_an_answer() -> None:
    groups = groups_of("sex", "rest")
    assert named(groups) == [("Men", "Rest"), ("Women", "Rest")]
    assert groups.vectors[2:].tolist() == [[0, 1, -1, 0], [0, 1, 0, -1]]
    assert not groups.overlap.any()


def test_against_the_one_before_nets_have_no_part() -> None:
    assert named(groups_of("help", "previous")) == [("Family", "Friends"), ("Friends", "Doctor")]


@pytest.mark.parametrize(
    ("versus", "shared"), [("pairs", True), ("previous", True), ("total", False), ("rest", False)]
)
def test_only_pairs_of_columns_can_have_people_in_common(versus: str, shared: bool) -> None:
    assert shares_people(versus) is shared
