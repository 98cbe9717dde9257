from __future__ import annotations

from pathlib import Path

import pytest

from welfarestats.errors import OptionError
from welfarestats.output.files import replaced_when_whole


def test_a_file_is_replaced_only_when_the_new_one_is_whole(tmp_path: Path):
    path = tmp_path / "chart.svg"
    path.write_text("old", encoding="utf-8")

    def cut_short() -> None:
        with replaced_when_whole(path) as partial:
            partial.write_text("ne", encoding="utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        cut_short()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_whole_takes_the_place_of_the_old_file(tmp_path: Path):
    path = tmp_path / "chart.svg"
    path.write_text("old", encoding="utf-8")
    with replaced_when_whole(path) as partial:
        partial.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_and_a_folder_of_that_name_are_said(tmp_path: Path):
    with (
        pytest.raises(OptionError, match=r"there is no folder '.*none' to write to. Make it"),
        replaced_when_whole(tmp_path / "none" / "a.html"),
    ):
        pass
    with (
        pytest.raises(OptionError, match="is a folder, not a file to write to"),
        replaced_when_whole(tmp_path),
    ):
        pass
