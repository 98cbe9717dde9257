"""Files made by other programs: PSPP and LibreOffice write them in the test, R's packages ship them.

The programs are no Python packages. Where one is missing, a test that needs it is skipped with
that reason; where `CI` is set, as in our own checks, it fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest


def _missing(what: str, package: str) -> NoReturn:
    reason = f"{what} is not on this machine (on Debian: apt-get install {package})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def run_pspp(folder: Path, syntax: str) -> None:
    """Let PSPP follow its syntax in a folder, where it writes the files that the syntax names."""
    program = shutil.which("pspp")
    if program is None:
        _missing("PSPP", "pspp")
    (folder / "make.sps").write_text(syntax, encoding="utf-8")
    done = subprocess.run(
        [program, "-o", "listing.txt", "make.sps"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def saved_by_libreoffice(path: Path, ending: str) -> Path:
    """Return a document as LibreOffice saves it, in a folder of its own."""
    program = shutil.which("soffice")
    if program is None:
        _missing("LibreOffice", "libreoffice-calc")
    out = path.parent / "saved"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    return out / f"{path.stem}.{ending}"


@cache
def _folder_of(package: str, folder: str) -> Path | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    code = f'cat(system.file("{folder}", package="{package}"))'
    found = subprocess.run(
        [program, "-e", code], capture_output=True, text=True, check=False
    ).stdout.strip()
    return Path(found) if found else None


def shipped(package: str, folder: str, name: str) -> Path:
    """Return a file that a package of R ships, where it lies."""
    place = _folder_of(package, folder)
    if place is None or not (place / name).is_file():
        _missing(f"R's package {package}", f"r-cran-{package}")
    return place / name


def run_r(folder: Path, code: str, package: str) -> None:
    """Let R run code that needs a package, in a folder."""
    if _folder_of(package, "help") is None:
        _missing(f"R's package {package}", f"r-cran-{package}")
    (folder / "make.R").write_text(f"library({package})\n{code}\n", encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "make.R"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_r_script(script: Path, package: str, *arguments: str) -> str:
    """Let R run a script that needs a package; return what it said."""
    if _folder_of(package, "help") is None:
        _missing(f"R's package {package}", f"r-cran-{package}")
    # From elsewhere and without a locale: the script finds its files and keeps its letters.
    done = subprocess.run(
        ["Rscript", str(script), *arguments],
        cwd=script.parent.parent,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
