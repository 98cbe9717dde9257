from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from weighted_people import SHARES, people, survey_of

import welfarestats as ws
from welfarestats.errors import OptionError, WeightingError
from welfarestats.survey.design import ReplicateWeights
from welfarestats.survey.new_weights import replicates_alike


def with_replicates(survey: ws.Survey, dropped: list[np.ndarray]) -> ws.Survey:
    """Return the survey with replicates that each leave some people out."""
    weights = np.column_stack([np.where(mask, 0.0, survey.weights) for mask in dropped])
    sample = survey.view(()).sample
    known = ReplicateWeights(weights, 1.0, np.ones(len(dropped)), "estimate", len(dropped) - 1.0)
    sample.design = replace(sample.design, replicates=known)
    return survey


def halves(size: int = 120) -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [random.random(size) < 0.3 for _ in range(4)]


@pytest.mark.parametrize("how", ["rake", "calibrate"])
def test_every_replicate_meets_the_targets_of_the_full_sample(how: str) -> None:
    survey = with_replicates(survey_of(people()), halves())
    ours = getattr(ws, how)(survey, SHARES, **({"method": "raking"} if how == "calibrate" else {}))
    replicates = ours.view(()).design.replicates
    sex = people()["sex"].to_numpy()
    for r in range(4):
        column = replicates.weights[:, r]
        assert column[sex == 1].sum() == pytest.approx(0.48 * survey.weighted_base)
        alone = survey_of(people().assign(w=np.where(halves()[r], 0, people()["w"])))
        scaled = ws.rake(alone, SHARES).weights
        np.testing.assert_allclose(column / column.sum(), scaled / scaled.sum(), rtol=1e-9)


def test_a_replicate_that_empties_a_category_is_refused_by_its_number():
    young = (people()["age"] == 1).to_numpy()
    survey = with_replicates(survey_of(people()), [halves()[0], young])
    sentence = r"in replicate 2 of 2, nobody with a weight is in '16-34' of 'age'. Unite it"
    with pytest.raises(WeightingError, match=sentence):
        ws.rake(survey, SHARES)
    with pytest.raises(WeightingError, match=sentence):
        ws.calibrate(survey, SHARES, method="raking")


def test_trimming_moves_replicates_as_it_moves_weights():
    survey = with_replicates(survey_of(people()), halves())
    trimmed = ws.trim_weights(survey, upper=1.5)
    factor = trimmed.weights / survey.weights
    before, after = survey.view(()).design.replicates, trimmed.view(()).design.replicates
    np.testing.assert_allclose(after.weights, before.weights * factor[:, None])


def test_trimming_with_targets_rakes_replicates_again():
    raked = ws.rake(with_replicates(survey_of(people()), halves()), SHARES)
    kept = ws.trim_weights(raked, upper=1.9, keep_targets=True)
    sex = people()["sex"].to_numpy()
    for column in kept.view(()).design.replicates.weights.T:
        assert column[sex == 1].sum() == pytest.approx(0.48 * raked.weighted_base)


def test_declared_weights_keep_their_replicates():
    survey = with_replicates(survey_of(people()), halves())
    frame = ws.estimate_proportions(survey_of(people()), "sex").to_frame()
    achieved = {"sex": dict(zip(frame["category"], frame["estimate"], strict=True))}
    ours = ws.declare_calibration(survey, achieved)
    assert ours.view(()).design.replicates is survey.view(()).design.replicates


def test_without_replicates_there_are_none():
    assert replicates_alike(None, lambda weight: weight) is None


def test_what_weights_represent_goes_by_its_words():
    with pytest.raises(OptionError, match="weights_represent cannot be 'people'"):
        ws.rake(survey_of(people()), SHARES, weights_represent="people")
    with pytest.raises(OptionError, match="missing cannot be 'drop'"):
        ws.rake(survey_of(people()), SHARES, missing="drop")
