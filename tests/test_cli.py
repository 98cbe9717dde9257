"""The command line: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from toyreport import replace_in, write_toy

from welfarestats.cli import main
from welfarestats.published.reconstruction import write_reconstruction, write_synthetic
from welfarestats.published.report import load_report


@pytest.fixture(scope="module")
def finished_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_toy(tmp_path_factory.mktemp("reports") / "toy")
    write_reconstruction(load_report(folder))
    return folder


@pytest.fixture
def toy(finished_toy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_toy, tmp_path / "toy"))


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "build")


# ------------------------------------------------------------------ reproduce


def test_a_report_that_agrees_exits_with_zero(
    toy: Path, out: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["reproduce", str(toy), "--out", out]) == 0
    printed = capsys.readouterr().out
    assert "32 agree as printed, 0 differ" in printed
    assert (Path(out) / "toy.html").is_file()


def test_a_changed_digit_exits_with_one(toy: Path, out: str, capsys: pytest.CaptureFixture[str]):
    replace_in(toy / "published.csv", "count,11,11,21,", "count,12,12,21,")
    assert main(["reproduce", str(toy), "--out", out]) == 1
    assert "staff-agree (line 21): published 12, computed 11" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new"), [("count,11,11,21,", "count,12,11,21,"), ("count,11,11,21,", "count,11,12,21,")]
)
def test_a_digit_changed_in_one_column_only_exits_with_one(toy: Path, old: str, new: str):
    replace_in(toy / "published.csv", old, new)
    assert main(["reproduce", str(toy), "--out", ""]) == 1


def change_people(toy: Path, survey: str, change) -> None:
    path = toy / "microdata" / f"{survey}-synthetic.parquet"
    write_synthetic(change(pd.read_parquet(path)), path, "toy")


def test_a_doubled_weight_exits_with_one(toy: Path, out: str):
    def doubled(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[frame["help_plan"] == 1][0], "weight"] *= 2
        return frame

    change_people(toy, "visits", doubled)
    assert main(["reproduce", str(toy), "--out", out]) == 1


def test_a_respondent_removed_exits_with_one(toy: Path, out: str):
    change_people(toy, "staff", lambda frame: frame.iloc[:-1])
    assert main(["reproduce", str(toy), "--out", out]) == 1


def test_input_that_cannot_be_used_exits_with_two_and_one_sentence(
    toy: Path, out: str, capsys: pytest.CaptureFixture[str]
):
    replace_in(toy / "spec.toml", "base = 17\n", "")
    assert main(["reproduce", str(toy), "--out", out]) == 2
    printed = capsys.readouterr()
    assert printed.err == "welfarestats: spec.toml, [surveys.staff] has no 'base'. Add it.\n"
    assert printed.out == ""


def test_an_unknown_report_exits_with_two(out: str, capsys: pytest.CaptureFixture[str]):
    assert main(["reproduce", "ehd-2024", "--out", out]) == 2
    assert "Did you mean 'ehd-2025'?" in capsys.readouterr().err


def test_one_unusable_report_does_not_hide_the_others(
    toy: Path, out: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["reproduce", "nobody", str(toy), "--out", out, "--json"]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert (first["ok"], second["ok"]) == (False, True)
    assert "there is no report 'nobody'" in first["error"]


def test_the_result_can_be_had_as_json(toy: Path, out: str, capsys: pytest.CaptureFixture[str]):
    assert main(["reproduce", str(toy), "--out", out, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["report"] == "toy"
    assert result["counts"]["agree"] == 32
    assert Path(result["page"]).is_file()


def test_no_page_is_written_if_none_is_wanted(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["reproduce", str(toy), "--out", ""]) == 0
    assert not (tmp_path / "build").exists()


# ------------------------------------------------------------------ audit


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The toy report without respondents and without the number that contradicts another."""
    folder = write_toy(tmp_path / "draft")
    again = (
        'staff-agree-again,staff,confident,all,,Agree,percent,70,70,22,"contradicted: line 21 '
        'prints 65"\n'
    )
    replace_in(folder / "published.csv", again, "")
    return folder


def test_a_draft_without_contradiction_exits_with_zero(
    draft: Path, out: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["audit", str(draft), "--out", out]) == 0
    printed = capsys.readouterr().out
    assert "Findings: 0 contradiction, 0 contradiction-if, 0 implausible and 1 wording." in printed
    assert "0 always, 0 never, 0 depends and 1 untestable." in printed
    assert (Path(out) / "toy-audit.html").is_file()


def test_a_contradiction_exits_with_one_and_names_its_lines(
    draft: Path, capsys: pytest.CaptureFixture[str]
):
    replace_in(draft / "published.csv", "Agree,percent,65,65,21,", "Agree,percent,67,67,21,")
    assert main(["audit", str(draft), "--out", ""]) == 1
    printed = capsys.readouterr().out
    assert "lines 20 and 21: No whole number of people is 67 per cent of 17" in printed
    assert "Page:" not in printed


def test_the_audit_of_several_reports_goes_on_after_one_that_cannot_be_used(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    missing = str(tmp_path / "none")
    assert main(["audit", missing, str(draft), "--out", "", "--json"]) == 2
    captured = capsys.readouterr()
    first, second = json.loads(captured.out)
    assert (first["ok"], second["ok"]) == (False, True)
    assert "none" in first["error"]
    assert second["counts"]["wording"] == 1
    assert second["findings"][-1]["lines"] == [3, 11]
    assert second["claims"][0]["verdict"] == "untestable"


def test_an_audit_needs_a_report(capsys: pytest.CaptureFixture[str]):
    assert main(["audit"]) == 2
    assert "NAME|PATH" in capsys.readouterr().err


# ------------------------------------------------------------------ crosstab


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "answers.csv"
    pd.DataFrame(
        {
            "sex": ["F", "M"] * 60,
            "works": ["Yes"] * 80 + ["No"] * 40,
            "w": [1.0, 1.5, 0.5] * 40,
            "region": ["N", "S", "N", "S"] * 30,
        }
    ).to_csv(path, index=False)
    return str(path)


def test_a_table_of_a_csv_file_is_written_as_html(
    answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    page = tmp_path / "new" / "table.html"
    words = ["--stub", "works", "--banner", "sex", "region", "--weights", "w", "--out", str(page)]
    assert main(["crosstab", answers, *words]) == 0
    assert capsys.readouterr().out == f"Table: {page}\n"
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "<script" not in text


def test_a_table_of_a_parquet_file_is_printed(toy: Path, capsys: pytest.CaptureFixture[str]):
    file = str(toy / "microdata" / "visits-synthetic.parquet")
    assert main(["crosstab", file, "--stub", "seen", "--weights", "weight"]) == 0
    assert "ynthetic" in capsys.readouterr().out


def test_the_cells_can_be_had_as_json(answers: str, capsys: pytest.CaptureFixture[str]):
    words = ["--stub", "works", "--banner", "sex", "--percent", "row", "--strata", "region"]
    assert main(["crosstab", answers, *words, "--json"]) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert {cell["banner_category"] for cell in cells} == {"Total", "F", "M"}


def test_a_codebook_gives_the_labels(
    answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    book = tmp_path / "codebook.toml"
    book.write_text(
        '[[question]]\nname = "works"\nlabel = "In work"\ncategories = [\n'
        '{ code = "Yes", label = "Is in work" }, { code = "No", label = "Is not" }]\n',
        encoding="utf-8",
    )
    assert main(["crosstab", answers, "--stub", "works", "--codebook", str(book)]) == 0
    assert "Is in work" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--stub", "work"], r"Did you mean 'works'?"),
        (["--stub", "works", "--weights", "wt"], "there is no column 'wt' for the weights"),
        (["--stub", "works", "--percent", "cell"], "percent cannot be 'cell'"),
        (["--stub", "works", "--out", "table.pdf"], "Name a file that ends in .html."),
        (["--stub", "works", "--codebook", "none.toml"], "there is no codebook file"),
    ],
)
def test_a_wrong_option_exits_with_two(
    answers: str, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["crosstab", answers, *words]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


def test_a_missing_file_exits_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["crosstab", str(tmp_path / "none.csv"), "--stub", "works"]) == 2
    assert "there is no file 'none.csv'" in capsys.readouterr().err


# ------------------------------------------------------------------ the rest


def test_a_new_report_can_be_reconstructed_and_reproduced(
    tmp_path: Path, out: str, capsys: pytest.CaptureFixture[str]
):
    folder = str(tmp_path / "mine")
    assert main(["new-report", folder]) == 0
    assert main(["reconstruct", folder]) == 0
    assert "what a reader can rebuild from the printed numbers" in capsys.readouterr().out
    assert main(["reconstruct", folder, "--seed", "5"]) == 0
    assert main(["reproduce", folder, "--out", out]) == 0
    assert "15 agree as printed" in capsys.readouterr().out
    assert main(["new-report", folder]) == 2
    assert "Nothing was written" in capsys.readouterr().err


def test_a_new_report_is_audited_before_it_has_respondents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = str(tmp_path / "mine")
    assert main(["new-report", folder]) == 0
    assert f"Now: python -m welfarestats audit {folder}" in capsys.readouterr().out
    assert main(["audit", folder, "--out", ""]) == 0
    assert "Nothing was found." in capsys.readouterr().out
    assert main(["reproduce", folder, "--out", ""]) == 2
    assert "`welfarestats reconstruct mine` makes it." in capsys.readouterr().err


def test_invented_people_can_be_written_elsewhere(
    toy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    other = tmp_path / "other"
    assert main(["reconstruct", str(toy), "--out", str(other), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [Path(file).is_file() for file in files] == [True, True]
    assert all(Path(file).is_relative_to(other) for file in files)


def test_numbers_that_conflict_exit_with_two(toy: Path, capsys: pytest.CaptureFixture[str]):
    replace_in(toy / "published.csv", ",percent,65,65,21,", ",percent,66,66,21,")
    assert main(["reconstruct", str(toy)]) == 2
    assert "cannot all be true together" in capsys.readouterr().err


def test_real_respondents_are_not_reconstructed(capsys: pytest.CaptureFixture[str]):
    assert main(["reconstruct", "nhanes2"]) == 0
    assert "No survey of this report is reconstructed." in capsys.readouterr().out


def test_a_command_that_does_not_exist_exits_with_two(capsys: pytest.CaptureFixture[str]):
    assert main(["reprodce"]) == 2
    assert "reproduce" in capsys.readouterr().err


def test_help_exits_with_zero(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for command in ("reproduce", "audit", "crosstab", "reconstruct", "new-report", "test"):
        assert command in printed


def test_the_module_runs_as_a_program(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-m", "welfarestats", "reproduce", "nhanes2", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "26 published numbers: 26 agree" in run.stdout
