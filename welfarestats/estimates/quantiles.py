"""Medians and other quantiles, by domain."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError, PrecisionWarning, one_of
from welfarestats.estimates.estimate import (
    NO_DEGREES_OF_FREEDOM,
    Estimates,
    Ratios,
    blank_if_synthetic,
    domains,
    ratios,
    tell_about_domains,
)
from welfarestats.estimates.number_rows import fill_bases, in_order, named_rows
from welfarestats.estimates.proportions import proportion_variance
from welfarestats.formulas.bases import design_effect, effective_sample_size
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.intervals import proportion_interval
from welfarestats.formulas.weighted import (
    INTERPOLATIONS,
    QUANTILE_DEFINITIONS,
    weighted_quantiles,
    woodruff_interval,
)
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.passes import View, named
from welfarestats.survey.sides import Side, banner_side, mask_side
from welfarestats.survey.survey import Survey, check_survey

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

QUANTILE_INTERVALS = ("wald", "logit", "asin", "beta", "korn-graubard", "likelihood")


def estimate_quantiles(
    survey: Survey,
    variable: str,
    quantiles: float | Sequence[float] = (0.25, 0.5, 0.75),
    by: str | Sequence[str] | None = None,
    *,
    definition: str = "math",
    interval: str = "wald",
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> Estimates:
    r"""Return quantiles of a scale, of scored categories or of a numeric column, by domain.

    The limits are Woodruff's: those of the share of people at or below the quantile, turned back
    into values, :math:`\hat Q(p_L)` and :math:`\hat Q(p_U)`. The standard error is their distance
    over :math:`2t`.

    Parameters
    ----------
    survey
        The survey, or a domain of it.
    variable
        A question of kind ``"scale"``, one whose categories have scores, or a numeric column
        that the codebook does not name.
    quantiles
        Probabilities above 0 and below 1: 0.5 is the median.
    by
        A question, or several to be crossed.
    definition
        ``"math"``: the smallest value that at least this share of people do not exceed;
        ``"school"``: the middle of two values where they do so exactly; ``"hf1"`` to ``"hf9"``:
        Hyndman and Fan's, as R's survey package weights them. See `weighted_quantiles`.
    interval
        How the share's limits are made: ``"wald"`` (Woodruff's own, R's ``"mean"``),
        ``"logit"``, ``"asin"``, ``"beta"``, ``"korn-graubard"`` or ``"likelihood"``.
    level
        Confidence level, between 0 and 1.
    synthetic_inference
        Give standard errors and limits for invented records too.

    Returns
    -------
    Estimates
        One row a quantile and domain, with a column ``quantile``; ``category`` is missing.
        ``design_effect`` and ``effective_sample_size`` are those of the share at or below the
        quantile, and covariances come from those of the shares.

    Raises
    ------
    OptionError
        When a probability is not between 0 and 1, or the definition or interval does not exist.
    CodebookError
        When a question does not exist or has no scores.
    DataError
        When nobody has a value, or a lazy frame is asked for ``"hf4"`` to ``"hf9"``.

    Notes
    -----
    Where the share's limit is 0 or 1, or beyond, the quantile has no limit on that side and no
    standard error; ``interval_method`` and a warning say so. On small bases and far from the
    median, ``interval="logit"`` has limits where ``"wald"`` has none. Limits are values that somebody has (between
    values for ``"school"`` and ``"hf4"`` to ``"hf9"``), so that they jump where values are few.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal
    of the American Statistical Association 47, 635-646.
    Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American
    Statistician 50, 361-365.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> survey = ws.Survey(pd.DataFrame({"age": range(16, 76)}))
    >>> found = ws.estimate_quantiles(survey, "age", [0.5]).to_frame()
    >>> found[["quantile", "estimate", "ci_low", "ci_high", "base"]].to_numpy().tolist()
    [[0.5, 45.0, 38.0, 53.0, 60.0]]
    """
    check_survey(survey, "an estimate")
    wanted = _probabilities(quantiles)
    one_of(definition, QUANTILE_DEFINITIONS, "definition")
    one_of(interval, QUANTILE_INTERVALS, "interval")
    if definition in INTERPOLATIONS and survey._frame.lazy:
        raise DataError(
            f"definition {definition!r} needs every respondent's weight, and a lazy frame is read"
            ' as groups of respondents. Collect it first, or use "math" or "school".'
        )
    view = survey.view(named(by), numeric=[variable])
    scores = view.sample.answers(variable, numeric=True).scores()
    groups = domains(view, by)
    rules = QuantileRules(definition, interval, level)
    columns = np.eye(len(groups.side.combine))[groups.columns]
    made = rules.made(scores, members(groups.side, columns, view), wanted, view)
    found = made.shares
    width = groups.columns.size
    tell_about_domains(groups.labels, found.base[:width], found.degrees_of_freedom[:width])
    frame = pd.concat([named_rows(variable, groups.labels)] * wanted.size, ignore_index=True)
    frame["quantile"] = np.repeat(wanted, width)
    frame["estimate"], frame["standard_error"] = made.value, made.error
    frame["ci_low"], frame["ci_high"] = made.low, made.high
    frame["interval_method"] = made.method
    _tell_about_limits(frame, found, interval)
    fill_bases(frame, found)
    frame["design_effect"] = design_effect(made.variance_of_share, made.spread_of_share, found.base)
    frame["effective_sample_size"] = effective_sample_size(
        made.variance_of_share, made.spread_of_share
    )
    return blank_if_synthetic(
        in_order(frame),
        made.covariance,
        survey.facts,
        synthetic_inference=synthetic_inference,
        together=found.together,
    )


def _probabilities(quantiles: float | Sequence[float]) -> Array:
    given = np.atleast_1d(np.asarray(quantiles))
    numbers = given.ndim == 1 and given.size > 0 and np.issubdtype(given.dtype, np.number)
    if not numbers:
        raise OptionError(
            f"quantiles are probabilities such as 0.5 for the median, not {quantiles!r}."
        )
    wrong = given[~((given > 0) & (given < 1))]
    if wrong.size:
        raise OptionError(
            f"quantiles are probabilities above 0 and below 1, and {wrong.size} of {given.size}"
            f" are not; the first is {float(wrong[0]):g}. Write the median as 0.5."
        )
    return given.astype(float)


def members(banner: Side, groups: Array, view: View) -> list[Mask]:
    """Return who is in each group of columns (G, columns), of the people of the domain."""
    held = groups @ banner.combine
    if banner.row is None:
        return [(own[banner.item] > 0.5) & view.tally.active for own in held]
    # Those in several columns: a group adds them up, less those it leaves out.
    sums = [np.bincount(banner.row, weights=own[banner.item], minlength=view.size) for own in held]
    return [(one > 0.5) & view.tally.active for one in sums]


@dataclass(frozen=True)
class _People:
    """The values and weights of those in a domain who have a value."""

    mask: Mask
    values: Array
    weights: Array

    @classmethod
    def of(cls, scores: Array, mask: Mask, view: View) -> _People:
        known = mask & ~np.isnan(scores)
        return cls(known, scores[known], view.tally.weight[known])

    def quantiles(self, wanted: Array, definition: str) -> Array:
        return weighted_quantiles(self.values, self.weights, wanted, definition=definition)


def _shares(scores: Array, value: Array, people: Sequence[_People], view: View) -> Ratios:
    """Return the share at or below each quantile of the people of its domain."""
    below = [
        one.mask & (scores <= own)
        for one, own in zip([*people] * (value.size // len(people)), value, strict=True)
    ]
    side = mask_side([*(one.mask for one in people), *below])
    everyone = banner_side(None, view.size)
    cells = sum_cells(side, everyone, view.tally, view.design, view.df_rule)
    bases = np.tile(np.arange(len(people)), value.size // len(people))
    tops = len(people) + np.arange(value.size)
    return ratios(cells, cells.flat(tops, 0), cells.flat(bases, 0))


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of several groups, quantile by quantile, with the shares at or below them."""

    value: Array
    error: Array
    low: Array
    high: Array
    method: NDArray[np.object_]
    shares: Ratios

    @property
    def variance_of_share(self) -> Array:
        """The variance of each share under the design."""
        return proportion_variance(self.shares)

    @property
    def spread_of_share(self) -> Array:
        """The variance p(1 − p) of a single respondent's being at or below."""
        return np.asarray(self.shares.estimate * (1 - self.shares.estimate))

    @property
    def scale(self) -> Array:
        """How many units of the variable go with one of its share; NaN where that is unknown."""
        variance = self.variance_of_share
        return np.asarray(self.error / np.sqrt(np.where(variance > 0, variance, np.nan)))

    @property
    def covariance(self) -> Array:
        """The covariance of the quantiles: the correlations are those of the shares."""
        return np.asarray(self.shares.covariance * self.scale[:, None] * self.scale)


@dataclass(frozen=True)
class QuantileRules:
    """How quantiles and their limits are made."""

    definition: str
    interval: str
    level: float

    def made(self, scores: Array, masks: Sequence[Mask], wanted: Array, view: View) -> Quantiles:
        """Return quantiles of the groups of people in the masks."""
        people = [_People.of(scores, mask, view) for mask in masks]
        value = np.array([one.quantiles(wanted, self.definition) for one in people]).T.ravel()
        shares = _shares(scores, value, people, view)
        return Quantiles(value, *self._limits(people, shares, view), shares)

    def _limits(
        self, people: Sequence[_People], found: Ratios, view: View
    ) -> tuple[Array, Array, Array, NDArray[np.object_]]:
        """Return standard errors, limits and how they were made."""
        lone = found.degrees_of_freedom < 1
        df = np.where(lone, np.nan, found.degrees_of_freedom)
        *shares, used = proportion_interval(
            self.interval,
            found.estimate,
            proportion_variance(found),
            level=self.level,
            base=found.base,
            effective_base=found.effective_base,
            degrees_of_freedom=df,
            has_fpc=view.design.has_fpc,
        )
        low, high = np.full(df.shape, np.nan), np.full(df.shape, np.nan)
        for place, one in enumerate(people):
            own = slice(place, None, len(people))
            low[own], high[own] = woodruff_interval(
                one.values,
                one.weights,
                (np.where(lone, np.nan, shares[0])[own], np.where(lone, np.nan, shares[1])[own]),
                definition=self.definition,
            )
        error = (high - low) / (2 * two_sided_quantile(self.level, df))
        method = np.array([f"woodruff ({words})" for words in used], dtype=object)
        for missing, words in ((low, " (no lower limit)"), (high, " (no upper limit)")):
            method = np.where(np.isnan(missing), method + words, method)
        return error, low, high, np.where(lone, NO_DEGREES_OF_FREEDOM, method)


def _tell_about_limits(frame: pd.DataFrame, found: Ratios, interval: str) -> None:
    """Warn of quantiles that nothing in the sample bounds on one side."""
    usable = (found.degrees_of_freedom >= 1) & (found.base > 0)
    open_ended = usable & frame[["ci_low", "ci_high"]].isna().any(axis=1).to_numpy()
    if open_ended.any():
        hint = ' interval="logit" may have both.' if interval == "wald" else ""
        warnings.warn(
            f"{int(open_ended.sum())} of {len(frame)} quantiles have no lower or no upper limit,"
            " and so no standard error: too few people are beyond them. interval_method says which"
            f" limit is missing.{hint}",
            PrecisionWarning,
            stacklevel=3,
        )
