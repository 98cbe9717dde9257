"""Weighted tables that are protected, attacked with nothing but the printed page.

The attack shares no code with the model behind `protect`: one linear programme over the weighted
people of every cell, from printed percentages and weighted bases.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE
from welfarestats.tables.style_presets import choose_style

ANSWERS, SITES = ("No", "Perhaps", "Yes"), ("A", "B", "C")
CELLS = {cell: place for place, cell in enumerate(product(ANSWERS, SITES))}


def respondents(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    size = int(random.integers(150, 500))
    return pd.DataFrame(
        {
            "site": random.choice(SITES, size, p=[0.2, 0.35, 0.45]),
            "works": random.choice(["Yes", "No", "Perhaps"], size, p=[0.08, 0.5, 0.42]),
            "w": random.uniform(0.4, 2.5, size),
        }
    )


def deduced(
    page: pd.DataFrame, bases: dict[str, float]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return between which limits the weighted people of each cell lie."""
    most, limits = [], []
    for _, cell in page[page["display"] != "[c]"].iterrows():
        column, printed = cell["banner_category"], float(cell["display"])
        sites = SITES if column == "Total" else (column,)
        members = np.zeros(len(CELLS))
        members[[CELLS[cell["stub_category"], site] for site in sites]] = 1
        most += [members, -members]
        limits += [(printed + 0.5) / 100 * bases[column], (0.5 - printed) / 100 * bases[column]]
    columns = [[float(at == site) for _, at in CELLS] for site in SITES]
    known = {"A_ub": most, "b_ub": limits, "A_eq": columns, "b_eq": [bases[s] for s in SITES]}
    found = {}
    for cell, place in CELLS.items():
        wanted = np.eye(len(CELLS))[place]
        found[cell] = linprog(wanted, **known).fun, -linprog(-wanted, **known).fun
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_reader_of_a_weighted_page_comes_no_closer_than_the_audit_says(seed):
    frame = respondents(seed)
    survey = ws.Survey(frame, weights="w", weights_represent="sample")
    table = ws.crosstab(survey, "works", "site", style=choose_style("none"))
    safe = ws.protect(table, RULE)
    page = safe.to_frame().query("statistic == 'proportion'")
    by_site = frame.groupby("site")["w"]
    found = deduced(page, {**by_site.sum().to_dict(), "Total": float(frame["w"].sum())})
    audit = safe.audit_disclosure().query("role == 'primary' and banner_category != 'Total'")
    assert len(audit)
    for _, cell in audit.iterrows():
        # Weighted people are as many respondents as the mean weight of their column says.
        each = by_site.mean()[cell["banner_category"]]
        low, high = found[cell["stub_category"], cell["banner_category"]]
        assert high / each - low / each >= RULE.threshold
        assert low / each == pytest.approx(cell["lower"], abs=0.1)
        assert high / each == pytest.approx(cell["upper"], abs=0.1)
