from __future__ import annotations

import math
from pathlib import Path

import pytest
from tiny_reports import tiny_report

from welfarestats.errors import OptionError, TableError
from welfarestats.output.grid import Grid
from welfarestats.published.range_tables import PublishedTable, published_table
from welfarestats.published.report import load_report

NUMBERS = [
    "uc: benefit,all,,UC,count,40",
    "nothing-base: times,all,benefit=UC,,base,40",
    "nothing: times,all,,Nothing,percent,30",
    "nothing-uc: times,all,benefit=UC,Nothing,percent,50",
]


def made(folder: Path, *, weights: str = "", **options) -> PublishedTable:
    report = tiny_report(folder, NUMBERS, weights=weights)
    return published_table(report, "s", options.pop("stub", "times"), "benefit", **options)


def body(grid: Grid) -> dict[str, list[str]]:
    return {row.title: [cell.text for cell in row.cells] for row in grid.rows}


def test_groups_stand_across_as_in_a_cross_tab(tmp_path: Path):
    grid = made(tmp_path).grid
    assert [path[-1].text for path in grid.column_paths] == ["Total", "UC", "ESA"]
    rows = body(grid)
    assert rows["Nothing"] == ["30", "50", "15–18"]
    assert rows["Unweighted base"] == ["100", "40", "60"]
    assert rows["Base under 50?"] == ["no", "yes", "no"]


def test_groups_stand_down_where_a_page_is_narrow(tmp_path: Path):
    grid = made(tmp_path, groups="down").grid
    heads = ["Nothing", "One", "Several", "Unweighted base", "Base under 50?"]
    assert [path[-1].text for path in grid.column_paths] == heads
    assert body(grid)["ESA"][0] == "15–18"
    assert body(grid)["UC"][-2:] == ["40", "yes"]
    assert [group.header for group in grid.groups] == ["", "Benefit"]


def test_a_range_is_told_from_a_printed_figure_by_its_form_and_its_state(tmp_path: Path):
    (nothing, *_) = made(tmp_path).grid.rows
    assert [cell.state for cell in nothing.cells] == ["shown", "shown", "range"]
    assert "two figures: not printed" in dict(made(tmp_path).grid.legend)["12–34"]


@pytest.mark.parametrize("groups", ["across", "down"])
def test_a_bound_on_weights_is_named_only_where_it_changes_a_figure(tmp_path: Path, groups: str):
    plain = made(tmp_path / "plain", groups=groups).grid
    assert "k = 1.25" not in repr(plain)
    assert "k" not in dict(plain.legend)
    weighted = made(tmp_path / "weighted", weights="sample", groups=groups)
    assert "k = 1.25" in repr(weighted.grid)
    assert "between 1/k and k times" in dict(weighted.grid.legend)["k"]
    assert weighted.grid.subtitle.startswith("Weighted percentages")


def test_several_stubs_have_their_names(tmp_path: Path):
    across = made(tmp_path / "a", stub=["times", "mood"]).grid
    assert [group.header for group in across.groups] == ["Number of kinds of help", "Mood"]
    down = made(tmp_path / "d", stub=["times", "mood"], groups="down").grid
    assert down.column_paths[0][0].text == "Number of kinds of help: Nothing"


def test_a_base_that_is_not_printed_may_be_small(tmp_path: Path):
    report = tiny_report(tmp_path, NUMBERS[2:])
    table = published_table(report, "s", "times", "benefit")
    assert body(table.grid)["Base under 50?"] == ["no", "possible", "possible"]
    assert any(note.startswith("“Possible”") for note in table.grid.notes)


def test_a_style_without_a_rule_has_no_mark_for_small_bases(tmp_path: Path):
    for groups in ("across", "down"):
        grid = made(tmp_path / groups, style="none", groups=groups).grid
        assert "Base under" not in str(grid)


def test_two_values_of_one_figure_are_noted_with_their_lines(tmp_path: Path):
    report = tiny_report(
        tmp_path, ["a: benefit,all,,UC,percent,40", "b: benefit,all,,UC,percent,40.4"]
    )
    table = published_table(report, "s", "benefit", [])
    assert body(table.grid)["UC"] == ["40 / 40.4"]
    assert "40 / 40.4: printed with more than one value (lines 1 and 2)." in table.grid.notes


def test_a_contradicted_figure_is_noted(tmp_path: Path):
    tiny_report(tmp_path, NUMBERS)
    path = tmp_path / "published.csv"
    text = path.read_text(encoding="utf-8").replace("30,30,3,", "30,30,3,contradicted: line 9")
    path.write_text(text, encoding="utf-8")
    table = published_table(load_report(tmp_path), "s", "times", "benefit")
    assert any(note.startswith("30 (line 3): other printed") for note in table.grid.notes)


def test_no_record_is_behind_the_table(tmp_path: Path):
    table = made(tmp_path)
    assert table.grid.origin == ""
    assert "No figure of this table is computed from respondents." in table.grid.notes


# ---------------------------------------------------------------- as a chart


def test_printed_figures_are_bars_and_the_others_ranges(tmp_path: Path):
    chart = made(tmp_path).plot(["UC", "ESA"])
    uc, esa = chart.series
    assert (uc.bars[0].value, uc.bars[0].limits) == (50.0, None)
    assert (esa.bars[0].value, esa.bars[0].limits) == (None, (15, 18))
    assert chart.base == "All respondents. Unweighted bases: UC: 40; ESA: 60."


def test_the_table_of_the_same_groups_stands_beside_the_chart(tmp_path: Path):
    chart = made(tmp_path).plot(["ESA"], title="On ESA")
    assert [path[-1].text for path in chart.data.column_paths] == ["ESA"]
    assert chart.data.title == chart.title == "On ESA"


def test_the_bound_on_weights_is_named_in_the_chart(tmp_path: Path):
    table = made(tmp_path, weights="sample")
    assert "mean weights within a factor of 2" in table.plot(["ESA"]).subtitle
    assert "weights of any size" in table.plot(["ESA"], k=math.inf).subtitle


def test_a_bound_at_which_nothing_was_found_is_refused(tmp_path: Path):
    with pytest.raises(OptionError, match=r"ranges were not found at k=3; they were at '1.25'"):
        made(tmp_path, weights="sample").plot(k=3)


def test_a_group_that_does_not_exist_brings_the_nearest(tmp_path: Path):
    with pytest.raises(OptionError, match=r"no group 'EAS' in the table.*Did you mean 'ESA'"):
        made(tmp_path).plot(["EAS"])


def test_several_stubs_make_no_chart(tmp_path: Path):
    with pytest.raises(TableError, match="has 2 stub questions, and a chart shows one"):
        made(tmp_path, stub=["times", "mood"]).plot()
