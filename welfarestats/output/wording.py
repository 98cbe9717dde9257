"""Numbers and facts in the words that a reader sees: rounding, marks, sentences.

Rounding is half up on the decimal value: 36.5 prints as 37 and 12.5 as 13, where Python,
NumPy and pandas round half to even. A computed value carries float dust
(``0.285 * 100 == 28.499999999999996``), so a value within about twelve significant digits
of a half counts as that half.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from types import MappingProxyType
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, listed

BASE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "base": "Unweighted base",
        "weighted_base": "Weighted base",
        "effective_base": "Effective base",
    }
)

SYNTHETIC_CAPTION = "Synthetic data: invented records, not survey answers."
SYNTHETIC_NOTE = (
    "The records behind this table are synthetic: they were invented to agree with published "
    "numbers and were not collected from people. Do not model them, cite them, or look at "
    "groups that were not published."
)

_DUST = 1e-12
_LARGEST_DUST = 1e-6
_NO_FRACTION = 2.0**52  # from here on floating-point numbers are whole
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@overload
def round_half_up(value: float, decimals: int = 0) -> float: ...
@overload
def round_half_up(
    value: Sequence[float] | NDArray[np.float64], decimals: int = 0
) -> NDArray[np.float64]: ...
def round_half_up(value: ArrayLike, decimals: int = 0) -> float | NDArray[np.float64]:
    """Return a number, or an array, rounded half up as published tables round.

    Parameters
    ----------
    value : float or array_like of float
        What is rounded. A missing value (NaN) stays missing.
    decimals : int, default 0
        Decimal places kept; negative for tens, hundreds and so on.

    Returns
    -------
    float or numpy.ndarray
        The same shape, rounded towards plus infinity at a half.

    Notes
    -----
    A value closer to a half than one part in 10¹² is taken to be that half, because
    binary arithmetic has only come close to it. Differences between percentages round half
    away from zero instead: see `round_half_away`.

    Examples
    --------
    >>> round_half_up(36.5), round_half_up(0.285 * 100), round_half_up(2.675, 2)
    (37.0, 29.0, 2.68)
    >>> round_half_up([12.5, 13.5, -2.5]).tolist()
    [13.0, 14.0, -2.0]
    """
    step = 10.0 ** abs(decimals)
    one: object = value
    if isinstance(one, float):
        return _one_half_up(one, step, decimals)
    values = np.asarray(value, dtype=float)
    with np.errstate(over="ignore"):
        scaled = values * step if decimals >= 0 else values / step
    whole = np.floor(scaled + 0.5 + _dust(scaled))
    rounded = whole / step if decimals >= 0 else whole * step
    return _as_given(np.where(np.abs(scaled) < _NO_FRACTION, rounded, values))


@overload
def round_half_away(value: float, decimals: int = 0) -> float: ...
@overload
def round_half_away(
    value: Sequence[float] | NDArray[np.float64], decimals: int = 0
) -> NDArray[np.float64]: ...
def round_half_away(value: ArrayLike, decimals: int = 0) -> float | NDArray[np.float64]:
    """Return a difference, or an array of them, rounded half away from zero.

    Swapping the two groups then changes the sign of the printed difference and nothing
    else.

    Parameters
    ----------
    value : float or array_like of float
        What is rounded. A missing value (NaN) stays missing.
    decimals : int, default 0
        Decimal places kept.

    Returns
    -------
    float or numpy.ndarray
        The same shape.

    Examples
    --------
    >>> round_half_away(12.5), round_half_away(-12.5)
    (13.0, -13.0)
    """
    values = np.asarray(value, dtype=float)
    return _as_given(np.sign(values) * round_half_up(np.abs(values), decimals))


def number_text(value: float, decimals: int = 0, *, missing: str = "[x]") -> str:
    """Return a number with its decimals and a comma at every thousand.

    Parameters
    ----------
    value : float
        Any number.
    decimals : int, default 0
        Decimal places printed.
    missing : str, default "[x]"
        What stands for a missing or infinite value.

    Returns
    -------
    str
        The number as printed.

    Examples
    --------
    >>> number_text(1219), number_text(7.25, 1), number_text(float("nan"))
    ('1,219', '7.3', '[x]')
    """
    if not math.isfinite(value):
        return missing
    return f"{round_half_up(float(value), decimals):,.{max(decimals, 0)}f}"


def percent_text(
    proportion: float,
    decimals: int = 0,
    *,
    rounds_to_zero: str = "[low]",
    zero: str = "0",
    percent_sign: str = "",
    missing: str = "[x]",
) -> str:
    """Return a proportion as a per cent figure, or the mark that stands for it.

    Parameters
    ----------
    proportion : float
        Between 0 and 1.
    decimals : int, default 0
        Decimal places printed.
    rounds_to_zero : str, default "[low]"
        Printed for a proportion that is not zero and rounds to zero.
    zero : str, default "0"
        Printed for a true zero only.
    percent_sign : str, default ""
        Printed after a figure, such as ``"%"`` or ``" per cent"``.
    missing : str, default "[x]"
        Printed for a missing proportion.

    Returns
    -------
    str
        The figure or the mark.

    Examples
    --------
    >>> percent_text(0.365), percent_text(0.004), percent_text(0.0)
    ('37', '[low]', '0')
    >>> percent_text(0.125, percent_sign="%"), percent_text(0.004, rounds_to_zero="*")
    ('13%', '*')
    """
    return amount_text(
        100.0 * proportion,
        decimals,
        rounds_to_zero=rounds_to_zero,
        zero=zero,
        unit=percent_sign,
        missing=missing,
    )


def amount_text(
    value: float,
    decimals: int = 0,
    *,
    rounds_to_zero: str = "[low]",
    zero: str = "0",
    unit: str = "",
    missing: str = "[x]",
) -> str:
    """Return a count or other amount, or the mark that stands for it.

    Parameters
    ----------
    value : float
        The amount.
    decimals : int, default 0
        Decimal places printed.
    rounds_to_zero, zero, missing : str
        As in `percent_text`.
    unit : str, default ""
        Printed after a figure.

    Returns
    -------
    str
        The figure or the mark.

    Examples
    --------
    >>> amount_text(1219.4), amount_text(0.3), amount_text(0.0), amount_text(0.26, 1)
    ('1,219', '[low]', '0', '0.3')
    """
    if not math.isfinite(value):
        return missing
    if value == 0:
        return zero
    if round_half_up(value, decimals) == 0:
        return rounds_to_zero
    return number_text(value, decimals) + unit


def difference_text(difference: float, decimals: int = 0, *, missing: str = "[x]") -> str:
    """Return a difference of two proportions in percentage points, with its sign.

    Parameters
    ----------
    difference : float
        First proportion less the second, unrounded.
    decimals : int, default 0
        Decimal places printed.
    missing : str, default "[x]"
        Printed for a missing difference.

    Returns
    -------
    str
        ``"+12"``, ``"-3"`` or ``"0"``.

    Examples
    --------
    >>> difference_text(0.125), difference_text(-0.125), difference_text(0.001)
    ('+13', '-13', '0')
    """
    if not math.isfinite(difference):
        return missing
    points = round_half_away(100.0 * difference, decimals)
    return f"{points:+,.{decimals}f}" if points else f"{0:.{decimals}f}"


def number_in_words(number: int) -> str:
    """Return a whole number from 0 to 99 in words, and any other in digits.

    Parameters
    ----------
    number : int
        A count.

    Returns
    -------
    str
        Lower case.

    Examples
    --------
    >>> number_in_words(15), number_in_words(41), number_in_words(1219)
    ('fifteen', 'forty-one', '1,219')
    """
    if not 0 <= number < 100:
        return f"{number:,}"
    if number < len(_UNITS):
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return f"{_TENS[tens]}-{_UNITS[units]}" if units else _TENS[tens]


def join_words(words: Iterable[str], conjunction: str = "and") -> str:
    """Return a list as an English phrase.

    Parameters
    ----------
    words : iterable of str
        What is listed.
    conjunction : str, default "and"
        The word before the last one.

    Returns
    -------
    str
        The phrase, empty if nothing is listed.

    Examples
    --------
    >>> join_words(["UC", "ESA"]), join_words(["a", "b", "c"], "or")
    ('UC and ESA', 'a, b or c')
    """
    *first, last = list(words) or [""]
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def level_texts(level: float) -> tuple[str, str]:
    """Return a confidence level as two texts in per cent: significance, confidence.

    Parameters
    ----------
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple of str
        Such as ``("5", "95")``.

    Raises
    ------
    OptionError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> level_texts(0.95)
    ('5', '95')
    """
    if not 0 < level < 1:
        raise OptionError(
            f"level is {level!r}, and a confidence level lies between 0 and 1. Pass 0.95."
        )
    return f"{100 * (1 - level):.6g}", f"{100 * level:.6g}"


def check_form(form: str, allowed: Sequence[str], what: str, *, needed: Sequence[str] = ()) -> None:
    """Raise an `OptionError` where a text to be filled in has other gaps than it may have.

    Parameters
    ----------
    form : str
        The text.
    allowed : sequence of str
        Names of the gaps that it may have.
    what : str
        What the text is.
    needed : sequence of str, default ()
        Names of the gaps that it must have.

    Raises
    ------
    OptionError
        If a gap is missing, is not one of those, or asks for more than its value.

    Examples
    --------
    >>> check_form("({figure})", ("figure",), "flagged_form", needed=("figure",))
    """
    gaps = [f"{{{name}}}" for name in allowed]
    try:
        parts = list(Formatter().parse(form))
    except ValueError:
        parts = [("", "", None, None)]
    found = [name for _, name, _, _ in parts if name is not None]
    plain = all(not way and not spec for _, name, spec, way in parts if name is not None)
    if not plain or not set(needed) <= set(found) <= set(allowed):
        must = "must" if needed else "may"
        raise OptionError(
            f"{what} is {form!r}; of curly brackets it {must} have {listed(gaps)} and nothing else."
        )


def _one_half_up(value: float, step: float, decimals: int) -> float:
    """Return one number rounded half up; a page has thousands, each too small for an array."""
    scaled = value * step if decimals >= 0 else value / step
    if not abs(scaled) < _NO_FRACTION:
        return float(value)
    dust = min(_DUST * max(abs(scaled), 1.0), _LARGEST_DUST)
    whole = float(math.floor(scaled + 0.5 + dust))
    return (whole / step if decimals >= 0 else whole * step) + 0.0


def _dust(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far from a half each value may be and still count as that half."""
    dust: NDArray[np.float64] = np.minimum(_DUST * np.maximum(np.abs(scaled), 1.0), _LARGEST_DUST)
    return dust


def _as_given(values: NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Return a float for a single number and an array for several, without minus zero."""
    positive = values + 0.0
    return float(positive) if positive.ndim == 0 else positive
