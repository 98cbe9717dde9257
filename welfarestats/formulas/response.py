"""Response: propensities fitted from what is known of everybody issued, and classes of them."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = ["class_factors", "propensity_classes", "response_propensities"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# A fitted propensity below this means that nobody there responded.
_NOBODY = 1e-6


def class_factors(weight: Array, responded: Mask, group: Integers, size: int) -> Array:
    r"""Return for each class (G,) the factor by which its respondents make up for the others.

    :math:`\sum_{i \in c} d_i / \sum_{i \in c,\, r_i = 1} d_i`

    Parameters
    ----------
    weight
        (n,) base weights of everybody issued.
    responded
        (n,) who responded.
    group
        (n,) class of each, 0 … G − 1; −1 for those of weight 0.
    size
        How many classes there are, *G*.

    Returns
    -------
    ndarray of float
        (G,), at least 1; not a number for a class in which people were issued and nobody
        responded, 1 for one without anybody.

    References
    ----------
    Little, R. J. A. (1986). Survey nonresponse adjustments for estimates of means. International
    Statistical Review 54, 139–157.

    Examples
    --------
    >>> import numpy as np
    >>> who = np.array([True, False, True, True])
    >>> class_factors(np.ones(4), who, np.array([0, 0, 1, 1]), 2).tolist()
    [2.0, 1.0]
    """
    inside = group >= 0
    issued = np.bincount(group[inside], weights=weight[inside], minlength=size)
    here = inside & responded
    answered = np.bincount(group[here], weights=weight[here], minlength=size)
    factor = np.divide(issued, answered, out=np.full(size, np.nan), where=answered > 0)
    factor[issued == 0] = 1.0
    return np.asarray(factor)


def propensity_classes(propensity: Array, weight: Array, classes: int) -> Integers:
    """Return classes (n,) of similar propensity, each with about the same sum of weights.

    Parameters
    ----------
    propensity
        (n,) between 0 and 1.
    weight
        (n,) base weights; people of weight 0 are in class −1.
    classes
        How many, such as 5 for quintiles.

    Returns
    -------
    ndarray of int
        0 for the lowest propensities; equal propensities are never parted, so that there may be
        fewer classes than asked for.

    References
    ----------
    Rosenbaum, P. R. and Rubin, D. B. (1984). Reducing bias in observational studies using
    subclassification on the propensity score. Journal of the American Statistical Association 79,
    516–524, on five classes.

    Examples
    --------
    >>> import numpy as np
    >>> propensity_classes(np.array([0.2, 0.9, 0.4, 0.7]), np.ones(4), 2).tolist()
    [0, 1, 0, 1]
    """
    group = np.full(propensity.size, -1, dtype=np.int64)
    held = weight > 0
    # Equal propensities differ by rounding where they were fitted from other rows.
    values, place = np.unique(propensity[held].round(10), return_inverse=True)
    sums = np.bincount(place, weights=weight[held])
    middle = (np.cumsum(sums) - sums / 2) / sums.sum()
    wanted = np.minimum((middle * classes).astype(np.int64), classes - 1)
    used = np.unique(wanted, return_inverse=True)[1]
    group[held] = used[place] if values.size else 0
    return group


def response_propensities(known: Array, responded: Mask, weight: Array) -> Array | None:
    r"""Return the propensity to respond (n,) from a logistic regression under the weights.

    :math:`\log(p_i / (1 - p_i)) = \beta_0 + x_i'\beta`, fitted by weighted maximum likelihood.

    Parameters
    ----------
    known
        (n, K) what is known of everybody, without a constant.
    responded
        (n,) who responded.
    weight
        (n,) base weights, above 0.

    Returns
    -------
    ndarray of float or None
        Between 0 and 1; ``None`` when no finite coefficients fit, because some answers tell
        exactly that nobody responded, or exactly who did.

    Notes
    -----
    The fit is statsmodels'. Its standard errors, for which survey weights are not what it takes
    them for, are not used.

    References
    ----------
    Little, R. J. A. (1986). Survey nonresponse adjustments for estimates of means. International
    Statistical Review 54, 139–157.

    Examples
    --------
    >>> import numpy as np
    >>> area = np.array([[0.0], [0.0], [1.0], [1.0], [1.0], [1.0]])
    >>> who = np.array([True, False, True, True, True, False])
    >>> response_propensities(area, who, np.ones(6)).round(3).tolist()
    [0.5, 0.5, 0.75, 0.75, 0.75, 0.75]
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import ModelWarning

    # Columns of one size, so that the fit does not depend on units.
    spread = known.std(axis=0)
    centred = (known - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(known)), centred])
    shares = weight / weight.mean()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ModelWarning)
        try:
            model = GLM(responded.astype(float), design, family=Binomial(), freq_weights=shares)
            fitted = np.asarray(model.fit(maxiter=100, tol=1e-12).fittedvalues)
        except ModelWarning:
            return None
    return fitted if float(fitted.min()) > _NOBODY else None
