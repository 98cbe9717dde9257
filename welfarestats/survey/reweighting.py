"""The same respondents under other weights: which columns could be weights, and a survey of them."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DesignError, one_of
from welfarestats.survey.caveats import Caveat
from welfarestats.survey.design import Calibration, ReplicateWeights
from welfarestats.survey.survey import Survey

__all__ = ["declared_weights", "reweighted", "weight_columns", "with_weights"]

_NO_REPLICATES = Caveat(
    "Standard errors know the weights only: the replicate weights are those of another weight."
)
_WEIGHTY = re.compile(r"(?:^|[_ .])w(?:t|ts|ght)?(?:\d*|[_ .].*)$|weight|gross", re.IGNORECASE)


def weight_columns(survey: Survey) -> tuple[str, ...]:
    """Return the columns that look like weights and are not the declared one.

    Parameters
    ----------
    survey
        The survey.

    Returns
    -------
    tuple of str
        Columns of numbers that are no question with categories and have a weight's name (``w``,
        ``wt2``, ``grossing_weight``), in the order of the data.

    Notes
    -----
    In a file of SPSS every number without labels is a scale, a second weight too.
    """
    answers = [one for one in survey.codebook if one.kind != "scale" or one.categories]
    taken = {column for question in answers for column in question.stored_in}
    layout = survey._layout
    taken |= {*layout.columns, layout.weights or ""}
    taken |= set(layout.replicates.columns) if layout.replicates else set()
    return tuple(
        name
        for name in survey._frame.columns
        if name not in taken and _WEIGHTY.search(name) and survey.holds_numbers(name)
    )


def with_weights(survey: Survey, weights: str | None, *, represent: str | None = None) -> Survey:
    """Return the survey, or the domain, under other weights.

    Parameters
    ----------
    survey
        The survey.
    weights
        A column of weights, or ``None`` for 1 each.
    represent
        What they add up to, as ``weights_represent`` of a `Survey`; as before if left out.

    Returns
    -------
    Survey
        The same respondents, design, codebook and domain.

    Raises
    ------
    DataError
        When there is no such column.
    DesignError
        When it cannot hold weights.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"sex": ["F", "M"], "w": [1.0, 2.0], "w2": [3.0, 1.0]})
    >>> with_weights(Survey(frame, weights="w"), "w2").weighted_base
    4.0
    """
    if represent is not None:
        one_of(represent, ("sample", "population"), "represent")
    if weights is not None:
        survey._frame.check(weights, "weights")
        if not survey.holds_numbers(weights):
            raise DesignError(f"column {weights!r} does not hold numbers, so it holds no weights.")
    other = copy.copy(survey)
    other.__dict__.pop("_whole", None)
    # Replicates that were given are of the weights before, and nothing else tells of the design.
    caveats = (_NO_REPLICATES,) if survey._layout.replicates is not None else ()
    other._layout = replace(survey._layout, weights=weights, replicates=None)
    other._passes = {}
    other.facts = replace(
        survey.facts,
        weighted=weights is not None,
        weights_represent=represent or survey.facts.weights_represent,
        weighting=(),
        replicates="",
        caveats=(*survey.facts.caveats, *caveats),
    )
    if not survey._frame.lazy:
        other._sample(())
    return other


def reweighted(
    survey: Survey,
    weight: NDArray[np.float64],
    words: str,
    *,
    calibration: Calibration | None = None,
    replicates: ReplicateWeights | None = None,
    represent: str | None = None,
) -> Survey:
    """Return the survey, or the domain, under weights that were computed.

    Parameters
    ----------
    survey
        The survey, its data in memory.
    weight
        (n,) a weight of at least 0 for every respondent in the data, in their order.
    words
        What was done, as a reader sees it: ``"raked to sex and region"``.
    calibration
        Added to the calibrations that the variance knows; ``None`` forgets those there were,
        since other weights do not meet their targets.
    replicates
        Replicate weights of the new weights, in place of those there were.
    represent
        What the weights add up to; as before if left out.

    Returns
    -------
    Survey
        The same respondents, design, codebook and domain.

    Raises
    ------
    DataError
        When the data are a lazy frame.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> survey = Survey(pd.DataFrame({"sex": ["F", "M"]}))
    >>> reweighted(survey, np.array([0.5, 1.5]), "weighted by hand").weights
    array([0.5, 1.5])
    """
    refuse_lazy(survey)
    other = copy.copy(survey)
    other.__dict__.pop("_whole", None)
    before = survey._sample(())
    sample = copy.copy(before)
    sample.rows = replace(before.rows, weight=weight, square=weight**2)
    known, missed = before.design.calibrations, before.design.missed
    sample.design = replace(
        before.design,
        calibrations=() if calibration is None else (*known, calibration),
        missed=(known or missed) if calibration is None else (),
        replicates=replicates,
    )
    other._passes = {"whole": sample}
    other.facts = replace(
        survey.facts,
        weighted=True,
        weights_represent=represent or survey.facts.weights_represent,
        weighting=(*survey.facts.weighting, words),
        replicates="" if replicates is None else survey.facts.replicates,
    )
    return other


def refuse_lazy(survey: Survey) -> None:
    """Raise a `DataError` where weights are to be computed and the data are a lazy frame."""
    if survey._frame.lazy:
        raise DataError("the weights of a lazy frame are not in memory. Collect it first.")


def declared_weights(survey: Survey) -> str | None:
    """Return the column of weights that a survey was made with, ``None`` for 1 each."""
    return survey._layout.weights
