from __future__ import annotations

import math

from welfarestats.published.evidence import Fact
from welfarestats.published.passages import read_passages
from welfarestats.published.prose_findings import KINDS_OF_FINDING, Checked, cell_words

FACT = Fact("T", "mood", "Happy", "county", "Kent", "percent", 59.96, base=200, letters="B")
(PASSAGE,) = read_passages("In Kent, 60 per cent were happy.")


def checked(status: str, **more: str) -> Checked:
    return Checked(PASSAGE, 9, 20, "percent", status, "Why.", FACT, PASSAGE.text, **more)


def test_a_cell_in_words_has_place_value_base_and_letters():
    assert cell_words(FACT) == "T; mood = Happy; county = Kent: 60 per cent, base 200, letters B"


def test_only_the_kinds_of_finding_are_faults():
    assert not checked("tied").fault
    assert not checked("not checked").fault
    assert all(checked(kind).fault for kind in KINDS_OF_FINDING)


def test_a_row_names_the_cell_or_leaves_it_empty():
    row = checked("tied").row()
    assert (row["words"], row["line"], row["stub"], row["base"]) == ("60 per cent", 1, "mood", 200)
    nothing = Checked(PASSAGE, 9, 20, "percent", "found nowhere", "Why.").row()
    assert nothing["stub"] == ""
    assert math.isnan(float(str(nothing["value"])))


def test_a_comment_tells_the_finding_first_and_the_test_last():
    assert checked("tied").comment() == "Why."
    told = checked("not significant", result="not significant, p = 0.300").comment()
    assert told == "Not significant. Why.\nTest: not significant, p = 0.300."
