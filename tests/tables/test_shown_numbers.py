"""What a table prints, as numbers of people."""

import numpy as np
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import sites
from welfarestats.tables.exposure import Exposure, Source
from welfarestats.tables.people_of_tables import respondents_of


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
