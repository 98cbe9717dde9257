"""Replicate weights of stacked waves: joined by design, or in turn of independent samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from other_programs import run_r_script

import welfarestats as ws
from welfarestats.errors import DesignError

WORKS = ws.Question("works", categories=[ws.Category(1, "Yes"), ws.Category(0, "No")])
SCORE = ws.Question("score", kind="scale")


def sample(size: int, seed: int, **columns: object) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": 1000 * seed + np.arange(size), "w": random.uniform(0.5, 2, size)})
    frame["score"] = random.integers(0, 11, size)
    frame["works"] = (frame["score"] + random.normal(0, 3, size) > 4 + seed) * 1
    frame["area"] = np.where(np.arange(size) % 3 == 0, "North", "South")
    return frame.assign(office=seed * 100 + np.arange(size) // 3, **columns)


def survey(frame: pd.DataFrame) -> ws.Survey:
    return ws.Survey(frame, weights="w", psu="office", codebook=[WORKS, SCORE])


def independent() -> dict[str, ws.Survey]:
    """Return two waves drawn afresh, with other replicate designs."""
    first, second = survey(sample(60, 1)), survey(sample(45, 2))
    return {
        "one": ws.make_replicates(first, "jk1"),
        "two": ws.make_replicates(second, "bootstrap", replicates=30, seed=3),
    }


@pytest.mark.parametrize("question", ["works", "score"])
def test_the_variance_of_a_change_of_independent_waves_is_the_sum_of_both(question):
    waves = independent()
    stacked = ws.stack_waves(waves, person=None)
    estimate = ws.estimate_means if question == "score" else ws.estimate_proportions
    alone = pd.concat([estimate(one, question).to_frame() for one in waves.values()])
    frame = estimate(stacked, question, by="wave").to_frame()
    same = ["estimate", "standard_error", "degrees_of_freedom", "base"]
    np.testing.assert_allclose(
        frame.sort_values("wave", kind="stable")[same].to_numpy(float),
        alone[same].to_numpy(float),
        rtol=1e-12,
    )
    found = ws.compare(stacked, question, by="wave", test="design-wald").iloc[-1]
    errors = alone["standard_error"].to_numpy()[[-1, len(alone) // 2 - 1]]
    assert found["standard_error"] == pytest.approx(np.sqrt((errors**2).sum()), rel=1e-12)
    # 20 and 15 PSUs, which leave 19 and 14
    assert found["degrees_of_freedom"] == 33


def test_replicates_that_were_given_count_as_those_that_were_made():
    waves = independent()
    given = {}
    for name, one in waves.items():
        weights = one.view(()).design.replicates.weights
        columns = [f"r{k}" for k in range(1, weights.shape[1] + 1)]
        frame = one.to_frame().join(pd.DataFrame(weights, columns=columns))
        method = "jk1" if name == "one" else "bootstrap"
        given[name] = ws.Survey(
            frame.drop(columns="office"),
            weights="w",
            codebook=[WORKS, SCORE],
            replicates=ws.Replicates(f"r[1-{len(columns)}]", method),
        )
    made, read = (
        ws.compare(ws.stack_waves(w, person=None), "score", by="wave") for w in (waves, given)
    )
    pd.testing.assert_frame_equal(made, read, rtol=1e-12)


def test_a_domain_of_independent_waves_keeps_its_own_error():
    waves = independent()
    stacked = ws.stack_waves(waves, person=None).domain(area="North")
    frame = ws.estimate_means(stacked, "score", by="wave").to_frame()
    alone = [ws.estimate_means(one.domain(area="North"), "score") for one in waves.values()]
    expected = pd.concat([one.to_frame() for one in alone])
    same = ["estimate", "standard_error", "degrees_of_freedom"]
    np.testing.assert_allclose(frame[same], expected[same], rtol=1e-12)


def test_a_table_says_that_waves_are_taken_as_independent_samples():
    notes = ws.crosstab(ws.stack_waves(independent(), person=None), "works", "wave").grid.notes
    (told,) = [note for note in notes if note.startswith("Standard errors come from")]
    assert told.startswith("Standard errors come from one: 20 replicates of the design")
    assert told.endswith("of independent samples.")


def test_waves_with_psus_in_common_are_no_independent_samples():
    first, second = sample(60, 1), sample(60, 2)
    waves = {"one": survey(first), "two": survey(second.assign(office=first["office"]))}
    made = {name: ws.make_replicates(one, "jk1") for name, one in waves.items()}
    with pytest.raises(DesignError, match=r"the waves have PSUs in common, .* make replicate"):
        ws.stack_waves(made, person=None)


def test_replicates_centred_on_a_mean_are_refused_of_independent_waves():
    made = {
        name: ws.make_replicates(survey(sample(60, seed)), "jk1", centre="mean")
        for seed, name in ((1, "one"), (2, "two"))
    }
    with pytest.raises(
        DesignError, match=r"of 'one' are centred on the mean .* centre=\"estimate\""
    ):
        ws.stack_waves(made, person=None)


def test_strangers_with_replicates_may_be_samples_drawn_afresh():
    made = {
        name: ws.make_replicates(survey(sample(60, seed)), "jk1")
        for seed, name in ((1, "one"), (2, "two"))
    }
    with pytest.raises(DesignError, match=r"If the samples were drawn afresh, pass person=None"):
        ws.stack_waves(made, person="id")
    assert ws.stack_waves(made, person=None).base == 120


def test_r_computes_the_same_of_independent_waves(tmp_path):
    stacked = ws.stack_waves(independent(), person=None)
    table = ws.crosstab(stacked, ["works", "score"], ["wave", "area"], test="design-wald")
    script = ws.to_r_script(stacked, table, tmp_path / "check.R")
    run_r_script(tmp_path / "check.R", "survey")
    found = script.compare(tmp_path)
    assert len(found) > 150
    assert found["agrees"].all()
