"""A finite population with strata, clusters and unequal response, and many samples from it at once.

Nobody's data: 200,000 invented people. Two groups of them have exactly the same proportion, so that
every difference a test finds between them is a false one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from proofs.simulated_settings import PEOPLE, RELUCTANT, RESPONSE, Setting

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Population:
    """People in the order of group, cluster and chance.

    ``has`` is the property, ``chance`` what somebody's chance to be in a sample is proportional to,
    ``reluctant`` the class that answers less. ``strata`` are those of the clusters.
    """

    has: NDArray[np.bool_]
    chance: Array
    reluctant: NDArray[np.bool_]
    group: Integers
    cluster: Integers
    strata: Integers

    @cached_property
    def sums(self) -> Array:
        """The chances added up, beginning with 0."""
        return np.concatenate([[0.0], np.cumsum(self.chance)])

    @cached_property
    def starts(self) -> Integers:
        """Where each cluster begins in each group (2, clusters + 1)."""
        count = self.strata.size
        keys = self.group * count + self.cluster
        edges = np.searchsorted(keys, np.arange(2 * count + 1))
        return np.stack([edges[: count + 1], edges[count:]])


@dataclass(frozen=True)
class Samples:
    """R samples of n people, the first group first: ``person``, and ``unit`` of the S drawn."""

    population: Population
    person: Integers
    unit: Integers
    base_a: int
    units: int
    strata: int

    @property
    def groups(self) -> tuple[slice, slice]:
        """Which columns are the people of either group."""
        return slice(None, self.base_a), slice(self.base_a, None)

    @property
    def has(self) -> NDArray[np.bool_]:
        """Who has the property, (R, n)."""
        return np.asarray(self.population.has[self.person])

    @property
    def reluctant(self) -> NDArray[np.bool_]:
        """Who is in the class that answers less, (R, n)."""
        return np.asarray(self.population.reluctant[self.person])

    @property
    def weight(self) -> Array:
        """Weights, (R, n): the inverse of the chances, 1 on average in each sample."""
        return _averaging_one(1 / self.population.chance[self.person])

    def poststratified(self, weight: Array) -> Array:
        """Return weights that add up to the people of each class in each group.

        A class without respondents is left out.
        """
        people, reluctant = self.population, self.reluctant
        found = np.array(weight)
        for g, part in enumerate(self.groups):
            for one in (False, True):
                inside = reluctant[:, part] == one
                total = np.where(inside, weight[:, part], 0.0).sum(axis=1, keepdims=True)
                target = ((people.group == g) & (people.reluctant == one)).sum()
                share = target / (people.group == g).sum() * inside.shape[1]
                found[:, part] *= np.where(inside, share / np.where(total > 0, total, 1.0), 1.0)
        return _averaging_one(found)


def _averaging_one(weight: Array) -> Array:
    return np.asarray(weight / weight.mean(axis=1, keepdims=True))


def population(setting: Setting, random: np.random.Generator) -> Population:
    """Return 200,000 people in whose two groups the same proportion has the property."""
    kind, p = setting.kind, setting.proportion
    strata = np.repeat(np.arange(kind.strata), -(-kind.clusters // kind.strata))[: kind.clusters]
    local = np.full(kind.clusters, p)
    if kind.strata > 1:
        local = local * (1 + 0.3 * np.where(strata % 2, 1, -1))
    if kind.correlation:
        size = (1 - kind.correlation) / kind.correlation
        local = random.beta(local * size, (1 - local) * size)
    cluster = np.repeat(np.arange(kind.clusters), PEOPLE // kind.clusters)
    first = strata[cluster] < setting.strata_of_a
    group = ~first if kind.areas else random.random(PEOPLE) >= setting.share
    has = random.random(PEOPLE) < local[cluster]
    for one in (False, True):
        _set_proportion(has, np.flatnonzero(group == one), p, random)
    reluctant = random.random(PEOPLE) < np.where(has, RELUCTANT[1], RELUCTANT[0])
    weight = np.where(has, kind.factor, 1.0) * np.exp(kind.spread * random.normal(size=PEOPLE))
    chance = np.where(reluctant & kind.response, RESPONSE[1], RESPONSE[0]) / weight
    order = np.lexsort((random.random(PEOPLE), cluster, group))
    people = (has, chance, reluctant, group.astype(np.int64), cluster)
    return Population(*(values[order] for values in people), strata)


def _set_proportion(
    has: NDArray[np.bool_], people: Integers, p: float, random: np.random.Generator
) -> None:
    """Give the property to some of these people, or take it, until exactly p of them have it."""
    surplus = int(has[people].sum()) - round(p * people.size)
    candidates = people[has[people] == (surplus > 0)]
    has[random.choice(candidates, abs(surplus), replace=False)] = surplus < 0


def samples(
    setting: Setting, people: Population, repeats: int, random: np.random.Generator
) -> Samples:
    """Return samples that have the two bases of the setting.

    Clusters are drawn with replacement, equally many in each stratum. In what was drawn, the people
    of a group are taken one by one with their chances, nobody twice from one cluster.
    """
    kind = setting.kind
    if not kind.psus:
        person = [_people(setting, people, g, repeats, random) for g in (0, 1)]
        n = setting.base_a + setting.base_b
        unit = np.broadcast_to(np.arange(n), (repeats, n))
        return Samples(people, np.concatenate(person, axis=1), unit, setting.base_a, n, 1)
    each = kind.psus // kind.strata
    edges = np.searchsorted(people.strata, np.arange(kind.strata + 1))
    picked = random.random((repeats, kind.strata, each)) * np.diff(edges)[:, None]
    drawn = (picked.astype(np.int64) + edges[:-1, None]).reshape(repeats, kind.psus)
    found = [
        _of_clusters(people, g, n, drawn, random)
        for g, n in enumerate((setting.base_a, setting.base_b))
    ]
    person, unit = (np.concatenate(part, axis=1) for part in zip(*found, strict=True))
    return Samples(people, person, unit, setting.base_a, kind.psus, kind.strata)


def _people(
    setting: Setting, people: Population, group: int, repeats: int, random: np.random.Generator
) -> Integers:
    """Return people of a group drawn with their chances, not in clusters, nobody twice (nearly)."""
    n = (setting.base_a, setting.base_b)[group]
    start, end = people.sums[people.starts[group][[0, -1]]]
    # One from each of n equal parts of a list without any order: as good as any n of them.
    at = (np.arange(n) + random.random((repeats, n))) / n
    return np.asarray(np.searchsorted(people.sums, start + at * (end - start), "right") - 1)


def _of_clusters(
    people: Population, group: int, n: int, drawn: Integers, random: np.random.Generator
) -> tuple[Integers, Integers]:
    """Return n people of a group in each sample, and in which of its drawn clusters they live."""
    repeats, units = drawn.shape
    low, high = (
        people.sums[people.starts[group]][drawn],
        people.sums[people.starts[group]][drawn + 1],
    )
    size = high - low
    bounds = np.cumsum(size, axis=1) / size.sum(axis=1, keepdims=True)
    row = np.arange(repeats)[:, None]
    ticket = np.sort(random.random((repeats, n)), axis=1)
    unit = np.searchsorted((bounds + row).ravel(), (ticket + row).ravel(), "left").reshape(
        repeats, n
    )
    unit = np.clip(unit - row * units, 0, units - 1)
    count = np.bincount((unit + row * units).ravel(), minlength=repeats * units)
    count = count.reshape(repeats, units)
    before = np.cumsum(count, axis=1) - count
    place = np.arange(n) - np.take_along_axis(before, unit, axis=1)
    start = random.random((repeats, units))
    step = np.take_along_axis(size / np.maximum(count, 1), unit, axis=1)
    at = np.take_along_axis(low, unit, axis=1)
    at = at + (place + np.take_along_axis(start, unit, axis=1)) * step
    person = np.searchsorted(people.sums, at, "right") - 1
    return np.asarray(person), np.asarray(unit)
