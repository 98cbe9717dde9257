"""Time a 5 by 6 cross-tab on a million respondents: this library and svy, in one process.

``python benchmarks/crosstab_million.py`` prints the median of seven warm runs of each, after the
standard errors, shares and the Rao-Scott F of both have been compared. See README.md beside it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl

STRATA, PSUS = 60, 3_000
ROWS, COLUMNS = 5, 6
INSTALL_SVY = "svy is not installed: python -m pip install svy (it shares this environment)."


def respondents(size: int) -> pl.DataFrame:
    """Return invented respondents: answers vary with the PSU, weights with the answers."""
    random = np.random.default_rng(20261122)
    psu = random.integers(0, PSUS, size)
    lean = random.normal(0, 0.5, PSUS)[psu]
    banner = random.integers(0, COLUMNS, size)
    score = random.normal(0, 1, size) + lean + 0.05 * banner
    stub = np.digitize(score, [-1.0, -0.3, 0.3, 1.0])
    weight = random.gamma(4, 0.25, size) * (1 + 0.1 * stub)
    return pl.DataFrame(
        {
            "stratum": (psu * STRATA // PSUS).astype(np.int32),
            "psu": psu.astype(np.int32),
            "stub": stub.astype(np.int8),
            "banner": banner.astype(np.int8),
            "weight": weight,
        }
    )


def timed(work: Callable[[], Any], repeats: int) -> dict[str, float]:
    """Return the seconds of the first run and of the warm ones after it."""
    seconds = []
    for _ in range(repeats + 1):
        gc.collect()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    warm = seconds[1:]
    return {
        "first": seconds[0],
        "median": statistics.median(warm),
        "low": min(warm),
        "high": max(warm),
    }


def our_work(frame: Any) -> dict[str, Callable[[], Any]]:
    """Return the jobs of this library by name; none may lean on an earlier run's answers."""
    import welfarestats as ws

    def declare() -> ws.Survey:
        return ws.Survey(frame, weights="weight", strata="stratum", psu="psu")

    declared = declare()

    def everything(survey: ws.Survey) -> None:
        table = ws.crosstab(survey, "stub", "banner")
        table.to_frame()
        table.comparisons()
        table.independence()

    kind = type(frame).__module__.partition(".")[0]
    return {
        f"welfarestats, {kind}, survey declared once": lambda: everything(declared),
        f"welfarestats, {kind}, survey declared each time": lambda: everything(declare()),
    }


def svy_work(frame: pl.DataFrame) -> dict[str, Callable[[], Any]]:
    """Return the jobs of svy by name, on a sample declared once."""
    import svy

    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    return {
        "svy categorical.tabulate": lambda: sample.categorical.tabulate("stub", "banner"),
        "svy estimation.prop(by=)": lambda: sample.estimation.prop("stub", by="banner"),
    }


def check_agreement(frame: pl.DataFrame) -> str:
    """Return words on how closely both agree; stop when they do not."""
    import svy

    import welfarestats as ws

    survey = ws.Survey(frame, weights="weight", strata="stratum", psu="psu")
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    cells = sample.categorical.tabulate("stub", "banner")
    found = {
        "column": sample.estimation.prop("stub", by="banner").to_polars(),
        "total": cells.to_polars(),
    }
    worst = 0.0
    for percent, theirs in found.items():
        ours = ws.crosstab(survey, "stub", "banner", percent=percent).to_frame()
        ours = ours[ours["banner"] == "banner"]
        mine = {
            (row.stub_category, row.banner_category): (row.proportion, row.standard_error)
            for row in ours.itertuples()
        }
        for row in theirs.iter_rows(named=True):
            pair = mine[str(row["stub"]), str(row["banner"])]
            for a, b in zip(pair, (row["est"], row["se"]), strict=True):
                worst = max(worst, abs(a - b) / abs(b))
    f = float(ws.crosstab(survey, "stub", "banner").independence()["statistic"].iloc[0])
    worst = max(worst, abs(f - cells.stats.f.value) / f)
    if not worst < 1e-8:
        raise SystemExit(f"the two programs differ by {worst:.1e}, relative")
    return f"agreement of all proportions, standard errors and F: {worst:.0e}, relative"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    frame = respondents(options.rows)
    pandas_frame = frame.to_pandas()
    peer = find_spec("svy") is not None
    names = ["welfarestats", "polars", "pandas", "numpy", *(["svy"] if peer else [])]
    print(f"{options.rows:,} respondents, {PSUS:,} PSUs in {STRATA} strata, {ROWS} x {COLUMNS}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors;", end=" ")
    print(", ".join(f"{name} {version(name)}" for name in names if name != "welfarestats"))
    if peer:
        print(check_agreement(frame))
    else:
        print(INSTALL_SVY)
    jobs = our_work(frame) | our_work(pandas_frame) | (svy_work(frame) if peer else {})
    results = {name: timed(job, options.repeats) for name, job in jobs.items()}
    ours = next(iter(results.values()))["median"]
    print(f"\n{'seconds':46} {'median':>7} {'low':>7} {'high':>7} {'first':>7} {'ratio':>7}")
    for name, found in results.items():
        numbers = " ".join(f"{found[key]:7.3f}" for key in ("median", "low", "high", "first"))
        print(f"{name:46} {numbers} {found['median'] / ours:7.1f}")


if __name__ == "__main__":
    main()
