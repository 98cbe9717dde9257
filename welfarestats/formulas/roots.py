"""Where a monotone function is zero, for a whole array of functions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def bracketed_root(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where a monotone function is zero between two bounds, element by element.

    Ridders' method: every step at least halves the bracket, and near the root the number of
    correct digits doubles. Where both bounds lie on one side of the root, the nearer is returned.

    Parameters
    ----------
    function : callable
        Continuous and monotone in each element, of opposite sign at the two bounds.
    low, high : ndarray
        Bounds of the root, of one shape.

    Returns
    -------
    ndarray
        The roots, to about the precision of floating point numbers.

    References
    ----------
    Ridders, C. J. F. (1979). A new algorithm for computing a single root of a real continuous
    function. IEEE Transactions on Circuits and Systems 26, 979–980.

    Examples
    --------
    >>> root = bracketed_root(lambda x: x**2 - 2, np.array([0.0]), np.array([2.0]))
    >>> round(float(root[0]), 6)
    1.414214
    """
    a, b = np.array(low, dtype=float), np.array(high, dtype=float)
    at_a, at_b = function(a), function(b)
    # Rounding can put both bounds on one side of the root: then it is the nearer one.
    nearer = np.where(np.abs(at_a) <= np.abs(at_b), a, b)
    outside = np.sign(at_a) * np.sign(at_b) > 0
    a, b = np.where(outside, nearer, a), np.where(outside, nearer, b)
    at_a, at_b = np.where(outside, 0.0, at_a), np.where(outside, 0.0, at_b)
    root = (a + b) / 2
    for _ in range(100):
        middle = (a + b) / 2
        at_middle = function(middle)
        scale = np.sqrt(np.maximum(at_middle**2 - at_a * at_b, 0.0))
        step = np.where(scale > 0, at_middle / np.where(scale > 0, scale, 1.0), 0.0)
        new = middle + (middle - a) * np.sign(at_a - at_b) * step
        at_new = function(new)
        for point, value in ((middle, at_middle), (new, at_new)):
            inside = (point >= np.minimum(a, b)) & (point <= np.maximum(a, b))
            left = inside & (np.sign(value) == np.sign(at_a))
            right = inside & ~left
            a, at_a = np.where(left, point, a), np.where(left, value, at_a)
            b, at_b = np.where(right, point, b), np.where(right, value, at_b)
        done = np.abs(new - root) <= 4e-16 * np.abs(new)
        root = new
        if np.all(done | np.isnan(new)):
            break
    return np.asarray(root)
