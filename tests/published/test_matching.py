from __future__ import annotations

import pytest
from printed_workbooks import CODEBOOK

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError
from welfarestats.published.matching import Labels, is_total, normalised


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Q1. How ready are you for work?", "how ready are you for work"),
        ("Table 12: Q1 – How ready are you for WORK", "how ready are you for work"),
        ("NET: Fair or bad", "fair or bad"),
        ("Fair & bad (net)", "fair and bad"),
        ("Don’t know", "dont know"),
        ("In work [synthetic]", "in work"),
        ("16 to 34", "16 to 34"),
    ],
)
def test_wordings_are_compared_without_numbers_marks_and_capitals(printed: str, meant: str):
    assert normalised(printed) == meant


@pytest.mark.parametrize(
    ("wordings", "name", "how"),
    [
        (["Q1. How ready are you for work?"], "ready", "label"),
        (["ready"], "ready", "name"),
        (["how ready are you for work"], "ready", "label, but for marks and capitals"),
        (["", "Table 3: Did the appointment help you? By age"], "helped", "label within the title"),
        (["How ready are you to work?"], "ready", "nearly"),
    ],
)
def test_a_question_is_found_by_its_wording_and_says_how(wordings, name, how):
    found = Labels(CODEBOOK).question(wordings, [])
    assert (found.name, found.how) == (name, how)


def test_a_question_without_a_wording_is_found_by_its_answers():
    labels = Labels(CODEBOOK)
    assert labels.question(["Classification"], ["Men", "Women"]).name == "sex"
    nothing = labels.question(["Classification"], ["Men", "Cats"])
    assert not nothing
    assert nothing.reason.startswith("no question of the codebook has this wording.")


def test_questions_with_one_wording_are_told_apart_by_their_answers():
    grid = [
        ws.Question("a", "Do you agree?", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")]),
        ws.Question(
            "b", "Do you agree?", categories=[ws.Category(1, "Fully"), ws.Category(2, "Partly")]
        ),
    ]
    labels = Labels(ws.Codebook(grid))
    assert labels.question(["Do you agree?"], ["Fully", "Partly"]).name == "b"
    assert labels.question(["Do you agree?"], []).reason == "2 questions have this wording: a, b"


def test_answers_are_found_by_label_net_code_and_nearly():
    labels = Labels(CODEBOOK)
    assert labels.answers("ready", "Ready") == (("Very ready", "Fairly ready"), "label")
    assert labels.answers("ready", "NET: ready")[0] == ("Very ready", "Fairly ready")
    assert labels.answers("ready", "8") == (("Don't know",), "code")
    assert labels.answers("ready", "Not at all readdy") == (("Not at all ready",), "nearly")
    assert labels.answers("ready", "Blue") == ((), "")


def test_what_a_layout_names_is_used():
    named = {
        "questions": {"Nearness": "ready"},
        "banner": {"Gender": "sex"},
        "categories": {"V. ready": "Very ready", "sex": {"M": "Men"}},
    }
    labels = Labels(CODEBOOK, {}, named)
    assert labels.question(["Nearness"], []).name == "ready"
    assert labels.question(["Gender"], []).name == "sex"
    assert labels.answers("ready", "V. ready")[0] == ("Very ready",)
    assert labels.answers("sex", "M") == (("Men",), "as told in the layout")


def test_the_total_is_known_by_its_names():
    assert is_total("Total", "Total")
    assert is_total("", "All respondents")
    assert not is_total("Sex", "Total")
    assert not is_total("", "Men")


def test_wrong_names_are_told():
    with pytest.raises(CodebookError, match="has no codebook, so printed labels"):
        Labels(ws.Codebook([]))
    with pytest.raises(
        OptionError, match=r"ties .Q1. to .redy., which is not in the codebook\. Did"
    ):
        Labels(CODEBOOK, {"Q1": "redy"})
    with pytest.raises(OptionError, match="which no table prints as a title, stub or banner"):
        Labels(CODEBOOK, {"Nearness": "ready"}).check_given(["Health"])
