from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from printed_workbooks import CODEBOOK, Recipe, mistyped, people, printed, surveyed

from welfarestats.published.explanations import AS_DECLARED, TRUNCATED, Making, bases_of
from welfarestats.published.fitting import (
    Choice,
    Fit,
    Fitted,
    catalogue_for,
    chosen,
    fitted,
    gained_and_broken,
    matches,
)
from welfarestats.published.matching import Labels
from welfarestats.published.panels import panels_of, printed_frame
from welfarestats.published.recounting import Recount
from welfarestats.published.respondents import Filters, Respondents

FRAME = people(500)
SMALL = {"frame": FRAME, "stubs": ("health",), "banner": ("sex", "age")}


def prepared(tables: pd.DataFrame):
    (panel,), _ = panels_of(printed_frame(tables), Labels(CODEBOOK))
    known = Respondents(surveyed(FRAME), ["w_region"])
    recounts = {"": Recount(panel, known, Filters.of(known), "column")}
    bases = bases_of(CODEBOOK["health"])
    return panel, recounts, catalogue_for(recounts, known.weights, bases, "column")


def test_a_sheet_that_agrees_is_not_searched():
    found = fitted(*prepared(printed(Recipe(**SMALL))))
    assert found.exact.all()
    assert found.fits == ()
    assert [fit.making for fit in found.best] == [AS_DECLARED]


def test_the_change_that_gives_most_cells_comes_first():
    found = fitted(*prepared(printed(Recipe(**SMALL, weights=None))))
    first = found.fits[0]
    assert first.making == Making(weight="(none)")
    assert first.matched == found.panel.size
    assert all(first.score >= fit.score for fit in found.fits)


def test_one_wrong_figure_is_no_reason_for_a_change():
    found = fitted(*prepared(mistyped(printed(Recipe(**SMALL)), "Fair", "Women", 74)))
    assert found.fits == ()
    assert (~found.exact).sum() == 1


def test_gained_and_broken_cells_are_counted():
    panel, recounts, _ = prepared(printed(Recipe(**SMALL, weights=None)))
    exact = matches(recounts[""].at(recounts[""].figures(AS_DECLARED))[:, 0], panel)
    gained, broken = gained_and_broken(recounts[""], Making(weight="(none)"), exact)
    assert (gained, broken) == (int((~exact).sum()), 0)
    assert gained_and_broken(recounts[""], AS_DECLARED, exact) == (0, 0)


def test_figures_match_half_up_or_cut_off():
    panel, _, _ = prepared(printed(Recipe(**SMALL)))
    panel = replace(
        panel,
        value=np.array([47.0, 47.0, 47.0]),
        decimals=np.zeros(3, dtype=int),
        low=np.full(3, 46.5 - 1e-9),
        high=np.full(3, 47.5 - 1e-9),
    )
    computed = np.array([46.5, 47.5, np.nan])
    assert matches(computed, panel).tolist() == [True, False, False]
    assert matches(computed, panel, TRUNCATED).tolist() == [False, True, False]


def test_of_changes_that_fit_equally_the_one_that_fits_more_sheets_is_taken():
    panel, _, _ = prepared(printed(Recipe(**SMALL)))
    none = np.zeros(panel.size, dtype=bool)
    weight, base = Making(weight="(none)"), Making(base=("asked",))
    both = Fitted(panel, none, none, (Fit(base, 9, 0), Fit(weight, 9, 0)))
    one = Fitted(panel, none, none, (Fit(weight, 9, 0),))
    assert chosen([both, one]) == [Choice(weight, (base,)), Choice(weight)]
    assert chosen([Fitted(panel, none, none, ())]) == [Choice()]
