"""Published numbers that cannot all be true together, and the fewest that would have to go.

A conflict is irreducible: leave out any one of its numbers and the others can be true. A number
is given up only if some conflict names it, and as few numbers as possible are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from welfarestats.errors import ReportError
from welfarestats.output.wording import number_text
from welfarestats.published.feasibility import WEIGHT_FACTORS, extremes, statements_of
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.linear import irreducible, possible
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import ROUNDED_TWICE
from welfarestats.published.quantities import words_of
from welfarestats.published.report import Report
from welfarestats.published.rows import System
from welfarestats.published.statements import Statement
from welfarestats.published.transcription import PublishedNumber

_CANNOT = {1: "this cannot hold", 2: "these cannot both hold"}
_WIDEST_FACTOR = 1_000.0
#: Conflicts looked for under one assumption: where there are more, the assumption is what is wrong.
_MOST_IF_ASSUMED = 5
#: Rounding intervals without their ends, as numbers of this size cannot be told from open ones.
_OPEN_ENDS = Fraction(-1, 10_000)
_ROUNDED_ONCE = "every number was rounded only once"
_ALL_ANSWERED = "everybody asked gave an answer that codebook.toml lists"


@dataclass(frozen=True)
class Conflict:
    """A number that is given up, and the numbers with which it cannot be true."""

    given_up: Statement
    others: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All of them."""
        return (self.given_up, *self.others)


def find_conflicts(
    polytope: Polytope,
    k: float = math.inf,
    widened: Fraction = Fraction(0),
    *,
    most: float = math.inf,
) -> list[Conflict]:
    """Return the fewest numbers without which all others can be true, each with a conflict.

    No more conflicts than ``most`` are looked for; then the others may be impossible still.
    """
    system = polytope.system(k, widened)
    by_source = {statement.source: statement for statement in polytope.statements}
    found: list[tuple[str, ...]] = []
    given_up: tuple[str, ...] = ()
    while len(found) < most and (
        conflict := irreducible(system, [s for s in by_source if s not in given_up])
    ):
        found.append(conflict)
        given_up = _fewest(found, by_source)
    return [
        Conflict(
            by_source[source],
            tuple(by_source[other] for other in _alone(found, source, given_up) if other != source),
        )
        for source in given_up
    ]


def _fewest(found: Sequence[Iterable[str]], by_source: dict[str, Statement]) -> tuple[str, ...]:
    """Return the fewest sources that every conflict names one of; of equals, the earlier lines."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    sources = sorted({source for conflict in found for source in conflict})
    names = np.array(
        [[source in conflict for source in sources] for conflict in found], dtype=float
    )
    lines = np.array([by_source[source].number.line for source in sources], dtype=float)
    result = milp(
        1 + 1e-4 * lines / (lines.max() + 1),
        integrality=np.ones(len(sources), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(names, 1, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    chosen = np.flatnonzero(np.asarray(result.x) > 0.5)
    return tuple(sources[i] for i in chosen)


def _alone(
    found: Sequence[tuple[str, ...]], source: str, given_up: Iterable[str]
) -> tuple[str, ...]:
    """Return the shortest conflict that names a source, if possible no other that is given up."""
    naming = [conflict for conflict in found if source in conflict]
    others = set(given_up) - {source}
    return min(naming, key=lambda conflict: (len(others & set(conflict)), len(conflict)))


def contradicted(polytope: Polytope, statement: Statement) -> bool:
    """Return whether a number cannot be true together with all others, which can be.

    Numbers are taken as rounded once, and what would round up is out: 12.5 prints as 13.
    """
    system = polytope.system(widened=_OPEN_ENDS)
    others = [one.source for one in polytope.statements if one.source != statement.source]
    return possible(system, others) and not possible(system, [*others, statement.source])


# ------------------------------------------------------------------ as findings


def conflict_findings(report: Report) -> list[Finding]:
    """Return what the published numbers of every survey contradict, graded."""
    return [finding for name in report.specifications for finding in survey_conflicts(report, name)]


def survey_conflicts(report: Report, name: str) -> list[Finding]:
    """Return the conflicts of one survey, from those that need no assumption to those that do.

    Where an assumption makes many numbers impossible, a few conflicts stand for all.
    """
    survey, codebook = report.specification(name), report.codebook(name)
    statements = statements_of(report, name, contradicted=True)
    polytope = Polytope(survey, codebook, statements)
    findings = []
    factors = sorted(WEIGHT_FACTORS, reverse=True) if polytope.weighted else [math.inf]
    for k in factors:
        for widened in (ROUNDED_TWICE, Fraction(0)):
            hard = math.isinf(k) and widened > 0
            most = math.inf if hard else _MOST_IF_ASSUMED
            found = find_conflicts(polytope, k, widened, most=most)
            findings += [_finding(report, polytope, one, k, widened) for one in found]
            gone = {conflict.given_up.source for conflict in found}
            if gone:
                kept = [one for one in polytope.statements if one.source not in gone]
                polytope = Polytope(survey, codebook, kept)
            if gone and not hard and not possible(polytope.system(k, widened), _all(polytope)):
                return findings  # what is assumed does not hold; more of it tells nothing
    return findings


def _all(polytope: Polytope) -> list[str]:
    return [statement.source for statement in polytope.statements]


def _finding(
    report: Report, polytope: Polytope, conflict: Conflict, k: float, widened: Fraction
) -> Finding:
    assumptions = [] if widened else [_ROUNDED_ONCE]
    if not math.isinf(k):
        assumptions.append(
            f"the mean weight of the people behind each of these numbers is between 1/{k:g} of "
            f"and {k:g} times that of all"
        )
    if _of_bases(conflict) and _fits_with_blanks(polytope, conflict, k, widened):
        assumptions.append(_ALL_ANSWERED)
    numbers = [statement.number for statement in conflict.statements]
    items = tuple(number.item for number in numbers)
    said = "; ".join(_said(number, report) for number in numbers)
    return Finding(
        finding=re.sub(r"[^a-z0-9.-]+", "-", f"conflict-{items[0]}".casefold()),
        kind="contradiction-if" if assumptions else "contradiction",
        lines=lines_of(*(number.line for number in numbers)),
        explanation=f"As printed, {_CANNOT.get(len(items), 'these cannot all hold')}: {said}.",
        arithmetic=_arithmetic(polytope, conflict, k, widened),
        survey=polytope.survey.name,
        assumption=" and ".join(assumptions),
        items=items,
        check="conflict",
    )


def _of_bases(conflict: Conflict) -> bool:
    return all(one.number.statistic in ("base", "count") for one in conflict.statements)


def _fits_with_blanks(polytope: Polytope, conflict: Conflict, k: float, widened: Fraction) -> bool:
    """Return whether all can be true if answers may be missing for a reason not in the codebook."""
    blanks = replace(polytope.survey, origin="collected")
    loose = Polytope(blanks, polytope.codebook, conflict.statements, centre=polytope.centre)
    system = loose.system(k, widened)
    return possible(system, system.sources)


def _said(number: PublishedNumber, report: Report) -> str:
    """Return a number as a reader meets it, with what it counts and its line."""
    before = {"base": "a base of ", "weighted_base": "a weighted base of ", "mean": "a mean of "}
    after = {"percent": " per cent", "count": " people"}
    printed = f"{before.get(number.statistic, '')}{number.printed}{after.get(number.statistic, '')}"
    place = f", line {number.line}" if number.line else " (spec.toml)"
    return f"{printed} ({words_of(number, report)}){place}"


def _arithmetic(polytope: Polytope, conflict: Conflict, k: float, widened: Fraction) -> str:
    """Return between which values the others put the number, and from which factor on it fits."""
    asked = conflict.given_up
    if not conflict.others:
        return "No people whom the questionnaire allows give this number."
    rest = Polytope(
        polytope.survey,
        polytope.codebook,
        conflict.others,
        also=[asked.part, asked.whole],
        centre=polytope.centre,
    )
    try:
        low, high = extremes(rest, asked, k, widened)
    except ReportError:  # The bound on the weights of its people is impossible, whatever its value.
        fit = "" if math.isinf(k) else f" {_fitting_factor(polytope, conflict, widened)}"
        return f"The others leave no value for {asked.number.item}.{fit}"
    unit = " per cent" if asked.number.statistic == "percent" else ""
    found = f"{number_text(low, 2)} to {number_text(high, 2)}{unit}"
    printed = [float(end) for end in asked.interval(widened)]
    text = (
        f"The other {'number puts' if len(conflict.others) == 1 else 'numbers put'} "
        f"{asked.number.item} at {found}; printed is {asked.number.printed}, which is at "
        f"{'least ' + number_text(printed[0], 2) if low < printed[0] else 'most ' + number_text(printed[1], 2)}."
    )
    if math.isinf(k):
        return text
    return f"{text} {_fitting_factor(polytope, conflict, widened)}"


def _fitting_factor(polytope: Polytope, conflict: Conflict, widened: Fraction) -> str:
    """Return the smallest factor of the mean weights with which all can be true."""
    few = Polytope(polytope.survey, polytope.codebook, conflict.statements, centre=polytope.centre)

    def fits(k: float) -> bool:
        system: System = few.system(k, widened)
        return possible(system, system.sources)

    low, high = 1.0, _WIDEST_FACTOR
    if not fits(high):
        return f"They fit only if weights differ by more than {high:,.0f} times."
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return (
        f"They can all hold once mean weights may be {high:.2f} times that of all, or its inverse."
    )
