from __future__ import annotations

import pytest

from welfarestats.published.context import (
    ReadPassage,
    context_of,
    read_passage,
    sentences_of,
)
from welfarestats.published.label_words import stem
from welfarestats.published.passages import read_passages
from welfarestats.published.verbal_bands import BAND_SETS


def read(text: str, at: int = 0) -> ReadPassage:
    return read_passage(read_passages(text)[at], BAND_SETS["plain"])


def nearness(text: str, cluster: int, word: str) -> float:
    one = read(text)
    return context_of(one, one.clusters[0][cluster]).get(stem(word), 0.0)


def test_sentences_end_where_a_reader_ends_them():
    text = (
        'Half (e.g. men) agreed (47 per cent). "None of it," she said. In 2019, 4.5 per cent did.'
    )
    assert [text[start:end].strip()[-6:] for start, end in sentences_of(text)] == [
        "cent).", " said.", "t did.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("Around a third (31 per cent) agreed.", [["Around a third", "31 per cent"]]),
        ("Two-fifths of all of them (42 per cent) agreed.", [["Two-fifths", "42 per cent"]]),
        ("Of them, 47% (132) agreed.", [["47%", "132"]]),
        ("Of them, 132 (47%) agreed.", [["132", "47%"]]),
        ("31 per cent agreed and 28 per cent did not.", [["31 per cent"], ["28 per cent"]]),
        (
            "A further third would later (19 per cent soon and 22 per cent at some time).",
            [["third"], ["19 per cent"], ["22 per cent"]],
        ),
        (
            "The majority were affected in two ways (93 per cent).",
            [["majority", "93 per cent"], ["two"]],
        ),
    ],
)
def test_what_tells_one_number_is_one_cluster(text: str, clusters: list[list[str]]):
    found = read(text).clusters[0]
    assert [[figure.words for figure in cluster] for cluster in found] == clusters


def test_words_of_a_figures_clause_are_nearer_than_those_of_another():
    text = "47 per cent of those in Kent agreed, compared with 12 per cent of those in Surrey."
    assert nearness(text, 0, "Kent") == 1 > nearness(text, 0, "Surrey")
    assert nearness(text, 1, "Surrey") == 1 > nearness(text, 1, "Kent")


def test_words_before_brackets_belong_to_the_number_in_them():
    text = "Moderate problems (31 per cent) were as usual as severe problems (28 per cent)."
    assert nearness(text, 1, "severe") == 1 > nearness(text, 0, "severe")


def test_two_numbers_in_one_pair_of_brackets_are_told_in_the_order_of_the_groups():
    text = "People in Kent were more likely to agree than people in Surrey (47 and 12 per cent)."
    assert nearness(text, 0, "Kent") == 1 > nearness(text, 0, "Surrey")
    assert nearness(text, 1, "Surrey") == 1 > nearness(text, 1, "Kent")


def test_what_introduces_a_list_counts_for_its_items():
    passages = read_passages("Those in poor health were:\n- in Kent, 47 per cent")
    lead, item = (read_passage(passage, BAND_SETS["plain"]) for passage in passages)
    cluster = item.clusters[0][0]
    assert context_of(item, cluster, lead)[stem("health")] > 0.5
    assert stem("health") not in context_of(item, cluster)


def test_the_heading_counts_a_little():
    one = read("Readiness to work\n\nOf them, 47 per cent agreed.", at=1)
    assert 0 < context_of(one, one.clusters[0][0])[stem("readiness")] < 0.5


def test_a_heading_may_tell_a_figure_and_its_own_number_is_none():
    assert [f.words for f in read("2.1 Readiness to work\n\nThey agreed.").figures] == []
    assert [f.words for f in read("4 in 10 of them work\n\nThey agreed.").figures] == ["4 in 10"]
