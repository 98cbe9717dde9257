from __future__ import annotations

import pytest

from welfarestats.errors import OptionError
from welfarestats.published.feasibility import candidate_bases
from welfarestats.published.printed import prints_as
from welfarestats.published.report import load_report

#: Printed percentages of populations of the EHD whose base is not printed, the largest base that
#: the report allows, and the answers of which everyone gave one.
EHD = {
    ("wave1", "customers"): (["91", "79", "88", "59", "88", "89", "95"], 82, []),
    ("advisers", "could_refer"): (["89", "3", "54", "36", "10"], 62, [["54", "36", "10"]]),
    ("advisers", "sees_customers_during"): (["96"], 51, []),
    ("advisers", "sets_conditionality"): (["67"], 54, []),
    ("advisers", "asked_ehd_helps"): (["90"], 62, []),
    ("advisers", "asked_without_ehd"): (["13", "19"], 62, []),
}


def by_trying(percentages: list[str], maximum: int) -> list[int]:
    return [
        base
        for base in range(1, maximum + 1)
        if all(
            any(prints_as(100 * count / base, printed) for count in range(base + 1))
            for printed in percentages
        )
    ]


@pytest.mark.parametrize("percentages", [["67"], ["13", "19"], ["33.3"], ["*"], ["0", "100"]])
def test_the_bases_are_those_found_by_trying_every_count(percentages: list[str]):
    assert candidate_bases(percentages, 80) == by_trying(percentages, 80)


def test_parts_of_a_whole_must_add_up_to_the_base():
    assert candidate_bases(["50", "33"], 10) == [6]
    assert candidate_bases(["50", "33"], 10, partitions=[["50", "33"]]) == []
    assert candidate_bases(["33", "67"], 4, partitions=[["33", "67"]]) == [3]


def test_no_base_gives_percentages_that_cannot_be():
    assert candidate_bases(["50", "50", "50"], 60, partitions=[["50", "50", "50"]]) == []


def test_a_base_below_one_is_refused():
    with pytest.raises(OptionError, match="minimum must be at least 1, found 0"):
        candidate_bases(["50"], 10, 0)


@pytest.mark.parametrize(("survey", "population"), EHD)
def test_the_recorded_candidates_are_all_that_the_printed_percentages_allow(
    survey: str, population: str
):
    percentages, maximum, partitions = EHD[survey, population]
    recorded = load_report("ehd-2025").specification(survey).populations[population]
    found = tuple(candidate_bases(percentages, maximum, partitions=partitions))
    assert recorded.base in found
    if population != "sees_customers_during":  # its base is a printed percentage of the 62
        assert recorded.candidate_bases == found


@pytest.mark.parametrize(("survey", "population"), EHD)
def test_the_percentages_of_a_population_are_those_transcribed(survey: str, population: str):
    transcribed = [
        number.printed
        for number in load_report("ehd-2025").numbers
        if (number.survey, number.population, number.statistic) == (survey, population, "percent")
    ]
    assert sorted(transcribed) == sorted(EHD[survey, population][0])


def test_eighty_two_per_cent_of_sixty_two_is_fifty_one_people():
    counts = [count for count in range(63) if prints_as(100 * count / 62, "82")]
    recorded = load_report("ehd-2025").specification("advisers").populations
    assert recorded["sees_customers_during"].candidate_bases == tuple(counts) == (51,)
