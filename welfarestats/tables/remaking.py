"""A table or a book made again of the same questions: other weights, other bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from welfarestats.errors import TableError
from welfarestats.output.wording import number_text
from welfarestats.survey.capping import with_capped_weights
from welfarestats.survey.survey import Survey
from welfarestats.tables.books import Book, book
from welfarestats.tables.crosstabs import crosstab
from welfarestats.tables.making import Banner
from welfarestats.tables.protected import ProtectedBook, ProtectedTable
from welfarestats.tables.style_presets import choose_style
from welfarestats.tables.table import Table

_ANSWERED = ("dont_know", "refused")


@dataclass(frozen=True)
class Remaking:
    """Makes the same tables again, by name; a table that is in no book has none."""

    survey: Survey
    stubs: dict[str, tuple[str, ...]]
    banners: tuple[Banner, ...]
    options: dict[str, Any]
    filters: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def again(
        self, survey: Survey, stubs: dict[str, tuple[str, ...]] | None = None, **changed: Any
    ) -> pd.DataFrame:
        """Return the cells of all tables, made of a survey, with the name of each."""
        stubs, options = stubs or self.stubs, {**self.options, **changed}
        banners = list(self.banners)
        if "" in stubs:
            return cells_by_table(crosstab(survey, stubs[""], banners, **options))
        filters = {name: asked for name, asked in self.filters.items() if name in stubs}
        return cells_by_table(book(survey, stubs, banners, filters=filters, **options))

    def included(self, stub: str) -> tuple[str, ...]:
        """Return the reasons for missing that count in the base of a stub question."""
        given = self.options.get("base_includes")
        if given is None:
            given = choose_style(self.options.get("style")).missing_in_base
        if given is None:
            question = self.survey.describe_question(stub)
            counted = [question.categories[place] for place in question.counted()]
            given = tuple({one.missing for one in counted if one.missing is not None})
        return (given,) if isinstance(given, str) else tuple(given)

    def has_missing(self) -> bool:
        """Return whether somebody would enter a base."""
        for stub in {stub for stubs in self.stubs.values() for stub in stubs}:
            outside = set(_ANSWERED) - set(self.included(stub))
            categories = self.survey.describe_question(stub).categories
            if any(category.missing in outside for category in categories):
                return True
        return False

    def with_missing(self) -> pd.DataFrame:
        """Return the cells with don't knows and refusals in the base of every question."""
        groups: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        for name, stubs in self.stubs.items():
            for stub in stubs:
                reasons = tuple(sorted({*self.included(stub), *_ANSWERED}))
                own = groups.setdefault(reasons, {})
                own[name] = (*own.get(name, ()), stub)
        frames = [
            self.again(self.survey, stubs, base_includes=reasons)
            for reasons, stubs in groups.items()
        ]
        return pd.concat(frames, ignore_index=True)

    def capped(self, cap: float, unit: str | None) -> tuple[str, pd.DataFrame, str]:
        """Return the scenario's name, its cells, and how many weights were cut."""
        survey = self.survey
        weights = survey.weights
        limit = cap * float(weights[weights > 0].mean()) if unit == "mean" else cap
        changed = with_capped_weights(survey, limit)
        cut = int((weights > limit).sum())
        said = number_text(limit, 0 if limit >= 100 else 3)
        said = said.rstrip("0").rstrip(".") if "." in said else said
        note = f"Weights above {said}: {cut:,} of {weights.size:,}. They were not calibrated again."
        return f"with weights capped at {said}", self.again(changed), note


def remaking_of(table: object) -> Remaking:
    """Return what makes a table, or a whole book, again; `TableError` where nothing can."""
    if isinstance(table, ProtectedTable | ProtectedBook):
        raise TableError(
            "protected tables are not made again, since other weights or bases would show what they"
            " hide. Pass the table or book from before ws.protect, and keep the result to yourself."
        )
    if isinstance(table, Book):
        made = table.made
        return Remaking(
            made.survey, dict(made.stubs), made.banners, dict(made.options), dict(made.filters)
        )
    if not isinstance(table, Table):
        raise TableError(
            f"a {type(table).__name__} does not know how it was made, so it cannot be made"
            " otherwise. Pass what ws.crosstab or ws.book returned."
        )
    recipe = table.recipe
    if recipe.options.get("family") == "book":
        raise TableError(
            "the p-values of this table were adjusted with those of its whole book. Pass the book."
        )
    return Remaking(recipe.survey, {"": recipe.stubs}, recipe.banners, dict(recipe.options))


def cells_by_table(table: Table | Book) -> pd.DataFrame:
    """Return the cells of a table or book with the name of the table; one in no book has none."""
    named = table.tables if isinstance(table, Book) else {"": table}
    frames = [one.to_frame().assign(table=name) for name, one in named.items()]
    return pd.concat(frames, ignore_index=True)
