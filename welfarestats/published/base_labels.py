"""Printed bases: one label with several values, and parts larger than the whole."""

from __future__ import annotations

from collections.abc import Sequence

from welfarestats.output.wording import join_words
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.quantities import (
    numbers_of,
    people_key,
    population_of,
    words_of,
)
from welfarestats.published.report import Report
from welfarestats.published.statements import Selection, statement_of
from welfarestats.published.transcription import PublishedNumber


def base_label_findings(report: Report) -> list[Finding]:
    """Return the labels that stand beside different bases, and the bases that cannot nest."""
    return _varying_labels(report) + _larger_parts(report)


def _varying_labels(report: Report) -> list[Finding]:
    labels: dict[tuple[str, str], list[PublishedNumber]] = {}
    for number in numbers_of(report, "base"):
        if number.variable and not number.group and not population_of(number, report).base_varies:
            label = population_of(number, report).label
            labels.setdefault((number.survey, label), []).append(number)
    return [
        _varying(label, numbers)
        for (_, label), numbers in labels.items()
        if len({number.value for number in numbers}) > 1
        and len({number.variable for number in numbers}) > 1
    ]


def _varying(label: str, numbers: Sequence[PublishedNumber]) -> Finding:
    values = dict.fromkeys(number.printed for number in numbers)
    questions = [f"{n.printed} for {n.variable} (line {n.line})" for n in numbers]
    return Finding(
        f"base-label.{numbers[0].item}",
        "wording",
        lines_of(*(number.line for number in numbers)),
        f"The label '{label}' stands beside {join_words(values)}; valid answers differ by "
        f"question, and the label does not say so.",
        f"{join_words(questions)}.",
        survey=numbers[0].survey,
        items=tuple(number.item for number in numbers),
        check="base-label",
    )


def _larger_parts(report: Report) -> list[Finding]:
    found = []
    for survey in report.surveys:
        bases = [n for n in numbers_of(report, "base") if n.survey == survey and n.value]
        wholes = {number.item: _people(number, report) for number in bases}
        for part in bases:
            for whole in bases:
                larger = (part.value or 0) > (whole.value or 0)
                if larger and _is_part(part, whole, report, wholes):
                    found.append(_larger(part, whole, report))
    return found


def _people(number: PublishedNumber, report: Report) -> Selection:
    codebook = report.codebooks[number.survey]
    return statement_of(number, report.specifications[number.survey], codebook).whole


def _is_part(
    part: PublishedNumber,
    whole: PublishedNumber,
    report: Report,
    people: dict[str, Selection],
) -> bool:
    """Return whether everyone in one base certainly is in another, and the two are not the same.

    Equal people are left to the check of repeated quantities, unless one base is of those of
    them who answered.
    """
    if people_key(part, report)[1] or people_key(whole, report)[1]:
        return False
    if population_of(whole, report).base_varies and not whole.variable:
        return False
    inner, outer = people[part.item], people[whole.item]
    if not all(atom in inner and inner[atom] <= states for atom, states in outer.items()):
        return False
    return inner != outer or population_of(part, report).base_varies


def _larger(part: PublishedNumber, whole: PublishedNumber, report: Report) -> Finding:
    return Finding(
        f"base-label.{part.item}.{whole.item}",
        "contradiction",
        lines_of(part.line, whole.line),
        f"A base is larger than the base of people that it is a part of: "
        f"{words_of(part, report)} within {words_of(whole, report)}.",
        f"{part.printed} (line {part.line}) is more than {whole.printed} (line {whole.line}).",
        survey=part.survey,
        items=(part.item, whole.item),
        check="base-label",
    )
