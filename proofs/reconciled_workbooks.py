"""Workbooks with faults put in on purpose are reconciled: named, and no false story told.

``python -m proofs.reconciled_workbooks`` prints an agency's tables of invented respondents with
each of thirteen faults, alone and two at a time, and counts those found, named, and left without an
unexplained cell. Then it changes one digit in 60 percentages of 30 other workbooks, and moves a
tenth of the percentages of each by one unit in the last place: no explanation of those is true, so
that every cell that gets one is counted. The result goes to ``proofs/results``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

import welfarestats as ws
from tests.printed_workbooks import (
    FAULTS,
    Recipe,
    earlier_delivery,
    named,
    pairs_of_faults,
    people,
    printed,
    surveyed,
    with_faults,
)

RESULTS = Path(__file__).parent / "results" / "reconciled_workbooks.txt"
_SIZES = (400, 800, 1_500)
_TYPOS_EACH = 2
_NOISE = 0.1


def failures(sets: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the sets of faults that are not all named, or leave a cell unexplained."""
    survey, earlier = surveyed(), surveyed(earlier_delivery(people()))
    failed = []
    for faults in sets:
        result = ws.reconcile(with_faults(faults), survey, earlier=earlier)
        words, left = named(result), result.counts()["unexplained"]
        if left or not all(FAULTS[fault][1] in words for fault in faults):
            failed.append(f"{' and '.join(faults)}: {left} unexplained; {words}")
    return failed


def workbooks(count: int) -> Iterator[tuple[np.random.Generator, pd.DataFrame, pd.DataFrame]]:
    """Yield draws, invented respondents and their tables, without a fault."""
    for number in range(count):
        draws = np.random.default_rng(1_000 + number)
        frame = people(int(draws.choice(_SIZES)), seed=1_000 + number)
        yield draws, frame, printed(Recipe(frame=frame, decimals=int(number % 3 == 0)))


def digit_changed(tables: pd.DataFrame, draws: np.random.Generator) -> pd.DataFrame:
    """Return the tables with another digit in one percentage."""
    at = int(draws.choice(tables.index[tables["statistic"] == "percent"]))
    text = list(tables["printed"][at])
    place = draws.choice([i for i, mark in enumerate(text) if mark.isdigit()])
    text[place] = draws.choice([digit for digit in "0123456789" if digit != text[place]])
    changed = tables.copy()
    changed.loc[at, "printed"] = "".join(text)
    changed.loc[at, "value"] = float("".join(text))
    return changed


def moved(tables: pd.DataFrame, draws: np.random.Generator, share: float = _NOISE) -> pd.DataFrame:
    """Return the tables with a share of the percentages one unit off in the last place."""
    off = (tables["statistic"] == "percent") & (draws.random(len(tables)) < share)
    changed = tables.copy()
    steps = draws.choice([-1.0, 1.0], int(off.sum())) / 10.0 ** tables["decimals"][off]
    changed.loc[off, "value"] = (tables["value"][off] + steps).round(6)
    return changed.assign(printed=changed["value"].astype(str))


def told(tables: pd.DataFrame, frame: pd.DataFrame) -> tuple[int, int]:
    """Return how many cells get an explanation, and how many stay unexplained."""
    earlier = surveyed(earlier_delivery(frame))
    counts = ws.reconcile(tables, surveyed(frame), earlier=earlier).counts()
    return counts["explained"] + counts["rounding"], counts["unexplained"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Reconcile them all and write what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workbooks", type=int, default=30)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    single, pairs = [(fault,) for fault in FAULTS], pairs_of_faults()
    failed = [failures(single), failures(pairs)]
    typos, noise = [], []
    for draws, frame, tables in workbooks(options.workbooks):
        typos += [told(digit_changed(tables, draws), frame) for _ in range(_TYPOS_EACH)]
        noise.append(told(moved(tables, draws), frame))
    text = (
        f"{datetime.now(UTC):%d %B %Y}. Faults found and named, no cell left unexplained: "
        f"{len(single) - len(failed[0])} of {len(single)} alone, "
        f"{len(pairs) - len(failed[1])} of {len(pairs)} two at a time.\n"
        f"{len(typos)} single digits changed in {options.workbooks} workbooks: "
        f"{sum(left for _, left in typos)} cells unexplained, "
        f"{sum(explained for explained, _ in typos)} explained by what is not true.\n"
        f"A tenth of the percentages one unit off: {sum(left for _, left in noise):,} cells "
        f"unexplained, {sum(explained for explained, _ in noise):,} explained by what is not true.\n"
        f"Seconds: {time.perf_counter() - start:,.0f}.\n"
    )
    text += "".join(f"    {one}\n" for one in (*failed[0], *failed[1]))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
