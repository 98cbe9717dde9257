"""Answers: single, multiple and scale, routed, missing and unlabelled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DataWarning
from welfarestats.survey.answers import answer_columns, declared_positions

YES_NO = (
    ws.Category(1, "Yes", score=1),
    ws.Category(2, "No", score=0),
    ws.Category(8, "Don't know", missing="dont_know"),
    ws.Category(9, "Refused", missing="refused"),
)


def survey(columns: dict[str, list], *questions: ws.Question) -> ws.Survey:
    return ws.Survey(pd.DataFrame(columns), codebook=questions)


def rows(result) -> dict[str, tuple[float, int]]:
    frame = result.to_frame()
    return {
        row.category: (round(row.estimate, 6), row.base) for row in frame.itertuples(index=False)
    }


def test_reasons_for_missing_are_in_no_base_unless_asked_for():
    one = survey({"q": [1, 1, 2, 8, 9, None]}, ws.Question("q", categories=YES_NO))
    assert rows(ws.estimate_proportions(one, "q")) == {"Yes": (0.666667, 3), "No": (0.333333, 3)}
    with_dont_know = rows(ws.estimate_proportions(one, "q", base_includes=["dont_know"]))
    assert with_dont_know == {"Yes": (0.5, 4), "No": (0.25, 4), "Don't know": (0.25, 4)}


def test_scores_make_a_mean_of_categories():
    one = survey({"q": [1, 1, 2, 8, 9, None]}, ws.Question("q", categories=YES_NO))
    mean = ws.estimate_means(one, "q").to_frame()
    assert (mean["estimate"][0], mean["base"][0]) == (pytest.approx(2 / 3), 3)


def test_categories_without_scores_have_no_mean():
    one = survey({"q": [1, 2]}, ws.Question("q", categories=[ws.Category(1), ws.Category(2)]))
    with pytest.raises(CodebookError, match="'single' and its categories have no scores"):
        ws.estimate_means(one, "q")


def test_the_codes_of_a_scale_may_be_missing_or_stand_for_a_number():
    age = ws.Question(
        "age",
        kind="scale",
        categories=[ws.Category(-1, missing="refused"), ws.Category(98, "98 or over", score=100)],
    )
    mean = ws.estimate_means(survey({"age": [20, 60, -1, 98, None]}, age), "age").to_frame()
    assert (mean["estimate"][0], mean["base"][0]) == (60, 3)


def test_a_scale_has_no_proportions():
    one = survey({"age": [20, 60]}, ws.Question("age", kind="scale"))
    with pytest.raises(CodebookError, match=r"'age' is a scale\. Use estimate_means"):
        ws.estimate_proportions(one, "age")


MENTIONS = ws.Question(
    "help",
    kind="multiple",
    columns=["h1", "h2", "h9"],
    categories=[
        ws.Category(1, "Advice"),
        ws.Category(2, "Money"),
        ws.Category(9, "Don't know", missing="dont_know"),
    ],
    nets=[ws.Net("Any", (1, 2))],
)


def test_a_multiple_response_counts_those_with_any_record():
    # Five were asked, one of them did not know; the sixth was not asked.
    columns = {
        "h1": [1, 1, 0, 0, 0, None],
        "h2": [0, 1, 1, 0, 0, None],
        "h9": [0, 0, 0, 0, 1, None],
    }
    found = rows(ws.estimate_proportions(survey(columns, MENTIONS), "help"))
    assert found == {"Advice": (0.5, 4), "Money": (0.5, 4), "Any": (0.75, 4)}


def test_a_multiple_response_holds_noughts_and_ones():
    columns = {"h1": [1, 2], "h2": [0, 1], "h9": [0, 0]}
    with pytest.raises(DataError, match="'h1' of the multiple response 'help' has 1 values other"):
        ws.estimate_proportions(survey(columns, MENTIONS), "help")


def test_routing_leaves_out_who_was_not_asked_and_says_so():
    pay = ws.Question("pay", categories=YES_NO, asked_if={"work": ["Yes"]})
    work = ws.Question("work", categories=YES_NO)
    one = survey({"work": [1, 1, 2, 8], "pay": [1, 2, 1, None]}, work, pay)
    with pytest.warns(DataWarning, match="'pay' has 1 answers of respondents who, by asked_if"):
        found = rows(ws.estimate_proportions(one, "pay"))
    assert found == {"Yes": (0.5, 2), "No": (0.5, 2)}


def test_routing_of_scales_and_mentions():
    work = ws.Question("work", categories=YES_NO)
    columns = {"work": [1, 1, 2], "age": [20, 40, None], "h1": [1, 0, None], "h2": [0, 0, None]}
    age = ws.Question("age", kind="scale", asked_if={"work": [1]})
    both = ws.Question(
        "both",
        kind="multiple",
        columns=["h1", "h2"],
        categories=[ws.Category(1, "A"), ws.Category(2, "B")],
        asked_if={"work": [1]},
    )
    one = survey(columns, work, age, both)
    assert ws.estimate_means(one, "age").to_frame()["base"][0] == 2
    assert rows(ws.estimate_proportions(one, "both")) == {"A": (0.5, 2), "B": (0, 2)}


def test_a_code_without_a_label_is_counted_and_told():
    question = ws.Question("q", categories=[ws.Category(1, "Yes")])
    with pytest.warns(DataWarning) as caught:
        found = rows(ws.estimate_proportions(survey({"q": [1, 7, 7, 1]}, question), "q"))
    assert str(caught[0].message) == (
        "question 'q' has 2 answers under 1 code without a label in the codebook. The first is 7."
        " They are counted and shown under their code; add a Category for each."
    )
    assert found == {"Yes": (0.5, 4), "7": (0.5, 4)}


def test_text_without_a_label_is_never_repeated():
    question = ws.Question("q", categories=[ws.Category("yes", "Yes")])
    with pytest.warns(DataWarning) as caught:
        ws.estimate_proportions(survey({"q": ["yes", "my name is Ann"]}, question), "q")
    assert "Ann" not in str(caught[0].message)


def test_a_question_is_named_by_text():
    with pytest.raises(CodebookError, match="a question is named by text, not by 'int'"):
        ws.estimate_proportions(survey({"q": [1, 2]}), 0)


def test_a_question_that_does_not_exist_offers_the_nearest():
    one = survey({"support": [1, 2]}, ws.Question("support"))
    with pytest.raises(CodebookError) as caught:
        ws.estimate_proportions(one, "suport")
    assert str(caught.value) == (
        "no question named 'suport' in the codebook. Did you mean 'support'?"
    )


def test_scores_are_missing_where_there_is_none():
    one = survey({"q": [1, 8, 2, None]}, ws.Question("q", categories=YES_NO))
    scores = one.view(["q"]).sample.answers("q").scores()
    np.testing.assert_array_equal(scores, [1, np.nan, 0, np.nan])


def test_numbers_too_large_to_compute_with_are_refused_unless_they_are_missing_codes():
    scale = ws.Question("q", kind="scale")
    with pytest.raises(DataError, match=r"has 1 values beyond 1e\+100, too large"):
        ws.estimate_means(survey({"q": [1.0, 2.0, -1e300]}, scale), "q")
    code = ws.Category(1e300, "No answer", missing="refused")
    declared = ws.Question("q", kind="scale", categories=[code])
    mean = ws.estimate_means(survey({"q": [1.0, 2.0, 1e300]}, declared), "q").to_frame()
    assert mean["estimate"][0] == 1.5


def test_values_are_placed_by_code_then_by_label():
    question = ws.Question("q", categories=YES_NO)
    assert declared_positions(question, [1, "2", 8.0, "Yes", "yes", True]).tolist() == [
        0,
        1,
        2,
        0,
        -1,
        0,
        -1,
    ]


def test_the_columns_of_a_question_include_those_that_led_to_it():
    first = ws.Question("a", categories=YES_NO)
    then = ws.Question(
        "b", kind="multiple", columns=("b1", "b2"), categories=YES_NO[:2], asked_if={"a": [1]}
    )
    last = ws.Question("c", asked_if={"b": [2]})
    book = ws.Codebook([first, then, last])
    assert answer_columns(["c"], book, ("a", "b1", "b2", "c")) == ["c", "b1", "b2", "a"]
