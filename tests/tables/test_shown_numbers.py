"""What a table prints, as numbers of people."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.formulas.attack import deduced_bounds
from welfarestats.tables.exposure import Exposure, Source
from welfarestats.tables.partitions import EVERYONE, Partitions
from welfarestats.tables.people_of_tables import respondents_of
from welfarestats.tables.shown_numbers import contained, numbers_shown_by
from welfarestats.tables.style_presets import choose_style


@pytest.mark.parametrize("percent", ["column", "row", "total"])
def test_every_count_and_base_of_every_sort_of_table_is_made_again(percent):
    table = ws.crosstab(
        sites(), ["work", "help", "age"], ["site", ("sex", "site"), "help"], percent=percent
    )
    # The counts are compared with those of the table when the exposure is made.
    exposure = Exposure([Source("", table, own=True)], respondents_of([table], None))
    printed = exposure.printed(0)
    figures = [one for one, _, _ in printed if one.kind != "base"]
    assert len(figures) == table.sheet.values["estimate"].size
    for one, place, base in printed:
        if one.kind == "proportion" and place is not None and exposure.count[base]:
            share = exposure.count[place] / exposure.count[base]
            assert share == pytest.approx(table.sheet.values["estimate"][one.row, one.column])


def test_a_net_of_a_multiple_response_contains_its_options():
    table = ws.crosstab(sites(), "help", "site")
    exposure = Exposure([Source("", table, own=True)], respondents_of([table], None))
    model = exposure.model
    assert model.slack < model.size
    assert np.abs(model.matrix @ exposure.count - model.totals(300.0)).max() < 1e-9


def test_nets_of_a_multiple_response_hold_their_options_and_smaller_nets_on_either_side():
    frame = pd.DataFrame({"a": [1, 0, 0, 1], "b": [0, 1, 0, 1], "c": [0, 0, 1, 1], "q": [1, 2] * 2})
    help_ = ws.Question(
        "help", kind="multiple", columns=("a", "b", "c"),
        categories=[ws.Category(1, "A"), ws.Category(2, "B"), ws.Category(3, "C")],
        nets=[ws.Net("Two", (1, 2)), ws.Net("Any", (1, 2, 3))],
    )  # fmt: skip
    survey = ws.Survey(frame, codebook=ws.Codebook([help_, ws.Question("q")]))
    for sides in (("help", "q"), ("q", "help")):
        table = ws.crosstab(survey, *sides, style="none")
        (them,) = respondents_of([table], None)
        people = Partitions(them.count)
        shown = numbers_shown_by("", table, them, EVERYONE, people)
        found = [
            [next(iter(one))[0][2] for one in (net, *parts)]
            for net, parts in contained(shown, them)
        ]
        assert found == [["Two", "A", "B"], ["Any", "A", "B", "C"], ["Any", "Two", "C"]]


def test_a_union_across_the_top_bounds_what_its_options_hide():
    rows = [(1, 0, "a", 50), (1, 0, "b", 58), (1, 0, "c", 7), (0, 1, "a", 2), (0, 1, "b", 8)]
    rows += [(0, 1, "c", 1), (1, 1, "a", 9), (1, 1, "b", 3), (1, 1, "c", 3)]
    rows += [(0, 0, "a", 54), (0, 0, "b", 48), (0, 0, "c", 14)]
    frame = pd.DataFrame(
        [row[:3] for row in rows for _ in range(row[3])], columns=["one", "two", "q"]
    )
    both = ws.Question(
        "m", kind="multiple", columns=("one", "two"),
        categories=[ws.Category(1, "One"), ws.Category(2, "Two")], nets=[ws.Net("Any", (1, 2))],
    )  # fmt: skip
    survey = ws.Survey(frame, codebook=ws.Codebook([ws.Question("q"), both]))
    style = replace(choose_style("none"), decimals=2)
    table = ws.crosstab(survey, "q", "m", style=style)
    exposure = Exposure([Source("", table, own=True)], respondents_of([table], None))
    places = {exposure.shown[0].cell(one)[2::2]: p for one, p, _ in exposure.printed(0)}
    hidden = np.zeros(exposure.model.size, dtype=bool)
    hidden[[places["b", "Two"], places["c", "Two"]]] = True
    numbers = exposure.numbers(RULE, None, weighted=False)
    low, high = deduced_bounds(numbers, hidden, np.array([places["c", "Two"]]))
    # Of those with c, Any are 11 and One 10. Of 69 and 61 with b at least 8 are Two, and of 26
    # who are Two 11 have a: 7 at most have c.
    assert (low.tolist(), high.tolist()) == ([1.0], [7.0])
