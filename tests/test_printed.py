"""What textbooks print for data that R's survey package ships, to the digits printed."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.output.wording import round_half_up

GOLDEN = Path(__file__).parent / "golden" / "shared"

DESIGNS = {
    "hospital": {"weights": "weighta", "strata": "oblevel", "psu": "hospno", "fpc": "tothosp"},
    "ext_lp_cluster": {"weights": "wt", "psu": "clu", "fpc": "fpc"},
    "mu284": {"weights": "wt_fpc", "psu": ["id1", "id2"], "fpc": ["n1", "n2"]},
}


def printed() -> list[dict[str, str]]:
    with (GOLDEN / "published.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["dataset"] in DESIGNS]


def computed(dataset: str, statistic: str) -> float:
    frame = pd.read_csv(GOLDEN / "data" / f"{dataset}.csv")
    survey = ws.Survey(frame, **DESIGNS[dataset], weights_represent="population")
    if "JK1" in statistic:
        survey = ws.make_replicates(survey, "jk1", centre="mean")
        statistic = statistic.partition(",")[0]
    words = statistic.replace("variance of ", "").split()
    verbs = {
        "mean": ws.estimate_means,
        "total": ws.estimate_totals,
        "ratio": lambda s, both, by: ws.estimate_ratios(s, *both.split("/"), by),
    }
    by = "oblevel" if "oblevel" in words else None
    rows = verbs[words[0]](survey, words[1], by).to_frame()
    if by is not None:
        rows = rows[rows[by] == words[words.index("oblevel") + 1]]
    error = float(rows["standard_error"].iloc[0])
    if statistic.startswith("variance of"):
        return error**2
    return error if statistic.endswith("SE") else float(rows["estimate"].iloc[0])


def test_every_printed_number_of_the_three_samples_is_there():
    assert len(printed()) == 16 + 7 + 3


@pytest.mark.parametrize("row", printed(), ids=lambda row: f"{row['dataset']} {row['statistic']}")
def test_a_number_prints_as_the_textbook_has_it(row):
    digits = int(row["printed_digits"])
    assert round_half_up(computed(row["dataset"], row["statistic"]), digits) == float(row["value"])
