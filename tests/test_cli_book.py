from __future__ import annotations

import json
import sys

from welfarestats.cli import main


def test_a_new_job_is_a_book_in_one_more_command(tmp_path, capsys):
    folder = tmp_path / "customers"
    assert main(["new-job", str(folder)]) == 0
    assert f"Now: python -m welfarestats book {folder / 'job.toml'}" in capsys.readouterr().out
    assert main(["book", str(folder / "job.toml")]) == 0
    files = [str(folder / name) for name in ("book.html", "book.xlsx")]
    assert capsys.readouterr().out.split("\n")[:2] == files


def test_a_book_tells_a_machine_its_tables_and_files(tmp_path, capsys):
    folder = tmp_path / "customers"
    assert main(["new-job", str(folder), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["files"]) == 4
    out = tmp_path / "out"
    assert main(["book", str(folder / "job.xlsx"), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"] == ["readiness", "help", "job", "age"]
    assert told["files"] == [str(out / "book.html"), str(out / "book.xlsx")]


def test_a_job_that_cannot_be_used_is_status_two_and_one_line(tmp_path, capsys):
    assert main(["book", str(tmp_path / "none.toml")]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("welfarestats: there is no job file 'none.toml'")
    assert told.err.count("\n") == 1


def test_a_terminal_shows_how_many_tables_are_made(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "customers"
    assert main(["new-job", str(folder)]) == 0
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["book", str(folder / "job.toml")]) == 0
    assert "tables" in capsys.readouterr().err
