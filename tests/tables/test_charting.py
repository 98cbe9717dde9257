from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import ten

import welfarestats as ws
from welfarestats.errors import TableError
from welfarestats.output.wording import SYNTHETIC_CAPTION


def test_the_bars_are_the_unrounded_percentages_of_the_table_without_its_total():
    table = ws.crosstab(ten(), "works", "sex", style="none")
    chart = table.plot()
    frame = table.to_frame()
    assert [one.name for one in chart.series] == ["Men", "Women"]
    assert chart.categories == ("Yes", "No")
    for one in chart.series:
        own = frame[(frame["banner_category"] == one.name) & (frame["statistic"] == "proportion")]
        assert [bar.value for bar in one.bars] == (100 * own["proportion"]).tolist()
        assert [bar.text for bar in one.bars] == own["display"].tolist()


def test_the_table_stands_beside_its_chart():
    table = ws.crosstab(ten(), "works", "sex", style="none")
    assert table.plot().data == table.grid
    assert table.plot().title == table.title


def test_bases_are_named():
    assert "Unweighted bases: Men: 3; Women: 3." in ws.crosstab(ten(), "works", "sex").plot().base
    assert "Unweighted base: 8." in ws.crosstab(ten(), "works").plot().base


def test_a_table_without_banner_is_one_series():
    chart = ws.crosstab(ten(), "works", style="none").plot()
    assert [one.name for one in chart.series] == ["Total"]


def test_nets_have_no_bar():
    assert ws.crosstab(ten(), "help", style="none").plot().categories == (
        "Family",
        "Friends",
        "Doctor",
    )


def test_what_the_style_hides_has_its_mark_and_no_length():
    chart = ws.crosstab(ten(), "works", "sex").plot()
    bars = [bar for one in chart.series for bar in one.bars]
    assert {bar.text for bar in bars} == {"[u]"}
    assert {bar.value for bar in bars} == {None}


def test_a_chart_of_invented_records_says_so():
    chart = ws.crosstab(ten(origin="synthetic"), "works", "sex", style="none").plot()
    assert chart.origin == "synthetic"
    assert SYNTHETIC_CAPTION in chart.alt_text
    assert SYNTHETIC_CAPTION in chart.lines_above


def test_more_than_four_columns_are_refused_with_what_to_do():
    people = pd.DataFrame({"a": ["x", "y"] * 50, "g": list("12345") * 20})
    with pytest.raises(TableError, match=r"has 5 columns, and a chart shows at most four. Make a"):
        ws.crosstab(ws.Survey(people), "a", "g").plot()


@pytest.mark.parametrize(
    ("stub", "banner", "found"),
    [(["works", "help"], "sex", "2 questions down the side and 1 across"), ("works", ["sex", "help"], "1 questions down the side and 2 across")],
)  # fmt: skip
def test_several_questions_are_refused_with_what_to_do(stub, banner, found: str):
    with pytest.raises(TableError, match=f"{found} the top, and a chart shows one by one"):
        ws.crosstab(ten(), stub, banner).plot()


def test_means_alone_make_no_chart():
    with pytest.raises(TableError, match="has no percentages, only means"):
        ws.crosstab(ten(), "pay", "sex").plot()


@pytest.mark.parametrize("percent", ["row", "total"])
def test_bases_that_are_not_those_of_columns_stay_in_the_table(percent: str):
    chart = ws.crosstab(ten(), "works", "sex", percent=percent, style="none").plot()
    assert chart.base == "all respondents with an answer. Unweighted bases stand in the table."
