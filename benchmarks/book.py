"""Time a book of many questions by one banner: this library, svy and R's survey, in one run.

``python benchmarks/book.py`` makes the whole book with every standard error, letter, state and
Rao-Scott test. The other programs make a part of the pairs of one stub and one banner question,
drawn at random, and are charged for all of them in proportion. See README.md beside it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
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

BANNER = {"sex": 2, "region": 11, "age": 6, "benefit": 5, "severity": 8, "wave": 7}

R_SCRIPT = """
suppressMessages(library(survey))
d <- read.csv("FILE"); pairs <- read.csv("PAIRS")
for (name in setdiff(names(d), c("weight", "psu"))) d[[name]] <- factor(d[[name]])
design <- if ("psu" %in% names(d)) svydesign(ids = ~psu, weights = ~weight, data = d) else
  svydesign(ids = ~1, weights = ~weight, data = d)
started <- proc.time()[["elapsed"]]
for (i in seq_len(nrow(pairs))) {
  stub <- as.formula(paste0("~", pairs$stub[i])); by <- as.formula(paste0("~", pairs$banner[i]))
  first <- svyby(stub, by, design, svymean)
  test <- svychisq(as.formula(paste0("~", pairs$stub[i], "+", pairs$banner[i])), design)
}
took <- proc.time()[["elapsed"]] - started
cat(took, as.character(packageVersion("survey")), as.numeric(test$statistic), SE(first)[1, 1], "\\n")
"""


def respondents(rows: int, questions: int, psus: int) -> pd.DataFrame:
    """Return invented respondents; the questions have 2 to 7 answers, weights vary."""
    random = np.random.default_rng(20261128)
    psu = random.integers(0, max(psus, 1), rows)
    lean = random.normal(0, 0.4, max(psus, 1))[psu]
    columns = {name: random.integers(1, size + 1, rows) for name, size in BANNER.items()}
    for number in range(questions):
        cuts = np.linspace(-1.2, 1.2, int(random.integers(1, 7)))
        score = random.normal(0, 1, rows) + lean + 0.05 * columns["severity"]
        columns[f"q{number}"] = np.digitize(score, cuts) + 1
    columns["weight"] = random.gamma(6, 1 / 6, rows) + 0.1
    if psus:
        columns["psu"] = psu
    return pd.DataFrame(columns)


def ours(frame: pd.DataFrame, questions: int) -> Callable[[], Any]:
    """Return the whole job of this library, the survey declared anew each time."""
    import welfarestats as ws

    names = [f"q{number}" for number in range(questions)]

    def work() -> Any:
        psu = "psu" if "psu" in frame else None
        survey = ws.Survey(frame, weights="weight", psu=psu)
        book = ws.book(survey, names, list(BANNER))
        book.independence()
        return book

    return work


def seconds_of(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds and processor seconds of one run."""
    gc.collect()
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def some_pairs(questions: int, size: int) -> pd.DataFrame:
    """Return pairs of a stub and a banner question, drawn at random without replacement."""
    every = [(f"q{number}", name) for number in range(questions) for name in BANNER]
    chosen = np.random.default_rng(7).permutation(len(every))[: min(size, len(every))]
    return pd.DataFrame([every[place] for place in chosen], columns=["stub", "banner"])


def svy_work(frame: pd.DataFrame) -> Callable[[pd.DataFrame], None]:
    """Return what makes one ``tabulate`` a pair, on a sample declared once."""
    import polars as pl
    import svy

    clustered = {"psu": "psu"} if "psu" in frame else {}
    sample = svy.Sample(pl.from_pandas(frame), svy.Design(wgt="weight", **clustered))

    def work(pairs: pd.DataFrame) -> None:
        for stub, banner in pairs.itertuples(index=False):
            sample.categorical.tabulate(stub, banner)

    return work


def in_turn(
    work: Callable[[], Any], frame: pd.DataFrame, pairs: pd.DataFrame, repeats: int
) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Return what each run of ours takes, and svy on all pairs, a part of them after each run.

    A machine is not equally fast all the time, so both are measured at the same times.
    """
    theirs = svy_work(frame) if find_spec("svy") else None
    work()
    if theirs:
        theirs(pairs[:1])
    own, other = [], [(0.0, 0.0)]
    for turn in range(repeats):
        own.append(seconds_of(work))
        if theirs:
            part = pairs[turn::repeats]
            other.append(seconds_of(lambda part=part: theirs(part)))
    return own, (sum(one for one, _ in other), sum(used for _, used in other))


def r_seconds(frame: pd.DataFrame, pairs: pd.DataFrame) -> tuple[float, str, float, float]:
    """Return seconds of ``svyby`` and ``svychisq`` a pair, the version, and the last results."""
    with tempfile.TemporaryDirectory() as folder:
        data, listed = Path(folder) / "data.csv", Path(folder) / "pairs.csv"
        used = {*pairs["stub"], *BANNER, "weight", "psu"}
        frame[[name for name in frame if name in used]].to_csv(data, index=False)
        pairs.to_csv(listed, index=False)
        script = R_SCRIPT.replace("FILE", data.as_posix()).replace("PAIRS", listed.as_posix())
        run = ["Rscript", "--vanilla", "-e", script]
        found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    return float(found[0]), found[1], float(found[2]), float(found[3])


def check_r(book: Any, pairs: pd.DataFrame, statistic: float, error: float) -> str:
    """Return words on how closely R's last pair agrees; stop when it does not."""
    stub, banner = pairs.iloc[-1]
    tests = book.independence()
    own = tests[(tests["stub"] == stub) & (tests["banner"] == banner)]["statistic"].iloc[0]
    cells = book[stub].to_frame()
    first = cells[cells["banner"] == banner]["standard_error"].iloc[0]
    worst = max(abs(own - statistic) / statistic, abs(first - error) / error)
    # R prints seven digits.
    if not worst < 1e-6:
        raise SystemExit(f"R and this library differ by {worst:.1e}, relative")
    return f"R's last pair agrees to {worst:.0e} (it prints seven digits)"


def compared(rows: int, questions: int, psus: int, options: argparse.Namespace) -> None:
    """Print the times of one size, and how many times ours the other programs take."""
    frame = respondents(rows, questions, psus)
    work = ours(frame, questions)
    sample = some_pairs(questions, options.svy_pairs)
    if options.alone:
        work()
        found = [seconds_of(work) for _ in range(options.repeats)]
    else:
        found, svy = in_turn(work, frame, sample, options.repeats)
    own, used = zip(*found, strict=True)
    median, busy = statistics.median(own), statistics.median(used)
    pairs = questions * len(BANNER)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{rows:,} respondents, {psus:,} PSUs, {questions:,} questions by {sum(BANNER.values())}"
        f" columns of {len(BANNER)} questions: {pairs:,} pairs"
    )
    print(
        f"  welfarestats   {median:8.2f} s  ({min(own):.2f} to {max(own):.2f});"
        f" {busy:.2f} processor s; {most:,.0f} MB"
    )
    written, _ = seconds_of(work().to_frame)
    print(f"  .to_frame() besides {written:.2f} s; no other program's results are gathered")
    if options.alone:
        return
    if find_spec("svy"):
        every, on = (one / len(sample) * pairs for one in svy)
        print(
            f"  svy            {every:8.1f} s  {every / median:8.0f} times, from {len(sample)};"
            f" {on:.1f} processor s, {on / busy:.0f} times"
        )
    if which("Rscript"):
        sample = some_pairs(questions, options.r_pairs)
        took, release, statistic, error = r_seconds(frame, sample)
        every = took / len(sample) * pairs
        print(
            f"  R survey {release:5} {every:8.1f} s  {every / median:8.0f} times, from {len(sample)}"
        )
        print(f"  {check_r(work(), sample, statistic, error)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--svy-pairs", type=int, default=300)
    parser.add_argument("--r-pairs", type=int, default=60)
    parser.add_argument(
        "--grow", action="store_true", help="10 to 1,000 questions, 10³ to 10⁵ rows"
    )
    options = parser.parse_args()
    warnings.simplefilter("error")
    names = ["numpy", "pandas", "scipy", *(["svy"] if find_spec("svy") else [])]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors;", end=" ")
    print(", ".join(f"{name} {version(name)}" for name in names))
    options.alone = False
    if options.grow:
        options.alone, options.repeats = True, 1
        for questions in (10, 100, 1_000):
            for rows in (1_000, 10_000, 100_000):
                compared(rows, questions, max(rows // 10, 100), options)
        return
    compared(2_000, 500, 0, options)
    compared(10_000, 500, 1_000, options)


if __name__ == "__main__":
    main()
