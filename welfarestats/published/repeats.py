"""The same quantity, printed with two values."""

from __future__ import annotations

from collections.abc import Sequence

from welfarestats.output.wording import join_words
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.printed import ROUNDED_ONCE, ROUNDED_TWICE, widened_interval
from welfarestats.published.quantities import Quantity, quantity_of, words_of
from welfarestats.published.report import Report
from welfarestats.published.transcription import UNCOMPUTED, PublishedNumber

#: Statistics that are whole numbers of people or of units, and not rounded.
_EXACT = ("count", "base", "degrees_of_freedom", "strata", "psus")


def repeated_findings(report: Report) -> list[Finding]:
    """Return the quantities that are printed with values that differ by more than rounding."""
    same: dict[Quantity, list[PublishedNumber]] = {}
    for number in report.numbers:
        if number.statistic not in UNCOMPUTED:
            same.setdefault(quantity_of(number, report), []).append(number)
    groups = [numbers for numbers in same.values() if len({n.value for n in numbers}) > 1]
    return [finding for numbers in groups for finding in _differing(numbers, report)]


def _differing(numbers: Sequence[PublishedNumber], report: Report) -> list[Finding]:
    first = numbers[0]
    exact = first.statistic in _EXACT
    if exact and len({number.value for number in numbers}) > 1:
        kind, sum_of = "contradiction", ""
    elif exact or not _disjoint(numbers):
        return []
    else:
        hard = _disjoint(numbers, twice=True)
        kind = "contradiction" if hard else "contradiction-if"
        sum_of = _sum_text(numbers, hard=hard)
    printed = join_words(_places(numbers))
    return [
        Finding(
            f"repeated.{first.item}",
            kind,
            lines_of(*(number.line for number in numbers)),
            f"One quantity is printed with different values: {words_of(first, report)}.",
            f"{printed[:1].upper()}{printed[1:]}.{sum_of}",
            survey=first.survey,
            assumption="" if kind == "contradiction" else ROUNDED_ONCE,
            items=tuple(number.item for number in numbers),
            check="repeated",
        )
    ]


def _disjoint(numbers: Sequence[PublishedNumber], *, twice: bool = False) -> bool:
    """Return whether no value prints as all of the tokens; touching ends do not count as one."""
    intervals = [
        widened_interval(number.printed, ROUNDED_TWICE) if twice
        else widened_interval(number.printed)
        for number in numbers
    ]  # fmt: skip
    highest_low = max(low for low, _ in intervals)
    lowest_high = min(high for _, high in intervals)
    return lowest_high < highest_low or (lowest_high == highest_low and not twice)


def _places(numbers: Sequence[PublishedNumber]) -> list[str]:
    """Return each value once, as it is first printed, with all its lines."""
    tokens = {number.value: number.printed for number in reversed(numbers)}
    lines: dict[str, list[int]] = {}
    for number in numbers:
        lines.setdefault(tokens[number.value], []).append(number.line)
    return [
        f"{printed} in {'lines' if len(set(found)) > 1 else 'line'} "
        + join_words([str(line) for line in lines_of(*found)])
        for printed, found in lines.items()
    ]


def _sum_text(numbers: Sequence[PublishedNumber], *, hard: bool) -> str:
    ordered = sorted(numbers, key=lambda number: widened_interval(number.printed))
    low, high = ordered[0], ordered[-1]
    margin = ROUNDED_TWICE if hard else ROUNDED_TWICE * 0
    below, above = (
        widened_interval(low.printed, margin)[1],
        widened_interval(high.printed, margin)[0],
    )
    again = ", even if it was rounded twice" if hard else ""
    return (
        f" {low.printed} stands for less than {float(below):g} and {high.printed} for at least "
        f"{float(above):g}{again}."
    )
