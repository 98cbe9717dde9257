import pytest
from r_surveys import survey_of

import welfarestats as ws
from welfarestats.tables.r_design import RColumns
from welfarestats.tables.r_tables import table_lines


def written(stub: object, banner: object, **options: object) -> str:
    table = ws.crosstab(survey_of("persons"), stub, banner, style="none", **options)
    return table_lines(table, RColumns())


def test_a_net_is_written_as_the_codes_that_it_unites():
    text = written("work", "region")
    assert 'label = "Any work", net = TRUE' in text
    assert "member = data$v1 %in% c(1, 2))" in text


def test_rows_and_columns_stand_in_the_order_of_the_table():
    text = written(["region", "age"], "help")
    places = [text.index(f'label = "{label}"') for label in ("North", "South", "Mean", "Total")]
    places += [text.index(f'label = "{label}"') for label in ("Advice", "Money")]
    assert places == sorted(places)


def test_pairs_are_numbered_by_the_columns_of_the_table():
    assert 'list(a = 2, b = 3, label = "South")' in written("work", "region")
    assert 'list(a = 1, b = 2, label = "South")' in written("work", "region", total=False)
    assert 'list(a = 2, b = "rest", label = "Rest")' in written("work", "region", versus="rest")
    assert 'b = "everyone", label = "Total")' in written("work", "region", versus="total")


@pytest.mark.parametrize("percent", ["row", "total"])
def test_row_and_total_percentages_have_no_pairs(percent):
    assert "pairs = list()" in written("work", "region", percent=percent)


def test_multiple_responses_are_not_crossed_for_independence():
    assert "down = data$v1" in written("work", "region")
    assert "down =" not in written("help", "region")
    assert "down =" not in written("work", "help")


def test_a_domain_by_answers_is_written_in_codes_and_a_mask_as_a_column():
    survey = survey_of("persons")
    columns = RColumns()
    old = (survey.to_frame()["age"] > 20).to_numpy()
    table = ws.crosstab(survey.domain(old, work="Any work"), "region", style="none")
    assert "inside = data$m1 == 1 & data$v1 %in% c(1, 2)," in table_lines(table, columns)
    assert columns.values["m1"].sum() == old.sum()


def test_limits_that_r_does_not_have_are_not_asked_for():
    assert 'interval = "xlogit"' in written("work", "region")
    assert "interval = NA," in written("work", "region", interval="wilson")
