"""The rows that a question makes."""

from __future__ import annotations

import numpy as np
import pytest
from toy_tables import HELP, SEX, TEN, WORKS, ten

import welfarestats as ws
from welfarestats.errors import CodebookError
from welfarestats.estimates.question_rows import stub_rows, summed_rows
from welfarestats.survey.sides import banner_side


def rows_of(question: str, survey: ws.Survey | None = None, **options: object):
    view = (survey or ten()).view([question])
    options = {"with_mean": True, **options}
    base = options.pop("base_includes", None)
    return view, stub_rows(view.sample.answers(question), view.tally, base, **options)


def test_categories_come_first_then_nets_then_the_mean() -> None:
    question = ws.Question("works", categories=WORKS.categories, nets=[ws.Net("All", (1, 2))])
    _, rows = rows_of("works", ten(codebook=ws.Codebook([SEX, question])))
    assert rows.labels == ("Yes", "No", "All", "Mean")
    assert rows.is_net.tolist() == [False, False, True, False]
    assert rows.mean.tolist() == [False, False, False, True]


def test_each_option_of_a_multiple_response_is_a_question_by_itself() -> None:
    view, rows = rows_of("help")
    assert rows.labels == ("Family", "Friends", "Doctor", "Family or friends")
    assert len(rows.sides) == 4
    side, _ = rows.sides[1]
    # Friends: persons 1, 2 and 5; the last was not asked.
    assert side.item.tolist() == [0, 0, 1, 1, 0, 1, 1, 1, 1, -1]
    found = summed_rows([rows], banner_side(None, view.size), view, np.eye(2)[:1])
    assert found.ratios.count[:, 0].tolist() == [5, 3, 3, 6]
    assert found.ratios.base[:, 0].tolist() == [9] * 4


def test_the_mean_of_scored_answers_is_a_ratio_of_the_same_cells() -> None:
    view, rows = rows_of("works", base_includes=["dont_know"])
    found = summed_rows([rows], banner_side(None, view.size), view, np.eye(2)[:1])
    # Yes scores 10, No 0: 80/13; who does not know has no score. Spread: p(1 − p)·100.
    assert rows.centre[-1] + found.ratios.estimate[-1, 0] == pytest.approx(80 / 13)
    assert found.ratios.base[:, 0].tolist() == [10, 10, 10, 8]
    assert found.spread[-1, 0] == pytest.approx(100 * 8 / 13 * 5 / 13)


def test_a_scale_has_its_mean_alone_about_its_centre() -> None:
    view, rows = rows_of("pay")
    assert rows.labels == ("Mean",)
    found = summed_rows([rows], banner_side(None, view.size), view, np.eye(2)[:1])
    known = TEN[TEN["pay"].notna()]
    mean = np.average(known["pay"], weights=known["w"])
    assert rows.centre[0] + found.ratios.estimate[0, 0] == pytest.approx(mean)
    spread = np.average((known["pay"] - mean) ** 2, weights=known["w"])
    assert found.spread[0, 0] == pytest.approx(spread)


def test_stubs_of_any_kind_stand_in_their_own_order() -> None:
    survey = ten()
    view = survey.view(["works", "help", "pay", "sex"])
    stubs = [
        stub_rows(view.sample.answers(name), view.tally, None, with_mean=True)
        for name in ("pay", "works", "help", "sex")
    ]
    sex = banner_side(view.sample.answers("sex"), view.size)
    found = summed_rows(stubs, sex, view, np.eye(4)[:1], associated=True)
    # Pay; yes, no and the mean of works; four of help; men and women.
    assert found.ratios.base[:, 0].tolist() == [9, 8, 8, 8, 9, 9, 9, 9, 8, 8]
    # Works and sex have one answer a respondent; so has the banner, sex.
    assert sorted(found.associations) == [1, 3]


def test_scores_of_a_multiple_response_make_no_mean() -> None:
    scored = [ws.Category(one.code, one.label, score=1) for one in HELP.categories]
    question = ws.Question("help", kind="multiple", columns=HELP.columns, categories=scored)
    with pytest.raises(CodebookError, match="'help' is 'multiple'"):
        ws.crosstab(ten(codebook=ws.Codebook([SEX, question])), "help", "sex")
