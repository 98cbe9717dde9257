"""What the published numbers allow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from welfarestats.errors import OptionError
from welfarestats.published.printed import rounding_interval


def candidate_bases(
    percentages: Sequence[str],
    maximum: int,
    minimum: int = 1,
    *,
    partitions: Iterable[Sequence[str]] = (),
) -> list[int]:
    """Return the bases that could give every printed percentage of one population.

    A base ``n`` is possible if for each percentage some whole number of people ``c`` has
    ``100 c / n`` print as it does, and if for each partition such numbers add up to ``n``.

    Parameters
    ----------
    percentages : sequence of str
        As they stand in print, without a per cent sign: ``"47"``, ``"33.3"`` or ``"*"``.
    maximum : int
        The largest base that is possible at all.
    minimum : int
        The smallest base that is possible at all.
    partitions : iterable of sequences of str
        Percentages of answers of which everyone in the population gave exactly one.

    Returns
    -------
    list of int
        In ascending order; empty if no base gives them all.

    Raises
    ------
    OptionError
        If ``minimum`` is below 1.

    Notes
    -----
    It holds for unweighted percentages only.

    Examples
    --------
    >>> candidate_bases(["54", "36", "10"], 62, partitions=[["54", "36", "10"]])
    [39, 50, 59, 61]
    """
    if minimum < 1:
        raise OptionError(f"minimum must be at least 1, found {minimum}. Leave it out.")
    several = [list(partition) for partition in partitions]
    return [
        base
        for base in range(minimum, maximum + 1)
        if all(_counts(printed, base) for printed in percentages)
        and all(_can_sum(partition, base) for partition in several)
    ]


def _counts(printed: str, base: int) -> range:
    """Return the whole numbers of people whose share of a base prints as it does."""
    interval = rounding_interval(printed)
    low = interval.low * base / 100
    first = math.ceil(low) if interval.low_in else math.floor(low) + 1
    last = math.ceil(interval.high * Fraction(base, 100)) - 1
    return range(max(first, 0), min(last, base) + 1)


def _can_sum(partition: Sequence[str], base: int) -> bool:
    ranges = [_counts(printed, base) for printed in partition]
    return all(ranges) and sum(r[0] for r in ranges) <= base <= sum(r[-1] for r in ranges)
