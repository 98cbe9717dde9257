"""What a reader can rebuild: the joint cells of people that the printed numbers determine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.output.wording import join_words
from welfarestats.published.conflicts import find_conflicts
from welfarestats.published.determined import Deduction, Solved
from welfarestats.published.feasibility import statements_of
from welfarestats.published.joint_cells import (
    JointCell,
    Key,
    cells_spoken_of,
    counted,
    known_statements,
)
from welfarestats.published.linear import possible
from welfarestats.published.polytope import CELL_LIMIT, Polytope
from welfarestats.published.report import Report
from welfarestats.published.rules import exclusive_options, has_blanks
from welfarestats.published.specification import Recipe
from welfarestats.published.statements import EVERYONE, Selection, Statement, state_count
from welfarestats.published.transcription import PublishedNumber

#: Fewer people than this are few: the threshold of the Office for National Statistics.
FEW = 10
_LISTED = 10
#: For so many of the smallest cells of a survey it is shown from what they follow.
_PROVEN = 20
_TYPES = {
    "survey": "str",
    "variable": "str",
    "category": "str",
    "population": "str",
    "group": "str",
    "low": "Int64",
    "high": "Int64",
    "unique": "bool",
    "small": "bool",
    "printed": "bool",
    "exact": "bool",
    "follows": "bool",
    "items": "object",
}


@dataclass(frozen=True)
class DeducedCell:
    """A joint cell, how many people it can hold, and how a reader knows.

    ``follows`` is whether its parts are known and add up to it, so that it says nothing more;
    ``numbers`` are published ones from which it follows.
    """

    cell: JointCell
    solved: Solved
    printed: bool
    follows: bool = False
    numbers: tuple[PublishedNumber, ...] = ()

    @property
    def unique(self) -> bool:
        """Whether it can hold one number of people only."""
        return self.solved.fixed

    @property
    def deduced(self) -> bool:
        """Whether it is known only from other numbers, and not from its parts."""
        return self.unique and not self.printed and not self.follows

    def __str__(self) -> str:
        people = "1 person" if self.solved.low == 1 else f"{self.solved.low:,} people"
        named = [str(number) if number.line else number.item for number in self.numbers]
        source = f", from {join_words(named)}" if named else ""
        return f"{self.cell.survey}; {self.cell.words()}: {people}{source}"


@dataclass(frozen=True)
class DisclosureCheck:
    """Which joint cells of people a reader of a report can rebuild from what it prints.

    It is not a rule and says nothing of what should be hidden: it is one attacker's view of one
    report, who knows the questionnaire and nothing else.

    Parameters
    ----------
    report : Report
        The report.
    below : int
        Fewer people than this are marked as few.
    cells : tuple of DeducedCell
        Every joint cell that the printed numbers speak of.
    left_out : tuple of str
        Printed numbers that cannot be true together with the others and were not used.

    See Also
    --------
    disclosure_check : Makes one.
    """

    report: Report
    below: int
    cells: tuple[DeducedCell, ...] = field(repr=False)
    left_out: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return every joint cell, one row each.

        Returns
        -------
        DataFrame
            ``survey, variable, category, population, group`` say who is counted: without a
            category all in the base of the variable, without a variable all of the group.
            ``low, high``: the fewest and the most people, missing if they differ and were not
            asked for. ``unique``: only one number is possible. ``small``: unique, and below the
            threshold, nobody included. ``printed``: the number itself is. ``exact``: every
            possible number was considered and no other, so that a cell that is not unique is
            known not to be. ``follows``: it is the sum of other cells that are unique. ``items``:
            published numbers from which one of the smallest cells follows, if it takes no more
            than sums of people.
        """
        rows = [
            (
                one.cell.survey,
                one.cell.variable,
                one.cell.category,
                one.cell.population,
                one.cell.group_text,
                one.solved.low,
                one.solved.high,
                one.unique,
                self._small(one),
                one.printed,
                one.solved.exact,
                one.follows,
                tuple(number.item for number in one.numbers),
            )
            for one in self.cells
        ]
        return pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)

    def _small(self, one: DeducedCell) -> bool:
        return one.unique and one.solved.low is not None and one.solved.low < self.below

    @property
    def small(self) -> tuple[DeducedCell, ...]:
        """The cells of a few people, not nobody, that follow from others; the smallest first."""
        few = [one for one in self.cells if one.deduced and self._small(one) and one.solved.low]
        return tuple(sorted(few, key=lambda one: one.solved.low or 0))

    def summary(self) -> str:
        """Return what can be rebuilt, as text.

        Returns
        -------
        str
            How many cells are determined, then each small one that is not printed, and how many
            small ones are.
        """
        return disclosure_text(self, most=len(self.cells))

    def __str__(self) -> str:
        return self.summary()


def disclosure_text(check: DisclosureCheck, *, most: int = _LISTED) -> str:
    """Return a few lines on what a reader can rebuild, with some of the small cells."""
    unique = [one for one in check.cells if one.unique]
    printed = [one for one in unique if one.printed]
    shown = [one for one in printed if 0 < (one.solved.low or 0) < check.below]
    nobody = [one for one in unique if one.deduced and one.solved.low == 0]
    lines = [
        (
            f"{check.report.name}: what a reader can rebuild from the printed numbers. Of "
            f"{len(check.cells):,} joint cells of people {len(unique):,} can have only one value: "
            f"{len(printed):,} are printed, {len(unique) - len(printed):,} follow from others."
        )
    ]
    few = check.small
    if few:
        lines.append(f"Not printed, but known to be fewer than {check.below} people:")
        lines += [f"  {one}" for one in few[:most]]
    else:
        lines.append(f"No cell of 1 to {check.below - 1} people follows that is not printed.")
    if len(few) > most:
        lines.append(f"  and {len(few) - most:,} more, in ws.disclosure_check(report).")
    if shown:
        lines.append(f"Printed, and 1 to {check.below - 1} people: {_cells(len(shown))}.")
    if nobody:
        lines.append(f"Not printed, but known to be nobody: {_cells(len(nobody))}.")
    if check.left_out:
        lines.append(f"Not used, as others contradict them: {join_words(check.left_out)}.")
    return "\n".join(lines)


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def disclosure_check(report: Report, *, below: int = FEW, ranges: bool = False) -> DisclosureCheck:
    """Return which joint cells of people the printed numbers of a report determine.

    For each answer of a question within each population and group that some printed number
    crosses, also where nothing is printed, the least and the largest unweighted number of people
    is found that everything printed allows. If the two are the same whole number, a reader of the
    report can work it out: as the rest of a total, as the difference of two bases, or because no
    other whole number gives the percentages.

    Parameters
    ----------
    report : Report
        The report; microdata are not read.
    below : int, default 10
        Fewer people than this are marked as few.
    ranges : bool, default False
        Look for the least and the largest number also of cells that are not determined. It takes
        much longer.

    Returns
    -------
    DisclosureCheck
        With ``to_frame()`` and ``summary()``.

    Raises
    ------
    OptionError
        If ``below`` is less than 1.
    ReportError
        If the printed numbers cannot all be true together, and no audit names those that could
        be left out.

    Notes
    -----
    It is not a rule of disclosure control, and it is not a proof that nothing can be worked out:
    it is the view of somebody who knows one report and its questionnaire, as ``codebook.toml``
    and ``spec.toml`` give it (which answers there are, who was asked, what implies what), and
    nothing else, neither an earlier report nor a person.

    People are counted in whole numbers where few enough cells hang together, and one table then
    holds all of them if ``exact``. Elsewhere fractions of people are allowed, or tables agree only
    on what they share: then what is called unique is proven, and what is not may be unique all
    the same. In weighted surveys a weight may be anything above a thousandth of the mean, so
    that a percentage tells no more than that somebody, and not everybody, gave an answer.
    A percentage on the border between two printed ones counts for both. Not used are bases that
    were inferred, what is said of people whom neither a rule nor a base tells, numbers marked as
    contradicted, and numbers in words ("around a third").

    References
    ----------
    Dobra, A. and Fienberg, S. E. (2000), Bounds for cell entries in contingency tables given
    marginal totals and decomposable graphs, PNAS 97(22), 11885-11892.

    Examples
    --------
    >>> import welfarestats as ws
    >>> check = ws.disclosure_check(ws.load_report("ehd-2025"))
    >>> cells = check.to_frame().query("variable == 'could_refer' and category == 'No'")
    >>> cells[["low", "high", "printed"]].values.tolist()
    [[1, 1, False]]
    """
    if below < 1:
        raise OptionError(f"below must be at least 1, found {below}. Leave it out for {FEW}.")
    cells: list[DeducedCell] = []
    left_out: list[str] = []
    for name in report.surveys:
        statements, contradicted = _consistent(report, name)
        left_out += [statement.source for statement in contradicted]
        cells += _survey_cells(report, name, statements, below, ranges=ranges)
    return DisclosureCheck(report, below, tuple(cells), tuple(left_out))


def _consistent(report: Report, name: str) -> tuple[list[Statement], list[Statement]]:
    """Return the statements that can be true together, and the fewest that must go for it."""
    statements = known_statements(report, statements_of(report, name))
    polytope = Polytope(report.specification(name), report.codebook(name), statements)
    system = polytope.system()
    if possible(system, system.sources):
        return statements, []
    gone = [conflict.given_up for conflict in find_conflicts(polytope)]
    return [one for one in statements if one not in gone], gone


def _survey_cells(
    report: Report, name: str, statements: list[Statement], below: int, *, ranges: bool
) -> list[DeducedCell]:
    survey, codebook = report.specification(name), report.codebook(name)
    cells = cells_spoken_of(survey, codebook, statements)
    polytope = Polytope(survey, codebook, statements)
    unheld = [cell.people for cell in cells if not polytope.holds(cell.people)]
    bounded = [people for people in unheld if _bounded(people, polytope)]
    deduction = Deduction(Polytope(survey, codebook, statements, also=bounded))
    by_key = _first_of_each(cells, deduction)
    solved = dict(zip(by_key, deduction.solve(list(by_key), ranges=ranges), strict=True))
    printed = {deduction.reduced(people) for people in (EVERYONE, *counted(statements))}
    found = {}
    for key, cell in by_key.items():
        follows = _adds_up(cell, solved[key], solved, deduction)
        found[key] = DeducedCell(cell, solved[key], key in printed, follows)
    few = [(one.solved.low, key) for key, one in found.items() if one.deduced and one.solved.low]
    named = {statement.source: statement.number for statement in statements}
    for people, key in sorted(few, key=lambda pair: pair[0])[:_PROVEN]:
        if people < below:
            sources = deduction.sources(key, people)
            numbers = tuple(named[source] for source in sources)
            found[key] = replace(found[key], numbers=numbers)
    return list(found.values())


def _bounded(people: Selection, polytope: Polytope) -> bool:
    """Return whether some number could bound people of whom no table tells.

    Of an option that no number names something is known only through a net that has it, or if it
    excludes all others. A table of too many cells is not made.
    """
    known = {atom for block in polytope.blocks for atom in block.atoms}
    recipe = polytope.survey.recipe or Recipe()
    for name, options in set(people) - known:
        nets = {other for question, other in known if question == name and other}
        alone = exclusive_options(polytope.codebook[name], recipe)
        if not options or not (options <= alone or any(options < net for net in nets)):
            return False
    blanks = has_blanks(polytope.survey)
    sizes = [state_count(atom, polytope.codebook, blanks=blanks) for atom in people]
    return math.prod(sizes) <= CELL_LIMIT


def _first_of_each(cells: Iterable[JointCell], deduction: Deduction) -> dict[Key, JointCell]:
    """Return the cells that can hold somebody, each under the first of its names."""
    found: dict[Key, JointCell] = {}
    for cell in cells:
        held = deduction.polytope.holds(cell.people)
        key = deduction.reduced(cell.people) if held else None
        if key is not None and key not in found:
            found[key] = cell
    return found


def _adds_up(cell: JointCell, own: Solved, solved: dict[Key, Solved], deduction: Deduction) -> bool:
    """Return whether the parts of a cell are known and add up to it."""
    if not cell.parts or own.low is None:
        return False
    total = 0
    for part in cell.parts:
        key = deduction.reduced(part) if all(part.values()) else None
        known = Solved(0, 0, exact=True) if key is None else solved.get(key)
        if known is None or not known.fixed or known.low is None:
            return False
        total += known.low
    return total == own.low
