"""A finished table: its cells as data, its tests, and its look in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from welfarestats.errors import TableError, did_you_mean, listed, one_of
from welfarestats.formulas.linearization import ratio_jacobian
from welfarestats.formulas.significance import rao_scott
from welfarestats.output.grid import Grid
from welfarestats.output.html import html_table
from welfarestats.output.text import markdown_table, text_table
from welfarestats.tables.blocks import Block
from welfarestats.tables.house_style import HouseStyle

if TYPE_CHECKING:
    from welfarestats.output.chart import Chart
    from welfarestats.survey.survey import Survey

INDEPENDENCE_METHODS = {
    "rao-scott-second-order": "second",
    "rao-scott-first-order": "first",
}


@dataclass(frozen=True, eq=False)
class TableRecipe:
    """How a table was made, so that it can be made again otherwise.

    Parameters
    ----------
    survey
        The survey, or the domain of it.
    stubs, banners
        Names of the questions.
    options
        The options of `crosstab` as they were given.
    """

    survey: Survey
    stubs: tuple[str, ...]
    banners: tuple[str, ...]
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
    frame
        One row a cell.
    pairs
        One row a tested pair of columns.
    blocks
        The sums that the test of independence needs.
    draw
        Puts the table into words, when it is first shown.
    recipe
        How it was made.

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
    frame: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    draw: Callable[[], Grid] = field(repr=False)
    recipe: TableRecipe | None = field(default=None, repr=False)

    @cached_property
    def grid(self) -> Grid:
        """The table as words: title, headers, figures, letters, bases, legend, notes."""
        return self.draw()

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the cells, one row each, hidden values included.

        Returns
        -------
        pandas.DataFrame
            The columns of the public contract; ``display`` is what the table prints, ``state``
            and ``reason`` say why.
        """
        return self.frame.copy()

    def comparisons(self) -> pd.DataFrame:
        """Return every pair of columns that was tested, or why it was not, as `compare` does.

        Returns
        -------
        pandas.DataFrame
            One row a pair; empty for row and total percentages, whose columns are not compared.
        """
        return self.pairs.copy()

    def independence(self, method: str = "rao-scott-second-order") -> pd.DataFrame:
        """Return a test of independence of each stub and banner question, one row a pair.

        Parameters
        ----------
        method
            ``"rao-scott-second-order"`` (F) or ``"rao-scott-first-order"`` (chi-squared).

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
        """
        one_of(method, INDEPENDENCE_METHODS, "method")
        blocks = [block for block in self.blocks if block.banner != "Total"]
        if not blocks:
            raise TableError("a table without a banner question has nothing to be independent of.")
        rows = [self._tested(block, method) for block in blocks]
        return pd.DataFrame(
            rows, columns=["stub", "banner", "method", "statistic", "df1", "df2", "p_value"]
        )

    def _tested(self, block: Block, method: str) -> list[object]:
        if not block.single or block.cells is None:
            raise TableError(
                f"independence of {block.stub!r} and {block.banner!r} cannot be tested: both must"
                " have one answer a respondent. Compare columns instead: .comparisons()."
            )
        name = [block.stub, block.banner, method]
        cells = block.cells
        base = float(cells.count[0, 1])
        if not base or (self.origin == "synthetic" and block.blank):
            return [*name, np.nan, np.nan, np.nan, np.nan]
        item, column = np.indices((block.stub_size, block.banner_size)).reshape(2, -1)
        here = cells.flat(item + 1, column + 2)
        everyone = np.repeat(cells.flat(0, 1), here.size)
        eye = np.eye(cells.count.size)
        totals = cells.weighted.ravel()
        jacobian = ratio_jacobian(eye[here], eye[everyone], totals)
        shape = (block.stub_size, block.banner_size)
        found = rao_scott(
            (totals[here] / totals[everyone]).reshape(shape),
            cells.covariance(jacobian),
            base=base,
            degrees_of_freedom=cells.degrees_of_freedom([cells.flat(0, 1)], base),
            order=INDEPENDENCE_METHODS[method],
        )
        return [*name, found.statistic, found.df1, found.df2, found.p_value]

    def to_html(self) -> str:
        """Return the table as an accessible fragment of HTML, without scripts.

        Returns
        -------
        str
            A ``<table>`` with caption and header scopes, its marks explained above it and its
            notes below.
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
