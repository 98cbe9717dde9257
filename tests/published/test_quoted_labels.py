from __future__ import annotations

import pytest

from welfarestats.published.quoted_labels import label_key, labels_quoted, without_labels

KNOWN = dict.fromkeys(
    [
        label_key("answer", "Better idea"),
        label_key("answer", "Fair"),
        label_key("column", "Fair"),
        label_key("column", "16 to 24"),
        label_key("question", "Duration (months, 12 max)"),
        label_key("banner", "Age in 2021"),
        label_key("aside", "region is North"),
        label_key("answer", "Failed to attend"),
    ]
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("recorded as “Fair”", (label_key("answer", "Fair"),)),
        ("those in “Fair”", (label_key("column", "Fair"),)),
        ('On "duration  (months, 12 max)", 7', (label_key("question", "Duration (months, 12 max)"),)),
        ("By ‘Age in 2021’, none", (label_key("banner", "Age in 2021"),)),
        ("The word 'Fair' stands alone", (label_key("answer", "Fair"), label_key("column", "Fair"))),
        ("respondents with “region is North”:", ()),
    ],
)  # fmt: skip
def test_a_quoted_label_names_what_the_words_before_it_say(text: str, names: tuple[str, ...]):
    (label,) = labels_quoted(text, KNOWN)
    assert label.names == names


def test_a_label_without_words_before_it_is_what_the_one_before_was():
    text = "Of all, 56 per cent mentioned “Better idea” and 33 per cent “Fair”."
    assert [one.names for one in labels_quoted(text, KNOWN)] == [
        (label_key("answer", "Better idea"),),
        (label_key("answer", "Fair"),),
    ]


def test_words_in_quotation_marks_that_are_no_label_stay():
    assert labels_quoted("One said “no better idea of 12 jobs”.", KNOWN) == ()
    assert labels_quoted("the customer's plan and the coach's plan", KNOWN) == ()


def test_a_label_that_stands_alone_with_its_number_needs_no_marks():
    (label,) = labels_quoted("Failed to attend 5%", KNOWN)
    assert label.names == (label_key("answer", "Failed to attend"),)
    assert labels_quoted("Failed to attend 5% in 3 of 4", KNOWN) == ()


def test_nothing_is_read_in_a_label_and_nothing_moves():
    text = "those in “16 to 24” (12 per cent)"
    plain = without_labels(text, labels_quoted(text, KNOWN))
    assert len(plain) == len(text)
    assert plain == "those in “xxxxxxxx” (12 per cent)"
