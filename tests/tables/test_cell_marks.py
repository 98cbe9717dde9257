from __future__ import annotations

from dataclasses import replace

import numpy as np

from welfarestats.tables.bands import Band, CellStates
from welfarestats.tables.cell_marks import displayed, legend_of
from welfarestats.tables.house_style import HouseStyle

STYLE = HouseStyle(
    "two flags",
    "this test",
    (
        Band(0, "unreliable"),
        Band(30, "flagged"),
        Band(50, "flagged", form="{figure}!"),
        Band(80, "count-only"),
        Band(100, "shown"),
    ),
)


def cells(bases, **states) -> CellStates:
    figure = np.full(len(bases), 0.5)
    states = {"confidential": False, "asked": True, "applicable": True} | states
    return CellStates(STYLE.bands, "unweighted base", figure, bases, bases, **states)


def test_a_band_may_have_a_flag_of_its_own():
    found = cells([10, 40, 60, 90, 200])
    texts = np.array(["50"] * 5, dtype=object)
    printed = displayed(STYLE, found, texts, np.array([5, 20, 30, 45, 100]))
    assert printed.tolist() == ["[u]", "[50]", "50!", "45 of 90", "50"]
    assert legend_of(STYLE, found) == (
        ("[ ]", "unweighted base under 50: read with caution"),
        (" !", "unweighted base under 80: read with caution"),
        ("[u]", "low reliability, not shown: unweighted base under 30"),
    )


def test_a_mark_stands_in_no_second_bracket():
    found = cells([40, 60])
    texts = np.array(["[low]", "[low]"], dtype=object)
    assert displayed(STYLE, found, texts, np.ones(2)).tolist() == ["[low]", "[low]"]


def test_of_two_bands_with_one_flag_the_higher_limit_is_told():
    style = replace(STYLE, bands=tuple(replace(band, form="") for band in STYLE.bands))
    figure = np.full(2, 0.5)
    states = {"confidential": False, "asked": True, "applicable": True}
    found = CellStates(style.bands, "unweighted base", figure, [40, 60], [40, 60], **states)
    told = "unweighted base under 80: read with caution"
    assert legend_of(style, found) == (("[ ]", told),)


def test_nothing_that_does_not_occur_is_explained():
    assert legend_of(STYLE, cells([200])) == ()
    assert [mark for mark, _ in legend_of(STYLE, cells([200], confidential=True))] == ["[c]"]
