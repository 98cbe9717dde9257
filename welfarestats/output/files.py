"""Files that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from welfarestats.errors import OptionError


@contextmanager
def replaced_when_whole(path: Path) -> Iterator[Path]:
    """Give a place to write to; what was written takes the file's place once it is whole.

    Raises
    ------
    OptionError
        When its folder does not exist, or a folder has its name.
    """
    if not path.parent.is_dir():
        raise OptionError(f"there is no folder {str(path.parent)!r} to write to. Make it first.")
    if path.is_dir():
        raise OptionError(f"{path.name!r} is a folder, not a file to write to. Name a file.")
    partial = path.with_name(path.name + ".part")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
