from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weighted_people import CODEBOOK, SHARES, people, shares, survey_of

import welfarestats as ws
from welfarestats.errors import DataError, OptionError, WeightingError

FEW = settings(max_examples=15, deadline=None)


def test_by_hand_two_margins_of_four_people():
    frame = pd.DataFrame({"sex": ["F", "F", "F", "M"], "age": ["young", "old", "old", "young"]})
    targets = {"sex": {"F": 0.5, "M": 0.5}, "age": {"young": 0.6, "old": 0.4}}
    # The old are women, so each of the two weighs 0.4 · 4 / 2; the one man is half of four.
    np.testing.assert_allclose(ws.rake(ws.Survey(frame), targets).weights, [0.4, 0.8, 0.8, 2.0])


def test_by_hand_poststratification_respects_base_weights():
    frame = pd.DataFrame({"sex": ["F", "F", "M"], "w": [1.0, 3.0, 2.0]})
    survey = ws.poststratify(ws.Survey(frame, weights="w"), "sex", {"F": 20, "M": 10})
    assert survey.weights.tolist() == [5.0, 15.0, 10.0]
    assert survey.facts.weighting == ("post-stratified to sex",)


@FEW
@given(seed=st.integers(0, 10_000))
def test_targets_are_met_and_raking_twice_is_raking_once(seed: int) -> None:
    survey = survey_of(people(seed=seed))
    once = ws.rake(survey, SHARES)
    for name, targets in SHARES.items():
        found = shares(once, name)
        assert {answer: found[answer] for answer in targets} == pytest.approx(targets, rel=1e-11)
    np.testing.assert_allclose(ws.rake(once, SHARES).weights, once.weights, rtol=1e-10)
    assert once.weighted_base == pytest.approx(survey.weighted_base, rel=1e-12)


@FEW
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-3, 7.0, 1e6]))
def test_the_scale_of_the_base_weights_does_not_matter_for_counts(seed: int, factor: float) -> None:
    frame = people(seed=seed)
    counts = {"sex": {"Men": 480, "Women": 520}, "age": {"16-34": 300, "35-49": 300, "50+": 400}}
    plain = ws.rake(survey_of(frame), counts)
    scaled = ws.rake(survey_of(frame.assign(w=frame["w"] * factor)), counts)
    np.testing.assert_allclose(scaled.weights, plain.weights, rtol=1e-10)
    by_share = ws.rake(survey_of(frame.assign(w=frame["w"] * factor)), SHARES)
    np.testing.assert_allclose(by_share.weights / by_share.weighted_base, plain.weights / 1_000)


@FEW
@given(seed=st.integers(0, 10_000))
def test_order_and_base_weights_of_one_do_not_matter(seed: int) -> None:
    frame = people(seed=seed)
    order = np.random.default_rng(seed).permutation(len(frame))
    raked = ws.rake(survey_of(frame), SHARES).weights
    shuffled = ws.rake(survey_of(frame.iloc[order]), SHARES).weights
    np.testing.assert_allclose(shuffled, raked[order], rtol=1e-11)
    ones = ws.rake(survey_of(frame.assign(w=1.0)), SHARES).weights
    none = ws.rake(ws.Survey(frame, codebook=CODEBOOK), SHARES).weights
    np.testing.assert_array_equal(ones, none)


def test_one_respondent_of_weight_two_is_two_of_weight_one():
    frame = people()
    doubled = frame.assign(w=np.where(frame.index < 10, 2.0, 1.0))
    twice = pd.concat([frame[:10], frame]).assign(w=1.0)
    heavy, split = ws.rake(survey_of(doubled), SHARES), ws.rake(survey_of(twice), SHARES)
    np.testing.assert_allclose(split.weights[:10] * 2, heavy.weights[:10], rtol=1e-11)


def test_raking_is_exponential_calibration():
    survey = survey_of(people())
    raked = ws.rake(survey, SHARES)
    calibrated = ws.calibrate(survey, SHARES, method="raking")
    np.testing.assert_allclose(calibrated.weights, raked.weights, rtol=1e-10)


@pytest.mark.parametrize("engine", [pl.DataFrame, pa.Table.from_pandas], ids=["polars", "arrow"])
def test_every_engine_gives_the_same_weights(engine) -> None:
    frame = people()
    other = ws.rake(ws.Survey(engine(frame), weights="w", codebook=CODEBOOK), SHARES)
    np.testing.assert_array_equal(other.weights, ws.rake(survey_of(frame), SHARES).weights)


def test_targets_by_code_label_and_net_are_the_same():
    survey = survey_of(people())
    by_code = ws.rake(survey, {"sex": {1: 0.48, 2: 0.52}})
    by_label = ws.rake(survey, {"sex": {"Men": 0.48, "Women": 0.52}})
    np.testing.assert_array_equal(by_code.weights, by_label.weights)
    nets = ws.rake(survey, {"age": {"Under 50": 0.7, "50+": 0.3}})
    assert shares(nets, "age")["Under 50"] == pytest.approx(0.7)


def test_counts_scale_the_weights_and_what_they_represent_is_said_not_guessed():
    survey = survey_of(people(), weights_represent="sample")
    counts = {"sex": {"Men": 24_000, "Women": 26_000}}
    raked = ws.rake(survey, counts)
    assert raked.weighted_base == pytest.approx(50_000)
    assert raked.facts.weights_represent is None
    said = ws.rake(survey, counts, weights_represent="population")
    assert ws.estimate_totals(said, "income").to_frame()["estimate"][0] > 1e6
    assert ws.rake(survey, SHARES).facts.weights_represent == "sample"


def test_a_joint_margin_beside_a_single_one():
    survey = survey_of(people())
    joint = pd.DataFrame(
        {
            "age": ["16-34", "35-49", "50+"] * 2,
            "sex": ["Men"] * 3 + ["Women"] * 3,
            "target": [0.16, 0.14, 0.18, 0.14, 0.16, 0.22],
        }
    )
    raked = ws.rake(survey, [joint, {"region": {"North": 0.5, "South": 0.5}}])
    men = raked.domain(sex="Men")
    assert men.weighted_base / raked.weighted_base == pytest.approx(0.48)
    assert shares(men, "age")["16-34"] == pytest.approx(0.16 / 0.48)
    assert shares(raked, "region") == pytest.approx({"North": 0.5, "South": 0.5})
    assert raked.facts.weighting == ("raked to age by sex, region",)


def test_within_each_group_its_own_targets_are_met_and_its_size_is_kept():
    survey = survey_of(people())
    targets = {
        "North": {"sex": {"Men": 0.3, "Women": 0.7}},
        "South": {"sex": {"Men": 0.6, "Women": 0.4}, "age": {"Under 50": 0.5, "50+": 0.5}},
    }
    raked = ws.rake(survey, targets, within="region")
    for region, margins in targets.items():
        before, after = survey.domain(region=region), raked.domain(region=region)
        assert after.weighted_base == pytest.approx(before.weighted_base)
        assert shares(after, "sex") == pytest.approx(margins["sex"])
    assert shares(raked.domain(region="South"), "age")["Under 50"] == pytest.approx(0.5)
    np.testing.assert_allclose(
        raked.weights[survey.to_frame()["region"] == "North"],
        ws.rake(survey_of(people().query("region == 'North'")), targets["North"]).weights,
        rtol=1e-11,
    )


def test_another_survey_gives_its_weighted_shares():
    reference = ws.rake(survey_of(people(seed=5)), SHARES)
    raked = ws.rake(survey_of(people()), reference, margins=["sex", ("age", "region")])
    assert shares(raked, "sex") == pytest.approx(SHARES["sex"])
    assert shares(raked.domain(region="North"), "age") == pytest.approx(
        shares(reference.domain(region="North"), "age")
    )


def test_respondents_of_weight_zero_keep_it_and_need_no_answer():
    frame = people().astype({"age": float})
    frame.loc[:4, "w"] = 0.0
    frame.loc[:2, "age"] = np.nan
    raked = ws.rake(survey_of(frame), SHARES)
    assert (raked.weights[:5] == 0).all()
    assert raked.base == 115
    rest = ws.rake(survey_of(frame[5:]), SHARES)
    np.testing.assert_allclose(raked.weights[5:], rest.weights, rtol=1e-12)


def test_grossing_base_weights_keep_their_sum_under_shares():
    frame = people()
    survey = survey_of(frame.assign(w=frame["w"] * 5_000), weights_represent="population")
    raked = ws.rake(survey, SHARES)
    assert raked.weighted_base == pytest.approx(survey.weighted_base)
    assert raked.facts.weights_represent == "population"


def test_integer_base_weights_are_not_truncated():
    frame = people().assign(w=2)
    assert ws.rake(survey_of(frame), SHARES).weights.dtype == float
    assert shares(ws.rake(survey_of(frame), SHARES), "sex") == pytest.approx(SHARES["sex"])


def test_the_first_survey_stays_as_it_was_and_tables_say_what_was_done():
    survey = survey_of(people())
    before = survey.weights
    raked = ws.rake(survey, SHARES)
    np.testing.assert_array_equal(survey.weights, before)
    assert "Figures are weighted: raked to sex, age." in ws.crosstab(raked, "sex").grid.notes
    assert "raked to sex, age" in repr(raked)
    assert "weights that were computed" in repr(ws.rake(ws.Survey(people()), {"sex": {1: 1, 2: 1}}))


def test_standard_errors_know_the_targets():
    raked = ws.rake(survey_of(people()), SHARES)
    frame = ws.estimate_proportions(raked, "sex").to_frame()
    assert frame["standard_error"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert (ws.estimate_proportions(raked, "region").to_frame()["standard_error"] > 0.01).all()


# ---------------------------------------------------------------- don't know, missing answers


def test_dont_know_is_refused_kept_or_given_a_target_but_never_decided_in_silence():
    frame = people()
    frame.loc[:11, "age"] = 9
    survey = survey_of(frame)
    with pytest.raises(
        WeightingError, match=r"12 of 120 respondents have no answer to 'age', which"
    ):
        ws.rake(survey, SHARES)
    kept = ws.rake(survey, SHARES, missing="keep")
    share = frame["w"][:12].sum() / frame["w"].sum()
    assert kept.weights[:12].sum() / kept.weighted_base == pytest.approx(share)
    assert shares(kept, "age") == pytest.approx(SHARES["age"] | {"Under 50": 0.6})
    explicit = {**SHARES["age"], "50+": 0.3, "Don't know": 0.1}
    told = ws.rake(survey, {"age": explicit})
    assert told.weights[:12].sum() / told.weighted_base == pytest.approx(0.1)


def test_missing_answers_are_refused_or_kept():
    frame = people().astype({"age": float})
    frame.loc[:5, "age"] = np.nan
    with pytest.raises(
        WeightingError, match=r'6 of 120 respondents have no .* pass missing="keep"'
    ):
        ws.rake(survey_of(frame), SHARES)
    kept = ws.rake(survey_of(frame), SHARES, missing="keep")
    assert shares(kept, "sex") == pytest.approx(SHARES["sex"])


# ---------------------------------------------------------------- what cannot be


def test_a_domain_is_refused_with_what_to_do():
    with pytest.raises(
        DataError, match=r"rake\(\) weights a whole survey, and this is a domain of"
    ):
        ws.rake(survey_of(people()).domain(sex="Men"), SHARES)


def test_a_lazy_frame_is_collected_first():
    lazy = ws.Survey(pl.from_pandas(people()).lazy(), weights="w", codebook=CODEBOOK)
    with pytest.raises(DataError, match=r"the data are a lazy frame\. Collect it first"):
        ws.rake(lazy, SHARES)


def test_something_else_than_a_survey_is_refused():
    with pytest.raises(OptionError, match="a weighted survey is made from a Survey, not from"):
        ws.rake(people(), SHARES)


def test_targets_that_contradict_each_other_are_refused_with_the_gap():
    frame = pd.DataFrame({"sex": ["F", "F", "M"], "area": ["N", "S", "S"]})
    survey = ws.Survey(frame)
    with pytest.raises(WeightingError, match=r"no weights meet all targets: the nearest miss"):
        ws.rake(survey, {"sex": {"F": 0.3, "M": 0.7}, "area": {"N": 0.5, "S": 0.5}})


def test_targets_met_only_by_weights_of_nothing_are_refused():
    frame = pd.DataFrame({"sex": ["F", "F", "M"], "area": ["N", "S", "S"]})
    with pytest.raises(
        WeightingError, match=r"if some respondents count for nothing: those in 'F' of"
    ):
        ws.rake(ws.Survey(frame), {"sex": {"F": 0.5, "M": 0.5}, "area": {"N": 0.5, "S": 0.5}})


def test_poststrata_and_targets_must_name_the_same_questions():
    survey = survey_of(people())
    with pytest.raises(
        OptionError, match=r"the post-strata are 'sex', but there are targets of 'age'"
    ):
        ws.poststratify(survey, "sex", {"age": SHARES["age"]})
    joint = pd.DataFrame({"sex": ["Men", "Women"], "region": ["North", "South"], "target": [1, 1]})
    with pytest.raises(
        WeightingError, match=r"gave an answer to 'sex' by 'region' that has no target"
    ):
        ws.poststratify(survey, ["sex", "region"], joint)


def test_poststrata_come_from_a_mapping_a_frame_a_file_or_a_survey(tmp_path):
    survey, targets = survey_of(people()), {"North": 30, "South": 70}
    frame = pd.DataFrame({"region": list(targets), "target": list(targets.values())})
    frame.to_csv(tmp_path / "targets.csv", index=False)
    wanted = ws.poststratify(survey, "region", targets).weights
    for given_as in (
        {"region": targets},
        frame,
        pl.from_pandas(frame),
        str(tmp_path / "targets.csv"),
        tmp_path / "targets.csv",
    ):
        np.testing.assert_array_equal(ws.poststratify(survey, "region", given_as).weights, wanted)
    reference = ws.poststratify(survey_of(people(seed=3)), "region", {"North": 0.3, "South": 0.7})
    ours = ws.poststratify(survey, "region", reference)
    assert shares(ours, "region") == pytest.approx({"North": 0.3, "South": 0.7})
    crossed = {
        ("Men", "North"): 1,
        ("Men", "South"): 2,
        ("Women", "North"): 3,
        ("Women", "South"): 4,
    }
    by_pairs = ws.poststratify(survey, ["sex", "region"], crossed)
    assert by_pairs.domain(sex="Women", region="North").weighted_base == pytest.approx(3)


# ---------------------------------------------------------------- weights that came with the file


def final(frame: pd.DataFrame) -> ws.Survey:
    weights = ws.rake(survey_of(frame), SHARES).weights
    return survey_of(frame.assign(w=weights))


def test_declared_weights_stay_and_the_variance_learns_of_their_targets():
    survey = final(people())
    declared = ws.declare_calibration(survey, SHARES)
    np.testing.assert_array_equal(declared.weights, survey.weights)
    (known,) = declared.view(()).design.calibrations
    np.testing.assert_array_equal(known.base_weight, survey.weights)
    assert ws.estimate_proportions(declared, "sex").to_frame()["standard_error"][0] < 1e-9
    assert ws.estimate_proportions(survey, "sex").to_frame()["standard_error"][0] > 0.03
    assert declared.facts.weighting == ("weights declared to meet sex, age",)


def test_rounded_weights_meet_their_targets_within_the_tolerance():
    frame = people()
    rounded = survey_of(frame.assign(w=final(frame).weights.round(2)))
    ws.declare_calibration(rounded, SHARES)
    with pytest.raises(
        WeightingError, match=r"do not meet the target of .* its weighted share is 0"
    ):
        ws.declare_calibration(rounded, SHARES, tolerance=1e-7)


def test_weights_that_do_not_meet_the_targets_are_not_declared():
    with pytest.raises(
        WeightingError, match=r"the weights do not meet the target of '50\+' of 'age': its weighted"
    ):
        ws.declare_calibration(survey_of(people()), {"age": SHARES["age"]})


def test_counts_of_another_sum_are_not_declared():
    counts = {"sex": {"Men": 480, "Women": 520}}
    with pytest.raises(
        WeightingError, match=r"the weights add up to .*, the targets of 'sex' to 1,000"
    ):
        ws.declare_calibration(final(people()), counts)


@pytest.mark.parametrize("tolerance", ["x", 0, -1, 2, None, True, np.nan])
def test_a_tolerance_is_a_share(tolerance):
    survey = survey_of(people())
    for weighted in (ws.rake, ws.declare_calibration):
        with pytest.raises(OptionError, match="tolerance is a share above 0 and below 1"):
            weighted(survey, SHARES, tolerance=tolerance)


@pytest.mark.parametrize("columns", [5, None, {"sex"}, ["sex", 3]])
def test_post_strata_are_questions(columns):
    with pytest.raises(OptionError, match="the post-strata are a question or a list of questions"):
        ws.poststratify(survey_of(people()), columns, {"Men": 1, "Women": 1})
