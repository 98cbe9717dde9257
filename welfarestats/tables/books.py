"""Many questions by one banner, in one pass over the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from welfarestats.estimates.comparisons import adjusted
from welfarestats.survey.survey import Survey
from welfarestats.tables.crosstabs import draft, finish, named_once, planned, viewed
from welfarestats.tables.table import Table, TableRecipe, only_one


@dataclass(frozen=True, eq=False)
class Book:
    """Tables by the name of their stub question, in order; frozen.

    Parameters
    ----------
    tables
        The tables.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"], "works": ["Yes", "No"], "owns": ["No", "No"]})
    >>> tables = ws.book(ws.Survey(frame), ["works", "owns"], "sex")
    >>> len(tables), tables["owns"].title
    (2, 'owns, by sex')
    """

    tables: dict[str, Table]

    def __getitem__(self, name: str) -> Table:
        return self.tables[only_one(list(self.tables), name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def to_frame(self) -> pd.DataFrame:
        """Return the cells of all tables, one row each.

        Returns
        -------
        pandas.DataFrame
            The frames of the tables, one below the other.
        """
        return pd.concat([t.to_frame() for t in self.tables.values()], ignore_index=True)

    def to_html(self) -> str:
        """Return the tables as HTML, one below the other.

        Returns
        -------
        str
            A ``<table>`` with its notes for each stub question.
        """
        return "\n".join(table.to_html() for table in self.tables.values())

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Book: {len(self)} tables>"


def book(
    survey: Survey,
    stubs: Sequence[str],
    banner: str | Sequence[str] | None = None,
    **options: Any,
) -> Book:
    """Return a table for each stub question by the same banner, in one pass over the data.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    stubs
        The questions, one table each.
    banner
        The question across the top of every table, or a list of them.
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
        When an option does not exist or no question is given.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> survey = ws.Survey(pd.DataFrame({"sex": ["F", "M"], "works": ["Yes", "No"]}))
    >>> list(ws.book(survey, ["works"], "sex"))
    ['works']
    """
    plan = planned(survey, options)
    names, banners = named_once(stubs, "stub"), named_once(banner, "banner")
    view = viewed(survey, names, banners)
    plan = replace(plan, rules=plan.rules.suited(survey, view))
    drafts = {name: draft(view, [name], banners, plan) for name in names}
    recipes = {name: TableRecipe(survey, (name,), banners, options) for name in names}
    if plan.family != "book":
        return Book(
            {
                name: replace(finish(survey, made, plan), recipe=recipes[name])
                for name, made in drafts.items()
            }
        )
    every = pd.concat([made.pairs for made in drafts.values()], ignore_index=True)
    every = adjusted(every, plan.adjust, "book", plan.rules.level)
    tables = {}
    for name, made in drafts.items():
        pairs = every[every["variable"] == name].reset_index(drop=True)
        tables[name] = replace(finish(survey, made, plan, pairs), recipe=recipes[name])
    return Book(tables)
