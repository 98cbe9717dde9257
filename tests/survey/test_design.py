"""Designs: lonely PSUs, finite populations, weights, and the sentence for each that cannot be."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DesignError, OptionError, PrecisionWarning
from welfarestats.survey.design import crossed


def survey(columns: dict[str, list], **options) -> ws.Survey:
    return ws.Survey(pd.DataFrame(columns), **options)


def error_of(made: ws.Survey, column: str = "y") -> float:
    return float(ws.estimate_totals(made, column).to_frame()["standard_error"][0])


# ---------------------------------------------------------------- by hand

# Stratum A: PSU totals 1 and 5; stratum B: 4 and 10.
STRATA = {"y": [1.0, 5, 4, 10], "s": list("AABB"), "u": [1, 2, 1, 2]}
# The same with a stratum C of one PSU, whose total is 15. Mean of the five totals: 7.
LONELY = {"y": [1.0, 5, 4, 10, 15], "s": list("AABBC"), "u": [1, 2, 1, 2, 1]}


def test_strata_are_compared_within_themselves():
    # A: 2 · ((1 − 3)² + (5 − 3)²) = 16; B: 2 · ((4 − 7)² + (10 − 7)²) = 36
    assert error_of(survey(STRATA, strata="s", psu="u")) == pytest.approx(math.sqrt(52))


def test_a_finite_population_shrinks_each_stratum_by_its_own_fraction():
    # A: half of 4 drawn, B: 2 of 8: 16 · (1 − 1/2) + 36 · (1 − 1/4) = 35
    sized = {**STRATA, "n": [4, 4, 8, 8], "f": [0.5, 0.5, 0.25, 0.25]}
    for fpc in ("n", "f"):
        made = survey(sized, strata="s", psu="u", fpc=fpc)
        assert error_of(made) == pytest.approx(math.sqrt(35))


def test_the_second_stage_adds_the_fraction_of_the_first():
    # PSU 1: people 1, 3 (of 4), PSU 2: 5, 9 (of 4); 2 PSUs of 4 drawn.
    # Between PSUs: (1 − 1/2) · 2 · (5² + 5²) = 50, the totals being 4 and 14.
    # Within: 1/2 · (1 − 2/4) · 2 · ((1 + 1) + (4 + 4)) = 1/2 · 1/2 · 2 · 10 = 5
    made = survey(
        {"y": [1.0, 3, 5, 9], "u": [1, 1, 2, 2], "N": [4] * 4, "M": [4] * 4},
        psu="u",
        fpc=["N", "M"],
    )
    assert error_of(made) == pytest.approx(math.sqrt(55))


@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        ("certainty", 52),  # the lonely stratum adds nothing
        ("remove", 52),
        ("average", 52 * 3 / 2),  # it adds the mean of the other two
        ("adjust", 52 + 15**2),  # its total as a deviation from zero, as R has it
    ],
)
def test_the_rules_for_a_lonely_psu(rule, variance):
    made = survey(LONELY, strata="s", psu="u", lonely_psu=rule)
    assert error_of(made) == pytest.approx(math.sqrt(variance))


def test_a_lonely_psu_of_a_mean_deviates_from_the_overall_mean():
    # Residuals about the mean 7 add to zero, so R's zero is the mean: −6, −2, −3, 3, 8.
    made = survey(LONELY, strata="s", psu="u", lonely_psu="adjust")
    variance = (2 * (2**2 + 2**2) + 2 * (3**2 + 3**2) + 8**2) / 25
    found = ws.estimate_means(made, "y").to_frame()
    assert found["standard_error"][0] == pytest.approx(math.sqrt(variance))


def test_a_stratum_that_was_taken_whole_is_not_lonely():
    made = survey({**LONELY, "n": [4, 4, 8, 8, 1]}, strata="s", psu="u", fpc="n")
    assert error_of(made) == pytest.approx(math.sqrt(35))


def test_every_stratum_lonely_leaves_no_average_to_take():
    made = survey({"y": [1.0, 5], "s": ["A", "B"]}, strata="s", lonely_psu="average")
    with pytest.warns(PrecisionWarning, match="no degrees of freedom"):
        found = ws.estimate_totals(made, "y").to_frame()
    assert found["estimate"][0] == 6
    assert np.isnan(found["standard_error"][0])


# ---------------------------------------------------------------- refusals


def test_a_lonely_psu_is_named_and_its_remedies_listed():
    with pytest.raises(DesignError) as caught:
        survey({"y": [1, 2, 3], "s": ["North", "South", "South"]}, strata="s")
    assert str(caught.value) == (
        "stratum 'North' has only one PSU, so its variance cannot be estimated. Pass"
        ' lonely_psu="adjust", "average", "certainty" or merge it.'
    )


def test_several_lonely_strata_are_counted():
    with pytest.raises(DesignError, match=r"\(2 strata are like it\)"):
        survey({"y": [1, 2, 3, 4], "s": list("ABCC")}, strata="s")


def test_a_lonely_unit_of_the_second_stage_is_named_by_its_psu():
    columns = {"y": [1, 2, 3], "u": [1, 1, 2], "v": [1, 2, 1], "N": [9] * 3, "M": [5, 5, 5]}
    with pytest.raises(DesignError, match=r"stratum made of one unit of stage 1 \('u'\)"):
        survey(columns, psu=["u", "v"], fpc=["N", "M"])


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([1, np.nan, 2], r"1 of 3 weights in column 'w' are missing; the first is in row 2\."),
        ([1, 2, np.inf], r"1 of 3 weights in column 'w' are infinite; the first is in row 3\."),
        ([1, 2, 1e200], r"1 of 3 weights in column 'w' are too large to compute with"),
        ([-1, -2, 2], r"2 of 3 weights in column 'w' are negative; the first is in row 1\."),
        ([0, 0, 0], r"all weights in column 'w' are zero\."),
    ],
)
def test_weights_that_cannot_be(weights, sentence):
    with pytest.raises(DesignError, match=sentence):
        survey({"y": [1, 2, 3], "w": weights}, weights="w")


def test_weights_that_are_text():
    with pytest.raises(DataError, match=r"column 'w' holds .* where numbers are needed"):
        survey({"y": [1, 2], "w": ["1", "2"]}, weights="w")


@pytest.mark.parametrize(
    ("fpc", "sentence"),
    [
        ([0.5, 100, 100, 100], r"mixes sampling fractions \(1 entries below 1\) and population"),
        ([90, 100, 100, 100], r"the fpc column 'n' has several values in stratum 'A'\."),
        ([1.0, 1.0, 2, 2], r"stratum 'A' has 2 units sampled, more than the 1 that the fpc"),
        ([9, 9, np.nan, 9], r"1 of 4 entries of the fpc column 'n' are missing or not positive"),
        ([9, 9, -9, -9], r"2 of 4 entries .* are missing or not positive; the first is in row 3"),
    ],
)
def test_finite_populations_that_cannot_be(fpc, sentence):
    with pytest.raises(DesignError, match=sentence):
        survey({**STRATA, "n": fpc}, strata="s", psu="u", fpc="n")


def test_a_design_column_with_a_missing_entry():
    with pytest.raises(
        DesignError, match=r"1 of 4 entries of the design column 's' are missing; .* in row 2"
    ):
        survey({**STRATA, "s": ["A", None, "B", "B"]}, strata="s")


def test_a_design_column_that_does_not_exist_offers_the_nearest():
    with pytest.raises(DataError, match=r"no column 'regoin' for the strata; .* mean 'region'\?"):
        survey({"region": ["A", "A"]}, strata="regoin")


def test_more_stages_of_fpc_than_of_psus():
    with pytest.raises(DesignError, match="0 stages of PSUs but 0 columns of strata and 2 of fpc"):
        survey({"y": [1, 2], "n": [9, 9]}, fpc=["n", "n"])


def test_stages_are_named_by_text():
    with pytest.raises(DesignError, match="psu takes names of columns, one a stage, not '1'"):
        survey({"y": [1, 2]}, psu=[1])


@pytest.mark.parametrize("option", ["lonely_psu", "sample", "origin", "df_rule"])
def test_an_option_is_one_of_its_words(option):
    with pytest.raises(OptionError, match=f"{option} cannot be 'adjsut'; it is one of"):
        survey({"y": [1, 2]}, **{option: "adjsut"})


def test_what_weights_represent_is_one_of_two_words():
    with pytest.raises(OptionError, match=r"'sample', 'population'\. Did you mean 'population'\?"):
        survey({"y": [1, 2]}, weights_represent="populaton")


def test_nobody_is_no_survey():
    with pytest.raises(DesignError, match="there are no respondents in the data"):
        survey({"y": []})


def test_pairs_of_entries_are_numbered_in_order():
    number, pairs = crossed(np.array([2, 0, 2, 0]), np.array([1, 0, 1, 1], dtype=np.int32))
    assert number.tolist() == [2, 0, 2, 1]
    assert len(pairs) == 3
