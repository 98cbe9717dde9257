from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.published.base_labels import base_label_findings
from welfarestats.published.findings import Finding
from welfarestats.published.report import load_report

LAST = "tools-phone,staff,tools,all,,Phone,percent,75,75,26,\n"


def found_with(folder: Path, *rows: str) -> list[Finding]:
    """The findings without the one that the toy has: 119 and 118 of all respondents."""
    replace_in(folder / "published.csv", LAST, LAST + "".join(f"{row}\n" for row in rows))
    found = base_label_findings(load_report(folder))
    return [finding for finding in found if "barriers-counted" not in finding.items]


def test_a_label_beside_two_bases_is_a_matter_of_wording(bare_toy: Path):
    (found,) = base_label_findings(load_report(bare_toy))
    assert (found.kind, found.lines) == ("wording", (3, 11))
    assert found.explanation == (
        "The label 'All respondents' stands beside 119 and 118; valid answers differ by question, "
        "and the label does not say so."
    )
    assert found.arithmetic == "119 for seen (line 3) and 118 for barrier_count (line 11)."


def test_a_label_that_says_so_is_no_finding(bare_toy: Path):
    replace_in(
        bare_toy / "spec.toml",
        "[populations.visits.seen]",
        '[populations.visits.all]\nlabel = "All who answered"\nbase = 120\nbase_varies = true\n\n'
        "[populations.visits.seen]",
    )
    assert base_label_findings(load_report(bare_toy)) == []


@pytest.mark.parametrize(
    "row",
    [
        "again,staff,confident,all,,,base,16,16,27,",
        "again,staff,tools,all,,,base,16,16,27,",
        "again,visits,help,seen,benefit=UC,,base,40,40,27,",
        "again,staff,tools,all,,,weighted_base,18,18,27,",
    ],
    ids=["an equal base", "the same question", "a group", "a weighted base"],
)
def test_equal_bases_groups_and_weighted_bases_are_no_finding(bare_toy: Path, row: str):
    assert found_with(bare_toy, row) == []


# ------------------------------------------------------------------ parts of a whole


@pytest.mark.parametrize(
    ("row", "items"),
    [
        ("again,visits,mood,all,,,base,121,121,27,", ("again", "visits")),
        ("again,visits,,seen,benefit=UC,,base,121,121,27,", ("again", "visits")),
        ("again,visits,useful,had_plan,,,base,31,31,27,", ("again", "plan-base")),
    ],
    ids=["a question", "a group", "those who answered"],
)
def test_a_part_that_is_larger_than_the_whole_is_a_contradiction(
    bare_toy: Path, row: str, items: tuple[str, ...]
):
    found = [f for f in found_with(bare_toy, row) if f.kind == "contradiction"]
    assert [finding.items for finding in found if "seen-base" not in finding.items] == [items]


def test_a_larger_part_shows_both_bases(bare_toy: Path):
    (found,) = found_with(bare_toy, "again,visits,useful,had_plan,,,base,31,31,27,")
    assert found.lines == (9, 27)
    assert found.arithmetic == "31 (line 27) is more than 30 (line 9)."


@pytest.mark.parametrize(
    "row",
    [
        "again,visits,barriers,all,,,base,119,119,27,",
        "again,visits,mood,all,,,base,120,120,27,",
        "again,visits,useful,had_plan,,,base,30,30,27,",
    ],
    ids=["more than answered another question", "everybody", "all who had a plan"],
)
def test_a_base_that_may_be_so_large_is_no_finding(bare_toy: Path, row: str):
    assert [f for f in found_with(bare_toy, row) if f.kind == "contradiction"] == []


def answered(folder: Path) -> None:
    replace_in(
        folder / "spec.toml",
        "[populations.visits.had_plan]",
        '[populations.visits.plan_answered]\nlabel = "Had a plan and answered"\n'
        'base_varies = true\nwhere = { help = ["Plan"] }\n\n[populations.visits.had_plan]',
    )


def test_those_who_answered_cannot_be_more_than_the_people(bare_toy: Path):
    answered(bare_toy)
    row = "again,visits,,plan_answered,,,base,{0},{0},27,"
    (found,) = found_with(bare_toy, row.format(31))
    assert found.items == ("again", "plan-base")
    replace_in(bare_toy / "published.csv", row.format(31), row.format(29))
    assert [f for f in found_with(bare_toy) if f.kind == "contradiction"] == []


def test_a_base_of_those_who_answered_does_not_bound_the_people(bare_toy: Path):
    answered(bare_toy)
    rows = [f"a{n},visits,,plan_answered,,,base,{n},{n},27," for n in (28, 29)]
    assert [f for f in found_with(bare_toy, *rows) if f.kind == "contradiction"] == []
