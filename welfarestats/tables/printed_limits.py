"""Between which limits the people behind a printed figure lie, for whoever knows its base."""

from __future__ import annotations

import numpy as np

from welfarestats.output.wording import round_half_up

Limits = tuple[float, float]

_DUST = 1e-9


def share_limits(share: float, decimals: int) -> Limits:
    """Return from which share on, and up to which, a percentage is printed as this one is."""
    printed, half = float(round_half_up(100 * share, decimals)), 0.5 * 10.0**-decimals
    return max(printed - half, 0.0) / 100, min(printed + half, 100.0) / 100


def people_limits(shares: Limits, base: Limits) -> Limits:
    """Return how many whole people a printed share of a base can be.

    A half is rounded up, so that the upper end of an interval is no longer printed as the figure,
    except where everybody is.
    """
    least, whole = float(np.ceil(shares[0] * base[0] - _DUST)), shares[1] * base[1]
    most = np.floor(whole + _DUST) if shares[1] >= 1 else np.ceil(whole - _DUST) - 1
    return least, max(float(most), least)


def sum_limits(mean: float, decimals: int, base: Limits, *, whole: bool) -> Limits:
    """Return between which limits the sum behind a printed mean lies; of whole scores it is whole."""
    printed, half = float(round_half_up(mean, decimals)), 0.5 * 10.0**-decimals
    corners = [(printed + sign * half) * n for sign in (-1, 1) for n in base]
    if not whole:
        return min(corners), max(corners)
    least, most = float(np.ceil(min(corners) - _DUST)), float(np.ceil(max(corners) - _DUST) - 1)
    return least, max(most, least)


def step_limits(rounded: float, step: int, threshold: int, *, controlled: bool) -> Limits:
    """Return how many people a rounded count can stand for; none under the threshold is shown."""
    below, above = (step - 1, step - 1) if controlled else (step // 2, (step + 1) // 2 - 1)
    if threshold > 1:
        return (max(rounded - below, threshold), rounded + above) if rounded else (0.0, 0.0)
    return max(rounded - below, 0.0), rounded + above
