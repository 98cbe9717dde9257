from __future__ import annotations

import re
from pathlib import Path

import numerals
import pandas as pd
import pytest
from report_files import rows_of
from toyreport import replace_in

import welfarestats as ws
from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import write_reconstruction
from welfarestats.published.skeleton import write_skeleton

RESPONDENTS = pd.DataFrame(
    {
        "age": [1] * 12 + [2] * 12 + [1] * 4 + [2] * 12,
        "had_plan": [1] * 24 + [2] * 16,
        "plan_copy": [1] * 20 + [2] * 20,
        "plan_helped": [1] * 11 + [2] * 6 + [3] * 5 + [98] * 2 + [None] * 16,
    }
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A new report, as it is written."""
    write_skeleton(tmp_path / "mine")
    return tmp_path / "mine"


def test_a_new_report_works_as_it_stands(mine: Path):
    write_reconstruction(ws.load_report(mine))
    result = ws.reproduce(ws.load_report(mine))
    assert result.ok
    assert result.counts()["agree"] == 15


def test_a_new_report_is_audited_without_respondents(mine: Path):
    audit = ws.audit(ws.load_report(mine))
    assert audit.findings == ()
    assert list(audit.claims["verdict"]) == ["depends", "untestable"]
    assert not (mine / "microdata").exists()


@pytest.mark.parametrize("blank", ["", "NA"])
def test_a_new_report_is_reproduced_from_a_csv_file(mine: Path, blank: str):
    replace_in(mine / "spec.toml", "customers-synthetic.parquet", "customers.csv")
    replace_in(mine / "spec.toml", 'origin = "synthetic"', 'origin = "collected"')
    (mine / "microdata").mkdir()
    RESPONDENTS.to_csv(mine / "microdata" / "customers.csv", index=False, na_rep=blank)
    result = ws.reproduce(ws.load_report(mine))
    assert result.ok
    assert result.counts()["agree"] == 15
    assert ws.load_report(mine).survey("customers").origin == "collected"


def test_a_respondent_who_answered_otherwise_is_seen(mine: Path):
    replace_in(mine / "spec.toml", "customers-synthetic.parquet", "customers.csv")
    replace_in(mine / "spec.toml", 'origin = "synthetic"', 'origin = "collected"')
    (mine / "microdata").mkdir()
    changed = RESPONDENTS.assign(plan_copy=[1] * 19 + [2] * 21)
    changed.to_csv(mine / "microdata" / "customers.csv", index=False)
    frame = ws.reproduce(ws.load_report(mine)).to_frame()
    assert list(frame.loc[frame["agrees"].eq(False), "item"]) == ["plan-copy"]


def test_every_numeral_of_the_invented_text_is_accounted_for(mine: Path):
    text = (mine / "text.txt").read_text(encoding="utf-8")
    published, excluded = (rows_of(mine / f"{name}.csv") for name in ("published", "exclusions"))
    assert numerals.unaccounted(text, published, excluded) == []


def test_a_new_report_shows_each_thing_that_can_be_said_of_a_survey(mine: Path):
    report = ws.load_report(mine)
    survey = report.specification("customers")
    assert [(i.given, i.then) for i in survey.implications] == [
        ({"plan_copy": ("Yes",)}, {"had_plan": ("Yes",)})
    ]
    assert [stated.parts for stated in report.sums] == [("had-plan-count", "no-plan-count")]
    assert [stated.rate for stated in report.rates] == ["had-plan"]
    assert survey.populations["had_plan_answered"].base_varies


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("all,,No,count,16,16,", "all,,No,count,17,17,", "sum"),
        ("had_plan,all,,Yes,percent,60,60,", "had_plan,all,,Yes,percent,63,63,", "sum"),
        ("plan_copy,all,,Yes,percent,50,50,", "plan_copy,all,,Yes,percent,65,65,", "conflict"),
        ("A lot or a little,percent,77,77,", "A lot or a little,percent,82,82,", "conflict"),
        ("A little,percent,27,27,", "A little,percent,25,25,", "whole-number"),
        ("base,40,40,4,", "base,41,41,4,", "repeated"),
    ],
)
def test_a_slip_in_a_new_report_is_found(mine: Path, old: str, new: str, check: str):
    replace_in(mine / "published.csv", old, new)
    audit = ws.audit(ws.load_report(mine))
    assert not audit.ok
    assert check in {finding.check for finding in audit.findings}


def test_what_the_comments_offer_is_understood(mine: Path):
    spec = mine / "spec.toml"
    offered = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
    text, times = offered.subn("", spec.read_text(encoding="utf-8"))
    assert times == 7
    spec.write_text(text.replace("base_varies = true", "base_varies = false"), encoding="utf-8")
    survey = ws.load_report(mine).specification("customers")
    assert (survey.weights, survey.strata, survey.psu) == ("weight", "region", "office")
    assert survey.populations["had_plan_answered"].candidate_bases == (22, 44)
    assert survey.recipe is not None
    assert len(survey.recipe.weights) == 5


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        ReportError, match=r"exists and is not an empty folder. Nothing was written"
    ):
        write_skeleton(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_must_have_a_name_for_files(tmp_path: Path):
    with pytest.raises(ReportError, match="'my report' cannot name a report"):
        write_skeleton(tmp_path / "my report")
