from __future__ import annotations

import openpyxl
import pytest
from job_files import changed_toml, changed_workbook, example_folder

from welfarestats.errors import CodebookError, DataError, OptionError, WelfareStatsError
from welfarestats.output.wording import SYNTHETIC_CAPTION
from welfarestats.tables.jobs import read_job, run_job


def test_a_job_writes_a_page_and_a_workbook_beside_it(tmp_path):
    folder = example_folder(tmp_path)
    result = run_job(folder / "job.toml")
    assert result.files == (folder / "book.html", folder / "book.xlsx")
    assert list(result.book) == ["readiness", "help", "job", "age"]
    page = (folder / "book.html").read_text("utf-8")
    assert "<h1>Customers, spring (invented)</h1>" in page
    assert SYNTHETIC_CAPTION in page
    sheets = openpyxl.load_workbook(folder / "book.xlsx").sheetnames
    assert sheets == ["Contents", "readiness", "help", "job", "age"]


def test_files_are_told_as_the_job_was(tmp_path, monkeypatch):
    monkeypatch.chdir(example_folder(tmp_path))
    assert [str(path) for path in run_job("job.toml").files] == ["book.html", "book.xlsx"]


def test_a_workbook_and_a_toml_of_the_same_job_give_the_same_bytes(tmp_path):
    folder = example_folder(tmp_path)
    one = run_job(folder / "job.toml", folder=tmp_path / "one")
    two = run_job(folder / "job.xlsx", folder=tmp_path / "two")
    assert [path.name for path in one.files] == [path.name for path in two.files]
    for first, second in zip(one.files, two.files, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_titles_nets_filters_and_crossed_banners_reach_the_tables(tmp_path):
    book = run_job(example_folder(tmp_path) / "job.toml").book
    assert book["job"].title == book["job"].grid.title == "What matters in a job"
    frame = book["readiness"].to_frame()
    assert {"Ready", "Not ready"} <= set(frame.loc[frame["is_net"], "stub_category"])
    assert len(set(frame["banner"])) == 4
    ages = book["age"].to_frame()
    total = ages[ages["banner"] == "Total"]["base"].iloc[0]
    assert total == 160
    assert set(book["job"].to_frame()["stub"]) == {"job_pay", "job_hours"}


def test_a_filter_of_the_book_holds_for_every_table(tmp_path):
    path = changed_toml(
        example_folder(tmp_path), 'region = ["North", "South", "West"]', 'sex = "Male"'
    )
    frame = run_job(path).book["help"].to_frame()
    assert set(frame.loc[frame["banner"] == "Total", "base"]) == {120}


def test_progress_is_told_table_by_table(tmp_path):
    told: list[tuple[int, int]] = []
    run_job(example_folder(tmp_path) / "job.toml", progress=lambda *steps: told.append(steps))
    assert told[-1] == (4, 4)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_style_of_ones_own_stands_beside_the_job(tmp_path, monkeypatch):
    folder = example_folder(tmp_path)
    (folder / "ours.toml").write_text('name = "ours"\nbased_on = "natcen"\n', encoding="utf-8")
    path = changed_toml(folder, 'style = "default"', 'style = "ours.toml"')
    monkeypatch.chdir("/")
    book = run_job(path).book
    assert {book[name].style.name for name in book} == {"ours"}


def test_a_job_without_title_is_titled_by_its_file(tmp_path):
    path = changed_toml(example_folder(tmp_path), 'title = "Customers, spring (invented)"', "")
    assert run_job(path).title == "job"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('weights = "weight"', 'weights = "wieght"',
         r"job.toml, \[design\]: there is no column 'wieght' .* Did you mean 'weight'\?"),
        ('percent = "column"', 'percent = "colum"',
         r"job.toml, \[options\]: percent cannot be 'colum'; .* Did you mean 'column'\?"),
        ('style = "default"', 'style = "defalt"', r"job.toml, \[options\]: no house style is named 'defalt'"),
        ('"readiness",', '"readines",',
         r"job.toml, entry 1 of 'stubs': no question named 'readines' in the codebook. Did you mean 'readiness'\?"),
        ('banner = ["sex",', 'banner = ["sexes",', "job.toml, entry 1 of 'banner': no question named 'sexes'"),
        ('banner = ["sex",', 'banner = ["age",', "job.toml, entry 1 of 'banner': .*'age' is a scale"),
        ('data = "respondents.csv"', 'data = "people.csv"', "job.toml: there is no file 'people.csv'"),
        ('codebook = "codebook.toml"', 'codebook = "cb.toml"', "job.toml: there is no codebook file 'cb.toml'"),
        ('origin = "synthetic"', 'origin = "invented"', r"job.toml, \[design\]: origin cannot be 'invented'"),
        ('region = ["North", "South", "West"]', 'region = "Nort"',
         r"job.toml, 'filter': question 'region' has no answer 'Nort'; .* Did you mean 'North'\?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_job_is_said_in_one_sentence_with_its_place(
    tmp_path, old, new, sentence
):
    folder = example_folder(tmp_path)
    with pytest.raises(WelfareStatsError, match=sentence):
        run_job(changed_toml(folder, old, new))
    assert not (folder / "book.html").exists()


@pytest.mark.parametrize(
    ("sheet", "cells", "error", "sentence"),
    [
        ("stubs", {"B2": "suport"}, CodebookError, "sheet 'stubs', cell B2: no question named 'suport' in the codebook"),
        ("job", {"B5": "wieght"}, DataError, r"sheet 'job', cell B5: there is no column 'wieght'"),
        ("job", {"B8": "colum"}, OptionError, "sheet 'job', cell B8: percent cannot be 'colum'"),
        ("filters", {"C3": "Nort"}, CodebookError, r"sheet 'filters', cell C3: question 'region' has no answer 'Nort'"),
        ("filters", {"A3": "agee"}, OptionError, r"sheet 'filters', cell C3: there is no table 'agee'"),
        ("nets", {"C2": "7; 9"}, CodebookError, "sheet 'nets', cell C2: question 'readiness' has no answer '7'"),
        ("job", {"B10": "job.xlsx"}, OptionError, "sheet 'job', cell B10: 'html' is a file that ends in .html"),
        ("job", {"B11": "job.xlsx"}, OptionError, "sheet 'job', cell B11: 'job.xlsx' would overwrite a file of the job"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_workbook_names_the_cell(tmp_path, sheet, cells, error, sentence):
    with pytest.raises(error, match=sentence):
        run_job(changed_workbook(example_folder(tmp_path), sheet, cells))


@pytest.mark.parametrize("name", ["../book.html", "/book.html", "out/../../book.html"])
def test_nothing_is_written_outside_the_folder_of_the_book(tmp_path, name):
    path = changed_toml(example_folder(tmp_path), '"book.html"', f'"{name}"')
    with pytest.raises(OptionError, match="is outside the folder of the book"):
        run_job(path)


def test_a_book_may_be_written_into_a_folder_within(tmp_path):
    folder = example_folder(tmp_path)
    run_job(changed_toml(folder, '"book.html"', '"out/tables/book.html"'))
    assert (folder / "out" / "tables" / "book.html").is_file()


def test_a_job_that_writes_nothing_is_refused(tmp_path):
    folder = example_folder(tmp_path)
    changed_toml(folder, 'html = "book.html"', "")
    with pytest.raises(OptionError, match=r"job.toml says of no file to write. Set html"):
        run_job(changed_toml(folder, 'xlsx = "book.xlsx"', ""))


def test_a_job_without_data_is_refused(tmp_path):
    path = changed_toml(example_folder(tmp_path), 'data = "respondents.csv"', "")
    with pytest.raises(OptionError, match=r"job.toml has no 'data'"):
        run_job(path)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("job.yaml", "a job is a file that ends in .toml or .xlsx, and 'job.yaml' does not"),
        ("other.toml", "there is no job file 'other.toml' in"),
    ],
)
def test_a_file_that_is_no_job_is_refused(tmp_path, name, sentence):
    with pytest.raises(OptionError, match=sentence):
        read_job(tmp_path / name)
