"""What stands in a cell in place of a figure or around it, and the legend of what occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError
from welfarestats.output.marks import MARKS
from welfarestats.output.wording import BASE_LABELS, number_text
from welfarestats.tables.bands import Band, CellStates

if TYPE_CHECKING:
    from welfarestats.tables.house_style import HouseStyle


_ZERO = "zero: no respondent gave this answer"


def cell_states(
    style: HouseStyle,
    figure: ArrayLike,
    base: ArrayLike,
    effective_base: ArrayLike | None,
    confidential: ArrayLike,
    asked: ArrayLike,
    applicable: ArrayLike,
    bands: tuple[Band, ...] | None = None,
) -> CellStates:
    """Return the state of each cell by the base that the bands are about.

    Parameters
    ----------
    style : HouseStyle
        Its bands, and which base they are about.
    figure, base, effective_base, confidential, asked, applicable : array_like
        As in `HouseStyle.decide`.
    bands : tuple of Band or None, default None
        Others than those of the style.

    Returns
    -------
    CellStates
        Before rules about precision are asked.

    Raises
    ------
    OptionError
        If the bands are about the effective base and none is given.
    """
    if style.band_base == "effective_base" and effective_base is None:
        raise OptionError(
            f"style {style.name!r} decides by the effective base, and none was given. Pass "
            "effective_base=…, or replace band_base by 'base'."
        )
    measured = base if style.band_base == "base" or effective_base is None else effective_base
    label = BASE_LABELS[style.band_base].lower()
    return CellStates(
        *(style.bands if bands is None else bands, label, figure, measured, base),
        confidential=confidential,
        asked=asked,
        applicable=applicable,
    )


def displayed(
    style: HouseStyle, cells: CellStates, figures: NDArray[np.object_], counts: NDArray[Any]
) -> NDArray[np.object_]:
    """Return what is printed in each cell; figures that are simply shown stand as they are.

    Parameters
    ----------
    style : HouseStyle
        Its marks.
    cells : CellStates
        What was decided.
    figures : ndarray of str
        Each figure as the style prints it, its base aside.
    counts : ndarray
        Unweighted respondents with the answer.

    Returns
    -------
    ndarray of str
        One text per cell.
    """
    display, states = figures.copy(), cells.state
    marks = _marks(style)
    for place in map(tuple, np.argwhere(~cells.shows_figure)):
        state, figure = str(states[place]), str(figures[place])
        if state == "flagged":
            form = cells.form_at(place) or style.flagged_form
            # A mark never stands inside another bracket.
            display[place] = figure if figure.startswith("[") else form.format(figure=figure)
        elif state == "count-only":
            count, base = number_text(counts[place]), number_text(cells.base[place])
            display[place] = style.count_form.format(count=count, base=base)
        else:
            display[place] = marks.get(state, figure)
    return display


def legend_of(style: HouseStyle, cells: CellStates) -> tuple[tuple[str, str], ...]:
    """Return the marks that occur and their meaning, in a fixed order.

    Parameters
    ----------
    style : HouseStyle
        Its marks.
    cells : CellStates
        What was decided.

    Returns
    -------
    tuple of (str, str)
        Empty where every figure is simply shown.
    """
    hidden = " or ".join(cells.words_of("unreliable")) or "small base"
    marks = [
        *(
            ("flagged", form.format(figure=" "), f"{words}: read with caution")
            for form, words in _flags(style, cells).items()
        ),
        ("rounds-to-zero", style.rounds_to_zero, MARKS["[low]"]),
        ("zero", style.zero, _ZERO),
        ("unreliable", style.hidden, f"low reliability, not shown: {hidden}"),
        ("confidential", style.confidential, MARKS["[c]"]),
        ("none-recorded", style.none_recorded, MARKS["[w]"]),
        ("not-asked", style.not_asked, "not applicable: the question was not asked of this group"),
        ("not-applicable", style.not_applicable, MARKS["[z]"]),
    ]
    legend: dict[str, list[str]] = {}
    for state, mark, meaning in marks:
        if state in cells.occurring and mark.strip():
            legend.setdefault(mark, []).append(meaning)
    # A true zero printed as such needs no explanation, unless something else is printed so too.
    if legend.get("0") == [_ZERO]:
        del legend["0"]
    return tuple((mark, "; or ".join(dict.fromkeys(told))) for mark, told in legend.items())


def marks_among(
    legend: Sequence[tuple[str, str]], display: ArrayLike, state: ArrayLike
) -> tuple[tuple[str, str], ...]:
    """Return those entries of a legend whose mark occurs in some cells.

    Parameters
    ----------
    legend : sequence of (str, str)
        Marks and their meaning.
    display, state : array_like of str
        What is printed in each of the cells, and their states.

    Returns
    -------
    tuple of (str, str)
        In the order of the legend.

    Examples
    --------
    >>> legend = (("[ ]", "read with caution"), ("[u]", "low reliability"))
    >>> marks_among(legend, ["[47]", "52"], ["flagged", "shown"])
    (('[ ]', 'read with caution'),)
    """
    texts = np.asarray(display, dtype=object).ravel().tolist()
    states = np.asarray(state, dtype=object).ravel().tolist()
    flagged = {text for text, one in zip(texts, states, strict=True) if one == "flagged"}
    printed, around = set(texts), set()
    for mark, _ in legend:
        # The mark of a flag stands round its figure, or round another mark.
        before, space, after = mark.partition(" ")
        inside = {
            text[len(before) : len(text) - len(after)]
            for text in flagged
            if space and text.startswith(before) and text.endswith(after)
        }
        printed |= inside
        around |= {mark} if inside else set()
    return tuple((mark, meaning) for mark, meaning in legend if mark in printed | around)


def once_each(
    text: Callable[[float], str], figures: NDArray[np.float64], alike: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return the text of each figure, made once for all figures that are alike.

    Parameters
    ----------
    text : callable
        Makes the text of a figure.
    figures : ndarray of float
        Of any shape.
    alike : ndarray of float
        Figures with one number here have one text.

    Returns
    -------
    ndarray of str
        One text per figure.
    """
    which, different = pd.factorize(alike.ravel(), use_na_sentinel=False)
    first = np.empty(len(different), dtype=np.int64)
    first[which[::-1]] = np.arange(which.size)[::-1]
    texts = np.array([text(float(figures.ravel()[place])) for place in first], dtype=object)
    return np.asarray(texts[which.reshape(figures.shape)])


def unmarked_caveats(style: HouseStyle, bases: Iterable[float]) -> list[str]:
    """Return the caveats of flags that no mark tells, which must stand with the figures.

    Parameters
    ----------
    style : HouseStyle
        Its bands.
    bases : iterable of float
        Those of the figures that are told, of the kind that the bands are about.

    Returns
    -------
    list of str
        Sentences, in the order of the bands.
    """
    sizes = np.fromiter(bases, dtype=float)
    limits = [band.minimum_base for band in style.bands] + [np.inf]
    found = []
    for band, limit in zip(style.bands, limits[1:], strict=True):
        unmarked = (band.form or style.flagged_form) == "{figure}"
        here = (sizes >= band.minimum_base) & (sizes < limit)
        if band.state == "flagged" and band.caveat and unmarked and here.any():
            found.append(band.caveat)
    return found


def _flags(style: HouseStyle, cells: CellStates) -> dict[str, str]:
    """Return each form of flag that occurs, and what it is told of."""
    found: dict[str, list[str]] = {}
    for form, words in cells.flags():
        found.setdefault(form or style.flagged_form, []).extend(words)
    return {
        form: " or ".join(dict.fromkeys(words)) or "published with a caveat"
        for form, words in found.items()
    }


def _marks(style: HouseStyle) -> dict[str, str]:
    """Return the mark of each state that hides its figure."""
    return {
        "unreliable": style.hidden,
        "confidential": style.confidential,
        "none-recorded": style.none_recorded,
        "not-asked": style.not_asked,
        "not-applicable": style.not_applicable,
    }
