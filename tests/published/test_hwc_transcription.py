"""The numbers of the Health and Work Conversation survey stand where the data says they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numerals
import pytest
from report_files import rows_of, toml_of

HOME = Path(__file__).parents[2]
FOLDER = HOME / "data" / "reports" / "hwc-2021"
TEXT = (HOME / "tests" / "texts" / "report-1000.txt").read_text(encoding="utf-8")
LINES = dict(enumerate(TEXT.split("\n"), start=1))
FRACTIONS = {"third": 33.3, "two-thirds": 66.7, "half": 50, "quarter": 25, "one-fifth": 20}
ANNEX = re.compile(r"annex-b-t(\d+)-")


PUBLISHED = rows_of(FOLDER / "published.csv")
QUESTIONS = {
    question["name"]: question for question in toml_of(FOLDER / "codebook.toml")["question"]
}
SPECIFICATION = toml_of(FOLDER / "spec.toml")
POPULATIONS = SPECIFICATION["populations"]["hwc"]


def answers_of(question: Mapping[str, Any]) -> set[str]:
    nets = {net["label"] for net in question.get("nets", [])}
    return nets | {category["label"] for category in question["categories"]}


def groups_of(row: Mapping[str, str]) -> dict[str, str]:
    return dict(part.split("=") for part in row["group"].split(" & ") if part)


def table_of(line: int) -> int:
    titles = (re.match(r"Table (\d+):", LINES[n]) for n in range(line, 0, -1))
    return int(next(title[1] for title in titles if title))


def test_every_printed_token_stands_on_its_line() -> None:
    for row in PUBLISHED:
        line = LINES[int(row["line"])]
        assert row["printed"] in line, row["item"]
        found = numerals.tokens(row["printed"])
        assert len(found) == 1, row["item"]
        assert found[0] in numerals.tokens(line), row["item"]


def test_every_value_is_that_of_its_token() -> None:
    for row in PUBLISHED:
        token = numerals.tokens(row["printed"])[0]
        if row["statistic"] == "approximate" and not token.isdigit():
            assert float(row["value"]) == FRACTIONS[token.casefold()], row["item"]
        elif token == "*":
            assert row["value"] == "", row["item"]
        else:
            assert float(row["value"]) == numerals.number(token), row["item"]


def test_annex_b_has_118_percentages_and_36_bases() -> None:
    annex = [row for row in PUBLISHED if ANNEX.match(row["item"])]
    statistics = Counter(row["statistic"] for row in annex)
    assert statistics == {"percent": 118, "base": 18, "weighted_base": 18}
    cells = Counter(
        int(ANNEX.match(row["item"])[1])  # type: ignore[index]
        for row in annex
        if row["statistic"] == "percent"
    )
    expected = [4, 4, 3, 3, 3, 3, 20, 20, 11, 11, 6, 6, 4, 4, 5, 5, 3, 3]
    assert [cells[table] for table in range(1, 19)] == expected


def test_annex_b_rows_stand_in_their_table_beside_their_label() -> None:
    labels = {"weighted_base": "weighted base", "base": "unweighted base"}
    for row in PUBLISHED:
        if match := ANNEX.match(row["item"]):
            line = int(row["line"])
            assert table_of(line) == int(match[1]), row["item"]
            label, printed = LINES[line].split("\t")
            assert printed == row["printed"], row["item"]
            assert label.casefold() == labels.get(row["statistic"], row["category"].casefold())
            title = next(LINES[n] for n in range(line, 0, -1) if LINES[n].startswith("Table "))
            of_uc = bool(re.search(r"\bUC\b|Universal Credit", title))
            assert row["group"] == ("benefit=UC" if of_uc else "benefit=ESA"), row["item"]


def test_every_row_names_questions_answers_and_populations_that_exist() -> None:
    for row in PUBLISHED:
        assert row["survey"] == "hwc"
        assert row["population"] in POPULATIONS, row["item"]
        if row["variable"]:
            assert row["variable"] in QUESTIONS, row["item"]
        if row["category"]:
            assert row["category"] in answers_of(QUESTIONS[row["variable"]]), row["item"]
        if row["statistic"] in ("percent", "count"):
            assert row["category"], row["item"]
        for question, label in groups_of(row).items():
            assert label in answers_of(QUESTIONS[question]), row["item"]


def test_every_percentage_has_the_population_that_was_asked_its_question() -> None:
    for row in PUBLISHED:
        asked = QUESTIONS[row["variable"]].get("asked_if", {}) if row["variable"] else None
        if asked is not None:
            assert POPULATIONS[row["population"]].get("where", {}) == asked, row["item"]


def test_routes_and_recipes_name_questions_and_answers_that_exist() -> None:
    recipe = SPECIFICATION["reconstruction"]["hwc"]
    routes = [population.get("where", {}) for population in POPULATIONS.values()]
    routes += [question.get("asked_if", {}) for question in QUESTIONS.values()]
    for route in [*routes, recipe["exclusive"]]:
        assert len(route) <= 1 or route is recipe["exclusive"]
        for question, labels in route.items():
            assert set(labels) <= answers_of(QUESTIONS[question])
    for count in recipe["counts"]:
        assert QUESTIONS[count["of"]]["kind"] == "multiple"
        counted = {count["none"], count["one"], count["more"]}
        assert counted <= answers_of(QUESTIONS[count["into"]])


def test_every_question_is_in_a_published_row_or_leads_to_one() -> None:
    named = {row["variable"] for row in PUBLISHED if row["variable"]}
    named |= {question for row in PUBLISHED for question in groups_of(row)}
    named |= {question for p in POPULATIONS.values() for question in p.get("where", {})}
    assert set(QUESTIONS) == named


@pytest.mark.parametrize("benefit", ["UC", "ESA"])
def test_answers_of_one_question_add_to_about_a_hundred_per_cent(benefit: str) -> None:
    sums: Counter[str] = Counter()
    for row in PUBLISHED:
        single = row["variable"] and QUESTIONS[row["variable"]]["kind"] == "single"
        if ANNEX.match(row["item"]) and single and row["group"] == f"benefit={benefit}":
            sums[row["variable"]] += int(row["value"] or 0) * (row["statistic"] == "percent")
    assert len(sums) == 7
    assert all(98 <= total <= 101 for total in sums.values())


def test_claims_print_the_percentages_and_bases_of_published_rows() -> None:
    per_cents = {
        float(row["value"]) for row in PUBLISHED if row["statistic"] == "percent" and row["value"]
    }
    bases = {row["value"] for row in PUBLISHED if row["statistic"] == "base"}
    for claim in rows_of(FOLDER / "claims.csv"):
        assert claim["direction"] in ("more", "less", "same")
        assert claim["claimed"] in ("significant", "marginal", "none")
        for side in ("a", "b"):
            percent, base = claim[f"percent_{side}"], claim[f"base_{side}"]
            assert not percent or float(percent) in per_cents, claim["claim"]
            assert not base or base in bases, claim["claim"]
        if claim["percent_a"]:
            assert claim["percent_a"] in numerals.tokens(LINES[int(claim["line"])])
