from __future__ import annotations

import numpy as np
import pandas as pd
from printed_workbooks import CODEBOOK, Recipe, people, printed, surveyed, two_stages, with_faults

from welfarestats.published.matching import Labels
from welfarestats.published.outcomes import Workbook
from welfarestats.published.panels import panels_of, printed_frame
from welfarestats.published.respondents import Respondents

FRAME = people(700)
FEW = {"frame": FRAME, "banner": ("sex", "age")}


def told(tables: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    panels, _ = panels_of(printed_frame(tables), Labels(CODEBOOK))
    known = Respondents(surveyed(FRAME), ["w_region"])
    workbook = Workbook.of(panels, known, None, "column")
    return workbook.told(workbook.outcomes())


def test_every_cell_has_one_status_and_explanations_add_up():
    cells, causes = told(with_faults(["no weight"], **FEW))
    assert set(cells["status"]) == {"exact", "explained"}
    assert cells["where"].is_unique
    explained = cells[cells["status"] == "explained"]
    assert set(explained["explanation"]) == {"no weight"}
    assert causes["cells_explained"].tolist() == [len(explained)]
    assert causes["tables"].tolist() == [4]


def test_one_change_for_the_workbook_reaches_tables_with_small_differences():
    unweighted, weighted = (printed(Recipe(**FEW, weights=w)) for w in (None, "w"))
    tables = unweighted.copy()
    # Of the last table only one figure differs: too few on their own to be believed.
    last = (tables["table"] == "Table 4").to_numpy()
    differs = last & (unweighted["value"] != weighted["value"]).to_numpy()
    keep = np.flatnonzero(differs & (tables["statistic"] == "percent").to_numpy())[:1]
    tables = tables[~differs | np.isin(np.arange(len(tables)), keep)].reset_index(drop=True)
    cells, causes = told(tables)
    assert "unexplained" not in set(cells["status"])
    assert causes[["change", "tables"]].to_numpy().tolist() == [["no weight", 4]]


def test_figures_that_differ_by_a_rounding_rule_say_which():
    cells, causes = told(printed(Recipe(**FEW, rounding=two_stages)))
    rounded = cells[cells["status"] == "rounding"]
    assert len(rounded)
    assert rounded["explanation"].str.startswith("two-stage rounding").all()
    assert set(causes["scope"]) == {"rounding"}


def test_a_rounding_rule_is_not_believed_for_a_few_of_many_wrong_figures():
    tables = printed(Recipe(**FEW))
    draws = np.random.default_rng(2)
    share = (tables["statistic"] == "percent").to_numpy()
    tables.loc[share, "value"] += draws.choice([-3, -2, -1, 1, 2, 3], share.sum())
    cells, _ = told(tables)
    assert (cells["status"] == "unexplained").sum() > 0.9 * share.sum()
    assert "rounding" not in set(cells["status"])


def test_nothing_to_tell_has_the_same_columns():
    panels, _ = panels_of(printed_frame(printed(Recipe(**FEW))), Labels(CODEBOOK))
    workbook = Workbook.of([], Respondents(surveyed(FRAME)), None, "column")
    cells, causes = workbook.told(workbook.outcomes())
    assert list(cells) == ["where", "computed", "status", "explanation"]
    assert len(causes) == 0
    assert len(panels) == 4
