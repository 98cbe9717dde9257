import numpy as np
import pandas as pd
import pytest
from r_surveys import CODEBOOK, DESIGNS, raked_survey, respondents, survey_of
from scipy import sparse

import welfarestats as ws
from welfarestats.errors import DesignError
from welfarestats.survey.design import Calibration
from welfarestats.survey.reweighting import reweighted
from welfarestats.tables.r_design import RColumns, design_lines


def declared(survey: ws.Survey) -> str:
    return design_lines(survey, RColumns())[1]


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ("persons", "svydesign(ids = ~1, weights = ~weight,"),
        ("persons of a finite population", "ids = ~1, strata = ~stratum1, fpc = ~fpc1, weights"),
        ("clusters", "ids = ~psu1, weights"),
        ("two stages", "ids = ~psu1 + respondent, strata = ~stratum1, fpc = ~fpc1 + fpc2, weights"),
    ],
)
def test_the_design_is_declared_stage_by_stage(design, said):
    assert said in declared(survey_of(design))
    assert declared(survey_of(design)).endswith("data = data, nest = TRUE)")


def test_strata_and_psus_are_numbered_so_that_no_name_leaves():
    frame = pd.DataFrame({"office": ["Leeds", "Ayr", "Ayr"], "area": ["N", "S", "S"]})
    survey = ws.Survey(frame, psu="office", strata="area", lonely_psu="remove")
    columns = RColumns()
    design_lines(survey, columns)
    assert columns.values["psu1"].tolist() == [2, 1, 1]
    assert columns.values["stratum1"].tolist() == [1, 2, 2]
    assert columns.comments == ['# psu1 is "office", numbered', '# stratum1 is "area", numbered']
    assert "Leeds" not in columns.text()


def test_numbers_are_written_with_all_their_digits_and_gaps_as_nothing():
    columns = RColumns()
    columns.add("x", np.array([1 / 3, np.nan, 2.0]))
    columns.add("y", np.array([1e-300, 1.0, -0.1]))
    assert columns.text() == "x,y\n0.3333333333333333,1e-300\n,1\n2,-0.1\n"


def test_codes_are_those_of_the_codebook_or_their_places():
    survey = survey_of("persons")
    sample = survey.view([]).sample
    columns = RColumns()
    assert columns.question(sample.answers("work")).codes == (1, 2, 3, 9)
    assert columns.question(sample.answers("region")).codes == (1, 2)
    assert columns.question(sample.answers("work")).columns == ("v1",)
    assert set(columns.values) == {"v1", "v2"}


def test_the_words_for_a_base_say_whom_it_leaves_out():
    sample = survey_of("persons").view([]).sample
    columns = RColumns()
    work, age = (columns.question(sample.answers(name)) for name in ("work", "age"))
    mentions = columns.question(sample.answers("help"))
    assert work.base(None) == "data$v1 %in% c(1, 2, 3)"
    assert work.base(["dont_know"]) == "data$v1 %in% c(1, 2, 3, 9)"
    assert age.base(None) == "!is.na(data$v2)"
    assert mentions.base(None) == "!is.na(data$v3_1) & !(data$v3_3 %in% 1)"
    assert mentions.chosen([0, 1]) == "(data$v3_1 %in% 1 | data$v3_2 %in% 1)"
    assert work.scores([0, 1]) == "or_zero(c(40, 16)[match(data$v1, c(1, 2))])"


def test_sizes_at_one_stage_and_fractions_at_another_are_refused():
    frame = respondents()
    frame["half"] = 0.5
    options = {**DESIGNS["two stages"], "fpc": ["psus", "half"]}
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK, **options)
    with pytest.raises(DesignError, match="sizes at one stage and sampling fractions at another"):
        design_lines(survey, RColumns())


def test_a_calibrated_weight_of_zero_is_refused():
    frame = respondents()
    survey = ws.Survey(frame, weights="w")
    ones = sparse.csr_array(np.ones((len(frame), 1)))
    made = reweighted(survey, survey.weights, "x", calibration=Calibration(ones, survey.weights))
    none = int((frame["w"] == 0).sum())
    with pytest.raises(DesignError, match=f"{none} of 160 respondents have a weight of zero"):
        design_lines(made, RColumns())


def test_calibrated_weights_bring_the_weights_before_and_what_they_were_calibrated_to():
    columns = RColumns()
    lines = design_lines(raked_survey(), columns)
    assert (
        lines[-1] == 'design <- calibrated(design, c("a1", "a2", "a3", "a4", "a5", "a6"), weight)'
    )
    assert "weights = ~base" in lines[-2]
    np.testing.assert_array_equal(columns.values["base"], respondents(zero=False)["w"])
