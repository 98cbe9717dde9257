"""How often each column test calls two equal groups different, at a nominal 5 per cent.

``python benchmarks/false_positives.py`` draws 20,000 pairs of groups from one population for each
row and prints the share of pairs with p < 0.05. The rule that leaves pairs with fewer than 5
expected untested is turned off, to see the tests themselves. The results are quoted in
docs/conventions.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from welfarestats.formulas.column_tests import design_test, design_wald_test
from welfarestats.formulas.market_tests import effective_base_test, spss_ctables_test

SAMPLES = 20_000
CHUNK = 1_000
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Two groups of one population, and how they are sampled."""

    base_a: int
    base_b: int
    proportion: float
    kish: float = 1.0
    """Mean square of the weights over the square of their mean, unrelated to the answers."""
    clusters: int = 0
    """Clusters of the sample; 0 for respondents drawn one by one."""
    apart: bool = False
    """Whether each cluster holds one group only; otherwise both live in all of them."""
    correlation: float = 0.0
    """Of answers within a cluster."""
    ratio: float = 1.0
    """Weight of those with the property over that of those without."""


ROWS = (
    Population(34, 82, 0.05),
    Population(34, 82, 0.30),
    Population(30, 1500, 0.05, kish=1.43),
    Population(60, 300, 0.10, kish=1.43),
    Population(100, 100, 0.30, kish=1.43),
    Population(150, 150, 0.30, clusters=12, correlation=0.05),
    Population(150, 150, 0.30, clusters=30, correlation=0.05, kish=1.43),
    Population(60, 300, 0.10, clusters=30, correlation=0.05, kish=1.43),
    Population(150, 150, 0.30, clusters=20, correlation=0.05, ratio=2.0),
    Population(150, 150, 0.30, clusters=20, correlation=0.05, ratio=3.0),
    Population(150, 150, 0.30, clusters=24, correlation=0.05, apart=True),
    Population(150, 150, 0.30, clusters=60, correlation=0.05, apart=True, kish=1.43),
    Population(60, 300, 0.10, clusters=60, correlation=0.05, apart=True, kish=1.43),
)


def main() -> None:
    """Print one row a population: what it is, and the false positives of each test, per cent."""
    names = ("design", "design-wald", "effective-base", "spss-ctables")
    print("base_a base_b proportion kish clusters apart correlation ratio", *names, sep="  ")
    for row in ROWS:
        rng = np.random.default_rng(20261122)
        found = [false_positives(row, rng) for _ in range(SAMPLES // CHUNK)]
        shares = 100 * np.mean(found, axis=0)
        facts = (row.base_a, row.base_b, row.proportion, row.kish)
        design = (row.clusters, row.apart, row.correlation, row.ratio)
        print(*facts, *design, *(f"{share:.1f}" for share in shares), sep="  ")


def false_positives(row: Population, rng: np.random.Generator) -> list[float]:
    """Share of one chunk of samples that each test calls significant."""
    chance = cluster_chances(row, rng)
    a_in, b_in = homes(row)
    a, b = group(row, a_in, chance, rng), group(row, b_in, chance, rng)
    if row.clusters:
        deviations = a.by_cluster - b.by_cluster
        centred = deviations - deviations.mean(axis=1, keepdims=True)
        variance = (centred**2).sum(axis=1) * row.clusters / (row.clusters - 1)
        freedom = row.clusters - 1
    else:
        variance = a.variance + b.variance
        freedom = row.base_a + row.base_b - 1
    bases = {"base_a": row.base_a, "base_b": row.base_b}
    effective = {"effective_base_a": a.effective, "effective_base_b": b.effective}
    weighted = {"weighted_base_a": a.weighted, "weighted_base_b": b.weighted}
    linear = {"variance": variance, "degrees_of_freedom": freedom, "minimum_expected": None}
    tests = (
        design_test(a.share, b.share, **bases, **effective, **linear),
        design_wald_test(a.share, b.share, **bases, **linear),
        effective_base_test(a.share, b.share, **weighted, **effective),
        spss_ctables_test(a.share, b.share, **weighted),
    )
    return [float(np.mean(np.nan_to_num(test.p_value, nan=1.0) < 0.05)) for test in tests]


def homes(row: Population) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Cluster of each member of the two groups, spread evenly."""
    count = max(row.clusters, 1)
    if not row.apart:
        return np.arange(row.base_a) % count, np.arange(row.base_b) % count
    first = count // 2
    return np.arange(row.base_a) % first, first + np.arange(row.base_b) % (count - first)


def cluster_chances(row: Population, rng: np.random.Generator) -> Array:
    """Chance of the property in each cluster of each sample (CHUNK, clusters)."""
    if not row.clusters:
        return np.full((CHUNK, 1), row.proportion)
    spread = 1 / row.correlation - 1
    shape = (CHUNK, row.clusters)
    return rng.beta(row.proportion * spread, (1 - row.proportion) * spread, shape)


@dataclass(frozen=True)
class Group:
    """The estimates of one group, one entry a sample."""

    share: Array
    weighted: Array
    effective: Array
    variance: Array
    by_cluster: Array


def group(
    row: Population, cluster: NDArray[np.int_], chance: Array, rng: np.random.Generator
) -> Group:
    """One group of every sample of the chunk, its members in the clusters given."""
    clusters, base = chance.shape[1], cluster.size
    answer = (rng.random((CHUNK, base)) < chance[:, cluster]).astype(float)
    weight = np.where(answer == 1, row.ratio, 1.0)
    if row.kish > 1:
        weight = weight * np.exp(np.sqrt(np.log(row.kish)) * rng.standard_normal((CHUNK, base)))
    total = weight.sum(axis=1)
    share = (weight * answer).sum(axis=1) / total
    linearised = weight * (answer - share[:, None]) / total[:, None]
    sums = linearised @ np.eye(clusters)[cluster]
    return Group(
        share,
        total,
        total**2 / (weight**2).sum(axis=1),
        (linearised**2).sum(axis=1) * base / (base - 1),
        sums,
    )


if __name__ == "__main__":
    main()
