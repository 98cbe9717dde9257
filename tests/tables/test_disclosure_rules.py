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
    with pytest.raises(OptionError, match="threshold of a disclosure rule is -1, under 0"):
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
