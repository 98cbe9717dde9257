"""Every state of a cell in every output: one decision, its mark explained above, no figure else."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from every_state import (
    ANSWERS,
    as_in_a_workbook,
    cells_of_html,
    cells_of_markdown,
    cells_of_text,
    cells_of_workbook,
    people,
)

import welfarestats as ws
from welfarestats.tables.bands import STATES, Band
from welfarestats.tables.layout import BASES_TOLD
from welfarestats.tables.style_presets import choose_style

RULE = ws.DisclosureRule(statement="People could be known.", threshold=3, protection=2)
# Counts only between the flagged and the shown, so that one table has every state but one.
STYLE = replace(
    choose_style("default"),
    bands=(
        Band(0, "unreliable"),
        Band(30, "flagged", caveat="Read with caution."),
        Band(50, "shown"),
    ),
    not_asked="[y]",
)
COUNTS = replace(STYLE, bands=(Band(0, "count-only"), Band(50, "shown")))
HIDING = ("unreliable", "confidential", "none-recorded", "not-asked", "not-applicable")


def table(kind: str, *groups: str) -> ws.Table:
    style = COUNTS if kind == "counts" else STYLE
    found = ws.crosstab(people(*groups), "has", "group", style=style)
    return ws.protect(found, RULE) if kind == "protected" else found


TABLES = {kind: table(kind) for kind in ("plain", "counts", "protected")}


def displays(found: ws.Table) -> dict[str, list[tuple[str, str]]]:
    """Return what the frame says is printed, with its state, row by row."""
    frame = found.to_frame()
    return {
        str(label): list(zip(own["display"], own["state"], strict=True))
        for label, own in frame.groupby("stub_category", sort=False)
    }


def test_every_state_occurs():
    states = {state for one in TABLES.values() for state in one.to_frame()["state"]}
    assert states == set(STATES)


@pytest.mark.parametrize("kind", TABLES)
def test_each_output_shows_each_cell_as_the_frame_says(kind: str, tmp_path):
    found, expected = TABLES[kind], displays(TABLES[kind])
    texts = {label: [text for text, _ in cells] for label, cells in expected.items()}
    assert {
        row.header: [(cell.text, cell.state) for cell in row.cells]
        for row in found.grid.rows
        if row.kind == "category"
    } == expected
    html = dict(cells_of_html(found.to_html()))
    markdown = dict(cells_of_markdown(found.to_markdown()))
    text = dict(cells_of_text(str(found)))
    workbook = dict(cells_of_workbook(found.to_excel(tmp_path / "table.xlsx")))
    for label, cells in expected.items():
        assert html[label] == cells
        assert markdown[label] == texts[label]
        assert text[label] == texts[label]
        assert workbook[label] == [as_in_a_workbook(one) for one in texts[label]]


@pytest.mark.parametrize("kind", TABLES)
def test_a_book_shows_what_its_tables_show(kind: str, tmp_path):
    style = COUNTS if kind == "counts" else STYLE
    book = ws.book(people(), ["group", "has"], "group", style=style)
    book = ws.protect(book, RULE) if kind == "protected" else book
    found, expected = book["has"], displays(book["has"])
    rows = cells_of_html(book.to_html())
    at = next(place for place, (label, _) in enumerate(rows) if label == "Yes")
    assert dict(rows[at : at + len(expected)]) == expected
    frame = book.to_frame()
    own = frame[frame["stub"] == "has"]
    assert own["display"].tolist() == found.to_frame()["display"].tolist()
    assert own["state"].tolist() == found.to_frame()["state"].tolist()
    workbook = dict(cells_of_workbook(book.to_excel(tmp_path / "book.xlsx")))
    for label, cells in expected.items():
        assert workbook[label] == [as_in_a_workbook(text) for text, _ in cells]


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(
    "groups", [("large", "small", "tiny"), ("large", "skipped", "exempt", "nobody")]
)
def test_a_chart_draws_what_is_shown_and_marks_the_rest(kind: str, groups: tuple[str, ...]):
    found = table(kind, *groups)
    chart, frame = found.plot(), found.to_frame()
    for series in chart.series:
        own = frame[frame["banner_category"] == series.name]
        assert [bar.text for bar in series.bars] == own["display"].tolist()
        hides = own["state"].isin([*HIDING, "count-only"])
        assert [bar.value is None for bar in series.bars] == hides.tolist()
    shown = frame[frame["banner_category"].isin(groups)]
    drawn = {bar.text for series in chart.series for bar in series.bars}
    for mark, meaning in found.grid.legend:
        occurs = mark in drawn or (" " in mark and "flagged" in set(shown["state"]))
        assert ((mark, meaning) in chart.legend) is occurs
        assert (f"{mark} = {meaning}" in chart.lines_above) is occurs
        assert (f"{mark} means {meaning}" in chart.alt_text) is occurs


@pytest.mark.parametrize("kind", TABLES)
def test_sentences_have_only_figures_that_are_shown(kind: str):
    found = TABLES[kind]
    # What small bases could find is about no figure of the table.
    told = [one for one in found.sentences() if not one.startswith(BASES_TOLD)]
    said = " ".join(told)
    assert ws.draft_sentences(found) == found.sentences()
    frame = found.to_frame()
    printed = {re.sub(r"[^\d]", "", text) for text in frame["display"] if re.search(r"\d", text)}
    for figure in re.findall(r"([\d.]+) per cent", said):
        assert figure in printed
    # 13 and 10 of 23: 57 and 43 per cent
    assert not re.search(r"\b(57|43) per cent", said)
    if kind != "counts":
        assert "small base of 41, read with caution" in said


@pytest.mark.parametrize("kind", TABLES)
def test_the_legend_has_the_marks_that_occur_and_no_others_above_every_table(kind: str, tmp_path):
    found = TABLES[kind]
    frame = found.to_frame()
    style = found.style
    marks = {
        "rounds-to-zero": style.rounds_to_zero,
        "unreliable": style.hidden,
        "confidential": style.confidential,
        "none-recorded": style.none_recorded,
        "not-asked": style.not_asked,
        "not-applicable": style.not_applicable,
        "flagged": "[ ]",
    }
    states = set(frame["state"])
    assert {mark for mark, _ in found.grid.legend} == {
        mark for state, mark in marks.items() if state in states
    }
    path = found.to_excel(tmp_path / "table.xlsx")
    sheet = openpyxl.load_workbook(path).active
    lines = [str(row[0].value) for row in sheet.iter_rows()]
    above = lines[: lines.index("Answer")]
    html, words, text = found.to_html(), found.to_markdown(), str(found)
    for mark, meaning in found.grid.legend:
        assert f"{mark}: {meaning}" in above
        assert meaning in html[: html.index("<tbody")]
        assert meaning in words[: words.index("| Answer")]
        assert meaning in " ".join(text[: text.index("\nAnswer")].split())


@pytest.mark.parametrize("kind", TABLES)
def test_what_is_hidden_stays_in_the_frame_to_be_checked(kind: str):
    frame = TABLES[kind].to_frame()
    hidden = frame[frame["state"].isin(["unreliable", "confidential", "count-only"])]
    assert len(hidden)
    assert hidden["estimate"].notna().all()
    assert (hidden["reason"] != "").all()
    for _, cell in hidden.iterrows():
        group = str(cell["banner_category"])
        if group in ANSWERS:
            counts = ANSWERS[group]
            share = counts.get(str(cell["stub_category"]), 0) / sum(counts.values())
            assert cell["estimate"] == pytest.approx(share)


def test_one_mark_for_two_states_tells_both():
    found = ws.crosstab(people(), "has", "group")
    meaning = dict(found.grid.legend)["[z]"]
    assert meaning == (
        "not applicable: the question was not asked of this group; or not applicable"
    )
    both = replace(choose_style("british-social-attitudes"), bands=STYLE.bands, hidden="*")
    legend = dict(ws.crosstab(people("large", "tiny"), "has", "group", style=both).grid.legend)
    assert "rounds to zero" in legend["*"]
    assert "low reliability" in legend["*"]


def test_zero_and_what_rounds_to_it_printed_alike_are_told_together():
    alike = replace(choose_style("default"), rounds_to_zero="0")
    legend = dict(ws.crosstab(people("large"), "has", style=alike).grid.legend)
    assert legend["0"] == (
        "rounds to zero, but is not zero; or zero: no respondent gave this answer"
    )


def waves(*sizes: int) -> ws.Survey:
    found = {}
    for number, size in enumerate(sizes):
        has = np.where(np.arange(size) % 3 == 0, "Yes", "No")
        frame = pd.DataFrame({"id": range(size), "has": has})
        found[f"wave {number}"] = ws.Survey(frame)
    return ws.stack_waves(found, person="id")


def test_trends_and_flows_show_what_the_style_decides():
    chart = ws.trend_chart(waves(99, 20, 45), "has", "Yes", style=STYLE)
    assert [point.text for point in chart.lines[0].points] == ["33", "[u]", "[33]"]
    assert [point.value is None for point in chart.lines[0].points] == [False, True, False]
    assert [mark for mark, _ in chart.legend] == ["[ ]", "[u]"]
    assert "[u] = low reliability, not shown: unweighted base under 30" in chart.lines_above
    for size, form, state in (
        (20, "[u]", "unreliable"),
        (45, "[0]", "flagged"),
        (99, "0", "shown"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flows = ws.gross_flows(waves(size, size), "has", style=STYLE)
        assert set(flows.changes()["display"]) == {form}
        assert set(flows.changes()["state"]) == {state}


def test_hostile_marks_and_words_stay_text_everywhere(tmp_path):
    hostile = replace(
        choose_style("default"),
        hidden="=cmd|' /C calc'!A0",
        rounds_to_zero="+1+1",
        flagged_form="{figure}<b>",
        notes=("<script>alert(1)</script>", "=1+1"),
        significance="<i>{alpha}",
    )
    found = ws.crosstab(people("large", "small", "tiny"), "has", "group", style=hostile)
    html = found.to_html()
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;script&gt;" in html
    sheet = openpyxl.load_workbook(found.to_excel(tmp_path / "table.xlsx")).active
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    formulas = [cell for cell in texts if cell.value[:1] in "=+-@"]
    assert len(formulas) >= 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in formulas)
    assert "\\<script\\>" in found.to_markdown()
    assert "<script" not in found.plot().to_svg()
