from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.tiny_reports import NOT_WORKING, tiny_report
from welfarestats.published.feasibility import statements_of
from welfarestats.published.joint_cells import JointCell, cells_spoken_of, known_statements


def cells_of(folder: Path, numbers: Sequence[str], *, spec: str = "") -> list[JointCell]:
    report = tiny_report(folder, numbers, spec=spec)
    statements = known_statements(report, statements_of(report, "s"))
    return cells_spoken_of(report.specification("s"), report.codebook("s"), statements)


def words_of(cells: Sequence[JointCell]) -> set[str]:
    return {cell.words() for cell in cells}


def test_a_percentage_speaks_of_every_answer_of_its_question_also_of_missing_ones(tmp_path: Path):
    found = words_of(cells_of(tmp_path, ["a: work,all,,Yes,percent,40"]))
    assert {"work: Yes", "work: No", "work: Don't know", "base of work"} <= found
    assert "all respondents" in found


def test_a_number_of_a_group_speaks_of_the_other_groups_and_of_their_sizes(tmp_path: Path):
    found = words_of(cells_of(tmp_path, ["a: mood,all,benefit=UC,Good,percent,40"]))
    assert {"mood: Good; benefit: UC", "mood: Bad; benefit: ESA"} <= found
    assert {"benefit: UC", "benefit: ESA"} <= found


def test_a_number_of_a_population_speaks_of_those_outside_it(tmp_path: Path):
    found = words_of(cells_of(tmp_path, ["a: mood,not_working,,Good,percent,40"], spec=NOT_WORKING))
    assert {"mood: Good; not_working", "mood: Good; work: Yes", "work: Yes"} <= found


def test_nobody_is_said_to_have_answered_what_they_were_not_asked(tmp_path: Path):
    numbers = ["a: want,not_working,,Yes,percent,40"]
    found = words_of(cells_of(tmp_path, numbers, spec=NOT_WORKING))
    assert "want: Yes; not_working" in found
    assert not any(words.startswith("want: Yes; work") for words in found)


def test_what_was_not_named_is_a_cell_of_a_multiple_response(tmp_path: Path):
    found = words_of(cells_of(tmp_path, ["a: help,all,,Form,percent,40"]))
    assert {"help: Form", "help: not Form", "help: Form or call"} <= found


def test_a_net_and_the_rest_of_an_answer_have_parts_that_say_as_much(tmp_path: Path):
    cells = {c.words(): c for c in cells_of(tmp_path, ["a: want,all,,Yes,percent,40"])}
    assert len(cells["want: Yes or perhaps"].parts) == 2
    assert len(cells["want: not Yes"].parts) == 2
    assert cells["want: Yes"].parts == ()


def test_a_cell_says_its_group_as_published_csv_does(tmp_path: Path):
    cells = cells_of(tmp_path, ["a: mood,all,benefit=UC & work=No,Good,percent,40"])
    assert {cell.group_text for cell in cells} >= {"benefit=UC & work=No", "benefit=ESA & work=Yes"}


def test_what_is_said_of_people_whom_nothing_tells_is_left_out(tmp_path: Path):
    customers = (
        '[populations.s.customers]\nlabel = "Customers"\nbase = 90\nbase_status = "inferred"\n'
    )
    numbers = ["a: work,customers,,Yes,percent,40", "b: mood,all,,Good,percent,50"]
    found = words_of(cells_of(tmp_path, numbers, spec=customers))
    assert "mood: Good" in found
    assert not any("work" in words for words in found)


def test_a_base_of_the_spec_is_left_out_where_a_line_prints_it(tmp_path: Path):
    spec = NOT_WORKING + 'base = 60\nbase_status = "printed"\n'
    report = tiny_report(tmp_path, ["a: ,not_working,,,base,60"], spec=spec)
    known = known_statements(report, statements_of(report, "s"))
    assert [one.number.item for one in known if one.number.population == "not_working"] == ["a"]
