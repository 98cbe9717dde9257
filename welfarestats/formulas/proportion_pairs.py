"""Two proportions to compare, many pairs at once, and what became of testing them.

Where nothing can be tested, the p-value is NaN and the reason is given in words: an untested
pair is not a pair without a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.formulas.binomial_intervals import FLOAT_DUST
from welfarestats.formulas.distributions import two_sided_p_value

Array = NDArray[np.float64]

MISSING = "an estimate, its base or its variance is missing"
SMALL_BASE = "base under 2"
BOTH_AT_THE_EDGE = "both proportions are 0 or 1"
ONE_AT_THE_EDGE = "a proportion is 0 or 1"
SAME_PEOPLE = "the two groups are the same people"
FEW_EXPECTED = "fewer than 5 expected in a cell"
NO_VARIANCE = "the variance of the difference is 0"
NO_DEGREES_OF_FREEDOM = "no degrees of freedom"


@dataclass(frozen=True)
class ProportionPairs:
    """Pairs of proportions with a base each, and the questions every test asks of them.

    Attributes
    ----------
    a, b : ndarray
        The two proportions, 0–1.
    base_a, base_b : ndarray
        The bases they are pooled on: unweighted, weighted or effective.
    """

    a: Array
    b: Array
    base_a: Array
    base_b: Array

    @property
    def difference(self) -> Array:
        """The first proportion less the second."""
        return np.asarray(self.a - self.b)

    @property
    def pooled(self) -> Array:
        """The two proportions averaged, each by its base; NaN where both bases are 0."""
        together = self.base_a + self.base_b
        total = self.base_a * self.a + self.base_b * self.b
        return np.asarray(total / np.where(together > 0, together, np.nan))

    @property
    def both_at_the_edge(self) -> NDArray[np.bool_]:
        """Whether both proportions are 0 or 1, but for float dust."""
        return _edge(self.a) & _edge(self.b)

    @property
    def one_at_the_edge(self) -> NDArray[np.bool_]:
        """Whether a proportion is 0 or 1, but for float dust."""
        return _edge(self.a) | _edge(self.b)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Whether a proportion or a base is NaN."""
        return np.isnan(self.a + self.b + self.base_a + self.base_b)

    def few_expected(
        self, minimum: float | None, counts: tuple[ArrayLike, ArrayLike] | None = None
    ) -> NDArray[np.bool_]:
        """Tell where a group expects fewer than ``minimum`` with or without the property.

        ``counts`` are the people of either group who have it, where weights make p·n another
        number.
        """
        if minimum is None:
            return np.zeros(self.a.shape, dtype=bool)
        together = self.pooled
        if counts is not None:
            people = np.asarray(counts[0], dtype=float) + np.asarray(counts[1], dtype=float)
            total = self.base_a + self.base_b
            together = people / np.where(total > 0, total, np.nan)
        smaller = np.minimum(self.base_a, self.base_b)
        expected = smaller * np.minimum(together, 1 - together)
        return np.asarray(expected < minimum - 1e-9)


@dataclass(frozen=True)
class TestResult:
    """The outcome of many tests at once, one entry per pair.

    Attributes
    ----------
    statistic : ndarray
        Test statistic, positive where the first group is higher; NaN for exact tests.
    degrees_of_freedom : ndarray
        Degrees of freedom of t; infinite for a normal test, NaN for exact tests.
    p_value : ndarray
        Two-sided p-value; NaN where not tested.
    tested : ndarray of bool
        Whether the pair was tested.
    reason : ndarray of str
        Why not, in words; empty where tested.
    method : ndarray of str
        The test that was made, or would have been.
    """

    __test__: ClassVar[bool] = False  # not a case for pytest

    statistic: Array
    degrees_of_freedom: Array
    p_value: Array
    tested: NDArray[np.bool_]
    reason: NDArray[np.object_]
    method: NDArray[np.object_]

    @classmethod
    def of(
        cls,
        method: str,
        statistic: Array,
        degrees_of_freedom: ArrayLike,
        *rules: tuple[str, ArrayLike],
    ) -> Self:
        """Return the result of t or z tests, blank where a rule forbids them.

        The first rule that applies gives its words as the reason.
        """
        df = np.broadcast_to(np.asarray(degrees_of_freedom, dtype=float), statistic.shape)
        which = _first_rule(statistic.shape, rules)
        tested = which == 0
        return cls(
            statistic=np.where(tested, statistic, np.nan),
            degrees_of_freedom=np.where(tested, df, np.nan),
            p_value=np.where(tested, two_sided_p_value(statistic, df), np.nan),
            tested=tested,
            reason=_in_words(which, rules),
            method=np.broadcast_to(np.array(method, dtype=object), tested.shape),
        )


def floats(*values: ArrayLike) -> list[Array]:
    """Return the values as float arrays of one broadcast shape.

    Parameters
    ----------
    *values : array_like
        Numbers or arrays that broadcast together.

    Returns
    -------
    list of ndarray
        One array per value.

    Notes
    -----
    The arrays may be views and must not be written to.

    Examples
    --------
    >>> [a.tolist() for a in floats([1, 2], 3)]
    [[1.0, 2.0], [3.0, 3.0]]
    """
    return list(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))


def reason_by(shape: tuple[int, ...], *rules: tuple[str, ArrayLike]) -> NDArray[np.object_]:
    """Return the first rule, in words, that forbids each test; empty where none does.

    Parameters
    ----------
    shape : tuple of int
        Shape of the answer.
    *rules : tuple of str and array_like of bool
        The words and where they apply, the most important rule first.

    Returns
    -------
    ndarray of str
        One reason per entry.

    Notes
    -----
    A pair that breaks two rules is given the words of the first.

    Examples
    --------
    >>> reason_by((2,), ("base under 2", [True, False])).tolist()
    ['base under 2', '']
    """
    return _in_words(_first_rule(shape, rules), rules)


def _first_rule(shape: tuple[int, ...], rules: Sequence[tuple[str, ArrayLike]]) -> NDArray[np.int8]:
    """The number of the first rule that applies, from 1; 0 where none does."""
    which = np.zeros(shape, dtype=np.int8)
    for number, (_, applies) in reversed(list(enumerate(rules, start=1))):
        mask = np.broadcast_to(np.asarray(applies, dtype=bool), shape)
        if mask.any():
            which[mask] = number
    return which


def _in_words(
    which: NDArray[np.int8], rules: Sequence[tuple[str, ArrayLike]]
) -> NDArray[np.object_]:
    every = np.array(["", *(words for words, _ in rules)], dtype=object)
    return np.asarray(every[which], dtype=object)


def _edge(proportion: Array) -> NDArray[np.bool_]:
    """Whether a proportion is 0 or 1, but for float dust."""
    near = np.minimum(np.abs(proportion), np.abs(proportion - 1))
    return np.asarray(near <= FLOAT_DUST)
