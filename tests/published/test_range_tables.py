from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from tiny_reports import CODEBOOK, tiny_report

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError
from welfarestats.published.feasibility import WEIGHT_FACTORS

NUMBERS = [
    "uc: benefit,all,,UC,count,40",
    "nothing: times,all,,Nothing,percent,30",
    "nothing-uc: times,all,benefit=UC,Nothing,percent,50",
]


def test_the_frame_has_a_row_for_each_figure_and_bound(tmp_path: Path):
    report = tiny_report(tmp_path, NUMBERS, weights="sample")
    frame = ws.published_table(report, "s", "times", "benefit").to_frame()
    assert list(frame.columns) == [
        "stub", "stub_category", "banner", "banner_category", "statistic", "k", "printed",
        "low", "high", "display", "lines",
    ]  # fmt: skip
    assert len(frame) == 3 * (3 + 1) * len(WEIGHT_FACTORS)
    printed = frame[frame["printed"].notna()]
    assert printed["low"].isna().all()
    assert set(printed["lines"]) == {(2,), (3,)}
    ranges = frame[frame["printed"].isna()]
    assert (ranges["low"] <= ranges["high"] + 1e-6).all()
    assert set(ranges["lines"]) == {()}


def test_no_figure_is_a_point_unless_it_is_printed_or_follows(tmp_path: Path):
    report = tiny_report(tmp_path, NUMBERS)
    frame = ws.published_table(report, "s", "times", "benefit").to_frame()
    shares = frame[(frame["statistic"] == "percent") & frame["printed"].isna()]
    assert shares["display"].str.contains("–").all()


def test_unweighted_reports_have_one_bound(tmp_path: Path):
    table = ws.published_table(tiny_report(tmp_path, NUMBERS), "s", "times", "benefit")
    assert table.factors == (math.inf,)


def test_a_table_is_frozen_and_shows_itself(tmp_path: Path):
    table = ws.published_table(tiny_report(tmp_path, NUMBERS), "s", "times", "benefit")
    with pytest.raises(FrozenInstanceError):
        table.title = "Another"  # type: ignore[misc]
    assert table._repr_html_() == table.to_html()
    assert "<caption>" in table.to_html()
    assert "| Nothing | 30 | 50 | 15–18 |" in table.to_markdown()
    assert "15–18" in repr(table)
    assert table.title == "Number of kinds of help, by benefit"


def test_hostile_labels_are_escaped(tmp_path: Path):
    codebook = CODEBOOK.replace('label = "ESA"', 'label = "<script>x</script>"')
    report = tiny_report(tmp_path, NUMBERS, codebook=codebook)
    table = ws.published_table(report, "s", "times", "benefit")
    assert "<script" not in table.to_html()
    assert "<script" not in table.plot().to_html()


def test_a_report_without_respondents_will_do(tmp_path: Path):
    assert not (tmp_path / "microdata").exists()
    assert ws.published_table(tiny_report(tmp_path, NUMBERS), "s", "times", []).grid.width == 1


def test_words_that_are_not_choices_are_refused(tmp_path: Path):
    report = tiny_report(tmp_path, NUMBERS)
    with pytest.raises(OptionError, match="groups cannot be 'up'"):
        ws.published_table(report, "s", "times", "benefit", groups="up")
    with pytest.raises(OptionError, match="needs at least one stub question"):
        ws.published_table(report, "s", [], "benefit")
    with pytest.raises(CodebookError, match="'timse'"):
        ws.published_table(report, "s", "timse", "benefit")


def test_a_bound_on_weights_with_which_nothing_is_possible_is_left_out(tmp_path: Path):
    numbers = [
        "uc: benefit,all,,UC,count,10",
        "share: benefit,all,,UC,percent,18",
        "nothing: times,all,,Nothing,percent,30",
    ]
    table = ws.published_table(
        tiny_report(tmp_path, numbers, weights="sample"), "s", "times", "benefit"
    )
    assert table.factors == (2.0, math.inf)
    with pytest.raises(OptionError, match=r"ranges were not found at k=1.25"):
        table.plot(k=1.25)
