"""The figures of a table that a report does or does not print: a number, or a range.

No respondent is needed: a figure is either printed, or it lies in a range that all printed
numbers together leave open. Nothing that was not published is ever given as a point.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import OptionError, ReportError, listed
from welfarestats.output.wording import number_text
from welfarestats.published.feasibility import WEIGHT_FACTORS, extreme_of, statements_of
from welfarestats.published.linear import extreme, extreme_share_at
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import printed_decimals, rounding_interval
from welfarestats.published.quantities import Quantity, numbers_of, quantity_of
from welfarestats.published.report import Report
from welfarestats.published.rows import Row, System, as_system
from welfarestats.published.statements import Statement, statement_of
from welfarestats.published.transcription import CONTRADICTED, PublishedNumber
from welfarestats.survey.codebook import Codebook, Question

#: The column of everyone with an answer.
TOTAL = "Total"
_DUST = 1e-6
#: Weight of a group from which its percentages are not made of dust.
_SOMEBODY = 1e-2
_NOT_AVAILABLE, _NOBODY = "[x]", "[z]"

Limits = tuple[float, float]
#: How many people of which weight are in each cell of a polytope.
People = NDArray[np.float64]


@dataclass(frozen=True)
class PublishedCell:
    """One figure of a table: the numbers that print it, or its limits at each bound on weights.

    ``category`` is empty for the base of the question. ``limits`` are those of percentages or of
    numbers of people; a bound at which there can be nobody has none. ``contradicted`` is whether
    every number that prints it is one that others contradict.
    """

    stub: str
    category: str
    banner: str
    group: str
    asked: PublishedNumber = field(repr=False)
    printed: tuple[PublishedNumber, ...] = ()
    limits: Mapping[float, Limits] = field(default_factory=dict)
    contradicted: bool = False

    @property
    def place(self) -> tuple[str, str, str, str]:
        """The row and the column."""
        return self.stub, self.category, self.banner, self.group

    @property
    def values(self) -> list[str]:
        """The printed values, each once; a number word as its digits."""
        texts = [
            number.printed
            if number.value is None
            else number_text(number.value, printed_decimals(number.printed))
            for number in self.printed
        ]
        return list(dict.fromkeys(texts))

    def ends(self, k: float) -> Limits | None:
        """Return the limits in whole per cent or people, rounded so that they still hold."""
        if k not in self.limits:
            return None
        low, high = self.limits[k]
        if self.category:
            return math.floor(low + _DUST), math.ceil(high - _DUST)
        return math.ceil(low - _DUST), math.floor(high + _DUST)

    def text(self, k: float) -> str:
        """Return the figure as a reader sees it: ``"47"``, ``"12–34"`` or a mark."""
        if self.printed:
            return " / ".join(self.values)
        ends = self.ends(k)
        if ends is None:
            return _NOT_AVAILABLE if self.limits else _NOBODY
        exact = self.limits[k]
        if exact[1] - exact[0] <= _DUST:
            return number_text(exact[0])
        low, high = (number_text(end) for end in ends)
        return low if low == high else f"{low}–{high}"


def weight_factors(report: Report, survey: str) -> tuple[float, ...]:
    """Return the bounds on mean weights that matter: none where every respondent counts once."""
    return (math.inf,) if report.specification(survey).weights is None else WEIGHT_FACTORS


def published_cells(
    report: Report, survey: str, stubs: Sequence[str], banners: Sequence[str], population: str
) -> list[PublishedCell]:
    """Return every cell of a table of questions by questions, among the people of a population.

    Of nets there are only those of which something is printed.

    Raises
    ------
    ReportError
        If there is no such survey or population, or the printed numbers contradict each other.
    CodebookError
        If there is no such question.
    """
    populations = report.specification(survey).populations
    if population not in populations:
        raise ReportError(
            f"survey {survey!r} has no population {population!r}; it has {listed(populations)}."
        )
    wrong = {
        number.item
        for number, note in zip(report.numbers, report.notes, strict=True)
        if note.startswith(CONTRADICTED)
    }
    printed = _by_quantity(report, survey, wrong)
    cells = []
    for cell in _asked(report, survey, stubs, banners, population):
        numbers = printed.get(quantity_of(cell.asked, report), ())
        contradicted = any(number.item in wrong for number in numbers)
        cells.append(replace(cell, printed=numbers, contradicted=contradicted))
    return _with_limits(report, survey, _without_idle_nets(report, survey, cells))


def _by_quantity(
    report: Report, survey: str, wrong: Set[str]
) -> dict[Quantity, tuple[PublishedNumber, ...]]:
    """Return the printed percentages and bases by what they are numbers of.

    A number that others contradict counts only where no other number is printed.
    """
    found: dict[Quantity, list[PublishedNumber]] = defaultdict(list)
    for number in numbers_of(report, "percent", "base"):
        if number.survey == survey:
            found[quantity_of(number, report)].append(number)
    return {
        quantity: tuple([n for n in numbers if n.item not in wrong] or numbers)
        for quantity, numbers in found.items()
    }


def _asked(
    report: Report, survey: str, stubs: Sequence[str], banners: Sequence[str], population: str
) -> Iterator[PublishedCell]:
    codebook = report.codebook(survey)
    columns = [(TOTAL, TOTAL)]
    columns += [(name, label) for name in banners for label in _labels(codebook[name])]
    for stub in stubs:
        if stub in banners:
            raise OptionError(f"question {stub!r} is both stub and banner. Leave one of them out.")
        for category in [*_labels(codebook[stub]), ""]:
            for banner, label in columns:
                group = {} if banner == TOTAL else {banner: label}
                statistic = "percent" if category else "base"
                number = PublishedNumber(
                    "asked", survey, stub, population, group, category, statistic, "0", 0.0, 0
                )
                yield PublishedCell(stub, category, banner, label, number)


def _labels(question: Question) -> list[str]:
    """Return the answers that count, and the nets."""
    if question.kind == "scale" or not question.categories:
        raise OptionError(
            f"question {question.name!r} has no list of answers, so it makes no rows or columns. "
            "Name a question with categories."
        )
    answers = [category.label for category in question.categories if category.valid]
    return answers + [net.label for net in question.nets]


def _without_idle_nets(
    report: Report, survey: str, cells: Sequence[PublishedCell]
) -> list[PublishedCell]:
    """Return the cells without rows and columns of nets of which nothing is printed."""
    codebook = report.codebook(survey)
    names = {cell.stub for cell in cells} | {cell.banner for cell in cells} - {TOTAL}
    nets = {(name, net.label) for name in names for net in codebook[name].nets}
    told = {(cell.stub, cell.category) for cell in cells if cell.printed}
    told |= {(cell.banner, cell.group) for cell in cells if cell.printed}
    idle = nets - told
    return [
        cell
        for cell in cells
        if (cell.stub, cell.category) not in idle and (cell.banner, cell.group) not in idle
    ]


# ---------------------------------------------------------------- what is not printed


def _with_limits(
    report: Report, survey: str, cells: Sequence[PublishedCell]
) -> list[PublishedCell]:
    """Return the cells with the limits of those that are not printed, from one polytope."""
    specification, codebook = report.specification(survey), report.codebook(survey)
    asked = {
        cell.place: statement_of(cell.asked, specification, codebook)
        for cell in cells
        if not cell.printed
    }
    also = [selection for one in asked.values() for selection in (one.part, one.whole)]
    polytope = Polytope(specification, codebook, statements_of(report, survey), also=also)
    most = _most(cells, codebook)
    limits: dict[tuple[str, str, str, str], dict[float, Limits]] = {place: {} for place in asked}
    seen: list[People] = []
    # From the narrowest bound to the widest: what is possible once stays so.
    for k in weight_factors(report, survey):
        system = polytope.system(k)
        if not _possible(system):
            if math.isinf(k):
                raise _nothing_possible(polytope)
            continue
        for place, statement in asked.items():
            rows = polytope.bounded([statement.whole, statement.part], k)
            conditions = _conditions(rows, polytope.size)
            whole = system if conditions is None else _together(system, conditions)
            known = [values for values in seen if _met(conditions, values)]
            if statement.number.statistic == "base":
                found = _people(polytope, whole, statement, known)
            else:
                found = _share(polytope, whole, statement, known, most[place])
            if found is not None:
                limits[place][k] = found[0]
                seen += found[1]
    return [replace(cell, limits=limits.get(cell.place, {})) for cell in cells]


def _most(
    cells: Sequence[PublishedCell], codebook: Codebook
) -> dict[tuple[str, str, str, str], float]:
    """Return what the printed percentages of the other answers leave for each one at most."""
    nets = {cell.stub: {net.label for net in codebook[cell.stub].nets} for cell in cells}
    single = {cell.stub for cell in cells if codebook[cell.stub].kind == "single"}
    least: dict[tuple[str, str, str], float] = defaultdict(float)
    for cell in cells:
        net = cell.category in nets[cell.stub]
        held = bool(cell.printed) and not cell.contradicted
        if held and cell.category and cell.stub in single and not net:
            low = min(rounding_interval(number.printed).low for number in cell.printed)
            least[cell.stub, cell.banner, cell.group] += float(low)
    return {
        cell.place: 100.0
        if cell.category in nets[cell.stub]
        else max(100 - least[cell.stub, cell.banner, cell.group], 0.0)
        for cell in cells
    }


def _people(
    polytope: Polytope, system: System, asked: Statement, known: Sequence[People]
) -> tuple[Limits, list[People]] | None:
    """Return the limits of a number of people; None if the conditions cannot be met."""
    people = polytope.people(asked.whole)
    none = any(values[people].sum() <= _DUST for values in known)
    low = 0.0 if none else extreme_of(polytope, system, asked, largest=False)
    high = extreme_of(polytope, system, asked, largest=True)
    return None if low is None or high is None else ((max(low, 0.0), max(high, 0.0)), [])


def _share(
    polytope: Polytope,
    system: System,
    asked: Statement,
    known: Sequence[People],
    most: float,
) -> tuple[Limits, list[People]] | None:
    """Return the limits of a percentage and people who reach them; None if it is of nobody.

    It cannot be above ``most``. People known to be possible who reach an end save a programme.
    """
    part, whole = polytope.weights(asked.part), polytope.weights(asked.whole)
    reached = [
        100 * values[part].sum() / values[whole].sum()
        for values in known
        if values[whole].sum() > _SOMEBODY
    ]
    limits, people = [], []
    for largest, end in ((False, 0.0), (True, most)):
        if any(abs(value - end) <= _DUST for value in reached):
            limits.append(end)
            continue
        found = extreme_share_at(system, part, np.ones(len(part)), whole, largest=largest)
        if found is None:
            return None
        limits.append(min(max(100 * found[0], 0.0), 100.0))
        people.append(found[1])
    return (limits[0], limits[1]), people


def _nothing_possible(polytope: Polytope) -> ReportError:
    return ReportError(
        f"the published numbers of survey {polytope.survey.name!r} cannot all be true together, so "
        "that they bound nothing. `welfarestats audit` says which; mark them as contradicted."
    )


def _met(conditions: System | None, values: People) -> bool:
    """Return whether values of the variables meet some conditions."""
    if conditions is None:
        return True
    sums = conditions.matrix @ values
    return bool((sums >= conditions.low - _DUST).all() and (sums <= conditions.high + _DUST).all())


def _possible(system: System) -> bool:
    """Return whether any people meet the conditions."""
    nothing = np.zeros(0)
    return extreme(system, nothing.astype(np.int64), nothing, largest=True) is not None


def _conditions(rows: Sequence[Row], size: int) -> System | None:
    return as_system(rows, size) if rows else None


def _together(one: System, more: System) -> System:
    """Return the conditions of two systems as one."""
    from scipy.sparse import vstack

    return System(
        vstack([one.matrix, more.matrix], format="csr"),
        np.concatenate([one.low, more.low]),
        np.concatenate([one.high, more.high]),
        one.sources + more.sources,
    )
