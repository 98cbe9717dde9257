"""Change between waves when it is not known who answered twice: how large its error may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError, OptionError
from welfarestats.estimates.comparisons import compare
from welfarestats.estimates.estimate import INDICATIVE
from welfarestats.estimates.pair_facts import STATED_POWER
from welfarestats.formulas.detectable import detectable_from_error
from welfarestats.formulas.distributions import two_sided_quantile
from welfarestats.formulas.overlap import worst_matching
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text
from welfarestats.survey.answers import Answers
from welfarestats.survey.calibrated import Residuals
from welfarestats.survey.passes import View
from welfarestats.survey.survey import Survey
from welfarestats.survey.wave_codebooks import WAVE
from welfarestats.survey.wave_units import Waves
from welfarestats.survey.waves import check_stacked, waves_of

__all__ = ["ChangeBounds", "change_bounds"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class ChangeBounds(ShownAsTables):
    """Changes with the standard error if nobody unlinked is shared, and the largest possible one.

    `change_bounds` makes it; a notebook shows it as a table.

    Parameters
    ----------
    frame
        What `to_frame` returns.
    linked, possible
        People known to be in both waves, and how many more there may be.
    label
        The question as a reader sees it.
    notes
        What the second standard error stands on, and what else a reader must be told.
    origin
        ``"synthetic"`` for invented records.
    """

    frame: pd.DataFrame
    linked: int
    possible: int
    label: str
    notes: tuple[str, ...]
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a category, net or mean.

        Returns
        -------
        pandas.DataFrame
            ``variable, category, wave_a, wave_b, estimate_a, estimate_b``; ``change``, the later
            estimate less the earlier; ``standard_error`` and ``ci_low, ci_high`` if no unlinked
            respondent is in both waves, with what a change then has to be:
            ``least_significant_difference`` and, with a power of 80 per cent,
            ``minimum_detectable_difference``; ``largest_standard_error`` and ``widest_ci_low,
            widest_ci_high`` over every way of linking them; ``degrees_of_freedom, linked,
            possible``; ``method``, which says where limits are indicative only.
        """
        return self.frame.copy()

    def _grids(self) -> Iterator[Grid]:
        first = self.frame.iloc[0]
        percent = self.frame["category"].notna().all()
        scale, decimals = (100, 1) if percent else (1, 2)

        def text(value: float) -> str:
            return number_text(scale * value, decimals, missing="").replace("-", "−")

        more = f", and up to {self.possible:,} more may be" if self.possible else ""
        known = f"{self.linked:,} people are known to be in both waves{more}."
        names = ("estimate_a", "estimate_b", "change", "standard_error", "largest_standard_error")
        rows = [
            [row["category"] if percent else self.label, *(text(row[n]) for n in names)]
            for _, row in self.frame.iterrows()
        ]
        yield plain_grid(
            f"Change: {self.label}, {first['wave_a']} to {first['wave_b']}",
            [
                "Answer" if percent else "Mean of",
                str(first["wave_a"]),
                str(first["wave_b"]),
                "Change",
                "Standard error if nobody else is in both",
                "Largest possible standard error",
            ],
            rows,
            subtitle="Per cent; changes and standard errors in percentage points."
            if percent
            else "Means.",
            notes=[f"{known} {self.notes[0]}", *self.notes[1:]],
            origin=self.origin,
        )


def change_bounds(
    stacked: Survey,
    variable: str,
    *,
    between: Sequence[str] | None = None,
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> ChangeBounds:
    r"""Return changes between waves with the errors that incomplete linkage allows.

    Respondents without an entry in the person column may be anybody who is in the other wave. The
    standard error is given as if they were other people, without a correlation; and as it would be
    if they were linked in the worst way, the answers being those that were given: every pair of
    respondents becomes one unit, and those are paired whose answers moved against each other.

    Parameters
    ----------
    stacked
        Waves stacked with ``unlinked="apart"``.
    variable
        A question: each category and net, or the mean of a scale.
    between
        Two waves, the earlier one first; needed when there are more.
    level
        Confidence level of the limits.
    synthetic_inference
        Give standard errors of invented records too.

    Returns
    -------
    ChangeBounds
        A notebook shows it as a table.

    Raises
    ------
    OptionError
        When the survey is no stack of waves, or has replicate weights or a finite population.
    DataError
        When nobody has an answer in one of the waves.

    Notes
    -----
    In each stratum the most links are the smallest of: respondents of the first wave who are not
    linked, those of the second, and those of both without an entry. Respondents who both have an
    entry are never linked: they are two people. Where entries are missing in both waves, no way of
    linking exceeds the error, though perhaps none reaches it. Where PSUs are declared, what is
    correlated is known from them and linkage does not matter: both errors are the same. Within
    a stratum of n units with the contributions z to the change, the variance of k links is
    :math:`\frac{n-k}{n-k-1}(\sum z^2 + 2 G_k) - \frac{(\sum z)^2}{n-k-1}`, with :math:`G_k` of
    `worst_matching`; the largest over k is taken. Links that suit the answers so badly are most
    unlikely: nearly always the same people answer alike, and the first error is the safe one.

    References
    ----------
    Hardy, G. H., Littlewood, J. E. and Pólya, G. (1952). Inequalities, 2nd ed. Cambridge University
    Press, theorem 368.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> first = pd.DataFrame({"id": [1, 2, 3, 4, 5, 6], "score": [4, 5, 6, 7, 3, 5]})
    >>> second = pd.DataFrame({"id": [1, 2, 3, None, None], "score": [5, 7, 6, 8, 4]})
    >>> score = ws.Question("score", kind="scale")
    >>> waves = {
    ...     name: ws.Survey(frame, codebook=score)
    ...     for name, frame in {"before": first, "after": second}.items()
    ... }
    >>> stacked = ws.stack_waves(waves, person="id", unlinked="apart")
    >>> found = ws.change_bounds(stacked, "score").to_frame()
    >>> found[["linked", "possible"]].values.tolist()
    [[3, 2]]
    >>> bool(found["largest_standard_error"][0] > found["standard_error"][0])
    True
    """
    waves = waves_of(stacked, "change_bounds()")
    first, second = check_stacked(waves, between, "a change")
    view = stacked.view([variable, WAVE])
    if view.design.replicates is not None or view.design.has_fpc:
        raise OptionError(
            "the largest standard error is made from strata and people, and these waves have"
            " replicate weights or a finite population. Stack them without."
        )
    numbers = (waves.names.index(first), waves.names.index(second))
    pairs = _pairs(stacked, variable, (first, second), level, synthetic_inference)
    pairs["degrees_of_freedom"] = _degrees_of_freedom(view, np.isin(waves.wave, numbers))
    links = _links(waves, numbers)
    answers = view.sample.answers(variable, numeric=bool(pairs["category"].isna().all()))
    clustered = any(waves.surveys[name]._layout.psu for name in waves.names)
    largest = []
    for _, row in pairs.iterrows():
        if clustered or np.isnan(row["standard_error"]):
            largest.append(row["standard_error"])
            continue
        value = _values(answers, row["category"])
        share = _contributions(view, value, waves.wave, numbers)
        added = _added(view, waves, share, links, numbers)
        largest.append(np.sqrt(row["standard_error"] ** 2 + added))
    linked, possible = _counts(waves, numbers, view.tally.active)
    method = "wald" + (INDICATIVE if stacked.facts.indicative else "")
    found = pairs.assign(
        largest_standard_error=largest, linked=linked, possible=possible, method=method
    )
    # Each link makes one unit of two, unless the units are PSUs.
    found = _with_limits(found, level, lost=0 if clustered else possible)
    note = (
        "The PSUs are known in both waves, so the standard error does not depend on who is linked."
        if clustered
        else "The largest standard error is that of the links which suit the answers worst."
    )
    notes = (note, *stacked.facts.notes_on({variable, WAVE}))
    label = stacked.describe_question(variable).label
    return ChangeBounds(found, linked, possible, label, notes, stacked.origin)


def _pairs(
    stacked: Survey,
    variable: str,
    between: tuple[str, str],
    level: float,
    synthetic_inference: bool,  # noqa: FBT001 - passed through
) -> pd.DataFrame:
    """Return the estimates of two waves and their change, later less earlier."""
    found = compare(
        stacked,
        variable,
        by=WAVE,
        test="design-wald",
        level=level,
        synthetic_inference=synthetic_inference,
    )
    here = found[(found["group_a"] == between[0]) & (found["group_b"] == between[1])]
    here = here.reset_index(drop=True)
    estimates = [here["estimate_a"], here["estimate_b"]]
    for wave, estimate in zip(between, estimates, strict=True):
        if estimate.isna().all():
            raise DataError(
                f"nobody in {wave!r} has an answer to {variable!r}, so there is no change. Name a"
                " question that both waves have."
            )
    return pd.DataFrame(
        {
            "variable": here["variable"],
            "category": here["category"],
            "wave_a": between[0],
            "wave_b": between[1],
            "estimate_a": estimates[0],
            "estimate_b": estimates[1],
            "change": estimates[1] - estimates[0],
            "standard_error": here["standard_error"],
        }
    )


def _degrees_of_freedom(view: View, inside: Mask) -> float:
    """Return the units less the strata that hold respondents of two waves."""
    first = view.design.first
    units = np.arange(view.size) if first.unit is None else first.unit
    active = view.tally.active & inside
    return float(np.unique(units[active]).size - np.unique(_strata(view)[active]).size)


def _strata(view: View) -> Integers:
    """Return the stratum of each row in the design."""
    first = view.design.first
    return first.stratum if first.unit is None else first.stratum[first.unit]


def _apart(
    waves: Waves, numbers: tuple[int, int], inside: Mask
) -> tuple[int, list[tuple[int, tuple[Integers, Integers]]]]:
    """Return how many people are in two waves, and for each stratum the rows of the others."""
    at = [np.flatnonzero((waves.wave == number) & inside) for number in numbers]
    people = [waves.person[rows] for rows in at]
    known = [found[found >= 0] for found in people]
    both = np.intersect1d(known[0], known[1])
    free = [rows[~np.isin(own, both)] for rows, own in zip(at, people, strict=True)]
    strata = np.unique(waves.stratum).tolist()
    return both.size, [
        (one, (free[0][waves.stratum[free[0]] == one], free[1][waves.stratum[free[1]] == one]))
        for one in strata
    ]


def _counts(waves: Waves, numbers: tuple[int, int], inside: Mask) -> tuple[int, int]:
    """Return how many people of those inside are linked, and how many more may be."""
    linked, apart = _apart(waves, numbers, inside)
    return linked, sum(_most(waves, rows) for _, rows in apart)


def _most(waves: Waves, rows: tuple[Integers, Integers]) -> int:
    """Return the most links between rows of two waves, of which one at least has no entry."""
    unknown = int((waves.person[np.concatenate(rows)] < 0).sum())
    return min(rows[0].size, rows[1].size, unknown)


def _links(waves: Waves, numbers: tuple[int, int]) -> list[tuple[int, Integers, Integers, int]]:
    """Return for each stratum its number, the rows that may be linked, and the most links."""
    _, apart = _apart(waves, numbers, np.ones(waves.wave.size, dtype=bool))
    links = []
    for stratum, rows in apart:
        unknown = [own[waves.person[own] < 0] for own in rows]
        # Two who are both known are no link.
        one = rows[0] if unknown[1].size else unknown[0]
        other = rows[1] if unknown[0].size else unknown[1]
        links.append((stratum, one, other, _most(waves, rows)))
    return links


def _values(answers: Answers, category: str | None) -> Array:
    """Return the number that is averaged for each row, NaN where it is in no base."""
    if answers.values is not None:
        return answers.values
    if category is None or pd.isna(category):
        return answers.scores()
    gave = answers.gave(answers.question.positions(category))
    return np.where(answers.in_base(None), gave.astype(float), np.nan)


def _contributions(view: View, value: Array, wave: Integers, numbers: tuple[int, int]) -> Array:
    """Return what each row adds to the change, less what its mean and calibrations explain."""
    weight = view.tally.weight
    share = np.zeros(view.size)
    for number, sign in zip(numbers, (-1.0, 1.0), strict=True):
        inside = view.tally.active & (wave == number) & ~np.isnan(value)
        mean = np.average(value[inside], weights=weight[inside])
        share[inside] = sign * (value[inside] - mean) / weight[inside].sum()
    if view.design.calibrations:
        from scipy import sparse

        residuals = Residuals(view.design.calibrations, weight)
        forms = residuals.forms(sparse.csr_array(share[:, None]), 1)
        share = share + residuals.auxiliary @ forms[0, 0, 1:]
    return np.asarray(share * weight)


def _added(
    view: View,
    waves: Waves,
    share: Array,
    links: list[tuple[int, Integers, Integers, int]],
    numbers: tuple[int, int],
) -> float:
    """Return by how much the variance could grow if people were linked in the worst way."""
    first = view.design.first
    unit = np.arange(view.size) if first.unit is None else first.unit
    totals = np.bincount(unit, weights=share)
    joined = _strata(view)
    of_unit = np.zeros(totals.size, dtype=np.int64)
    of_unit[unit] = joined
    added = 0.0
    for stratum, one, other, most in links:
        inside = (waves.stratum == stratum) & np.isin(waves.wave, numbers)
        parts = [totals[of_unit == part] for part in np.unique(joined[inside])]
        before = sum(_spread(part.size, float(part @ part), float(part.sum())) for part in parts)
        whole = np.concatenate(parts)
        squares, total = float(whole @ whole), float(whole.sum())
        gains = worst_matching(share[one], share[other], most)
        after = [_spread(whole.size - k, squares + 2 * gains[k], total) for k in range(1, most + 1)]
        added += max([before, *after]) - before
    return added


def _spread(units: int, squares: float, total: float) -> float:
    """Return n/(n − 1) Σ(z − z̄)² of so many units, 0 of one."""
    return (units * squares - total**2) / (units - 1) if units > 1 else 0.0


def _with_limits(frame: pd.DataFrame, level: float, lost: int) -> pd.DataFrame:
    df = frame["degrees_of_freedom"].to_numpy()
    for error, fewer, names in (
        ("standard_error", 0, ("ci_low", "ci_high")),
        ("largest_standard_error", lost, ("widest_ci_low", "widest_ci_high")),
    ):
        t = two_sided_quantile(level, df - fewer)
        for name, sign in zip(names, (-1, 1), strict=True):
            frame[name] = frame["change"] + sign * t * frame[error]
    least, detectable = detectable_from_error(
        frame["standard_error"].to_numpy(),
        level=level,
        degrees_of_freedom=np.where(df < 1, np.nan, df),
        power=STATED_POWER,
    )
    frame["least_significant_difference"] = least
    frame["minimum_detectable_difference"] = detectable
    return frame
