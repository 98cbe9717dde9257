from __future__ import annotations

from pathlib import Path

import pytest
from toyreport import replace_in

from welfarestats.errors import ReportError
from welfarestats.published.reconstruction import numbers_to_meet
from welfarestats.published.report import load_report
from welfarestats.published.routing import Routes, people_of


def routes_of(folder: Path, survey: str = "visits") -> Routes:
    report = load_report(folder)
    return Routes(
        report.specification(survey), report.codebook(survey), numbers_to_meet(report, survey)
    )


def test_a_question_comes_after_the_one_that_leads_to_it(bare_toy: Path):
    order = routes_of(bare_toy).order
    assert order.index("seen") < order.index("help") < order.index("useful")
    assert order.index("barrier_count") < order.index("barriers")


def test_a_question_that_splits_every_count_has_no_branch(bare_toy: Path):
    assert "benefit" not in routes_of(bare_toy).order


def test_the_chain_holds_every_earlier_answer(bare_toy: Path):
    assert set(routes_of(bare_toy).chain("useful")) == {"seen", "help"}


def test_what_follows_from_the_route_says_nothing_new(bare_toy: Path):
    routes = routes_of(bare_toy)
    seen, plan = frozenset({0}), frozenset({2})
    assert routes.reduced({"seen": seen, "help": plan}) == {"help": plan}
    assert routes.reduced({"seen": seen}, given=routes.chain("help")) == {}
    assert routes.reduced({"benefit": frozenset({0})}) == {}


def test_a_number_about_fewer_people_splits_its_question(bare_toy: Path):
    branch = routes_of(bare_toy)["mood"]
    assert branch.parent == "seen"
    assert set(branch.parts) == {frozenset({0}), frozenset({1, 2})}


def test_a_question_that_counts_mentions_is_the_parent_of_the_mentions(bare_toy: Path):
    branch = routes_of(bare_toy)["barriers"]
    assert branch.parent == "barrier_count"
    assert branch.mentions[:3] == ((0, 0.0), (1, 1.0), (2, float("inf")))


def test_the_people_of_a_number_are_those_of_its_population_and_group(bare_toy: Path):
    report = load_report(bare_toy)
    number = next(n for n in report.numbers if n.item == "mood-net-seen-uc")
    people = people_of(number, report.specification("visits"), report.codebook("visits"))
    assert people == {"seen": frozenset({0}), "benefit": frozenset({0})}


def test_a_question_that_depends_on_two_others_asks_for_a_stratum(bare_toy: Path):
    replace_in(
        bare_toy / "codebook.toml",
        'label = "Mood"',
        'label = "Mood"\nasked_if = { seen = ["Yes"], barrier_count = ["One"] }',
    )
    with pytest.raises(ReportError, match=r"'mood' was asked depending on 'seen', 'barrier_count'"):
        routes_of(bare_toy)


def test_a_number_that_crosses_two_questions_asks_for_a_stratum(bare_toy: Path):
    replace_in(bare_toy / "published.csv", "mood,all,seen=Yes,", "mood,all,barriers=Health,")
    with pytest.raises(ReportError, match=r"mood-good-seen .*Name 'barriers' among the 'strata'"):
        routes_of(bare_toy)


def test_a_stratum_must_have_been_asked_of_everyone(bare_toy: Path):
    replace_in(bare_toy / "spec.toml", 'strata = ["benefit"]', 'strata = ["useful"]')
    with pytest.raises(ReportError, match="'useful' cannot split every count"):
        routes_of(bare_toy)


def test_mentions_are_counted_of_the_same_people(bare_toy: Path):
    replace_in(
        bare_toy / "codebook.toml",
        'label = "Number of barriers"',
        'label = "Number of barriers"\nasked_if = { seen = ["Yes"] }',
    )
    with pytest.raises(ReportError, match="were not asked of the same people"):
        routes_of(bare_toy)


def test_mentions_are_those_of_a_multiple_response(bare_toy: Path):
    replace_in(bare_toy / "spec.toml", 'of = "barriers"', 'of = "mood"')
    with pytest.raises(ReportError, match="'of' names a multiple response question"):
        routes_of(bare_toy)


def test_a_circle_of_questions_is_refused(bare_toy: Path):
    replace_in(
        bare_toy / "published.csv",
        "barriers-counted,visits,barrier_count,all,,,",
        "barriers-counted,visits,seen,all,mood=Good,,",
    )
    with pytest.raises(ReportError, match=r"'seen'.*|lead to each other in a circle"):
        routes_of(bare_toy)
