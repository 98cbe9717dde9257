"""What stands in a cell in place of a figure or around it, and the legend of what occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.output.marks import MARKS
from welfarestats.output.wording import number_text

if TYPE_CHECKING:
    from welfarestats.tables.bands import CellStates
    from welfarestats.tables.house_style import HouseStyle


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
        ("zero", style.zero, "zero: no respondent gave this answer"),
        ("unreliable", style.hidden, f"low reliability, not shown: {hidden}"),
        ("confidential", style.confidential, MARKS["[c]"]),
        ("none-recorded", style.none_recorded, MARKS["[w]"]),
        ("not-asked", style.not_asked, "not applicable: the question was not asked of this group"),
        ("not-applicable", style.not_applicable, MARKS["[z]"]),
    ]
    legend: dict[str, str] = {}
    for state, mark, meaning in marks:
        if state in cells.occurring and mark.strip() and (state, mark) != ("zero", "0"):
            legend.setdefault(mark, meaning)
    return tuple(legend.items())


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
