"""From a base to what may be shown: bands, and one state and reason per cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError, one_of
from welfarestats.output.wording import check_form, number_text

if TYPE_CHECKING:
    from welfarestats.tables.reliability import (
        CountPrecision,
        Precision,
        Reliability,
        Verdicts,
    )

STATES = (
    "shown",
    "flagged",
    "count-only",
    "unreliable",
    "confidential",
    "rounds-to-zero",
    "zero",
    "none-recorded",
    "not-asked",
    "not-applicable",
)
BAND_STATES = ("shown", "flagged", "count-only", "unreliable")
_NUMBERS = {state: number for number, state in enumerate(STATES)}
_DUST = 1e-12
_REASONS = {
    "rounds-to-zero": "rounds to zero, but is not zero",
    "zero": "no respondent gave this answer",
    "none-recorded": "there are no respondents to be a share of",
    "not-asked": "the question was not asked of this group",
    "not-applicable": "the figure does not apply to this group",
    "confidential": "hidden to protect people",
}


@dataclass(frozen=True)
class Band:
    """What is shown from one base upwards, until the next band begins.

    Parameters
    ----------
    minimum_base : float
        Smallest base of the band.
    state : {"shown", "flagged", "count-only", "unreliable"}
        The percentage; the percentage with a flag; only how many; nothing.
    reason : str, default ""
        Added to the reason of each cell in the band.
    caveat : str, default ""
        Sentence printed below a table that has a cell in the band.
    form : str, default ""
        How a flagged figure of the band is printed, such as ``"({figure})"``; as the style
        says where left out.
    """

    minimum_base: float
    state: str
    reason: str = ""
    caveat: str = ""
    form: str = ""

    def __post_init__(self) -> None:
        one_of(self.state, BAND_STATES, "the state of a band")
        if self.form and self.state != "flagged":
            raise OptionError(
                f"a form is printed round a flagged figure, so only a band that is flagged has one;"
                f" this one is {self.state!r}. Leave the form out."
            )
        if self.form:
            check_form(self.form, ("figure",), "the form of a band", needed=("figure",))


@dataclass(frozen=True)
class Decisions:
    """What a style decided for each cell, and what a reader must be told about it.

    Parameters
    ----------
    state : numpy.ndarray of str
        One of `STATES` per cell.
    reason : numpy.ndarray of str
        Why the figure is not simply shown; empty where it is.
    display : numpy.ndarray of str
        What is printed.
    legend : tuple of (str, str)
        The marks that occur, with their meaning.
    caveats : tuple of str
        Sentences of the bands that occur.
    """

    state: NDArray[np.object_]
    reason: NDArray[np.object_]
    display: NDArray[np.object_]
    legend: tuple[tuple[str, str], ...] = ()
    caveats: tuple[str, ...] = ()

    @staticmethod
    def together(
        decisions: Iterable[Decisions],
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return legend and caveats of several decisions, each mark and each caveat once."""
        every = list(decisions)
        legend: dict[str, list[str]] = {}
        for mark, meaning in (entry for one in every for entry in one.legend):
            told = legend.setdefault(mark, [])
            if not any(meaning in other for other in told):
                told[:] = [other for other in told if other not in meaning] + [meaning]
        caveats = dict.fromkeys(caveat for one in every for caveat in one.caveats)
        return tuple((mark, "; or ".join(told)) for mark, told in legend.items()), tuple(caveats)


@dataclass(frozen=True)
class TestGate:
    """Whether two groups are large enough to be compared by a test.

    Parameters
    ----------
    tested : numpy.ndarray of bool
        Both groups reach the style's smallest effective base for a test.
    flagged : numpy.ndarray of bool
        Tested, but one of them is under the base that asks for caution.
    reason : numpy.ndarray of str
        Why not tested, or why with caution.
    """

    __test__ = False

    tested: NDArray[np.bool_]
    flagged: NDArray[np.bool_]
    reason: NDArray[np.object_]


class CellStates:
    """The state and reason of each cell by its base, before marks and words are chosen.

    Parameters
    ----------
    bands : tuple of Band
        From the smallest base upwards; the first begins at 0.
    label : str
        What the bands measure, such as ``"unweighted base"``.
    figure : array_like of float
        Proportions or means.
    measured : array_like of float
        The base that the bands are about.
    base : array_like of int
        Unweighted base.
    confidential, asked, applicable : array_like of bool
        As in `HouseStyle.decide`.

    Notes
    -----
    The first that applies decides: confidential, not asked, not applicable, none recorded,
    then the band.

    Examples
    --------
    >>> bands = (Band(0, "unreliable"), Band(30, "shown"))
    >>> cells = CellStates(
    ...     *(bands, "unweighted base", [0.5, 0.5], [29, 30], [29, 30]),
    ...     **{"confidential": False, "asked": True, "applicable": [True, True]},
    ... )
    >>> cells.state.tolist()
    ['unreliable', 'shown']
    """

    def __init__(
        self,
        bands: tuple[Band, ...],
        label: str,
        figure: ArrayLike,
        measured: ArrayLike,
        base: ArrayLike,
        *,
        confidential: ArrayLike,
        asked: ArrayLike,
        applicable: ArrayLike,
    ) -> None:
        arrays = np.broadcast_arrays(
            np.asarray(figure, dtype=float),
            np.asarray(measured, dtype=float),
            np.asarray(base, dtype=float),
            np.asarray(confidential, dtype=bool),
            np.asarray(asked, dtype=bool),
            np.asarray(applicable, dtype=bool),
        )
        self.shape = arrays[0].shape
        self.figure, sizes, self.base, hidden, was_asked, applies = arrays
        self.occurring_in_flagged: set[str] = set()
        self._verdicts: Verdicts | None = None
        self._bands = bands
        self._label = label
        limits = np.array([band.minimum_base for band in bands], dtype=float)
        reached = np.zeros(self.shape, dtype=np.int8)
        for limit in limits[1:]:
            reached += reaches(sizes, limit)
        self._band = reached
        numbers = np.array([_NUMBERS[band.state] for band in bands], dtype=np.int8)
        self._state = np.asarray(numbers[self._band])
        self.reason = np.full(self.shape, "", dtype=object)
        told = np.array([band.state != "shown" for band in bands])[self._band]
        for place in map(tuple, np.argwhere(told)):
            self.reason[place] = self._band_reason(int(self._band[place]), float(sizes[place]))
        self._in_band = np.ones(self.shape, dtype=bool)
        for mask, state in (
            (np.isnan(self.figure), "not-applicable"),
            (~(self.base > 0), "none-recorded"),
            (~applies, "not-applicable"),
            (~was_asked, "not-asked"),
            (hidden, "confidential"),
        ):
            if mask.any():
                self._set(mask, state)
                self._in_band &= ~mask

    @property
    def state(self) -> NDArray[np.object_]:
        """One of `STATES` per cell."""
        return np.asarray(np.array(STATES, dtype=object)[self._state], dtype=object)

    @property
    def shows_figure(self) -> NDArray[np.bool_]:
        """Whether the figure is printed as it is: no mark, no flag, no count in its place."""
        shows = np.isin(STATES, ("shown", "zero", "rounds-to-zero"))
        return np.asarray(shows[self._state])

    @property
    def occurring(self) -> set[str]:
        """The states that occur, those of flagged figures included."""
        counts = np.bincount(self._state.ravel(), minlength=len(STATES))
        return {STATES[at] for at in np.flatnonzero(counts)} | self.occurring_in_flagged

    def replace(self, state: str, other: str) -> None:
        """Give cells of a state another one, their reason kept."""
        self._state[self._is(state)] = _NUMBERS[other]

    def replace_shown(self, mask: NDArray[np.bool_], state: str) -> None:
        """Give cells of a mask another state where their figure is shown without a flag."""
        self._set(mask & self._is("shown"), state)
        if (mask & self._is("flagged")).any():
            self.occurring_in_flagged.add(state)

    def tell_zeros(self, rounded: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell a true zero from what only rounds to zero, and return where it is true."""
        zero: NDArray[np.bool_] = self.figure == 0
        self.replace_shown(zero, "zero")
        self.replace_shown((rounded == 0) & ~zero, "rounds-to-zero")
        return zero

    def judge(self, reliability: Reliability, precision: Precision | CountPrecision) -> None:
        """Let rules about precision decide of the figures that their base lets be shown."""
        among = self._in_band & (self._is("shown") | self._is("flagged"))
        self._verdicts = found = reliability.verdicts(self.figure, precision, among=among)
        for state in ("flagged", "unreliable"):
            here = found.state == state
            self._state[here] = _NUMBERS[state]
            self.reason[here] = found.reason[here]

    def caveats(self) -> tuple[str, ...]:
        """Return the caveats of the bands that hold a cell, and of rules that are true of one."""
        hit = np.unique(self._band[self._in_band]).tolist()
        every = [self._bands[at].caveat for at in hit if self._bands[at].caveat]
        every += self._verdicts.caveats if self._verdicts is not None else ()
        return tuple(dict.fromkeys(every))

    def words_of(self, state: str) -> list[str]:
        """Return why figures are in a state, as a legend tells it."""
        hit = self._band[self._in_band & self._is(state) & ~self._judged]
        words = [self._limit_above(int(hit.max()))] if hit.size else []
        if self._verdicts is not None:
            words += self._verdicts.words.get(state, [])
        return [one for one in dict.fromkeys(words) if one]

    def flags(self) -> list[tuple[str, list[str]]]:
        """Return the form of each kind of flag that occurs, and why, as a legend tells it."""
        here = self._in_band & self._is("flagged")
        found: dict[str, list[str]] = {}
        for at in np.unique(self._band[here & ~self._judged]).tolist():
            # Of bands with one form, the highest limit is told.
            limit = self._limit_above(at)
            found[self._bands[at].form] = [limit] if limit else []
        if self._verdicts is not None and (here & self._judged).any():
            found[""] = found.get("", []) + self._verdicts.words["flagged"]
        return list(found.items())

    def form_at(self, place: tuple[int, ...]) -> str:
        """Return how the band of a cell prints a flagged figure; empty for as the style does."""
        judged = self._verdicts is not None and self._verdicts.state[place] != ""
        return "" if judged else self._bands[int(self._band[place])].form

    @property
    def _judged(self) -> NDArray[np.bool_]:
        """Which cells are in their state by a rule about precision."""
        if self._verdicts is None:
            return np.zeros(self.shape, dtype=bool)
        return np.asarray(self._verdicts.state != "")

    def _limit_above(self, band: int) -> str:
        """Return which base is needed to leave a band, in words; empty if none is."""
        if band + 1 >= len(self._bands):
            return ""
        return f"{self._label} under {self._bands[band + 1].minimum_base:g}"

    def _is(self, state: str) -> NDArray[np.bool_]:
        """Return which cells are in a state."""
        return np.asarray(self._state == _NUMBERS[state])

    def _set(self, mask: NDArray[np.bool_], state: str) -> None:
        """Give cells of a mask a state and its reason."""
        self._state[mask] = _NUMBERS[state]
        self.reason[mask] = _REASONS[state]

    def _band_reason(self, at: int, size: float) -> str:
        """Return why a base of a size does not simply show its figure."""
        band = self._bands[at]
        if band.state == "shown":
            return ""
        if at + 1 == len(self._bands):
            return band.reason
        limit = self._bands[at + 1].minimum_base
        words = f"{self._label} of {size_text(size, limit)} is under {limit:g}"
        return f"{words}: {band.reason}" if band.reason else words


def reaches(size: NDArray[np.float64], limit: ArrayLike) -> NDArray[np.bool_]:
    """Return whether sizes reach limits, float dust apart.

    Parameters
    ----------
    size : numpy.ndarray of float
        Bases; a missing one reaches nothing.
    limit : array_like of float
        Smallest base, of a shape that broadcasts.

    Returns
    -------
    numpy.ndarray of bool
        The common shape.

    Examples
    --------
    >>> reaches(np.array([29.9, 29.9999999999999999, np.nan]), 30.0).tolist()
    [False, True, False]
    """
    reached: NDArray[np.bool_] = size * (1 + _DUST) >= np.asarray(limit, dtype=float)
    return reached


def size_text(size: float, limit: float) -> str:
    """Return a base in digits, with as many decimals as tell it from a limit.

    Parameters
    ----------
    size : float
        A base.
    limit : float
        The number it is compared with.

    Returns
    -------
    str
        Whole where it is whole, otherwise with one decimal or more.

    Examples
    --------
    >>> size_text(24.0, 30), size_text(24.31, 30), size_text(29.97, 30)
    ('24', '24.3', '29.97')
    """
    if not size % 1:
        return number_text(size)
    texts = (number_text(size, decimals) for decimals in range(1, 7))
    return next(
        (
            text
            for text in texts
            if text.replace(",", "") != f"{limit:.{len(text.partition('.')[2])}f}"
        ),
        number_text(size, 7),
    )


def gated(
    effective_a: ArrayLike, effective_b: ArrayLike, minimum: float, caution: float
) -> TestGate:
    """Return whether pairs of groups are large enough to be tested.

    Parameters
    ----------
    effective_a, effective_b : array_like of float
        Effective bases of the two groups.
    minimum : float
        Smallest effective base that is tested.
    caution : float
        Effective base from which no caution is asked.

    Returns
    -------
    TestGate
        Arrays of their common shape.
    """
    smaller = np.asarray(np.minimum(effective_a, effective_b), dtype=float)
    tested = reaches(smaller, minimum)
    flagged = tested & ~reaches(smaller, caution)
    reason = np.full(smaller.shape, "", dtype=object)
    for place in np.ndindex(smaller.shape):
        limit, words = (
            (caution, "tested, read with caution") if flagged[place] else (minimum, "not tested")
        )
        if flagged[place] or not tested[place]:
            size = size_text(float(smaller[place]), limit)
            reason[place] = f"effective base of {size} is under {limit:g}: {words}"
    return TestGate(tested, flagged, reason)
