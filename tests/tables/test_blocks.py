"""Cells by hand: what each proportion is a share of, on ten people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import CODEBOOK, HELP, HOURS, SEX, TEN, WORKS, cell, panel, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError


def numbers(found: pd.Series) -> tuple[float, ...]:
    return (found["count"], found["weighted_count"], found["base"], found["weighted_base"])


def test_a_column_percentage_is_a_share_of_those_in_the_column_with_an_answer() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    # Men with an answer: persons 1, 2, 3 of weights 1, 2, 1; yes: 1 and 2.
    men = cell(table, "Yes", "Men")
    assert numbers(men) == (2, 3, 3, 4)
    assert men["proportion"] == 3 / 4
    assert men["effective_base"] == pytest.approx(4**2 / (1 + 4 + 1))
    # Women with an answer: persons 5, 6, 7 of weights 2, 2, 1; yes: person 5.
    women = cell(table, "Yes", "Women")
    assert numbers(women) == (1, 2, 3, 5)
    assert women["proportion"] == 2 / 5
    assert women["effective_base"] == pytest.approx(5**2 / (4 + 4 + 1))


def test_the_total_counts_everyone_with_an_answer_in_the_stub_whatever_the_banner_says() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    # All but the two who do not know: 8 people of weight 13; yes: 1 + 2 + 2 + 3.
    total = cell(table, "Yes", "Total")
    assert numbers(total) == (4, 8, 8, 13)
    assert total["proportion"] == 8 / 13
    assert total["effective_base"] == pytest.approx(13**2 / 25)


def test_a_row_percentage_is_a_share_of_those_who_gave_the_answer() -> None:
    table = ws.crosstab(ten(), "works", "sex", percent="row", style="none")
    # Yes with a known sex: persons 1, 2, 5 of weights 1, 2, 2.
    men = cell(table, "Yes", "Men")
    assert numbers(men) == (2, 3, 3, 5)
    assert men["proportion"] == 3 / 5
    assert cell(table, "Yes", "Women")["proportion"] == 2 / 5
    # Everybody who said yes is in the total, person 9 without a sex too.
    total = cell(table, "Yes", "Total")
    assert numbers(total) == (4, 8, 4, 8)
    assert total["proportion"] == 1


def test_a_total_percentage_is_a_share_of_all_who_answered_both() -> None:
    table = ws.crosstab(ten(), "works", "sex", percent="total", style="none")
    men = cell(table, "Yes", "Men")
    assert numbers(men) == (2, 3, 6, 9)
    assert men["proportion"] == 3 / 9
    total = cell(table, "Yes", "Total")
    assert numbers(total) == (4, 8, 8, 13)
    frame = table.to_frame()
    both = frame[(frame["banner"] == "sex") & (frame["statistic"] == "proportion")]
    assert both["proportion"].sum() == pytest.approx(1)


def test_dont_knows_count_where_the_table_says_so() -> None:
    table = ws.crosstab(ten(), "works", "sex", base_includes=["dont_know"], style="none")
    assert numbers(cell(table, "Yes", "Men")) == (2, 3, 4, 5)
    assert numbers(cell(table, "Don't know", "Men")) == (1, 1, 4, 5)
    assert numbers(cell(table, "Don't know", "Total")) == (2, 2, 10, 15)


def test_dont_knows_count_where_the_question_says_so_unless_table_or_style_overrule_it() -> None:
    counts = ws.Question("works", categories=WORKS.categories, base_includes=("dont_know",))
    survey = ten(codebook=ws.Codebook([SEX, counts]))
    assert cell(ws.crosstab(survey, "works", "sex"), "Yes", "Men")["base"] == 4
    without = ws.crosstab(survey, "works", "sex", base_includes=())
    assert cell(without, "Yes", "Men")["base"] == 3
    assert "Don't know" not in set(without.to_frame()["stub_category"])
    valid = ws.crosstab(survey, "works", "sex", style="dwp-1000")
    assert cell(valid, "Yes", "Men")["base"] == 3
    again = ws.crosstab(survey, "works", "sex", style="dwp-1000", base_includes="dont_know")
    assert cell(again, "Yes", "Men")["base"] == 4


def test_a_dont_know_in_the_base_has_no_part_in_the_mean() -> None:
    table = ws.crosstab(ten(), "works", "sex", base_includes=["dont_know"], style="none")
    # Men: (1·10 + 2·10 + 1·0) / 4; the base of the mean is 3, that of the percentages 4.
    mean = cell(table, "Mean", "Men")
    assert mean["estimate"] == pytest.approx(7.5)
    assert np.isnan(mean["proportion"])
    assert (mean["statistic"], mean["count"], mean["base"]) == ("mean", 3, 3)


def test_multiple_response_is_a_share_of_all_who_were_asked() -> None:
    table = ws.crosstab(ten(), "help", "sex", style="none")
    # Nine were asked (weight 14). Family: persons 1, 3, 5, 6, 9: 1 + 1 + 2 + 2 + 3.
    assert numbers(cell(table, "Family", "Total")) == (5, 9, 9, 14)
    # Men: persons 1-4, weight 5; friends: persons 1 and 2. Person 4 named neither of the two.
    assert numbers(cell(table, "Friends", "Men")) == (2, 3, 4, 5)
    frame = table.to_frame()
    men = frame[(frame["banner_category"] == "Men") & ~frame["is_net"]]
    assert men["proportion"].sum() == pytest.approx((2 + 3 + 1) / 5)


def test_a_net_of_mentions_counts_each_person_once() -> None:
    table = ws.crosstab(ten(), "help", "sex", style="none")
    # Men who named family or friends: persons 1, 2 and 3 of weights 1, 2, 1.
    net = cell(table, "Family or friends", "Men")
    assert numbers(net) == (3, 4, 4, 5)
    assert net["is_net"]


def test_a_net_of_single_answers_is_the_sum_of_its_categories() -> None:
    net = ws.Net("Any answer", (1, 2))
    question = ws.Question("works", categories=WORKS.categories, nets=[net])
    survey = panel()
    survey = ws.Survey(
        survey.to_frame(),
        weights="w",
        strata="stratum",
        psu="psu",
        codebook=ws.Codebook([SEX, question]),
    )
    table = ws.crosstab(survey, "works", "sex", base_includes=["dont_know"], style="none")
    parts = [cell(table, row, "Women") for row in ("Yes", "No")]
    whole = cell(table, "Any answer", "Women")
    assert whole["proportion"] == pytest.approx(sum(part["proportion"] for part in parts))
    assert whole["count"] == sum(part["count"] for part in parts)
    assert whole["standard_error"] < sum(part["standard_error"] for part in parts)


def test_a_net_in_the_banner_is_a_column_of_everyone_in_it() -> None:
    table = ws.crosstab(ten(), "works", "help", style="none")
    # Family or friends and an answer to works: persons 1, 2, 3, 5, 6, 9; yes: 1, 2, 5, 9.
    net = cell(table, "Yes", "Family or friends")
    assert numbers(net) == (4, 8, 6, 11)
    # Friends: persons 1, 2, 5, all in work.
    assert cell(table, "Yes", "Friends")["proportion"] == 1


def test_a_list_column_gives_the_table_that_a_set_of_columns_gives() -> None:
    lists = TEN.assign(
        help=[
            None if row[0] != row[0] else [i + 1 for i, one in enumerate(row) if one == 1]
            for row in TEN[list(HELP.stored_in)].to_numpy().tolist()
        ]
    )
    question = ws.Question(
        "help", HELP.label, kind="multiple", categories=HELP.categories, nets=HELP.nets
    )
    survey = ws.Survey(lists, weights="w", codebook=ws.Codebook([SEX, question, WORKS]))
    for stub, banner in (("help", "sex"), ("works", "help")):
        theirs = ws.crosstab(ten(), stub, banner, style="none").to_frame()
        ours = ws.crosstab(survey, stub, banner, style="none").to_frame()
        pd.testing.assert_frame_equal(ours, theirs)


def test_a_routed_question_is_a_share_of_those_who_were_asked() -> None:
    table = ws.crosstab(ten(), "hours", "sex", style="none")
    # Only those in work were asked: persons 1, 2 (men), 5 (women), 9.
    assert numbers(cell(table, "Full time", "Men")) == (1, 1, 2, 3)
    assert numbers(cell(table, "Full time", "Total")) == (2, 4, 4, 8)


def test_the_mean_of_a_scale_is_weighted() -> None:
    table = ws.crosstab(ten(), "pay", "sex", style="none")
    # Men: (1·10 + 2·20 + 1·0 + 1·5) / 5; the woman without pay is in no base.
    assert cell(table, "Mean", "Men")["estimate"] == pytest.approx(11)
    women = cell(table, "Mean", "Women")
    assert (women["base"], women["weighted_base"]) == (3, 5)
    assert women["estimate"] == pytest.approx((2 * 30) / 5)


def test_several_stubs_by_several_banners_stand_in_one_table() -> None:
    table = ws.crosstab(ten(), ["works", "help", "pay"], ["sex", "help"], style="none")
    frame = table.to_frame()
    assert list(dict.fromkeys(frame["stub"])) == ["works", "help", "pay"]
    assert list(dict.fromkeys(frame["banner"])) == ["Total", "sex", "help"]
    alone = ws.crosstab(ten(), "help", "help", style="none").to_frame()
    inside = frame[(frame["stub"] == "help") & frame["banner"].isin(["Total", "help"])]
    pd.testing.assert_frame_equal(inside.reset_index(drop=True), alone)


def test_rows_stand_in_codebook_order_with_nets_below_and_the_mean_last() -> None:
    question = ws.Question("works", categories=WORKS.categories, nets=[ws.Net("All", (1, 2))])
    survey = ten(codebook=ws.Codebook([SEX, question]))
    frame = ws.crosstab(survey, "works", "sex").to_frame()
    assert frame["stub_category"].tolist() == [
        row for row in ("Yes", "No", "All", "Mean") for _ in range(3)
    ]
    assert frame["banner_category"].tolist() == ["Total", "Men", "Women"] * 4


def test_the_total_column_can_be_left_out() -> None:
    table = ws.crosstab(ten(), "works", "sex", total=False)
    assert set(table.to_frame()["banner_category"]) == {"Men", "Women"}
    assert [c.text for c in table.grid.column_headers[0]] == ["Sex"]


def test_without_a_banner_there_is_the_total_alone() -> None:
    frame = ws.crosstab(ten(), "works", style="none").to_frame()
    assert set(frame["banner"]) == {"Total"}
    assert cell(frame, "Yes", "Total")["proportion"] == 8 / 13


def test_respondents_of_weight_zero_are_in_no_base() -> None:
    frame = TEN.assign(w=TEN["w"].where(TEN["sex"] != 2, 0))
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK)
    women = cell(ws.crosstab(survey, "works", "sex"), "Yes", "Women")
    assert (women["base"], women["count"], women["state"]) == (0, 0, "none-recorded")
    assert np.isnan(women["proportion"])


def test_a_column_that_was_not_asked_is_told_from_one_that_nobody_is_in() -> None:
    # No woman is in work, so no woman was asked for her hours; nobody is of sex 3.
    sexes = ws.Question("sex", categories=[*SEX.categories, ws.Category(3, "Other")])
    frame = TEN.assign(works=TEN["works"].where(TEN["sex"] != 2, 2))
    frame["hours"] = frame["hours"].where(frame["works"] == 1)
    survey = ws.Survey(frame, weights="w", codebook=ws.Codebook([sexes, WORKS, HOURS]))
    table = ws.crosstab(survey, "hours", "sex", style="none")
    assert cell(table, "Full time", "Women")["state"] == "not-asked"
    assert cell(table, "Full time", "Women")["display"] == "[z]"
    assert cell(table, "Full time", "Other")["state"] == "none-recorded"
    assert cell(table, "Full time", "Other")["display"] == "[w]"
    # In row percentages nobody part time is no want of asking.
    rows = ws.crosstab(survey, "hours", "sex", percent="row", style="none")
    assert cell(rows, "Full time", "Women")["state"] == "not-asked"
    assert cell(rows, "Full time", "Men")["state"] == "shown"


def test_a_row_that_nobody_gave_was_asked_all_the_same() -> None:
    frame = TEN.assign(hours=TEN["hours"].where(TEN["hours"] != 2, 1))
    survey = ws.Survey(frame, weights="w", codebook=CODEBOOK)
    rows = ws.crosstab(survey, "hours", "sex", percent="row", style="none")
    assert cell(rows, "Part time", "Men")["state"] == "none-recorded"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("not_asked", "not-asked"),
        ("not_applicable", "not-applicable"),
        ("refused", "none-recorded"),
    ],
)
def test_the_reason_for_having_no_answer_decides_the_state_of_an_empty_column(
    reason: str, state: str
) -> None:
    why = ws.Category(8, "No answer", missing=reason)
    question = ws.Question("works", categories=[*WORKS.categories[:2], why])
    frame = TEN.assign(works=TEN["works"].where(TEN["sex"] != 2, 8))
    survey = ws.Survey(frame, weights="w", codebook=ws.Codebook([SEX, question]))
    assert cell(ws.crosstab(survey, "works", "sex"), "Yes", "Women")["state"] == state


def test_a_scale_makes_no_columns() -> None:
    with pytest.raises(CodebookError, match="banner question 'pay' is a scale, which has no col"):
        ws.crosstab(ten(), "works", "pay")


def test_a_question_that_nobody_answered_makes_no_table() -> None:
    frame = TEN.assign(works=8)
    survey = ws.Survey(frame, codebook=CODEBOOK)
    with pytest.raises(DataError, match="nobody has an answer to 'works' that counts in the base"):
        ws.crosstab(survey, "works", "sex")
    blank = ws.Survey(TEN.assign(pay=np.nan), codebook=CODEBOOK)
    with pytest.raises(DataError, match="nobody"):
        ws.crosstab(blank, "pay", "sex")
