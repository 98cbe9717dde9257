"""What ties a figure of a text to a fact, and how sure a tie must be."""

from __future__ import annotations

from dataclasses import dataclass

from welfarestats.published.evidence import Fact
from welfarestats.published.figures import Figure

__all__ = ["CLEARLY_MEANT", "CLEARLY_NEARER", "POINTS_TO", "Cell", "Tie", "cell_of"]

#: From which score on the words point to a fact.
POINTS_TO = 0.2
#: By how much another fact must be nearer to the words than any with the number's value.
CLEARLY_NEARER = 0.35
#: How good a fact must be to say that it is the one which is meant.
CLEARLY_MEANT = 0.75
#: The place of a fact: table, question, answer, banner, column and kind.
Cell = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Tie:
    """A figure and the fact that it is tied to.

    Parameters
    ----------
    figure : Figure
        The figure.
    sentence : int
        Which sentence of the passage it stands in.
    cluster : int
        Which number of the sentence it tells: "around a third (31 per cent)" is one number.
    fact : Fact, optional
        What it is tied to: of the facts with its value the one that the words point to.
    score : float
        How well the words point to it.
    rival : Fact, optional
        The fact with another value that the words point to best.
    rival_score : float
        How well they do.
    others : tuple of Fact
        Facts of other quantities with the same value that the words point to just as well.
    """

    figure: Figure
    sentence: int
    cluster: int
    fact: Fact | None = None
    score: float = 0.0
    rival: Fact | None = None
    rival_score: float = 0.0
    others: tuple[Fact, ...] = ()


def cell_of(fact: Fact) -> Cell:
    """Return where a fact stands; a report may print several values for one cell."""
    return fact.table, fact.stub, fact.stub_category, fact.banner, fact.banner_category, fact.kind
