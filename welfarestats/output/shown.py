"""Results that read as tables: in text where they are printed, as HTML in notebooks and pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from welfarestats.output.grid import Grid
from welfarestats.output.html import html_table
from welfarestats.output.text import text_table


class ShownAsTables(ABC):
    """A result that shows itself as one or more tables.

    A dataclass of this sort is made with ``repr=False``, or its own would stand before this one.
    """

    @abstractmethod
    def _grids(self) -> Iterable[Grid]:
        """Return the tables, in order."""

    def to_html(self) -> str:
        """Return the result as accessible tables in HTML.

        Returns
        -------
        str
            A fragment for a page.
        """
        return "\n".join(html_table(grid) for grid in self._grids())

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return "\n\n".join(text_table(grid) for grid in self._grids())
