"""A sum or rate that a report states and that does not come out is found, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.published.arithmetic import arithmetic_findings
from welfarestats.published.findings import Finding
from welfarestats.published.folder import report_names
from welfarestats.published.printed import printed_value
from welfarestats.published.report import load_report

LAST = "tools-phone,staff,tools,all,,Phone,percent,75,75,26,\n"
Rows = Iterable[tuple[str, str, str]]


def stating(folder: Path, rows: Rows, stated: str) -> list[Finding]:
    """The findings in a toy that prints more numbers (item, statistic, token) and adds them up."""
    written = []
    for line, (item, statistic, token) in enumerate(rows, start=40):
        variable, category = ("seen", "Yes") if statistic == "percent" else ("", "")
        written.append(
            f"{item},visits,{variable},all,,{category},{statistic},{printed_value(token)},"
            f'"{token}",{line},\n'
        )
    replace_in(folder / "published.csv", LAST, LAST + "".join(written))
    spec = folder / "spec.toml"
    spec.write_text(f"{spec.read_text(encoding='utf-8')}\n{stated}\n", encoding="utf-8")
    return arithmetic_findings(load_report(folder))


def adding(folder: Path, total: str, *parts: str, statistic: str = "stated") -> list[Finding]:
    """The findings in a toy that prints a total and parts of it."""
    rows = [(f"n{place}", statistic, token) for place, token in enumerate((total, *parts))]
    names = [f"n{place + 1}" for place in range(len(parts))]
    return stating(folder, rows, f'[[sums]]\ntotal = "n0"\nparts = {names}')


def dividing(
    folder: Path, rate: str, part: str, whole: str, *, statistic: str = "stated"
) -> list[Finding]:
    """The findings in a toy that prints a rate and the two numbers it is a rate of."""
    rows = [("rate", "stated", rate), ("part", statistic, part), ("whole", statistic, whole)]
    return stating(folder, rows, '[[rates]]\nrate = "rate"\npart = "part"\nwhole = "whole"')


def test_a_sum_that_comes_out_is_no_finding(bare_toy: Path):
    assert adding(bare_toy, "24,141", "2,590", "738", "20,813") == []


def test_a_sum_that_does_not_come_out_is_a_contradiction(bare_toy: Path):
    (found,) = adding(bare_toy, "24,114", "2,590", "738", "20,813")
    assert (found.kind, found.severity, found.check) == ("contradiction", "high", "sum")
    assert (found.finding, found.survey) == ("sum.n0.n1", "visits")
    assert (found.lines, found.items) == ((40, 41, 42, 43), ("n0", "n1", "n2", "n3"))
    assert found.explanation == (
        "The numbers 2,590, 738 and 20,813 do not add up to 24,114, which is printed as their sum."
    )
    assert found.arithmetic == (
        "2,590 + 738 + 20,813 = 24,141, not 24,114. Rounding allows 24,139.35 to 24,142.65, and "
        "24,113.45 to 24,114.55 for what is printed."
    )


def test_a_stated_whole_number_may_have_been_rounded(bare_toy: Path):
    (found,) = adding(bare_toy, "24,142", "2,590", "738", "20,813")
    assert (found.kind, found.severity) == ("contradiction-if", "medium")
    assert found.assumption == "each number was rounded once, and stated whole numbers not at all"
    assert found.arithmetic == "2,590 + 738 + 20,813 = 24,141, not 24,142."


def test_a_count_of_people_was_not_rounded(bare_toy: Path):
    (found,) = adding(bare_toy, "1,007", "500", "506", statistic="count")
    assert (found.kind, found.assumption) == ("contradiction", "")
    assert found.arithmetic == "500 + 506 = 1,006, not 1,007."


@pytest.mark.parametrize(
    ("total", "parts", "kinds"),
    [
        ("13", ("10", "3"), []),
        ("14", ("10", "3"), []),
        ("12", ("10", "3"), []),
        ("15", ("10", "3"), ["contradiction"]),
        ("100", ("33", "33", "33"), []),
        ("100", ("33.3", "33.3", "33.3"), []),
        ("100.0", ("33.3", "33.3", "33.3"), []),
        ("100.0", ("33.3", "33.3", "33.2"), ["contradiction-if"]),
        ("100.0", ("33.3", "33.3", "33.1"), ["contradiction"]),
    ],
)
def test_percentages_may_miss_their_sum_by_rounding(
    bare_toy: Path, total: str, parts: tuple[str, ...], kinds: list[str]
):
    found = adding(bare_toy, total, *parts, statistic="percent")
    assert [finding.kind for finding in found] == kinds


@pytest.mark.parametrize(
    ("total", "kinds"),
    [("2.7", []), ("2.8", []), ("2.9", ["contradiction-if"]), ("4.9", ["contradiction"])],
)
def test_a_whole_number_beside_decimals_is_one_of_them(
    bare_toy: Path, total: str, kinds: list[str]
):
    found = adding(bare_toy, total, "1", "0.7", "1")
    assert [finding.kind for finding in found] == kinds


@pytest.mark.parametrize(
    ("rate", "part", "whole", "kinds"),
    [
        ("46", "506", "1,091", []),
        ("11", "500", "4,663", []),
        ("nine", "1,808", "20,813", []),
        ("8.7", "1,808", "20,813", []),
        ("8.6", "1,808", "20,813", ["contradiction"]),
        ("12", "500", "4,663", ["contradiction"]),
        ("0", "0", "0", []),
        ("50", "1", "3", ["contradiction-if"]),
    ],
)
def test_a_rate_is_a_share_of_two_numbers(
    bare_toy: Path, rate: str, part: str, whole: str, kinds: list[str]
):
    found = dividing(bare_toy, rate, part, whole)
    assert [finding.kind for finding in found] == kinds


def test_a_rate_that_is_another_share_is_a_contradiction(bare_toy: Path):
    (found,) = dividing(bare_toy, "47", "506", "1,091", statistic="count")
    assert (found.finding, found.kind, found.items) == (
        "rate.rate", "contradiction", ("rate", "part", "whole")
    )  # fmt: skip
    assert found.explanation == (
        "The share of 506 in 1,091 is not the 47 per cent that is printed."
    )
    assert found.arithmetic == (
        "100 × 506 / 1,091 = 46.38, not 47. Rounding allows 46.38, and 46.45 to 47.55 for what is "
        "printed."
    )


@pytest.mark.parametrize("name", report_names())
def test_the_reports_of_the_library_add_up_as_they_say(name: str):
    assert arithmetic_findings(load_report(name)) == []
