"""What a report prints in a table's place: printed figures, and ranges for all others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from welfarestats.errors import OptionError, one_of
from welfarestats.output.chart import Chart
from welfarestats.output.grid import Grid
from welfarestats.output.html import html_table
from welfarestats.output.text import markdown_table, text_table
from welfarestats.output.wording import join_words
from welfarestats.published.claims import MAIN_FACTOR
from welfarestats.published.range_layout import across, as_chart, down, part_of
from welfarestats.published.ranges import PublishedCell, published_cells, weight_factors
from welfarestats.published.report import Report
from welfarestats.tables.crosstabs import named_once
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.style_presets import choose_style

_LAYOUTS = ("across", "down")
_FRAME_COLUMNS = (
    "stub", "stub_category", "banner", "banner_category", "statistic", "k", "printed",
    "low", "high", "display", "lines",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """A table of printed figures and of ranges of the others; frozen. A notebook shows it.

    Parameters
    ----------
    report
        The report.
    survey
        The survey.
    title
        What the table shows.
    population
        Whom it is about, in words.
    cells
        The figures.
    factors
        The bounds on mean weights at which the ranges were found.
    groups
        ``"across"``: the groups are columns, as in a cross-tab; ``"down"``: they are rows.
    style
        The house style whose rule for small bases is used.

    See Also
    --------
    published_table : Makes one.
    """

    report: Report = field(repr=False)
    survey: str
    title: str
    population: str
    cells: tuple[PublishedCell, ...] = field(repr=False)
    factors: tuple[float, ...]
    groups: str
    style: HouseStyle = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the figures, one row for each and each bound on mean weights.

        Returns
        -------
        DataFrame
            ``stub, stub_category`` (empty for a base), ``banner, banner_category, statistic``
            (``percent`` or ``base``), ``k, printed`` (missing if it is not), ``low, high``
            (missing if it is printed), ``display`` and ``lines``, where it is printed.
        """
        rows = [
            (
                *(cell.stub, cell.category, cell.banner, cell.group),
                *(cell.asked.statistic, k, " / ".join(cell.values) or None),
                *cell.limits.get(k, (math.nan, math.nan)),
                *(cell.text(k), tuple(sorted({number.line for number in cell.printed}))),
            )
            for cell in self.cells
            for k in self.factors
        ]
        frame = pd.DataFrame(rows, columns=list(_FRAME_COLUMNS))
        texts = [name for name in _FRAME_COLUMNS if name not in ("k", "low", "high", "lines")]
        return frame.astype(dict.fromkeys(texts, "str") | {"lines": object})

    @cached_property
    def grid(self) -> Grid:
        """The table as words."""
        return across(self) if self.groups == "across" else down(self)

    def plot(
        self,
        groups: Sequence[str] | None = None,
        *,
        k: float = MAIN_FACTOR,
        title: str | None = None,
    ) -> Chart:
        """Return groups of the table as a chart: bars of what is printed, and hatched ranges.

        Parameters
        ----------
        groups
            Labels of one to four groups; all of them when left out.
        k
            The bound on mean weights at which the ranges are shown.
        title
            Title of the chart; that of the table when left out.

        Returns
        -------
        Chart
            With the table of these groups beside it.

        Raises
        ------
        TableError
            If the table has more than one stub question, or there are more than four groups.
        OptionError
            If there is no such group, or ranges were not found at this bound.
        """
        return as_chart(part_of(self, groups, title or self.title), k)

    def to_html(self) -> str:
        """Return the table as an accessible fragment of HTML, without scripts.

        Returns
        -------
        str
            A ``<table>`` with what its marks mean above it and its notes below.
        """
        return html_table(self.grid)

    def to_markdown(self) -> str:
        """Return the table as Markdown.

        Returns
        -------
        str
            A pipe table with its marks above and its notes below.
        """
        return markdown_table(self.grid)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return text_table(self.grid)

    def __repr__(self) -> str:
        return text_table(self.grid)


def published_table(
    report: Report,
    survey: str,
    stub: str | Sequence[str],
    banner: str | Sequence[str],
    *,
    population: str = "all",
    groups: str = "across",
    style: str | HouseStyle | None = None,
    title: str | None = None,
) -> PublishedTable:
    """Return a table of what a report prints, with ranges for the figures it does not print.

    Each figure is either printed, or it lies between two values that follow from everything
    that is printed about the survey. No figure is computed from respondents.

    Parameters
    ----------
    report : Report
        The report.
    survey : str
        The survey.
    stub : str or sequence of str
        The questions whose answers are shown in per cent.
    banner : str or sequence of str
        The questions that make the groups.
    population : str, default "all"
        The people, as named in ``spec.toml``.
    groups : {"across", "down"}, default "across"
        Whether the groups are columns, as in a cross-tab, or rows, which fits a page better if
        there are many.
    style : str, HouseStyle or None, default None
        A preset's name or a style, for its rule on small bases; None for the package default.
    title : str or None, default None
        Title of the table; made from the labels when left out.

    Returns
    -------
    PublishedTable
        Shown by itself in a notebook; ``.to_frame()`` has one row for each figure and bound on
        mean weights, ``.plot()`` is a chart of a few groups.

    Raises
    ------
    ReportError
        If there is no such survey or population, or the printed numbers cannot all be true.
    CodebookError
        If there is no such question.
    OptionError
        If a question has no list of answers, or an option is not one of its words.

    See Also
    --------
    audit : Says which printed numbers cannot be true together.

    Notes
    -----
    The model is that of the audit. Where weights matter, ranges are found for mean weights of the
    people behind every number within a factor of 1.25 and of 2 of the overall mean, and without
    a bound; a line for each factor is shown only where it changes something. A factor with which
    the printed numbers cannot all be true is left out.

    Examples
    --------
    >>> import welfarestats as ws
    >>> report = ws.load_report("ehd-2025")
    >>> table = ws.published_table(report, "wave1", "plan_tailored", "read_plan")
    >>> table.to_frame()[["stub_category", "banner_category", "display"]].iloc[:3]
                 stub_category banner_category display
    0  Agree or strongly agree           Total      86
    1  Agree or strongly agree             Yes      86
    2  Agree or strongly agree              No     [z]
    """
    one_of(groups, _LAYOUTS, "groups")
    stubs, banners = named_once(stub, "stub"), named_once(banner, "banner")
    if not stubs:
        raise OptionError("a table needs at least one stub question.")
    cells = published_cells(report, survey, stubs, banners, population)
    codebook = report.codebook(survey)
    made = "; ".join(codebook[name].label for name in stubs)
    if banners:
        made += f", by {join_words(_lower(codebook[name].label) for name in banners)}"
    return PublishedTable(
        report=report,
        survey=survey,
        title=title or made,
        population=report.specification(survey).populations[population].label,
        cells=tuple(cells),
        factors=_used(cells, weight_factors(report, survey)),
        groups=groups,
        style=choose_style(style),
    )


def _used(cells: Sequence[PublishedCell], factors: tuple[float, ...]) -> tuple[float, ...]:
    """Return the bounds on weights with which the printed numbers can be true."""
    found = {k for cell in cells for k in cell.limits}
    return tuple(k for k in factors if k in found) or factors


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
