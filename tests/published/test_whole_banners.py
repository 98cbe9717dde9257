from __future__ import annotations

import pandas as pd
import pytest
from prose_tables import faults, mood_table, people, statuses

import welfarestats as ws
from welfarestats.published.prose_findings import (
    NOT_TESTED,
    SAMENESS_NOT_SHOWN,
    TIED,
    WRONG_DIRECTION,
)
from welfarestats.published.whole_banners import worst_of

TABLE = mood_table()


def test_no_difference_by_a_question_is_said_of_all_its_groups():
    text = "There was no difference in who was happy by age."
    assert faults(text, TABLE) == {"no difference": "sameness not shown"}
    assert faults(text, TABLE, equivalence_margin=0.2) == {}
    assert faults("There was no difference in mood between age groups.", TABLE) == {
        "no difference": "sameness not shown"
    }
    assert (
        "sameness not shown"
        in faults("The share of the happy was the same in both age groups.", TABLE).values()
    )
    assert faults("There was no difference in who was happy by county.", TABLE) == {
        "no difference": "wrong direction"
    }
    assert faults("The counties did not differ in who was happy.", TABLE) == {
        "did not differ": "wrong direction"
    }
    assert faults("The age groups did not differ in who was happy.", TABLE) == {
        "did not differ": "sameness not shown"
    }


def test_no_significant_difference_by_a_question_is_held_against_all_tests():
    assert faults("There was no significant difference in who was happy by age.", TABLE) == {}
    assert faults("There was no significant difference in who was happy by county.", TABLE) == {
        "no significant difference": "wrong direction"
    }


def test_one_pair_that_differs_decides():
    happy = {"Essex": 50, "Kent": 52, "Surrey": 80}
    rows = [(c, m) for c, n in happy.items() for m in ["Happy"] * n + ["Sad"] * (100 - n)]
    frame = pd.DataFrame(rows, columns=["county", "mood"])
    table = ws.crosstab(ws.Survey(frame), "mood", "county")
    found = table.comparisons().query("category == 'Happy'")["significant"].tolist()
    assert found == [False, True, True]
    text = "There was no significant difference in who was happy by county."
    (fault,) = [one for one in ws.check_prose(text, table).checked if one.fault]
    assert fault.status == "wrong direction"
    assert "county = Surrey" in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "There was no difference by age.",
        "There was no difference in who was happy.",
        "Whoever was happy, there was no difference by age and by county.",
    ],
)
def test_where_it_is_open_what_is_compared_nothing_is_checked(text: str):
    assert statuses(ws.check_prose(text, TABLE))["no difference"] == "not checked"


def test_groups_that_the_table_hides_are_not_told_of():
    small = people().groupby("county").head(12)
    frame = pd.concat([small, people().query("county == 'Surrey'")], ignore_index=True)
    table = ws.crosstab(ws.Survey(frame), "mood", "county")
    check = ws.check_prose("There was no difference in who was happy by county.", table)
    assert statuses(check)["no difference"] == "not checked"


def test_the_verdict_that_decides():
    verdicts = [(TIED, ""), (SAMENESS_NOT_SHOWN, ""), (TIED, "")]
    assert worst_of(verdicts, of_tests=False) == 1
    assert worst_of([*verdicts, (WRONG_DIRECTION, "")], of_tests=False) == 3
    assert worst_of([(NOT_TESTED, ""), (TIED, "")], of_tests=True) == 1
    assert worst_of([(NOT_TESTED, ""), (TIED, "")], of_tests=False) == 0


def test_quoted_labels_are_read_whole():
    frame = pd.DataFrame(
        {
            "hours": ["Under 12", "12 to 24"] * 100,
            "weeks": ["1", "2"] * 50 + ["2", "1"] * 50,
            "mood": ["Happy"] * 90 + ["Sad"] * 110,
        }
    )
    questions = [ws.Question("hours", "Hours (12 to 24)"), ws.Question("weeks", "Weeks by hours")]
    survey = ws.Survey(frame, codebook=questions)
    table = ws.crosstab(survey, ["mood", "weeks"], "hours")
    text = "No significant difference was found between the groups of “Hours (12 to 24)” on “mood”."
    check = ws.check_prose(text, table)
    (found,) = [one for one in check.checked if one.kind == "comparison"]
    assert found.status == "tied"
    assert found.fact is not None
    assert found.fact.stub == "mood"
