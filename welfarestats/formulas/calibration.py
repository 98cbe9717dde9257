"""Calibration: weights near the base weights that add up to known totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import one_of

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["calibration_factors", "smallest_gaps"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

METHODS = ("linear", "raking", "logit")
_STEPS = 100
_HALVINGS = 40
# exp(40) more than covers any factor that a weight could have.
_LARGEST_EXPONENT = 40.0
_SUFFICIENT = 1e-4
_LITTLE = 1e-2
_LARGEST_PROGRAMME = 200_000


@dataclass(frozen=True)
class CalibratedRows:
    """Factors (n,) of the weights, and how far each total is from its target (P,), relative."""

    factor: Array
    gap: Array
    converged: bool
    steps: int


def calibration_factors(
    auxiliary: sparse.csr_array,
    base: Array,
    target: Array,
    *,
    method: str = "linear",
    lower: ArrayLike = 0.0,
    upper: ArrayLike = np.inf,
    tolerance: float = 1e-12,
) -> CalibratedRows:
    r"""Return the factors (n,) that make weights add up to the totals of auxiliary variables.

    Weights are :math:`w_i = d_i F(x_i'\lambda)` with :math:`\sum_i w_i x_i = t`, where *F* is

    * linear (GREG): :math:`1 + u`, cut at the bounds where there are any;
    * raking (exponential): :math:`e^u`, cut at the bounds;
    * logit: between *L* and *U* on an S-shaped curve with :math:`F(0) = F'(0) = 1`.

    Parameters
    ----------
    auxiliary
        (n, P) the auxiliary variables; redundant columns do no harm.
    base
        (n,) base weights, 0 or more.
    target
        (P,) totals to meet.
    method
        ``"linear"``, ``"raking"`` or ``"logit"``.
    lower, upper
        Bounds of the factors, one or (n,) each. For ``"linear"`` a lower bound of minus infinity
        is no bound; ``"logit"`` needs ``0 <= lower < 1 < upper``.
    tolerance
        The largest difference between a total and its target, relative to the target (to the mean
        size of the variable where that is larger).

    Returns
    -------
    CalibratedRows
        ``factor`` (n,); ``gap`` (P,) measured at the end; ``converged``, whether none is beyond
        the tolerance.

    Notes
    -----
    λ minimises a convex function whose gradient is the difference to the targets; it is found by
    Newton's method with a step that is halved until the function falls. Where bounds leave no
    solution λ runs away and the result is not converged: `smallest_gaps` tells whether there is one.

    References
    ----------
    Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376–382.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> x = sparse.csr_array(np.array([[1.0, 2.0], [1.0, 4.0], [1.0, 6.0]]))
    >>> found = calibration_factors(x, np.ones(3), np.array([3.0, 13.0]))
    >>> found.factor.round(3).tolist()
    [0.75, 1.0, 1.25]
    """
    from scipy import sparse

    one_of(method, METHODS, "method")
    low = np.broadcast_to(np.asarray(lower, dtype=float), base.shape)
    high = np.broadcast_to(np.asarray(upper, dtype=float), base.shape)
    total = float(base.sum())
    size = np.maximum(np.abs(target), np.asarray(abs(auxiliary).T @ base) * 1e-3)
    size[size == 0] = 1.0
    # Every column is divided by the size of its target: gaps are relative, λ has no unit.
    first, place = _alike(auxiliary, low, high)
    columns = sparse.csr_array(auxiliary[first] @ sparse.diags_array(total / size))
    sums = np.asarray(np.bincount(place, weights=base)) / total
    problem = _Problem(columns, sums, target / size, _CURVES[method](low[first], high[first]))
    found, steps = _minimised(problem, tolerance)
    factor = found[place]
    gap = (np.asarray(auxiliary.T @ (base * factor)) - target) / size
    return CalibratedRows(factor, gap, bool((np.abs(gap) <= tolerance).all()), steps)


@dataclass(frozen=True)
class _Curve:
    """The factor as a function of u, its slope, and the integral of it."""

    factor: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    integral: Callable[[Array], Array]


def _linear(low: Array, high: Array) -> _Curve:
    def integral(u: Array) -> Array:
        # Beyond a bound b the parabola goes on as the straight line that touches it.
        inside = np.clip(u, low - 1, high - 1)
        return inside + inside**2 / 2 + (u - inside) * (1 + inside)

    return _Curve(
        lambda u: np.clip(1 + u, low, high),
        lambda u: ((1 + u > low) & (1 + u < high)).astype(float),
        integral,
    )


def _raking(low: Array, high: Array) -> _Curve:
    with np.errstate(divide="ignore"):
        least, most = np.log(low), np.minimum(np.log(high), _LARGEST_EXPONENT)
    most = np.maximum(most, np.log(np.maximum(low, 1e-300)))

    def exponential(u: Array) -> Array:
        return np.exp(np.clip(u, least, most))

    def integral(u: Array) -> Array:
        inside = np.clip(u, least, most)
        return np.exp(inside) + (u - inside) * np.exp(inside)

    return _Curve(
        exponential,
        lambda u: np.where((u > least) & (u < most), np.exp(np.clip(u, least, most)), 0.0),
        integral,
    )


def _logit(low: Array, high: Array) -> _Curve:
    from scipy.special import expit

    with np.errstate(invalid="ignore"):
        spread = high - low
        rate = spread / ((1 - low) * (high - 1))
    shift = np.log((1 - low) / (high - 1))

    def share(u: Array) -> Array:
        return np.asarray(expit(rate * u + shift))

    return _Curve(
        lambda u: low + spread * share(u),
        lambda u: spread * rate * share(u) * share(-u - 2 * shift / rate),
        lambda u: low * u + spread / rate * np.logaddexp(0, rate * u + shift),
    )


_CURVES: dict[str, Callable[[Array, Array], _Curve]] = {
    "linear": _linear,
    "raking": _raking,
    "logit": _logit,
}


@dataclass(frozen=True)
class _Problem:
    """The convex function of λ that is least where the totals are met."""

    columns: sparse.csr_array
    base: Array
    target: Array
    curve: _Curve

    def linear(self, multiplier: Array) -> Array:
        return np.asarray(self.columns @ multiplier)

    def value(self, u: Array, multiplier: Array) -> float:
        return float((self.base * self.curve.integral(u)).sum() - self.target @ multiplier)

    def gradient(self, u: Array) -> Array:
        return np.asarray(self.columns.T @ (self.base * self.curve.factor(u))) - self.target

    def curvature(self, slope: Array) -> Array:
        from scipy import sparse

        weighted = sparse.diags_array(self.base * slope) @ self.columns
        return np.asarray((self.columns.T @ weighted).toarray())

    def directions(self, u: Array, gradient: Array) -> Iterator[Array]:
        """Give Newton's step, then the one of unbounded weights."""
        slope = self.curve.slope(u)
        # Where all in a category are at a bound the function has no curvature: a little of that of
        # unbounded weights, which vanishes with the gap, gives a step that leads away from there.
        little = min(_LITTLE, float(np.abs(gradient).max())) if (slope == 0).any() else 0.0
        yield -_solved(self.curvature(slope + little), gradient)
        yield -_solved(self.curvature(np.ones_like(u)), gradient)


def _solved(matrix: Array, right: Array) -> Array:
    """Return the shortest solution of a symmetric system, in which columns may be redundant."""
    values, vectors = np.linalg.eigh(matrix)
    keep = values > max(float(values[-1]), 0.0) * 1e-13
    part = vectors[:, keep]
    return np.asarray(part @ ((part.T @ right) / values[keep]))


def _minimised(problem: _Problem, tolerance: float) -> tuple[Array, int]:
    """Return the factors at the least value that was reached, and in how many steps."""
    multiplier = np.zeros(problem.target.size)
    u = problem.linear(multiplier)
    gradient, value = problem.gradient(u), problem.value(u, multiplier)
    for step in range(_STEPS):
        if float(np.abs(gradient).max(initial=0.0)) <= tolerance / 8:
            return problem.curve.factor(u), step
        for direction in problem.directions(u, gradient):
            moved = _moved(problem, (multiplier, gradient, value), direction)
            if moved is not None:
                break
        else:
            return problem.curve.factor(u), step
        multiplier, u, gradient, value = moved
    return problem.curve.factor(u), _STEPS


def _moved(
    problem: _Problem, here: tuple[Array, Array, float], direction: Array
) -> tuple[Array, Array, Array, float] | None:
    """Return where a step along the direction leads, shortened until it leads down."""
    multiplier, gradient, value = here
    fall = float(gradient @ direction)
    if not np.isfinite(fall) or fall >= 0:
        return None
    size, length = float(np.abs(gradient).max()), 1.0
    for _ in range(_HALVINGS):
        new = multiplier + length * direction
        u = problem.linear(new)
        at_new, gradient_new = problem.value(u, new), problem.gradient(u)
        # Near the solution rounding hides how little the function falls: the gap shows it.
        lower = at_new <= value + _SUFFICIENT * length * fall and at_new < value
        if lower or float(np.abs(gradient_new).max()) < 0.9 * size:
            return new, u, gradient_new, at_new
        length /= 2
    return None


def smallest_gaps(
    auxiliary: sparse.csr_array, target: Array, least: Array, most: Array
) -> Array | None:
    r"""Return how far the nearest weights within limits are from their targets (P,).

    A linear programme: weights :math:`l_i \le w_i \le u_i` for which
    :math:`\sum_p |\sum_i w_i x_{ip} - t_p| / |t_p|` is least. All gaps are 0 if and only if there are
    weights that meet the targets.

    Parameters
    ----------
    auxiliary
        (n, P) the auxiliary variables.
    target
        (P,) totals; for one of 0 the difference itself is counted.
    least, most
        (n,) limits of the weights.

    Returns
    -------
    ndarray of float or None
        Achieved / target − 1; below about 1e-7 it is the solver's rounding. ``None`` when there are
        too many different rows for a programme, or the solver gives up.

    Notes
    -----
    Solved by HiGHS through SciPy. Rows with the same variables are taken together, which changes
    nothing: their weights can be any sum between those of their limits.

    References
    ----------
    Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376–382, where bounds may leave no solution.

    Examples
    --------
    Nobody can weigh more than 2, so three people cannot add up to 12:

    >>> import numpy as np
    >>> from scipy import sparse
    >>> everyone = sparse.csr_array(np.ones((3, 1)))
    >>> smallest_gaps(everyone, np.array([12.0]), np.zeros(3), np.full(3, 2.0)).round(3)
    array([-0.5])
    """
    from scipy import optimize, sparse

    rows, low, high = _together(auxiliary, least, most)
    if low.size > _LARGEST_PROGRAMME:
        return None
    size = np.where(target == 0, 1.0, np.abs(target))
    scaled = sparse.csr_array(sparse.diags_array(1 / size) @ rows.T)
    slack = sparse.eye_array(target.size, format="csr")
    goal = target / size
    solved = optimize.linprog(
        np.concatenate([np.zeros(low.size), np.ones(2 * target.size)]),
        A_eq=sparse.hstack([scaled, slack, -slack], format="csr"),
        b_eq=goal,
        bounds=[*zip(low.tolist(), high.tolist(), strict=True), *[(0.0, np.inf)] * (2 * goal.size)],
        method="highs",
    )
    if solved.status != 0 or solved.x is None:
        return None
    return np.asarray(scaled @ solved.x[: low.size]) - goal


def _together(
    auxiliary: sparse.csr_array, least: Array, most: Array
) -> tuple[sparse.csr_array, Array, Array]:
    """Return the different rows, and the sums of the limits of those that are alike."""
    nothing = np.zeros(least.size)
    first, place = _alike(auxiliary, nothing, nothing)
    sums = [np.asarray(np.bincount(place, weights=limit), dtype=float) for limit in (least, most)]
    return auxiliary[first], sums[0], sums[1]


def _alike(auxiliary: sparse.csr_array, low: Array, high: Array) -> tuple[Integers, Integers]:
    """Return one of each kind of rows that have the same variables and bounds, and all rows' kind."""
    # Rows that are alike have the same product with any vector, and others hardly ever.
    along = np.random.default_rng(0).normal(size=auxiliary.shape[1] + 2)
    key = np.asarray(auxiliary @ along[2:])
    for share, bound in zip(along[:2], (low, high), strict=True):
        key = key + share * np.where(np.isfinite(bound), bound, 0.0)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return first, place
