"""Two printed percentages of separate groups: significantly different always, never or when.

The statistic is |p_a − p_b| / √(D_a p_a q_a / n_a + D_b p_b q_b / n_b). Each percentage ranges over
what prints like it, the unweighted bases over a convex set, and the two design effects, each by
itself, from a multiple of 4pq to a largest value. Four facts make its extremes exact:

* it falls as either design effect grows, so that they are at their ends;
* with a design effect that is a constant or a multiple of pq, it grows as the two percentages move
  apart. For the share that lies higher this asks for 2V ≥ (p_a − p_b) ∂V/∂p_a. The term of the other
  group in V is not negative; of the group's own it remains to show that
  2 p_a q_a ≥ (p_a − p_b)(1 − 2 p_a) for a constant, and that
  p_a q_a − (p_a − p_b)(1 − 2 p_a) = (p_a − p_b)² + p_b q_b ≥ 0 for a multiple of pq. The first
  follows from the second, and the lower share is the higher one of the opposite answer;
* the variance is convex in the two bases, so that it is largest at a vertex;
* it falls in both bases, so that it is least on an edge, where its slope has one zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import NormalDist

from welfarestats.errors import OptionError
from welfarestats.published.printed import rounding_interval

#: An unweighted base of a group and that of the other.
Bases = tuple[float, float]

#: Under this base the statistic is not used.
LEAST_BASE_TESTED = 10
#: How much nearer than this, relatively, to the critical value a statistic decides nothing.
_GUARD = 1e-9


@dataclass(frozen=True)
class DesignEffects:
    """The design effects that a percentage may have: from ``lowest_factor`` × 4pq to ``highest``.

    Weights that go with the answer can bring a design effect down to 4pq, and calibration a little
    further.
    """

    lowest_factor: float = 0.9
    highest: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.lowest_factor <= self.highest < math.inf:
            raise OptionError(
                f"design effects need 0 < lowest_factor ≤ highest, found {self.lowest_factor:g} "
                f"and {self.highest:g}. Change one of them."
            )

    def lowest(self, share: float) -> float:
        """Return the lowest design effect of a share."""
        return self.lowest_factor * 4 * share * (1 - share)

    def __str__(self) -> str:
        return f"design effects from {self.lowest_factor:g} × 4pq to {self.highest:g}"


@dataclass(frozen=True)
class Extreme:
    """The statistic at one point: its two shares, their design effects and bases."""

    shares: tuple[float, float]
    design_effects: tuple[float, float]
    bases: Bases

    @property
    def statistic(self) -> float:
        """The difference over its standard error; infinite where that is zero."""
        return _ratio(self.shares, _terms(self.shares, self.design_effects), self.bases)

    def __str__(self) -> str:
        difference = " − ".join(f"{share:g}" for share in self.shares)
        variance = " + ".join(
            f"{effect:.4g} × {share:g} × {1 - share:g} / {base:.6g}"
            for share, effect, base in zip(
                self.shares, self.design_effects, self.bases, strict=True
            )
        )
        return f"|{difference}| / √({variance}) = {self.statistic:.4g}"


@dataclass(frozen=True)
class PairVerdict:
    """Whether two percentages differ significantly: anywhere, everywhere or somewhere in a set.

    Parameters
    ----------
    verdict : {"always", "never", "depends", "untestable"}
        ``"untestable"`` where a base may be under 10.
    critical : float
        The value that a statistic must exceed.
    smallest, largest : Extreme, optional
        Where the statistic is smallest and largest.
    break_even_low, break_even_design_effect, break_even_high : float
        Up to which common design effect the difference is significant: with the rounding and the
        bases least in its favour, as printed, and with those most in its favour.
    bases : tuple of float
        The bases behind ``break_even_design_effect``: the one pair that there is, or else the pair
        halfway between the one least and the one most in favour of a difference.
    bases_needed : int, optional
        What `least_base` gives.
    """

    verdict: str
    critical: float
    smallest: Extreme | None = None
    largest: Extreme | None = None
    break_even_low: float = math.nan
    break_even_design_effect: float = math.nan
    break_even_high: float = math.nan
    bases: Bases = (math.nan, math.nan)
    bases_needed: int | None = None


def pair_verdict(
    printed_a: str,
    printed_b: str,
    region: Sequence[Bases],
    *,
    level: float = 0.95,
    design_effects: DesignEffects | None = None,
) -> PairVerdict:
    """Return whether two printed percentages of separate groups differ significantly.

    Parameters
    ----------
    printed_a, printed_b : str
        The percentages as they stand in print, without a per cent sign.
    region : sequence of pairs of float
        Unweighted bases that are possible: the vertices of a convex set, in any order. One pair if
        both are known.
    level : float
        Of confidence: 0.95 for a two-sided test at 5 per cent.
    design_effects : DesignEffects, optional
        Those that are possible.

    Returns
    -------
    PairVerdict
        ``"always"`` holds at the worst point of the set and ``"never"`` in all of it.

    Raises
    ------
    OptionError
        If a percentage is not between 0 and 100, the level not between 0 and 1, or there is no
        pair of bases.

    Examples
    --------
    >>> pair_verdict("47", "13", [(250, 200)]).verdict
    'always'
    >>> found = pair_verdict("43", "38", [(100, 738), (738, 100), (100, 100)])
    >>> found.verdict, round(found.largest.statistic, 2), found.bases_needed
    ('never', 1.91, 739)
    """
    critical = critical_value(level)
    if not region:
        raise OptionError("no pair of bases is given. Give at least one vertex of the set.")
    if math.ceil(min(min(bases) for bases in region) - 1e-6) < LEAST_BASE_TESTED:
        return PairVerdict("untestable", critical)
    effects = design_effects or DesignEffects()
    vertices = sorted(set(region))
    a, b = share_interval(printed_a), share_interval(printed_b)
    closest = _closest(a, b)
    furthest = ((a[1], b[0]), (a[0], b[1]))
    smallest = _least_significant(closest, (effects.highest, effects.highest), vertices)
    largest = max(
        (
            _most_significant(
                shares, (effects.lowest(shares[0]), effects.lowest(shares[1])), vertices
            )
            for shares in furthest
        ),
        key=lambda extreme: extreme.statistic,
    )
    as_printed = (float(_printed_share(printed_a)), float(_printed_share(printed_b)))
    bases = _halfway(as_printed, vertices)
    best = [_most_significant(shares, (1.0, 1.0), vertices) for shares in furthest]
    worst = _least_significant(closest, (1.0, 1.0), vertices)
    return PairVerdict(
        _verdict(smallest.statistic, largest.statistic, critical),
        critical,
        smallest,
        largest,
        (worst.statistic / critical) ** 2,
        (Extreme(as_printed, (1.0, 1.0), bases).statistic / critical) ** 2,
        max((extreme.statistic / critical) ** 2 for extreme in best),
        bases,
        least_base(printed_a, printed_b, level=level),
    )


def with_enough_people(region: Sequence[Bases]) -> list[Bases]:
    """Return the vertices of the part of a convex set where both bases are 10 or more.

    Examples
    --------
    >>> with_enough_people([(0, 30), (30, 0)])
    [(10.0, 20.0), (20.0, 10.0)]
    """
    kept = sorted(set(region))
    for axis in (0, 1):
        crossings = [
            _at(u, v, (LEAST_BASE_TESTED - u[axis]) / (v[axis] - u[axis]))
            for u, v in combinations(kept, 2)
            if (u[axis] - LEAST_BASE_TESTED) * (v[axis] - LEAST_BASE_TESTED) < 0
        ]
        enough = [bases for bases in kept if bases[axis] >= LEAST_BASE_TESTED - 1e-9]
        kept = sorted({*enough, *crossings})
    return kept


def _at(u: Bases, v: Bases, step: float) -> Bases:
    return u[0] + step * (v[0] - u[0]), u[1] + step * (v[1] - u[1])


def least_base(
    printed_a: str, printed_b: str, *, level: float = 0.95, design_effect: float = 1.0
) -> int | None:
    """Return the smallest base, the same in both groups, at which two percentages would differ.

    Parameters
    ----------
    printed_a, printed_b : str
        The percentages as they stand in print; they are taken to be exact, and ``*`` to be a
        quarter of a per cent.
    level : float
        Of confidence: 0.95 for a two-sided test at 5 per cent.
    design_effect : float
        Of both percentages.

    Returns
    -------
    int or None
        People in each group, at least the 10 under which nothing is tested; ``None`` if the two
        percentages are the same.

    Raises
    ------
    OptionError
        If a percentage is not between 0 and 100, the level not between 0 and 1, or the design
        effect not above 0.

    Examples
    --------
    >>> least_base("43", "38"), least_base("47", "13"), least_base("43", "43")
    (739, 13, None)
    >>> least_base("43", "38", design_effect=1.5)
    1108
    """
    critical = Fraction(critical_value(level))
    if not 0 < design_effect < math.inf:
        raise OptionError(f"design_effect must be above 0, found {design_effect:g}. Leave it out.")
    a, b = _printed_share(printed_a), _printed_share(printed_b)
    if a == b:
        return None
    spread = (a * (1 - a) + b * (1 - b)) * Fraction(design_effect)
    return max(math.floor(critical**2 * spread / (a - b) ** 2) + 1, LEAST_BASE_TESTED)


def critical_value(level: float) -> float:
    """Return what a statistic must exceed in a two-sided test.

    Raises
    ------
    OptionError
        If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise OptionError(f"level must be between 0 and 1, found {level:g}; 0.95 is usual.")
    return NormalDist().inv_cdf((1 + level) / 2)


def share_interval(printed: str) -> tuple[float, float]:
    """Return the lowest and highest share, from 0 to 1, that print as a percentage.

    Raises
    ------
    OptionError
        If there is none between 0 and 100 per cent.
    """
    interval = rounding_interval(printed)
    low, high = max(interval.low, Fraction(0)), min(interval.high, Fraction(100))
    if low >= high:
        raise OptionError(f"a percentage lies between 0 and 100, found {printed!r}. Correct it.")
    return float(low / 100), float(high / 100)


def _printed_share(printed: str) -> Fraction:
    share_interval(printed)
    interval = rounding_interval(printed)
    return (interval.low + interval.high) / 200


def _verdict(smallest: float, largest: float, critical: float) -> str:
    if smallest > critical * (1 + _GUARD):
        return "always"
    return "never" if largest < critical * (1 - _GUARD) else "depends"


def _closest(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Return the two shares that are closest; the same twice if the intervals touch."""
    if a[0] > b[1]:
        return a[0], b[1]
    if b[0] > a[1]:
        return a[1], b[0]
    return (max(a[0], b[0]),) * 2


def _terms(shares: tuple[float, float], effects: tuple[float, float]) -> tuple[float, float]:
    """Return the variance of each share, but for its base."""
    a, b = (effect * share * (1 - share) for share, effect in zip(shares, effects, strict=True))
    return a, b


def _spread(terms: tuple[float, float], bases: Bases) -> float:
    return terms[0] / bases[0] + terms[1] / bases[1]


def _ratio(shares: tuple[float, float], terms: tuple[float, float], bases: Bases) -> float:
    difference = abs(shares[0] - shares[1])
    spread = _spread(terms, bases)
    if difference == 0 or spread == 0:
        return math.inf if difference else 0.0
    return difference / math.sqrt(spread)


def _least_significant(
    shares: tuple[float, float], effects: tuple[float, float], vertices: Sequence[Bases]
) -> Extreme:
    """Return the point where the variance is largest: a convex function, so a vertex."""
    terms = _terms(shares, effects)
    return Extreme(shares, effects, max(vertices, key=lambda bases: _spread(terms, bases)))


def _most_significant(
    shares: tuple[float, float], effects: tuple[float, float], vertices: Sequence[Bases]
) -> Extreme:
    """Return the point where the variance is least: on an edge.

    Every segment between two vertices lies in the set and every edge is one of them, so that
    nobody need know which segments are edges.
    """
    terms = _terms(shares, effects)
    points = _flattest_points(terms, vertices)
    return Extreme(shares, effects, min(points, key=lambda bases: _spread(terms, bases)))


def _flattest_points(terms: tuple[float, float], vertices: Sequence[Bases]) -> Iterator[Bases]:
    """Return the vertices, and of each segment the point where the variance has no slope."""
    yield from vertices
    root_a, root_b = math.sqrt(terms[0]), math.sqrt(terms[1])
    for (x, y), end in combinations(vertices, 2):
        along_x, along_y = end[0] - x, end[1] - y
        if along_x * along_y >= 0 or root_a == root_b == 0:
            continue  # one end has the larger bases
        # Where a/x² and b/y², each times its length along the segment, are the same.
        scale_a = root_a * math.sqrt(abs(along_x))
        scale_b = root_b * math.sqrt(abs(along_y))
        step = (scale_b * x - scale_a * y) / (scale_a * along_y - scale_b * along_x)
        if 0 < step < 1:
            yield _at((x, y), end, step)


def _halfway(shares: tuple[float, float], vertices: Sequence[Bases]) -> Bases:
    """Return the bases halfway between those least and most in favour of a difference."""
    worst = _least_significant(shares, (1.0, 1.0), vertices).bases
    best = _most_significant(shares, (1.0, 1.0), vertices).bases
    return (worst[0] + best[0]) / 2, (worst[1] + best[1]) / 2
