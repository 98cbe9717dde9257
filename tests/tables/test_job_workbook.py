from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_files import changed_workbook, example_folder, new_workbook

from welfarestats.errors import OptionError
from welfarestats.tables.job_workbook import SHEETS, job_from_workbook

JOB = [["setting", "value"], ["data", "people.csv"]]
STUBS = [["table", "questions", "title"], [None, "readiness", None]]


def job(tmp_path, **sheets):
    return job_from_workbook(
        new_workbook(tmp_path / "job.xlsx", {"job": JOB, "stubs": STUBS} | sheets)
    )


def test_a_small_job_is_two_sheets(tmp_path):
    made = job(tmp_path)
    assert made.settings["data"].value == "people.csv"
    assert made.tables[0].questions == (("readiness", "sheet 'stubs', cell B2"),)
    assert made.banner == made.filters == made.nets == ()


def test_rows_with_the_same_name_are_one_table(tmp_path):
    rows = [
        STUBS[0],
        ["grid", "a, b", "A grid"],
        ["grid", "c", None],
        [None, "d", None],
        [None, "e"],
    ]
    made = job(tmp_path, stubs=rows)
    assert [[name for name, _ in one.questions] for one in made.tables] == [
        ["a", "b", "c"],
        ["d"],
        ["e"],
    ]
    assert (made.tables[0].name, made.tables[0].title) == ("grid", "A grid")


def test_columns_may_stand_in_any_order_and_rows_be_left_empty(tmp_path):
    rows = [[None], ["Questions", None, "TABLE"], [], ["a", None, "t"]]
    (table,) = job(tmp_path, stubs=rows).tables
    assert (table.name, table.questions) == ("t", (("a", "sheet 'stubs', cell A4"),))


def test_answers_are_parted_by_semicolons_and_codes_by_commas(tmp_path):
    head = ["table", "question", "answers"]
    rows = [
        head,
        [None, "a", "Yes, a lot; No"],
        [None, "b", "1, 2"],
        [None, "c", 3],
        ["t", "d", "x"],
    ]
    made = job(tmp_path, filters=rows).filters
    assert [one.answers for one in made] == [("Yes, a lot", "No"), (1, 2), (3,), ("x",)]
    assert [one.table for one in made] == ["", "", "", "t"]


def test_settings_are_read_as_what_they_take(tmp_path):
    rows = [*JOB, ["level", 0.9], ["total", "no"], ["synthetic inference", True], ["strata", "a; b"],
            ["caveats", "One, two.\nThree."], ["title", 2026], ["html", None]]  # fmt: skip
    values = {key: one.value for key, one in job(tmp_path, job=rows).settings.items()}
    assert values["level"] == 0.9
    assert (values["total"], values["synthetic_inference"]) == (False, True)
    assert values["strata"] == ("a", "b")
    assert values["caveats"] == ("One, two.", "Three.")
    assert values["title"] == "2026"
    assert "html" not in values


def test_a_second_question_in_a_row_of_the_banner_is_crossed(tmp_path):
    rows = [["question", "crossed with"], ["sex", None], ["region", "sex"]]
    assert [one.questions for one in job(tmp_path, banner=rows).banner] == [
        ("sex",),
        ("region", "sex"),
    ]


def test_nets_are_read_with_their_cells(tmp_path):
    rows = [["question", "label", "codes"], ["a", "Any", "1, 2"]]
    (net,) = job(tmp_path, nets=rows).nets
    assert (net.question, net.label, net.codes) == ("a", "Any", (1, 2))
    assert net.place == "sheet 'nets', cell C2"


def test_a_sheet_of_remarks_and_an_empty_sheet_are_passed_over(tmp_path):
    assert job(tmp_path, **{"Read me": [["x"]], "Sheet1": []}).tables


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        ({"job": []}, "job.xlsx has no sheet 'job'"),
        ({"stubs": []}, "job.xlsx has no sheet 'stubs'"),
        ({"stubs": [STUBS[0]]}, "sheet 'stubs' has no rows. Write \\*"),
        ({"filter": [["x"]]}, r"job.xlsx: 'filter' is not a sheet of a job; .* Did you mean 'filters'\?"),
        ({"stubs": [["titel", "questions"], ["a", "b"]]},
         r"sheet 'stubs', cell A1: 'titel' is not a known column; .* Did you mean 'title'\?"),
        ({"stubs": [["questions", "Questions"], ["a", "b"]]},
         "sheet 'stubs', cell B1: there are two columns 'questions'"),
        ({"stubs": [["questions"], ["a", "b"]]},
         "sheet 'stubs', cell B2 stands in a column without a heading"),
        ({"stubs": [STUBS[0], ["grid", None, "T"]]}, "sheet 'stubs', row 2 has no 'questions'"),
        ({"stubs": [STUBS[0], ["t", "a", "T"], ["t", "b", "U"]]},
         "sheet 'stubs', cell C3: table 't' has another title above"),
        ({"job": [*JOB, ["wieghts", "w"]]},
         r"sheet 'job', cell A3: 'wieghts' is not a known setting; .* Did you mean 'weights'\?"),
        ({"job": [*JOB, ["data", "b.csv"]]}, "sheet 'job', cell A3: 'data' was set before"),
        ({"job": [*JOB, ["level", "high"]]}, "sheet 'job', cell B3: 'level' is a number, found text"),
        ({"job": [*JOB, ["total", "maybe"]]}, "sheet 'job', cell B3: 'total' is true or false"),
        ({"job": [*JOB, ["total", 3]]}, "sheet 'job', cell B3: 'total' is true or false, found a number"),
        ({"banner": [["question", "crossed with"], [None, "sex"]]}, "sheet 'banner', row 2 has no 'question'"),
        ({"filters": [["question", "answers"], ["a", None]]}, "sheet 'filters', row 2 has no 'answers'"),
        ({"nets": [["question", "label", "codes"], ["a", "Any", None]]}, "sheet 'nets', row 2 has no 'codes'"),
    ],
)  # fmt: skip
def test_a_wrong_job_names_the_cell(tmp_path, sheets, sentence):
    with pytest.raises(OptionError, match=sentence):
        job(tmp_path, **sheets)


CELLS = (
    st.none() | st.sampled_from(["data", "a", "1; 2", "questions", "answers"]) | st.integers(0, 9)
)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(list(SHEETS)), st.lists(st.lists(CELLS, max_size=3), max_size=3)
    )
)
def test_whatever_a_workbook_holds_it_is_read_or_refused_by_sheet(tmp_path_factory, content):
    headed = {name: [list(SHEETS[name]), *rows] for name, rows in content.items()}
    sheets = {"job": JOB, "stubs": STUBS} | headed
    assert read_or_refused(new_workbook(tmp_path_factory.mktemp("job") / "job.xlsx", sheets))


def read_or_refused(path) -> bool:
    try:
        return job_from_workbook(path).path == path
    except OptionError as error:
        return str(error).startswith("sheet '")


def test_the_example_is_a_job(tmp_path):
    made = job_from_workbook(changed_workbook(example_folder(tmp_path), "job", {}))
    assert made.section("output") == {"html": "book.html", "xlsx": "book.xlsx"}
