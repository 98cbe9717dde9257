from __future__ import annotations

import math

import pandas as pd
import pytest
from prose_tables import faults, mood_table, people, statuses

import welfarestats as ws
from welfarestats.errors import OptionError
from welfarestats.published.evidence import PairTest
from welfarestats.published.likeness import could_find
from welfarestats.tables.table import Table

TABLE = mood_table()
#: 46.5 and 37.5 per cent of 200 each: not significant, and not shown to be within five points.
ALIKE = [
    "There was no difference in who was happy between those aged 16 to 34 and those aged 35 and over.",
    "Happiness did not differ between those aged 16 to 34 and 35 and over.",
    "People aged 16 to 34 were as likely to be happy as those aged 35 and over.",
    (
        "Similar proportions of those aged 16 to 34 (47 per cent) and of those aged 35 and over (38"
        " per cent) were happy."
    ),
    "The share of the happy was the same for those aged 16 to 34 and those aged 35 and over.",
]
OF_THE_TEST = [
    "There was no significant difference in who was happy between 16 to 34 and 35 and over.",
    "There was no evidence of a difference in who was happy between 16 to 34 and 35 and over.",
    (
        "The happy were not significantly more likely to be found among those aged 16 to 34 (47 per"
        " cent) than among those aged 35 and over (38 per cent)."
    ),
]


def men_and_women(happy: tuple[int, int], base: int, **options: str) -> Table:
    """The mood of equally many men and women."""
    rows = [("Men", happy[0]), ("Women", happy[1])]
    frame = pd.DataFrame(
        [(sex, mood) for sex, n in rows for mood in ["Happy"] * n + ["Sad"] * (base - n)],
        columns=["sex", "mood"],
    )
    return ws.crosstab(ws.Survey(frame, **options), "mood", "sex")


@pytest.mark.parametrize("text", ALIKE)
def test_no_difference_is_not_shown_by_a_test_that_finds_none(text: str):
    (fault,) = [one for one in ws.check_prose(text, TABLE).checked if one.fault]
    assert fault.status == "sameness not shown"
    assert "the 95 per cent interval of the difference is −0.7 to 18.7 points" in fault.message
    assert "has to be 10 points to be significant" in fault.message
    assert "true difference of 14 points is found with a power of 80 per cent" in fault.message
    assert "Say “no significant difference”" in fault.message


@pytest.mark.parametrize("text", ALIKE)
def test_no_difference_is_shown_by_an_interval_within_the_margin(text: str):
    assert faults(text, TABLE, equivalence_margin=0.2) == {}
    assert "sameness not shown" in faults(text, TABLE, equivalence_margin=0.05).values()


def test_the_interval_is_the_one_of_two_one_sided_tests():
    (one,) = ws.check_prose(ALIKE[0], TABLE, equivalence_margin=0.2).checked[-1:]
    pair = TABLE.comparisons(equivalence_margin=0.2).query("by == 'age' and category == 'Happy'")
    ninety = ws.crosstab(ws.Survey(people()), "mood", ["age"], level=0.9).comparisons()
    limits = ninety.query("category == 'Happy'")[["ci_low", "ci_high"]].to_numpy()
    assert pair[["equivalence_low", "equivalence_high"]].to_numpy() == pytest.approx(limits)
    assert "The 90 per cent interval of the difference, 0.9 to 17.1 points, lies within" in (
        "".join(c.message for c in ws.check_prose(ALIKE[0], TABLE, equivalence_margin=0.2).checked)
    )
    assert one.status == "tied"


@pytest.mark.parametrize("text", OF_THE_TEST)
def test_no_significant_difference_speaks_of_the_test(text: str):
    check = ws.check_prose(text, TABLE)
    assert check.ok, check
    told = "".join(one.message for one in check.checked if one.kind == "comparison")
    assert "has to be 10 points to be significant" in told


def test_a_difference_that_was_not_tested_is_not_said_to_be_insignificant():
    table = men_and_women((2, 3), 40)
    assert not table.comparisons()["tested"].any()
    text = "There was no significant difference between men and women in who was happy."
    assert faults(text, table) == {"no significant difference": "not tested"}


def test_equal_figures_are_the_same_as_printed_and_groups_are_not():
    table = men_and_women((47, 47), 100)
    told = "The same proportion of men and women, 47 per cent, were happy."
    assert statuses(ws.check_prose(told, table))["The same proportion"] == "tied"
    told = "There was no difference between men and women: 47 per cent of both were happy."
    assert faults(told, table) == {"no difference": "sameness not shown"}


def test_words_that_leave_room_go_with_a_small_significant_difference():
    table = men_and_women((5_000, 5_200), 10_000)
    assert table.comparisons()["significant"].all()
    near = "Similar proportions of men (50 per cent) and women (52 per cent) were happy."
    none = (
        "There was no difference between men (50 per cent) and women (52 per cent) who were happy."
    )
    assert faults(near, table, equivalence_margin=0.05) == {}
    assert faults(none, table, equivalence_margin=0.05) == {"no difference": "wrong direction"}
    assert faults(near, table) == {"Similar proportions": "wrong direction"}


def test_no_more_likely_goes_with_a_smaller_share():
    table = men_and_women((20, 80), 100)
    assert faults("Men were no more likely to be happy than women.", table) == {}
    assert faults("Women were no more likely to be happy than men.", table) == {
        "no more likely": "wrong direction"
    }


def test_an_answer_that_reads_no_difference_compares_nothing():
    frame = pd.DataFrame(
        {
            "sex": ["Men", "Women"] * 100,
            "effect": ["No difference", "Better"] * 50
            + ["Better", "No difference"] * 25
            + ["Better", "Better"] * 25,
        }
    )
    table = ws.crosstab(ws.Survey(frame), "effect", "sex")
    check = ws.check_prose(
        "No difference was seen by 50 per cent of men and 25 per cent of women.", table
    )
    assert check.ok, check
    assert "No difference" not in statuses(check)


def test_volunteers_are_alike_indicatively_or_not_at_all():
    table = mood_table()
    survey = ws.Survey(people(), sample="volunteer")
    table = ws.crosstab(survey, "mood", ["county", "age"])
    told = f"{ALIKE[0][:-1]}; this is indicative only."
    assert set(faults(ALIKE[0], table, equivalence_margin=0.2).values()) == {"sameness not shown"}
    assert faults(told, table, equivalence_margin=0.2) == {}
    assert set(faults(told, table).values()) == {"sameness not shown"}
    assert "significant" not in "".join(
        one.message for one in ws.check_prose(ALIKE[0], table).checked
    )


def test_without_a_test_in_the_tables_likeness_is_not_checked():
    table = mood_table(percent="row")
    told = (
        "Similar proportions of the happy were in Kent (71 per cent) and in Surrey (29 per cent)."
    )
    assert statuses(ws.check_prose(told, table))["Similar proportions"] == "not checked"


@pytest.mark.parametrize("margin", [0, -0.05, "5", True, math.inf])
def test_a_margin_of_a_text_is_a_difference_above_zero(margin: object):
    with pytest.raises(OptionError, match="equivalence_margin is a difference above 0"):
        ws.check_prose(ALIKE[0], TABLE, equivalence_margin=margin)


def test_what_could_be_found_is_left_out_where_it_is_unknown():
    assert could_find(PairTest(tested=True, significant=False)) == ""


def test_a_test_turned_round_has_its_limits_turned_round():
    test = PairTest(True, False, limits=(-0.1, 0.2), alike=(-0.05, 0.15)).turned()
    assert test.limits == (-0.2, 0.1)
    assert test.alike == (-0.15, 0.05)


@pytest.mark.parametrize(
    "text",
    [
        "Those aged 16 to 34 and those aged 35 and over differ by less than 20 points.",
        "The difference between the age groups lies within 20 percentage points.",
        "The interval lies within the margin of 5 points.",
    ],
)
def test_a_margin_in_a_text_is_no_figure(text: str):
    assert faults(text, TABLE) == {}
