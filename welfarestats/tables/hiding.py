"""From a rule to a pattern: which numbers a rule hides, and which others hide them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import TableError
from welfarestats.formulas.attack import LinkedNumbers, deduced_bounds
from welfarestats.formulas.controlled_rounding import additive_rounding
from welfarestats.formulas.suppression import (
    Hiding,
    Pattern,
    UnprotectedError,
    protecting_pattern,
)
from welfarestats.output.wording import round_half_up
from welfarestats.tables.disclosure_rules import DisclosureRule
from welfarestats.tables.exposure import Exposure
from welfarestats.tables.number_model import Scored
from welfarestats.tables.shown_numbers import Cell, Printing, Shown

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_UNPRINTED = 0.01
_VISIBLE = ("shown", "flagged", "count-only", "rounds-to-zero", "zero")
_LOGICAL = ("not-asked", "not-applicable")


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a rule asks of the numbers of some tables; arrays of one entry a number.

    ``ruled`` are the numbers that the rule hides; ``reason`` says why one is hidden, ``excepted``
    which cells are shown all the same, and ``first`` which cell a number is called after.
    """

    ruled: frozenset[int]
    reason: dict[int, str]
    excepted: dict[Cell, str]
    first: dict[int, Cell]
    hiding: Hiding
    bases: Mask
    widths: list[Array]


class _Asking:
    """What a rule asks, gathered cell by cell."""

    def __init__(self, exposure: Exposure, rule: DisclosureRule, excepted: dict[Cell, str]) -> None:
        size = exposure.model.size
        self.exposure, self.rule, self.excepted = exposure, rule, excepted
        self.everybody = float(exposure.people.count.sum())
        self.reason: dict[int, str] = {}
        self.freed: set[int] = set()
        self.first: dict[int, Cell] = {}
        self.together: set[tuple[int, int]] = set()
        self.cost, self.scale = np.zeros(size), np.ones(size)
        self.bases, self.allowed = np.zeros((2, size), dtype=bool)

    def add(self, shown: Shown, one: Printing, place: int, base: int) -> None:
        """Add what is asked of a cell."""
        exposure, cell = self.exposure, shown.cell(one)
        state = str(shown.sheet.values["state"][one.row, one.column])
        self.first.setdefault(place, cell)
        if cell in self.excepted:
            self.freed.add(place)
        if place != base:
            self.together.add((base, place))
        if state in _LOGICAL and one.kind != "base":
            return
        self.bases[base] = self.allowed[place] = True
        if one.kind == "base" or state in _VISIBLE:
            self.cost[place] += _cost(exposure.count[place], self.everybody, self.rule)
        said = _judged(one.kind, exposure, place, base, self.rule)
        if said:
            self.reason.setdefault(place, said)
        if exposure.weighted is not None and exposure.count[base] > 0:
            self.scale[place] = exposure.weighted[base] / exposure.count[base]


def wanted(exposure: Exposure, rule: DisclosureRule, excepted: dict[Cell, str]) -> Wanted:
    """Return which numbers a rule hides, which may be hidden with them, and at what cost."""
    asking = _Asking(exposure, rule, excepted)
    for at, source in enumerate(exposure.sources):
        if source.own:
            shown = exposure.shown[at]
            asking.bases[[exposure.place(known) for known in shown.known]] = True
            for one, place, base in exposure.printed(at):
                if place is not None:
                    asking.add(shown, one, place, base)
    reason = {place: said for place, said in asking.reason.items() if place not in asking.freed}
    primary = np.zeros(exposure.model.size, dtype=bool)
    primary[list(reason)] = True
    forced, allowed = _unprinted(exposure, rule, asking.allowed, asking.bases)
    widths = [np.full(primary.size, float(rule.protection))]
    if exposure.weighted is not None:
        widths.append(rule.protection * asking.scale)
    pairs = np.array(sorted(asking.together), dtype=np.int64).reshape(-1, 2)
    cost = np.where(asking.cost > 0, asking.cost, _UNPRINTED)
    hiding = Hiding(primary, forced, allowed, cost, pairs)
    return Wanted(
        frozenset(asking.reason), reason, excepted, asking.first, hiding, asking.bases, widths
    )


def _cost(count: float, everybody: float, rule: DisclosureRule) -> float:
    """Return what hiding a cell costs; of as many cells those with fewer respondents are hidden."""
    if rule.minimise == "respondents":
        return max(count, 0.05)
    return 1.0 + 0.005 * max(count, 0.0) / everybody


def _judged(kind: str, exposure: Exposure, place: int, base: int, rule: DisclosureRule) -> str:
    """Return why a figure is hidden, or an empty text."""
    if kind == "mean":
        return ""
    count, whole = float(exposure.count[place]), float(exposure.count[base])
    if rule.rounding and kind == "base" and 0 < count < rule.rounding / 2:
        return "primary: base rounds to nothing"
    return rule.reason(count, 0.0 if kind == "base" or place == base else whole)


def _unprinted(
    exposure: Exposure, rule: DisclosureRule, allowed: Mask, bases: Mask
) -> tuple[Mask, Mask]:
    """Return numbers that are printed nowhere: those too small to be taken to be known, and all."""
    forced = np.zeros(allowed.size, dtype=bool)
    may = allowed.copy()
    for place in np.flatnonzero(bases & ~allowed):
        if rule.reason(float(exposure.count[place]), 0.0):
            forced[place] = True
        else:
            may[place] = True
    return forced, may


def rounded_counts(exposure: Exposure, rule: DisclosureRule) -> Array | None:
    """Return every number of people rounded as a rule says, or ``None`` if it does not round."""
    if not rule.rounding:
        return None
    step = float(rule.rounding)
    if not rule.controlled:
        return np.asarray(step * round_half_up(exposure.count / step))
    model = exposure.model
    printed = np.zeros(model.size, dtype=bool)
    for at, source in enumerate(exposure.sources):
        if source.own:
            places = [p for _, p, base in exposure.printed(at) for p in (p, base) if p is not None]
            printed[places] = True
    for key, place in model.keys.items():
        printed[place] &= not isinstance(key, Scored)
    return additive_rounding(
        exposure.count,
        model.matrix,
        model.totals(float(exposure.people.count.sum())),
        printed,
        step,
    )


def measures(
    exposure: Exposure, rule: DisclosureRule, rounded: Array | None, bases: Mask
) -> list[LinkedNumbers]:
    """Return what a reader knows of people, and of weighted people where there are weights."""
    found = [exposure.numbers(rule, rounded, weighted=False)]
    if exposure.weighted is not None:
        found.append(exposure.numbers(rule, rounded, weighted=True))
    truths = (exposure.count, exposure.weighted)
    return [replace(one, joints=bases, truth=truths[at]) for at, one in enumerate(found)]


def pattern_of(numbers: list[LinkedNumbers], asked: Wanted) -> Pattern:
    """Return the cheapest pattern, bases first: a base that is hidden takes its column with it.

    Bases of columns that are large enough stay unless nothing else protects a number.
    """
    hiding = asked.hiding
    primary, bases = hiding.primary, asked.bases
    forced = hiding.closed(primary | hiding.forced)
    try:
        if (primary & bases).any():
            of_bases = Hiding(
                primary & bases, forced, hiding.allowed & bases, hiding.cost, hiding.together
            )
            first = protecting_pattern(numbers, asked.widths, of_bases)
            forced = first.hidden
        of_cells = Hiding(primary, forced, hiding.allowed & ~bases, hiding.cost, hiding.together)
        return protecting_pattern(numbers, asked.widths, of_cells)
    except UnprotectedError:
        pass
    try:
        return protecting_pattern(numbers, asked.widths, hiding)
    except UnprotectedError as fault:
        cell = asked.first.get(fault.number, ("", "a base", "", "", ""))
        raise TableError(
            f"cell {cell[1:]}{f' of table {cell[0]!r}' if cell[0] else ''} cannot be kept uncertain by"
            f" {asked.widths[0][fault.number]:g} respondents, whatever else is hidden. It follows"
            " from what is out already (another table, a text), or the base is too small. Lower"
            " protection=, except the cell with a reason, or leave its column out."
        ) from None


def placed_within(
    numbers: list[LinkedNumbers], asked: Wanted, hidden: Mask
) -> dict[int, tuple[float, float]]:
    """Return between which limits, in respondents, numbers can be placed that are, or ought to be, hidden."""
    places = np.flatnonzero(hidden & asked.hiding.allowed | asked.hiding.primary)
    places = np.array([place for place in places if place in asked.first], dtype=np.int64)
    found: dict[int, tuple[float, float]] = {}
    for measure, width in zip(numbers, asked.widths, strict=True):
        low, high = deduced_bounds(measure, hidden, places)
        unit = width[places] / asked.widths[0][places] if asked.widths[0].any() else 1.0
        for place, least, most in zip(
            places.tolist(), (low / unit).tolist(), (high / unit).tolist(), strict=True
        ):
            known = found.get(place)
            if known is None or most - least < known[1] - known[0]:
                found[place] = least, most
    return found
