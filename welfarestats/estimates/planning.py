"""What a comparison of given size could find, before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError
from welfarestats.estimates.pair_facts import STATED_POWER
from welfarestats.formulas.proportion_pairs import floats
from welfarestats.formulas.significance import (
    least_significant_difference,
    minimum_detectable_difference,
)
from welfarestats.output.wording import level_texts, number_text

Array = NDArray[np.float64]


def detectable_difference(
    base_a: ArrayLike,
    base_b: ArrayLike,
    *,
    proportion: ArrayLike = 0.5,
    design_effect: ArrayLike = 1.0,
    shared: ArrayLike = 0,
    correlation: ArrayLike = 0.0,
    power: float = STATED_POWER,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what has to be observed and what has to be true in a comparison, one row a plan.

    Two numbers that are often taken for one another. The *least significant difference*,
    ``z √V``, has to be observed to be called significant. The *minimum detectable difference*,
    ``(z + z_power) √V``, has to be true to be found with the power stated. Both are of
    ``V = p(1 − p)(1/e_a + 1/e_b − 2ρe₀/(e_a e_b))`` on effective bases e = n / design effect.

    Parameters
    ----------
    base_a, base_b : array_like of float
        Respondents n of each group or wave, above 0; a list makes a row a plan.
    proportion : array_like of float, default 0.5
        Proportion p about which the two lie, above 0 and below 1; 0.5 gives the largest
        differences.
    design_effect : array_like of float, default 1
        Variance over that of a simple random sample, of weights and clusters together, above 0.
    shared : array_like of float, default 0
        Respondents in both, such as those of two waves of a panel.
    correlation : array_like of float, default 0
        Correlation ρ of the two answers of those in both, −1 to 1.
    power : float, default 0.8
        Probability of finding the detectable difference, from 0.5 to below 1.
    level : float, default 0.95
        Confidence level of the test.

    Returns
    -------
    pandas.DataFrame
        ``base_a, base_b, shared, correlation, design_effect, effective_base_a,
        effective_base_b, proportion, level, power, least_significant_difference,
        minimum_detectable_difference`` (0–1), and ``words``: the same as a sentence.

    Raises
    ------
    OptionError
        When a base, proportion, design effect, correlation, power or level is out of its range,
        or more are shared than there are.

    Notes
    -----
    A finding that is not significant is no finding of no difference: for that see
    ``equivalence_margin`` of `compare`. On bases under 30 the normal approximation is rough;
    the power that is reached is 80 to 84 per cent for one of 80 on bases of 17 to 82.

    References
    ----------
    Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the statistical
    power of experimental designs. Evaluation Review 19, 547-556.

    Examples
    --------
    >>> import welfarestats as ws
    >>> plan = ws.detectable_difference(48, 52)
    >>> print(plan["words"].iloc[0])
    On effective bases of 48 and 52, a difference observed near 50 per cent has to be 20 points to be significant (95 per cent confidence); a true difference of 28 points is found with a power of 80 per cent.
    """
    names = ("base_a", "base_b", "shared", "correlation", "design_effect", "proportion")
    given = (base_a, base_b, shared, correlation, design_effect, proportion)
    plan = _plan(dict(zip(names, given, strict=True)))
    _check(plan)
    effect = plan["design_effect"]
    plan["effective_base_a"], plan["effective_base_b"] = (
        plan["base_a"] / effect,
        plan["base_b"] / effect,
    )
    e_a, e_b, p = (
        plan[name].to_numpy() for name in ("effective_base_a", "effective_base_b", "proportion")
    )
    e_0, r = (plan["shared"] / effect).to_numpy(), plan["correlation"].to_numpy()
    plan["least_significant_difference"] = least_significant_difference(
        e_a, e_b, proportion=p, level=level, effective_overlap=e_0, correlation=r
    )
    plan["minimum_detectable_difference"] = minimum_detectable_difference(
        e_a, e_b, proportion=p, level=level, power=power, effective_overlap=e_0, correlation=r
    )
    plan["level"], plan["power"] = float(level), float(power)
    plan["words"] = [
        _sentence({str(name): value for name, value in row.items()})
        for row in plan.to_dict("records")
    ]
    return plan[[*names[:5], "effective_base_a", "effective_base_b", "proportion", *_FOUND]]


_FOUND = (
    "level",
    "power",
    "least_significant_difference",
    "minimum_detectable_difference",
    "words",
)
# What each number is, from where to where, and whether the ends belong to it.
_RANGES = (
    ("base_a", 0, np.inf, False, "a number of respondents above 0"),
    ("base_b", 0, np.inf, False, "a number of respondents above 0"),
    ("proportion", 0, 1, False, "a proportion above 0 and below 1"),
    ("design_effect", 0, np.inf, False, "a ratio of variances above 0"),
    ("correlation", -1, 1, True, "from -1 to 1"),
    ("shared", 0, np.inf, True, "a number of respondents from 0"),
)


def _plan(given: Mapping[str, ArrayLike]) -> pd.DataFrame:
    """Return one row a plan; an `OptionError` for what is no number, or lists of two lengths."""
    numbers = {}
    for name, value in given.items():
        try:
            numbers[name] = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise OptionError(
                f"{name} is a number or a list of numbers, and {value!r} was given."
            ) from None
    lengths = {name: each.size for name, each in numbers.items() if each.size != 1}
    if len(set(lengths.values())) > 1 or any(each.ndim > 1 for each in numbers.values()):
        told = " and ".join(f"{size:,} of {name}" for name, size in lengths.items())
        raise OptionError(
            f"a plan is one number of each, and {told} were given. Give lists of one length, or"
            " single numbers."
        )
    return pd.DataFrame(
        {n: np.ravel(e) for n, e in zip(numbers, floats(*numbers.values()), strict=True)}
    )


def _check(plan: pd.DataFrame) -> None:
    """Raise an `OptionError` at the first number that is out of its range."""
    for name, low, high, ends, words in _RANGES:
        values = plan[name].to_numpy(dtype=float)
        inside = (values >= low) & (values <= high) if ends else (values > low) & (values < high)
        if not inside.all():
            raise OptionError(f"{name} is {words}, and {values[~inside][0]:g} was given.")
    smaller = plan[["base_a", "base_b"]].to_numpy(dtype=float).min(axis=1)
    shared = plan["shared"].to_numpy(dtype=float)
    if (shared > smaller).any():
        at = int(np.argmax(shared > smaller))
        raise OptionError(
            f"{shared[at]:,.0f} respondents cannot be in both groups: the smaller one has"
            f" {smaller[at]:,.0f}. Pass at most as many as shared."
        )


def _sentence(row: dict[str, float]) -> str:
    """Return a plan in words."""
    return f"{_upper(comparison_words(row, level=row['level'], power=row['power']))}."


def comparison_words(
    row: Mapping[str, float],
    *,
    level: float,
    power: float = STATED_POWER,
    indicative: bool = False,
) -> str:
    """Return what two groups of given effective bases could find, as a sentence without its end."""
    bases = " and ".join(number_text(row[f"effective_base_{side}"]) for side in "ab")
    if row.get("shared"):
        shared, alike = number_text(row["shared"]), number_text(row["correlation"], 2)
        bases += f", with {shared} people in both whose answers correlate {alike}"
    if correlation := row.get("correlation_of_waves"):
        bases += f" in waves whose estimates correlate {number_text(correlation, 2)}"
    found = detectable_words(
        row["least_significant_difference"],
        row["minimum_detectable_difference"],
        level=level,
        power=power,
        near=f" observed near {number_text(100 * row['proportion'])} per cent",
        indicative=indicative,
    )
    return f"on effective bases of {bases}, {found}"


def detectable_words(
    least: float,
    detectable: float,
    *,
    level: float,
    power: float = STATED_POWER,
    near: str = "",
    indicative: bool = False,
) -> str:
    """Return how large a difference of proportions has to be, observed and true, as a clause.

    Of people who are no random sample nothing is called significant.
    """
    _, confidence = level_texts(level)
    points, true = _points(least), _points(detectable)
    chance = number_text(100 * power)
    if indicative:
        return (
            f"a difference{near} would have to be {points} points to stand out ({confidence} per"
            f" cent confidence) if the respondents were a random sample; a true difference of {true}"
            f" points would then be found with a power of {chance} per cent"
        )
    return (
        f"a difference{near} has to be {points} points to be significant ({confidence} per cent"
        f" confidence); a true difference of {true} points is found with a power of {chance} per cent"
    )


def _points(share: float) -> str:
    """Return a difference of proportions in points, those under ten with a decimal."""
    return number_text(100 * share, 0 if share >= 0.095 else 1)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
