"""Shorthand marks that stand in place of a number, and what they mean.

One mark a bracket, explained above the table, never beside a number in the same cell.

References
----------
Government Analysis Function (2022), "Releasing statistics in spreadsheets", the section on
symbols and shorthand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from welfarestats.errors import OptionError, did_you_mean, listed

MARKS: Mapping[str, str] = MappingProxyType(
    {
        "[low]": "rounds to zero, but is not zero",
        "[c]": "confidential: hidden to protect people",
        "[u]": "low reliability: hidden because the base is too small",
        "[w]": "none recorded in the survey",
        "[x]": "not available",
        "[z]": "not applicable",
        "[ns]": "not statistically significant",
        "[s]": "statistically significant at the 5 % level",
        "[ss]": "statistically significant at the 1 % level",
        "[sss]": "statistically significant at the 0.1 % level",
    }
)
"""Shorthand of the Government Analysis Function for statistics, in the order of a legend."""

_SIGNIFICANCE_STEPS = ((0.001, "[sss]"), (0.01, "[ss]"), (0.05, "[s]"))


def significance_mark(p_value: float) -> str:
    """Return the shorthand for a p-value.

    Parameters
    ----------
    p_value : float
        Between 0 and 1, or missing where nothing was tested.

    Returns
    -------
    str
        ``"[sss]"`` below 0.001, ``"[ss]"`` below 0.01, ``"[s]"`` below 0.05, otherwise
        ``"[ns]"``; ``"[x]"`` if missing.

    Examples
    --------
    >>> significance_mark(0.03), significance_mark(0.0001), significance_mark(0.5)
    ('[s]', '[sss]', '[ns]')
    """
    if not math.isfinite(p_value):
        return "[x]"
    return next((mark for limit, mark in _SIGNIFICANCE_STEPS if p_value < limit), "[ns]")


def legend_of(marks: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the marks that occur with their meaning, in the order of a legend.

    Parameters
    ----------
    marks : iterable of str
        Shorthand marks, repeated or not.

    Returns
    -------
    tuple of (str, str)
        Each mark once, with its meaning.

    Raises
    ------
    OptionError
        If a mark is not one of the shorthand.

    Examples
    --------
    >>> legend_of(["[z]", "[low]", "[z]"])
    (('[low]', 'rounds to zero, but is not zero'), ('[z]', 'not applicable'))
    """
    wanted = set(marks)
    unknown = sorted(wanted - set(MARKS))
    if unknown:
        raise OptionError(
            f"{unknown[0]!r} is not a shorthand mark; the marks are {listed(MARKS, len(MARKS))}."
            f"{did_you_mean(unknown[0], MARKS)}"
        )
    return tuple((mark, meaning) for mark, meaning in MARKS.items() if mark in wanted)
