"""What a style decided about a cell is what every output shows of it, and nothing more."""

from __future__ import annotations

import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.tables.style_presets import PRESETS

# Percentages that stand nowhere else, so that a hidden one is found wherever it leaks.
GROUPS = {"tiny": (13, 23), "small": (29, 41), "middling": (38, 77), "large": (261, 617)}


def table(style: str) -> ws.Table:
    group, has = [], []
    for name, (yes, base) in GROUPS.items():
        group += [name] * base
        has += ["Yes"] * yes + ["No"] * (base - yes)
    frame = pd.DataFrame({"group": group, "has": has, "constant": 1})
    return ws.crosstab(ws.Survey(frame), "has", "group", style=style, test="auto")


def shown(found: ws.Table) -> dict[tuple[str, str], str]:
    """Return what the frame says is shown, by row and column."""
    frame = found.to_frame()
    keys = zip(frame["stub_category"], frame["banner_category"], strict=True)
    return dict(zip(keys, frame["display"], strict=True))


@pytest.mark.parametrize("style", sorted(PRESETS))
def test_one_decision_reaches_every_output(style: str, tmp_path) -> None:
    found = table(style)
    cells, grid = shown(found), found.grid
    columns = ["Total", *sorted(GROUPS)]
    rows = {row.header: row for row in grid.rows if row.kind == "category"}
    html, words, text = found.to_html(), found.to_markdown(), str(found)
    sheet = openpyxl.load_workbook(found.to_excel(tmp_path / "table.xlsx"))["Table"]
    printed = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value}
    for label, row in rows.items():
        for column, cell in zip(columns, row.cells, strict=True):
            display = cells[label, column]
            assert cell.text == display
            assert display in html
            assert display in words.replace("\\", "")
            assert display in text
            number = re.fullmatch(r"[(\[]?([\d.]+)%?[)\]]?", display)
            value = number[1] if number else display
            percent = "%" in display
            if number and percent:
                value = str(float(value) / 100)
            values = {value, f"{float(value):g}"} if number else {value}
            assert values & printed, (display, sorted(printed))


@pytest.mark.parametrize("style", ["default", "natcen", "nchs", "agency-30-50-100", "dwp-ehd"])
def test_a_hidden_figure_is_in_no_output_and_stays_in_the_frame(style: str, tmp_path) -> None:
    found = table(style)
    frame = found.to_frame()
    tiny = frame[frame["banner_category"] == "tiny"]
    assert set(tiny["state"]) <= {"unreliable", "count-only"}
    np.testing.assert_allclose(sorted(tiny["estimate"]), [10 / 23, 13 / 23])
    assert (tiny["reason"] != "").all()
    path = found.to_excel(tmp_path / "table.xlsx")
    sheet = openpyxl.load_workbook(path)["Table"]
    printed = [str(cell.value) for line in sheet.iter_rows() for cell in line]
    outputs = [found.to_html(), found.to_markdown(), str(found), *found.sentences(), *printed]
    outputs += [bar.text for one in found.plot().series for bar in one.bars]
    for output in outputs:
        # 10 of 23 are 43.5 per cent, 13 of 23 are 56.5
        bare = re.sub(r"<style.*?</style>", "", output, flags=re.DOTALL)
        assert not re.search(r"(?<![\d.,])(43\.5|56\.5|43|57)(?![\d.,])", bare)


@pytest.mark.parametrize("style", ["default", "nchs", "agency-30-50-100"])
def test_the_legend_stands_above_the_table_and_explains_every_mark_that_occurs(style: str) -> None:
    found = table(style)
    legend = dict(found.grid.legend)
    html, words, text = found.to_html(), found.to_markdown().replace("\\", ""), str(found)
    assert legend
    for mark, meaning in legend.items():
        for output, start in ((html, "<tbody"), (words, "| :---"), (text, "-----")):
            above = output[: output.index(start)]
            assert meaning in " ".join(above.split()), (style, mark)
    states = set(found.to_frame()["state"])
    marks = {"unreliable": found.style.hidden, "flagged": found.style.flagged_form}
    for state, mark in marks.items():
        assert (mark.format(figure=" ") in legend) is (state in states)
