"""From a rule to a pattern."""

import numpy as np

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.tables.exposure import Exposure, Source
from welfarestats.tables.hiding import measures, pattern_of, placed_within, wanted
from welfarestats.tables.people_of_tables import respondents_of


def test_a_rule_asks_for_small_counts_and_the_pattern_keeps_them_apart():
    table = ws.crosstab(sites(), "work", "site", style="none")
    exposure = Exposure([Source("", table, own=True)], respondents_of([table], None))
    asked = wanted(exposure, RULE, {})
    small = {p for one, p, _ in exposure.printed(0) if p is not None and one.kind != "mean"}
    small = {place for place in small if 0 < exposure.count[place] < 10}
    assert set(asked.reason) == small
    numbers = measures(exposure, RULE, None, asked.bases)
    found = pattern_of(numbers, asked)
    limits = placed_within(numbers, asked, found.hidden)
    for place in small:
        low, high = limits[place]
        assert low <= exposure.count[place] <= high
        assert high - low >= 10 - 1e-6


def test_of_as_many_cells_those_of_fewer_respondents_are_hidden():
    frame_rule = ws.DisclosureRule.named(
        "threshold-10", statement="A risk.", minimise="respondents"
    )
    table = ws.crosstab(sites(), "work", "site", style="none")
    cells, people = (ws.protect(table, rule).to_frame() for rule in (RULE, frame_rule))
    hidden = [frame[frame["state"] == "confidential"]["count"] for frame in (cells, people)]
    assert len(hidden[0]) <= len(hidden[1])
    assert hidden[1].sum() <= hidden[0].sum()
    assert np.isfinite(hidden[0]).all()
