from __future__ import annotations

import pandas as pd
from printed_workbooks import CODEBOOK, READY, Recipe, people, printed, surveyed, with_faults

import welfarestats as ws
from welfarestats.published.explanations import AS_DECLARED, Making, bases_of
from welfarestats.published.fitting import catalogue_for
from welfarestats.published.leftovers import Patch, patched, remade
from welfarestats.published.matching import Labels
from welfarestats.published.panels import panels_of, printed_frame
from welfarestats.published.recounting import Recount
from welfarestats.published.respondents import Filters, Respondents

FRAME = people(600)
SMALL = {"frame": FRAME, "stubs": ("ready",), "banner": ("sex", "age")}


def left(tables: pd.DataFrame, making: Making = AS_DECLARED):
    (panel,), _ = panels_of(printed_frame(tables), Labels(CODEBOOK))
    known = Respondents(surveyed(FRAME), ["w_region"])
    recounts = {"": Recount(panel, known, Filters.of(known), "column")}
    catalogue = catalogue_for(recounts, known.weights, bases_of(READY), "column")
    found = patched(recounts, making, catalogue, CODEBOOK)
    return found, remade(recounts, making, found)[1]


def test_a_net_that_lacks_a_category_is_told_of_its_line():
    found, given = left(with_faults(["a net lacks a category"], **SMALL))
    assert [patch.words for patch in found] == ["the line 'Ready' lacks 'Fairly ready'"]
    # The same people as that category alone: the figures cannot tell.
    assert found[0].broken == 0
    assert found[0].gained >= 4
    assert given.all()


def test_lines_and_columns_are_both_read_otherwise_where_they_cross():
    wider = FRAME.assign(age=FRAME["age"].where(FRAME["age"] != 2, 3))
    tables = with_faults(["a net lacks a category"], **{**SMALL, "frame": wider})
    tables = tables[tables["banner_category"] != "35 to 49"]
    found, given = left(tables)
    assert {patch.words for patch in found} == {
        "the line 'Ready' lacks 'Fairly ready'",
        "the column '50 and over' is the net '35 and over'",
    }
    assert given.all()


def test_a_line_that_was_made_otherwise_than_the_rest_is_told():
    plain, weighted = (printed(Recipe(**SMALL, weights=w)) for w in (None, "w"))
    here = plain["stub_category"].isin(["Very ready", "Weighted base"])
    plain.loc[here, ["value", "printed"]] = weighted.loc[here, ["value", "printed"]]
    found, given = left(plain, Making(weight="(none)"))
    assert {patch.words for patch in found} == {
        "the line 'Very ready' is as declared",
        "the line 'Weighted base' is as declared",
    }
    assert given.all()


def test_nothing_is_made_up_where_all_agrees_or_one_cell_is_wrong():
    tables = printed(Recipe(**SMALL))
    assert left(tables)[0] == ()
    tables.loc[5, "value"] += 30
    found, given = left(tables)
    assert found == ()
    assert (~given).sum() == 1


def test_a_patch_of_another_making_must_explain_more_than_another_category():
    other = Patch("", "making", AS_DECLARED, 1)
    assert other.cost > Patch("", "net", AS_DECLARED, 1).cost
    assert isinstance(READY, ws.Question)
