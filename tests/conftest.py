"""What all tests share: where the project lies, and tests that draw the same numbers every run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "checks",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("checks")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the source checkout."""
    return Path(__file__).parents[1]
