"""The one pass: counts, sums of weights and squares, and their covariance, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.sides import banner_side, score_side, stub_side

FRAME = pd.DataFrame(
    {
        "work": [1, 2, 1, 1, 9, 2],
        "region": ["N", "N", "S", "S", "S", None],
        "psu": [1, 1, 2, 2, 3, 3],
        "w": [1.0, 2.0, 3.0, 1.0, 1.0, 2.0],
        "age": [20.0, 30, 40, np.nan, 50, 60],
    }
)
WORK = ws.Question(
    "work",
    categories=[
        ws.Category(1, "Yes"),
        ws.Category(2, "No"),
        ws.Category(9, "?", missing="refused"),
    ],
    nets=[ws.Net("Either", (1, 2))],
)


@pytest.fixture
def view():
    return ws.Survey(FRAME, weights="w", psu="psu", codebook=[WORK]).view(["work"])


def table_of(view, stub, banner):
    return sum_cells(stub, banner, view.tally, view.design, view.df_rule)


def test_rows_are_base_categories_and_nets_and_columns_everyone_the_answered_and_categories(view):
    stub = stub_side(view.sample.answers("work"))
    banner = banner_side(view.sample.answers("region"), view.size)
    cells = table_of(view, stub, banner)
    # rows: base, Yes, No, Either; columns: everyone, the answered, N, S
    assert cells.count.tolist() == [[5, 4, 2, 2], [3, 3, 1, 2], [2, 1, 1, 0], [5, 4, 2, 2]]
    assert cells.weighted.tolist() == [[9, 7, 3, 4], [5, 5, 1, 4], [4, 2, 2, 0], [9, 7, 3, 4]]
    assert cells.square.tolist() == [
        [19, 15, 5, 10],
        [11, 11, 1, 10],
        [8, 4, 4, 0],
        [19, 15, 5, 10],
    ]


def test_the_covariance_is_that_of_psu_totals(view):
    stub = stub_side(view.sample.answers("work"))
    cells = table_of(view, stub, banner_side(None, view.size))
    # PSU totals of Yes: 1, 4, 0; of No: 2, 0, 2. n / (n − 1) = 3/2.
    totals = np.array([[1, 4, 0], [2, 0, 2]])
    forms = np.zeros((2, cells.count.size))
    forms[0, cells.flat(1, 0)] = forms[1, cells.flat(2, 0)] = 1
    np.testing.assert_allclose(cells.covariance(forms), 3 * np.cov(totals))


def test_degrees_of_freedom_are_those_of_the_psus_that_hold_the_cells(view):
    cells = table_of(view, stub_side(view.sample.answers("work")), banner_side(None, view.size))
    base, yes, no = (cells.flat(item, 0) for item in range(3))
    assert cells.degrees_of_freedom([base], 5) == 3 - 1
    assert cells.degrees_of_freedom([yes], 3) == 2 - 1
    assert cells.degrees_of_freedom([yes, no], 5) == 3 - 1


def test_scores_are_summed_about_a_centre(view):
    scores = view.sample.answers("age", numeric=True).scores()
    cells = table_of(view, score_side(scores, 40.0), banner_side(None, view.size))
    # weights 1, 2, 3, 1, 2 and deviations −20, −10, 0, 10, 20
    assert cells.weighted[:, 0].tolist() == [9, -20 - 20 + 0 + 10 + 40, 400 + 200 + 100 + 800]


def test_mentions_may_stand_in_several_columns_and_pairs_of_them():
    frame = pd.DataFrame({"a": [1, 1, 0, 0], "b": [1, 0, 1, 0], "y": [1, 1, 1, 2]})
    both = ws.Question(
        "both",
        kind="multiple",
        columns=["a", "b"],
        categories=[ws.Category(1, "A"), ws.Category(2, "B")],
    )
    view = ws.Survey(frame, codebook=[both, ws.Question("y")]).view([])
    banner = banner_side(view.sample.answers("both"), view.size, pairs=True)
    cells = table_of(view, stub_side(view.sample.answers("y")), banner)
    # everyone, the answered, A, B, those in both
    assert cells.count.tolist() == [[4, 4, 2, 2, 1], [3, 3, 2, 2, 1], [1, 1, 0, 0, 0]]


def test_terms_that_cancel_leave_no_dust():
    # A domain in one PSU: its proportion cannot vary, whatever the weights.
    frame = pd.DataFrame(
        {"y": [1, 2, 1, 1, 2, 2], "u": [1, 1, 1, 2, 2, 3], "w": [0.1, 0.7, 0.3, 1, 2.2, 3.1]}
    )
    survey = ws.Survey(frame, weights="w", psu="u").domain(u=1)
    with pytest.warns(ws.errors.PrecisionWarning, match="live in one PSU"):
        found = ws.estimate_proportions(survey, "y").to_frame()
    assert found["standard_error"].tolist() == [0, 0]
