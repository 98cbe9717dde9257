"""What is counted again for an explanation is what a cross-tab gives: two routes, one figure."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_workbooks import CODEBOOK, Recipe, people, printed, surveyed
from small_surveys import CODEBOOK as SMALL
from small_surveys import frames

import welfarestats as ws
from welfarestats.errors import WelfareStatsWarning
from welfarestats.published.explanations import AS_DECLARED, Making
from welfarestats.published.matching import Labels
from welfarestats.published.panels import Panel, panels_of, printed_frame
from welfarestats.published.recounting import Over, Recount
from welfarestats.published.respondents import Filters, Respondents

FRAME = people(400)


def recount(stub: str = "helped", percent: str = "column") -> Recount:
    tables = printed(Recipe(frame=FRAME, stubs=(stub,), banner=("sex", "age")))
    (panel,), _ = panels_of(printed_frame(tables), Labels(CODEBOOK))
    known = Respondents(surveyed(FRAME), ["w_region"])
    return Recount(panel, known, Filters.of(known), percent)


def figures(table: ws.Table, panel: Panel) -> list[float]:
    """Return our cross-tab's figures in the order of the panel's cells."""
    frame = table.to_frame()
    known = frame.set_index(["stub_category", "banner_category"])
    found = []
    for line, column in zip(panel.line, panel.column, strict=True):
        own, label = panel.lines[line], panel.columns[column].label
        if own.statistic == "percent":
            found.append(100 * known.loc[(own.label, label), "estimate"])
        else:
            found.append(float(known.loc[(frame["stub_category"].iloc[0], label), own.statistic]))
    return found


@pytest.mark.parametrize("stub", ["ready", "helped", "advice"])
@pytest.mark.parametrize(
    ("making", "made"),
    [
        (AS_DECLARED, {}),
        (Making(weight="(none)"), {"weights": None}),
        (Making(weight="w_region"), {"weights": "w_region"}),
        (Making(filter=("region", "North")), {"domain": {"region": "North"}}),
        (Making(base=("with", "dont_know")), {"base_includes": ["dont_know"]}),
    ],
    ids=repr,
)
def test_a_making_gives_what_a_cross_tab_gives(stub: str, making: Making, made: dict):
    count = recount(stub)
    survey = surveyed(FRAME, weights=made.get("weights", "w"))
    survey = survey.domain(**made["domain"]) if "domain" in made else survey
    includes = made.get("base_includes")
    table = ws.crosstab(survey, stub, ["sex", "age"], style="none", base_includes=includes)
    ours = count.at(count.figures(making))[:, 0]
    assert ours == pytest.approx(figures(table, count.panel), nan_ok=True)


@pytest.mark.parametrize("percent", ["row", "total"])
def test_other_per_cents_are_those_of_a_cross_tab(percent: str):
    count = recount("ready")
    table = ws.crosstab(surveyed(FRAME), "ready", ["sex", "age"], percent=percent, style="none")
    ours = count.at(count.figures(Making(percent=percent)))[:, 0]
    share = np.array([count.panel.lines[i].statistic == "percent" for i in count.panel.line])
    theirs = np.array(figures(table, count.panel))
    assert ours[share] == pytest.approx(theirs[share], nan_ok=True)


def test_every_filter_at_once_gives_what_each_gives_alone():
    count = recount("ready")
    every = count.figures(AS_DECLARED, Over())
    some = count.figures(AS_DECLARED, Over((2, 5), (0, 1)))
    for i, name in enumerate(count.filters.names):
        alone = count.figures(Making(filter=name))[:, :, 0]
        np.testing.assert_allclose(every[:, :, i], alone, rtol=1e-4, equal_nan=True)
        if i in (2, 5):
            np.testing.assert_allclose(
                some[:, :, (2, 5).index(i)], alone[:, :2], rtol=1e-9, equal_nan=True
            )


@given(frames(), st.sampled_from(["column", "row", "total"]), st.sampled_from(["work", "help"]))
@settings(max_examples=15, deadline=None)
def test_any_survey_is_counted_as_a_cross_tab_counts_it(frame, percent, stub):
    survey = ws.Survey(frame, weights="w", codebook=SMALL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        table = ws.crosstab(survey, stub, "region", percent=percent, style="none")
    cells = table.to_frame().query("statistic == 'proportion'")
    printed_cells = cells.assign(
        table="T", statistic="percent", value=(100 * cells["estimate"]).fillna(0), printed="1"
    )
    printed_cells = printed_cells.drop(columns=["display", "origin", "letters"])
    (panel,), _ = panels_of(printed_frame(printed_cells), Labels(SMALL))
    known = Respondents(survey)
    count = Recount(panel, known, Filters.of(known), percent)
    ours = count.at(count.figures(AS_DECLARED))[:, 0]
    assert ours == pytest.approx(100 * cells["estimate"].to_numpy(), nan_ok=True)


def test_bases_that_hold_the_same_people_are_one():
    count = recount("ready")
    wanted = [(), ("with", "dont_know"), ("asked",), ("everyone",)]
    assert count.bases(wanted) == ((), ("with", "dont_know"), ("asked",))
