"""Every check of the project, in one command: ``python -m welfarestats test``."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from welfarestats.errors import OptionError

__all__ = ["run_checks"]


class _Check(NamedTuple):
    """A name, the module that must be installed, and what Python is asked to run."""

    name: str
    needs: str
    arguments: tuple[str, ...]


_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"

# pytest comes last so that its count of tests closes the output.
_CHECKS = (
    _Check("ruff format", "ruff", ("-m", "ruff", "format", "--check", ".")),
    _Check("ruff", "ruff", ("-m", "ruff", "check", ".")),
    _Check("mypy", "mypy", ("-m", "mypy")),
    _Check("import-linter", "importlinter", ("-c", _LINT_IMPORTS)),
    _Check("numpydoc", "numpydoc", ("-m", "numpydoc", "lint")),
    _Check("pytest", "pytest", ("-m", "pytest")),
)


def run_checks(root: Path | None = None) -> int:
    """Exit status of all checks run one after another on a source checkout.

    Formatting, lint rules, types, layers, docstrings and tests. All of them run, whatever
    fails first, and a summary names those that failed.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder that holds ``pyproject.toml``; by default the one this package lies in.

    Returns
    -------
    int
        0 when every check passes, 1 otherwise.

    Raises
    ------
    OptionError
        If the folder is no source checkout, or a tool of the ``test`` extra is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> run_checks(Path("nowhere"))
    Traceback (most recent call last):
    ...
    welfarestats.errors.OptionError: 'nowhere' is not a source checkout of welfarestats: ...
    """
    folder = Path(__file__).parents[1] if root is None else root
    _refuse_elsewhere(folder)
    _refuse_without_tools()
    outcomes = {check.name: _run(check, folder) for check in _CHECKS[:-1]}
    print(_summary(outcomes), flush=True)
    outcomes[_CHECKS[-1].name] = _run(_CHECKS[-1], folder)
    return int(not all(outcomes.values()))


def _refuse_elsewhere(folder: Path) -> None:
    if not all((folder / name).exists() for name in ("pyproject.toml", "tests", "welfarestats")):
        raise OptionError(
            f"'{folder}' is not a source checkout of welfarestats: it lacks pyproject.toml, "
            "tests or welfarestats. Clone the project and run the checks there."
        )


def _refuse_without_tools() -> None:
    missing = sorted({check.needs for check in _CHECKS if not _installed(check.needs)})
    if missing:
        raise OptionError(
            f"the checks need {', '.join(missing)}, which this Python does not have. "
            "Run 'make test', or: pip install --constraint constraints.txt --editable '.[test]'"
        )


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _run(check: _Check, folder: Path) -> bool:
    """Whether a check passes; its output goes straight to the reader."""
    print(f"── {check.name}", flush=True)
    arguments = [sys.executable, *check.arguments]
    if check.name == "numpydoc":
        arguments += sorted(str(path.relative_to(folder)) for path in _modules(folder))
    finished = subprocess.run(arguments, cwd=folder, check=False)
    return finished.returncode == 0


def _modules(folder: Path) -> list[Path]:
    return list((folder / "welfarestats").rglob("*.py"))


def _summary(outcomes: dict[str, bool]) -> str:
    return "\n".join(
        f"{'passes' if passed else 'FAILS '}  {name}" for name, passed in outcomes.items()
    )
