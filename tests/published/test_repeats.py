from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.published.findings import Finding
from welfarestats.published.repeats import repeated_findings
from welfarestats.published.report import load_report

AGAIN = "tools-phone,staff,tools,all,,Phone,percent,75,75,26,\n"


def found_with(folder: Path, *rows: str) -> list[Finding]:
    replace_in(folder / "published.csv", AGAIN, AGAIN + "".join(f"{row}\n" for row in rows))
    return [
        f for f in repeated_findings(load_report(folder)) if "staff-agree-percent" not in f.items
    ]


def test_the_toy_prints_one_percentage_twice(bare_toy: Path):
    (found,) = repeated_findings(load_report(bare_toy))
    assert (found.kind, found.lines) == ("contradiction", (21, 22))
    assert found.items == ("staff-agree-percent", "staff-agree-again")
    assert found.explanation == (
        "One quantity is printed with different values: Feels confident: Agree; All respondents."
    )
    assert found.arithmetic == (
        "65 in line 21 and 70 in line 22. 65 stands for less than 65.55 and 70 for at least "
        "69.45, even if it was rounded twice."
    )


def test_a_neighbouring_number_is_a_contradiction_only_if_rounded_once(bare_toy: Path):
    (found,) = found_with(bare_toy, "again,visits,help,seen,,Form,percent,42,42,30,")
    assert (found.kind, found.assumption) == ("contradiction-if", "each number was rounded once")
    assert "41 stands for less than 41.5 and 42 for at least 41.5." in found.arithmetic


@pytest.mark.parametrize(
    "row",
    [
        "again,visits,help,seen,,Form,percent,41,41,30,",
        "again,visits,help,seen,,Form,percent,40.7,40.7,30,",
        "again,visits,help,seen,benefit=UC,Form,percent,60,60,30,",
        "again,visits,help,seen,,Call,percent,60,60,30,",
        "again,visits,help,had_plan,,Form,percent,60,60,30,",
        "again,visits,help,seen,,Form,approximate,50,half,30,",
    ],
    ids=["equal", "a decimal more", "a group", "another answer", "other people", "words"],
)
def test_equal_values_and_other_quantities_are_no_finding(bare_toy: Path, row: str):
    assert found_with(bare_toy, row) == []


def test_a_decimal_that_rounds_to_another_number_is_found(bare_toy: Path):
    (found,) = found_with(bare_toy, "again,visits,help,seen,,Form,percent,42.3,42.3,30,")
    assert found.kind == "contradiction"


def test_the_same_people_under_another_name_are_the_same(bare_toy: Path):
    group = "again,visits,help,all,seen=Yes,Form,percent,50,50,30,"
    (found,) = found_with(bare_toy, group)
    assert found.items == ("help-form", "again")


def test_a_population_that_no_answer_tells_is_not_everybody(bare_toy: Path):
    replace_in(
        bare_toy / "spec.toml",
        "[populations.visits.had_plan]",
        '[populations.visits.some]\nlabel = "Visitors"\nbase = 90\nbase_status = "inferred"\n\n'
        "[populations.visits.had_plan]",
    )
    assert found_with(bare_toy, "again,visits,barrier_count,some,,None,percent,20,20,30,") == []


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("again,visits,seen,all,,,base,118,118,30,", ["contradiction"]),
        ("again,visits,help,seen,,,weighted_base,78,78,30,", ["contradiction-if"]),
        ("again,staff,confident,all,,Agree,count,12,12,30,", ["contradiction"]),
        ("again,visits,benefit,all,,UC,count,71,71,30,", ["contradiction"]),
    ],
)
def test_whole_numbers_of_people_are_not_rounded(bare_toy: Path, row: str, kinds: list[str]):
    assert [found.kind for found in found_with(bare_toy, row)] == kinds


def test_bases_of_a_label_that_varies_are_of_that_label(bare_toy: Path):
    replace_in(
        bare_toy / "spec.toml",
        "[populations.visits.had_plan]",
        '[populations.visits.answered]\nlabel = "Seen and answered"\nbase_varies = true\n'
        'where = { seen = ["Yes"] }\n\n[populations.visits.had_plan]',
    )
    rows = ("a,visits,help,seen,,,base,76,76,30,", "b,visits,help,answered,,,base,74,74,31,")
    assert found_with(bare_toy, *rows) == []


def test_three_values_are_one_finding_with_all_its_lines(bare_toy: Path):
    rows = [f"a{value},visits,help,seen,,Form,percent,{value},{value},{value},"
            for value in (41, 44, 50)]  # fmt: skip
    (found,) = found_with(bare_toy, *rows)
    assert found.lines == (4, 41, 44, 50)
    assert found.arithmetic.startswith("41 in lines 4 and 41, 44 in line 44 and 50 in line 50.")
