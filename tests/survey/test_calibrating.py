from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weighted_people import SHARES, people, shares, survey_of

import welfarestats as ws
from welfarestats.errors import OptionError, WeightingError


def total(survey: ws.Survey, name: str) -> float:
    return float(survey.weights @ survey.to_frame()[name])


def test_linear_calibration_is_the_regression_estimator():
    frame = people()
    survey = survey_of(frame)
    totals = {"income": 50_000.0}
    ours = ws.calibrate(survey, totals, population=125)
    x = np.column_stack([np.ones(len(frame)), frame["income"]])
    w = frame["w"].to_numpy()
    multiplier = np.linalg.solve(x.T @ (w[:, None] * x), [125, 50_000] - x.T @ w)
    np.testing.assert_allclose(ours.weights, w * (1 + x @ multiplier), rtol=1e-10)
    # The total of any variable is its sample total, moved along its regression on x.
    y = frame["help_a"].to_numpy()
    slope = np.linalg.solve(x.T @ (w[:, None] * x), x.T @ (w * y))
    greg = w @ y + slope @ ([125, 50_000] - x.T @ w)
    assert total(ours, "help_a") == pytest.approx(greg, rel=1e-10)


@pytest.mark.parametrize(
    ("method", "bounds"),
    [("linear", None), ("raking", None), ("logit", (0.2, 4)), ("linear", (0.3, 3))],
)
def test_categories_and_numbers_are_met_together(method: str, bounds: tuple[float, float]) -> None:
    survey = survey_of(people())
    income = 1.02 * total(survey, "income")
    ours = ws.calibrate(survey, {**SHARES, "income": income}, method=method, bounds=bounds)
    assert total(ours, "income") == pytest.approx(income, rel=1e-10)
    assert shares(ours, "sex") == pytest.approx(SHARES["sex"], rel=1e-10)
    assert ours.facts.weighting == (f"calibrated ({method}) to sex, age, income",)
    if bounds:
        factor = ours.weights / survey.weights
        assert bounds[0] <= factor.min()
        assert factor.max() <= bounds[1]


def test_totals_of_numbers_stand_beside_frames_in_a_list():
    survey = survey_of(people())
    frame = pd.DataFrame({"sex": ["Men", "Women"], "target": [480, 520]})
    ours = ws.calibrate(survey, [frame, {"income": 4e5}], method="raking")
    assert total(ours, "income") == pytest.approx(4e5)
    assert ours.weighted_base == pytest.approx(1_000)


def test_one_set_of_categories_is_poststratification_by_every_method():
    survey = survey_of(people())
    wanted = ws.poststratify(survey, "sex", SHARES["sex"]).weights
    for method, bounds in (("linear", None), ("raking", None), ("logit", (0.1, 5))):
        ours = ws.calibrate(survey, {"sex": SHARES["sex"]}, method=method, bounds=bounds)
        np.testing.assert_allclose(ours.weights, wanted, rtol=1e-9)


def test_standard_errors_know_the_totals_of_numbers():
    survey = survey_of(people(), weights_represent="population")
    ours = ws.calibrate(survey, {"income": 1.05 * total(survey, "income")}, population=130)
    frame = ws.estimate_totals(ours, "income").to_frame()
    assert frame["standard_error"][0] == pytest.approx(0, abs=1e-6)


def test_bounds_without_a_solution_are_refused():
    with pytest.raises(
        WeightingError,
        match=r"no weights 0.95 to 1.05 times the base weights meet all totals: the nearest miss"
        r" '16-34' of 'age' by 30 per cent, .* \(2 more\)\. Widen the limits, or calibrate to fewer",
    ):
        ws.calibrate(survey_of(people()), SHARES, method="logit", bounds=(0.95, 1.05))


def test_totals_that_no_weights_have_are_refused():
    frame = people()
    low = {"sex": SHARES["sex"], "income": 0.01 * (frame["w"] @ frame["income"])}
    with pytest.raises(WeightingError, match=r"no weights meet all totals: .* Calibrate to fewer"):
        ws.calibrate(survey_of(frame), low, method="raking")


def test_negative_weights_are_refused_with_a_method_that_has_none():
    frame = people()
    far = {"sex": SHARES["sex"], "income": 1.6 * (frame["w"] @ frame["income"])}
    with pytest.raises(WeightingError, match=r"\d+ of 120 weights would be negative. Pass method="):
        ws.calibrate(survey_of(frame), far)
    assert (ws.calibrate(survey_of(frame), far, method="raking").weights > 0).all()


def test_a_number_that_somebody_lacks_is_refused():
    frame = people()
    frame.loc[:2, "income"] = np.nan
    with pytest.raises(WeightingError, match=r"3 of 120 respondents have no value of 'income'"):
        ws.calibrate(survey_of(frame), {"income": 5e4}, population=120)
    frame.loc[:2, "w"] = 0.0
    ours = ws.calibrate(survey_of(frame), {"income": 5e4}, population=120)
    assert (ours.weights[:3] == 0).all()


@pytest.mark.parametrize("bounds", [(1.2, 2), (0.5, 0.9), (-1, 2), (0.5,)])
def test_bounds_lie_around_one(bounds):
    with pytest.raises(
        OptionError, match="bounds are the least and the largest factor of a weight"
    ):
        ws.calibrate(survey_of(people()), SHARES, bounds=bounds)


def test_logit_needs_bounds_and_methods_go_by_their_names():
    survey = survey_of(people())
    with pytest.raises(OptionError, match='method="logit" needs bounds'):
        ws.calibrate(survey, SHARES, method="logit")
    with pytest.raises(OptionError, match="method cannot be 'greg'"):
        ws.calibrate(survey, SHARES, method="greg")
    with pytest.raises(OptionError, match="there are no totals"):
        ws.calibrate(survey, {})
    with pytest.raises(WeightingError, match="the total of 'income' is inf, no number"):
        ws.calibrate(survey, {"income": float("inf")})


@pytest.mark.parametrize("bounds", ["ab", 3, (0.5, "x"), (0.5, 1.5, 2)])
def test_bounds_are_two_numbers(bounds):
    with pytest.raises(OptionError, match="bounds are the least and the largest factor"):
        ws.calibrate(survey_of(people()), {"income": 1e6}, bounds=bounds)


@pytest.mark.parametrize("population", ["x", -4, 0, np.inf, 1e300, True])
def test_a_population_is_a_number_of_people(population):
    with pytest.raises(OptionError, match="population is a number of people above 0"):
        ws.calibrate(survey_of(people()), {"income": 1e6}, population=population)


def test_totals_too_large_to_compute_with_are_refused():
    with pytest.raises(WeightingError, match=r"the total of 'income' is 1e\+300, no number"):
        ws.calibrate(survey_of(people()), {"income": 1e300})


def test_a_gap_is_told_in_plain_figures():
    with pytest.raises(WeightingError, match=r"the nearest miss 'income' by 100 per cent\. Calib"):
        ws.calibrate(survey_of(people()), {"income": 1e12}, population=100, method="raking")
