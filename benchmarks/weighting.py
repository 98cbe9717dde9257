"""Time raking a million respondents to four margins: this library, svy, weightipy and R's survey.

``python benchmarks/weighting.py`` gives all of them the same respondents, the same targets and a
tolerance that all can reach, checks that their weights agree, and prints the median of their runs.
Peers that are not installed are left out by name. See README.md beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import platform
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pandas as pd

import welfarestats as ws

SIZES = {"sex": 2, "age": 6, "region": 12, "disability": 5}
TOLERANCE = 1e-10
Weights = np.ndarray[Any, np.dtype[np.float64]]

R_SCRIPT = """
suppressMessages(library(survey))
data <- read.csv("DATA")
targets <- read.csv("TARGETS")
margins <- lapply(split(targets, factor(targets$variable, unique(targets$variable))), function(one) {
  setNames(data.frame(one$category, one$target), c(one$variable[1], "Freq"))
})
formulas <- lapply(names(margins), function(name) as.formula(paste0("~", name)))
design <- svydesign(ids = ~1, weights = ~weight, data = data)
seconds <- numeric(0)
for (i in seq_len(REPEATS)) {
  gc()
  seconds <- c(seconds, system.time(
    raked <- rake(design, formulas, margins, control = list(maxit = 500, epsilon = TOLERANCE))
  )[["elapsed"]])
}
writeBin(weights(raked), "WEIGHTS")
cat(as.character(packageVersion("survey")), as.character(getRversion()), seconds)
"""


def respondents(size: int) -> pd.DataFrame:
    """Return invented respondents with base weights; regions differ in age and disability."""
    random = np.random.default_rng(20261128)
    region = random.integers(0, SIZES["region"], size)
    age = np.clip(random.normal(2 + 0.15 * region, 1.5, size).round(), 0, SIZES["age"] - 1)
    disability = np.clip(random.poisson(1 + 0.3 * age), 0, SIZES["disability"] - 1)
    return pd.DataFrame(
        {
            "sex": random.choice([1, 2], size, p=[0.55, 0.45]),
            "age": age.astype(int) + 1,
            "region": region + 1,
            "disability": disability.astype(int) + 1,
            "weight": random.gamma(4, 0.25, size) + 0.05,
        }
    )


def population(size: int) -> dict[str, dict[int, float]]:
    """Return counts that add up to a population for each margin."""
    random = np.random.default_rng(7)
    shares = {name: random.dirichlet(np.full(k, 20.0)) for name, k in SIZES.items()}
    return {
        name: {i + 1: float(share) * size for i, share in enumerate(own)}
        for name, own in shares.items()
    }


def worst_margin(
    frame: pd.DataFrame, weights: Weights, targets: dict[str, dict[int, float]]
) -> float:
    """Return the largest relative difference between a target and what is achieved."""
    gaps = []
    for name, wanted in targets.items():
        held = np.bincount(frame[name], weights=weights)
        gaps += [abs(held[code] / target - 1) for code, target in wanted.items()]
    return max(gaps)


def timed(work: Callable[[], Weights], repeats: int) -> tuple[list[float], Weights]:
    """Return the seconds of every run, and the weights of the last."""
    seconds = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        weights = work()
        seconds.append(time.perf_counter() - start)
    return seconds, np.asarray(weights, dtype=float)


def our_work(frame: pd.DataFrame, targets: dict[str, dict[int, float]]) -> Callable[[], Weights]:
    """Return our job: a new survey each time, so that nothing is remembered from the run before."""
    return lambda: ws.rake(ws.Survey(frame, weights="weight"), targets).weights


def svy_work(frame: pd.DataFrame, targets: dict[str, dict[int, float]]) -> Callable[[], Weights]:
    """Return svy's job, on a sample declared once."""
    import polars as pl
    import svy

    sample = svy.Sample(pl.from_pandas(frame), svy.Design(wgt="weight"))

    def work() -> Weights:
        raked = sample.weighting.rake(controls=targets, tol=TOLERANCE, max_iter=500)
        return raked.data["rk_wgt"].to_numpy()

    return work


def weightipy_work(
    frame: pd.DataFrame, targets: dict[str, dict[int, float]]
) -> Callable[[], Weights]:
    """Return weightipy's job. It has no base weights and weighs to a mean of 1, in per cent."""
    import weightipy as wp

    shares = {
        name: {code: 100 * target / sum(own.values()) for code, target in own.items()}
        for name, own in targets.items()
    }
    # It stops when a sweep improves by less than this share: small enough to reach the tolerance.
    settings = {"convcrit": 1e-12, "max_iterations": 500}

    def work() -> Weights:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scheme = wp.scheme_from_dict(shares, rim_params=settings)
            return wp.weight_dataframe(frame, scheme)["weights"].to_numpy()

    return work


def r_results(
    frame: pd.DataFrame, targets: dict[str, dict[int, float]], repeats: int
) -> tuple[str, list[float], Weights]:
    """Return R's versions, seconds and weights, on a design declared once."""
    rows = [(name, code, n) for name, own in targets.items() for code, n in own.items()]
    with tempfile.TemporaryDirectory() as folder:
        place = {name: Path(folder) / name for name in ("DATA", "TARGETS", "WEIGHTS")}
        frame.to_csv(place["DATA"], index=False, float_format="%.17g")
        listing = pd.DataFrame(rows, columns=["variable", "category", "target"])
        listing.to_csv(place["TARGETS"], index=False, float_format="%.17g")
        script = R_SCRIPT.replace("REPEATS", str(repeats)).replace("TOLERANCE", str(TOLERANCE))
        for name, path in place.items():
            script = script.replace(f'"{name}"', f'"{path.as_posix()}"')
        run = ["Rscript", "--vanilla", "-e", script]
        said = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
        weights = np.fromfile(place["WEIGHTS"])
    return f"R {said[1]}, survey {said[0]}", [float(one) for one in said[2:]], weights


def compared(
    frame: pd.DataFrame, targets: dict[str, dict[int, float]], repeats: int
) -> dict[str, tuple[list[float], Weights]]:
    """Return seconds and weights of every program that is there."""
    found = {"welfarestats": timed(our_work(frame, targets), repeats)}
    for name, work in {"svy": svy_work, "weightipy": weightipy_work}.items():
        if find_spec(name) is None:
            print(f"{name} is not installed and is left out: python -m pip install {name}")
        else:
            found[f"{name} {version(name)}"] = timed(work(frame, targets), max(repeats // 2, 1))
    if which("Rscript"):
        name, seconds, weights = r_results(frame, targets, max(repeats // 2, 1))
        found[name] = seconds, weights
    else:
        print("R is not installed and is left out")
    return found


def report(
    found: dict[str, tuple[list[float], Weights]],
    frame: pd.DataFrame,
    targets: dict[str, dict[int, float]],
) -> None:
    """Print seconds, ratios, the worst margin of each, and how far its weights are from ours."""
    seconds, ours = next(iter(found.values()))
    own = statistics.median(seconds)
    print(f"{'':30} {'median s':>9} {'low':>8} {'ratio':>7} {'worst margin':>13} {'weights':>9}")
    for name, (times, weights) in found.items():
        scaled = weights * (ours.sum() / weights.sum())
        margin = worst_margin(frame, scaled, targets)
        apart = float(np.abs(scaled / ours - 1).max())
        middle = statistics.median(times)
        print(
            f"{name:30} {middle:9.3f} {min(times):8.3f} {middle / own:7.1f} {margin:13.0e} {apart:9.0e}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    frame, targets = respondents(options.rows), population(50_000_000)
    print(
        f"{options.rows:,} respondents, margins of {', '.join(map(str, SIZES.values()))} categories"
    )
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors; tolerance {TOLERANCE:g}"
    )
    for kind in ("base weights", "base weights of 1"):
        people = frame if kind == "base weights" else frame.assign(weight=1.0)
        print(f"\n{kind}")
        report(compared(people, targets, options.repeats), people, targets)


if __name__ == "__main__":
    main()
