"""The numbers of the Personal Support Package survey stand where the data says they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numerals
import pytest
from report_files import rows_of, toml_of

HOME = Path(__file__).parents[2]
FOLDER = HOME / "data" / "reports" / "psp-2021"
TEXT = (HOME / "tests" / "texts" / "report-1000.txt").read_text(encoding="utf-8")
LINES = dict(enumerate(TEXT.split("\n"), start=1))
IN_WORDS = {
    "third": 33.3,
    "a third": 33.3,
    "two thirds": 66.7,
    "two-thirds": 66.7,
    "half": 50,
    "a quarter": 25,
    "three quarters": 75,
    "three-quarters": 75,
    "fifth": 20,
    "a fifth": 20,
    "two fifths": 40,
    "two-fifths": 40,
    "one in five": 20,
    "four in ten": 40,
    "eight out of ten": 80,
}

PUBLISHED = rows_of(FOLDER / "published.csv")
CLAIMS = rows_of(FOLDER / "claims.csv")
QUESTIONS = {
    question["name"]: question for question in toml_of(FOLDER / "codebook.toml")["question"]
}
POPULATIONS = toml_of(FOLDER / "spec.toml")["populations"]["psp"]

# Read anew from the text: a line, the words around a number, and what the row must say.
SAMPLE = [
    (50, "mental health condition (83 per cent of respondents)", "affected_areas", "all", "", "Mental health", 83),
    (52, "a small proportion (9 per cent) could work now", "readiness", "not_in_work", "", "Could work now with the right job or support", 9),
    (57, "seven per cent took up a place on one of these programmes", "external_taken", "all", "", "Any external programme", 7),
    (66, "13 per cent who had found some form of work", "activities", "took_up", "", "Some form of work", 13),
    (322, "(75 per cent) reported that their health condition or disability caused them at least moderate problems", "severity", "all", "", "At least moderate problems", 75),
    (363, "more likely (60 per cent) to report that support they received was not suited", "suitable", "took_up", "readiness=Health rules out work now and in the future", "Not suitable", 60),
    (363, "return to work straight away in the right job (45 per cent)", "suitable", "took_up", "readiness=Could work now with the right job or support", "Not suitable", 45),
    (373, "three per cent had found part-time work", "activities", "took_up", "", "Part-time work", 3),
    (618, "A further fifth (22 per cent)", "main_condition", "all", "", "Areas equally important", 22),
    (620, "28 per cent of 55 to 78-year-olds reported these", "main_condition", "all", "age=55 and over", "Mobility", 28),
    (620, "compared with 11 per cent of 16 to 24-year olds", "main_condition", "all", "age=16 to 24", "Mobility", 11),
    (622, "Sixteen per cent of claimants said they were unable", "severity", "all", "", "Unable", 16),
    (633, "91 per cent of claimants were not in paid employment", "in_work", "all", "", "Not in work", 91),
    (635, "a fifth of claimants (21 per cent) reported more than one barrier", "barrier_count", "not_in_work", "", "More than one", 21),
    (635, "a lack of confidence in applying for jobs (eight per cent)", "barriers", "not_in_work", "", "Lack of confidence in applying for jobs", 8),
    (653, "(64 per cent) said they would like to work to a great or some extent", "wish_to_work", "not_in_work", "", "To a great or some extent", 64),
    (662, "22 per cent in two years or more", "when_ready", "not_in_work", "", "Two years or more", 22),
    (673, "compared with 13 per cent of those who had no problems", "readiness", "not_in_work", "severity=No problems", "Health rules out work now and in the future", 13),
    (675, "(47 per cent compared with 20 per cent)", "readiness", "not_in_work", "main_condition=Mental health", "Health rules out work now and in the future", 20),
    (686, "compared with 25 per cent with A levels or above", "readiness", "not_in_work", "education=A levels or above", "Health rules out work now and in the future", 25),
    (688, "for more than two years: 34 per cent", "readiness", "not_in_work", "claim_length=More than two years", "Health rules out work now and in the future", 34),
    (904, "developing an action plan (reported by 34 per cent of claimants)", "support_offered", "all", "", "Developing an action plan", 34),
    (915, "42 per cent reported taking up at least one of the general support options", "support_taken", "all", "", "Any general support", 42),
    (946, "unable to carry out everyday activities (15 per cent)", "reasons_taken", "took_up", "severity=Unable", "Work-related", 15),
    (948, "a physical health condition (six per cent)", "reasons_taken", "took_up", "main_condition=Physical health condition", "To build confidence", 6),
    (950, "(29 per cent and 14 per cent respectively)", "reasons_taken", "took_up", "age=55 and over", "Health-related", 14),
    (952, "19 per cent of those with no qualifications reported this", "reasons_taken", "took_up", "education=No qualifications", "Concern about losing benefit", 19),
    (1006, "(38 per cent) identified that a lack of confidence or increased anxiety", "reasons_not", "declined", "", "Lack of confidence or anxiety", 38),
    (1008, "almost half (45 per cent) reported lack of confidence/anxiety", "reasons_not", "declined", "severity=Unable", "Lack of confidence or anxiety", 45),
    (1021, "only 10 per cent of claimants who did not take up support", "reasons_not", "declined", "", "Transport", 10),
    (1056, "12 per cent found it unhelpful", "helpful", "took_up", "", "Unhelpful", 12),
    (1064, "compared with 48 per cent of those who felt their health ruled out work", "suitable", "took_up", "readiness=Health rules out work now and in the future", "Suitable", 48),
    (1122, "19 per cent took up support to improve their health", "reasons_taken", "took_up", "", "Health-related", 19),
    (1403, "(46 per cent) reported that it had increased their motivation", "motivation", "took_up", "", "Increased", 46),
    (1412, "40 per cent of those who might be able to work in the future", "confidence", "took_up", "readiness=Could work in the future if health improved", "Increased", 40),
    (1414, "18 per cent for those unable to do so at all", "motivation", "took_up", "readiness=Health rules out work now and in the future", "Increased", 18),
    (1422, "less than a third (32 per cent) of those aged 55 and over", "motivation", "took_up", "age=55 and over", "Increased", 32),
    (1424, "52 per cent of claimants with A levels or above saw increased motivation", "motivation", "took_up", "education=A levels or above", "Increased", 52),
    (1445, "no educational qualifications were also more likely to report an increase in their employability skills (53 per cent)", "skills", "took_up", "education=No qualifications", "Helped", 53),
    (1449, "the most common type of work-related activity was volunteering (26 per cent)", "activities", "took_up", "", "Volunteering", 26),
    (1459, "seven percent of those with more serious conditions", "activities", "took_up", "severity=Severe problems or unable", "Some form of work", 7),
    (1461, "6 per cent among those with no qualifications", "activities", "took_up", "education=No qualifications", "Education or training", 6),
    (1473, "36 per cent of those with severe health conditions", "job_ideas", "took_up", "severity=Severe problems or unable", "Better idea", 36),
    (1475, "63 per cent of those who felt able to work straight away", "job_ideas", "took_up", "readiness=Could work now with the right job or support", "Better idea", 63),
    (1564, "4 per cent reported improvements to their motivation", "motivation", "took_up", "", "Increased", 4),
    (1625, "fourteen percent recalled being offered a place", "external_offered", "all", "", "Any external programme", 14),
    (1643, "44 per cent of claimants in the PSP survey", "activities", "took_up", "", "Any work-related activity", 44),
]  # fmt: skip

# Line, the whole base note or its beginning, question, population, group: base.
BASES = [
    (616, "All respondents (1808)", "affected_areas", "all", "", 1808),
    (629, "All respondents (1798)", "severity", "all", "", 1798),
    (642, "all those claiming benefits at the time of the survey (1645)", "claim_length", "claiming", "", 1645),
    (651, "All respondents currently not in work (1532)", "readiness", "not_in_work", "", 1532),
    (660, "All respondents currently not in work (1482)", "wish_to_work", "not_in_work", "", 1482),
    (669, "All respondents currently not in work (1224)", "when_ready", "not_in_work", "", 1224),
    (681, "mental health: 589", "readiness", "not_in_work", "main_condition=Mental health", 589),
    (681, "mobility: 294", "readiness", "not_in_work", "main_condition=Mobility", 294),
    (911, "all respondents (1806)", "support_offered", "all", "", 1806),
    (944, "took up some form of support (802)", "reasons_taken", "took_up", "", 802),
    (1029, "who did not take-up any support (398)", "reasons_not", "declined", "", 398),
    (1062, "took up some form of support (843)", "helpful", "took_up", "", 843),
    (1410, "confidence: 838", "confidence", "took_up_answered", "", 838),
    (1410, "motivation: 825", "motivation", "took_up_answered", "", 825),
    (1420, "Health rules out work now and in the future (156)", "confidence", "took_up", "readiness=Health rules out work now and in the future", 156),
    (1420, "Might be able to work in the future if health improves (451)", "confidence", "took_up", "readiness=Could work in the future if health improved", 451),
    (1420, "Could work straight away (98)", "confidence", "took_up", "readiness=Could work now with the right job or support", 98),
    (1442, "took up support and answered (820)", "skills", "took_up_answered", "", 820),
    (1457, "took up support and answered (846)", "activities", "took_up_answered", "", 846),
    (1471, "took up support and answered (822)", "job_ideas", "took_up_answered", "", 822),
]  # fmt: skip


def answers_of(question: Mapping[str, Any]) -> set[str]:
    nets = {net["label"] for net in question.get("nets", [])}
    return nets | {category["label"] for category in question["categories"]}


def meaning(row: Mapping[str, str]) -> tuple[str, str, str, str]:
    return row["variable"], row["population"], row["group"], row["category"]


def test_every_printed_token_stands_on_its_line() -> None:
    for row in PUBLISHED:
        line = LINES[int(row["line"])]
        assert row["printed"] in line, row["item"]
        found = Counter(numerals.tokens(row["printed"]))
        assert found, row["item"]
        assert found <= Counter(numerals.tokens(line)), row["item"]


def test_every_value_is_that_of_its_token() -> None:
    for row in PUBLISHED:
        if row["statistic"] == "approximate" and row["printed"].casefold() in IN_WORDS:
            assert float(row["value"]) == IN_WORDS[row["printed"].casefold()], row["item"]
        else:
            assert float(row["value"]) == numerals.number(row["printed"]), row["item"]


def test_the_survey_has_180_percentages_28_bases_and_2_counts() -> None:
    statistics = Counter(row["statistic"] for row in PUBLISHED)
    assert statistics == {
        "percent": 180, "approximate": 50, "base": 28, "stated": 6, "count": 2,
    }  # fmt: skip


def test_every_percentage_lies_between_0_and_100() -> None:
    for row in PUBLISHED:
        if row["statistic"] in ("percent", "approximate"):
            assert 0 < float(row["value"]) < 100, row["item"]


@pytest.mark.parametrize(
    ("line", "words", "variable", "population", "group", "category", "value"), SAMPLE
)
def test_a_number_read_anew_is_a_row(
    line: int, words: str, variable: str, population: str, group: str, category: str, value: int
) -> None:
    assert words in LINES[line]
    found = [
        row
        for row in PUBLISHED
        if int(row["line"]) == line
        and meaning(row) == (variable, population, group, category)
        and row["statistic"] == "percent"
    ]
    assert [float(row["value"]) for row in found] == [value]
    assert found[0]["printed"] in numerals.tokens(words)


@pytest.mark.parametrize(("line", "words", "variable", "population", "group", "value"), BASES)
def test_a_base_read_anew_is_a_row(
    line: int, words: str, variable: str, population: str, group: str, value: int
) -> None:
    assert words in LINES[line]
    found = [
        float(row["value"])
        for row in PUBLISHED
        if int(row["line"]) == line
        and meaning(row) == (variable, population, group, "")
        and row["statistic"] == "base"
    ]
    assert found == [value]


def test_table_4_1_is_that_of_the_text() -> None:
    columns = LINES[927].split("\t")[1:]
    assert columns[-1] == "Any of these programmes"
    for line, statistic in ((928, "percent"), (929, "base")):
        rows = [row for row in PUBLISHED if int(row["line"]) == line]
        assert [row["statistic"] for row in rows] == [statistic] * 5
        assert [row["printed"] for row in rows] == [
            cell.rstrip("%") for cell in LINES[line].split("\t")[1:]
        ]
        programmes = [POPULATIONS[row["population"]]["where"]["external_offered"] for row in rows]
        assert programmes == [[column] for column in columns[:-1]] + [["Any external programme"]]
        if statistic == "percent":
            assert [[row["category"]] for row in rows] == programmes


def test_every_row_names_questions_answers_and_populations_that_exist() -> None:
    for row in PUBLISHED:
        assert row["survey"] == "psp"
        assert row["population"] in POPULATIONS, row["item"]
        if row["variable"]:
            assert row["variable"] in QUESTIONS, row["item"]
        if row["category"]:
            assert row["category"] in answers_of(QUESTIONS[row["variable"]]), row["item"]
        if row["statistic"] in ("percent", "count"):
            assert row["category"], row["item"]
        if row["group"]:
            question, label = row["group"].split("=")
            assert label in answers_of(QUESTIONS[question]), row["item"]


def test_every_percentage_has_the_population_that_was_asked_its_question() -> None:
    for row in PUBLISHED:
        if not row["variable"] or row["statistic"] == "approximate":
            continue
        where = POPULATIONS[row["population"]].get("where", {})
        if row["variable"] == "external_taken" and where:
            assert list(where) == ["external_offered"], row["item"]
        else:
            assert where == QUESTIONS[row["variable"]].get("asked_if", {}), row["item"]


def test_routes_and_populations_name_questions_and_answers_that_exist() -> None:
    routes = [population.get("where", {}) for population in POPULATIONS.values()]
    routes += [question.get("asked_if", {}) for question in QUESTIONS.values()]
    for route in routes:
        for question, labels in route.items():
            assert set(labels) <= answers_of(QUESTIONS[question])


def test_every_question_is_in_a_published_row_leads_to_one_or_shapes_the_weights() -> None:
    named = {row["variable"] for row in PUBLISHED if row["variable"]}
    named |= {row["group"].split("=")[0] for row in PUBLISHED if row["group"]}
    named |= {question for p in POPULATIONS.values() for question in p.get("where", {})}
    assert set(QUESTIONS) - named == {"sex", "region"}


def test_no_two_columns_have_one_name() -> None:
    columns = [name for q in QUESTIONS.values() for name in q.get("columns", [q["name"]])]
    assert len(set(columns)) == len(columns)


def test_answers_of_one_question_add_to_no_more_than_a_hundred_per_cent() -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in PUBLISHED:
        nets = {net["label"] for net in QUESTIONS.get(row["variable"], {}).get("nets", [])}
        single = row["variable"] and QUESTIONS[row["variable"]]["kind"] == "single"
        if single and row["statistic"] == "percent" and row["category"] not in nets:
            sums[row["line"], row["variable"], row["group"]] += int(row["value"])
    assert all(total <= 101 for total in sums.values())
    for line, variable in (
        (52, "readiness"),
        (324, "readiness"),
        (644, "readiness"),
        (662, "when_ready"),
    ):
        assert sums[str(line), variable, ""] == 100


def test_a_percentage_printed_more_than_once_differs_in_four_places_only() -> None:
    values: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for row in PUBLISHED:
        if row["statistic"] == "percent":
            values[meaning(row)].add(row["value"])
    assert {key[0::3]: found for key, found in values.items() if len(found) > 1} == {
        ("activities", "Some form of work"): {"13", "12"},
        ("reasons_taken", "Work-related"): {"25", "24"},
        ("reasons_taken", "Health-related"): {"20", "19"},
        ("motivation", "Increased"): {"46", "4"},
    }


def test_a_row_that_is_marked_says_with_what_the_report_contradicts_it() -> None:
    marked = {row["item"]: row for row in PUBLISHED if row["note"].startswith("contradicted")}
    assert {item: (row["printed"], int(row["line"])) for item, row in marked.items()} == {
        "executive-summary-activities-work": ("13", 66),
        "summary-not-suitable-rules-out": ("60", 363),
        "summary-not-suitable-now": ("45", 363),
        "s4.4-reasons-work": ("24", 1122),
        "s4.4-reasons-health": ("19", 1122),
        "s6.3-motivation": ("4", 1564),
    }
    for item, row in marked.items():
        said = re.fullmatch(
            r"contradicted: lines? ([\d, and]+) prints? (\d+) for (suitable of )?.+", row["note"]
        )
        assert said, item
        lines, value, opposite, once = *said.groups(), "rounded once" in row["note"]
        others = [
            other
            for other in PUBLISHED
            if other["line"] in re.findall(r"\d+", lines)
            and other["printed"].replace("Forty-six", "46") == value
            and other["group"] == row["group"]
            and other["category"] == ("Suitable" if opposite else row["category"])
        ]
        assert [other["line"] for other in others] == re.findall(r"\d+", lines)
        assert once == (not opposite and abs(int(value) - int(row["value"])) == 1)


def side_of(claim: Mapping[str, str], side: str) -> tuple[str, str, str, str] | None:
    """Return the variable, population, group and category that a side of a claim names."""
    population, colon, left = claim[f"group_{side}"].rpartition(": ")
    if colon and population not in POPULATIONS:
        return None
    parts = left if claim["outcome"] == "which answer" else claim["outcome"]
    variable, _, category = parts.partition("=")
    if variable not in QUESTIONS:
        return None
    group = "" if claim["outcome"] == "which answer" else left
    return variable, population or "all", group, category


def test_claims_that_print_percentages_are_those_of_published_rows() -> None:
    printed = {
        (row["line"], meaning(row), float(row["value"]))
        for row in PUBLISHED
        if row["statistic"] == "percent"
    }
    compared = 0
    for claim in CLAIMS:
        for side in ("a", "b"):
            if claim[f"percent_{side}"]:
                value = float(claim[f"percent_{side}"])
                assert (claim["line"], side_of(claim, side), value) in printed, claim["claim"]
                compared += 1
    assert compared == 98


def test_the_direction_of_a_claim_is_that_of_its_percentages() -> None:
    for claim in CLAIMS:
        if claim["percent_a"] and claim["percent_b"]:
            difference = float(claim["percent_a"]) - float(claim["percent_b"])
            assert claim["direction"] == ("more" if difference > 0 else "less"), claim["claim"]


def test_claims_name_questions_answers_and_bases_that_exist() -> None:
    bases = {row["value"] for row in PUBLISHED if row["statistic"] in ("base", "count")}
    for claim in CLAIMS:
        for side in ("a", "b"):
            named = side_of(claim, side)
            if named is not None:
                variable, population, group, category = named
                assert population in POPULATIONS
                assert category in answers_of(QUESTIONS[variable]), claim["claim"]
                if group:
                    question, _, label = group.partition("=")
                    assert label in answers_of(QUESTIONS[question]), claim["claim"]
            assert not claim[f"base_{side}"] or claim[f"base_{side}"] in bases, claim["claim"]


def test_the_case_studies_are_no_comparison_of_the_survey() -> None:
    assert {"1064", "1124", "1128"} & {
        claim["line"] for claim in CLAIMS if claim["claimed"] == "none"
    } == set()
    assert "deliberately avoids using numerical language" in LINES[576]


@pytest.mark.parametrize(
    ("line", "words", "answers"),
    [
        (618, "No other main health condition", ["Mental health", "Mobility"]),
        (635, "most commonly reported reason", ["Lack of confidence in applying for jobs"]),
        (694, "next most commonly reported", ["Lack of confidence in applying for jobs"]),
    ],
)
def test_what_stands_second_is_compared_with_all_others(
    line: int, words: str, answers: list[str]
) -> None:
    assert words in LINES[line]
    found = [
        claim["group_a"].split("=")[1]
        for claim in CLAIMS
        if claim["line"] == str(line) and claim["group_b"].startswith("any other")
    ]
    assert found == answers


def test_the_comparison_of_the_two_surveys_is_one_claim_in_both_reports() -> None:
    hwc = [
        row for row in rows_of(FOLDER.parent / "hwc-2021" / "claims.csv") if row["line"] == "1570"
    ]
    psp = [row for row in CLAIMS if row["line"] == "1570"]
    assert [row["claimed"] for row in hwc] == [row["claimed"] for row in psp] == ["significant"] * 2
    assert [row["direction"] for row in hwc] == ["less"] * 2
    assert [row["direction"] for row in psp] == ["more"] * 2


def test_fifty_comparisons_are_claimed_significant_and_none_between_answers_is() -> None:
    assert Counter(claim["claimed"] for claim in CLAIMS) == {"significant": 50, "none": 40}
    for claim in CLAIMS:
        answers = claim["outcome"] == "which answer" or claim["group_b"] == "any other reason"
        assert (claim["claimed"] == "none") == answers, claim["claim"]
