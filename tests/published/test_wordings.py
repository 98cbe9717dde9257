from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.published.findings import Finding
from welfarestats.published.printed import widened_interval
from welfarestats.published.report import load_report
from welfarestats.published.wordings import wording_findings, wording_of

THIRD = "staff-third,staff,confident,all,,Neither,approximate,33.3,a third,23,\n"


def fits(words: str, percent: str) -> bool:
    told = wording_of(words.split(" ", 1)[-1], words)
    assert told is not None
    low, high = widened_interval(percent)
    return low <= told.high and told.low <= high


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("around a third", "31"),
        ("around a third", "30"),
        ("a fifth", "22"),
        ("a further fifth", "22"),
        ("around a quarter", "28"),
        ("almost half", "48"),
        ("almost half", "49"),
        ("nearly half", "44"),
        ("nearly half", "47"),
        ("the half", "48"),
        ("exactly half", "49"),
        ("some two-thirds", "65"),
        ("the two-thirds", "65"),
        ("the Three quarters", "75"),
        ("just a quarter", "25"),
        ("just a quarter", "26"),
        ("around two fifths", "42"),
        ("the Two-fifths", "43"),
        ("under a fifth", "19"),
        ("under a fifth", "5"),
        ("over half", "71"),
        ("just over half", "54"),
        ("just under a third", "30"),
        ("fewer than half", "44"),
        ("no more than a third", "33"),
        ("at least one in five", "20"),
        ("over eight out of ten", "83"),
        ("approximately 1 in 6", "16"),
    ],
)
def test_usual_words_fit_the_number_they_stand_for(words: str, percent: str):
    assert fits(words, percent)


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("exactly a third", "45"),
        ("around a third", "45"),
        ("exactly a third", "30"),
        ("over half", "48"),
        ("just over half", "61"),
        ("under a fifth", "21"),
        ("almost half", "52"),
        ("almost half", "40"),
        ("fewer than half", "51"),
        ("up to a quarter", "27"),
        ("at least one in five", "18"),
        ("only 4 in 5", "76"),
    ],
)
def test_words_on_the_wrong_side_or_too_far_do_not_fit(words: str, percent: str):
    assert not fits(words, percent)


@pytest.mark.parametrize("printed", ["60", "four", "2", "behalf", "3 in 2", "most"])
def test_words_that_tell_no_fraction_are_left_alone(printed: str):
    assert wording_of(printed, f"more than {printed}") is None


def test_words_beside_a_fraction_may_be_printed_or_in_the_note():
    printed, noted = wording_of("Around a third"), wording_of("A third", "only around a third")
    assert printed == noted
    assert printed is not None
    assert printed.words == "around a third"


def test_a_fraction_without_a_quotation_may_have_words_that_were_not_transcribed():
    bare, quoted = wording_of("half"), wording_of("half", "half of them")
    assert bare is not None
    assert quoted is not None
    assert (bare.range_text(), quoted.range_text()) == ("from 44.0 to 56.0", "from 47.5 to 52.5")


# ------------------------------------------------------------------ in a report


def found_with(folder: Path, *rows: str) -> list[Finding]:
    replace_in(folder / "published.csv", THIRD, THIRD + "".join(f"{row}\n" for row in rows))
    return wording_findings(load_report(folder))


def test_the_toy_says_a_third_and_nothing_else(bare_toy: Path):
    assert wording_findings(load_report(bare_toy)) == []


def test_a_third_for_45_per_cent_is_found(bare_toy: Path):
    row = "neither,staff,confident,all,,Neither,percent,45,45,27,"
    (found,) = found_with(bare_toy, row)
    assert (found.kind, found.severity, found.lines) == ("wording", "low", (23, 27))
    assert found.explanation == (
        "The words 'a third' stand for 45 per cent (line 27): Feels confident: Neither; "
        "All respondents."
    )
    assert found.arithmetic == "'A third' is read as from 27.3 to 39.3 per cent."
    assert found.items == ("staff-third", "neither")


@pytest.mark.parametrize(
    "rows",
    [
        ("neither,staff,confident,all,,Neither,percent,35,35,27,",),
        (
            "here,staff,confident,all,,Neither,percent,35,35,23,",
            "there,staff,confident,all,,Neither,percent,45,45,27,",
        ),
        (
            "there,staff,confident,all,,Neither,percent,35,35,26,",
            "elsewhere,staff,confident,all,,Neither,percent,45,45,27,",
        ),
        ("disagree,staff,confident,all,,Disagree,percent,45,45,23,",),
        ("phone,staff,confident,all,tools=Phone,Neither,percent,45,45,23,",),
    ],
    ids=["near", "in the same line", "one of two", "another answer", "other people"],
)
def test_words_that_fit_a_number_of_the_same_quantity_are_no_finding(
    bare_toy: Path, rows: tuple[str, ...]
):
    assert found_with(bare_toy, *rows) == []


def test_a_count_of_a_known_base_is_compared_too(bare_toy: Path):
    (found,) = found_with(bare_toy, "neither,staff,confident,all,,Neither,count,8,8,23,")
    assert "8 of 17, which is at least 47.0 per cent (line 23)" in found.explanation


def test_a_count_may_be_a_larger_share_of_those_who_answered(bare_toy: Path):
    assert found_with(bare_toy, "neither,staff,confident,all,,Neither,count,4,4,23,") == []


def test_counts_of_a_weighted_survey_are_no_shares(bare_toy: Path):
    rows = [
        "uc-third,visits,benefit,all,,UC,approximate,33.3,a third,27,",
    ]
    assert found_with(bare_toy, *rows) == []


@pytest.mark.parametrize(("parts", "count"), [(("19", "22"), 1), (("15", "17"), 0), (("19",), 0)])
def test_a_share_of_a_net_is_compared_with_the_sum_of_its_answers(
    bare_toy: Path, parts: tuple[str, ...], count: int
):
    labels = ("Good", "Middling")
    replace_in(bare_toy / "published.csv", "mood-net-uc,", "mood-net-uc-printed,")
    rows = [
        f"{label.lower()},visits,mood,all,benefit=ESA,{label},percent,{part},{part},27,"
        for label, part in zip(labels, parts, strict=False)
    ]
    net = (
        "net,visits,mood,all,benefit=ESA,Good or middling,approximate,33.3,third,27,a further third"
    )
    found = found_with(bare_toy, *rows, net)
    assert len(found) == count
    for finding in found:
        assert "19 and 22 per cent together (line 27)" in finding.explanation
