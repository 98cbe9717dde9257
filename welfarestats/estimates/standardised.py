"""Directly standardised estimates: every domain as if it had the same make-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError, did_you_mean, listed, one_of
from welfarestats.estimates.estimate import (
    INDICATIVE,
    RESULT_COLUMNS,
    SYNTHETIC,
    Estimates,
    Ratios,
    Together,
)
from welfarestats.estimates.number_rows import fill_with_numbers, in_order
from welfarestats.estimates.proportions import fill_with_proportions
from welfarestats.formulas.bases import design_effect, effective_base, effective_sample_size
from welfarestats.survey.categories import code_text
from welfarestats.survey.cell_stacks import form_covariance
from welfarestats.survey.targets import ROUNDING, are_shares

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Population = Mapping[str, Mapping[str, float]] | pd.DataFrame

STANDARD_INTERVALS = ("logit", "wald", "asin", "likelihood")


def standardise(
    estimates: Estimates,
    population: Population,
    *,
    interval: str = "logit",
    level: float = 0.95,
) -> Estimates:
    r"""Return directly standardised estimates: as if every domain had the same make-up.

    Regions differ in age, and so in all that depends on age. From the estimates by region and
    age, :math:`\hat\theta_d = \sum_k \pi_k \hat\theta_{dk}` with the share :math:`\pi_k` of each
    age group in one standard population; :math:`V(\hat\theta) = S V S'` with the covariance of
    all :math:`\hat\theta_{dk}`.

    Parameters
    ----------
    estimates
        Proportions, means or ratios by the questions of the standard population and, if wanted,
        others: ``ws.estimate_means(survey, "income", by=["region", "age"])``.
    population
        The standard population: ``{"age": {"16-34": 0.3, "35-64": 0.5, "65+": 0.2}}``, or a frame
        with a column for each of several questions, and ``target``. Shares or counts.
    interval
        Limits of proportions: ``"logit"``, ``"wald"``, ``"asin"`` or ``"likelihood"``; means and
        ratios have those of t.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        One row a category and remaining domain. ``design_effect`` is over a simple random sample
        of the standard population.

    Raises
    ------
    OptionError
        When the population does not fit the domains of the estimates, or these are quantiles or
        totals.
    DataError
        When a domain has nobody in a category of the standard population.

    Notes
    -----
    Standardised figures compare domains; they are not what is true of any of them. Equal to R's
    ``svystandardize`` over the domains with ``svyby``. The shares are taken as known.

    References
    ----------
    Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume II: The
    Design and Analysis of Cohort Studies. IARC.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"area": ["N", "N", "S"] * 8, "old": ["no", "yes"] * 12})
    >>> frame["visits"] = frame["old"].eq("yes") * 4 + frame["area"].eq("S")
    >>> by_both = ws.estimate_means(ws.Survey(frame), "visits", by=["area", "old"])
    >>> found = ws.standardise(by_both, {"old": {"no": 0.75, "yes": 0.25}}).to_frame()
    >>> found[["area", "estimate"]].to_numpy().tolist()
    [['N', 1.0], ['S', 2.0]]
    """
    if not isinstance(estimates, Estimates):
        raise OptionError(
            f"what is standardised are Estimates, not {type(estimates).__name__!r}. Pass"
            ' ws.estimate_means(survey, "income", by=["region", "age"]).'
        )
    one_of(interval, STANDARD_INTERVALS, "interval")
    _check_kind(estimates)
    standard = _Standard.of(estimates, population)
    found = standard.combined(estimates)
    frame = standard.rows(estimates)
    if estimates.frame["category"].notna().any():
        fill_with_proportions(frame, found, interval, level, has_fpc=False)
        if "is_net" in estimates.frame:
            frame["is_net"] = standard.first(estimates, "is_net")
    else:
        fill_with_numbers(frame, found.estimate, found.variance, found, level)
        unit = standard.unit_variance(estimates, found.estimate)
        frame["design_effect"] = design_effect(found.variance, unit, found.base)
        frame["effective_sample_size"] = effective_sample_size(found.variance, unit)
        frame = in_order(frame)
    if np.isnan(found.variance).all():
        frame["interval_method"] = SYNTHETIC
    elif estimates.facts.indicative:
        frame["interval_method"] = frame["interval_method"] + INDICATIVE
    return Estimates(frame, found.covariance, estimates.facts, found.together)


def _check_kind(estimates: Estimates) -> None:
    frame = estimates.frame
    if "quantile" in frame:
        raise OptionError(
            "quantiles cannot be standardised: an average of medians is the median of nobody."
            " Standardise the mean, or the proportion above a value."
        )
    varies = frame["standard_error"].to_numpy() > 0
    if varies.any() and frame["effective_sample_size"][varies].isna().all():
        raise OptionError(
            "totals cannot be standardised, as they depend on the size of the domains."
            " Standardise means or proportions."
        )


@dataclass(frozen=True)
class _Standard:
    """Which rows of estimates are added up with which shares, one form a result (R, rows)."""

    forms: Array
    kept: list[str]

    @classmethod
    def of(cls, estimates: Estimates, population: Population) -> _Standard:
        shares = _shares(population)
        by = [str(name) for name in estimates.frame if name not in RESULT_COLUMNS]
        over = [str(name) for name in shares if name != "target"]
        unknown = [name for name in over if name not in by]
        if unknown:
            raise OptionError(
                f"the population is by {listed(unknown)}, and the estimates are by"
                f" {listed(by) or 'nothing'}. Make them by its questions too."
                f"{did_you_mean(unknown[0], by)}"
            )
        share = _share_of_each_row(estimates.frame, shares, over)
        kept = [name for name in by if name not in over]
        words = estimates.frame[["category", *kept]].fillna("")
        result = words.groupby(list(words), sort=False).ngroup().to_numpy()
        forms = (result == np.arange(result.max() + 1)[:, None]) * share
        return cls(forms, kept)

    def first(self, estimates: Estimates, column: str) -> Array:
        """Return the entry of a column in the first row of each result."""
        first: Integers = self._used().argmax(axis=1)
        return np.asarray(estimates.frame[column].to_numpy()[first])

    def rows(self, estimates: Estimates) -> pd.DataFrame:
        """Return the first columns of the results."""
        first: list[int] = self._used().argmax(axis=1).tolist()
        names = ["variable", "category", *self.kept]
        frame: pd.DataFrame = estimates.frame[names].iloc[first].reset_index(drop=True)
        return frame

    def _used(self) -> NDArray[np.bool_]:
        return self.forms > 0

    def combined(self, estimates: Estimates) -> Ratios:
        """Return the standardised estimates with their covariance and bases."""
        frame, used = estimates.frame, self._used()
        some = used.any(axis=0)
        _refuse_empty(frame[some & frame["estimate"].isna().to_numpy()])
        forms = self.forms[:, some]
        value = np.nan_to_num(frame["estimate"].to_numpy()[some])
        covariance = form_covariance(forms, estimates.matrix[np.ix_(some, some)])
        weighted = frame["weighted_base"].to_numpy()
        squares = np.divide(
            weighted**2,
            frame["effective_base"].to_numpy(),
            out=np.zeros(weighted.shape),
            where=weighted > 0,
        )
        df = [estimates.together.degrees_of_freedom(np.flatnonzero(one)) for one in used]
        total = used @ weighted
        return Ratios(
            forms @ value,
            covariance,
            np.array(df),
            used @ frame["base"].to_numpy(dtype=float),
            total,
            effective_base(total, used @ squares),
            _united(estimates.together, used),
        )

    def unit_variance(self, estimates: Estimates, value: Array) -> Array:
        """Return the variance of the variable in the standard population."""
        frame = estimates.frame
        within = frame["effective_sample_size"] * frame["standard_error"] ** 2
        square = within.fillna(0.0) + frame["estimate"].fillna(0.0) ** 2
        found = self.forms @ square.to_numpy() - value**2
        return np.asarray(np.where(found <= 1e-13 * value**2, 0.0, found))


def _united(together: Together, used: NDArray[np.bool_]) -> Together:
    """Return the cells of each result: those of all the rows that are added up."""
    own = [np.unique(together.places[row]) for row in used]
    longest = max(len(one) for one in own)
    filled = [np.append(one, np.repeat(one[0], longest - len(one))) for one in own]
    return replace(together, places=np.array(filled))


def _refuse_empty(empty: pd.DataFrame) -> None:
    if len(empty):
        by = [name for name in empty if name not in RESULT_COLUMNS]
        names = [" & ".join(row) for row in empty[by].drop_duplicates().itertuples(index=False)]
        raise DataError(
            f"{len(names)} combinations of domain and standard population have nobody in their"
            f" base: {listed(names)}. Unite categories, or leave the domain out."
        )


def _shares(population: Population) -> pd.DataFrame:
    """Return the standard population as a frame: its questions, and ``target`` adding up to 1."""
    given: object = population  # callers who do not check types
    if isinstance(population, pd.DataFrame):
        if "target" not in population or len(population.columns) < 2:
            raise OptionError(
                "a population as a frame has a column for each question and one named 'target';"
                f" the columns are {listed(population.columns) or 'none'}."
            )
        frame = population.reset_index(drop=True).copy()
    elif isinstance(given, Mapping) and len(population) == 1:
        ((name, shares),) = population.items()
        inner: object = shares
        if not isinstance(inner, Mapping) or not inner:
            raise OptionError(f"the population of {name!r} is a share for each of its categories.")
        frame = pd.DataFrame({name: list(shares), "target": list(shares.values())})
    else:
        raise OptionError(
            "population is the shares of one question, such as"
            ' {"age": {"16-34": 0.4, "35+": 0.6}}, or for several a frame of their combinations'
            " with a column 'target'."
        )
    target = pd.to_numeric(frame["target"], errors="coerce").to_numpy(dtype=float)
    wrong = ~(np.isfinite(target) & (target >= 0))
    if wrong.any() or not target.sum() > 0:
        raise OptionError(
            f"{int(wrong.sum())} of {target.size} shares of the population are missing, negative"
            " or no numbers, and they add up to"
            f" {float(target[~wrong].sum()):g}. Give shares or counts of at least 0."
        )
    whole = pd.api.types.is_integer_dtype(frame["target"])
    if are_shares(target.tolist(), whole=whole) and abs(target.sum() - 1) > ROUNDING:
        raise OptionError(
            f"the shares of the population add up to {target.sum():.6g}, not to 1. Correct them,"
            " or give counts."
        )
    frame["target"] = target / target.sum()
    return frame


def _share_of_each_row(frame: pd.DataFrame, shares: pd.DataFrame, over: list[str]) -> Array:
    """Return the share of each row's category; both sides must have the same categories."""
    texts = [tuple(code_text(one) for one in row) for row in shares[over].itertuples(index=False)]
    of_category = dict(zip(texts, shares["target"], strict=True))
    if len(of_category) < len(texts):
        raise OptionError("a category stands twice in the population. Give each one share.")
    rows = [tuple(row) for row in frame[over].itertuples(index=False)]
    unknown = [key for key in of_category if key not in set(rows)]
    missing = [key for key in dict.fromkeys(rows) if key not in of_category]
    if unknown or missing:
        first = " & ".join((unknown or missing)[0])
        hint = did_you_mean(first, [" & ".join(key) for key in missing]) if unknown else ""
        raise OptionError(
            f"the population has {len(unknown)} categories that the estimates do not have, and"
            f" lacks {len(missing)} that they have; the first is {first!r}.{hint} Give every"
            " category a share; 0 leaves it out."
        )
    return np.array([of_category[row] for row in rows])
