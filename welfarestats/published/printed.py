"""A number as it stands in print: its value, its decimals and what would print like it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from welfarestats.output.wording import number_in_words, round_half_up

_NUMBERS = {"none": 0, "no": 0} | {number_in_words(number): number for number in range(100)}
_DIGITS = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")

#: A value that is not zero but rounds to zero.
ROUNDS_TO_ZERO = "*"
#: A number rounded to a decimal and then again without may be off by 0.55 of its last digit.
ROUNDED_TWICE = Fraction(1, 20)
#: The assumption of whoever does not allow for that.
ROUNDED_ONCE = "each number was rounded once"


def printed_value(printed: str) -> float | None:
    """Return the number that a printed token stands for.

    Parameters
    ----------
    printed : str
        Digits (``"1,219"``, ``"15.9"``), a number word (``"Fifteen"``, ``"none"``) or ``"*"``.

    Returns
    -------
    float or None
        ``None`` for ``"*"``, which is no number.

    Raises
    ------
    ValueError
        If the token is neither.

    Examples
    --------
    >>> printed_value("1,219"), printed_value("Forty-one"), printed_value("*")
    (1219.0, 41.0, None)
    """
    word = printed.strip().casefold()
    if word == ROUNDS_TO_ZERO:
        return None
    if word in _NUMBERS:
        return float(_NUMBERS[word])
    if word and _DIGITS.fullmatch(word) and any(letter.isdigit() for letter in word):
        return float(word.replace(",", ""))
    raise ValueError(f"{printed!r} is not a number, a number word or '*'")


def printed_decimals(printed: str) -> int:
    """Return how many decimals a printed token has.

    Parameters
    ----------
    printed : str
        The token.

    Returns
    -------
    int
        Digits after the decimal point; 0 for words and for ``"*"``.

    Examples
    --------
    >>> printed_decimals("15.9"), printed_decimals("Fifteen")
    (1, 0)
    """
    whole, point, decimals = printed.strip().partition(".")
    return len(decimals) if point and (whole + decimals).lstrip("-").replace(",", "") else 0


@dataclass(frozen=True)
class Interval:
    """The exact values that print as a token: lowest, highest and whether each end is in.

    Parameters
    ----------
    low, high : Fraction
        The ends, in printed units.
    low_in, high_in : bool
        Whether the end itself prints as the token.
    """

    low: Fraction
    high: Fraction
    low_in: bool = True
    high_in: bool = False


def rounding_interval(printed: str) -> Interval:
    """Return the values that print as a token when halves are rounded up.

    Parameters
    ----------
    printed : str
        The token.

    Returns
    -------
    Interval
        ``[47 - 0.5, 47 + 0.5)`` for ``"47"``, ``(0, 0.5)`` for ``"*"``.

    Examples
    --------
    >>> rounding_interval("47")
    Interval(low=Fraction(93, 2), high=Fraction(95, 2), low_in=True, high_in=False)
    """
    value = printed_value(printed)
    if value is None:
        return Interval(Fraction(0), Fraction(1, 2), low_in=False)
    half = Fraction(1, 2 * 10 ** printed_decimals(printed))
    exact = Fraction(Decimal(str(value)))
    return Interval(exact - half, exact + half)


def widened_interval(printed: str, widened: Fraction = Fraction(0)) -> tuple[Fraction, Fraction]:
    """Return the ends of what prints as a token, widened by units of its last digit.

    A negative width leaves out ends that print otherwise: 12.5 prints as 13, so that the interval
    of 13 keeps its lowest value and loses its highest.
    """
    interval = rounding_interval(printed)
    margin = widened / 10 ** printed_decimals(printed)
    below = max(margin, Fraction(0)) if interval.low_in else margin
    return interval.low - below, interval.high + margin


def prints_as(computed: float, printed: str) -> bool:
    """Return whether a computed number would print as a token: half up, ``*`` near zero.

    Parameters
    ----------
    computed : float
        The unrounded number, in printed units (47.3 per cent, not 0.473).
    printed : str
        The token that stands in print.

    Returns
    -------
    bool
        ``*`` asks for a number that is not zero and rounds to zero.

    Examples
    --------
    >>> prints_as(36.5, "37"), prints_as(36.4, "37"), prints_as(0.3, "*"), prints_as(0, "*")
    (True, False, True, False)
    """
    if math.isnan(computed):
        return False
    value = printed_value(printed)
    if value is None:
        return computed > 0 and float(round_half_up(computed)) == 0.0
    return float(round_half_up(computed, printed_decimals(printed))) == value
