"""What is checked of a survey when it is declared."""

from __future__ import annotations

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DesignError, OptionError
from welfarestats.survey.declarations import (
    SYNTHETIC_MARK,
    check_codebook,
    check_layout,
    check_reason,
    check_words,
    known_origin,
    marked_synthetic,
)
from welfarestats.survey.frames import open_frame
from welfarestats.survey.passes import Layout

FRAME = open_frame(pd.DataFrame({"a": [1], "w": [1.0]}))


def test_options_are_words_and_some_may_be_left_out():
    check_words(sample="volunteer", origin=None, weights_represent=None)
    with pytest.raises(
        OptionError, match=r"sample cannot be 'volunteers'.*Did you mean 'volunteer'"
    ):
        check_words(sample="volunteers")
    with pytest.raises(OptionError, match="df_rule cannot be None"):
        check_words(df_rule=None)


def test_a_reason_is_stated_where_it_is_needed():
    check_reason("volunteer", "quotas like the census")
    check_reason("probability", None)
    with pytest.raises(OptionError, match="for respondents who are no random sample"):
        check_reason("probability", "because")
    with pytest.raises(OptionError, match="states a reason"):
        check_reason("volunteer", " ")


def test_a_design_has_columns_that_exist_one_a_stage():
    check_layout(FRAME, Layout("w", ("a",), (), (), "fail"))
    with pytest.raises(DataError, match="no column 'v' for the weights"):
        check_layout(FRAME, Layout("v", (), (), (), "fail"))
    with pytest.raises(DesignError, match="Give one column a stage"):
        check_layout(FRAME, Layout(None, ("a", "w"), (), (), "fail"))


def test_questions_have_their_columns():
    check_codebook(FRAME, ws.Codebook([ws.Question("a")]))
    with pytest.raises(DataError, match="no column 'b' for the question 'b'"):
        check_codebook(FRAME, ws.Codebook([ws.Question("b")]))


def test_records_are_collected_unless_something_says_otherwise(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("a\n1\n")
    assert known_origin(path, None) == "collected"
    assert known_origin(FRAME, "synthetic") == "synthetic"


def test_invented_questions_are_marked_once():
    once = marked_synthetic(ws.Codebook([ws.Question("a", "Age")]))
    assert once["a"].label == f"Age {SYNTHETIC_MARK}"
    assert marked_synthetic(once) == once
