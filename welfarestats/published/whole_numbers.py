"""Percentages of known unweighted bases that no whole number of people gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from welfarestats.output.wording import join_words
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.printed import (
    ROUNDED_ONCE,
    ROUNDED_TWICE,
    ROUNDS_TO_ZERO,
    widened_interval,
)
from welfarestats.published.quantities import (
    Quantity,
    numbers_of,
    population_of,
    quantity_of,
    unweighted,
    words_of,
)
from welfarestats.published.report import Report
from welfarestats.published.rules import has_blanks
from welfarestats.published.statements import people_of, with_answers
from welfarestats.published.transcription import PublishedNumber
from welfarestats.survey.codebook import Question

#: A base, and the printed number that gives it (none if it stands in spec.toml only).
KnownBase = tuple[int, PublishedNumber | None]


def whole_number_findings(report: Report) -> list[Finding]:
    """Return the percentages that no whole number of people in their base gives.

    A percentage is checked only where its base is known: printed for this question and these
    people, or for these people if all of them answered. Weighted percentages are left out.
    """
    bases = _printed_bases(report)
    percentages = [n for n in numbers_of(report, "percent") if unweighted(report, n.survey)]
    alone = [f for number in percentages for f in _of_one(number, report, bases)]
    impossible = {item for finding in alone for item in finding.items}
    possible = [number for number in percentages if number.item not in impossible]
    return alone + _of_whole_questions(possible, report, bases)


def counts_of(printed: str, base: int, widened: Fraction = Fraction(0)) -> range:
    """Return the numbers of people whose share of a base prints as it does, ends included."""
    low, high = widened_interval(printed, widened)
    first, last = math.ceil(low * base / 100), math.floor(high * base / 100)
    least = 1 if printed.strip() == ROUNDS_TO_ZERO else 0
    return range(max(first, least), min(last, base) + 1)


def _printed_bases(report: Report) -> dict[Quantity, list[KnownBase]]:
    found: dict[Quantity, list[KnownBase]] = {}
    for number in numbers_of(report, "base"):
        if number.value is not None and number.value >= 1:
            key = quantity_of(number, report)
            found.setdefault(key, []).append((int(number.value), number))
    return found


def _known_bases(
    number: PublishedNumber, report: Report, bases: dict[Quantity, list[KnownBase]]
) -> list[KnownBase]:
    """Return the printed bases of a percentage: of its question, else of its people."""
    wanted = quantity_of(number, report, statistic="base")
    own = Quantity(wanted.survey, "base", number.variable, None, wanted.people)
    if own in bases:
        return bases[own]
    if not _all_answered(number, report):
        return []
    everybody = Quantity(wanted.survey, "base", "", None, wanted.people)
    if everybody in bases:
        return bases[everybody]
    population = population_of(number, report)
    printed = population.base_status == "printed" and not population.base_varies
    if population.base and printed and not number.group:
        return [(population.base, None)]
    return []


def _all_answered(number: PublishedNumber, report: Report) -> bool:
    """Return whether all people of a number have a valid answer to its question."""
    survey, codebook = report.specifications[number.survey], report.codebooks[number.survey]
    question = codebook[number.variable]
    if len(question.counted()) < len(question.categories) or has_blanks(survey):
        return False
    people = people_of(number, survey, codebook)
    led = with_answers(question.asked_if or {}, codebook)
    return all(atom in people and people[atom] <= states for atom, states in led.items())


def _of_one(
    number: PublishedNumber, report: Report, bases: dict[Quantity, list[KnownBase]]
) -> list[Finding]:
    known = _known_bases(number, report, bases)
    sizes = sorted({size for size, _ in known})
    if not sizes or any(counts_of(number.printed, size) for size in sizes):
        return []
    hard = not any(counts_of(number.printed, size, ROUNDED_TWICE) for size in sizes)
    return [
        Finding(
            f"whole-number.{number.item}",
            "contradiction" if hard else "contradiction-if",
            lines_of(number.line, *_lines(known)),
            f"No whole number of people is {number.printed} per cent of {_sizes_text(sizes)}: "
            f"{words_of(number, report)}.",
            f"{' '.join(_neighbours_text(number.printed, size) for size in sizes)}",
            survey=number.survey,
            assumption="" if hard else ROUNDED_ONCE,
            items=(number.item, *_items(known)),
            check="whole-number",
        )
    ]


def _neighbours_text(printed: str, base: int) -> str:
    """Return the two numbers of people whose shares stand on both sides of a percentage."""
    low, high = widened_interval(printed)
    below = math.floor((low + high) / 2 * base / 100)
    shares = [f"{n:,} of {base:,} is {100 * n / base:.2f}" for n in (below, below + 1) if n <= base]
    return f"{join_words(shares)} per cent."


def _of_whole_questions(
    numbers: Sequence[PublishedNumber],
    report: Report,
    bases: dict[Quantity, list[KnownBase]],
) -> list[Finding]:
    """Check that the counts behind all answers to a question can add up to its base."""
    tables: dict[tuple[object, ...], list[PublishedNumber]] = {}
    for number in numbers:
        quantity = quantity_of(number, report)
        key = (number.survey, number.variable, quantity.people)
        tables.setdefault(key, []).append(number)
    found = []
    for listed in tables.values():
        question = report.codebooks[listed[0].survey][listed[0].variable]
        known = _known_bases(listed[0], report, bases)
        if question.kind == "single" and (parts := _partition(listed, question)):
            found += _of_partition(parts, known, report)
    return found


def _partition(
    numbers: Sequence[PublishedNumber], question: Question
) -> tuple[PublishedNumber, ...]:
    """Return one percentage for every valid answer to a question, or nothing if one lacks.

    Where an answer is printed with several values none is chosen: another check names them.
    """
    by_answer: dict[tuple[int, ...], list[PublishedNumber]] = {}
    for number in numbers:
        positions = question.positions(number.category)
        by_answer.setdefault(positions, []).append(number)
    singles = [by_answer.get((position,), []) for position in question.counted()]
    if not all(singles) or any(len({n.printed for n in listed}) > 1 for listed in singles):
        return ()
    return tuple(listed[0] for listed in singles)


def _of_partition(
    parts: Sequence[PublishedNumber], known: Sequence[KnownBase], report: Report
) -> list[Finding]:
    sizes = sorted({size for size, _ in known})
    if not sizes or any(_adds_up(parts, size) for size in sizes):
        return []
    hard = not any(_adds_up(parts, size, ROUNDED_TWICE) for size in sizes)
    first = parts[0]
    return [
        Finding(
            f"whole-number.{first.item}.sum",
            "contradiction" if hard else "contradiction-if",
            lines_of(*(part.line for part in parts), *_lines(known)),
            f"No whole numbers of people that add up to {_sizes_text(sizes)} are "
            f"{join_words([part.printed for part in parts])} per cent of them: "
            f"{report.codebooks[first.survey][first.variable].label}; "
            f"{population_of(first, report).label}.",
            " ".join(_sum_text(parts, size) for size in sizes),
            survey=first.survey,
            assumption="" if hard else ROUNDED_ONCE,
            items=(*(part.item for part in parts), *_items(known)),
            check="whole-number",
        )
    ]


def _adds_up(parts: Sequence[PublishedNumber], base: int, widened: Fraction = Fraction(0)) -> bool:
    ranges = [counts_of(part.printed, base, widened) for part in parts]
    return all(ranges) and sum(r[0] for r in ranges) <= base <= sum(r[-1] for r in ranges)


def _sum_text(parts: Sequence[PublishedNumber], base: int) -> str:
    ranges = [counts_of(part.printed, base) for part in parts]
    terms = [f"{r[0]}" if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in ranges]
    low, high = sum(r[0] for r in ranges), sum(r[-1] for r in ranges)
    total = f"{low:,}" if low == high else f"between {low:,} and {high:,}"
    return f"Of {base:,} they are {join_words(terms)} people, together {total}."


def _sizes_text(sizes: Sequence[int]) -> str:
    return join_words([f"{size:,}" for size in sizes], "or")


def _lines(known: Sequence[KnownBase]) -> list[int]:
    return [number.line for _, number in known if number is not None]


def _items(known: Sequence[KnownBase]) -> list[str]:
    return [number.item for _, number in known if number is not None]
