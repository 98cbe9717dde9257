"""The words by which rows, columns and lines of printed tables say what they are."""

from __future__ import annotations

import pytest

from welfarestats.published.row_words import (
    CONTINUED,
    TABLE_NUMBER,
    base_statistic,
    in_key_order,
    is_base_line,
    is_contents,
    is_everyone,
    is_note,
    is_question,
    is_significance,
    label_and_key,
    moment_statistic,
    said_statistic,
    unit_statistic,
)

BASES = {
    "base": ("Unweighted base", "UNWEIGHTED TOTAL", "Unweighted row", "Unwtd base", "Base (unweighted)",
             "Unweighted", "Unweighted n", "Total (unweighted)", "Unweighted sample", "Base: unweighted"),
    "weighted_base": ("Weighted base", "WEIGHTED TOTAL", "Wtd. base", "Weighted row", "Weighted",
                      "Total weighted", "Base, weighted"),
    "effective_base": ("Effective base", "Effective sample size", "Eff. base", "Effective N", "ESS"),
    "?": ("Base", "Base:", "n", "N=", "Sample size", "Number of respondents", "Total base",
          "Base: all adults", "Total respondents"),
    "total": ("Total", "TOTAL", "All"),
    "": ("Agree", "Number of children", "No", "None", "Basic pay", "Neither", "All of the time",
         "Weighted up the options", "Total income", "Net: agree"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "statistic"), [(label, word) for word, labels in BASES.items() for label in labels]
)
def test_a_base_is_known_by_its_label(label, statistic):
    assert base_statistic(label) == statistic


@pytest.mark.parametrize(
    ("label", "statistic"),
    [
        *[(label, "mean") for label in ("Mean", "MEAN SCORE", "Mean (hours)", "Average")],
        *[
            (label, "other")
            for label in ("Std. dev.", "Standard deviation", "Standard error", "SD")
        ],
        *[(label, "other") for label in ("Median", "Minimum", "Std error")],
        *[(label, "") for label in ("Meaningful", "Agree", "Sometimes", "Indexed")],
    ],
)
def test_a_summary_of_numbers_is_known_by_its_label(label, statistic):
    assert moment_statistic(label) == statistic


def test_a_unit_is_a_text_of_nothing_else():
    percents = ("%", "(%)", "Col %", "Column N %", "Row %", "Column percentages", "Per cent")
    assert {unit_statistic(text) for text in percents} == {"percent"}
    assert {unit_statistic(text) for text in ("N", "Count", "Unweighted count", "No.")} == {"count"}
    assert {unit_statistic(text) for text in ("No", "Men", "% who agree", "")} == {""}


def test_a_line_may_say_what_figures_are():
    assert said_statistic("Figures are column percentages") == "percent"
    assert said_statistic("Counts") == "count"
    assert said_statistic("Number of children") == ""


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("Table 1", "Table 1", ""),
        ("Table 12: Readiness", "Table 12", "Readiness"),
        ("TABLE 3.2 - Readiness", "TABLE 3.2", "Readiness"),
        ("Tab. Q4a Readiness", "Tab. Q4a", "Readiness"),
    ],
)
def test_a_table_is_numbered(text, name, rest):
    found = TABLE_NUMBER.match(text)
    assert (found["name"], found["rest"]) == (name, rest)


def test_a_title_that_mentions_tables_has_no_number():
    assert not TABLE_NUMBER.match("Tables are weighted")
    assert not TABLE_NUMBER.match("Table of contents")


def test_a_table_is_continued():
    assert CONTINUED.search("Table 1 (continued)")
    assert CONTINUED.search("Table 1 cont'd")
    assert not CONTINUED.search("Continued support")


def test_lines_are_bases_notes_and_questions():
    assert is_base_line("Base: all not in work")
    assert is_base_line("Unweighted base: all respondents")
    assert not is_base_line("Basic skills")
    notes = (
        "* less than 0.5",
        "Note: rounded",
        "Source: survey",
        "Columns tested: A/B",
        "a) first",
    )
    assert all(is_note(note) for note in notes)
    assert not is_note("How ready are you?")
    assert is_question("Q1 How ready")
    assert is_question("How ready are you?")
    assert not is_question("Advice")


def test_sheets_without_tables_are_known_by_their_names():
    assert all(is_contents(name) for name in ("Contents", "Index", "Cover page", "Notes", "ToC"))
    assert not any(is_contents(name) for name in ("Tables", "T1", "Q1 Coverage", "Noted"))


def test_everyone_and_significance():
    assert all(is_everyone(label) for label in ("Total", "All", "All adults", "Total sample"))
    assert not any(is_everyone(label) for label in ("Men", "All of them do", "Totally"))
    assert is_significance("")
    assert is_significance("Sig.")
    assert not is_significance("Signed up")


def test_a_letter_stands_behind_a_label():
    assert label_and_key("Men (A)") == ("Men", "A")
    assert label_and_key("Men\nA") == ("Men", "A")
    assert label_and_key("Men [b]") == ("Men", "b")
    assert label_and_key("Aged 16 (young)") == ("Aged 16 (young)", "")


def test_letters_of_columns_go_up_and_start_again():
    assert in_key_order(["A", "B", "C"])
    assert in_key_order(["T", "A", "B", "A", "B", "C"])
    assert in_key_order(["a", "b"])
    assert in_key_order(["Y", "Z", "AA"]) is False
    assert not in_key_order(["M", "F"])
    assert not in_key_order(["AB", "DE"])
    assert not in_key_order([])
