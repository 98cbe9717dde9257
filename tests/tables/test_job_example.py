from __future__ import annotations

import openpyxl
import pytest
from job_files import example_folder

from welfarestats.errors import OptionError
from welfarestats.survey.reading import read_survey
from welfarestats.tables.job_example import write_job_example
from welfarestats.tables.job_plans import codebook_with_nets, plan_of
from welfarestats.tables.jobs import read_job


def test_the_example_is_four_files(tmp_path):
    paths = write_job_example(tmp_path / "new" / "job")
    assert [path.name for path in paths] == [
        "job.toml",
        "codebook.toml",
        "respondents.csv",
        "job.xlsx",
    ]
    assert all(path.is_file() for path in paths)


def test_the_workbook_asks_for_the_same_book_as_the_toml(tmp_path):
    folder = example_folder(tmp_path)
    survey = read_survey(folder / "respondents.csv", codebook=folder / "codebook.toml")
    jobs = [read_job(folder / name) for name in ("job.toml", "job.xlsx")]
    one, other = (plan_of(job, survey) for job in jobs)
    assert one == other
    assert list(one.stubs) == ["readiness", "help", "job", "age"]
    assert codebook_with_nets(jobs[0], survey) == codebook_with_nets(jobs[1], survey)
    for section in ("design", "options", "output"):
        assert jobs[0].section(section) == jobs[1].section(section)


def test_every_heading_that_needs_one_has_a_remark(tmp_path):
    book = openpyxl.load_workbook(example_folder(tmp_path) / "job.xlsx")
    assert book.sheetnames == ["read me", "job", "stubs", "banner", "filters", "nets"]
    assert book["stubs"]["B1"].comment.text.startswith("The name of a question;")


def test_the_invented_respondents_are_said_to_be_so(tmp_path):
    folder = example_folder(tmp_path)
    assert read_job(folder / "job.toml").section("design")["origin"] == "synthetic"
    assert "invented" in (folder / "job.toml").read_text("utf-8")


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        OptionError, match=r"exists and is not an empty folder. Nothing was written"
    ):
        write_job_example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
