"""Waves stacked to one survey: the variance of change by hand, and what is refused."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DataWarning, DesignError, OptionError

SCORE = ws.Question("score", kind="scale")
YES_NO = [ws.Category(1, "Yes"), ws.Category(0, "No")]
WORKS = ws.Question("works", "In work?", categories=YES_NO)
LATER = ws.Question("later", categories=YES_NO)


def people(ids: Any, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    size = len(ids)
    return pd.DataFrame(
        {
            "id": list(ids),
            "w": random.uniform(0.5, 2, size),
            "score": random.integers(0, 11, size),
            "works": random.integers(0, 2, size),
            "area": ["North" if one % 2 else "South" for one in ids],
            "office": [one % 6 for one in ids],
            "population": 100,
        }
    )


def waves_of(first: Any, second: Any, **options: Any) -> dict[str, ws.Survey]:
    options = {"codebook": [SCORE, WORKS], **options}
    return {"wave 1": ws.Survey(first, **options), "wave 2": ws.Survey(second, **options)}


def change(survey: ws.Survey, variable: str = "score") -> pd.Series:
    return ws.compare(survey, variable, by="wave", versus="previous", test="design-wald").iloc[0]


# ---------------------------------------------------------------- variance


def test_a_full_panel_has_the_error_of_the_mean_of_the_differences():
    first, second = people(range(30)), people(range(30), seed=2)
    survey = ws.stack_waves(waves_of(first, second), person="id")
    differences = first["score"] - second["score"]
    found = change(survey)
    assert found["difference"] == pytest.approx(differences.mean())
    assert found["standard_error"] == pytest.approx(differences.std(ddof=1) / np.sqrt(30))
    assert found["degrees_of_freedom"] == 29


def test_a_full_panel_in_strata_has_the_error_of_the_differences_in_strata():
    first, second = people(range(30)), people(range(30), seed=2)
    survey = ws.stack_waves(waves_of(first, second, strata="area"), person="id")
    differences = pd.DataFrame({"d": first["score"] - second["score"], "area": first["area"]})
    alone = ws.Survey(differences, strata="area", codebook=[ws.Question("d", kind="scale")])
    expected = ws.estimate_means(alone, "d").to_frame().iloc[0]
    assert change(survey)["standard_error"] == pytest.approx(expected["standard_error"])


def test_order_and_engine_of_the_waves_do_not_matter():
    first, second = people(range(30)), people(range(18, 40), seed=2).sample(frac=1, random_state=1)
    plain = change(ws.stack_waves(waves_of(first, second, weights="w"), person="id"))
    for one, other in (
        (pl.from_pandas(first), pl.from_pandas(second)),
        (pa.Table.from_pandas(first), pa.Table.from_pandas(second)),
        (first, pl.from_pandas(second)),
    ):
        survey = ws.stack_waves(waves_of(one, other, weights="w"), person="id")
        assert change(survey)["standard_error"] == pytest.approx(plain["standard_error"])
        assert type(survey.to_frame()) is type(one)


def test_partial_overlap_by_hand():
    # Four people, two in both waves; contributions to the change: −(y − ȳ₁)/3 and (y − ȳ₂)/3.
    first = pd.DataFrame({"id": [1, 2, 3], "score": [2, 4, 6]})
    second = pd.DataFrame({"id": [2, 3, 4], "score": [5, 9, 7]})
    survey = ws.stack_waves(waves_of(first, second, codebook=[SCORE]), person="id")
    z = np.array([-(2 - 4) / 3, -(4 - 4) / 3 + (5 - 7) / 3, -(6 - 4) / 3 + (9 - 7) / 3, 0])
    assert change(survey)["standard_error"] == pytest.approx(np.sqrt(4 / 3 * (z**2).sum()))


@pytest.mark.parametrize("design", [{}, {"strata": "area"}, {"strata": "area", "weights": "w"}])
def test_independent_waves_add_their_own_variances(design):
    waves = waves_of(people(range(30)), people(range(100, 125), seed=2), **design)
    survey = ws.stack_waves(waves, person=None)
    own = [ws.estimate_means(one, "score").to_frame().iloc[0] for one in waves.values()]
    error = np.hypot(*(one["standard_error"] for one in own))
    assert change(survey)["standard_error"] == pytest.approx(error)
    means = ws.estimate_means(survey, "score", by="wave").to_frame()
    for name in ("estimate", "standard_error", "degrees_of_freedom"):
        assert means[name].tolist() == pytest.approx([one[name] for one in own])


def test_a_stratum_in_which_nobody_is_shared_is_one_for_each_wave():
    first = people([1, 3, 5, 2, 4, 6])
    second = people([1, 3, 7, 8, 10, 12], seed=2)
    survey = ws.stack_waves(waves_of(first, second, strata="area"), person="id")
    labels = set(survey.to_frame()["wave_stratum"])
    assert labels == {"North", "South (wave 1)", "South (wave 2)"}


def test_waves_that_meet_their_strata_keep_what_these_gain():
    # Areas that differ by far, 12 people of each in either wave, 4 of them in both.
    frames = [people(ids, seed) for ids, seed in ((range(24), 1), (range(16, 40), 2))]
    for frame in frames:
        frame["score"] += 50 * (frame["area"] == "North")
    waves = waves_of(*frames, strata="area")
    halves = {"area": {"North": 0.5, "South": 0.5}}
    declared = {name: ws.declare_calibration(one, halves) for name, one in waves.items()}
    error = change(ws.stack_waves(declared, person="id"))["standard_error"]
    # By hand: each person's contribution, centred in the area and wave, of 20 people an area.
    parts = [
        one.set_index("id")["score"] - one.groupby("area")["score"].transform("mean").to_numpy()
        for one in frames
    ]
    moved = parts[1].sub(parts[0], fill_value=0) / 24
    assert error == pytest.approx(np.sqrt(20 / 19 * (moved**2).sum()), rel=1e-9)
    assert change(ws.stack_waves(waves, person="id"))["standard_error"] > 3 * error


def test_waves_that_share_nobody_are_joined_through_another():
    frames = [people([1, 2, 3]), people([3, 4, 5], seed=2), people([5, 6, 7], seed=3)]
    waves = {f"wave {i}": ws.Survey(one, codebook=[SCORE]) for i, one in enumerate(frames)}
    survey = ws.stack_waves(waves, person="id")
    assert "wave_stratum" not in survey.to_frame()
    assert survey.degrees_of_freedom == 6


def test_declared_psus_are_the_units_and_not_the_people():
    first, second = people(range(30)), people(range(100, 130), seed=2)
    survey = ws.stack_waves(waves_of(first, second, psu="office"), person="id")
    assert survey.degrees_of_freedom == 5


def test_independent_unweighted_waves_may_be_tested_exactly():
    waves = waves_of(people(range(30)), people(range(100, 125), seed=2))
    found = ws.compare(ws.stack_waves(waves, person=None), "works", by="wave", test="exact")
    assert (found["method"] == "exact").all()


def test_a_banner_of_waves_carries_letters_against_the_previous_one():
    first, second = people(range(200)), people(range(200), seed=2)
    second["works"] = (np.arange(200) % 4 > 0).astype(int)
    first["works"] = (np.arange(200) % 4 > 2).astype(int)
    survey = ws.stack_waves(waves_of(first, second), person="id")
    frame = ws.crosstab(survey, "works", "wave", versus="previous").to_frame()
    letters = frame.set_index(["stub_category", "banner_category"])["letters"]
    assert letters[("Yes", "wave 2")] == "A"
    assert letters[("Yes", "wave 1")] == ""


# ---------------------------------------------------------------- what is carried


def test_what_a_panel_can_detect_knows_that_people_are_like_themselves():
    random = np.random.default_rng(3)
    level = random.normal(size=120)
    first, second = (
        pd.DataFrame({"id": range(120), "works": (level + random.normal(0, 0.5, 120) > 0) * 1})
        for _ in range(2)
    )
    waves = waves_of(first, second, codebook=[WORKS])
    panel = change(ws.stack_waves(waves, person="id"), "works")
    apart = change(ws.stack_waves(waves, person=None), "works")
    p = np.array([first["works"].mean(), second["works"].mean()])
    r = np.corrcoef(first["works"], second["works"])[0, 1]
    spread = np.sqrt(p.mean() * (1 - p.mean()) * 2 / 120)
    for row, alike in ((apart, 0.0), (panel, r)):
        t = stats.t.ppf([0.975, 0.8], row["degrees_of_freedom"])
        error = spread * np.sqrt(1 - alike)
        assert row["least_significant_difference"] == pytest.approx(t[0] * error)
        assert row["minimum_detectable_difference"] == pytest.approx(t.sum() * error)


def test_a_table_of_a_panel_does_not_say_what_separate_samples_could_find():
    first, second = people(range(80)), people(range(80), seed=2)
    second["works"] = np.where(np.arange(80) < 70, first["works"], 1 - first["works"])
    told = []
    for person in ("id", None):
        table = ws.crosstab(ws.stack_waves(waves_of(first, second), person=person), "works", "wave")
        note = next(note for note in table.grid.notes if note.startswith("On effective bases"))
        told.append(float(re.search(r"has to be ([\d.]+) points", note)[1]))
        assert ("80 and 80 in waves whose estimates correlate 0.7" in note) == (person == "id")
    assert told[0] < told[1] - 3


@pytest.mark.parametrize(("test", "told"), [("design", False), ("effective-base", True)])
def test_a_convention_that_knows_no_people_in_both_waves_says_so(test, told):
    stacked = ws.stack_waves(waves_of(people(range(80)), people(range(80), seed=2)), person="id")
    notes = ws.crosstab(stacked, "works", "wave", test=test).grid.notes
    assert any("takes waves as separate samples" in note for note in notes) == told


def test_each_wave_keeps_its_weights_and_its_domain():
    waves = waves_of(people(range(30)), people(range(18, 40), seed=2), weights="w")
    waves["wave 2"] = waves["wave 2"].domain(area="North")
    survey = ws.stack_waves(waves, person="id")
    means = ws.estimate_means(survey, "score", by="wave").to_frame()
    own = [ws.estimate_means(one, "score").to_frame()["estimate"].iloc[0] for one in waves.values()]
    assert means["estimate"].tolist() == pytest.approx(own)
    assert means["base"].tolist() == [30, waves["wave 2"].base]
    assert survey.facts.domain == ("wave 2: area: North",)
    assert survey.degrees_of_freedom == 40 - 1 - 5


def test_each_wave_keeps_its_calibration():
    first, second = people(range(40)), people(range(20, 60), seed=2)
    waves = waves_of(first, second, weights="w")
    targets = {"area": {"North": 0.5, "South": 0.5}}
    raked = {name: ws.rake(one, targets) for name, one in waves.items()}
    survey = ws.stack_waves(raked, person="id")
    shares = ws.estimate_proportions(survey, "area", by="wave", interval="wald").to_frame()
    assert shares["estimate"].to_numpy() == pytest.approx(0.5)
    # What was weighted to does not vary.
    assert shares["standard_error"].to_numpy() == pytest.approx(0, abs=1e-12)
    assert survey.facts.weighting == tuple(
        f"{name}: {one.facts.weighting[0]}" for name, one in raked.items()
    )


def test_replicate_weights_of_one_design_are_joined():
    first, second = people(range(36)), people(range(12, 48), seed=2)
    waves = waves_of(first, second, weights="w", psu="office")
    made = {name: ws.make_replicates(one, "jk1") for name, one in waves.items()}
    joined = change(ws.stack_waves(made, person="id"))
    after = change(ws.make_replicates(ws.stack_waves(waves, person="id"), "jk1"))
    assert joined["standard_error"] == pytest.approx(after["standard_error"], rel=1e-12)


def test_a_finite_population_is_kept_in_a_full_panel():
    first, second = people(range(30)), people(range(30), seed=2)
    alone = change(ws.stack_waves(waves_of(first, second), person="id"))
    finite = change(ws.stack_waves(waves_of(first, second, fpc="population"), person="id"))
    assert finite["standard_error"] == pytest.approx(alone["standard_error"] * np.sqrt(0.7))


def test_a_question_of_one_wave_was_not_asked_in_the_other():
    first, second = people(range(60)), people(range(60), seed=2).assign(later=1)
    waves = {
        "wave 1": ws.Survey(first, codebook=[WORKS]),
        "wave 2": ws.Survey(second, codebook=[LATER, WORKS]),
    }
    survey = ws.stack_waves(waves, person="id")
    frame = ws.crosstab(survey, "later", "wave").to_frame()
    states = frame.set_index(["stub_category", "banner_category"])["state"]
    assert states[("Yes", "wave 1")] == "not-asked"
    assert states[("Yes", "wave 2")] == "shown"
    assert [question.name for question in survey.codebook] == ["wave", "later", "works"]


def test_synthetic_records_make_a_synthetic_stack():
    first, second = people(range(30)), people(range(30), seed=2)
    waves = waves_of(first, second)
    waves["wave 2"] = ws.Survey(second, codebook=[SCORE, WORKS], origin="synthetic")
    survey = ws.stack_waves(waves, person="id")
    assert survey.origin == "synthetic"
    assert np.isnan(change(survey)["standard_error"])


def test_respondents_nobody_knows_are_other_people_when_told_so():
    second = people(range(30), seed=2).astype({"id": float})
    second.loc[:4, "id"] = np.nan
    waves = waves_of(people(range(30)), second)
    survey = ws.stack_waves(waves, person="id", unlinked="apart")
    assert survey.degrees_of_freedom == 30 + 5 - 1


# ---------------------------------------------------------------- what is refused


def refused(kind: type[Exception], match: str, first: Any, second: Any, **options: Any) -> None:
    person = options.pop("person", "id")
    with pytest.raises(kind, match=match):
        ws.stack_waves(waves_of(first, second, **options), person=person)


FIRST, SECOND = people(range(30)), people(range(18, 40), seed=2)


def test_missing_identifiers_are_counted_and_never_shown():
    second = SECOND.astype({"id": float})
    second.loc[[0, 3], "id"] = np.nan
    refused(
        DataError,
        r"^2 of 22 respondents of 'wave 2' have no entry in the person column 'id'.*unlinked=",
        FIRST,
        second,
    )


def test_repeated_identifiers_are_counted_and_never_shown():
    second = SECOND.assign(id=[901, 901, 901, *range(19)])
    with pytest.raises(DataError, match=r"has 2 repeated entries among the 22 resp") as caught:
        ws.stack_waves(waves_of(FIRST, second), person="id")
    assert "901" not in str(caught.value)


def test_a_person_column_that_does_not_exist_is_refused():
    refused(
        DataError, r"no column 'person' for the person of 'wave 1'", FIRST, SECOND, person="person"
    )


def test_people_who_move_between_strata_are_counted():
    second = SECOND.assign(area=["North"] * 22)
    refused(
        DesignError,
        r"^6 of the 12 people who are in several waves are in another stratum in one wave",
        FIRST,
        second,
        strata="area",
    )


def test_people_who_move_between_psus_are_counted():
    second = SECOND.assign(office=[0, 1] * 11)
    refused(
        DesignError, r"^8 of the 12 people .* in another PSU in one", FIRST, second, psu="office"
    )


def test_a_finite_population_of_samples_that_overlap_in_part_is_refused():
    refused(
        DesignError,
        r"^28 of 40 first-stage units are in some waves only, and a finite population .*Leave fpc",
        FIRST,
        SECOND,
        fpc="population",
    )


def test_a_finite_population_of_one_wave_is_refused():
    waves = waves_of(FIRST, SECOND)
    waves["wave 2"] = ws.Survey(SECOND, fpc="population", codebook=[SCORE, WORKS])
    with pytest.raises(DesignError, match=r"'wave 2' has a finite population \(fpc\) and 'wave 1'"):
        ws.stack_waves(waves, person="id")


def test_a_finite_population_of_several_stages_is_refused():
    frame = people(range(36)).assign(districts=20)
    options = {"psu": "office", "fpc": ["districts", "population"]}
    refused(
        DesignError, r"'wave 1' has a finite population and several stages", frame, frame, **options
    )


def test_replicate_weights_that_each_wave_calibrated_are_joined():
    ids = list(range(24))
    waves = waves_of(people(ids), people(ids, seed=2), weights="w")
    halves = {"area": {"North": 0.4, "South": 0.6}}
    raked = {n: ws.rake(ws.make_replicates(one, "jk1"), halves) for n, one in waves.items()}
    found = change(ws.stack_waves(raked, person="id"))
    # By hand: leave each person out of both waves, weight each half anew.
    frames = [one.to_frame() for one in waves.values()]

    def mean(frame: pd.DataFrame, left: pd.Series) -> float:
        kept = frame[left]
        of_area = [np.average(a["score"], weights=a["w"]) for _, a in kept.groupby("area")]
        return float(np.dot(of_area, [0.4, 0.6]))

    every = [
        mean(frames[0], frames[0]["id"] != out) - mean(frames[1], frames[1]["id"] != out)
        for out in ids
    ]
    whole = mean(frames[0], frames[0]["id"] >= 0) - mean(frames[1], frames[1]["id"] >= 0)
    assert found["difference"] == pytest.approx(whole)
    error = np.sqrt(23 / 24 * ((np.array(every) - whole) ** 2).sum())
    assert found["standard_error"] == pytest.approx(error, rel=1e-9)


def test_replicate_weights_of_one_wave_are_refused():
    waves = waves_of(FIRST, SECOND, weights="w")
    waves["wave 1"] = ws.make_replicates(waves["wave 1"], "jk1")
    with pytest.raises(DesignError, match=r"'wave 1' has replicate weights and 'wave 2' has none"):
        ws.stack_waves(waves, person="id")


def test_replicate_weights_of_other_numbers_are_refused():
    waves = {n: ws.make_replicates(one, "jk1") for n, one in waves_of(FIRST, SECOND).items()}
    with pytest.raises(DesignError, match=r"differ in how many they are \(30 and 22\)"):
        ws.stack_waves(waves, person="id")


def test_replicate_weights_that_move_otherwise_are_refused():
    waves = waves_of(people(range(36)), people(range(12, 48), seed=2), psu="office")
    waves["wave 1"] = ws.make_replicates(waves["wave 1"], "bootstrap", replicates=20, seed=1)
    waves["wave 2"] = ws.make_replicates(waves["wave 2"], "bootstrap", replicates=20, seed=2)
    with pytest.raises(
        DesignError, match=r"those of the 24 people in several waves move otherwise"
    ):
        ws.stack_waves(waves, person="id")


def test_replicate_weights_of_strangers_are_refused():
    waves = waves_of(people(range(20)), people(range(50, 70), seed=2))
    waves = {name: ws.make_replicates(one, "jk1") for name, one in waves.items()}
    with pytest.raises(DesignError, match=r"nobody is in several waves, so it cannot be seen"):
        ws.stack_waves(waves, person="id")


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (
            [*YES_NO, ws.Category(8, "Refused", missing="refused")],
            "only 'wave 2' has the category 'Ref",
        ),
        (YES_NO[:1], "only 'wave 1' has the category 'No'"),
        ([ws.Category(1, "Yes"), ws.Category(0, "Not")], "code 0 is 'No' and 'Not'"),
        ([ws.Category(1, "Yes", score=1), ws.Category(0, "No")], "code 1 is scored None and 1"),
    ],
)
def test_a_question_with_other_categories_is_named_with_the_difference(other, difference):
    waves = waves_of(FIRST, SECOND)
    question = ws.Question("works", "In work?", categories=other)
    waves["wave 2"] = ws.Survey(SECOND, codebook=[SCORE, question])
    with pytest.raises(
        CodebookError, match=f"'works' is not the same in 'wave 1' .*: {difference}"
    ):
        ws.stack_waves(waves, person="id")


def test_a_question_that_one_wave_only_declares_is_not_lost():
    waves = {"a": ws.Survey(FIRST, codebook=[WORKS]), "b": ws.Survey(SECOND)}
    with pytest.raises(
        CodebookError, match="'works' is declared in 'a' and not in 'b', whose data"
    ):
        ws.stack_waves(waves, person="id")


def test_lazy_frames_are_refused():
    waves = waves_of(FIRST, SECOND)
    waves["wave 2"] = ws.Survey(pl.from_pandas(SECOND).lazy())
    with pytest.raises(DataError, match=r"wave 'wave 2' is a lazy frame, .*Collect it first"):
        ws.stack_waves(waves, person="id")


def test_weights_that_represent_different_things_are_refused():
    waves = waves_of(FIRST, SECOND, weights="w", weights_represent="sample")
    waves["wave 2"] = ws.Survey(SECOND, weights="w", weights_represent="population")
    match = r"weights_represent is 'sample' in 'wave 1' and 'population' in 'wave 2'"
    with pytest.raises(OptionError, match=match):
        ws.stack_waves(waves, person="id")


def test_kinds_of_samples_are_not_mixed():
    waves = waves_of(FIRST, SECOND)
    waves["wave 2"] = ws.Survey(SECOND, sample="volunteer")
    with pytest.raises(OptionError, match="sample is 'probability' in 'wave 1' and 'volunteer'"):
        ws.stack_waves(waves, person="id")


def test_columns_of_two_types_are_refused():
    refused(
        DataError,
        r"column 'works' holds int64 in 'wave 1' and text in 'wave 2'. Make it one type",
        FIRST,
        SECOND.assign(works="Yes"),
    )


def test_columns_with_other_categories_are_refused_without_their_values():
    first = FIRST.assign(club=pd.Categorical(["a"] * 30, categories=["a", "b"]))
    second = SECOND.assign(club=pd.Categorical(["a"] * 22, categories=["a", "c", "d"]))
    refused(
        DataError,
        r"the categories of column 'club' differ: 2 in 'wave 1' and 3 in 'wave 2', of which 1 ",
        first,
        second,
    )


def test_a_column_that_is_made_must_not_be_there():
    refused(
        DataError,
        r"wave 'wave 1' has a column 'wave', which stack.*Rename",
        FIRST.assign(wave=1),
        SECOND,
    )


def test_waves_with_one_name_are_refused():
    survey = ws.Survey(FIRST)
    with pytest.raises(OptionError, match=r"two waves have the name '1'. Give each its own"):
        ws.stack_waves({"1": survey, 1: survey}, person="id")
    with pytest.raises(OptionError, match="a wave has no name"):
        ws.stack_waves({"": survey, "2": survey}, person="id")


def test_one_wave_is_no_stack():
    with pytest.raises(OptionError, match="takes two surveys or more by the name of their wave"):
        ws.stack_waves({"wave 1": ws.Survey(FIRST)}, person="id")
    with pytest.raises(OptionError, match="wave 'b' is 'DataFrame' and not a Survey"):
        ws.stack_waves({"a": ws.Survey(FIRST), "b": SECOND}, person="id")


def test_a_stack_is_no_wave():
    stacked = ws.stack_waves(waves_of(FIRST, SECOND), person="id")
    with pytest.raises(OptionError, match="wave 'a' is a stack of waves itself"):
        ws.stack_waves({"a": stacked, "b": ws.Survey(SECOND)}, person="id")


def test_other_wordings_are_told():
    waves = waves_of(FIRST, SECOND)
    question = ws.Question("works", "Working?", categories=YES_NO)
    waves["wave 2"] = ws.Survey(SECOND, codebook=[SCORE, question])
    with pytest.warns(
        DataWarning, match=r"'works' is worded otherwise in 'wave 2' than in 'wave 1'"
    ):
        ws.stack_waves(waves, person="id")


def test_an_option_that_does_not_exist_is_refused():
    with pytest.raises(OptionError, match="unlinked cannot be 'guess'"):
        ws.stack_waves(waves_of(FIRST, SECOND), person="id", unlinked="guess")


def test_a_stack_makes_no_warnings_of_its_own():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ws.stack_waves(waves_of(FIRST, SECOND, weights="w", strata="area"), person="id")
