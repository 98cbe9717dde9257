"""Which change explains most cells of a panel, and then of the rest: greedy, fewest changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.published.explanations import (
    AS_DECLARED,
    COSTS,
    MOST_CHANGES,
    TRUNCATED,
    Catalogue,
    Making,
)
from welfarestats.published.panels import DUST, Panel
from welfarestats.published.recounting import Over, Recount

__all__ = [
    "AT_LEAST",
    "Choice",
    "Fit",
    "Fitted",
    "catalogue_for",
    "chosen",
    "fitted",
    "gained_and_broken",
    "matches",
]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_FITS_KEPT = 400
# Of the cells that differ a change must give this share.
AT_LEAST = 0.5


@dataclass(frozen=True)
class Fit:
    """A making of a whole panel, with the cells that it gives as printed and those it loses."""

    making: Making
    matched: int
    broken: int

    @property
    def score(self) -> float:
        """Cells given as printed, less what its changes must explain to be believed."""
        return self.matched - self.making.cost


@dataclass(frozen=True, eq=False)
class Fitted:
    """What the whole panel may be made by: as declared, and every making that gives more."""

    panel: Panel
    computed: Array = field(repr=False)
    exact: Mask = field(repr=False)
    fits: tuple[Fit, ...] = field(repr=False)

    @property
    def best(self) -> tuple[Fit, ...]:
        """The makings that fit best, all with as many cells and no more changes than the first."""
        if not self.fits:
            return (Fit(AS_DECLARED, int(self.exact.sum()), 0),)
        first = self.fits[0]
        return tuple(
            fit
            for fit in self.fits
            if fit.matched >= first.matched
            and len(fit.making.changed) <= max(len(first.making.changed), 1)
        )


def matches(computed: Array, panel: Panel, rounding: str = "", cells: Mask | None = None) -> Mask:
    """Return which computed figures (cells, …) print as the panel does."""
    chosen = slice(None) if cells is None else cells
    low, high = panel.low[chosen], panel.high[chosen]
    if rounding == TRUNCATED:
        value, unit = panel.value[chosen], 10.0 ** -panel.decimals[chosen].astype(float)
        shown = ~np.isnan(value)
        low = np.where(shown, value - DUST, low)
        high = np.where(shown, value + unit - DUST, high)
    shape = (-1, *(1,) * (computed.ndim - 1))
    with np.errstate(invalid="ignore"):
        given = (computed >= low.reshape(shape)) & (computed < high.reshape(shape))
    # A dash stands where nobody was asked, too.
    dash = np.isnan(panel.value[chosen]) & (high <= DUST)
    return np.asarray(given | (dash.reshape(shape) & np.isnan(computed)))


def fitted(panel: Panel, recounts: Mapping[str, Recount], catalogue: Catalogue) -> Fitted:
    """Return every making of the catalogue that gives more of the panel than its changes cost."""
    ours = recounts[""]
    computed = ours.at(ours.figures(AS_DECLARED))[:, 0]
    exact = matches(computed, panel)
    missed = int((~exact).sum())
    if missed <= min(COSTS.values()):
        return Fitted(panel, computed, exact, ())
    found: list[Fit] = []
    makings = [making for making in catalogue.makings() if making.source in recounts]
    # Filters are many: they are tried last, and not where even all cells could not make up for it.
    tries = [(making, making.cost, False) for making in makings]
    tries += [(m, m.cost + COSTS["filter"], True) for m in makings if len(m.changed) < MOST_CHANGES]
    best = float(exact.sum())
    for making, cost, wide in tries:
        plain_filter = wide and not making.changed and cost < missed
        if plain_filter or panel.size - cost >= best:
            new = list(_tried(making, recounts[making.source], exact, wide=wide))
            best = max([best, *(fit.score for fit in new)])
            found += new
    return Fitted(panel, computed, exact, _ranked(found))


def _ranked(fits: Sequence[Fit]) -> tuple[Fit, ...]:
    """Return fits by how much they give for how few changes, the likeliest kind first."""
    order = sorted(
        fits, key=lambda fit: (-fit.score, len(fit.making.changed), bool(fit.making.filter))
    )
    return tuple(order[:_FITS_KEPT])


def _tried(making: Making, recount: Recount, exact: Mask, *, wide: bool) -> Iterator[Fit]:
    """Yield what a making gives without a filter, or under each filter that promises something."""
    places = _promising(making, recount) if wide else (0,)
    if not places:
        return
    figures = recount.at(recount.figures(making, Over(places) if wide else None))
    given = matches(figures, recount.panel, making.rounding)
    matched, broken = given.sum(axis=0), (~given & exact[:, None]).sum(axis=0)
    names = [recount.filters.names[i] for i in places]
    cost = making.cost + np.array([COSTS["filter"] if name else 0.0 for name in names])
    # What gives fewer than half of the cells that differ is no story of the table.
    gained = matched - int(exact.sum()) + broken
    most = AT_LEAST * int((~exact).sum())
    for i in np.flatnonzero((matched - cost > int(exact.sum())) & (gained >= most)):
        yield Fit(replace(making, filter=names[i]), int(matched[i]), int(broken[i]))


def _promising(making: Making, recount: Recount) -> tuple[int, ...]:
    """Return the filters that give half of the cells of one of two full columns."""
    panel = recount.panel
    cells = np.bincount(panel.column, minlength=len(panel.columns))
    columns = tuple(np.argsort(-cells, kind="stable")[:2].tolist())
    figures = recount.figures(making, Over(columns=columns))
    promising = np.zeros(figures.shape[2], dtype=bool)
    for place, column in enumerate(columns):
        here = panel.column == column
        given = matches(figures[panel.line[here], place], panel, making.rounding, here)
        promising |= 2 * given.sum(axis=0) >= here.sum()
    promising[0] = False
    return tuple(np.flatnonzero(promising).tolist())


def catalogue_for(
    recounts: Mapping[str, Recount],
    weights: Sequence[str],
    bases: Sequence[tuple[str, ...]],
    percent: str,
) -> Catalogue:
    """Return the changes that mean something for a panel."""
    shares = any(line.statistic == "percent" for line in recounts[""].panel.lines)
    others = [word for word in ("column", "row", "total") if word != percent] * shares
    return Catalogue(
        sources=tuple(recounts),
        weights=tuple(weights),
        bases=recounts[""].bases(bases),
        percents=("", *others),
        filters=recounts[""].filters.names,
        percent=percent,
    )


@dataclass(frozen=True)
class Choice:
    """The making taken for a panel, and the others that fit it as well."""

    making: Making = AS_DECLARED
    others: tuple[Making, ...] = ()


def chosen(fits: Sequence[Fitted]) -> list[Choice]:
    """Return a making for each panel: of those that fit it best, the one that fits most panels."""
    choices = [Choice()] * len(fits)
    open_panels = {i for i, fit in enumerate(fits) if fit.fits}
    while open_panels:
        gains: Counter[Making] = Counter()
        for i in open_panels:
            least = int(fits[i].exact.sum())
            for fit in fits[i].best:
                gains[fit.making] += fit.matched - least
        taken = max(gains, key=lambda making: (gains[making], -making.cost))
        for i in sorted(open_panels):
            makings = [fit.making for fit in fits[i].best]
            if taken in makings:
                others = tuple(making for making in makings if making != taken)
                choices[i] = Choice(taken, others)
                open_panels.discard(i)
    return choices


def gained_and_broken(recount: Recount, making: Making, exact: Mask) -> tuple[int, int]:
    """Return how many cells of a panel a making gives that were not exact, and loses."""
    figures = recount.at(recount.figures(making))[:, 0]
    given = matches(figures, recount.panel, making.rounding)
    return int((given & ~exact).sum()), int((~given & exact).sum())
