from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_reports import COUNTED, tiny_report

from welfarestats.published.assignment import Assignment
from welfarestats.published.feasibility import statements_of
from welfarestats.published.outlook import Target
from welfarestats.published.people import People
from welfarestats.published.rules import mention_counts
from welfarestats.published.specification import Recipe

NODES = 200
WEIGHTS = np.tile([0.5, 1.0, 1.5, 1.0], 25)
FORM, CALL, PLAN, NONE, UNSURE = range(5)
IMPLIED = '[[implications.s]]\nif = { benefit = ["UC"] }\nthen = { mood = ["Good"] }\n'


class Dealer:
    """A question of a tiny report about to be dealt to people who know their benefit and work."""

    def __init__(
        self,
        folder: Path,
        name: str,
        numbers: list[str],
        *,
        asked: np.ndarray | None = None,
        weights: np.ndarray | None = None,
        spec: str = "",
    ) -> None:
        kind = "sample" if weights is not None else ""
        report = tiny_report(folder, numbers, weights=kind, spec=spec)
        self.survey, self.codebook = report.specification("s"), report.codebook("s")
        self.people = People(self.codebook, np.ones(100) if weights is None else weights)
        self.people.position["benefit"] = np.repeat([0, 1], 50)
        self.people.position["times"] = np.tile([0, 1, 2, 1], 25)
        everyone = np.arange(100) if asked is None else asked
        recipe = self.survey.recipe or Recipe()
        self.assignment = Assignment(self.codebook[name], self.people, everyone, recipe)
        for statement in statements_of(report, "s"):
            if statement.number.variable == name:
                self.assignment.meet(statement)

    def answers(self, shares: list[float], seed: int = 1) -> np.ndarray:
        found = self.assignment.solve(np.array(shares), np.random.default_rng(seed), NODES)
        assert found is not None
        return found


THIRDS = [1 / 3] * 3
HALVES = [0.5] * 5


def test_everyone_asked_gives_one_answer_of_a_single_question(tmp_path: Path):
    answers = Dealer(tmp_path, "mood", [], asked=np.arange(0, 100, 2)).answers(THIRDS)
    assert answers.shape == (3, 50)
    assert (answers.sum(axis=0) == 1).all()


def test_a_count_is_met_to_a_person_and_a_percentage_as_it_prints(tmp_path: Path):
    numbers = ["good: mood,all,,Good,count,37", "bad: mood,all,,Bad,percent,22.0"]
    answers = Dealer(tmp_path, "mood", numbers).answers(THIRDS)
    assert answers.sum(axis=1).tolist() == [37, 22, 41]


def test_weighted_percentages_are_of_weights(tmp_path: Path):
    numbers = ["good: mood,all,,Good,percent,37", "uc: mood,all,benefit=UC,Good,percent,51"]
    answers = Dealer(tmp_path, "mood", numbers, weights=WEIGHTS).answers(THIRDS)
    assert 36.5 <= WEIGHTS[answers[0]].sum() < 37.5
    first = answers[0, :50]
    assert 50.5 <= 100 * WEIGHTS[:50][first].sum() / WEIGHTS[:50].sum() < 51.5


def test_means_are_of_those_with_a_score(tmp_path: Path):
    numbers = ["mean: mood,all,,,mean,2.50", "base: mood,all,,Neither,count,20"]
    good, bad, neither = Dealer(tmp_path, "mood", numbers).answers(THIRDS).sum(axis=1)
    assert neither == 20
    assert 2.495 <= (3 * good + bad) / (good + bad) < 2.505


def test_a_sum_adds_scores_by_weight(tmp_path: Path):
    numbers = ["sum: mood,all,,,sum,150"]
    answers = Dealer(tmp_path, "mood", numbers, weights=WEIGHTS).answers(THIRDS)
    assert 149.5 <= 3 * WEIGHTS[answers[0]].sum() + WEIGHTS[answers[1]].sum() < 150.5


def test_a_mark_for_less_than_a_half_is_somebody(tmp_path: Path):
    numbers = ["star: mood,all,,Good,percent,*"]
    light = np.where(np.arange(100) < 50, 0.3, 1.7)
    answers = Dealer(tmp_path, "mood", numbers, weights=light).answers([0.001, 0.5, 0.499])
    assert answers[0].sum() == 1
    assert light[answers[0]].sum() == pytest.approx(0.3)


def test_what_no_whole_people_can_give_is_not_found(tmp_path: Path):
    numbers = ["good: mood,all,,Good,percent,50.5", "bad: mood,all,,Bad,percent,50.5"]
    assert (
        Dealer(tmp_path, "mood", numbers).assignment.solve(
            np.array(THIRDS), np.random.default_rng(1), NODES
        )
        is None
    )


def test_bases_and_weighted_bases_leave_out_who_gave_no_answer(tmp_path: Path):
    numbers = ["base: work,all,,,base,91", "weighted: work,all,,,weighted_base,90.5"]
    answers = Dealer(tmp_path, "work", numbers, weights=WEIGHTS).answers([0.5, 0.4, 0.1])
    assert answers[:2].sum() == 91
    assert WEIGHTS[answers[:2].any(axis=0)].sum() == 90.5


# ---------------------------------------------------------------- options


def test_an_exclusive_or_a_missing_option_goes_with_no_other(tmp_path: Path):
    numbers = ["none: help,all,,None of these,percent,30", "base: help,all,,,base,90"]
    answers = Dealer(tmp_path, "help", numbers).answers(HALVES)
    named = answers.sum(axis=0)
    assert answers[UNSURE].sum() == 10
    assert answers[NONE].sum() == 27
    assert (named[answers[NONE] | answers[UNSURE]] == 1).all()
    assert (named >= 1).all()  # who named nothing says so


def test_a_net_is_whoever_named_one_of_its_options(tmp_path: Path):
    numbers = [
        "form: help,all,,Form,percent,30",
        "call: help,all,,Call,percent,40",
        "net: help,all,,Form or call,percent,45",
        "base: help,all,,,base,100",
    ]
    answers = Dealer(tmp_path, "help", numbers).answers(HALVES)
    assert answers[[FORM, CALL]].sum(axis=1).tolist() == [30, 40]
    assert answers[[FORM, CALL]].any(axis=0).sum() == 45


def test_those_who_named_both_of_two_are_counted(tmp_path: Path):
    number = "both: help,all,help=Form,Call,count,13"
    answers = Dealer(tmp_path, "help", [number]).answers(HALVES)
    assert (answers[FORM] & answers[CALL]).sum() == 13


def test_mentions_are_as_many_as_another_question_says(tmp_path: Path):
    dealer = Dealer(tmp_path, "help", [], spec=COUNTED)
    (count,) = mention_counts(dealer.survey, dealer.codebook)
    dealer.assignment.count_mentions(count)
    named = dealer.answers(HALVES)[[FORM, CALL, PLAN]].sum(axis=0)
    times = dealer.people.position["times"]
    assert (named[times == 0] == 0).all()
    assert (named[times == 1] == 1).all()
    assert (named[times == 2] >= 2).all()


# ---------------------------------------------------------------- what is asked for beside numbers


def test_an_implication_holds_for_each_person(tmp_path: Path):
    dealer = Dealer(tmp_path, "mood", ["good: mood,all,,Good,count,60"], spec=IMPLIED)
    dealer.assignment.imply(dealer.survey.implications[0], dealer.codebook)
    answers = dealer.answers(THIRDS)
    assert answers[0, :50].all()
    assert answers[0].sum() == 60


def test_an_implication_holds_whichever_side_is_dealt_later(tmp_path: Path):
    dealer = Dealer(tmp_path, "benefit", [], spec=IMPLIED)
    dealer.people.forget("benefit")
    dealer.people.position["mood"] = np.tile([0, 1], 50)
    dealer.assignment.imply(dealer.survey.implications[0], dealer.codebook)
    answers = dealer.answers([0.9, 0.1])
    assert not answers[0, 1::2].any()
    assert answers[0, ::2].any()


def test_an_implication_waits_for_all_its_questions(tmp_path: Path):
    dealer = Dealer(tmp_path, "benefit", [], spec=IMPLIED)
    before = len(dealer.assignment.rows)
    dealer.assignment.imply(dealer.survey.implications[0], dealer.codebook)
    assert len(dealer.assignment.rows) == before


def test_targets_are_met_to_a_person_where_they_can_be(tmp_path: Path):
    dealer = Dealer(tmp_path, "mood", ["good: mood,all,,Good,count,40"], weights=WEIGHTS)
    uc = {("benefit", None): frozenset([0]), ("mood", None): frozenset([0])}
    dealer.assignment.aim([Target(uc, 30, 27)], near=0.5)
    answers = dealer.answers(THIRDS)
    assert answers[0].sum() == 40
    assert answers[0, :50].sum() == 30
    assert WEIGHTS[:50][answers[0, :50]].sum() == pytest.approx(27, abs=0.5)


def test_a_target_gives_way_to_a_published_number(tmp_path: Path):
    dealer = Dealer(tmp_path, "mood", ["good: mood,all,,Good,count,40"])
    dealer.assignment.aim([Target({("mood", None): frozenset([0])}, 55, 55)], near=0.5)
    assert dealer.answers(THIRDS)[0].sum() == 40


# ---------------------------------------------------------------- chance


def test_who_gives_an_answer_is_drawn(tmp_path: Path):
    dealer = Dealer(tmp_path, "mood", ["good: mood,all,,Good,count,50"])
    one, again, two = (dealer.answers(THIRDS, seed)[0] for seed in (1, 1, 2))
    assert (one == again).all()
    assert one.sum() == two.sum() == 50
    # Of 50 of 100 about 25 are drawn twice: more than five standard errors from nobody and all.
    assert 12 <= (one & two).sum() <= 38


def test_answers_are_drawn_in_their_shares_where_no_number_binds(tmp_path: Path):
    counts = Dealer(tmp_path, "mood", []).answers([0.7, 0.2, 0.1]).sum(axis=1)
    assert (np.abs(counts - [70, 20, 10]) < 4 * np.sqrt([21, 16, 9])).all()


def test_options_are_drawn_apart(tmp_path: Path):
    answers = Dealer(tmp_path, "help", []).answers([0.5, 0.5, 0.5, 0.01, 0.01])
    related = np.corrcoef(answers[[FORM, CALL, PLAN]]) - np.eye(3)
    assert np.abs(related).max() < 0.45
