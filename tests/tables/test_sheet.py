"""Rows by columns, and the frame of them."""

from __future__ import annotations

import pandas as pd
from toy_tables import panel, ten

import welfarestats as ws
from welfarestats.tables.sheet import FRAME_COLUMNS


def test_a_frame_is_the_sheet_row_by_row() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    sheet, frame = table.sheet, table.to_frame()
    assert list(frame) == FRAME_COLUMNS
    assert sheet.values["count"].shape == (3, 3)
    assert frame["count"].tolist() == sheet.values["count"].ravel().tolist()
    assert frame["banner_category"].tolist()[:3] == ["Total", "Men", "Women"]
    assert frame["statistic"].tolist() == ["proportion"] * 6 + ["mean"] * 3


def test_a_mean_is_no_proportion() -> None:
    frame = ws.crosstab(ten(), "pay", "sex", style="none").to_frame()
    assert frame["proportion"].isna().all()
    assert frame["estimate"].notna().all()


def test_columns_are_found_by_their_banner_question() -> None:
    sheet = ws.crosstab(panel(), ["works", "help"], ["sex", "help"], style="none").sheet
    assert sheet.banners == ["Total", "sex", "help"]
    assert sheet.banner("sex") == [1, 2]
    assert sheet.stubs == ["works", "help"]
    own = sheet.rows(sheet.stub == "help")
    assert own.labels.tolist() == ["Family", "Friends", "Doctor", "Family or friends"]
    pd.testing.assert_frame_equal(
        own.to_frame("collected"),
        sheet.to_frame("collected").query("stub == 'help'").reset_index(drop=True),
    )
