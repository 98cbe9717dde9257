"""What an SPSS file has room for."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

import welfarestats as ws
from welfarestats.errors import DataError
from welfarestats.survey.spss_limits import (
    check_names,
    check_texts,
    cut_to_fit,
    missing_ranges,
    value_labels,
)


def question(missing, valid=()):
    categories = [ws.Category(code, f"reason {code}", missing="refused") for code in missing]
    categories += [ws.Category(code, f"answer {code}") for code in valid]
    return ws.Question("q", categories=categories)


@pytest.mark.parametrize(
    "name", ["a b", "1a", "_a", "a-b", "$a", "ALL", "to", "x" * 65, "é" * 33, ""]
)
def test_a_name_that_spss_cannot_have_is_refused(name):
    with pytest.raises(DataError, match="1 of 2 columns cannot be names in SPSS"):
        check_names(["age", name])


def test_names_that_spss_can_have_are_written_as_they_are(tmp_path):
    names = ["a", "Q7_1", "a.b", "É", "x" * 64, "b$", "c@d"]
    check_names(names)
    path = tmp_path / "names.sav"
    pyreadstat.write_sav(pd.DataFrame([[1.0] * len(names)], columns=names), path)
    assert list(pyreadstat.read_sav(path)[0]) == names


def test_names_that_differ_only_in_capitals_are_one_name_to_spss():
    with pytest.raises(DataError, match="columns 'age' and 'AGE' would be one variable"):
        check_names(["age", "AGE"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty or end in a space"),
        ("a ", "empty or end in a space"),
        ("a\x00b", "have a NUL character"),
        ("x" * 32_768, "longer than the 32,767 bytes"),
    ],
)
def test_a_text_that_spss_would_change_is_refused_and_not_repeated(text, fault):
    with pytest.raises(DataError, match=f"1 of 2 texts in column 'name' .*{fault}"):
        check_texts(pd.DataFrame({"n": [1, 2, 3], "name": ["Ann", text, None]}))


def test_a_label_is_cut_between_letters_and_keeps_the_mark():
    assert cut_to_fit("short", 10) == "short"
    assert cut_to_fit("é" * 10, 9) == "é" * 4
    assert cut_to_fit("x" * 300, 40, mark=True) == "x" * 28 + " [synthetic]"
    assert cut_to_fit("Sex [synthetic]", 40, mark=True) == "Sex [synthetic]"


@pytest.mark.parametrize(
    ("missing", "valid", "data", "ranges", "whole"),
    [
        ([], [1], [1.0], [], True),
        ([9, 8, 7], [1], [1.0], [7, 8, 9], True),
        ([6, 7, 8, 9], [1], [1.0], [{"lo": 6, "hi": 9}], True),
        ([-1, 7, 8, 9], [1], [1.0], [{"lo": 7, "hi": 9}, -1], True),
        ([-9, -8, -7, 99], [1], [1.0], [{"lo": -9, "hi": -7}, 99], True),
        ([-9, -8, -7, 99], [1], [-8.5], [-9, -8, -7], False),
        ([1, 3, 5, 7], [2, 4, 6], [2.0], [1, 3, 5], False),
    ],
)
def test_no_answer_ever_lies_in_a_missing_range(missing, valid, data, ranges, whole):
    assert missing_ranges(question(missing, valid), pd.Series(data)) == (ranges, whole)


def test_missing_texts_are_those_of_the_data_and_no_longer_than_eight_bytes():
    column = pd.Series(["reason X", "A"], dtype="str")
    assert missing_ranges(question(["X"], ["A"]), column) == (["X", "reason X"], True)
    column = pd.Series(["reason 98"], dtype="str")
    assert missing_ranges(question([98]), column) == ([], False)


def test_labels_are_those_of_codes_that_the_column_can_hold():
    made = ws.Question("q", categories=[ws.Category(1, "Yes"), ws.Category("x", "No")])
    assert value_labels(made, pd.Series([1.0])) == ({1.0: "Yes"}, True)
    assert value_labels(made, pd.Series(["x"], dtype="str")) == ({"x": "No"}, False)
    made = ws.Question("q", categories=[ws.Category(1, "y" * 130)])
    assert value_labels(made, pd.Series([1.0])) == ({1.0: "y" * 120}, True)
