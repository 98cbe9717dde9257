from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_reports import tiny_report
from toyreport import replace_in

from welfarestats.output.wording import round_half_up
from welfarestats.published.findings import Finding
from welfarestats.published.printed import ROUNDED_TWICE
from welfarestats.published.report import load_report
from welfarestats.published.whole_numbers import counts_of, whole_number_findings

STAFF_INVITED = "staff-invited,staff,,all,,,stated,19,19,24,\n"


def found_in(folder: Path) -> list[Finding]:
    """The findings without the one that the toy has: 70 per cent of 17."""
    found = whole_number_findings(load_report(folder))
    return [finding for finding in found if "staff-agree-again" not in finding.items]


def add_rows(folder: Path, *rows: str) -> None:
    added = STAFF_INVITED + "".join(f"{row}\n" for row in rows)
    replace_in(folder / "published.csv", STAFF_INVITED, added)


@pytest.mark.parametrize(
    ("printed", "base", "counts"),
    [
        ("65", 17, [11]),
        ("66", 17, []),
        ("0", 17, [0]),
        ("*", 17, []),
        ("*", 300, [1]),
        ("100", 17, [17]),
        ("12", 8, [1]),
        ("13", 8, [1]),
        ("33.3", 18, [6]),
    ],
)
def test_counts_behind_a_percentage(printed: str, base: int, counts: list[int]):
    assert list(counts_of(printed, base)) == counts


def test_zero_stays_impossible_for_a_star_that_was_rounded_twice():
    assert list(counts_of("*", 17, Fraction(1, 20))) == []


def test_the_toy_has_one_percentage_that_is_impossible(bare_toy: Path):
    (found,) = whole_number_findings(load_report(bare_toy))
    assert (found.items, found.lines) == (("staff-agree-again", "staff"), (20, 22))


def test_a_percentage_that_no_count_gives_is_a_contradiction(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "Agree,percent,65,65,21,", "Agree,percent,67,67,21,")
    (found,) = found_in(bare_toy)
    assert (found.kind, found.lines) == ("contradiction", (20, 21))
    assert found.items == ("staff-agree-percent", "staff")
    assert found.explanation == (
        "No whole number of people is 67 per cent of 17: Feels confident: Agree; All respondents."
    )
    assert found.arithmetic == "11 of 17 is 64.71 and 12 of 17 is 70.59 per cent."


def test_the_base_of_the_question_counts_before_that_of_the_people(bare_toy: Path):
    replace_in(bare_toy / "published.csv", ",percent,75,75,26,", ",percent,76,76,26,")
    (found,) = found_in(bare_toy)  # 13 of the 17 are 76 per cent, but of the 16 nobody's share is
    assert found.items == ("tools-phone", "tools-base")


def test_two_printed_bases_leave_the_choice(bare_toy: Path):
    replace_in(bare_toy / "published.csv", ",percent,75,75,26,", ",percent,76,76,26,")
    add_rows(bare_toy, "tools-base-again,staff,tools,all,,,base,17,17,27,")
    assert found_in(bare_toy) == []


def test_a_question_that_some_may_not_have_answered_has_no_known_base(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "tools-base,staff,tools,all,,,base,16,16,25,\n", "")
    replace_in(bare_toy / "published.csv", ",percent,75,75,26,", ",percent,74,74,26,")
    assert found_in(bare_toy) == []


def test_a_percentage_of_a_group_needs_the_base_of_the_group(bare_toy: Path):
    row = "agree-phone,staff,confident,all,tools=Phone,Agree,percent,52,52,27,"
    add_rows(bare_toy, row)
    assert found_in(bare_toy) == []
    base = "phone,staff,confident,all,tools=Phone,,base,12,12,27,"
    replace_in(bare_toy / "published.csv", row, f"{row}\n{base}")
    assert [found.items for found in found_in(bare_toy)] == [("agree-phone", "phone")]


def test_a_weighted_survey_can_give_any_percentage(bare_toy: Path):
    assert found_in(bare_toy) == []
    replace_in(bare_toy / "spec.toml", 'weights = "weight"\n', "")
    assert "seen-all" in [found.items[0] for found in found_in(bare_toy)]


def test_a_decimal_rounded_twice_is_a_contradiction_only_if_rounded_once(bare_toy: Path):
    replace_in(bare_toy / "spec.toml", "base = 17", "base = 44")
    replace_in(bare_toy / "published.csv", ",base,17,Seventeen,20,", ",base,44,44,20,")
    replace_in(bare_toy / "published.csv", "Agree,percent,65,65,21,", "Agree,percent,96,96,21,")
    (found,) = found_in(bare_toy)  # 42 of 44 are 95.4545, which two steps make 95.5 and 96
    assert (found.kind, found.assumption) == ("contradiction-if", "each number was rounded once")


# ------------------------------------------------------------------ all answers to a question


def whole_question(folder: Path, *percentages: str) -> list[Finding]:
    replace_in(
        folder / "published.csv",
        'staff-agree-again,staff,confident,all,,Agree,percent,70,70,22,"contradicted: line 21 '
        'prints 65"\n',
        "",
    )
    replace_in(
        folder / "published.csv", "Agree,percent,65,65,21,", f"Agree,percent,{percentages[0]},"
        f"{percentages[0]},21,"
    )  # fmt: skip
    add_rows(
        folder,
        *(
            f"staff-{word.lower()}-percent,staff,confident,all,,{word},percent,{n},{n},{line},"
            for word, n, line in zip(
                ("Neither", "Disagree"), percentages[1:], (28, 29), strict=True
            )
        ),
    )
    return found_in(folder)


def test_counts_that_do_not_add_up_to_the_base_are_a_contradiction(bare_toy: Path):
    (found,) = whole_question(bare_toy, "65", "29", "12")
    assert (found.kind, found.check) == ("contradiction", "whole-number")
    assert found.items == (
        "staff-agree-percent", "staff-neither-percent", "staff-disagree-percent", "staff",
    )  # fmt: skip
    assert found.arithmetic == "Of 17 they are 11, 5 and 2 people, together 18."


def test_counts_that_add_up_to_the_base_are_no_finding(bare_toy: Path):
    assert whole_question(bare_toy, "65", "29", "6") == []


def test_an_impossible_percentage_is_named_once(bare_toy: Path):
    found = whole_question(bare_toy, "66", "29", "6")
    assert [finding.items for finding in found] == [("staff-agree-percent", "staff")]


# ------------------------------------------------------------------ a law


@given(
    base=st.integers(1, 2_000), share=st.fractions(0, 1), decimals=st.integers(0, 2),
    twice=st.booleans(),
)  # fmt: skip
def test_a_percentage_of_people_is_never_impossible(
    base: int, share: Fraction, decimals: int, *, twice: bool
):
    count = round(share * base)
    value = round_half_up(100 * count / base, decimals + 1) if twice else 100 * count / base
    printed = f"{round_half_up(value, decimals):.{decimals}f}"
    widened = ROUNDED_TWICE if twice else Fraction(0)
    assert count in counts_of(printed, base, widened)


def test_collected_records_may_lack_answers_so_that_the_base_of_everyone_is_not_that_of_a_question(
    tmp_path: Path,
):
    numbers = ["everyone: ,all,,,base,21", "uc: benefit,all,,UC,percent,30"]
    written = tiny_report(tmp_path / "s", numbers, base=21)
    collected = tiny_report(tmp_path / "c", numbers, base=21, origin="collected")
    assert [finding.items for finding in whole_number_findings(written)] == [("uc", "everyone")]
    assert whole_number_findings(collected) == []
