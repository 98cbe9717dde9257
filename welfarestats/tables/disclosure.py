"""Tables and books made safe to show: what a rule hides, and what must be hidden with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import OptionError
from welfarestats.formulas.attack import LinkedNumbers
from welfarestats.formulas.suppression import Pattern
from welfarestats.tables.books import Book
from welfarestats.tables.disclosure_record import HiddenCell, Protection
from welfarestats.tables.disclosure_rules import DisclosureRule
from welfarestats.tables.disclosure_sources import (
    Key,
    check_excepted,
    check_marks,
    excepted_cells,
    hidden_cells,
    own_source,
    published_source,
    tables_by_name,
)
from welfarestats.tables.exposure import Exposure
from welfarestats.tables.hiding import (
    Wanted,
    measures,
    pattern_of,
    placed_within,
    rounded_counts,
    wanted,
)
from welfarestats.tables.people_of_tables import respondents_of
from welfarestats.tables.protected import (
    Decided,
    ProtectedBook,
    ProtectedTable,
    protected_table,
)
from welfarestats.tables.sheet import Sheet
from welfarestats.tables.table import Table
from welfarestats.tables.told_numbers import numbers_told, told_rows

__all__ = ["audit_disclosure", "protect"]

Mask = NDArray[np.bool_]


def protect(
    tables: Table | Book,
    rule: DisclosureRule,
    *,
    also: Sequence[Table | Book] = (),
    known: Any = (),
    person: str | None = None,
    exceptions: Mapping[Key, str] | None = None,
) -> Table | Book:
    """Return a table or book that hides what a rule asks for, and whatever would give it away.

    Cells, bases and nets of all tables are one system of sums over the same respondents. What the
    rule hides (primary) gets company (secondary) until a reader of everything that is shown, who
    solves that system, can place no primary number of respondents within limits closer than
    ``rule.protection``; of all such patterns the cheapest is taken.

    Parameters
    ----------
    tables
        What is to be protected. The tables of a book are protected together.
    rule
        What is hidden or rounded, with its statement of risk. There is no default.
    also
        Tables and books that readers have as well: published ones, other waves. They are not
        changed.
    known
        Numbers that stand in a text: what `check_prose` returns, or rows with ``stub,
        stub_category, banner, banner_category, value`` and, if need be, ``table``, ``words`` (as
        they are told, with their decimals) and ``kind`` (``"percent"``, ``"count"``, ``"base"``,
        ``"mean"``, or ``"number"`` for whichever it is).
    person
        The column that tells people apart, where tables of different frames have some in common.
    exceptions
        Cells that the rule would hide and that are shown all the same, with the reason for the
        record: ``{(stub, category, banner, category): "…"}``, with the name of the table first in
        a book, and ``"Base"`` for the category of a base.

    Returns
    -------
    Table or Book
        Of the same type, with ``.protection``, the record for whoever checks the output, and
        ``.audit_disclosure()``. Pages, workbooks, charts, sentences and ``comparisons()`` show no
        more than what is shown. ``to_frame()`` keeps hidden values, with state and reason, and
        ``.original`` is what it was before: both are for checking, not for publication.

    Raises
    ------
    OptionError
        When it is no table or no rule, an exception is of no cell that the rule hides, or numbers
        of a text have not what tells their cell.
    TableError
        When nothing that may still be hidden protects a cell, the house style has one mark for
        unreliable and confidential, tables cannot be lined up, or a text contradicts them.

    Notes
    -----
    The reader is taken to know the questionnaire, how many respondents there are in all and in
    each column of a banner that is not itself small, every base that is printed, exactly, and of
    every percentage the interval that rounds to it. In an unweighted table that gives counts. In a
    weighted one it gives weighted counts, as though weighted bases were printed, and of unweighted
    ones whether there is anybody and whether it is everybody; the limits are kept apart in both.
    A table in which all weigh the same counts as unweighted.

    Questions of which one follows from the other, such as two groupings of age, are linked if no
    table shows them by each other. Tables agree on what they share; that a single set of people
    stands behind all of them at once tells a reader more only in rare cases, and is not used.
    Fractions of people are allowed. The mean of a scale counts through its base alone, and so does
    a median; that of scores is hidden wherever a count of one of them is.

    Totals are never made again from what is left.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47, 1008-1027.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame(
    ...     {
    ...         "site": ["A"] * 40 + ["B"] * 40 + ["C"] * 40,
    ...         "works": ["Yes"] * 37 + ["No"] * 23 + ["Yes"] * 40 + ["No"] * 20,
    ...     }
    ... )
    >>> table = ws.crosstab(ws.Survey(frame), "works", "site")
    >>> rule = ws.DisclosureRule.named("threshold-10", statement="Small sites are known.")
    >>> safe = ws.protect(table, rule)
    >>> safe.audit_disclosure()[["stub_category", "banner_category", "role", "safe"]]
      stub_category banner_category       role  safe
    0            No               A    primary  True
    1            No               B  secondary  True
    2           Yes               A  secondary  True
    3           Yes               B  secondary  True
    """
    if not isinstance(rule, DisclosureRule):
        raise OptionError(
            f"a disclosure rule cannot be a {type(rule).__name__}. Choose one with its statement of"
            " risk: ws.DisclosureRule.named('threshold-10', statement=…)."
        )
    work = _Work.of(tables, rule, also, known, person, exceptions or {})
    pattern = pattern_of(work.numbers, work.asked)
    return work.result(pattern)


def audit_disclosure(
    tables: Table | Book,
    rule: DisclosureRule | None = None,
    *,
    also: Sequence[Table | Book] = (),
    known: Any = (),
    person: str | None = None,
) -> pd.DataFrame:
    """Return between which limits a reader of all that is shown can place each hidden cell.

    Parameters
    ----------
    tables
        A table or book that `protect` returned; or any other with a rule: then the cells that the
        rule would hide are placed as the tables are shown now.
    rule
        The rule; that of a protected table when left out.
    also, known, person
        What readers have beside it, as in `protect`; for a protected table what it was protected
        against when left out.

    Returns
    -------
    pandas.DataFrame
        One row a hidden cell: ``table, stub, stub_category, statistic, banner, banner_category,
        role, lower, upper, width, required, safe``. ``lower`` and ``upper`` are the fewest and the
        most respondents that all that is shown allows; ``safe`` is whether they are as far apart
        as the rule requires of a primary cell.

    Raises
    ------
    OptionError
        When it is no table, or one that is not protected and no rule is given.
    TableError
        When tables cannot be lined up.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"works": ["Yes"] * 37 + ["No"] * 3})
    >>> rule = ws.DisclosureRule.named("threshold-10", statement="Colleagues know one another.")
    >>> ws.audit_disclosure(ws.crosstab(ws.Survey(frame), "works"), rule)[
    ...     ["stub_category", "lower", "upper", "safe"]
    ... ]
      stub_category  lower  upper   safe
    0            No    3.0    3.0  False
    """
    if isinstance(tables, ProtectedTable | ProtectedBook) and rule is None:
        if not also and not told_rows(known):
            return tables.protection.audit()
        rule = tables.protection.rule
    if rule is None:
        raise OptionError(
            "these tables are not protected, so it is not known what should be hidden. Pass rule=."
        )
    work = _Work.of(tables, rule, also, known, person, {})
    hidden = work.already
    return work.protection(Pattern(hidden, 0.0, 0.0, 0)).audit()


@dataclass(frozen=True, eq=False)
class _Work:
    """Tables on their way to being protected."""

    tables: Table | Book
    rule: DisclosureRule
    exposure: Exposure
    asked: Wanted
    numbers: list[LinkedNumbers]
    rounded: NDArray[np.float64] | None
    also: tuple[str, ...]

    @classmethod
    def of(
        cls,
        tables: Table | Book,
        rule: DisclosureRule,
        also: Sequence[Table | Book],
        known: Any,
        person: str | None,
        exceptions: Mapping[Key, str],
    ) -> _Work:
        """Return the numbers behind the tables and all else that readers have."""
        sources = [own_source(name, one) for name, one in tables_by_name(tables).items()]
        if isinstance(also, Table | Book):
            raise OptionError("also= is a list of tables and books. Pass also=[table].")
        for number, other in enumerate(also, start=1):
            sources += [
                published_source(f"also {number}", n, t) for n, t in tables_by_name(other).items()
            ]
        for source in sources:
            check_marks(source.table)
        respondents = respondents_of([one.table for one in sources], person)
        told = numbers_told(known)
        exposure = Exposure(sources, respondents, told)
        excepted = excepted_cells(exceptions, exposure)
        asked = wanted(exposure, rule, excepted)
        check_excepted(excepted, exposure, asked.ruled)
        rounded = rounded_counts(exposure, rule)
        words = [f"{len(tables_by_name(other)):,} tables of another output" for other in also]
        if told:
            words.append(f"{len(told)} numbers of a text")
        return cls(
            tables,
            rule,
            exposure,
            asked,
            measures(exposure, rule, rounded, asked.bases),
            rounded,
            tuple(words),
        )

    @property
    def already(self) -> Mask:
        """The numbers that the tables as they are do not show."""
        hidden = np.zeros(self.exposure.model.size, dtype=bool)
        for name, table in tables_by_name(self.tables).items():
            if isinstance(table, ProtectedTable):
                at = next(i for i, one in enumerate(self.exposure.sources) if one.name == name)
                cells = hidden_cells(table)
                for one, place, _ in self.exposure.printed(at):
                    if place is not None and (one.kind, self.exposure.shown[at].cell(one)) in cells:
                        hidden[place] = True
        return hidden | self.asked.hiding.forced

    def protection(self, pattern: Pattern) -> Protection:
        """Return the record of a pattern."""
        asked, hidden, cells = self.asked, pattern.hidden, []
        for at, source in enumerate(self.exposure.sources):
            for one, place, base in self.exposure.printed(at) if source.own else ():
                cell = self.exposure.shown[at].cell(one)
                if place is None:
                    continue
                role = _role(place, base, hidden, asked)
                reason = asked.reason.get(place, "")
                if cell in asked.excepted and not hidden[place]:
                    role, reason = "exception", asked.excepted[cell]
                if role:
                    reason = reason or _REASONS[role]
                    count = float(self.exposure.count[place])
                    required = float(asked.widths[0][place])
                    cells.append(HiddenCell(cell, one.kind, place, role, reason, count, required))
        numbers = self.numbers
        return Protection(
            self.rule,
            tuple(cells),
            pattern.cost,
            pattern.bound,
            self.also,
            lambda: placed_within(numbers, asked, hidden),
        )

    def result(self, pattern: Pattern) -> Table | Book:
        """Return the tables with a pattern hidden."""
        record, hidden = self.protection(pattern), pattern.hidden
        found = {
            source.name: protected_table(source.table, self._decided(at, hidden), record)
            for at, source in enumerate(self.exposure.sources)
            if source.own
        }
        if isinstance(self.tables, Book):
            return ProtectedBook(self.tables.made, found, record)
        return next(iter(found.values()))

    def _decided(self, at: int, hidden: Mask) -> Decided:
        """Return what is decided about each cell of a table."""
        shown = self.exposure.shown[at]
        shape = shown.sheet.values["estimate"].shape
        reason = np.full(shape, "", dtype=object)
        base_hidden = np.zeros(shape, dtype=bool)
        counts = shown.sheet.values["count"].astype(float)
        bases = shown.sheet.values["base"].astype(float)
        for one, place, base in self.exposure.printed(at):
            here = one.row, one.column
            if one.kind == "base":
                continue
            base_hidden[here] = hidden[base]
            if self.rounded is not None:
                bases[here] = self.rounded[base]
                if place is not None and one.kind == "proportion":
                    counts[here] = self.rounded[place]
            number = base if place is None else place
            role = "base" if place is None and hidden[base] else ""
            role = role or _role(number, base, hidden, self.asked)
            if role and (place is not None or hidden[base]):
                reason[here] = self.asked.reason.get(number, "") or _REASONS[role]
        _hide_medians(shown.sheet, reason)
        if self.rounded is None:
            return Decided(reason, base_hidden)
        return Decided(reason, base_hidden, counts, bases, weighted=not self.exposure.alike(at))


_REASONS = {
    "primary": "primary: hidden by the rule",
    "base": "base: its base is hidden",
    "secondary": "secondary: protects other cells",
}


def _hide_medians(sheet: Sheet, reason: NDArray[np.object_]) -> None:
    """Hide the median of scores wherever a count of one of them is hidden: it bounds that count."""
    for row in np.flatnonzero(sheet.statistic == "median"):
        own = (sheet.stub == sheet.stub[row]) & ~sheet.mean
        gone = (reason[own] != "").any(axis=0) & (reason[row] == "")
        reason[row, gone] = _REASONS["secondary"]


def _role(place: int, base: int, hidden: Mask, asked: Wanted) -> str:
    """Return why a number is not shown, or an empty text if it is."""
    if asked.hiding.primary[place]:
        return "primary"
    if not hidden[place]:
        return ""
    return "base" if place != base and hidden[base] else "secondary"
