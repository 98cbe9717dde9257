from __future__ import annotations

from pathlib import Path

import pytest
from tiny_reports import tiny_report

from welfarestats.published.centring import Centre, centre_of
from welfarestats.published.feasibility import statements_of

EVERYONE = "all: ,all,,,weighted_base"
GROUP = "uc: ,all,benefit=UC,,weighted_base"
QUESTION = "benefit: benefit,all,,,weighted_base"


@pytest.fixture
def centre(tmp_path: Path):
    def found(*numbers: str, weights: str = "sample", **kwargs: str) -> Centre | None:
        report = tiny_report(tmp_path, numbers, weights=weights, **kwargs)
        statements = statements_of(report, "s")
        return centre_of(report.specification("s"), report.codebook("s"), statements)

    return found


def test_weights_of_a_sample_have_mean_one_as_far_as_rounded_ones_do(centre):
    assert centre() == Centre(1.0, 0.995, 1.005)


def test_the_weighted_base_of_everyone_says_what_weights_add_up_to(centre):
    assert centre(f"{EVERYONE},98") == Centre(1.0, 0.975, 0.985, printed=True)


def test_two_values_of_it_leave_both_possible(centre):
    assert centre(f"{EVERYONE},98", f"b{EVERYONE},97") == Centre(1.0, 0.965, 0.985, printed=True)


def test_weights_of_a_population_are_divided_by_their_mean(centre):
    found = centre(f"{EVERYONE},50000", weights="population")
    assert found == Centre(500.0, pytest.approx(0.99999), pytest.approx(1.00001), printed=True)


def test_without_the_size_of_the_population_nothing_is_known(centre):
    assert centre(weights="population") is None
    assert centre(f"{GROUP},20000", weights="population") is None


def test_weighted_bases_of_groups_alone_leave_the_mean_open(centre):
    assert centre(f"{GROUP},60") == Centre(1.0, 0.5, 2.0, printed=True)


def test_a_question_that_everyone_answered_is_everyone_but_not_where_records_have_blanks(centre):
    assert centre(f"{QUESTION},98") == Centre(1.0, 0.975, 0.985, printed=True)
    assert centre(f"{QUESTION},98", origin="collected") == Centre(1.0, 0.5, 2.0, printed=True)


def test_a_group_of_the_question_itself_is_not_everyone(centre):
    assert centre("uc: benefit,all,benefit=UC,,weighted_base,60") == Centre(
        1.0, 0.5, 2.0, printed=True
    )


def test_neither_is_a_population_chosen_by_the_question(centre):
    spec = '[populations.s.uc]\nlabel = "UC"\nwhere = { benefit = ["UC"] }\n'
    found = centre("uc: benefit,uc,,,weighted_base,60", spec=spec)
    assert found == Centre(1.0, 0.5, 2.0, printed=True)


@pytest.mark.parametrize("variable", ["work", "want", "help"])
def test_who_did_not_answer_or_was_not_asked_is_left_out(centre, variable: str):
    assert centre(f"b: {variable},all,,,weighted_base,90") == Centre(1.0, 0.5, 2.0, printed=True)


def test_before_any_number_is_asked_for_a_printed_mean_is_wide_open(centre):
    assert centre(f"{EVERYONE},98").at_all == (0.5, 2.0)
    assert centre().at_all == (0.995, 1.005)
