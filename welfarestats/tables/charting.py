"""A cross-tab of one question by another as a bar chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from welfarestats.errors import TableError
from welfarestats.output.chart import MOST_SERIES, Bar, Chart, Series
from welfarestats.output.wording import number_in_words, number_text
from welfarestats.tables.picture_foot import picture_notes

if TYPE_CHECKING:
    from welfarestats.tables.table import Table

_DRAWN = ("shown", "flagged", "rounds-to-zero", "zero")


def chart_of(table: Table) -> Chart:
    """Return the percentages of a table as bars; what a table hides has its mark and no bar."""
    shares = _one_by_one(table)
    columns = list(dict.fromkeys(shares["banner_category"]))
    if len(columns) > MOST_SERIES:
        raise TableError(
            f"table {table.title!r} has {len(columns)} columns, and a chart shows at most "
            f"{number_in_words(MOST_SERIES)}. Make a table of fewer: of a domain, of nets in the "
            "codebook, or with stub and banner exchanged."
        )
    series = []
    for column in columns:
        own = shares[shares["banner_category"] == column]
        bars = [
            Bar(text, 100 * float(proportion) if state in _DRAWN else None)
            for text, proportion, state in zip(
                own["display"], own["proportion"], own["state"], strict=True
            )
        ]
        series.append(Series(column, tuple(bars)))
    # A base that is confidential is not told in words either.
    told = not table.sheet.values.get("base_hidden", np.zeros(1)).any()
    who, _, what = table.grid.subtitle.removeprefix("Base: ").rpartition(". ")
    return Chart(
        title=table.title,
        categories=tuple(dict.fromkeys(shares["stub_category"])),
        series=tuple(series),
        data=table.grid,
        subtitle=what,
        base=f"{who}.{_bases(shares, columns, of_columns=what.startswith('Column') and told)}",
        source=table.grid.source,
        notes=picture_notes(table, [bar.text for one in series for bar in one.bars]),
        origin=table.origin,
    )


def _one_by_one(table: Table) -> pd.DataFrame:
    """Return the rows of the one question by the other, without nets and the total column."""
    frame = table.frame
    stubs = list(dict.fromkeys(frame["stub"]))
    banners = [name for name in dict.fromkeys(frame["banner"]) if name != "Total"]
    if len(stubs) > 1 or len(banners) > 1:
        raise TableError(
            f"table {table.title!r} has {len(stubs)} questions down the side and {len(banners)} "
            "across the top, and a chart shows one by one. Make a table of one stub and one "
            "banner question."
        )
    kept = (frame["statistic"] == "proportion") & ~frame["is_net"].astype(bool)
    kept &= frame["banner"] == (banners or ["Total"])[0]
    if not kept.any():
        raise TableError(
            f"table {table.title!r} has no percentages, only means, and a chart shows "
            "percentages. Put the scale's values into categories."
        )
    shares: pd.DataFrame = frame[kept]
    return shares


def _bases(shares: pd.DataFrame, columns: list[str], *, of_columns: bool) -> str:
    """Return the bases of the columns in words, where each has one."""
    bases = [shares.loc[shares["banner_category"] == name, "base"].unique() for name in columns]
    if not of_columns or any(len(found) > 1 for found in bases):
        return " Unweighted bases stand in the table."
    texts = [number_text(found[0]) for found in bases]
    if columns == ["Total"]:
        return f" Unweighted base: {texts[0]}."
    told = [f"{name}: {text}" for name, text in zip(columns, texts, strict=True)]
    return f" Unweighted bases: {'; '.join(told)}."
