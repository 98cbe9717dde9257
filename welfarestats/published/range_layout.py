"""A table of printed figures and ranges, in words and as a chart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from welfarestats.errors import OptionError, TableError, did_you_mean, listed
from welfarestats.output.chart import Bar, Chart, Series
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.wording import BASE_LABELS, join_words, number_text
from welfarestats.published.ranges import TOTAL, PublishedCell

if TYPE_CHECKING:
    from welfarestats.published.range_tables import PublishedTable
    from welfarestats.tables.house_style import HouseStyle

_LEGEND = (
    ("47", "one figure: printed in the report, or the only one that is possible"),
    ("12–34", "two figures: not printed, and between these two, given all that the report prints"),
)
_MARKS = (
    ("[x]", "not available: no such weights give the printed numbers"),
    ("[z]", "not applicable: there can be nobody in the group"),
)
_ASSUMED = (
    "an assumption, of which the report does not say whether it holds: the mean weight of the people "
    "behind every number lies between 1/k and k times that of all. Figures without a k hold for any"
)
_NO_RESPONDENTS = "No figure of this table is computed from respondents."
_OUTER = (
    "The ranges are those of a model that allows everything that is possible, and perhaps a little "
    "more: the truth may lie in a narrower range, never outside."
)


@dataclass(frozen=True)
class _Line:
    """A row or column of figures: an answer or the base, at a bound on weights."""

    stub: str
    category: str
    k: float
    alone: bool


def _lines(table: PublishedTable) -> Iterator[_Line]:
    """Return the answers and bases; of several bounds only where they change a figure."""
    for stub, category in dict.fromkeys((cell.stub, cell.category) for cell in table.cells):
        own = [cell for cell in table.cells if (cell.stub, cell.category) == (stub, category)]
        texts = {tuple(cell.text(k) for cell in own) for k in table.factors}
        factors = table.factors if len(texts) > 1 else table.factors[-1:]
        for k in factors:
            yield _Line(stub, category, k, len(factors) == 1)


def _factor_text(k: float) -> str:
    return "k = ∞" if math.isinf(k) else f"k = {k:g}"


def _factor_words(k: float) -> str:
    return "weights of any size" if math.isinf(k) else f"mean weights within a factor of {k:g}"


def _weighted(table: PublishedTable) -> bool:
    return table.report.specification(table.survey).weights is not None


def _columns(table: PublishedTable) -> list[tuple[str, str]]:
    return list(dict.fromkeys((cell.banner, cell.group) for cell in table.cells))


def _cell(table: PublishedTable, line: _Line, banner: str, group: str) -> Cell:
    place = (line.stub, line.category, banner, group)
    cell = next(cell for cell in table.cells if cell.place == place)
    return Cell(cell.text(line.k), state="shown" if cell.printed else "range")


def _line_title(line: _Line) -> str:
    return line.category or BASE_LABELS["base"]


def _limit(style: HouseStyle) -> float:
    """Return the base from which a style shows figures as they are."""
    cautious = [band.minimum_base for band in style.bands if band.state != "shown"]
    plain = [band.minimum_base for band in style.bands if band.state == "shown"]
    return min((base for base in plain if base > max(cautious, default=-1)), default=0)


def _small(table: PublishedTable, stub: str, banner: str, group: str) -> str:
    """Return whether a base is under the style's limit."""
    place = (stub, "", banner, group)
    cell = next(cell for cell in table.cells if cell.place == place)
    limit = _limit(table.style)
    known = [number.value for number in cell.printed if number.value is not None]
    low, high = (min(known), max(known)) if known else cell.ends(table.factors[-1]) or (0, 0)
    if low >= limit:
        return "no"
    return "yes" if high < limit else "possible"


def _small_title(table: PublishedTable) -> str:
    return f"Base under {number_text(_limit(table.style))}?"


def across(table: PublishedTable) -> Grid:
    """Return the table with a column for each group."""
    labels = {question.name: question.label for question in table.report.codebook(table.survey)}
    columns = _columns(table)
    top, bottom = [], []
    for name in dict.fromkeys(banner for banner, _ in columns):
        own = [group for banner, group in columns if banner == name]
        if name == TOTAL:
            top.append(ColumnHeader(TOTAL, depth=2))
            continue
        top.append(ColumnHeader(labels[name], span=len(own)))
        bottom += [ColumnHeader(group) for group in own]
    headers = (tuple(top), tuple(bottom)) if bottom else ((ColumnHeader(TOTAL),),)
    groups = []
    stubs = dict.fromkeys(cell.stub for cell in table.cells)
    for stub in stubs:
        rows = [
            Row(
                _line_title(line) + ("" if line.alone else f" ({_factor_text(line.k)})"),
                tuple(_cell(table, line, *column) for column in columns),
                "category" if line.category else "base",
            )
            for line in _lines(table)
            if line.stub == stub
        ]
        if _limit(table.style):
            small = tuple(Cell(_small(table, stub, *column)) for column in columns)
            rows.append(Row(_small_title(table), small, "base"))
        groups.append(RowGroup(tuple(rows), labels[stub] if len(stubs) > 1 else ""))
    return _grid(table, headers, tuple(groups), "Answer")


def down(table: PublishedTable) -> Grid:
    """Return the table with a row for each group."""
    labels = {question.name: question.label for question in table.report.codebook(table.survey)}
    lines = list(_lines(table))
    stubs = list(dict.fromkeys(line.stub for line in lines))
    deep = any(not line.alone for line in lines)
    top, bottom = [], []
    for stub in stubs:
        for name in dict.fromkeys(_line_title(line) for line in lines if line.stub == stub):
            own = [one for one in lines if (one.stub, _line_title(one)) == (stub, name)]
            text = name if len(stubs) == 1 else f"{labels[stub]}: {name}"
            depth = 2 if deep and len(own) == 1 else 1
            top.append(ColumnHeader(text, span=len(own), depth=depth))
            if len(own) > 1:
                bottom += [ColumnHeader(_factor_text(line.k)) for line in own]
        if _limit(table.style):
            text = _small_title(table)
            text = text if len(stubs) == 1 else f"{labels[stub]}: {text}"
            top.append(ColumnHeader(text, depth=2 if deep else 1))
    groups = []
    for name in dict.fromkeys(banner for banner, _ in _columns(table)):
        rows = tuple(
            Row(group, tuple(_row_cells(table, lines, banner, group)))
            for banner, group in _columns(table)
            if banner == name
        )
        groups.append(RowGroup(rows, labels.get(name, "")))
    headers = (tuple(top), tuple(bottom)) if deep else (tuple(top),)
    return _grid(table, headers, tuple(groups), "Group")


def _row_cells(
    table: PublishedTable, lines: Sequence[_Line], banner: str, group: str
) -> Iterator[Cell]:
    for number, line in enumerate(lines):
        yield _cell(table, line, banner, group)
        last = number + 1 == len(lines) or lines[number + 1].stub != line.stub
        if last and _limit(table.style):
            yield Cell(_small(table, line.stub, banner, group))


def _grid(
    table: PublishedTable,
    headers: tuple[tuple[ColumnHeader, ...], ...],
    groups: tuple[RowGroup, ...],
    corner: str,
) -> Grid:
    weighted = "Weighted percentages" if _weighted(table) else "Percentages"
    texts = {cell.text(k) for cell in table.cells for k in table.factors}
    legend = _LEGEND + tuple((mark, meaning) for mark, meaning in _MARKS if mark in texts)
    if any(not line.alone for line in _lines(table)):
        legend += (("k", _ASSUMED),)
    return Grid(
        title=table.title,
        subtitle=f"{weighted} of those with an answer. {table.population}.",
        column_headers=headers,
        groups=groups,
        corner=corner,
        legend=legend,
        notes=tuple(_notes(table)),
        source=f"{table.report.title}.",
    )


def _notes(table: PublishedTable) -> Iterator[str]:
    yield _NO_RESPONDENTS
    yield _OUTER
    for cell in table.cells:
        if len(cell.values) > 1:
            lines = join_words(str(number.line) for number in cell.printed)
            yield f"{' / '.join(cell.values)}: printed with more than one value (lines {lines})."
    for cell in table.cells:
        if cell.contradicted:
            lines = join_words(str(number.line) for number in cell.printed)
            yield (
                f"{' / '.join(cell.values)} (line {lines}): other printed numbers contradict it, and "
                "the ranges do without it."
            )
    small = {
        _small(table, cell.stub, cell.banner, cell.group)
        for cell in table.cells
        if not cell.category
    }
    limit = _limit(table.style)
    if limit and "possible" in small:
        yield (
            f"“Possible”: the base is not printed, and what is printed leaves open whether it is "
            f"under {number_text(limit)}."
        )


# ---------------------------------------------------------------- as a chart


def part_of(table: PublishedTable, groups: Sequence[str] | None, title: str) -> PublishedTable:
    """Return the table of some groups only, in the order of the table."""
    names = [group for _, group in _columns(table)]
    wanted = names if groups is None else list(groups)
    for name in wanted:
        if name not in names:
            raise OptionError(
                f"there is no group {name!r} in the table; it has {listed(names, len(names))}."
                f"{did_you_mean(name, names)}"
            )
    cells = tuple(cell for cell in table.cells if cell.group in wanted)
    return replace(table, cells=cells, title=title)


def as_chart(table: PublishedTable, k: float) -> Chart:
    """Return a table as a chart."""
    if not _weighted(table):
        k = table.factors[0]
    elif k not in table.factors:
        raise OptionError(
            f"ranges were not found at k={k!r}; they were at {listed(table.factors)}. Pass one of "
            "them."
        )
    stubs = dict.fromkeys(cell.stub for cell in table.cells)
    if len(stubs) > 1:
        raise TableError(
            f"table {table.title!r} has {len(stubs)} stub questions, and a chart shows one. Make "
            "a table of one stub question."
        )
    columns = _columns(table)
    categories = tuple(dict.fromkeys(cell.category for cell in table.cells if cell.category))
    found = {(cell.category, cell.banner, cell.group): cell for cell in table.cells}
    series = tuple(
        Series(group, tuple(_bar(found[category, banner, group], k) for category in categories))
        for banner, group in columns
    )
    bases = "; ".join(f"{group}: {found['', banner, group].text(k)}" for banner, group in columns)
    weighted = _weighted(table)
    unit = f"Weighted per cent, {_factor_words(k)}" if weighted else "Per cent"
    return Chart(
        title=table.title,
        categories=categories,
        series=series,
        data=table.grid,
        subtitle=f"{unit}. Solid: printed in the report.",
        base=f"{table.population}. Unweighted bases: {bases}.",
        source=f"{table.report.title}.",
    )


def _bar(cell: PublishedCell, k: float) -> Bar:
    """Return a solid bar of what is printed, else a range, else nothing but a mark."""
    if cell.printed:
        values = [number.value for number in cell.printed if number.value is not None]
        return Bar(cell.text(k), values[0] if values else None)
    return Bar(cell.text(k), limits=cell.ends(k))
