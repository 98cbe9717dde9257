from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.errors import ReportError
from welfarestats.testing import assert_reproduces


def test_a_report_that_agrees_passes():
    assert_reproduces("nhanes2")
    assert_reproduces(ws.load_report("nhanes2"))


def test_a_report_that_differs_fails_with_what_differs(tmp_path: Path):
    folder = shutil.copytree(ws.load_report("nhanes2").folder, tmp_path / "mine")
    replace_in(folder / "published.csv", 'base,10337,"10,337"', 'base,10338,"10,338"')
    with pytest.raises(AssertionError, match=r"published 10,338, computed 10,337"):
        assert_reproduces(folder)


def test_a_report_that_does_not_exist_is_no_failure_of_its_numbers():
    with pytest.raises(ReportError, match="there is no report 'nhanes3'"):
        assert_reproduces("nhanes3")
