from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from toy_tables import CODEBOOK, TEN

import welfarestats as ws
from welfarestats.errors import OptionError


def _survey(**options: object) -> ws.Survey:
    """Return 400 people: most women work, few men do; half of each own a home."""
    frame = pd.DataFrame(
        {
            "sex": np.repeat(["Women", "Men"], 200),
            "works": ["Yes"] * 150 + ["No"] * 50 + ["Yes"] * 60 + ["No"] * 140,
            "owns": ["Yes", "No"] * 200,
            "pay": [30.0, 10.0] * 75 + [0.0] * 50 + [10.0] * 60 + [0.0] * 140,
        }
    )
    codebook = [
        ws.Question("works", "In work"),
        ws.Question("owns", "Owns a home?"),
        ws.Question("sex", "Sex"),
        ws.Question("pay", "Pay", kind="scale"),
    ]
    return ws.Survey(frame, **{"codebook": codebook, **options})


def test_levels_then_tested_differences():
    assert ws.draft_sentences(ws.crosstab(_survey(), ["works", "owns", "pay"], "sex")) == [
        "On “In work”, 48 per cent were recorded as “No” and 53 per cent as “Yes” (base 400).",
        (
            "By “Sex”, those in “Women” (75 per cent, base 200) were more likely than those in “Men”"
            " (30 per cent, base 200) to be recorded as “Yes” on “In work”."
        ),
        "Asked “Owns a home?”, 50 per cent answered “No” and 50 per cent “Yes” (base 400).",
        "No significant difference was found between the groups of “Sex” on “Owns a home?”.",
        "The mean of “Pay” was 9.0 (base 400).",
        (
            "By “Sex”, the mean of “Pay” was significantly higher for those in “Women” (15.0, base 200)"
            " than for those in “Men” (3.0, base 200)."
        ),
    ]


def test_a_table_and_its_book_say_the_same():
    table = ws.crosstab(_survey(), "works", "sex")
    book = ws.book(_survey(), ["works"], "sex")
    assert table.sentences() == ws.draft_sentences(table) == ws.draft_sentences(book)


def test_volunteers_differ_never_significantly():
    said = ws.draft_sentences(ws.crosstab(_survey(sample="volunteer"), "works", "sex"))
    assert not any("likely" in one or "significant" in one for one in said)
    assert any("this difference is indicative only" in one for one in said)
    assert said[-1].startswith("The respondents are volunteers, not a random sample")


def test_volunteers_with_a_stated_reason_are_compared():
    reason = "everybody was invited"
    survey = _survey(sample="volunteer", treat_as_random_because=reason)
    said = ws.draft_sentences(ws.crosstab(survey, "works", "sex"))
    assert any("more likely" in one for one in said)


def test_invented_records_are_said_to_be_and_not_tested():
    survey = _survey(origin="synthetic")
    said = ws.draft_sentences(ws.crosstab(survey, "works", "sex"))
    assert all(one.startswith("Synthetic records: ") for one in said)
    assert not any("likely" in one for one in said)
    assert any(one.endswith("this difference was not tested.") for one in said)
    asked = ws.crosstab(survey, "works", "sex", synthetic_inference=True)
    assert any("more likely" in one for one in ws.draft_sentences(asked))


def test_small_bases_bring_their_caveat_and_smaller_ones_are_not_told():
    frame = pd.DataFrame(
        {
            "sex": ["Women"] * 40 + ["Men"] * 200 + ["Other"] * 20,
            "works": ["Yes"] * 36 + ["No"] * 4 + ["Yes"] * 60 + ["No"] * 140 + ["Yes"] * 20,
        }
    )
    said = ws.draft_sentences(ws.crosstab(ws.Survey(frame), "works", "sex"))
    assert any(
        "those in “Women” (90 per cent, small base of 40, read with caution)" in s for s in said
    )
    assert not any("Other" in one for one in said)


def test_a_style_that_flags_without_a_mark_brings_its_sentence():
    survey = _survey(sample="volunteer").domain(np.arange(400) % 5 == 0)
    said = ws.draft_sentences(ws.crosstab(survey, "works", style="dwp-ehd"))
    assert said[-1] == "Percentages are indicative only: they rest on small samples."


def test_many_categories_are_told_by_their_most_common():
    frame = pd.DataFrame({"office": np.repeat(list("abcdefgh"), [9, 40, 8, 30, 7, 50, 6, 5])})
    assert ws.draft_sentences(ws.crosstab(ws.Survey(frame), "office")) == [
        (
            "On “office”, the most common answers were “f” (32 per cent), “b” (26 per cent) and “d”"
            " (19 per cent) (base 155)."
        )
    ]


def test_nets_and_several_answers_are_told_as_such():
    survey = ws.Survey(pd.concat([TEN] * 10), codebook=CODEBOOK)
    said = ws.draft_sentences(ws.crosstab(survey, "help"))
    assert said == [
        (
            "On “Sources of help” with several answers possible, 56 per cent mentioned “Family”, 33 per"
            " cent “Friends” and 33 per cent “Doctor” (base 90)."
        ),
        (
            "On “Sources of help” with several answers possible, taken together 67 per cent mentioned"
            " “Family or friends” (base 90)."
        ),
    ]


def test_row_percentages_are_divided_among_columns():
    said = ws.draft_sentences(ws.crosstab(_survey(), "works", "sex", percent="row"))
    assert said == [
        (
            "Of those with “No” on “In work”, 74 per cent were in the group “Men” and 26 per cent in"
            " “Women” of “Sex” (base 190)."
        ),
        (
            "Of those with “Yes” on “In work”, 29 per cent were in the group “Men” and 71 per cent in"
            " “Women” of “Sex” (base 210)."
        ),
    ]


def test_every_figure_said_is_one_the_table_prints():
    report = ws.load_report("nhanes2")
    table = ws.crosstab(report.survey("nhanes2"), ["diabetes", "highbp"], ["race", "region"])
    frame = table.to_frame()
    printed = {*frame["display"], *(f"{base:,}" for base in frame["base"])}
    caveats = report.caveats_of("nhanes2")
    said = ws.draft_sentences(table)
    assert set(caveats) <= set(said)
    for sentence in set(said) - set(caveats):
        assert set(re.findall(r"\d[\d,.]*\d|\d", sentence)) <= printed
    assert len(said) >= 4


def test_every_more_likely_was_tested_and_found():
    report = ws.load_report("nhanes2")
    table = ws.crosstab(report.survey("nhanes2"), ["diabetes", "highbp"], ["race", "region"])
    found = table.comparisons()
    found = found[found["significant"].astype(bool)]
    pairs = {frozenset(pair) for pair in zip(found["group_a"], found["group_b"], strict=True)}
    told = [s for s in ws.draft_sentences(table) if "more likely" in s]
    assert told
    for sentence in told:
        groups = re.findall(r"those in “([^”]+)”", sentence)
        assert frozenset(groups) in pairs


def test_only_tables_and_books_are_put_into_words():
    with pytest.raises(OptionError, match="drafted from a Table or a Book, not from 'list'"):
        ws.draft_sentences([])  # type: ignore[arg-type]


def test_groups_of_a_nested_banner_are_compared_within_the_outer_one():
    frame = _survey().to_frame().assign(age=["Young", "Old"] * 200)
    survey = ws.Survey(frame, codebook=_survey().codebook)
    said = ws.draft_sentences(ws.crosstab(survey, "works", [("age", "sex")]))
    assert (
        "By “age and Sex”, those in “Old: Women” (75 per cent, base 100) were more likely than those"
        " in “Old: Men” (30 per cent, base 100) to be recorded as “Yes” on “In work”."
    ) in said
