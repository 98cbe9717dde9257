"""How much of a long piece of work is done, as a bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[int, int], None]


@contextmanager
def progress_told(unit: str, *, progress: bool | Tell | None) -> Iterator[Tell | None]:
    """Give what is told how many of how many are done: a bar on standard error, if it is True.

    Somebody's own function is given as it is, and nothing where nothing is wanted.
    """
    if progress is not True:
        yield progress or None
        return
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
