"""The tutorials, followed to their end: their files, their commands and what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.cli import main

ROOT = Path(__file__).parents[1]


def blocks_of(page: Path) -> list[str]:
    """The program text of a page: its blocks of Python, and what stands after the prompts."""
    found = re.findall(
        r"^```(python|pycon)\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return [
        block
        if language == "python"
        else "".join(
            f"{line}\n" for line in re.findall(r"^(?:>>>|\.\.\.) (.*)$", block, re.MULTILINE)
        )
        for language, block in found
    ]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who followed the tutorial on a report of one's own; do not change."""
    page = ROOT / "docs" / "tutorials" / "report_of_your_own.md"
    place = tmp_path_factory.mktemp("tutorial")
    *steps, saved = blocks_of(page)
    (place / "test_my_report.py").write_text(saved, encoding="utf-8")
    with pytest.MonkeyPatch.context() as there:
        there.chdir(place)
        namespace: dict[str, object] = {}
        for step in steps:
            exec(compile(step, str(page), "exec"), namespace)
    return place


@pytest.fixture
def place(followed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, in which one stands."""
    for path in followed.rglob("*"):
        if path.is_file() and path.parent.name != "build":
            copy = tmp_path / path.relative_to(followed)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_pytest(place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_report.py"]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_both_commands_are_content_at_the_end(place: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["audit", "my-report"]) == 0
    assert main(["reproduce", "my-report"]) == 0
    assert "0 differ" in capsys.readouterr().out
    assert {path.name for path in (place / "build").iterdir()} == {
        "my-report.html",
        "my-report-audit.html",
    }


def test_the_saved_tests_pass(place: Path):
    run = run_pytest(place)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed" in run.stdout


def test_the_saved_tests_find_the_slip_that_the_tutorial_began_with(place: Path):
    replace_in(place / "my-report" / "published.csv", "percent,55,55,13,", "percent,64,64,13,")
    run = run_pytest(place)
    assert run.returncode == 1
    assert "2 failed" in run.stdout
    assert "As printed, these cannot all hold" in run.stdout
    assert "published 64, computed 54.5" in run.stdout


def test_a_difference_that_is_called_significant_would_be_a_finding(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    replace_in(
        place / "my-report" / "claims.csv",
        "region=South,,18,22,more,none",
        "region=South,,18,22,more,significant",
    )
    assert main(["audit", "my-report", "--out", ""]) == 0
    printed = capsys.readouterr().out
    assert "Findings: 0 contradiction, 0 contradiction-if, 1 implausible and 0 wording." in printed
