"""Comparisons in words: whether the difference is significant always, never, or when.

"Never" is proven for the whole set of what the print allows, "always" at its worst point; see
`pair_verdict` for the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from welfarestats.published.break_even import (
    LEAST_BASE_TESTED,
    Bases,
    DesignEffects,
    Extreme,
    PairVerdict,
    critical_value,
    least_base,
    pair_verdict,
    share_interval,
    with_enough_people,
)
from welfarestats.published.feasibility import WEIGHT_FACTORS
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.sides import Comparison, Side, comparisons_of, parse_group

if TYPE_CHECKING:
    from welfarestats.published.report import Report

__all__ = ["Side", "Verdict", "claim_findings", "claim_verdicts", "parse_group"]

#: The vertices of a convex set that holds all pairs of unweighted bases that two sides can have,
#: given how far mean weights may be from the overall mean; ``None`` where it cannot be stated.
Regions = Callable[[Side, Side, float], Sequence[Bases] | None]

#: The bound on mean weights at which a verdict is given.
MAIN_FACTOR = 2.0
#: How many percentage points apart two percentages that are called the same must be to be odd.
CLEARLY_APART = 10


@dataclass(frozen=True)
class Verdict:
    """Whether a difference that a report puts into words is significant.

    Parameters
    ----------
    claim : str
        The comparison.
    verdict : {"always", "never", "depends", "untestable"}
        With each group's mean weight within a factor of two of the overall mean.
    break_even_low, break_even_design_effect, break_even_high : float
        Up to which design effect of both percentages the difference is significant: with the
        rounding and the bases least in its favour, as printed, and with those most in its favour.
    explanation : str
        One or two sentences.
    bases_needed : int, optional
        The smallest base of both groups at which the percentages as printed would differ
        significantly with a design effect of 1.
    verdict_at : mapping of float to str
        The verdict for each bound on mean weights: 1.25, 2 and none.
    changes_at : float, optional
        The smallest of those bounds at which the verdict is another than at 1.25.
    arithmetic : str
        The statistic at the points that decide; where the verdict is "never" for some bound on
        mean weights, at its largest for the widest such bound.
    verdict_from_ten : mapping of float to str
        As ``verdict_at``, if both groups have at least 10 people: where fewer are possible, the
        verdict itself is "untestable".
    """

    claim: str
    verdict: str
    break_even_low: float = math.nan
    break_even_design_effect: float = math.nan
    break_even_high: float = math.nan
    explanation: str = ""
    bases_needed: int | None = None
    verdict_at: Mapping[float, str] = field(default_factory=dict)
    changes_at: float | None = None
    arithmetic: str = ""
    verdict_from_ten: Mapping[float, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Setting:
    """How a comparison is tested: the level, the design effects and where the bases come from."""

    level: float
    design_effects: DesignEffects
    regions: Regions


def claim_verdicts(
    report: Report,
    regions: Regions,
    *,
    level: float = 0.95,
    design_effects: DesignEffects | None = None,
) -> list[Verdict]:
    """Return a verdict on each comparison in words of a report.

    Parameters
    ----------
    report : Report
        The report.
    regions : callable
        Takes the two sides and how far, as a factor, a group's mean weight may be from that of
        everyone; returns the vertices of a convex set that holds every pair of unweighted bases
        that is possible, or ``None``. Asked only where the row prints no bases.
    level : float
        Of confidence: 0.95 for a two-sided test at 5 per cent.
    design_effects : DesignEffects, optional
        Those that are possible.

    Returns
    -------
    list of Verdict
        One for each row of ``report.claims``, in its order.

    Raises
    ------
    ReportError
        If a row names something that does not exist, or a percentage that is none.
    """
    critical_value(level)
    setting = _Setting(level, design_effects or DesignEffects(), regions)
    return [_verdict(report, one, setting) for one in comparisons_of(report)]


@dataclass(frozen=True)
class _Tested:
    """What a set of bases gives: all of it, and the part of it with enough people to test."""

    region: Sequence[Bases]
    tested: Sequence[Bases]
    verdict: str
    enough: PairVerdict


def _verdict(report: Report, one: Comparison, setting: _Setting) -> Verdict:
    name = one.claim["claim"]
    if one.printed is None:
        everywhere = dict.fromkeys(WEIGHT_FACTORS, "untestable")
        return Verdict(
            name,
            "untestable",
            explanation=one.problem,
            verdict_at=everywhere,
            verdict_from_ten=everywhere,
        )
    known = _printed_bases(one)
    unweighted = report.specification(one.claim["survey"]).weights is None
    factors = (MAIN_FACTOR,) if known or unweighted else WEIGHT_FACTORS
    found = {
        k: _tested(one.printed, known or _feasible(one, k, setting.regions), setting)
        for k in factors
    }
    at = {k: found[k if k in found else MAIN_FACTOR] for k in WEIGHT_FACTORS}
    words = [at[k].verdict for k in WEIGHT_FACTORS]
    main = at[MAIN_FACTOR]
    numbers = main.enough if main.verdict != "untestable" else PairVerdict("untestable", math.nan)
    never = [k for k in WEIGHT_FACTORS if at[k].enough.verdict == "never"]
    return Verdict(
        claim=name,
        verdict=main.verdict,
        break_even_low=numbers.break_even_low,
        break_even_design_effect=numbers.break_even_design_effect,
        break_even_high=numbers.break_even_high,
        explanation=_explanation(one, main, setting, weighted=len(factors) > 1),
        bases_needed=least_base(*one.printed, level=setting.level),
        verdict_at=dict(zip(WEIGHT_FACTORS, words, strict=True)),
        changes_at=next((k for k in WEIGHT_FACTORS if at[k].verdict != words[0]), None),
        arithmetic=_arithmetic(at[max(never, default=MAIN_FACTOR)].enough),
        verdict_from_ten={k: at[k].enough.verdict for k in WEIGHT_FACTORS},
    )


def _printed_bases(one: Comparison) -> list[Bases]:
    bases = one.claim["base_a"], one.claim["base_b"]
    return [] if None in bases else [bases]


def _feasible(one: Comparison, k: float, regions: Regions) -> list[Bases]:
    """Return the bases that are possible; none where the outcome is not named as an answer."""
    if one.sides is None or not all(side.outcome for side in one.sides):
        return []
    return list(regions(*one.sides, k) or [])


def _tested(printed: tuple[str, str], region: Sequence[Bases], setting: _Setting) -> _Tested:
    level, effects = setting.level, setting.design_effects
    tested = with_enough_people(region)
    if not tested:
        nothing = PairVerdict("untestable", critical_value(level))
        return _Tested(region, tested, "untestable", nothing)
    whole = pair_verdict(*printed, region, level=level, design_effects=effects)
    if whole.verdict != "untestable":
        return _Tested(region, region, whole.verdict, whole)
    enough = pair_verdict(*printed, tested, level=level, design_effects=effects)
    return _Tested(region, tested, whole.verdict, enough)


# ---------------------------------------------------------------- in words


def _explanation(one: Comparison, main: _Tested, setting: _Setting, *, weighted: bool) -> str:
    given = [str(setting.design_effects)]
    if weighted:
        given.append(
            f"mean weights of both groups within a factor of {MAIN_FACTOR:g} of the overall mean"
        )
    if not main.region:
        return (
            "How many people are in the two groups cannot be stated: nothing that is printed says "
            "it, or what is printed about them cannot all be true."
        )
    if not main.tested:
        return (
            f"One of the groups has fewer than {LEAST_BASE_TESTED} people: "
            f"{_bases_in_words(main.region)}."
        )
    reading = _reading(one, main, f"({'; '.join(given)})", setting.level)
    if main.verdict != "untestable":
        return reading
    return (
        f"One of the groups may have fewer than {LEAST_BASE_TESTED} people. With "
        f"{LEAST_BASE_TESTED} or more in both: {reading}"
    )


def _reading(one: Comparison, main: _Tested, given: str, level: float) -> str:
    found = main.enough
    assert found.smallest is not None
    assert found.largest is not None
    pair = f"{_pair_in_words(one)} of {_bases_in_words(main.tested)}"
    if found.verdict == "always":
        value, limit = _told_apart(found.smallest.statistic, found.critical)
        return (
            f"{pair}: the smallest statistic anywhere in the set is {value}, above {limit} {given}."
        )
    value, limit = _told_apart(found.largest.statistic, found.critical)
    if found.verdict == "never":
        return (
            f"{pair}: the largest statistic anywhere in the set is {value}, under {limit} {given}. "
            f"These two percentages cannot differ significantly in a two-sided test of this pair at "
            f"the {100 * level:g} per cent level under these assumptions; a test of the whole "
            f"variable, a regression or a one-sided test could."
        )
    return (
        f"{pair}: the statistic lies between {found.smallest.statistic:.2f} and {value}, and "
        f"{limit} must be exceeded {given}. {_break_even_in_words(main)}"
    )


def _pair_in_words(one: Comparison) -> str:
    assert one.printed is not None
    lines = lines_of(*(number.line for number in one.sources))
    where = f" (line {', '.join(str(line) for line in lines)})" if lines else ""
    return f"{one.printed[0]} and {one.printed[1]} per cent{where}"


def _bases_in_words(region: Sequence[Bases]) -> str:
    """Return the range of each base, and of both together if that says more."""
    ranges = []
    highest = 0
    for bases in zip(*region, strict=True):
        low, high = math.ceil(min(bases) - 1e-6), math.floor(max(bases) + 1e-6)
        ranges.append(f"{low:,}" if low >= high else f"{low:,} to {high:,}")
        highest += high
    together = math.floor(max(a + b for a, b in region) + 1e-6)
    more = f", at most {together:,} in both groups together" if together < highest else ""
    return f"{ranges[0]} and {ranges[1]} people{more}"


def _break_even_in_words(main: _Tested) -> str:
    found = main.enough
    if found.bases_needed is None:
        return (
            f"As printed the two are the same; with the rounding most in its favour the difference "
            f"is significant up to a common design effect of {found.break_even_high:.2f}."
        )
    needed = f"at a design effect of 1 it needs {found.bases_needed:,} people in each group."
    if main.verdict == "untestable":
        return f"As printed and {needed}"
    people = f"{found.bases[0]:,.0f} and {found.bases[1]:,.0f} people"
    if len(set(main.tested)) > 1:
        people += ", halfway between the least and the most favourable bases,"
    return (
        f"As printed and with {people} the difference is significant up to a common design effect "
        f"of {found.break_even_design_effect:.2f} ({found.break_even_low:.2f} at worst, "
        f"{found.break_even_high:.2f} at best), and {needed}"
    )


def _told_apart(value: float, limit: float) -> tuple[str, str]:
    """Return two numbers with as many decimals as it takes to see which is larger."""
    for decimals in range(2, 9):
        texts = f"{value:.{decimals}f}", f"{limit:.{decimals}f}"
        if texts[0] != texts[1]:
            break
    return texts


def _arithmetic(found: PairVerdict) -> str:
    """Return the statistic at the points that decide, beside the critical value."""

    def beside(extreme: Extreme) -> str:
        value, limit = extreme.statistic, found.critical
        return f"{extreme} {'>' if value > limit else '≤'} {_told_apart(value, limit)[1]}"

    points = {
        "always": (found.smallest,),
        "never": (found.largest,),
        "depends": (found.smallest, found.largest),
    }
    return "; ".join(beside(point) for point in points.get(found.verdict, ()) if point)


# ---------------------------------------------------------------- findings


def claim_findings(report: Report, verdicts: Sequence[Verdict]) -> list[Finding]:
    """Return the comparisons whose words and numbers do not go together.

    Parameters
    ----------
    report : Report
        The report.
    verdicts : sequence of Verdict
        What `claim_verdicts` gives, in the same order.

    Returns
    -------
    list of Finding
        ``implausible`` where a difference is called significant that never can be, ``wording``
        where the printed percentages do not go the way the words do.
    """
    found: list[Finding] = []
    for one, verdict in zip(comparisons_of(report), verdicts, strict=True):
        never = [k for k, word in verdict.verdict_from_ten.items() if word == "never"]
        if never and one.claim["claimed"] == "significant" and one.claim["direction"] != "same":
            found.append(_never_significant(one, verdict, max(never)))
        found += _direction(one, verdict)
    return found


def _never_significant(one: Comparison, verdict: Verdict, widest: float) -> Finding:
    assumptions = []
    if verdict.verdict_at[widest] != "never":
        assumptions.append(f"both groups have {LEAST_BASE_TESTED} people or more")
    if widest < math.inf:
        assumptions.append(
            f"the mean weight of each group is within a factor of {widest:g} of the overall mean"
        )
    return Finding(
        finding=f"claim.{one.claim['claim']}",
        kind="implausible",
        lines=lines_of(one.claim["line"], *(number.line for number in one.sources)),
        explanation=(
            f"The difference between {_pair_in_words(one)} is called significant, but these two "
            f"percentages cannot differ significantly in a two-sided test of this pair; a test of "
            f"the whole variable, a regression or a one-sided test could."
        ),
        arithmetic=verdict.arithmetic,
        survey=one.claim["survey"],
        assumption=" and ".join(assumptions),
        items=tuple(number.item for number in one.sources),
        check="claim",
    )


def _direction(one: Comparison, verdict: Verdict) -> list[Finding]:
    """Return where the row's own percentages go another way than its words."""
    claim = one.claim
    a, b, direction = claim["percent_a"], claim["percent_b"], claim["direction"]
    if a is None or b is None:
        return []
    if direction == "same":
        apart = _points_apart(f"{a:g}", f"{b:g}")
        if verdict.verdict != "always" and apart < CLEARLY_APART:
            return []
        said, printed = "as much as", f"are at least {apart:g} points apart"
    else:
        said, printed = f"{direction} than", "are the same" if a == b else "go the other way"
        if (a > b) == (direction == "more") and a != b:
            return []
    return [
        Finding(
            finding=f"direction.{claim['claim']}",
            kind="wording",
            lines=lines_of(claim["line"]),
            explanation=(
                f"{claim['group_a']} is said to be {said} {claim['group_b']}, but the percentages "
                f"printed for them {printed}."
            ),
            arithmetic=f"{a:g} − {b:g} = {a - b:+g}",
            survey=claim["survey"],
            check="direction",
        )
    ]


def _points_apart(printed_a: str, printed_b: str) -> float:
    """Return how many points apart two percentages are at least, given their rounding."""
    (low_a, high_a), (low_b, high_b) = share_interval(printed_a), share_interval(printed_b)
    return round(100 * max(low_a - high_b, low_b - high_a, 0.0), 9)
