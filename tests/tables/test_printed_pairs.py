"""What a protected table says of pairs of columns."""

from dataclasses import replace

import numpy as np
import pandas as pd

import welfarestats as ws
from tests.tables.disclosed_surveys import CELLS, RULE
from welfarestats.tables.printed_pairs import letters_of_seen
from welfarestats.tables.style_presets import choose_style

TWO_LEVELS = replace(choose_style("none"), lower_case_level=0.6)


def test_letters_in_lower_case_do_not_point_at_hidden_cells_either():
    table = ws.crosstab(CELLS[0], "works", "site", style=TWO_LEVELS)
    safe = ws.protect(table, RULE)
    frame = safe.to_frame()
    gone = frame[frame["state"] == "confidential"]
    keys = gone.groupby("stub_category")["column_key"].agg(set).to_dict()
    printed = safe.sheet.values["printed"]
    before = table.sheet.values["printed"]
    found = 0
    for row, label in enumerate(safe.sheet.labels):
        for column in range(len(safe.sheet.columns)):
            assert not set(printed[row, column].upper()) & keys.get(label, set())
            found += any(
                key.islower() and key.upper() in keys[label] for key in before[row, column]
            )
    assert found


def test_comparisons_of_a_protected_table_tell_what_it_prints():
    table = ws.crosstab(CELLS[0], "works", "site", style="none")
    safe = ws.protect(table, RULE)
    before, after = table.comparisons(), safe.comparisons()
    assert list(before.columns) == list(after.columns)
    frame = safe.to_frame()
    gone = set(
        frame[frame["state"] == "confidential"][["stub_category", "banner_category"]]
        .itertuples(index=False, name=None)
    )  # fmt: skip
    withheld = [
        (row["category"], row["group_a"]) in gone or (row["category"], row["group_b"]) in gone
        for row in after.to_dict("records")
    ]
    assert any(withheld)
    assert not all(withheld)
    hidden, told = after[withheld], after[~np.array(withheld)]
    assert set(hidden["reason"]) == {"confidential: not both figures are shown"}
    assert hidden.select_dtypes("float").isna().all(axis=None)
    assert not hidden["tested"].any()
    assert not hidden["significant"].any()
    assert (told["estimate_a"] == told["estimate_a"].round(2)).all()
    assert told["difference"].equals(told["estimate_a"] - told["estimate_b"])
    assert told["p_value"].isna().all()
    assert told["significant"].equals(before[~np.array(withheld)]["significant"])
    assert safe.original.comparisons().equals(before)


def test_letters_of_many_columns_are_taken_out_as_words():
    draws = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"area": draws.integers(100, 130, 9000), "works": draws.random(9000) < 0.5}
    )
    frame["works"] = np.where(frame["area"] == 129, draws.random(9000) < 0.9, frame["works"])
    frame["works"] = frame["works"].map({True: "Yes", False: "No"})
    table = ws.crosstab(ws.Survey(frame), "works", "area", style="none")
    sheet = table.sheet
    keys = [one.key for one in sheet.columns]
    row, last = list(sheet.labels).index("Yes"), len(keys) - 1
    hidden = np.zeros(sheet.values["estimate"].shape, dtype=bool)
    hidden[row, [keys.index("B"), keys.index("AA")]] = True
    before = sheet.values["printed"][row, last].split()
    after = letters_of_seen(sheet, "printed", hidden, "pairs")
    assert {"B", "AA"} <= set(before)
    assert after[row, last].split() == [key for key in before if key not in ("B", "AA")]
    assert (after[row, hidden[row]] == "").all()


def test_a_pair_with_the_rest_is_seen_where_its_total_is():
    table = ws.crosstab(CELLS[0], "works", "site", versus="rest", style="none")
    pairs = ws.protect(table, RULE).comparisons()
    rest = pairs[(pairs["group_b"] == "Rest") & (pairs["group_a"] == "C")]
    assert rest["reason"].ne("confidential: not both figures are shown").all()
    assert rest["estimate_a"].notna().all()
    assert rest["estimate_b"].isna().all()
