from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import DataError, DesignError
from welfarestats.survey.capping import with_capped_weights

FRAME = pd.DataFrame({"sex": ["F", "M", "F"], "w": [1.0, 5.0, 2.0], "psu": [1, 2, 3]})


def test_weights_above_the_limit_are_cut_and_others_stay():
    survey = ws.Survey(FRAME, weights="w", psu="psu")
    changed = with_capped_weights(survey, 2.5)
    assert changed.weights.tolist() == [1.0, 2.5, 2.0]
    assert changed.effective_base == pytest.approx(5.5**2 / (1 + 6.25 + 4))
    assert survey.weights.tolist() == [1.0, 5.0, 2.0]
    assert changed.domain(sex="F").weighted_base == 3.0


def test_a_domain_stays_a_domain():
    survey = ws.Survey(FRAME, weights="w").domain(sex="M")
    changed = with_capped_weights(survey, 2.5)
    assert (changed.base, changed.weighted_base) == (1, 2.5)


@given(st.lists(st.floats(0.01, 50), min_size=2, max_size=30), st.floats(0.5, 60))
@settings(max_examples=25, deadline=None)
def test_a_capped_survey_is_the_survey_of_capped_weights(weights: list[float], limit: float):
    frame = pd.DataFrame({"answer": ["a", "b"] * len(weights), "w": weights * 2})
    by_hand = ws.Survey(frame.assign(w=np.minimum(frame["w"], limit)), weights="w")
    changed = with_capped_weights(ws.Survey(frame, weights="w"), limit)
    pd.testing.assert_frame_equal(
        ws.estimate_proportions(changed, "answer").to_frame(),
        ws.estimate_proportions(by_hand, "answer").to_frame(),
    )


def test_a_limit_is_positive_and_data_are_in_memory():
    with pytest.raises(DesignError, match="a limit for weights is a number above 0, not 0"):
        with_capped_weights(ws.Survey(FRAME, weights="w"), 0)
    polars = pytest.importorskip("polars")
    lazy = ws.Survey(polars.from_pandas(FRAME).lazy(), weights="w")
    with pytest.raises(DataError, match="weights of a lazy frame are not in memory"):
        with_capped_weights(lazy, 2)
