from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import write_claims, write_toy

from welfarestats.errors import ReportError
from welfarestats.published.report import Report, load_report
from welfarestats.published.sides import Comparison, comparisons_of, parse_group


def claiming(folder: Path, *rows: dict[str, str]) -> Report:
    """A toy report that makes some claims: a row that is right, with other words where given."""
    write_toy(folder)
    write_claims(folder, ({"claim": "c"} | row for row in rows or ({},)))
    return load_report(folder)


def read_one(folder: Path, **words: str) -> Comparison:
    (one,) = comparisons_of(claiming(folder, words))
    return one


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("age=16 to 24", ("all", {"age": "16 to 24"})),
        ("seen: age=16 to 24 & sex=Female", ("seen", {"age": "16 to 24", "sex": "Female"})),
        ("help=Form & paper & age=Old", ("all", {"help": "Form & paper", "age": "Old"})),
        ("kind=ESA: About Me", ("all", {"kind": "ESA: About Me"})),
        ("scale=a=b", ("all", {"scale": "a=b"})),
        ("seen", ("seen", {})),
        ("ESA: About Me", None),
        ("ESA", None),
        ("any other area", None),
        ("age=Young & ESA=", None),
    ],
)
def test_groups_are_parsed(text: str, found: object):
    assert parse_group(text, ["all", "seen"]) == found


def test_a_side_knows_its_people_and_who_of_them_answered(tmp_path: Path):
    one = read_one(tmp_path, group_a="seen: benefit=UC", group_b="seen: benefit=ESA")
    assert one.problem == ""
    assert one.printed == ("60", "40")
    a, b = one.sides
    assert a.people == {("seen", None): {0}, ("benefit", None): {0}}
    assert a.whole == a.people | {("mood", None): {0, 1, 2, 3}}
    assert b.people[("benefit", None)] == {1}


def test_answers_of_the_same_people_are_no_two_groups(tmp_path: Path):
    one = read_one(tmp_path, outcome="which answer", group_a="mood=Good", group_b="mood=Bad")
    assert "the same" in one.problem
    assert one.sides is None


def test_groups_in_words_may_overlap(tmp_path: Path):
    assert "in words only" in read_one(tmp_path, group_b="Everyone else").problem


@pytest.mark.parametrize(
    ("group_a", "group_b", "apart"),
    [
        ("benefit=UC", "benefit=ESA", True),
        ("mood=Good or middling", "mood=Bad", True),
        ("mood=Good or middling", "mood=Middling", False),
        ("seen: benefit=UC", "benefit=ESA", True),
        ("benefit=UC & seen=Yes", "benefit=ESA & seen=Yes", True),
        ("benefit=UC", "seen=Yes", False),
        ("benefit=UC", "all", False),
        ("help=Form", "help=Call", False),
        ("help=Form or call", "help=None of these", True),
        ("barriers=No barrier", "barriers=Care", True),
        ("barriers=Health", "barriers=Care", False),
        ("seen", "seen=No", True),
    ],
)
def test_only_different_answers_to_one_single_question_are_apart(
    tmp_path: Path, group_a: str, group_b: str, apart: bool
):
    one = read_one(tmp_path, group_a=group_a, group_b=group_b)
    assert (one.problem == "") == apart
    if not apart:
        assert "may overlap by an unknown number" in one.problem


def test_a_percentage_may_be_printed_elsewhere(tmp_path: Path):
    one = read_one(
        tmp_path,
        outcome="mood=Good or middling",
        group_a="benefit=UC",
        percent_a="",
        group_b="benefit=ESA",
    )
    assert one.printed == ("90", "40")
    assert [number.item for number in one.sources] == ["mood-net-uc"]


def test_a_percentage_of_other_people_is_not_borrowed(tmp_path: Path):
    one = read_one(tmp_path, outcome="mood=Good", percent_a="")
    assert one.printed is None
    assert one.problem == "The percentage of benefit=UC is not printed."
    neither = read_one(tmp_path, percent_a="", percent_b="")
    assert neither.problem == "Neither percentage is printed."


def test_an_outcome_in_words_has_no_percentage_elsewhere(tmp_path: Path):
    one = read_one(tmp_path, outcome="In a good mood", percent_a="")
    assert one.sides[0].outcome is None
    assert one.printed is None


def test_a_percentage_printed_with_two_values_is_none(tmp_path: Path):
    claiming(tmp_path, {"outcome": "mood=Good or middling", "percent_a": ""})
    again = "mood-net-uc-again,visits,mood,all,benefit=UC,Good or middling,percent,91,91,29,\n"
    with (tmp_path / "published.csv").open("a", encoding="utf-8") as published:
        published.write(again)
    (one,) = comparisons_of(load_report(tmp_path))
    assert one.printed is None
    assert "different values: 90 (line 19) and 91 (line 29)" in one.problem


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"group_a": "benefit=UB"}, "no answer 'UB'"),
        ({"group_a": "benefits=UC"}, "Did you mean 'benefit'"),
        ({"group_a": "sean: benefit=UC"}, "Did you mean 'seen'"),
        ({"outcome": "mood=Goodish"}, "no answer 'Goodish'"),
        ({"percent_b": "140"}, "between 0 and 100"),
    ],
)
def test_what_does_not_exist_is_named_with_its_line(
    tmp_path: Path, words: dict[str, str], message: str
):
    with pytest.raises(ReportError, match=r"claims.csv, claim 'c' \(line 30\)") as caught:
        read_one(tmp_path, **words)
    assert message in str(caught.value)
