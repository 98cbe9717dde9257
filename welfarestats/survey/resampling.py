"""Replicate weights made from a design: a survey whose variances come from replicates."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DesignError, OptionError, PrecisionWarning, one_of
from welfarestats.formulas.balanced_replication import (
    balanced_multipliers,
    hadamard_matrix,
    successive_difference_multipliers,
)
from welfarestats.formulas.replication import (
    bootstrap_multipliers,
    jackknife_multipliers,
    replicate_degrees_of_freedom,
)
from welfarestats.survey.design import ReplicateWeights, Stage, stratum_name
from welfarestats.survey.passes import Sample, design_columns
from welfarestats.survey.replicate_ranks import DrawnUnits
from welfarestats.survey.replicates import METHODS, check_fay, method_words, replicate_scale
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey, check_survey

__all__ = ["make_replicates"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# Replicate weights are kept in memory: this many take 2 GB.
_MOST_WEIGHTS = 250_000_000


def make_replicates(
    survey: Survey,
    method: str,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    fay: float | None = None,
    centre: str = "estimate",
) -> Survey:
    r"""Return the survey, or the domain, with replicate weights made from its design.

    Variances then come from the replicates: every estimate is computed again under each of them.

    Parameters
    ----------
    survey
        The survey, its data in memory, its weights as they were before any calibration.
    method
        ``"jk1"`` (each PSU left out once; no strata), ``"jkn"`` (the same within strata),
        ``"brr"`` (balanced half-samples of two PSUs a stratum), ``"fay"`` (the same, with the
        other half counting less), ``"bootstrap"`` (Rao and Wu: one PSU less than there are, drawn
        anew in each stratum) or ``"sdr"`` (successive differences, for systematic samples whose
        rows stand in the order in which they were drawn).
    replicates
        How many: needed for ``"bootstrap"``; for ``"sdr"`` an order of a Hadamard matrix, such as
        80, or ``None`` for one above the number of PSUs. With the others it follows from the
        design.
    seed
        A whole number, for ``"bootstrap"``: the same seed gives the same replicates.
    fay
        :math:`\rho` of Fay's method, at least 0 and less than 1, such as 0.5.
    centre
        ``"estimate"`` or ``"mean"``: what replicates are compared with.

    Returns
    -------
    Survey
        The same respondents, weights, codebook and domain.

    Raises
    ------
    DesignError
        When the design does not suit the method: a stratum with one PSU, or not two for
        half-samples, strata for jk1, a finite population for half-samples; when the weights were
        calibrated, or the replicates have no room in memory.
    OptionError
        When an option is missing, out of range, or belongs to another method.
    DataError
        When the data are a lazy frame.

    Warns
    -----
    PrecisionWarning
        When later stages have a finite population: replicates are made of PSUs, and the later
        stages' own share of the variance is left out.

    Notes
    -----
    A finite population of PSUs is in the shares of the jackknife, :math:`(1 - f_h)(n_h - 1)/n_h`,
    and in the multipliers of the bootstrap and of successive differences. Strata that were drawn
    completely keep their weights. Respondents are the PSUs where no PSU is declared. Replicates
    that follow calibrated weights have to be calibrated each: make them first, calibrate then.

    References
    ----------
    Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer, chapters 3 to 5.
    Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal
    of the American Statistical Association 83, 231-241.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"office": [1, 1, 2, 3, 3], "age": [30, 40, 50, 20, 60]})
    >>> survey = make_replicates(Survey(frame, psu="office"), "jk1")
    >>> survey.degrees_of_freedom
    2.0
    """
    check_survey(survey, "a set of replicate weights")
    one_of(method, METHODS, "method")
    one_of(centre, ("estimate", "mean"), "centre")
    check_fay(method, fay)
    _check_options(method, replicates, seed)
    if survey._frame.lazy:
        raise DataError("replicate weights of a lazy frame have no place. Collect it first.")
    sample = survey._sample(())
    units = _units(_suitable(survey, sample, method))
    _check_room(sample.rows.size, units[1].size, method, replicates)
    multipliers, scale, rscales = _made(method, units, replicates, seed, fay)
    weight = sample.rows.weight
    weights = multipliers[units[0]]
    weights *= weight[:, None]
    made = ReplicateWeights(
        weights=weights,
        scale=scale,
        rscales=rscales,
        centre=centre,
        degrees_of_freedom=_freedom(method, units, weight, multipliers),
        units=DrawnUnits.of(*units, multipliers.shape[1]),
    )
    count = multipliers.shape[1]
    words = f"{count:,} replicates of the design ({method_words(method, fay, centre)}"
    words += f"; seed {seed})" if seed is not None else ")"
    other = reweighted(survey, weight, words, replicates=made)
    # The weights are as they were: only where variances come from is new.
    other.facts = replace(survey.facts, replicates=words)
    return other


def _check_options(method: str, replicates: Any, seed: Any) -> None:
    """Raise an `OptionError` for a number of replicates or a seed that is missing or not used."""
    if method == "bootstrap":
        if not isinstance(replicates, int) or replicates < 2:
            raise OptionError(
                f"a bootstrap needs replicates=, at least 2 and better 500, not {replicates!r}."
            )
        if not isinstance(seed, int) or seed < 0:
            raise OptionError(
                "a bootstrap needs seed=, a whole number of at least 0, so that it can be made"
                f" again, not {seed!r}."
            )
        return
    if seed is not None:
        raise OptionError(f"nothing is drawn by method={method!r}, so it takes no seed.")
    if replicates is None:
        return
    if method != "sdr":
        raise OptionError(
            f"how many replicates method={method!r} has follows from the design. Leave replicates"
            " out."
        )
    if not isinstance(replicates, int) or replicates < 4:
        raise OptionError(
            f"replicates= is 4 or more for successive differences, not {replicates!r}."
        )
    order = len(hadamard_matrix(replicates))
    if order != replicates:
        raise OptionError(
            f"there is no Hadamard matrix of order {replicates:,} here, which successive"
            f" differences need. The next is replicates={order}."
        )


def _suitable(survey: Survey, sample: Sample, method: str) -> Stage:
    """Return the first stage of a design that the method suits; raise a `DesignError` otherwise."""
    design = sample.design
    if design.replicates is not None:
        raise DesignError(
            "the survey has replicate weights already. Make others from the survey before these."
        )
    if design.calibrations:
        raise DesignError(
            "the weights were calibrated, and replicates of them would not be. Make the replicates"
            " first and calibrate then, so that each replicate is calibrated."
        )
    stage = design.first
    lone = np.zeros(stage.size.shape, dtype=bool) if stage.uncentred is None else stage.uncentred
    if lone.any() or stage.inflation != 1:
        first = _named(survey, sample, int(np.argmax(stage.size == 1)))
        raise DesignError(
            f"stratum {first} has only one PSU ({int((stage.size == 1).sum()):,} strata are like"
            f" it), for which lonely_psu={survey._layout.lonely_psu!r} has no replicates. Merge"
            ' it, or pass lonely_psu="certainty": it then adds no variance.'
        )
    if not (stage.coefficient > 0).any():
        raise DesignError(
            "every PSU of the population was drawn, or each stratum has one: there is no sampling"
            " variance between PSUs to make replicates of."
        )
    if method == "jk1" and stage.size.size > 1:
        raise DesignError(
            f'method="jk1" is for a sample without strata, and this one has {stage.size.size:,}.'
            ' Use method="jkn".'
        )
    if method in ("brr", "fay"):
        _check_halves(survey, sample, stage)
    if len(design.stages) > 1:
        warnings.warn(
            "replicates are made of PSUs, the first stage. The variance that the finite population"
            " of later stages would add is left out.",
            PrecisionWarning,
            stacklevel=3,
        )
    return stage


def _check_halves(survey: Survey, sample: Sample, stage: Stage) -> None:
    """Raise a `DesignError` unless there are two PSUs in each stratum of an infinite population."""
    others = np.flatnonzero(stage.size != 2)
    if others.size:
        first = others[0]
        raise DesignError(
            f"half-samples need two PSUs in every stratum; {others.size:,} of"
            f" {stage.size.size:,} strata have another number, the first {int(stage.size[first]):,}"
            f' (stratum {_named(survey, sample, int(first))}). Use method="jkn" or "bootstrap".'
        )
    if sample.design.has_fpc:
        raise DesignError(
            "half-samples have no finite-population correction. Leave fpc out, which makes the"
            ' standard errors larger, or use method="jkn" or "bootstrap".'
        )


def _named(survey: Survey, sample: Sample, stratum: int) -> str:
    columns = design_columns(sample.rows, survey._layout)
    first = sample.design.first
    of_rows = first.stratum if first.unit is None else first.stratum[first.unit]
    return stratum_name(columns, 0, of_rows, stratum)


def _units(stage: Stage) -> tuple[Integers, Integers, Array]:
    """Return the unit of each row, the stratum of each unit, and the share 1 − f of each stratum."""
    unit = np.arange(stage.stratum.size) if stage.unit is None else stage.unit
    return unit, stage.stratum, stage.coefficient * (1 - 1 / stage.size)


def _check_room(rows: int, units: int, method: str, replicates: int | None) -> None:
    """Raise a `DesignError` when the replicate weights would not fit in memory."""
    strata_or_units = units // 2 if method in ("brr", "fay") else units
    count = replicates or strata_or_units
    if rows * count > _MOST_WEIGHTS:
        raise DesignError(
            f"{rows:,} respondents by {count:,} replicates are {rows * count * 8 / 1e9:,.1f} GB of"
            " weights. Declare the PSUs if respondents came in groups, or use fewer replicates:"
            ' method="bootstrap" with replicates=500.'
        )


def _made(
    method: str,
    units: tuple[Integers, Integers, Array],
    replicates: int | None,
    seed: int | None,
    fay: float | None,
) -> tuple[Array, float, Array]:
    """Return multipliers of the units (U, R), and what their squared deviations are multiplied by."""
    unit, stratum, remaining = units
    if method in ("jk1", "jkn"):
        multipliers, shares = jackknife_multipliers(stratum, remaining)
        if method == "jk1":
            return multipliers, float(shares[0]), np.ones(shares.size)
        return multipliers, 1.0, shares
    if method == "bootstrap":
        assert replicates is not None
        random = np.random.default_rng(seed)
        multipliers = bootstrap_multipliers(stratum, remaining, replicates, random)
    elif method == "sdr":
        # Units have their numbers by label; they were drawn as their first rows stand.
        order = np.argsort(np.unique(unit, return_index=True)[1])
        in_order = successive_difference_multipliers(stratum[order], remaining, replicates)
        multipliers = np.empty_like(in_order)
        multipliers[order] = in_order
    else:
        multipliers = balanced_multipliers(stratum, fay or 0.0)
    count = multipliers.shape[1]
    return multipliers, replicate_scale(method, count, fay), np.ones(count)


def _freedom(
    method: str, units: tuple[Integers, Integers, Array], weight: Array, multipliers: Array
) -> float:
    """Return the rank of the replicate weights less one: PSUs − strata for the jackknife."""
    unit, stratum, remaining = units
    present = np.unique(unit[weight > 0])
    if method in ("jk1", "jkn") and present.size == stratum.size:
        # The same without a matrix of all PSUs by all PSUs to decompose.
        return float((remaining[stratum] > 0).sum() - (remaining > 0).sum())
    return replicate_degrees_of_freedom(multipliers[present])
