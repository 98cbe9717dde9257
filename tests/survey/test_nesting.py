"""Two questions crossed into one banner."""

from __future__ import annotations

import pandas as pd
import pytest
from toy_tables import HELP, SEX, TEN, WORKS, panel, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError
from welfarestats.survey.nesting import nested_answers


def test_each_answer_to_the_inner_question_stands_within_each_to_the_outer_one() -> None:
    view = ten().view(["sex", "works"])
    nested = nested_answers(view.sample.answers("sex"), view.sample.answers("works"))
    assert nested.question.name == "sex > works"
    assert nested.question.label == "Sex and in work"
    labels = [one.label for one in nested.question.categories]
    assert labels == ["Men: Yes", "Men: No", "Women: Yes", "Women: No"]
    # Persons 4 and 8 do not know whether they work, 9 and 10 did not say their sex.
    assert nested.codes is not None
    assert nested.codes.tolist() == [0, 0, 1, -1, 2, 3, 3, -1, -1, -1]
    assert nested.outer == (0, 0, 1, 1)


def test_a_nested_column_is_the_column_of_a_domain() -> None:
    survey = panel()
    nested = ws.crosstab(survey, ["works", "help", "pay"], [("sex", "works")], style="none")
    frame = nested.to_frame()
    for sex in ("Men", "Women"):
        own = ws.crosstab(survey.domain(sex=sex), ["works", "help", "pay"], "works", style="none")
        right = own.to_frame().query("banner == 'works'").reset_index(drop=True)
        prefix = f"{sex}: "
        found = frame[frame["banner_category"].str.startswith(prefix)].reset_index(drop=True)
        numbers = ["estimate", "standard_error", "ci_low", "ci_high", "count", "base"]
        numbers += ["weighted_base", "effective_base", "design_effect"]
        pd.testing.assert_frame_equal(found[numbers], right[numbers], rtol=1e-10)


def test_columns_are_compared_within_an_outer_answer_only() -> None:
    pairs = ws.crosstab(panel(), "help", [("sex", "works")], style="none").comparisons()
    found = set(zip(pairs["group_a"], pairs["group_b"], strict=True))
    assert found == {("Men: Yes", "Men: No"), ("Women: Yes", "Women: No")}


def test_a_nested_column_may_be_compared_with_the_one_before_within_its_answer() -> None:
    table = ws.crosstab(panel(), "help", [("sex", "works")], versus="previous", style="none")
    pairs = table.comparisons()
    assert set(pairs["group_a"]) == {"Men: Yes", "Women: Yes"}


@pytest.mark.parametrize(("question", "kind"), [("help", "multiple"), ("pay", "scale")])
def test_only_questions_with_one_answer_are_nested(question: str, kind: str) -> None:
    with pytest.raises(CodebookError, match=rf"'{question}' is '{kind}'; only questions with one"):
        ws.crosstab(ten(), "works", [("sex", question)])


def test_a_nested_banner_is_of_two_questions() -> None:
    with pytest.raises(OptionError, match="of two questions, the outer one first; 3 were named"):
        ws.crosstab(ten(), "works", [("sex", "works", "help")])
    with pytest.raises(OptionError, match="stands in the banner twice"):
        ws.crosstab(ten(), "help", [("sex", "works"), ("sex", "works")])


def test_a_table_names_both_questions_over_its_columns() -> None:
    codebook = ws.Codebook([SEX, WORKS, HELP])
    table = ws.crosstab(ws.Survey(TEN, codebook=codebook), "help", [("sex", "works")])
    assert table.title == "Sources of help, by sex and in work"
    assert [head.text for head in table.grid.column_headers[0]] == ["Total", "Sex and in work"]
