"""Rows of a table by groups of respondents: ratios with the covariance along each row.

A row is a numerator and a denominator over stub items (a category over the base, a score over
those who have one); a group is a set of banner columns. All rows of all stubs of one shape are
computed at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.estimates.groups import ColumnGroups
from welfarestats.formulas.bases import effective_base
from welfarestats.survey.cell_stacks import CellStack, without_cancelled

Array = NDArray[np.float64]

# Entries of the linearised forms that are held at once.
_LARGEST_FORMS = 4_000_000


@dataclass(frozen=True)
class Forms:
    """Numerators and denominators (R, items) of rows, and their columns and wholes (G, columns).

    The ratio of row r in group g is the numerator of r in columns g over the denominator of r in
    wholes g. ``whole`` and ``columns`` are the same unless the percentages are of rows or of all.
    """

    numerators: Array
    denominators: Array
    columns: Array
    wholes: Array

    @classmethod
    def within(cls, numerators: Array, denominators: Array, groups: Array) -> Forms:
        """Return forms whose denominators are in the columns of their numerators."""
        return cls(numerators, denominators, groups, groups)


@dataclass(frozen=True)
class RowRatios:
    """Ratios of R rows by G groups, (R, G), and their covariance along each row, (R, G, G).

    ``count`` and ``weighted_count`` are of the numerator; the bases are those of the denominator.
    """

    estimate: Array
    covariance: Array
    degrees_of_freedom: Array
    count: Array
    weighted_count: Array
    base: Array
    weighted_base: Array
    effective_base: Array

    @property
    def variance(self) -> Array:
        """The variance of each ratio, (R, G)."""
        return np.asarray(np.diagonal(self.covariance, axis1=1, axis2=2))

    def groups(self, chosen: NDArray[np.int64] | slice) -> RowRatios:
        """Return the ratios of some groups."""
        parts = {one.name: getattr(self, one.name)[:, chosen] for one in fields(self)}
        parts["covariance"] = parts["covariance"][:, :, chosen]
        return RowRatios(**parts)

    def rows(self, chosen: NDArray[np.int64] | NDArray[np.bool_] | slice) -> RowRatios:
        """Return the ratios of some rows."""
        return RowRatios(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})


@dataclass(frozen=True)
class PairBases:
    """The people in both groups of each pair, and the degrees of freedom of either, (R, P).

    ``share`` is the ratio among those in both.
    """

    overlap: Array
    effective: Array
    share: Array
    degrees_of_freedom: Array

    def rows(self, chosen: NDArray[np.int64] | NDArray[np.bool_] | slice) -> PairBases:
        """Return the pairs of some rows."""
        return PairBases(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})


def row_ratios(stack: CellStack, forms: Forms) -> RowRatios:
    """Return the ratios of every table of a stack, (S·R, G), its tables one below the other."""
    columns = len(stack.banner)
    size = forms.numerators.shape[0] * stack.elementary_covariance.shape[1] * len(stack.banner)
    step = max(1, _LARGEST_FORMS // max(size, 1))
    count, weighted, square = (
        one[..., :columns] for one in (stack.count, stack.weighted, stack.square)
    )
    top = _summed(weighted, forms.numerators, forms.columns)
    base, bottom, squares = (
        _summed(one, forms.denominators, forms.wholes) for one in (count, weighted, square)
    )
    inverse = np.divide(1.0, bottom, out=np.zeros_like(bottom), where=bottom != 0)
    ratio = top * inverse
    parts = [slice(at, at + step) for at in range(0, len(stack.count), step)]
    covariance = np.concatenate(
        [_covariance(stack, forms, ratio[part], inverse[part], part) for part in parts]
    )
    empty = base == 0
    if empty.any():
        covariance[empty] = np.nan
        covariance.swapaxes(-1, -2)[empty] = np.nan
    found = {
        "estimate": np.where(empty, np.nan, np.divide(top, bottom, out=ratio, where=bottom != 0)),
        "covariance": covariance,
        "degrees_of_freedom": _freedom(stack, forms.denominators, forms.wholes != 0, base),
        "count": _summed(count, (forms.numerators != 0).astype(float), forms.columns),
        "weighted_count": top,
        "base": base,
        "weighted_base": bottom,
        "effective_base": effective_base(bottom, squares),
    }
    return RowRatios(**{name: _rows(value) for name, value in found.items()})


def pair_bases(
    stack: CellStack, forms: Forms, groups: ColumnGroups, ratios: RowRatios, at: int
) -> PairBases:
    """Return what pairs of groups share; the groups stand ``at`` a place in the ratios."""
    a, b = at + groups.first, at + groups.second
    shape = (len(stack.count), forms.denominators.shape[0], a.size)
    base = ratios.base
    together = np.take(base, a, axis=1) + np.take(base, b, axis=1)
    overlap, effective, share = np.zeros((3, *together.shape))
    if groups.overlap.any():
        overlap, inside, people, squares = (
            _rows(_summed(sums[..., : groups.overlap.shape[1]], items, groups.overlap))
            for sums, items in (
                (stack.count, forms.denominators),
                (stack.weighted, forms.numerators),
                (stack.weighted, forms.denominators),
                (stack.square, forms.denominators),
            )
        )
        # 2e₀/(e₁e₂) stands for 2Σw₀²/(W₁W₂), which it is exactly with this e₀.
        product = ratios.weighted_base[:, a] * ratios.weighted_base[:, b]
        effective = np.divide(squares, product, out=effective, where=product > 0)
        effective *= ratios.effective_base[:, a] * ratios.effective_base[:, b]
        share = np.divide(inside, people, out=share, where=people > 0)
        together -= overlap
    held, pairs = groups.vectors != 0, (groups.first, groups.second)
    df = _freedom(stack, forms.denominators, held, together.reshape(shape), pairs)
    return PairBases(overlap, effective, share, _rows(np.where(df < 1, np.nan, df)))


def _rows(values: Array) -> Array:
    return values.reshape(values.shape[0] * values.shape[1], *values.shape[2:])


def _summed(sums: Array, items: Array, columns: Array) -> Array:
    """Return sums (S, items, columns) added up to rows and groups, (S, R, G)."""
    return np.asarray(items @ (sums @ columns.T))


def _covariance(stack: CellStack, forms: Forms, ratio: Array, inverse: Array, part: slice) -> Array:
    """Return the covariance of linearised ratios, (N − r·D)/total, along each row, (S, R, G, G)."""
    if stack.replicates is not None:
        return _replicate_covariance(stack, forms, ratio, part)
    items, width = stack.stub.shape[1], stack.banner.shape[1]
    whole = stack.elementary_covariance[part].reshape(-1, items, width, items, width)
    top, bottom = forms.numerators @ stack.stub, forms.denominators @ stack.stub
    columns, wholes = forms.columns @ stack.banner, forms.wholes @ stack.banner
    # Rows mostly share one denominator, which is then added up once.
    different, which = _different(bottom)
    halves = (different @ whole.reshape(len(whole), items, -1)).reshape(
        len(whole), -1, width, items, width
    )
    within = np.add.reduce(halves * different[:, None, :, None], axis=3)
    between, across = _of_numerators(whole, halves, top, which)
    covariance = _to_groups(between, columns, columns)
    crossed = ratio[..., :, None] * _to_groups(across, columns, wholes)
    covariance -= crossed
    covariance -= np.swapaxes(crossed, -1, -2)
    both = _to_groups(within, wholes, wholes)[:, which]
    both *= ratio[..., :, None]
    both *= ratio[..., None, :]
    covariance += both
    deviation = np.sqrt(np.maximum(np.einsum("siwiw->siw", whole), 0.0))
    size = np.abs(top) @ deviation @ np.abs(columns).T
    size += np.abs(ratio) * (np.abs(bottom) @ deviation @ np.abs(wholes).T)
    covariance = without_cancelled(covariance, size)
    covariance *= inverse[..., :, None]
    covariance *= inverse[..., None, :]
    return covariance


def _of_numerators(
    whole: Array, halves: Array, top: Array, which: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return the covariance along each row of its numerator, and of this with its denominator.

    ``halves`` (S, D, w, k, w) are of different denominators with every cell; both (S, R, w, w).
    """
    between, across = np.empty((2, len(whole), len(top), *halves.shape[2::2]))
    for row, (own, half) in enumerate(zip(top, which, strict=True)):
        held = np.flatnonzero(own)
        if held.size == 1 and own[held[0]] == 1:
            between[:, row] = whole[:, held[0], :, held[0]]
            across[:, row] = halves[:, half, :, held[0]].swapaxes(1, 2)
        else:
            inside = np.einsum("i,siwjv->swjv", own[held], whole[:, held][:, :, :, held])
            between[:, row] = np.einsum("swjv,j->swv", inside, own[held])
            across[:, row] = np.einsum("swjv,j->svw", halves[:, half][:, :, held], own[held])
    return between, across


def _to_groups(covariance: Array, first: Array, second: Array) -> Array:
    """Return covariances (S, R, w, w) of columns as those of groups, second by first, (S, R, G, G)."""
    tables, rows, width, _ = covariance.shape
    half = covariance.reshape(-1, width) @ second.T
    half = half.reshape(tables, rows, width, -1).swapaxes(2, 3).reshape(-1, width)
    return np.asarray((half @ first.T).reshape(tables, rows, len(second), len(first)))


def _replicate_covariance(stack: CellStack, forms: Forms, ratio: Array, part: slice) -> Array:
    """Return the covariance of ratios made again under each replicate weight, (S, R, G, G)."""
    assert stack.replicates is not None
    own = stack.replicates.tables(np.arange(len(stack.count))[part])
    top = own.rows(forms.numerators @ stack.stub, forms.columns @ stack.banner)
    bottom = own.rows(forms.denominators @ stack.stub, forms.wholes @ stack.banner)
    return own.ratio_covariance(top, bottom, ratio)


def _freedom(
    stack: CellStack,
    denominators: Array,
    columns: NDArray[np.bool_],
    base: Array,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> Array:
    """Return degrees of freedom of each row in each set of columns, or in each pair, (S, R, G)."""
    items = (np.abs(denominators) @ np.abs(stack.stub)) > 0
    elementary = (columns.astype(float) @ np.abs(stack.banner)) > 0
    presence = stack.presence
    found = np.empty(base.shape)
    different, which = _different(items)
    for number, own in enumerate(different):
        rows = np.flatnonzero(which == number)
        held = presence.held(own, elementary)
        if pairs is not None:
            held = _either(held[0], pairs), _either(held[1], pairs)
        if presence.units is None:
            held = None, held[1][:, None]
            found[:, rows] = presence.degrees_of_freedom(held, base[:, rows])
        else:
            found[:, rows] = presence.degrees_of_freedom(held, base[:, rows[0]])[:, None]
    return found


def _different(rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the different rows of a small array, and which of them each row is."""
    numbers: dict[bytes, int] = {}
    which = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
    first = [int(np.argmax(which == number)) for number in range(len(numbers))]
    return rows[first], which


def _either(bits: Any, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Any:
    """Return who holds one of the two groups of each pair."""
    return None if bits is None else bits[:, pairs[0]] | bits[:, pairs[1]]
