"""How respondents were sampled: strata, PSUs and FPCs at every stage, and lonely PSUs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DesignError, listed

if TYPE_CHECKING:
    from scipy import sparse

    from welfarestats.survey.replicate_ranks import DrawnUnits, GivenRows

# With more strata than this, and most of them of one respondent, a label may be a person.
_FEW_STRATA = 20
# Squares of larger weights, summed over a survey, leave the range of floating-point numbers.
_LARGEST_WEIGHT = 1e100
LONELY_PSU_RULES = ("fail", "certainty", "adjust", "average", "remove")

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """A column of the design, factorized: its name, codes (−1 where missing) and labels."""

    name: str
    codes: NDArray[np.int32]
    labels: Sequence[object]


@dataclass(frozen=True)
class DesignColumns:
    """The columns that describe a sample, one entry a stage; FPCs are numbers."""

    strata: tuple[Column, ...]
    psu: tuple[Column, ...]
    fpc: tuple[tuple[str, Array], ...]


@dataclass(frozen=True)
class Stage:
    """One stage of sampling.

    ``unit`` is the sampling unit of each row, or ``None`` when every respondent is one;
    ``stratum`` is the stratum of each unit (of each row when respondents are the units);
    ``size`` the units sampled and ``coefficient`` the multiplier of the between-unit squares in
    each stratum.
    """

    unit: Integers | None
    stratum: Integers
    size: Array
    coefficient: Array
    uncentred: NDArray[np.bool_] | None
    inflation: float


@dataclass(frozen=True)
class Calibration:
    """What weights were calibrated on: auxiliary variables (n, P), and the weights before (n,).

    Variables are regressed on the auxiliary ones with the weights before; the variance is that
    of the residuals under the weights after. ``columns`` names the variable and the category of
    each auxiliary variable, ``target`` (P,) is the total that the weights after were to have.
    """

    auxiliary: sparse.csr_array
    base_weight: Array
    columns: tuple[tuple[str, str], ...] = ()
    target: Array | None = None


@dataclass(frozen=True)
class ReplicateWeights:
    """Weights (n, R) that replace the design in a variance, and how replicates are added up.

    The covariance is ``scale`` Σ ``rscales`` (θ_r − c)(θ_r − c)', with c the estimate from the
    weights themselves (``centre="estimate"``) or the mean of the replicates (``"mean"``).
    ``units`` tell what a domain leaves of the degrees of freedom; ``None`` where these are stated.
    They are those before any calibration, which adds none.
    """

    weights: Array
    scale: float
    rscales: Array
    centre: str
    degrees_of_freedom: float
    units: DrawnUnits | GivenRows | None = None


@dataclass(frozen=True)
class Design:
    """The stages that contribute to a variance, the first one always among them.

    Weights calibrated several times have their calibrations in the order they were made. Those
    that the weights do not meet since they were changed are ``missed``: shown, not used.
    """

    stages: tuple[Stage, ...]
    has_fpc: bool
    calibrations: tuple[Calibration, ...] = ()
    missed: tuple[Calibration, ...] = ()
    replicates: ReplicateWeights | None = None

    @property
    def first(self) -> Stage:
        """The first stage, which decides degrees of freedom."""
        return self.stages[0]

    @property
    def stratified(self) -> bool:
        """Whether the first stage was sampled within strata."""
        return self.first.size.size > 1

    @property
    def clustered(self) -> bool:
        """Whether respondents came in groups."""
        return self.first.unit is not None


def build_design(columns: DesignColumns, count: Array, lonely_psu: str) -> Design:
    """Return the design of rows that each stand for ``count`` respondents.

    Raises a `DesignError` for missing entries, impossible FPCs and, under ``"fail"``, a stratum
    with one PSU.
    """
    for column in (*columns.strata, *columns.psu):
        _complete(column)
    stages: list[Stage] = []
    parent = np.zeros(count.size, dtype=np.int64)
    passed_on = np.ones(1)
    elements = len(columns.fpc) > len(columns.psu) or not columns.psu
    for level in range(len(columns.psu) + elements):
        stratum = parent
        if level < len(columns.strata):
            stratum, _ = crossed(parent, columns.strata[level].codes)
        unit = None
        if level < len(columns.psu):
            unit, _ = crossed(stratum, columns.psu[level].codes)
        lambda_ = np.zeros(int(stratum.max(initial=0)) + 1)
        lambda_[stratum] = passed_on[parent]
        fpc = columns.fpc[level] if level < len(columns.fpc) else None
        stage, fraction = _stage(columns, level, (stratum, unit, count), lambda_, fpc, lonely_psu)
        if level == 0 or bool((stage.coefficient > 0).any()):
            stages.append(stage)
        if unit is None:
            break
        by_unit = np.zeros(int(unit.max(initial=0)) + 1)
        by_unit[unit] = (lambda_ * fraction)[stratum]
        parent, passed_on = unit, by_unit
    return Design(tuple(stages), bool(columns.fpc))


def _stage(
    columns: DesignColumns,
    level: int,
    members: tuple[Integers, Integers | None, Array],
    lambda_: Array,
    fpc: tuple[str, Array] | None,
    lonely_psu: str,
) -> tuple[Stage, Array]:
    stratum, unit, count = members
    strata = lambda_.size
    if unit is None:
        of_unit = stratum
    else:
        of_unit = np.zeros(int(unit.max(initial=0)) + 1, dtype=np.int64)
        of_unit[unit] = stratum
    units = count if unit is None else np.ones(of_unit.size)
    size = np.bincount(of_unit, weights=units, minlength=strata).astype(float)
    fraction = np.zeros(strata) if fpc is None else _fraction(fpc, stratum, size, columns, level)
    lonely = (size == 1) & (fraction < 1) & (lambda_ > 0)
    if lonely_psu == "fail" and lonely.any():
        first = stratum_name(columns, level, stratum, int(np.flatnonzero(lonely)[0]))
        more = f" ({int(lonely.sum())} strata are like it)" if lonely.sum() > 1 else ""
        raise DesignError(
            f"stratum {first} has only one PSU, so its variance cannot be estimated{more}."
            ' Pass lonely_psu="adjust", "average", "certainty" or merge it.'
        )
    spread = np.divide(size, size - 1, out=np.ones(strata), where=size > 1)
    coefficient = lambda_ * (1 - fraction) * spread
    uncentred = None
    if lonely_psu == "adjust":
        uncentred = lonely
    else:
        coefficient[lonely] = 0.0
    inflation = 1.0
    if lonely_psu == "average" and lonely.any():
        inflation = strata / float(strata - lonely.sum()) if (~lonely).any() else np.nan
    return Stage(unit, of_unit, size, coefficient, uncentred, inflation), fraction


def _fraction(
    fpc: tuple[str, Array],
    stratum: Integers,
    size: Array,
    columns: DesignColumns,
    level: int,
) -> Array:
    name, values = fpc
    bad = ~np.isfinite(values) | (values <= 0)
    if bad.any():
        raise DesignError(
            f"{int(bad.sum()):,} of {values.size:,} entries of the fpc column {name!r} are missing"
            f" or not positive; the first is in row {int(np.flatnonzero(bad)[0]) + 1}."
        )
    rates = bool((values <= 1).all())
    if not rates and bool((values < 1).any()):
        raise DesignError(
            f"the fpc column {name!r} mixes sampling fractions ({int((values < 1).sum()):,} entries"
            f" below 1) and population sizes ({int((values > 1).sum()):,} above). Give one of them."
        )
    low, high = np.full(size.shape, np.inf), np.full(size.shape, -np.inf)
    np.minimum.at(low, stratum, values)
    np.maximum.at(high, stratum, values)
    if bool((high > low * (1 + 1e-12)).any()):
        where = stratum_name(columns, level, stratum, int(np.argmax(high > low * (1 + 1e-12))))
        raise DesignError(f"the fpc column {name!r} has several values in stratum {where}.")
    fraction = low if rates else size / low
    if bool((fraction > 1 + 1e-9).any()):
        worst = int(np.argmax(fraction))
        where = stratum_name(columns, level, stratum, worst)
        raise DesignError(
            f"stratum {where} has {int(size[worst]):,} units sampled, more than the"
            f" {low[worst]:,.10g} that the fpc column {name!r} says there are."
        )
    return np.asarray(np.minimum(fraction, 1.0))


def stratum_name(columns: DesignColumns, level: int, stratum: Integers, index: int) -> str:
    """Return what a message calls a stratum, (n,) being the stratum of each row at that stage."""
    row = int(np.flatnonzero(stratum == index)[0])
    if level < len(columns.strata):
        column = columns.strata[level]
        if len(column.labels) > _FEW_STRATA and 2 * len(column.labels) > column.codes.size:
            return (
                f"of column {column.name!r} (most of its values stand once: is it an identifier?)"
            )
        return f"{str(column.labels[column.codes[row]])!r}"
    if level == 0:
        return "'(the whole sample)'"
    return f"made of one unit of stage {level} ({columns.psu[level - 1].name!r})"


def _complete(column: Column) -> None:
    missing = column.codes < 0
    if missing.any():
        raise DesignError(
            f"{int(missing.sum()):,} of {missing.size:,} entries of the design column"
            f" {column.name!r} are missing; the first is in row"
            f" {int(np.flatnonzero(missing)[0]) + 1}. Every respondent needs one."
        )


def crossed(outer: Integers, inner: NDArray[np.int32]) -> tuple[Integers, Integers]:
    """Return the number of each row's pair of entries, and what stands for each pair, sorted."""
    width = int(inner.max(initial=0)) + 1
    combined = outer.astype(np.int64) * width + inner
    top = int(combined.max(initial=0)) + 1
    if top <= 4 * combined.size + 1_000:
        present = np.zeros(top, dtype=bool)
        present[combined] = True
        number = np.cumsum(present) - 1
        return number[combined], np.flatnonzero(present)
    values, codes = np.unique(combined, return_inverse=True)
    return codes.astype(np.int64), values


def check_weights(weight: Array, count: Array, name: str) -> None:
    """Raise a `DesignError` that says how many weights are missing, infinite or negative."""
    if not weight.size or not count.sum():
        raise DesignError("there are no respondents in the data.")
    for wrong, what, remedy in (
        (np.isnan(weight), "missing", "Fill them in or leave those respondents out on purpose"),
        (np.isinf(weight), "infinite", "Correct them"),
        (weight > _LARGEST_WEIGHT, "too large to compute with", "Correct them"),
        (weight < 0, "negative", "A weight is how many people a respondent stands for; correct it"),
    ):
        if wrong.any():
            n = int(count[wrong].sum())
            where = f"; the first is in row {int(np.flatnonzero(wrong)[0]) + 1}"
            raise DesignError(
                f"{n:,} of {int(count.sum()):,} weights in column {name!r} are {what}"
                f"{where if count.max() == 1 else ''}. {remedy}."
            )
    if not (weight > 0).any():
        raise DesignError(f"all weights in column {name!r} are zero.")


def stage_list(names: str | Sequence[str] | None, option: str) -> tuple[str, ...]:
    """Return the columns of an option as a tuple, one a stage."""
    if names is None:
        return ()
    if isinstance(names, str):
        return (names,)
    listing: tuple[Any, ...] = tuple(names)
    wrong = [name for name in listing if not isinstance(name, str)]
    if wrong:
        raise DesignError(f"{option} takes names of columns, one a stage, not {listed(wrong)}.")
    return listing
