"""Outcomes of fieldwork and response rates, each with its denominator."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import DataError, OptionError
from welfarestats.survey.response_rates import OUTCOMES

CASES = {
    "supplied": 1_100,
    "excluded": 100,
    "issued": 1_000,
    "unusable": 100,
    "ineligible": 50,
    "unknown": 80,
    "non_contact": 230,
    "refused": 200,
    "other": 20,
    "partial": 20,
    "achieved": 300,
}


def rates(table) -> dict[str, float]:
    frame = table.to_frame()
    return dict(zip(frame["rate"], frame["value"], strict=True))


def test_the_nine_per_cent_of_report_1000_is_of_those_with_a_number_and_not_screened_out(root):
    # tests/texts/report-1000.txt, line 524: "The sample issued … included 24,141 claimants. … 2,590
    # did not have valid phone numbers … A further 738 were screened out … The sample issued … by
    # DWP included 20,813 claimants and the survey achieved a response rate of nine per cent."
    # Line 520: "In total, 1,808 individuals took part".
    lines = (root / "tests" / "texts" / "report-1000.txt").read_text("utf-8").splitlines()
    for printed in ("24,141", "2,590", "738", "20,813", "a response rate of nine per cent"):
        assert printed in lines[524 - 1]
    assert "1,808 individuals took part in the survey" in lines[520 - 1]
    table = ws.response_table(
        {"issued": 24_141, "unusable": 2_590, "ineligible": 738, "achieved": 1_808},
        rest="not_interviewed",
    )
    printed = table.printed_as(9)
    assert printed["rate"].tolist() == ["response"]
    assert printed["share_of"].tolist() == ["issued less 2,590 unusable and 738 screened out"]
    assert printed[["numerator", "denominator"]].values.tolist() == [[1_808, 20_813]]
    assert printed["value"][0] == 1_808 / 20_813
    # Of all issued, and of those with a number, it would have been another figure.
    assert table.printed_as(7)["rate"].tolist() == ["response, of issued"]
    assert table.printed_as(8)["rate"].tolist() == ["response, of usable"]
    counts = table.counts().set_index("outcome")["count"]
    assert counts["not_interviewed"] == 24_141 - 2_590 - 738 - 1_808


def test_every_rate_by_hand():
    table = ws.response_table(CASES, eligible_share=0.8)
    assert rates(table) == pytest.approx(
        {
            "usable sample": 900 / 1_000,
            "screened out": 50 / 370,
            "response, of issued": 300 / 1_000,
            "response, of usable": 300 / 900,
            "response": 300 / 850,
            "response with partials": 320 / 850,
            "response, eligible estimated": 300 / (770 + 0.8 * 80),
            "co-operation": 300 / (300 + 20 + 200 + 20),
            "co-operation of the able": 300 / (300 + 20 + 200),
            "refusal": 200 / 850,
            "contact": 540 / 850,
        }
    )
    sources = dict(zip(*table.to_frame()[["rate", "source"]].values.T, strict=True))
    assert sources["response"] == "AAPOR RR1"
    assert sources["response, eligible estimated"] == "AAPOR RR3"


def test_counts_have_their_share_of_what_was_issued():
    counts = ws.response_table(CASES).counts()
    assert counts["outcome"].tolist()[:4] == ["supplied", "excluded", "issued", "unusable"]
    issued = counts[~counts["outcome"].isin(["supplied", "excluded", "issued"])]
    assert issued["count"].sum() == 1_000
    assert issued["share_of_issued"].sum() == pytest.approx(1)
    assert counts.set_index("outcome")["share_of_issued"].isna()["excluded"]


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        (
            {"issued": 10, "achieved": 3},
            r"add up to 3, 7 fewer than the 10 issued\. Correct a number, or name the outcome",
        ),
        (
            {"issued": 10, "achieved": 13},
            "add up to 13, 3 more than the 10 issued. Correct a number",
        ),
        (
            {"supplied": 20, "excluded": 7, "issued": 12, "achieved": 12},
            "add up to 19, 1 fewer than the 20 supplied",
        ),
        ({"supplied": 10, "issued": 12, "achieved": 12}, "2 more than the 10 supplied"),
        ({"achieved": 1.5}, "the number of 'achieved' is 1.5; it is a count of cases"),
        ({"achieved": -1}, "it is a count of cases"),
        ({"achieved": True}, "it is a count of cases"),
        ({"achieved": 0}, "no cases were issued"),
        ({"achived": 3}, r"1 of 1 codes have no outcome; the first is 'achived'.*'achieved'\?"),
    ],
)
def test_cases_that_do_not_add_up_are_refused_by_how_many(cases, sentence):
    with pytest.raises(DataError, match=sentence):
        ws.response_table(cases)


def test_too_many_cases_are_refused_whatever_the_rest():
    with pytest.raises(DataError, match="3 more than the 10 issued"):
        ws.response_table({"issued": 10, "achieved": 13}, rest="refused")


def test_a_total_follows_from_the_others():
    table = ws.response_table({"supplied": 20, "excluded": 5, "achieved": 15})
    counts = table.counts().set_index("outcome")["count"]
    assert (counts["issued"], counts["supplied"]) == (15, 20)
    table = ws.response_table({"supplied": 20, "issued": 15, "achieved": 15})
    assert table.counts().set_index("outcome")["count"]["excluded"] == 5


def test_rates_that_need_untold_outcomes_are_missing_and_say_why():
    table = ws.response_table({"issued": 10, "achieved": 4}, rest="not_interviewed")
    frame = table.to_frame().set_index("rate")
    assert pd.isna(frame.loc["co-operation", "value"])
    assert frame.loc["refusal", "message"] == (
        "The outcomes of 6 who were not interviewed are not told."
    )
    assert "[x] = not available" in repr(table)


def test_the_eligible_share_is_not_guessed():
    frame = ws.response_table(CASES).to_frame().set_index("rate")
    row = frame.loc["response, eligible estimated"]
    assert pd.isna(row["value"])
    assert row["message"].startswith("Pass eligible_share: what share of the 80")
    assert row["message"].endswith("Of those known, 0.939 are.")


CODES = {1: "achieved", 2: "refused", 3: "ineligible", None: "non_contact"}


@pytest.mark.parametrize("make", ["pandas", "series", "polars", "lazy", "survey", "polars series"])
def test_a_column_of_codes_with_a_mapping(make):
    frame = pd.DataFrame({"outcome": [1, 1, 2, 3, None, 2]})
    source = {
        "pandas": lambda: frame,
        "series": lambda: frame["outcome"],
        "polars": lambda: pl.from_pandas(frame),
        "lazy": lambda: pl.from_pandas(frame).lazy(),
        "survey": lambda: ws.Survey(frame),
        "polars series": lambda: pl.from_pandas(frame)["outcome"],
    }[make]()
    column = None if "series" in make else "outcome"
    table = ws.response_table(source, column=column, outcomes=CODES)
    counts = table.counts().set_index("outcome")["count"]
    assert counts[["achieved", "refused", "ineligible", "non_contact"]].tolist() == [2, 2, 1, 1]
    assert rates(table)["response"] == 2 / 5


def test_a_frame_of_outcomes_and_counts():
    frame = pd.DataFrame({"outcome": ["Full", "Refusal", "Soft refusal"], "count": [3, 2, 1]})
    words = {"Full": "achieved", "Refusal": "refused", "Soft refusal": "refused"}
    counts = ws.response_table(frame, outcomes=words).counts().set_index("outcome")["count"]
    assert (counts["achieved"], counts["refused"], counts["issued"]) == (3, 3, 6)
    with pytest.raises(DataError, match="1 outcomes stand in several rows"):
        ws.response_table(pd.concat([frame, frame.head(1)]), outcomes=words)
    with pytest.raises(DataError, match="no column 'count'"):
        ws.response_table(frame[["outcome"]], outcomes=words)


def test_text_in_a_column_is_not_repeated_and_empty_cells_are_named():
    frame = pd.DataFrame({"o": ["told me off", "achieved"]})
    with pytest.raises(DataError, match="1 of 2 codes have no outcome") as error:
        ws.response_table(frame, column="o")
    assert "told me" not in str(error.value)
    with pytest.raises(DataError, match=r"empty cells \(None\) are among them"):
        ws.response_table(pd.DataFrame({"o": [1, None]}), column="o", outcomes={1: "achieved"})


def test_options_are_words():
    with pytest.raises(OptionError, match="an outcome cannot be 'interview'"):
        ws.response_table({1: 3}, outcomes={1: "interview"})
    with pytest.raises(OptionError, match="rest cannot be 'excluded'"):
        ws.response_table(CASES, rest="excluded")
    with pytest.raises(OptionError, match="eligible_share is 80; it is a share from 0 to 1"):
        ws.response_table(CASES, eligible_share=80)
    with pytest.raises(OptionError, match="name the column= of the survey"):
        ws.response_table(ws.Survey(pd.DataFrame({"o": [1, 2]})))
    with pytest.raises(DataError, match="a survey needs a data frame"):
        ws.response_table(5)


@given(st.fixed_dictionaries({word: st.integers(0, 50) for word in OUTCOMES}))
def test_no_case_is_lost_and_rates_are_shares(cases):
    if not sum(cases.values()) - cases["excluded"]:
        return
    table = ws.response_table(cases, eligible_share=0.5)
    counts = table.counts().set_index("outcome")["count"]
    assert counts["issued"] == sum(cases.values()) - cases["excluded"]
    assert counts["supplied"] == sum(cases.values())
    frame = table.to_frame()
    assert frame["value"].dropna().between(0, 1).all()
    assert ((frame["message"] != "") == frame["value"].isna()).all()
    by_rate = frame.set_index("rate")["value"]
    assert not by_rate["response, of issued"] > by_rate["response, of usable"]
    assert not by_rate["response, of usable"] > by_rate["response"]
    backwards = ws.response_table(dict(reversed(cases.items())), eligible_share=0.5)
    pd.testing.assert_frame_equal(frame, backwards.to_frame())


def test_it_shows_itself_and_invented_cases_say_so():
    survey = ws.Survey(pd.DataFrame({"o": [1, 2]}), origin="synthetic")
    table = ws.response_table(survey, column="o", outcomes={1: "achieved", 2: "refused"})
    html = table._repr_html_()
    assert html.count("<table") == 2
    assert "<caption>" in html or "<caption" in html
    assert "Synthetic data" in html
