"""How often limits hold the truth, and how often column tests call equal groups different.

``python -m proofs.coverage_and_size`` draws samples from finite populations of 200,000 people with
strata, clusters, weights that go with the answer, and non-response: for each kind of sample, pair
of bases and true proportion. The results go to ``proofs/results`` (a line a setting, and a summary),
the summary also to ``docs/methods.md`` with a picture.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import welfarestats as ws
from proofs.sampled_pairs import Pairs, pairs_of
from proofs.simulated_samples import population, samples
from proofs.simulated_settings import Kind, Setting, settings
from proofs.size_and_coverage_page import drawn_into, print_into, summary_of
from welfarestats.formulas.column_tests import (
    design_test,
    design_wald_test,
    difference_degrees_of_freedom,
)
from welfarestats.formulas.exact_tests import exact_test
from welfarestats.formulas.intervals import INTERVAL_METHODS, proportion_interval
from welfarestats.formulas.market_tests import (
    effective_base_test,
    quantum_test,
    spss_ctables_test,
)
from welfarestats.formulas.proportion_pairs import TestResult
from welfarestats.formulas.significance import auto_test

Array = NDArray[np.float64]

RESULTS = Path(__file__).parent / "results"
LEVEL = 0.95
_PEOPLE_AT_ONCE = 2_000_000


# ---------------------------------------------------------------- the tests and limits


def _design(pairs: Pairs, freedom: Array, **rule: Any) -> TestResult:
    return design_test(*pairs.proportion.T, **_known(pairs), degrees_of_freedom=freedom, **rule)


def _known(pairs: Pairs) -> dict[str, Any]:
    """Return what the design test is told besides degrees of freedom."""
    return {
        "base_a": pairs.base[:, 0],
        "base_b": pairs.base[:, 1],
        "variance": pairs.variance,
        "effective_base_a": pairs.effective_base[:, 0],
        "effective_base_b": pairs.effective_base[:, 1],
    }


def own_freedom(pairs: Pairs) -> Array:
    """Return the degrees of freedom that `compare` gives the design test."""
    own = difference_degrees_of_freedom(
        *pairs.proportion.T,
        variance_a=pairs.covariance[:, 0, 0],
        variance_b=pairs.covariance[:, 1, 1],
        effective_base_a=pairs.effective_base[:, 0],
        effective_base_b=pairs.effective_base[:, 1],
        degrees_of_freedom_a=pairs.degrees_of_freedom[:, 0],
        degrees_of_freedom_b=pairs.degrees_of_freedom[:, 1],
    )
    return np.asarray(np.minimum(pairs.degrees_of_freedom[:, 2], own))


def named_tests(pairs: Pairs, kind: Kind) -> Iterator[tuple[str, TestResult]]:
    """Return each test of all pairs, by name; exact ones where there are no weights or clusters."""
    a, b = pairs.proportion.T
    together = pairs.degrees_of_freedom[:, 2]
    counts = (pairs.count[:, 0], pairs.count[:, 1])
    n = {"base_a": pairs.base[:, 0], "base_b": pairs.base[:, 1]}
    w = dict(zip(("weighted_base_a", "weighted_base_b"), pairs.weighted_base.T, strict=True))
    e = dict(zip(("effective_base_a", "effective_base_b"), pairs.effective_base.T, strict=True))
    own = own_freedom(pairs)
    yield "design", _design(pairs, own, counts=counts)
    yield "design, without the rule of 5", _design(pairs, own, minimum_expected=None)
    yield "former design", _design(pairs, together)
    wald = partial(design_wald_test, a, b, **n, variance=pairs.variance)
    yield "design-wald", wald(degrees_of_freedom=together, counts=counts)
    yield "effective-base", effective_base_test(a, b, **w, **e)
    yield "quantum", quantum_test(a, b, **w, **e)
    yield "spss-ctables", spss_ctables_test(a, b, **w)
    if not kind.weighted and not kind.psus:
        yield "auto", auto_test(a, b, **_known(pairs), degrees_of_freedom=own)
        yield "exact", exact_test(a, b, **n)
        yield "exact (mid-p)", exact_test(a, b, **n, method="mid-p")


def measured(setting: Setting, *, repeats: int, seed: int) -> dict[str, Any]:
    """Return how many pairs each test made and called different, and how often limits held."""
    index = settings().index(setting) if setting in settings() else 0
    random = np.random.default_rng([seed, index])
    people = population(setting, random)
    kind = setting.kind
    step = max(1, _PEOPLE_AT_ONCE // (setting.base_a + setting.base_b))
    sizes = [min(step, repeats - at) for at in range(0, repeats, step)]
    totals: dict[str, float] = {}

    def add(name: str, number: float) -> None:
        totals[name] = totals.get(name, 0.0) + float(number)

    for size in sizes:
        pairs = pairs_of(samples(setting, people, size, random), poststratified=kind.poststratified)
        add("mean effective base", pairs.effective_base[:, 0].sum() / repeats)
        for name, result in named_tests(pairs, kind):
            add(f"{name}: tested", result.tested.sum())
            add(f"{name}: called", (result.p_value < 1 - LEVEL).sum())
            if name == "design":
                allowed = result.tested & (pairs.effective_base.min(axis=1) >= 30)
                add("design, effective base 30: tested", allowed.sum())
                add("design, effective base 30: called", (result.p_value[allowed] < 0.05).sum())
        if setting.base_a == setting.base_b:
            for name, held, width in limits_of(pairs, setting.proportion):
                add(f"{name}: held", held)
                add(f"{name}: width", width / repeats)
    what = {"kind": kind.name, "base_a": setting.base_a, "base_b": setting.base_b}
    return {**what, "proportion": setting.proportion, "samples": repeats, **totals}


def limits_of(pairs: Pairs, truth: float) -> Iterator[tuple[str, int, float]]:
    """Return in how many samples the first group's limits hold the truth, and their total width."""
    for method in INTERVAL_METHODS:
        if method == "hypergeometric":
            continue
        low, high, _ = proportion_interval(
            method,
            pairs.proportion[:, 0],
            pairs.covariance[:, 0, 0],
            level=LEVEL,
            base=pairs.base[:, 0],
            effective_base=pairs.effective_base[:, 0],
            degrees_of_freedom=pairs.degrees_of_freedom[:, 0],
        )
        width = np.clip(high, 0, 1) - np.clip(low, 0, 1)
        yield method, int(((low <= truth) & (truth <= high)).sum()), float(np.nansum(width))


# ---------------------------------------------------------------- all of them


def frame_of(
    chosen: Sequence[Setting],
    *,
    repeats: int,
    seed: int,
    mapped: Callable[..., Any] = map,
) -> pd.DataFrame:
    """Return a row a setting, in their order."""
    return pd.DataFrame(mapped(partial(measured, repeats=repeats, seed=seed), chosen))


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate every setting, and write what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--samples", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--print", action="store_true", help="print the last results again")
    options = parser.parse_args(arguments)
    if options.print:
        last = (RESULTS / "coverage_and_size.txt").read_text(encoding="utf-8")
        write(pd.read_csv(RESULTS / "coverage_and_size.csv"), last.partition("\n")[0])
        return 0
    started = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool:
        mapped = partial(pool.map, chunksize=6)
        frame = frame_of(settings(), repeats=options.samples, seed=options.seed, mapped=mapped)
    RESULTS.mkdir(exist_ok=True)
    frame.to_csv(RESULTS / "coverage_and_size.csv", index=False, float_format="%.6g")
    made = (
        f"{datetime.now(UTC):%d %B %Y}, seed {options.seed}: welfarestats {ws.__version__},"
        f" NumPy {np.__version__}, Python {platform.python_version()};"
        f" {(time.perf_counter() - started) / 60:.0f} minutes."
    )
    write(frame, made)
    return 0


def write(frame: pd.DataFrame, made: str) -> None:
    """Write the summary to the results and the page, and draw the picture."""
    text = summary_of(frame, made)
    (RESULTS / "coverage_and_size.txt").write_text(f"{text}\n", encoding="utf-8")
    print_into(text, "coverage_and_size")
    drawn_into(frame)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
