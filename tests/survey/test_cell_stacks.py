"""Linear forms of the sums of cells: some tables of a stack, ratios, and what cancels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.survey.cell_stacks import form_covariance
from welfarestats.survey.cells import sum_stacks
from welfarestats.survey.sides import banner_side, stub_side


@pytest.fixture
def stack():
    frame = pd.DataFrame(
        {
            "sex": ["F", "M", "F", "M", "F", "M"],
            "works": ["Yes", "No", "No", "Yes", "Yes", "No"],
            "drives": ["Yes", "Yes", "No", "Yes", "No", "No"],
            "w": [1.0, 2.0, 3.0, 1.0, 2.0, 1.0],
        }
    )
    view = ws.Survey(frame, weights="w").view(["sex", "works", "drives"])
    stubs = [stub_side(view.sample.answers(name)) for name in ("works", "drives")]
    banner = banner_side(view.sample.answers("sex"), view.size)
    ((places, found),) = sum_stacks(stubs, banner, view.tally, view.design)
    assert places == [0, 1]
    return found


def test_a_chosen_table_is_the_same_table(stack):
    second = stack.chosen([1])
    assert second.count.tolist() == [stack[1].count.tolist()]
    forms = np.eye(stack[1].count.size)
    assert np.array_equal(second[0].covariance(forms), stack[1].covariance(forms))


def test_the_variance_of_a_ratio_is_that_of_its_linearised_variable(stack):
    cells = stack[0]
    base, yes = cells.flat(0, 0), cells.flat(2, 0)
    forms = np.eye(cells.count.size)
    ratio = cells.weighted.ravel()[yes] / cells.weighted.ravel()[base]
    assert ratio == 0.4
    by_hand = cells.covariance((forms[[yes]] - ratio * forms[[base]]) / 10)
    assert cells.ratio_covariance(forms[[yes]], forms[[base]]) == pytest.approx(by_hand)


def test_terms_that_cancel_leave_nothing():
    covariance = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-15]])
    assert form_covariance(np.array([[1.0, -1.0]]), covariance).tolist() == [[0.0]]
