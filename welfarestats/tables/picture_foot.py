"""What stands below a picture made of a table: its marks explained, what could be found, caveats."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from welfarestats.tables.layout import BASES_TOLD

if TYPE_CHECKING:
    from welfarestats.tables.table import Table

__all__ = ["picture_notes"]


def picture_notes(table: Table, texts: Collection[str]) -> tuple[str, ...]:
    """Return the notes of a picture, which is also looked at without the table beside it.

    ``texts`` are the figures and marks that the picture shows.
    """
    marks = [
        f"{mark} = {meaning}." for mark, meaning in table.grid.legend if _stands_in(mark, texts)
    ]
    style = table.style
    # A style that flags without a mark leaves the flag to its caveat.
    unmarked = {
        band.caveat for band in style.bands if (band.form or style.flagged_form) == "{figure}"
    }
    notes = [one for one in table.grid.notes if one in unmarked or one.startswith(BASES_TOLD)]
    recipe = table.recipe
    asked = {
        *recipe.stubs,
        *(n for b in recipe.banners for n in ((b,) if isinstance(b, str) else b)),
    }
    return (*marks, *notes, *recipe.survey.facts.notes_on(asked))


def _stands_in(mark: str, texts: Collection[str]) -> bool:
    """Return whether a mark is one of the texts, or stands round one: "[ ]" round "[47]"."""
    pattern = re.compile(re.escape(mark).replace(r"\ ", ".+"))
    return any(pattern.fullmatch(text) or mark in text for text in texts)
