from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weighted_people import people, survey_of

from welfarestats.errors import DataError, OptionError, WeightingError
from welfarestats.survey.targets import margin_list, margin_words, wanted_margins


def test_a_mapping_is_a_margin_a_question():
    sex, age = wanted_margins({"sex": {1: 0.48, 2: 0.52}, "age": {"16-34": 30, "35+": 70}})
    assert (sex.questions, sex.answers, sex.figures) == (("sex",), ((1,), (2,)), (0.48, 0.52))
    assert (sex.shares, age.shares, age.total) == (True, False, 100.0)


def test_tuples_are_joint_margins():
    (joint,) = wanted_margins({("age", "sex"): {("16-34", "Men"): 0.4, ("35+", "Men"): 0.6}})
    assert joint.questions == ("age", "sex")
    assert joint.words == "'age' by 'sex'"
    assert joint.name == margin_list([joint]) == "age by sex"


def test_a_long_frame_is_a_margin_a_variable_and_a_wide_one_is_joint():
    long = pd.DataFrame(
        {"variable": ["sex", "sex", "age"], "category": [1, 2, 1], "target": [0.5, 0.5, 1.0]}
    )
    assert [margin.questions for margin in wanted_margins(long)] == [("sex",), ("age",)]
    wide = pd.DataFrame({"sex": [1, 2], "area": ["N", "S"], "target": [5, 7]})
    (joint,) = wanted_margins(wide)
    assert joint.answers == ((1, "N"), (2, "S"))


def test_within_a_question_targets_stand_by_answer_or_in_a_column():
    by_answer = wanted_margins({"UC": {"sex": {1: 0.4, 2: 0.6}}}, within="benefit")
    frame = pd.DataFrame({"benefit": ["UC"] * 2, "sex": [1, 2], "target": [0.4, 0.6]})
    assert wanted_margins(frame, within="benefit") == by_answer
    assert wanted_margins({"UC": frame.drop(columns="benefit")}, within="benefit") == by_answer
    assert wanted_margins([frame], within="benefit") == by_answer
    assert by_answer[0].words == "'sex' within 'UC'"
    assert by_answer[0].name == "sex within UC"


def test_a_file_is_read_as_its_frame(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("age,sex,target\n16-34,Men,0.25\n35+,Men,0.75\n", encoding="utf-8")
    (joint,) = wanted_margins(path)
    assert joint.answers == (("16-34", "Men"), ("35+", "Men"))


def test_another_survey_within_a_question_gives_shares_of_each_answer():
    reference = survey_of(people())
    north, south = wanted_margins(reference, margins=["sex"], within="region")
    assert (north.group, south.group) == ("North", "South")
    assert north.total == pytest.approx(1)
    weights = reference.weights[(people()["region"] == "North") & (people()["sex"] == 1)].sum()
    assert north.figures[0] == pytest.approx(
        weights / reference.domain(region="North").weighted_base
    )


def test_shares_that_are_off_by_a_rounding_error_are_taken():
    thirds = {"a": 1 / 3, "b": 1 / 3, "c": 0.3333333}
    assert wanted_margins({"x": thirds})[0].shares


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        ({"x": {"a": 0.4, "b": 0.5}}, r"the shares of 'x' add up to 0.9, 0.1 less than 1"),
        ({"x": {"a": 0.6, "b": 0.5}}, r"the shares of 'x' add up to 1.1, 0.1 more than 1"),
        ({"x": {"a": -1, "b": 2}}, r"the target of 'x' for 'a' is -1, which is negative"),
        ({"x": {"a": 0, "b": 0}}, r"the targets of 'x' are all 0"),
        ({"x": {"a": None}}, r"the target of 'x' for 'a' is None, no number"),
        ({"x": {"a": np.nan}}, r"the target of 'x' for 'a' is nan, no number"),
        ({"x": {"a": 4e300}}, r"the target of 'x' for 'a' is 4e\+300, no number"),
        ({"x": {"a": True}}, r"the target of 'x' for 'a' is True, no number"),
        ({"x": {1: 5, "1": 5}}, r"the target of 'x' for '1' stands twice"),
        ([{"x": {"a": 1}}, {"x": {"a": 1}}], r"the targets of 'x' stand twice"),
        (
            pd.DataFrame({"x": ["a", None], "target": [1, 2]}),
            r"1 of 2 rows of targets have no answer in column 'x'",
        ),
    ],
)
def test_figures_that_cannot_be_met_are_refused(targets, sentence):
    with pytest.raises(WeightingError, match=sentence):
        wanted_margins(targets)


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        ({}, "there are no targets"),
        (0.5, r"targets are figures by answer, .* a frame, a file or a survey, not 0.5"),
        (
            {"x": 12},
            r"the targets of 'x' are of type 'int' and not figures by answer, .*Only calibrate\(\) takes a total",
        ),
        ({"x": {}}, r"the targets of 'x' are empty and not figures by answer"),
        ({3: {"a": 1}}, "targets go by the names of questions, not by 3"),
        ({("x", "y"): {"a": 1}}, r"the targets of 'x' by 'y' go by 2 answers each"),
        (pd.DataFrame({"x": ["a"], "n": [1]}), "a frame of targets has a column 'target'"),
        (pd.DataFrame({"target": [1]}), "needs a column for each question beside 'target'"),
    ],
)
def test_targets_of_no_known_form_are_refused(targets, sentence):
    with pytest.raises(OptionError, match=sentence):
        wanted_margins(targets)


def test_margins_go_with_another_survey_only():
    with pytest.raises(OptionError, match="targets from another survey need margins="):
        wanted_margins(survey_of(people()))
    with pytest.raises(OptionError, match="margins= goes with targets from another survey only"):
        wanted_margins({"x": {"a": 1}}, margins=["x"])


def test_a_frame_without_the_question_that_targets_lie_within_is_refused():
    with pytest.raises(OptionError, match="the targets have no column 'benefit', the question"):
        wanted_margins(pd.DataFrame({"x": ["a"], "target": [1]}), within="benefit")


def test_a_lazy_frame_of_targets_is_collected_first():
    import polars as pl

    lazy = pl.DataFrame({"x": ["a"], "target": [1]}).lazy()
    with pytest.raises(OptionError, match="targets in a lazy frame are not in memory"):
        wanted_margins(lazy)


def test_a_scale_of_another_survey_is_no_margin():
    with pytest.raises(WeightingError, match="'income' of the survey that targets come from is"):
        wanted_margins(survey_of(people()), margins=["income"])


def test_another_survey_in_which_nobody_answered_gives_no_targets():
    nobody = survey_of(people().assign(age=9))
    with pytest.raises(DataError, match="nobody in the survey that targets come from answered"):
        wanted_margins(nobody, margins=["age"])


def test_margins_are_named_in_quotes():
    assert margin_words(["age", "sex"]) == "'age' by 'sex'"


def test_within_a_question_targets_go_by_its_answers():
    with pytest.raises(
        OptionError, match=r"with within='age' targets are those of each .* and 'sex' has figures"
    ):
        wanted_margins({"sex": {"Men": 0.5, "Women": 0.5}}, within="age")
