"""Against every way of counting people that gives the printed numbers, tried one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_reports import tiny_report
from welfarestats.published.determined import Deduction
from welfarestats.published.feasibility import statements_of
from welfarestats.published.joint_cells import cells_spoken_of
from welfarestats.published.polytope import Polytope
from welfarestats.published.report import Report

#: Everyone's benefit, whether in work, and of those not in work whether they want to.
PEOPLE = [
    {"benefit": benefit, "work": work, "want": want}
    for benefit in ("UC", "ESA")
    for work, wants in (("Yes", [""]), ("No", ["Yes", "Perhaps", "No"]), ("Don't know", [""]))
    for want in wants
]
VALID = {"benefit": ["UC", "ESA"], "work": ["Yes", "No"], "want": ["Yes", "Perhaps", "No"]}
NETS = {"Yes or perhaps": ["Yes", "Perhaps"]}
Flags = np.ndarray


def given(variable: str, answers: Sequence[str]) -> Flags:
    return np.array([person[variable] in answers for person in PEOPLE])


def answers_of(variable: str, category: str) -> list[str]:
    if category.startswith("not "):
        left_out = answers_of(variable, category.removeprefix("not "))
        return [label for label in VALID[variable] if label not in left_out]
    return NETS.get(category, [category]) if category else VALID[variable]


def counted(variable: str, category: str, group: dict[str, str]) -> Flags:
    found = np.ones(len(PEOPLE), dtype=bool)
    for name, label in group.items():
        found &= given(name, [label])
    return found & given(variable, answers_of(variable, category)) if variable else found


def every_count(size: int, cells: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (size,)
        return
    for first in range(size + 1):
        for rest in every_count(size - first, cells - 1):
            yield (first, *rest)


def printed_numbers(random: np.random.Generator, counts: Flags) -> list[str]:
    """Return some true numbers of random people, percentages to whole numbers."""
    found = []
    for variable, labels in VALID.items():
        for group in ({}, {"benefit": "UC"}, {"benefit": "ESA"}):
            if variable in group:
                continue
            text = "".join(f"{name}={label}" for name, label in group.items())
            base = int(counts @ counted(variable, "", group))
            if base and random.random() < 0.6:
                found.append(f"{variable},all,{text},,base,{base}")
            for category in [*labels, *(NETS if variable == "want" else [])]:
                part = int(counts @ counted(variable, category, group))
                if base and random.random() < 0.3:
                    percent = math.floor(Fraction(100 * part, base) + Fraction(1, 2))
                    found.append(f"{variable},all,{text},{category},percent,{percent}")
                elif random.random() < 0.1:
                    found.append(f"{variable},all,{text},{category},count,{part}")
    return [f"n{i}: {text}" for i, text in enumerate(found)]


def consistent(tables: Flags, numbers: Sequence[str]) -> Flags:
    """Return the tables that give the numbers; a half may be rounded up or down."""
    kept = np.ones(len(tables), dtype=bool)
    for text in numbers:
        variable, _, group, category, statistic, printed = text.partition(": ")[2].split(",")
        people = dict(pair.split("=") for pair in group.split(" & ") if pair)
        part = tables @ counted(variable, category, people)
        whole = tables @ counted(variable, "", people)
        if statistic == "percent":
            kept &= (whole > 0) & (np.abs(100 * part - int(printed) * whole) * 2 <= whole)
            kept &= (part > 0) | (int(printed) == 0)
        else:
            kept &= part == int(printed)
    return tables[kept]


def deduced(
    report: Report, *, whole_limit: int = 200, cell_limit: int = 4096
) -> list[tuple[tuple[str, str, dict[str, str]], int, int, bool]]:
    survey, codebook = report.specification("s"), report.codebook("s")
    statements = statements_of(report, "s")
    polytope = Polytope(survey, codebook, statements, cell_limit=cell_limit)
    deduction = Deduction(polytope, whole_limit=whole_limit)
    cells = [c for c in cells_spoken_of(survey, codebook, statements) if polytope.holds(c.people)]
    keys = [(cell, deduction.reduced(cell.people)) for cell in cells]
    known = [(cell, key) for cell, key in keys if key is not None]
    solved = deduction.solve([key for _, key in known], ranges=True)
    return [
        ((cell.variable, cell.category, dict(cell.group)), one.low, one.high, one.exact)
        for (cell, _), one in zip(known, solved, strict=True)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_the_least_and_largest_number_are_those_of_every_table_that_gives_the_print(
    seed: int, tmp_path: Path
):
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 7))
    tables = np.array(list(every_count(size, len(PEOPLE))))
    numbers = printed_numbers(random, tables[random.integers(len(tables))])
    possible = consistent(tables, numbers)
    report = tiny_report(tmp_path, numbers, base=size)
    exact, whole, fractions, apart = (
        deduced(report),
        deduced(report, cell_limit=8),
        deduced(report, whole_limit=0),
        deduced(report, cell_limit=8, whole_limit=0),
    )
    assert all(known for *_, known in exact)
    for found in (exact, whole, fractions, apart):
        for cell, low, high, known in found:
            values = possible @ counted(*cell)
            truth = (values.min(), values.max())
            assert low <= truth[0] <= truth[1] <= high, (cell, numbers)
            assert not known or (low, high) == truth, (cell, numbers)


def weighted_possible(table: Sequence[int], numbers: Sequence[str]) -> bool:
    """Return whether positive weights of people, at least a thousandth of the mean, give them."""
    from scipy.optimize import linprog

    counts = np.array(table)
    size = counts.sum()
    rows, limits = [], []
    for text in numbers:
        variable, _, group, category, statistic, printed = text.partition(": ")[2].split(",")
        people = dict(pair.split("=") for pair in group.split(" & ") if pair)
        part = counted(variable, category, people)
        whole = counted(variable, "", people)
        if statistic == "percent":
            low, high = max(int(printed) - 0.5, 0) / 100, (int(printed) + 0.5) / 100
            if counts @ whole == 0:
                return False
            rows += [low * whole - part, part - high * whole]
            limits += [0, 0]
        elif counts @ part != int(printed):
            return False
    spans = [(0.001 * n, size) if n else (0, 0) for n in table]
    result = linprog(
        np.zeros(len(table)),
        A_ub=np.array(rows) if rows else None,
        b_ub=limits or None,
        A_eq=np.ones((1, len(table))),
        b_eq=[size],
        bounds=spans,
    )
    return bool(result.status == 0)


@pytest.mark.parametrize("seed", range(6))
def test_in_weighted_surveys_too_if_one_table_holds_all(seed: int, tmp_path: Path):
    random = np.random.default_rng(100 + seed)
    size = int(random.integers(2, 4))
    tables = np.array(list(every_count(size, len(PEOPLE))))
    numbers = printed_numbers(random, tables[random.integers(len(tables))])
    possible = np.array([table for table in tables if weighted_possible(table, numbers)])
    report = tiny_report(tmp_path, numbers, base=size, weights="sample")
    for found in (deduced(report), deduced(report, whole_limit=0), deduced(report, cell_limit=8)):
        for cell, low, high, known in found:
            values = possible @ counted(*cell)
            truth = (values.min(), values.max())
            assert low <= truth[0] <= truth[1] <= high, (cell, numbers)
            assert not known or (low, high) == truth, (cell, numbers)


def test_the_same_people_have_one_key_whatever_the_questionnaire_implies(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: want,all,work=No,Yes,count,3"])
    polytope = Polytope(report.specification("s"), report.codebook("s"), statements_of(report, "s"))
    work, want = ("work", None), ("want", None)
    routed = Deduction(polytope).reduced({work: frozenset([1]), want: frozenset([0])})
    assert routed == Deduction(polytope).reduced({want: frozenset([0])})
    assert Deduction(polytope).reduced({work: frozenset([0]), want: frozenset([0])}) is None


def test_of_two_people_one_gave_an_answer_that_half_gave_whatever_they_weigh(tmp_path: Path):
    numbers = ["a: work,all,,Yes,percent,50", "b: work,all,,,base,2"]
    found = deduced(tiny_report(tmp_path, numbers, weights="sample"), whole_limit=0)
    assert (("work", "Yes", {}), 1, 1, False) in found


def test_percentages_that_leave_some_over_leave_somebody(tmp_path: Path):
    numbers = [
        "a: want,all,,Yes,percent,50",
        "b: want,all,,Perhaps,percent,30",
        "c: want,all,,,base,3",
    ]
    found = deduced(tiny_report(tmp_path, numbers, weights="sample"))
    assert (("want", "No", {}), 1, 1, True) in found


def test_a_proof_names_the_fewest_numbers(tmp_path: Path):
    numbers = [
        "a: mood,all,,Good,count,40",
        "b: mood,all,,Bad,count,30",
        "c: mood,all,,Neither,count,27",
        "d: mood,all,,,base,97",
        "e: mood,all,,,base,97",
        "f: benefit,all,,UC,count,20",
        "g: work,all,,,base,97",
    ]
    report = tiny_report(tmp_path, numbers)
    polytope = Polytope(report.specification("s"), report.codebook("s"), statements_of(report, "s"))
    deduction = Deduction(polytope)
    unsure = deduction.reduced({("work", None): frozenset([2])})
    assert unsure is not None
    assert deduction.sources(unsure, 3) == ("g (line 7)",)
    assert deduction.sources(unsure, 4) == ()


def test_a_proof_is_of_one_value_only(tmp_path: Path):
    numbers = [
        "a: mood,all,,Good,count,50",
        "b: mood,all,,Bad,percent,33",
        "c: mood,all,,,base,100",
    ]
    report = tiny_report(tmp_path, numbers)
    polytope = Polytope(report.specification("s"), report.codebook("s"), statements_of(report, "s"))
    deduction = Deduction(polytope)
    bad = deduction.reduced({("mood", None): frozenset([1])})
    assert bad is not None
    assert deduction.solve([bad])[0].low == 33
    assert deduction.sources(bad, 33) == ("b (line 2)",)
    assert deduction.sources(bad, 32) == ()
