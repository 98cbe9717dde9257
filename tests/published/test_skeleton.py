from __future__ import annotations

from pathlib import Path

import pytest

import welfarestats as ws
from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import write_reconstruction
from welfarestats.published.skeleton import write_skeleton


def test_a_new_report_works_as_it_stands(tmp_path: Path):
    write_skeleton(tmp_path / "mine")
    write_reconstruction(ws.load_report(tmp_path / "mine"))
    result = ws.reproduce(ws.load_report(tmp_path / "mine"))
    assert result.ok
    assert result.counts()["agree"] == 5


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        ReportError, match=r"exists and is not an empty folder. Nothing was written"
    ):
        write_skeleton(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_must_have_a_name_for_files(tmp_path: Path):
    with pytest.raises(ReportError, match="'my report' cannot name a report"):
        write_skeleton(tmp_path / "my report")
