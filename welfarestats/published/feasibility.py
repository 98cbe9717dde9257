"""What the published numbers allow: bounds on quantities that were never printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError, ReportError
from welfarestats.published.linear import extreme, extreme_share
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import rounding_interval
from welfarestats.published.rows import System
from welfarestats.published.statements import (
    COMPUTED,
    Selection,
    Statement,
    base_statements,
    statement_of,
    told_by_answers,
)
from welfarestats.published.transcription import CONTRADICTED, PublishedNumber

if TYPE_CHECKING:
    from welfarestats.published.report import Report
    from welfarestats.survey.codebook import Codebook

#: How far the mean weight of a group may be from that of everyone, as a factor.
WEIGHT_FACTORS = (1.25, 2.0, math.inf)
_STATISTICS = ("percent", "count", "base")
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1))


def candidate_bases(
    percentages: Sequence[str],
    maximum: int,
    minimum: int = 1,
    *,
    partitions: Iterable[Sequence[str]] = (),
) -> list[int]:
    """Return the bases that could give every printed percentage of one population.

    A base ``n`` is possible if for each percentage some whole number of people ``c`` has
    ``100 c / n`` print as it does, and if for each partition such numbers add up to ``n``.

    Parameters
    ----------
    percentages : sequence of str
        As they stand in print, without a per cent sign: ``"47"``, ``"33.3"`` or ``"*"``.
    maximum : int
        The largest base that is possible at all.
    minimum : int
        The smallest base that is possible at all.
    partitions : iterable of sequences of str
        Percentages of answers of which everyone in the population gave exactly one.

    Returns
    -------
    list of int
        In ascending order; empty if no base gives them all.

    Raises
    ------
    OptionError
        If ``minimum`` is below 1.

    Notes
    -----
    It holds for unweighted percentages only.

    Examples
    --------
    >>> candidate_bases(["54", "36", "10"], 62, partitions=[["54", "36", "10"]])
    [39, 50, 59, 61]
    """
    if minimum < 1:
        raise OptionError(f"minimum must be at least 1, found {minimum}. Leave it out.")
    several = [list(partition) for partition in partitions]
    return [
        base
        for base in range(minimum, maximum + 1)
        if all(_counts(printed, base) for printed in percentages)
        and all(_can_sum(partition, base) for partition in several)
    ]


def _counts(printed: str, base: int) -> range:
    """Return the whole numbers of people whose share of a base prints as it does."""
    interval = rounding_interval(printed)
    low = interval.low * base / 100
    first = math.ceil(low) if interval.low_in else math.floor(low) + 1
    last = math.ceil(interval.high * Fraction(base, 100)) - 1
    return range(max(first, 0), min(last, base) + 1)


def _can_sum(partition: Sequence[str], base: int) -> bool:
    ranges = [_counts(printed, base) for printed in partition]
    return all(ranges) and sum(r[0] for r in ranges) <= base <= sum(r[-1] for r in ranges)


def statements_of(
    report: Report, name: str, *, contradicted: bool = False, inferred: bool = False
) -> list[Statement]:
    """Return what the published numbers of a survey say, and the printed bases of populations.

    Numbers that are marked as contradicted and inferred bases are left out unless they are asked
    for, and so are means and sums of numbers that people gave, which counts of answers do not bound.
    Of people who are not told by their answers nothing is known without an inferred base.
    """
    survey, codebook = report.specification(name), report.codebook(name)
    kept = [
        number
        for number, note in zip(report.numbers, report.notes, strict=True)
        if number.survey == name
        and number.statistic in COMPUTED
        and not _of_a_scale(number, codebook)
        and (inferred or told_by_answers(survey.populations[number.population], survey))
        and (contradicted or not note.startswith(CONTRADICTED))
    ]
    return [statement_of(number, survey, codebook) for number in kept] + base_statements(
        survey, codebook, inferred=inferred
    )


def _of_a_scale(number: PublishedNumber, codebook: Codebook) -> bool:
    return (
        number.statistic in ("mean", "sum")
        and number.variable != ""
        and codebook[number.variable].kind == "scale"
    )


def bounds(
    report: Report,
    survey: str,
    variable: str = "",
    *,
    category: str = "",
    population: str = "all",
    group: Mapping[str, str] | None = None,
    statistic: str = "percent",
) -> pd.DataFrame:
    """Return between which values a quantity lies, given all that a report prints.

    The published numbers of the survey are conditions on counts and on weights of people, in
    joint tables that agree with each other; the least and the largest value are found by linear
    programming.

    Parameters
    ----------
    report : Report
        The report.
    survey : str
        The survey.
    variable : str
        The question; empty for a base of a population or group.
    category : str
        The answer or net; needed for a percentage.
    population : str
        The people, as named in ``spec.toml``.
    group : mapping of str to str, optional
        For each banner question the label of the group; all must hold.
    statistic : {"percent", "count", "base"}
        A weighted percentage (0 to 100), or an unweighted number of people.

    Returns
    -------
    DataFrame
        One row for each assumption about weights, columns ``k, low, high, exact``: the mean
        weight of the people behind every printed number lies within 1/k to k of the mean of all.
        Both are missing where no such weights give the published numbers.
        ``exact`` is whether one table holds every question involved, so that some people (though
        not always whole ones) reach each bound; otherwise the truth may be narrower, never wider.

    Raises
    ------
    ReportError
        If the published numbers cannot all be true together, or nobody can be in the base.
    OptionError
        If the statistic is not one of the three, or a percentage has no category.

    References
    ----------
    Charnes, A. and Cooper, W. W. (1962), Programming with linear fractional functionals,
    Naval Research Logistics Quarterly 9, 181-186.

    Examples
    --------
    >>> import welfarestats as ws
    >>> report = ws.load_report("ehd-2025")
    >>> ws.bounds(report, "practitioners", statistic="base")["low"].tolist()
    [17.0]
    """
    if statistic not in _STATISTICS:
        raise OptionError(f"statistic must be one of {_STATISTICS}, found {statistic!r}.")
    if statistic == "percent" and not category:
        raise OptionError("a percentage needs a category. Name the answer, or ask for the base.")
    number = PublishedNumber(
        "asked", survey, variable, population, group or {}, category, statistic, "0", 0.0, 0
    )
    specification, codebook = report.specification(survey), report.codebook(survey)
    if population not in specification.populations:
        raise ReportError(f"survey {survey!r} has no population {population!r} in spec.toml.")
    asked = statement_of(number, specification, codebook)
    polytope = Polytope(
        specification, codebook, statements_of(report, survey), also=[asked.part, asked.whole]
    )
    factors = WEIGHT_FACTORS if polytope.weighted else (math.inf,)
    widest = extremes(polytope, asked, math.inf)
    narrower = [_range_of(polytope, asked, k) for k in factors if math.isfinite(k)]
    ranges = [*narrower, widest]
    rows = [(k, *found, polytope.exact) for k, found in zip(factors, ranges, strict=True)]
    return pd.DataFrame(rows, columns=["k", "low", "high", "exact"])


def extremes(
    polytope: Polytope, asked: Statement, k: float, widened: Fraction = Fraction(0)
) -> tuple[float, float]:
    """Return the least and the largest value of what a statement counts, in printed units."""
    found = _range_of(polytope, asked, k, widened)
    if not math.isnan(found[0]):
        return found
    system, nothing = polytope.system(k, widened), np.zeros(0)
    if extreme(system, nothing.astype(np.int64), nothing, largest=True) is None:
        raise ReportError(
            f"the published numbers of survey {polytope.survey.name!r} cannot all be true "
            f"together, so that they bound nothing. `welfarestats audit` says which."
        )
    raise ReportError(
        f"nobody in survey {polytope.survey.name!r} can be in the base of what is asked, as its "
        f"published numbers and its questionnaire have it. Ask about other people."
    )


def _range_of(
    polytope: Polytope, asked: Statement, k: float, widened: Fraction = Fraction(0)
) -> tuple[float, float]:
    """Return the least and the largest value of what a statement counts; NaN if there are none."""
    also = polytope.bounded([asked.whole, asked.part], k)
    system = polytope.system(k, widened, also=also)
    low, high = (extreme_of(polytope, system, asked, largest=end) for end in (False, True))
    return (math.nan, math.nan) if low is None or high is None else (low, high)


def extreme_of(
    polytope: Polytope, system: System, asked: Statement, *, largest: bool
) -> float | None:
    """Return the least or the largest value of what a statement counts; None if there is none."""
    kind = asked.number.statistic
    if kind in ("count", "base", "weighted_base"):
        selection = asked.part if kind == "count" else asked.whole
        if kind != "weighted_base":
            people = polytope.people(selection)
            return extreme(system, people, np.ones(len(people)), largest=largest)
        unit = polytope.centre.unit if polytope.centre else 1.0
        weights = polytope.weights(selection)
        return extreme(system, weights, np.full(len(weights), unit), largest=largest)
    whole = polytope.weights(asked.whole)
    if kind == "mean":
        return extreme_share(system, *polytope.scored(asked), whole, largest=largest)
    part = polytope.weights(asked.part)
    share = extreme_share(system, part, np.ones(len(part)), whole, largest=largest)
    return None if share is None else 100 * share


def base_region(
    report: Report, survey: str, sides: tuple[Selection, Selection], k: float
) -> list[tuple[float, float]] | None:
    """Return the corners of a polygon that holds all pairs of bases that two groups can have.

    Only the published numbers about the questions of the two groups are used, so that the
    polygon can be wider than the truth, never narrower. ``None`` if they contradict each other.
    """
    known = frozenset().union(*({name for name, _ in side} for side in sides))
    kept = [
        one for one in statements_of(report, survey) if {name for name, _ in one.atoms} <= known
    ]
    specification, codebook = report.specification(survey), report.codebook(survey)
    polytope = Polytope(specification, codebook, kept, also=sides)
    system = polytope.system(k, also=polytope.bounded(sides, k))
    people = [polytope.people(side) for side in sides]
    limits = []
    for directions in _DIRECTIONS:
        factors = [np.full(len(p), float(d)) for p, d in zip(people, directions, strict=True)]
        most = extreme(system, np.concatenate(people), np.concatenate(factors), largest=True)
        if most is None:
            return None
        limits.append((directions, most))
    return _corners(limits)


def _corners(limits: Sequence[tuple[tuple[int, int], float]]) -> list[tuple[float, float]]:
    """Return the corners of the polygon of points within limits in given directions."""
    found = []
    for i, ((a, b), one) in enumerate(limits):
        for (c, d), two in limits[:i]:
            if determinant := a * d - b * c:
                x, y = (one * d - two * b) / determinant, (a * two - c * one) / determinant
                if all(e * x + f * y <= limit + 1e-6 for (e, f), limit in limits):
                    found.append((round(x, 6), round(y, 6)))
    return sorted(set(found))
