"""What every picture has: a file of lines or dots, its words for those who do not see it, its table."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from base64 import b64encode
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from welfarestats.errors import TableError
from welfarestats.output.files import replaced_when_whole
from welfarestats.output.html import html_table
from welfarestats.output.markup import html_text, printable_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from welfarestats.output.grid import Grid

_DOTS_PER_INCH = 200


class Picture(ABC):
    """A chart that can be drawn; a notebook shows it by itself."""

    title: str
    data: Grid

    @property
    @abstractmethod
    def alt_text(self) -> str:
        """What the picture shows, in words, for those who do not see it."""

    @abstractmethod
    def _draw(self) -> Figure:
        """Return the figure of matplotlib."""

    def figure(self) -> Figure:
        """Return the chart as a figure of matplotlib, for changes of one's own.

        Returns
        -------
        matplotlib.figure.Figure
            It belongs to no window and is the same at every call.

        Raises
        ------
        TableError
            If matplotlib is not installed.
        """
        return self._draw()

    def to_svg(self, path: str | Path | None = None) -> str:
        """Return the chart as SVG, the same at every call.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it too; an old file is replaced only when the new one is whole.

        Returns
        -------
        str
            The document, with its alternative text and with letters as outlines, so that it
            looks the same everywhere.
        """
        drawing = drawing_module("drawing")
        written = io.StringIO()
        with drawing.settings():
            self._draw().savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        label = html_text(printable_text(self.alt_text))
        text = written.getvalue().replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        if path is not None:
            with replaced_when_whole(Path(path)) as partial:
                partial.write_text(text, encoding="utf-8")
        return text

    def to_png(self, path: str | Path) -> Path:
        """Write the chart as a picture.

        Parameters
        ----------
        path : str or Path
            The file; an old one is replaced only when the new one is whole.

        Returns
        -------
        Path
            The file.
        """
        drawing = drawing_module("drawing")
        details = {"Software": None, "Title": self.title, "Description": self.alt_text}
        with drawing.settings(), replaced_when_whole(Path(path)) as partial:
            self._draw().savefig(partial, format="png", dpi=_DOTS_PER_INCH, metadata=details)
        return Path(path)

    def to_html(self) -> str:
        """Return the chart and its table as a fragment of HTML, without scripts.

        Returns
        -------
        str
            A ``<figure>`` that holds the picture with its alternative text, and the table in a
            part that opens on demand.
        """
        # As an image of its own, its ids cannot clash with those of other charts on the page.
        picture = b64encode(self.to_svg().encode("utf-8")).decode("ascii")
        return (
            '<figure class="welfare-chart" style="margin:0 0 2rem">'
            f'<img role="img" alt="{html_text(self.alt_text)}" '
            f'src="data:image/svg+xml;base64,{picture}" '
            'style="max-width:100%;height:auto;background:#fff">'
            "<details><summary>The figures of this chart as a table</summary>"
            f"{html_table(self.data)}</details></figure>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.alt_text


def drawing_module(name: str) -> ModuleType:
    """Return a module that draws, which needs matplotlib."""
    try:
        return import_module(f"welfarestats.output.{name}")
    except ModuleNotFoundError as error:
        raise TableError(
            f"a chart is drawn with matplotlib, and {error.name!r} is not installed. "
            "Run: pip install 'welfarestats[charts]'"
        ) from None
