"""Every way in which ``published.csv`` and ``claims.csv`` can be wrong has its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import write_reconstruction
from welfarestats.published.report import load_report
from welfarestats.published.reproduction import reproduce
from welfarestats.published.transcription import read_rows

PLACE = r"published.csv, item 'visits' \(line 1\): "
WRONG = {
    "an unknown survey": (
        "visits,visits,,all,,,base",
        "visits,visit,,all,,,base",
        PLACE + r"there is no survey 'visit' in spec.toml; .*Did you mean 'visits'\?",
    ),
    "an unknown population": (
        "visits,visits,,all,,,base",
        "visits,visits,,al,,,base",
        PLACE + r"the survey 'visits' has no population 'al' in spec.toml. Did you mean 'all'\?",
    ),
    "an unknown question": (
        "seen-all,visits,seen,",
        "seen-all,visits,seem,",
        r"item 'seen-all' \(line 3\): no question named 'seem' .*Did you mean 'seen'\?",
    ),
    "an unknown category": (
        "help-form,visits,help,seen,,Form,",
        "help-form,visits,help,seen,,Forms,",
        r"item 'help-form' \(line 4\): question 'help' has no answer 'Forms'.*'Form'\?",
    ),
    "an unknown group": (
        "seen-uc,visits,seen,all,benefit=UC",
        "seen-uc,visits,seen,all,benefit=UX",
        r"item 'seen-uc' \(line 3\): question 'benefit' has no answer 'UX'",
    ),
    "a group that is no question and label": (
        "seen-uc,visits,seen,all,benefit=UC",
        "seen-uc,visits,seen,all,UC",
        r"write the group 'UC' as question=Category label.",
    ),
    "an unknown statistic": (
        ",,,base,120,120,1,",
        ",,,bases,120,120,1,",
        PLACE + r"'bases' is not a statistic; use one of .*Did you mean 'base'\?",
    ),
    "a per cent of nothing": (
        ",,,base,120,120,1,",
        ",,,percent,120,120,1,",
        PLACE + r"a per cent needs a variable and a category. Name them.",
    ),
    "a per cent of no category": (
        "help-form,visits,help,seen,,Form,",
        "help-form,visits,help,seen,,,",
        r"a percent of 'help' needs a category. Name it.",
    ),
    "an item that stands twice": (
        "seen-all,visits",
        "seen-uc,visits",
        r"the item 'seen-uc' stands 2 times. Give each row its own name.",
    ),
    "an item with capitals": (
        "seen-all,visits",
        "Seen all,visits",
        r"an item is lower case letters, digits, '.' and '-' only.",
    ),
    "a line that is none": (
        ",base,120,120,1,",
        ",base,120,120,0,",
        r"'line' must be a whole number from 1.",
    ),
    "a stated value that is not what is printed": (
        "stated,19,19,24,",
        "stated,18,19,24,",
        r"the value 18 does not match what is printed, '19'. Correct one of them.",
    ),
    "a value that is no number": (
        ",base,120,120,1,",
        ",base,many,120,1,",
        PLACE + r"the value 'many' is not a number.",
    ),
    "words where a number is wanted": (
        ",base,120,120,1,",
        ",base,20,1 in 5,1,",
        r"Words such as '1 in 5' are for the statistic 'approximate'.",
    ),
    "a comma too many": (
        ",base,120,120,1,",
        ",base,1,200,1,200,1,",
        r"row 2 has a different number of cells than the header. Put text that holds a comma",
    ),
    "a column that is missing": (
        "item,survey,variable",
        "items,survey,variable",
        r"published.csv has no column 'item'; it needs .*Did you mean 'items'\?",
    ),
    "a column too many": (
        "line,note\n",
        "line,note,extra\n",
        r"published.csv has the unknown column 'extra'; it needs",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_number_has_its_sentence(wrong: str, bare_toy: Path):
    old, new, sentence = WRONG[wrong]
    replace_in(bare_toy / "published.csv", old, new)
    with pytest.raises(ReportError, match=sentence):
        load_report(bare_toy)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("seen,visits,2", "seen,visit,2", r"claim 'seen' \(line 3\): there is no survey 'visit'"),
        (
            ",less,",
            ",lower,",
            r"'direction' cannot be 'lower'; it is one of 'more', 'less', 'same'",
        ),
        (",significant", ",yes", r"'claimed' cannot be 'yes'; it is one of"),
        (",60,ESA", ",sixty,ESA", r"'percent_a' must be a number, found 'sixty'."),
    ],
)
def test_a_wrong_claim_has_its_sentence(bare_toy: Path, old: str, new: str, sentence: str):
    replace_in(bare_toy / "claims.csv", old, new)
    with pytest.raises(ReportError, match=sentence):
        load_report(bare_toy)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            ",base,120,120,1,",
            ",base,121,120,1,",
            r"visits \(line 1\): the value 121 does not match what is printed, '120'. Correct one",
        ),
        (
            ",percent,,*,17,",
            ",percent,0,*,17,",
            r"the value 0 does not match what is printed, '\*'.",
        ),
        (
            ",base,120,120,1,",
            ",base,,120,1,",
            r"the empty value does not match what is printed, '120'.",
        ),
    ],
)
def test_a_value_that_is_not_what_is_printed_agrees_with_nothing(
    toy: Path, old: str, new: str, sentence: str
):
    replace_in(toy / "published.csv", old, new)
    report = load_report(toy)
    result = reproduce(report)
    assert len(result.differing) == 1
    with pytest.raises(ReportError, match=sentence):
        write_reconstruction(report)


def test_a_label_may_hold_what_joins_groups(bare_toy: Path):
    replace_in(bare_toy / "codebook.toml", 'label = "ESA" }]', 'label = "ESA & b = c" }]')
    replace_in(
        bare_toy / "published.csv",
        "seen-uc,visits,seen,all,benefit=UC",
        "seen-uc,visits,seen,all,benefit=ESA & b = c & seen=Yes",
    )
    number = next(n for n in load_report(bare_toy).numbers if n.item == "seen-uc")
    assert number.group == {"benefit": "ESA & b = c", "seen": "Yes"}


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path):
    (tmp_path / "published.csv").write_bytes(b"item\n\xe9\n")
    with pytest.raises(ReportError, match=r"published.csv is not UTF-8 text. Save it as UTF-8."):
        read_rows(tmp_path / "published.csv", ("item",))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ReportError, match=r"has no file 'published.csv'"):
        read_rows(tmp_path / "published.csv", ("item",))


def test_an_open_quote_is_refused(tmp_path: Path):
    (tmp_path / "published.csv").write_text('item\n"a\n', encoding="utf-8")
    with pytest.raises(ReportError, match=r"published.csv is not a valid CSV file"):
        read_rows(tmp_path / "published.csv", ("item",))
