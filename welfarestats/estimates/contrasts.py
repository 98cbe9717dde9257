"""Linear combinations of estimates, tested with their covariance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError, did_you_mean
from welfarestats.estimates.estimate import INDICATIVE, RESULT_COLUMNS, Estimates
from welfarestats.formulas.distributions import two_sided_p_value
from welfarestats.formulas.intervals import t_interval
from welfarestats.survey.cell_stacks import form_covariance

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Key = str | float | tuple[str | float, ...]

_SYNTHETIC = "the records are synthetic"
_NO_VARIANCE = "the combination does not vary between the PSUs"
_NO_DEGREES = "no degrees of freedom"


def contrast(
    estimates: Estimates,
    combinations: Mapping[str, Mapping[Key, float]],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Return linear combinations of estimates with their errors and tests, one row each.

    :math:`\hat c = \sum a_i \hat\theta_i` with :math:`V(\hat c) = a' V a`, the covariance of the
    estimates included, so that domains may overlap or share clusters.

    Parameters
    ----------
    estimates
        What any of the ``estimate_...`` functions gives.
    combinations
        For each name of a combination, the factors of its estimates:
        ``{"North less South": {"North": 1, "South": -1}}``. An estimate is named by the words of
        its row (category, domain, quantile), several of them in brackets where one is not
        enough: ``("Yes", "North")``.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``contrast, estimate, standard_error, statistic, degrees_of_freedom, p_value, ci_low,
        ci_high, method, tested, reason``; the test is whether the combination is 0.

    Raises
    ------
    OptionError
        When words name no row or several, or a factor is not a number.
    DataError
        When one of the estimates is missing.

    Notes
    -----
    The degrees of freedom are those of the domains of all rows together. For differences of proportions on small bases prefer `compare`,
    whose default test does not trust the variance of small percentages. For quantiles the
    covariance is that of their shares, see `estimate_quantiles`.

    References
    ----------
    Lumley, T. (2010). Complex Surveys: A Guide to Analysis Using R. Wiley.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"area": ["N", "S", "E"] * 20, "age": range(20, 80)})
    >>> means = ws.estimate_means(ws.Survey(frame), "age", by="area")
    >>> found = ws.contrast(means, {"N less the others": {"N": 1, "S": -0.5, "E": -0.5}})
    >>> found["contrast"][0], round(float(found["estimate"][0]), 6)
    ('N less the others', -1.5)
    """
    if not isinstance(estimates, Estimates):
        raise OptionError(
            f"a contrast is made from Estimates, not from {type(estimates).__name__!r}. Pass what"
            " estimate_means or another estimate gives."
        )
    given: object = combinations  # callers who do not check types
    if not isinstance(given, Mapping) or not given:
        raise OptionError(
            "combinations gives each contrast a name and its factors, such as"
            ' {"North less South": {"North": 1, "South": -1}}.'
        )
    forms = np.array([_form(estimates, name, factors) for name, factors in combinations.items()])
    used = np.flatnonzero(forms.any(axis=0))
    frame = estimates.frame.iloc[used]
    value = forms[:, used] @ frame["estimate"].to_numpy()
    covariance = form_covariance(forms[:, used], estimates.matrix[np.ix_(used, used)])
    variance = np.diag(covariance)
    together = estimates.together.degrees_of_freedom
    df = np.array([together(np.flatnonzero(form)) for form in forms])
    return _frame(estimates, list(combinations), value, variance, df, level)


def _form(estimates: Estimates, name: str, factors: Mapping[Key, float]) -> Array:
    """Return the factor of each row of the estimates in one combination."""
    form = np.zeros(len(estimates))
    given: object = factors
    if not isinstance(given, Mapping) or not given:
        raise OptionError(
            f"contrast {name!r} needs the factor of each estimate, such as"
            ' {"North": 1, "South": -1}.'
        )
    for key, factor in factors.items():
        number: object = factor
        if not isinstance(number, float | int | np.number) or not np.isfinite(factor):
            raise OptionError(
                f"contrast {name!r} has {factor!r} as the factor of {key!r}; a factor is a number."
            )
        form[_row(estimates, key)] += float(factor)
    missing = estimates.frame["estimate"].isna().to_numpy() & (form != 0)
    if missing.any():
        raise DataError(
            f"contrast {name!r} needs {int(missing.sum())} estimates that are missing, as nobody is"
            " in their base. Leave them out."
        )
    if not form.any():
        raise OptionError(f"all factors of contrast {name!r} are 0, so it says nothing.")
    return form


def _words(estimates: Estimates) -> pd.DataFrame:
    own = [name for name in ("category", "quantile") if name in estimates.frame]
    by = [name for name in estimates.frame if name not in RESULT_COLUMNS]
    return estimates.frame[[*own, *by]]


def _row(estimates: Estimates, key: Key) -> int:
    """Return the one row that has all words of a key."""
    wanted = Counter(key if isinstance(key, tuple) else (key,))
    words = _words(estimates)
    rows = [Counter(row) for row in words.itertuples(index=False, name=None)]
    (found,) = np.nonzero([wanted <= row for row in rows])
    if found.size == 1:
        return int(found[0])
    if not found.size:
        known = pd.unique(words.to_numpy().ravel())
        missing = next((word for word in wanted if word not in set(known)), "")
        hint = did_you_mean(missing, known) if missing else ""
        raise OptionError(f"no estimate has the words {key!r}.{hint}")
    raise OptionError(
        f"{found.size} estimates have the words {key!r}. Add what tells them apart, in brackets,"
        f" such as {tuple(rows[found[0]])!r}."
    )


def _frame(
    estimates: Estimates, names: list[str], value: Array, variance: Array, df: Array, level: float
) -> pd.DataFrame:
    """Return the combinations as a frame; ``reason`` says why one is not tested."""
    error = np.sqrt(np.maximum(variance, 0.0))
    reason = np.where(df < 1, _NO_DEGREES, np.where(error > 0, "", _NO_VARIANCE))
    if estimates.origin == "synthetic":
        reason = np.where(np.isnan(error), _SYNTHETIC, reason)
    tested = reason == ""
    statistic = np.divide(value, error, out=np.full(value.shape, np.nan), where=tested)
    usable = np.where(tested, df, np.nan)
    low, high = t_interval(
        value, error, level=level, degrees_of_freedom=np.where(df < 1, np.nan, df)
    )
    return pd.DataFrame(
        {
            "contrast": pd.Series(names, dtype="str"),
            "estimate": value,
            "standard_error": error,
            "statistic": statistic,
            "degrees_of_freedom": df,
            "p_value": two_sided_p_value(statistic, usable),
            "ci_low": low,
            "ci_high": high,
            "method": "wald" + (INDICATIVE if estimates.facts.indicative else ""),
            "tested": tested,
            "reason": pd.Series(reason, dtype="str"),
        }
    ).astype({"method": "str"})
