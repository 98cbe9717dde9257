"""Many questions by one banner, in one pass over the data."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from welfarestats.errors import DataWarning, OptionError, did_you_mean, listed
from welfarestats.output.grid import Grid
from welfarestats.output.progress import Tell, progress_told
from welfarestats.survey.survey import Survey
from welfarestats.tables.crosstabs import named_banners, named_once, planned
from welfarestats.tables.independence import WALD_METHODS, independence_of
from welfarestats.tables.making import Made, made_tables
from welfarestats.tables.table import Table, only_one


@dataclass(frozen=True, eq=False)
class Book:
    """Tables by name, in order; frozen. A table takes shape when it is first looked at.

    Parameters
    ----------
    made
        The cells of all tables.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"], "works": ["Yes", "No"], "owns": ["No", "No"]})
    >>> tables = ws.book(ws.Survey(frame), ["works", "owns"], "sex")
    >>> len(tables), tables["owns"].title
    (2, 'owns, by sex')
    """

    made: Made = field(repr=False)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {}

    def __getitem__(self, name: str) -> Table:
        only_one(list(self.made.rows), name)
        if name not in self._tables:
            self._tables[name] = self.made.table(name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made.rows)

    def __len__(self) -> int:
        return len(self.made.rows)

    @property
    def tables(self) -> dict[str, Table]:
        """Every table by its name, in order."""
        return {name: self[name] for name in self}

    @property
    def left_out(self) -> dict[str, str]:
        """Why tables that were asked for are not in the book, by their names."""
        return dict(self.made.left_out)

    @property
    def origin(self) -> str:
        """``"collected"``, or ``"synthetic"`` for invented records."""
        return self.made.survey.origin

    def to_frame(self) -> pd.DataFrame:
        """Return the cells of all tables, one row each.

        Returns
        -------
        pandas.DataFrame
            The frames of the tables, one below the other.
        """
        return self.made.sheet.to_frame(self.origin)

    def independence(self, method: str = "rao-scott-second-order") -> pd.DataFrame:
        """Return the tests of independence of all tables, one row a stub and banner question.

        Parameters
        ----------
        method
            As in `Table.independence`.

        Returns
        -------
        pandas.DataFrame
            ``stub, banner, method, statistic, df1, df2, p_value``. A question that is a scale or a
            multiple response, on either side, has no test and no row.

        Raises
        ------
        OptionError
            When the method does not exist.
        """
        wald = method in WALD_METHODS
        names = self._tested_names()
        blocks = [block for name in names for block in self.made.sums(name, wald=wald)]
        return independence_of(
            [b for b in blocks if b.association is not None],
            method,
            self.origin,
            indicative=self.made.survey.facts.indicative,
        )

    def _tested_names(self) -> list[str]:
        """Return the tables that may be tested; in a protected book not all of them."""
        return list(self)

    def to_html(self) -> str:
        """Return the tables as HTML, one below the other.

        Returns
        -------
        str
            A ``<table>`` with its notes for each stub question.
        """
        return "\n".join(table.to_html() for table in self.tables.values())

    def to_excel(self, path: str | Path, *, title: str = "Tables") -> Path:
        """Write a workbook with a contents sheet and one sheet a table.

        Parameters
        ----------
        path
            A file that ends in ``.xlsx``; it is replaced only when the new one is whole.
        title
            Title of the document and of its contents.

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

        return write_workbook(path, self._grids(), title=title)

    def to_html_page(self, path: str | Path, *, title: str = "Tables") -> Path:
        """Write one HTML page with a list of contents and every table.

        Parameters
        ----------
        path
            A file that ends in ``.html``; it is replaced only when the new one is whole.
        title
            Title of the page.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        OptionError
            When the path does not end in ``.html``.
        """
        from welfarestats.output.book_pages import write_book_page

        return write_book_page(path, self._grids(), title=title)

    def _grids(self) -> list[tuple[str, Grid]]:
        return [(name, table.grid) for name, table in self.tables.items()]

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Book: {len(self)} tables>"


def book(
    survey: Survey,
    stubs: str | Sequence[str] | Mapping[str, str | Sequence[str]],
    banner: str | Sequence[str | tuple[str, str]] | None = None,
    *,
    filters: Mapping[str, Mapping[str, Any]] | None = None,
    titles: Mapping[str, str] | None = None,
    progress: bool | Tell = False,
    **options: Any,
) -> Book:
    """Return a table for each stub question by the same banner, in one pass over the data.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    stubs
        The questions, one table each; or tables by name with the question, or the questions of a
        grid, that stand down their side.
    banner
        The question across the top of every table, or a list of them; two in a tuple are nested.
    filters
        For tables by name, who is in them: ``{"hours": {"works": "Yes"}}``, as in `Survey.domain`.
    titles
        For tables by name, a title of their own.
    progress
        Whether a bar on standard error shows how much is done; or a function that is called with
        a number of tables, of all tables.
    **options
        As for `crosstab`; ``family="book"`` adjusts the p-values of all tables together.

    Returns
    -------
    Book
        ``book["readiness"]`` is a `Table`.

    Raises
    ------
    CodebookError
        When a question does not exist.
    OptionError
        When an option does not exist, no question is given, or a filter is of no table.
    DataError
        When none of the tables can be made.

    Warns
    -----
    DataWarning
        When questions that nobody answered, or identifiers and free text, are left out.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"], "works": ["Yes", "No"], "owns": ["No", "No"]})
    >>> survey = ws.Survey(frame)
    >>> list(ws.book(survey, ["works"], "sex"))
    ['works']
    >>> ws.book(survey, {"Owners": "works"}, "sex", filters={"Owners": {"owns": "No"}})
    <Book: 1 tables>
    """
    plan = planned(survey, options)
    tables = _tables(stubs)
    _check_filters(filters or {}, tables)
    _check_names(titles or {}, tables, "title")
    with progress_told("tables", progress=progress) as tell:
        made = made_tables(
            survey,
            tables,
            named_banners(banner),
            plan,
            options,
            filters=filters,
            titles=titles,
            progress=tell,
            keep_going=True,
        )
    if made.left_out:
        first = next(iter(made.left_out))
        warnings.warn(
            f"{len(made.left_out):,} of {len(tables):,} tables cannot be made and are left out:"
            f" {listed(made.left_out)}. The first: {made.left_out[first]} See book.left_out.",
            DataWarning,
            stacklevel=2,
        )
    return Book(made)


def _tables(stubs: Any) -> dict[str, tuple[str, ...]]:
    """Return the stub questions of each table by its name."""
    if isinstance(stubs, Mapping):
        tables = {str(name): named_once(own, "stub") for name, own in stubs.items()}
    else:
        tables = {name: (name,) for name in named_once(stubs, "stub")}
    empty = [name for name, own in tables.items() if not own]
    if not tables or empty:
        raise OptionError(
            "a table needs at least one stub question."
            + (f" Table {empty[0]!r} has none." if empty else "")
        )
    return tables


def _check_filters(filters: Mapping[str, Mapping[str, Any]], tables: Mapping[str, Any]) -> None:
    _check_names(filters, tables, "filter")
    for name, asked in filters.items():
        if not isinstance(asked, Mapping):
            raise OptionError(
                f"the filter of table {name!r} names questions and their answers, as in"
                f" {{'works': 'Yes'}}, not {type(asked).__name__!r}."
            )


def _check_names(given: Mapping[str, Any], tables: Mapping[str, Any], what: str) -> None:
    for name in given:
        if name not in tables:
            raise OptionError(
                f"there is a {what} for the table {name!r}, which is not among the"
                f" {len(tables):,} tables.{did_you_mean(name, tables)}"
            )
