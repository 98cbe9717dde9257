from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.folder import report_folder, report_names
from welfarestats.published.report import load_report

WRONG = {
    "a question of an unknown survey": (
        'survey = "staff"\nname = "tools"',
        'survey = "stuff"\nname = "tools"',
        r"codebook.toml: question 'tools' is of survey 'stuff', which is not in spec.toml",
    ),
    "a question without a name": (
        'name = "tools"\n',
        "",
        r"codebook.toml, survey 'staff': a \[\[question\]\] table has no name.",
    ),
    "two questions of one name": (
        'name = "mood"',
        'name = "seen"',
        r"codebook.toml, survey 'visits': the names of the questions must differ; 'seen'",
    ),
    "a route from an unknown question": (
        'asked_if = { seen = ["Yes"] }',
        'asked_if = { seem = ["Yes"] }',
        r"codebook.toml, survey 'visits': question 'help' was asked depending on 'seem'",
    ),
    "a route from an unknown answer": (
        'asked_if = { seen = ["Yes"] }',
        'asked_if = { seen = ["Yess"] }',
        r"codebook.toml, survey 'visits': question 'seen' has no answer 'Yess'.*'Yes'\?",
    ),
    "columns that do not match the categories": (
        'columns = ["tool_phone", "tool_form", "tool_unsure"]',
        'columns = ["tool_phone", "tool_form"]',
        r"question 'tools' has 2 columns and 3 categories",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_codebook_has_its_sentence(wrong: str, bare_toy: Path):
    old, new, sentence = WRONG[wrong]
    replace_in(bare_toy / "codebook.toml", old, new)
    with pytest.raises(ReportError, match=sentence):
        load_report(bare_toy)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('text = "Bases are small."', "", r"a \[\[caveat\]\] has no 'text'. Add it"),
        (
            'scope = "staff"',
            'scope = "stuff"',
            r"a \[\[caveat\]\] has the scope 'stuff', .* Did you mean 'staff'\?",
        ),
        (
            'scope = "staff"',
            'scope = "staff"\nquestions = ["tool"]',
            r"is about the question 'tool', which none of its surveys asked .*mean 'tools'\?",
        ),
    ],
)
def test_a_wrong_caveat_has_its_sentence(bare_toy: Path, old: str, new: str, sentence: str):
    replace_in(bare_toy / "report.toml", old, new)
    with pytest.raises(ReportError, match=sentence):
        load_report(bare_toy)


def test_the_library_brings_three_reports():
    assert {"ehd-2025", "hwc-2021", "nhanes2"} <= set(report_names())


def test_a_report_is_found_by_name_or_by_folder(bare_toy: Path):
    assert report_folder("nhanes2").name == "nhanes2"
    assert report_folder(bare_toy) == bare_toy
    assert report_folder(str(bare_toy)) == bare_toy


def test_a_report_that_does_not_exist_brings_the_nearest():
    with pytest.raises(
        ReportError, match=r"there is no report 'ehd-2026'.*Did you mean 'ehd-2025'"
    ):
        report_folder("ehd-2026")
