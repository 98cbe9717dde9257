import pandas as pd
import pytest
from r_surveys import survey_of

import welfarestats as ws
from welfarestats.errors import DataError
from welfarestats.tables.r_results import RESULTS


@pytest.fixture
def script() -> ws.RScript:
    survey = survey_of("clusters")
    table = ws.crosstab(survey, "work", "region", test="design-wald", style="none")
    return ws.to_r_script(survey, table)


def write_results(script: ws.RScript, folder, **changed: float) -> None:
    """Write what R would have written, had it computed as we do."""
    (table,) = script.tables
    parts = {
        "cells": table.to_frame().assign(degrees_of_freedom=4.0),
        "pairs": table.comparisons(),
        "independence": table.independence().assign(),
    }
    for part, frame in parts.items():
        made = frame.assign(table=1, origin="collected")
        for name, factor in changed.items():
            if name in made:
                made[name] *= factor
        made[RESULTS[part]].to_csv(folder / f"tables_{part}.csv", index=False)


def test_what_is_equal_agrees(script, tmp_path):
    write_results(script, tmp_path)
    found = script.compare(tmp_path)
    assert found["agrees"].dropna().all()
    assert found.loc[found["part"] == "cells", "row"].iloc[0].startswith("work: ")
    assert list(found) == [
        "table", "part", "row", "column", "figure", "ours", "r", "relative_difference", "agrees"
    ]  # fmt: skip


def test_a_difference_in_the_eighth_digit_is_one(script, tmp_path):
    write_results(script, tmp_path, standard_error=1 + 2e-9)
    found = script.compare(tmp_path)
    wrong = found[found["agrees"].eq(False).fillna(False)]
    assert set(wrong["figure"]) == {"standard_error"}
    assert wrong["relative_difference"].max() == pytest.approx(2e-9, rel=1e-3)


def test_a_difference_below_the_ninth_digit_is_none(script, tmp_path):
    write_results(script, tmp_path, standard_error=1 + 5e-10)
    assert script.compare(tmp_path)["agrees"].dropna().all()


def test_what_r_has_no_figure_for_neither_agrees_nor_differs(script, tmp_path):
    write_results(script, tmp_path, ci_low=float("nan"))
    found = script.compare(tmp_path)
    assert found.loc[found["figure"] == "ci_low", "agrees"].isna().all()


def test_results_that_are_not_there_are_asked_for(script, tmp_path):
    with pytest.raises(DataError, match=r"no results 'tables_cells\.csv' of R in the folder"):
        script.compare(tmp_path)


def test_results_of_another_table_are_refused(script, tmp_path):
    write_results(script, tmp_path)
    cells = pd.read_csv(tmp_path / "tables_cells.csv")
    cells.iloc[:-1].to_csv(tmp_path / "tables_cells.csv", index=False)
    with pytest.raises(DataError, match=r"have \d+ cells, and the table \d+: they are of another"):
        script.compare(tmp_path)
