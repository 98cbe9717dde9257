"""No numeral of a transcribed report is unaccounted for."""

from __future__ import annotations

import re
from pathlib import Path

import numerals
import pytest
from report_files import rows_of

REPORTS = {"ehd-2025": "ehd-2025.txt", "hwc-2021": "report-1000.txt", "psp-2021": "report-1000.txt"}


@pytest.mark.parametrize("name", REPORTS)
def test_every_numeral_is_published_or_excluded_exactly_once(root: Path, name: str) -> None:
    text = (root / "tests" / "texts" / REPORTS[name]).read_text(encoding="utf-8")
    folder = root / "data" / "reports" / name
    published, excluded = (rows_of(folder / f"{s}.csv") for s in ("published", "exclusions"))
    assert numerals.unaccounted(text, published, excluded) == []


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(("file", "column"), [("published", "item"), ("claims", "claim")])
def test_no_item_stands_twice(root: Path, name: str, file: str, column: str) -> None:
    named = [row[column] for row in rows_of(root / "data" / "reports" / name / f"{file}.csv")]
    assert len(set(named)) == len(named)
    assert all(re.fullmatch(r"[a-z0-9.-]+", item) for item in named)


@pytest.mark.parametrize("name", REPORTS)
def test_every_exclusion_says_why(root: Path, name: str) -> None:
    excluded = rows_of(root / "data" / "reports" / name / "exclusions.csv")
    assert all(row["reason"].strip() for row in excluded)


@pytest.mark.parametrize("name", REPORTS)
def test_the_text_is_normalised(root: Path, name: str) -> None:
    text = (root / "tests" / "texts" / REPORTS[name]).read_text(encoding="utf-8")
    assert numerals.normalised(text) == text


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Base 53*", ["53"]),
        ("None\t*", ["None", "*"]),
        ("1,219 referrals, 333 (27%).", ["1,219", "333", "27"]),
        ("Table 3.2.1 and J2E, UC50; TW9 4DU", ["3.2.1", "4"]),
        ("Two-thirds or two thirds of forty-one", ["Two-thirds", "two", "thirds", "forty-one"]),
        ("someone, anyone, weight, often; the first and second", []),
        ("sanctions³ at 14.5 per cent", ["³", "14.5"]),
        ("one-to-one support for **half**", ["one", "one", "half"]),
    ],
)
def test_the_scanner_finds_numerals_and_number_words(line: str, found: list[str]) -> None:
    assert numerals.tokens(line) == found


def test_a_numeral_that_no_row_names_is_reported() -> None:
    assert numerals.unaccounted("3 of 4", [{"line": "1", "printed": "3"}], []) == [
        "line 1: ['4'] stand in the text and no row names them"
    ]


def test_a_row_whose_numeral_does_not_stand_on_its_line_is_reported() -> None:
    rows = [{"line": "1", "token": "5", "reason": "date"}]
    assert numerals.unaccounted("none", [{"line": "1", "printed": "none"}], rows) == [
        "line 1: rows name ['5'], which do not stand there"
    ]
