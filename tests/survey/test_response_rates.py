"""Rates made of outcomes."""

from __future__ import annotations

from welfarestats.survey.response_rates import OUTCOMES, rates_of


def rates(
    eligible_share: float | None = None, **counts: int
) -> dict[str, tuple[float | None, str]]:
    every = dict.fromkeys(OUTCOMES, 0) | counts
    return {one.rate: (one.value, one.message) for one in rates_of(every, eligible_share)}


def test_partials_and_unknown_eligibility_have_rates_only_where_there_are_any():
    assert "response with partials" not in rates(achieved=3, refused=1)
    assert "response, eligible estimated" not in rates(achieved=3, refused=1)
    made = rates(0.5, achieved=3, partial=1, unknown=2)
    assert made["response with partials"][0] == 4 / 6
    assert made["response, eligible estimated"][0] == 3 / 5


def test_a_share_of_nobody_is_missing_and_says_of_whom():
    made = rates(refused=0, ineligible=4)
    assert made["response"] == (None, "There are none issued less 4 screened out.")
    assert made["screened out"][0] == 1


def test_only_cases_of_unknown_eligibility_give_no_hint():
    made = rates(unknown=4)
    assert made["response, eligible estimated"] == (
        None,
        "Pass eligible_share: what share of the 4 of unknown eligibility are taken to be eligible.",
    )
    assert rates(0.0, unknown=4)["response, eligible estimated"][0] is None
    assert rates(0.5, unknown=4)["response, eligible estimated"][0] == 0
