"""Every error and warning of the library, and the two phrases they share.

An error says the fact, what was found and what to do. It never repeats a value from a
column that identifies people or holds free text.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class WelfareStatsError(ValueError):
    """Something the library cannot do with what it was given."""


class DesignError(WelfareStatsError):
    """Weights, strata, PSUs or FPCs that cannot describe a sample design."""


class WeightingError(WelfareStatsError):
    """Targets that contradict each other, or that no weights of these respondents meet."""


class CodebookError(WelfareStatsError):
    """A question, category or net that is not declared, or declared wrongly."""


class DataError(WelfareStatsError):
    """Respondents' answers that cannot be read as declared."""


class OptionError(WelfareStatsError):
    """An option that does not exist, or that needs another one to have a meaning."""


class TableError(WelfareStatsError):
    """A table that cannot be made or shown as asked."""


class ReportError(WelfareStatsError):
    """A report folder that is incomplete, inconsistent or unreadable."""


class WelfareStatsWarning(UserWarning):
    """A fact that a careful reader of the result would want to know."""


class DataWarning(WelfareStatsWarning):
    """Answers that were read, but not as a codebook would lead one to expect."""


class PrecisionWarning(WelfareStatsWarning):
    """A result whose precision is worse, or less certain, than it looks."""


def did_you_mean(name: object, choices: Iterable[object]) -> str:
    """Return `` Did you mean 'x'?`` for the choice most like ``name``, or nothing."""
    close = get_close_matches(str(name), [str(choice) for choice in choices], n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def listed(names: Iterable[object], limit: int = 5) -> str:
    """Return names in quotes with commas, the first ``limit`` of them and how many more."""
    every = [repr(str(name)) for name in names]
    more = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {more:,} more" if more > 0 else "")


def one_of(value: object, choices: Iterable[str], option: str) -> None:
    """Raise an `OptionError` unless ``value`` is one of the words that ``option`` takes."""
    words = list(choices)
    if value not in words:
        raise OptionError(
            f"{option} cannot be {value!r}; it is one of {listed(words, len(words))}."
            f"{did_you_mean(value, words)}"
        )
