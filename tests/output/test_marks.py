from __future__ import annotations

from welfarestats.output.marks import MARKS


def test_every_mark_is_one_word_in_one_bracket():
    assert all(mark[0] == "[" and mark[-1] == "]" and mark[1:-1].isalpha() for mark in MARKS)


def test_confidential_and_unreliable_have_different_marks_and_meanings():
    assert MARKS["[c]"] != MARKS["[u]"]
    assert "reliab" not in MARKS["[c]"]
    assert "confidential" not in MARKS["[u]"]
