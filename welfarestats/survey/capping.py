"""The same respondents with their largest weights cut to a limit."""

from __future__ import annotations

import numpy as np

from welfarestats.errors import DesignError
from welfarestats.survey.reweighting import refuse_lazy, reweighted
from welfarestats.survey.survey import Survey

__all__ = ["with_capped_weights"]


def with_capped_weights(survey: Survey, limit: float) -> Survey:
    """Return the survey, or the domain, with every weight above a limit cut to it.

    Parameters
    ----------
    survey
        The survey, its data in memory.
    limit
        The largest weight that stays, above 0.

    Returns
    -------
    Survey
        The same respondents, design, codebook and domain.

    Raises
    ------
    DataError
        When the data are a lazy frame.
    DesignError
        When the limit is no positive number.

    Notes
    -----
    Nothing is calibrated again: margins that the weights met are not met after a cut.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"sex": ["F", "M"], "w": [1.0, 5.0]})
    >>> with_capped_weights(Survey(frame, weights="w"), 2).weighted_base
    3.0
    """
    if not np.isfinite(limit) or limit <= 0:
        raise DesignError(f"a limit for weights is a number above 0, not {limit!r}.")
    refuse_lazy(survey)
    weight = np.minimum(survey._sample(()).rows.weight, float(limit))
    return reweighted(survey, weight, f"weights over {limit:.6g} cut to it")
