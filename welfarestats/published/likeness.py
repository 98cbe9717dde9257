"""Whether "no difference", "the same" and "similar" say more than the tables show.

A test that finds no difference has not shown that there is none. Two groups are shown to be alike
where the interval of their difference lies within a margin that was stated before (Schuirmann
1987). "No significant difference" speaks of the test, and equal figures are equal as printed.
"""

from __future__ import annotations

import math
import re

from welfarestats.estimates.planning import detectable_words
from welfarestats.output.wording import level_texts, number_text, round_half_up
from welfarestats.published.evidence import INDICATIVE, PairTest
from welfarestats.published.prose_findings import (
    NOT_CHECKED,
    NOT_TESTED,
    SAMENESS_NOT_SHOWN,
    TIED,
    WRONG_DIRECTION,
)
from welfarestats.published.spoken_comparisons import SpokenComparison

__all__ = ["Verdict", "could_find", "likeness_of"]

#: Words that leave room for a small difference.
_NEARLY = re.compile(
    r"\b(?:similar(?:ly)?|comparable|little|hardly|about|broadly|largely|much)\b", re.IGNORECASE
)
_NO_MORE, _NO_LESS = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("more", "less"))

Verdict = tuple[str, str]


def likeness_of(
    spoken: SpokenComparison,
    values: tuple[float, float],
    test: PairTest | None,
    *,
    has_tests: bool,
    indicative: bool,
) -> Verdict:
    """Return what comes of a comparison that says two groups are alike, and why.

    Parameters
    ----------
    spoken : SpokenComparison
        The comparison: ``same``, ``equal`` or ``unproven``.
    values : tuple of float
        The two percentages, as the text gives them or else as the cells do.
    test : PairTest, optional
        What the table says of the pair.
    has_tests : bool
        Whether the tables test differences at all.
    indicative : bool
        Whether the passage says that its differences are indicative.

    Returns
    -------
    tuple of str
        Status and message; the cells are not named in it.
    """
    if spoken.direction == "equal" and _printed(values[0]) == _printed(values[1]):
        return TIED, "The figures are equal as printed"
    if not has_tests:
        return NOT_CHECKED, "The tables hold no test, which such words need"
    if test is None:
        status = NOT_TESTED if spoken.direction == "unproven" else SAMENESS_NOT_SHOWN
        return status, "The table did not test this pair"
    if test.significant and not _allowed(spoken, values, test):
        return WRONG_DIRECTION, f"They differ significantly{_interval(test)}"
    if spoken.direction == "unproven":
        return _unproven(test, indicative=indicative)
    if test.significant:
        return TIED, f"They differ significantly{_interval(test)}, and the words allow for it"
    return _same(test, indicative=indicative)


def _printed(value: float) -> float:
    return float(round_half_up(value, 0))


def _allowed(spoken: SpokenComparison, values: tuple[float, float], test: PairTest) -> bool:
    """Return whether words go with a significant difference: small, or to the other side."""
    if spoken.direction != "unproven" and test.equivalent and _NEARLY.search(spoken.words):
        return True
    more, less = (bool(one.search(spoken.words)) for one in (_NO_MORE, _NO_LESS))
    return more != less and ((values[0] < values[1]) if more else (values[0] > values[1]))


def _unproven(test: PairTest, *, indicative: bool) -> Verdict:
    """Return the verdict on "no significant difference", where there is none."""
    if test.tested:
        return TIED, f"The difference is not significant{_interval(test)}{could_find(test)}"
    if test.reason == INDICATIVE and indicative:
        return TIED, f"{_upper(INDICATIVE)}"
    return NOT_TESTED, _why_not(test)


def _same(test: PairTest, *, indicative: bool) -> Verdict:
    """Return the verdict on words that say two groups are alike, where no test says otherwise."""
    if test.equivalent is None:
        why = "The words say more than a test that is not significant shows"
        why = why if test.tested else _why_not(test)
        margin = ", or pass the margin that was stated before as equivalence_margin"
        advice = f"{_advice(test)}{margin if test.tested else ''}"
        return SAMENESS_NOT_SHOWN, f"{why}{_interval(test)}{could_find(test)}. {advice}"
    low, high = test.alike
    level, margin = number_text(100 * (2 * test.level - 1)), number_text(100 * test.margin, 1)
    within = (
        f"the {level} per cent interval of the difference, {_points(low)} to {_points(high)}"
        f" points, {'lies' if test.equivalent else 'does not lie'} within the margin of"
        f" {margin.removesuffix('.0')} points"
    )
    if math.isnan(low):
        within = "the difference has no interval to hold against the margin"
    if test.equivalent and (test.reason != INDICATIVE or indicative):
        return TIED, _upper(within)
    if test.equivalent:
        return SAMENESS_NOT_SHOWN, f"{_upper(within)}, but {INDICATIVE}"
    return SAMENESS_NOT_SHOWN, f"{_upper(within)}{could_find(test)}. {_advice(test)}"


def _advice(test: PairTest) -> str:
    """Return the wording that the tables bear out."""
    if test.tested:
        return "Say “no significant difference”"
    return "Give the figures without a verdict"


def _why_not(test: PairTest) -> str:
    if test.reason == INDICATIVE:
        return _upper(INDICATIVE)
    return f"The table did not test this pair{f' ({test.reason})' if test.reason else ''}"


def could_find(test: PairTest) -> str:
    """Return what a comparison could find, as the rest of a sentence; nothing where unknown.

    Among volunteers nothing is called significant.
    """
    if math.isnan(test.least) or test.reason == INDICATIVE:
        return ""
    return f"; on these bases {detectable_words(test.least, test.detectable, level=test.level)}"


def _interval(test: PairTest) -> str:
    """Return the limits of the difference, as the rest of a sentence; nothing where unknown."""
    low, high = test.limits
    if math.isnan(low) or math.isnan(high):
        return ""
    _, confidence = level_texts(test.level)
    return (
        f": the {confidence} per cent interval of the difference is {_points(low)} to"
        f" {_points(high)} points"
    )


def _points(share: float) -> str:
    """Return a difference of proportions in points, with a real minus."""
    return number_text(100 * share, 1).removesuffix(".0").replace("-", "−")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
