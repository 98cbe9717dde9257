"""The sums and rates that a report states of its own numbers, calculated again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from welfarestats.output.wording import join_words
from welfarestats.published.findings import Finding, lines_of
from welfarestats.published.printed import (
    ROUNDED_ONCE,
    ROUNDED_TWICE,
    printed_decimals,
    widened_interval,
)
from welfarestats.published.report import Report
from welfarestats.published.specification import StatedRate, StatedSum
from welfarestats.published.transcription import PublishedNumber

#: Statistics that are whole numbers of people, so that nothing about them is rounded.
_COUNTED = ("count", "base")
_EXACT = f"{ROUNDED_ONCE}, and stated whole numbers not at all"

Numbers = Mapping[str, PublishedNumber]
Ends = tuple[Fraction, Fraction]


def arithmetic_findings(report: Report) -> list[Finding]:
    """Return a finding for each stated sum or rate that no values printed so can give."""
    numbers = {number.item: number for number in report.numbers}
    found = [
        *(_sum_finding(stated, numbers) for stated in report.sums),
        *(_rate_finding(stated, numbers) for stated in report.rates),
    ]
    return [finding for finding in found if finding is not None]


def _sum_finding(stated: StatedSum, numbers: Numbers) -> Finding | None:
    total, parts = numbers[stated.total], [numbers[part] for part in stated.parts]
    decimals = max(printed_decimals(number.printed) for number in (total, *parts))
    for hard in (True, False):
        ends = [_ends(part, decimals, hard=hard) for part in parts]
        added = (_added([low for low, _ in ends]), _added([high for _, high in ends]))
        printed = _ends(total, decimals, hard=hard)
        if not _meet(added, printed, hard=hard):
            tokens = [part.printed for part in parts]
            exact = _text(_added([_middle(part) for part in parts]))
            return _finding(
                f"sum.{total.item}.{parts[0].item}",
                (total, *parts),
                f"The numbers {join_words(tokens)} do not add up to {total.printed}, which is "
                f"printed as their sum.",
                f"{' + '.join(tokens)} = {exact}, not {total.printed}."
                f"{_range_text(added, printed)}",
                hard=hard,
            )
    return None


def _rate_finding(stated: StatedRate, numbers: Numbers) -> Finding | None:
    rate, part, whole = (numbers[item] for item in (stated.rate, stated.part, stated.whole))
    for hard in (True, False):
        low, high = (
            _ends(number, printed_decimals(number.printed), hard=hard) for number in (part, whole)
        )
        if high[0] <= 0:
            return None
        divided = (100 * low[0] / high[1], 100 * low[1] / high[0])
        printed = widened_interval(rate.printed, ROUNDED_TWICE if hard else Fraction(0))
        if not _meet(divided, printed, hard=hard):
            exact = _text(100 * _middle(part) / _middle(whole))
            return _finding(
                f"rate.{rate.item}",
                (rate, part, whole),
                f"The share of {part.printed} in {whole.printed} is not the {rate.printed} per "
                f"cent that is printed.",
                f"100 × {part.printed} / {whole.printed} = {exact}, not {rate.printed}."
                f"{_range_text(divided, printed)}",
                hard=hard,
            )
    return None


def _finding(
    name: str, numbers: Sequence[PublishedNumber], words: str, sum_of: str, *, hard: bool
) -> Finding:
    return Finding(
        name,
        "contradiction" if hard else "contradiction-if",
        lines_of(*(number.line for number in numbers)),
        words,
        sum_of,
        survey=numbers[0].survey,
        assumption="" if hard else _EXACT,
        items=tuple(number.item for number in numbers),
        check="sum",
    )


def _ends(number: PublishedNumber, decimals: int, *, hard: bool) -> Ends:
    """Return the values a number may have; ``hard`` allows it to have been rounded twice.

    Otherwise it was rounded to the decimals of the numbers beside it, so that a ``1`` beside 0.7
    is 1.0, and a stated whole number among whole numbers was not rounded.
    """
    middle = _middle(number)
    if number.statistic in _COUNTED:
        return middle, middle
    if hard:
        return widened_interval(number.printed, ROUNDED_TWICE)
    if decimals == 0 and number.statistic == "stated":
        return middle, middle
    half = Fraction(1, 2 * 10**decimals)
    return middle - half, middle + half


def _middle(number: PublishedNumber) -> Fraction:
    """Return the value of a number as it is printed, exactly."""
    low, high = widened_interval(number.printed)
    return (low + high) / 2


def _added(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def _meet(one: Ends, other: Ends, *, hard: bool) -> bool:
    """Return whether two ranges share a value; where rounding twice is allowed, both ends are in."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return low < high or (low == high and (hard or (_holds(one, low) and _holds(other, low))))


def _holds(ends: Ends, value: Fraction) -> bool:
    """Return whether a value is in a range; halves are rounded up, so that its upper end is out."""
    return ends[0] <= value < ends[1] or ends[0] == value == ends[1]


def _range_text(found: Ends, printed: Ends) -> str:
    """Return what rounding allows on both sides; nothing where it allows one value only."""
    if found[0] == found[1] and printed[0] == printed[1]:
        return ""
    return f" Rounding allows {_between(found)}, and {_between(printed)} for what is printed."


def _between(ends: Ends) -> str:
    low, high = (_text(end) for end in ends)
    return low if low == high else f"{low} to {high}"


def _text(value: Fraction) -> str:
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")
