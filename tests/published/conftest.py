"""The toy report, reconstructed once and copied for tests that change it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toyreport import write_toy

from welfarestats.published.reconstruction import write_reconstruction
from welfarestats.published.report import load_report


@pytest.fixture(scope="session")
def finished_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy report with respondents; tests must not change it."""
    folder = write_toy(tmp_path_factory.mktemp("reports") / "toy")
    write_reconstruction(load_report(folder))
    return folder


@pytest.fixture
def toy(finished_toy: Path, tmp_path: Path) -> Path:
    """A copy of the toy report with respondents."""
    return Path(shutil.copytree(finished_toy, tmp_path / "toy"))


@pytest.fixture
def bare_toy(tmp_path: Path) -> Path:
    """A toy report without respondents."""
    return write_toy(tmp_path / "toy")
