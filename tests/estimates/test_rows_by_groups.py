"""Ratios of rows by groups against the same from residuals of persons."""

from __future__ import annotations

import numpy as np
import pytest
from toy_tables import contrast, panel

from welfarestats.estimates.groups import column_groups
from welfarestats.estimates.rows_by_groups import Forms, pair_bases, row_ratios
from welfarestats.survey.cells import sum_stacks
from welfarestats.survey.sides import banner_side, stub_side


@pytest.fixture(scope="module")
def found():
    survey = panel()
    view = survey.view(["works", "help"])
    stub = stub_side(view.sample.answers("works"))
    groups = column_groups(view.sample.answers("help"), "pairs", nets=True)
    banner = banner_side(view.sample.answers("help"), view.size, pairs=True)
    ((_, stack),) = sum_stacks([stub, stub], banner, view.tally, view.design, view.df_rule)
    eye = np.eye(3)
    forms = Forms.within(eye[1:], eye[[0, 0]], groups.vectors)
    ratios = row_ratios(stack, forms)
    return survey, groups, ratios, pair_bases(stack, forms, groups, ratios, 0)


def masks(survey):
    frame = survey.to_frame()
    family, friends, doctor = (frame[c].to_numpy() == 1 for c in ("family", "friends", "doctor"))
    return [m.astype(float) for m in (family, friends, doctor, family | friends)]


def test_the_variance_of_a_difference_is_that_of_the_residuals_of_persons(found):
    survey, groups, ratios, _ = found
    answers = survey.to_frame()["works"].to_numpy()
    yes, answered = (answers == 1).astype(float), np.isin(answers, (1, 2)).astype(float)
    columns = masks(survey)
    for a, b in zip(groups.first, groups.second, strict=True):
        right = contrast(survey, yes, columns[a] * answered, columns[b] * answered)
        own = ratios.covariance[0]
        assert ratios.estimate[0, a] == pytest.approx(right["p_a"], rel=1e-12)
        variance = own[a, a] + own[b, b] - 2 * own[a, b]
        assert variance == pytest.approx(right["variance"], rel=1e-9)


def test_both_rows_of_two_answers_have_the_same_variance_and_add_up_to_one(found):
    _, _, ratios, _ = found
    assert ratios.estimate[0] + ratios.estimate[1] == pytest.approx(1)
    np.testing.assert_allclose(ratios.covariance[0], ratios.covariance[1], rtol=1e-9)


def test_stubs_that_are_alike_have_the_same_rows_one_below_the_other(found):
    _, _, ratios, bases = found
    assert ratios.estimate.shape == (4, 4)
    for name in ("estimate", "covariance", "base", "effective_base", "degrees_of_freedom"):
        value = getattr(ratios, name)
        np.testing.assert_array_equal(value[:2], value[2:])
    np.testing.assert_array_equal(bases.share[:2], bases.share[2:])


def test_the_people_in_both_groups_are_counted(found):
    survey, groups, _, bases = found
    answered = np.isin(survey.to_frame()["works"].to_numpy(), (1, 2))
    columns = masks(survey)
    for pair, (a, b) in enumerate(zip(groups.first, groups.second, strict=True)):
        assert bases.overlap[0, pair] == (columns[a] * columns[b] * answered).sum()


def test_some_rows_and_some_groups_can_be_taken(found):
    _, _, ratios, _ = found
    np.testing.assert_array_equal(ratios.rows(slice(2, 4)).covariance, ratios.covariance[2:])
    some = ratios.groups(slice(1, 3))
    np.testing.assert_array_equal(some.covariance, ratios.covariance[:, 1:3, 1:3])
