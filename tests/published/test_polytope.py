from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_reports import UNSURE, Respondents, random_report
from tiny_reports import COUNTED, NOT_WORKING, tiny_report

from welfarestats.errors import ReportError
from welfarestats.published.feasibility import statements_of
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import ROUNDED_TWICE
from welfarestats.published.report import Report
from welfarestats.published.rows import Row
from welfarestats.published.statements import MISSING, NOT_ASKED, VALID, Atom

BENEFIT, WORK, WANT, MOOD = ((name, None) for name in ("benefit", "work", "want", "mood"))
UC, GOOD = {BENEFIT: frozenset([0])}, {MOOD: frozenset([0])}


def polytope_of(report: Report, **options: int) -> Polytope:
    survey, codebook = report.specification("s"), report.codebook("s")
    return Polytope(survey, codebook, statements_of(report, "s"), **options)


def made(
    folder: Path, *numbers: str, weights: str = "", spec: str = "", **options: int
) -> Polytope:
    rows = [f"n{i}: {number}" for i, number in enumerate(numbers)]
    return polytope_of(tiny_report(folder, rows, weights=weights, spec=spec), **options)


# ------------------------------------------------------------------ people in the model


def states_of(people: Respondents, atom: Atom) -> np.ndarray:
    """Everyone's state of an atom, from their answers alone."""
    name, options = atom
    question = people.questions[name]
    if options is None:
        position = np.where(question.given.any(axis=0), question.given.argmax(axis=0), -1)
        return np.where(position < 0, len(question.labels), position)
    if options:
        return question.given[sorted(options)].any(axis=0).astype(int)
    unsure = UNSURE in question.labels and question.gave(UNSURE)
    return np.where(question.asked, np.where(unsure, MISSING, VALID), NOT_ASKED)


def as_variables(polytope: Polytope, people: Respondents) -> np.ndarray:
    """The counts and the weights of people in the cells of every table."""
    unit = polytope.centre.unit if polytope.centre else np.mean(people.weights)
    weights = np.ones(people.size) if people.weights is None else people.weights / unit
    found = np.zeros(polytope.size)
    for block in polytope.blocks:
        cells = {tuple(states): block.start + i for i, states in enumerate(block.states.tolist())}
        states = np.array([states_of(people, atom) for atom in block.atoms])
        for person, weight in zip(states.T.tolist(), weights, strict=True):
            cell = cells[tuple(person)]  # A person whom a rule forbids has no cell.
            found[cell] += 1
            if polytope.weighted:
                found[polytope.cells + cell] += weight
    return found


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_the_people_behind_a_report_meet_every_condition_of_its_model(
    seed: int, tmp_path_factory: pytest.TempPathFactory
):
    report, people, _ = random_report(tmp_path_factory.mktemp("r"), seed, size=30, questions=1)
    polytope = polytope_of(report)
    system = polytope.system(math.inf, ROUNDED_TWICE)
    sums = system.matrix @ as_variables(polytope, people)
    assert (sums >= system.low - 1e-6).all()
    assert (sums <= system.high + 1e-6).all()


# ------------------------------------------------------------------ tables


def test_questions_that_are_named_together_share_one_table(tmp_path: Path):
    polytope = made(tmp_path, "mood,all,benefit=UC,Good,percent,40", "work,all,,Yes,percent,20")
    assert [set(block.atoms) for block in polytope.blocks] == [{BENEFIT, MOOD}, {WORK}]
    assert [block.size for block in polytope.blocks] == [6, 3]
    assert polytope.exact


def test_a_table_that_would_be_too_large_is_left_to_its_parts(tmp_path: Path):
    numbers = [
        "mood,all,benefit=UC,Good,percent,40",
        "mood,all,work=Yes,Good,percent,40",
        "work,all,,Yes,percent,20",
    ]
    polytope = made(tmp_path, *numbers, cell_limit=10)
    assert {frozenset(block.atoms) for block in polytope.blocks} == {
        frozenset([BENEFIT, MOOD]),
        frozenset([MOOD, WORK]),
    }
    assert not polytope.exact


def test_a_number_about_too_many_questions_at_once_is_refused(tmp_path: Path):
    with pytest.raises(ReportError, match="about the answers to 3 questions at once"):
        made(tmp_path, "mood,all,benefit=UC & work=Yes,Good,percent,40", cell_limit=10)


def test_what_the_questionnaire_forbids_has_no_cell(tmp_path: Path):
    polytope = made(tmp_path, "want,not_working,,Yes,percent,40", spec=NOT_WORKING)
    (block,) = polytope.blocks
    assert block.atoms == (WANT, WORK)
    assert sorted(map(tuple, block.states.tolist())) == [(0, 1), (1, 1), (2, 1), (3, 0), (3, 2)]


def test_people_are_counted_in_the_smallest_table_and_weighed_after_all_counts(tmp_path: Path):
    polytope = made(tmp_path, "mood,all,benefit=UC,Good,percent,40", weights="sample")
    assert len(polytope.people(UC)) == 3
    assert (polytope.weights(UC) - polytope.people(UC) == polytope.cells).all()
    assert polytope.size == 2 * polytope.cells == 12
    assert polytope.holds(UC | GOOD)
    assert not polytope.holds({WORK: frozenset([0])})
    with pytest.raises(ReportError, match="no table of survey 's' holds the questions"):
        polytope.people({WORK: frozenset([0])})


def test_a_survey_with_nothing_published_has_everyone_in_one_cell(tmp_path: Path):
    polytope = made(tmp_path)
    assert [block.size for block in polytope.blocks] == [1]
    assert polytope.people({}).tolist() == [0]


# ------------------------------------------------------------------ conditions


def described(rows: Sequence[Row]) -> list[tuple[int, float, float]]:
    return [(len(row.indices), row.low, row.high) for row in rows]


def test_everyone_is_in_every_table_and_tables_agree_on_what_they_share(tmp_path: Path):
    numbers = ["mood,all,benefit=UC,Good,percent,40", "mood,all,work=Yes,Good,percent,40"]
    polytope = made(tmp_path, *numbers, cell_limit=10)
    rows = described(polytope.structure)
    assert rows.count((6, 100, 100)) == rows.count((9, 100, 100)) == 1
    assert rows.count((5, 0, 0)) == 3  # Two benefits and three states of work, for each mood.


def test_a_percentage_is_two_conditions_on_shares_and_asks_for_people(tmp_path: Path):
    polytope = made(tmp_path, "benefit,all,,UC,percent,40")
    rows = polytope.rows_of(polytope.statements[0])
    assert described(rows) == [
        (2, 1, math.inf),
        (1, 1, math.inf),
        (2, 1, math.inf),
        (2, 0, math.inf),
        (2, -math.inf, 0),
    ]
    assert rows[2].factors.tolist() == [0, 1]  # Somebody gave the other answer.
    assert rows[3].factors.tolist() == pytest.approx([1 - 0.395, -0.395])
    assert rows[4].factors.tolist() == pytest.approx([1 - 0.405, -0.405])
    wider = polytope.rows_of(polytope.statements[0], ROUNDED_TWICE)
    assert wider[3].factors.tolist() == pytest.approx([1 - 0.3945, -0.3945])


def test_nought_per_cent_asks_for_nobody_and_a_star_for_somebody(tmp_path: Path):
    nought = made(tmp_path / "0", "benefit,all,,UC,percent,0")
    star = made(tmp_path / "s", "benefit,all,,UC,percent,*")
    assert len(nought.rows_of(nought.statements[0])) == 4
    assert len(star.rows_of(star.statements[0])) == 5


def test_counts_and_bases_are_whole_and_not_widened(tmp_path: Path):
    polytope = made(tmp_path, "benefit,all,,UC,count,40", "benefit,all,,,base,100")
    for statement, size, value in zip(polytope.statements, (1, 2), (40, 100), strict=False):
        rows = polytope.rows_of(statement, Fraction(1, 2))
        assert described(rows) == [(size, value, value)]


def test_the_mean_weight_of_a_group_lies_within_the_factor(tmp_path: Path):
    polytope = made(tmp_path, ",all,benefit=UC,,base,40", weights="sample")
    least, most = polytope.bounded([UC], 2.0, "a")
    assert (least.low, least.high) == (0, math.inf)
    assert (most.low, most.high) == (-math.inf, 0)
    assert least.factors.tolist() == pytest.approx([1, -0.5], rel=0.01)
    assert most.factors.tolist() == pytest.approx([1, -2], rel=0.01)
    assert len(polytope.bounded([UC], math.inf)) == 1
    assert polytope.bounded([{}], 2.0) == []


def test_unweighted_people_have_no_weights(tmp_path: Path):
    polytope = made(tmp_path, ",all,benefit=UC,,base,40")
    assert polytope.bounded([UC], 2.0) == []
    assert polytope.weights(UC).tolist() == polytope.people(UC).tolist()


def test_who_named_nothing_one_or_several_options_named_that_many(tmp_path: Path):
    polytope = made(tmp_path, "times,all,,One,percent,40", spec=COUNTED)
    (count,) = polytope.counts
    limits = {(row.low, row.high) for row in polytope._counted(count, 0)}
    assert limits == {(0.0, 0.0), (0.0, math.inf)}


def test_every_row_of_the_matrix_has_its_source(tmp_path: Path):
    polytope = made(tmp_path, "benefit,all,,UC,percent,40", weights="sample")
    system = polytope.system(2.0)
    assert system.matrix.shape[1] == polytope.size
    assert len(system.sources) == system.matrix.shape[0] == len(system.low) == len(system.high)
    assert {"", "n0 (line 1)", "population-all (line 0)"} == set(system.sources)
