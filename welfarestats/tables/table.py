"""A finished table: its cells as data, its tests, and its look in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import TableError, did_you_mean, listed
from welfarestats.output.grid import Grid
from welfarestats.output.html import html_table
from welfarestats.output.text import markdown_table, text_table
from welfarestats.tables.blocks import Block
from welfarestats.tables.column_pairs import Seen
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.independence import WALD_METHODS, independence_of
from welfarestats.tables.sheet import Sheet

if TYPE_CHECKING:
    from welfarestats.output.chart import Chart
    from welfarestats.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Recipe:
    """How a table was made: `crosstab` of these makes it again.

    Parameters
    ----------
    survey
        The survey, or the domain of it that the table is about.
    stubs
        The stub questions.
    banners
        The banner questions; two in a tuple are nested.
    options
        The other options of `crosstab` as they were given.
    """

    survey: Survey
    stubs: tuple[str, ...]
    banners: tuple[str | tuple[str, str], ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Table:
    """A cross-tab; frozen. A notebook shows it by itself.

    Parameters
    ----------
    title
        What the table shows.
    style
        The house style that decided what each cell shows.
    origin
        ``"collected"``, or ``"synthetic"`` for invented records.
    recipe
        How it was made.
    sheet
        Its cells, as arrays of rows by columns.
    compare
        Sets out the tested pairs of columns, when they are first asked for; with a margin, also
        whether they are shown to be alike.
    sum_up
        Gives the sums that tests of independence need, when these are first asked for; more of
        them for Wald tests.
    draw
        Puts the table into words, when it is first shown; notes on tests tell of what is
        seen, or of everything.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 60, "works": ["Yes"] * 80 + ["No"] * 40})
    >>> table = ws.crosstab(ws.Survey(frame), "works", "sex")
    >>> table.to_frame().loc[:2, ["stub_category", "banner_category", "count", "display"]]
      stub_category banner_category  count display
    0            No           Total     40      33
    1            No               F     20      33
    2            No               M     20      33
    """

    title: str
    style: HouseStyle
    origin: str
    recipe: Recipe = field(repr=False)
    sheet: Sheet = field(repr=False)
    compare: Callable[[float | None], pd.DataFrame] = field(repr=False)
    sum_up: Callable[[bool], tuple[Block, ...]] = field(repr=False)
    draw: Callable[[Seen | None], Grid] = field(repr=False)

    @cached_property
    def grid(self) -> Grid:
        """The table as words: title, headers, figures, letters, bases, legend, notes."""
        return self.draw(None)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a cell; shared, so that it must not be changed (`to_frame` gives a copy)."""
        return self.sheet.to_frame(self.origin)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair of columns; shared, so that it must not be changed."""
        return self.compare(None)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The sums of each stub by each banner question."""
        return self.sum_up(False)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the cells, one row each, hidden values included.

        Returns
        -------
        pandas.DataFrame
            The columns of the public contract; ``display`` is what the table prints, ``state``
            and ``reason`` say why.
        """
        return self.frame.copy()

    def comparisons(self, *, equivalence_margin: float | None = None) -> pd.DataFrame:
        """Return every pair of columns that was tested, or why it was not, as `compare` does.

        Parameters
        ----------
        equivalence_margin
            A difference of proportions too small to matter, such as 0.1 for ten points: the
            result then says which columns are shown to differ by less. A mean has none here; see
            `compare`.

        Returns
        -------
        pandas.DataFrame
            One row a pair; empty for row and total percentages, whose columns are not compared.
            ``reason`` says why a pair was not tested, or was with caution: the test gates of the
            house style.

        Raises
        ------
        OptionError
            When the margin is not above 0.
        """
        pairs = (
            self.pairs.copy() if equivalence_margin is None else self.compare(equivalence_margin)
        )
        gate = self.style.gate(pairs["effective_base_a"], pairs["effective_base_b"])
        flagged = pairs["tested"].to_numpy(dtype=bool) & gate.flagged & (pairs["reason"] == "")
        pairs.loc[flagged, "reason"] = gate.reason[flagged]
        return pairs

    def independence(self, method: str = "rao-scott-second-order") -> pd.DataFrame:
        """Return a test of independence of each stub and banner question, one row a pair.

        Parameters
        ----------
        method
            ``"rao-scott-second-order"`` (F), ``"rao-scott-first-order"`` (chi-squared),
            ``"adjusted-wald"`` or ``"wald"`` (F; with few PSUs ``"wald"`` is significant far too
            often).

        Returns
        -------
        pandas.DataFrame
            ``stub, banner, method, statistic, df1, df2, p_value``. Nets and the total column do
            not enter; empty rows and columns are left out.

        Raises
        ------
        TableError
            When a question is a multiple response or a scale, so that its categories do not
            divide respondents, or when the table has no banner.
        OptionError
            When the method does not exist.

        References
        ----------
        Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency
        tables with cell proportions estimated from survey data. Annals of Statistics 12, 46-60.
        Thomas, D. R. and Rao, J. N. K. (1987). Small-sample comparisons of level and power for
        simple goodness-of-fit statistics under cluster sampling. Journal of the American
        Statistical Association 82, 630-636.
        """
        blocks = self.sum_up(True) if method in WALD_METHODS else self.blocks
        if not blocks:
            raise TableError("a table without a banner question has nothing to be independent of.")
        for block in blocks:
            if block.association is None:
                raise TableError(
                    f"independence of {block.stub!r} and {block.banner!r} cannot be tested: both"
                    " must have one answer a respondent. Compare columns instead: .comparisons()."
                )
        indicative = self.recipe.survey.facts.indicative
        return independence_of(blocks, method, self.origin, indicative=indicative)

    def to_html(self) -> str:
        """Return the table as an accessible fragment of HTML, without scripts.

        Returns
        -------
        str
            A ``<table>`` with caption and header scopes, its marks explained above it and its
            notes below.
        """
        return html_table(self.grid)

    def to_excel(self, path: str | Path) -> Path:
        """Write the table as a workbook of one sheet.

        Parameters
        ----------
        path
            A file that ends in ``.xlsx``; it is replaced only when the new one is whole.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        OptionError
            When the path does not end in ``.xlsx``.
        """
        from welfarestats.output.spreadsheet import write_workbook

        return write_workbook(path, [("Table", self.grid)], title=self.title)

    def to_markdown(self) -> str:
        """Return the table as Markdown.

        Returns
        -------
        str
            A pipe table with its marks above and its notes below.
        """
        return markdown_table(self.grid)

    def plot(self) -> Chart:
        """Return the percentages as a chart of horizontal bars, with the table beside it.

        Returns
        -------
        Chart
            A notebook shows it by itself; `Chart.to_svg` and `Chart.to_png` write it. It has no
            nets and no total column, and says so if the records are synthetic.

        Raises
        ------
        TableError
            When the table is not of one stub question by at most one banner question with at
            most four columns, or has no percentages; and on drawing, when matplotlib is not
            installed.
        """
        from welfarestats.tables.charting import chart_of

        return chart_of(self)

    def sentences(self) -> list[str]:
        """Return sentences drafted from the table, as `draft_sentences` does.

        Returns
        -------
        list of str
            Plain sentences with figures and bases.
        """
        from welfarestats.tables.sentences import draft_sentences

        return draft_sentences(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return text_table(self.grid)

    def __repr__(self) -> str:
        return text_table(self.grid)


def only_one(names: list[str], wanted: str) -> str:
    """Return ``wanted`` if it is among the names; else raise with the nearest one."""
    if wanted not in names:
        raise TableError(
            f"there is no table {wanted!r} in the book; it has {listed(names)}."
            f"{did_you_mean(wanted, names)}"
        )
    return wanted
