"""The sample handed to svy: its figures are ours, and what it cannot hold is said."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from other_programs import run_r_script
from r_surveys import (
    CODEBOOK,
    DESIGNS,
    lonely_survey,
    raked_survey,
    replicated_survey,
    respondents,
    survey_of,
)

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning

svy = pytest.importorskip("svy", reason="svy is not installed (pip install 'welfarestats[svy]')")


def handed(survey: ws.Survey) -> tuple[svy.Sample, str]:
    """Return the sample, and what the warning says."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sample = ws.to_svy(survey)
    assert {one.category for one in caught} <= {DataWarning}
    return sample, " ".join(str(one.message) for one in caught)


def assert_same_means(sample: svy.Sample, survey: ws.Survey, **how: object) -> None:
    theirs = sample.estimation.mean("age", drop_nulls=True, **how).to_polars().row(0, named=True)
    ours = ws.estimate_means(survey, "age").to_frame().iloc[0]
    found = [theirs[name] for name in ("est", "se", "df")]
    names = ("estimate", "standard_error", "degrees_of_freedom")
    np.testing.assert_allclose(found, [ours[name] for name in names], rtol=1e-9)
    assert theirs["n"] == ours["base"]


@pytest.mark.parametrize("design", [name for name in DESIGNS if "degrees" not in name])
def test_means_under_every_design_are_the_same(design):
    sample, _ = handed(survey_of(design))
    assert_same_means(sample, survey_of(design))


@pytest.mark.parametrize("rule", ["certainty", "remove", "adjust", "average"])
def test_every_rule_for_lonely_psus_is_the_same(rule):
    assert_same_means(handed(lonely_survey(rule))[0], lonely_survey(rule))


@pytest.mark.parametrize(("centre", "there"), [("estimate", "estimate"), ("mean", "rep_mean")])
def test_replicate_weights_are_used_when_they_are_asked_for(centre, there):
    sample, said = handed(replicated_survey(centre))
    assert f'pass method="replication", variance_center="{there}" to each' in said
    how = {"method": "replication", "variance_center": there}
    assert_same_means(sample, replicated_survey(centre), **how)


def test_a_domain_is_a_column_and_the_warning_says_how_to_use_it():
    survey = survey_of("clusters").domain(region="North")
    sample, said = handed(survey)
    assert "the domain; pass where=svy.col('in_domain')" in said
    assert_same_means(sample, survey, where=svy.col("in_domain"))


def test_shares_are_those_of_valid_answers():
    survey = survey_of("clusters of a finite population")
    theirs = handed(survey)[0].estimation.prop("work", drop_nulls=True).to_polars()
    ours = ws.estimate_proportions(survey, "work").to_frame().iloc[: len(theirs)]
    np.testing.assert_allclose(theirs["est"], ours["estimate"], rtol=1e-9)
    np.testing.assert_allclose(theirs["se"], ours["standard_error"], rtol=1e-9)
    np.testing.assert_allclose(theirs["lci"], ours["ci_low"], rtol=1e-9)


def test_answers_are_codes_with_their_labels_and_missing_codes_are_null():
    sample, _ = handed(survey_of("persons"))
    frame = respondents()
    assert set(sample.data["work"].drop_nulls()) == {1, 2, 3}
    assert sample.data["work"].null_count() == int((~frame["work"].isin([1, 2, 3])).sum())
    assert sample.data["region"].dtype == pl.String
    labels = {one.code: one.label for one in sample.meta.get("work").value_labels}
    assert labels[2] == "Part time"
    assert 9 not in labels
    assert sample.meta.get("money").label == "help: Money"


def test_what_is_lost_is_said():
    assert "nets of answers; recode them" in handed(survey_of("persons"))[1]
    assert (
        "the second stage in its cross-tabs, tests and regr" in handed(survey_of("two stages"))[1]
    )
    assert "the weights were calibrated; its standard errors take" in handed(raked_survey())[1]
    rule = survey_of("the whole design's degrees of freedom")
    assert 'df_rule="design"' in handed(rule)[1]
    invented = ws.Survey(respondents(), weights="w", origin="synthetic", sample="volunteer")
    said = handed(invented)[1]
    assert "that the records are synthetic" in said
    assert "no random sample (volunteer)" in said


def test_nothing_lost_is_no_warning():
    assert handed(ws.Survey(respondents(), weights="w", strata="stratum"))[1] == ""


def test_calibrated_weights_are_a_column_of_their_own():
    sample, _ = handed(raked_survey())
    np.testing.assert_array_equal(sample.data[sample.design.wgt], raked_survey().weights)


def test_without_weights_everybody_counts_once():
    sample, _ = handed(ws.Survey(respondents(), codebook=CODEBOOK))
    assert set(sample.data[sample.design.wgt]) == {1.0}


def test_without_svy_an_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "svy", None)
    with pytest.raises(DataError, match=r"svy is not installed: .*'welfarestats\[svy\]'"):
        ws.to_svy(survey_of("persons"))


def test_a_lazy_frame_is_refused():
    survey = ws.Survey(pl.from_pandas(respondents()).lazy(), weights="w")
    with pytest.raises(DataError, match=r"not in memory\. Collect it first"):
        ws.to_svy(survey)


@pytest.mark.parametrize("design", ["persons", "clusters of a finite population"])
def test_odds_ratios_and_their_errors_are_those_of_r(design, tmp_path):
    survey = survey_of(design)
    works = svy.when(svy.col("work") < 3).then(1).otherwise(0)
    known = svy.when(svy.col("work").is_null()).then(None).otherwise(works)
    sample = handed(survey)[0].wrangling.mutate({"works": known})
    model = sample.glm.fit(
        "works", x=["age", svy.Cat("region", ref="n")], family="binomial", tol=1e-13
    )
    theirs = model.to_polars().select("estimate", "std_err").to_numpy()

    folder = tmp_path / "r"
    folder.mkdir()
    script = ws.to_r_script(survey, ws.crosstab(survey, ["work", "age"], "region"))
    script.write(folder / "tables.R")
    with (folder / "tables.R").open("a", encoding="utf-8") as more:
        more.write(
            "design <- update(design, works = c(1, 1, 0)[match(data$v1, 1:3)])\n"
            "model <- suppressWarnings(svyglm(works ~ v2 + factor(v3), design,\n"
            "  family = quasibinomial, control = glm.control(epsilon = 1e-14, maxit = 100)))\n"
            'write.csv(cbind(coef(model), SE(model)), file.path(folder, "odds.csv"))\n'
        )
    run_r_script(folder / "tables.R", "survey")
    reference = pd.read_csv(folder / "odds.csv").iloc[:, 1:].to_numpy()
    np.testing.assert_allclose(theirs, reference, rtol=1e-8)
