from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from printed_workbooks import CODEBOOK, Recipe, printed

from welfarestats.errors import TableError
from welfarestats.published.matching import Labels
from welfarestats.published.panels import panels_of, printed_frame


def cells(**changed: object) -> pd.DataFrame:
    frame = printed(Recipe(stubs=("health",), banner=("sex",)))
    return printed_frame(frame.assign(**changed))


def test_a_table_is_laid_out_by_line_and_column():
    frame = cells()
    (panel,), notes = panels_of(frame, Labels(CODEBOOK))
    assert (panel.table, panel.question, panel.size) == ("Table 1", "health", len(frame))
    assert [line.label for line in panel.lines if line.statistic == "percent"] == [
        *("Good", "Fair", "Bad", "Fair or bad"),
    ]
    assert panel.lines[-1].answers == ("Fair", "Bad")
    assert [(column.banner, column.label) for column in panel.columns] == [
        *(("", "Total"), ("sex", "Men"), ("sex", "Women")),
    ]
    assert set(notes["reason"]) == {""}
    for where, line, column in zip(panel.where, panel.line, panel.column, strict=True):
        assert frame.loc[where, "stub_category"] == panel.lines[line].label
        assert frame.loc[where, "banner_category"] == panel.columns[column].label


def test_what_prints_like_a_cell_is_half_a_unit_on_either_side():
    frame = cells(value=47.0, decimals=0)
    (panel,), _ = panels_of(frame, Labels(CODEBOOK))
    assert panel.low == pytest.approx(np.full(panel.size, 46.5))
    assert panel.high == pytest.approx(np.full(panel.size, 47.5))
    stars = cells(value=np.nan, mark="*", printed="*")
    (panel,), _ = panels_of(stars, Labels(CODEBOOK))
    assert (panel.low > 0).all()
    assert panel.high == pytest.approx(np.full(panel.size, 0.5))


def test_cells_that_cannot_be_computed_say_why():
    hidden = cells(value=np.nan, mark="[c]", printed="[c]")
    panels, notes = panels_of(hidden, Labels(CODEBOOK))
    assert panels == []
    assert set(notes["reason"]) == {"no figure is printed here ([c])"}
    frame = cells()
    frame.loc[0, "statistic"] = "other"
    frame.loc[frame["banner"] == "Sex", "banner_category"] += " (all)"
    _, notes = panels_of(frame, Labels(CODEBOOK))
    assert notes["reason"][0] == "nothing is computed for a row of kind 'other'"
    assert "has no answer like 'Men (all)'" in " ".join(notes["reason"])


def test_a_base_without_a_stub_belongs_to_the_question_before_it():
    frame = cells()
    frame.loc[frame["statistic"] != "percent", "stub"] = ""
    (panel,), _ = panels_of(frame, Labels(CODEBOOK))
    assert panel.size == len(frame)


def test_columns_that_may_be_left_out_are_filled():
    frame = cells().drop(columns=["sheet", "cell", "mark", "letters", "title"])
    assert set(printed_frame(frame)["mark"]) == {""}
    with pytest.raises(TableError, match="lack the columns 'value'"):
        printed_frame(frame.drop(columns="value"))
