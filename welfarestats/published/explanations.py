"""The catalogue of changes that can explain why a printed figure is not ours.

A `Making` says how a figure is made: from which file, with which weight, on which base, as which
per cent, of whom, rounded how. A change is one of these said otherwise than declared. Changes that
could fit anything by chance (a filter: there are hundreds) must explain more cells to be believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.output.wording import join_words, round_half_up
from welfarestats.survey.codebook import Question

__all__ = [
    "AS_DECLARED",
    "OF_HALVES",
    "Catalogue",
    "Making",
    "bases_of",
    "rounding_rules",
    "words_of",
]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Named = tuple[str, ...]

DECLARED, NO_WEIGHT, SCALED = "", "(none)", "(scaled)"
EARLIER = "earlier"
TRUNCATED = "decimals are cut off, not rounded"
HALF_EVEN, HALF_DOWN = "half to even", "half down"
OF_HALVES = (HALF_EVEN, HALF_DOWN)
TWO_STAGES = "two-stage rounding"

# A change is believed when it explains more cells than this over those that it breaks.
COSTS = {
    "source": 1.5,
    "weight": 1.5,
    "base": 1.5,
    "percent": 1.5,
    "filter": 2.5,
    "rounding": 2.5,
}
MOST_CHANGES = 2
# From here on a computed figure is exactly half, binary dust apart.
_DUST = 1e-9

_REASONS = {
    "dont_know": "don't knows",
    "refused": "refusals",
    "not_asked": "those recorded as not asked",
    "not_applicable": "those to whom it does not apply",
}


@dataclass(frozen=True)
class Making:
    """How figures are made; empty words are as the survey and its codebook declare."""

    source: str = ""
    weight: str = DECLARED
    base: Named = ()
    percent: str = ""
    filter: Named = ()
    rounding: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """The respects in which it is not as declared."""
        return tuple(part.name for part in fields(self) if getattr(self, part.name))

    @property
    def cost(self) -> float:
        """How many cells it must explain, over those it breaks, to be believed."""
        return sum(COSTS[name] for name in self.changed)


AS_DECLARED = Making()


@dataclass(frozen=True)
class Catalogue:
    """The changes that may explain a sheet; ``percent`` is what our own figures are."""

    sources: tuple[str, ...] = ("",)
    weights: tuple[str, ...] = (DECLARED,)
    bases: tuple[Named, ...] = ((),)
    percents: tuple[str, ...] = ("",)
    filters: tuple[Named, ...] = ((),)
    roundings: tuple[str, ...] = ("", TRUNCATED)
    percent: str = "column"

    def makings(self, most: int = MOST_CHANGES) -> Iterator[Making]:
        """Yield every making with at most so many changes, filters apart, fewest changes first."""
        plain = [
            Making(source, weight, base, percent, (), rounding)
            for source in self.sources
            for weight in self.weights
            for base in self.bases
            for percent in self.percents
            for rounding in self.roundings
        ]
        yield from sorted((m for m in plain if len(m.changed) <= most), key=lambda m: m.cost)

    def variations(self, making: Making) -> Iterator[Making]:
        """Yield what differs from a making in one respect (filters apart), and as declared."""
        choices: Mapping[str, Sequence[str | Named]] = {
            "source": self.sources,
            "weight": self.weights,
            "base": self.bases,
            "percent": self.percents,
        }
        for name, words in choices.items():
            for word in words:
                if word != getattr(making, name):
                    yield replace(making, **{name: word})  # type: ignore[arg-type]
        if making.filter:
            yield replace(making, filter=())
        if len(making.changed) > 1:
            yield AS_DECLARED


def bases_of(question: Question) -> tuple[Named, ...]:
    """Return the bases that a question's figures may stand on, the declared one first."""
    reasons = sorted(
        {c.missing for c in question.categories if c.missing}, key=list(_REASONS).index
    )
    declared = {reason for reason in reasons if reason in question.base_includes}
    wanted = [declared ^ {reason} for reason in reasons]
    wanted += [set(reasons), set()]
    bases: list[Named] = [()]
    for some in wanted:
        base = ("with", *(reason for reason in reasons if reason in some))
        if some != declared and base not in bases:
            bases.append(base)
    bases += [("asked",), ("everyone",)]
    valid = [c.label for c in question.categories if c.valid]
    if len(valid) > 2:
        bases += [("without", label) for label in valid]
    return tuple(bases)


def words_of(making: Making, question: Question, percent: str = "column") -> list[str]:
    """Return what is changed in a making, one phrase each."""
    said = []
    if making.source:
        said.append("from the earlier file")
    if making.weight:
        named = {NO_WEIGHT: "no weight", SCALED: "the weight scaled to the number of respondents"}
        said.append(named.get(making.weight, f"weighted by {making.weight!r}"))
    if making.base:
        said.append(_base_words(making.base, question))
    if making.percent:
        said.append(f"{making.percent} per cent, not {percent} per cent")
    if making.filter:
        said.append(f"only {filter_words(making.filter)}")
    if making.rounding:
        said.append(making.rounding)
    return said


def filter_words(named: Named) -> str:
    """Return a condition in words."""
    question, *label = named
    return f"{question}: {label[0]}" if label else f"those with an answer to {question}"


def _base_words(base: Named, question: Question) -> str:
    kind, *rest = base
    if kind == "asked":
        return "everyone who was asked in the base, whatever they answered"
    if kind == "everyone":
        return "all respondents in the base"
    if kind == "without":
        return f"{rest[0]!r} left out of the base"
    declared = set(question.base_includes)
    entered = [_REASONS[reason] for reason in rest if reason not in declared]
    held = {c.missing for c in question.categories if c.missing}
    left = [_REASONS[r] for r in _REASONS if r in held & declared and r not in rest]
    said = [f"{join_words(entered)} in the base"] * bool(entered)
    said += [f"{join_words(left)} out of the base"] * bool(left)
    return " and ".join(said)


def rounding_rules(computed: Array, value: Array, decimals: NDArray[np.int64]) -> dict[str, Mask]:
    """Return for each named rule which computed figures it prints as the values.

    Rules that change few figures only: an exact half to even or down, and rounding first to one
    or two more decimals. Cutting decimals off changes half of all figures, and is a `Making`.
    """
    step = 10.0**decimals
    scaled, wanted = computed * step, value * step
    exact_half = np.abs(scaled - np.floor(scaled) - 0.5) < _DUST
    below = np.floor(scaled)
    even = below + below % 2
    plain = np.asarray(round_half_up(scaled))
    once = np.asarray(round_half_up(scaled, 1))
    twice = np.asarray(round_half_up(np.asarray(round_half_up(scaled, 2)), 1))
    found = {
        HALF_EVEN: np.abs(np.where(exact_half, even, plain) - wanted) < _DUST,
        HALF_DOWN: np.abs(np.where(exact_half, below, plain) - wanted) < _DUST,
    }
    for stages, first in ((1, once), (2, twice)):
        rule = f"{TWO_STAGES}: first to {stages} more {'decimal' if stages == 1 else 'decimals'}"
        found[rule] = np.abs(np.asarray(round_half_up(first)) - wanted) < _DUST
    return found
