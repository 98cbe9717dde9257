from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.errors import DataError
from welfarestats.published.computing import Respondents
from welfarestats.published.printed import printed_value
from welfarestats.published.reconstruction import write_synthetic
from welfarestats.published.reproduction import (
    MADE_FROM_THE_NUMBERS,
    compared,
    computed_text,
    reproduce,
)
from welfarestats.published.transcription import PublishedNumber


def with_another_digit(number: PublishedNumber) -> PublishedNumber:
    """The number with its last digit changed; a word or a mark becomes another number."""
    if number.printed[-1].isdigit():
        printed = number.printed[:-1] + str((int(number.printed[-1]) + 1) % 10)
    else:
        printed = str(int(printed_value(number.printed) or 0) + 1)
    return replace(number, printed=printed, value=printed_value(printed))


@pytest.mark.parametrize("name", ["ehd-2025", "hwc-2021", "nhanes2"])
def test_every_number_agrees_or_says_why_it_is_not_compared(name: str):
    result = ws.reproduce(ws.load_report(name))
    frame = result.to_frame()
    assert result.ok
    assert result.counts()["agree"] > 20
    silent = frame[frame["agrees"].isna()]
    assert silent["reason"].str.match("stated|approximate|contradicted: ").all()
    uncompared = frame["statistic"].isin(["stated", "approximate"])
    assert (frame["agrees"].isna() >= uncompared).all()
    assert frame.loc[frame["agrees"].fillna(value=False), "computed"].notna().all()


@pytest.mark.parametrize("name", ["ehd-2025", "hwc-2021", "nhanes2"])
def test_a_digit_changed_in_any_number_that_agreed_no_longer_agrees(name: str):
    report = ws.load_report(name)
    respondents = Respondents(report)
    unnoticed, agreed = [], 0
    for number, note in zip(report.numbers, report.notes, strict=True):
        if compared(number, note, respondents)[1] is not True:
            continue
        agreed += 1
        if compared(with_another_digit(number), "", respondents)[1] is not False:
            unnoticed.append(number.item)
    assert agreed > 20
    assert unnoticed == []


def test_the_columns_are_those_of_the_contract(toy: Path):
    frame = reproduce(ws.load_report(toy)).to_frame()
    assert list(frame) == [
        "item", "survey", "variable", "population", "group", "category", "statistic", "value",
        "printed", "line", "note", "computed", "agrees", "reason",
    ]  # fmt: skip
    assert frame["agrees"].dtype == "boolean"
    assert isinstance(frame.index, pd.RangeIndex)


def test_only_the_changed_number_differs(toy: Path):
    replace_in(toy / "published.csv", "percent,80,80,6,", "percent,81,81,6,")
    result = reproduce(ws.load_report(toy))
    assert not result.ok
    assert result.differing["item"].tolist() == ["help-any"]
    text = result.summary()
    assert "differs: help-any (line 6): published 81, computed " in text
    assert "It would print as 80." in text


def test_the_summary_begins_with_what_agreement_is_worth(toy: Path):
    lines = reproduce(ws.load_report(toy)).summary().splitlines()
    assert lines[0] == f"toy: {MADE_FROM_THE_NUMBERS}"
    assert "not that the report is right" in lines[0]
    assert lines[2] == (
        "35 published numbers: 32 agree as printed, 0 differ; not compared: 1 stated, "
        "1 approximate, 1 contradicted."
    )
    assert "staff-agree-again (line 22): contradicted: line 21 prints 65" in lines[3]


def test_real_respondents_are_evidence():
    summary = reproduce(ws.load_report("nhanes2")).summary()
    assert "agreement is evidence" in summary.splitlines()[0]


def test_a_number_marked_as_contradicted_that_agrees_just_agrees(toy: Path):
    replace_in(toy / "published.csv", ",percent,70,70,22,", ",percent,65,65,22,")
    frame = reproduce(ws.load_report(toy)).to_frame().set_index("item")
    assert frame.loc["staff-agree-again", "agrees"] == True  # noqa: E712


def other_people(
    folder: Path, survey: str, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> ws.Reproduction:
    report = ws.load_report(folder)
    frame = pd.read_parquet(report.folder / report.specification(survey).microdata)
    return reproduce(report, surveys={survey: report.survey_of(survey, change(frame))})


@pytest.mark.parametrize("benefit", [1, 2])
def test_the_smallest_weight_doubled_is_noticed(benefit: int):
    def doubled(frame: pd.DataFrame) -> pd.DataFrame:
        own = frame[frame["benefit"] == benefit]
        frame.loc[own["weight"].idxmin(), "weight"] *= 2
        return frame

    report = ws.load_report("hwc-2021")
    assert not other_people(report.folder, "hwc", doubled).ok


@pytest.mark.parametrize(("name", "survey"), [("hwc-2021", "hwc"), ("ehd-2025", "wave1")])
def test_a_respondent_removed_is_noticed(name: str, survey: str):
    folder = ws.load_report(name).folder
    assert not other_people(folder, survey, lambda frame: frame.iloc[1:]).ok


def test_a_file_that_cannot_be_read_is_no_disagreement(toy: Path):
    path = toy / "microdata" / "staff-synthetic.parquet"
    write_synthetic(pd.read_parquet(path).drop(columns="tool_form"), path, "toy")
    with pytest.raises(DataError, match="there is no column 'tool_form'"):
        reproduce(ws.load_report(toy))


def test_the_mark_for_rounds_to_zero_is_not_for_zero(toy: Path):
    def nobody(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(mood=frame["mood"].replace(4, 3))

    result = other_people(toy, "visits", nobody)
    row = result.to_frame().set_index("item").loc["mood-unspeakable"]
    assert row["agrees"] == False  # noqa: E712
    assert row["reason"] == "'*' stands for a number that is not zero."


def test_the_comparison_for_machines_is_json(toy: Path):
    said = json.loads(json.dumps(reproduce(ws.load_report(toy)).to_dict()))
    assert said["ok"] is True
    assert said["counts"]["published"] == len(said["numbers"]) == 35
    assert said["numbers"][0]["computed"] == 120
    stated = next(row for row in said["numbers"] if row["statistic"] == "stated")
    assert stated["agrees"] is None
    assert stated["computed"] is None


def test_computed_numbers_are_shown_with_two_decimals_more():
    assert computed_text(79.97399, "80") == "79.97"
    assert computed_text(2.438843, "2.4") == "2.439"
    assert computed_text(1219.0, "1,219") == "1,219"
    assert computed_text(float("nan"), "80") == "not computed"


def test_a_progress_bar_is_shown_when_asked_for(toy: Path, capsys: pytest.CaptureFixture[str]):
    reproduce(ws.load_report(toy), progress=True)
    assert "toy" in capsys.readouterr().err
    reproduce(ws.load_report(toy), progress=None)
    assert capsys.readouterr().err == ""
