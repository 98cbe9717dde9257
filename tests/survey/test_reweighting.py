from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DesignError
from welfarestats.survey.reweighting import reweighted, weight_columns, with_weights

FRAME = pd.DataFrame(
    {
        "sex": ["F", "M", "M"],
        "w": [1.0, 2.0, 1.0],
        "wt2": [3.0, 1.0, 0.0],
        "grossing_weight": [100.0, 200.0, 300.0],
        "week": [1, 2, 3],
        "wave": [1, 1, 1],
        "work": [1, 0, 1],
        "weight_band": [1, 2, 2],
        "weight_note": ["a", "b", "c"],
    }
)
BANDS = [ws.Category(1, "Under 60 kg"), ws.Category(2, "60 kg and over")]
# As in a file of SPSS: a number without labels is a scale, whatever it is.
CODEBOOK = [
    ws.Question("sex"),
    ws.Question("weight_band", categories=BANDS),
    ws.Question("wt2", kind="scale"),
]


def survey() -> ws.Survey:
    return ws.Survey(FRAME, weights="w", codebook=CODEBOOK)


def test_columns_that_look_like_weights_are_found_and_no_others():
    assert weight_columns(survey()) == ("wt2", "grossing_weight")


def test_other_weights_give_another_survey_and_leave_the_first_alone():
    first = survey()
    other = with_weights(first, "wt2")
    assert (first.base, first.weighted_base) == (3, 4.0)
    assert (other.base, other.weighted_base) == (2, 4.0)
    assert with_weights(first, None).weighted_base == 3.0
    assert not with_weights(first, None).facts.weighted


def test_a_domain_stays_a_domain_under_other_weights():
    men = survey().domain(sex="M")
    assert with_weights(men, "grossing_weight").weighted_base == 500.0
    masked = survey().domain(FRAME["work"] == 1)
    assert with_weights(masked, None).base == 2


def test_it_is_the_survey_that_would_be_made_with_those_weights():
    made = ws.Survey(FRAME, weights="wt2", codebook=CODEBOOK)
    ours = ws.crosstab(with_weights(survey(), "wt2"), "sex").to_frame()
    pd.testing.assert_frame_equal(ours, ws.crosstab(made, "sex").to_frame())


def test_lazy_frames_are_read_under_the_new_weights():
    lazy = ws.Survey(pl.from_pandas(FRAME).lazy(), weights="w", codebook=CODEBOOK)
    assert with_weights(lazy, "grossing_weight").weighted_base == 600.0


def test_what_weights_stand_for_can_be_said():
    assert with_weights(survey(), "wt2", represent="sample").facts.weights_represent == "sample"
    assert survey().facts.weights_represent is None


def test_a_column_that_holds_no_weights_is_refused():
    with pytest.raises(DesignError, match="'weight_note' does not hold numbers"):
        with_weights(survey(), "weight_note")
    with pytest.raises(DataError, match="wt3"):
        with_weights(survey(), "wt3")


def test_calibrations_that_other_weights_do_not_meet_are_kept_as_missed():
    raked = ws.rake(survey(), {"sex": {"F": 0.5, "M": 0.5}})
    cut = reweighted(raked, raked.weights, "cut by hand")
    assert (len(raked.view(()).design.calibrations), raked.view(()).design.missed) == (1, ())
    assert cut.view(()).design.calibrations == ()
    assert cut.view(()).design.missed == raked.view(()).design.calibrations
    again = reweighted(cut, raked.weights, "again", calibration=cut.view(()).design.missed[0])
    assert again.view(()).design.missed == ()
