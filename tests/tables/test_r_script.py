"""The script for R, run by R: its figures are ours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from other_programs import run_r_script
from r_surveys import (
    CODEBOOK,
    DESIGNS,
    HOSTILE,
    linearly_calibrated_survey,
    lonely_survey,
    raked_survey,
    replicated_survey,
    respondents,
    survey_of,
)

import welfarestats as ws
from welfarestats.errors import DataError, DesignError, OptionError
from welfarestats.survey.design import Calibration
from welfarestats.survey.reweighting import reweighted, with_weights


def wald(survey: ws.Survey, stub: object, banner: object, **options: object) -> ws.Table:
    return ws.crosstab(survey, stub, banner, test="design-wald", style="none", **options)


def few_tables(survey: ws.Survey) -> list[ws.Table]:
    return [
        wald(survey, ["work", "age"], ["region", "help"]),
        wald(survey.domain(region="North"), "help", "work"),
    ]


def all_tables(survey: ws.Survey) -> list[ws.Table]:
    old = (survey.to_frame()["age"] > 20).to_numpy()
    return [
        *few_tables(survey),
        wald(survey, ["work", "help"], "region", percent="row", interval="wald"),
        wald(survey, ["help", "work"], "region", percent="total", interval="asin", level=0.9),
        wald(survey, "work", ["region"], base_includes=["dont_know"]),
        wald(survey.domain(old), "work", [("region", "hours")], versus="rest"),
        wald(survey, "hours", "help", versus="total", total=False),
        wald(survey, "age", None),
    ]


def repeated(survey: ws.Survey, tables: list[ws.Table], folder) -> tuple[pd.DataFrame, str]:
    """Return our figures beside R's, and what R said."""
    folder = folder / "with space"
    folder.mkdir()
    script = ws.to_r_script(survey, tables, folder / "check.R")
    said = run_r_script(folder / "check.R", "survey")
    return script.compare(folder), said


def assert_the_same(found: pd.DataFrame) -> None:
    differing = found[found["agrees"].fillna(True) == False]  # noqa: E712 - a nullable column
    assert differing.empty, differing.to_string()
    # What one of the programs has no figure for: shares of 0 and 1 have no logit limits in R.
    alone = found[found["agrees"].isna() & (found["ours"].notna() | found["r"].notna())]
    limits = alone["figure"].isin(["ci_low", "ci_high"])
    untested = (alone["part"] == "pairs") & alone["ours"].isna()
    assert (limits | untested).all(), alone[~limits & ~untested].to_string()
    assert found["agrees"].sum() > 0.8 * len(found)
    assert set(found.loc[found["agrees"].notna(), "part"]) == {"cells", "pairs", "independence"}


@pytest.mark.parametrize("design", ["two stages"])
def test_r_agrees_on_every_kind_of_table(design, tmp_path):
    survey = survey_of(design)
    assert_the_same(repeated(survey, all_tables(survey), tmp_path)[0])


@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "two stages"])
def test_r_agrees_under_every_design(design, tmp_path):
    survey = survey_of(design)
    assert_the_same(repeated(survey, few_tables(survey), tmp_path)[0])


@pytest.mark.parametrize("rule", ["certainty", "remove", "adjust", "average"])
def test_r_agrees_under_every_rule_for_lonely_psus(rule, tmp_path):
    survey = lonely_survey(rule)
    assert_the_same(repeated(survey, few_tables(survey), tmp_path)[0])


def test_r_rakes_the_same_weights_and_agrees(tmp_path):
    survey = raked_survey()
    found, said = repeated(survey, few_tables(survey), tmp_path)
    assert 'survey::calibrate(calfun = "raking")' in said
    assert_the_same(found)


def test_r_calibrates_the_same_weights_although_the_totals_repeat_each_other(tmp_path):
    survey = linearly_calibrated_survey()
    found, said = repeated(survey, few_tables(survey), tmp_path)
    assert 'survey::calibrate(calfun = "linear")' in said
    assert_the_same(found)


def test_r_takes_weights_that_it_cannot_calibrate_as_they_are(tmp_path):
    raked = raked_survey()
    given = raked._sample(()).design.calibrations[0]
    other = raked.weights * np.random.default_rng(3).uniform(0.8, 1.2, len(raked.weights))
    survey = reweighted(
        with_weights(raked, "w"),
        other,
        "by hand",
        calibration=Calibration(given.auxiliary, given.base_weight),
    )
    found, said = repeated(survey, few_tables(survey), tmp_path)
    assert "taken as they are" in said
    assert_the_same(found)


@pytest.mark.parametrize("centre", ["estimate", "mean"])
def test_r_agrees_with_replicate_weights(centre, tmp_path):
    survey = replicated_survey(centre)
    assert_the_same(repeated(survey, few_tables(survey), tmp_path)[0])


@pytest.mark.parametrize("raked", [False, True], ids=["as made", "raked"])
@pytest.mark.parametrize("kept", [False, True], ids=["made", "given"])
def test_r_counts_the_same_degrees_of_freedom_in_the_domains_of_replicates(kept, raked, tmp_path):
    plan = {"weights": "w", "codebook": CODEBOOK}
    design = ws.Survey(respondents(zero=False), strata="stratum", psu="psu", **plan)
    survey = ws.make_replicates(design, "jkn")
    if kept:
        made = survey._sample(()).design.replicates
        names = [f"jack{n + 1}" for n in range(20)]
        frame = survey.to_frame().join(pd.DataFrame(made.weights, columns=names))
        given = ws.Replicates("jack[1-20]", "jkn", rscales=made.rscales.tolist())
        survey = ws.Survey(frame, replicates=given, **plan)
    if raked:
        survey = ws.rake(survey, {"sex": {"F": 0.5, "M": 0.5}})
    frame = survey.to_frame()
    domain = survey.domain(((frame["psu"] < 2) | (frame["stratum"] == 0)).to_numpy())
    # Eleven units of twenty, one stratum of four complete.
    assert (domain.degrees_of_freedom, survey.degrees_of_freedom) == (10, 16)
    few = survey.domain((frame["psu"] == 0).to_numpy())
    tables = [*few_tables(domain), wald(few, "work", "region")]
    assert_the_same(repeated(survey, tables, tmp_path)[0])


def test_the_results_have_the_words_of_the_table(tmp_path):
    survey = survey_of("persons")
    table = few_tables(survey)[0]
    repeated(survey, [table], tmp_path)
    theirs = pd.read_csv(tmp_path / "with space" / "check_cells.csv")
    ours = table.to_frame()
    for name in ("stub", "stub_category", "statistic", "banner", "banner_category", "origin"):
        assert theirs[name].tolist() == ours[name].tolist()
    assert HOSTILE in set(theirs["stub_category"])


def test_invented_records_are_called_so_and_nothing_is_inferred_from_them(tmp_path):
    survey = ws.Survey(respondents(), weights="w", codebook=[], origin="synthetic")
    script = ws.to_r_script(survey, ws.crosstab(survey, "sex", "region", style="none"))
    assert script.text.splitlines()[0].startswith("# SYNTHETIC: the records are invented")
    assert script.data_name == "tables_synthetic_data.csv"
    script.write(tmp_path / "tables.R")
    run_r_script(tmp_path / "tables.R", "survey")
    found = script.compare(tmp_path)
    inferred = found["figure"].isin(["standard_error", "ci_low", "p_value", "design_effect"])
    assert found.loc[inferred, "r"].isna().all()
    assert found.loc[found["figure"] == "estimate", "agrees"].all()
    cells = pd.read_csv(tmp_path / "tables_cells.csv")
    assert set(cells["origin"]) == {"synthetic"}


def test_the_file_holds_numbers_only_and_the_script_is_ascii():
    survey = survey_of("two stages")
    script = ws.to_r_script(survey, all_tables(survey))
    script.text.encode("ascii")
    names, *rows = script.data.splitlines()
    assert names.split(",")[:6] == ["weight", "psu1", "respondent", "stratum1", "fpc1", "fpc2"]
    assert len(rows) == len(respondents())
    for entry in ",".join(rows).split(","):
        assert entry == "" or np.isfinite(float(entry))
    assert "North" not in script.data


def test_no_label_gets_out_of_its_string():
    survey = survey_of("persons")
    text = ws.to_r_script(survey, few_tables(survey)).text
    assert '\\"quoted\\" \\\\ label\\n\\"); quit(status = 3) # \\u00a35' in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith('")')]


def test_the_same_tables_give_the_same_script():
    first, second = (
        ws.to_r_script(survey, few_tables(survey)) for survey in [survey_of("clusters")] * 2
    )
    assert first.text == second.text
    assert first.data == second.data


def test_a_book_is_repeated_with_its_filters():
    survey = survey_of("persons")
    book = ws.book(
        survey, ["work", "hours"], "region", filters={"hours": {"work": "Part time"}}, style="none"
    )
    script = ws.to_r_script(survey, book)
    assert [table.recipe.stubs for table in script.tables] == [("work",), ("hours",)]
    assert "inside = data$v1 %in% c(2)," in script.text


def test_a_table_of_another_survey_is_refused():
    survey = survey_of("persons")
    other = ws.crosstab(survey_of("clusters"), "region", title="Elsewhere")
    with pytest.raises(DataError, match="'Elsewhere' was made from another survey, or under other"):
        ws.to_r_script(survey, other)
    with pytest.raises(DataError, match="made from another survey"):
        ws.to_r_script(with_weights(survey, None), ws.crosstab(survey, "region"))


def test_what_is_no_table_is_refused():
    with pytest.raises(OptionError, match="not 'str'"):
        ws.to_r_script(survey_of("persons"), ["work"])
    with pytest.raises(OptionError, match="and none was given"):
        ws.to_r_script(survey_of("persons"), [])


def test_a_script_has_the_name_that_it_was_made_with(tmp_path):
    survey = survey_of("persons")
    table = ws.crosstab(survey, "region")
    with pytest.raises(OptionError, match=r"ends in \.R, not in '\.txt'"):
        ws.to_r_script(survey, table, tmp_path / "check.txt")
    with pytest.raises(OptionError, match=r"its own name is 'tables\.R', not 'other\.R'"):
        ws.to_r_script(survey, table).write(tmp_path / "other.R")


def test_a_lazy_frame_is_refused():
    frame = pl.from_pandas(respondents()).lazy()
    survey = ws.Survey(frame, weights="w")
    with pytest.raises(DataError, match=r"not in memory\. Collect it first"):
        ws.to_r_script(survey, ws.crosstab(survey, "sex"))


def test_weights_calibrated_twice_are_refused():
    once = raked_survey()
    again = reweighted(
        once, once.weights, "again", calibration=once._sample(()).design.calibrations[0]
    )
    with pytest.raises(DesignError, match="calibrated 2 times, one after another"):
        ws.to_r_script(again, ws.crosstab(again, "sex"))


def test_medians_are_not_repeated() -> None:
    survey = survey_of("clusters")
    table = ws.crosstab(survey, "age", "region", medians=True)
    with pytest.raises(OptionError, match="1 of 1 tables have rows of medians, which the script"):
        ws.to_r_script(survey, table)
