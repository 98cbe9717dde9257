"""Results that show themselves as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables


@dataclass(frozen=True, eq=False, repr=False)
class Counts(ShownAsTables):
    """Two tables of one row."""

    rows: dict[str, str]

    def _grids(self) -> Iterator[Grid]:
        for title, number in self.rows.items():
            yield plain_grid(title, ["Who", "Count"], [["<b>", number]])


def test_every_table_is_shown_in_text_and_in_html():
    counts = Counts({"Asked": "5", "Answered": "4"})
    assert repr(counts).index("Asked") < repr(counts).index("Answered")
    assert counts.to_html().count("<table") == 2
    assert "&lt;b&gt;" in counts.to_html()
    assert counts._repr_html_() == counts.to_html()


def test_a_result_must_say_what_its_tables_are():
    with pytest.raises(TypeError, match="abstract"):
        ShownAsTables()  # type: ignore[abstract]
