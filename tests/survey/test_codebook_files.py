"""Codebooks as TOML: nothing is lost on the way there and back."""

from __future__ import annotations

import datetime as dt
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import CodebookError
from welfarestats.survey.categories import MISSING_REASONS, code_text
from welfarestats.survey.codebook_files import (
    codebook_from_table,
    codebook_text,
    question_from_table,
    read_table,
    text_of,
    write_text,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CODES = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    TEXTS,
)
SCORES = st.none() | st.integers(-3, 3) | st.floats(-3, 3)


@st.composite
def questions(draw: st.DrawFn, name: str, others: list[str]) -> ws.Question:
    kind = draw(st.sampled_from(["single", "scale", "multiple"]))
    codes = draw(st.lists(CODES, max_size=5, unique_by=code_text))
    labels = draw(st.lists(TEXTS, min_size=len(codes) + 2, max_size=len(codes) + 2, unique=True))
    categories = [
        ws.Category(
            code,
            label,
            score=draw(SCORES),
            missing=draw(st.none() | st.sampled_from(MISSING_REASONS)),
        )
        for code, label in zip(codes, labels, strict=False)
    ]
    routes = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    return ws.Question(
        name,
        draw(TEXTS | st.just("")),
        kind=kind,
        columns=[f"{name}_{i}" for i in range(len(codes))]
        if kind == "multiple" and draw(st.booleans())
        else None,
        categories=categories,
        nets=[ws.Net(labels[-1], draw(st.lists(st.sampled_from(codes), min_size=1)))]
        if codes and draw(st.booleans())
        else [],
        asked_if={other: draw(st.lists(CODES, min_size=1, max_size=3)) for other in routes},
        base_includes=draw(st.lists(st.sampled_from(MISSING_REASONS), unique=True)),
    )


@st.composite
def codebooks(draw: st.DrawFn) -> ws.Codebook:
    names = draw(st.lists(TEXTS, max_size=4, unique=True))
    return ws.Codebook([draw(questions(name, names[:i])) for i, name in enumerate(names)])


def types_of(codebook: ws.Codebook) -> list[type]:
    """The types of all codes and scores: 1, 1.0 and True are equal, and not the same code."""
    return [
        type(value)
        for question in codebook
        for category in question.categories
        for value in (category.code, category.score)
    ]


@given(codebooks())
def test_any_codebook_is_the_same_after_toml(codebook):
    again = codebook_from_table(tomllib.loads(codebook_text(codebook)), "codebook.toml")
    assert again == codebook
    assert types_of(again) == types_of(codebook)


def test_a_score_of_zero_a_false_code_and_a_set_without_answers_are_kept(tmp_path):
    codebook = ws.Codebook(
        [
            ws.Question("q", categories=[ws.Category(False, "No", score=0)]),
            ws.Question("set", kind="multiple", columns=()),
        ]
    )
    codebook.to_toml(tmp_path / "codebook.toml")
    again = ws.Codebook.from_toml(tmp_path / "codebook.toml")
    assert again == codebook
    assert again["q"].categories[0].score == 0
    assert again["q"].categories[0].code is False
    assert again["set"].columns == ()


def test_a_route_of_nothing_is_no_route():
    assert ws.Question("q", asked_if={}).asked_if is None


def test_numbers_of_numpy_and_dates_are_codes_too():
    codes = [np.int64(3), np.float64(0.5), dt.date(2024, 5, 1)]
    codebook = ws.Codebook([ws.Question("q", categories=[ws.Category(c) for c in codes])])
    again = codebook_from_table(tomllib.loads(codebook_text(codebook)), "codebook.toml")
    assert [one.code for one in again["q"].categories] == codes


def test_what_toml_has_no_word_for_is_refused_in_a_sentence():
    with pytest.raises(CodebookError, match=r"cannot be written as TOML \(TypeError\): codes are"):
        text_of({"code": 1j})
    with pytest.raises(CodebookError, match="UnicodeEncodeError"):
        text_of({"label": "\ud800"})


def test_a_failed_write_leaves_the_old_codebook(tmp_path):
    path = tmp_path / "codebook.toml"
    write_text(path, "a = 1\n")
    codebook = ws.Codebook([ws.Question("q", categories=[ws.Category(1j)])])
    with pytest.raises(CodebookError):
        codebook.to_toml(path)
    assert path.read_text("utf-8") == "a = 1\n"
    assert [one.name for one in tmp_path.iterdir()] == ["codebook.toml"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"columns": "abc", "kind": "multiple"}, "'str' as 'columns', where a list belongs"),
        ({"label": 5}, "'int' as 'label', where text belongs"),
        ({"categories": 5}, "'int' as 'categories', where a list belongs"),
        ({"categories": [5]}, r"5 should be a table with \['code'"),
        ({"categories": [{"code": 1, "score": "x"}]}, "'str' as 'score', where a number belongs"),
        ({"categories": [{"code": 1, "score": True}]}, "'bool' as 'score', where a number"),
        ({"categories": [{"code": [1]}]}, "a category whose code is no single value"),
        ({"categories": [{"label": "x"}]}, "question 'q' is incomplete"),
        ({"nets": [{"label": "n", "codes": 1}]}, "'int' as 'codes', where a list belongs"),
        ({"asked_if": ["x"]}, "'list' as 'asked_if', where a table belongs"),
        ({"categorys": []}, "the key 'categorys'.*Did you mean 'categories'"),
    ],
)
def test_a_table_that_describes_no_question_is_refused_in_a_sentence(table, sentence):
    with pytest.raises(CodebookError, match=sentence):
        question_from_table({"name": "q", **table})


def test_columns_as_one_text_are_not_taken_letter_by_letter():
    with pytest.raises(CodebookError, match=r"are a list, such as \['a', 'b'\], not 'q7'"):
        ws.Question("q", kind="multiple", columns="q7")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("question = 5", "no .* tables, but another"),
        ("question = [1]", "no .* tables, but another"),
        ("[[questions]]\nname = 'q'", "has 'questions' beside.*Did you mean 'question'"),
        ("a = ", "is not valid TOML"),
        ("a = " + "[" * 5_000, "is not valid TOML"),
    ],
)
def test_a_file_that_is_no_codebook_is_refused_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "codebook.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=sentence):
        ws.Codebook.from_toml(path)


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(CodebookError, match=r"there is no codebook file 'none\.toml'"):
        read_table(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(CodebookError, match=r"'folder.toml' cannot be opened"):
        read_table(tmp_path / "folder.toml")


def test_windows_marks_at_the_start_of_a_file_are_no_fault(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text("[[question]]\nname = 'q'\n", encoding="utf-8-sig")
    assert "q" in ws.Codebook.from_toml(path)


def test_a_codebook_passes_over_what_a_side_car_says_of_the_survey(tmp_path):
    path = tmp_path / "side.toml"
    path.write_text("[survey]\nweights = 'w'\n[[question]]\nname = 'q'\n", encoding="utf-8")
    assert [one.name for one in ws.Codebook.from_toml(path)] == ["q"]
