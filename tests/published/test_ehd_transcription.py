"""The numbers of the Employment and Health Discussion stand, and fit, as the data says they do."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numerals
import pytest
from report_files import rows_of, toml_of

HOME = Path(__file__).parents[2]
FOLDER = HOME / "data" / "reports" / "ehd-2025"
LINES = (HOME / "tests" / "texts" / "ehd-2025.txt").read_text(encoding="utf-8").split("\n")
SURVEYS = ("referrals", "appointments", "wave1", "wave2", "practitioners", "advisers")


PUBLISHED = rows_of(FOLDER / "published.csv")
CLAIMS = rows_of(FOLDER / "claims.csv")
BY_ITEM = {row["item"]: row for row in PUBLISHED}
QUESTIONS = {(q["survey"], q["name"]): q for q in toml_of(FOLDER / "codebook.toml")["question"]}
SPECIFICATION = toml_of(FOLDER / "spec.toml")
POPULATIONS = SPECIFICATION["populations"]
COMPUTED = [row for row in PUBLISHED if row["statistic"] in ("percent", "count", "base")]
INFERRED = [
    (survey, name)
    for survey, populations in POPULATIONS.items()
    for name, population in populations.items()
    if population.get("base_status") == "inferred"
]


def labels_of(question: Mapping[str, Any]) -> set[str]:
    nets = {net["label"] for net in question.get("nets", [])}
    return nets | {category["label"] for category in question["categories"]}


def categories_of(question: Mapping[str, Any], label: str) -> set[str]:
    """The labels of the categories that a label stands for: itself, or those of a net."""
    codes = {c for net in question.get("nets", []) if net["label"] == label for c in net["codes"]}
    found = {c["label"] for c in question["categories"] if c["code"] in codes}
    return found or {label}


def value(item: str) -> int:
    return int(BY_ITEM[item]["value"])


def whole_numbers(percent: int, base: int) -> range:
    """The numbers of people of a base that are, half up, a whole per cent."""
    low, high = Fraction(2 * percent - 1, 200) * base, Fraction(2 * percent + 1, 200) * base
    return range(max(math.ceil(low), 0), min(math.ceil(high) - 1, base) + 1)


def can_add_up(base: int, percents: Sequence[int]) -> bool:
    ranges = [whole_numbers(percent, base) for percent in percents]
    return all(ranges) and sum(r[0] for r in ranges) <= base <= sum(r[-1] for r in ranges)


def percents_of(survey: str, population: str) -> list[int]:
    return [
        int(row["value"])
        for row in PUBLISHED
        if (row["survey"], row["population"], row["statistic"]) == (survey, population, "percent")
    ]


def test_every_printed_token_stands_on_its_line() -> None:
    for row in PUBLISHED:
        standing = numerals.tokens(LINES[int(row["line"]) - 1])
        assert set(numerals.tokens(row["printed"])) <= set(standing), row["item"]
        assert row["printed"] in LINES[int(row["line"]) - 1], row["item"]


def test_every_value_is_what_is_printed() -> None:
    for row in PUBLISHED:
        if row["statistic"] != "approximate":
            assert float(row["value"]) == numerals.number(row["printed"]), row["item"]


def test_approximate_values_are_the_shares_that_the_words_say() -> None:
    words = {
        "half": 50, "third": 33.3, "two thirds": 66.7, "three quarters": 75, "1 in 5": 20, "1 in 6": 16.7,
        "4 in 5": 80, "6 in 10": 60, "7 in 10": 70, "9 in 10": 90, "2": 2,
    }  # fmt: skip
    for row in PUBLISHED:
        if row["statistic"] == "approximate":
            assert float(row["value"]) == words[row["printed"].casefold()], row["item"]


def test_every_name_is_in_the_codebook_and_the_specification() -> None:
    for row in PUBLISHED:
        if not row["survey"]:
            assert row["statistic"] == "stated", row["item"]
            continue
        assert row["population"] in POPULATIONS[row["survey"]], row["item"]
        names = dict(part.split("=") for part in row["group"].split(" & ") if part)
        for name, label in names.items():
            assert label in labels_of(QUESTIONS[row["survey"], name]), row["item"]
        if row["variable"]:
            question = QUESTIONS[row["survey"], row["variable"]]
            assert not row["category"] or row["category"] in labels_of(question), row["item"]
        if row["statistic"] in ("percent", "count"):
            assert row["variable"], row["item"]
            assert row["category"], row["item"]


def test_every_question_has_a_published_number_or_leads_to_one_that_has() -> None:
    named = {(row["survey"], row["variable"]) for row in COMPUTED if row["variable"]}
    leading = {
        (survey, name)
        for survey, populations in POPULATIONS.items()
        for population in populations.values()
        for name in population.get("where", {})
    }
    assert named <= set(QUESTIONS)
    assert set(QUESTIONS) - named <= leading


def test_every_condition_names_a_question_and_its_answers() -> None:
    for survey, populations in POPULATIONS.items():
        for population in populations.values():
            for name, labels in population.get("where", {}).items():
                assert set(labels) <= labels_of(QUESTIONS[survey, name])
    for (survey, _), question in QUESTIONS.items():
        assert survey in SURVEYS
        for name, labels in question.get("asked_if", {}).items():
            assert set(labels) <= labels_of(QUESTIONS[survey, name])


def test_the_people_of_a_number_are_those_who_were_asked_its_question() -> None:
    for row in COMPUTED:
        if not row["variable"] or row["population"] == "not_completed":
            continue
        asked = QUESTIONS[row["survey"], row["variable"]].get("asked_if", {})
        where = POPULATIONS[row["survey"]][row["population"]].get("where", {})
        assert asked == where, row["item"]


def test_a_number_printed_twice_is_the_same_number() -> None:
    printed = defaultdict(set)
    for row in COMPUTED:
        key = tuple(row[c] for c in ("survey", "variable", "population", "group", "category"))
        printed[*key, row["statistic"]].add(row["value"])
    assert [key for key, values in printed.items() if len(values) > 1] == []


def test_every_printed_base_is_the_base_of_its_population() -> None:
    for row in COMPUTED:
        if row["statistic"] == "base":
            population = POPULATIONS[row["survey"]][row["population"]]
            assert int(row["value"]) == population["base"], row["item"]


def test_counts_and_percentages_agree_both_ways() -> None:
    found = defaultdict(dict)
    for row in COMPUTED:
        if row["statistic"] != "base" and not row["group"]:
            key = (row["survey"], row["variable"], row["population"], row["category"])
            found[key][row["statistic"]] = int(row["value"])
    pairs = {key: pair for key, pair in found.items() if len(pair) == 2}
    assert len(pairs) == 23
    for (survey, _, population, category), pair in pairs.items():
        base = POPULATIONS[survey][population]["base"]
        rounded = math.floor(Fraction(100 * pair["count"], base) + Fraction(1, 2))
        assert rounded == pair["percent"], category
        assert pair["count"] in whole_numbers(pair["percent"], base), category


def test_percentages_of_nets_agree_with_the_counts_of_their_figures() -> None:
    counts = {
        (row["survey"], row["variable"], row["category"]): int(row["value"])
        for row in PUBLISHED
        if row["statistic"] == "count" and row["item"].startswith("figure-")
    }
    checked = 0
    for row in COMPUTED:
        question = QUESTIONS.get((row["survey"], row["variable"]), {"categories": []})
        parts = categories_of(question, row["category"])
        keys = [(row["survey"], row["variable"], part) for part in parts]
        if row["category"] in parts or not all(key in counts for key in keys):
            continue
        total = sum(counts[key] for key in keys)
        base = POPULATIONS[row["survey"]][row["population"]]["base"]
        expected = total if row["statistic"] == "count" else Fraction(100 * total, base)
        assert math.floor(expected + Fraction(1, 2)) == int(row["value"]), row["item"]
        checked += 1
    assert checked == 9


def test_table_3_1_adds_up() -> None:
    for column in ("referrals", "completed", "fte"):
        rows = [r for r in PUBLISHED if re.fullmatch(rf"table-3\.1-.+-{column}", r["item"])]
        *offices, total = (Fraction(row["value"]) for row in rows)
        assert len(offices) == 13
        assert sum(offices) == total


def test_outcomes_add_up_to_the_referrals() -> None:
    outcome = {name: value(f"s3.1.6-{name}") for name in ("completed", "still", "not-completed")}
    assert sum(outcome.values()) == value("s3.1.6-referrals")
    reasons = ("unsuitable", "disengaged", "claim-closed")
    assert sum(value(f"s3.1.6-{name}") for name in reasons) == outcome["not-completed"]


def test_reasons_are_also_percentages_of_all_referrals() -> None:
    for name in ("unsuitable", "disengaged"):
        of_all = value(f"s3.1.7-{name}-percent")
        assert value(f"s3.1.6-{name}") in whole_numbers(of_all, value("s3.1.6-referrals"))


def test_every_complete_set_of_counts_adds_up_to_its_base() -> None:
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for row in PUBLISHED:
        if row["statistic"] == "count" and not row["group"]:
            key = (row["survey"], row["variable"], row["population"])
            counts[key][row["category"]] = int(row["value"])
    complete = 0
    for (survey, variable, population), found in counts.items():
        labels = [category["label"] for category in QUESTIONS[survey, variable]["categories"]]
        if set(labels) <= set(found):
            total = sum(found[label] for label in labels)
            assert total == POPULATIONS[survey][population]["base"], variable
            complete += 1
    assert complete == 28


def test_appointments_of_those_who_completed_are_those_attended() -> None:
    attended = sum(
        number * value(f"figure-3.2.1-{word}")
        for number, word in enumerate(
            ("one-appointment", "two-appointments", "three-appointments", "four-appointments"), 1
        )
    )
    assert attended == 650
    assert attended in whole_numbers(value("table-3.2.1-attended"), value("table-3.2.1-base"))


def candidates(survey: str, name: str) -> Iterable[int]:
    """Every base that the printed numbers of a population allow."""
    largest = POPULATIONS[survey]["all"]["base"]
    if name == "sees_customers_during":
        return list(whole_numbers(value("s3.3.5-appointments"), largest))
    if name == "not_always_ready":
        return [value("s3.2.4-engage-most") + value("s3.2.4-engage-some")]
    if name == "sets_conditionality":
        largest = POPULATIONS[survey]["sees_customers_after"]["base"]
    percents = percents_of(survey, name)
    together = [54, 36, 10] if name == "could_refer" else []
    return [
        base
        for base in range(1, largest + 1)
        if all(whole_numbers(percent, base) for percent in percents)
        and (not together or can_add_up(base, together))
    ]


@pytest.mark.parametrize(("survey", "name"), INFERRED)
def test_the_candidates_of_an_inferred_base_are_all_that_the_numbers_allow(
    survey: str, name: str
) -> None:
    population = POPULATIONS[survey][name]
    if name == "scheduled":
        assert population["candidate_bases"] == "all from 748"
        parts = [83, 10, 3, 5]
        assert all(can_add_up(base, parts) for base in range(748, 2000))
    else:
        assert population["candidate_bases"] == candidates(survey, name)
        assert population["base"] in population["candidate_bases"]


def test_the_face_to_face_appointments_can_be_their_two_kinds() -> None:
    kinds = [whole_numbers(percent, 748) for percent in (10, 3)]
    both = range(kinds[0][0] + kinds[1][0], kinds[0][-1] + kinds[1][-1] + 1)
    assert set(both) & set(whole_numbers(13, 748))


def test_no_number_of_those_who_see_customers_afterwards_is_90_per_cent() -> None:
    assert not whole_numbers(value("s3.3.6-helps"), value("figure-3.2.6-base"))


def test_every_comparison_stands_on_its_line_and_goes_the_way_it_says() -> None:
    for row in CLAIMS:
        assert row["survey"] in SURVEYS
        assert row["claimed"] == "none", "the report states no test"
        standing = numerals.tokens(LINES[int(row["line"]) - 1])
        if row["percent_a"]:
            printed = {r["value"] for r in PUBLISHED if r["survey"] == row["survey"]}
            assert row["percent_a"] in standing, row["claim"]
            assert row["percent_b"] in printed, row["claim"]
            difference = int(row["percent_a"]) - int(row["percent_b"])
            ways = {"more": difference > 0, "less": difference < 0, "same": abs(difference) < 5}
            assert ways[row["direction"]], row["claim"]


def test_every_caveat_has_a_scope_and_a_line_of_text() -> None:
    for caveat in toml_of(FOLDER / "report.toml")["caveat"]:
        scope = caveat["scope"]
        assert set([scope] if isinstance(scope, str) else scope) <= {"report", *SURVEYS}
        assert LINES[caveat["line"] - 1].strip()
