from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.errors import DataError, ReportError
from welfarestats.published.reconstruction import write_synthetic

CONTRACT = [
    "item", "survey", "variable", "population", "group", "category", "statistic", "value",
    "printed", "line",
]  # fmt: skip
CLAIMS = [
    "claim", "survey", "section", "line", "outcome", "group_a", "percent_a", "group_b",
    "percent_b", "base_a", "base_b", "direction", "claimed",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "surveys"),
    [
        (
            "ehd-2025",
            ("referrals", "appointments", "wave1", "wave2", "practitioners", "advisers"),
        ),
        ("hwc-2021", ("hwc",)),
        ("nhanes2", ("nhanes2",)),
    ],
)
def test_a_report_has_the_frames_of_the_contract(name: str, surveys: tuple[str, ...]):
    report = ws.load_report(name)
    assert report.surveys == surveys
    assert list(report.published)[:10] == CONTRACT
    assert list(report.claims) == CLAIMS
    words = report.claims.drop(columns=["line", "percent_a", "percent_b", "base_a", "base_b"])
    assert all(isinstance(kind, pd.StringDtype) for kind in words.dtypes)
    assert isinstance(report.published.index, pd.RangeIndex)
    assert report.published["item"].is_unique
    assert report.published["line"].dtype == "int64"


def test_a_value_is_missing_for_the_mark_only():
    published = ws.load_report("hwc-2021").published
    computed = published[~published["statistic"].isin(["stated", "approximate"])]
    assert (computed["value"].isna() == (computed["printed"] == "*")).all()


def test_a_report_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ws.load_report("nhanes2").name = "other"  # type: ignore[misc]


def test_a_frame_that_is_changed_does_not_change_the_report():
    report = ws.load_report("nhanes2")
    frame = report.published
    frame["value"] = 0.0
    assert report.published["value"].gt(0).all()


def test_a_survey_knows_its_design_and_where_it_comes_from(toy: Path):
    report = ws.load_report(toy)
    visits = report.survey("visits")
    assert (visits.base, visits.origin) == (120, "synthetic")
    assert visits.facts.weighted
    assert report.survey("staff").facts.sample == "volunteer"


def test_caveats_reach_the_surveys_they_are_about(toy: Path):
    report = ws.load_report(toy)
    assert report.caveats_of("staff") == ("Bases are small.",)
    assert report.caveats_of("visits") == ()
    assert "Bases are small." in report.survey("staff").facts.caveats


def test_every_table_of_a_synthetic_survey_says_so(toy: Path):
    page = ws.crosstab(ws.load_report(toy).survey("staff"), "confident").to_html()
    assert "ynthetic" in page
    assert page.count("were not collected from people") == 1
    assert "not the department's data" not in page


def test_an_unknown_survey_brings_the_nearest(bare_toy: Path):
    report = ws.load_report(bare_toy)
    for ask in (report.survey, report.codebook):
        with pytest.raises(ReportError, match=r"has no survey 'visit'; .*Did you mean 'visits'\?"):
            ask("visit")


def test_respondents_that_are_missing_can_be_made(bare_toy: Path):
    with pytest.raises(ReportError, match=r"has no respondents: .*`welfarestats reconstruct toy`"):
        ws.load_report(bare_toy).survey("visits")


def test_respondents_of_ones_own_that_are_missing_are_asked_for(bare_toy: Path):
    replace_in(
        bare_toy / "spec.toml",
        'microdata = "microdata/staff-synthetic.parquet"\norigin = "synthetic"',
        'microdata = "microdata/staff.csv"\norigin = "collected"',
    )
    with pytest.raises(
        ReportError, match=r"no file 'microdata/staff.csv'. Save the respondents' answers there, or"
    ):
        ws.load_report(bare_toy).survey("staff")


def test_invented_records_cannot_pass_as_collected(toy: Path):
    replace_in(
        toy / "spec.toml",
        'microdata = "microdata/staff-synthetic.parquet"\norigin = "synthetic"',
        'microdata = "microdata/staff-synthetic.parquet"\norigin = "collected"',
    )
    with pytest.raises(
        ReportError, match=r"says that its records are synthetic, but spec.toml says"
    ):
        ws.load_report(toy).survey("staff")


def test_people_of_a_reconstructed_survey_are_invented_whatever_their_file_says(toy: Path):
    path = toy / "microdata" / "staff-synthetic.parquet"
    pd.read_parquet(path).to_parquet(path)
    assert ws.load_report(toy).survey("staff").origin == "synthetic"


def test_a_file_that_lacks_a_column_is_refused(toy: Path):
    path = toy / "microdata" / "staff-synthetic.parquet"
    write_synthetic(pd.read_parquet(path).drop(columns="tool_form"), path, "toy")
    with pytest.raises(DataError, match="there is no column 'tool_form'"):
        ws.load_report(toy).survey("staff")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "toy"\n', "", "report.toml has no 'name'. Add it"),
        ('title = "A toy report"\n', "", "report.toml has no 'title'. Add it"),
        ('name = "toy"', 'name = "../toy"', r"the name '../toy' must be letters, digits"),
    ],
)
def test_a_report_needs_a_name_and_a_title(bare_toy: Path, old: str, new: str, sentence: str):
    replace_in(bare_toy / "report.toml", old, new)
    with pytest.raises(ReportError, match=sentence):
        ws.load_report(bare_toy)


@pytest.mark.parametrize(
    "file", ["report.toml", "spec.toml", "codebook.toml", "published.csv", "claims.csv"]
)
def test_a_missing_file_is_named(bare_toy: Path, file: str):
    (bare_toy / file).unlink()
    with pytest.raises(ReportError, match=f"the report folder 'toy' has no file '{file}'"):
        ws.load_report(bare_toy)
