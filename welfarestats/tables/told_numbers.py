"""Numbers that stand in a text: which cells they are of, and what they tell of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError, TableError, one_of
from welfarestats.output.wording import round_half_up
from welfarestats.tables.printed_limits import Limits, people_limits, share_limits, sum_limits

if TYPE_CHECKING:
    from welfarestats.tables.exposure import Exposure
    from welfarestats.tables.shown_numbers import Printing

#: What `check_prose` says of numbers that are those of a cell, faults of wording included.
RIGHT = ("tied", "small base without caveat", "ambiguous")
#: Kinds of numbers of a text that are of no cell, or of two.
_OF_NO_CELL = ("comparison", "points", "times")
_KINDS = ("percent", "share", "count", "base", "mean", "number")
_NEEDED = ("stub", "stub_category", "banner", "banner_category", "value")
_DECIMALS = re.compile(r"\d\.(\d+)")
_DUST = 1e-6


@dataclass(frozen=True)
class Told:
    """A number that stands in a text: of a cell, with as many decimals as are told.

    ``table`` is empty or no name of ours where the text does not say it; ``kind`` is one of
    ``"percent"``, ``"count"``, ``"base"``, ``"mean"``, or ``"number"`` for whichever it is.
    """

    table: str
    cell: tuple[str, str, str, str]
    kind: str
    value: float
    decimals: int = 0


def told_rows(known: Any) -> list[dict[str, Any]]:
    """Return the numbers of a text, one dictionary each; those of no cell are left out."""
    frame = known.to_frame() if hasattr(known, "to_frame") else known
    frame = frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(list(frame))
    if frame.empty:
        return []
    missing = [name for name in _NEEDED if name not in frame]
    if missing:
        raise OptionError(
            f"numbers of a text in known= have no {missing[0]!r}. Pass what ws.check_prose returns,"
            f" or rows with {', '.join(_NEEDED)}, and if need be kind and table."
        )
    if "status" in frame:
        frame = frame[frame["status"].isin(RIGHT)]
    if "kind" in frame:
        frame = frame[~frame["kind"].isin(_OF_NO_CELL)]
    return [
        {str(key): value for key, value in row.items()}
        for row in frame.to_dict("records")
        if not pd.isna(row["value"])
    ]


def numbers_told(known: Any) -> list[Told]:
    """Return what a text says of cells."""
    found = []
    for row in told_rows(known):
        kind = str(row.get("kind", "percent"))
        one_of(kind, _KINDS, "kind of a number in known=")
        # A share in words, such as a third, is taken to tell the whole percentage.
        kind = "percent" if kind == "share" else kind
        value = float(row["value"])
        words = row.get("words")
        if isinstance(words, str):
            decimals = max((len(one) for one in _DECIMALS.findall(words)), default=0)
        else:
            decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
        named = [str(row[name]) for name in _NEEDED[:4]]
        if kind == "base" or (kind == "number" and not named[1]):
            kind, named[1] = "base", "Base"
        cell = (named[0], named[1], named[2], named[3])
        found.append(Told(str(row.get("table", "")), cell, kind, value, decimals))
    return found


@dataclass(frozen=True)
class _Place:
    """A cell that a number of a text may be of, read as one kind of number."""

    source: int
    printing: Printing
    place: int | None
    base: int
    kind: str
    value: float

    def agrees(self, told: Told) -> bool:
        """Return whether the cell has the number, as rounded."""
        decimals = told.decimals if self.kind in ("percent", "mean") else 0
        own, said = round_half_up(self.value, decimals), round_half_up(told.value, decimals)
        return abs(float(own) - float(said)) < _DUST


def told_limits(exposure: Exposure, *, weighted: bool) -> Iterator[tuple[int, Limits]]:
    """Yield what the numbers of a text tell of people, or of weighted people."""
    for told in exposure.told:
        for here in _places(exposure, told):
            limits = _limits(exposure, told, here, weighted=weighted)
            if limits is not None and here.place is not None:
                yield here.place, limits


def _places(exposure: Exposure, told: Told) -> list[_Place]:
    """Return the cells that a number is of: those of its table, or all of its name and value."""
    found = [
        one
        for at, shown in enumerate(exposure.shown)
        for printing, place, base in exposure.printed(at)
        if shown.cell(printing)[1:] == told.cell
        for one in _read(exposure, at, printing, (place, base))
        if told.kind in (one.kind, "number")
    ]
    if not found:
        raise TableError(
            f"a number of the text belongs to cell {told.cell}, which is in none of the"
            " tables. Pass the tables that it was taken from."
        )
    named = [one for one in found if exposure.sources[one.source].name == told.table]
    agreeing = [one for one in named or found if one.agrees(told)]
    if not agreeing:
        raise TableError(
            f"the text has another number for cell {told.cell} than the tables, so that it tells"
            " nothing of them. Check the text with ws.check_prose, or leave the number out of"
            " known=."
        )
    # A bare number that is a count tells more than the percentage that it may be.
    return [one for one in agreeing if one.kind == "count"] or agreeing


def _read(
    exposure: Exposure, at: int, printing: Printing, places: tuple[int | None, int]
) -> Iterator[_Place]:
    """Yield a cell as each kind of number that a text may tell of it."""
    values = {
        name: float(exposure.shown[at].sheet.values[name][printing.row, printing.column])
        for name in ("estimate", "count", "base")
    }
    told = {"base": {"base": values["base"]}, "mean": {"mean": values["estimate"]}}.get(
        printing.kind, {"percent": 100 * values["estimate"], "count": values["count"]}
    )
    for kind, value in told.items():
        yield _Place(at, printing, *places, kind, value)


def _limits(exposure: Exposure, told: Told, here: _Place, *, weighted: bool) -> Limits | None:
    """Return between which limits the people behind a number of a text lie."""
    if here.kind in ("count", "base"):
        return None if weighted else (here.value, here.value)
    alike = exposure.alike(here.source)
    if weighted and not exposure.same_weights(here.source):
        return None
    truth = exposure.weighted if weighted else exposure.count
    assert truth is not None
    base = float(truth[here.base]), float(truth[here.base])
    if here.kind == "mean":
        whole = not weighted and not (np.nan_to_num(here.printing.scores) % 1).any()
        if not weighted and not alike:
            return None
        return sum_limits(here.value, told.decimals, base, whole=whole)
    shares = share_limits(here.value / 100, told.decimals)
    if weighted:
        return shares[0] * base[0], shares[1] * base[1]
    if alike:
        return people_limits(shares, base)
    return (min(1.0, here.value), base[1] - (shares[1] < 1)) if here.value else (0.0, 0.0)
