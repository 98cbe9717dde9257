"""Standard errors after raking by linearisation, by bootstrap, and as they are.

``python -m proofs.raked_by_two_routes`` draws samples from a population of 200,000 invented people
in strata and clusters, some of whom answer less, and rakes each to sex, age and region. Linearised
standard errors (residuals on all margins) and those of a bootstrap that rakes every replicate again
are compared with each other, and their means with how far estimates really lie apart.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

import welfarestats as ws
from proofs.size_and_coverage_page import print_into

RESULTS = Path(__file__).parent / "results" / "raked_by_two_routes.txt"
STRATA, CLUSTERS, PEOPLE = 10, 200, 100
#: Clusters drawn in each stratum, with replacement, and people asked in each.
DRAWN, ASKED = 12, 16
MARGINS = ("sex", "age", "region")


@dataclass(frozen=True)
class Routes:
    """Estimates (samples, F) and standard errors of either route, and of the weights before."""

    names: list[str]
    respondents: float
    estimate: np.ndarray
    linearised: np.ndarray
    bootstrap: np.ndarray
    unraked: np.ndarray


def people(random: np.random.Generator) -> pd.DataFrame:
    """Return the population, cluster by cluster."""
    size = STRATA * CLUSTERS * PEOPLE
    cluster = np.repeat(np.arange(STRATA * CLUSTERS), PEOPLE)
    stratum = cluster // CLUSTERS
    frame = pd.DataFrame({"stratum": stratum, "cluster": cluster, "region": stratum // 2})
    frame["sex"] = random.integers(2, size=size)
    frame["age"] = random.integers(4, size=size)
    local = random.normal(0, 0.3, STRATA * CLUSTERS)[cluster]
    pull = -2.2 + frame["age"] + 0.6 * frame["sex"] + 0.3 * frame["region"] + local
    frame["has"] = (random.random(size) < 1 / (1 + np.exp(-pull))).astype(int)
    frame["score"] = 10 + 2 * pull + random.normal(0, 1.5, size)
    frame["answers"] = random.random(size) < 0.35 + 0.12 * frame["age"] + 0.1 * frame["sex"]
    return frame


def sample(population: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return respondents: clusters of each stratum drawn with replacement, people within them."""
    rows, unit = [], []
    for stratum in range(STRATA):
        for number, cluster in enumerate(random.integers(CLUSTERS, size=DRAWN)):
            start = (stratum * CLUSTERS + cluster) * PEOPLE
            rows.append(start + random.choice(PEOPLE, ASKED, replace=False))
            unit.append(np.full(ASKED, stratum * DRAWN + number))
    frame = population.iloc[np.concatenate(rows)].assign(unit=np.concatenate(unit))
    return frame[frame["answers"]].reset_index(drop=True)


def estimates(survey: ws.Survey) -> pd.DataFrame:
    """Return the figures compared: shares and means, of all and of domains, with their errors."""
    parts = [
        ws.estimate_proportions(survey, "has"),
        ws.estimate_proportions(survey, "has", by="age"),
        ws.estimate_proportions(survey, "has", by="sex"),
        ws.estimate_means(survey, "score"),
        ws.estimate_means(survey, "score", by="region"),
    ]
    names = ["share", *(f"share, age {a}" for a in range(4)), "share, sex 0", "share, sex 1"]
    names += ["mean", *(f"mean, region {r}" for r in range(5))]
    frames = [part.to_frame() for part in parts]
    kept = [f[f["category"] == "1"] if f["category"].notna().any() else f for f in frames]
    found = pd.concat(kept, ignore_index=True)[["estimate", "standard_error"]]
    assert len(found) == len(names)
    return found.assign(name=names)


def routes(repeats: int, replicates: int, bootstrapped: int, seed: int) -> Routes:
    """Return the figures of many samples; the first ones are bootstrapped too."""
    random = np.random.default_rng(seed)
    population = people(random)
    targets = {
        name: {str(k): v for k, v in population[name].value_counts(normalize=True).items()}
        for name in MARGINS
    }
    found: dict[str, list[np.ndarray]] = {"estimate": [], "linear": [], "boot": [], "before": []}
    respondents = 0
    for number in range(repeats):
        frame = sample(population, random)
        respondents += len(frame)
        drawn = ws.Survey(frame, strata="stratum", psu="unit")
        raked = estimates(ws.rake(drawn, targets))
        found["estimate"].append(raked["estimate"].to_numpy())
        found["linear"].append(raked["standard_error"].to_numpy())
        if number < bootstrapped:
            made = ws.make_replicates(drawn, "bootstrap", replicates=replicates, seed=number)
            again = estimates(ws.rake(made, targets))
            assert np.allclose(again["estimate"], raked["estimate"], rtol=1e-9)
            found["boot"].append(again["standard_error"].to_numpy())
            found["before"].append(estimates(drawn)["standard_error"].to_numpy())
    arrays = {name: np.array(rows) for name, rows in found.items()}
    return Routes(
        list(raked["name"]),
        respondents / repeats,
        arrays["estimate"],
        arrays["linear"],
        arrays["boot"],
        arrays["before"],
    )


def summary_of(found: Routes) -> str:
    """Return the ratios of standard errors, each with its Monte Carlo error."""
    pairs = found.bootstrap / found.linearised[: len(found.bootstrap)]
    before = found.unraked / found.linearised[: len(found.bootstrap)]
    spread = found.estimate.std(axis=0, ddof=1)
    typical = np.sqrt((found.linearised**2).mean(axis=0))
    error = 1 / np.sqrt(2 * (len(found.estimate) - 1))
    heads = ("bootstrap/linearised", "linearised/true", "not raked/linearised")
    lines = [f"{'':15}" + "".join(f"{head:>24}" for head in heads)]
    for at, name in enumerate(found.names):
        ratio, own = pairs[:, at].mean(), pairs[:, at].std(ddof=1) / np.sqrt(len(pairs))
        true = typical[at] / spread[at]
        lines.append(
            f"{name:15}{ratio:>15.3f} ± {2 * own:.3f} {true:>15.3f} ± {2 * error * true:.3f}"
            f" {before[:, at].mean():>23.3f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the two routes on many samples, and write what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--samples", type=int, default=2_000)
    parser.add_argument("--bootstrapped", type=int, default=40)
    parser.add_argument("--replicates", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    found = routes(options.samples, options.replicates, options.bootstrapped, options.seed)
    text = (
        f"{datetime.now(UTC):%d %B %Y}, seed {options.seed}: welfarestats {ws.__version__}, NumPy"
        f" {np.__version__}, Python {platform.python_version()};"
        f" {(time.perf_counter() - started) / 60:.0f} minutes.\n"
        f"{options.samples:,} samples of about {found.respondents:,.0f} respondents in"
        f" {DRAWN * STRATA} clusters, raked to {', '.join(MARGINS)}; {options.bootstrapped} of them"
        f" with a bootstrap of {options.replicates:,} replicates. Ratios of standard errors, ± two"
        f" Monte Carlo errors.\n{summary_of(found)}\n"
    )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print_into(f"```text\n{text}```", "raked_by_two_routes")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
