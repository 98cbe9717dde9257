"""An attacker who has the printed page alone, and counts in whole people."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

import welfarestats as ws
from welfarestats.tables.table import Table

SITES, SEXES = ("North", "South", "East"), ("Women", "Men")


def people(seed: int, *, threefold: bool, smallest: int = 60, largest: int = 400) -> ws.Survey:
    """Return invented respondents with a question, a net, sites of different size, and two sexes."""
    draws = np.random.default_rng(seed)
    size = int(draws.integers(smallest, largest))
    answers = int(draws.integers(3, 6))
    shares = draws.dirichlet(np.full(answers, 1.5))
    frame = pd.DataFrame(
        {
            "help": draws.choice(answers, size, p=shares),
            "site": draws.choice(SITES, size, p=draws.dirichlet(np.full(3, 4.0))),
            "sex": draws.choice(SEXES, size, p=[0.6, 0.4]) if threefold else "Women",
        }
    )
    categories = [ws.Category(code, f"Answer {code}") for code in range(answers)]
    net = ws.Net("First two", (0, 1))
    return ws.Survey(
        frame,
        codebook=ws.Codebook(
            [
                ws.Question("help", categories=categories, nets=[net]),
                ws.Question("site", categories=[ws.Category(one, one) for one in SITES]),
                ws.Question("sex", categories=[ws.Category(one, one) for one in SEXES]),
            ]
        ),
    )


def table_of(survey: ws.Survey, *, threefold: bool) -> Table:
    """Return a table by site, or by sex, site and site within sex."""
    banner = ["sex", "site", ("sex", "site")] if threefold else ["site"]
    return ws.crosstab(survey, "help", banner, style="none")


def whole_limits(table: Table) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Return what the printed page says of each cell that it hides, in whole people.

    There is one number for every answer, site and sex, and the page limits their sums.
    """
    frame = table.frame
    answers = [a for a in frame["stub_category"].unique() if a != "First two"]
    cells = list(product(answers, SITES, SEXES))
    rows, low, high, hidden = [], [], [], []
    whole = float(table.recipe.survey.base)
    for row in table.grid.groups[0].rows:
        for column, cell in zip(table.sheet.columns, row.cells, strict=True):
            mask = np.array([_inside(one, row.header, row.kind, column) for one in cells], float)
            if cell.text == "[c]":
                hidden.append(((row.header, column.banner, column.label), mask))
                continue
            text = cell.text.strip("[]").replace(",", "")
            if row.kind == "base":
                limits = (mask, float(text), float(text))
            else:
                share = 0.0 if text == "low" else float(text)
                n = _base_of(table, column)
                if np.isnan(n):
                    continue
                limits = (mask, 0.0, 0.0) if cell.text == "0" else (mask, *_printed_as(share, n))
            rows.append(limits[0])
            low.append(limits[1])
            high.append(limits[2])
    rows.append(np.ones(len(cells)))
    low.append(whole)
    high.append(whole)
    known = LinearConstraint(np.array(rows), np.array(low) - 1e-9, np.array(high) + 1e-9)
    found = {}
    for name, mask in hidden:
        ends = [
            milp(
                sign * mask,
                constraints=known,
                bounds=Bounds(0, np.inf),
                integrality=np.ones(len(cells)),
            )
            for sign in (1.0, -1.0)
        ]
        found[name] = (float(ends[0].fun), float(-ends[1].fun))
    return found


def _printed_as(share: float, base: float) -> tuple[float, float]:
    """Return the fewest and the most people of whom a whole percentage is printed: halves go up."""
    least = np.ceil((share - 0.5) * base / 100 - 1e-9)
    most = base if share == 100 else np.ceil((share + 0.5) * base / 100 - 1e-9) - 1
    return max(float(least), 0.0), float(most)


def _inside(cell: tuple[str, str, str], row: str, kind: str, column) -> bool:
    """Return whether an answer, site and sex stand in a cell of the table."""
    answer, site, sex = cell
    if kind == "net" and answer not in ("Answer 0", "Answer 1"):
        return False
    if kind == "category" and answer != row:
        return False
    if column.banner == "Total":
        return True
    wanted = column.label.split(": ")
    return all(one in (site, sex) for one in wanted)


def _base_of(table: Table, column) -> float:
    """Return a printed base, NaN where it is hidden."""
    place = table.sheet.columns.index(column)
    row = next(row for row in table.grid.groups[0].rows if row.kind == "base")
    text = row.cells[place].text
    return np.nan if text == "[c]" else float(text.replace(",", ""))
