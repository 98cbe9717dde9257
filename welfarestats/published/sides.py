"""The two sides of a comparison in words: which people, which answer, which percentage.

A row of ``claims.csv`` names the answer as ``question=Category`` and each group as
``question=Label``, more than one joined by `` & ``, after ``population: `` unless it is about
everyone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from welfarestats.errors import CodebookError, ReportError, did_you_mean
from welfarestats.published.rules import exclusive_options
from welfarestats.published.specification import Recipe
from welfarestats.published.statements import Selection, Statement, people_of, statement_of
from welfarestats.published.transcription import PublishedNumber

if TYPE_CHECKING:
    from welfarestats.published.report import Report

#: The outcome of a row that compares different answers, not one answer in two groups.
WHICH_ANSWER = "which answer"
_ANSWER = re.compile(r"([A-Za-z_]\w*)=(.+)")
_BREAK = re.compile(r" & (?=[A-Za-z_]\w*=)")
_POPULATION = re.compile(r"([A-Za-z_]\w*): (?=[A-Za-z_]\w*=)")


@dataclass(frozen=True)
class Side:
    """One group of a comparison: its words, its people and, if it is named, the answer compared."""

    survey: str
    label: str
    people: Selection
    outcome: Statement | None = None

    @property
    def whole(self) -> Selection:
        """Those in the base of the percentage: of the people, who answered the question."""
        return self.outcome.whole if self.outcome else self.people


@dataclass(frozen=True)
class Comparison:
    """A row of ``claims.csv``, read: its two sides, and the two percentages if they are printed.

    ``problem`` says in a sentence why there is no test of two groups; ``sources`` are the published
    numbers that give the percentages where the row itself does not.
    """

    claim: Mapping[str, Any]
    sides: tuple[Side, Side] | None
    printed: tuple[str, str] | None = None
    problem: str = ""
    sources: tuple[PublishedNumber, ...] = ()


def parse_group(text: str, populations: Iterable[str]) -> tuple[str, dict[str, str]] | None:
    """Return the population and the banner answers that a group names, or ``None`` if it is words.

    Examples
    --------
    >>> parse_group("seen: age=16 to 24 & benefit=UC", ["all", "seen"])
    ('seen', {'age': '16 to 24', 'benefit': 'UC'})
    >>> parse_group("seen", ["all", "seen"])
    ('seen', {})
    >>> parse_group("Young people", ["all", "seen"])
    """
    if text in populations:
        return text, {}
    prefix = _POPULATION.match(text)
    answers = _BREAK.split(text[prefix.end() :] if prefix else text)
    parts = [_ANSWER.fullmatch(answer) for answer in answers]
    found = {part[1]: part[2] for part in parts if part}
    if len(found) < len(parts):
        return None
    return (prefix[1] if prefix else "all"), found


def comparisons_of(report: Report) -> list[Comparison]:
    """Return every comparison in words of a report, read.

    Raises
    ------
    ReportError
        If a row names a population, a question or an answer that does not exist, or a percentage
        that is none.
    """
    statements = {name: _percentages(report, name) for name in report.surveys}
    return [_comparison(report, claim, statements[claim["survey"]]) for claim in report.claims_made]


def _percentages(report: Report, name: str) -> list[Statement]:
    survey, codebook = report.specification(name), report.codebook(name)
    return [
        statement_of(number, survey, codebook)
        for number in report.numbers
        if number.survey == name and number.statistic == "percent"
    ]


def _comparison(
    report: Report, claim: Mapping[str, Any], statements: Sequence[Statement]
) -> Comparison:
    if claim["outcome"] == WHICH_ANSWER:
        return Comparison(
            claim,
            None,
            problem="It compares answers of people who may be the same, which no test of two "
            "separate groups does.",
        )
    a, b = _side(report, claim, "a"), _side(report, claim, "b")
    if a is None or b is None:
        return Comparison(
            claim,
            None,
            problem="It names a group in words only, not as an answer to a question, so that the "
            "groups may overlap by an unknown number of people.",
        )
    if not _apart(report, a, b):
        return Comparison(
            claim,
            (a, b),
            problem=f"The groups ({a.label} and {b.label}) are not different answers to one single "
            f"question, so that they may overlap by an unknown number of people.",
        )
    found = [_printed(claim, end, side, statements) for end, side in (("a", a), ("b", b))]
    tokens = [token for token, _, _ in found]
    sources = tuple(number for _, numbers, _ in found for number in numbers)
    problem = " ".join(sentence for _, _, sentence in found if sentence)
    if tokens == ["", ""] and not sources:
        problem = "Neither percentage is printed."
    printed = None if problem else (tokens[0], tokens[1])
    return Comparison(claim, (a, b), printed, problem, sources)


def _side(report: Report, claim: Mapping[str, Any], end: str) -> Side | None:
    """Return a side of a comparison, or ``None`` where its group is words only."""
    survey, codebook = report.specification(claim["survey"]), report.codebook(claim["survey"])
    label = claim[f"group_{end}"]
    parsed = parse_group(label, survey.populations)
    if parsed is None:
        return None
    population, group = parsed
    if population not in survey.populations:
        raise ReportError(
            f"{_place(claim)}: the survey {survey.name!r} has no population {population!r} in "
            f"spec.toml.{did_you_mean(population, survey.populations)}"
        )
    answer = _ANSWER.fullmatch(claim["outcome"])
    variable, category = (answer[1], answer[2]) if answer else ("", "")
    number = PublishedNumber(
        claim["claim"], survey.name, variable, population, group, category,
        "percent", "0", 0.0, claim["line"],
    )  # fmt: skip
    try:
        outcome = statement_of(number, survey, codebook) if answer else None
        return Side(survey.name, label, people_of(number, survey, codebook), outcome)
    except CodebookError as error:
        raise ReportError(f"{_place(claim)}: {error}") from None


def _place(claim: Mapping[str, Any]) -> str:
    return f"claims.csv, claim {claim['claim']!r} (line {claim['line']})"


def _apart(report: Report, a: Side, b: Side) -> bool:
    """Return whether nobody can be on both sides: they gave different answers to one question."""
    codebook = report.codebook(a.survey)
    recipe = report.specification(a.survey).recipe or Recipe()
    for (name, options), states in a.people.items():
        for (other, others), other_states in b.people.items():
            if name != other:
                continue
            if options is None or others is None:
                if not states & other_states:
                    return True
            elif options and others and not options & others:
                alone = exclusive_options(codebook[name], recipe)
                if options <= alone or others <= alone:
                    return True
    return False


def _printed(
    claim: Mapping[str, Any], end: str, side: Side, statements: Sequence[Statement]
) -> tuple[str, list[PublishedNumber], str]:
    """Return the percentage of a side as printed, where from, and a sentence if there is none."""
    value = claim[f"percent_{end}"]
    if value is not None and not 0 <= value <= 100:
        raise ReportError(
            f"{_place(claim)}: a percentage lies between 0 and 100, found {value:g}. Correct it."
        )
    if value is not None:
        return f"{value:g}", [], ""
    same = [
        statement.number
        for statement in statements
        if side.outcome
        and (statement.part, statement.whole) == (side.outcome.part, side.outcome.whole)
    ]
    values = {number.value: number for number in same}
    if len(values) == 1:
        first = same[0]
        return first.printed, [first], ""
    if not values:
        return "", [], f"The percentage of {side.label} is not printed."
    tokens = " and ".join(f"{number.printed} (line {number.line})" for number in values.values())
    return "", same, f"The percentage of {side.label} is printed with different values: {tokens}."
