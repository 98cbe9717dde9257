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
    covariance[np.broadcast_to(empty[..., None], covariance.shape)] = np.nan
    covariance[np.broadcast_to(empty[..., None, :], covariance.shape)] = np.nan
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
    shared = np.divide(squares, product, out=np.zeros(product.shape), where=product > 0)
    held = groups.vectors != 0
    together = ratios.base[:, a] + ratios.base[:, b] - overlap
    shape = (len(stack.count), forms.denominators.shape[0], a.size)
    pairs = groups.first, groups.second
    df = _freedom(stack, forms.denominators, held, together.reshape(shape), pairs)
    return PairBases(
        overlap,
        shared * ratios.effective_base[:, a] * ratios.effective_base[:, b],
        np.divide(inside, people, out=np.zeros(people.shape), where=people > 0),
        _rows(np.where(df < 1, np.nan, df)),
    )


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
    rows = {"top": forms.numerators @ stack.stub, "bottom": forms.denominators @ stack.stub}
    columns = {"top": forms.columns @ stack.banner, "bottom": forms.wholes @ stack.banner}

    def between(first: str, second: str) -> Array:
        # Items are added up before columns: the full product would be of all cells by all cells.
        half = np.tensordot(rows[first], whole, axes=(1, 1))
        along = np.einsum("rswjv,rj->srwv", half, rows[second])
        return np.asarray(columns[first] @ along @ columns[second].T)

    across = ratio[..., :, None] * np.swapaxes(between("top", "bottom"), -1, -2)
    both = ratio[..., :, None] * ratio[..., None, :] * between("bottom", "bottom")
    covariance = between("top", "top") - across - np.swapaxes(across, -1, -2) + both
    deviation = np.sqrt(np.maximum(np.einsum("siwiw->siw", whole), 0.0))
    top, bottom = (np.abs(rows[x]) @ deviation @ np.abs(columns[x]).T for x in ("top", "bottom"))
    size = top + np.abs(ratio) * bottom
    return without_cancelled(covariance, size) * inverse[..., :, None] * inverse[..., None, :]


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
    different, which = np.unique(items, axis=0, return_inverse=True)
    for number, own in enumerate(different):
        rows = np.flatnonzero(which.ravel() == number)
        held = presence.held(own, elementary)
        if pairs is not None:
            held = _either(held[0], pairs), _either(held[1], pairs)
        if presence.units is None:
            for row in rows:
                found[:, row] = presence.degrees_of_freedom(held, base[:, row])
        else:
            found[:, rows] = presence.degrees_of_freedom(held, base[:, rows[0]])[:, None]
    return found


def _either(bits: Any, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Any:
    """Return who holds one of the two groups of each pair."""
    return None if bits is None else bits[:, pairs[0]] | bits[:, pairs[1]]
