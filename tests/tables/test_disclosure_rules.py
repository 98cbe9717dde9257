"""Rules of disclosure control as data."""

import pytest

import welfarestats as ws
from welfarestats.errors import OptionError


def test_a_rule_needs_its_statement_of_risk():
    with pytest.raises(OptionError, match="has no statement of risk"):
        ws.DisclosureRule.named("threshold-10", statement=" ")


def test_a_rule_that_does_nothing_is_refused():
    with pytest.raises(OptionError, match="hides nothing and rounds nothing"):
        ws.DisclosureRule(statement="A risk.")


def test_a_rule_that_hides_states_how_far_limits_stay_apart():
    with pytest.raises(OptionError, match="needs protection= of 1 respondent or more, found 0"):
        ws.DisclosureRule(statement="A risk.", threshold=10)


def test_a_negative_number_and_an_unknown_name_are_refused():
    with pytest.raises(
        OptionError, match="threshold of a disclosure rule is a whole number of 0 or more, not -1"
    ):
        ws.DisclosureRule(statement="A risk.", threshold=-1)
    with pytest.raises(OptionError, match="Did you mean 'ons-10-5'"):
        ws.DisclosureRule.named("ons-105", statement="A risk.")


@pytest.mark.parametrize(
    ("name", "hidden", "shown"),
    [
        ("threshold-10", [(1, 50), (9, 50)], [(0, 50), (10, 50), (50, 50)]),
        ("ons-10-5", [(0, 50), (9, 50)], [(10, 50), (50, 50)]),
        ("group-disclosure", [(0, 17), (1, 17), (16, 17), (17, 17)], [(2, 17), (15, 17)]),
    ],
)
def test_named_rules_hide_what_they_say(name, hidden, shown):
    rule = ws.DisclosureRule.named(name, statement="A risk.")
    assert all(rule.reason(*one).startswith("primary: ") for one in hidden)
    assert all(rule.reason(*one) == "" for one in shown)


def test_zeros_can_be_declared_safe_and_the_reason_never_tells_the_count():
    rule = ws.DisclosureRule.named("ons-10-5", statement="A risk.", zeros="safe")
    assert rule.reason(0, 50) == ""
    assert rule.reason(3, 50) == rule.reason(9, 50) == "primary: count of 1 to 9"
    assert rule.words() == (
        "Counts of 1 to 9 respondents are hidden. Counts and bases are rounded to multiples of 5."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": "10"}, "threshold of a disclosure rule is a whole number of 0 or more, not"),
        ({"threshold": 9.5}, "threshold of a disclosure rule is a whole number"),
        ({"all_but": -2}, "all_but of a disclosure rule is a whole number of 0 or more, not -2"),
        (
            {"protection": float("nan")},
            "protection of a disclosure rule is a number of respondents",
        ),
        ({"controlled": True}, "with rounding=0 and controlled=True rounds nothing"),
        ({"rounding": 1}, "with rounding=1 rounds nothing. Give the multiple"),
        ({"statement": None}, "has no statement of risk. Say in statement="),
        ({"treshold": 5}, "a part of a disclosure rule cannot be 'treshold'"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused_in_a_sentence(changes, said):
    given = {"statement": "A risk."} | changes
    with pytest.raises(OptionError, match=said):
        ws.DisclosureRule.named("threshold-10", **given)


def test_a_rule_without_a_statement_is_refused_however_it_is_made():
    named = ws.DisclosureRule.named
    for make in (lambda: named("threshold-10"), lambda: ws.DisclosureRule(threshold=5)):
        with pytest.raises(OptionError, match="a disclosure rule has no statement of risk"):
            make()
