"""A file keeps what its weights were calibrated on: the same standard errors when it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError

ENDINGS = ("parquet", "sav")
SEX = {"sex": {"M": 0.45, "F": 0.55}}
REGION = {"region": {1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2}}


def people(size: int = 240) -> pd.DataFrame:
    random = np.random.default_rng(20261128)
    return pd.DataFrame(
        {
            "sex": random.choice(["M", "F"], size),
            "age": random.choice(["16-34", "35-54", None], size, p=[0.4, 0.5, 0.1]),
            "region": random.integers(1, 5, size),
            "benefit": random.choice(["UC", "PIP"], size),
            "income": random.gamma(3, 100, size),
            "w": random.gamma(4, 0.25, size) + 0.2,
            "stratum": random.integers(0, 4, size),
            "office": random.integers(0, 9, size),
            "outcome": random.choice([1, 2, 3], size),
        }
    )


def designed(**options: Any) -> ws.Survey:
    return ws.Survey(people(), weights="w", strata="stratum", psu="office", **options)


CALIBRATED = {
    "raked": lambda: ws.rake(designed(), SEX | REGION),
    "the unanswered kept": lambda: ws.rake(
        designed(), SEX | {"age": {"16-34": 0.5, "35-54": 0.5}}, missing="keep"
    ),
    "within": lambda: ws.rake(designed(), {"UC": SEX, "PIP": SEX | REGION}, within="benefit"),
    "to a number": lambda: ws.calibrate(
        designed(), {"sex": {"M": 450, "F": 550}, "income": 310_000.0}
    ),
    "twice": lambda: ws.rake(
        ws.poststratify(designed(), "benefit", {"UC": 0.6, "PIP": 0.4}), SEX | REGION
    ),
    "without weights before": lambda: ws.rake(ws.Survey(people()), SEX | REGION),
    "a polars frame": lambda: ws.rake(
        ws.Survey(pl.from_pandas(people()), weights="w"), SEX | REGION
    ),
}


def figures(survey: ws.Survey) -> pd.DataFrame:
    return ws.estimate_proportions(survey, "outcome", by="sex").to_frame()


def assert_the_same(found: ws.Survey, survey: ws.Survey) -> None:
    pd.testing.assert_frame_equal(figures(found), figures(survey), rtol=1e-12)
    assert found.facts.weighting == survey.facts.weighting
    pd.testing.assert_frame_equal(
        ws.summarise_weights(found).targets(), ws.summarise_weights(survey).targets(), rtol=1e-12
    )
    everything = set(people()) <= set(found.to_frame().columns)
    if len(survey._sample(()).design.calibrations) == 1 and everything:
        pd.testing.assert_frame_equal(
            ws.summarise_weights(found).to_frame(), ws.summarise_weights(survey).to_frame()
        )


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("way", CALIBRATED)
def test_standard_errors_are_the_same_when_a_file_is_read_and_written_again(tmp_path, way, ending):
    survey = CALIBRATED[way]()
    path = tmp_path / f"answers.{ending}"
    ws.write_survey(survey, path, weights_as="w_new")
    found = ws.read_survey(path)
    assert_the_same(found, survey)
    # Without the calibration they are others.
    plain = ws.Survey(found.to_frame(), weights="w_new", strata=found._layout.strata or None)
    assert not np.allclose(figures(plain)["standard_error"], figures(survey)["standard_error"])
    ws.write_survey(found, tmp_path / f"again.{ending}")
    again = ws.read_survey(tmp_path / f"again.{ending}")
    assert_the_same(again, survey)
    assert list(again.to_frame().columns) == list(found.to_frame().columns)


def test_the_columns_are_read_with_some_of_the_questions_too(tmp_path):
    survey = CALIBRATED["raked"]()
    ws.write_survey(survey, tmp_path / "a.parquet", weights_as="w_new")
    assert_the_same(ws.read_survey(tmp_path / "a.parquet", columns=["outcome", "sex"]), survey)


def test_columns_have_names_of_their_own_and_no_margin_looks_like_a_weight(tmp_path):
    frame = people().assign(calibration1_margin1="taken")
    survey = ws.rake(ws.Survey(frame, weights="w"), SEX)
    ws.write_survey(survey, tmp_path / "a.parquet", weights_as="weight_new")
    found = ws.read_survey(tmp_path / "a.parquet")
    new = ["weight_new", "calibration1_margin1_2"]
    assert list(found.to_frame().columns) == [*frame.columns, *new]
    assert_the_same(found, survey)
    assert ws.survey.reweighting.weight_columns(found) == ("w",)


def test_other_weights_know_nothing_of_a_calibration(tmp_path):
    ws.write_survey(CALIBRATED["raked"](), tmp_path / "a.parquet", weights_as="w_new")
    found = ws.read_survey(tmp_path / "a.parquet", weights="w")
    assert found.facts.weighting == ()
    pd.testing.assert_frame_equal(figures(found), figures(designed()))


def test_weights_that_were_trimmed_keep_the_words_alone(tmp_path):
    survey = ws.trim_weights(CALIBRATED["raked"](), upper=2.0)
    ws.write_survey(survey, tmp_path / "a.parquet", weights_as="w_new")
    found = ws.read_survey(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(figures(found), figures(survey))
    assert found.facts.weighting == survey.facts.weighting


def test_declared_weights_stand_in_their_column(tmp_path):
    frame = people().assign(final=CALIBRATED["raked"]().weights)
    survey = ws.declare_calibration(ws.Survey(frame, weights="final"), SEX)
    ws.write_survey(survey, tmp_path / "a.parquet")
    assert_the_same(ws.read_survey(tmp_path / "a.parquet"), survey)
    with pytest.raises(OptionError, match=r"these stand in 'final' already"):
        ws.write_survey(survey, tmp_path / "b.parquet", weights_as="other")


def test_given_replicates_of_declared_weights_are_kept(tmp_path):
    frame = people()
    halves = pd.DataFrame(
        {f"r{n}": frame["w"] * np.where(frame["office"] == n, 0.0, 9 / 8) for n in range(1, 9)}
    )
    given = ws.Replicates("r[1-8]", "jk1")
    survey = ws.Survey(frame.join(halves), weights="w", replicates=given)
    share = float(frame.loc[frame["sex"] == "M", "w"].sum() / frame["w"].sum())
    declared = ws.declare_calibration(survey, {"sex": {"M": share, "F": 1 - share}})
    ws.write_survey(declared, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(
        figures(ws.read_survey(tmp_path / "a.parquet")), figures(declared)
    )
    with pytest.raises(OptionError, match="made or calibrated are in no column"):
        ws.write_survey(ws.rake(survey, SEX), tmp_path / "b.parquet", weights_as="w_new")


def test_a_file_that_was_changed_since_says_what_is_no_longer_met(tmp_path):
    path = tmp_path / "a.sav"
    ws.write_survey(CALIBRATED["raked"](), path, weights_as="w_new")
    ours = ws.read_survey(path)
    import pyreadstat

    frame, kept = pyreadstat.read_sav(path, user_missing=True)
    frame.loc[frame["sex"] == "M", "w_new"] *= 2
    pyreadstat.write_sav(frame, path, note=kept.notes)
    with pytest.warns(
        DataWarning,
        match=r"'a.sav' says that its weights are raked to sex, region, but the total of"
        r" sex M is .* when it was written: rows or weights have been changed since",
    ):
        found = ws.read_survey(path)
    assert found.facts.weighting == ()
    assert ours.facts.weighting == ("raked to sex, region",)


@pytest.mark.parametrize(
    "said",
    [
        "calibrations = 3",
        "calibrations = [{before = 'w'}]",
        "calibrations = [{parts = []}]",
        "calibrations = [{parts = [{column = 'x', codes = 2, names = [], totals = [1.0]}]}]",
        "calibrations = [{parts = [{column = 'x', codes = 1, names = ['x'], totals = [1.0]}]}]",
        "calibrations = [{parts = [{column = 1, codes = 0, names = [], totals = [1.0]}]}]",
    ],
)
def test_a_side_car_that_says_a_calibration_wrongly_is_refused(tmp_path, said):
    path: Path = tmp_path / "a.sav"
    ws.write_survey(CALIBRATED["raked"](), path, weights_as="w_new")
    (tmp_path / "a.sav.toml").write_text(f"[survey]\nweighting = ['raked']\n{said}\n")
    with pytest.raises(DataError, match=r"the calibration of its weights cannot be read. Remove"):
        ws.read_survey(path)


def test_a_column_that_is_gone_is_named(tmp_path):
    path = tmp_path / "a.sav"
    ws.write_survey(CALIBRATED["raked"](), path, weights_as="w_new")
    beside = tmp_path / "a.sav.toml"
    beside.write_text(beside.read_text("utf-8").replace("calibration1_margin2", "other"), "utf-8")
    with pytest.raises(DataError, match=r"'other'.*the calibration of the weights"):
        ws.read_survey(path)
