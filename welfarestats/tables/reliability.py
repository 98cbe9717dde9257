"""Whether an estimate is precise enough to be shown: rules in order, as data of a house style."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of
from welfarestats.formulas.binomial_intervals import without_dust
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.intervals import korn_graubard_interval, log_t_interval
from welfarestats.tables.bands import size_text

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

UNKNOWN = "the precision of this figure is not known"
RULE_STATES = ("shown", "flagged", "unreliable")


@dataclass(frozen=True)
class _Measure:
    """How a measure of precision is told: its words, what it is multiplied by, its unit."""

    words: str
    scale: float = 1
    unit: str = ""


MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        "effective_sample_size": _Measure("effective sample size"),
        "width": _Measure("confidence interval width", 100, " points"),
        "relative_width": _Measure("interval width relative to the figure", 100, " per cent"),
        "complement_relative_width": _Measure(
            "interval width relative to the complement", 100, " per cent"
        ),
        "degrees_of_freedom": _Measure("number of degrees of freedom"),
        "at_the_edge": _Measure("share"),
        "numerator": _Measure("number of respondents counted"),
        "effective_numerator": _Measure("effective number of respondents counted"),
        "denominator": _Measure("number of respondents in the denominator"),
        "effective_denominator": _Measure("effective number of respondents in the denominator"),
    }
)
"""What a rule may be about; ``at_the_edge`` is 1 at 0 and 100 per cent and 0 elsewhere."""

PROPORTION_MEASURES = (
    "effective_sample_size",
    "width",
    "relative_width",
    "complement_relative_width",
    "degrees_of_freedom",
    "at_the_edge",
)
"""Those of a proportion, which `Precision` knows."""

COUNT_MEASURES = (
    "numerator",
    "effective_numerator",
    "denominator",
    "effective_denominator",
    "relative_width",
    "degrees_of_freedom",
)
"""Those of a count, total or ratio, which `CountPrecision` knows."""

_DUST = 1e-12

# With each comparison, to which side float dust is cleared: what is as good as the limit is it.
_COMPARISONS: Mapping[str, tuple[Callable[[Any, Any], Any], float, str]] = MappingProxyType(
    {
        "<": (operator.lt, 1 + _DUST, "under"),
        "<=": (operator.le, 1 - _DUST, "at most"),
        ">=": (operator.ge, 1 + _DUST, "at least"),
        ">": (operator.gt, 1 - _DUST, "over"),
    }
)


@dataclass(frozen=True)
class PrecisionRule:
    """One rule about the precision of a figure.

    Parameters
    ----------
    measure : str
        One of `MEASURES`.
    comparison : {"<", "<=", ">=", ">"}
        How the measure is compared with the limit.
    limit : float
        In the units of the measure: widths as proportions.
    state : {"shown", "flagged", "unreliable"}
        What becomes of a figure that the rule is true of.
    reason : str, default ""
        The reason in words; made of measure and limit where left out.
    even_if_shown : bool, default False
        Whether the rule is also asked of figures that an earlier rule has shown.
    caveat : str, default ""
        Sentence printed below a table that has a figure the rule is true of.
    """

    measure: str
    comparison: str
    limit: float
    state: str
    reason: str = ""
    even_if_shown: bool = False
    caveat: str = ""

    def __post_init__(self) -> None:
        one_of(self.measure, MEASURES, "the measure of a rule")
        one_of(self.comparison, _COMPARISONS, "the comparison of a rule")
        one_of(self.state, RULE_STATES, "the state of a rule")
        if np.isnan(self.limit):
            raise OptionError("the limit of a rule is nan. Pass a number, in the measure's unit.")

    def holds(self, values: Array) -> Mask:
        """Return where the rule is true; an unknown measure makes none true."""
        compare, cleared, _ = _COMPARISONS[self.comparison]
        with np.errstate(invalid="ignore"):
            return np.asarray(compare(values * cleared, self.limit))

    @property
    def words(self) -> str:
        """The rule as a legend tells it."""
        measure = MEASURES[self.measure]
        *_, compared = _COMPARISONS[self.comparison]
        limit = f"{self.limit * measure.scale:g}{measure.unit}"
        return self.reason or f"{measure.words} {compared} {limit}"

    def told(self, value: float) -> str:
        """Return why the rule is true of a figure."""
        if self.reason:
            return self.reason
        measure = MEASURES[self.measure]
        *_, compared = _COMPARISONS[self.comparison]
        limit = self.limit * measure.scale
        size = size_text(value * measure.scale, limit)
        return f"{measure.words} of {size}{measure.unit} is {compared} {limit:g}{measure.unit}"


@dataclass(frozen=True)
class Precision:
    """What rules need to know of the precision of proportions.

    Parameters
    ----------
    variance : array_like
        Variances under the design; missing where unknown.
    base : array_like
        Unweighted bases n.
    degrees_of_freedom : array_like
        Design degrees of freedom.
    has_fpc : array_like of bool, default False
        Whether a finite population correction is declared.
    """

    variance: ArrayLike
    base: ArrayLike
    degrees_of_freedom: ArrayLike
    has_fpc: ArrayLike = False

    def measures(self, proportion: ArrayLike, level: float = 0.95) -> dict[str, Array]:
        """Return each of `MEASURES` for proportions; all missing where the variance is.

        Parameters
        ----------
        proportion : array_like
            Estimated proportions p, 0–1.
        level : float, default 0.95
            Level of the Korn–Graubard limits whose width is measured.

        Returns
        -------
        dict of str to ndarray
            The effective sample size is p(1 − p)/V, at most n, and n at 0 and 100 per cent,
            where widths are missing.
        """
        p, v, n, df, fpc = np.broadcast_arrays(
            *(
                np.asarray(value, dtype=float)
                for value in (proportion, self.variance, self.base, self.degrees_of_freedom)
            ),
            np.asarray(self.has_fpc, dtype=bool),
        )
        p = without_dust(p)
        edge = (p == 0) | (p == 1)
        known = ~(np.isnan(p) | np.isnan(v) | np.isnan(df))
        inside = known & ~edge
        size = np.divide(p * (1 - p), v, out=np.full(p.shape, np.inf), where=inside & (v > 0))
        # Degrees of freedom of 0 leave the interval as wide as it can be.
        low, high = korn_graubard_interval(
            np.where(inside, p, np.nan),
            np.where(inside, v, np.nan),
            base=n,
            effective_base=n,
            degrees_of_freedom=np.maximum(np.where(known, df, np.nan), 0),
            level=level,
            has_fpc=fpc,
        )
        width = high - low
        with np.errstate(divide="ignore", invalid="ignore"):
            found = {
                "effective_sample_size": np.where(edge, n, np.minimum(size, n)),
                "width": width,
                "relative_width": width / p,
                "complement_relative_width": width / (1 - p),
                "degrees_of_freedom": df,
                "at_the_edge": edge.astype(float),
            }
        return {name: np.where(known, values, np.nan) for name, values in found.items()}


@dataclass(frozen=True)
class CountPrecision:
    """What rules need to know of the precision of counts, totals and ratios.

    Parameters
    ----------
    variance : array_like
        Variances under the design; missing where unknown.
    degrees_of_freedom : array_like
        Design degrees of freedom.
    numerator, effective_numerator : array_like
        Respondents who add to the figure, and their effective base (Σw)²/Σw².
    denominator, effective_denominator : array_like, default nan
        Respondents below a ratio; missing for a count or total.

    References
    ----------
    Parker, J. D. and others (2023). National Center for Health Statistics data presentation
    standards for rates and counts. Vital and Health Statistics 2(200), table A; limits and
    effective sizes as the package surveytable of the same agency makes them.
    """

    variance: ArrayLike
    degrees_of_freedom: ArrayLike
    numerator: ArrayLike
    effective_numerator: ArrayLike
    denominator: ArrayLike = np.nan
    effective_denominator: ArrayLike = np.nan

    def measures(self, figure: ArrayLike, level: float = 0.95) -> dict[str, Array]:
        """Return each of `COUNT_MEASURES`; all missing where the variance is.

        Parameters
        ----------
        figure : array_like
            Counts, totals or ratios.
        level : float, default 0.95
            Level of the limits whose width is measured.

        Returns
        -------
        dict of str to ndarray
            Widths are of `log_t_interval`, on one degree of freedom less than the effective
            numerator. They do not exist below 0, where all measures are missing.
        """
        names = (
            *("variance", "degrees_of_freedom", "numerator", "effective_numerator"),
            *("denominator", "effective_denominator"),
        )
        x, v, df, n, e, below, e_below = np.broadcast_arrays(
            np.asarray(figure, dtype=float),
            *(np.asarray(getattr(self, name), dtype=float) for name in names),
        )
        known = ~(np.isnan(v) | np.isnan(df)) & ((x > 0) | (n == 0))
        low, high = log_t_interval(
            x, np.sqrt(np.maximum(v, 0)), level=level, degrees_of_freedom=np.maximum(e - 1, 0)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            width = (high - low) / x
        found = {
            "numerator": n,
            "effective_numerator": np.minimum(e, n),
            "denominator": below,
            "effective_denominator": np.minimum(e_below, below),
            # One respondent, of whatever weight, says nothing about the spread.
            "relative_width": np.where((e <= 1) & (x > 0), np.inf, width),
            "degrees_of_freedom": df,
        }
        return {name: np.where(known, values, np.nan) for name, values in found.items()}


@dataclass(frozen=True)
class Verdicts:
    """What rules say of each figure, and in what words.

    Parameters
    ----------
    state : ndarray of str
        ``"flagged"`` or ``"unreliable"``; empty where the rules let the figure be shown.
    reason : ndarray of str
        Why.
    words : dict of str to list of str
        For each of the two states, the rules that were true of a figure.
    caveats : tuple of str
        Sentences of the rules that were true of a figure.
    """

    state: NDArray[np.object_]
    reason: NDArray[np.object_]
    words: Mapping[str, list[str]]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class Reliability:
    """Rules that decide, in their order, whether a figure is precise enough to be shown.

    A figure that a rule hides stays hidden. One that a rule shows is asked only of the rules that
    are asked even then. Flags of several rules add up. A figure of unknown precision is hidden.

    Parameters
    ----------
    rules : tuple of PrecisionRule
        In their order.
    level : float, default 0.95
        Level of the limits whose width is measured.

    Examples
    --------
    >>> rules = Reliability((PrecisionRule("width", ">=", 0.3, "unreliable"),))
    >>> given = Precision(
    ...     variance=[0.25 / 40, 0.25 / 400], base=[40, 400], degrees_of_freedom=39
    ... )
    >>> rules.verdicts([0.5, 0.5], given).reason.tolist()
    ['confidence interval width of 32.4 points is at least 30 points', '']
    """

    rules: tuple[PrecisionRule, ...]
    level: float = 0.95

    def __post_init__(self) -> None:
        two_sided_quantile(self.level)
        if not self.rules:
            raise OptionError(
                "a style's reliability has no rules. Give at least one, or leave it out."
            )

    def verdicts(
        self,
        figure: ArrayLike,
        precision: Precision | CountPrecision,
        *,
        among: ArrayLike = True,
    ) -> Verdicts:
        """Return what the rules say of figures.

        Parameters
        ----------
        figure : array_like
            Proportions; or counts, totals and ratios.
        precision : Precision or CountPrecision
            What is known of them.
        among : array_like of bool, default True
            The figures that are asked about.

        Returns
        -------
        Verdicts
            Of the common shape.
        """
        measures = precision.measures(figure, self.level)
        shape = measures["degrees_of_freedom"].shape
        asked = np.broadcast_to(np.asarray(among, dtype=bool), shape).copy()
        found = Verdicts(
            np.full(shape, "", dtype=object),
            np.full(shape, "", dtype=object),
            {"flagged": [], "unreliable": []},
            (),
        )
        unknown = asked & np.isnan(measures["degrees_of_freedom"])
        if unknown.any():
            found.state[unknown], found.reason[unknown] = "unreliable", UNKNOWN
            found.words["unreliable"].append(UNKNOWN)
        asked &= ~unknown
        still, caveats = asked.copy(), []
        for rule in self.rules:
            true = (asked if rule.even_if_shown else still) & rule.holds(measures[rule.measure])
            if not true.any():
                continue
            if rule.state != "flagged":
                still &= ~true
            if rule.state == "unreliable":
                asked = asked & ~true
            if rule.state != "shown":
                _tell(found, rule, true, measures[rule.measure])
            caveats += [rule.caveat] if rule.caveat else []
        return Verdicts(found.state, found.reason, found.words, tuple(dict.fromkeys(caveats)))


def _tell(found: Verdicts, rule: PrecisionRule, true: Mask, values: Array) -> None:
    """Put down the state and the reason of figures that a rule is true of."""
    found.words[rule.state].append(rule.words)
    for place in map(tuple, np.argwhere(true)):
        told = rule.told(float(values[place]))
        before = found.reason[place] if found.state[place] == rule.state else ""
        found.reason[place] = f"{before}; {told}" if before else told
    found.state[true] = rule.state
