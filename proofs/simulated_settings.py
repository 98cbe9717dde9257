"""What is simulated: kinds of sample, pairs of bases and true proportions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

PEOPLE = 200_000
#: What share of either class of people answers, and how many of those with and without the property
#: are in the class that answers less.
RESPONSE = (0.75, 0.45)
RELUCTANT = (0.35, 0.5)
FAMILIES = (
    "people, no weights",
    "people, weights",
    "clusters, both groups in each",
    "clusters of one group each",
)


@dataclass(frozen=True)
class Kind:
    """A kind of sample.

    Parameters
    ----------
    name
        In words.
    psus
        Clusters drawn, with replacement and equally many in each stratum; 0 for people.
    strata
        Strata of clusters.
    correlation
        Of two people of one cluster.
    factor
        How many times as large the weight of somebody with the property is.
    spread
        Standard deviation of the logarithm of a part of the weight that has nothing to do with it.
    response
        Whether some answer less than others, and are weighted up for it.
    areas
        Whether the two groups live in different strata.
    poststratified
        Whether non-response is made up for by post-stratification, not by its known rates.
    """

    name: str
    psus: int = 0
    strata: int = 1
    correlation: float = 0.0
    factor: float = 1.0
    spread: float = 0.0
    response: bool = False
    areas: bool = False
    poststratified: bool = False

    @property
    def weighted(self) -> bool:
        """Whether respondents have unequal weights."""
        return self.factor != 1 or self.spread > 0 or self.response

    @property
    def clusters(self) -> int:
        """How many clusters the population has."""
        return 2_000 if self.psus > 100 else 400

    @property
    def family(self) -> str:
        """What kinds of sample have in common for tests and limits."""
        if self.psus:
            return FAMILIES[3 if self.areas else 2]
        return FAMILIES[1 if self.weighted else 0]


@dataclass(frozen=True)
class Setting:
    """What is simulated: a kind of sample, the bases of two groups, and the true proportion."""

    kind: Kind
    base_a: int
    base_b: int
    proportion: float

    @property
    def share(self) -> float:
        """What part of the population is in the first group."""
        return min(max(self.base_a / (self.base_a + self.base_b), 0.2), 0.5)

    @property
    def strata_of_a(self) -> int:
        """How many strata are the first group's, where groups live apart."""
        return max(1, round(self.share * self.kind.strata))

    @property
    def people_expected(self) -> float:
        """How many people with the property, or without, the smaller sample can expect."""
        kind, p = self.kind, self.proportion
        answers = [1.0, 1.0]
        if kind.response:
            often, seldom = RESPONSE
            answers = [often - (often - seldom) * share for share in RELUCTANT]
        having = p * answers[1] / kind.factor
        share = having / (having + (1 - p) * answers[0])
        return min(self.base_a, self.base_b) * min(share, 1 - share)


_TREBLED: dict[str, Any] = {"factor": 3.0, "spread": 0.2, "response": True}
_DOUBLED: dict[str, Any] = {"factor": 2.0, "spread": 0.2, "response": True}
KINDS = (
    Kind("people, no weights"),
    Kind("people, weights apart from the answer", spread=0.6),
    Kind("people, weights × 3", **_TREBLED),
    Kind("people, weights × 1/3", factor=1 / 3, spread=0.2, response=True),
    Kind("people, weights × 2, post-stratified", **_DOUBLED, poststratified=True),
    Kind("12 clusters, no weights", 12, 4, 0.05),
    Kind("12 clusters, weights × 2", 12, 4, 0.05, **_DOUBLED),
    Kind("30 clusters, weights × 3", 30, 6, 0.1, **_TREBLED),
    Kind("30 clusters, weights × 2, post-stratified", 30, 6, 0.05, **_DOUBLED, poststratified=True),
    Kind("240 clusters, weights × 3", 240, 12, 0.1, **_TREBLED),
    Kind("12 clusters of one group each, no weights", 12, 4, 0.05, areas=True),
    Kind("30 clusters of one group each, weights × 3", 30, 6, 0.02, **_TREBLED, areas=True),
    Kind("240 clusters of one group each, weights × 2", 240, 12, 0.05, **_DOUBLED, areas=True),
)
EQUAL = (17, 34, 60, 82, 200, 1500)
BASES = (*((n, n) for n in EQUAL), (34, 82), (30, 1500), (200, 1500))
PROPORTIONS = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5)


def settings() -> list[Setting]:
    """Return every kind of sample with every pair of bases and proportion."""
    return [Setting(k, a, b, p) for k, (a, b), p in product(KINDS, BASES, PROPORTIONS)]
