"""The command that runs all checks says what it needs before it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from welfarestats.checks import run_checks
from welfarestats.errors import OptionError

ROOT = Path(__file__).parents[1]


def test_checks_are_refused_outside_a_source_checkout(tmp_path):
    words = (
        "is not a source checkout of welfarestats: it lacks pyproject.toml, tests or welfarestats"
    )
    with pytest.raises(OptionError, match=words):
        run_checks(tmp_path)


def test_checks_name_the_tools_that_are_not_installed():
    # Without site-packages Python has none of the tools.
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    code += "from welfarestats.checks import run_checks\nrun_checks()"
    finished = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1
    assert (
        "the checks need importlinter, mypy, numpydoc, pytest, ruff, which this Python does not "
        "have. Run 'make test', or: pip install --constraint constraints.txt --editable '.[test]'"
    ) in finished.stderr
