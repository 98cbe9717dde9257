"""Codebooks of several waves made one."""

from __future__ import annotations

import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError
from welfarestats.survey.wave_codebooks import merged_codebook, renamed_question

YES_NO = [ws.Category(1, "Yes"), ws.Category(0, "No")]


def book(*questions: ws.Question) -> ws.Codebook:
    return ws.Codebook(questions)


def test_questions_of_a_later_wave_stand_after_their_neighbours():
    first = book(ws.Question("a"), ws.Question("c"))
    second = book(ws.Question("a"), ws.Question("b"), ws.Question("c"), ws.Question("d"))
    merged = merged_codebook({"1": first, "2": second})
    assert [question.name for question in merged] == ["wave", "a", "b", "c", "d"]
    assert merged["b"].asked_if == {"wave": ("2",)}
    assert merged["a"].asked_if is None


def test_a_route_is_kept_beside_the_wave():
    routed = ws.Question("b", categories=YES_NO, asked_if={"a": [1]})
    one = ws.Question("a", categories=YES_NO)
    merged = merged_codebook({"1": book(one), "2": book(one, routed)})
    assert merged["b"].asked_if == {"wave": ("2",), "a": (1,)}


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ({"kind": "scale"}, {"kind": "single"}, "its kind is 'scale' and 'single'"),
        (
            {"categories": YES_NO, "nets": [ws.Net("Any", (0, 1))]},
            {"categories": YES_NO},
            "only '1' has the net 'Any'",
        ),
        (
            {"categories": YES_NO, "nets": [ws.Net("Any", (0, 1))]},
            {"categories": YES_NO, "nets": [ws.Net("Any", (1,))]},
            "the net 'Any' unites other categories",
        ),
        ({"asked_if": {"a": [1]}}, {}, r"it was asked of other people \(asked_if\)"),
        (
            {"base_includes": ["refused"]},
            {},
            r"other missing answers count in its base \(base_includes\)",
        ),
        (
            {"categories": [ws.Category(1, "Yes", missing="refused")]},
            {"categories": [ws.Category(1, "Yes")]},
            "code 1 is missing for the reason 'refused' and None",
        ),
        (
            {"kind": "multiple", "columns": ["x", "y"], "categories": YES_NO},
            {"kind": "multiple", "columns": ["y", "x"], "categories": YES_NO},
            "its columns stand for other categories",
        ),
        (
            {"kind": "multiple", "columns": ["x", "y"], "categories": YES_NO},
            {"kind": "multiple", "columns": ["x", "z"], "categories": YES_NO},
            "it stands in 'x', 'y' and in 'x', 'z'",
        ),
    ],
)
def test_what_differs_is_said(first, second, difference):
    other = ws.Question("a", categories=YES_NO)
    books = {
        "1": book(other, ws.Question("b", **first)),
        "2": book(other, ws.Question("b", **second)),
    }
    match = f"question 'b' is not the same in '1' and '2': {difference}. Recode one of them"
    with pytest.raises(CodebookError, match=match):
        merged_codebook(books)


def test_a_renamed_question_keeps_its_answers_and_route():
    question = ws.Question("b", "Later? [synthetic]", categories=YES_NO, asked_if={"a": [1]})
    renamed = renamed_question(question, "w2", {"a": "a (w2)", "b": "b (w2)"})
    assert (renamed.name, renamed.label) == ("b (w2)", "Later? (w2) [synthetic]")
    assert renamed.asked_if == {"a (w2)": (1,)}
    assert renamed.categories == tuple(YES_NO)
