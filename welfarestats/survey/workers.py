"""Work on arrays, several pieces at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Made = TypeVar("Made")


def side_by_side(
    work: Callable[[Item], Made],
    items: Iterable[Item],
    told: Callable[[int], None] | None = None,
) -> list[Made]:
    """Return the work on each item, in their order; ``told`` is called with how many are done.

    Array operations leave other threads free. A matrix product keeps to one thread meanwhile:
    sharing small ones out costs more than it saves.
    """
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(work, item) for item in items]
        for done, _ in enumerate(as_completed(waiting), start=1):
            if told is not None:
                told(done)
        return [one.result() for one in waiting]


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    """Return the libraries that share out their work, which take a while to look for."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
