from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.random_reports import random_report
from tests.tiny_reports import NOT_WORKING, tiny_report
from welfarestats.errors import OptionError
from welfarestats.published.deducing import DisclosureCheck, disclosure_check, disclosure_text
from welfarestats.published.report import load_report

#: The first three allow the bases 39, 50, 59 and 61, the others 35 to 38, 61 and 62.
SIXTY_ONE = [
    "a: want,all,,Yes,percent,54",
    "b: want,all,,Perhaps,percent,36",
    "c: want,all,,No,percent,10",
    "d: mood,not_working,,Good,percent,89",
    "e: mood,not_working,,Bad,percent,3",
]


def checked(
    folder: Path,
    numbers: Sequence[str],
    *,
    base: int = 100,
    weights: str = "",
    spec: str = "",
    ranges: bool = False,
) -> DisclosureCheck:
    return disclosure_check(
        tiny_report(folder, numbers, base=base, weights=weights, spec=spec), ranges=ranges
    )


def known(check: DisclosureCheck) -> dict[str, int | None]:
    return {one.cell.words(): one.solved.low for one in check.cells if one.unique}


def test_the_fourth_cell_of_a_table_follows_from_its_margins_and_one_cell(tmp_path: Path):
    numbers = [
        "a: benefit,all,,UC,count,60",
        "b: mood,all,,Good,count,70",
        "c: mood,all,,Bad,count,30",
        "d: mood,all,benefit=UC,Good,count,57",
    ]
    found = known(checked(tmp_path, numbers))
    assert found["mood: Bad; benefit: UC"] == 3
    assert found["mood: Good; benefit: ESA"] == 13
    assert found["mood: Bad; benefit: ESA"] == 27


def test_margins_alone_do_not_tell_a_cell_unless_one_is_empty(tmp_path: Path):
    numbers = [
        "a: mood,all,,Good,count,70",
        "b: mood,all,,Bad,count,30",
        "c: mood,all,benefit=UC,,base,60",
    ]
    found = known(checked(tmp_path / "margins", numbers))
    assert "mood: Good; benefit: UC" not in found
    found = known(checked(tmp_path / "empty", [*numbers, "d: mood,all,benefit=UC,Bad,count,0"]))
    assert found["mood: Good; benefit: UC"] == 60


def test_the_rest_of_a_printed_count_is_known_with_the_numbers_it_follows_from(tmp_path: Path):
    check = checked(tmp_path, ["a: benefit,all,,UC,count,97"])
    (one,) = check.small
    assert str(one) == "s; benefit: ESA: 3 people, from a (line 1)"
    frame = check.to_frame().set_index("category")
    assert frame.loc["ESA", ["low", "high", "unique", "small"]].tolist() == [3, 3, True, True]
    assert frame.loc["ESA", "items"] == ("a",)
    assert not frame.loc["ESA", "printed"]
    assert frame.loc["UC", "printed"]
    assert not frame.loc["UC", "small"]


def test_the_difference_of_two_bases_is_a_group(tmp_path: Path):
    numbers = ["a: ,all,,,base,17", "b: ,not_working,,,base,14", "c: work,all,,,base,17"]
    check = checked(tmp_path, numbers, base=17, spec=NOT_WORKING)
    assert known(check)["work: Yes"] == 3
    assert "s; work: Yes: 3 people, from b (line 2) and c (line 3)" in check.summary()


def test_who_did_not_know_is_the_difference_of_a_group_and_its_base(tmp_path: Path):
    numbers = ["a: benefit,all,,UC,count,50", "b: work,all,benefit=UC,,base,49"]
    check = checked(tmp_path, numbers)
    assert [str(one) for one in check.small] == [
        "s; work: Don't know; benefit: UC: 1 person, from a (line 1) and b (line 2)"
    ]


def test_a_percentage_of_a_small_base_is_a_number_of_people_unless_it_is_weighted(tmp_path: Path):
    numbers = ["a: work,all,,Yes,percent,24", "b: work,all,,,base,17"]
    assert known(checked(tmp_path / "plain", numbers, base=17))["work: Yes"] == 4
    weighted = known(checked(tmp_path / "weighted", numbers, base=17, weights="sample"))
    assert "work: Yes" not in weighted
    assert weighted["base of work"] == 17


def test_of_a_weighted_survey_only_the_printed_bases_are_known(tmp_path: Path):
    numbers = [
        "a: work,all,,,base,90",
        "b: work,all,,Yes,percent,40",
        "c: mood,all,benefit=UC,Good,percent,30",
        "d: mood,all,benefit=UC,Bad,percent,60",
    ]
    check = checked(tmp_path, numbers, weights="sample")
    assert known(check) == {"all respondents": 100, "base of work": 90, "work: Don't know": 10}


def test_whole_numbers_tell_a_base_that_no_fraction_would(tmp_path: Path):
    check = checked(tmp_path, SIXTY_ONE, base=62, spec=NOT_WORKING)
    assert known(check)["not_working"] == 61
    assert "s; want: No: 6 people" in check.summary().splitlines()[-1]


def test_what_was_not_named_is_the_rest_of_a_multiple_response(tmp_path: Path):
    check = checked(tmp_path, ["a: help,all,,,base,20", "b: help,all,,Form,count,18"])
    assert known(check)["help: not Form"] == 2


def test_the_option_of_a_net_that_no_number_names_may_follow(tmp_path: Path):
    numbers = ["a: help,all,,Form,count,0", "b: help,all,,Form or call,count,4"]
    assert known(checked(tmp_path, numbers))["help: Call"] == 4


def test_a_net_whose_answers_are_known_says_nothing_more(tmp_path: Path):
    numbers = ["a: want,all,,Yes,count,2", "b: want,all,,Perhaps,count,3"]
    cells = {one.cell.words(): one for one in checked(tmp_path, numbers).cells}
    net = cells["want: Yes or perhaps"]
    assert net.unique
    assert net.follows
    assert not net.deduced


def test_limits_are_looked_for_only_when_asked(tmp_path: Path):
    numbers = ["a: mood,all,benefit=UC,,base,60", "b: mood,all,,Good,count,70"]
    numbers += ["c: mood,all,,Bad,count,30"]
    cell = "variable == 'mood' and category == 'Good' and group == 'benefit=UC'"
    unasked = checked(tmp_path / "unasked", numbers).to_frame().query(cell)
    assert unasked[["low", "high"]].isna().all(axis=None)
    asked = checked(tmp_path / "asked", numbers, ranges=True).to_frame().query(cell)
    assert asked[["low", "high", "unique", "exact"]].to_numpy().tolist() == [[30, 60, False, True]]


def test_numbers_that_others_contradict_are_left_out_and_named(tmp_path: Path):
    numbers = ["a: benefit,all,,UC,count,97", "b: benefit,all,,ESA,count,5"]
    check = checked(tmp_path, numbers)
    assert check.left_out == ("a (line 1)",)
    assert "Not used, as others contradict them: a (line 1)." in check.summary()
    assert known(check)["benefit: UC"] == 95


def test_a_few_lines_say_what_follows_and_how_much_more_there_is(tmp_path: Path):
    numbers = ["a: benefit,all,,UC,count,95", "b: work,all,,,base,97", "c: mood,all,,Good,count,6"]
    check = checked(tmp_path, numbers)
    first, *lines = disclosure_text(check, most=1).splitlines()
    assert first == (
        f"tiny: what a reader can rebuild from the printed numbers. Of {len(check.cells)} joint "
        f"cells of people 7 can have only one value: 4 are printed, 3 follow from others."
    )
    assert lines == [
        "Not printed, but known to be fewer than 10 people:",
        "  s; work: Don't know: 3 people, from b (line 2)",
        "  and 1 more, in ws.disclosure_check(report).",
        "Printed, and 1 to 9 people: 1 cell.",
    ]


def test_nothing_small_is_said_to_be_nothing(tmp_path: Path):
    text = checked(tmp_path, ["a: benefit,all,,UC,count,60"]).summary()
    assert "No cell of 1 to 9 people follows that is not printed." in text


def test_a_threshold_below_one_is_refused(tmp_path: Path):
    report = tiny_report(tmp_path, ["a: work,all,,Yes,percent,40"])
    with pytest.raises(OptionError, match="below must be at least 1, found 0"):
        disclosure_check(report, below=0)


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_what_is_called_unique_is_true_of_the_people_a_report_was_printed_from(
    seed: int, tmp_path: Path
):
    report, people, _ = random_report(tmp_path, seed, size=30, questions=2)
    check = disclosure_check(report)
    assert any(one.unique for one in check.cells)
    for one in check.cells:
        cell = one.cell
        where = people.populations[cell.population]
        inside = people.inside(where, tuple(cell.group.items()))
        if cell.variable:
            question = people.questions[cell.variable]
            label = cell.category.removeprefix("not ")
            if cell.category.startswith("not "):
                inside = inside & question.valid & ~question.gave(label)
            else:
                inside = inside & (question.gave(label) if label else question.valid)
        if one.unique:
            assert int(inside.sum()) == one.solved.low, cell.words()


@pytest.mark.parametrize(
    ("variable", "category", "people"),
    [
        ("could_refer", "No", 1),  # 61 alone gives 89, 3, 54, 36 and 10 per cent
        ("view_on_steps", "Unsure to all of the statements", 1),  # 54 less 53
        ("ehd_discussed", "No", 2),  # 82 per cent of 62 is 51; 96 per cent of 51 is 49
        ("honest_and_open", "Did not agree or strongly agree", 3),  # 82 less 79
        ("matched_to_previous_scores", "Not matched", 6),  # 34 less 28
    ],
)
def test_the_small_numbers_of_the_early_health_discussion(
    variable: str, category: str, people: int, ehd: DisclosureCheck
):
    found = {(one.cell.variable, one.cell.category): one.solved.low for one in ehd.small}
    assert found[variable, category] == people


@pytest.fixture(scope="module")
def ehd() -> DisclosureCheck:
    return disclosure_check(load_report("ehd-2025"))


def test_of_the_health_and_work_conversation_only_who_did_not_know_follows():
    check = disclosure_check(load_report("hwc-2021"))
    found = {one.cell.words(): one.solved.low for one in check.small}
    assert (
        found.items()
        >= {
            "condition_count: Don't know; benefit: UC": 1,  # 500 less 499
            "limits_activities: Don't know; benefit: ESA": 3,  # 506 less 503
            "limits_activities: Don't know; benefit: UC": 4,  # 500 less 496
            "main_area: Don't know; benefit: ESA": 9,  # 506 less 497
        }.items()
    )
    assert all("Don't know" in words for words in found)


def test_of_the_personal_support_package_nothing_small_follows():
    assert disclosure_check(load_report("psp-2021")).small == ()
