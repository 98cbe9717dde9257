"""A pass over the data, shared by all that is asked of it."""

import numpy as np
import pandas as pd
import polars as pl

import welfarestats as ws
from welfarestats.survey.passes import Condition, Facts, Layout, named, sample_words


def test_names_one_several_or_none():
    assert named(None) == ()
    assert named("a") == ("a",)
    assert named(["a", "b"]) == ("a", "b")


def test_answers_are_read_once():
    survey = ws.Survey(pd.DataFrame({"a": [1, 2]}))
    assert survey.view(["a"]).sample.answers("a") is survey.view([]).sample.answers("a")


def test_a_column_may_be_read_as_categories_and_as_numbers():
    sample = ws.Survey(pd.DataFrame({"a": [1, 2]})).view([]).sample
    assert sample.answers("a").question.kind == "single"
    assert sample.answers("a", numeric=True).question.kind == "scale"


def test_a_lazy_frame_is_passed_as_distinct_rows():
    frame = pl.DataFrame({"a": ["x", "x", "y"] * 1000, "w": [1.0, 2.0, 0.0] * 1000})
    view = ws.Survey(frame.lazy(), weights="w").view(["a"])
    assert view.size == 2
    assert sorted(view.tally.count) == [1000, 2000]
    assert sorted(view.tally.weight) == [0, 3000]
    assert sorted(view.tally.square) == [0, 5000]


def test_a_view_of_a_domain_keeps_every_row():
    survey = ws.Survey(pd.DataFrame({"a": list("xxy")})).domain(a="y")
    assert survey.view([]).size == 3
    assert survey.view([]).tally.active.tolist() == [False, False, True]


def test_a_sample_in_words():
    layout = Layout("w", ("region",), ("office",), (), "fail")
    facts = Facts("synthetic", "probability", None, weighted=True, domain=("Sex: Men",))
    assert sample_words(layout, facts, 12.4) == [
        "weights 'w' (effective base 12)",
        "strata 'region'",
        "PSUs 'office'",
        "domain Sex: Men",
        "SYNTHETIC: invented records",
    ]
    assert (
        sample_words(layout.unweighted, Facts("collected", "volunteer", None, weighted=False), 1)
        == []
    )


def test_a_condition_in_words():
    works = ws.Question(
        "works", "In work?", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")]
    )
    book = ws.Codebook([works])
    assert Condition(question="works", answers=[1, "No"]).words(book) == "In work?: Yes or No"
    assert Condition(question="sex", answers="F").words(book) == "sex: F"
    assert "a mask" in Condition(mask=np.array([True])).words(book)
