"""Dirty files: nothing breaks and nobody is lost between the file and the book.

``proofs/dirty_files.py`` does the same with 500 files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from random_files import HOSTILE, dirty_file

import welfarestats as ws
from proofs.dirty_files import Outcome, summary_of, tried


def test_dirty_files_are_read_described_and_tabulated_or_refused_in_a_sentence():
    outcomes = [tried(seed) for seed in range(25)]
    assert [(one.seed, text) for one in outcomes for text in one.mistakes] == []
    assert sum(one.reached == "tabulated" for one in outcomes) >= 10
    assert sum(one.recounted for one in outcomes) >= 10
    text = summary_of(outcomes)
    assert "Tracebacks, foreign warnings and respondents lost: 0." in text
    print(text)


def test_the_same_seed_gives_the_same_file(tmp_path: Path):
    (tmp_path / "again").mkdir()
    first, again = dirty_file(tmp_path, 3), dirty_file(tmp_path / "again", 3)
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.codebook == again.codebook


def test_a_lost_respondent_would_be_noticed():
    seed = next(
        seed
        for seed in range(100)
        if (one := tried(seed)).recounted and one.rows > 2 and not one.mistakes
    )

    def careless(path: Path, **options: object) -> ws.Survey:
        survey = ws.read_survey(path, **options)
        return ws.Survey(survey.to_frame().iloc[1:], codebook=survey.codebook)

    assert tried(seed, careless).mistakes


def test_an_error_from_the_depths_would_be_noticed():
    def broken(*_: object, **__: object) -> ws.Survey:
        raise KeyError("deep")

    assert tried(0, broken).mistakes[0].startswith("read: KeyError at test_dirty_files.py:")


def test_hostile_texts_are_among_the_files():
    assert "=1+1" in HOSTILE
    assert any("<script>" in text for text in HOSTILE)
    assert max(map(len, HOSTILE)) >= 3_000
    assert np.unique(HOSTILE).size == len(HOSTILE)


def test_a_summary_names_every_mistake_and_every_refusal():
    text = summary_of(
        [
            Outcome(1, "csv utf-8", 3, "described", 0, 0, 0, ["read: DataError: n rows"] * 2),
            Outcome(2, "sav", 4, "not read", mistakes=["book: KeyError at x.py:1: 'a'"]),
        ]
    )
    assert "   1  read: DataError: n rows" in text
    assert "Seed 2: book: KeyError" in text
