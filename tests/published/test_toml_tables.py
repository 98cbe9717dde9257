from __future__ import annotations

from pathlib import Path

import pytest

from welfarestats.errors import ReportError
from welfarestats.published.toml_tables import (
    answers_of,
    column_names,
    kind_of,
    known_keys,
    read_toml,
    text_of,
    whole_number,
    word_of,
)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path):
    with pytest.raises(ReportError, match=r"has no file 'spec.toml'. `welfarestats new-report"):
        read_toml(tmp_path / "spec.toml")


def test_what_is_not_toml_is_refused(tmp_path: Path):
    (tmp_path / "spec.toml").write_text("style = ,\n", encoding="utf-8")
    with pytest.raises(ReportError, match=r"spec.toml is not valid TOML: .*line 1"):
        read_toml(tmp_path / "spec.toml")


def test_what_is_not_utf_8_is_refused(tmp_path: Path):
    (tmp_path / "spec.toml").write_bytes(b"style = '\xe9'")
    with pytest.raises(ReportError, match=r"spec.toml is not UTF-8 text. Save it as UTF-8."):
        read_toml(tmp_path / "spec.toml")


def test_an_unknown_key_brings_the_nearest():
    with pytest.raises(ReportError, match=r"'lable' is not a known key; .* Did you mean 'label'\?"):
        known_keys({"lable": 1}, ["label", "where"], "place")


def test_true_is_not_a_whole_number():
    with pytest.raises(ReportError, match="'base' must be a whole number, found true or false"):
        whole_number({"base": True}, "base", "place")


def test_a_text_must_say_something():
    with pytest.raises(ReportError, match="'label' must be text in quotes, found nothing"):
        text_of({"label": " "}, "label", "place")


def test_a_word_has_a_default():
    assert word_of({}, "sample", ("probability",), "place", default="probability") == "probability"


def test_columns_are_one_name_or_several():
    assert column_names({"psu": "a"}, "psu", "place") == "a"
    assert column_names({"psu": ["a", "b"]}, "psu", "place") == ("a", "b")
    assert column_names({}, "psu", "place") is None
    with pytest.raises(ReportError, match="'psu' must be a name or a list of names, found a list"):
        column_names({"psu": [1]}, "psu", "place")


def test_a_single_label_needs_no_list():
    assert answers_of({"where": {"a": "Yes"}}, "where", "place") == {"a": ("Yes",)}


def test_values_are_described_in_words():
    assert [kind_of(value) for value in ([], "", 1.5, {})] == [
        "an empty list",
        "nothing",
        "a decimal number",
        "a table",
    ]
