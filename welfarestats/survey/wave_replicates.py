"""Replicate weights of stacked waves: of one design, joined; of independent samples, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DesignError
from welfarestats.survey.design import ReplicateWeights
from welfarestats.survey.replicate_ranks import GivenRows
from welfarestats.survey.wave_units import Units, Waves

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

__all__ = ["replicates_of_waves", "replicates_words"]

Array = NDArray[np.float64]

# Half of what replicates of the same people do is common to both waves.
_ALIKE = 0.7
_REMEDY = "Stack the waves with strata and psu in place of replicate weights."


def replicates_of_waves(
    surveys: Mapping[str, Survey], rows: Waves, units: Units
) -> ReplicateWeights | None:
    """Return the replicate weights of all waves under each other, or none where no wave has any.

    Where somebody may be in several waves they are joined column by column, once they are of one
    design. Samples drawn afresh are independent: each wave has its replicates in turn, while the
    others keep their weights, so that the variance of a change is V₁ + V₂.
    """
    given = {name: one._sample(()).design.replicates for name, one in surveys.items()}
    having = {name: one for name, one in given.items() if one is not None}
    if not having:
        return None
    if len(having) < len(given):
        without = next(name for name in given if name not in having)
        raise DesignError(
            f"{next(iter(having))!r} has replicate weights and {without!r} has none. {_REMEDY}"
        )
    plain = [one._sample(()).rows.weight for one in surveys.values()]
    if rows.column is None:
        _refuse_shared_units(rows, units)
        return _in_turn(having, plain)
    return _joined(having, np.concatenate(plain), rows)


def replicates_words(surveys: Mapping[str, Survey], rows: Waves) -> str:
    """Return what is said of the replicate weights of a stack."""
    words = {name: one.facts.replicates for name, one in surveys.items()}
    if rows.column is not None:
        return next(iter(words.values()))
    return f"{'; '.join(f'{n}: {w}' for n, w in words.items())}, of independent samples"


def _refuse_shared_units(rows: Waves, units: Units) -> None:
    """Raise a `DesignError` where waves share PSUs, of which replicates in turn know nothing."""
    pairs = np.unique(np.column_stack([units.stratum, rows.wave]), axis=0)
    if len(pairs) > len(np.unique(pairs[:, 0])):
        raise DesignError(
            "the waves have PSUs in common, so they are no independent samples, and their replicate"
            " weights do not say which PSU is which. Stack the waves as they were before, and make"
            " replicate weights of the stack."
        )


def _in_turn(having: Mapping[str, ReplicateWeights], plain: list[Array]) -> ReplicateWeights:
    """Return replicates of independent samples: those of one wave beside the weights of the others.

    What they add up to is Σ_w scale_w Σ_r rscale_wr (θ_r − θ)(θ_r − θ)'.
    """
    about_mean = [name for name, one in having.items() if one.centre == "mean"]
    if about_mean:
        raise DesignError(
            f"the replicate weights of {about_mean[0]!r} are centred on the mean of their estimates,"
            ' of which independent waves have no common one. Declare them with centre="estimate".'
        )
    each = list(having.values())
    blocks = [
        np.hstack(
            [
                one.weights if place == own else np.repeat(weight[:, None], size, axis=1)
                for own, size in enumerate(one.weights.shape[1] for one in each)
            ]
        )
        for place, (one, weight) in enumerate(zip(each, plain, strict=True))
    ]
    weights = np.vstack(blocks)
    stated = any(one.units is None for one in each)
    return ReplicateWeights(
        weights,
        1.0,
        np.concatenate([one.scale * one.rscales for one in each]),
        "estimate",
        float(sum(one.degrees_of_freedom for one in each)),
        None if stated else GivenRows(weights, np.concatenate(plain)),
    )


def _joined(having: Mapping[str, ReplicateWeights], plain: Array, rows: Waves) -> ReplicateWeights:
    """Return the replicate weights of all waves under each other, once they are of one design."""
    first = next(iter(having.values()))
    for name, one in having.items():
        if not _added_up_alike(first, one):
            raise DesignError(
                f"the replicate weights of {rows.names[0]!r} and {name!r} differ in how many they"
                f" are ({first.weights.shape[1]:,} and {one.weights.shape[1]:,}) or in how they are"
                f" added up, so they are not of one replicate design. {_REMEDY}"
            )
    weights = np.vstack([one.weights for one in having.values()])
    shared, alike = _moving_alike(weights, plain, rows)
    if not shared or alike < _ALIKE:
        why = (
            f"those of the {shared:,} people in several waves move otherwise in one wave than in"
            f" another, with a correlation of {alike:.2f} where one design has {_ALIKE:g} to 1"
            if shared
            else "nobody is in several waves, so it cannot be seen which replicates belong together."
            " If the samples were drawn afresh, pass person=None"
        )
        raise DesignError(
            f"replicate weights are joined only when they are of one design: {why}. {_REMEDY}"
        )
    stated = first.units is None
    return replace(first, weights=weights, units=None if stated else GivenRows(weights, plain))


def _added_up_alike(one: ReplicateWeights, other: ReplicateWeights) -> bool:
    return bool(
        one.weights.shape[1] == other.weights.shape[1]
        and np.isclose(one.scale, other.scale, rtol=1e-9)
        and np.allclose(one.rscales, other.rscales, rtol=1e-9)
        and one.centre == other.centre
    )


def _moving_alike(weights: Array, plain: Array, rows: Waves) -> tuple[int, float]:
    """Return how many people are in several waves, and how their multipliers correlate.

    It is 1 for replicates of one design, and a little less once each wave calibrated its own.
    """
    known = np.flatnonzero((rows.person >= 0) & (plain > 0))
    order = known[np.argsort(rows.person[known], kind="stable")]
    person = rows.person[order]
    multiplier = weights[order] / plain[order, None]
    same = person[1:] == person[:-1]
    moved = multiplier - multiplier.mean(axis=1, keepdims=True)
    one, other = moved[:-1][same], moved[1:][same]
    most = np.sqrt(np.vdot(one, one) * np.vdot(other, other))
    alike = float(np.vdot(one, other) / most) if most > 0 else 1.0
    return np.unique(person[1:][same]).size, alike
