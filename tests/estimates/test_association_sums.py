"""Associations from the sums of cells, against the test of one table by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import panel

import welfarestats as ws
from welfarestats.estimates.association_sums import NO_ASSOCIATION, associations
from welfarestats.formulas.significance import rao_scott
from welfarestats.survey.cells import sum_stacks
from welfarestats.survey.sides import banner_side, stub_side


def found_in(survey: ws.Survey, stub: str, banner: str):
    view = survey.view([stub, banner])
    side = banner_side(view.sample.answers(banner), view.size)
    rows = stub_side(view.sample.answers(stub))
    ((_, stack),) = sum_stacks([rows, rows], side, view.tally, view.design, view.df_rule)
    return associations(stack)


def test_it_gives_the_test_that_proportions_and_their_covariance_give() -> None:
    survey = panel()
    first, second = found_in(survey, "works", "sex")
    assert first == second
    # Every respondent with an answer to both is in one of four cells.
    frame = survey.to_frame()
    both = frame["sex"].notna() & frame["works"].isin([1, 2])
    crossed = (frame["works"].astype(int) * 10 + frame["sex"].fillna(0).astype(int)).where(both)
    one = ws.Survey(frame.assign(cell=crossed), weights="w", strata="stratum", psu="psu")
    found = ws.estimate_proportions(one, "cell")
    shares = found.to_frame()["estimate"].to_numpy().reshape(2, 2)
    result = rao_scott(
        shares, found.covariance().to_numpy(), base=both.sum(), degrees_of_freedom=15
    )
    squared, trace, trace_squared = first.traces
    assert squared / trace == pytest.approx(result.statistic, rel=1e-9)
    assert trace**2 / trace_squared == pytest.approx(result.df1, rel=1e-9)
    assert (first.contrasts, first.degrees_of_freedom) == (1, 15)


def test_rows_and_columns_that_nobody_is_in_are_left_out() -> None:
    frame = pd.DataFrame({"q": [1, 2, 1, 2, 2, 1], "by": [1, 1, 2, 2, 1, 2]})
    categories = [ws.Category(i) for i in (1, 2, 3)]
    names = ("q", "by")
    full = ws.Survey(frame, codebook=[ws.Question(n, categories=categories) for n in names])
    plain = ws.Survey(frame)
    assert found_in(full, "q", "by")[0].traces == pytest.approx(
        found_in(plain, "q", "by")[0].traces
    )
    assert found_in(full, "q", "by")[0].contrasts == 1


def test_a_question_with_one_answer_given_and_one_that_nobody_answered_have_no_test() -> None:
    frame = pd.DataFrame({"q": [1, 1, 1, 1], "by": [1, 2, 1, 2]})
    (only, _) = found_in(ws.Survey(frame), "q", "by")
    assert only.contrasts == 0
    assert np.isnan(only.traces).all()
    asked = [ws.Question("q", categories=[ws.Category(1), ws.Category(2)]), ws.Question("by")]
    nobody = ws.Survey(frame.assign(q=np.nan), codebook=asked)
    assert found_in(nobody, "q", "by")[0] == NO_ASSOCIATION
