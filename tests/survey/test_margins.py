from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weighted_people import SHARES, people, survey_of

import welfarestats as ws
from welfarestats.errors import CodebookError, DataWarning, WeightingError
from welfarestats.survey.margins import place_respondents
from welfarestats.survey.targets import wanted_margins


def placed(survey: ws.Survey, targets, **options):
    wanted = wanted_margins(targets, within=options.get("within"))
    return place_respondents(survey, wanted, **options)


def test_cells_are_the_combinations_that_hold_respondents():
    survey = survey_of(people())
    found = placed(survey, SHARES)
    assert found.cells.size == 6
    frame = people()
    sums = frame.groupby(["sex", "age"])["w"].sum()
    assert sorted(found.sums(survey.weights)) == pytest.approx(sorted(sums))
    assert found.columns[0] == ("sex", "Men")
    assert found.target == pytest.approx(
        survey.weighted_base * np.array([0.48, 0.52, 0.3, 0.3, 0.4])
    )


def test_indicators_say_who_is_in_which_category():
    frame = people()
    table = placed(survey_of(frame), SHARES).indicators().toarray()
    wanted = np.hstack(
        [np.eye(2)[frame["sex"].to_numpy() - 1], np.eye(3)[frame["age"].to_numpy() - 1]]
    )
    np.testing.assert_array_equal(table, wanted)


def test_rows_outside_of_a_margin_have_no_indicator_in_it():
    frame = people()
    frame.loc[:3, "w"] = 0.0
    targets = {"North": {"sex": {1: 0.5, 2: 0.5}}, "South": {"age": SHARES["age"]}}
    table = placed(survey_of(frame), targets, within="region").indicators().toarray()
    north = (frame["region"] == "North").to_numpy()
    # A respondent of weight zero may share a cell with others, which does no harm.
    assert (table[north][:, 2:] == 0).all()
    assert (table[~north][:, :2] == 0).all()
    assert (table.sum(axis=1) == 1).all()


def test_many_combinations_are_numbered_without_a_table_of_them_all():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({f"q{i}": random.integers(0, 12, 300) for i in range(6)})
    targets = {name: dict.fromkeys(sorted(set(frame[name])), 1) for name in frame}
    found = placed(ws.Survey(frame), targets)
    assert found.size <= 300
    table = found.indicators().toarray()
    wanted = np.hstack([np.eye(12)[frame[name]] for name in frame])
    np.testing.assert_array_equal(table, wanted)
    cells = found.cell_indicators().toarray()
    np.testing.assert_array_equal(cells.T @ found.sums(np.ones(300)), wanted.sum(axis=0))


def test_a_category_without_target_and_respondents_is_left_out():
    survey = survey_of(people())
    found = placed(survey, {"age": {**SHARES["age"], "Don't know": 0}})
    assert [label for _, label in found.columns] == ["16-34", "35-49", "50+"]


def test_a_category_without_respondents_is_refused():
    frame = people()
    survey = survey_of(frame[frame["age"] != 1])
    with pytest.raises(
        WeightingError,
        match=r"nobody with a weight is in '16-34' of 'age', whose target is .* Unite",
    ):
        placed(survey, SHARES)
    undeclared = {"region": {"North": 0.4, "South": 0.4, "East": 0.1, "West": 0.1}}
    with pytest.raises(WeightingError, match=r"in 'East' of 'region'.*\(and 1 more like it\)"):
        placed(survey_of(frame), undeclared)


def test_respondents_without_target_are_refused_with_their_label_if_it_is_declared():
    with pytest.raises(
        WeightingError,
        match=r"of 120 respondents gave an answer to 'age' that has no target \('50\+'\)",
    ):
        placed(survey_of(people()), {"age": {"16-34": 0.5, "35-49": 0.5}})


def test_what_people_wrote_is_not_repeated():
    with pytest.raises(
        WeightingError, match=r"no target \(one answer: survey.describe_question\('region'\) shows"
    ) as told:
        placed(survey_of(people()), {"region": {"North": 1.0}})
    assert "South" not in str(told.value)


def test_a_target_of_zero_for_respondents_is_refused():
    with pytest.raises(
        WeightingError,
        match=r"the target of '16-34' of 'age' is 0, but \d+ of 120 respondents are in",
    ):
        placed(survey_of(people()), {"age": {"16-34": 0.0, "35-49": 0.5, "50+": 0.5}})


def test_targets_that_overlap_are_refused():
    with pytest.raises(
        WeightingError, match=r"category '16-34' of 'age' is in two targets, 'Under 50' and '16-34'"
    ):
        placed(survey_of(people()), {"age": {"Under 50": 0.5, "16-34": 0.2, "50+": 0.3}})


def test_counts_that_disagree_are_refused():
    counts = {"sex": {"Men": 480, "Women": 520}, "age": {"Under 50": 600, "50+": 403}}
    with pytest.raises(
        WeightingError, match=r"the targets disagree: those of 'sex' add up to 1,000, .* to 1,003"
    ):
        placed(survey_of(people()), counts)


def test_shares_beside_counts_take_their_sum():
    found = placed(survey_of(people()), {"sex": {"Men": 480, "Women": 520}, "age": SHARES["age"]})
    assert found.target.tolist() == [480, 520, 300, 300, 400]


def test_an_answer_that_the_codebook_does_not_have_is_refused_with_the_nearest():
    with pytest.raises(CodebookError, match=r"has no answer 'Woman'; .* Did you mean 'Women'"):
        placed(survey_of(people()), {"sex": {"Men": 0.5, "Woman": 0.5}})


def test_multiple_responses_and_scales_are_no_margins():
    survey = survey_of(people())
    with pytest.raises(
        WeightingError, match=r"'help' is a multiple response: .* so it is no margin"
    ):
        placed(survey, {"help": {"Advice": 0.5, "Money": 0.5}})
    with pytest.raises(WeightingError, match=r"'income' is a scale and has no categories"):
        placed(survey, {"income": {100: 0.5, 200: 0.5}})


def test_groups_without_targets_and_targets_without_groups_are_refused():
    survey = survey_of(people())
    sex = {"sex": {"Men": 0.5, "Women": 0.5}}
    with pytest.raises(
        WeightingError, match=r"respondents are in no group of 'region' that has targets"
    ):
        placed(survey, {"North": sex}, within="region")
    with pytest.raises(
        WeightingError, match=r"there are targets within 'East' of 'region', but no"
    ):
        placed(survey, {"North": sex, "South": sex, "East": sex}, within="region")


def test_targets_that_may_be_percentages_are_told_to_be_counts():
    many, few = (survey_of(people(size)) for size in (300, 150))
    sex = {"sex": {"Men": 48, "Women": 52}}
    with pytest.warns(DataWarning, match=r"of 'sex' add up to 100 and are read as counts") as told:
        assert ws.rake(many, sex).weighted_base == pytest.approx(100)
    assert told[0].filename == __file__
    # A hundred may be meant of few people, and other sums are no percentages.
    assert ws.rake(few, sex).weighted_base == pytest.approx(100)
    assert ws.rake(many, {"sex": {"Men": 480, "Women": 520}}).weighted_base == pytest.approx(1000)
